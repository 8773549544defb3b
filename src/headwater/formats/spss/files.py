"""What an SPSS file holds: variables with labels, missing values and measure, multiple-response sets, and cases."""

from __future__ import annotations

import datetime as dt
import io
import math
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from headwater.formats.limits import Limits
from headwater.formats.moving.documents import load_bytes
from headwater.formats.reading import Source
from headwater.vocab import InputError, Problem

EXPECTED = "an SPSS file (.sav or .zsav)"
Value = float | str | None
"""A number, a text, or nothing (system-missing)."""
Kind = Literal["number", "text", "date", "moment"]

_EPOCH = dt.datetime(1582, 10, 14)  # noqa: DTZ001  SPSS counts seconds from the first day of the Gregorian calendar.
_DATES = ("DATE", "ADATE", "EDATE", "JDATE", "SDATE", "QYR", "MOYR", "WKYR")
_MOMENTS = ("DATETIME", "YMDHMS", "TIME", "DTIME", "MTIME")


@dataclass(frozen=True)
class Variable:
    """One variable. labels: by value. missing: ranges of user-missing values, both ends included."""

    name: str
    label: str
    kind: Kind
    width: int
    measure: str
    labels: Mapping[float | str, str]
    missing: tuple[tuple[float | str, float | str], ...]

    def is_missing(self, value: Value) -> bool:
        """Whether a value stands for no answer, by the file's own word."""
        if value is None:
            return True
        for low, high in self.missing:
            if isinstance(value, str):
                if isinstance(low, str) and value.rstrip() == low.rstrip():
                    return True
            elif not isinstance(low, str) and not isinstance(high, str) and low <= value <= high:
                return True
        return False


@dataclass(frozen=True)
class ResponseSet:
    """A multiple-response set. counted: the value that means chosen, None for a set of categories."""

    name: str
    label: str
    variables: tuple[str, ...]
    counted: Value


@dataclass(frozen=True)
class SpssFile:
    """An SPSS file. cases: values by variable name, empty when only its dictionary was read."""

    file: str
    title: str
    encoding: str
    variables: tuple[Variable, ...]
    sets: tuple[ResponseSet, ...]
    notes: tuple[str, ...]
    cases: Mapping[str, Sequence[Value]]
    broken_sets: tuple[str, ...] = ()
    """Multiple-response sets that cannot be understood; their variables stand on their own."""

    def variable(self, name: str) -> Variable | None:
        """Return a variable by its name, in any case."""
        exact = next((variable for variable in self.variables if variable.name == name), None)
        folded = name.casefold()
        return exact or next((variable for variable in self.variables if variable.name.casefold() == folded), None)


def library() -> Any:
    """Return pyreadstat. Raises InputError that names the extra to install when it is absent."""
    try:
        import pyreadstat
    except ImportError:
        message = "SPSS files need the library pyreadstat, which is not installed."
        raise InputError(Problem(message, "Install it with `pip install headwater[formats]`.")) from None
    return pyreadstat


def read_file(source: Source, *, name: str, encoding: str, limits: Limits, cases: bool) -> SpssFile:
    """Read an SPSS file, its cases too if asked.

    encoding: of its texts, as "windows-1252"; the file says it by default. Raises InputError: no SPSS file, damaged,
    broken off, texts in another encoding, more variables, cases or unpacked bytes than allowed.
    """
    data, file = load_bytes(source, name, limits, EXPECTED)
    if not data.startswith((b"$FL2", b"$FL3")):
        message = "this is no SPSS file: it does not begin with $FL2 or $FL3."
        if data.startswith(b"PK\x03\x04"):
            message = "this is a workbook or an archive, not an SPSS file."
        elif data.startswith(b"* ") or data[:200].lstrip().upper().startswith((b"GET ", b"DATA LIST")):
            message = "this is SPSS syntax, not data."
        raise InputError(Problem(message, f"Give {EXPECTED}.", file))
    _, meta = _read(data, file, encoding, metadataonly=True)
    most = _most_cases(meta, file, limits)
    columns: Mapping[str, Sequence[Value]] = {}
    if cases:
        columns, meta = _read(data, file, encoding, row_limit=most + 1)
        count = len(next(iter(columns.values()), ()))
        if count > most:
            raise InputError(
                Problem(f"there are more than {most:,} cases.", "Split it by wave, or drop variables.", file)
            )
    sets, broken = _sets(meta, data)
    return SpssFile(
        file,
        str(meta.file_label or ""),
        str(meta.file_encoding or ""),
        tuple(_variable(meta, name) for name in meta.column_names),
        tuple(sets),
        tuple(str(note) for note in meta.notes or ()),
        columns,
        tuple(broken),
    )


