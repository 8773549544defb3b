"""The pages of organisation imports: upload, dry run, decision, undo."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.people import imports, queries, successors
from headwater.rooms.people.forms import ReasonForm, UploadForm
from headwater.rooms.people.imports import ImportRefusedError
from headwater.rooms.people.viewers import permitted, user_of, viewer
from headwater.rooms.people.views import number

LISTS = (
    ("person", "joins"), ("person", "moves"), ("person", "leaves"), ("person", "edits"),
    ("unit", "joins"), ("unit", "moves"), ("unit", "leaves"), ("unit", "edits"),
)  # fmt: skip
"""What a dry run lists, in this order."""
WORKING = (imports.State.CHECKING, imports.State.APPLYING, imports.State.UNDOING)


@permitted("organisation.import")
def import_list(request: HttpRequest) -> HttpResponse:
    """Upload a file; see what was imported before."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        made = imports.begin_import(
            content=file.read(),
            file_name=file.name,
            is_full=form.cleaned_data["scope"] == "full",
            effective_date=form.cleaned_data["effective_date"],
            actor=user_of(request),
            now=timezone.now(),
        )
        return redirect("people:import", made.pk)
    context = {"form": form, "imports": queries.list_imports(viewer=viewer(request))}
    return render(request, "people/imports.html", context, status=422 if form.errors else 200)


@permitted("organisation.import")
@require_safe
def import_detail(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """What an import would do, or did."""
    return _show(request, import_id, ReasonForm())


def _show(request: HttpRequest, import_id: UUID, form: Form, status: int = 200) -> HttpResponse:
    made = queries.get_import(viewer=viewer(request), import_id=import_id)
    counts = made.summary["counts"]
    present = [(kind, what, counts[f"{kind}_{what}"]) for kind, what in LISTS if counts.get(f"{kind}_{what}")]
    asked = (request.GET.get("kind", ""), request.GET.get("what", ""))
    chosen = asked if asked in LISTS else (present[0][:2] if present else LISTS[0])
    changes = queries.page_changes(
        viewer=viewer(request), made_by=made, kind=chosen[0], what=chosen[1], page=number(request, "page")
    )
    latest = imports.latest_applied()
    context = {
        "made": made,
        "counts": {f"{kind}_{what}": counts.get(f"{kind}_{what}", 0) for kind, what in LISTS},
        "lists": present,
        "chosen": chosen,
        "changes": changes,
        "lines_of": queries.name_places(made, changes),
        "form": form,
        "is_ready": imports.is_ready(made),
        "is_open": made.state == imports.State.CHECKED,
        "is_working": made.state in WORKING,
        "has_failed": made.state in WORKING and imports.has_failed(made),
        "successions": successors.list_successions(viewer=viewer(request), made_by=made),
        "can_undo": latest is not None and latest.pk == made.pk,
        "is_future": made.effective_date > timezone.localdate(),
    }
    return render(request, "people/import.html", context, status=status)


@permitted("organisation.import")
@require_POST
def decide(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Apply, drop, undo or take up an import again, as the button says."""
    queries.get_import(viewer=viewer(request), import_id=import_id)
    actor, now = user_of(request), timezone.now()
    decision = request.POST.get("decision", "")
    try:
        if decision == "apply":
            made = imports.confirm_import(import_id=import_id, actor=actor, now=now, in_background=True)
            if made.state == imports.State.WAITING:
                messages.success(request, _("The file waits for its day."))
            elif made.state == imports.State.APPLIED:
                messages.success(request, _("The organisation now stands as the file says."))
        elif decision == "drop":
            imports.drop_import(import_id=import_id, actor=actor, now=now)
            messages.success(request, _("The file was dropped. Nothing changed."))
            return redirect("people:imports")
        elif decision == "undo":
            made = imports.undo_import(import_id=import_id, actor=actor, now=now, in_background=True)
            if made.state == imports.State.UNDONE:
                messages.success(request, _("Everything stands as before this import."))
        elif decision == "again":
            imports.try_again(import_id=import_id, actor=actor, now=now)
    except ImportRefusedError as error:
        messages.error(request, str(error))
    return redirect("people:import", import_id)


@permitted("organisation.import")
@require_POST
def run_again(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Run a stopped import again, with a reason."""
    queries.get_import(viewer=viewer(request), import_id=import_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, import_id, form, 422)
    try:
        made = imports.check_again(
            import_id=import_id, reason=form.cleaned_data["reason"], actor=user_of(request), now=timezone.now()
        )
    except ImportRefusedError as error:
        messages.error(request, str(error))
        return redirect("people:import", import_id)
    return redirect("people:import", made.pk)


@permitted("organisation.import")
@require_http_methods(["GET", "HEAD", "POST"])
def unit_map(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """What becomes of the old units: as guessed, to be put right."""
    page = successors.succession_page(viewer=viewer(request), import_id=import_id, page=number(request, "page"))
    wrong: tuple[str, ...] = ()
    if request.method == "POST":
        chosen = {
            row.old: request.POST.getlist(f"new-{place}")
            for place, row in enumerate(page.rows)
            if f"new-{place}" in request.POST and request.POST.get(f"old-{place}") == row.old
        }
        try:
            successors.choose_successors(import_id=import_id, chosen=chosen, actor=user_of(request), now=timezone.now())
        except successors.UnknownUnitsError as error:
            wrong = error.units
            page = page.with_choices(chosen)
        except ImportRefusedError as error:
            messages.error(request, str(error))
            return redirect("people:import", import_id)
        else:
            messages.success(request, _("What became of the units is kept with the import."))
            return redirect(request.get_full_path())
    return render(request, "people/unit_map.html", {"page": page, "wrong": wrong}, status=422 if wrong else 200)
