"""What was learned from labelled comments: how features come together to a tone, and which themes vectors speak of.

Multinomial logistic models with a ridge penalty, fitted by `benchmarks/train_comments.py` on comments written for
Headwater. Two of them: one on word weights and letter groups, which is always there; one with sentence vectors besides,
used where the optional model is installed.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from headwater.text.embedding import has_embedding
from headwater.text.lexicons import DATA
from headwater.text.words import tokens

FloatArray = NDArray[np.float64]

MODEL = DATA / "model.npz"
BUCKETS = 4_096
"""Places that letter groups share (feature hashing, Weinberger and others 2009)."""
GROUPS_WEIGH = 0.5
VECTORS_WEIGH = 3.0
"""How much a letter group or a vector may say against a word weight: the ridge penalty is the same for all."""


@cache
def weights() -> Mapping[str, NDArray[np.float64]]:
    """Return the fitted weights by name."""
    with np.load(MODEL, allow_pickle=False) as file:
        return {name: file[name].astype(np.float64) for name in file.files}


def letter_groups(text: str) -> FloatArray:
    """Return float64[BUCKETS], of length GROUPS_WEIGH: which groups of 3 to 5 letters and words stand in a text."""
    found = np.zeros(BUCKETS)
    for word in tokens(text):
        padded = f"<{word}>"
        groups = {padded, *(padded[at : at + size] for size in (3, 4, 5) for at in range(len(padded) - size + 1))}
        for group in groups:
            found[zlib.crc32(group.encode()) % BUCKETS] += 1.0
    norm = float(np.sqrt((found**2).sum()))
    return found * (GROUPS_WEIGH / norm) if norm else found


def tone_chances(features: FloatArray, texts: Sequence[str], vectors: NDArray[np.float32] | None) -> FloatArray:
    """Return float64[N, 4]: the chance of each tone. features: float64[N, F]. vectors: float32[N, 512] or None."""
    name = "words" if vectors is None else "vectors"
    known = weights()
    logits = features @ known[f"{name}_features"] + known[f"{name}_bias"]
    if vectors is None:
        groups = known["words_groups"]
        for row, text in enumerate(texts):
            logits[row] += letter_groups(text) @ groups
    else:
        logits = logits + (vectors.astype(np.float64) * VECTORS_WEIGH) @ known["vectors_sentence"]
    logits -= logits.max(axis=1, keepdims=True)
    chances = np.exp(logits)
    found: FloatArray = chances / chances.sum(axis=1, keepdims=True)
    return found


def theme_votes(vectors: NDArray[np.float32]) -> dict[str, FloatArray]:
    """Return the chance of each learned theme by its key, float64[N]. vectors: float32[N, 512]."""
    known = weights()
    logits = (vectors.astype(np.float64) * VECTORS_WEIGH) @ known["themes_sentence"] + known["themes_bias"]
    chances = 1 / (1 + np.exp(-logits))
    return {key: chances[:, place] for place, key in enumerate(learned_themes())}


@cache
def learned_themes() -> tuple[str, ...]:
    """Return the keys of the themes that were learned, in their order: those of the shipped theme book."""
    from headwater.text.theme_book import default_theme_book

    return tuple(theme.key for theme in default_theme_book().themes)


def uses_vectors() -> bool:
    """Whether sentence vectors are used: the optional model is installed and weights for it are shipped."""
    return has_embedding() and "vectors_sentence" in weights()
