"""Forms 300, 300A and 301: tagged PDF on US letter, the same bytes for a sheet, never set from what people write."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from tests.golden.test_pdf import opened

from headwater.reports.renderers.safety_forms import (
    FormPlace,
    LogLine,
    LogSheet,
    ReportSheet,
    Sheet,
    SummarySheet,
    form_pdf,
)

PLACE = FormPlace("Works, North", "Works Ltd", "1 Mill Lane", "Akron", "OH", "04430", "332710", "Machine shops")
LINE = LogLine("2025-001", "Per North", "Fitter", "03/04/2025", "Hall 2", 'Cut #set page() "x" $', "H", 5, 3, 1)
MADE = date(2026, 1, 20)
LOG = LogSheet(PLACE, 2025, (LINE, replace(LINE, number="2025-002", name="privacy case", outcome="J", away=0)), MADE)
SUMS = dict.fromkeys(("G", "H", "I", "J", "K", "L", "M1", "M2", "M3", "M4", "M5", "M6"), 0) | {"H": 1, "K": 5, "M1": 1}
SUMMARY = SummarySheet(PLACE, 2025, SUMS, "52", "98,320", "Ada Top", "Chief executive", "", "", MADE, ("Part.",))
REPORT = ReportSheet(PLACE, "2025-001", {"1": "Per North", "15": "[link](http://x) 日本"}, "Sol Safety", MADE)


@pytest.mark.parametrize(("sheet", "size"), [(LOG, "792 612"), (SUMMARY, "792 612"), (REPORT, "612 792")])
def test_forms_are_tagged_and_on_us_letter(sheet: Sheet, size: str) -> None:
    made = form_pdf(sheet)
    assert made == form_pdf(sheet)
    inside = opened(made)
    assert b"/MarkInfo" in inside
    assert b"/StructTreeRoot" in inside
    assert re.search(rb"/MediaBox\s*\[\s*0 0 " + size.encode().replace(b" ", rb"\s+") + rb"\s*\]", inside)


def test_a_log_repeats_its_head_on_every_page_and_a_year_without_cases_says_so() -> None:
    many = replace(LOG, lines=tuple(replace(LINE, number=f"2025-{number:03d}") for number in range(1, 41)))
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", opened(form_pdf(many)))) > 1
    empty = form_pdf(replace(LOG, lines=()))
    assert empty.startswith(b"%PDF")
    assert empty != form_pdf(LOG)


def test_tables_have_heads_for_who_listens() -> None:
    for sheet in (LOG, SUMMARY):
        inside = opened(form_pdf(sheet))
        assert b"/TH" in inside
        assert b"/Table" in inside
