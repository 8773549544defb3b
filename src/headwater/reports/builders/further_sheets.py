"""Further sheets of the analyst workbook: response rates, internal service, injuries."""

from __future__ import annotations

from collections.abc import Sequence

from headwater.reports.builders.findings import real
from headwater.reports.document import WITHHELD, CellValue, DataColumn, DataTable
from headwater.scoring.sentences import say_injuries, say_response, say_service
from headwater.vocab import (
    INJURY_KINDS,
    Bound,
    Difference,
    Estimate,
    InjuryBook,
    ScoreBook,
    ServiceBook,
    Sureness,
    said,
    say,
)

BOUNDS = {Bound.EXACT: "", Bound.AT_LEAST: "or more", Bound.AT_MOST: "or less"}
SURE = {Sureness.TOO_CLOSE: "too close to call", Sureness.FAIRLY_SURE: "fairly sure", Sureness.SURE: "sure"}

_UNIT = DataColumn("unit", "Unit", width=26, note="Name of the unit, with all below it")
_ESTIMATE = (
    DataColumn("own", "Own", "number", note="The group's own figure, not steadied"),
    DataColumn("own_low", "Own low", "number", note="Lower end of its 95% range"),
    DataColumn("own_high", "Own high", "number", note="Upper end of its 95% range"),
    DataColumn("score", "Steadied", "number", note="Steadied toward the unit above"),
    DataColumn("low", "Low", "number", note="Lower end of its 95% range"),
    DataColumn("high", "High", "number", note="Upper end of its 95% range"),
    DataColumn("bound", "Limit", width=10, note="or more, or less: the value is a limit"),
    DataColumn("rest", "Rest of parent", "number", width=14, note="The same among the others in the unit above"),
)
_SENTENCE = DataColumn("words", "In words", width=60, note="The number as a sentence")


def compared_columns(key: str, first: str, label: str, note: str, sure: str) -> list[DataColumn]:
    """Make the columns of one comparison: the difference under `first`, its ends, and how sure."""
    low, high = said("%(label)s low", label=label), said("%(label)s high", label=label)
    return [
        DataColumn(first, label, "difference", palette=True, note=note),
        DataColumn(f"{key}_low", low, "difference", width=14, note="Lower end of its 95% range"),
        DataColumn(f"{key}_high", high, "difference", width=14, note="Upper end of its 95% range"),
        DataColumn(f"{key}_sure", said("%(label)s: how sure", label=label), width=18, note=sure),
    ]


def _difference_columns() -> tuple[DataColumn, ...]:
    found: list[DataColumn] = []
    for key, label in (("rest", said("Difference")), ("previous", said("Change")), ("benchmark", said("Benchmark"))):
        note = {"rest": "Steadied figure minus the rest of the parent", "previous": "Against the time before",
                "benchmark": "Against the benchmark"}[key]  # fmt: skip
        found += compared_columns(key, f"{key}_d", label, note, "sure (1%), fairly sure (5%), too close")
    return tuple(found)


def _told(differences: Sequence[Difference | None]) -> list[CellValue]:
    cells: list[CellValue] = []
    for one in differences:
        cells += [None] * 4 if one is None else [one.value, real(one.low), real(one.high), SURE[one.sureness]]
    return cells


def _numbers(found: Estimate) -> list[CellValue]:
    exact = found.bound is Bound.EXACT
    ends = (found.low, found.high, found.shrunken_low, found.shrunken_high)
    own_low, own_high, low, high = (real(end) if exact else None for end in ends)
    return [
        real(found.value),
        own_low,
        own_high,
        real(found.shrunken),
        low,
        high,
        BOUNDS[found.bound],
        real(found.rest_value),
        *_told((found.versus_rest, found.versus_previous, found.versus_benchmark)),
    ]


