"""Registered actions as lines, each with where its check stands for whoever asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from headwater.rooms.act.present_units import present_units
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.tabs import has_role_for
from headwater.rooms.prove.effects import wording
from headwater.rooms.prove.effects.allowed import SEE, is_open, is_owner
from headwater.rooms.prove.effects.freezing import FrozenPlan, plan_from
from headwater.rooms.prove.logic.verdicts import JUDGED, Verdict
from headwater.rooms.prove.models import EffectCheck, EffectPlan


@dataclass(frozen=True)
class EffectLine:
    """One registered action.

    verdict: what can be said today. check: what it rests on, None before any. later: checks after the verdict, oldest
    first. unit_name: as it is called today. is_own: whether the viewer answers for it; is_new: whether they have not
    looked yet.
    """

    plan: EffectPlan
    frozen: FrozenPlan
    verdict: Verdict
    check: EffectCheck | None
    later: tuple[EffectCheck, ...]
    unit_name: str
    is_own: bool
    is_new: bool

    @property
    def title(self) -> str:
        """What it was called."""
        return self.plan.title or wording.untitled()

    @property
    def is_judged(self) -> bool:
        """Whether there is a verdict."""
        return self.verdict in JUDGED

    @property
    def verdict_words(self) -> str:
        """The verdict in words."""
        return str(EffectCheck.Verdict(self.verdict).label)

    @property
    def effect(self) -> str:
        """The effect with its range, "" where there is none."""
        if self.check is None or self.check.effect is None or self.check.low is None or self.check.high is None:
            return ""
        return f"{wording.signed(self.check.effect, self.frozen)} ({self.range})"

    @property
    def range(self) -> str:
        """The range of the effect, "" where there is none."""
        if self.check is None or self.check.low is None or self.check.high is None:
            return ""
        return wording.spread(self.check.low, self.check.high, self.frozen)

    @property
    def hope(self) -> str:
        """The forecast with its range."""
        return wording.hope_words(self.frozen)

    @property
    def score(self) -> str:
        """What the score is called."""
        return wording.label_of(self.frozen)

    @property
    def day(self) -> date:
        """The day the list is ordered by: when it began."""
        return self.plan.started_date


def lines_for(
    *, viewer: Viewer, now: datetime, first: date | None = None, last: date | None = None
) -> tuple[EffectLine, ...]:
    """Return the registered actions whose checks a viewer sees, the latest begun first; never ordered by success.

    first, last: only those whose verdict came from one day to another.
    """
    plans = list(EffectPlan.objects.select_related("unit").order_by("-started_date", "title", "pk"))
    standing = present_units(plan.unit for plan in plans)
    has_role = has_role_for(viewer, SEE)
    seen = []
    for plan in plans:
        unit = standing[plan.unit.pk]
        if is_owner(viewer, plan) or (has_role and can(viewer, SEE, None if unit is None else unit.number)):
            seen.append(plan)
    made = tuple(_lines(seen, viewer, now))
    if first is None and last is None:
        return made
    return tuple(
        one
        for one in made
        if one.is_judged
        and one.check is not None
        and (first is None or first <= one.check.made_at.date())
        and (last is None or one.check.made_at.date() <= last)
    )


def every_line(*, now: datetime) -> tuple[EffectLine, ...]:
    """Return all registered actions with the verdicts that are open to all: for what is pooled over them."""
    plans = EffectPlan.objects.select_related("unit").order_by("started_date", "pk")
    return tuple(_lines(plans, Viewer("", "", ()), now))


def _lines(plans: Iterable[EffectPlan], viewer: Viewer, now: datetime) -> Iterable[EffectLine]:
    plans = list(plans)
    checks: dict[UUID, list[EffectCheck]] = {}
    keys = [plan.pk for plan in plans]
    for check in EffectCheck.objects.filter(plan__in=keys).select_related("wave").order_by("wave__closes_at"):
        checks.setdefault(check.plan_id, []).append(check)
    for plan in plans:
        own = [one for one in checks.get(plan.pk, []) if is_open(one, viewer=viewer, plan=plan, now=now)]
        yield line_of(plan, own, viewer)


def line_of(plan: EffectPlan, checks: list[EffectCheck], viewer: Viewer) -> EffectLine:
    """Return a plan with its open checks, oldest first, as a line."""
    frozen = plan_from(plan.frozen)
    judging = next((one for one in checks if one.is_judging), None)
    latest = judging or (checks[-1] if checks else None)
    later = tuple(checks[checks.index(judging) + 1 :]) if judging is not None else ()
    if latest is None:
        verdict: Verdict = "untold" if frozen.reason else "early"
    else:
        verdict = latest.verdict  # type: ignore[assignment]
    owned = is_owner(viewer, plan)
    return EffectLine(
        plan,
        frozen,
        verdict,
        latest,
        later,
        plan.unit.name,
        owned,
        owned and any(one.seen_at is None for one in checks),
    )
