"""The pages of starting alone: pick a moment, choose, answer for oneself, ask, read, try one thing, ask again."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.learn import start_queries
from headwater.rooms.learn.start_services import (
    SHOWN_AT,
    StartRefusedError,
    ask_again,
    rate_and_launch,
    share,
    start_alone,
    write_try,
)
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.studies import StudyRefusedError
from headwater.rooms.people.viewers import user_of, viewer


@login_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """One's own studies, and the moments to choose from."""
    return render(request, "learn/start.html", {"page": start_queries.start_page(viewer=viewer(request))})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, unit_id: UUID, moment: str) -> HttpResponse:
    """Behaviours and people of one moment."""
    page = start_queries.choose_page(viewer=viewer(request), unit_id=unit_id, moment=moment)
    wrong = ""
    chosen = [one.key for one in page.behaviours if one.is_suggested]
    raters = [str(person.pk) for person in page.people]
    if request.method == "POST":
        chosen, raters = request.POST.getlist("behaviours"), request.POST.getlist("raters")
        actor = user_of(request)
        assert actor.person is not None  # a unit is led by a person
        try:
            made = start_alone(
                unit=page.unit,
                person=actor.person,
                moment=moment,
                title=start_queries.moment_of(moment).title,
                behaviours=chosen,
                raters=[found for text in raters if (found := _uuid(text)) is not None],
                actor=actor,
                now=timezone.now(),
            )
            return redirect("learn:start_study", made.pk)
        except (StartRefusedError, StudyRefusedError) as error:
            wrong = str(error)
    context = {"page": page, "wrong": wrong, "chosen": chosen, "raters": raters}
    return render(request, "learn/start_choose.html", context, status=400 if wrong else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study(request: HttpRequest, study_id: UUID) -> HttpResponse:
    """One's own study as it stands; sending it with one's own answers asks the others."""
    if request.method == "POST":
        alone = start_queries.own_study(viewer=viewer(request), study_id=study_id)
        if alone.moment in SHOWN_AT:
            raise Http404
        own = {
            key: int(text)
            for key in alone.behaviours
            if (text := request.POST.get(key, "")).isdecimal() and len(text) < 3
        }
        try:
            rate_and_launch(alone=alone, own=own, actor=user_of(request), now=timezone.now())
            messages.success(request, _("Your answers are locked, and your people are asked."))
        except (StartRefusedError, StudyRefusedError) as error:
            messages.error(request, str(error))
        return redirect("learn:start_study", study_id)
    page = start_queries.study_page(viewer=viewer(request), study_id=study_id, now=timezone.now())
    if page.alone.moment in SHOWN_AT:
        return redirect(SHOWN_AT[page.alone.moment], page.alone.unit_id)
    context = {"page": page, "tomorrow": start_queries.next_day(timezone.now())}
    return render(request, "learn/start_study.html", context)


@login_required
@require_POST
def act(request: HttpRequest, study_id: UUID) -> HttpResponse:
    """What the leader does with a result: try one thing, ask again, share."""
    alone = start_queries.own_study(viewer=viewer(request), study_id=study_id)
    if alone.moment in SHOWN_AT:
        raise Http404
    what, actor, now = request.POST.get("what", ""), user_of(request), timezone.now()
    try:
        if what == "try":
            asked = _uuid(request.POST.get("wave", ""))
            wave = None if asked is None else Wave.objects.filter(study=alone.study, pk=asked).first()
            if wave is None or wave.state != Wave.State.RELEASED:
                raise Http404
            write_try(wave=wave, words=request.POST.get("words", ""), from_date=_day(request), actor=actor, now=now)
            messages.success(request, _("Kept. Only you see it."))
        elif what == "again":
            ask_again(alone=alone, actor=actor, now=now)
        elif what in ("share", "keep"):
            share(alone=alone, is_shared=what == "share", actor=actor, now=now)
        else:
            raise Http404
    except (StartRefusedError, StudyRefusedError) as error:
        messages.error(request, str(error))
    return redirect("learn:start_study", study_id)


def _day(request: HttpRequest) -> date:
    try:
        found = parse_date(request.POST.get("from_date", ""))
    except ValueError:
        found = None
    if found is None:
        raise StartRefusedError(_("Choose the day from which you try it."))
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
