"""Numbers as people write them: points or commas, thousands, minus signs of several kinds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from headwater.formats.problem_log import ProblemLog
from headwater.formats.tables import Column
from headwater.vocab import InputError, Problem

Decimal = Literal["", ".", ","]

MISSING = frozenset({"", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "<NA>", "None", ".", "-", "–", "—"})
"""Texts that mean "no value" in columns of numbers, unless a mapping names its own."""

_POINT = re.compile(r"[+-]?(\d+|\d{1,3}([,  '’]\d{3})+)?(\.\d*)?([eE][+-]?\d{1,2})?")
_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}([.  '’]\d{3})+)?(,\d*)?([eE][+-]?\d{1,2})?")
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")


def decimal_sign(values: Iterable[str], delimiter: str, file: str, column: str) -> Decimal:
    """Tell which sign marks decimals in a column, from all its values.

    A value such as 12,5 or 1.234,5 settles it. Raises InputError when values contradict each other, or when all of
    them may be read in two ways (1,234; or 1.234 in a file that parts its cells by semicolons).
    """
    seen: set[str] = set()
    certain: set[str] = set()
    for value in values:
        has_point, has_comma = "." in value, "," in value
        seen |= {sign for sign in ".," if sign in value}
        if has_point and has_comma:
            certain.add("." if value.rindex(".") > value.rindex(",") else ",")
        elif has_point or has_comma:
            here, other = (".", ",") if has_point else (",", ".")
            if value.count(here) > 1:
                certain.add(other)
            elif not _AMBIGUOUS.fullmatch(value):
                certain.add(here)
    if len(certain) > 1:
        message = "decimal commas and decimal points are mixed."
        remedy = 'Write all numbers one way, or say `decimal: ","` or `decimal: "."` in the mapping.'
        raise InputError(Problem(message, remedy, file, column=column))
    if certain:
        return "," if "," in certain else "."
    if "," in seen or ("." in seen and delimiter == ";"):
        message = "numbers such as 1,234 or 1.234 may be read in two ways."
        remedy = 'Say `decimal: ","` or `decimal: "."` in the mapping.'
        raise InputError(Problem(message, remedy, file, column=column))
    return "."


def parse_exact(text: str, decimal: Decimal) -> Fraction | None:
    """Return the exact number that a text writes, None when it writes none."""
    text = text.replace("−", "-").replace("\u00a0", " ")
    pattern = _COMMA if decimal == "," else _POINT
    if not pattern.fullmatch(text) or not any(sign.isdigit() for sign in text):
        return None
    if decimal == ",":
        for sign in (".", " ", " ", "'", "’"):
            text = text.replace(sign, "")
        text = text.replace(",", ".")
    else:
        for sign in (",", " ", " ", "'", "’"):
            text = text.replace(sign, "")
    return Fraction(text)


def read_numbers(
    column: Column,
    rows: NDArray[np.int64],
    log: ProblemLog,
    *,
    missing: Collection[str] = MISSING,
    decimal: Decimal = "",
    delimiter: str = "",
    low: float | None = None,
    high: float | None = None,
) -> NDArray[np.float64]:
    """float64[R]: the numbers of a column, NaN where missing. Texts that are no number, and numbers outside
    low..high, are logged as errors by row and read as missing.
    """
    present = [value for value in column.values if value not in missing]
    decimal = decimal or decimal_sign(present, delimiter, log.file, column.name)
    parsed = np.full(len(column.values), np.nan)
    wrong = np.zeros(len(column.values), np.bool_)
    outside = np.zeros(len(column.values), np.bool_)
    for position, value in enumerate(column.values):
        if value in missing:
            continue
        exact = parse_exact(value, decimal)
        if exact is None:
            wrong[position] = True
            continue
        number = float(exact)
        if (low is not None and number < low) or (high is not None and number > high):
            outside[position] = True
        else:
            parsed[position] = number
    remedy = "Correct it, or name it as missing."
    add_rows_where(log, "number", column, rows, bad=wrong, message="{value} is not a number.", remedy=remedy)
    bounds = f"{'' if low is None else f'{low:g}'} to {'' if high is None else f'{high:g}'}"
    message = f"{{value}} is outside {bounds}."
    add_rows_where(log, "outside", column, rows, bad=outside, message=message, remedy="Correct it.")
    return parsed[column.codes]


def add_rows_where(
    log: ProblemLog,
    kind: str,
    column: Column,
    rows: NDArray[np.int64],
    *,
    bad: NDArray[np.bool_],
    message: str,
    remedy: str,
    among: NDArray[np.bool_] | None = None,
) -> NDArray[np.bool_]:
    """Log every row whose distinct value is bad (bool[V]). Returns bool[R], the rows concerned, within `among`."""
    where = bad[column.codes] if bad.any() else np.zeros(len(rows), np.bool_)
    if among is not None:
        where &= among
    places = np.flatnonzero(where)
    if len(places):
        values = (column.text(int(place)) for place in places)
        log.add_rows(kind, rows[places], values, message, remedy, column=column.name)
    return where
