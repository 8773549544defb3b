"""ImportanceBooks on disk: one JSON for the nouns, one file of arrays."""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict
from pathlib import Path

import numpy as np

from headwater.vocab import Choice, ImportanceBook, InputError, LikeMinded, Problem

FORMAT = 1
MANIFEST = "importance.json"
ARRAYS = "importance.npz"
_PLAIN = ("unit", "share", "low", "high", "people", "spread")
_GROUPS = ("part", "share", "low", "high")


def save_importance(book: ImportanceBook, folder: Path) -> Path:
    """Write a book into a folder. Returns the folder. Whoever calls makes the folder whole or absent."""
    folder.mkdir(parents=True, exist_ok=True)
    nouns = {
        "format": FORMAT,
        "study": book.study,
        "wave": book.wave,
        "item": book.item,
        "choices": [asdict(choice) for choice in book.choices],
        "cut": book.cut,
        "level": book.level,
        "minimum": book.minimum,
        "verdict": book.verdict,
        "agreement": None if np.isnan(book.agreement) else book.agreement,
        "inputs_hash": book.inputs_hash,
        "made_with": dict(book.made_with),
    }
    arrays = {name: getattr(book, name) for name in _PLAIN}
    for name in _GROUPS:
        arrays[f"g_{name}"] = np.array([getattr(group, name) for group in book.like_minded], np.float64)
    with (folder / ARRAYS).open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    (folder / MANIFEST).write_text(json.dumps(nouns, ensure_ascii=False, sort_keys=True), encoding="utf-8")
    return folder


def load_importance(folder: Path) -> ImportanceBook:
    """Read a book. Raises InputError when the folder holds none or a damaged one."""
    try:
        nouns = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if nouns["format"] != FORMAT:
            raise ValueError(f"format {nouns['format']}")
        with np.load(folder / ARRAYS, allow_pickle=False) as held:
            plain = {name: held[name] for name in _PLAIN}
            groups = [held[f"g_{name}"] for name in _GROUPS]
        return ImportanceBook(
            study=nouns["study"],
            wave=nouns["wave"],
            item=nouns["item"],
            choices=tuple(Choice(**choice) for choice in nouns["choices"]),
            cut=tuple(nouns["cut"]),
            level=tuple(nouns["level"]),
            minimum=nouns["minimum"],
            verdict=nouns["verdict"],
            like_minded=tuple(
                LikeMinded(float(part), share, low, high) for part, share, low, high in zip(*groups, strict=True)
            ),
            agreement=float("nan") if nouns["agreement"] is None else nouns["agreement"],
            inputs_hash=nouns["inputs_hash"],
            made_with=nouns["made_with"],
            **plain,
        )
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        message = f"this folder holds no readable importance ({error})."
        raise InputError(Problem(message, "Work the findings of the wave out again.", file=folder.name)) from error
