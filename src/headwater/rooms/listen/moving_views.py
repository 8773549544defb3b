"""The pages of moving in: upload, what is what, dry run, decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from headwater.formats import safe_cell
from headwater.rooms.house.templatetags.problems import told, told_error, translated_problem
from headwater.rooms.listen import moving_queries as queries
from headwater.rooms.listen import moving_releasing, moving_services, moving_undoing
from headwater.rooms.listen.moving_applying import MovingRefusedError
from headwater.rooms.listen.moving_files import IncomingFile, IncomingHandler
from headwater.rooms.listen.moving_forms import FilesForm, TargetForm, first_values, read_decision
from headwater.rooms.listen.moving_services import Arrived, SameFileError
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import permitted, user_of, viewer
from headwater.vocab import InputError


@csrf_exempt
@permitted("answers.move")
def moving(request: HttpRequest) -> HttpResponse:
    """Upload a file; see what was brought in before. Uploads go to disk as they come, so the handler is set first and
    the token is checked after it.
    """
    request.upload_handlers = [IncomingHandler(request)]
    return _moving(request)


@csrf_protect
def _moving(request: HttpRequest) -> HttpResponse:
    form = FilesForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            made, problem = _take(request, form)
            if made is not None:
                return made
            form.add_error("file", problem)
        status = 422
    context = {"form": form, "page": queries.moving_page(viewer=viewer(request)), "products": queries.FORMATS}
    return render(request, "listen/moving/list.html", context, status=status)


def _take(request: HttpRequest, form: FilesForm) -> tuple[HttpResponse | None, str]:
    files = [
        Arrived(file.path, file.name or "file", file.sha256, file.size or 0)
        for name in ("file", "survey")
        if isinstance(file := form.cleaned_data[name], IncomingFile)
    ]
    try:
        made = moving_services.take_files(files=files, actor=user_of(request), now=timezone.now())
    except SameFileError as error:
        messages.error(request, str(error))
        return redirect("listen:moving_import", error.import_id), ""
    except InputError as error:
        return None, " ".join(told(problem) for problem in error.problems)
    return redirect("listen:moving_import", made.pk), ""


@permitted("answers.move")
@require_safe
def moving_import(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """One file: what it is taken for, what the dry run says, or what became of it."""
    return _show(request, import_id, changes="change" in request.GET)


def _show(
    request: HttpRequest, import_id: UUID, *, changes: bool = False, form: TargetForm | None = None
) -> HttpResponse:
    page = queries.import_page(viewer=viewer(request), import_id=import_id, changes=changes)
    if form is None and page.stage == "ask":
        form = TargetForm(initial=first_values(page.made), has_answers=page.made.seen.get("has_answers", True))
    status = 422 if form is not None and form.errors else 200
    context = {"page": page, "made": page.made, "form": form}
    return render(request, "listen/moving/import.html", context, status=status)


@permitted("answers.move")
@require_POST
def moving_map(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Take the corrected guess, and make the dry run."""
    made = queries.get_import(viewer=viewer(request), import_id=import_id)
    if made.state not in (queries.State.UPLOADED, queries.State.CHECKED):
        messages.error(request, _("This file was already decided."))
        return redirect("listen:moving_import", import_id)
    form = TargetForm(request.POST, has_answers=made.seen.get("has_answers", True))
    if not form.is_valid():
        return _show(request, import_id, changes=True, form=form)
    decide = moving_services.decide_mapping
    return _act(
        request,
        import_id,
        lambda actor, now: decide(
            import_id=import_id,
            reading=read_decision(made, request.POST, form),
            target=form.target,
            save_as=form.cleaned_data.get("save_as") or "",
            actor=actor,
            now=now,
        ),
    )


@permitted("answers.move")
@require_POST
def moving_use(request: HttpRequest, import_id: UUID, mapping_id: UUID) -> HttpResponse:
    """Take a kept mapping for this file."""
    queries.get_import(viewer=viewer(request), import_id=import_id)
    use = moving_services.use_mapping
    return _act(
        request, import_id, lambda actor, now: use(import_id=import_id, mapping_id=mapping_id, actor=actor, now=now)
    )


@permitted("answers.move")
@require_POST
def moving_decide(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Bring in, drop, take out or release, as the button says."""
    queries.get_import(viewer=viewer(request), import_id=import_id)
    decision, leave_out = request.POST.get("decision", ""), request.POST.get("leave_out") == "on"

    def decide(actor: User, now: datetime) -> None:
        if decision == "apply":
            moving_services.bring_in(import_id=import_id, leave_out=leave_out, actor=actor, now=now)
        elif decision == "drop":
            moving_services.drop(import_id=import_id, actor=actor, now=now)
            messages.success(request, _("The file was dropped. Nothing changed."))
        elif decision == "undo":
            moving_undoing.undo(import_id=import_id, actor=actor, now=now)
            messages.success(request, _("The answers were taken out again."))
        elif decision == "release":
            moving_releasing.release_moved(import_id=import_id, actor=actor, now=now)

    return _act(request, import_id, decide)


def _act(request: HttpRequest, import_id: UUID, act: Callable[[User, datetime], Any]) -> HttpResponse:
    try:
        act(user_of(request), timezone.now())
    except (MovingRefusedError, InputError) as error:
        messages.error(request, told_error(error))
    return redirect("listen:moving_import", import_id)


@permitted("answers.move")
@require_safe
def moving_report(request: HttpRequest, import_id: UUID, what: str) -> HttpResponse:
    """The loss report, or the problems of the dry run, as a CSV file in the language of the page."""
    import csv

    made = queries.get_import(viewer=viewer(request), import_id=import_id)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{what}-{made.sha256[:8]}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response, lineterminator="\r\n")
    if what == "losses":
        writer.writerow([_("What"), _("Where"), _("Why")])
        writer.writerows(_said(one, ("what", "where", "why"), ("what", "why")) for one in made.losses)
    else:
        heads = (_("Severity"), _("File"), _("Row"), _("Column"), _("What is wrong"), _("What to do"))
        keys = ("severity", "file", "row", "column", "message", "remedy")
        writer.writerow(heads)
        severities = {"error": _("Error"), "warning": _("Warning"), "note": _("Note")}
        for one in made.problems:
            named = {**one, "severity": severities.get(one["severity"], one["severity"])}
            writer.writerow(_said(named, keys, ("message", "remedy")))
    return response


def _said(line: Mapping[str, Any], keys: tuple[str, ...], words: tuple[str, ...]) -> list[Any]:
    """Return the cells of a report's line. words: those that are sentences; the rest are names and numbers."""
    return [safe_cell(translated_problem(line[key]) if key in words else line[key]) for key in keys]
