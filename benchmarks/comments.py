"""How well comments are read, beside simple baselines, on comments that nothing was fitted to.

python -m benchmarks.comments            the held-out comments; --part plain and --part fresh are held out too
python -m benchmarks.comments --apart    also: each language of the others, fitted without any of its comments
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks.comment_data import Labelled, read_comments
from headwater.text import learned
from headwater.text.embedding import embed, has_embedding
from headwater.text.language import tell_language
from headwater.text.masking import mask
from headwater.text.names import own_names
from headwater.text.sentiment import feature_matrix, feel, naive_tone
from headwater.text.theme_book import default_theme_book
from headwater.text.themes import find_themes
from headwater.vocab import TONES


def macro_f1(said: Sequence[str], right: Sequence[str], classes: Sequence[str] = TONES) -> float:
    """Return the mean F1 over the tones that occur."""
    scores = []
    for tone in classes:
        hits = sum(a == b == tone for a, b in zip(said, right, strict=True))
        all_said, all_right = list(said).count(tone), list(right).count(tone)
        if all_right:
            scores.append(2 * hits / (all_said + all_right))
    return sum(scores) / len(scores)


def polar(tones: Sequence[str]) -> list[str]:
    """Fold mixed into neutral."""
    return ["neutral" if tone == "mixed" else tone for tone in tones]


def line(name: str, said: Sequence[str], right: Sequence[str]) -> None:
    """Print one row of the table of sentiment."""
    same = sum(a == b for a, b in zip(said, right, strict=True)) / len(right)
    three = macro_f1(polar(said), polar(right), ("negative", "neutral", "positive"))
    print(f"  {name:34} {macro_f1(said, right):9.2f} {three:10.2f} {same:9.2f}")


def sentiment(comments: list[Labelled], wrong: bool) -> None:
    """Print how tones are told."""
    texts, right = [one.text for one in comments], [one.tone for one in comments]
    told = [tell_language(text).language for text in texts]
    print("Sentiment                             macro-F1   3 classes      right")
    line("always the most frequent", [max(set(right), key=right.count)] * len(right), right)
    line("counting good and bad words", [naive_tone(one.text, one.language) for one in comments], right)
    line("ours, words alone", [one.tone for one in feel(texts, told)], right)
    if has_embedding():
        said = [one.tone for one in feel(texts, told, vectors=embed(texts))]
        line("ours, with sentence vectors", said, right)
        if wrong:
            for text, a, b in zip(texts, said, right, strict=True):
                if a != b:
                    print("    ", a, "not", b, "|", text)


def themes(comments: list[Labelled], wrong: bool) -> None:
    """Print how themes are found: micro-averaged precision and recall."""
    book = default_theme_book()
    texts, languages = [one.text for one in comments], [one.language for one in comments]
    right = np.array([[theme.key in one.themes for theme in book.themes] for one in comments])

    def row(name: str, found: Any) -> None:
        hits = int((found & right).sum())
        precision, recall = hits / max(int(found.sum()), 1), hits / int(right.sum())
        print(
            f"  {name:34} {precision:9.2f} {recall:10.2f} {2 * precision * recall / max(precision + recall, 1e-9):9.2f}"
        )

    print("Themes                               precision    recall        F1")
    named = np.array(
        [
            [any(theme.label.get(one.language, "").lower() in one.text.lower() for _ in (0,)) for theme in book.themes]
            for one in comments
        ]
    )
    row("the theme's name stands there", named)
    row("the words of the theme book", find_themes(texts, languages, book))
    found = find_themes(texts, languages, book, leanings=learned.lean_to_themes(texts, None))
    row("ours, words alone", found)
    if has_embedding():
        found = find_themes(texts, languages, book, leanings=learned.lean_to_themes(texts, embed(texts)))
        row("ours, with sentence vectors", found)
    if wrong:
        for one, a, b in zip(comments, found, right, strict=True):
            extra = [book.themes[n].key for n in np.flatnonzero(a & ~b)]
            missed = [book.themes[n].key for n in np.flatnonzero(b & ~a)]
            if extra or missed:
                print("    ", "+", extra, "-", missed, "|", one.text)


def languages(comments: list[Labelled], wrong: bool) -> None:
    """Print how languages are told."""

    def row(name: str, tell: Callable[[str], str]) -> None:
        said = [tell(one.text) for one in comments]
        right = sum(a == one.language for a, one in zip(said, comments, strict=True))
        none = said.count("und")
        size = len(comments)
        print(f"  {name:34} {right / size:9.3f} {none / size:10.3f} {1 - (right + none) / size:9.3f}")
        if wrong and name.startswith("ours"):
            for a, one in zip(said, comments, strict=True):
                if a != one.language:
                    print("    ", a, "not", one.language, "|", one.text)

    print("Language                                 right    unknown     wrong")
    try:
        import py3langid

        row("py3langid alone", lambda text: str(py3langid.classify(text)[0]))
    except ImportError:
        pass
    row("ours", lambda text: tell_language(text).language)


def masking(comments: list[Labelled], wrong: bool) -> None:
    """Print how names are masked."""
    own = own_names((), ())
    caught = missed = needless = capitals = capital_needless = 0
    for one in comments:
        masked = mask(one.text, one.language, own)
        for start, end in one.hidden:
            letters = [at for at in range(start, end) if one.text[at].isalnum()]
            whole = all(any(a <= at < b for a, b, _ in masked.spans) for at in letters)
            caught, missed = caught + whole, missed + (not whole)
            capitals += all(one.text[at].isupper() for at in letters[:1]) and start > 0
            if wrong and not whole:
                print("     missed", one.text[start:end], "|", masked.words)
        for a, b, _ in masked.spans:
            if not any(start < b and a < end for start, end in one.hidden):
                needless += 1
                if wrong:
                    print("     needless", one.text[a:b], "|", masked.words)
        place = 0
        for word in one.text.split():
            if place and word[:1].isupper() and not any(s <= one.text.find(word, place) < e for s, e in one.hidden):
                capital_needless += 1
            place += len(word) + 1
    total = caught + missed
    print("Masking                                 recall  precision   (no names of the own organisation given)")
    exact = capitals / max(capitals + capital_needless, 1)
    print(f"  {'any capital inside the comment':34} {capitals / total:9.2f} {exact:10.2f}")
    print(f"  {'ours':34} {caught / total:9.2f} {caught / max(caught + needless, 1):10.2f}")


def apart() -> None:
    """Print tones told in a language whose comments were not used to fit."""
    from benchmarks.train_comments import FITTED_TO, fit, read_words

    comments = [one for part in FITTED_TO for one in read_comments(part)]
    vocabulary = read_words()
    width = len(TONES)
    print("Each language fitted without it: macro-F1 with words alone, with sentence vectors")
    for code in sorted({one.language for one in comments}):
        made, adds = fit([one for one in comments if one.language != code], vocabulary)
        rest = [one for one in comments if one.language == code]
        texts, right = [one.text for one in rest], [one.tone for one in rest]
        features = feature_matrix(texts, [code] * len(rest))
        said = vocabulary.sum_up(texts, adds[:, :width])
        words = (features @ made["words_features"] + said + made["words_bias"]).argmax(axis=1)
        vectors = embed(texts) * learned.VECTORS_WEIGH
        sentence = vectors @ made["vectors_sentence"] + learned.WORDS_SHARE * said
        both = (features @ made["vectors_features"] + sentence + made["vectors_bias"]).argmax(axis=1)
        naive = macro_f1([naive_tone(one.text, code) for one in rest], right)
        alone, with_vectors = ([TONES[number] for number in found] for found in (words, both))
        told = f"words {macro_f1(alone, right):.2f}, vectors {macro_f1(with_vectors, right):.2f}"
        print(f"  {code}: counting {naive:.2f}, {told}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apart", action="store_true", help="fit again without each language and measure it")
    parser.add_argument("--wrong", action="store_true", help="list what is wrong")
    parser.add_argument("--part", default="held", choices=("held", "plain", "fresh", "written", "voices"))
    given = parser.parse_args()
    comments = read_comments(given.part)
    print(f"{len(comments)} comments in {len({one.language for one in comments})} languages ({given.part})")
    start = time.perf_counter()
    for measure in (languages, sentiment, themes, masking):
        measure(comments, given.wrong)
    print(f"{time.perf_counter() - start:.1f} s for everything")
    if given.apart:
        apart()


if __name__ == "__main__":
    main()
