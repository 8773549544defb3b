"""Builders: what a report says follows from the released numbers, and is never empty."""

from __future__ import annotations

import math
import pickle
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.golden.books import CANARY_COUNT, CANARY_VALUE, LEADERS, make_book, make_river

from headwater.reports import RENDERERS, REPORTS, wording
from headwater.reports.brand import Brand, load_brand
from headwater.reports.builders.leader import leader_report
from headwater.reports.builders.steps import GENERAL, detectable, step_for
from headwater.reports.document import (
    ActionList,
    Callouts,
    DataTable,
    Document,
    DotIntervals,
    Guide,
    HeatMap,
    KeyFigures,
    WithheldNote,
)
from headwater.reports.palette import DARK, LIGHT, PAIRS, contrast
from headwater.vocab import WITHHELD_REASON, Column, Difference, Estimate, InputError, Lens, Sureness


def leader(unit: str, **options: Any) -> Document:
    return leader_report(make_book(**options), unit, Brand(), people=LEADERS)


def of(document: Document, kind: type) -> list[Any]:
    return [block for block in document.blocks() if isinstance(block, kind)]


def test_the_title_says_what_is_strong_and_what_needs_the_leader() -> None:
    report = leader("north")
    assert report.title == "Depot North: trust and respect stands out, work planned well needs you"
    assert report.audience == "Ines Duarte, Depot North"
    assert report.sections[0].heading == "Only work planned well falls clearly below the rest of Trams"
    assert report.inputs_hash == make_book().inputs_hash
    assert report.minutes >= 1


def test_without_names_nobody_is_named() -> None:
    report = leader_report(make_book(), "north", Brand())
    assert report.audience == "the leader of Depot North"
    assert "p03" not in repr(report)


def test_nothing_is_claimed_where_nothing_is_clear() -> None:
    report = leader("pier-west")
    assert report.title == "Pier West: no score stands clear of the rest of Ferries"
    assert not any(action.needs for block in of(report, ActionList) for action in block.actions)


def test_numbers_are_those_of_the_book() -> None:
    book = make_book()
    rows = {row.label: row for chart in of(leader("north"), DotIntervals) for row in chart.rows}
    for column, found in book.of_unit("north"):
        if column.role == "item":
            continue
        row = rows[column.label["en"]]
        assert isinstance(found, Estimate)
        assert row.value == found.shrunken
        assert (row.low, row.high) == (found.shrunken_low, found.shrunken_high)
        assert row.n == 46


def test_a_limit_is_said_as_a_limit() -> None:
    rows = {row.label: row for chart in of(leader("care"), DotIntervals) for row in chart.rows}
    row = rows["We pull together"]
    assert row.value_text == "4.8 or more"
    assert (row.range_text, row.low, row.high, row.own) == ("", None, None, None)


def test_a_withheld_score_names_the_nearest_group_with_its_number() -> None:
    (note, other) = of(leader("pier-west"), WithheldNote)
    assert note.subject == "Treats people fairly is not shown for Pier West"
    assert note.reason == WITHHELD_REASON
    assert note.nearest == "Ferries"
    assert note.nearest_text.endswith("544 answers")
    assert other.subject.startswith("Work planned well")


def test_a_unit_below_k_gets_its_parents_numbers_and_a_guide() -> None:
    report = leader("night-cleaning")
    (chart,) = of(report, DotIntervals)
    assert chart.title == "Scores of Ferries"
    assert len(chart.rows) == 8
    assert all(row.n == 544 for row in chart.rows)
    (guide,) = of(report, Guide)
    assert guide.minutes == 15
    assert any("Ferries" in step.words for step in guide.steps)
    assert of(report, ActionList)
    assert report.sections[0].heading == "The nearest group we can show is Ferries"


def test_where_nothing_is_shown_at_all_there_is_a_conversation() -> None:
    from dataclasses import replace

    import numpy as np

    book = make_book()
    panel = replace(book.everybody, shown=np.zeros_like(book.everybody.shown), n=np.zeros_like(book.everybody.n))
    bare = replace(book, panels=(panel,))
    for report in REPORTS:
        if report == "river":
            continue
        made = REPORTS[report](bare, "north", Brand())
        assert made.sections
        assert not of(made, DotIntervals)
    assert of(leader_report(bare, "north", Brand()), Guide)


def test_the_heat_map_hatches_and_never_counts_what_is_hidden() -> None:
    (heat,) = of(leader("ferries"), HeatMap)
    hidden = next(row for row in heat.rows if row.label == "Night cleaning")
    assert hidden.n is None
    assert all(cell.withheld and cell.value is None for cell in hidden.cells)
    assert heat.note.subject == "One row is hatched"
    assert heat.note.nearest == "Ferries"


