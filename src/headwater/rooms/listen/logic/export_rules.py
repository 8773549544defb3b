"""What may leave, by what was promised, and in which forms."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from headwater.vocab import Promise

RowsRule = Literal["never", "approved", "free"]

APPROVALS = 2
"""People who must approve that rows of a confidential study leave, besides whoever asked."""
OPEN_FOR = timedelta(days=7)
"""How long an approved file can be fetched."""


@dataclass(frozen=True, slots=True)
class ExportForm:
    """A form of file. ending: of its name. media_type: as it is sent."""

    title: str
    ending: str
    media_type: str


FORMS: dict[str, ExportForm] = {
    "csv": ExportForm("CSV", "csv", "text/csv; charset=utf-8"),
    "xlsx": ExportForm("Excel", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "spss": ExportForm("SPSS", "sav", "application/x-spss-sav"),
    "parquet": ExportForm("Parquet", "parquet", "application/vnd.apache.parquet"),
    "yaml": ExportForm("YAML", "yaml", "application/yaml"),
}
"""Forms in which released tables leave."""

ROW_FORMS = ("csv", "xlsx", "spss", "parquet")
"""Forms in which rows leave."""

XLSX_ROWS = 1_048_575
"""Rows below the header that a sheet can hold."""


def rows_rule(promise: Promise | str) -> RowsRule:
    """Whether rows of a study may leave: of anonymous ones never, of confidential ones when two others approve."""
    rules: dict[str, RowsRule] = {"identified": "free", "confidential": "approved"}
    return rules.get(promise, "never")


def may_approve(person: str, *, asked_by: str, approved_by: Collection[str]) -> bool:
    """Whether somebody may approve a request: not one's own, and nobody twice."""
    return person != asked_by and person not in approved_by


def is_open(approved_at: datetime | None, now: datetime) -> bool:
    """Whether an approved file can still be fetched."""
    return approved_at is not None and approved_at <= now < approved_at + OPEN_FOR


def other_cut(cut: str, earlier: Sequence[str]) -> str | None:
    """Return the cut by which rows of the same wave were given out already, when it is another one than asked for.

    Rows with one cut and the same rows with another could be laid side by side, and would carry both.
    """
    return next((one for one in earlier if one != cut), None)
