"""Maps of groups: where marks and names stand, and that shapes say what colours say."""

from __future__ import annotations

import io
import math
import re
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace

import pytest
from tests.golden.blocks import HOSTILE, every_block, place_picture

from headwater.reports.charts.place_clipping import clip_area, clip_line
from headwater.reports.charts.place_layout import lay_out
from headwater.reports.charts.places import narrow_place_map, place_legend, place_map
from headwater.reports.document import PlaceMark, PlacePicture
from headwater.reports.renderers.pptx import render
from headwater.vocab import speaking

KM = 111.195


def grid(count: int) -> PlacePicture:
    """Places close together, every third standing clear."""
    side = math.ceil(math.sqrt(count))
    marks = tuple(
        PlaceMark(f"Branch {at}", -3 + at % side / side, 53 + at // side / side, "3.4", 40, -0.4, 1 if at % 3 else 5,
                  "c" if at % 3 else "a")
        for at in range(count)
    )  # fmt: skip
    return PlacePicture("Branches", "Many.", "earth", marks)


@pytest.mark.parametrize("count", [1, 5, 40, 400])
def test_names_meet_neither_marks_nor_each_other_nor_the_edge(count: int) -> None:
    drawn = lay_out(grid(count), 760)
    boxes = [(one.x, one.y - 11, one.x + one.width, one.y + 4) for one in drawn.labels]
    assert boxes
    for at, box in enumerate(boxes):
        assert box[0] >= 0
        assert box[1] >= 0
        assert box[2] <= drawn.width
        assert box[3] <= drawn.height
        assert not any(meets(box, other) for other in boxes[:at])
    near = [(one.x - one.radius, one.y - one.radius, one.x + one.radius, one.y + one.radius) for one in drawn.marks]
    for box, label in zip(boxes, drawn.labels, strict=True):
        hit = [one.mark.label for one, mark in zip(drawn.marks, near, strict=True) if meets(box, mark)]
        assert hit in ([], [label.text.rpartition(" ")[0]]), label.text


