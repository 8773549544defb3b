"""The Rivers of a chain, worked out in the background: of the whole and its parts, as of every period."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from headwater.chain import (
    Chain as Links,
)
from headwater.chain import (
    LinkFinding,
    Place,
    RiverHead,
    StudyWaves,
    build_river,
    find_links,
    parts_large_enough,
)
from headwater.rooms.learn.models import Chain
from headwater.rooms.learn.results_periods import best_grain, gathered
from headwater.rooms.learn.results_services import figures_of, own_chain, work_later
from headwater.rooms.learn.river_sources import Source, scores_in, sources, studies_in, tree_in
from headwater.rooms.learn.river_stations import Stations, stations_of
from headwater.rooms.learn.river_store import (
    LANGUAGES,
    Kept,
    Part,
    RiverIndex,
    keep_index,
    keep_river,
    writing_rivers,
)
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.look import words_of
from headwater.rooms.people.queries import organisation_name
from headwater.vocab import Design, InputError, LinkEstimate, River, UnitPeriods, UnitTree, said, speaking
from headwater.vocab.translated_problems import translated_problem

MOST_PARTS = 40
"""Parts with a River of their own, the largest; the others are shown in the nearest larger one."""
MOST_PERIODS = 8
COUNT_STEP = 10
"""Numbers of people behind a link are said to the ten below, so that two links never differ by a few people."""

PERIOD_WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "en": {
        "month": ("month", "months"),
        "quarter": ("quarter", "quarters"),
        "year": ("year", "years"),
        "financial_year": ("year", "years"),
    },
    "es": {
        "month": ("mes", "meses"),
        "quarter": ("trimestre", "trimestres"),
        "year": ("año", "años"),
        "financial_year": ("año", "años"),
    },
}
"""What periods of the calendar are called, one and several."""

BoolGrid = NDArray[np.bool_]


@dataclass(frozen=True)
class Material:
    """All that a chain's Rivers are made of. tree: None for a published chain."""

    stations: Mapping[str, Stations]
    studies: tuple[StudyWaves, ...]
    tree: UnitTree | None
    table: UnitPeriods | None
    periods: tuple[str, ...]
    grain: str
    sources: tuple[str, ...]


def river_step(wave: Wave) -> bool:
    """Let the River of the organisation be worked out anew after a release: the step `river`."""
    if wave.released_at is None:
        return False
    work_later(own_chain(now=wave.released_at), wave.released_at)
    return True


def work_out_rivers(*, chain: str, now: datetime) -> None:
    """Work out all Rivers of a chain: the job `work_out_rivers`. Running it again replaces what it made."""
    row = Chain.objects.get(key=chain)
    material = gather(row)
    with writing_rivers(row) as folder:
        _work_out(row, material, folder, now)
    Chain.objects.filter(pk=row.pk).update(worked_at=now)


def river_now(chain: Chain, language: str) -> River | None:
    """Return the River of the whole as of the latest period without keeping it, None where there is none.

    For whoever needs it before the job has worked out all of them.
    """
    material = gather(chain)
    if not material.periods:
        return None
    whole, periods = _parts(chain, material)[0], material.periods
    findings, refused = _links(chain, material, whole, periods[-1])
    if not findings:
        return None
    with speaking(language):
        return _river(chain, material, whole, findings, refused, periods, language)


def gather(chain: Chain) -> Material:
    """Return what a chain's Rivers are made of: released waves and applied files."""
    table = figures_of(chain)
    figures = () if table is None else tuple(table.values)
    if not chain.is_own:
        stations = {language: stations_of(chain, (), figures, language) for language in LANGUAGES}
        known = {} if table is None else {key: _periods_of(table, key) for key in figures}
        periods = _linked_periods(stations["en"].links, known)
        return Material(stations, (), None, table, periods, "", _sources(chain, table))
    given = sources()
    scores = scores_in(given)
    stations = {language: stations_of(chain, scores, figures, language) for language in LANGUAGES}
    wanted = stations["en"].studies
    grain = best_grain(_pairs(stations["en"], given, table))
    gathered_table = None if table is None else gathered(table, grain)
    if not given:
        return Material(stations, (), None, None, (), grain, ())
    tree, plan = tree_in(given)
    studies = studies_in(given, wanted, grain, tree, plan)
    known = {key: {moments.wave for moments in study.moments} for study in studies for key in study.scales}
    if gathered_table is not None:
        known |= {key: _periods_of(gathered_table, key) for key in figures if key not in known}
    titles = dict.fromkeys(one.plan.study_title for one in given if one.plan.study in wanted.values())
    return Material(
        stations,
        tuple(studies),
        tree,
        gathered_table,
        _linked_periods(stations["en"].links, known),
        grain,
        (*titles, *_sources(chain, table)),
    )


