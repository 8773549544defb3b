"""What moving a score could bring here: released drivers, scores and the River put into the rules of `logic`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from django.utils.translation import get_language

from headwater.chain import what_if
from headwater.rooms.decide.logic.direction_effects import (
    Carried,
    Draws,
    Lever,
    Ranged,
    carry,
    draw_room,
    own_changes,
)
from headwater.rooms.learn.books import book_of, released_waves
from headwater.rooms.learn.driver_finding import drivers_of
from headwater.rooms.learn.models import Chain
from headwater.rooms.learn.river_store import index_of, river_of
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import Unit
from headwater.scoring.aims import MEASURES, room_of
from headwater.vocab import Bound, DriverBook, Lens, RefusedError, River, ScoreBook, say

FAR = frozenset({Lens.CX, Lens.RESULT})
"""The stations at which effects are told: customers and results."""


@dataclass(frozen=True)
class Ground:
    """What effects in one part of the organisation are counted on: a wave, its drivers, one outcome.

    row: the unit whose people are counted. group: whose driver strengths hold there. number: the outcome.
    """

    wave: Wave
    book: ScoreBook
    drivers: DriverBook
    row: int
    group: int
    number: int

    @property
    def outcome(self) -> str:
        """Key of the outcome."""
        return self.drivers.outcomes[self.number].key

    @property
    def outcome_label(self) -> str:
        """What the outcome is called."""
        return say(self.drivers.outcomes[self.number].label, _language())

    @property
    def strength_of(self) -> str:
        """Name of the unit whose driver strengths hold."""
        return self.book.tree.names[int(self.drivers.unit[self.group])]

    @property
    def people(self) -> int:
        """People of the part as released: those asked, else those who answered; 0 where neither is shown."""
        return people_of(self.book, self.row)

    def label_of(self, driver: int) -> str:
        """What a driver is called."""
        return say(self.drivers.drivers[driver].label, _language())


@dataclass(frozen=True)
class Station:
    """One place downstream as it may move, in standard deviations of units' own changes."""

    label: str
    value: float
    low: float
    high: float
    is_capped: bool
    is_clear: bool


@dataclass(frozen=True)
class Expected:
    """What was expected of a candidate: in points of the outcome for the people of `unit`, then further down.

    part: name of the unit whose people are counted. reach: percent of them whom it concerns. room: scale points below
    what good units reach. inputs_hash: of the drivers. downstream: empty where nothing can be said, `not_known` then
    says why ("waves", "river", "stream").
    """

    outcome: str
    outcome_label: str
    part: str
    value: float
    low: float
    high: float
    is_clear: bool
    reach: int
    room: float
    aim: float
    inputs_hash: str
    downstream: tuple[Station, ...] = ()
    not_known: str = ""

    def as_plain(self) -> dict[str, Any]:
        """Return plain values for JSON; `expected_from` reads them back."""
        return asdict(self)


def expected_from(plain: Mapping[str, Any]) -> Expected:
    """Return what was expected as it was frozen. Raises TypeError for values of another shape."""
    stations = tuple(Station(**one) for one in plain.get("downstream", ()))
    return Expected(**{**plain, "downstream": stations})


def latest_ground(study: str, unit: str, outcome: str = "") -> Ground | None:
    """Return the ground of a unit in the latest wave of a study that has drivers there, None for none."""
    for wave in released_waves():
        if study and wave.study.key != study:
            continue
        book = book_of(wave)
        row = book.tree.index_of.get(unit)
        found = None if row is None else ground_of(wave, book, row, outcome)
        if found is not None:
            return found
    return None


def ground_of(wave: Wave, book: ScoreBook, row: int, outcome: str = "") -> Ground | None:
    """Return the ground of a unit in a wave, None without drivers there.

    outcome: the one that most drivers are related to, where none is named.
    """
    drivers = drivers_of(wave)
    if drivers is None:
        return None
    number = drivers.outcome_of.get(outcome, int(np.argmax(drivers.related.sum(axis=1))))
    group = drivers.group(book.tree, row, number)
    return None if group is None else Ground(wave, book, drivers, row, group, number)


def lever_of(ground: Ground, row: int, driver: int) -> Lever | None:
    """Return a driver of a unit as a lever, None where its score, room or number of people is not released there.

    row: the unit itself or one below it; its reach is its part of the people of the ground's unit.
    """
    drivers, book = ground.drivers, ground.book
    if not drivers.related[ground.number, driver]:
        return None
    subject = drivers.drivers[driver].key
    room, score = room_of(book, row, subject), _score(book, row, subject)
    spread = spread_of(book, int(drivers.unit[ground.group]), subject)
    if room is None or room.row != row or score is None or spread is None:
        return None
    reach = 1.0
    if row != ground.row:
        here, whole = people_of(book, row), ground.people
        if not here or not whole:
            return None
        reach = min(1.0, here / whole)
    at = (ground.group, ground.number, driver)

    def part(name: str) -> Ranged:
        place = at if name == "share" else at[:2]
        return Ranged(*(float(drivers.fields[f"{name}{end}"][place]) / 100 for end in ("", "_low", "_high")))

    return Lever(
        key=f"{book.tree.ids[row]}\n{subject}",
        share=part("share"),
        explained=part("explained"),
        is_clear=bool(drivers.clear_of_noise[at]),
        score=score,
        aim=room.aim.value,
        spread=spread,
        reach=reach,
    )


