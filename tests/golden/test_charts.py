"""Every chart: its marks, its words, its table, and nothing that could run or style itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from tests.golden.blocks import DIVERGING, DOTS, HEAT, HOSTILE, TREND
from tests.golden.pictures import assert_golden
from tests.golden.rivers import hospital_river, transit_river

from headwater.reports.charts import (
    Branch,
    Chart,
    Prediction,
    diverging_bars,
    dot_interval,
    dot_row,
    draw,
    heat_map,
    link_intervals,
    organisation_tree,
    prediction,
    small_multiples,
    trend,
)
from headwater.reports.charts.dots import dot_rows
from headwater.reports.charts.evidence import estimates_of
from headwater.reports.charts.heat import heat_legend, heat_table
from headwater.reports.charts.lettering import shorten, width_of, wrap
from headwater.reports.charts.markup import Markup, element, text
from headwater.reports.charts.numerals import plain, signed, strength, strength_span, ticks
from headwater.reports.charts.scales import Axis
from headwater.reports.charts.themes import colour_rules, resolved_chart_rules, stylesheet
from headwater.reports.document import Diverging, DivergingRow
from headwater.reports.palette import DARK, LIGHT
from headwater.vocab import WITHHELD_REASON

EXPECTED_ROWS = (
    Prediction("Trust", 4.5, 4.2, 4.8, 4.2, 3.9, 4.5),
    Prediction("Energy", 3.5, 3.0, 4.0, 2.6, 2.3, 2.9),
    Prediction("Nights", 3.0, 2.5, 3.5, None),
)
TWO_TRENDS = (TREND, replace(TREND, title="Energy"))
TREE = Branch(
    "Harbour Transit",
    "Mira Anders",
    (Branch("Trams", "Tomas Okafor", (Branch("Depot North", own=True), Branch("Depot South"))), Branch("Ferries")),
)


def the_organisation() -> Chart:
    return organisation_tree(TREE, "tree", "The organisation", "Five units on three levels.")


def the_prediction() -> Chart:
    return prediction(EXPECTED_ROWS, 1, 5, (1, 2, 3, 4, 5), "guess", "Expected and said", "Three themes.")


CHARTS: dict[str, Callable[[], Chart]] = {
    "dot-interval": lambda: dot_interval(DOTS, "dots"),
    "dot-row": lambda: dot_row(DOTS, DOTS.rows[1], "row"),
    "diverging": lambda: diverging_bars(DIVERGING, "bars"),
    "heat-map": lambda: heat_map(HEAT, "heat"),
    "heat-legend": lambda: heat_legend(HEAT, "key"),
    "trend": lambda: trend(TREND, "trend"),
    "small-multiples": lambda: small_multiples(
        [TREND, replace(TREND, title="Energy")], "many", "Two scales", "Same axes."
    ),
    "diverging-narrow": lambda: diverging_bars(DIVERGING, "bars", is_narrow=True),
    "trend-narrow": lambda: trend(TREND, "trend", is_narrow=True),
    "small-multiples-narrow": lambda: small_multiples(
        [TREND, replace(TREND, title="Energy")], "many", "Two scales", "Same axes.", is_narrow=True
    ),
    "prediction": the_prediction,
    "organisation": the_organisation,
    "evidence": lambda: link_intervals(hospital_river(), hospital_river().streams[3], "link"),
}


@pytest.mark.parametrize("name", CHARTS)
def test_marks_are_as_kept(name: str) -> None:
    assert_golden(name, CHARTS[name]().svg())


@pytest.mark.parametrize("name", [*CHARTS, "river"])
def test_every_chart_says_what_it_shows(name: str) -> None:
    chart = draw(transit_river()) if name == "river" else CHARTS[name]()
    root = ElementTree.fromstring(chart.svg().replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1))
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    title, description = root.find(f"{space}title"), root.find(f"{space}desc")
    assert title is not None
    assert title.text
    assert description is not None
    assert description.text
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert chart.table.rows
    assert all(len(row) == len(chart.table.header) for row in chart.table.rows)
    for node in root.iter():
        assert "style" not in node.attrib
        assert not any(key.startswith("on") for key in node.attrib)
        assert node.tag.removeprefix(space) not in {"script", "foreignObject", "image", "style"}
        assert not re.search(r"nan|inf", node.get("d", "") + node.get("cx", "") + node.get("x1", ""))
    table = chart.table.markup()
    assert "<caption" in table
    assert 'scope="row"' in table
    assert "The same as a table" in chart.with_table()


@pytest.mark.parametrize("colours", [LIGHT, DARK])
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_stands_alone_with_its_colours(name: str, colours: dict[str, str]) -> None:
    alone = CHARTS[name]().standalone(colours)
    root = ElementTree.fromstring(alone)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "var(--" not in alone
    assert float(root.get("width", "0")) > 0


NARROW_FORMS = [name for name in CHARTS if name.endswith("-narrow")]


@pytest.mark.parametrize("name", NARROW_FORMS)
def test_a_form_for_a_phone_fits_it_and_says_the_same(name: str) -> None:
    narrow, wide = CHARTS[name](), CHARTS[name.removesuffix("-narrow")]()
    assert narrow.width <= 336 < wide.width
    assert narrow.table.rows == wide.table.rows
    written = re.findall(r"<text([^>]*)>([^<]*)<", narrow.svg())
    for attributes, words in written:
        x = float(re.search(r' x="([\d.-]+)"', attributes)[1])  # type: ignore[index]
        wide_as = width_of(words, 14, "sans-bold")
        left = x - (wide_as if 'anchor="end"' in attributes else wide_as / 2 if "middle" in attributes else 0)
        assert left >= -6, words
        assert left + wide_as <= 342, words


def test_every_estimate_has_a_name_of_its_own_and_no_line_crosses_it() -> None:
    river = hospital_river()
    stream = river.streams[3]
    assert stream.best is not None
    best = stream.best
    alike = tuple(replace(best, effect=best.effect - place / 100) for place in (1, 2, 3))
    names = [name for name, _link, _drawn in estimates_of(river, replace(stream, others=alike))]
    assert len(set(names)) == len(names) >= 4
    chart = link_intervals(river, replace(stream, others=alike), "link")
    lines = [[float(x) for x in found] for found in re.findall(r'<line[^>]* y1="([\d.]+)" y2="([\d.]+)"', chart.svg())]
    words = [float(y) for y in re.findall(r'<text x="16" y="([\d.]+)"', chart.svg())]
    assert len(words) >= len(names)
    for y in words:
        assert not any(low < y and y - 10 < high for low, high in lines), y


def classes(markup: str) -> set[str]:
    return {name for found in re.findall(r'class="([^"]*)"', markup) for name in found.split()}


def test_every_class_has_its_rule() -> None:
    known = set(re.findall(r"\.([a-zA-Z][\w-]*)", stylesheet("charts")))
    drawn = set().union(*(classes(make().svg()) for make in CHARTS.values()))
    drawn |= classes(draw(hospital_river(), chosen=0).svg()) | classes(draw(transit_river()).svg())
    assert drawn - known - {"ch", "river"} == set()


def test_every_token_in_the_stylesheets_has_a_value() -> None:
    used = set(re.findall(r"var\(--([\w-]+)\)", stylesheet("charts") + stylesheet("report")))
    given = set(re.findall(r"--([\w-]+):", stylesheet("tokens"))) | LIGHT.keys()
    assert used <= given
    assert LIGHT.keys() == DARK.keys()
    assert "prefers-color-scheme:dark" in colour_rules(LIGHT, DARK)
    with pytest.raises(KeyError):
        resolved_chart_rules({})


def test_round_is_strong_and_a_diamond_needs_you() -> None:
    strong, needs, unsure = (dot_row(DOTS, row, "k").svg() for row in DOTS.rows[:3])
    assert '<circle class="dt"' in strong
    assert 'class="nd"' not in strong
    assert '<path class="dt"' in needs
    assert 'class="nd"' in needs
    assert 'class="qt"' in unsure
    for drawn in (strong, needs, unsure):
        assert drawn.count('class="rw"') == 1
        assert drawn.count('class="pt"') == 1


def test_all_rows_share_an_axis_that_is_not_cut() -> None:
    grids = [re.findall(r'<g class="gl">(.*?)</g>', dot_row(DOTS, row, "k").svg())[0] for row in DOTS.rows]
    lines = [re.findall(r'<line x1="([\d.]+)"', grid) for grid in grids]
    assert lines[0] == ["14", "137", "260", "383", "506"]
    assert all(line == lines[0] for line in lines)
    axis = Axis(1, 5, 14, 506)
    assert axis.at(5.5) > 506
    with pytest.raises(ValueError, match="low end"):
        Axis(5, 5, 0, 1)


def test_withheld_is_one_hatch_and_one_reason() -> None:
    held = replace(DOTS, rows=(replace(DOTS.rows[3], n=739, value_text="4.74", range_text="4.7 to 4.8"),))
    for markup in (dot_interval(held, "k").with_table(), dot_rows(held, "k")):
        assert "4.74" not in markup
        assert "739" not in markup
        assert "4.7 to 4.8" not in markup
        assert WITHHELD_REASON in markup
        assert 'class="hl"' in markup
    cells = replace(
        HEAT, rows=(replace(HEAT.rows[1], cells=(replace(HEAT.rows[1].cells[0], value=4.74, text="4.74"),) * 3),)
    )
    for markup in (heat_table(cells), heat_map(cells, "k").with_table()):
        assert "4.74" not in markup
        assert WITHHELD_REASON in markup


def test_the_parts_of_a_bar_add_up_around_the_middle() -> None:
    drawn = diverging_bars(DIVERGING, "k").svg()
    widths = [float(width) for width in re.findall(r'<rect class="f\da" [^>]*width="([\d.]+)" height="24"', drawn)]
    assert widths[1] / widths[4] == pytest.approx(30 / 6, rel=0.1)
    even = Diverging("t", "d", ("No", "Rather no", "Rather yes", "Yes"), (DivergingRow("q", (10, 20, 30, 40), 100),))
    assert even.neutral is None
    assert "f4a" not in diverging_bars(even, "k").svg()
    with pytest.raises(ValueError, match="shares for"):
        diverging_bars(replace(even, rows=(DivergingRow("q", (50, 50), 9),)), "k")


def test_a_trend_has_gaps_where_nothing_was_released() -> None:
    drawn = trend(TREND, "k").svg()
    assert drawn.count('class="ln"') == 2
    assert drawn.count('class="band"') == 2
    assert drawn.count('class="ln-q"') == 1
    assert (TREND.lines[0].label, trend(TREND, "k").table.rows[0][3]) == ("Depot North", "not shown")
    with pytest.raises(ValueError, match="share their waves"):
        trend(replace(TREND, lines=(TREND.lines[0], replace(TREND.lines[1], points=TREND.lines[1].points[1:]))), "k")


def test_small_multiples_share_axes_and_are_paged() -> None:
    with pytest.raises(ValueError, match="1 to 12"):
        small_multiples([TREND] * 13, "k", "t", "d")
    with pytest.raises(ValueError, match="share their axes"):
        small_multiples([TREND, replace(TREND, high=7)], "k", "t", "d")


def test_a_prediction_has_no_score() -> None:
    drawn = the_prediction().svg()
    assert drawn.count('class="guess"') == 3
    assert drawn.count('class="gap"') == 2
    assert drawn.count('class="dt"') == 2
    assert the_prediction().table.rows[0] == ("Trust", "4.5 (4.2 to 4.8)", "4.2 (3.9 to 4.5)", "−0.3")


def test_words_cannot_become_markup() -> None:
    chart = organisation_tree(Branch(HOSTILE, HOSTILE), "k", HOSTILE, HOSTILE)
    for markup in (chart.svg(), chart.with_table(), chart.standalone()):
        assert "<script" not in markup
        assert "</style> " not in markup
    ElementTree.fromstring(chart.standalone())
    assert text("\x07a\ud800b") == "ab"
    assert element("p", {"title": '"><b>'}, "<i>") == '<p title="&quot;&gt;&lt;b&gt;">&lt;i&gt;</p>'
    assert element("p", None, Markup("<b></b>")) == "<p><b></b></p>"
    for key in ("style", "onclick"):
        with pytest.raises(ValueError, match="never written"):
            element("p", {key: "x"})


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (plain(-0.04), "0.0"),
        (plain(-0.5), "−0.5"),
        (plain(2918, 0), "2,918"),
        (signed(0.3), "+0.3"),
        (signed(-0.01), "0.0"),
        (strength(0.48), ".48"),
        (strength(-0.04), "−.04"),
        (strength(1.0), "1.00"),
        (strength_span(-0.04, 0.21), "−.04 to .21"),
    ],
)
def test_numbers_are_written_as_people_read_them(written: str, expected: str) -> None:
    assert written == expected


def test_words_are_measured_and_broken() -> None:
    assert width_of("iiii", 16) < width_of("mmmm", 16)
    assert wrap("Patients seen within four hours", 122, 15, "sans-bold") == ("Patients", "seen within", "four hours")
    assert wrap("", 100, 15) == ()
    assert shorten("A very long label indeed", 60, 13).endswith("…")
    assert width_of(shorten("A very long label indeed", 60, 13), 13) <= 60
    assert ticks(-0.2, 0.6) == pytest.approx((-0.2, 0.0, 0.2, 0.4, 0.6))
    with pytest.raises(ValueError, match="low end"):
        ticks(1, 1)


def test_every_estimate_is_shown_and_two_on_one_design_are_told_apart() -> None:
    river = hospital_river()
    stream = river.streams[3]
    assert stream.dry_bed is not None
    more = replace(stream, others=(replace(stream.dry_bed, effect=0.31), stream.dry_bed))
    rows = link_intervals(river, more, "k").table.rows
    assert [row[0] for row in rows] == ["Across trusts, another way", "Across trusts", "Within trusts"]
    assert [row[1][:3] for row in rows] == [".31", ".25", ".09"]
