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
