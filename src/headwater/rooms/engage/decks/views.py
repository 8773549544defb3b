"""Pages of those who set decks up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.engage.decks import queries, services
from headwater.rooms.engage.decks.forms import LINKED, MOST_LINK, ScheduleForm
from headwater.rooms.engage.decks.services import MANAGE, DeckRefusedError
from headwater.rooms.engage.decks.sources import NotShownError, made_of
from headwater.rooms.engage.decks.words import why_words
from headwater.rooms.engage.models import DeckIssue, DeckSchedule
from headwater.rooms.learn.reports import FORMS
from headwater.rooms.people.viewers import permitted, user_of, viewer

ONE = "engage:decks_one"


@login_required
@require_safe
def decks(request: HttpRequest) -> HttpResponse:
    """Decks somebody gets, and, for who sets them up, all schedules."""
    return render(request, "engage/decks_list.html", {"page": queries.list_page(viewer=viewer(request))})


@permitted(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """Set a schedule up; ?view= takes the link of a view."""
    asked = request.GET.get("view", "")[:MOST_LINK]
    offered = queries.receivers_offered(now=timezone.now())
    initial = {"deck": LINKED, "view_link": asked} if asked else {}
    form = ScheduleForm(request.POST or None, offered=offered, initial=initial)
    return _formed(request, form, None)


@permitted(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    """Change a schedule."""
    schedule = queries.managed(viewer=viewer(request), schedule_id=schedule_id)
    offered = queries.receivers_offered(now=timezone.now())
    form = ScheduleForm(request.POST or None, offered=offered, schedule=schedule)
    return _formed(request, form, schedule)


@permitted(MANAGE)
@require_safe
def one(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    """One schedule: what would go out, and what did."""
    page = queries.one_page(viewer=viewer(request), schedule_id=schedule_id, now=timezone.now())
    return render(request, "engage/decks_one.html", {"page": page, "form_key": uuid4()})


@permitted(MANAGE)
@require_POST
def act(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    """Start, pause or stop a schedule, or send it now."""
    queries.managed(viewer=viewer(request), schedule_id=schedule_id)
    doing = request.POST.get("do", "")
    usual: dict[str, Any] = {
        "schedule_id": schedule_id, "actor": user_of(request), "viewer": viewer(request), "now": timezone.now(),
    }  # fmt: skip
    done: dict[str, tuple[Callable[..., Any], str]] = {
        "start": (services.start_schedule, _("It runs. The first deck goes out when it is due.")),
        "pause": (services.pause_schedule, _("Paused. Nothing goes out until it goes on.")),
        "stop": (services.stop_schedule, _("Stopped. What was sent stays with those who got it.")),
        "now": (services.send_now, _("It is made within a few minutes, outside quiet hours, where something is new.")),
    }
    if doing not in done:
        raise Http404
    if doing == "now":
        usual["form_key"] = _key(request.POST.get("form_key", ""))
    service, said = done[doing]
    try:
        service(**usual)
    except DeckRefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect(ONE, schedule_id)


@permitted(MANAGE)
@require_POST
def retry(request: HttpRequest, issue_id: UUID) -> HttpResponse:
    """Try a failed deck again."""
    issue = queries.managed_issue(viewer=viewer(request), issue_id=issue_id)
    try:
        services.retry_issue(issue_id=issue_id, actor=user_of(request), viewer=viewer(request), now=timezone.now())
    except DeckRefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It is tried again."))
    return redirect(ONE, issue.receiver.schedule_id)


@permitted(MANAGE)
@require_safe
def preview(request: HttpRequest, receiver_id: UUID) -> HttpResponse:
    """The file that a receiver would get now. It is not kept."""
    receiver = queries.managed_receiver(viewer=viewer(request), receiver_id=receiver_id)
    form = receiver.schedule.form
    try:
        seen, language = queries.preview_of(receiver=receiver, now=timezone.now())
        made = made_of(seen, form=form, language=language)
    except NotShownError as refused:
        messages.error(request, why_words(refused.why))
        return redirect(ONE, receiver.schedule_id)
    return saved(made.content, form, "preview")


@permitted(MANAGE)
@require_safe
def sent_file(request: HttpRequest, issue_id: UUID) -> HttpResponse:
    """The file of a deck as it went out, for who set it up."""
    issue = queries.managed_issue(viewer=viewer(request), issue_id=issue_id)
    return file_response(request, issue, back=redirect(ONE, issue.receiver.schedule_id), is_manager=True)


def file_response(request: HttpRequest, issue: DeckIssue, *, back: HttpResponse, is_manager: bool) -> HttpResponse:
    """Answer with the file of a deck, or go back and say why there is none."""
    try:
        content = services.file_of(issue=issue, viewer=viewer(request), is_manager=is_manager)
    except DeckRefusedError as refused:
        messages.error(request, str(refused))
        return back
    return saved(content, issue.form, f"deck-{issue.made_at:%Y-%m-%d}" if issue.made_at is not None else "deck")


def saved(content: bytes, form: str, name: str) -> HttpResponse:
    """Answer with a file to save."""
    answer = HttpResponse(content, content_type=FORMS[form])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _formed(request: HttpRequest, form: ScheduleForm, schedule: DeckSchedule | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        usual: dict[str, Any] = {
            "wanted": form.wanted(), "actor": user_of(request), "viewer": viewer(request), "now": timezone.now(),
        }  # fmt: skip
        try:
            if schedule is None:
                made = services.set_up_schedule(schedule_id=form.cleaned_data["made"], **usual)
                messages.success(request, _("Set up. Look at what would go out, then start it."))
            else:
                made = services.change_schedule(schedule_id=schedule.pk, **usual)
                messages.success(request, _("Changed. What was sent stays as it was."))
        except DeckRefusedError as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(ONE, made.pk)
    context = {"form": form, "schedule": schedule}
    return render(request, "engage/decks_form.html", context, status=422 if form.errors else 200)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()
