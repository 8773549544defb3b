"""What a project file must meet as a whole, checked before any file of answers is opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from headwater.formats.tables import nearest
from headwater.vocab import InputError, Problem
from headwater.vocab.studies import MAX_CUTS_ANONYMOUS

if TYPE_CHECKING:
    from headwater.cli.project import Project

FEWEST_SHOWN = 3
"""The smallest k there is: with less, two people who know their own answers know the third's."""


def check_project(project: Project) -> None:
    """Refuse a project that cannot be analysed as it says. Raises InputError with all that is wrong."""
    problems = [replace(problem, file=project.file) for problem in _problems(project)]
    if problems:
        raise InputError(problems)


@contextmanager
def naming(project: Project, file: str) -> Iterator[None]:
    """Let problems of a mapping say where it stands: in the project file, under the file it describes."""
    try:
        yield
    except InputError as error:
        place = f"{project.file}, mapping of {file}"
        raise InputError(
            replace(problem, file=place) if problem.file == "mapping" else problem for problem in error.problems
        ) from error


def _problems(project: Project) -> Iterator[Problem]:
    if not (project.answers or project.services or project.distributions or project.panels or project.injuries):
        yield Problem("names nothing to analyse.", "Add `answers`, `distributions` or `panels`.")
    if project.k < FEWEST_SHOWN:
        yield Problem(f"`k` is {project.k}.", f"The smallest group shown has at least {FEWEST_SHOWN} people.")
    if project.comment_k < project.k:
        yield Problem(
            f"`comment_k` is {project.comment_k}, below `k`, which is {project.k}.",
            "Comments need at least as many people as ratings.",
        )
    named = [("brand", project.brand), ("benchmark", project.benchmark)]
    named += [("injuries.benchmark", project.injuries.benchmark)] if project.injuries else []
    for key, name in named:
        if name and not (project.folder / name).is_file():
            yield Problem(f"`{key}` names {name!r}, which is no file.", "Check the path.")
    if project.reorganisations and not project.people:
        yield Problem("`reorganisations` stands without `people`.", "Name the organisation file of today.")
    if project.reorganisations and project.services:
        yield Problem(
            "`reorganisations` does not go with `services`: a server's raters are followed in one organisation only.",
            "Analyse the ratings of services in a project of their own, one for each organisation.",
        )
    yield from _study_problems(project)
    yield from _unit_problems(project)
    yield from _place_problems(project)


def _unit_problems(project: Project) -> Iterator[Problem]:
    """What names units of the organisation needs the organisation."""
    for key, given in (("services", bool(project.services)), ("injuries", project.injuries is not None)):
        if given and not project.people:
            yield Problem(f"`{key}` needs the organisation.", "Name its file under `people`.")
    for number, spec in enumerate(project.services, 1):
        if spec.mapping.get("cuts"):
            yield Problem(
                f"`services.{number}` has cuts; a rating of internal service carries the unit rated and no cut.",
                "Drop them from the mapping.",
            )


def _study_problems(project: Project) -> Iterator[Problem]:
    seen: set[str] = set()
    studies = [(f"`answers.{number}`", spec) for number, spec in enumerate(project.answers, 1)]
    studies += [(f"`services.{number}`", spec) for number, spec in enumerate(project.services, 1)]
    for place, spec in studies:
        if spec.study in seen:
            yield Problem(
                f"{place} names the study {spec.study!r} a second time.",
                "Put all answers of a study in one file, or give each study its own key under `study`.",
            )
        seen.add(spec.study)
        cuts = spec.mapping.get("cuts")
        mapped = set(map(str, cuts)) if isinstance(cuts, dict) else set()
        for key in spec.cuts:
            if key not in mapped:
                yield Problem(f"{place} labels the cut {key!r}, which its mapping lacks.", _hint(key, mapped))
        if project.promise == "anonymous" and len(mapped) > MAX_CUTS_ANONYMOUS:
            yield Problem(
                f"{place} has {len(mapped)} cuts; an anonymous study carries at most {MAX_CUTS_ANONYMOUS}.",
                "Drop some, or say `promise: confidential`, if that is what people were told.",
            )


def _place_problems(project: Project) -> Iterator[Problem]:
    known = {place.key for place in project.places}
    named = [(kind, key) for kind in ("links", "refuse") for link in getattr(project, kind) for key in link.ends]
    named += [("same_survey", key) for key in project.same_survey]
    for kind, key in dict.fromkeys(named):
        if key not in known:
            yield Problem(f"`{kind}` names {key!r}, which is not under `places`.", _hint(key, known) or "Add it there.")
    for place in project.places:
        if place.low >= place.high:
            yield Problem(
                f"`places.{place.key}` runs from {place.low:g} to {place.high:g}.", "`low` lies below `high`."
            )
    for key, items in project.indexes.items():
        if not items:
            yield Problem(f"`indexes.{key}` names no items.", "List the items it is the mean of.")


def _hint(key: str, known: set[str]) -> str:
    near = nearest(key, sorted(known))
    return f"Did you mean {near!r}?" if near else ""
