"""A partial file over the organisation as it stands: people it does not name stay as they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from headwater.org import PersonRow
from headwater.rooms.people.logic.contacts import EMAIL, LANGUAGE
from headwater.rooms.people.logic.plans import PersonState, State

VACANT = "vacant:"
"""Begins the id of a position that stands for a unit without a leader."""


def merge_rows(state: State, rows: Iterable[PersonRow]) -> list[PersonRow]:
    """Return the rows of the file, and in the same form a row for everybody active whom it does not name."""
    given = [_with_known(row, state.persons.get(row.person)) for row in rows]
    named = {row.person for row in given}
    by_path = any(row.path for row in given)
    kept = _by_path(state) if by_path else _by_manager(state)
    return given + [row for row in kept if row.person not in named]


def _with_known(row: PersonRow, known: PersonState | None) -> PersonRow:
    """Keep what is known of a person in columns that the file does not have."""
    return row if known is None else replace(row, attributes={**_attributes(known), **row.attributes})


def _attributes(known: PersonState) -> dict[str, str]:
    return {**known.attributes, EMAIL: known.email, LANGUAGE: known.language}


def _by_path(state: State) -> list[PersonRow]:
    paths: dict[str, tuple[str, ...]] = {}

    def path(unit: str) -> tuple[str, ...]:
        if unit not in paths:
            above = state.units[unit].parent
            paths[unit] = (*(path(above) if above else ()), state.units[unit].name)
        return paths[unit]

    leads = {unit.leader: key for key, unit in state.units.items() if unit.leader}
    rows = []
    for person, found in state.persons.items():
        unit = leads.get(person) or found.unit
        rows.append(
            PersonRow(
                row=0,
                person=person,
                name=found.name,
                path=path(unit),
                unit=unit,
                leads=person in leads,
                attributes=_attributes(found),
            )
        )
    return rows


def _by_manager(state: State) -> list[PersonRow]:
    def leader(unit: str) -> str:
        return state.units[unit].leader or f"{VACANT}{unit}"

    rows = [
        PersonRow(
            row=0,
            person=person,
            name=found.name,
            manager=(leader(found.unit),) if found.unit else (),
            unit=found.unit,
            unit_name=state.units[found.unit].name if found.unit else "",
            attributes=_attributes(found),
        )
        for person, found in state.persons.items()
    ]
    for key, unit in state.units.items():
        if not unit.leader:
            above = (leader(unit.parent),) if unit.parent else ()
            rows.append(
                PersonRow(
                    row=0, person=f"{VACANT}{key}", name=unit.name, manager=above, unit=unit.parent, status="vacant"
                )
            )
    return rows
