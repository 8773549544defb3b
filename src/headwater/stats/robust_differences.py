"""Chi-square differences of one-factor models for answers that are not normal, or of people who share a team.

Answers of five points are skewed, and colleagues answer alike: a plain chi-square difference then calls alarm too
often. It is divided by what such answers make of it on average (Satorra and Bentler 2001), from the answers' own fourth
moments, summed by team where there are many.
"""

from __future__ import annotations

import numpy as np

from headwater.stats._coerce import FloatArray
from headwater.stats.one_factor import Fitted, GroupMoments, Layout, derivatives, reduced_information

__all__ = ["fourth_moments", "powers", "scaling_of"]


def powers(rows: FloatArray) -> FloatArray:
    """Return rows [R, p] with their products behind them [R, r]: x1, x2, ..., x1 x1, x1 x2, ..., x2 x2, ..."""
    first, second = np.triu_indices(rows.shape[1])
    return np.concatenate([rows, rows[:, first] * rows[:, second]], axis=1)


def fourth_moments(rows: FloatArray, people: FloatArray, centre: FloatArray) -> FloatArray:
    """Return the covariance [r, r] of answers and their products, r = p + p (p + 1) / 2, about a centre [p].

    rows: float64[R, p], answers; people: float64[R], how many gave them. For tests that hold without normality
    (Satorra and Bentler 2001).
    """
    total = people.sum()
    made = powers(rows - centre)
    mean = people @ made / total
    return np.asarray((made - mean).T @ ((made - mean) * people[:, None]) / total, dtype=np.float64)


def scaling_of(moments: GroupMoments, less: Layout, more: Fitted, fourth: FloatArray | None) -> FloatArray:
    """Return what a difference of chi-square is divided by [B]: 1 for normal answers of independent people.

    Both models are looked at where the more restricted one stands (Satorra and Bentler 2010).
    """
    freedom = less.free - more.layout.free
    if fourth is None or not freedom:
        return np.ones(len(moments.n))
    info = derivatives(moments, more.numbers)[2]
    slopes = _slopes(moments.items, more.numbers)
    spread = np.swapaxes(slopes, -1, -2) @ fourth @ slopes * moments.n[..., None, None]
    found = (_trace(less, info, spread) - _trace(more.layout, info, spread)) / freedom
    return np.where(np.isfinite(found) & (found > 0.05), found, 1.0)


def _trace(layout: Layout, info: FloatArray, spread: FloatArray) -> FloatArray:
    """Return the trace [B] of the inverse information by free parameters times the spread of their scores."""
    if not layout.is_apart:
        kept = layout.selection()
        return _trace_of(reduced_information(info, kept), reduced_information(spread, kept))
    total = np.zeros(len(info))
    for group, place in enumerate(layout.place):
        own = np.flatnonzero(place >= 0)
        total += _trace_of(info[:, group][:, own[:, None], own], spread[:, group][:, own[:, None], own])
    return total


def _trace_of(inside: FloatArray, outside: FloatArray) -> FloatArray:
    usable = np.asarray(np.isfinite(inside).all(axis=(1, 2)))
    inside = np.where(usable[:, None, None], inside, np.eye(inside.shape[1]))
    try:
        product = np.linalg.solve(inside, outside)
    except np.linalg.LinAlgError:
        product = np.linalg.pinv(inside, hermitian=True) @ outside
    return np.asarray(np.trace(product, axis1=1, axis2=2), dtype=np.float64)


def _slopes(items: int, numbers: FloatArray) -> FloatArray:
    """Return [B, G, r, m]: how one person's answers and their products enter the score of each number."""
    p = items
    loading, residual = numbers[..., :p], numbers[..., 2 * p : 3 * p]
    variance, level = numbers[..., 3 * p, None, None], numbers[..., 3 * p + 1, None, None]
    sigma = variance * loading[..., :, None] * loading[..., None, :]
    at = np.arange(p)
    sigma[..., at, at] += residual
    inverse = np.linalg.inv(sigma)
    w = (inverse @ loading[..., None])[..., 0]
    first, second = np.triu_indices(p)
    twice = np.where(first == second, 1.0, 2.0)
    made = np.zeros((*numbers.shape[:2], p + len(first), 3 * p + 2))
    made[..., :p, :p] = level * inverse
    made[..., :p, p : 2 * p] = inverse
    made[..., :p, 3 * p + 1] = w
    rows_first, rows_second = inverse[..., first, :], inverse[..., second, :]
    made[..., p:, :p] = (
        0.5 * variance * twice[:, None] * (rows_first * w[..., second, None] + rows_second * w[..., first, None])
    )
    made[..., p:, 2 * p : 3 * p] = 0.5 * twice[:, None] * rows_first * rows_second
    made[..., p:, 3 * p] = 0.5 * twice * w[..., first] * w[..., second]
    return made
