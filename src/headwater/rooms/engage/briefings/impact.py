"""Impact of a briefing: the direction that was chosen after it, and what its numbers say since. Never its alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from headwater.rooms.decide.directions.evidence import frozen
from headwater.rooms.decide.models import Direction
from headwater.rooms.engage.briefings.evidence import evidence_now, evidence_sent
from headwater.rooms.engage.models import BriefingCopy

_STATES = {
    Direction.State.GOING: lambda: _("it goes on"),
    Direction.State.CHANGED: lambda: _("it was changed since"),
    Direction.State.STOPPED: lambda: _("it was stopped since"),
    Direction.State.FINISHED: lambda: _("it is finished"),
}


@dataclass(frozen=True)
class ImpactLine:
    """A sentence. href: what it speaks of, "" for nothing to open."""

    text: str
    href: str = ""


def impact_of(sent: Sequence[BriefingCopy], *, today: date) -> tuple[ImpactLine, ...]:
    """Say which directions were chosen on the numbers of a briefing after it was sent, and where the numbers stand."""
    told = [*_directions(sent), *_numbers(sent, today=today)]
    if not told:
        return (
            ImpactLine(_("Not known: no later wave is released. A change in a score is never a briefing's alone.")),
        )
    return (*told, ImpactLine(_("What came after a briefing is never a briefing's alone.")))


def directions_after(sent: Sequence[BriefingCopy]) -> list[Direction]:
    """Return directions of a briefing's unit on one of its numbers, chosen after its first copy was sent.

    Several versions of one direction count once: the latest.
    """
    times = [copy.sent_at for copy in sent if copy.sent_at is not None]
    if not times:
        return []
    briefing = sent[0].briefing
    keys = {(study, score) for study, _wave, _unit, score in briefing.scores}
    chosen = Direction.objects.filter(unit=briefing.unit, chosen_at__gte=min(times), evidence__isnull=False)
    found = {}
    for one in chosen.select_related("candidate", "unit").order_by("chosen_at"):
        if (one.candidate.study, one.candidate.score) in keys:
            found[one.candidate_id] = one
    return list(found.values())


def _directions(sent: Sequence[BriefingCopy]) -> list[ImpactLine]:
    said = []
    decided = [copy for copy in sent if copy.decision == BriefingCopy.Decision.YES and copy.answered_at is not None]
    for one in directions_after(sent):
        values = {"title": one.title, "day": date_format(one.chosen_at, "SHORT_DATE_FORMAT")}
        after_yes = any(copy.answered_at is not None and copy.answered_at <= one.chosen_at for copy in decided)
        text = (
            _("After a yes, the direction “%(title)s” was chosen on %(day)s") % values
            if after_yes
            else _("After it was sent, the direction “%(title)s” was chosen on %(day)s") % values
        )
        evidence = frozen(one.evidence)
        if evidence is not None and one.target is not None:
            from headwater.reports.wording import figure

            mark = "%" if evidence.scale_unit == "percent" else ""
            text += ", " + _("target %(target)s from %(start)s by %(day)s") % {
                "target": f"{figure(one.target, evidence.decimals)}{mark}",
                "start": evidence.value_text,
                "day": date_format(one.target_date, "SHORT_DATE_FORMAT"),
            }
        state = _STATES[Direction.State(one.state)]()
        said.append(ImpactLine(f"{text}; {state}.", reverse("decide:directions_one", args=[one.pk])))
    return said


def _numbers(sent: Sequence[BriefingCopy], *, today: date) -> list[ImpactLine]:
    """What the same numbers say since sending."""
    told = []
    for copy in sent[:1]:
        now = {(one.study, one.unit, one.score): one for one in evidence_now(copy, today=today)}
        for before in evidence_sent(copy):
            one = now.get((before.study, before.unit, before.score))
            if one is not None and one.wave != before.wave and one.value_text and before.value_text:
                told.append(
                    ImpactLine(
                        _("%(label)s stood at %(then)s and stands at %(now)s (%(range)s).")
                        % {
                            "label": one.label,
                            "then": before.value_text,
                            "now": one.value_text,
                            "range": one.range_text,
                        }
                    )
                )
    return told
