"""SamenessBooks on disk: one JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from headwater.vocab import CutSameness, InputError, Lens, Problem, QuestionApart, SamenessBook, ScaleAsked

FORMAT = 1
MANIFEST = "sameness.json"


def save_sameness(book: SamenessBook, folder: Path) -> Path:
    """Write a book into a folder. Returns the folder. Whoever calls makes the folder whole or absent."""
    folder.mkdir(parents=True, exist_ok=True)
    nouns = {"format": FORMAT, **asdict(book)}
    (folder / MANIFEST).write_text(json.dumps(nouns, ensure_ascii=False, sort_keys=True), encoding="utf-8")
    return folder


def load_sameness(folder: Path) -> SamenessBook:
    """Read a book. Raises InputError when the folder holds none or a damaged one."""
    try:
        nouns = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if nouns.pop("format") != FORMAT:
            raise ValueError("another format")
        scales = tuple(_scale(one) for one in nouns.pop("scales"))
        verdicts = tuple(_verdict(one) for one in nouns.pop("verdicts"))
        return SamenessBook(**nouns, scales=scales, verdicts=verdicts)
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"this folder holds no readable verdicts on questions ({error})."
        raise InputError(Problem(message, "Work the findings of the wave out again.", file=folder.name)) from error


def _scale(nouns: dict[str, Any]) -> ScaleAsked:
    items = tuple((key, texts) for key, texts in nouns["items"])
    return ScaleAsked(nouns["key"], nouns["label"], Lens(nouns["lens"]), items)


def _verdict(nouns: dict[str, Any]) -> CutSameness:
    apart = tuple(QuestionApart(**one) for one in nouns["apart"])
    return CutSameness(**{**nouns, "levels": tuple(nouns["levels"]), "apart": apart})