def every_value(value: Any) -> list[Any]:
    if is_dataclass(value):
        return [part for field in fields(value) for part in every_value(getattr(value, field.name))]
    if isinstance(value, (tuple, list)):
        return [part for one in value for part in every_value(one)]
    return [value]


@pytest.mark.parametrize("report", ["leader", "actions", "workbook"])
def test_a_withheld_number_is_in_no_document(report: str) -> None:
    for unit in make_book().tree.ids:
        found = every_value(REPORTS[report](make_book(canary=True), unit, Brand(), people=LEADERS))
        assert CANARY_VALUE not in found
        assert CANARY_COUNT not in found
        assert not any(isinstance(one, float) and math.isnan(one) for one in found)
        assert not any(isinstance(one, str) and ("nan" in one.split() or "4.739" in one) for one in found)


def test_steps_follow_from_what_is_clear() -> None:
    (listed,) = of(leader("north"), ActionList)
    assert of(leader("north"), DotIntervals)[-1].rows[0].label == "Work planned well, now"
    assert [action.needs for action in listed.actions] == [False, True]
    assert listed.actions[1].what == "Write down who decides what, and what is missing to do it"
    assert "or more against the rest of Trams" in listed.actions[1].known_by


def column(subject: str, minimum: float = 0.2) -> Column:
    return Column("score", subject, Lens.EX, {"en": "x"}, 1, 5, "points", minimum)


def test_the_smallest_change_that_shows_is_worked_out_from_the_range() -> None:
    difference = Difference(-0.6, -0.6 - 1.96 * 0.1, -0.6 + 1.96 * 0.1, 0.01, Sureness.SURE)
    assert detectable(difference, column("x")) == pytest.approx(2.80 * math.sqrt(2) * 0.1, rel=1e-4)
    assert detectable(difference, column("x", 0.9)) == 0.9
    assert detectable(None, column("x")) is None


@pytest.mark.parametrize(
    ("key", "start"),
    [
        ("ex_recognition", "Thank one person"),
        ("lx_hears", "Hold a fixed half hour"),
        ("ex_fair_pay", "Explain how pay"),
        ("lx_fair", "Go through the last ten"),
        ("ex_supportive_place", "Walk the workplace"),
        ("ex_support_voice", "Hold a fixed half hour"),
        ("lx_skills", "Choose one skill"),
        ("ex_clarity_tools", "Write down who decides"),
        ("ex_growth", "Ask each person what they want"),
        ("ex_stay", "Ask everybody what would make them stay"),
        ("display_zz", GENERAL.what),
    ],
)
def test_steps_fit_their_factor(key: str, start: str) -> None:
    assert step_for(column(key)).what.startswith(start)


def test_words() -> None:
    assert wording.figure(-0.31) == "−0.3"
    assert wording.figure(-0.01) == "0.0"
    assert wording.signed(0.31) == "+0.3"
    assert wording.spread(2.4, 3.0) == "2.4 to 3.0"
    assert wording.joined(["a", "b", "c"]) == "a, b and c"
    assert wording.small("Trust and respect") == "trust and respect"
    assert wording.small("NHS trust") == "NHS trust"

    def said(size: float, half: float, sure: Sureness) -> str:
        return wording.words_of(Difference(size, size - half, size + half, 0.5, sure), column("x"))

    assert said(0.5, 0.1, Sureness.SURE) == "Clearly higher"
    assert said(-0.5, 0.3, Sureness.FAIRLY_SURE) == "Likely lower"
    assert said(0.05, 0.1, Sureness.TOO_CLOSE) == "About the same"
    assert said(0.05, 0.4, Sureness.TOO_CLOSE) == "Too close to call"


def test_lower_is_better_turns_the_flag_round() -> None:
    stress = Column("score", "stress", Lens.EX, {"en": "x"}, 1, 5, "points", 0.2, higher_is_better=False)
    assert wording.flag_of(Difference(0.5, 0.3, 0.7, 0.001, Sureness.SURE), stress) == "needs"
    assert wording.flag_of(Difference(-0.5, -0.7, -0.3, 0.001, Sureness.SURE), stress) == "strong"


