"""Charts drawn on the server: pure functions from data to SVG, with title, description and the same as a table."""

from headwater.reports.charts.chart import Chart, ChartTable
from headwater.reports.charts.diverging import diverging_bars
from headwater.reports.charts.dots import dot_interval, dot_row, dot_rows
from headwater.reports.charts.evidence import link_intervals
from headwater.reports.charts.heat import heat_map, heat_table
from headwater.reports.charts.organisation import Branch, organisation_tree
from headwater.reports.charts.places import narrow_place_map, place_legend, place_map
from headwater.reports.charts.predictions import Prediction, prediction
from headwater.reports.charts.river import RiverLayout, draw, layout
from headwater.reports.charts.standing import (
    StandingAxes,
    StandingPoint,
    score_axis,
    standing,
    standing_key,
    standing_list,
)
from headwater.reports.charts.trends import small_multiples, trend

__all__ = [
    "Branch",
    "Chart",
    "ChartTable",
    "Prediction",
    "RiverLayout",
    "StandingAxes",
    "StandingPoint",
    "diverging_bars",
    "dot_interval",
    "dot_row",
    "dot_rows",
    "draw",
    "heat_map",
    "heat_table",
    "layout",
    "link_intervals",
    "narrow_place_map",
    "organisation_tree",
    "place_legend",
    "place_map",
    "prediction",
    "score_axis",
    "small_multiples",
    "standing",
    "standing_key",
    "standing_list",
    "trend",
]
