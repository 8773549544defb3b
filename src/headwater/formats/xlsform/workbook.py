"""The sheets of an XLSForm workbook as rows of texts, with the languages of their columns."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headwater.formats.limits import Limits
from headwater.formats.moving.words import language_code
from headwater.formats.sheets import cell_text, check_package
from headwater.vocab import InputError, Problem

EXPECTED = "an XLSForm as .xlsx, with the sheets survey and choices"
_NAMED = {
    "english": "en", "french": "fr", "français": "fr", "francais": "fr", "spanish": "es", "español": "es",
    "espanol": "es", "arabic": "ar", "العربية": "ar", "portuguese": "pt", "português": "pt", "german": "de",
    "deutsch": "de", "italian": "it", "italiano": "it", "russian": "ru", "русский": "ru", "ukrainian": "uk",
    "chinese": "zh", "中文": "zh", "hindi": "hi", "urdu": "ur", "bengali": "bn", "swahili": "sw", "kiswahili": "sw",
    "amharic": "am", "somali": "so", "turkish": "tr", "türkçe": "tr", "persian": "fa", "farsi": "fa", "dari": "prs",
    "pashto": "ps", "kurdish": "ku", "burmese": "my", "nepali": "ne", "indonesian": "id", "vietnamese": "vi",
    "tagalog": "tl", "filipino": "fil", "japanese": "ja", "korean": "ko", "dutch": "nl", "polish": "pl",
    "romanian": "ro", "greek": "el", "hebrew": "he", "haitian creole": "ht", "hausa": "ha", "yoruba": "yo",
}  # fmt: skip
_SHORT = re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class Row:
    """One row of a sheet: its number as in a spreadsheet, and its texts by column, columns in small letters."""

    number: int
    cells: Mapping[str, str]

    def text(self, *columns: str) -> str:
        """Return the first text that is there among some columns."""
        return next((self.cells[column] for column in columns if self.cells.get(column)), "")


@dataclass(frozen=True)
class Form:
    """A workbook. columns: headers by sheet, as written."""

    survey: tuple[Row, ...]
    choices: tuple[Row, ...]
    settings: Row
    columns: Mapping[str, tuple[str, ...]]
    other_sheets: tuple[str, ...]
    formulas: bool


def read_form(data: bytes, file: str, limits: Limits) -> Form:
    """Read the sheets of an XLSForm. Raises InputError: no workbook, no survey sheet, damaged, too large."""
    if not data.startswith(b"PK\x03\x04"):
        message = "this is no XLSX workbook."
        if data.startswith(b"\xd0\xcf\x11\xe0"):
            message = "this is an old Excel file (.xls) or an encrypted workbook."
        raise InputError(Problem(message, f"Save it as .xlsx and give {EXPECTED}.", file))
    formulas = check_package(data, file, limits)
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of drawings and styles it does not keep.
        try:
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        except Exception as error:
            message = f"the workbook cannot be opened: {str(error).splitlines()[0] if str(error) else 'damaged'}."
            raise InputError(Problem(message, "Save it again as .xlsx.", file)) from None
        try:
            return _form(book, file, limits, formulas)
        finally:
            book.close()


def _form(book: Any, file: str, limits: Limits, formulas: bool) -> Form:
    pages = {page.title.strip().casefold(): page for page in book.worksheets if hasattr(page, "iter_rows")}
    if "survey" not in pages:
        listed = ", ".join(repr(page.title) for page in book.worksheets) or "none"
        message = f"the workbook has no sheet called survey; it has {listed}."
        raise InputError(Problem(message, f"Give {EXPECTED}.", file))
    columns: dict[str, tuple[str, ...]] = {}
    rows: dict[str, tuple[Row, ...]] = {}
    for title in ("survey", "choices", "settings"):
        columns[title], rows[title] = _rows(pages[title], file, limits) if title in pages else ((), ())
    if "type" not in [name.casefold() for name in columns["survey"]]:
        message = "the sheet survey has no column called type."
        raise InputError(Problem(message, f"Give {EXPECTED}.", file, 1))
    others = tuple(title for title in pages if title not in ("survey", "choices", "settings"))
    settings = rows["settings"][0] if rows["settings"] else Row(0, {})
    return Form(rows["survey"], rows["choices"], settings, columns, others, formulas)


def _rows(page: Any, file: str, limits: Limits) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    header: tuple[str, ...] = ()
    found: list[Row] = []
    read = 0
    page.reset_dimensions()
    try:
        for number, cells in enumerate(page.iter_rows(values_only=True), start=1):
            read += len(cells)
            if read > limits.sheet_cells or number > limits.rows or len(cells) > limits.columns:
                message = f"the sheet {page.title} is too large: row {number:,} of {len(cells):,} cells."
                raise InputError(Problem(message, "Clear cells that hold nothing.", file, number))
            texts = [cell_text(cell).strip() for cell in cells]
            for text in texts:
                if len(text) > limits.field_characters:
                    message = f"a cell has {len(text):,} signs; at most {limits.field_characters:,} are read."
                    raise InputError(Problem(message, "Shorten it.", file, number))
            if not any(texts):
                continue
            if not header:
                header = tuple(texts)
                continue
            named = {name.casefold(): text for name, text in zip(header, texts, strict=False) if name and text}
            found.append(Row(number, named))
    except InputError:
        raise
    except Exception as error:
        message = f"the sheet {page.title} cannot be read: {type(error).__name__}."
        raise InputError(Problem(message, "Save it again as .xlsx.", file)) from None
    return tuple(name for name in header if name), tuple(found)


def split_header(name: str) -> tuple[str, str]:
    """Split `label::English (en)` into label and English (en); the second is "" without a translation.

    A single colon parts them too, but not in media::image and bind::relevant, which have two parts of their own.
    """
    part, _, language = name.partition("::")
    if not language and ":" in name:
        part, _, language = name.partition(":")
    if part.strip().casefold() in ("media", "bind", "body", "instance", "control"):
        inner, _, after = language.partition("::")
        return f"{part.strip()}::{inner.strip()}".casefold(), after.strip()
    return part.strip().casefold(), language.strip()


def code_of_language(words: str, taken: Sequence[str] = ()) -> str:
    """Return the code of a language as XLSForm heads columns: "French (fr)", "French", "fr". Empty when unknown."""
    found = re.search(r"\(([^()]+)\)\s*$", words)
    code = language_code(found[1]) if found else ""
    if not code:
        plain = re.sub(r"\([^()]*\)", "", words).strip()
        known = _NAMED.get(plain.casefold(), "")
        code = known or (language_code(plain) if _SHORT.fullmatch(plain) else "")
    return "" if code in taken else code
