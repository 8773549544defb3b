"""Importance against score: names never collide, what matters and is not there stands out, and a list says the same."""

from __future__ import annotations

import numpy as np
import pytest

from headwater.reports.charts import StandingAxes, StandingPoint, score_axis, standing, standing_key, standing_list
from headwater.reports.charts.standing import RADIUS, Box, place_names

AXES = StandingAxes(2.5, 4.5, (2.5, 3.0, 3.5, 4.0, 4.5), 10.0, "Importance", "Score")
POINTS = (
    StandingPoint("Fair pay and benefits", 24, 2.9, "needs", "0.8 points below the aim"),
    StandingPoint("Trust and respect", 18, 4.1, "strong", "At the aim, or near it"),
    StandingPoint("A path to learn & grow", 4, 3.4),
)


@pytest.mark.parametrize("seed", range(12))
def test_names_meet_neither_marks_nor_each_other(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = 3 + seed
    spots = [
        (float(x), float(y)) for x, y in zip(rng.uniform(60, 970, count), rng.uniform(180, 300, count), strict=True)
    ]
    labels = [f"A driver with a long name {number}" for number in range(count)]
    names = place_names(labels, spots)
    assert any(name is not None and name.text in labels for name in names)
    boxes = [name.box for name in names if name is not None]
    for at, box in enumerate(boxes):
        assert not any(box.meets(other) for other in boxes[at + 1 :])
    for number, name in enumerate(names):
        for place, (x, y) in enumerate(spots):
            mark = Box(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS)
            assert name is None or place == number or not name.box.meets(mark)


def test_the_picture_has_title_description_table_and_list() -> None:
    chart = standing(POINTS, AXES, "k", "Importance against score", "Below right is what is not there.")
    svg = chart.svg()
    assert "<title" in svg
    assert "Below right is what is not there." in svg
    assert svg.count('class="nd"') == 1
    assert svg.count("<path") == 1  # the diamond
    assert "A path to learn &amp; grow" in svg
    assert "style=" not in svg
    assert chart.table.rows[0] == ("1", "Fair pay and benefits", "24%", "2.9", "0.8 points below the aim")
    assert [row[1] for row in chart.table.rows] == [point.label for point in POINTS]
    words = standing_list(POINTS, AXES)
    assert "<li" in words
    assert words.index("Fair pay") < words.index("Trust and respect")
    with pytest.raises(ValueError, match="nothing to draw"):
        standing((), AXES, "k", "t", "d")


def test_scores_are_drawn_on_an_axis_around_them() -> None:
    assert score_axis([3.3, 3.4], 1.0, 5.0) == (2.5, 4.0, (2.5, 3.0, 3.5, 4.0))
    low, high, ticks = score_axis([1.0, 5.0], 1.0, 5.0)
    assert (low, high, len(ticks)) == (1.0, 5.0, 9)
    low, high, _ = score_axis([4.9, 5.0], 1.0, 5.0)
    assert high == 5.0
    assert low <= 4.5
    low, high, ticks = score_axis([2.0, 9.5], 0.0, 10.0)
    assert (low, high) == (2.0, 9.5)
    assert ticks[1] - ticks[0] == 1.0


def test_numbers_in_the_picture_are_said_under_it() -> None:
    assert standing_key(POINTS, AXES) is None
    crowd = [StandingPoint(f"A driver with a long name {number}", 10, 3.4 + number / 100) for number in range(9)]
    key = standing_key(crowd, AXES)
    assert key is not None
    svg = standing(crowd, AXES, "k", "t", "d").svg()
    named = [point.label for point in crowd if f">{point.label}<" in svg]
    assert named
    for number, point in enumerate(crowd, 1):
        assert (f'<li value="{number}">{point.label}</li>' in key) is (point.label not in named)


def test_a_name_near_the_edge_keeps_off_the_line() -> None:
    (name,) = place_names(["What my leader does"], [(945.0, 250.0)], 825.0)
    assert name is not None
    assert name.text == "What my leader does"
    assert not name.box.left < 825.0 < name.box.right
