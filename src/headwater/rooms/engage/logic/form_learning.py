"""Which form or timing leads to outcomes: a hierarchical beta-binomial, pooled over groups of similar stakeholders.

Each option has a share of briefings that led to an outcome; groups of similar stakeholders vary around it (Gelman et
al., Bayesian Data Analysis, 3rd ed. 2013, chapter 5). The posterior is worked out on a grid, so that the same trials
give the same numbers. It is an association: forms were chosen, not drawn by lot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST = 12
"""Trials an option needs before it is compared."""
LEVEL = 0.98
"""Probability that one option is better than all others from which on it is said."""
_SHARES = np.linspace(0.005, 0.995, 199)
_CONCENTRATIONS = np.geomspace(5.0, 200.0, 14)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Trial:
    """One briefing whose time for an answer is past. group: of similar stakeholders. came: an outcome came of it."""

    option: str
    group: str
    came: bool


@dataclass(frozen=True)
class Option:
    """What is known of one option. share: posterior mean; low, high: its 95% interval. is_compared: enough trials."""

    name: str
    n: int
    came: int
    share: float
    low: float
    high: float
    is_compared: bool


@dataclass(frozen=True)
class Learned:
    """What the trials say. best: the likely best of those compared, "" for fewer than two of them.

    probability: that it is better than every other one. is_enough: whether that may be said.
    """

    options: tuple[Option, ...]
    best: str = ""
    probability: float = 0.0

    @property
    def is_enough(self) -> bool:
        """Whether the probability passes the level."""
        return bool(self.best) and self.probability >= LEVEL


def learn(trials: Sequence[Trial]) -> Learned:
    """Return what trials say of their options, most tried first. Empty without trials."""
    names = sorted({one.option for one in trials}, key=lambda name: (-sum(t.option == name for t in trials), name))
    posteriors = {name: _posterior([one for one in trials if one.option == name]) for name in names}
    options = tuple(_option(name, trials, posteriors[name]) for name in names)
    compared = [one.name for one in options if one.is_compared]
    if len(compared) < 2:
        return Learned(options)
    chances = {
        name: _is_best(name, [posteriors[one] for one in compared if one != name], posteriors) for name in compared
    }
    best = max(compared, key=lambda name: (chances[name], name))
    return Learned(options, best, chances[best])


def _posterior(trials: Sequence[Trial]) -> Floats:
    """Return the posterior weights of an option's share on the grid, the concentration summed out."""
    from scipy.special import betaln

    groups = sorted({one.group for one in trials})
    n = np.array([sum(one.group == group for one in trials) for group in groups], dtype=float)
    came = np.array([sum(one.group == group and one.came for one in trials) for group in groups], dtype=float)
    alpha = _SHARES[:, None] * _CONCENTRATIONS[None, :]
    beta = (1 - _SHARES[:, None]) * _CONCENTRATIONS[None, :]
    total = np.zeros_like(alpha)
    for tried, good in zip(n, came, strict=True):
        total += betaln(alpha + good, beta + tried - good) - betaln(alpha, beta)
    weights = np.exp(total - total.max()).sum(axis=1)
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _option(name: str, trials: Sequence[Trial], weights: Floats) -> Option:
    own = [one for one in trials if one.option == name]
    below = np.cumsum(weights)
    low, high = (_SHARES[min(int(np.searchsorted(below, at)), len(_SHARES) - 1)] for at in (0.025, 0.975))
    share = float((weights * _SHARES).sum())
    return Option(name, len(own), sum(one.came for one in own), share, float(low), float(high), len(own) >= LEAST)


def _is_best(name: str, others: Sequence[Floats], posteriors: dict[str, Floats]) -> float:
    """Return the probability that an option's share lies above all others; ties on the grid count half."""
    chance = posteriors[name].copy()
    for other in others:
        chance *= np.cumsum(other) - other / 2
    return float(chance.sum())
