"""The analyst workbook: every released number of a unit and all units below it, with live differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from headwater.reports import wording
from headwater.reports.brand import Brand
from headwater.reports.builders import pages
from headwater.reports.builders.findings import by_score, dots, findings_of, real, same_axis, score_columns
from headwater.reports.builders.further_sheets import compared_columns, injury_sheet, response_sheet, service_sheet
from headwater.reports.document import (
    WITHHELD,
    Block,
    CellValue,
    DataColumn,
    DataTable,
    Diverging,
    DivergingRow,
    Document,
    Section,
)
from headwater.vocab import (
    WITHHELD_REASON,
    Bound,
    Difference,
    Estimate,
    InjuryBook,
    Panel,
    ScoreBook,
    ServiceBook,
    said,
    say,
)

CHART_ROWS = 12
_BOUNDS = {Bound.EXACT: "", Bound.AT_LEAST: "or more", Bound.AT_MOST: "or less"}
_SURE = ("too close to call", "fairly sure", "sure")

_PLACE = (
    DataColumn("unit", "Unit", width=26, note="Name of the unit"),
    DataColumn("path", "Path", width=34, note="The units above it, from the top"),
    DataColumn("depth", "Level", "integer", width=7, note="0 is the top of the organisation"),
    DataColumn("cut", "Group", width=16, note="Everybody, or one level of a cut"),
    DataColumn("lens", "Lens", width=9, note="lx being led, ex working here, cx being served, service, result"),
    DataColumn("scale", "Scale", width=24, note="What was measured"),
    DataColumn("measure", "Measure", width=16, note="How the answers became a number"),
)
_NUMBERS = (
    DataColumn("n", "Answers", "integer", width=9, note="People behind the number"),
    DataColumn("own", "Own answers", "number", note="The group's own answers, not steadied"),
    DataColumn("own_low", "Own low", "number", note="Lower end of their 95% range"),
    DataColumn("own_high", "Own high", "number", note="Upper end of their 95% range"),
    DataColumn("score", "Score", "number", note="Steadied toward the unit above: what reports show"),
    DataColumn("low", "Low", "number", note="Lower end of its 95% range"),
    DataColumn("high", "High", "number", note="Upper end of its 95% range"),
    DataColumn("half", "Half range", "number", formula="({high}-{low})/2", note="Half the width of the 95% range"),
    DataColumn(
        "bound", "Limit", width=10, note="or more, or less: nearly all answers are alike and the value is a limit"
    ),
)
_AGAINST = (
    DataColumn("rest", "Rest of parent", "number", width=14, note="The same among the others in the unit above"),
    DataColumn("difference", "Difference", "difference", palette=True, note="Score minus the rest of the parent"),
    DataColumn("d_low", "Difference low", "difference", width=14, note="Lower end of its 95% range"),
    DataColumn("d_high", "Difference high", "difference", width=14, note="Upper end of its 95% range"),
    DataColumn("p", "Adjusted p", "number", 4, note="Benjamini and Hochberg over the wave"),
    DataColumn("sure", "How sure", width=16, note="sure (1%), fairly sure (5%), too close to call"),
)


def _against(rows: Sequence[tuple[CellValue, ...]]) -> tuple[DataColumn, ...]:
    """Make the difference a live formula of the columns it is the difference of, checked on every row."""
    first = len(_PLACE)
    for key, at, note in (("score", 2, said("Score")), ("own", 1, said("Own answers"))):
        numbers = [
            (row[first + at], row[first + 3], row[first + 4])
            for row in rows
            if all(isinstance(row[first + place], float) for place in (at, 3, 4))
        ]
        if numbers and all(
            isinstance(one, float)
            and isinstance(rest, float)
            and isinstance(size, float)
            and abs(one - rest - size) < 1e-9
            for one, rest, size in numbers
        ):
            live = replace(
                _AGAINST[1],
                formula=f"{{{key}}}-{{rest}}",
                note=said("%(note)s minus the rest of the parent", note=note),
            )
            return (_AGAINST[0], live, *_AGAINST[2:])
    return _AGAINST


def analyst_workbook(
    book: ScoreBook,
    unit: str | int,
    brand: Brand,
    *,
    people: Mapping[str, str] | None = None,
    river: object = None,
    answer_labels: tuple[str, ...] = (),
    services: ServiceBook | None = None,
    injuries: InjuryBook | None = None,
) -> Document:
    """Make the workbook of a unit and all units below it: released numbers only, withheld ones marked as such.

    Sheets: Overview with a chart, Scores, Differences, Items, Answers where there are shares, Response, Service and
    Injuries where there are any, and how it was made.
    people and river are taken so that all reports are called alike; leaders are not named here. Raises KeyError for an
    unknown unit.
    """
    row = book.tree.index_of[unit] if isinstance(unit, str) else unit
    name = book.tree.names[row]
    units = range(row, row + int(book.tree.size[row]))
    scales = score_columns(book)
    items = [at for at, column in enumerate(book.columns) if at not in scales]
    sections = [_overview(book, row, answer_labels)]
    scores = DataTable(
        "Scores",
        said("Scores of %(name)s and all below", name=name),
        (*_PLACE, *_NUMBERS),
        tuple(_score_rows(book, units, scales)),
        1,
    )
    apart = _difference_rows(book, units, scales)
    differences = DataTable(
        "Differences",
        "Differences from the rest of the parent, the wave before, a benchmark",
        (*_PLACE, _NUMBERS[0], _NUMBERS[1], _NUMBERS[4], *_against(apart), *_kinds(book)),
        tuple(apart),
        1,
    )
    sections += [_sheet(scores, "Every score"), _sheet(differences, "Every difference")]
    if items:
        questions = DataTable(
            "Items",
            said("Single questions of %(name)s and all below", name=name),
            (*_PLACE, *_NUMBERS),
            tuple(_score_rows(book, units, items)),
            1,
        )
        sections.append(_sheet(questions, "Every question"))
    shares = _share_table(book, units)
    if shares is not None:
        sections.append(_sheet(shares, "How people answered, in percent"))
    further = (
        (response_sheet(book, units), "Who answered"),
        (None if services is None else service_sheet(services, units), "Who serves whom"),
        (None if injuries is None else injury_sheet(injuries, units), "Injuries"),
    )
    sections += [_sheet(table, kicker) for table, kicker in further if table is not None]
    sections.append(pages.made_page(book))
    return pages.document(
        book,
        brand,
        kind="workbook",
        key=book.tree.ids[row],
        title=said("%(name)s: every released number of %(title)s", name=name, title=book.wave.title),
        subtitle=said(
            "%(units)s units. %(reason)s is said where a number is kept back.",
            units=len(units),
            reason=said(WITHHELD_REASON),
        ),
        audience="analysts",
        sections=sections,
    )


def _sheet(table: DataTable, kicker: str) -> Section:
    return Section(table.title, (table,), kicker)


def _overview(book: ScoreBook, row: int, labels: tuple[str, ...]) -> Section:
    """The unit's own scores as a chart; for a unit that is not shown, what is nearest."""
    shown = book.nearest_shown(row)
    if shown is None:
        return Section(
            "These answers are kept safe by not being shown", (pages.unit_note(book, row, None),), "Overview"
        )
    blocks: list[Block] = [] if shown == row else [pages.unit_note(book, row, shown)]
    findings = [one for one in findings_of(book, shown) if one.estimate is not None]
    for group in same_axis(findings):
        blocks.append(
            dots(book, shown, by_score(group)[:CHART_ROWS], said("Scores of %(name)s", name=book.tree.names[shown]))
        )
    answers = [
        (column, percents)
        for column in book.columns
        if column.role == "item" and (percents := book.shares.of(shown, column.subject)) is not None
    ]
    if answers:
        points = len(answers[0][1])
        told = labels if len(labels) == points else tuple(str(code) for code in range(1, points + 1))
        rows = {
            say(column.label): DivergingRow(say(column.label), tuple(map(float, percents)))
            for column, percents in answers
            if len(percents) == points
        }
        title = said("Answers of %(name)s", name=book.tree.names[shown])
        blocks.append(Diverging(title, "Shares of each answer, in percent.", told, tuple(rows.values())[:CHART_ROWS]))
    return Section(said("Scores of %(name)s", name=book.tree.names[shown]), tuple(blocks), "Overview")


