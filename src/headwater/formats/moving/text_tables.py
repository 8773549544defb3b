"""Tables made of lists of texts, for answers that come as records or as columns and not as delimited text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from headwater.formats.limits import Limits
from headwater.formats.tables import Column, Table
from headwater.vocab import InputError, Problem


def text_table(file: str, columns: Mapping[str, Sequence[str]], limits: Limits, *, first_row: int = 1) -> Table:
    """Make a table of texts, one list a column, all of one length. Records count from `first_row`, empty ones too.

    Raises InputError: no record, more columns, rows or cells than allowed, a text that is too long.
    """
    count = len(next(iter(columns.values()), ()))
    if not count:
        raise InputError(Problem("there is no record in it.", "Export answers that hold at least one response.", file))
    for what, size, most in (
        ("columns", len(columns), limits.columns),
        ("records", count, limits.rows),
        ("cells", count * len(columns), limits.cells),
    ):
        if size > most:
            message = f"there are {size:,} {what}; at most {most:,} are read."
            raise InputError(Problem(message, "Split it by wave, or drop columns.", file))
    made: dict[str, Column] = {}
    for name, texts in columns.items():
        known: dict[str, int] = {}
        codes = np.fromiter((known.setdefault(text, len(known)) for text in texts), np.int32, count)
        longest = max(known, key=len)
        if len(longest) > limits.field_characters:
            row = int(np.argmax(codes == known[longest])) + first_row
            message = f"a cell has {len(longest):,} signs; at most {limits.field_characters:,} are read."
            raise InputError(Problem(message, "Shorten it.", file, row, name))
        made[name] = Column(name, codes, tuple(text.strip() for text in known))
    return Table(file, made, np.arange(first_row, first_row + count, dtype=np.int64))
