"""Which product a file comes from, by its first bytes and its header, whatever its name ends in."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from headwater.formats.delimited import sniff_delimiter
from headwater.formats.encodings import to_utf8
from headwater.formats.limits import DEFAULT_LIMITS, Limits
from headwater.formats.moving.documents import open_archive
from headwater.formats.qualtrics.headings import is_question
from headwater.formats.sheets import check_package
from headwater.vocab import InputError, Problem

FileKind = Literal[
    "qualtrics_survey",
    "qualtrics_answers",
    "limesurvey_survey",
    "limesurvey_archive",
    "limesurvey_responses",
    "spss",
    "surveyjs_survey",
    "json_answers",
    "xlsform",
    "a11",
    "table",
]

KINDS: dict[FileKind, tuple[str, bool]] = {
    "qualtrics_survey": ("qualtrics", False),
    "qualtrics_answers": ("qualtrics", True),
    "limesurvey_survey": ("limesurvey", False),
    "limesurvey_archive": ("limesurvey", True),
    "limesurvey_responses": ("limesurvey", True),
    "spss": ("spss", True),
    "surveyjs_survey": ("surveyjs", False),
    "json_answers": ("surveyjs", True),
    "xlsform": ("xlsform", False),
    "a11": ("a11", True),
    "table": ("table", True),
}
"""By kind of file: the format that reads it, and whether it holds answers."""

_HEAD = 262_144
_A11 = frozenset({"question_1", "positive_ease", "negative_ease"})
_IMPORT_ID = re.compile(r"['\"{]*ImportId['\"]*\s*:", re.IGNORECASE)
_QUALTRICS = frozenset({"responseid", "recordeddate", "ipaddress", "responseset", "distributionchannel"})


def recognise(path: Path, *, name: str = "", limits: Limits = DEFAULT_LIMITS) -> FileKind:
    """Tell what a file is. name: what problems call it. Reads no more than its beginning, and sheets of a workbook.

    Raises InputError: no such file, empty, a kind that is not read (with what to give instead), an archive that would
    unpack to too much.
    """
    file = name or path.name
    try:
        with path.open("rb") as handle:
            head = handle.read(_HEAD)
    except FileNotFoundError:
        raise InputError(Problem("there is no such file.", "Check the path.", file)) from None
    except OSError as error:
        raise InputError(Problem(f"the file cannot be read: {error.strerror}.", "Check the path.", file)) from None
    if not head.strip(b"\x00\xef\xbb\xbf \t\r\n"):
        raise InputError(Problem("the file is empty.", "Export it again.", file))
    if head.startswith((b"$FL2", b"$FL3")):
        return "spss"
    if head.startswith(b"PK\x03\x04"):
        return _package(path, file, limits)
    _refuse_foreign(head, file)
    text = _text(head, file)
    begin = text.lstrip("\ufeff \t\r\n")
    if begin.startswith("<"):
        return _xml(begin, file)
    if begin.startswith(("{", "[")):
        return _json(begin, file)
    return _table(_rows(text))


def _refuse_foreign(head: bytes, file: str) -> None:
    known = (
        (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls) or an encrypted workbook", "Save it as .xlsx or CSV UTF-8."),
        (b"PAR1", "a Parquet file", "Give the CSV or XLSX file it was made from."),
        (b"\x1f\x8b", "a gzip file", "Unpack it first."),
        (b"%PDF", "a PDF file", "Give the table as CSV or XLSX."),
        (b"\x7fELF", "a program", "Give a survey or its answers."),
    )
    for magic, what, remedy in known:
        if head.startswith(magic):
            raise InputError(Problem(f"this is {what}, which is not read.", remedy, file))


def _text(head: bytes, file: str) -> str:
    """Decode the beginning; a sign cut at its end is left out."""
    cut = head if len(head) < _HEAD else head[: max(head.rfind(b"\n"), 1)]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "ignore")
    try:
        return to_utf8(cut, file)[0].decode("utf-8", "ignore")
    except InputError:
        return cut.decode("utf-8", "replace")


def _package(path: Path, file: str, limits: Limits) -> FileKind:
    if path.stat().st_size > limits.file_bytes:
        raise InputError(Problem("the file is too large.", "Split it by wave, or give CSV.", file))
    data = path.read_bytes()
    package = open_archive(data, file, limits, "a workbook, or an archive as the product exports it")
    names = [part.casefold() for part in package.namelist()]
    if any(name.endswith((".lss", ".lsr")) for name in names):
        return "limesurvey_archive"
    if "[content_types].xml" in names:
        check_package(data, file, limits)
        return _workbook(data, package, file)
    tables = [part for part in package.namelist() if part.casefold().endswith((".csv", ".tsv"))]
    if len(tables) == 1:
        with package.open(tables[0]) as stream:
            kind = _table(_rows(_text(stream.read(_HEAD), file)))
        if kind == "qualtrics_answers":
            return kind
    remedy = "Give the survey or the answers themselves, unpacked."
    raise InputError(Problem("this is an archive that is not read as it is.", remedy, file))


def _workbook(data: bytes, package: zipfile.ZipFile, file: str) -> FileKind:
    """Tell a form (sheets survey and choices) from a table."""
    try:
        book = package.read("xl/workbook.xml").decode("utf-8", "ignore")
    except (KeyError, OSError, zipfile.BadZipFile, RuntimeError) as error:
        message = f"the workbook is damaged: {error}."
        raise InputError(Problem(message, "Save it again as .xlsx.", file)) from None
    sheets = {name.strip().casefold() for name in re.findall(r"<(?:\w+:)?sheet\b[^>]*\bname=\"([^\"]*)\"", book)}
    if "survey" in sheets and sheets & {"choices", "settings"}:
        return "xlsform"
    return _table(_first_rows(data))


def _first_rows(data: bytes) -> list[list[str]]:
    import warnings

    import openpyxl

    from headwater.formats.sheets import cell_text

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            try:
                page = book.worksheets[0]
                page.reset_dimensions()
                rows = page.iter_rows(max_row=3, max_col=4_000, values_only=True)
                return [[cell_text(cell) for cell in row] for row in rows]
            finally:
                book.close()
    except Exception:  # A workbook that cannot be opened is named by its reader, with the cause.
        return []


def _xml(text: str, file: str) -> FileKind:
    if "LimeSurveyDocType" in text:
        return "limesurvey_responses" if re.search(r"<LimeSurveyDocType>\s*Responses", text) else "limesurvey_survey"
    remedy = "Give a LimeSurvey structure (.lss) or archive (.lsa), or a table."
    raise InputError(Problem("this XML is no survey that is read.", remedy, file))


def _json(text: str, file: str) -> FileKind:
    if '"SurveyElements"' in text or '"SurveyEntry"' in text:
        return "qualtrics_survey"
    if text.startswith("{") and re.search(r'"(pages|elements|questions)"\s*:\s*\[', text):
        return "surveyjs_survey"
    return "json_answers"


def _rows(text: str) -> list[list[str]]:
    sample = text[:_HEAD]
    if sample[:4].casefold() == "sep=":
        sample = sample.partition("\n")[2]
    try:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=sniff_delimiter(sample))
        return [row for _, row in zip(range(3), reader, strict=False)]
    except csv.Error:
        return []


def _table(rows: Sequence[Sequence[str]]) -> FileKind:
    if not rows:
        return "table"
    header = {cell.strip("\ufeff \t").casefold().replace(" ", "_") for cell in rows[0]}
    if header >= _A11:
        return "a11"
    if len(rows) > 2 and sum(bool(_IMPORT_ID.search(cell)) for cell in rows[2]) * 2 > len(rows[0]):
        return "qualtrics_answers"
    bare = {re.sub(r"[^a-z0-9]", "", name) for name in header}
    asked = sum(is_question(cell.strip("\ufeff ")) or bool(re.match(r"Q\d", cell)) for cell in rows[0])
    if len(bare & _QUALTRICS) >= 2 and asked:
        return "qualtrics_answers"
    return "table"
