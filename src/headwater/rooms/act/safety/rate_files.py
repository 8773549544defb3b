"""The rates as files: CSV as they are shown, and a workbook whose rates and intervals are live formulas."""

from __future__ import annotations

import csv
import io

from django.utils.translation import gettext as _

from headwater.formats.writing import safe_cell
from headwater.rooms.act.logic.injury_rates import HOURS_PER, RATE_KINDS
from headwater.rooms.act.safety.rates import RatesPage, title_of

FIRST = 5
"""The row, from 0, of the first unit."""


def rates_csv(page: RatesPage) -> bytes:
    """Return the rates as CSV, UTF-8 with a byte order mark."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    head = ["unit_id", "unit", "year", "months", "hours", "people", "missing_months", "units_with_gaps"]
    for kind in RATE_KINDS:
        head += [f"{kind}_cases", kind, f"{kind}_low", f"{kind}_high"]
    writer.writerow(head)
    for line in page.lines:
        found = line.found
        row: list[object] = [line.unit.key, line.unit.name, page.year, len(page.months), round(found.hours, 2)]
        row += [round(found.people, 1), len(found.missing_months), len(found.gaps)]
        for kind, rate in line.cells:
            row.append(found.cases[kind])
            row += ["", "", ""] if rate is None else [round(part, 4) for part in (rate.value, rate.low, rate.high)]
        writer.writerow([safe_cell(cell) for cell in row])
    return stream.getvalue().encode("utf-8-sig")


def rates_xlsx(page: RatesPage) -> bytes:
    """Return the rates as XLSX: change hours or cases, and rates and exact 95% intervals follow.

    Intervals are CHIINV formulas, which Excel and LibreOffice both know: lower chi2(.025; 2x)/2, upper
    chi2(.975; 2x + 2)/2, over the hours.
    """
    import xlsxwriter
    from xlsxwriter.utility import xl_col_to_name

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    two, whole = book.add_format({"num_format": "0.00"}), book.add_format({"num_format": "#,##0"})
    sheet = book.add_worksheet(_("Injury rates"))
    sheet.write_string(0, 0, f"{page.unit.name}, {page.year}"[:255], book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(
        1, 0, _("Rates and their exact 95% intervals are formulas: change hours or cases and they follow.")
    )
    if page.industry is not None:
        sheet.write_string(2, 0, str(safe_cell(f"{page.industry.label}: {page.industry.source}")))
    heads = [_("Unit"), _("Hours worked"), _("Months without hours"), _("Units with gaps")]
    for kind in RATE_KINDS:
        heads += [f"{title_of(kind)}: {words}" for words in (_("cases"), _("rate"), _("low"), _("high"))]
    for column, head in enumerate(heads):
        sheet.write_string(FIRST - 1, column, head, bold)
    for place, line in enumerate(page.lines, FIRST):
        sheet.write_string(place, 0, str(safe_cell(line.unit.name)))
        sheet.write_number(place, 1, line.found.hours, whole)
        sheet.write_number(place, 2, len(line.found.missing_months))
        sheet.write_number(place, 3, len(line.found.gaps))
        for number, (kind, rate) in enumerate(line.cells):
            at = 4 + 4 * number
            cases, hours = f"{xl_col_to_name(at)}{place + 1}", f"$B{place + 1}"
            sheet.write_number(place, at, line.found.cases[kind])
            unit = f"{HOURS_PER[kind]}/{hours}"
            formulas = (
                f'=IF({hours}>0,{cases}*{unit},"")',
                f'=IF({hours}>0,IF({cases}=0,0,CHIINV(0.975,2*{cases})/2*{unit}),"")',
                f'=IF({hours}>0,CHIINV(0.025,2*{cases}+2)/2*{unit},"")',
            )
            values = ("", "", "") if rate is None else (rate.value, rate.low, rate.high)
            for step, (formula, value) in enumerate(zip(formulas, values, strict=True), 1):
                sheet.write_formula(place, at + step, formula, two, value)
    _industry_row(page, sheet, FIRST + len(page.lines) + 1, two)
    sheet.freeze_panes(FIRST, 1)
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 4 + 4 * len(RATE_KINDS), 13)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    book.close()
    return stream.getvalue()


def _industry_row(page: RatesPage, sheet: object, row: int, two: object) -> None:
    if page.industry is None:
        return
    write_string, write_number = sheet.write_string, sheet.write_number  # type: ignore[attr-defined]
    write_string(row, 0, str(safe_cell(page.industry.label)))
    for number, kind in enumerate(RATE_KINDS):
        rate = getattr(page.industry, kind)
        if rate is not None:
            write_number(row, 5 + 4 * number, rate, two)
