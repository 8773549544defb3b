"""Findings about contacts on disk: one JSON, written aside and renamed."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

from headwater.vocab import (
    ContactFindings,
    ContactWeight,
    ContactWeights,
    InputError,
    Problem,
    RepeatedEffect,
    RepeatStep,
)

FORMAT = 1
NAME = "contacts.json"


def save_contacts(findings: ContactFindings, folder: Path) -> Path:
    """Write findings into a folder. Returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path, aside = folder / NAME, folder / f".{NAME}.aside"
    text = json.dumps({"format": FORMAT, **asdict(findings)}, ensure_ascii=False, sort_keys=True, indent=1)
    aside.write_text(text + "\n", encoding="utf-8")
    os.replace(aside, path)
    return path


def load_contacts(folder: Path) -> ContactFindings:
    """Read findings. Raises InputError when the folder holds none or damaged ones."""
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if found.pop("format") != FORMAT:
            raise ValueError("another format")
        weights, repeats = found["weights"], found["repeats"]
        if weights is not None:
            parts = tuple(ContactWeight(**one) for one in weights["weights"])
            weights = ContactWeights(**{**weights, "weights": parts, "left_out": tuple(weights["left_out"])})
        if repeats is not None:
            steps = tuple(RepeatStep(**one) for one in repeats["steps"])
            triples = {name: None if repeats[name] is None else tuple(repeats[name]) for name in ("growth", "repair")}
            repeats = RepeatedEffect(**{**repeats, "steps": steps, **triples})
        return ContactFindings(**{**found, "waves": tuple(found["waves"]), "weights": weights, "repeats": repeats})
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"this folder holds no readable findings about contacts ({error})."
        raise InputError(Problem(message, "Let the wave be worked out again.", file=folder.name)) from error
