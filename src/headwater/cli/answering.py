"""Analysing files of answers: read, seal, score every wave, and find the links."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from headwater.chain import Place
from headwater.cli.benchmarking import load_benchmark
from headwater.cli.consistency import naming
from headwater.cli.project import AnswersSpec, PlaceSpec, Project
from headwater.instruments import load_instrument
from headwater.intake import read_manifest, seal, wave_folder
from headwater.intake.digest import delivery_digest
from headwater.org import number_units
from headwater.scoring import Comparisons, RatedScale, Specification, score_wave, specify
from headwater.vocab import (
    AnswerTable,
    Cut,
    InputError,
    Instrument,
    Lens,
    Moments,
    Problem,
    ScoreBook,
    Study,
    UnitTree,
    Wave,
)
from headwater.vocab.store_layout import ANSWERS

ABOUT_EMPLOYEES = {Lens.LX, Lens.EX}
"""Studies of these lenses ask everybody who works here."""


@dataclass(frozen=True)
class StudyResult:
    """What one study gave: books and moments by wave, and the specification they share."""

    study: Study
    specification: Specification
    books: tuple[ScoreBook, ...]
    moments: tuple[Moments, ...]
    rows_read: int = 0
    rows_kept: int = 0


@dataclass(frozen=True)
class AnswersResult:
    """All studies of a project on one tree, with what was odd in the files."""

    tree: UnitTree
    studies: tuple[StudyResult, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Delivery:
    """One study's answers, read: tables by wave key."""

    spec: AnswersSpec
    instruments: tuple[Instrument, ...]
    tables: dict[str, AnswerTable]
    problems: tuple[Problem, ...]
    rows_read: int
    rows_kept: int
    score_keys: tuple[str, ...] = field(default=())
    invited: NDArray[np.int64] | None = None
    """int64[U], people of each unit who were invited: everybody, when employees were asked and an organisation came."""


def read_deliveries(project: Project) -> tuple[UnitTree, tuple[Delivery, ...], tuple[Problem, ...]]:
    """Read the organisation and all files of answers. Problems of every file are gathered before anything is refused.

    Raises InputError with all errors found. Without an organisation file the units of the answers lie side by side
    under one top unit.
    """
    from headwater.formats.answers import read_answers
    from headwater.formats.organisation import read_organisation

    problems: list[Problem] = []
    tree: UnitTree | None = None
    people: NDArray[np.int64] | None = None
    if project.people:
        organisation = read_organisation(project.folder / project.people)
        problems.extend(organisation.problems)
        tree, people = organisation.tree, organisation.invited
    found = []
    for spec in project.answers:
        instruments = tuple(load_instrument(key) for key in spec.instruments)
        with naming(project, spec.file):
            read = read_answers(project.folder / spec.file, spec.mapping or None, instruments, tree)
        problems.extend(read.problems)
        tables = dict(read.tables)
        scores = tuple(next(iter(tables.values())).scores) if tables else ()
        asked = people if instruments and {one.lens for one in instruments} <= ABOUT_EMPLOYEES else None
        found.append(Delivery(spec, instruments, tables, read.problems, read.rows_read, read.rows_kept, scores, asked))
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise InputError(problems)
    if tree is None:
        units = sorted({unit for delivery in found for table in delivery.tables.values() for unit in table.unit_ids},
                       key=_natural)  # fmt: skip
        tree = flat_tree(project.organisation, project.unit, units)
    return tree, tuple(found), tuple(problems)


def flat_tree(organisation: str, unit_word: str, units: list[str]) -> UnitTree:
    """Lay units side by side under one top unit."""
    top = "all"
    while top in units:
        top += "_"
    names = [unit if not unit.isdigit() else f"{unit_word.capitalize()} {unit}" for unit in units]
    return number_units([top, *units], ["", *([top] * len(units))], [organisation, *names])


