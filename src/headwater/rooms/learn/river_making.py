"""The Rivers of a chain, worked out in the background: of the whole and its parts, as of every period.

A River is worked out when what it rests on has changed; one that is there and rests on the same is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from headwater.chain import LinkFinding
from headwater.rooms.learn.models import Chain
from headwater.rooms.learn.results_services import own_chain, work_later
from headwater.rooms.learn.river_foundations import Foundations
from headwater.rooms.learn.river_links import links_of
from headwater.rooms.learn.river_material import Material, gather, parts_of
from headwater.rooms.learn.river_store import (
    LANGUAGES,
    Kept,
    Part,
    RiverIndex,
    index_of,
    is_there,
    keep_again,
    keep_index,
    keep_river,
    resting,
    river_of,
    writing_rivers,
)
from headwater.rooms.learn.river_telling import names_in, river_of_part
from headwater.rooms.listen.models import Wave
from headwater.vocab import River, speaking


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
        _Making(row, material, folder).all_parts(now)
    Chain.objects.filter(pk=row.pk).update(worked_at=now)


def river_now(chain: Chain, language: str) -> River | None:
    """Return the River of the whole as of the latest period without keeping it, None where there is none.

    For whoever needs it before the job has worked out all of them.
    """
    material = gather(chain)
    if not material.periods:
        return None
    whole, period = parts_of(chain, material)[0], material.periods[-1]
    findings, refused = links_of(chain, material, whole, period)
    if not findings:
        return None
    with speaking(language):
        return river_of_part(chain, material, whole, findings, refused, period, language)


@dataclass(frozen=True)
class _Links:
    """The links of a part as of a period, just estimated, and those refused."""

    findings: Sequence[LinkFinding]
    refused: Sequence[tuple[str, str]]


Outcome = _Links | Kept | None
"""What there is of a part as of a period: links, what was kept the last time, or None for the same as one before."""


class _Making:
    """One run over all parts and periods of a chain, into a new folder."""

    def __init__(self, chain: Chain, material: Material, folder: Path) -> None:
        self.chain, self.material, self.folder = chain, material, folder
        self.names = {language: names_in(material, language) for language in LANGUAGES if language != "en"}
        self.told = RiverIndex((), (), (), names=self.names)
        self.foundations = Foundations(chain, material)
        self.last_time = index_of(chain)
        self.resting: dict[str, str] = {}
        self.kept: list[Kept] = []

    def all_parts(self, now: datetime) -> None:
        """Make or keep every River, and write what there is."""
        material, periods = self.material, self.material.periods
        # What a part shows last decides whether the part has a River at all.
        possible = parts_of(self.chain, material)
        latest = {part: self._outcome(part, periods[-1]) for part in possible if periods}
        parts = [part for place, part in enumerate(possible) if place == 0 or (periods and _is_drawn(latest[part]))]
        for number, part in enumerate(parts):
            before = ""
            for place, period in enumerate(periods):
                outcome = latest[part] if period == periods[-1] else self._outcome(part, period)
                if outcome is None and not before:
                    outcome = self._links(part, period)
                if outcome is not None:
                    before = self._keep(outcome, part, number, place, before)
        keep_index(
            self.folder,
            RiverIndex(
                tuple(parts), periods, tuple(self.kept), material.grain, material.sources, now.isoformat(),
                self.names, self.resting,
            ),
        )  # fmt: skip

    def _links(self, part: Part, period: str) -> _Links:
        return _Links(*links_of(self.chain, self.material, part, period))

    def _outcome(self, part: Part, period: str) -> Outcome:
        """Return what was kept of a part as of a period where it rests on the same; otherwise its links."""
        name = resting(part.unit, period)
        self.resting[name] = self.foundations.of(part, period)
        last = self.last_time
        if last is None or last.foundations.get(name) != self.resting[name]:
            return self._links(part, period)
        number = next((place for place, one in enumerate(last.parts) if one.unit == part.unit), None)
        if number is None:
            return Kept(0, 0, False)
        kept = last.find(number, last.periods.index(period))
        if kept is not None and kept.is_drawn and not is_there(self.chain, kept):
            return self._links(part, period)
        return kept

    def _keep(self, outcome: _Links | Kept, part: Part, number: int, place: int, before: str) -> str:
        """Keep what there is of a part as of a period. before, returned: what the last River drawn rests on."""
        refused = tuple(outcome.refused)
        if not _is_drawn(outcome):
            self.kept.append(Kept(number, place, False, refused))
            return before
        if isinstance(outcome, Kept):
            inputs_hash = river_of(self.chain, outcome.part, outcome.period, "en").inputs_hash
        else:
            rivers = self._rivers(outcome, part, self.material.periods[place])
            inputs_hash = rivers["en"].inputs_hash
        if inputs_hash == before:
            return before  # nothing that links rest on was added in this period
        if isinstance(outcome, Kept):
            keep_again(self.chain, outcome, self.folder, number, place)
        else:
            for language, river in rivers.items():
                keep_river(self.folder, number, place, language, river)
        self.kept.append(Kept(number, place, True, refused))
        return inputs_hash

    def _rivers(self, links: _Links, part: Part, period: str) -> dict[str, River]:
        """Return the River that links make, in every language."""
        rivers = {}
        for language in LANGUAGES:
            with speaking(language):
                refused = self.told.retold(links.refused, language)
                rivers[language] = river_of_part(
                    self.chain, self.material, part, links.findings, refused, period, language
                )
        return rivers


def _is_drawn(outcome: Outcome) -> bool:
    """Whether there is a River."""
    if isinstance(outcome, _Links):
        return bool(outcome.findings)
    return outcome is None or outcome.is_drawn
