"""The log, the yearly summary and the report of a case as tagged PDF/UA-1, on US letter, set by Typst.

They hold what OSHA's forms 300, 300A and 301 ask for, under the same letters and numbers, and count as equivalent forms
(29 CFR 1904.29(b)(4)). They are in English, as the authority reads them. The same sheet gives the same bytes.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from headwater.reports.charts.lettering import covered

TEMPLATE = Path(__file__).with_name("typst") / "safety_forms.typ"


@dataclass(frozen=True, slots=True)
class FormPlace:
    """The establishment that a form is of."""

    name: str
    company: str
    street: str
    city: str
    state: str
    zip: str
    naics: str
    industry: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """One case of form 300. outcome: "G" to "J". illness: 1 to 6. away, restricted: days."""

    number: str
    name: str
    job: str
    day: str
    where: str
    what: str
    outcome: str
    away: int
    restricted: int
    illness: int


@dataclass(frozen=True, slots=True)
class LogSheet:
    """Form 300 of an establishment's year."""

    place: FormPlace
    year: int
    lines: tuple[LogLine, ...]
    made_date: date
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SummarySheet:
    """Form 300A of an establishment's year. sums: by column letter, G to L, and M1 to M6. notes: what is missing."""

    place: FormPlace
    year: int
    sums: dict[str, int]
    average_people: str
    total_hours: str
    certified_by: str
    certified_title: str
    certified_phone: str
    certified_date: str
    made_date: date
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportSheet:
    """Form 301 of a case. answers: by the number of its question, 1 to 18."""

    place: FormPlace
    number: str
    answers: dict[str, str]
    completed_by: str
    made_date: date


Sheet = LogSheet | SummarySheet | ReportSheet


def form_pdf(sheet: Sheet) -> bytes:
    """Return a form as the bytes of a PDF."""
    from headwater.reports.renderers.pdf import compiled

    kind: Literal["300", "300A", "301"] = (
        "300" if isinstance(sheet, LogSheet) else "300A" if isinstance(sheet, SummarySheet) else "301"
    )
    data = {**asdict(sheet), "form": kind, "made_date": sheet.made_date.isoformat()}
    made = sheet.made_date
    moment = int(datetime(made.year, made.month, made.day, tzinfo=UTC).timestamp())
    return compiled(TEMPLATE, data, moment=moment, own_fonts=covered(str(data)))