def _periods_of(table: UnitPeriods, key: str) -> set[str]:
    if key not in table.values:
        return set()
    columns = np.flatnonzero((~np.isnan(table.values[key])).any(axis=0))
    return {table.periods[column] for column in columns.tolist()}


def _linked_periods(links: Sequence[tuple[str, str]], known: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Return the latest periods in which both ends of some link were measured."""
    found = {period for a, b in links for period in known.get(a, set()) & known.get(b, set())}
    return tuple(sorted(found))[-MOST_PERIODS:]


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


def _work_out(chain: Chain, material: Material, folder: Path, now: datetime) -> None:
    periods = material.periods
    # What a part shows last is worked out once: it decides whether the part has a River at all.
    possible = _parts(chain, material)
    latest = {part: _links(chain, material, part, periods[-1]) for part in possible if periods}
    parts = [part for place, part in enumerate(possible) if place == 0 or (periods and latest[part][0])]
    kept: list[Kept] = []
    names = {language: _names(material, language) for language in LANGUAGES if language != "en"}
    told = RiverIndex((), (), (), names=names)
    for part, found in enumerate(parts):
        before = ""
        for number, period in enumerate(periods):
            is_last = number == len(periods) - 1
            findings, refused = latest[found] if is_last else _links(chain, material, found, period)
            if not findings:
                kept.append(Kept(part, number, False, tuple(refused)))
                continue
            rivers = {}
            for language in LANGUAGES:
                with speaking(language):
                    rivers[language] = _river(
                        chain,
                        material,
                        found,
                        findings,
                        told.retold(refused, language),
                        periods[: number + 1],
                        language,
                    )
            if rivers["en"].inputs_hash == before:
                continue  # nothing that links rest on was added in this period
            before = rivers["en"].inputs_hash
            for language, river in rivers.items():
                keep_river(folder, part, number, language, river)
            kept.append(Kept(part, number, True, tuple(refused)))
    keep_index(
        folder,
        RiverIndex(tuple(parts), periods, tuple(kept), material.grain, material.sources, now.isoformat(), names),
    )


def _names(material: Material, language: str) -> dict[str, str]:
    """Return what stations and links are called in a language, by what errors call them in English."""
    english = {place.key: place.label for place in material.stations["en"].places}
    there = {place.key: place.label for place in material.stations[language].places}
    with speaking(language):
        links = {
            f"{english[source]} and {english[target]}": said(
                "%(source)s to %(target)s", source=there[source], target=there[target], end=there[target]
            )
            for source, target in material.stations["en"].links
        }
    return {english[key]: there[key] for key in english} | links


def _parts(chain: Chain, material: Material) -> list[Part]:
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


def _links(
    chain: Chain, material: Material, part: Part, period: str
) -> tuple[list[LinkFinding], list[tuple[str, str]]]:
    """Return the links of one part as of one period, and those refused."""
    stations = material.stations["en"]
    tree = material.tree
    rows = None if tree is None or part.unit == tree.ids[0] else tree.subtree(tree.index_of[part.unit])
    studies = [one for study in material.studies if (one := _until(study, period, rows)) is not None]
    table = _table_until(material.table, period, None if rows is None or tree is None else set(tree.ids[rows]))
    known = {key for study in studies for key in study.scales} | (set() if table is None else set(table.values))
    links = [link for link in stations.links if set(link) <= known]
    try:
        return find_links(
            Links(
                places={place.key: place for place in stations.places},
                links=links,
                same_survey=frozenset(chain.same_survey),
                complete=tuple(key for key in chain.complete if key in known),
                name=chain.title,
            ),
            studies,
            tree,
            table,
        )
    except InputError as error:
        return [], [(chain.title, str(error))]


def _until(study: StudyWaves, period: str, rows: slice | None) -> StudyWaves | None:
    """Return a study as of a period, of one part of the tree."""
    places = [place for place, moments in enumerate(study.moments) if moments.wave <= period]
    if not places:
        return None

    def cut(grids: Mapping[str, BoolGrid]) -> dict[str, BoolGrid]:
        found = {}
        for key, grid in grids.items():
            kept = grid[:, places].copy()
            if rows is not None:
                outside = np.ones(len(kept), np.bool_)
                outside[rows] = False
                kept[outside] = False
            found[key] = kept
        return found

    return replace(
        study,
        moments=tuple(study.moments[place] for place in places),
        kept=cut(study.kept),
        kept_below=cut(study.kept_below),
    )


def _table_until(table: UnitPeriods | None, period: str, units: set[str] | None) -> UnitPeriods | None:
    """Return the figures as of a period, of some units. None when nothing is left."""
    if table is None:
        return None
    columns = [place for place, name in enumerate(table.periods) if name <= period]
    rows = [place for place, unit in enumerate(table.units) if units is None or unit in units]
    if not columns or not rows:
        return None
    at = np.ix_(rows, columns)
    values = {key: found[at] for key, found in table.values.items() if not np.isnan(found[at]).all()}
    if not values:
        return None
    return replace(
        table,
        units=tuple(table.units[row] for row in rows),
        periods=tuple(table.periods[column] for column in columns),
        values=values,
        bases={key: found[at] for key, found in table.bases.items()},
    )


def _river(
    chain: Chain,
    material: Material,
    part: Part,
    findings: Sequence[LinkFinding],
    refused: Sequence[tuple[str, str]],
    periods: Sequence[str],
    language: str,
) -> River:
    stations = material.stations[language]
    places = {place.key: place for place in stations.places}
    told = [_told(finding, places) for finding in findings]
    words = chain.words if language == "en" else {**chain.words, **chain.words.get(language, {})}
    unit, units = words.get("unit", "unit"), words.get("units", "units")
    one, many = words.get("period", "period"), words.get("periods", "periods")
    if chain.is_own:
        unit, units = words_of(language)["unit"]
        one, many = PERIOD_WORDS[language][material.grain]
    period = periods[0] if len(periods) == 1 else f"{periods[0]} – {periods[-1]}"
    head = RiverHead(
        organisation=part.name,
        period=period,
        unit=unit,
        units=units,
        sources=material.sources,
        period_word=one,
        periods=many,
    )
    known = [(translated_problem(what, language), translated_problem(why, language)) for what, why in chain.unknowns]
    unknowns = [*known, *_not_estimated(refused)]
    return build_river(head, stations.places, told, unknowns=unknowns)


def _not_estimated(refused: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Gather refused links that were refused alike, so that a small part does not list a dozen of them."""
    alike: dict[str, list[str]] = {}
    reasons: dict[str, str] = {}
    for what, why in refused:
        kind = re.sub(r"\d+", "", why)
        alike.setdefault(kind, []).append(what)
        reasons.setdefault(kind, why)
    return [(f"{'; '.join(names)}.", reasons[kind][:1].upper() + reasons[kind][1:]) for kind, names in alike.items()]


def _told(finding: LinkFinding, places: Mapping[str, Place]) -> LinkFinding:
    """Return a link with its places in another language, and numbers of people to the ten below."""
    source, target = finding.source, finding.target
    return replace(
        finding,
        source=places.get(source.key, source),
        target=places.get(target.key, target),
        dry_bed=_rounded(finding.dry_bed),
        water=_rounded(finding.water),
        others=tuple(one for other in finding.others if (one := _rounded(other)) is not None),
    )


def _rounded(estimate: LinkEstimate | None) -> LinkEstimate | None:
    if estimate is None or estimate.design not in (Design.SAME_SOURCE, Design.SOURCE_FREE):
        return estimate
    if estimate.n_observations == estimate.n_units:
        return estimate
    return replace(estimate, n_observations=estimate.n_observations // COUNT_STEP * COUNT_STEP)