def _kinds(book: ScoreBook) -> list[DataColumn]:
    columns: list[DataColumn] = []
    for kind, word in (
        ("previous", book.previous_wave and said("Change")),
        ("benchmark", book.benchmark and said("Benchmark")),
    ):
        if word:
            note = said("Against %(other)s", other=book.previous_wave if kind == "previous" else book.benchmark)
            columns += compared_columns(kind, kind, word, note, "As for the difference")
    return columns


def _groups(book: ScoreBook, units: range) -> list[tuple[Panel, int, tuple[CellValue, ...]]]:
    """Every (panel, unit) with its place in words; panels of cuts only where they hold the unit."""
    found: list[tuple[Panel, int, tuple[CellValue, ...]]] = []
    for unit in units:
        path = " / ".join(book.tree.names[above] for above in book.tree.path(unit)[:-1])
        for panel in book.panels:
            if panel.position(unit) < 0:
                continue
            group = f"{panel.cut}: {panel.level}" if panel.cut else said("Everybody")
            found.append((panel, unit, (book.tree.names[unit], path, int(book.tree.depth[unit]), group)))
    return found


def _what(book: ScoreBook, number: int) -> tuple[CellValue, ...]:
    column = book.columns[number]
    return str(column.lens), say(column.label), column.measure


