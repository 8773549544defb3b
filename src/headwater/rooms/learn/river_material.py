"""What a chain's Rivers are made of, gathered once: released waves and applied files, on one tree and one calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from headwater.chain import StudyWaves, on_tree, parts_large_enough
from headwater.rooms.learn.models import Chain
from headwater.rooms.learn.results_periods import best_grain, gathered
from headwater.rooms.learn.results_services import figures_of
from headwater.rooms.learn.river_sources import Source, scores_in, sources, studies_in, tree_in
from headwater.rooms.learn.river_stations import Stations, stations_of
from headwater.rooms.learn.river_store import LANGUAGES, Part
from headwater.rooms.people.queries import organisation_name
from headwater.vocab import InputError, UnitPeriods, UnitTree

MOST_PARTS = 40
"""Parts with a River of their own, the largest; the others are shown in the nearest larger one."""
MOST_PERIODS = 8


@dataclass(frozen=True)
class Material:
    """All that a chain's Rivers are made of.

    tree: None for a published chain; otherwise the table's units are the tree's, in its order. periods: those that
    have a River, the latest. began: the first period in which both ends of some link were measured. unmapped: why
    figures were left out, "" when they were not.
    """

    stations: Mapping[str, Stations]
    studies: tuple[StudyWaves, ...]
    tree: UnitTree | None
    table: UnitPeriods | None
    periods: tuple[str, ...]
    grain: str
    sources: tuple[str, ...]
    began: str = ""
    unmapped: str = ""


def gather(chain: Chain) -> Material:
    """Return what a chain's Rivers are made of: released waves and applied files."""
    table = figures_of(chain)
    figures = () if table is None else tuple(table.values)
    if not chain.is_own:
        stations = {language: stations_of(chain, (), figures, language) for language in LANGUAGES}
        known = {} if table is None else {key: _periods_of(table, key) for key in figures}
        periods = _linked_periods(stations["en"].links, known)
        return Material(stations, (), None, table, periods[-MOST_PERIODS:], "", _sources(chain, table), *periods[:1])
    given = sources()
    scores = scores_in(given)
    stations = {language: stations_of(chain, scores, figures, language) for language in LANGUAGES}
    wanted = stations["en"].studies
    grain = best_grain(_pairs(stations["en"], given, table))
    if not given:
        return Material(stations, (), None, None, (), grain, ())
    tree, plan = tree_in(given)
    studies = [study.with_sums(tree) for study in studies_in(given, wanted, grain, tree, plan)]
    known = {key: {moments.wave for moments in study.moments} for study in studies for key in study.scales}
    by_period = None if table is None else gathered(table, grain)
    on_calendar, unmapped = (None, "") if by_period is None else _on_tree(by_period, tree)
    if on_calendar is not None:
        known |= {key: _periods_of(on_calendar, key) for key in figures if key not in known}
    titles = dict.fromkeys(one.plan.study_title for one in given if one.plan.study in wanted.values())
    periods = _linked_periods(stations["en"].links, known)
    return Material(
        stations,
        tuple(studies),
        tree,
        on_calendar,
        periods[-MOST_PERIODS:],
        grain,
        (*titles, *_sources(chain, table)),
        "".join(periods[:1]),
        unmapped,
    )


def parts_of(chain: Chain, material: Material) -> list[Part]:
    """Return the whole first, then the parts that are large enough, the largest first."""
    tree = material.tree
    if tree is None:
        units = 0 if material.table is None else len(material.table.units)
        return [Part("", chain.title, units)]
    usable = np.zeros(len(tree), np.bool_)
    for study in material.studies:
        for grid in study.kept.values():
            usable |= grid.any(axis=1)
    rows = [row for row in parts_large_enough(tree, usable) if row > 0]
    inside = [int(usable[tree.subtree(row)].sum()) for row in rows]
    largest = sorted(zip(inside, rows, strict=True), key=lambda pair: (-pair[0], pair[1]))[: MOST_PARTS - 1]
    return [
        Part(tree.ids[0], organisation_name() or tree.names[0], int(usable.sum())),
        *(Part(tree.ids[row], tree.names[row], count) for count, row in largest),
    ]


def _on_tree(table: UnitPeriods, tree: UnitTree) -> tuple[UnitPeriods | None, str]:
    """Lay the figures out by the tree; or say why they cannot be, which leaves the links of answers."""
    try:
        return on_tree(table, tree), ""
    except InputError as error:
        return None, str(error)


def _periods_of(table: UnitPeriods, key: str) -> set[str]:
    if key not in table.values:
        return set()
    columns = np.flatnonzero((~np.isnan(table.values[key])).any(axis=0))
    return {table.periods[column] for column in columns.tolist()}


def _linked_periods(links: Sequence[tuple[str, str]], known: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Return the periods in which both ends of some link were measured, in order."""
    return tuple(sorted({period for a, b in links for period in known.get(a, set()) & known.get(b, set())}))


def _sources(chain: Chain, table: UnitPeriods | None) -> tuple[str, ...]:
    return tuple(chain.sources) or (() if table is None or not table.source else (table.source,))


def _pairs(
    stations: Stations, given: Sequence[Source], table: UnitPeriods | None
) -> list[tuple[list[str | date], list[str | date]]]:
    """Return what the two ends of every link between two sources know of time."""

    def known(key: str) -> list[str | date]:
        if key in stations.studies:
            study = stations.studies[key]
            return [one.day for one in given if one.plan.study == study and key in one.scores]
        return [] if table is None else [*table.periods]

    return [
        (known(source), known(target))
        for source, target in stations.links
        if stations.studies.get(source) != stations.studies.get(target)
    ]
