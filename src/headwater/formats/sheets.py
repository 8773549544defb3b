"""XLSX sheets, opened with suspicion: sizes are checked before unpacking, XML before parsing, cells while reading."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
from array import array
from typing import Any

import numpy as np

from headwater.formats.limits import Limits
from headwater.formats.problem_log import ProblemLog, shown
from headwater.formats.tables import Table, make_table
from headwater.vocab import InputError, Problem

_SMALL_PART = 10_000_000
_PROLOGUE = 65_536
_SAVE = "Open it in a spreadsheet program and save it again as .xlsx, or give CSV UTF-8."


def read_sheet(data: bytes, file: str, sheet: str, limits: Limits) -> Table:
    """Read one sheet of an XLSX file. See `reading.read_table`."""
    formulas = check_package(data, file, limits)
    log = ProblemLog(file)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of drawings and styles it does not keep.
        return _open(data, file, sheet, log=log, formulas=formulas, limits=limits)


def _open(data: bytes, file: str, sheet: str, *, log: ProblemLog, formulas: bool, limits: Limits) -> Table:
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        raise InputError(Problem(f"the workbook cannot be opened: {_first_line(error)}", _SAVE, file)) from None
    try:
        page = _choose(book, file, sheet)
        unsaved = _unsaved_formulas(data, page.title) if formulas else set()
        return _read_cells(page, file, log, unsaved, limits)
    finally:
        book.close()


def check_package(data: bytes, file: str, limits: Limits) -> bool:
    """Refuse an XLSX file that would unpack to too much or that declares entities. Tells whether it has formulas.

    The sizes that a zip file declares bind: the reader stops at them. Raises InputError.
    """
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise InputError(Problem(f"the file is damaged: {_first_line(error)}", _SAVE, file)) from None
    parts = package.infolist()
    if len(parts) > limits.parts:
        message = f"the workbook holds {len(parts):,} files; at most {limits.parts:,} are opened."
        raise InputError(Problem(message, _SAVE, file))
    total = sum(part.file_size for part in parts)
    if total > limits.unpacked_bytes:
        most = limits.unpacked_bytes / 1e6
        message = f"the workbook unpacks to {total / 1e6:,.0f} MB; at most {most:,.0f} MB are read."
        raise InputError(Problem(message, "Give the table as CSV.", file))
    for part in parts:
        if part.file_size > _SMALL_PART and part.file_size > limits.unpacked_ratio * max(part.compress_size, 1):
            ratio = part.file_size / max(part.compress_size, 1)
            message = f"{part.filename} unpacks to {ratio:,.0f} times its size: this looks like a zip bomb."
            raise InputError(Problem(message, "Give the table as CSV.", file))
        if part.flag_bits & 1:
            raise InputError(Problem("the workbook is encrypted.", "Save it without a password.", file))
    if "[Content_Types].xml" not in package.namelist():
        raise InputError(Problem("this is a zip file but no XLSX workbook.", "Give CSV or XLSX.", file))
    return _check_xml(package, parts, file)


def _check_xml(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo], file: str) -> bool:
    formulas = False
    for part in parts:
        if not part.filename.endswith((".xml", ".rels")):
            continue
        try:
            with package.open(part) as stream:
                head = stream.read(_PROLOGUE)
                wide = head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00"))
                if wide or b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                    message = f"{part.filename} declares entities or an unusual encoding, which no spreadsheet does."
                    raise InputError(Problem(message, _SAVE, file))
                if part.filename.startswith("xl/worksheets/"):
                    formulas = formulas or _holds_formula(head, stream)
        except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise InputError(Problem(f"{part.filename} is damaged: {_first_line(error)}", _SAVE, file)) from None
        except Exception as error:
            if isinstance(error, InputError):
                raise
            raise InputError(Problem(f"{part.filename} is damaged: {_first_line(error)}", _SAVE, file)) from None
    return formulas


def _holds_formula(head: bytes, stream: Any) -> bool:
    block = head
    while block:
        if re.search(rb"<(?:\w+:)?f[ >/]", block):
            return True
        rest = stream.read(1 << 20)
        block = block[-8:] + rest if rest else b""
    return False


def _choose(book: Any, file: str, sheet: str) -> Any:
    pages = [page for page in book.worksheets if hasattr(page, "iter_rows")]
    if sheet:
        for page in pages:
            if page.title == sheet:
                return page
        listed = ", ".join(repr(page.title) for page in pages)
        raise InputError(Problem(f"there is no sheet {sheet!r}.", f"The workbook has: {listed}.", file))
    visible = [page for page in pages if page.sheet_state == "visible"] or pages
    if not visible:
        raise InputError(Problem("the workbook has no sheet.", "Give a sheet with a header row.", file))
    return visible[0]


def _unsaved_formulas(data: bytes, title: str) -> set[tuple[int, int]]:
    """Return the places of formulas, so that those without a saved value can be named."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    try:
        page = book[title]
        page.reset_dimensions()
        return {
            (number, place)
            for number, cells in enumerate(page.iter_rows(), start=1)
            for place, cell in enumerate(cells)
            if cell.data_type == "f"
        }
    finally:
        book.close()


