"""The River: all links as one picture, with what is not known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from headwater import __version__
from headwater.chain import sentences
from headwater.chain.findings import LinkFinding, certainty_of
from headwater.chain.published import published_range
from headwater.chain.stations import STAGE_ORDER, Place
from headwater.vocab import STAGE_TITLES, Certainty, Design, Lens, LinkEstimate, RefusedError, River, Stream, said

DRAWS = 20_000
OVER_TIME = frozenset({Design.WITHIN_UNITS, Design.FIRST_DIFFERENCES, Design.LAGGED_WITHIN, Design.COMPARED})
"""Designs in which units are compared with themselves, or with matched ones, over time."""


@dataclass(frozen=True)
class RiverHead:
    """What stands above and below the picture.

    period: the time it covers. unit, units, period_word, periods: what a unit and a period are called.
    """

    organisation: str
    period: str
    unit: str = "unit"
    units: str = "units"
    sources: tuple[str, ...] = ()
    period_word: str = "period"
    periods: str = "periods"

    @property
    def words(self) -> sentences.Words:
        """The words that sentences take."""
        return sentences.Words(self.unit, self.units, self.period_word, self.periods)


@dataclass(frozen=True)
class Downstream:
    """What a change of one station would bring at another, in standard deviations, with its 95% range."""

    station: str
    change: float
    low: float
    high: float
    path: tuple[str, ...]


def build_river(
    head: RiverHead,
    places: Sequence[Place],
    findings: Sequence[LinkFinding],
    *,
    unknowns: Sequence[tuple[str, str]] = (),
) -> River:
    """Make the River from links already found. Raises RefusedError when there is no link to draw."""
    if not findings:
        raise RefusedError("no link could be estimated, so there is no River to draw. Add units, waves or results.")
    streams = tuple(_stream(finding, head.words) for finding in findings)
    used = {key for finding in findings for key in (finding.source.key, finding.target.key)}
    stations = tuple(
        place.station()
        for place in sorted(places, key=lambda place: STAGE_ORDER.index(place.lens))
        if place.key in used
    )
    return River(
        title=sentences.stage_title(_stages(findings)),
        organisation=head.organisation,
        period=head.period,
        stations=stations,
        streams=streams,
        unknowns=(*_unknowns(findings, places, head.words), *unknowns),
        sources=head.sources,
        unit_word=head.unit,
        unit_word_plural=head.units,
        inputs_hash=_digest(streams),
        made_with={"headwater": __version__},
    )


def what_if(river: River, station: str, change: float, *, seed: int = 1) -> tuple[Downstream, ...]:
    """Return what goes with a change of one station downstream, in standard deviations.

    change: of the station, in standard deviations of the units' own changes. Effects are multiplied along every path
    and their ranges by Monte Carlo (20,000 draws on the Fisher z scale). Only water over time carries: a link known
    from comparing units says nothing of what a change would bring, so paths over such links are left out.

    A stream drawn on another design carries what its waves show within units, where that was estimated beside it.

    Raises KeyError for an unknown station, RefusedError when no path downstream has water.
    """
    river.station(station)
    rng = np.random.default_rng(seed)
    over_time = [(stream, carried_by(stream)) for stream in river.streams]
    carrying = [stream for stream, estimate in over_time if estimate is not None]
    draws = {(stream.source, stream.target): _draw(estimate, rng) for stream, estimate in over_time if estimate}
    found: dict[str, list[tuple[tuple[str, ...], np.ndarray]]] = {}
    waiting: list[tuple[tuple[str, ...], np.ndarray]] = [((station,), np.ones(DRAWS))]
    while waiting:
        path, effect = waiting.pop()
        for stream in carrying:
            if stream.source == path[-1] and stream.target not in path:
                longer = ((*path, stream.target), effect * draws[stream.source, stream.target])
                found.setdefault(stream.target, []).append(longer)
                waiting.append(longer)
    if not found:
        raise RefusedError(
            "no stream that was seen over time leaves this station: comparing units with each other does not say "
            "what a change of one would bring. Gather more waves first."
        )
    result = []
    for target, ways in found.items():
        # Ways of one target overlap in what they carry, so the strongest is given rather than their sum.
        path, effect = max(ways, key=lambda way: abs(float(np.median(way[1]))))
        low, middle, high = np.percentile(change * effect, [2.5, 50, 97.5])
        result.append(Downstream(target, float(middle), float(low), float(high), path))
    return tuple(result)


def carried_by(stream: Stream) -> LinkEstimate | None:
    """Return the estimate over time that a change would follow; None where units were only compared with each other."""
    if stream.water is not None and stream.water.design in OVER_TIME:
        return stream.water
    return next((one for one in stream.others if one.design is Design.WITHIN_UNITS), None)


def _draw(water: LinkEstimate, rng: np.random.Generator) -> np.ndarray:
    clip = np.clip([water.effect, water.low, water.high], -0.999, 0.999)
    z, low, high = np.arctanh(clip)
    return np.asarray(np.tanh(z + (high - low) / (2 * 1.96) * rng.standard_normal(DRAWS)))


def _stream(finding: LinkFinding, words: sentences.Words) -> Stream:
    return Stream(
        source=finding.source.key,
        target=finding.target.key,
        dry_bed=_spelt(finding.dry_bed),
        water=_spelt(finding.water),
        certainty=certainty_of(finding.best),
        sentence=sentences.sentence(finding, words),
        short=sentences.lettering(finding),
        meaning=sentences.meaning(finding, words),
        overturn=sentences.overturn(finding),
        reliability_source=finding.reliability_source,
        reliability_target=finding.reliability_target,
        published=published_range(finding.source.lens, finding.target.lens),
        others=tuple(spelt for one in finding.others if (spelt := _spelt(one)) is not None),
        notes=tuple(said(note) for note in finding.notes),
    )


def _spelt(estimate: LinkEstimate | None) -> LinkEstimate | None:
    """Return an estimate with its method in the language in force; estimates are made before anybody is told."""
    return None if estimate is None else replace(estimate, method=said(estimate.method))


def _stages(findings: Sequence[LinkFinding]) -> list[list[LinkFinding]]:
    """Gather links by the stages they join, from the source down; internal service tells no stretch of its own."""
    by_stage: dict[tuple[int, int], list[LinkFinding]] = {}
    for finding in findings:
        if finding.source.lens is Lens.SERVICE:
            continue
        stage = (STAGE_ORDER.index(finding.source.lens), STAGE_ORDER.index(finding.target.lens))
        by_stage.setdefault(stage, []).append(finding)
    return [links for _, links in sorted(by_stage.items())] or [list(findings)]


def _unknowns(
    findings: Sequence[LinkFinding], places: Sequence[Place], words: sentences.Words
) -> list[tuple[str, str]]:
    designs = {finding.best.design for finding in findings if finding.best is not None}
    found = []
    if not all(_has_direction(finding) for finding in findings if certainty_of(finding.best) is not Certainty.UNCLEAR):
        found.append(
            (
                said("Which comes first."),
                said(
                    "Comparing %(units)s and %(periods)s does not yet show a direction.",
                    units=words.units,
                    periods=words.periods,
                ),
            )
        )
    if designs & {Design.SAME_SOURCE, Design.SOURCE_FREE}:
        found.append(
            (
                said("Same source."),
                said(
                    "The same people answered both sides; events that a whole %(unit)s shared stay in it.",
                    unit=words.unit,
                ),
            )
        )
    elif any("same survey" in note or "same people" in note for finding in findings for note in finding.notes):
        found.append(
            (
                said("Same source."),
                said("Published figures of one survey cannot be split by who answered which question."),
            )
        )
    if designs & {Design.ACROSS_UNITS, Design.SAME_SOURCE, Design.SOURCE_FREE} and not designs & {Design.WITHIN_UNITS}:
        found.append(
            (
                said("What a change would bring."),
                said("These %(units)s were compared with each other, not with themselves.", units=words.units),
            )
        )
    present = {place.lens for place in places}
    for lens in (Lens.LX, Lens.EX, Lens.CX, Lens.RESULT):
        if lens not in present:
            found.append((f"{said(STAGE_TITLES[lens])}.", said("Nothing of this stage was measured here.")))
    if any(certainty_of(finding.best) is Certainty.UNCLEAR for finding in findings):
        found.append(
            (
                said("The pale streams."),
                said(
                    "Their ranges include no link at all; more %(units)s or %(periods)s would tell.",
                    units=words.units,
                    periods=words.periods,
                ),
            )
        )
    return found


def _has_direction(finding: LinkFinding) -> bool:
    """Whether a lagged estimate within units says, clear of nothing, that the target follows the source."""
    return any(
        estimate.design is Design.LAGGED_WITHIN and estimate.low > 0
        for estimate in (finding.best, *finding.others)
        if estimate is not None
    )


def _digest(streams: Sequence[Stream]) -> str:
    text = json.dumps([asdict(stream) for stream in streams], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