def analyse_answers(project: Project, *, engine: str | None = None, store: Path | None = None) -> AnswersResult:
    """Score every wave of every study. store: where sealed answers lie; by default a private folder, removed after.

    Raises InputError with all that is wrong in the files.
    """
    tree, deliveries, problems = read_deliveries(project)
    with _store(store) as sealed:
        studies = tuple(_score_study(project, delivery, tree, sealed, engine) for delivery in deliveries)
    return AnswersResult(tree, studies, problems)


def place_of(spec: PlaceSpec, specification: Specification | None = None) -> Place:
    """Make a place of the chain; a scale's items and parts come from the specification."""
    items, parts = spec.items, spec.parts
    if specification is not None and spec.key in specification.scale_of:
        scale = specification.scale_of[spec.key]
        items, parts = items or scale.items, parts or scale.parts
    return Place(
        spec.key, spec.label, spec.lens, spec.more, spec.higher_is_better, items, parts, spec.note,
        does=spec.does, better=spec.better, when=spec.when, then=spec.then,
    )  # fmt: skip


@contextmanager
def _store(store: Path | None) -> Iterator[Path]:
    if store is not None:
        store.mkdir(parents=True, exist_ok=True)
        yield store
        return
    with tempfile.TemporaryDirectory(prefix="headwater-") as folder:
        yield Path(folder)


def _score_study(project: Project, delivery: Delivery, tree: UnitTree, store: Path, engine: str | None) -> StudyResult:
    specification = _specify(project, delivery)
    first = next(iter(delivery.tables.values()))
    study = Study(
        key=delivery.spec.study,
        title=delivery.spec.title,
        promise=project.promise,
        k=project.k,
        comment_k=max(project.comment_k, project.k),
        instruments=delivery.spec.instruments,
        cuts=tuple(Cut(key, delivery.spec.cuts.get(key, key), levels) for key, (_, levels) in first.cuts.items()),
    )
    books: list[ScoreBook] = []
    moments: list[Moments] = []
    benchmark = load_benchmark(project.folder / project.benchmark) if project.benchmark else None
    for order, (key, table) in enumerate(delivery.tables.items()):
        wave = Wave(study.key, key, key, order)
        _seal(store, study, wave, table, source=Path(delivery.spec.file).name)
        book, summed = score_wave(
            store,
            study=study,
            wave=wave,
            tree=tree,
            specification=specification,
            comparisons=Comparisons(previous=books[-1] if books else None, benchmark=benchmark),
            engine=engine,
            invited=delivery.invited,
        )
        books.append(book)
        moments.append(summed)
    return StudyResult(study, specification, tuple(books), tuple(moments), delivery.rows_read, delivery.rows_kept)


def _seal(store: Path, study: Study, wave: Wave, table: AnswerTable, *, source: str) -> None:
    """Seal a wave from its one file. A store that holds other answers of it is refused: they would count twice."""
    sealed = read_manifest(wave_folder(store, ANSWERS, study.key, wave.key))
    if sealed is not None and {part.digest for part in sealed.parts} - {delivery_digest(table, source)}:
        message = f"the store holds other answers of wave {wave.key!r} of study {study.key!r}: both would count."
        raise InputError(Problem(message, "Name an empty store, or remove that wave from this one.", str(store)))
    seal(store, study, wave, table, source=source)


def _specify(project: Project, delivery: Delivery) -> Specification:
    """Make the specification: items that have answers, their scales, and scores that came ready-made."""
    answered = set(next(iter(delivery.tables.values())).items)
    whole = specify(delivery.instruments) if delivery.instruments else Specification((), ())
    ready = []
    for key in delivery.score_keys:
        place = project.place(key)
        ready.append(RatedScale(key, {"en": place.label}, place.lens, "score", (), low=place.low, high=place.high))
    return Specification(
        items=tuple(item for item in whole.items if item.key in answered),
        scales=(*(scale for scale in whole.scales if set(scale.items) <= answered), *ready),
        titles=whole.titles,
    )


def _natural(text: str) -> tuple[int, str]:
    return (int(text), "") if text.isdigit() else (np.iinfo(np.int64).max, text)
