"""The ten minutes: the steps in their order, what each takes, and what can be chosen where a theme is foreseen."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

PREDICT, SEE, REVEAL, CONCLUDE, COMMIT, OVER = 1, 2, 3, 4, 5, 6
MINUTES = {PREDICT: 3, SEE: 3, REVEAL: 1, CONCLUDE: 2, COMMIT: 1}
"""What each step takes: ten in all."""
TOTAL = sum(MINUTES.values())
THEME_OPTIONS = 5
"""Themes to choose from: the one people write about most, and others."""
MOST_CARDS = 9
FIRST_STEP_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody has done so far."""

    locked: bool
    seen: bool
    revealed: bool
    concluded: bool
    committed: bool


def step_of(done: Done, *, stage: int, has_cards: bool) -> tuple[int, bool]:
    """Return the step somebody stands at, and whether they wait for the others.

    stage: how far everybody may go. Whoever did not foresee in time goes on with the others from the reveal. After the
    end a conclusion and a commitment can still be written.
    """
    if done.revealed:
        if not done.concluded:
            return (CONCLUDE, False) if stage >= CONCLUDE else (REVEAL, True)
        if not done.committed:
            return COMMIT, stage < COMMIT
        return OVER, False
    if stage >= OVER:
        return OVER, False
    if not done.locked:
        return PREDICT, False
    if has_cards and not done.seen:
        return SEE, stage < SEE
    return REVEAL, stage < REVEAL


def shuffled(keys: Sequence[str], seed: str) -> list[str]:
    """Return keys in an order that a seed decides and nothing else: not what is true, nor how much it is spoken of."""
    return sorted(keys, key=lambda key: hashlib.sha256(f"{seed}\0{key}".encode()).digest())


def theme_choices(main: str, spoken: Sequence[str], others: Sequence[str], seed: str) -> list[str]:
    """Return themes to choose from: the main one, others that are spoken of, then decoys, in an order by chance.

    spoken, others: without repeats; the main one may be among them. Half of what is beside the main one are decoys
    where there are enough.
    """
    beside = [key for key in spoken if key != main]
    decoys = [key for key in shuffled(others, f"{seed} decoys") if key != main and key not in beside]
    half = (THEME_OPTIONS - 1) // 2
    taken = beside[: max(half, THEME_OPTIONS - 1 - len(decoys))]
    chosen = [main, *taken, *decoys[: THEME_OPTIONS - 1 - len(taken)]]
    return shuffled(chosen, seed)


def first_step_problem(day: date, today: date) -> str:
    """Return "" for a day of a first step that fits: "past" for one gone by, "late" for one a week away or more."""
    if day < today:
        return "past"
    return "late" if day > today + FIRST_STEP_WITHIN else ""