def _read(data: bytes, file: str, encoding: str, **more: Any) -> tuple[dict[str, list[Value]], Any]:
    stat = library()
    try:
        with warnings.catch_warnings():
            # A name given twice is renamed with a warning; no SPSS file has one unless it is damaged.
            warnings.filterwarnings("error", message=".*duplicated")
            columns, meta = stat.read_sav(
                io.BytesIO(data),
                encoding=encoding or None,
                user_missing=True,
                disable_datetime_conversion=True,
                output_format="dict",
                **more,
            )
    except UnicodeDecodeError as error:
        message = f"its texts are not in the encoding the file names: {error.reason}."
        raise InputError(
            Problem(message, "Say encoding='windows-1252', or the encoding it was saved in.", file)
        ) from None
    except MemoryError:
        raise InputError(Problem("the file is too large to be read.", "Split it.", file)) from None
    except Exception as error:
        words = str(error).strip().rstrip(".").lower() or type(error).__name__
        message = f"the SPSS file is damaged or breaks off: {words}."
        remedy = "Save it again in SPSS or PSPP."
        if "convert" in words or "character set" in words or "utf" in words or "encod" in words:
            message = f"its texts cannot be read: {words}."
            remedy = "Say encoding='windows-1252', or the encoding it was saved in."
        raise InputError(Problem(message, remedy, file)) from None
    return dict(columns), meta


def _most_cases(meta: Any, file: str, limits: Limits) -> int:
    """Return how many cases may be read. Raises InputError when the file says that it holds more."""
    count = len(meta.column_names)
    if not count:
        raise InputError(Problem("the SPSS file has no variable.", f"Give {EXPECTED} with data.", file))
    if not all(meta.column_names):
        raise InputError(Problem("the SPSS file is damaged: a variable has no name.", "Save it again in SPSS.", file))
    if count > limits.columns:
        message = f"there are {count:,} variables; at most {limits.columns:,} are read."
        raise InputError(Problem(message, "Drop variables.", file))
    width = sum(max(8, int(size or 8)) for size in meta.variable_storage_width.values()) or 8 * count
    most = min(limits.rows, limits.cells // count, limits.unpacked_bytes // width)
    stated = int(meta.number_rows or 0)
    if stated > most:
        message = f"the file says that it holds {stated:,} cases of {width:,} bytes; at most {most:,} are read."
        raise InputError(Problem(message, "Split it by wave, or drop variables.", file))
    return most


def _variable(meta: Any, name: str) -> Variable:
    shape = str(meta.original_variable_types.get(name, "F8.2")).upper()
    letters = shape.rstrip("0123456789.")
    kind: Kind = "number"
    if meta.readstat_variable_types.get(name) == "string":
        kind = "text"
    elif letters in _DATES:
        kind = "date"
    elif letters in _MOMENTS:
        kind = "moment"
    ranges = tuple((part["lo"], part["hi"]) for part in (meta.missing_ranges or {}).get(name, ()))
    labels = {value: str(label) for value, label in (meta.variable_value_labels.get(name) or {}).items()}
    return Variable(
        name,
        str(meta.column_names_to_labels.get(name) or ""),
        kind,
        int(meta.variable_storage_width.get(name) or 8),
        str(meta.variable_measure.get(name) or "unknown"),
        labels,
        ranges,
    )


def _sets(meta: Any, data: bytes) -> tuple[list[ResponseSet], list[str]]:
    """Return the multiple-response sets, and the names of those that cannot be understood."""
    folded = {name.casefold(): name for name in meta.column_names}
    made: list[ResponseSet] = []
    broken: list[str] = []
    for name, found in (meta.mr_sets or {}).items():
        members = tuple(folded[str(one).casefold()] for one in found["variable_list"] if str(one).casefold() in folded)
        counted: Value = None
        if found.get("is_dichotomy"):
            given = found.get("counted_value")
            text = str(given) if given is not None else _counted(data, str(name), str(meta.file_encoding or "utf-8"))
            words = bool(members) and meta.readstat_variable_types.get(members[0]) == "string"
            counted = text.rstrip() if words else _number(text)
            if counted is None or counted == "":
                broken.append(str(name))
                continue
        if members:
            made.append(ResponseSet(str(name).lstrip("$"), str(found.get("label") or ""), members, counted))
    return made, broken


def _counted(data: bytes, name: str, encoding: str) -> str:
    """Return the counted value of a set out of its record, which the library gives only where it is a number.

    The record reads `$name=D3 Yes 5 Label a b`, or `$name=E 1 3 Yes 5 Label a b`: the length of a value goes before it.
    """
    sign = b"$" + name.lstrip("$").encode("utf-8", "ignore")
    found = re.search(re.escape(sign) + rb"=(?:D|E \d{1,2} )(\d{1,4}) ", data, re.IGNORECASE)
    if found is None:
        return ""
    return data[found.end() : found.end() + int(found[1])].decode(encoding, "replace")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def write_value(value: Value, variable: Variable) -> str:
    """Write a value as text: 3, 2.5, 2026-03-31; "" for missing, system's and user's. Times of day are left out."""
    if value is None or variable.is_missing(value):
        return ""
    if isinstance(value, str):
        return value.rstrip()
    if math.isnan(value):
        return ""
    if variable.kind == "moment" and not _is_day(value):
        return ""
    if variable.kind in ("date", "moment"):
        try:
            return (_EPOCH + dt.timedelta(seconds=value)).date().isoformat()
        except OverflowError:
            return ""
    return code_text(value)


def _is_day(seconds: float) -> bool:
    """Whether a moment holds a day: a time of day alone counts less than a year's seconds."""
    return seconds >= 366 * 86_400


def code_text(value: float | str) -> str:
    """Write a code as text, whole numbers without a point."""
    if isinstance(value, str):
        return value.rstrip()
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
