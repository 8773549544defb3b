"""Writes the two upload files. Nothing is written that the checks refuse."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from headwater.formats.osha.cells import write_cell
from headwater.formats.osha.fields import CASE_HEADER, SUMMARY_HEADER
from headwater.formats.osha.reading import OshaFile, read_osha
from headwater.formats.osha.rows import CaseRow, SummaryRow
from headwater.formats.writing import replacing, safe_cell
from headwater.vocab import InputError

Rows = Sequence[SummaryRow] | Sequence[CaseRow]


def osha_csv(rows: Rows) -> bytes:
    """Return rows of one kind as the bytes of the upload: UTF-8 without a byte order mark, unchecked.

    A text that begins like a formula gets a single quote in front. Raises InputError when there is no row.
    """
    if not rows:
        raise InputError("there is nothing to upload.")
    header = SUMMARY_HEADER if isinstance(rows[0], SummaryRow) else CASE_HEADER
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        values = (write_cell(getattr(row, name)) for name in header)
        writer.writerow([safe_cell(" ".join(value.replace("\x00", "").split())) for value in values])
    return text.getvalue().encode()


def check_rows(rows: Rows, *, name: str = "upload.csv") -> OshaFile:
    """Return rows as they are read back from the file that would be written, with all that is wrong."""
    return read_osha(osha_csv(rows), name=name)


def write_osha(path: Path | str, rows: Rows) -> Path:
    """Write form 300A or case detail, checked. Atomic. Raises InputError with every error; then nothing is written."""
    target = Path(path)
    content = osha_csv(rows)
    read_osha(content, name=target.name).require()
    with replacing(target) as stream:
        stream.write(content)
    return target
