"""Whatever the bytes, a reader gives a result or an InputError: never another exception, never a hang."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.formats.answers import AnswerImport, read_answers
from headwater.formats.distributions import DistributionImport, read_distributions
from headwater.formats.organisation import read_organisation
from headwater.formats.reading import Table, read_table
from headwater.formats.unit_periods import UnitPeriodsImport, read_unit_periods
from headwater.org import Organisation
from headwater.vocab import InputError, Problem

QUIET = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CELL = st.one_of(
    st.sampled_from(["", "1", "2", "5", "9", "d1", "d2", "NA", "1,5", "2.5", "x", "2021", "-", "'", "\x0b", "é"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6),
)


def attempt(function: Any, *args: Any) -> Any:
    problems: tuple[Problem, ...] = (Problem("none"),)
    found = None
    try:
        found = function(*args)
    except InputError as error:
        problems = error.problems
    assert problems
    assert all(problem.message for problem in problems)
    return found


def book() -> bytes:
    made = openpyxl.Workbook()
    for row in (["unit", "q1"], ["d1", 1], ["d2", "=1+1"], ["d3", 2.5]):
        made.active.append(row)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


BOOK = book()


@given(st.binary(max_size=200))
@QUIET
def test_any_bytes(data: bytes) -> None:
    found = attempt(read_table, data)
    assert found is None or (isinstance(found, Table) and len(found) > 0)


@given(st.text(st.sampled_from('ab1,;\t|"\n\r é'), max_size=60), st.sampled_from(["utf-8", "cp1252", "utf-16"]))
@QUIET
def test_any_text_keeps_its_rows(text: str, encoding: str) -> None:
    found = attempt(read_table, text.encode(encoding))
    if found is not None:
        assert len(found.rows) == len(found[found.header[0]].codes) > 0
        assert (found.rows[1:] > found.rows[:-1]).all()


@given(st.integers(0, len(BOOK) - 1), st.integers(0, 255), st.integers(0, len(BOOK)))
@settings(max_examples=150, deadline=None)
def test_any_damage_to_a_workbook(place: int, value: int, end: int) -> None:
    data = bytearray(BOOK)
    data[place] = value
    found = attempt(read_table, bytes(data))
    assert found is None or len(found) > 0
    cut = attempt(read_table, bytes(data[:end]))
    assert cut is None or len(cut) > 0


@given(st.lists(st.lists(CELL, min_size=4, max_size=4), max_size=8))
@QUIET
def test_any_cells(rows: list[list[str]]) -> None:
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    data = "\n".join(["a,b,c,d", *quoted]).encode()
    mapping = {"unit": "a", "scale": {"low": 1, "high": 5}, "items": {"q": "b"}, "scores": {"s": "c"}, "weight": "d"}
    answers = attempt(read_answers, data, mapping)
    assert answers is None or isinstance(answers, AnswerImport)
    people = attempt(read_organisation, data, {"person": "a", "manager": "b", "unit": "c", "status": "d"})
    assert people is None or (isinstance(people, Organisation) and people.invited.sum() <= len(people))
    columns = {"item": "a", "unit": "b", "category": "c", "value": "d"}
    shares = attempt(read_distributions, data, {"columns": columns, "total": "1"})
    assert shares is None or isinstance(shares, DistributionImport)
    spec = {"unit": "a", "period": "b", "values": {"v": {"column": "c", "base": "d"}}}
    table = attempt(read_unit_periods, data, spec)
    assert table is None or isinstance(table, UnitPeriodsImport)
