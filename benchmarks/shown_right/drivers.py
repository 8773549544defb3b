"""Whether drivers rank right as often as they claim, and whether ranges of their shares cover."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.shown_right.claims import Claim, count_of, mean_of, share_of
from headwater.org import number_units
from headwater.scoring import Inputs, RatedScale, Specification, score
from headwater.scoring.drivers import LEAD, AnsweredRows, drivers_of_rows
from headwater.scoring.sums import GroupSums
from headwater.stats import lmg
from headwater.vocab import FloatArray, Lens, ScoreBook, Study, UnitTree, Wave, WideInts
from headwater.vocab.answers import SCORE_ONE

SEED = 403
REAL = 6
"""Drivers with a part in the outcome; one more is pure noise."""
CORRELATION, BETWEEN = 0.4, 0.10
"""Between drivers, and share of all variance that lies between teams."""
SIZES = ((20, 8), (50, 8))
"""Teams and people in each."""
BANDS = ((0, 50), (50, 70), (70, 90), (90, 101))

KEYS = (*(f"d{number}" for number in range(REAL)), "noise", "glad")
SCALES = tuple(
    RatedScale(key, {"en": key}, Lens.EX, "outcome" if key == "glad" else "driver", (), 1.0, 5.0) for key in KEYS
)
SPECIFICATION = Specification((), SCALES)
STUDY = Study("right", "Shown to be right")


def population(rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Return the correlations of all eight scores, and the true share of each driver in percent.

    Slopes are drawn anew for every world, so drivers are now far apart, now close. R2 is .4.
    """
    between = np.full((REAL, REAL), CORRELATION) + (1 - CORRELATION) * np.eye(REAL)
    slopes = rng.gamma(1.5, 1.0, REAL)
    explained = float(slopes @ between @ slopes)
    slopes = slopes * np.sqrt(0.4 / explained)
    matrix = np.eye(REAL + 2)
    matrix[:REAL, :REAL] = between
    matrix[-1, :REAL] = matrix[:REAL, -1] = between @ slopes
    parts = np.asarray(lmg(matrix[:-1, :-1], matrix[:-1, -1]), np.float64)
    return matrix, 100 * parts / parts.sum()


def drawn_from(
    matrix: FloatArray, teams: int, people: int, rng: np.random.Generator
) -> tuple[NDArray[np.int32], FloatArray]:
    """Draw persons of teams from a population: the unit of each, and their scores."""
    unit = np.repeat(np.arange(1, teams + 1), people).astype(np.int32)
    root = np.linalg.cholesky(matrix)
    team = rng.standard_normal((teams + 1, len(matrix)))[unit]
    values = (np.sqrt(BETWEEN) * team + np.sqrt(1 - BETWEEN) * rng.standard_normal(team.shape)) @ root.T
    return unit, 3.0 + 0.5 * values


def scored(unit: NDArray[np.int32], values: FloatArray, teams: int) -> ScoreBook:
    """Score the persons of teams, as the product does. Of the book, drivers use who is shown alone: all teams here."""
    tree: UnitTree = number_units(["top", *(f"t{number:03d}" for number in range(teams))], ["", *(["top"] * teams)])
    fixed = np.rint(values * SCORE_ONE).astype(np.int64)
    sums = [np.zeros((len(tree), values.shape[1]), np.int64) for _ in range(3)]
    for into, part in zip(sums, (np.ones_like(fixed), fixed, fixed**2), strict=True):
        np.add.at(into, unit, part)
    own = GroupSums(
        np.bincount(unit, minlength=len(tree)).astype(np.int64), np.zeros((len(tree), 0), np.int64),
        sums[0], sums[1], WideInts.from_int64(sums[2]),
    )  # fmt: skip
    return score(Inputs(STUDY, Wave(STUDY.key, "w1", "Wave 1", 1), tree, SPECIFICATION, own))


def run(worlds: int) -> tuple[Claim, ...]:
    """One driver analysis a world and size, on the whole organisation, with as many resamples as the product takes."""
    claims: list[Claim] = []
    first: list[tuple[float, bool]] = []
    named: list[bool] = []
    for place, (teams, people) in enumerate(SIZES):
        covered, beyond = np.zeros((worlds, 2)), np.zeros((worlds, 2))
        here: list[tuple[float, bool]] = []
        shown: ScoreBook | None = None
        for world in range(worlds):
            rng = np.random.default_rng([SEED, place, world])
            matrix, share = population(rng)
            unit, values = drawn_from(matrix, teams, people, rng)
            shown = shown or scored(unit, values, teams)
            book = drivers_of_rows(AnsweredRows(unit, values, ()), shown, SPECIFICATION, SCALES, seed=world)
            if book is None:
                raise RuntimeError(f"no drivers of {teams * people} people")
            fields = {name: book.fields[name][0, 0] for name in ("share", "share_low", "share_high", "first")}
            held = (fields["share_low"][:REAL] - 0.5 <= share[:REAL]) & (
                share[:REAL] <= fields["share_high"][:REAL] + 0.5
            )
            covered[world] = held.sum(), REAL
            beyond[world] = book.clear_of_noise[0, 0, REAL], 1
            top = int(np.argmax(fields["share"]))
            right = top == int(np.argmax(share))
            here.append((float(fields["first"][top]), right))
            if book.leads[0, 0]:
                named.append(right)
        size = f"{teams * people} people in {teams} teams"
        claims += [
            Claim(f"95% range of a driver's share, {size}", 95.0, "at least", share_of(*covered.T), 2.0, worlds),
            Claim(f"A driver of pure noise drawn as real, {size}", 5.0, "at most", share_of(*beyond.T), 1.0, worlds),
        ]
        first += here
    for low, high in BANDS:
        band = [(claimed, right) for claimed, right in first if low <= claimed < high]
        if len(band) < 10:
            continue
        claimed = float(np.mean([one[0] for one in band]))
        words = f"under {high}%" if low == 0 else f"{low}% and above" if high > 100 else f"{low} to {high - 1}%"
        found = count_of(sum(one[1] for one in band), len(band))
        claims.append(
            Claim(f"First driver is the true first, claimed {words}", claimed, "at least", found, 5.0, len(band))
        )
    gap = mean_of([100.0 * right - claimed for claimed, right in first])
    claims.append(
        Claim("Found less claimed, probability of being first", 0.0, "at least", gap, 5.0, len(first), "points")
    )
    if named:
        found = count_of(sum(named), len(named))
        claims.append(
            Claim("A first driver that is named is the true first", 100 * LEAD, "at least", found, 2.0, len(named))
        )
    return tuple(claims)
