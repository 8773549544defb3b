"""Internal service: one exact system a serving unit, over the units it serves.

A row at rest is one person's rating of one serving unit: its unit is the person's own, its cut `server` the unit rated.
The ratings of one server are an answer set of their own, in which everybody stands once; so the gate over the tree of
units served is exact for each server. Totals over several servers join those sets, and are released nowhere.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from headwater.engine import compute_moments, cut_totals
from headwater.scoring.book import Benchmark, Comparisons
from headwater.scoring.specification import Specification
from headwater.scoring.storage import load_book, save_book
from headwater.scoring.wave import score_moments, sealed_file_digests
from headwater.vocab import (
    Cut,
    InputError,
    Moments,
    Problem,
    ScoreBook,
    ServiceBook,
    Study,
    UnitTree,
    Wave,
)
from headwater.vocab.moments import ScoreSums
from headwater.vocab.scorebook import BoolArray

SERVER = "server"
"""The cut that names the unit rated."""

MANIFEST = "services.json"


def score_services(
    store: Path,
    *,
    study: Study,
    wave: Wave,
    tree: UnitTree,
    specification: Specification,
    previous: ServiceBook | None = None,
    benchmark: Benchmark | None = None,
    engine: str | None = None,
) -> tuple[ServiceBook, Moments]:
    """Return what may be released of a sealed wave of ratings, and its moments for the chain. One pass.

    study: its one cut is `server`, with the ids of the serving units as levels. specification: that of the
    questionnaire; scale scores get the measure `service`. previous: the wave before, server by server. Raises
    InputError for a study without servers, for a server that is no unit, and for a unit that rates itself or a unit it
    belongs to.
    """
    cut = next((cut for cut in study.cuts if cut.key == SERVER), None)
    if cut is None or len(study.cuts) != 1:
        raise InputError(f"study {study.key!r} does not say who is rated. Name the column under `server`.")
    moments = compute_moments(store, study.key, wave.key, specification.plan((SERVER,), crosses=False), engine=engine)
    if (moments.cell_cuts[:, 0] < 0).any():
        raise InputError(f"some ratings of study {study.key!r} do not say which unit is rated.")
    sources = sealed_file_digests(store, study.key, wave.key)
    books = []
    for server in cut.levels:
        row = _server_row(tree, server)
        rated = server_moments(moments, server)
        if any(tree.is_within(tree.index_of[unit], row) for unit in rated.units if unit in tree.index_of):
            raise InputError(f"people of {tree.names[row]} rate their own unit. Internal service is rated by others.")
        key = server_key(study.key, server)
        before = None if previous is None else previous.book_of(server)
        books.append(
            score_moments(
                rated,
                study=replace(study, key=key, title=f"{study.title}: {tree.names[row]}", cuts=()),
                wave=replace(wave, study=key),
                tree=tree,
                specification=service_specification(specification),
                comparisons=Comparisons(previous=before, benchmark=benchmark),
                sources=sources,
            )
        )
    return ServiceBook(study, wave, tree, cut.levels, tuple(books)), moments


def service_specification(specification: Specification) -> Specification:
    """Return the specification of one server's ratings: scale scores have the measure `service`."""
    return replace(specification, scale_measure="service")


def server_moments(moments: Moments, server: str) -> Moments:
    """Return the sums of the ratings of one server: an answer set of its own, without cuts.

    moments: summed with the cut `server`. A server nobody rated has no cell.
    """
    place = moments.plan.cuts.index(SERVER)
    levels = moments.levels[SERVER]
    code = levels.index(server) if server in levels else -2
    cells = np.flatnonzero(moments.cell_cuts[:, place] == code)
    used, unit = np.unique(moments.cell_unit[cells], return_inverse=True)

    def take(value: Any) -> Any:
        return None if value is None else value[cells]

    return Moments(
        study=server_key(moments.study, server),
        wave=moments.wave,
        plan=replace(moments.plan, cuts=(), crosses=False),
        units=tuple(moments.units[number] for number in used.tolist()),
        levels={},
        cell_unit=unit.astype(np.int32),
        cell_cuts=np.zeros((len(cells), 0), np.int16),
        respondents=moments.respondents[cells],
        counts=moments.counts[cells],
        scores=ScoreSums(**{entry.name: take(getattr(moments.scores, entry.name)) for entry in fields(ScoreSums)}),
        weights=take(moments.weights),
        weights_squared=take(moments.weights_squared),
    )


def _server_row(tree: UnitTree, server: str) -> int:
    if server not in tree.index_of:
        raise InputError(f"the unit rated, {server!r}, is not in the organisation. Map it to a unit's id.")
    return tree.index_of[server]


def server_key(study: str, server: str) -> str:
    """Return the key under which a server's ratings are a study of their own; it can name a folder."""
    plain = f"{study}.{server}"
    safe = re.sub(r"[^A-Za-z0-9_.-]", "_", plain)[:60]
    return plain if safe == plain else f"{safe}.{hashlib.sha256(server.encode()).hexdigest()[:12]}"


def units_of_k_raters(moments: Moments, tree: UnitTree, k: int) -> BoolArray:
    """Return bool[U], units (not below them) in which one server alone has k raters or more.

    Ratings cannot be counted as people: one person rates several servers. The raters of one server can.
    """
    most = np.zeros(len(tree), np.int64)
    for totals in cut_totals(moments, tree, SERVER).values():
        most = np.maximum(most, totals.respondents)
    enough: BoolArray = most >= k
    return enough


def save_services(services: ServiceBook, folder: Path) -> Path:
    """Write a service book to a folder, whole or not at all. Returns the folder.

    Below it lies one ScoreBook a server, under the server's study key and the wave's.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for book in services.books:
            save_book(book, aside / book.study.key / book.wave.key)
        nouns = {
            "format": 1,
            "study": asdict(services.study),
            "servers": services.servers,
            "books": [f"{book.study.key}/{book.wave.key}" for book in services.books],
        }
        (aside / MANIFEST).write_text(json.dumps(nouns, ensure_ascii=False, sort_keys=True), encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(aside, folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return folder


def load_services(folder: Path) -> ServiceBook:
    """Read a service book. Raises InputError when the folder holds none or a damaged one."""
    try:
        nouns = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if nouns["format"] != 1:
            raise ValueError(f"format {nouns['format']}")
        books = tuple(load_book(folder / place) for place in nouns["books"])
        study = _study(nouns["study"])
        if not books:
            raise ValueError("no server")
        return ServiceBook(
            study, replace(books[0].wave, study=study.key), books[0].tree, tuple(nouns["servers"]), books
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"this folder holds no readable ratings of internal service ({error})."
        raise InputError(Problem(message, "Run `headwater analyse` again to make them.", file=folder.name)) from error


def _study(nouns: dict[str, object]) -> Study:
    cuts = nouns.pop("cuts")
    instruments = nouns.pop("instruments")
    assert isinstance(cuts, list)
    assert isinstance(instruments, list)
    return Study(
        **nouns,  # type: ignore[arg-type]
        instruments=tuple(instruments),
        cuts=tuple(Cut(cut["key"], cut["label"], tuple(cut["levels"])) for cut in cuts),
    )


def all_books(services: Sequence[ServiceBook]) -> Iterator[ScoreBook]:
    """Yield the ScoreBook of every server of every wave."""
    for wave in services:
        yield from wave.books
