"""Units from paths: every person names the units from the top down to their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from headwater.org.findings import Findings
from headwater.org.people import PersonRow

SEPARATOR = "/"


@dataclass
class Branches:
    """Units by folded path. names, above: by unit id. members, leaders: unit id by person, person by unit id."""

    names: dict[str, str] = field(default_factory=dict)
    above: dict[str, str] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    leaders: dict[str, str] = field(default_factory=dict)


def draw_branches(rows: Iterable[PersonRow], *, root: str, findings: Findings) -> Branches:
    """Make a unit of every path and of all its beginnings. Raises InputError on two tops or people without a path.

    A unit's id is the id that the rows at its path agree on, else its path. root: the name of a unit above all, needed
    when paths begin with different names.
    """
    rows = list(rows)
    spelled: dict[tuple[str, ...], tuple[str, ...]] = {}
    first_row: dict[tuple[str, ...], int] = {}
    place: dict[str, tuple[str, ...]] = {}
    for row in rows:
        path = tuple(part for part in row.path if part)
        if not path:
            message = f"{row.person} has no path."
            findings.add("no_path", message, "Give every person a unit.", row=row.row, severity="error")
            continue
        if len(path) < len(row.path) and any(not part for part in row.path[: len(path)]):
            message = f"a level of {row.person} is empty above one that is not; the gap is closed."
            findings.add("gap", message, "Fill the level.", row=row.row)
        if root and path[0].casefold() != root.casefold():
            path = (root, *path)
        for depth in range(1, len(path) + 1):
            folded = tuple(part.casefold() for part in path[:depth])
            known = spelled.setdefault(folded, path[:depth])
            first_row.setdefault(folded, row.row)
            if known[-1] != path[depth - 1]:
                message = f"{path[depth - 1]!r} and {known[-1]!r} are taken as one unit."
                findings.add("spelling", message, "Write a unit's name one way.", row=row.row)
        place[row.person] = tuple(part.casefold() for part in path)
    tops = [folded for folded in spelled if len(folded) == 1]
    if len(tops) > 1:
        told = ", ".join(f"{spelled[top][0]!r} (row {first_row[top]})" for top in tops[:20])
        message = f"the paths begin with {len(tops):,} different units: {told}. An organisation has one top."
        remedy = "Correct the paths, or name a unit above them all (`root`)."
        findings.add("roots", message, remedy, row=first_row[tops[1]], severity="error")
    findings.stop_on_errors()
    ids = _ids(rows, place, spelled, findings)
    made = Branches()
    for folded, path in spelled.items():
        made.names[ids[folded]] = path[-1]
        made.above[ids[folded]] = ids[folded[:-1]] if len(folded) > 1 else ""
    for row in rows:
        unit = ids[place[row.person]]
        if row.leads and unit not in made.leaders:
            made.leaders[unit] = row.person
            made.members[row.person] = made.above[unit]
            continue
        if row.leads:
            message = f"{row.person} is a second leader of {made.names[unit]!r}; counted as a member of it."
            findings.add("two_leaders", message, "Mark one leader a unit.", row=row.row)
        made.members[row.person] = unit
    return made


def _ids(
    rows: list[PersonRow],
    place: dict[str, tuple[str, ...]],
    spelled: dict[tuple[str, ...], tuple[str, ...]],
    findings: Findings,
) -> dict[tuple[str, ...], str]:
    """Choose unit ids: the ids of the file where each stands for one path, else the path."""
    given: dict[tuple[str, ...], set[str]] = {}
    owners: dict[str, set[tuple[str, ...]]] = {}
    for row in rows:
        if row.unit:
            given.setdefault(place[row.person], set()).add(row.unit)
            owners.setdefault(row.unit, set()).add(place[row.person])
    ids = {}
    for folded, path in spelled.items():
        own = given.get(folded, set())
        unit = next(iter(own)) if len(own) == 1 else ""
        if unit and len(owners[unit]) == 1:
            ids[folded] = unit
            continue
        ids[folded] = SEPARATOR.join(path)
        if own:
            listed = ", ".join(sorted(own)[:5])
            message = f"the unit ids {listed} do not stand for {ids[folded]!r} alone; its path is its id."
            findings.add("unit_id", message, "Give each unit one id.")
    taken = (
        [unit for unit in ids.values() if list(ids.values()).count(unit) > 1]
        if len(set(ids.values())) < len(ids)
        else []
    )
    return {folded: SEPARATOR.join(path) for folded, path in spelled.items()} if taken else ids