def meets(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_distances_are_true_both_ways_and_the_scale_bar_measures_them() -> None:
    marks = tuple(
        PlaceMark(name, x, y)
        for name, x, y in (("a", 10.0, 60.0), ("b", 11.0, 60.0), ("c", 10.0, 60.5), ("d", 10.5, 59.5))
    )
    drawn = lay_out(PlacePicture("T", "D", "earth", marks), 760)
    spots = {one.mark.label: (one.x, one.y) for one in drawn.marks}
    mean = math.radians(60.0)
    px_across, px_down = math.dist(spots["a"], spots["b"]), math.dist(spots["a"], spots["c"])
    assert px_across / px_down == pytest.approx(math.cos(mean) / 0.5, rel=1e-9)
    assert spots["c"][1] < spots["a"][1]
    assert drawn.bar is not None
    length, words = drawn.bar
    assert words.endswith(" km")
    assert length / float(words.split()[0]) == pytest.approx(px_down / (0.5 * KM), rel=1e-9)
    assert length <= 760 / 5


def test_places_on_both_sides_of_the_date_line_stay_together() -> None:
    marks = tuple(PlaceMark(name, x, -17.0) for name, x in (("Suva", 178.4), ("Taveuni", -179.9)))
    drawn = lay_out(PlacePicture("T", "D", "earth", marks), 760)
    spots = {one.mark.label: one.x for one in drawn.marks}
    assert 0 < spots["Suva"] < spots["Taveuni"] < 760
    assert {line.words for line in drawn.grid if line.is_upright} & {"179.0° E", "179.5° E", "180.0° E", "180.0° W"}


def test_a_plan_is_shown_whole_with_its_shape_kept() -> None:
    block = PlacePicture("T", "D", "plan", (PlaceMark("Ward", 150.0, 25.0),), width=200.0, height=100.0)
    drawn = lay_out(block, 760)
    assert drawn.sheet is not None
    left, top, wide, high = drawn.sheet
    assert wide / high == pytest.approx(2.0)
    assert (drawn.marks[0].x - left) / wide == pytest.approx(0.75)
    assert (drawn.marks[0].y - top) / high == pytest.approx(0.25)
    assert drawn.bar is None
    assert drawn.grid == ()
    assert 'href="data:image/png;base64,' in place_map(replace(block, image=b"\x89PNG..."), "k").body
    assert 'href="/plan.png"' in place_map(block, "k", picture="/plan.png").body


def test_an_empty_map_is_a_map() -> None:
    assert "<svg" in place_map(PlacePicture("T", "D", "earth", ()), "k").svg()
    assert "<svg" in place_map(PlacePicture("T", "D", "plan", ()), "k").svg()


def test_lines_and_areas_are_cut_at_the_edge() -> None:
    square = [(-5.0, -5.0), (5.0, -5.0), (5.0, 5.0), (-5.0, 5.0), (-5.0, -5.0)]
    assert {(round(x, 9), round(y, 9)) for x, y in clip_area(square, 10, 10)} == {(0, 0), (5, 0), (5, 5), (0, 5)}
    assert clip_area([(20.0, 20.0), (30.0, 20.0), (30.0, 30.0)], 10, 10) == []
    assert clip_line([(-5.0, 5.0), (15.0, 5.0)], 10, 10) == [[(0.0, 5.0), (10.0, 5.0)]]
    assert clip_line([(2.0, 2.0), (4.0, 2.0), (4.0, 20.0), (6.0, 20.0), (6.0, 2.0)], 10, 10) == [
        [(2.0, 2.0), (4.0, 2.0), (4.0, 10.0)], [(6.0, 10.0), (6.0, 2.0)],
    ]  # fmt: skip
    assert clip_line([(-5.0, -1.0), (15.0, -1.0)], 10, 10) == []


def test_shapes_say_what_colours_say() -> None:
    chart = place_map(place_picture(), "k")
    assert chart.body.count("<polygon") == 2
    assert chart.body.count("<circle") == 2
    assert chart.body.count('class="px"') == 1
    rows = {row[0]: row[1:] for row in chart.table.rows}
    assert rows["Granary"] == ("120", "4.1 (+0.3, fairly sure)")
    assert rows["Kiln"] == ("–", "too few or too alike to show safely") or rows["Kiln"][1].lower().startswith("too few")
    words = [words for _marks, words in place_legend(place_picture())]
    assert words[0] == "Better: sure, fairly sure"
    assert len(words) == 5
    with speaking("es"):
        assert place_legend(place_picture())[0][1] == "Mejor: seguro, bastante seguro"


def test_words_of_people_stay_words() -> None:
    for chart in (
        place_map(place_picture(HOSTILE), "k", links=[f"/x?{HOSTILE}"] * 5),
        narrow_place_map(place_picture(HOSTILE), "n"),
    ):
        ET.fromstring(chart.standalone())
        assert "<script" not in chart.svg()


def test_a_deck_has_every_mark_as_a_shape() -> None:
    stream = io.BytesIO()
    render(every_block(HOSTILE), stream)
    with zipfile.ZipFile(stream) as deck:
        slides = [
            deck.read(name).decode() for name in deck.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", name)
        ]
    found = next(slide for slide in slides if "Granary: 4.1" in slide)
    ET.fromstring(found)
    for name in ("Weir: 3.7", "New yard: 3.9", "Outline"):
        assert f'name="{name}' in found
    assert not re.search(r'name="Kiln: [^"]*\d', found)
    assert re.search(r'name="\d+ km"', found)
    assert found.count('prst="ellipse"') == 2


def test_a_picture_of_a_plan_is_a_part_of_the_deck() -> None:
    block = replace(place_picture(), surface="plan", width=10.0, height=100.0, image=b"\x89PNG picture", outlines=())
    document = every_block()
    stream = io.BytesIO()
    render(replace(document, sections=(replace(document.sections[0], blocks=(block,)),)), stream)
    with zipfile.ZipFile(stream) as deck:
        assert b"\x89PNG picture" in [deck.read(name) for name in deck.namelist() if name.startswith("ppt/media/")]
