"""What a River rests on, as a digest: the same digest, the same River, so one that is there is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import headwater
from headwater.rooms.learn.models import Chain
from headwater.rooms.learn.river_links import as_of, rows_of
from headwater.rooms.learn.river_material import Material
from headwater.rooms.learn.river_store import LANGUAGES, Part
from headwater.rooms.people.look import words_of


class Foundations:
    """Digests of all that the Rivers of a chain are made of: answers, figures, which units count, words, the program.

    A new wave changes those of the periods from its own on. A changed organisation or program changes all.
    """

    def __init__(self, chain: Chain, material: Material) -> None:
        self.material = material
        self.waves = [[_digest(moments) for moments in study.moments] for study in material.studies]
        tree = material.tree
        self.everywhere = _digest(
            _program(),
            [chain.key, chain.title, chain.is_own, chain.words, chain.same_survey, chain.complete, chain.unknowns],
            [material.stations, material.grain, material.sources, material.began, material.unmapped],
            [words_of(language) for language in LANGUAGES],
            None if tree is None else [tree.ids, tree.parent],
        )

    def of(self, part: Part, period: str) -> str:
        """Return the digest of the River of a part as of a period."""
        studies, table = as_of(self.material, part, period)
        rows = rows_of(self.material, part)
        here = slice(None) if rows is None else rows

        def inside(grids: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
            return {key: grid[here] for key, grid in grids.items()}

        known = [
            [sorted(one.scales), one.k, one.inside, one.survey, inside(one.kept), inside(one.kept_below)]
            for one in studies
        ]
        waves = [
            digests[: sum(moments.wave <= period for moments in study.moments)]
            for digests, study in zip(self.waves, self.material.studies, strict=True)
        ]
        figures = table and [table.periods, inside(table.values), inside(table.bases), table.labels, table.source]
        return _digest(self.everywhere, part.unit, part.name, [here.start, here.stop], period, known, waves, figures)


@cache
def _program() -> str:
    """Digest of the program, its translations, and the libraries that count."""
    folder = Path(headwater.__file__).parent
    found = hashlib.sha256()
    for file in sorted(path for ending in ("*.py", "*.mo") for path in folder.rglob(ending)):
        found.update(str(file.relative_to(folder)).encode())
        found.update(file.read_bytes())
    return _digest(found.hexdigest(), [version(library) for library in ("numpy", "scipy")])


def _digest(*parts: object) -> str:
    found = hashlib.sha256()
    for part in parts:
        _feed(found, part)
    return found.hexdigest()


def _feed(digest: Any, part: object) -> None:
    """Feed a value into a digest: records by their fields, mappings in order of their keys, arrays by their bytes."""
    digest.update(type(part).__name__.encode())
    if isinstance(part, np.ndarray):
        digest.update(f"{part.dtype}{part.shape}".encode())
        digest.update(np.ascontiguousarray(part).tobytes())
    elif is_dataclass(part) and not isinstance(part, type):
        for one in fields(part):
            _feed(digest, getattr(part, one.name))
    elif isinstance(part, Mapping):
        for key in sorted(part, key=str):
            _feed(digest, key)
            _feed(digest, part[key])
    elif isinstance(part, tuple | list) and not all(isinstance(one, str) for one in part):
        digest.update(str(len(part)).encode())
        for one in part:
            _feed(digest, one)
    else:
        digest.update(repr(part).encode())
    digest.update(b"\0")
