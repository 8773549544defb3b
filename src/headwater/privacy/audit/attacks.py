"""The table of attacks: one function each, one line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from headwater.privacy.audit import (
    counting,
    differences,
    distributions,
    office,
    overlaps,
    pages,
    rates,
    scales,
    servers,
    shrinking,
    unanimity,
)
from headwater.privacy.audit.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Attack:
    """One kind of attack. title: how a finding of it is called. run: writes findings and checks into the evidence."""

    title: str
    run: Callable[[Evidence], None]


ATTACKS: dict[str, Attack] = {
    "small_group": Attack("a group below k", counting.small_group),
    "count_subtraction": Attack("counts subtracted", counting.count_subtraction),
    "sibling_subtraction": Attack("siblings subtracted", counting.sibling_subtraction),
    "item_skippers": Attack("who skipped a question", counting.item_skippers),
    "value_precision": Attack("fractions that tell the count", unanimity.value_precision),
    "homogeneous": Attack("a group all alike", unanimity.homogeneous),
    "homogeneous_rest": Attack("a rest all alike", unanimity.homogeneous_rest),
    "limits_pinned": Attack("a limit that leaves no choice", unanimity.limits_pinned),
    "percent_inversion": Attack("percents turned into people", unanimity.percent_inversion),
    "servers_subtracted": Attack("serving units taken from a total", servers.servers_subtracted),
    "complementary_cut": Attack("levels taken from a total", overlaps.complementary_cut),
    "cut_tree_bridge": Attack("levels against units", overlaps.cut_tree_bridge),
    "recut_tree": Attack("a tree drawn anew", overlaps.recut_tree),
    "overlapping_windows": Attack("overlapping windows", overlaps.overlapping_windows),
    "late_answers": Attack("late answers", overlaps.late_answers),
    "corrected_answers": Attack("corrected answers", overlaps.corrected_answers),
    "scale_against_items": Attack("a scale against its items", scales.scale_against_items),
    "shrunken_value": Attack("a steadied value undone", shrinking.shrunken_value),
    "withheld_carries": Attack("a number in a withheld cell", differences.withheld_carries),
    "rest_difference": Attack("the rest gives it back", differences.rest_difference),
    "previous_difference": Attack("the change gives it back", differences.previous_difference),
    "benchmark_difference": Attack("the benchmark gives it back", differences.benchmark_difference),
    "distribution": Attack("bars that tell", distributions.distribution),
    "response_rate": Attack("response rates", rates.response_rate),
    "rate_inversion": Attack("a rate that tells who did not answer", rates.rate_inversion),
    "joiners_leavers": Attack("who joined and who left", rates.joiners_leavers),
    "workbook_in_deck": Attack("a workbook behind a chart", office.workbook_in_deck),
    "hidden_content": Attack("content that is hidden", office.hidden_content),
    "file_metadata": Attack("who made a file", office.file_metadata),
    "page_hidden": Attack("what a page hides", pages.page_hidden),
    "pdf_hidden": Attack("what a PDF hides", pages.pdf_hidden),
    "json_small": Attack("small counts in JSON", pages.json_small),
    "file_names": Attack("counts in file names", pages.file_names),
    "stored_numbers": Attack("numbers in stored books", pages.stored_numbers),
}
"""By key."""
