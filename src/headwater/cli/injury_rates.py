"""Injury rates of a project: read, rated, saved beside the ScoreBooks."""

from __future__ import annotations

from pathlib import Path

from headwater.cli.benchmarking import load_benchmark
from headwater.cli.consistency import naming
from headwater.cli.injuring import read_injuries
from headwater.cli.project import Project
from headwater.cli.results import INJURIES, RELEASED
from headwater.scoring import InjuryCounts, save_injuries, score_injuries
from headwater.vocab import InputError, Problem, UnitTree


def read_project_injuries(
    project: Project, tree: UnitTree | None = None
) -> tuple[UnitTree, tuple[InjuryCounts, ...], list[Problem]]:
    """Read the organisation, unless it is given, and the project's file of injuries.

    Raises InputError with all that is wrong in either.
    """
    from headwater.formats.organisation import read_organisation

    spec = project.injuries
    if spec is None:
        raise InputError(f"{project.file} names no file under `injuries`.")
    problems: list[Problem] = []
    if tree is None:
        organisation = read_organisation(project.folder / project.people)
        errors = [problem for problem in organisation.problems if problem.severity == "error"]
        if errors or organisation.tree is None:
            raise InputError(errors or [Problem("the organisation cannot be read.", file=project.people)])
        problems, tree = list(organisation.problems), organisation.tree
    with naming(project, spec.file):
        counts, found = read_injuries(project.folder / spec.file, spec, tree)
    return tree, counts, [*problems, *found]


def analyse_injuries(project: Project, tree: UnitTree | None, folder: Path, said: list[str]) -> list[Problem]:
    """Rate the project's injuries into a result folder. Returns what was odd in the file."""
    tree, counts, problems = read_project_injuries(project, tree)
    assert project.injuries is not None
    name = project.injuries.benchmark or project.benchmark
    book = score_injuries(
        tree,
        counts,
        benchmark=load_benchmark(project.folder / name) if name else None,
        sources=(Path(project.injuries.file).name,),
    )
    save_injuries(book, folder / RELEASED / INJURIES)
    last = book.period()
    part = f", {last.months:g} months" if last.partial else ""
    said.append(
        f"Injuries: {int(last.worked.sum())} units with hours, {len(book.periods)} periods, last {last.key}{part}"
    )
    return problems
