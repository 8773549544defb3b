"""Comments that say what the ratings say, in two languages."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.phrases import CUSTOMER_THEMES, THEMES, Themes
from headwater.vocab import FloatArray

Comments = tuple[tuple[str, str], ...]

TALK_SHARE = 0.6
"""Share of those who write that write about what happened to their division."""

__all__ = ["CUSTOMER_THEMES", "TALK_SHARE", "THEMES", "Comments", "write_comments"]


def write_comments(
    unit: NDArray[np.int32],
    ids: tuple[str, ...],
    mood: FloatArray,
    share: float,
    rng: np.random.Generator,
    themes: Themes,
    talk: Mapping[int, str] | None = None,
) -> Comments:
    """Return (unit id, words) of those who write.

    mood: float64[R], how glad each is, standard normal. talk: by unit, the theme that most of its writers write about.
    """
    writers = np.flatnonzero(rng.random(len(unit)) < share)
    keys = list(themes)
    theme = rng.integers(0, len(keys), writers.size)
    tone = np.digitize(mood[writers] + 0.6 * rng.standard_normal(writers.size), [-0.4, 0.5])
    spanish = (rng.random(writers.size) < 0.2).astype(int)
    if talk:
        told = np.array([keys.index(talk[place]) if place in talk else -1 for place in unit[writers].tolist()], int)
        theme = np.where((told >= 0) & (rng.random(writers.size) < TALK_SHARE), told, theme)
    written = []
    for number, (person, a, b, c) in enumerate(
        zip(writers.tolist(), theme.tolist(), tone.tolist(), spanish.tolist(), strict=True)
    ):
        said = themes[keys[a]][b]
        written.append((ids[unit[person]], said[number % len(said)][c]))
    return tuple(written)
