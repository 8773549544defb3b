"""The River: geometry that cannot mislead. Widths are strengths, nothing is nothing, and no stream crosses another."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.golden.rivers import hospital_river, transit_river

from headwater.reports.charts.chart import Chart
from headwater.reports.charts.lettering import width_of
from headwater.reports.charts.river import SCALE, describe, draw, layout, left_out_words, table
from headwater.reports.charts.river_layout import Ribbon, RiverLayout
from headwater.reports.charts.river_order import order_of
from headwater.vocab import Certainty, Design, Lens, LinkEstimate, River, Station, Stream

Point = tuple[float, float]
LENSES = (Lens.LX, Lens.EX, Lens.SERVICE, Lens.CX, Lens.RESULT)


def link(effect: float, reach: float = 0.1) -> LinkEstimate:
    return LinkEstimate(
        effect, max(-1.0, effect - reach), min(1.0, effect + reach), Design.WITHIN_UNITS, 40, 160, "fixed effects"
    )


def a_stream(source: str, target: str, water: float | None, bed: float | None = None) -> Stream:
    return Stream(
        source,
        target,
        None if bed is None else link(bed),
        None if water is None else link(water),
        Certainty.FAIRLY,
        f"More {source}, more {target}.",
        "A few words",
        "What it means.",
        "A common cause.",
    )


@st.composite
def rivers(draw_from: st.DrawFn) -> River:
    lenses = sorted(draw_from(st.sets(st.sampled_from(LENSES), min_size=2, max_size=4)), key=LENSES.index)
    stations = []
    for lens in lenses:
        count = draw_from(st.integers(1, 6))
        stations += [Station(f"{lens.value}{at}", f"Station {lens.value} {at}", lens) for at in range(count)]
    pairs = [
        (one.key, other.key)
        for one in stations
        for other in stations
        if LENSES.index(one.lens) < LENSES.index(other.lens)
    ]
    chosen = draw_from(st.lists(st.sampled_from(pairs), min_size=1, max_size=9, unique=True))
    strength = st.one_of(st.none(), st.integers(-100, 100).map(lambda whole: whole / 100))
    streams = tuple(a_stream(a, b, draw_from(strength), draw_from(strength)) for a, b in chosen)
    return River("A river", "Anywhere", "now", tuple(stations), streams, (), ())


def crosses(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    def turn(a: Point, b: Point, c: Point) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    (a, b), (c, d) = one, other
    return turn(a, b, c) * turn(a, b, d) < 0 and turn(c, d, a) * turn(c, d, b) < 0


def lines_cross(one: tuple[Point, ...], other: tuple[Point, ...]) -> list[Point]:
    found = []
    for first in pairwise(one):
        for second in pairwise(other):
            if min(first[0][0], first[1][0]) > max(second[0][0], second[1][0]):
                continue
            if min(second[0][0], second[1][0]) > max(first[0][0], first[1][0]):
                continue
            if crosses(first, second):
                found.append(first[0])
    return found


def whole(ribbon: Ribbon) -> tuple[Point, ...]:
    """The widest outline of a stream, closed; its centre line where nothing is drawn."""
    shapes = ((ribbon.bed_width, ribbon.bed), (ribbon.banks_width, ribbon.banks), (ribbon.water_width, ribbon.water))
    outline = max(shapes, key=lambda shape: shape[0])[1]
    return (*outline, outline[0]) if outline else ribbon.centre


def check_no_crossing(river: River, shapes: RiverLayout) -> None:
    for one, other in combinations(shapes.ribbons, 2):
        if {one.source, one.target} & {other.source, other.target}:
            # Streams of one station may share their banks beside it; their courses do not change sides.
            both = {one.source, one.target} & {other.source, other.target}
            shared = [spring.x for spring in shapes.springs if spring.station in both]
            shared += [lake.x for lake in shapes.lakes if lake.station in both]
            shared += [bay.x for bay in shapes.bays if bay.station in both]
            for x, _ in lines_cross(one.centre, other.centre):
                assert min(abs(x - place) for place in shared) < 90
        else:
            assert lines_cross(whole(one), whole(other)) == []
    for ribbon in shapes.ribbons:
        for lake in shapes.lakes:
            if lake.station not in {ribbon.source, ribbon.target}:
                assert lines_cross(whole(ribbon), (*lake.outline, lake.outline[0])) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rivers())
def test_no_stream_crosses_another_and_none_is_lost(river: River) -> None:
    shapes = layout(river)
    check_no_crossing(river, shapes)
    drawn = {ribbon.stream for ribbon in shapes.ribbons}
    assert drawn.isdisjoint(shapes.left_out)
    assert drawn | set(shapes.left_out) == set(range(len(river.streams)))
    assert len(table(river).rows) == len(river.streams)
    for ribbon in shapes.ribbons:
        stream = river.streams[ribbon.stream]
        strength = 0.0 if stream.water is None else abs(stream.water.effect)
        assert ribbon.water_width == pytest.approx(SCALE * strength)
        assert bool(ribbon.water) == (strength > 0)
        assert all(-40 < y < shapes.height + 40 for _, y in ribbon.centre)


@pytest.mark.parametrize("make", [hospital_river, transit_river])
def test_the_same_data_draw_the_same_river(make: Callable[[], River]) -> None:
    assert layout(make()) == layout(make())
    assert draw(make()).svg() == draw(make()).svg()


@pytest.mark.parametrize("make", [hospital_river, transit_river])
def test_the_examples_draw_every_stream(make: Callable[[], River]) -> None:
    river = make()
    shapes = layout(river)
    check_no_crossing(river, shapes)
    assert shapes.left_out == ()
    assert left_out_words(river, shapes) == ""
    for ribbon in shapes.ribbons:
        for line in ribbon.lettering.lines:
            length = sum(math.dist(a, b) for a, b in zip(line.path, line.path[1:], strict=False))
            assert width_of(line.words, ribbon.lettering.size, "serif-italic") < length
            assert "…" not in line.words


def test_width_across_the_water_is_the_strength() -> None:
    river = hospital_river()
    for ribbon in layout(river).ribbons:
        outline, estimate = ribbon.water, river.streams[ribbon.stream].water
        assert estimate is not None
        if not outline:
            continue
        half = len(outline) // 2
        across = [math.dist(outline[at], outline[-1 - at]) for at in range(half)]
        assert across[half // 2] == pytest.approx(110 * abs(estimate.effect), abs=0.01)
        assert max(across) == pytest.approx(110 * abs(estimate.effect), abs=0.01)


def test_an_estimate_of_nothing_draws_no_water() -> None:
    river = hospital_river()
    dry = next(ribbon for ribbon in layout(river).ribbons if river.streams[ribbon.stream].source == "staff")
    assert dry.water == ()
    assert dry.water_width == 0
    assert dry.banks == ()
    assert dry.bed_width == pytest.approx(110 * 0.33)
    assert ".00" in draw(river).svg()


def test_water_that_runs_against_is_marked_and_said() -> None:
    river = transit_river()
    against = [ribbon for ribbon in layout(river).ribbons if ribbon.against]
    assert [river.streams[ribbon.stream].target for ribbon in against] == ["injuries"]
    assert against[0].tide
    assert not against[0].lettering.in_water
    assert "−.18" in draw(river).svg()
    assert "runs against" in describe(river)
    assert any("runs against" in row[6] for row in table(river).rows)


def test_internal_service_stands_beside_working_here() -> None:
    river = transit_river()
    shapes = layout(river)
    works = next(lake for lake in shapes.lakes if river.stations[lake.station].lens is Lens.SERVICE)
    energy = next(lake for lake in shapes.lakes if river.stations[lake.station].key == "energy")
    assert works.x == energy.x
    linked = replace(river, streams=(*river.streams, a_stream("depots", "depots2", 0.2)))
    more = replace(linked, stations=(*river.stations, Station("depots2", "Stores", Lens.EX)))
    with pytest.raises(ValueError, match="runs uphill"):
        layout(more)
    turned = replace(more, streams=(*river.streams, a_stream("depots2", "depots", 0.2)))
    apart = layout(turned)
    assert len({lake.x for lake in apart.lakes}) == 3


def test_streams_that_must_cross_leave_the_weakest_out_and_name_it() -> None:
    lenses = {"a": Lens.LX, "b": Lens.LX, "c": Lens.EX, "d": Lens.EX}
    stations = tuple(Station(key, key.upper(), lens) for key, lens in lenses.items())
    sizes = (("a", "c", 0.5), ("a", "d", 0.4), ("b", "c", 0.1), ("b", "d", 0.6))
    streams = tuple(a_stream(*size) for size in sizes)
    river = River("t", "o", "p", stations, streams, (), ())
    shapes = layout(river)
    assert shapes.left_out == (2,)
    assert "B to c" in left_out_words(river, shapes).replace("C", "c")
    assert any(row[0].startswith("B to") for row in table(river).rows)


@pytest.mark.parametrize("count", [1, 6])
def test_stages_may_be_missing_and_stations_without_streams(count: int) -> None:
    stations = tuple(Station(f"s{at}", f"Being led {at}", Lens.LX) for at in range(count))
    shapes = layout(River("t", "o", "p", stations, (), (), ()))
    assert len(shapes.springs) == count
    assert shapes.ribbons == ()
    two = (*stations, Station("end", "Results", Lens.RESULT))
    shapes = layout(River("t", "o", "p", two, (a_stream("s0", "end", None),), (), ()))
    assert len(shapes.bays) == 1
    assert shapes.ribbons[0].water == ()
    assert "Not measured yet" in str(table(River("t", "o", "p", two, (a_stream("s0", "end", None),), (), ())).rows)


def test_rivers_that_cannot_flow_are_refused() -> None:
    river = hospital_river()
    with pytest.raises(ValueError, match="at least one station"):
        layout(replace(river, stations=(), streams=()))
    with pytest.raises(ValueError, match="same key"):
        layout(replace(river, stations=(*river.stations, river.stations[0])))
    with pytest.raises(ValueError, match="uphill"):
        layout(replace(river, streams=(a_stream("seen", "led", 0.2),)))
    ring = (a_stream("stress", "staff", 0.2), a_stream("staff", "stress", 0.2))
    with pytest.raises(ValueError, match="ring"):
        layout(replace(river, streams=ring))
    with pytest.raises(ValueError, match="600"):
        layout(river, 500)


def test_order_keeps_the_order_given_where_nothing_crosses() -> None:
    river = hospital_river()
    order = order_of(river)
    assert order.left_out == ()
    assert [place[1] for place in order.columns[1]] == [1, 2, 3]


def test_the_picture_has_title_description_table_and_no_style() -> None:
    chart: Chart = draw(hospital_river(), chosen=3)
    svg = chart.svg()
    assert svg.startswith('<svg class="river"')
    assert 'role="img"' in svg
    assert "<title" in svg
    assert "<desc" in svg
    assert "style=" not in svg
    assert "<script" not in svg
    assert "#" not in svg.replace('"#', "").replace("url(#", "").replace("#fff", "").replace("#000", "")
    assert len(chart.table.rows) == 6
    assert chart.table.rows[3][1] == ".09 (−.04 to .21)"
    alone = chart.standalone()
    assert "var(" not in alone
    assert "#196872" in alone
