"""Analysing files of answers: read, seal, score every wave, and find the links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from headwater.chain import Place
from headwater.cli.benchmarking import load_benchmark
from headwater.cli.consistency import naming
from headwater.cli.project import AnswersSpec, Project
from headwater.cli.rating import name_servers
from headwater.cli.reorganising import Eras, check_starts, check_units, read_eras
from headwater.cli.sealing import AnswerStore
from headwater.formats.chain_spec import PlaceSpec
from headwater.instruments import load_instrument
from headwater.org import number_units
from headwater.scoring import (
    Comparisons,
    Ledgers,
    Proposal,
    RatedScale,
    Specification,
    propose_release,
    score_services,
    score_wave,
    specify,
)
from headwater.scoring.carrying import carry_book
from headwater.scoring.services import SERVER, server_moments, service_specification
from headwater.vocab import (
    AnswerTable,
    Cut,
    InputError,
    Instrument,
    Lens,
    Moments,
    Problem,
    ScoreBook,
    ServiceBook,
    Study,
    UnitTree,
    Wave,
)

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
    followed: tuple[Moments, ...] = ()
    """The moments with earlier teams under their names in the last organisation, for the chain."""
    services: tuple[ServiceBook, ...] = ()
    """For internal service, in place of books: how each serving unit is rated, by wave."""

    def released(self) -> Iterator[tuple[ScoreBook, Moments, Specification]]:
        """Yield every book with what it was made of and how; of internal service one a wave and server."""
        for book, moments in zip(self.books, self.moments, strict=False):
            yield book, moments, self.specification
        for services, moments in zip(self.services, self.moments, strict=False):
            for server, book in zip(services.servers, services.books, strict=True):
                yield book, server_moments(moments, server), service_specification(self.specification)


@dataclass(frozen=True)
class AnswersResult:
    """All studies of a project on one tree, with what was odd in the files."""

    tree: UnitTree
    studies: tuple[StudyResult, ...]
    problems: tuple[Problem, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    """By wave, what the ledger let through. Nothing is recorded yet."""


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
    about_employees: bool = False
    """Whether everybody of the organisation was invited, so that response rates are known."""


def read_deliveries(project: Project) -> tuple[Eras | UnitTree, tuple[Delivery, ...], tuple[Problem, ...]]:
    """Read the organisation and all files of answers. Problems of every file are gathered before anything is refused.

    Raises InputError with all errors found. Without an organisation file the units of the answers lie side by side
    under one top unit.
    """
    from headwater.formats.answers import read_answers

    eras = read_eras(project) if project.people else None
    problems: list[Problem] = [] if eras is None else list(eras.problems)
    found = []
    for spec in (*project.answers, *project.services):
        instruments = tuple(load_instrument(key) for key in spec.instruments)
        mapping = {**spec.mapping, "cuts": {SERVER: spec.server}} if spec.server else spec.mapping or None
        with naming(project, spec.file):
            read = read_answers(
                project.folder / spec.file, mapping, instruments, None if eras is None else eras.every_unit
            )
        problems.extend(read.problems)
        tables = dict(read.tables)
        scores = tuple(next(iter(tables.values())).scores) if tables else ()
        asked = bool(instruments) and {one.lens for one in instruments} <= ABOUT_EMPLOYEES
        found.append(Delivery(spec, instruments, tables, read.problems, read.rows_read, read.rows_kept, scores, asked))
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise InputError(problems)
    if eras is not None:
        _check_eras(eras, project, found)
        return eras, tuple(found), tuple(problems)
    units = sorted({unit for delivery in found for table in delivery.tables.values() for unit in table.unit_ids},
                   key=_natural)  # fmt: skip
    return flat_tree(project.organisation, project.unit, units), tuple(found), tuple(problems)


def _check_eras(eras: Eras, project: Project, deliveries: Sequence[Delivery]) -> None:
    """Refuse reorganisations that begin at no wave, and waves that name units of another time."""
    check_starts(eras, project.file, [list(delivery.tables) for delivery in deliveries])
    if len(eras.organisations) > 1:
        for delivery in deliveries:
            places = eras.places(list(delivery.tables))
            for place, (wave, table) in zip(places, delivery.tables.items(), strict=True):
                units = [table.unit_ids[number] for number in np.unique(table.unit).tolist()]
                check_units(eras, place, wave, units, delivery.spec.file)


def flat_tree(organisation: str, unit_word: str, units: list[str]) -> UnitTree:
    """Lay units side by side under one top unit."""
    top = "all"
    while top in units:
        top += "_"
    names = [unit if not unit.isdigit() else f"{unit_word.capitalize()} {unit}" for unit in units]
    return number_units([top, *units], ["", *([top] * len(units))], [organisation, *names])


def analyse_answers(
    project: Project, store: AnswerStore, ledgers: Ledgers, *, engine: str | None = None, unseen: str = ""
) -> AnswersResult:
    """Score every wave of every study, and judge each by its ledger.

    store: where answers are sealed. unseen: why nobody has seen earlier results of these waves, if so. Raises
    InputError with all that is wrong in the files, and for waves that cannot stand beside what was released before.
    """
    found, deliveries, problems = read_deliveries(project)
    tree = found.tree if isinstance(found, Eras) else found
    studies = tuple(
        _score_service(project, delivery, tree, store, engine)
        if delivery.spec.server
        else _score_study(project, delivery, found, store, engine)
        for delivery in deliveries
    )
    proposals: list[Proposal] = []
    refused: list[Problem] = []
    for study in studies:
        for book, moments, specification in study.released():
            try:
                proposals.append(propose_release(book, moments, specification, ledgers, unseen=unseen))
            except InputError as error:
                refused.extend(error.problems)
    if refused:
        raise InputError(refused)
    return AnswersResult(tree, studies, problems, tuple(proposals))


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


def _score_study(
    project: Project, delivery: Delivery, found: Eras | UnitTree, store: AnswerStore, engine: str | None
) -> StudyResult:
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
    eras = found if isinstance(found, Eras) else None
    places = [0] * len(delivery.tables) if eras is None else eras.places(list(delivery.tables))
    benchmark = load_benchmark(project.folder / project.benchmark) if project.benchmark else None
    for order, (key, table) in enumerate(delivery.tables.items()):
        wave = Wave(study.key, key, key, order)
        tree = found if isinstance(found, UnitTree) else found.organisations[places[order]].tree
        previous = books[-1] if books else None
        if previous is not None and eras is not None and (steps := places[order] - places[order - 1]):
            mapping = eras.mappings[places[order - 1]]
            # Two reorganisations between two waves: no one table says what became of units, so there is no trend.
            previous = carry_book(previous, moments[-1], specification, tree, mapping) if steps == 1 else None
        sealed = store.seal(study, wave, table, source=Path(delivery.spec.file).name)
        book, summed = score_wave(
            sealed,
            study=study,
            wave=wave,
            tree=tree,
            specification=specification,
            comparisons=Comparisons(previous=previous, benchmark=benchmark),
            engine=engine,
            invited=eras.organisations[places[order]].invited if eras and delivery.about_employees else None,
        )
        books.append(book)
        moments.append(summed)
    followed = tuple(moments) if eras is None else tuple(map(eras.follow, places, moments))
    read, kept = delivery.rows_read, delivery.rows_kept
    return StudyResult(study, specification, tuple(books), tuple(moments), read, kept, followed)


def _score_service(
    project: Project, delivery: Delivery, tree: UnitTree, store: AnswerStore, engine: str | None
) -> StudyResult:
    """Score every wave of ratings of serving units, a server by itself."""
    specification = _specify(project, delivery)
    tables = name_servers(delivery.tables, tree, delivery.spec)
    study = Study(
        key=delivery.spec.study,
        title=delivery.spec.title,
        promise=project.promise,
        k=project.k,
        comment_k=max(project.comment_k, project.k),
        instruments=delivery.spec.instruments,
        cuts=(Cut(SERVER, "Served by", next(iter(tables.values())).cuts[SERVER][1]),),
    )
    found: list[ServiceBook] = []
    moments: list[Moments] = []
    benchmark = load_benchmark(project.folder / project.benchmark) if project.benchmark else None
    for order, (key, table) in enumerate(tables.items()):
        wave = Wave(study.key, key, key, order)
        services, summed = score_services(
            store.seal(study, wave, table, source=Path(delivery.spec.file).name),
            study=study,
            wave=wave,
            tree=tree,
            specification=specification,
            previous=found[-1] if found else None,
            benchmark=benchmark,
            engine=engine,
        )
        found.append(services)
        moments.append(summed)
    read, kept = delivery.rows_read, delivery.rows_kept
    return StudyResult(study, specification, (), tuple(moments), read, kept, tuple(moments), tuple(found))


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
