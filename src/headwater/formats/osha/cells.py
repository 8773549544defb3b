"""Single cells of the upload files: text to value, and what is wrong with it by itself."""

from __future__ import annotations

import re
from datetime import date, time

from headwater.formats.osha.fields import Field
from headwater.formats.problem_log import ProblemLog, shown

Value = str | int | date | time | None

_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?\s*([AaPp][Mm])?")


def read_cell(field: Field, text: str, row: int, log: ProblemLog) -> Value:
    """Return the value of a cell, None for an empty or a wrong one. Says what is wrong, once."""
    if not text:
        if field.is_required:
            log.add(f"empty:{field.name}", "this is required and empty.", "Fill it in.", row=row, column=field.name)
        return None
    if field.kind == "whole":
        return _whole(field, text, row, log)
    if field.kind == "code":
        return _code(field, text, row, log)
    if field.kind == "digits":
        return _digits(field, text, row, log)
    if field.kind == "date":
        return _date(field, text, row, log)
    if field.kind == "time":
        return _time(field, text, row, log)
    if field.most is not None and len(text) > field.most:
        message = f"this has {len(text):,} characters; {field.most} is the most."
        log.add(f"long:{field.name}", message, "Shorten it.", row=row, column=field.name)
    return text


def write_cell(value: Value) -> str:
    """Return a value as the files hold it: dates MM/DD/YYYY, times HH:MM."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.strftime("%m/%d/%Y")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return str(value)


def _wrong(field: Field, text: str, row: int, log: ProblemLog, why: str, remedy: str) -> None:
    log.add(f"wrong:{field.name}", f"{shown(text)} {why}", remedy, row=row, column=field.name)


def _whole(field: Field, text: str, row: int, log: ProblemLog) -> int | None:
    plain = text[:-2] if text.endswith(".0") else text
    if not re.fullmatch(r"-?\d{1,15}", plain):
        _wrong(field, text, row, log, "is no whole number.", "Write digits alone, without separators or decimals.")
        return None
    found = int(plain)
    if found < field.least:
        _wrong(field, text, row, log, f"is below {field.least}, the least there can be.", "Correct it.")
        return None
    if field.most is not None and found > field.most:
        _wrong(field, text, row, log, f"is above {field.most:,}, the most that is counted.", f"Write {field.most}.")
        return None
    return found


def _code(field: Field, text: str, row: int, log: ProblemLog) -> str | None:
    codes = field.codes or {}
    found = text[:-2] if text.endswith(".0") else text
    found = found.upper()
    if found in codes:
        return found
    known = "; ".join(f"{code} {meaning.replace('_', ' ')}" for code, meaning in codes.items())
    if field.name == "size" and found == "2":
        _wrong(
            field, text, row, log, "is the old code for 20 to 249 people.", "Write 21 for 20 to 99, 22 for 100 to 249."
        )
    else:
        _wrong(field, text, row, log, "is none of the codes.", f"Write one of: {known}.")
    return None


def _digits(field: Field, text: str, row: int, log: ProblemLog) -> str | None:
    if text.isascii() and text.isdigit() and len(text) in field.digits:
        return text
    wanted = " or ".join(map(str, field.digits))
    bare = re.sub(r"\D", "", text)
    remedy = f"Write {bare}." if len(bare) in field.digits else f"Write {wanted} digits; a leading 0 counts."
    _wrong(field, text, row, log, f"is not {wanted} digits.", remedy)
    return None


def _date(field: Field, text: str, row: int, log: ProblemLog) -> date | None:
    match = _DATE.fullmatch(text)
    if match is not None:
        month, day, year = map(int, match.groups())
        try:
            return date(year, month, day)
        except ValueError:
            pass
    _wrong(field, text, row, log, "is no date.", "Write month/day/year, as 03/21/2026.")
    return None


def _time(field: Field, text: str, row: int, log: ProblemLog) -> time | None:
    match = _TIME.fullmatch(text)
    if match is not None:
        hour, minute, half = int(match[1]), int(match[2]), (match[3] or "").upper()
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "PM" else 0)
        elif half:
            hour = 99
        if hour < 24 and minute < 60:
            return time(hour, minute)
    _wrong(field, text, row, log, "is no time of day.", "Write hours and minutes, as 14:05.")
    return None
