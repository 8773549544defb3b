"""The page of one action: what was forecast beside what happened, how it was compared, and what would overturn it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.chain import EffectEstimate, Missing
from headwater.rooms.house.figures import Figure
from headwater.rooms.learn.making import Making
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.models import Unit
from headwater.rooms.prove.effects import wording
from headwater.rooms.prove.effects.allowed import is_open, may_name, require_see
from headwater.rooms.prove.effects.drawing import course_figure, hope_figure
from headwater.rooms.prove.effects.freezing import FrozenPlan, found_from
from headwater.rooms.prove.effects.lines import EffectLine, line_of
from headwater.rooms.prove.effects.panels import panel_of
from headwater.rooms.prove.models import EffectCheck, EffectPlan


@dataclass(frozen=True)
class CheckLine:
    """One wave's check. words: what stands in it: the verdict's own, an early one, or whether it lasted."""

    check: EffectCheck
    effect: str
    words: str


@dataclass(frozen=True)
class EffectPage:
    """One action. named: units compared with that the viewer may see; unnamed: how many more. facts: what was found,
    term by term; doubts: what would overturn it.
    """

    line: EffectLine
    title: str
    sentence: str
    hope_figure: Figure | None
    course: Figure | None
    facts: tuple[tuple[str, str, str], ...]
    doubts: tuple[str, ...]
    along: tuple[str, ...]
    checks: tuple[CheckLine, ...]
    named: tuple[str, ...]
    unnamed: int
    making: Making


def effect_page(*, viewer: Viewer, plan_id: UUID, now: datetime) -> EffectPage:
    """Return one action. Raises EffectPlan.DoesNotExist and PermissionDenied."""
    plan = EffectPlan.objects.select_related("unit", "owner").get(pk=plan_id)
    require_see(viewer, plan)
    checks = [
        one
        for one in EffectCheck.objects.filter(plan=plan).select_related("wave").order_by("wave__closes_at")
        if is_open(one, viewer=viewer, plan=plan, now=now)
    ]
    line = line_of(plan, checks, viewer)
    frozen = line.frozen
    found: EffectEstimate | Missing | None = None if line.check is None else found_from(line.check.found)
    matched = found.matched if isinstance(found, EffectEstimate) else frozen.comparison.matched
    score = panel_of(plan.study, plan.score, upto=None if line.check is None else checks[-1].wave)
    if line.check is None and score is not None and frozen.before:
        base = next((one.pk for one in score.waves if one.key == frozen.before[-1]), None)
        score = None if base is None else score
    named, unnamed = _named(viewer, frozen, matched)
    return EffectPage(
        line=line,
        title=wording.headline(line.verdict, line.title) if line.check is not None or frozen.reason else line.title,
        sentence=wording.waiting_words(frozen)
        if found is None
        else wording.sentence(line.verdict, found, frozen, line.unit_name),
        hope_figure=hope_figure(line),
        course=None if score is None or line.check is None else course_figure(frozen, score, line.unit_name, matched),
        facts=_facts(found, frozen) if isinstance(found, EffectEstimate) else (),
        doubts=_doubts(found, frozen) if isinstance(found, EffectEstimate) else (),
        along=_along(viewer, line),
        checks=tuple(_check_line(one, frozen, line) for one in checks),
        named=named,
        unnamed=unnamed,
        making=_making(line, found),
    )


def open_plan(*, viewer: Viewer, plan_id: UUID) -> EffectPlan:
    """Return a plan that a viewer sees. Raises EffectPlan.DoesNotExist and PermissionDenied."""
    plan = EffectPlan.objects.select_related("unit").get(pk=plan_id)
    require_see(viewer, plan)
    return plan


def plan_file(*, viewer: Viewer, plan_id: UUID) -> tuple[EffectPlan, dict[str, object]]:
    """Return a plan as it was frozen, to check its hash. For whoever may name all its units; PermissionDenied else."""
    plan = open_plan(viewer=viewer, plan_id=plan_id)
    if not may_name(viewer, None):
        raise PermissionDenied
    return plan, dict(plan.frozen)


def _named(viewer: Viewer, frozen: FrozenPlan, matched: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    units = {unit.key: unit for unit in Unit.objects.filter(key__in=matched)}
    named = tuple(frozen.names.get(key, key) for key in matched if may_name(viewer, units.get(key)))
    return named, len(matched) - len(named)


def _facts(found: EffectEstimate, frozen: FrozenPlan) -> tuple[tuple[str, str, str], ...]:
    def level(value: float) -> str:
        return wording.plain(value, frozen)

    return (
        (_("Before, and after"), f"{level(found.was)} → {level(found.became)}", _("Its own answers, not steadied.")),
        (
            _("Units like it"),
            f"{level(found.others_were)} → {level(found.others_became)}",
            _("The mean of those it is compared with, in the same waves."),
        ),
        (_("Difference of the changes"), wording.judged(found.plain, frozen), _("What a plain comparison would say.")),
        (
            _("Coming back by itself"),
            wording.signed(found.coming_back, frozen),
            _("To be expected from where they stood: whoever lay unusually low or high comes some way back by itself."),
        ),
        (_("Effect"), wording.judged(found.adjusted, frozen), _("What is left. The verdict rests on it alone.")),
    )


def _doubts(found: EffectEstimate, frozen: FrozenPlan) -> tuple[str, ...]:
    low, high = found.without_one
    stands = found.adjusted.low > 0 or found.adjusted.high < 0
    edge = wording.plain(abs(found.hidden), frozen)
    lines = [
        _("Something else that moved this unit alone by %(edge)s would be enough to make it look like nothing.")
        % {"edge": edge}
        if stands
        else _("A hidden push of %(edge)s the other way would be enough to hide an effect.") % {"edge": edge},
        _("With nothing done, as large a move would be seen in about %(percent)s%% of units.")
        % {"percent": round(100 * found.placebos)},
        _("Leaving out any one unit it is compared with gives %(range)s; beside all %(pool)s others it is %(all)s.")
        % {
            "range": wording.spread(low, high, frozen),
            "pool": found.pool,
            "all": wording.signed(found.beside_all, frozen),
        },
    ]
    if found.lost:
        lines.append(
            ngettext(
                "%(n)s unit of the comparison fell away (not shown, or something began there); the next of the fixed "
                "order took its place.",
                "%(n)s units of the comparison fell away (not shown, or something began there); the next of the fixed "
                "order took their places.",
                len(found.lost),
            )
            % {"n": len(found.lost)}
        )
    return tuple(lines)


def _along(viewer: Viewer, line: EffectLine) -> tuple[str, ...]:
    if line.check is None:
        return ()
    keys = [one["plan"] for one in line.check.along if one["what"] == "action"]
    titles = {}
    for plan in EffectPlan.objects.select_related("unit").filter(pk__in=keys):
        try:
            require_see(viewer, plan)
            titles[str(plan.pk)] = plan.title
        except PermissionDenied:
            continue
    return tuple(wording.along_words(one, titles) for one in line.check.along)


def _check_line(check: EffectCheck, frozen: FrozenPlan, line: EffectLine) -> CheckLine:
    found = found_from(check.found)
    effect = wording.missing_words(found) if isinstance(found, str) else wording.judged(found.adjusted, frozen)
    words = str(check.get_verdict_display())
    if line.check is not None and line.is_judged and not check.is_judging and check.verdict not in ("early", "untold"):
        words = _("Later: %(verdict)s") % {"verdict": words.lower()}
    return CheckLine(check, effect, words)


def _making(line: EffectLine, found: EffectEstimate | Missing | None) -> Making:
    frozen = line.frozen
    limits = [
        _("A matched comparison is no experiment: whatever else moved this unit alone counts as its effect."),
        _("The comparison and the pool are released numbers only; groups that were too small to show are not in it."),
    ]
    if line.plan.is_late:
        limits.insert(0, _("Chosen after: later data had been released when this was registered. The comparison still "
                           "rests on waves before the start alone, but nobody can prove it."))  # fmt: skip
    count = found.pool if isinstance(found, EffectEstimate) else len(frozen.pool)
    return Making(
        method=_(
            "The unit's change from the last wave before the start, less the mean change of its matched units, each "
            "less what its own past let expect (best linear prediction from the waves before). The range comes from "
            "how far the other units moved by themselves, each taken in turn as if it had acted."
        ),
        formula="effect = (y₁ − E[y₁ | y₀, y₋₁ …]) − mean over matched (y₁ − E[y₁ | y₀, y₋₁ …]);  ± t(df) · SE",
        n=_("%(matched)s matched units of %(pool)s that can be compared with")
        % {"matched": len(found.matched) if isinstance(found, EffectEstimate) else frozen.matched, "pool": count},
        inputs=line.plan.digest,
        limits=tuple(limits),
        sources=(
            "Abadie and Imbens 2011, J Bus Econ Stat 29:1",
            "Abadie, Diamond and Hainmueller 2010, J Am Stat Assoc 105:493",
            "Robinson 1991, Statistical Science 6:15",
        ),
        versions=(("method", frozen.method),),
    )
