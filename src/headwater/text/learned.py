"""What was learned from labelled comments: how features come together to a tone, and which themes comments speak of.

Logistic models with a ridge penalty, fitted by `benchmarks/train_comments.py` on comments written for Headwater. Two of
each: one on what single words say (`word_table`), which is always there; one on sentence vectors, used where the
optional model is installed, with a share of what single words say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from headwater.text.embedding import has_embedding
from headwater.text.lexicons import DATA
from headwater.text.word_table import sum_words
from headwater.vocab import TONES

FloatArray = NDArray[np.float64]

MODEL = DATA / "model.npz"
VECTORS_WEIGH = 3.0
"""How much a vector may say against a word weight: the ridge penalty is the same for both."""
WORDS_SHARE = 0.3
"""How much of what single words say counts beside sentence vectors; other weights of `vectors_*` hold their part."""
MOST_AGAINST = 4.0
"""The rest of a comment never weighs more than this against a word of a theme."""


@dataclass(frozen=True)
class Leanings:
    """How far comments lean to themes before the words of a theme book are looked at.

    logits: float64[N] by the key of a learned theme. word_adds: what a word of the theme adds to its logit. least: from
    which logit on a comment speaks of a theme.
    """

    logits: Mapping[str, FloatArray]
    word_adds: Mapping[str, float]
    least: float


@cache
def weights() -> Mapping[str, FloatArray]:
    """Return the fitted weights by name."""
    with np.load(MODEL, allow_pickle=False) as file:
        return {name: file[name].astype(np.float64) for name in file.files}


def tone_chances(features: FloatArray, texts: Sequence[str], vectors: NDArray[np.float32] | None) -> FloatArray:
    """Return float64[N, 4]: the chance of each tone. features: float64[N, F]. vectors: float32[N, 512] or None."""
    known = weights()
    said = sum_words(texts)[:, : len(TONES)]
    if vectors is None:
        logits = features @ known["words_features"] + said + known["words_bias"]
    else:
        sentence = (vectors.astype(np.float64) * VECTORS_WEIGH) @ known["vectors_sentence"]
        logits = features @ known["vectors_features"] + sentence + WORDS_SHARE * said + known["vectors_bias"]
    logits -= logits.max(axis=1, keepdims=True)
    chances = np.exp(logits)
    found: FloatArray = chances / chances.sum(axis=1, keepdims=True)
    return found


def lean_to_themes(texts: Sequence[str], vectors: NDArray[np.float32] | None) -> Leanings:
    """Return how far each comment leans to each learned theme. vectors: float32[N, 512], None without the model."""
    known = weights()
    name, logits = "words", sum_words(texts)[:, len(TONES) :]
    if vectors is not None:
        sentence = (vectors.astype(np.float64) * VECTORS_WEIGH) @ known["vectors_themes"]
        name, logits = "vectors", sentence + WORDS_SHARE * logits
    logits = logits + known[f"{name}_themes_bias"]
    keys = learned_themes()
    return Leanings(
        {key: np.maximum(logits[:, place], -MOST_AGAINST) for place, key in enumerate(keys)},
        dict(zip(keys, known[f"{name}_themes_rules"].tolist(), strict=True)),
        float(known[f"{name}_themes_least"][0]),
    )


@cache
def learned_themes() -> tuple[str, ...]:
    """Return the keys of the themes that were learned, in their order: those of the shipped theme book."""
    from headwater.text.theme_book import default_theme_book

    return tuple(theme.key for theme in default_theme_book().themes)


def uses_vectors() -> bool:
    """Whether sentence vectors are used: the optional model is installed and weights for it are shipped."""
    return has_embedding() and "vectors_sentence" in weights()