def _score_rows(book: ScoreBook, units: range, numbers: Sequence[int]) -> list[tuple[CellValue, ...]]:
    rows = []
    for panel, unit, place in _groups(book, units):
        for number in numbers:
            found = book.at(unit, number, panel)
            if not isinstance(found, Estimate):
                rows.append((*place, *_what(book, number), *(WITHHELD,) * len(_NUMBERS)))
                continue
            exact = found.bound is Bound.EXACT
            low, high = (real(found.shrunken_low), real(found.shrunken_high)) if exact else (None, None)
            rows.append(
                (
                    *place,
                    *_what(book, number),
                    found.n,
                    real(found.value),
                    real(found.low) if exact else None,
                    real(found.high) if exact else None,
                    real(found.shrunken),
                    low,
                    high,
                    None if low is None or high is None else (high - low) / 2,
                    _BOUNDS[found.bound],
                )
            )
    return rows


def _difference_rows(book: ScoreBook, units: range, numbers: Sequence[int]) -> list[tuple[CellValue, ...]]:
    further = [kind for kind, given in (("previous", book.previous_wave), ("benchmark", book.benchmark)) if given]
    wide = 3 + len(_AGAINST) + 4 * len(further)
    rows: list[tuple[CellValue, ...]] = []
    for panel, unit, place in _groups(book, units):
        for number in numbers:
            found = book.at(unit, number, panel)
            if not isinstance(found, Estimate):
                rows.append((*place, *_what(book, number), *(WITHHELD,) * wide))
                continue
            # A limit is not a number to reckon with: it stands as words, so that no formula takes it for a score.
            limit = said(_BOUNDS[found.bound])
            told = f"{wording.figure(found.shrunken, wording.decimals_of(book.columns[number]))} {limit}"
            own, score = (told, told) if limit else (real(found.value), real(found.shrunken))
            against = found.versus_rest
            numbers_: list[CellValue] = [found.n, own, score, real(found.rest_value)]
            numbers_ += [None if against is None else against.value, *_ends(against)]
            numbers_ += [None if against is None else real(against.p_adjusted), _sure(against)]
            for kind in further:
                other = found.versus_previous if kind == "previous" else found.versus_benchmark
                numbers_ += [None if other is None else other.value, *_ends(other), _sure(other)]
            rows.append((*place, *_what(book, number), *numbers_))
    return rows


def _ends(found: Difference | None) -> tuple[CellValue, CellValue]:
    return (None, None) if found is None else (real(found.low), real(found.high))


def _sure(found: Difference | None) -> CellValue:
    return None if found is None else _SURE[int(found.sureness)]


def _share_table(book: ScoreBook, units: range) -> DataTable | None:
    """Whole percents of every answer, for units that may show them; the shares are checked by a live sum."""
    subjects = [column for column in book.columns if column.subject in book.shares.subjects]
    named = {column.subject: say(column.label) for column in subjects}
    widest = max(
        (int(book.shares.offsets[at + 1] - book.shares.offsets[at]) for at in range(len(book.shares.subjects))),
        default=0,
    )
    rows: list[tuple[CellValue, ...]] = []
    for unit in units:
        for subject in book.shares.subjects:
            percents = book.shares.of(unit, subject)
            if percents is None:
                continue
            cells = [float(part) for part in percents] + [None] * (widest - len(percents))
            rows.append((book.tree.names[unit], named.get(subject, subject), *cells, float(percents.sum())))
    if not rows:
        return None
    keys = [f"a{at}" for at in range(1, widest + 1)]
    columns = [
        DataColumn("unit", "Unit", width=26, note="Name of the unit"),
        DataColumn("item", "Question", width=40, note="The question"),
    ]
    columns += [
        DataColumn(
            key, said("Answer %(at)s", at=at), "percent", 0, 10, note="Whole percents, least favourable answer first"
        )
        for at, key in enumerate(keys, 1)
    ]
    total = "+".join(f"{{{key}}}" for key in keys)
    columns.append(DataColumn("sum", "Sum", "percent", 0, 8, formula=total, note="100, but for rounding"))
    return DataTable("Answers", "How people answered, in percent", tuple(columns), tuple(rows), 2)
