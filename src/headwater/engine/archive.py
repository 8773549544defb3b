"""Moments on disk, so that an update reads new answers alone."""

from __future__ import annotations

import json
import os
import secrets
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from headwater.vocab import (
    CrossSums,
    InputError,
    MomentPlan,
    Moments,
    PlannedItem,
    PlannedScore,
    Problem,
    ScoreSums,
    WideInts,
)

FORMAT = 1
_PLAIN = ("cell_unit", "cell_cuts", "respondents", "counts")
_WIDE = ("weights", "weights_squared")
_RECORDS: dict[str, type[Any]] = {"scores": ScoreSums, "crosses": CrossSums}


def save_moments(path: Path, moments: Moments) -> None:
    """Write moments to a file (NumPy's .npz), whole or not at all: after a crash it is the old one or the new one.

    The file holds sums by leaf unit that no gate has passed. Keep it where the answers are kept.
    """
    about = {
        "format": FORMAT,
        "study": moments.study,
        "wave": moments.wave,
        "plan": asdict(moments.plan),
        "units": moments.units,
        "levels": {cut: list(levels) for cut, levels in moments.levels.items()},
        "sources": moments.sources,
    }
    arrays = dict(_flat(moments))
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    aside = path.with_name(f".aside-{secrets.token_hex(8)}")
    try:
        with aside.open("xb") as file:
            np.savez(file, allow_pickle=False, **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def load_moments(path: Path) -> Moments:
    """Read moments that `save_moments` wrote. Raises InputError when the file is missing, damaged or not moments."""
    try:
        with path.open("rb") as whole, np.load(whole, allow_pickle=False) as file:
            arrays: dict[str, Any] = {name: file[name] for name in file.files}
        about = json.loads(arrays["about"].tobytes())
        if about["format"] != FORMAT:
            raise ValueError(f"format {about['format']!r}")
        plan = about["plan"]
        sums: dict[str, Any] = {name: arrays[name] for name in _PLAIN}
        sums |= {name: _wide(arrays, name) for name in _WIDE}
        sums |= {name: _record(arrays, name, kind) for name, kind in _RECORDS.items()}
        return Moments(
            study=about["study"],
            wave=about["wave"],
            plan=MomentPlan(
                items=tuple(PlannedItem(**item) for item in plan["items"]),
                scores=tuple(
                    PlannedScore(one["key"], tuple(one["items"]), one["min_answered"]) for one in plan["scores"]
                ),
                cuts=tuple(plan["cuts"]),
                crosses=plan["crosses"],
            ),
            units=tuple(about["units"]),
            levels={cut: tuple(levels) for cut, levels in about["levels"].items()},
            sources=tuple(about["sources"]),
            **sums,
        )
    except FileNotFoundError:
        raise InputError(Problem("there is no such file of moments.", file=str(path))) from None
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as wrong:
        raise InputError(
            Problem(f"the file of moments cannot be read ({wrong}).", "Delete it; it is made again.", file=str(path))
        ) from wrong


def _flat(moments: Moments) -> Iterator[tuple[str, Any]]:
    """Name every array; wide integers are two."""
    for name in _PLAIN:
        yield name, getattr(moments, name)
    parts: list[tuple[str, Any]] = [(name, getattr(moments, name)) for name in _WIDE]
    for name in _RECORDS:
        record = getattr(moments, name)
        if record is not None:
            parts += [(f"{name}.{each.name}", getattr(record, each.name)) for each in fields(record)]
    for name, values in parts:
        if isinstance(values, WideInts):
            yield f"{name}.high", values.high
            yield f"{name}.low", values.low
        elif values is not None:
            yield name, values


def _wide(arrays: Mapping[str, Any], name: str) -> WideInts | None:
    return WideInts(arrays[f"{name}.high"], arrays[f"{name}.low"]) if f"{name}.high" in arrays else None


def _record(arrays: Mapping[str, Any], name: str, kind: type[Any]) -> Any:
    """Rebuild a record of sums; None when the file has none of it."""
    values = {}
    for each in fields(kind):
        place = f"{name}.{each.name}"
        values[each.name] = arrays[place] if place in arrays else _wide(arrays, place)
    return kind(**values) if any(value is not None for value in values.values()) else None
