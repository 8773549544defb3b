"""Fits what `headwater.text` has learned, and writes it to src/headwater/text/data/model.npz.

    python -m benchmarks.train_comments

Multinomial logistic regression with a ridge penalty (scipy L-BFGS) on the comments of data/comments/written. The letter
model also sees every word of the lexicons as a comment of its own, with little weight. The comments of
data/comments/held are not read here. Needs the optional model (extra `text`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import minimize

from benchmarks.comment_data import read_comments
from headwater.text import learned
from headwater.text.embedding import embed
from headwater.text.lexicons import lexicon
from headwater.text.sentiment import feature_matrix
from headwater.text.words import SHIPPED
from headwater.vocab import TONES

Array = np.ndarray[Any, Any]
LEXICON_WEIGHS = 0.02
TONE_RIDGE = 0.3
THEME_RIDGE = 0.6


def fit_tones(inputs: Array, tone: Array, weight: Array, ridge: float) -> tuple[Array, Array]:
    """Return (coefficients [D, 4], bias [4])."""
    count, width = inputs.shape
    target = np.eye(len(TONES))[tone]

    def loss(flat: Array) -> tuple[float, Array]:
        beta, bias = flat[:-4].reshape(width, 4), flat[-4:]
        logits = inputs @ beta + bias
        logits -= logits.max(axis=1, keepdims=True)
        chance = np.exp(logits)
        chance /= chance.sum(axis=1, keepdims=True)
        value = -(weight * np.log(chance[np.arange(count), tone] + 1e-12)).sum() + 0.5 * ridge * (beta**2).sum()
        step = (chance - target) * weight[:, None]
        return float(value), np.concatenate([(inputs.T @ step + ridge * beta).ravel(), step.sum(axis=0)])

    found = minimize(loss, np.zeros(width * 4 + 4), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    return found[:-4].reshape(width, 4), found[-4:]


def fit_theme(inputs: Array, spoken: Array, ridge: float) -> tuple[Array, float]:
    """Return (coefficients [D], bias) of one theme; comments that speak of it count up to five times."""
    weight = np.where(spoken, min(5.0, (~spoken).sum() / max(spoken.sum(), 1) / 2), 1.0)

    def loss(flat: Array) -> tuple[float, Array]:
        logit = inputs @ flat[:-1] + flat[-1]
        sign = np.where(spoken, 1.0, -1.0)
        value = (weight * np.logaddexp(0, -sign * logit)).sum() + 0.5 * ridge * (flat[:-1] ** 2).sum()
        step = -sign * weight / (1 + np.exp(sign * logit))
        return float(value), np.concatenate([inputs.T @ step + ridge * flat[:-1], [step.sum()]])

    found = minimize(loss, np.zeros(inputs.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return found[:-1], float(found[-1])


def fit(comments: list[Any]) -> dict[str, Array]:
    """Return all weights, fitted to labelled comments."""
    texts, languages = [one.text for one in comments], [one.language for one in comments]
    tone = np.array([TONES.index(one.tone) for one in comments])
    features = feature_matrix(texts, languages)
    groups = np.array([learned.letter_groups(text) for text in texts])
    words, signs = [], []
    for code in SHIPPED:
        matcher = lexicon(code).weights
        for word, value in [*matcher.words.items(), *matcher.stems.items()]:
            words.append(learned.letter_groups(word))
            signs.append(3 if value > 0 else 0)
    both = np.vstack([np.hstack([features, groups]), np.hstack([np.zeros((len(words), features.shape[1])), words])])
    weight = np.concatenate([np.ones(len(tone)), np.full(len(words), LEXICON_WEIGHS)])
    beta, bias = fit_tones(both, np.concatenate([tone, signs]), weight, TONE_RIDGE)
    made = {"words_features": beta[: features.shape[1]], "words_groups": beta[features.shape[1] :], "words_bias": bias}
    vectors = embed(texts).astype(np.float64) * learned.VECTORS_WEIGH
    beta, bias = fit_tones(np.hstack([features, vectors]), tone, np.ones(len(tone)), TONE_RIDGE)
    made |= {
        "vectors_features": beta[: features.shape[1]],
        "vectors_sentence": beta[features.shape[1] :],
        "vectors_bias": bias,
    }
    columns = [
        fit_theme(vectors, np.array([key in one.themes for one in comments]), THEME_RIDGE)
        for key in learned.learned_themes()
    ]
    made["themes_sentence"] = np.stack([column for column, _ in columns], axis=1)
    made["themes_bias"] = np.array([start for _, start in columns])
    return made


def main() -> None:
    """Fit and write."""
    made = fit(read_comments("written"))
    np.savez_compressed(
        learned.MODEL,
        allow_pickle=False,
        **{
            name: values.astype(np.float16) if values.size > 100 else values.astype(np.float32)
            for name, values in made.items()
        },
    )
    print(f"{learned.MODEL.name}: {learned.MODEL.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
