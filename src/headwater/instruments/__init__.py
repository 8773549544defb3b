"""Questionnaires as versioned YAML: the library, their loader, their scoring rules, and forks of them."""

from headwater.instruments.best_worst import DesignBalance, design_balance, make_sets
from headwater.instruments.conditions import Condition, is_shown, parse_condition
from headwater.instruments.description import describe
from headwater.instruments.fork import Reword, fork
from headwater.instruments.languages import add_language, only_languages, words_to_translate
from headwater.instruments.loader import (
    check_instrument,
    library,
    load_instrument,
    read_instrument,
    standard_response_scales,
)
from headwater.instruments.nodes import LineProblem
from headwater.instruments.scoring_rules import (
    CodeRange,
    ItemRule,
    Overlap,
    item_rule,
    item_rules,
    moment_plan,
    related,
    scale_range,
    scales_of,
)
from headwater.instruments.trends import Change, ScaleTrend, comparable_items, comparable_scales, diff
from headwater.instruments.writing import dump_instrument, to_yaml

__all__ = [
    "Change",
    "CodeRange",
    "Condition",
    "DesignBalance",
    "ItemRule",
    "LineProblem",
    "Overlap",
    "Reword",
    "ScaleTrend",
    "add_language",
    "check_instrument",
    "comparable_items",
    "comparable_scales",
    "describe",
    "design_balance",
    "diff",
    "dump_instrument",
    "fork",
    "is_shown",
    "item_rule",
    "item_rules",
    "library",
    "load_instrument",
    "make_sets",
    "moment_plan",
    "only_languages",
    "parse_condition",
    "read_instrument",
    "related",
    "scale_range",
    "scales_of",
    "standard_response_scales",
    "to_yaml",
    "words_to_translate",
]
