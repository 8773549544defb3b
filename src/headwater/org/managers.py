"""Units from who reports to whom: a unit is a leader's direct team."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from headwater.org.cleaning import Cleaned
from headwater.org.findings import Findings, near
from headwater.org.people import PersonRow

VACANT = re.compile(r"(vacan(t|te|cy)|tb[acdh]|unfilled|open position|sin asignar|por cubrir)\b.*", re.IGNORECASE)
"""A manager id that names nobody: a vacancy without a row of its own."""


@dataclass
class Lines:
    """Who reports to whom, once every manager id is resolved.

    manager: by person or position, the id above, "" for the top. rows: the row of each. vacant: positions without a
    person. `team` makes the direct reports of each leader.
    """

    manager: dict[str, str]
    rows: dict[str, PersonRow]
    vacant: set[str]
    top: str = ""
    team: dict[str, list[str]] = field(default_factory=dict)


def draw_lines(cleaned: Cleaned, *, root: str, findings: Findings) -> Lines:
    """Resolve every manager id, find the one top, and refuse orphans and cycles. Raises InputError naming rows."""
    rows = {**cleaned.absent, **cleaned.present}
    lines = Lines({}, rows, {person for person in cleaned.absent if person not in cleaned.named})
    resolve = _Resolver(rows)
    tops: list[PersonRow] = []
    orphans: list[PersonRow] = []
    for person, row in list(rows.items()):
        asked = row.manager[0] if row.manager else ""
        above, how = resolve(asked)
        if how:
            findings.add("respelled", f"manager {asked!r} of {person} is read as {above!r}: {how}.", row=row.row)
        if not asked or above == person:
            if above == person:
                message = f"{person} is given as their own manager; taken as having none."
                findings.add("self", message, "Leave the manager of the top person empty.", row=row.row)
            lines.manager[person] = ""
            tops.append(row)
        elif above:
            lines.manager[person] = above
        elif VACANT.fullmatch(asked):
            lines.manager[person] = _vacancy(lines, row, asked)
        elif person in cleaned.present:
            orphans.append(row)
            lines.manager[person] = ""
        else:
            lines.manager[person] = ""
    for row in orphans[:5]:
        message = f"the manager {row.manager[0]!r} of {row.person} is nobody in the file."
        remedy = near(row.manager[0], rows) or "Add the manager, correct the id, or give the vacancy a row of its own."
        findings.add("orphan", message, remedy, row=row.row, severity="error")
    for row in orphans[5:]:
        message = f"the manager {row.manager[0]!r} of {row.person} is nobody in the file."
        findings.add("orphan", message, "Add the manager, or correct the id.", row=row.row, severity="error")
    _refuse_cycles(lines, cleaned, findings)
    findings.stop_on_errors()
    _keep_needed(lines, cleaned)
    lines.top = _choose_top(lines, [row for row in tops if row.person in lines.manager], root, findings)
    findings.stop_on_errors()
    for person, above in lines.manager.items():
        if person != lines.top:
            lines.team.setdefault(above or lines.top, []).append(person)
    _report_vacancies(lines, cleaned, findings)
    return lines


class _Resolver:
    """Finds the id that a manager cell means: as written, in other case, or with zeros lost in front."""

    def __init__(self, rows: dict[str, PersonRow]) -> None:
        self._rows = rows
        self._folded = _unique(rows, str.casefold)
        self._bare = _unique(rows, _bare)

    def __call__(self, asked: str) -> tuple[str, str]:
        if not asked or asked in self._rows:
            return asked, ""
        if found := self._folded.get(asked.casefold()):
            return found, "the case differs"
        if found := self._bare.get(_bare(asked)):
            return found, "zeros in front or a decimal point were lost"
        return "", ""


def _bare(text: str) -> str:
    """Reduce an id of digits to the number it writes: 00123 and 123.0 become 123."""
    found = re.fullmatch(r"0*(\d+?)(?:\.0+)?", text)
    return found[1] if found else ""


def _unique(rows: dict[str, PersonRow], change: Callable[[str], str]) -> dict[str, str]:
    changed = [(change(person), person) for person in rows]
    times = Counter(short for short, _ in changed)
    return {short: person for short, person in changed if short and times[short] == 1}


def _vacancy(lines: Lines, row: PersonRow, asked: str) -> str:
    """Make a position for a vacancy that has no row: one a name and unit. It hangs below the top."""
    key = f"{asked} {row.unit or row.unit_name}".strip()
    if key not in lines.manager:
        lines.rows[key] = PersonRow(row.row, key, name="", unit=row.unit, unit_name=row.unit_name, status="vacant")
        lines.manager[key] = ""
        lines.vacant.add(key)
    return key


def _refuse_cycles(lines: Lines, cleaned: Cleaned, findings: Findings) -> None:
    done: set[str] = set()
    for start in lines.manager:
        chain: dict[str, int] = {}
        person = start
        while person and person not in done and person not in chain:
            chain[person] = len(chain)
            person = lines.manager.get(person, "")
        if person and person in chain:
            ring = list(chain)[chain[person] :]
            told = " -> ".join(f"{one} (row {lines.rows[one].row})" for one in ring) + f" -> {ring[0]}"
            message = f"people report to each other in a circle: {told}."
            remedy = "Correct the manager in one of these rows."
            findings.add("cycle", message, remedy, row=lines.rows[ring[0]].row, severity="error")
        done.update(chain)


def _keep_needed(lines: Lines, cleaned: Cleaned) -> None:
    """Drop positions without a person that stand above nobody who is present."""
    needed: set[str] = set()
    for person in cleaned.present:
        above = lines.manager.get(person, "")
        while above and above not in needed:
            needed.add(above)
            above = lines.manager.get(above, "")
    for person in list(lines.manager):
        if person not in cleaned.present and person not in needed:
            del lines.manager[person]
            lines.vacant.discard(person)


def _choose_top(lines: Lines, tops: list[PersonRow], root: str, findings: Findings) -> str:
    if root:
        if root not in lines.manager:
            message = f"the top person {root!r} is nobody in the file."
            findings.add("root", message, near(root, lines.manager), severity="error")
            return ""
        if lines.manager[root]:
            message = f"{root} is named as the top but reports to {lines.manager[root]}; that line is cut."
            findings.add("root", message, row=lines.rows[root].row)
            lines.manager[root] = ""
        for row in tops:
            if row.person != root:
                message = f"{row.person} has no manager and is placed below {root}."
                findings.add("placed", message, "Give them a manager.", row=row.row)
        return root
    if len(tops) == 1:
        return tops[0].person
    if not tops:
        message = "nobody stands at the top: everybody has a manager."
        findings.add("root", message, "Leave the manager of the top person empty.", severity="error")
        return ""
    told = ", ".join(f"{row.person} (row {row.row})" for row in tops[:20])
    more = f" and {len(tops) - 20:,} more" if len(tops) > 20 else ""
    message = f"{len(tops):,} people have no manager: {told}{more}. An organisation has one top."
    remedy = "Give all but one a manager, or say who is the top (`root`)."
    findings.add("roots", message, remedy, row=tops[1].row, severity="error")
    return ""


def _report_vacancies(lines: Lines, cleaned: Cleaned, findings: Findings) -> None:
    for person in lines.team:
        if person not in lines.vacant:
            continue
        row, count = lines.rows[person], len(lines.team[person])
        unplaced = person != lines.top and not lines.manager[person]
        if person in cleaned.absent:
            why = "is vacant" if row.status == "vacant" else "has left"
            where = " and is placed at the top, since their manager is nobody in the file" if unplaced else ""
            message = f"{person} {why} and {count:,} report to them; their unit stands without a leader{where}."
            findings.add("vacancy", message, "Name who leads them now.", row=row.row)
        else:
            message = f"{count:,} report to {row.person!r}, a vacancy without a row; their unit is placed at the top."
            findings.add("vacancy", message, "Give the vacancy a row with its own manager.", row=row.row)
