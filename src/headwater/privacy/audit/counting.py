"""Attacks by counting: what is left when the parts of a unit are taken away."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from headwater.privacy.audit.evidence import Evidence
from headwater.privacy.audit.views import IntArray, View, less_parts, nearest_above


def small_group(evidence: Evidence) -> None:
    """Numbers shown of fewer than k people."""
    for view in evidence.fresh:
        k = view.table.k
        evidence.tried("small_group", int((view.n > 0).sum() + view.shown.sum()))
        for unit in np.flatnonzero((view.n > 0) & (view.n < k)):
            how = f"{view.unit(unit)} is shown with {view.n[unit]} respondents; the smallest group shown is {k}."
            evidence.found("small_group", view.place, how, units=[view.unit(unit)], people=int(view.n[unit]))
        answered = np.where(view.n[:, None] > 0, np.minimum(view.count, view.n[:, None]), view.count)
        for unit, column in zip(*np.nonzero(view.shown & (answered < k)), strict=True):
            key, people = view.columns[column].key, int(answered[unit, column])
            how = f"{key} of {view.unit(unit)} rests on {people} answers; the smallest group shown is {k}."
            evidence.found("small_group", view.place, how, units=[view.unit(unit)], columns=[key], people=people)


def count_subtraction(evidence: Evidence) -> None:
    """A unit's respondents less those of the shown units below it."""
    for view in evidence.fresh:
        shown = view.n > 0
        above = nearest_above(view.parent, shown)
        left = less_parts(view.n[:, None], view.n[:, None], shown[:, None], above[:, None])[:, 0]
        evidence.tried("count_subtraction", int(shown.sum()))
        for unit in np.flatnonzero(shown & (left > 0) & (left < view.table.k)):
            parts = np.flatnonzero(shown & (above == unit))
            if len(parts):
                evidence.found(
                    "count_subtraction",
                    view.place,
                    _subtraction(view, unit, parts, view.n, int(left[unit]), "respondents"),
                    units=[view.unit(part) for part in (unit, *parts)],
                    people=int(left[unit]),
                )


def sibling_subtraction(evidence: Evidence) -> None:
    """Column by column: a unit's number less those of the shown units below it.

    Who answered among the people left is at most the respondents left, and at most the unit's answers less the fewest
    answers its parts can have. When either is 1 to k - 1, the number of a small group follows.
    """
    for view in evidence.fresh:
        k = view.table.k
        by_people = less_parts(np.broadcast_to(view.n[:, None], view.shown.shape), view.n[:, None] + 0 * view.count,
                               view.shown, view.above)  # fmt: skip
        fewest = np.where(view.answered_for_sure, view.count, np.minimum(view.count, k))
        by_answers = less_parts(view.count, fewest, view.shown, view.above)
        most = np.where(by_people > 0, np.minimum(by_people, by_answers), 0)
        is_parent = np.zeros(view.shown.shape, bool)
        units, columns = np.nonzero(view.shown & (view.above >= 0))
        is_parent[view.above[units, columns], columns] = True
        evidence.tried("sibling_subtraction", int(is_parent.sum()))
        suspect = view.shown & is_parent & (most > 0) & (most < k)
        for unit in np.flatnonzero(suspect.any(axis=1)):
            numbers = np.flatnonzero(suspect[unit])
            first = numbers[0]
            parts = np.flatnonzero(view.shown[:, first] & (view.above[:, first] == unit))
            counts = view.count[:, first]
            evidence.found(
                "sibling_subtraction",
                view.place,
                f"{view.columns[first].key}: "
                + _subtraction(view, unit, parts, counts, int(most[unit, first]), "answers at most"),
                units=[view.unit(part) for part in (unit, *parts)],
                columns=[view.columns[number].key for number in numbers],
                people=int(most[unit, first]),
            )


def item_skippers(evidence: Evidence) -> None:
    """Respondents less answers: the people who skipped a question are a group like any other."""
    for view in evidence.fresh:
        k = view.table.k
        skipped = np.where(view.answered_for_sure, view.n[:, None] - view.count, 0)
        evidence.tried("item_skippers", int(view.shown.sum()))
        for unit, column in zip(*np.nonzero((skipped > 0) & (skipped < k)), strict=True):
            key, people = view.columns[column].key, int(skipped[unit, column])
            how = (
                f"{view.unit(unit)} has {view.n[unit]} respondents and {view.count[unit, column]} answers to {key}: "
                f"{people} skipped it."
            )
            evidence.found("item_skippers", view.place, how, units=[view.unit(unit)], columns=[key], people=people)
        numbers = np.flatnonzero(view.items)
        sure = view.answered_for_sure[:, numbers]
        above = view.above_by(sure)
        left = less_parts(skipped[:, numbers], skipped[:, numbers], sure, above)
        for unit, place in zip(*np.nonzero(sure & (left > 0) & (left < k)), strict=True):
            parts = np.flatnonzero(sure[:, place] & (above[:, place] == unit))
            if len(parts):
                key = view.columns[numbers[place]].key
                how = f"who skipped {key}: " + _subtraction(
                    view, unit, parts, skipped[:, numbers[place]], int(left[unit, place]), "people"
                )
                evidence.found(
                    "item_skippers",
                    view.place,
                    how,
                    units=[view.unit(part) for part in (unit, *parts)],
                    columns=[key],
                    people=int(left[unit, place]),
                )


Noun = Literal["respondents", "answers at most", "people"]


def _subtraction(
    view: View, unit: int | np.integer[Any], parts: IntArray, counts: IntArray, left: int, noun: Noun
) -> str:
    names = ", ".join(f"{view.unit(part)} ({counts[part]})" for part in parts[:4])
    listed = f"{names} and {len(parts) - 4} more" if len(parts) > 4 else names
    said = {
        "respondents": f"{view.unit(unit)} ({counts[unit]}) less {listed} leaves {left} respondents.",
        "answers at most": f"{view.unit(unit)} ({counts[unit]}) less {listed} leaves {left} answers at most.",
        "people": f"{view.unit(unit)} ({counts[unit]}) less {listed} leaves {left} people.",
    }
    return said[noun]
