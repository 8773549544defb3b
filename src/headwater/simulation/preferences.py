"""What matters to whom: two hidden groups of like-minded people choose the best and the worst of each screen."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.staff import Staff
from headwater.vocab import FloatArray, Item

GROUPS: Mapping[str, Mapping[str, float]] = {
    "becoming": {
        "ex_growth": 1.5,
        "ex_recognition": 1.0,
        "ex_fulfilment": 0.9,
        "ex_support_voice": 0.4,
        "ex_trust_respect": 0.3,
        "ex_teamwork": 0.0,
        "ex_clarity_tools": -0.4,
        "ex_fair_pay": -0.6,
        "ex_supportive_place": -1.2,
        "ex_flexibility": -1.9,
    },
    "balance": {
        "ex_flexibility": 1.6,
        "ex_fair_pay": 1.2,
        "ex_trust_respect": 0.7,
        "ex_supportive_place": 0.4,
        "ex_teamwork": 0.2,
        "ex_clarity_tools": 0.0,
        "ex_support_voice": -0.2,
        "ex_recognition": -0.9,
        "ex_fulfilment": -1.0,
        "ex_growth": -2.0,
    },
}
"""Utilities of the choices by hidden group, on the scale of the logit model; each sums to 0."""

BECOMING_BY_TENURE = (0.75, 0.60, 0.30, 0.20)
"""Share of the first group among people of each tenure: what matters changes with the years."""

PERSON_SPREAD = 0.5
"""Standard deviation of a person's own utilities around those of the group."""


def like_minded(staff: Staff, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return int64[P], the hidden group of every person: 0 becoming, 1 balance."""
    share = np.array(BECOMING_BY_TENURE)[staff.tenure]
    return (rng.random(len(staff)) >= share).astype(np.int64)


def choose(group: NDArray[np.int64], item: Item, rng: np.random.Generator) -> dict[str, NDArray[np.int8]]:
    """Draw best-worst choices of people: `<item>_<set>_best` and `_worst`, the choice's place in the item, from 1.

    The best is drawn by the logit model of the utilities, the worst of what is left by that of their negatives
    (Louviere, Flynn and Marley 2015, Best-Worst Scaling, chapter 2: sequential best-worst). Raises KeyError for a
    choice that no group has a utility for.
    """
    keys = [choice.key for choice in item.choices]
    mean = np.array([[utilities[key] for key in keys] for utilities in GROUPS.values()])
    own = mean[group] + PERSON_SPREAD * rng.standard_normal((len(group), len(keys)))
    answers: dict[str, NDArray[np.int8]] = {}
    for number, screen in enumerate(item.sets, 1):
        places = np.array([keys.index(key) for key in screen])
        shown = own[:, places]
        best = np.argmax(shown + _gumbel(shown.shape, rng), axis=1)
        left = -shown + _gumbel(shown.shape, rng)
        left[np.arange(len(group)), best] = -np.inf
        worst = np.argmax(left, axis=1)
        answers[f"{item.key}_{number:02}_best"] = (places[best] + 1).astype(np.int8)
        answers[f"{item.key}_{number:02}_worst"] = (places[worst] + 1).astype(np.int8)
    return answers


def _gumbel(shape: tuple[int, ...], rng: np.random.Generator) -> FloatArray:
    return rng.gumbel(size=shape)
