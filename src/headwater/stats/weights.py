"""Weights that make respondents stand for known totals: post-stratification, raking, calibration, trimming.

A `Weighting` remembers how it was made, so that standard errors (`survey_mean` and its kin) take the known totals into
account instead of treating the weights as given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from headwater.stats._arrays import FloatArray, IntArray, floats, group, matrix, present, vector
from headwater.stats.moments import kish_design_effect

__all__ = ["Weighting", "calibrate", "post_stratify", "rake"]


@dataclass(frozen=True)
class Weighting:
    """Weights of n respondents and the known totals they meet."""

    method: str
    weights: FloatArray  # (n,)
    start: FloatArray  # (n,), weights before
    margins: tuple[IntArray, ...]  # for raking and post-stratification: each margin's category codes, (n,)
    auxiliaries: FloatArray | None  # for calibration: (n, k)
    iterations: int
    largest_error: float  # largest relative miss of a known total
    trimmed: int  # respondents whose weight stands at a bound
    design_effect: float  # Kish


@dataclass(frozen=True)
class _Margin:
    codes: IntArray
    targets: FloatArray
    names: tuple[str, ...]


def _starting(start: npt.ArrayLike | None, n: int) -> FloatArray:
    w = np.ones(n) if start is None else vector(start, "start")
    if w.shape != (n,):
        raise ValueError(f"start has {w.size} weights for {n} respondents; pass one each")
    if np.isnan(w).any() or (w <= 0).any():
        raise ValueError("starting weights must be known and above 0; leave out respondents without one")
    return w


def _read_margin(labels: npt.ArrayLike | Iterable[object], targets: Mapping[Any, float], place: int) -> _Margin:
    array, known = present(labels, f"margin {place}")
    if not known.all():
        raise ValueError(f"margin {place} has missing labels; give them a category of their own or impute them")
    by = group(array)
    names = [label.item() if isinstance(label, np.generic) else label for label in by.labels]
    absent = [name for name in names if name not in targets]
    if absent:
        raise ValueError(f"margin {place} has no known total for {absent[:5]}; add it to the targets")
    empty = [name for name, total in targets.items() if total > 0 and name not in names]
    if empty:
        raise ValueError(f"margin {place}: nobody answered in {empty[:5]}; merge that category with another")
    totals = np.array([float(targets[name]) for name in names])
    if (totals <= 0).any() or not np.isfinite(totals).all():
        raise ValueError(f"margin {place} has a known total of 0 or below for a category with answers; correct it")
    return _Margin(by.codes, totals, tuple(str(name) for name in names))


def _bounds(trim: tuple[float, float] | None, start: FloatArray, total: float) -> tuple[FloatArray, FloatArray]:
    """Smallest and largest weight allowed each respondent; trim bounds the ratio to the start, scaled to the total."""
    if trim is None:
        return np.zeros(start.size), np.full(start.size, np.inf)
    low, high = trim
    if not 0 <= low < 1 < high:
        raise ValueError(f"trim is {trim}; pass bounds below and above 1, such as (0.3, 3)")
    scaled = start * (total / start.sum())
    return low * scaled, high * scaled


def _miss(w: FloatArray, margins: Sequence[_Margin]) -> float:
    return max(
        float(np.max(np.abs(np.bincount(m.codes, weights=w, minlength=m.targets.size) / m.targets - 1)))
        for m in margins
    )


def rake(
    margins: Sequence[tuple[npt.ArrayLike | Iterable[object], Mapping[Any, float]]],
    *,
    start: npt.ArrayLike | None = None,
    trim: tuple[float, float] | None = None,
    tolerance: float = 1e-10,
    max_iterations: int = 1000,
) -> Weighting:
    """Iterative proportional fitting of weights to known margins (Deming and Stephan 1940).

    margins: pairs of labels (n,) and a mapping from label to known total; all margins must share one grand total.
    start: starting weights, by default 1. trim: bounds on each weight relative to its starting weight scaled to the
    grand total, such as (0.3, 3); raking and cutting alternate until both hold.
    Raises ValueError for labels without a total, totals nobody answered for, margins that disagree on the grand total,
    and totals that cannot be met within the bounds.
    """
    if not margins:
        raise ValueError("margins is empty; pass at least one pair of labels and known totals")
    read = [_read_margin(labels, targets, i + 1) for i, (labels, targets) in enumerate(margins)]
    n = read[0].codes.size
    if any(m.codes.size != n for m in read):
        raise ValueError("margins differ in length; align their rows")
    grand = float(read[0].targets.sum())
    for i, m in enumerate(read):
        if abs(float(m.targets.sum()) / grand - 1) > 1e-6:
            raise ValueError(f"margin {i + 1} adds up to {m.targets.sum():g}, margin 1 to {grand:g}; make them agree")
    base = _starting(start, n)
    low, high = _bounds(trim, base, grand)
    w = base.copy()
    for iteration in range(1, max_iterations + 1):
        for m in read:
            w = w * (m.targets / np.bincount(m.codes, weights=w, minlength=m.targets.size))[m.codes]
        w = np.clip(w, low, high)
        miss = _miss(w, read)
        if miss <= tolerance:
            trimmed = int(((w <= low * (1 + 1e-9)) & (low > 0) | (w >= high * (1 - 1e-9))).sum())
            codes = tuple(m.codes for m in read)
            return Weighting("rake", w, base, codes, None, iteration, miss, trimmed, kish_design_effect(w))
    hint = "widen trim or merge categories" if trim else "merge small categories"
    raise ValueError(f"after {max_iterations} rounds a known total is still missed by {miss:.2g}; {hint}")


def post_stratify(
    labels: npt.ArrayLike | Iterable[object],
    totals: Mapping[Any, float],
    *,
    start: npt.ArrayLike | None = None,
) -> Weighting:
    """Scales weights within each category of one variable to its known total.

    Raises ValueError for labels without a total and totals nobody answered for.
    """
    m = _read_margin(labels, totals, 1)
    base = _starting(start, m.codes.size)
    w = base * (m.targets / np.bincount(m.codes, weights=base, minlength=m.targets.size))[m.codes]
    return Weighting("post_stratify", w, base, (m.codes,), None, 1, _miss(w, [m]), 0, kish_design_effect(w))


def calibrate(
    auxiliaries: npt.ArrayLike,
    totals: npt.ArrayLike,
    *,
    start: npt.ArrayLike | None = None,
    distance: str = "linear",
    trim: tuple[float, float] | None = None,
    tolerance: float = 1e-9,
    max_iterations: int = 200,
) -> Weighting:
    """Calibration weights that meet known totals of auxiliary variables (Deville and Sarndal 1992).

    auxiliaries: (n, k), with a column of ones when the number of people is known; totals: (k,). distance: `linear`
    gives the generalised regression estimator (GREG), whose weights may fall below 0, `raking` the multiplicative
    one. trim: bounds on the ratio of each weight to its start, such as (0.3, 3) (Deville and Sarndal's truncated
    methods). Raises ValueError for auxiliaries that repeat one another and for totals that cannot be met.
    """
    x = matrix(auxiliaries, "auxiliaries")
    target = vector(totals, "totals")
    if target.size != x.shape[1]:
        raise ValueError(f"{target.size} totals for {x.shape[1]} auxiliaries; pass one each")
    if np.isnan(x).any() or np.isnan(target).any():
        raise ValueError("auxiliaries and totals must be complete; impute or leave out respondents")
    if distance not in ("linear", "raking"):
        raise ValueError(f"distance is {distance!r}; choose linear or raking")
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise ValueError("an auxiliary repeats others; leave it out")
    low, high = (-np.inf, np.inf) if trim is None else trim
    if trim is not None and not 0 <= low < 1 < high:
        raise ValueError(f"trim is {trim}; pass bounds below and above 1, such as (0.3, 3)")
    base = _starting(start, x.shape[0])
    # One scale for all auxiliaries keeps the Newton steps well conditioned.
    unit = np.maximum(np.abs(target), np.abs(x).T @ base)
    z, goal = x / unit, target / unit
    step = np.zeros(x.shape[1])
    miss = np.inf
    for iteration in range(1, max_iterations + 1):
        raw = z @ step
        g, slope = (1 + raw, np.ones_like(raw)) if distance == "linear" else (np.exp(raw), np.exp(raw))
        inside = (g > low) & (g < high)
        g = np.clip(g, low, high)
        gap = goal - z.T @ (base * g)
        miss = float(np.abs(gap).max())
        if miss <= tolerance:
            w = base * g
            return Weighting("calibrate", w, base, (), x, iteration, miss, int((~inside).sum()), _spread(w))
        weight = base * np.where(inside, slope, 0)
        change = np.linalg.lstsq(z.T @ (weight[:, None] * z), gap, rcond=None)[0]
        # A multiplicative step may overshoot by orders of magnitude: keep each ratio's change within e^2.
        size = float(np.abs(z @ change).max())
        step = step + change * (min(1.0, 2 / size) if distance == "raking" and size > 0 else 1.0)
    hint = "widen trim" if trim else "check the totals against the sample's"
    raise ValueError(f"after {max_iterations} rounds a known total is still missed by {miss:.2g}; {hint}")


def _spread(w: FloatArray) -> float:
    """Kish design effect, which calibration weights below 0 still have."""
    return float(w.size * (w**2).sum() / floats(w.sum(), "weights") ** 2)
