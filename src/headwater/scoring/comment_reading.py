"""Sealed comments, read: their language, tone and themes, and their words masked. Nothing here has passed a gate."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from headwater.engine.opening import opened_with
from headwater.engine.store import sealed_digests
from headwater.text.embedding import embed
from headwater.text.holding import could_tell, rare_words
from headwater.text.language import tell_language
from headwater.text.learned import lean_to_themes, uses_vectors
from headwater.text.lexicons import Matcher
from headwater.text.masking import mask
from headwater.text.names import OwnNames
from headwater.text.sentiment import feel
from headwater.text.theme_book import default_theme_book
from headwater.text.themes import find_themes
from headwater.text.words import tokens
from headwater.vocab import TONES, InputError, Problem, Theme, ThemeBook, UnitTree
from headwater.vocab.store_layout import ANSWERS, COMMENTS, MANIFEST, part_name, wave_folder

LONGEST = 10_000
"""Letters of a comment that are read."""
RARE_FROM = 300
"""Comments in a language from which on a word that stands in one alone is called rare."""
RARE_SHARE = 0.6


@dataclass(frozen=True)
class SealedComments:
    """Comments of a wave as they lie at rest, by unit and item. unit: int32[N], rows of the tree. item: int16[N]."""

    unit: NDArray[np.int32]
    item: NDArray[np.int16]
    words: tuple[str, ...]


@dataclass(frozen=True)
class ReadComments:
    """Comments as they were understood, one row each.

    language: of each. tone: int8[N], place in TONES. mentions: bool[N, T]. masked: words with people and places taken
    out. kept_back: bool[N], not to be cited. order: int64[N], a chance order that stays the same.
    """

    unit: NDArray[np.int32]
    item: NDArray[np.int16]
    language: tuple[str, ...]
    tone: NDArray[np.int8]
    mentions: NDArray[np.bool_]
    masked: tuple[str, ...]
    kept_back: NDArray[np.bool_]
    order: NDArray[np.int64]


def read_sealed_comments(store: Path, study: str, wave: str, tree: UnitTree, items: Sequence[str]) -> SealedComments:
    """Read the sealed comments of a wave to some questions, sorted by unit.

    Comments without a letter or a sign that means something are left out. Raises InputError when a file that the
    manifest names is missing or damaged, or when a unit is not in the tree.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = wave_folder(store, COMMENTS, study, wave)
    rows: list[tuple[int, int, str]] = []
    places = {key: place for place, key in enumerate(items)}
    digests = sealed_digests(store, study, wave)
    said = _comments_of_parts(store, study, wave)
    for digest in digests:
        path = folder / part_name(digest)
        if not said.get(digest):
            continue  # a delivery without comments has no file
        try:
            table = pq.read_table(path, columns=["unit", "item", "words"], **opened_with(path)).to_pydict()
        except (OSError, pa.ArrowException, KeyError) as error:
            raise InputError(
                Problem(f"sealed comments cannot be read ({error}).", "Restore a backup.", path.name)
            ) from error
        for unit, item, words in zip(table["unit"], table["item"], table["words"], strict=True):
            if unit not in tree.index_of:
                raise InputError(f"comments come from {unit!r}, which is no unit of the organisation")
            comment = " ".join(str(words or "")[:LONGEST].replace("\x00", " ").split())
            if item in places and any(letter.isalpha() or ord(letter) > 0x2000 for letter in comment):
                rows.append((tree.index_of[unit], places[item], comment))
    rows.sort(key=lambda row: (row[0], row[1], hashlib.sha256(row[2].encode()).digest()))
    return SealedComments(
        np.array([row[0] for row in rows], np.int32),
        np.array([row[1] for row in rows], np.int16),
        tuple(row[2] for row in rows),
    )


def _comments_of_parts(store: Path, study: str, wave: str) -> dict[str, int]:
    """How many comments each sealed delivery holds, by its digest, as the manifest says."""
    manifest = json.loads((wave_folder(store, ANSWERS, study, wave) / MANIFEST).read_text("utf-8"))
    return {part["digest"]: int(part["comments"]) for part in manifest["parts"]}


