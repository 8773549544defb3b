"""Leaks planted in clean releases: one function a kind, each gives what is released then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from tests.core.privacy.audit_cast import own_copy, small_table

from headwater.privacy.audit.views import View
from headwater.privacy.releases import Rates, ReleaseTable

Tables = tuple[ReleaseTable, ...]


# Each plant changes copies of the two clean tables in place and returns what is released then.
def column_of(table: ReleaseTable, kind: str, measure: str) -> int:
    view = View(table, table.everybody)
    numbers = [n for n, column in enumerate(table.columns) if (column.kind, column.measure) == (kind, measure)]
    return max(numbers, key=lambda number: int(view.exact[:, number].sum()))


def family(table: ReleaseTable, column: int) -> tuple[int, np.ndarray]:
    """A unit and the shown units next below it, all exact in the column, with at least k people beside them."""
    view = View(table, table.everybody)
    for unit in range(len(table.unit_ids) - 1, -1, -1):
        parts = np.flatnonzero((view.above[:, column] == unit) & view.shown[:, column])
        if len(parts) and view.exact[unit, column] and view.exact[parts, column].all():
            return unit, parts
    raise AssertionError("no unit has shown units below it")


def limited(table: ReleaseTable, *, item: bool = True) -> tuple[int, int]:
    """A cell shown as a limit that has a shown unit above it and is steadied."""
    view = View(table, table.everybody)
    shrunken, value = view.grid("shrunken"), view.value
    cells = view.shown & (view.bound != 0) & (view.above >= 0) & (np.abs(shrunken - value) > 0.01)
    cells &= view.items[None, :]
    above_exact = np.take_along_axis(view.exact, np.maximum(view.above, 0), axis=0)
    units, columns = np.nonzero(cells & above_exact)
    assert len(units)
    return int(units[0]), int(columns[0])


def shown_cell(table: ReleaseTable, column: int) -> int:
    return int(np.flatnonzero(View(table, table.everybody).exact[:, column])[-1])


def withheld_cell(table: ReleaseTable) -> tuple[int, int]:
    units, columns = np.nonzero(~table.everybody.shown)
    return int(units[0]), int(columns[0])


def plant_small_group(tables: Tables) -> Tables:
    panel = tables[0].everybody
    unit = int(np.flatnonzero(panel.n > 0)[-1])
    panel.n[unit] = 3
    panel.n_answered[unit] = np.where(panel.shown[unit], 3, 0)
    return tables


def plant_count(tables: Tables) -> Tables:
    view = View(tables[0], tables[0].everybody)
    unit, _ = family(tables[0], column_of(tables[0], "item", "mean"))
    from headwater.privacy.audit.views import nearest_above

    below = nearest_above(tables[0].parent, view.n > 0)
    parts = np.flatnonzero((below == unit) & (view.n > 0))
    tables[0].everybody.n[unit] = view.n[parts].sum() + 2
    return tables


def plant_sibling(tables: Tables) -> Tables:
    column = column_of(tables[0], "item", "mean")
    unit, parts = family(tables[0], column)
    panel = tables[0].everybody
    panel.n[parts] += 50
    panel.n[unit] += 100 + 50 * len(parts)
    panel.n_answered[parts, column] = panel.n[parts] - 10
    panel.n_answered[unit, column] = panel.n_answered[parts, column].sum() + 2
    return tables


def plant_skippers(tables: Tables) -> Tables:
    column = column_of(tables[0], "item", "mean")
    unit = shown_cell(tables[0], column)
    tables[0].everybody.n_answered[unit, column] = tables[0].everybody.n[unit] - 1
    return tables


def plant_unanimous(tables: Tables) -> Tables:
    column = column_of(tables[0], "item", "mean")
    tables[0].everybody.fields["value"][shown_cell(tables[0], column), column] = 5.0
    return tables


def plant_no_spread(tables: Tables) -> Tables:
    column = column_of(tables[0], "item", "mean")
    tables[0].everybody.fields["se"][shown_cell(tables[0], column), column] = 0.0
    return tables


def plant_telling_limit(tables: Tables) -> Tables:
    unit, column = limited(tables[0])
    tables[0].everybody.fields["value"][unit, column] += 0.0131 * (tables[0].columns[column].high / 5)
    return tables


def plant_unanimous_rest(tables: Tables) -> Tables:
    column = column_of(tables[0], "item", "mean")
    unit, parts = family(tables[0], column)
    panel = tables[0].everybody
    subject = tables[0].columns[column].subject
    for number, held in enumerate(tables[0].columns):
        if held.subject != subject:
            continue
        panel.n_answered[[unit, *parts], number] = panel.n[[unit, *parts]]
        panel.bound[[unit, *parts], number] = 0
        panel.shown[[unit, *parts], number] = True
        # One point off the middle: no fewer answers give such a fraction, so everybody answered.
        n, worth = panel.n, 1.0 if held.measure == "mean" else 100.0
        middle = (n[parts] * 3 + 1 if held.measure == "mean" else n[parts] // 2) * worth
        panel.fields["value"][parts, number] = middle / n[parts]
        beside = (n[unit] - n[parts].sum()) * held.high
        panel.fields["value"][unit, number] = (middle.sum() + beside) / n[unit]
    return tables


def plant_rounded_percents(tables: Tables) -> Tables:
    parents = {"top": "", "a": "top", "b": "top"}
    table = small_table(parents, {"top": 31, "a": 13, "b": 12})
    column = replace(table.columns[0], measure="favourable", low=0.0, high=100.0, unit="percent")
    for unit, chosen in zip(range(3), (6 + 5 + 6, 6, 5), strict=True):
        percent = round(100 * chosen / int(table.everybody.n[unit]))
        table.everybody.fields["value"][unit, 0] = percent
        table.everybody.fields["low"][unit, 0], table.everybody.fields["high"][unit, 0] = percent - 20, percent + 20
    return (replace(table, columns=(column,)),)


def plant_pinned(tables: Tables) -> Tables:
    # 95% or more of 20 people is 19 of them; 9 of 10 in a leave 10 of the other 10. A mean of 61/20 is one of twenty.
    table = small_table({"top": "", "a": "top"}, {"top": 20, "a": 10})
    table.everybody.fields["value"][:, 0] = [3.05, 3.1]
    percent = replace(table.columns[0], measure="favourable", low=0.0, high=100.0, unit="percent")
    panel = table.everybody
    wide = replace(
        panel,
        shown=np.ones((2, 2), bool),
        n_answered=np.repeat(panel.n[:, None], 2, axis=1),
        bound=np.array([[0, 1], [0, 0]], np.int8),
        fields={name: np.repeat(values, 2, axis=1) for name, values in panel.fields.items()},
        sureness={kind: np.repeat(values, 2, axis=1) for kind, values in panel.sureness.items()},
    )
    wide.fields["value"][:, 1] = [95.0, 90.0]
    wide.fields["low"][:, 1], wide.fields["high"][:, 1] = 60.0, 100.0
    return (replace(table, columns=(table.columns[0], percent), panels=(wide,)),)


def plant_complement(tables: Tables) -> Tables:
    panels = [panel for panel in tables[0].panels if panel.cut]
    root = [panel for panel in panels if panel.n[0] > 0 and panel.rows[0] == 0]
    short = int(tables[0].everybody.n[0] - sum(panel.n[0] for panel in root))
    root[0].n[0] += short - 2
    return tables


def plant_bridge(tables: Tables) -> Tables:
    # Levels x and y of b follow from those of the top and of a; with b's total they leave two people.
    table = small_table(
        {"top": "", "a": "top", "b": "top"},
        {"top": 40, "a": 20, "b": 20},
        levels={("area", "x"): {"top": 17, "a": 9}, ("area", "y"): {"top": 16, "a": 6}},
    )
    return (table,)


def plant_recut(tables: Tables) -> Tables:
    first = small_table({"top": "", "p": "top", "a": "p", "b": "p", "c": "top"}, {"top": 30, "p": 14})
    second = small_table({"top": "", "q": "top", "a": "q", "c": "q", "b": "top"}, {"top": 30, "q": 19, "b": 11})
    return first, second


def plant_windows(tables: Tables) -> Tables:
    parents = {"top": "", "a": "top"}
    first = small_table(parents, {"top": 30, "a": 14}, window="2026-01-01/2026-01-31")
    second = small_table(parents, {"top": 52, "a": 17}, window="2026-01-01/2026-02-28")
    return first, second


def plant_late(tables: Tables) -> Tables:
    second = own_copy(replace(tables[0], version=2))
    unit = int(np.flatnonzero(second.everybody.n > 0)[-1])
    while unit >= 0:
        second.everybody.n[unit] += second.everybody.n[unit] > 0
        unit = int(second.parent[unit])
    return (*tables, second)


def plant_correction(tables: Tables) -> Tables:
    second = own_copy(replace(tables[0], version=2))
    column = column_of(second, "item", "mean")
    unit = shown_cell(second, column)
    second.everybody.fields["value"][unit, column] += 1 / second.everybody.n[unit]
    return (*tables, second)


def plant_missing_item(tables: Tables) -> Tables:
    scale, items = scale_with_items(tables[0])
    panel = tables[0].everybody
    unit = int(np.flatnonzero(panel.shown[:, scale])[-1])
    panel.shown[unit, items[0]] = False
    panel.n_answered[unit, items[0]] = 0
    for values in panel.fields.values():
        values[unit, items[0]] = np.nan
    return tables


def plant_person_scale(tables: Tables) -> Tables:
    scale, items = scale_with_items(tables[0])
    view = View(tables[0], tables[0].everybody)
    unit = int(np.flatnonzero(view.exact[:, scale] & view.exact[:, items].all(axis=1))[-1])
    tables[0].everybody.fields["value"][unit, scale] += 0.02
    return tables


def scale_with_items(table: ReleaseTable) -> tuple[int, list[int]]:
    for number, column in enumerate(table.columns):
        items = [n for n, held in enumerate(table.columns)
                 if held.kind == "item" and held.scale == column.subject and held.measure == "mean"]  # fmt: skip
        if column.kind == "scale" and column.measure == "score" and len(items) > 1:
            return number, items
    raise AssertionError("no scale with items")


def plant_shrunken_withheld(tables: Tables) -> Tables:
    unit, column = withheld_cell(tables[0])
    tables[0].everybody.fields["shrunken"][unit, column] = 3.3
    return tables


def plant_shrunken_limit(tables: Tables) -> Tables:
    unit, column = limited(tables[0])
    view, panel = View(tables[0], tables[0].everybody), tables[0].everybody
    goal = view.value[view.above[unit, column], column]
    said, held = view.value[unit, column], panel.fields["shrunken"][unit, column]
    end = view.high[column] if view.bound[unit, column] > 0 else view.low[column]
    panel.fields["shrunken"][unit, column] = goal + (held - goal) / (said - goal) * (end - goal)
    return tables


def plant_number_withheld(tables: Tables) -> Tables:
    unit, column = withheld_cell(tables[0])
    tables[0].everybody.fields["rest_p"][unit, column] = 0.2
    return tables


def plant_rest_of_nothing(tables: Tables) -> Tables:
    column = column_of(tables[0], "item", "mean")
    view = View(tables[0], tables[0].everybody)
    unit = int(np.flatnonzero(view.exact[:, column] & (view.above[:, column] < 0))[0])
    tables[0].everybody.fields["rest"][unit, column] = 3.1
    return tables


def plant_rest_of_limit(tables: Tables) -> Tables:
    unit, column = limited(tables[0])
    view, panel = View(tables[0], tables[0].everybody), tables[0].everybody
    above = int(view.above[unit, column])
    n, whole = float(view.count[unit, column]), float(view.count[above, column])
    end = view.high[column] if view.bound[unit, column] > 0 else view.low[column]
    panel.fields["rest"][unit, column] = (whole * view.value[above, column] - n * end) / (whole - n)
    return tables


def plant_change_of_limit(tables: Tables) -> Tables:
    unit, column = limited(tables[1])
    tables[1].everybody.fields["previous_difference"][unit, column] = 0.1
    return tables


def plant_change_from_withheld(tables: Tables) -> Tables:
    view = View(tables[1], tables[1].everybody)
    units, columns = np.nonzero(view.exact & ~np.isnan(view.grid("previous_difference")))
    unit, column = int(units[-1]), int(columns[-1])
    first = tables[0].everybody
    first.shown[unit, column] = False
    first.n_answered[unit, column] = 0
    for values in first.fields.values():
        values[unit, column] = np.nan
    return tables


def plant_benchmark(tables: Tables) -> Tables:
    unit, column = limited(tables[0])
    tables[0].everybody.fields["benchmark_difference"][unit, column] = 0.4
    return tables


def plant_bars_withheld(tables: Tables) -> Tables:
    shares = tables[0].shares
    assert shares is not None
    unit = int(np.flatnonzero(tables[0].everybody.n == 0)[0])
    width = int(shares.offsets[1])
    shares.percent[unit, :width] = np.r_[100 - 10 * (width - 1), [10] * (width - 1)]
    return tables


def plant_bars_one(tables: Tables) -> Tables:
    shares = tables[0].shares
    assert shares is not None
    unit = int(np.flatnonzero(~np.isnan(shares.percent[:, 0]))[0])
    shares.percent[unit, : int(shares.offsets[1])] = 0
    shares.percent[unit, 0] = 100
    return tables


def plant_bars_rest(tables: Tables) -> Tables:
    shares = tables[0].shares
    assert shares is not None
    table = small_table({"top": "", "a": "top"}, {"top": 40, "a": 30})
    percent = np.array([[0.0, 25, 50, 25, 0], [0, 0, 67, 33, 0]])  # 10 + 20 + 10 less 20 + 10 leaves 10 of one kind.
    held = replace(shares, subjects=("lx_listens",), offsets=np.array([0, 5]), percent=percent)
    return (replace(table, shares=held),)


def rates(invited: int, said: list[int]) -> Rates:
    days = np.arange(len(said), dtype=np.int32)
    return Rates(np.zeros(len(said), np.int32), days, np.full(len(said), invited), np.array(said, np.int64))


def plant_near_full(tables: Tables) -> Tables:
    return (replace(tables[0], rates=rates(40, [10, 20, 39])), tables[1])


def plant_slow_day(tables: Tables) -> Tables:
    return (replace(tables[0], rates=rates(40, [10, 12, 20])), tables[1])


def plant_stayers(tables: Tables) -> Tables:
    parents = {"top": "", "a": "top"}
    first = small_table(parents, {"top": 30, "a": 14})
    second = small_table(
        parents, {"top": 31, "a": 14}, levels={("panel", "stayers"): {"top": 24}}, wave="w2", previous_wave="w1"
    )
    second.panels[1].n[0] = 28
    return first, second


def plant_total_of_servers(tables: Tables) -> Tables:
    """The ratings of one serving unit beside those of all: two people rated another."""
    rated = tuple(replace(column, measure="service") for column in tables[0].columns)
    part = replace(own_copy(tables[0]), study=f"{tables[0].study}.desk", columns=rated)
    unit = int(np.argmax(part.everybody.n))
    part.everybody.n[unit] -= 2
    return (*tables, part)


PLANTS: dict[str, tuple[str, Callable[[Tables], Tables]]] = {
    "a team of three": ("small_group", plant_small_group),
    "parent less children": ("count_subtraction", plant_count),
    "parent less children in one column": ("sibling_subtraction", plant_sibling),
    "one person skipped": ("item_skippers", plant_skippers),
    "everyone at the top": ("homogeneous", plant_unanimous),
    "no spread": ("homogeneous", plant_no_spread),
    "a limit that is the value": ("homogeneous", plant_telling_limit),
    "a rest at the top": ("homogeneous_rest", plant_unanimous_rest),
    "a limit only reached when all agree": ("limits_pinned", plant_pinned),
    "rounded percents": ("percent_inversion", plant_rounded_percents),
    "all serving units less one": ("servers_subtracted", plant_total_of_servers),
    "total less levels": ("complementary_cut", plant_complement),
    "levels of siblings": ("cut_tree_bridge", plant_bridge),
    "tree drawn anew": ("recut_tree", plant_recut),
    "overlapping windows": ("overlapping_windows", plant_windows),
    "one late answer": ("late_answers", plant_late),
    "one answer corrected": ("corrected_answers", plant_correction),
    "scale with one item withheld": ("scale_against_items", plant_missing_item),
    "scale made person by person": ("scale_against_items", plant_person_scale),
    "steadied value of a withheld number": ("shrunken_value", plant_shrunken_withheld),
    "steadied value behind a limit": ("shrunken_value", plant_shrunken_limit),
    "test result of a withheld number": ("withheld_carries", plant_number_withheld),
    "rest of a withheld whole": ("rest_difference", plant_rest_of_nothing),
    "rest behind a limit": ("rest_difference", plant_rest_of_limit),
    "change of a limit": ("previous_difference", plant_change_of_limit),
    "change from a withheld number": ("previous_difference", plant_change_from_withheld),
    "benchmark beside a limit": ("benchmark_difference", plant_benchmark),
    "bars of a withheld unit": ("distribution", plant_bars_withheld),
    "bars of one answer": ("distribution", plant_bars_one),
    "bars whose rest is alike": ("distribution", plant_bars_rest),
    "nearly everyone answered": ("response_rate", plant_near_full),
    "a day with two answers": ("response_rate", plant_slow_day),
    "those who joined": ("joiners_leavers", plant_stayers),
}