def response_sheet(book: ScoreBook, units: range) -> DataTable | None:
    """Make the sheet of response rates; None where it is not known who was invited."""
    if book.response is None:
        return None
    columns = (_UNIT, DataColumn("asked", "Asked", "integer", width=9, note="People asked, as the rate says them"),
               *_ESTIMATE, *_difference_columns(), _SENTENCE)  # fmt: skip
    rows: list[tuple[CellValue, ...]] = []
    for unit in units:
        found = book.response_rate(unit)
        name = book.tree.names[unit]
        if not isinstance(found, Estimate):
            rows.append((name, *(WITHHELD,) * (len(columns) - 2), say_response(book, unit)))
        else:
            rows.append((name, found.n, *_numbers(found), say_response(book, unit)))
    return DataTable("Response", "Answered, of those asked, in percent", columns, tuple(rows), 1)


def service_sheet(services: ServiceBook, units: range) -> DataTable | None:
    """Make the sheet of serving units by units served, for the serving units among `units`.

    A served unit stands in it where any number of it is shown for that server, and the whole always.
    """
    inside = [server for server in services.servers if services.tree.index_of[server] in units]
    if not inside:
        return None
    columns = (
        DataColumn("server", "Serving unit", width=26, note="The unit rated"),
        DataColumn("served", "Served unit", width=26, note="Whose people rate it, with all below"),
        DataColumn("what", "What", width=40, note="The scale or question"),
        DataColumn("n", "Ratings", "integer", width=9, note="People who rated; each rates a unit once"),
        *_ESTIMATE,
        *_difference_columns(),
        _SENTENCE,
    )
    rows: list[tuple[CellValue, ...]] = []
    for server in inside:
        book = services.books[services.position[server]]
        name = services.tree.names[services.tree.index_of[server]]
        for unit in range(len(book.tree)):
            if unit and not book.everybody.shown[unit].any():
                continue
            for number, column in enumerate(book.columns):
                if column.measure not in ("service", "mean"):
                    continue
                found = book.at(unit, number)
                place = (name, "All served" if unit == 0 else book.tree.names[unit], say(column.label))
                words = say_service(services, server, unit, number)
                if isinstance(found, Estimate):
                    rows.append((*place, found.n, *_numbers(found), words))
                else:
                    rows.append((*place, *(WITHHELD,) * (len(columns) - 4), words))
    return DataTable("Service", "How those served rate the units that serve them", columns, tuple(rows), 2)


def injury_sheet(injuries: InjuryBook, units: range) -> DataTable:
    """Make the sheet of injury rates, every period."""
    columns = (
        _UNIT,
        DataColumn("period", "Period", width=12, note="The period of the figures"),
        DataColumn("months", "Months", "number", 0, 8, note="Its length; a rate of less than 12 is of a partial year"),
        DataColumn("kind", "Rate", width=8, note="TRIR and DART per 200,000 hours, LTIFR per 1,000,000"),
        DataColumn("cases", "Cases", "integer", width=8, note="Cases that the rate counts"),
        DataColumn("hours", "Hours", "integer", width=12, note="Hours worked; empty where too few for a rate"),
        *(column for column in _ESTIMATE if column.key != "bound"),
        *_difference_columns(),
        _SENTENCE,
    )
    rows: list[tuple[CellValue, ...]] = []
    for period in injuries.periods:
        for unit in units:
            for kind in INJURY_KINDS:
                found = injuries.find(unit, kind, period.key)
                if found is None:
                    continue
                rows.append(
                    (
                        injuries.tree.names[unit],
                        period.key,
                        period.months,
                        kind.upper(),
                        found.cases,
                        real(found.hours),
                        *(real(part) for part in (found.rate, found.low, found.high)),
                        *(real(part) for part in (found.shrunken, found.shrunken_low, found.shrunken_high)),
                        real(found.rest_rate),
                        *_told((found.versus_rest, found.versus_previous, found.versus_benchmark)),
                        say_injuries(injuries, unit, kind, period=period.key),
                    )
                )
    return DataTable("Injuries", "Injury rates by unit and period", columns, tuple(rows), 1)
