"""What changed beside a comparison, what did not, whether visits move experience, and what it was worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.rooms.prove.effects.lines import EffectLine, lines_for
from headwater.rooms.prove.logic.reviews import verdict_order
from headwater.rooms.prove.models import ValueCase, ValueVersion
from headwater.rooms.prove.reviews.facts import Counted, Judged, Said, Worth
from headwater.rooms.prove.reviews.span import Part
from headwater.rooms.prove.value.queries import case_sentences
from headwater.rooms.prove.value.words import presented_day

FELT = frozenset(
    {"lx_relationship", "ex_trust_respect", "ex_support_voice", "ex_stay", "ex_recommend", "ex_recommend_work"}
)
"""Scores of the library that say whether visits move rapport, staying and speaking well."""


def changed_in(part: Part) -> tuple[tuple[Judged, ...], int, list[Said]]:
    """Return the actions judged in the quarter, harm and nulls first, how many wait, and what failed."""
    every = lines_for(viewer=part.viewer, now=part.now)
    judged = [
        one for one in every if one.is_judged and one.check is not None and part.has(one.check.made_at)
    ]  # fmt: skip
    found = tuple(sorted((_judged(one) for one in judged), key=lambda one: verdict_order(one.verdict)))
    failed = [
        Said(one.title, _("%(verdict)s: %(effect)s on “%(score)s”, hoped for %(hope)s.") % {
            "verdict": one.verdict_words, "effect": one.effect, "score": one.score, "hope": one.hope}, one.ref)
        for one in found
        if one.verdict in ("harm", "none")
    ]  # fmt: skip
    return found, sum(one.verdict == "early" for one in every), failed


def visits_move(part: Part) -> tuple[tuple[Judged, ...], str]:
    """Return what judged visits did to rapport, staying and speaking well, and one sentence on it."""
    every = [one for one in lines_for(viewer=part.viewer, now=part.now) if one.plan.kind == "visits" and one.is_judged]
    every = [one for one in every if one.check is not None and one.check.made_at < part.ends_at]
    felt = [one for one in every if one.plan.score in FELT]
    if not felt:
        return (), _(
            "Not yet known. It takes visits with a forecast of rapport, staying or speaking well, and a later wave to "
            "compare visited units with matched ones."
        )
    counted = Counter(one.verdict for one in felt)
    words = ngettext("%(n)s unit was visited and judged:", "%(n)s units were visited and judged:", len(felt)) % {
        "n": len(felt)}  # fmt: skip
    told = _("%(worked)s moved as hoped, %(less)s less, %(none)s showed no sign, %(harm)s got worse.") % {
        verdict: counted[verdict] for verdict in ("worked", "less", "none", "harm")
    }
    return tuple(sorted((_judged(one) for one in felt), key=lambda one: verdict_order(one.verdict))), f"{words} {told}"


def worth_of(part: Part) -> Worth | None:
    """Return the value case of this part that was presented last by the end of the quarter, None for none."""
    cases = part.own(
        ValueCase.objects.filter(archived_at=None, unit=part.unit).select_related("unit"), lambda one: one.unit
    )
    version = (
        ValueVersion.objects.filter(case__in=[one.pk for one in cases], presented_at__lt=part.ends_at)
        .select_related("case")
        .order_by("-presented_at")
        .first()
    )
    if version is None:
        return None
    headline, sentences, facts = case_sentences(version)
    said = _("Version %(n)s, presented on %(day)s") % {
        "n": version.number, "day": presented_day(version)}  # fmt: skip
    return Worth(version.case.title, said, (headline, *sentences), tuple(Counted(*one) for one in facts))


def headline_of(found: Sequence[Judged], waiting: int, failed: int) -> str:
    """Say first what failed."""
    bad = sum(one.verdict in ("harm", "none") for one in found)
    parts = []
    if found:
        parts.append(
            _("%(bad)s of %(all)s actions judged showed no effect or did harm.") % {"bad": bad, "all": len(found)}
        )
    elif waiting:
        parts.append(
            ngettext("%(n)s action waits for its check; nothing is proved yet.",
                     "%(n)s actions wait for their checks; nothing is proved yet.", waiting) % {"n": waiting}
        )  # fmt: skip
    else:
        parts.append(_("Nothing could be judged this quarter."))
    rest = failed - bad
    if rest > 0:
        words = (
            ngettext("%(n)s thing more went wrong.", "%(n)s things more went wrong.", rest)
            if bad
            else ngettext("%(n)s thing went wrong.", "%(n)s things went wrong.", rest)
        )
        parts.append(words % {"n": rest})
    return " ".join(parts)


def _judged(one: EffectLine) -> Judged:
    return Judged(
        title=one.title,
        unit=one.unit_name,
        score=one.score,
        hope=one.hope,
        effect=one.effect,
        verdict=one.verdict,
        verdict_words=one.verdict_words,
        ref=f"{one.plan.kind}:{one.plan.action_id}",
    )
