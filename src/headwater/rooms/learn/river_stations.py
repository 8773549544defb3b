"""The stations of a chain and its links: as declared, or, for the organisation's own, the scores that studies gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from headwater.chain import Place, with_all_parts
from headwater.chain.stations import STAGE_ORDER
from headwater.rooms.learn.models import Chain, ChainStation
from headwater.vocab import Instrument, Lens

MOST_A_STAGE: Mapping[Lens, int] = {Lens.LX: 2, Lens.EX: 2, Lens.SERVICE: 1, Lens.CX: 1}
"""Scores that are taken of one stage while nobody has chosen: more make a picture that nobody reads, and more links of
which one in twenty stands out by chance.
"""

FIRST_CHOICES: Mapping[str, Mapping[str, str]] = {
    "lx_behaviours": {"en": "leaders who act", "es": "líderes que actúan"},
    "lx_relationship": {"en": "leaders one can trust", "es": "líderes de confianza"},
    "ex_support_voice": {"en": "people who are heard", "es": "personas escuchadas"},
    "ex_engagement": {"en": "engaged people", "es": "personas comprometidas"},
    "service_quality": {"en": "better internal service", "es": "mejor servicio interno"},
    "cx_quality": {"en": "better contacts", "es": "mejores contactos"},
    "cx_confidence": {"en": "confident customers", "es": "clientes que confían"},
    "cx_recommend": {"en": "customers who recommend us", "es": "clientes que nos recomiendan"},
}
"""Scores of the library that are taken before others, with what their rise is called."""

RISE: Mapping[str, Mapping[str, str]] = {
    "en": {"better": "better {}", "more": "more {}", "less": "less {}", "does": "have {}"},
    "es": {"better": "mejor puntuación en {}", "more": "más {}", "less": "menos {}", "does": "tienen {}"},
}
"""What a rise is called where nobody wrote it."""


@dataclass(frozen=True)
class Score:
    """A score that some released study gives. study: its key. made_of: items and parts, so that no part is related to
    its whole.
    """

    key: str
    study: str
    study_title: str
    lens: Lens
    role: str
    labels: Mapping[str, str]
    items: tuple[str, ...]
    parts: tuple[str, ...]


def scores_of(study: str, title: str, questionnaires: Sequence[Instrument]) -> list[Score]:
    """Return the scores that a study's questionnaires give."""
    return [
        Score(
            scale.key,
            study,
            title,
            scale.lens,
            scale.role,
            dict(scale.name),
            tuple(scale.items),
            tuple(scale.parts),
        )
        for instrument in questionnaires
        for scale in instrument.scales
    ]


@dataclass(frozen=True)
class Stations:
    """The places of a chain with the studies that give them. chosen: False while nobody has chosen scores."""

    places: tuple[Place, ...]
    studies: Mapping[str, str]
    links: tuple[tuple[str, str], ...]
    is_chosen: bool


def stations_of(chain: Chain, scores: Sequence[Score], figures: Sequence[str], language: str) -> Stations:
    """Return the stations that can be measured, and the links to be estimated.

    scores: that released studies give, the study with most waves first. figures: keys that applied files give.
    """
    declared = list(ChainStation.objects.filter(chain=chain))
    by_key: dict[str, Score] = {}
    for score in scores:
        by_key.setdefault(score.key, score)
    chosen = [station for station in declared if station.study]
    places: list[Place] = []
    studies: dict[str, str] = {}
    for station in declared:
        given = next((one for one in scores if one.key == station.key and one.study == station.study), None)
        if (station.study and given is None) or (not station.study and station.key not in figures):
            continue
        places.append(_declared(station, given, language))
        if given is not None:
            studies[given.key] = given.study
    if chain.is_own and not chosen:
        for score in _first_choices(list(by_key.values())):
            places.append(_proposed(score, language))
            studies[score.key] = score.study
    ordered = sorted(places, key=lambda place: STAGE_ORDER.index(place.lens))
    links = [(source, target) for source, target in chain.links] or neighbours(ordered)
    known = {place.key for place in ordered}
    return Stations(
        with_all_parts(ordered),
        studies,
        tuple(link for link in links if set(link) <= known),
        bool(chosen) or not chain.is_own,
    )


def neighbours(places: Sequence[Place]) -> list[tuple[str, str]]:
    """Return all pairs of neighbouring stages. Internal service leads to customers, or, without any, to work."""
    stages = [lens for lens in (Lens.LX, Lens.EX, Lens.CX, Lens.RESULT) if any(one.lens is lens for one in places)]
    steps = list(pairwise(stages))
    if any(one.lens is Lens.SERVICE for one in places):
        end = next((lens for lens in (Lens.CX, Lens.EX, Lens.RESULT) if lens in stages), None)
        steps += [(Lens.SERVICE, end)] if end is not None else []
    return [
        (source.key, target.key)
        for above, below in steps
        for source in places
        if source.lens is above
        for target in places
        if target.lens is below
    ]


def _first_choices(scores: Sequence[Score]) -> list[Score]:
    order = {key: place for place, key in enumerate(FIRST_CHOICES)}
    roles = {"outcome": 0, "score": 1, "index": 2, "driver": 3}
    found = []
    for lens in STAGE_ORDER:
        here = [score for score in scores if score.lens is lens]
        here.sort(key=lambda score: (order.get(score.key, len(order)), roles.get(score.role, 4)))
        found += here[: MOST_A_STAGE.get(lens, 0)]
    return found


def _proposed(score: Score, language: str) -> Place:
    label = _in(score.labels, language, score.key)
    return _place(score.key, label, score.lens, True, {}, score, language)


def _declared(station: ChainStation, score: Score | None, language: str) -> Place:
    label = _in(station.labels, language, "" if score is None else _in(score.labels, language, station.key))
    words = station.words if language == "en" else station.words.get(language, {})
    lens = Lens(station.lens)
    return _place(station.key, label or station.key, lens, station.higher_is_better, words, score, language)


def _place(
    key: str,
    label: str,
    lens: Lens,
    higher_is_better: bool,
    words: Mapping[str, str],
    score: Score | None,
    language: str,
) -> Place:
    low = label if label[:2].isupper() else label[:1].lower() + label[1:]
    rise = RISE.get(language, RISE["en"])
    kind = "better" if score is not None else "more" if higher_is_better else "less"
    more = words.get("more") or FIRST_CHOICES.get(key, {}).get(language) or rise[kind].format(low)
    return Place(
        key=key,
        label=label,
        lens=lens,
        more=more,
        higher_is_better=higher_is_better,
        items=() if score is None else score.items,
        parts=() if score is None else score.parts,
        note=words.get("note", ""),
        does=words.get("does") or rise["does"].format(more),
        better=words.get("better", ""),
        when=words.get("when", ""),
        then=words.get("then", ""),
    )


def _in(labels: Mapping[str, str], language: str, otherwise: str) -> str:
    return labels.get(language) or labels.get("en") or otherwise
