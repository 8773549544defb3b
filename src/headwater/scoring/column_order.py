"""In which order the columns of a panel are worked out, and how long what is known of each is kept."""

from __future__ import annotations

from collections.abc import Iterator

from headwater.scoring.specification import Specification
from headwater.vocab import Column

Key = tuple[str, str]


def key_of(column: Column) -> Key:
    """Return measure and subject, which name a column."""
    return column.measure, column.subject


def in_order(specification: Specification) -> Iterator[tuple[int, list[Key]]]:
    """Yield the columns' numbers, a scale right after the items it is made of, each with the columns no more asked for.

    What is known of a column stays in memory for the scales that it is a part of. Over all columns that would be as
    much as the panel itself.
    """
    columns = specification.columns
    parts = [specification.parts_of(column) for column in columns]
    number_of = {key_of(column): number for number, column in enumerate(columns)}
    order: dict[int, None] = {}
    for number, needed in enumerate(parts):
        if needed:
            order |= dict.fromkeys([*(number_of[key] for key in needed), number])
    order |= dict.fromkeys(range(len(columns)))
    last: dict[Key, int] = {}
    for place, number in enumerate(order):
        last |= dict.fromkeys((*parts[number], key_of(columns[number])), place)
    for place, number in enumerate(order):
        asked = dict.fromkeys((*parts[number], key_of(columns[number])))
        yield number, [key for key in asked if last[key] == place]


def apart(specification: Specification) -> list[list[tuple[int, list[Key]]]]:
    """Return the columns as `in_order` does, in runs that ask for no column of one another."""
    columns = specification.columns
    number_of = {key_of(column): number for number, column in enumerate(columns)}
    ordered = list(in_order(specification))
    run_of: dict[int, int] = {}
    for number, _over in ordered:
        run_of.setdefault(number, len(run_of))
        for key in specification.parts_of(columns[number]):
            first, second = sorted((run_of[number], run_of[number_of[key]]))
            if first != second:
                run_of = {one: first if run == second else run for one, run in run_of.items()}
    runs: dict[int, list[tuple[int, list[Key]]]] = {}
    for number, over in ordered:
        runs.setdefault(run_of[number], []).append((number, over))
    return list(runs.values())
