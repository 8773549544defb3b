"""The manifest of a wave: which files are sealed. Its replacement is the one moment at which answers begin to count."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from headwater.intake.durable import write_whole
from headwater.vocab import InputError, Problem
from headwater.vocab.store_layout import ANSWERS, MANIFEST, MANIFEST_FORMAT


@dataclass(frozen=True, slots=True)
class SealedPart:
    """One sealed delivery: rows of answers in one Parquet file, and perhaps comments in another.

    digest: names the delivery, whatever the order of its rows. sha256, size: of the Parquet file of answers.
    weighted: whether a weight differs from 1. columns: the columns of the file of answers. source: `source_mark` of
    where the delivery came from, empty in manifests of before it was kept.
    """

    digest: str
    rows: int
    comments: int
    weighted: bool
    sha256: str
    size: int
    columns: tuple[str, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is sealed in one wave. cuts: the levels that the study declared, by cut."""

    study: str
    wave: str
    promise: str
    cuts: Mapping[str, tuple[str, ...]]
    parts: tuple[SealedPart, ...] = field(default=())

    @property
    def rows(self) -> int:
        """How many responses are sealed."""
        return sum(part.rows for part in self.parts)


@dataclass(frozen=True, slots=True)
class SealedWave:
    """A wave with sealed answers."""

    study: str
    wave: str
    rows: int
    parts: int
    comments: int


def source_mark(source: str) -> str:
    """Return what a manifest keeps of the name of a source, so that file names do not lie in it."""
    return hashlib.sha256(f"source:{source}".encode()).hexdigest()[:32]


def read_manifest(folder: Path) -> Manifest | None:
    """Read the manifest in a wave's folder, None when nothing is sealed there. Raises InputError when unreadable."""
    path = folder / MANIFEST
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return None
    try:
        found: dict[str, Any] = json.loads(text)
        if found["format"] != MANIFEST_FORMAT:
            raise ValueError(f"format {found['format']!r}")
        return Manifest(
            study=found["study"],
            wave=found["wave"],
            promise=found["promise"],
            cuts={key: tuple(levels) for key, levels in found["cuts"].items()},
            parts=tuple(SealedPart(**{**part, "columns": tuple(part["columns"])}) for part in found["parts"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise InputError(
            Problem(f"the manifest cannot be read ({wrong}).", "Restore it from a backup.", file=str(path))
        ) from wrong


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest of a wave, whole or not at all."""
    text = json.dumps({"format": MANIFEST_FORMAT, **asdict(manifest)}, indent=1, sort_keys=True)
    write_whole(folder / MANIFEST, lambda aside: aside.write_text(text + "\n", "utf-8"))


def open_waves(store: Path) -> tuple[SealedWave, ...]:
    """List the waves with sealed answers in a store, by study and wave key. An empty or missing store has none."""
    waves = []
    for path in sorted((store / ANSWERS).glob(f"study=*/wave=*/{MANIFEST}")):
        manifest = read_manifest(path.parent)
        if manifest is not None and manifest.parts:
            comments = sum(part.comments for part in manifest.parts)
            waves.append(SealedWave(manifest.study, manifest.wave, manifest.rows, len(manifest.parts), comments))
    return tuple(waves)
