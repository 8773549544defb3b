"""What the River of the organisation is made of: the released waves of its studies on one tree, period by period.

Only units that a wave's ScoreBook shows come in: a team whose score was shown to its leader, or the people of a unit
above all of whose teams were. So every mean that enters a link is a released one, and each rests on k people and more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import numpy as np
from django.conf import settings
from django.utils import timezone
from numpy.typing import NDArray

from headwater.chain import StudyWaves, wave_moments
from headwater.formats.unit_periods.reading import period_of
from headwater.formats.unit_periods.spec import Grain
from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.plans import plan_for_pages
from headwater.rooms.learn.river_stations import Score, scores_of
from headwater.rooms.listen.logic.plans import WavePlan
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.releasing import earlier_of, has_book
from headwater.rooms.listen.serving import has_services
from headwater.scoring import specify
from headwater.scoring.services import SERVER, units_of_k_raters
from headwater.stats.threads import in_threads
from headwater.vocab import Moments, UnitTree

BoolGrid = NDArray[np.bool_]

MOST_WAVES = 12
"""Waves of a study that are looked at, the latest."""


@dataclass(frozen=True)
class Source:
    """One released wave. scores: keys of the scores it gives."""

    wave: Wave
    plan: WavePlan
    day: date
    scores: frozenset[str]


def sources() -> list[Source]:
    """Return the released waves of all studies in the order in which they closed, the latest dozen of each."""
    found: dict[UUID, list[Source]] = {}
    waves = Wave.objects.filter(state=Wave.State.RELEASED, study__is_archived=False).select_related("study")
    for wave in waves.order_by("-closes_at", "-pk"):
        here = found.setdefault(wave.study_id, [])
        if len(here) < MOST_WAVES and (has_book(wave) or has_services(wave)):
            plan = plan_for_pages(wave)
            keys = {scale.key for one in plan.questionnaires for scale in one.scales}
            known = keys if plan.services else {key for key in keys if ("score", key) in book_of(wave).column_of}
            given = frozenset(known)
            here.append(Source(wave, plan, timezone.localdate(wave.closes_at), given))
    return sorted((one for part in found.values() for one in part), key=lambda one: (one.day, str(one.wave.pk)))


def scores_in(given: Sequence[Source]) -> list[Score]:
    """Return the scores that some wave gives, those of the study with most waves first; each study's last words."""
    by_study: dict[str, list[Source]] = {}
    for source in given:
        by_study.setdefault(source.plan.study, []).append(source)
    found: list[Score] = []
    for waves in sorted(by_study.values(), key=lambda part: -len(part)):
        scores: dict[str, Score] = {}
        for source in waves:
            for score in scores_of(source.plan.study, source.plan.study_title, source.plan.questionnaires):
                if score.key in source.scores:
                    scores[score.key] = score
        found += scores.values()
    return found


def tree_in(given: Sequence[Source]) -> tuple[UnitTree, WavePlan]:
    """Return the organisation as it stood at the latest wave, with that wave's plan."""
    last = max(given, key=lambda one: one.day)
    return last.plan.tree, last.plan


def studies_in(
    given: Sequence[Source], wanted: Mapping[str, str], grain: Grain, tree: UnitTree, plan: WavePlan
) -> list[StudyWaves]:
    """Return the studies as the chain takes them.

    wanted: the study of each score that is a station. Scores of one study that the same waves give make one entry, so
    that a wave which asked something else leaves no gap. Of two waves in one period the later counts.
    """
    found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for key, study in wanted.items():
        waves = {period_of(one.day, grain): one for one in given if one.plan.study == study and key in one.scores}
        found.setdefault((study, tuple(str(one.wave.pk) for one in waves.values())), []).append(key)
    by_wave = {str(one.wave.pk): one for one in given}
    return [
        _study([by_wave[wave] for wave in waves], keys, grain, tree, plan)
        for (_, waves), keys in found.items()
        if waves
    ]


def _study(waves: Sequence[Source], keys: Sequence[str], grain: Grain, tree: UnitTree, latest: WavePlan) -> StudyWaves:
    shape = (len(tree), len(waves))
    own = {key: np.zeros(shape, np.bool_) for key in keys}
    below = {key: np.zeros(shape, np.bool_) for key in keys}
    moments: list[Moments] = []
    sums = in_threads(lambda source: _moments(source, keys), waves, size=len(tree))
    for column, (source, summed) in enumerate(zip(waves, sums, strict=True)):
        earlier = _earlier(source, tree, latest)
        for key in keys:
            shown, whole = _shown(source, summed, key)
            for unit, before in earlier.items():
                row, old = tree.index_of[unit], source.plan.tree.index_of[before]
                below[key][row, column], own[key][row, column] = shown[old], whole[old]
        moments.append(replace(_named(summed, earlier), wave=period_of(source.day, grain)))
    return StudyWaves(
        scales=frozenset(keys),
        moments=tuple(moments),
        k=max(source.plan.k for source in waves),
        kept=own,
        kept_below=below,
        inside=not waves[0].plan.services,
        survey=waves[0].plan.study,
    )


def _shown(source: Source, moments: Moments, key: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return bool[U] twice, by the wave's tree: units with all below them that count, and units alone.

    Ratings of internal service count where one unit that serves has k raters: one person stands once among them.
    """
    plan = source.plan
    if plan.services:
        enough = units_of_k_raters(moments, plan.tree, plan.k)
        return np.zeros(len(plan.tree), np.bool_), enough
    book = book_of(source.wave)
    shown = book.everybody.shown[:, book.column_of["score", key]]
    return shown, shown & _all_below_shown(book.tree, shown)


def _moments(source: Source, keys: Sequence[str]) -> Moments:
    """Sum the scores that are stations, and their products; of internal service by the unit that serves."""
    specification = specify(source.plan.questionnaires)
    kept = replace(specification, scales=tuple(scale for scale in specification.scales if scale.key in keys))
    plan = kept.plan((SERVER,), crosses=False) if source.plan.services else kept.plan()
    return wave_moments(settings.STORE, source.plan.study, source.plan.wave, plan)


def _earlier(source: Source, tree: UnitTree, latest: WavePlan) -> dict[str, str]:
    """Return which unit of a wave is the same group as a present one, by present key."""
    then = source.plan.tree
    if then.ids == tree.ids and np.array_equal(then.parent, tree.parent):
        return {unit: unit for unit in tree.ids}
    return {unit: before for unit, before in earlier_of(latest, source.wave).items() if unit in tree.index_of}


def _named(moments: Moments, earlier: Mapping[str, str]) -> Moments:
    """Put the teams of a wave under their present keys; what is no present unit keeps a name that no unit has."""
    now = {before: unit for unit, before in earlier.items()}
    return replace(moments, units=tuple(now.get(unit, f"\0{unit}") for unit in moments.units))


def _all_below_shown(tree: UnitTree, shown: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """bool[U], units all of whose units directly below are shown: their own people are a released difference."""
    hidden = np.zeros(len(tree), np.int64)
    has_above = tree.parent >= 0
    np.add.at(hidden, tree.parent[has_above], (~shown[has_above]).astype(np.int64))
    found: NDArray[np.bool_] = hidden == 0
    return found
