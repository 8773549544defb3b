"""Organisations whose every expected answer is known exactly, and their ScoreBooks.

Who works where comes from `headwater.simulation`. Answers follow the model of its `ratings`: a latent value with shares
of the unit, of the unit on one scale, of the person and of the person on one scale, cut into codes. Given the unit the
latent value is normal, so the chance of every code, and with it the true value of every measure, is exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from headwater.org import subtree_sums
from headwater.scoring import Comparisons, Inputs, RatedItem, RatedScale, Specification, score
from headwater.scoring.sums import GroupSums
from headwater.simulation.ratings import PERSON_SCALE_SHARE, PERSON_SHARE, SCALE_SHARE, UNIT_SHARE
from headwater.vocab import FloatArray, Lens, ScoreBook, Study, UnitTree, Wave, WideInts
from headwater.vocab.answers import SCORE_ONE

SCALES, ITEMS = 2, 4
WITHIN = float(np.sqrt(1 - UNIT_SHARE - SCALE_SHARE))
"""Standard deviation of the latent value inside a unit."""

SPREAD = 0.24
"""Of the latent value, as a share of the range of codes, as in `headwater.simulation.ratings`."""

HEIGHTS = np.linspace(0.50, 0.68, SCALES * ITEMS)
RECOMMEND_HEIGHT = 0.70
RESPONSE, SKIPS = 0.66, 0.015

STUDY = Study("right", "Shown to be right")
KEYS = tuple(f"q{number}" for number in range(SCALES * ITEMS))
RATED = tuple(
    RatedItem(key, {"en": key}, Lens.EX, 1, 5, scale=f"s{number // ITEMS}") for number, key in enumerate(KEYS)
)
TELL = RatedItem("tell", {"en": "tell"}, Lens.EX, 0, 10, measures=("recommend", "mean"))
SPECIFICATION = Specification(
    (*RATED, TELL),
    tuple(
        RatedScale(f"s{n}", {"en": f"s{n}"}, Lens.EX, "driver", KEYS[n * ITEMS : (n + 1) * ITEMS], 1.0, 5.0, 2)
        for n in range(SCALES)
    ),
)
OFFSETS = SPECIFICATION.plan().offsets


@dataclass(frozen=True)
class Climate:
    """What it is like in every unit. latent: float64[U, S + 1], the unit's part of the latent value by scale, and for
    the question whether people would recommend. people: int64[U], who is asked, without those below.
    """

    tree: UnitTree
    people: NDArray[np.int64]
    latent: FloatArray


def draw_answers(climate: Climate, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return unit int64[R] and codes int64[R, I] of those who answer, -1 where skipped. Who answers is chance alone."""
    asked = np.repeat(np.arange(len(climate.tree)), climate.people)
    unit = asked[rng.random(len(asked)) < RESPONSE]
    mood = np.sqrt(PERSON_SHARE) * rng.standard_normal(len(unit))
    noise = np.sqrt(1 - UNIT_SHARE - SCALE_SHARE - PERSON_SHARE - PERSON_SCALE_SHARE)
    codes = np.empty((len(unit), len(SPECIFICATION.items)), np.int64)
    for number, item in enumerate(SPECIFICATION.items):
        place = number // ITEMS
        if number % ITEMS == 0:
            view = mood + np.sqrt(PERSON_SCALE_SHARE) * rng.standard_normal(len(unit))
        latent = climate.latent[unit, place] + view + noise * rng.standard_normal(len(unit))
        low, width = item.low, item.high - item.low
        codes[:, number] = np.clip(np.rint(low + width * (_height(number) + SPREAD * latent)), item.low, item.high)
    codes[rng.random(codes.shape) < SKIPS] = -1
    return unit, codes


def true_values(climate: Climate) -> FloatArray:
    """Return float64[U, C]: the expected value of every column in every unit with all below it.

    Units are weighed by the people asked: what everybody there would give on average, were they asked for ever.
    """
    by_item: dict[tuple[str, str], FloatArray] = {}
    for number, item in enumerate(SPECIFICATION.items):
        middle = climate.latent[:, number // ITEMS]
        width = item.high - item.low
        cuts = (np.arange(item.low, item.high) + 0.5 - item.low) / width - _height(number)
        below = ndtr((cuts[None, :] / SPREAD - middle[:, None]) / WITHIN)
        chance = np.diff(np.column_stack([np.zeros(len(middle)), below, np.ones(len(middle))]), axis=1)
        codes = np.arange(item.low, item.high + 1)
        by_item["mean", item.key] = chance @ codes
        by_item["favourable", item.key] = 100 * chance @ (codes >= item.favourable_from)
        by_item["recommend", item.key] = 100 * chance @ ((codes >= 9).astype(float) - (codes <= 6))
    columns = []
    for column in SPECIFICATION.columns:
        parts = SPECIFICATION.parts_of(column) or ((column.measure, column.subject),)
        columns.append(np.mean([by_item[part] for part in parts], axis=0))
    own = np.column_stack(columns)
    whole = [subtree_sums(climate.tree, climate.people * column) for column in own.T]
    return np.column_stack(whole) / subtree_sums(climate.tree, climate.people)[:, None]


def book_of(
    climate: Climate, rng: np.random.Generator, *, wave: int = 1, previous: ScoreBook | None = None
) -> ScoreBook:
    """Draw one wave of answers and return its ScoreBook, through the gate as any other."""
    unit, codes = draw_answers(climate, rng)
    units, (_, categories) = len(climate.tree), (0, int(OFFSETS[-1]))
    counts = np.zeros((units, categories), np.int64)
    for number, item in enumerate(SPECIFICATION.items):
        known = codes[:, number] >= 0
        np.add.at(counts, (unit[known], OFFSETS[number] + codes[known, number] - item.low), 1)
    n, total, squares = (np.zeros((units, SCALES), np.int64) for _ in range(3))
    for place in range(SCALES):
        part = codes[:, place * ITEMS : (place + 1) * ITEMS]
        answered = (part >= 0).sum(axis=1)
        enough = answered >= SPECIFICATION.scales[place].min_answered
        sums = np.where(part >= 0, part, 0).sum(axis=1)[enough]
        fixed = sums * SCORE_ONE // answered[enough]
        for into, values in ((n, np.ones_like(fixed)), (total, fixed), (squares, fixed**2)):
            np.add.at(into[:, place], unit[enough], values)
    return score(
        Inputs(
            study=STUDY,
            wave=Wave(STUDY.key, f"w{wave}", f"Wave {wave}", wave),
            tree=climate.tree,
            specification=SPECIFICATION,
            own=GroupSums(
                np.bincount(unit, minlength=units).astype(np.int64),
                counts,
                n,
                total,
                WideInts.from_int64(squares),
            ),
            comparisons=Comparisons(previous),
        )
    )


def _height(number: int) -> float:
    return float(HEIGHTS[number]) if number < len(HEIGHTS) else RECOMMEND_HEIGHT
