"""DriverBooks on disk: one JSON for the nouns, one file of arrays."""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict
from pathlib import Path

import numpy as np

from headwater.vocab import DRIVER_FIELDS, OUTCOME_FIELDS, DriverBook, DriverSubject, InputError, Lens, Problem

FORMAT = 1
MANIFEST = "drivers.json"
ARRAYS = "drivers.npz"
_PLAIN = ("related", "unit", "shown", "clear_of_noise", "leads", "inflation", "people", "teams", "complete")


def save_drivers(book: DriverBook, folder: Path) -> Path:
    """Write a book into a folder. Returns the folder. Whoever calls makes the folder whole or absent."""
    folder.mkdir(parents=True, exist_ok=True)
    nouns = {
        "format": FORMAT,
        "study": book.study,
        "wave": book.wave,
        "drivers": [asdict(subject) for subject in book.drivers],
        "outcomes": [asdict(subject) for subject in book.outcomes],
        "cut": book.cut,
        "level": book.level,
        "minimum": book.minimum,
        "left_out": dict(book.left_out),
        "inputs_hash": book.inputs_hash,
        "made_with": dict(book.made_with),
    }
    arrays = {name: getattr(book, name) for name in _PLAIN} | {f"f_{name}": book.fields[name] for name in book.fields}
    with (folder / ARRAYS).open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    (folder / MANIFEST).write_text(json.dumps(nouns, ensure_ascii=False, sort_keys=True), encoding="utf-8")
    return folder


def load_drivers(folder: Path) -> DriverBook:
    """Read a book. Raises InputError when the folder holds none or a damaged one."""
    try:
        nouns = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if nouns["format"] != FORMAT:
            raise ValueError(f"format {nouns['format']}")
        with np.load(folder / ARRAYS, allow_pickle=False) as held:
            plain = {name: held[name] for name in _PLAIN}
            fields = {name: held[f"f_{name}"] for name in (*DRIVER_FIELDS, *OUTCOME_FIELDS)}
        return DriverBook(
            study=nouns["study"],
            wave=nouns["wave"],
            drivers=tuple(subject_of(one) for one in nouns["drivers"]),
            outcomes=tuple(subject_of(one) for one in nouns["outcomes"]),
            cut=tuple(nouns["cut"]),
            level=tuple(nouns["level"]),
            fields=fields,
            minimum=tuple(nouns["minimum"]),
            left_out=nouns["left_out"],
            inputs_hash=nouns["inputs_hash"],
            made_with=nouns["made_with"],
            **plain,
        )
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        message = f"this folder holds no readable drivers ({error})."
        raise InputError(Problem(message, "Work the findings of the wave out again.", file=folder.name)) from error


def subject_of(nouns: dict[str, object]) -> DriverSubject:
    """Read a scale back from its JSON."""
    return DriverSubject(**{**nouns, "lens": Lens(str(nouns["lens"]))})  # type: ignore[arg-type]
