"""Reads what became of units in a reorganisation: one row an old unit and a new unit."""

from __future__ import annotations

import numpy as np

from headwater.formats.limits import DEFAULT_LIMITS, Limits
from headwater.formats.numerals import read_numbers
from headwater.formats.problem_log import ProblemLog
from headwater.formats.reading import Source, read_table
from headwater.org import UnitLink
from headwater.vocab import InputError


def read_unit_links(source: Source, *, name: str = "", limits: Limits = DEFAULT_LIMITS) -> tuple[UnitLink, ...]:
    """Read a mapping table with the columns old_unit, new_unit and, optionally, share (0 to 1, 1 when empty).

    An empty old unit means that the new one came from outside, an empty new unit that the old one left. Raises
    InputError with every row that is wrong.
    """
    table = read_table(source, name=name, limits=limits)
    log = ProblemLog(table.file)
    old, new = table["old_unit"].texts(), table["new_unit"].texts()
    shares = np.ones(len(table))
    if "share" in table.columns:
        shares = read_numbers(table["share"], table.rows, log, delimiter=table.delimiter, low=0, high=1)
        shares = np.where(table["share"].blank, 1.0, shares)
    for row in np.flatnonzero(shares == 0).tolist():
        log.add("zero", "the share is 0.", "Drop the row.", row=int(table.rows[row]), column="share")
    if log.has_errors:
        raise InputError(log.problems)
    return tuple(UnitLink(*parts) for parts in zip(old, new, shares.tolist(), strict=True))