def _read_cells(page: Any, file: str, log: ProblemLog, formulas: set[tuple[int, int]], limits: Limits) -> Table:
    header: list[str] = []
    codes: list[array[int]] = []
    known: list[dict[str, int]] = []
    numbers = array("q")
    read = 0
    page.reset_dimensions()
    try:
        for number, cells in enumerate(page.iter_rows(values_only=True), start=1):
            if number > limits.rows:
                message = f"the sheet has more than {limits.rows:,} rows."
                raise InputError(Problem(message, "Split it by wave.", file, number))
            if len(cells) > limits.columns:
                message = f"the row has {len(cells):,} columns; at most {limits.columns:,} are read."
                raise InputError(Problem(message, "Clear the cells far to the right.", file, number))
            if number == 1:
                header = [cell_text(cell) for cell in cells]
                while header and not header[-1].strip():
                    header.pop()
                if not header:
                    raise InputError(Problem("row 1 is blank.", "Row 1 must name the columns.", file, 1))
                codes, known = [array("i") for _ in header], [{} for _ in header]
                continue
            read += len(cells)
            if read > limits.sheet_cells:
                message = f"the sheet has more than {limits.sheet_cells:,} cells."
                raise InputError(Problem(message, "Save the sheet as CSV UTF-8; it is read much faster.", file))
            if not any(cell is not None for cell in cells) and not formulas:
                continue
            _take_row(cells, number, header, codes=codes, known=known, log=log, formulas=formulas, limits=limits)
            numbers.append(number)
    except InputError:
        raise
    except Exception as error:
        raise InputError(Problem(f"the sheet cannot be read: {_first_line(error)}", _SAVE, file)) from None
    if log.has_errors:
        raise InputError(log.problems)
    if not header:
        raise InputError(Problem("the sheet is empty.", "Give a sheet with a header row and rows below it.", file))
    columns = [(np.array(code, np.int32), list(values)) for code, values in zip(codes, known, strict=True)]
    return make_table(file, header, columns, np.array(numbers, np.int64), problems=log.problems)


def _take_row(
    cells: tuple[Any, ...],
    number: int,
    header: list[str],
    *,
    codes: list[array[int]],
    known: list[dict[str, int]],
    log: ProblemLog,
    formulas: set[tuple[int, int]],
    limits: Limits,
) -> None:
    width = len(header)
    if len(cells) > width and any(cell is not None and str(cell).strip() for cell in cells[width:]):
        message = f"the row has {len(cells)} cells, the header {width}."
        log.add("long", message, "Name every column in row 1, or clear the cells.", row=number)
    for place in range(width):
        value = cells[place] if place < len(cells) else None
        text = cell_text(value)
        if text.startswith("#") and text in _ERRORS:
            message = f"the formula gives {text}; it is read as empty."
            log.add("error", message, "Correct the formula.", row=number, column=header[place], severity="warning")
            text = ""
        elif value is None and (number, place) in formulas:
            message = "a formula has no saved value; it is read as empty."
            log.add("formula", message, _SAVE, row=number, column=header[place], severity="warning")
        if len(text) > limits.field_characters:
            message = f"the cell {shown(text)} has {len(text):,} signs; at most {limits.field_characters:,} are read."
            log.add("cell", message, "Shorten it.", row=number, column=header[place])
        codes[place].append(known[place].setdefault(text, len(known[place])))


_ERRORS = {"#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}


def cell_text(value: object) -> str:
    """Write a cell's value as text: whole numbers without a point, dates as 2026-03-31."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


def _first_line(error: BaseException) -> str:
    words = str(error).strip().splitlines()
    return f"{words[0] if words else type(error).__name__}."
