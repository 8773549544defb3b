"""What the pages of effects show. Every query takes its viewer and refuses what they may not see."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.rooms.house.figures import Figure
from headwater.rooms.learn.sheets import Cell, Sheet
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.prove.effects.allowed import PLAN, opens_page
from headwater.rooms.prove.effects.drawing import forest_figure
from headwater.rooms.prove.effects.lines import EffectLine, lines_for
from headwater.rooms.prove.logic.tendencies import by_chance
from headwater.rooms.prove.logic.verdicts import JUDGED, VERDICTS, Verdict
from headwater.rooms.prove.models import EffectCheck

__all__ = ["EffectLine", "EffectsPage", "effects_page", "effects_sheet", "judged_between", "lines_for"]

FEWEST_FOR_CHANCE = 10
"""Verdicts from which it is said how many chance alone would bring."""


@dataclass(frozen=True)
class Count:
    """How many actions have one verdict."""

    verdict: Verdict
    words: str
    number: int
    is_chosen: bool


@dataclass(frozen=True)
class EffectsPage:
    """Registered actions, the latest first. chosen: the verdict that is shown alone, "" for all."""

    title: str
    lines: tuple[EffectLine, ...]
    counts: tuple[Count, ...]
    chosen: str
    figure: Figure | None
    chance: str
    plans: bool
    whole: bool


def effects_page(*, viewer: Viewer, now: datetime, chosen: str = "") -> EffectsPage:
    """Return what was registered and how it turned out. Raises PermissionDenied."""
    if not opens_page(viewer):
        raise PermissionDenied
    lines = lines_for(viewer=viewer, now=now)
    counted = Counter(one.verdict for one in lines)
    shown = tuple(one for one in lines if not chosen or one.verdict == chosen)
    judged = sum(counted[verdict] for verdict in JUDGED)
    chance = ""
    if judged >= FEWEST_FOR_CHANCE:
        chance = _(
            "Of %(judged)s verdicts, about %(chance)s would look like an effect or like harm by chance alone, if "
            "nothing had any."
        ) % {"judged": judged, "chance": max(1, round(by_chance(judged)))}
    return EffectsPage(
        title=_title(counted, len(lines)),
        lines=shown,
        counts=tuple(Count(one, str(EffectCheck.Verdict(one).label), counted[one], one == chosen) for one in VERDICTS),
        chosen=chosen if chosen in VERDICTS else "",
        figure=forest_figure([one for one in shown if one.is_judged]),
        chance=chance,
        plans=can(viewer, PLAN),
        whole=can(viewer, "effects.see"),
    )


def judged_between(*, viewer: Viewer, first: date, last: date, now: datetime) -> tuple[EffectLine, ...]:
    """Return the actions whose verdict came from one day to another, for the review: whatever it was."""
    return lines_for(viewer=viewer, now=now, first=first, last=last)


def effects_sheet(*, viewer: Viewer, now: datetime) -> Sheet:
    """Return the registered actions as rows, with every number of their checks. Raises PermissionDenied."""
    page = effects_page(viewer=viewer, now=now)
    header = [
        _("What was done"), _("Kind"), _("Unit"), _("Study"), _("Score"), _("Began"), _("Due"), _("Verdict"),
        _("Forecast"), _("Forecast, low"), _("Forecast, high"), _("Effect"), _("Low"), _("High"), _("Standard error"),
        _("Checked with"), _("Given up"), _("Chosen after"), _("Registered"), _("SHA-256 of the plan"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for one in page.lines:
        plan, check = one.plan, one.check
        rows.append(
            [
                one.title,
                plan.get_kind_display(),
                one.unit_name,
                one.frozen.study_title,
                one.score,
                plan.started_date.isoformat(),
                plan.due_date.isoformat(),
                one.verdict_words,
                plan.likely,
                plan.low,
                plan.high,
                None if check is None else check.effect,
                None if check is None else check.low,
                None if check is None else check.high,
                None if check is None else check.se,
                "" if check is None else check.wave.title,
                "" if plan.dropped_date is None else plan.dropped_date.isoformat(),
                _("yes") if plan.is_late else _("no"),
                plan.registered_at.isoformat(timespec="seconds"),
                plan.digest,
            ]
        )
    notes = (
        _("Every registered action stands here, given up or not. Effects are changes beside matched units, adjusted "
          "for where each stood before, with 95% ranges."),
        _("The comparison was chosen from waves before the start; “chosen after”: later data were out already."),
    )  # fmt: skip
    return Sheet("effects", page.title, header, rows, notes)


def _title(counted: Counter[Verdict], number: int) -> str:
    if not number:
        return _("Nothing with a forecast was done yet.")
    judged = sum(counted[verdict] for verdict in JUDGED)
    if not judged:
        return ngettext(
            "%(n)s action waits for its check.", "%(n)s actions wait for their checks.", number
        ) % {"n": number}  # fmt: skip
    return _(
        "%(worked)s worked as hoped, %(less)s moved less than hoped, %(none)s showed no sign of an effect, "
        "%(harm)s did harm."
    ) % {verdict: counted[verdict] for verdict in JUDGED}
