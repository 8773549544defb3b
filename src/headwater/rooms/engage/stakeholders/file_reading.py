"""A file of stakeholders read against the register: what each row would do, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from headwater.formats.reading import read_table
from headwater.rooms.engage.logic.register_rows import (
    COLUMNS,
    RATED,
    FileRow,
    Known,
    Match,
    columns_of,
    fold,
    match_rows,
)
from headwater.rooms.engage.models import Stakeholder
from headwater.rooms.engage.stakeholders.queries import profile_of
from headwater.rooms.engage.stakeholders.standing import Line, lines_of
from headwater.rooms.people.models import Person
from headwater.vocab import InputError, Problem

MOST_ROWS = 5_000
TEXTS = ("form", "language", "drives", "decides", "credible")
Plan = dict[str, Any]
"""One row of a plan, as JSON: row, how, name, values, and candidates, each with stakeholder, person, name, place,
changes, kept. A certain match and somebody new have one candidate, a proposal one or more."""


def read_register(content: bytes, file_name: str, *, today: date) -> tuple[list[Plan], list[Problem]]:
    """Return what each row of a CSV or XLSX file would do, and every problem. Nothing is written."""
    try:
        table = read_table(content, name=file_name)
    except InputError as error:
        return [], list(error.problems)
    columns = columns_of(table.header)
    problems = list(table.problems)
    if "name" not in columns and "email" not in columns and "external_id" not in columns:
        wanted = ", ".join(COLUMNS)
        message = "no column says who is meant."
        return [], [*problems, Problem(message, f"Head one of them name. Known columns: {wanted}.", file_name, 1)]
    if len(table) > MOST_ROWS:
        message = f"the file has {len(table):,} rows; {MOST_ROWS:,} is the most."
        return [], [*problems, Problem(message, "Bring it in in parts.", file_name)]
    for name in table.header:
        if name and name not in columns.values():
            message = f"the column {name[:60]!r} is not known and is left out."
            remedy = f"Known columns: {', '.join(COLUMNS)}."
            problems.append(Problem(message, remedy, file_name, 1, name, "warning"))
    texts = {key: table[name].texts() for key, name in columns.items()}
    rows = [
        FileRow(int(number), {key: cells[place] for key, cells in texts.items() if cells[place]})
        for place, number in enumerate(table.rows.tolist())
    ]
    matched = match_rows([row for row in rows if row.values], known_people(rows), columns)
    problems += [Problem(one.message, one.remedy, file_name, one.row, one.column) for one in matched.faults]
    return _plans(matched.matches, today), problems


def known_people(rows: list[FileRow]) -> list[Known]:
    """Return everybody a file can mean: all stakeholders, and people here whom it names by id, address or name."""
    known = []
    stakeholders = Stakeholder.objects.select_related("person__unit").filter(erased_at=None)
    persons: set[Any] = set()
    for one in stakeholders:
        person = one.person
        ids = {one.external_id} | ({person.key} if person is not None else set())
        emails = {one.email.casefold()} | ({person.email.casefold()} if person is not None else set())
        unit = person.unit.name if person is not None and person.unit is not None else ""
        known.append(
            Known(
                str(one.pk),
                str(one.person_id or ""),
                str(one),
                frozenset(emails - {""}),
                frozenset(ids - {""}),
                frozenset({fold(unit), fold(one.organisation)} - {""}),
                one.external_id,
            )
        )
        persons.add(one.person_id)
    named: dict[Any, Person] = {}
    people = Person.objects.select_related("unit").filter(is_active=True)
    for field, key in (("key", "external_id"), ("email", "email"), ("name", "name")):
        wanted = sorted({row.values[key] for row in rows if row.values.get(key)})
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            # an address may be kept in another case than the file's
            part = sorted({*part, *(text.lower() for text in part)}) if field == "email" else part
            named |= {one.pk: one for one in people.filter(**{f"{field}__in": part})}
    for one_id, person in named.items():
        if one_id not in persons:
            unit = person.unit.name if person.unit is not None else ""
            known.append(
                Known(
                    "",
                    str(person.pk),
                    person.name,
                    frozenset({person.email.casefold()} - {""}),
                    frozenset({person.key}),
                    frozenset({fold(unit)} - {""}),
                )
            )
    return known


def _plans(matches: tuple[Match, ...], today: date) -> list[Plan]:
    keys = [known.key for match in matches for known in match.known if known.key]
    found = {str(one.pk): one for one in Stakeholder.objects.select_related("person__unit").filter(pk__in=keys)}
    lines = {line.key: line for line in lines_of(found.values(), today=today)}
    plans = []
    for match in matches:
        values, how = _clean(match.row.values), str(match.how)
        candidates = [_candidate(known, values, found, lines) for known in match.known]
        same = [one for one in candidates if one["stakeholder"] and not one["changes"] and not one["kept"]]
        if how == "proposed" and same:
            # whoever stands here just so is meant: the same file a second time adds nobody
            how, candidates = "name", same[:1]
        plans.append(
            {
                "row": match.row.row,
                "how": how,
                "name": values.get("name", "") or (candidates[0]["name"] if candidates else ""),
                "values": values,
                "candidates": candidates or [new_candidate(values)],
            }
        )
    return plans


def new_candidate(values: Mapping[str, str]) -> dict[str, Any]:
    """Return what a row does when it adds somebody from outside."""
    changes, kept = compare(values, {}, is_inside=False)
    return {"stakeholder": "", "person": "", "name": "", "place": "", "changes": changes, "kept": kept}


def _candidate(
    known: Known, values: Mapping[str, str], found: Mapping[str, Stakeholder], lines: Mapping[str, Line]
) -> dict[str, Any]:
    standing = _standing(found[known.key], lines[known.key]) if known.key else {}
    changes, kept = compare(values, standing, is_inside=bool(known.person))
    place = ", ".join(sorted(known.places))
    return {
        "stakeholder": known.key,
        "person": known.person,
        "name": known.name,
        "place": place,
        "changes": changes,
        "kept": kept,
    }


def compare(
    values: Mapping[str, str], standing: Mapping[str, str], *, is_inside: bool
) -> tuple[list[list[str]], list[str]]:
    """Return what a row changes, as [field, before, after], and the fields where their own word stands.

    Name and address of people here come from the organisation and are not changed by a file.
    """
    left_out = {"reason", "attitude_reason", "unit"} | ({"name", "email"} if is_inside else set())
    changes, kept = [], []
    for key, value in values.items():
        before = standing.get(key, "")
        if key in left_out or before == value:
            continue
        if standing.get(f"own:{key}"):
            kept.append(key)
        else:
            changes.append([key, before, value])
    return changes, kept


def _clean(values: Mapping[str, str]) -> dict[str, str]:
    cleaned = {key: " ".join(value.split()) for key, value in values.items()}
    for key in ("attitude", "desired"):
        if key in cleaned:
            cleaned[key] = fold(cleaned[key])
    if "form" in cleaned:
        cleaned["form"] = fold(cleaned["form"]).replace(" ", "_")
    if "email" in cleaned:
        cleaned["email"] = cleaned["email"].lower()
    if "minutes" in cleaned:
        cleaned["minutes"] = str(int(cleaned["minutes"]))
    return cleaned


def _standing(one: Stakeholder, line: Line) -> dict[str, str]:
    profile = profile_of(one)
    found = {name: getattr(one, name) for name in ("external_id", "name", "email", "role", "organisation")}
    found |= {"attitude": profile.attitude, "desired": profile.desired}
    for aspect in RATED:
        value = line.value(aspect)
        found[aspect] = "" if value is None else str(value)
    for key in TEXTS:
        known = getattr(profile, key)
        found[key] = known.value
        if known.is_asked:
            found[f"own:{key}"] = "yes"
    found["minutes"] = "" if profile.minutes.basis == "house" else str(profile.minutes.minutes)
    if profile.minutes.is_own:
        found["own:minutes"] = "yes"
    return found


def reason_of(values: Mapping[str, str], file_name: str, key: str = "reason") -> str:
    """Return why a file rates or judges somebody so: its own reason, else its name. key: the column of the reason."""
    return values.get(key) or _("as in the file %(name)s") % {"name": file_name}
