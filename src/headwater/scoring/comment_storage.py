"""Comment books on disk: one JSON for words, one array file for cells. The caller writes into a folder of its own."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from headwater.org import number_units
from headwater.vocab import (
    CitedComment,
    CommentBook,
    CommentedItem,
    InputError,
    Problem,
    Suggestion,
    Theme,
    ThemeBook,
)

FORMAT = 1
NOUNS, ARRAYS = "comments.json", "comments.npz"
_ARRAYS = ("sizes", "tones", "cell_item", "cell_theme", "cell_row", "cell_band", "cell_tones", "cited_from", "cited")


def theme_book_nouns(book: ThemeBook) -> dict[str, Any]:
    """Return a theme book as plain values for JSON."""
    found = asdict(book)
    found["themes"] = [
        {**theme, "label": dict(theme["label"]), "words": _lists(theme["words"]), "without": _lists(theme["without"])}
        for theme in found["themes"]
    ]
    return found


def read_theme_book(nouns: Mapping[str, Any]) -> ThemeBook:
    """Read a theme book back. Raises KeyError, TypeError or ValueError for anything else."""
    return ThemeBook(
        int(nouns["version"]),
        tuple(
            Theme(
                key=str(theme["key"]),
                label={str(code): str(words) for code, words in theme["label"].items()},
                words=_tuples(theme["words"]),
                without=_tuples(theme["without"]),
                learned=tuple(theme["learned"]),
                scales=tuple(theme["scales"]),
            )
            for theme in nouns["themes"]
        ),
    )


def save_comments(book: CommentBook, folder: Path) -> Path:
    """Write a comment book into an empty folder, without the names of leaders. Returns the folder."""
    tree = book.tree
    nouns = {
        "format": FORMAT,
        "study": book.study,
        "wave": book.wave,
        "k": book.k,
        "comment_k": book.comment_k,
        "units": {
            "ids": tree.ids,
            "names": tree.names,
            "parents": [tree.ids[above] if above >= 0 else "" for above in tree.parent.tolist()],
        },
        "items": [{"key": item.key, "text": dict(item.text)} for item in book.items],
        "themes": theme_book_nouns(book.themes),
        "comments": [[one.words, one.language, one.tone] for one in book.comments],
        "suggestions": [asdict(one) for one in book.suggestions],
        "languages": book.languages,
        "inputs_hash": book.inputs_hash,
        "made_with": dict(book.made_with),
    }
    (folder / NOUNS).write_text(json.dumps(nouns, ensure_ascii=False, sort_keys=True), encoding="utf-8")
    np.savez_compressed(folder / ARRAYS, allow_pickle=False, **{name: getattr(book, name) for name in _ARRAYS})
    return folder


def load_comments(folder: Path) -> CommentBook:
    """Read a comment book. Raises InputError when the folder holds none or a damaged one."""
    try:
        nouns = json.loads((folder / NOUNS).read_text(encoding="utf-8"))
        if nouns["format"] != FORMAT:
            raise ValueError(f"format {nouns['format']}")
        units = nouns["units"]
        with np.load(folder / ARRAYS, allow_pickle=False) as file:
            arrays: dict[str, Any] = {name: file[name] for name in _ARRAYS}
        return CommentBook(
            study=nouns["study"],
            wave=nouns["wave"],
            k=int(nouns["k"]),
            comment_k=int(nouns["comment_k"]),
            tree=number_units(units["ids"], units["parents"], units["names"]),
            items=tuple(CommentedItem(item["key"], item["text"]) for item in nouns["items"]),
            themes=read_theme_book(nouns["themes"]),
            comments=tuple(CitedComment(*one) for one in nouns["comments"]),
            suggestions=tuple(
                Suggestion(one["item"], tuple(one["words"]), one["language"], tuple(one["cited"]))
                for one in nouns["suggestions"]
            ),
            languages=tuple((code, int(percent)) for code, percent in nouns["languages"]),
            inputs_hash=nouns["inputs_hash"],
            made_with=nouns["made_with"],
            **arrays,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        message = f"this folder holds no readable comments ({error})."
        raise InputError(Problem(message, "Let them be worked out again.", file=folder.name)) from error


def _lists(words: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {code: list(entries) for code, entries in words.items()}


def _tuples(words: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {str(code): tuple(str(entry) for entry in entries) for code, entries in words.items()}