def people_of(book: ScoreBook, row: int) -> int:
    """Return the people of a unit as released: asked, else answered; 0 where neither is shown."""
    asked = 0 if book.response is None else int(book.response.asked[row])
    return asked or int(book.everybody.n[row])


def spread_of(book: ScoreBook, row: int, subject: str) -> float | None:
    """Return the SD of people in a score, from its standard error and n, of a unit or the nearest one above.

    Where answers were weighted this is the SD of as many plain answers with that standard error.
    """
    column = _column(book, subject)
    if column is None:
        return None
    panel = book.everybody
    for unit in (row, *book.tree.ancestors(row)):
        n, se = int(panel.n_answered[unit, column]), float(panel.fields["se"][unit, column])
        if panel.shown[unit, column] and panel.bound[unit, column] == Bound.EXACT and n and np.isfinite(se) and se > 0:
            return se * float(np.sqrt(n))
    return None


def downstream_of(ground: Ground, lever: Lever, moves: Draws) -> tuple[tuple[Station, ...], str]:
    """Return what may come of a lever at customers and results, and why nothing can be said.

    moves: draws of the outcome's move. The score's own station is taken where the River has it with water over time,
    else the outcome's.
    """
    river = river_for(ground.book.tree.ids[ground.row])
    if river is None:
        return (), "river"
    subject, reason = lever.key.rpartition("\n")[2], "stream"
    for station, drawn in ((subject, draw_room(lever)), (ground.outcome, moves)):
        steps = _steps(river, station)
        spread = changes_of(ground.wave.study.key, station) if steps else None
        if spread is None:
            reason = "waves" if steps else reason
            continue
        labels = {one.key: one.label for one in river.stations}
        return tuple(_station(labels, one) for one in carry(drawn, spread, steps)), ""
    return (), reason


def _station(labels: Mapping[str, str], one: Carried) -> Station:
    return Station(labels[one.station], one.value, one.low, one.high, one.is_capped, one.is_clear)


def river_for(unit: str) -> River | None:
    """Return the latest River of the smallest part that holds a unit, None where there is none."""
    chain = Chain.objects.filter(is_own=True).first()
    index = None if chain is None else index_of(chain)
    if chain is None or index is None:
        return None
    places = {part.unit: place for place, part in enumerate(index.parts) if index.last(place) is not None}
    here = Unit.objects.filter(key=unit).select_related("parent").first()
    while here is not None:
        place = places.get(here.key)
        last = None if place is None else index.last(place)
        if place is not None and last is not None:
            return river_of(chain, place, last, _language())
        here = here.parent
    return None


def _steps(river: River, station: str) -> dict[str, Ranged]:
    """What goes with one standard deviation of a station, at customers and results; empty where nothing carries."""
    if not any(one.key == station for one in river.stations):
        return {}
    try:
        found = what_if(river, station, 1.0)
    except RefusedError:
        return {}
    far = {one.key for one in river.stations if one.lens in FAR}
    return {one.station: Ranged(one.change, one.low, one.high) for one in found if one.station in far}


def changes_of(study: str, subject: str) -> float | None:
    """Return the SD of teams' own changes in a score, from the released waves of its study; None for too few."""
    waves = [wave for wave in released_waves() if wave.study.key == study]
    return _changes(tuple((str(wave.pk), str(wave.outcome.get("inputs_hash", ""))) for wave in waves), subject)


@lru_cache(maxsize=64)
def _changes(waves: tuple[tuple[str, str], ...], subject: str) -> float | None:
    known = {str(wave.pk): wave for wave in released_waves()}
    table: dict[str, dict[int, float]] = {}
    for place, (pk, _hash) in enumerate(waves):
        book = book_of(known[pk])
        column = _column(book, subject)
        if column is None:
            continue
        panel = book.everybody
        exact = panel.shown[:, column] & (panel.bound[:, column] == Bound.EXACT) & (book.tree.size == 1)
        for row in np.flatnonzero(exact).tolist():
            table.setdefault(book.tree.ids[row], {})[place] = float(panel.fields["value"][row, column])
    if not table:
        return None
    values = np.full((len(table), len(waves)), np.nan)
    for line, by_wave in enumerate(table.values()):
        for place, value in by_wave.items():
            values[line, place] = value
    return own_changes(values)


def _score(book: ScoreBook, row: int, subject: str) -> Ranged | None:
    column, panel = _column(book, subject), book.everybody
    if column is None or not panel.shown[row, column] or panel.bound[row, column] != Bound.EXACT:
        return None
    ends = [float(panel.fields[name][row, column]) for name in ("shrunken", "shrunken_low", "shrunken_high")]
    return Ranged(*ends) if np.isfinite(ends).all() else None


def _column(book: ScoreBook, subject: str) -> int | None:
    return next((book.column_of[one, subject] for one in MEASURES if (one, subject) in book.column_of), None)


def _language() -> str:
    return (get_language() or "en").partition("-")[0]
