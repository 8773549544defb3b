"""The board in numbers: which scores could be moved in a part of the organisation, and what may come of each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from headwater.rooms.decide.directions.effects import (
    Expected,
    Ground,
    downstream_of,
    latest_ground,
    lever_of,
    spread_of,
)
from headwater.rooms.decide.logic.direction_effects import (
    Draws,
    Effect,
    Lever,
    draw_moves,
    effects_of,
    order_by_low_end,
    too_close_to_first,
)
from headwater.rooms.people.models import Unit

MOST_PARTS = 30
"""Units right below that are looked at one by one."""
MOST_SHOWN = 12
"""Candidates that are shown: more is no choice."""
WORTH_ACTING = 0.2
"""Room in scale points in one unit below that makes it a candidate of its own."""


@dataclass(frozen=True)
class BoardLine:
    """One score that could be moved. unit, score: keys; unit_name: where. is_part: only in one unit below."""

    unit: str
    unit_name: str
    score: str
    label: str
    is_part: bool
    lever: Lever
    expected: Expected


@dataclass(frozen=True)
class Board:
    """Lines by the lower end of what may come of them. close: how many cannot be told from the first."""

    ground: Ground
    lines: tuple[BoardLine, ...]
    close: int
    left_out: int


def board_of(ground: Ground, keep: Collection[tuple[str, str]] = ()) -> Board:
    """Return the candidates of a part: each driver in the whole of it, and in units right below that have more room.

    keep: unit and score of candidates that are shown however little can be counted on.
    """
    levers, places = _levers(ground, keep)
    spread = spread_of(ground.book, ground.row, ground.outcome)
    if spread is None or not levers:
        return Board(ground, (), 0, 0)
    draws = draw_moves(levers, spread)
    effects = effects_of(levers, draws)
    order = order_by_low_end(effects)
    kept = {f"{unit}\n{score}" for unit, score in keep}
    shown = [at for number, at in enumerate(order) if number < MOST_SHOWN or levers[at].key in kept]
    lines = tuple(_line(ground, places[at], levers[at], effects[at], draws[at]) for at in shown)
    return Board(ground, lines, too_close_to_first(shown, draws), len(order) - len(shown))


def expected_of(unit: Unit, study: str, score: str) -> Expected | None:
    """Return what may come of moving a score in a unit, for its own people; None where nothing is known."""
    ground = latest_ground(study, unit.key)
    if ground is None:
        return None
    place = next((at for at, one in enumerate(ground.drivers.drivers) if one.key == score), None)
    lever = None if place is None else lever_of(ground, ground.row, place)
    spread = spread_of(ground.book, ground.row, ground.outcome)
    if place is None or lever is None or spread is None:
        return None
    draws = draw_moves([lever], spread)
    return _line(ground, (ground.row, place), lever, effects_of([lever], draws)[0], draws[0]).expected


def _levers(ground: Ground, keep: Collection[tuple[str, str]]) -> tuple[list[Lever], list[tuple[int, int]]]:
    levers: list[Lever] = []
    places: list[tuple[int, int]] = []
    below = list(ground.book.tree.children(ground.row))[:MOST_PARTS]
    for driver in range(len(ground.drivers.drivers)):
        whole = lever_of(ground, ground.row, driver)
        parts = [] if not below else [(row, lever_of(ground, row, driver)) for row in below]
        found = [(ground.row, whole), *parts]
        for row, lever in found:
            if lever is None:
                continue
            room = lever.aim - lever.score.value
            # A unit below stands by itself only where it has more room than the whole: else the whole says it already.
            least = max(WORTH_ACTING, 0.0 if whole is None else whole.aim - whole.score.value)
            is_kept = (ground.book.tree.ids[row], ground.drivers.drivers[driver].key) in keep
            if row != ground.row and room < least and not is_kept:
                continue
            levers.append(lever)
            places.append((row, driver))
    return levers, places


def _line(ground: Ground, place: tuple[int, int], lever: Lever, effect: Effect, drawn: Draws) -> BoardLine:
    row, driver = place
    stations, not_known = downstream_of(ground, lever, np.asarray(drawn))
    tree = ground.book.tree
    expected = Expected(
        outcome=ground.outcome,
        outcome_label=ground.outcome_label,
        part=tree.names[ground.row],
        value=effect.value,
        low=effect.low,
        high=effect.high,
        is_clear=effect.is_clear,
        reach=max(1, round(100 * lever.reach)),
        room=max(0.0, lever.aim - lever.score.value),
        aim=lever.aim,
        inputs_hash=ground.drivers.inputs_hash,
        downstream=stations,
        not_known=not_known,
    )
    subject = ground.drivers.drivers[driver].key
    return BoardLine(
        tree.ids[row], tree.names[row], subject, ground.label_of(driver), row != ground.row, lever, expected
    )