def understand(
    comments: SealedComments, book: ThemeBook, own: OwnNames, *, languages: Sequence[str], k: int, salt: str
) -> tuple[ReadComments, ThemeBook]:
    """Tell language, tone and themes of comments, and mask them.

    languages: in which was asked. k: own words of a theme book count only when they catch at least so many comments of
    the wave, so that nobody can look for one person's words. salt: names the wave; the chance order follows from it.
    Returns the comments, and the book with the words that counted.
    """
    texts = comments.words
    told = [tell_language(text, expected=languages) for text in texts]
    codes = tuple(one.language for one in told)
    vectors = embed(texts) if uses_vectors() and texts else None
    felt = feel(texts, codes, others=[one.others for one in told], vectors=vectors)
    words = [tokens(text) for text in texts]
    counted = only_supported(book, words, codes, k)
    mentions = find_themes(texts, codes, counted, leanings=lean_to_themes(texts, vectors))
    masked = [mask(text, code, own) for text, code in zip(texts, codes, strict=True)]
    held = np.array([could_tell(text, one) for text, one in zip(texts, masked, strict=True)], bool)
    held |= _too_rare(words, codes)
    read = ReadComments(
        unit=comments.unit,
        item=comments.item,
        language=codes,
        tone=np.array([TONES.index(one.tone) for one in felt], np.int8),
        mentions=mentions.reshape(len(texts), len(book.themes)),
        masked=tuple(one.words for one in masked),
        kept_back=held,
        order=np.array([_chance(salt, text) for text in texts], np.int64),
    )
    return read, counted


def only_supported(book: ThemeBook, words: Sequence[Sequence[str]], languages: Sequence[str], k: int) -> ThemeBook:
    """Return a book without those of its own words that catch some comments of a wave, but fewer than k.

    Words of the shipped book always count: nobody chose them to look for somebody.
    """
    shipped = {
        (code, entry)
        for theme in default_theme_book().themes
        for table in (theme.words, theme.without)
        for code, entries in table.items()
        for entry in entries
    }
    index: dict[str, dict[str, list[int]]] = {}
    for place, (said, code) in enumerate(zip(words, languages, strict=True)):
        shelf = index.setdefault(code, {})
        for word in set(said):
            shelf.setdefault(word, []).append(place)

    def supported(code: str, entry: str) -> bool:
        if (code, entry) in shipped:
            return True
        shelf = index.get(code, {})
        matcher = Matcher()
        matcher.add(entry.split(maxsplit=1)[0], 1.0)
        caught = {place for word, places in shelf.items() if matcher.weigh(word) is not None for place in places}
        if len(entry.split()) > 1:
            rows = Matcher()
            rows.add(entry, 1.0)
            caught = {p for p in caught if any(rows.row_at(list(words[p]), at) for at in range(len(words[p])))}
        return not caught or len(caught) >= k

    def kept(theme: Theme) -> Theme:
        return replace(
            theme,
            words={
                code: tuple(one for one in entries if supported(code, one)) for code, entries in theme.words.items()
            },
            without={
                code: tuple(one for one in entries if supported(code, one)) for code, entries in theme.without.items()
            },
        )

    return ThemeBook(book.version, tuple(kept(theme) for theme in book.themes))


def _too_rare(words: Sequence[Sequence[str]], languages: Sequence[str]) -> NDArray[np.bool_]:
    """Comments made mostly of words that nobody else used, where there are enough comments to say so."""
    found = np.zeros(len(words), bool)
    sizes = Counter(languages)
    counts: dict[str, Counter[str]] = {}
    for said, code in zip(words, languages, strict=True):
        counts.setdefault(code, Counter()).update(set(said))
    for place, (said, code) in enumerate(zip(words, languages, strict=True)):
        if sizes[code] >= RARE_FROM:
            found[place] = rare_words(set(said), counts[code]) > RARE_SHARE
    return found


def _chance(salt: str, text: str) -> int:
    digest = hashlib.sha256(f"{salt}\x00{text}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def count_by_unit(
    tree: UnitTree, unit: NDArray[np.int32], chosen: Iterable[bool] | NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Count chosen comments of each unit (not below it): int64[U]."""
    own = np.zeros(len(tree), np.int64)
    np.add.at(own, unit[np.asarray(chosen, bool)], 1)
    return own
