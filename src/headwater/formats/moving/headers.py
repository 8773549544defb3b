"""Tables whose column names stand in several rows, or twice: named anew by whoever knows, then read as any other."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from headwater.formats.delimited import sniff_delimiter
from headwater.formats.encodings import to_utf8
from headwater.formats.limits import Limits
from headwater.formats.reading import read_table
from headwater.formats.tables import Table
from headwater.vocab import InputError, Problem

Naming = Callable[[list[list[str]]], tuple[list[str], int]]
"""Gets the first rows; returns a name for every column ("" for none) and how many rows are header."""

_SAMPLE = 1_000_000


def read_named(data: bytes, file: str, name: Naming, *, rows: int, limits: Limits) -> Table:
    """Read delimited text whose first `rows` rows may be header. Row numbers stay those of the file.

    Raises InputError as `read_table` does, and when the header cannot be read or two columns get one name.
    """
    text, problems = to_utf8(data, file)
    start = 0
    if text[:4].lower() == b"sep=":
        start = text.find(b"\n") + 1
    sample = text[start : start + _SAMPLE].decode("utf-8", "ignore")
    delimiter = sniff_delimiter(sample)
    first, ends = _first_rows(text[start:], file, delimiter, rows, limits)
    names, count = name(first)
    if not 1 <= count <= len(first):
        raise InputError(Problem("the header cannot be found.", "Export the file again.", file, 1))
    head = io.StringIO(newline="")
    csv.writer(head, delimiter=delimiter, lineterminator="\n").writerow(names)
    shift = count - 1 + (1 if start else 0)
    body = text[start + ends[count - 1] :]
    try:
        made = read_table(
            head.getvalue().encode() + body, name=file, delimiter=delimiter, encoding="utf-8", limits=limits
        )
    except InputError as error:
        raise InputError(_moved(problem, shift) for problem in error.problems) from None
    return replace(
        made, rows=made.rows + shift, problems=(*problems, *(_moved(problem, shift) for problem in made.problems))
    )


def _first_rows(text: bytes, file: str, delimiter: str, rows: int, limits: Limits) -> tuple[list[list[str]], list[int]]:
    """Return the first rows and, for each, how many bytes lie before its end."""
    used = 0

    def lines() -> Iterator[str]:
        nonlocal used
        for line in io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", newline=""):
            used += len(line.encode())
            yield line

    reader = csv.reader(lines(), delimiter=delimiter)
    found: list[list[str]] = []
    ends: list[int] = []
    try:
        for cells in reader:
            if not cells and not found:
                raise InputError(Problem("row 1 is blank.", "Row 1 must name the columns.", file, 1))
            if len(cells) > limits.columns:
                message = f"the header has {len(cells):,} columns; at most {limits.columns:,} are read."
                raise InputError(Problem(message, "Drop columns.", file, 1))
            found.append(cells)
            ends.append(used)
            if len(found) == rows:
                break
    except csv.Error as error:
        message = f"the header cannot be read: {error}."
        raise InputError(Problem(message, "Export the file again.", file, len(found) + 1)) from None
    if not found:
        raise InputError(Problem("the file is empty.", "Give a file with a header and rows below it.", file))
    return found, ends


def _moved(problem: Problem, shift: int) -> Problem:
    return problem if problem.row is None or problem.row <= 1 else replace(problem, row=problem.row + shift)


def unique_names(names: Sequence[str]) -> list[str]:
    """Make names differ: the second of a name becomes `name (2)`. Empty ones stay empty."""
    seen: dict[str, int] = {}
    made = []
    for name in names:
        clean = " ".join(name.split()).strip("\ufeff\u200b")
        if clean:
            seen[clean] = seen.get(clean, 0) + 1
            if seen[clean] > 1:
                clean = f"{clean} ({seen[clean]})"
        made.append(clean)
    return made
