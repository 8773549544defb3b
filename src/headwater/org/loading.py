"""Makes an organisation of the rows of an HR file, however messy, with a report of what was odd."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np

from headwater.org.cleaning import Cleaned, Contractors, choose_rows
from headwater.org.findings import Findings
from headwater.org.managers import Lines, draw_lines
from headwater.org.numbering import number_units
from headwater.org.paths import draw_branches
from headwater.org.people import Organisation, PersonRow
from headwater.vocab import InputError, Problem, UnitTree


def load_organisation(
    rows: Iterable[PersonRow],
    *,
    as_of: date | None = None,
    contractors: Contractors = "include",
    root: str = "",
    file: str = "",
) -> Organisation:
    """Make an organisation of person rows: by path when any row has one, else by manager.

    as_of: the day wanted; rows that start later or ended before do not count. Without it, rows with an end date and
    rows whose status is "left" have ended. contractors: whether they are members. root: the person (or, by path, the
    unit) at the top when the file leaves it open.

    By manager, everybody with a direct report leads a unit; its id is the unit id that its members share and no other
    team has, else the leader's person id. Two managers, vacancies, leavers who still have reports, rehires, exact
    duplicates and ids spelled in two ways load with a warning. Raises InputError naming rows on cycles, unknown
    managers, two tops, and when nobody is left.
    """
    findings = Findings(file)
    given = list(rows)
    if not given:
        raise InputError(Problem("the organisation has nobody in it.", "Give one row a person.", file))
    by_path = any(row.path for row in given)
    cleaned = choose_rows(given, as_of=as_of, contractors=contractors, findings=findings)
    findings.stop_on_errors()
    if not cleaned.present:
        raise InputError(Problem("nobody is active.", "Check the status and the dates.", file))
    make = _by_path if by_path else _by_manager
    tree, leaf, leads = make(cleaned, root, findings)
    present = list(cleaned.present.values())
    if leaf.count(-1):
        who = present[leaf.index(-1)].person
        message = f"{who} leads the whole organisation and belongs to no unit; their answer is counted nowhere."
        findings.add("top", message, severity="note")
    return Organisation(
        tree=tree,
        people=tuple(row.person for row in present),
        names=tuple(row.name for row in present),
        leaf=np.array(leaf, np.int32),
        leads=np.array(leads, np.int32),
        attributes=_attributes(present),
        problems=findings.problems,
    )


def _attributes(present: list[PersonRow]) -> Mapping[str, tuple[str, ...]]:
    keys = dict.fromkeys(key for row in present for key in row.attributes)
    return {key: tuple(row.attributes.get(key, "") for row in present) for key in keys}


def _by_path(cleaned: Cleaned, root: str, findings: Findings) -> tuple[UnitTree, list[int], list[int]]:
    rows = [*cleaned.present.values(), *(row for row in cleaned.absent.values() if row.leads and row.status != "left")]
    branches = draw_branches(rows, root=root, findings=findings)
    ids = list(branches.names)
    names = {person: row.name or person for person, row in {**cleaned.absent, **cleaned.present}.items()}
    gone = set(cleaned.absent) - cleaned.named
    leaders = [
        "" if branches.leaders.get(unit, "") in gone else names.get(branches.leaders.get(unit, ""), "") for unit in ids
    ]
    tree = number_units(ids, [branches.above[unit] for unit in ids], [branches.names[unit] for unit in ids], leaders)
    led = {person: unit for unit, person in branches.leaders.items()}
    index = {**tree.index_of, "": -1}
    leaf = [index[branches.members[person]] for person in cleaned.present]
    leads = [index[led.get(person, "")] for person in cleaned.present]
    return tree, leaf, leads


def _by_manager(cleaned: Cleaned, root: str, findings: Findings) -> tuple[UnitTree, list[int], list[int]]:
    lines = draw_lines(cleaned, root=root, findings=findings)
    if not lines.team:
        message = (
            "nobody has a manager in the file but the one person in it." if len(cleaned.present) == 1 else "no team."
        )
        raise InputError(Problem(message, "An organisation needs a leader and a team.", findings.file))
    leaders = list(lines.team)
    ids = _unit_ids(lines, cleaned, findings)
    above = [ids[lines.manager[leader] or lines.top] if leader != lines.top else "" for leader in leaders]
    titles = _titles(lines, leaders)
    names = ["" if leader in lines.vacant else lines.rows[leader].name or leader for leader in leaders]
    tree = number_units([ids[leader] for leader in leaders], above, titles, names)
    leaf = []
    for person in cleaned.present:
        boss = "" if person == lines.top else lines.manager[person] or lines.top
        leaf.append(tree.index_of[ids[boss]] if boss else -1)
    leads = [tree.index_of[ids[person]] if person in lines.team else -1 for person in cleaned.present]
    return tree, leaf, leads


def _unit_ids(lines: Lines, cleaned: Cleaned, findings: Findings) -> dict[str, str]:
    """Choose unit ids: what the members who lead nobody share and no other team has, else the leader's id.

    A leader's own line may name the unit they lead or the one they belong to. So where all members lead, their shared
    unit counts only when nobody outside the team names it.
    """
    shared: dict[str, str] = {}
    times = Counter(lines.rows[person].unit for person in cleaned.present)
    for leader, team in lines.team.items():
        present = [person for person in team if person in cleaned.present]
        followers = [person for person in present if person not in lines.team]
        own = {lines.rows[person].unit for person in followers or present}
        if len(own) == 1 and (followers or times[next(iter(own))] == len(present)):
            shared[leader] = next(iter(own))
    teams = Counter(shared.values())
    spread = {
        unit
        for leader, team in lines.team.items()
        for unit in {lines.rows[person].unit for person in team if person not in lines.team}
        if unit and shared.get(leader) != unit
    }
    ids = {}
    for leader in lines.team:
        unit = shared.get(leader, "")
        ids[leader] = unit if unit and teams[unit] == 1 and unit not in spread and unit not in lines.team else leader
    if any(times) and (plain := sum(ids[leader] == leader for leader in ids)):
        message = (
            f"{plain:,} of {len(ids):,} units bear their leader's id, since no unit id stands for that team alone."
        )
        findings.add("unit_ids", message, severity="note")
    return ids


def _titles(lines: Lines, leaders: list[str]) -> list[str]:
    """Name units by the unit name most members share, else by the leader; equal names get the leader behind them."""
    titles = []
    for leader in leaders:
        team = lines.team[leader]
        followers = [person for person in team if person not in lines.team]
        same = {lines.rows[person].unit_name for person in team}
        named = [lines.rows[person].unit_name for person in followers or (team if len(same) == 1 else ())]
        common = Counter(name for name in named if name).most_common(1)
        own = lines.rows[leader]
        titles.append(common[0][0] if common else own.unit_name or own.name or leader)
    times = Counter(titles)
    return [
        title if times[title] == 1 else f"{title} ({lines.rows[leader].name or leader})"
        for title, leader in zip(titles, leaders, strict=True)
    ]
