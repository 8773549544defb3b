"""How comments sound: negative, mixed, neutral or positive, with how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.text.learned import tone_chances
from headwater.text.lexicons import lexicon
from headwater.text.polarity import FEATURES, weigh_comment
from headwater.text.words import SHIPPED, tokens
from headwater.vocab import TONES, Tone


@dataclass(frozen=True, slots=True)
class Sentiment:
    """How a comment sounds. score: -1 to 1, chance of positive less that of negative. sureness: chance of the tone."""

    tone: Tone
    score: float
    sureness: float


def feel(
    texts: Sequence[str],
    languages: Sequence[str],
    *,
    others: Sequence[Sequence[str]] = (),
    vectors: NDArray[np.float32] | None = None,
) -> list[Sentiment]:
    """Return how each comment sounds.

    languages: of each comment, "und" for unknown. others: further languages of mixed comments. vectors: float32[N, 512]
    from `embedding.embed`, None without the optional model.
    """
    if not texts:
        return []
    features = feature_matrix(texts, languages, others)
    chances = tone_chances(features, texts, vectors)
    best = chances.argmax(axis=1)
    return [
        Sentiment(TONES[int(place)], float(row[3] - row[0]), float(row[int(place)]))
        for place, row in zip(best, chances, strict=True)
    ]


def feature_matrix(
    texts: Sequence[str], languages: Sequence[str], others: Sequence[Sequence[str]] = ()
) -> NDArray[np.float64]:
    """Return float64[N, F]: the features of each comment, as `polarity.FEATURES` names them."""
    found = np.zeros((len(texts), len(FEATURES)))
    for place, (text, language) in enumerate(zip(texts, languages, strict=True)):
        found[place] = weigh_comment(text, language, others[place] if others else ()).values
    return found


def naive_tone(text: str, language: str) -> Tone:
    """Return what plain counting of good and bad words says: the baseline that `feel` is measured against."""
    codes = [language] if language in SHIPPED else list(SHIPPED)
    good = bad = 0
    for code in codes:
        for word in tokens(text):
            weight = lexicon(code).weights.weigh(word, with_typos=False) or 0.0
            good += weight > 0
            bad += weight < 0
    if good and good == bad:
        return "mixed"
    return "positive" if good > bad else "negative" if bad > good else "neutral"
