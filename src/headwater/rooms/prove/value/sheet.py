"""A value case as a workbook that works itself out: inputs, calculation, sensitivities, draws, limits."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from headwater.formats.writing import safe_cell
from headwater.rooms.prove.logic.value_lines import UnitOf
from headwater.rooms.prove.value import words
from headwater.rooms.prove.value.building import Content
from headwater.rooms.prove.value.links import Link
from headwater.rooms.prove.value.queries import CasePage
from headwater.rooms.prove.value.sheet_cells import FULL_YEARS, NPV, Cells, Formula

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
MONEY, COUNT, PLAIN = "#,##0;[Red]-#,##0", "#,##0.##", "0.00"


def case_workbook(page: CasePage) -> bytes:
    """Return the workbook of a version. Raises ValueError for one that cannot be worked out."""
    import xlsxwriter

    if page.result is None:
        raise ValueError("figures are missing")
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, OPTIONS)
    book.set_properties({"title": page.case.title, "comments": page.version.inputs_hash})
    Writer(book, page).write()
    book.close()
    return stream.getvalue()


class Writer:
    """Writes the sheets of one case."""

    def __init__(self, book: Any, page: CasePage) -> None:
        """Take the workbook and what the page shows."""
        assert page.result is not None
        self.book, self.page, self.result = book, page, page.result
        self.content: Content = page.content
        self.cells = Cells(page.content, page.result)
        self.names = words.names_by_key(page.content)
        self.horizon = self.cells.case.horizon
        self._formats: dict[str, Any] = {}
        titles = [_("Summary"), _("Inputs"), _("Calculation"), _("Sensitivities"), _("Draws"), _("Limits")]
        self.summary, self.inputs, self.sums, self.effects, self.draws, self.limits = (
            book.add_worksheet(title[:31]) for title in titles
        )
        for sheet in (self.summary, self.inputs, self.sums, self.effects, self.draws, self.limits):
            sheet.hide_gridlines(2)
            sheet.set_paper(9)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)

    def write(self) -> None:
        """Write every sheet."""
        self._inputs()
        self._calculation()
        self._sensitivities()
        self._summary()
        self._draws()
        self._limits()

    def _format(self, numbers: str = "", **more: Any) -> Any:
        key = f"{numbers}|{sorted(more.items())}"
        if key not in self._formats:
            values = {"valign": "top", **({"num_format": numbers} if numbers else {}), **more}
            self._formats[key] = self.book.add_format(values)
        return self._formats[key]

    def _text(self, sheet: Any, row: int, column: int, value: str, **more: Any) -> None:
        sheet.write_string(row, column, str(safe_cell(value)), self._format(text_wrap=True, **more))

    def _note(self, sheet: Any, value: str, **more: Any) -> None:
        """What a sheet is, on its first row, over as many columns as it takes."""
        sheet.write_string(0, 0, str(safe_cell(value)), self._format(**more))

    def _head(self, sheet: Any, row: int, header: Sequence[str]) -> None:
        sheet.set_row(row, 32)
        for column, name in enumerate(header):
            self._text(sheet, row, column, name, bold=True, bottom=1)

    def _formula(self, sheet: Any, row: int, column: int, formula: Formula, numbers: str, **more: Any) -> None:
        if not formula.text:
            shown = formula.value
            if isinstance(shown, str):
                self._text(sheet, row, column, shown)
            else:
                sheet.write_number(row, column, shown, self._format(numbers, **more))
            return
        sheet.write_formula(row, column, formula.text, self._format(numbers, **more), formula.value)

    def _numbers(self, key: str) -> str:
        unit: UnitOf | None = next((one.quantity.unit for one in self.content.slots if one.key == key), None)
        if unit == "percent":
            return "0.0%"
        return PLAIN if unit in (None, "sd", "hours", "days", "years") else COUNT

    def _inputs(self) -> None:
        sheet, slots = self.inputs, {slot.key: slot for slot in self.content.slots}
        links: dict[str, Link] = {link.key: link for link in self.content.links.values()}
        self._note(sheet, _("Change a likely figure: every sheet but the draws works itself out again."))
        header = (
            _("Figure"), _("Low"), _("Likely"), _("High"), _("Unit"), _("Distribution"), _("Source"), _("Of which day"),
            _("Name of the cell"),
        )  # fmt: skip
        self._head(sheet, 2, header)
        for row, (key, named) in enumerate(self.cells.named.items(), 3):
            value, slot = named.factor.value, slots.get(key)
            numbers = self._numbers(key)
            self._text(sheet, row, 0, self.names[key])
            for column, typed in enumerate((value.low, value.likely, value.high), 1):
                more = {"bg_color": "#E6F0EF"} if column == 2 else {}
                sheet.write_number(row, column, named.of(typed), self._format(numbers, **more))
            self.book.define_name(named.name, f"='{sheet.get_name()}'!$C${row + 1}")
            unit = self.page.case.currency if slot is not None and slot.quantity.unit == "money" else ""
            if slot is not None and not unit:
                unit = str(words.UNITS[slot.quantity.unit])
            kept = None if slot is None else slot.kept
            source = kept.source if kept is not None else f"{links[key].design}. {links[key].source}"
            day = f"{kept.source_date:%Y-%m-%d}" if kept is not None and kept.source_date is not None else ""
            shape = value.shape if kept is None else str(kept.Shape(kept.shape).label)
            sheet.set_row(row, 16 * (1 + max(len(source) // 50, len(self.names[key]) // 44)))
            for column, text in ((4, unit), (5, shape), (6, source), (7, day), (8, named.name)):
                self._text(sheet, row, column, text, indent=1)
        sheet.freeze_panes(3, 1)
        for first, last, wide in ((0, 0, 46), (1, 3, 14), (4, 4, 12), (5, 5, 22), (6, 6, 52), (7, 7, 12), (8, 8, 20)):
            sheet.set_column(first, last, wide)

    def _range(self, row: int) -> str:
        """The cells of all years in a row of the calculation."""
        from xlsxwriter.utility import xl_col_to_name

        last = xl_col_to_name(2 + self.horizon)
        return f"'{self.sums.get_name()}'!$C${row + 1}:${last}${row + 1}"

    def _calculation(self) -> None:
        from xlsxwriter.utility import xl_rowcol_to_cell as cell

        sheet, case, years = self.sums, self.cells.case, range(self.horizon + 1)
        self._note(sheet, _("In %(currency)s. Year 0 is before the start; years count at their end.") % {
            "currency": self.page.case.currency})  # fmt: skip
        self._head(sheet, 2, (_("Year"), _("A year at full effect")))
        for year in years:
            sheet.write_number(2, 2 + year, year, self._format("0", bold=True, bottom=1))
        self.year_row, self.reached_row, self.discount_row = 2, 3, 4
        first = 6
        total, cost, net = first + len(case.lines), first + len(case.lines) + 1, first + len(case.lines) + 2
        present, running, crossing = net + 1, net + 2, net + 3
        self.net_row, answer = net, crossing + 2
        labels = {
            self.reached_row: _("Part of the full effect that is there"),
            self.discount_row: _("Worth today of one unit of money"),
            total: _("Benefits"), cost: _("Costs of the programme"), net: _("Net"), present: _("Net, worth today"),
            running: _("Worth today, added up"), crossing: _("Crosses nought in year"),
        }  # fmt: skip
        for row, label in labels.items():
            self._text(sheet, row, 0, label, bold=row in (total, net))
        for place in range(len(case.lines)):
            self._text(sheet, first + place, 0, str(self.content.lines[place]))
            self._formula(sheet, first + place, 1, self.cells.full_effect(place), MONEY)
        summed = 0.0
        for year in years:
            at = 2 + year
            reached, worth = self.cells.reached(year), self.cells.discounted(year)
            self._formula(sheet, self.reached_row, at, reached, "0.0%")
            self._formula(sheet, self.discount_row, at, worth, "0.0000")
            for place in range(len(case.lines)):
                full = cell(first + place, 1, col_abs=True)
                text = f"={full}*{cell(self.reached_row, at)}"
                self._formula(sheet, first + place, at, Formula(text, self.result.benefits[place][year]), MONEY)
            gained = sum(line[year] for line in self.result.benefits)
            self._formula(sheet, total, at, Formula(f"=SUM({cell(first, at)}:{cell(total - 1, at)})", gained), MONEY)
            named = self.cells.named[case.costs[year].key].name
            self._formula(sheet, cost, at, Formula(f"={named}", self.result.costs[year]), MONEY)
            text = f"={cell(total, at)}-{cell(cost, at)}"
            self._formula(sheet, net, at, Formula(text, self.result.net[year]), MONEY, bold=True)
            now = self.result.net[year] * float(worth.value)
            text = f"={cell(net, at)}*{cell(self.discount_row, at)}"
            self._formula(sheet, present, at, Formula(text, now), MONEY)
            before, summed = summed, summed + now
            text = f"={cell(present, at)}" + ("" if year == 0 else f"+{cell(running, at - 1)}")
            self._formula(sheet, running, at, Formula(text, summed), MONEY)
            if year:
                self._crossing(crossing, running, at, year, before, summed)
        rows = {
            answer: (NPV, _("Net present value"), f"=SUM({self._range(present)})", self.result.base, MONEY),
            answer + 1: (
                FULL_YEARS, _("Years of full effect, worth today"),
                f"=SUMPRODUCT({self._range(self.reached_row)},{self._range(self.discount_row)})", self.cells.annuity,
                "0.0000",
            ),
            answer + 2: ("payback", _("Payback, years"), self._payback(crossing, running), self._paid(), PLAIN),
        }  # fmt: skip
        for row, (name, label, text, value, numbers) in rows.items():
            self._text(sheet, row, 0, label, bold=True)
            self._formula(sheet, row, 1, Formula(text, value), numbers, bold=True, top=1)
            self.book.define_name(name, f"='{sheet.get_name()}'!$B${row + 1}")
        sheet.freeze_panes(3, 1)
        sheet.set_column(0, 0, 46)
        sheet.set_column(1, 2 + self.horizon, 16)

    def _crossing(self, row: int, running: int, at: int, year: int, before: float, now: float) -> None:
        from xlsxwriter.utility import xl_rowcol_to_cell as cell

        one, other = cell(running, at - 1), cell(running, at)
        text = f'=IF(AND({one}<0,{other}>=0),{year - 1}-{one}/({other}-{one}),"")'
        value: float | str = year - 1 - before / (now - before) if before < 0 <= now else ""
        self._formula(self.sums, row, at, Formula(text, value), PLAIN)

    def _payback(self, crossing: int, running: int) -> str:
        from xlsxwriter.utility import xl_rowcol_to_cell as cell

        last, found = cell(running, 2 + self.horizon), self._range(crossing)
        return f'=IF({last}<0,"{self._never()}",IF(COUNT({found})=0,0,MAX({found})))'

    def _never(self) -> str:
        return _("not within the horizon").replace('"', "'")

    def _paid(self) -> float | str:
        return self._never() if self.result.payback is None else self.result.payback

    def _sensitivities(self) -> None:
        sheet = self.effects
        note = _("One figure at a time, all others at likely. The last column and break-even of the build-up are from "
                 "Headwater; everything else is live.")  # fmt: skip
        self._note(sheet, note)
        header = (
            _("Figure"), _("Low"), _("Likely"), _("High"), _("For one more of it"), _("Net present value at low"),
            _("Net present value at high"), _("Swing"), _("Break-even"), _("Share of the spread"),
        )  # fmt: skip
        self._head(sheet, 2, header)
        places = {key: row for row, key in enumerate(self.cells.named, 4)}
        rows = {swing.key: row for row, swing in enumerate(self.result.swings, 4)}
        made = self.cells.sensitivities(
            rows, self._range(self.net_row), self._range(self.year_row), self._range(self.discount_row)
        )
        source = self.inputs.get_name()
        for row, (one, swing) in enumerate(zip(made, self.result.swings, strict=True), 3):
            value, numbers = one.named.factor.value, self._numbers(swing.key)
            self._text(sheet, row, 0, self.names[swing.key])
            for column, typed in enumerate((value.low, value.likely, value.high), 1):
                text = f"='{source}'!${'ABCD'[column]}${places[swing.key]}"
                self._formula(sheet, row, column, Formula(text, one.named.of(typed)), numbers)
            if one.slope is not None:
                self._formula(sheet, row, 4, one.slope, "#,##0.00;-#,##0.00")
            for column, formula in ((5, one.at_low), (6, one.at_high), (7, one.swing)):
                self._formula(sheet, row, column, formula, MONEY)
            self._formula(sheet, row, 8, one.even, numbers)
            sheet.write_number(row, 9, swing.share, self._format("0%"))
        sheet.freeze_panes(3, 1)
        sheet.set_column(0, 0, 46)
        sheet.set_column(1, 9, 15)

    def _summary(self) -> None:
        sheet, currency = self.summary, self.page.case.currency
        sheet.set_row(0, 26)
        self._note(sheet, self.page.case.title, bold=True, font_size=16)
        state = (
            _("Draft: not presented") if self.page.version.is_draft
            else _("Version %(n)s, presented on %(day)s") % {
                "n": self.page.version.number, "day": words.presented_day(self.page.version)}
        )  # fmt: skip
        self._text(sheet, 1, 0, state)
        for row, sentence in enumerate((self.page.headline, *self.page.sentences), 3):
            self._text(sheet, row, 0, sentence)
        row = 5 + len(self.page.sentences)
        live: tuple[tuple[str, Formula, str], ...] = (
            (
                _("Net present value, %(currency)s") % {"currency": currency},
                Formula(f"={NPV}", self.result.base),
                MONEY,
            ),
            (_("Payback, years"), Formula("=payback", self._paid()), PLAIN),
        )
        self._text(sheet, row, 0, _("Live, from the other sheets"), bold=True, bottom=1)
        for label, formula, numbers in live:
            row += 1
            self._text(sheet, row, 0, label)
            self._formula(sheet, row, 1, formula, numbers, bold=True)
        if self.page.doubts:
            row += 2
            self._text(sheet, row, 0, _("May be counted twice"), bold=True, bottom=1)
            for doubt in self.page.doubts:
                row += 1
                self._text(sheet, row, 0, doubt)
        sheet.set_column(0, 0, 100)
        sheet.set_column(1, 1, 24)

    def _draws(self) -> None:
        sheet, result = self.draws, self.result
        words_of_it = _("Not live: %(draws)s draws of all figures at once, made by Headwater with seed %(seed)s.") % {
            "draws": f"{result.draws:,}", "seed": result.seed}  # fmt: skip
        self._note(sheet, words_of_it)
        self._head(sheet, 2, (_("Net present value"), self.page.case.currency))
        rows = [(_("%(place)s%% of the draws lie below") % {"place": place}, value)
                for place, value in result.percentiles.items()]  # fmt: skip
        rows += [(_("Mean"), result.mean), (_("Base case"), result.base)]
        for row, (label, value) in enumerate(rows, 3):
            self._text(sheet, row, 0, label)
            sheet.write_number(row, 1, value, self._format(MONEY))
        row = 4 + len(rows)
        self._text(sheet, row - 1, 0, _("Chance of paying back within the horizon"))
        sheet.write_number(row - 1, 1, result.pays_back, self._format("0.0%"))
        self._head(sheet, row + 1, (_("From"), _("To"), _("Share of the draws")))
        start = row + 2
        bins = list(zip(result.edges, result.edges[1:], result.shares, strict=False))
        for at, (low, high, share) in enumerate(bins, start):
            sheet.write_number(at, 0, low, self._format(MONEY, align="right"))
            sheet.write_number(at, 1, high, self._format(MONEY))
            sheet.write_number(at, 2, share, self._format("0.0%"))
        chart = self.book.add_chart({"type": "column"})
        name, last = sheet.get_name(), start + len(bins) - 1
        chart.add_series(
            {
                "name": _("Share of the draws"),
                "categories": [name, start, 0, last, 0],
                "values": [name, start, 2, last, 2],
                "gap": 8,
                "fill": {"color": "#1F6F6B"},
            }
        )
        chart.set_legend({"none": True})
        chart.set_title({"name": _("How net present value may come out"), "name_font": {"size": 12}})
        chart.set_x_axis({"num_format": "#,##0", "num_font": {"rotation": -45, "size": 8}})
        chart.set_y_axis({"num_format": "0%", "major_gridlines": {"visible": True, "line": {"color": "#DDDDDD"}}})
        chart.set_size({"width": 720, "height": 360})
        sheet.insert_chart(2, 4, chart, {"description": _("Each bar counts draws. Those left of nought lose money.")})
        sheet.set_column(0, 0, 40)
        sheet.set_column(1, 2, 18)

    def _limits(self) -> None:
        sheet, making = self.limits, self.page.making
        assert making is not None
        lines = [
            *(str(one) for one in making.limits), str(making.method), str(making.formula), str(making.n),
            *(str(one) for one in making.sources),
            *(block.link_words for block in self.page.lines if block.link_words),
        ]  # fmt: skip
        if self.page.version.inputs_hash:
            lines.append(f"{_('Hash of the inputs')}: {self.page.version.inputs_hash}")
        for row, line in enumerate(lines):
            sheet.set_row(row, 16 * (1 + len(line) // 110))
            self._text(sheet, row, 0, line)
        sheet.set_column(0, 0, 120)
