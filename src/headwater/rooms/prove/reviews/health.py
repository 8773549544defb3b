"""Time of leaders, and the health of the loop itself."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.reports.charts.numerals import plain
from headwater.rooms.act.models import Commitment
from headwater.rooms.decide.models import Direction
from headwater.rooms.engage.models import Ask
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.books import released_waves
from headwater.rooms.learn.evidence import evidence_of
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import Unit
from headwater.rooms.prove.logic.reviews import FEWEST, pace_of
from headwater.rooms.prove.reviews.facts import Counted
from headwater.rooms.prove.reviews.span import Part

SPOKEN = "changed_because_spoke"
"""The score of the library's questionnaire `after_acting` that says whether something changed because people spoke."""
LOOKED_BACK = timedelta(days=366)


def minutes_of_leaders(part: Part) -> Counted:
    """Return the minutes asked of leaders of this part, and how many of them were given."""
    led = Unit.objects.filter(number__gte=part.span.start, number__lt=part.span.stop, is_open=True)
    leaders = set(led.exclude(leader=None).values_list("leader", flat=True))
    asks = Ask.objects.filter(
        person__in=leaders, cancelled_at=None, due_date__gte=part.quarter.first, due_date__lte=part.last
    )
    asked = given = 0
    whom = set()
    for minutes, done_at, person in asks.values_list("minutes", "done_at", "person"):
        asked += minutes
        given += minutes if done_at is not None else 0
        whom.add(person)
    detail = ngettext(
        "of %(n)s leader; %(given)s of them given", "of %(n)s leaders; %(given)s of them given", len(whom)
    )
    return Counted(_("Minutes asked"), plain(asked, 0), detail % {"n": len(whom), "given": plain(given, 0)})


def pace_in(part: Part) -> Counted:
    """Return how long it takes from a released wave to the first thing done about it, over the last year."""
    heard: list[tuple[date, date | None]] = []
    for wave in released_waves():
        if wave.released_at is None or not part.ends_at - LOOKED_BACK <= wave.released_at < part.ends_at:
            continue
        if part.key and _was_heard_here(wave, part):
            heard.append((timezone.localdate(wave.released_at), _first_act(wave, part)))
    pace = pace_of(heard)
    label = _("Days from hearing to acting")
    told = ngettext(
        "%(acted)s of %(n)s released waves was acted on", "%(acted)s of %(n)s released waves were acted on", pace.acted
    ) % {"acted": pace.acted, "n": pace.heard}
    if pace.days is None:
        if pace.heard < FEWEST:
            return Counted(label, "–", _("%(told)s; too few for a median") % {"told": told} if pace.heard else told)
        return Counted(label, "–", _("%(told)s: fewer than half, so there is no median yet") % {"told": told})
    return Counted(label, plain(pace.days, 0), _("median; %(told)s") % {"told": told})


def closed_share(raised: int, closed: int) -> Counted:
    """Return how many of the issues raised so far were closed."""
    value = "–" if not raised else f"{plain(100 * closed / raised, 0)}%"
    detail = _("%(closed)s of %(raised)s obstacles and incidents so far") % {"closed": closed, "raised": raised}
    return Counted(_("Issues closed"), value, detail)


def spoken_of(part: Part) -> str:
    """Say which share say that something changed because they spoke; where nobody was asked, how to ask."""
    for wave in released_waves():
        if wave.released_at is None or wave.released_at >= part.ends_at:
            continue
        finding = Finding(wave.study.key, wave.key, part.key, SPOKEN)
        found = evidence_of(viewer=part.viewer, finding=finding, as_share=True)
        if found is not None and found.value_text:
            return _(
                "%(value)s (%(range)s) agree that something changed for the better because people spoke up; %(n)s "
                "answers, %(study)s, %(wave)s."
            ) % {
                "value": found.value_text, "range": found.range_text, "n": found.n, "study": found.study_title,
                "wave": found.wave_title}  # fmt: skip
    return _(
        "Not asked. Whether people say that something changed because they spoke is not known until they are asked: "
        "the library has four short questions for it, “After the survey: did anything change?”."
    )


def _was_heard_here(wave: Wave, part: Part) -> bool:
    from headwater.rooms.learn.books import book_of

    return part.key in book_of(wave).tree.index_of


def _first_act(wave: Wave, part: Part) -> date | None:
    """The first day on which a direction or a commitment was made from a number of this wave, in this part."""
    assert wave.released_at is not None
    days: list[Any] = []
    commitments = Commitment.objects.filter(
        study=wave.study.key, wave=wave.key, made_at__gte=wave.released_at, made_at__lt=part.ends_at
    ).select_related("unit")
    days += [one.made_at for one in part.own(commitments, lambda one: one.unit)]
    taken = Direction.objects.filter(
        chosen_at__gte=wave.released_at, chosen_at__lt=part.ends_at, evidence__isnull=False
    ).select_related("unit")
    for one in part.own(taken, lambda one: one.unit):
        kept = one.evidence or {}
        if (kept.get("study"), kept.get("wave")) == (wave.study.key, wave.key):
            days.append(one.chosen_at)
    return timezone.localdate(min(days)) if days else None