def test_the_workbook_holds_every_released_number() -> None:
    book = make_book()
    tables = {table.name: table for table in of(REPORTS["workbook"](book, "ferries", Brand()), DataTable)}
    units = 4
    assert len(tables["Scores"].rows) == units * 8
    assert len(tables["Items"].rows) == units * 16
    shown = sum(isinstance(row[7], int) for row in tables["Scores"].rows)
    assert shown == 8 + 8 + 6
    assert all(sum(part for part in row[2:7]) == row[7] for row in tables["Answers"].rows)


def test_the_action_list_names_units_in_the_order_of_the_organisation() -> None:
    report = REPORTS["actions"](make_book(), "buses", Brand(), people=LEADERS)
    (listed,) = of(report, ActionList)
    assert listed.where
    units = [action.unit for action in listed.actions]
    assert units[0] == "Buses"
    assert "Garage Mill Lane" in units
    assert units == sorted(units, key=make_book().tree.names.index)


def test_the_river_is_a_page_of_the_report() -> None:
    report = leader_report(make_book(), "ht", Brand(), river=make_river())
    assert "Being heard is where most of the water comes from" in [section.heading for section in report.sections]
    assert of(report, KeyFigures)[0].figures[0].value == "2,918"


def test_tables_are_complete() -> None:
    assert set(RENDERERS) == {"pptx", "xlsx", "pdf", "html"}
    assert set(REPORTS) == {"leader", "river", "actions", "workbook"}
    with pytest.raises(KeyError):
        leader("atlantis")


def test_every_colour_pair_is_legible() -> None:
    for colours in (LIGHT, DARK):
        assert min(contrast(colours[text], colours[ground]) for text, ground in PAIRS) >= 4.5
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


BRAND = """
name: Harbour Transit
logo: mark.svg
colours: {teal: "#104E8B"}
fonts: {serif: Georgia, sans: Calibri}
words:
  en: {customer: [passenger, passengers], unit: [depot, depots], leader: [captain, captains]}
"""


def test_a_brand_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "mark.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"/>', "utf-8")
    (tmp_path / "brand.yaml").write_text(BRAND, "utf-8")
    brand = load_brand(tmp_path / "brand.yaml")
    assert brand.colour("teal") == brand.colour("dot") == "#104E8B"
    assert brand.logo is not None
    assert (brand.logo.kind, brand.logo.width, brand.logo.height) == ("svg", 40, 10)
    assert brand.word("leader") == "captain"
    assert brand.word("unit", "es", plural=True) == "equipos"
    assert pickle.loads(pickle.dumps(brand)) == brand
    report = leader_report(make_book(), "south", brand)
    assert report.audience == "the captain of Depot South"
    from tests.golden.archives import parts

    from headwater.reports.renderers.pptx import deck_bytes

    assert parts(deck_bytes(report))["ppt/media/image1.png"].startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: A\ncolours: {teal: '#FFEE00'}", "contrast"),
        ("name: A\ncolours: {blue: '#104E8B'}", "not a colour token"),
        ("name: A\ncolours: {teal: red}", "#RRGGBB"),
        ("colours: {}", "needs a name"),
        ("name: A\nwords: {en: {unit: depot}}", "one word for one"),
        ("name: A\nfonts: {serif: '<x>'}", "not the name of a font"),
        ("name: A\nlogo: none.png", "cannot be read"),
        ("name: A\nmotto: on", "not a part"),
        ("- a", "key: value"),
        ("a: [", "not a readable YAML"),
    ],
)
def test_a_bad_brand_says_what_is_wrong(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "brand.yaml").write_text(text, "utf-8")
    with pytest.raises(InputError, match=says) as caught:
        load_brand(tmp_path / "brand.yaml")
    assert "brand.yaml" in str(caught.value)


@pytest.mark.parametrize(
    "svg",
    [
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><script/></svg>",
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1' onload='x()'/>",
        "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>",
        "<html/>",
        "not xml",
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
)
def test_a_logo_with_more_than_a_picture_is_refused(tmp_path: Path, svg: str) -> None:
    (tmp_path / "mark.svg").write_text(svg, "utf-8")
    (tmp_path / "brand.yaml").write_text("name: A\nlogo: mark.svg", "utf-8")
    with pytest.raises(InputError, match="logo"):
        load_brand(tmp_path / "brand.yaml")


def test_a_first_wave_at_the_top_claims_no_comparison() -> None:
    report = leader("ht", previous=False)
    assert report.sections[0].heading.startswith("“We pull together” is rated highest")
    assert "Nothing to compare with yet." in [one.heading for block in of(report, Callouts) for one in block.items]
    assert len(of(report, KeyFigures)[0].figures) == 2
    assert "too close to call" not in " ".join(section.heading.lower() for section in report.sections)
