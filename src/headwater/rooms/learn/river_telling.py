"""The River of a part in words: its head, its streams, and what is not known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from headwater.chain import LinkFinding, Place, RiverHead, build_river
from headwater.rooms.learn.models import Chain
from headwater.rooms.learn.river_material import Material
from headwater.rooms.learn.river_store import Part
from headwater.rooms.people.look import words_of
from headwater.vocab import Design, LinkEstimate, River, said, speaking
from headwater.vocab.translated_problems import translated_problem

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


def names_in(material: Material, language: str) -> dict[str, str]:
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


def river_of_part(
    chain: Chain,
    material: Material,
    part: Part,
    findings: Sequence[LinkFinding],
    refused: Sequence[tuple[str, str]],
    period: str,
    language: str,
) -> River:
    """Return the River of a part as of a period. refused: in the language already."""
    stations = material.stations[language]
    places = {place.key: place for place in stations.places}
    told = [_told(finding, places) for finding in findings]
    words = chain.words if language == "en" else {**chain.words, **chain.words.get(language, {})}
    unit, units = words.get("unit", "unit"), words.get("units", "units")
    one, many = words.get("period", "period"), words.get("periods", "periods")
    if chain.is_own:
        unit, units = words_of(language)["unit"]
        one, many = PERIOD_WORDS[language][material.grain]
    head = RiverHead(
        organisation=part.name,
        period=period if period == material.began else f"{material.began} – {period}",
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
