"""Waves before and after a reorganisation: each in the organisation its answers were given in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headwater.formats.specs import Spec
from headwater.formats.tables import nearest
from headwater.org import Organisation, UnitLink, UnitMapping, infer_mapping, number_units
from headwater.scoring.carrying import move_teams, own_teams
from headwater.vocab import InputError, Moments, Problem, UnitTree

if TYPE_CHECKING:
    from headwater.cli.project import Project


@dataclass(frozen=True)
class ReorganisationSpec:
    """When the organisation changed, what it was before, and what became of its units.

    first_wave: the first wave after it. people_before: the organisation file until then. mapping: a table of what
    became of units, empty where it follows from the people. as_of: the day on which people_before is read.
    """

    first_wave: str
    people_before: str
    mapping: str = ""
    as_of: dt.date | None = None


@dataclass(frozen=True)
class Eras:
    """The organisations of a project, oldest first. starts, mappings: one between each and the next."""

    organisations: tuple[Organisation, ...]
    starts: tuple[str, ...] = ()
    mappings: tuple[UnitMapping, ...] = ()

    @property
    def tree(self) -> UnitTree:
        """The last organisation's tree."""
        return self.organisations[-1].tree

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was odd in the files."""
        return tuple(problem for organisation in self.organisations for problem in organisation.problems)

    @property
    def every_unit(self) -> UnitTree:
        """All units of all organisations side by side, for reading answers; a later name stands for an earlier one."""
        if len(self.organisations) == 1:
            return self.tree
        trees = [organisation.tree for organisation in self.organisations]
        names = {unit: name for tree in trees for unit, name in zip(tree.ids, tree.names, strict=True)}
        return number_units(["\0", *names], ["", *["\0"] * len(names)], ["\0", *names.values()])

    def follow(self, place: int, moments: Moments) -> Moments:
        """Put teams of an earlier organisation under their names in the last; teams that were split or mixed go."""
        for step in range(place, len(self.mappings)):
            old, new = self.organisations[step].tree, self.organisations[step + 1].tree
            moments = move_teams(moments, own_teams(self.mappings[step], old, new))
        return moments

    def places(self, waves: Sequence[str]) -> list[int]:
        """Return by wave, in order, the number of its organisation. A wave a study lacks stands where it sorts."""
        found = []
        for number, wave in enumerate(waves):
            begun = [number >= waves.index(start) if start in waves else wave >= start for start in self.starts]
            found.append(sum(begun))
        return found


def take_reorganisations(spec: Spec, parts: Sequence[Mapping[str, Any]]) -> tuple[ReorganisationSpec, ...]:
    """Take the blocks of `reorganisations` of a project file. Raises InputError naming the key that is wrong."""
    found = []
    for number, content in enumerate(parts, 1):
        inner = Spec(content, spec.file, f"reorganisations.{number}")
        day = inner.take("as_of")
        if isinstance(day, str):
            try:
                day = dt.date.fromisoformat(day)
            except ValueError:
                raise inner.error("is no day.", "Write `as_of: 2025-12-31`.", "as_of") from None
        if day is not None and not isinstance(day, dt.date):
            raise inner.error("is no day.", "Write `as_of: 2025-12-31`.", "as_of")
        made = ReorganisationSpec(
            inner.need_text("first_wave", "Name the first wave after the reorganisation."),
            inner.need_text("people_before", "Name the organisation file that held until then."),
            inner.take_text("mapping"),
            day,
        )
        inner.finish()
        found.append(made)
    return tuple(found)


def read_eras(project: Project) -> Eras:
    """Read all organisations of a project and what became of their units. Raises InputError with all that is wrong."""
    from headwater.formats.organisation import read_organisation

    organisations = [
        read_organisation(project.folder / one.people_before, as_of=one.as_of) for one in project.reorganisations
    ]
    organisations.append(read_organisation(project.folder / project.people))
    mappings = [
        _mapping(project.folder / one.mapping if one.mapping else None, before, after)
        for one, (before, after) in zip(project.reorganisations, pairwise(organisations), strict=True)
    ]
    return Eras(tuple(organisations), tuple(one.first_wave for one in project.reorganisations), tuple(mappings))


def check_starts(eras: Eras, file: str, waves: Sequence[Sequence[str]]) -> None:
    """Refuse reorganisations that begin at no wave, or not in order. waves: of each study. Raises InputError."""
    problems = []
    known = list(dict.fromkeys(wave for study in waves for wave in study))
    for number, start in enumerate(eras.starts, 1):
        if start not in known:
            near = nearest(start, known)
            remedy = f"Did you mean {near!r}?" if near else f"Waves: {', '.join(known)}."
            problems.append(Problem(f"`reorganisations.{number}` begins at {start!r}, which is no wave.", remedy, file))
    for study in waves:
        here = [study.index(start) for start in eras.starts if start in study]
        if here != sorted(set(here)):
            message = "`reorganisations` do not stand in the order of their waves."
            problems.append(Problem(message, "Put the oldest first, each with a wave of its own.", file))
            break
    if problems:
        raise InputError(problems)


def check_units(eras: Eras, place: int, wave: str, units: Sequence[str], file: str) -> None:
    """Refuse a wave whose answers name units that its organisation does not have. Raises InputError."""
    tree = eras.organisations[place].tree
    problems = []
    for unit in units:
        if unit not in tree.index_of:
            message = f"wave {wave!r} names {unit!r}, which is no unit of the organisation at that time."
            problems.append(Problem(message, "Give the unit of that time, or correct `first_wave`.", file))
    if problems:
        raise InputError(problems)


def _mapping(file: Path | None, before: Organisation, after: Organisation) -> UnitMapping:
    """Return what became of units: as the table says, and for units it does not name as the people went."""
    from headwater.formats.organisation import read_unit_links
    from headwater.formats.reading import read_table

    if file is None:
        return infer_mapping(before, after)
    links = read_unit_links(file)
    rows = read_table(file).rows.tolist()
    problems = _wrong_links(links, rows, before.tree, after.tree)
    if problems:
        raise InputError(replace(problem, file=file.name) for problem in problems)
    try:
        return infer_mapping(before, after, explicit=links)
    except InputError as error:
        raise InputError(replace(problem, file=problem.file or file.name) for problem in error.problems) from error


def _wrong_links(links: Sequence[UnitLink], rows: Sequence[int], before: UnitTree, after: UnitTree) -> list[Problem]:
    problems = []
    seen: dict[tuple[str, str], int] = {}
    shares: dict[str, float] = {}
    last: dict[str, int] = {}
    for link, row in zip(links, rows, strict=True):
        sides = (("old_unit", link.old, before, "before"), ("new_unit", link.new, after, "after"))
        for column, unit, tree, when in sides:
            if unit and unit not in tree.index_of:
                near = nearest(unit, tree.ids)
                remedy = f"Did you mean {near!r}?" if near else "Correct the row, or the organisation file."
                message = f"{unit!r} is no unit {when} the reorganisation."
                problems.append(Problem(message, remedy, row=row, column=column))
        pair = link.old, link.new
        if not any(pair):
            problems.append(Problem("the row names neither an old nor a new unit.", "Name one.", row=row))
        elif pair in seen:
            message = f"{link.old!r} to {link.new!r} stands in row {seen[pair]} already."
            problems.append(Problem(message, "Keep one of the rows.", row=row))
        seen.setdefault(pair, row)
        if link.old:
            shares[link.old] = shares.get(link.old, 0.0) + link.share
            last[link.old] = row
    for unit, share in shares.items():
        if abs(share - 1) > 1e-6 and not problems:
            message = f"the shares of {unit!r} add up to {share:g}, not 1."
            remedy = "Shares add up to 1. An empty new unit takes those who left the organisation."
            problems.append(Problem(message, remedy, row=last[unit], column="share"))
    return problems
