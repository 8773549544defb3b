"""A fixed cast: an organisation of twelve units on three levels, its answers row by row, and its book."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from headwater.intake import seal
from headwater.org import number_units
from headwater.scoring import Comparisons, RatedItem, RatedScale, Specification, score_wave
from headwater.vocab import AnswerTable, Cut, Lens, ScoreBook, Study, UnitTree, Wave
from headwater.vocab.answers import ITEM_MISSING, WEIGHT_ONE

K = 5
UNITS = {
    "top": "", "north": "top", "south": "top",
    "n1": "north", "n2": "north", "n3": "north", "n4": "north",
    "s1": "south", "s2": "south", "s3": "south", "s4": "south", "s5": "south",
}  # fmt: skip
PEOPLE = {"n1": 40, "n2": 12, "n3": 8, "n4": 3, "s1": 30, "s2": 9, "s3": 7, "s4": 0, "s5": 6}
ITEMS = ("heard", "thanks", "ignored", "tell")

STUDY = Study("people", "People", k=K)
SPECIFICATION = Specification(
    items=(
        RatedItem("heard", {"en": "I am heard"}, Lens.LX, 1, 5, scale="led"),
        RatedItem("thanks", {"en": "I am thanked"}, Lens.LX, 1, 5, scale="led"),
        RatedItem("ignored", {"en": "I am ignored"}, Lens.LX, 1, 5, reverse=True, scale="led"),
        RatedItem("tell", {"en": "I would tell a friend"}, Lens.EX, 0, 10, measures=("recommend", "mean")),
    ),
    scales=(RatedScale("led", {"en": "Being led"}, Lens.LX, "driver", ("heard", "thanks", "ignored"), 1.0, 5.0),),
)


@dataclass(frozen=True)
class Rows:
    """Answers row by row: unit ids, and by item float64[R] in the item's own direction, NaN where skipped."""

    unit: np.ndarray
    answers: dict[str, np.ndarray]
    weight: np.ndarray

    def of(self, tree: UnitTree, unit: str) -> np.ndarray:
        """bool[R]: rows of a unit and all below it."""
        number = tree.index_of[unit]
        inside = {tree.ids[place] for place in range(number, number + int(tree.size[number]))}
        return np.array([name in inside for name in self.unit])


def tree() -> UnitTree:
    return number_units(list(UNITS), list(UNITS.values()))


def draw(seed: int = 3, *, shift: float = 0.0, weighted: bool = False, glad: str = "s3", skips: float = 0.04) -> Rows:
    """Draw the answers. The glad unit is so to the last: all choose 5. Nobody of n2 skips; elsewhere a few do."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(list(PEOPLE), list(PEOPLE.values()))
    level = {name: 3.0 + shift + 0.5 * rng.standard_normal() for name in PEOPLE}
    level["n1"] = 3.9 + shift
    answers = {}
    for item in ITEMS:
        low, high = (0, 10) if item == "tell" else (1, 5)
        middle = np.array([level[name] for name in unit])
        drawn = middle + 0.9 * rng.standard_normal(len(unit))
        codes = np.clip(np.rint(drawn if high == 5 else 2.2 * drawn), low, high)
        codes[unit == glad] = high
        codes[(rng.random(len(unit)) < 0.04) & ~np.isin(unit, ["n2", glad])] = np.nan
        answers[item] = codes
    weight = np.ones(len(unit))
    if weighted:
        weight = np.round(rng.uniform(0.5, 3.0, len(unit)), 2)
    return Rows(unit, answers, weight)


def table(rows: Rows, cuts: dict[str, tuple[np.ndarray, tuple[str, ...]]] | None = None) -> AnswerTable:
    """Lay rows out as answers at rest: codes as given, so reversed items are turned back."""
    ids = tuple(UNITS)
    items = {}
    for item in ITEMS:
        codes = 6 - rows.answers[item] if item == "ignored" else rows.answers[item]
        items[item] = np.where(np.isnan(codes), ITEM_MISSING, np.nan_to_num(codes)).astype(np.int8)
    weight = None if (rows.weight == 1).all() else np.rint(rows.weight * WEIGHT_ONE).astype(np.int64)
    places = np.array([ids.index(name) for name in rows.unit], np.int32)
    return AnswerTable(ids, places, items, cuts=cuts or {}, weight=weight)


def book_of(
    folder: Path,
    rows: Rows,
    *,
    wave: str = "w1",
    comparisons: Comparisons | None = None,
    study: Study = STUDY,
    cuts: dict[str, tuple[np.ndarray, tuple[str, ...]]] | None = None,
    specification: Specification = SPECIFICATION,
    units: UnitTree | None = None,
) -> ScoreBook:
    """Seal the rows and score them."""
    order = int(wave[1:])
    here = Wave(study.key, wave, wave, order)
    seal(folder, study, here, table(rows, cuts), seed=11)
    book, _ = score_wave(
        folder, study=study, wave=here, tree=units or tree(), specification=specification, comparisons=comparisons
    )
    return book


def two_levels(rows: Rows) -> tuple[Study, dict[str, tuple[np.ndarray, tuple[str, ...]]]]:
    """Declare a cut with two levels, drawn by row."""
    rng = np.random.default_rng(8)
    levels = ("early", "late")
    codes = rng.integers(0, 2, len(rows.unit)).astype(np.int16)
    return Study("people", "People", k=K, cuts=(Cut("shift", "Shift", levels),)), {"shift": (codes, levels)}
