"""Attacks on groups that are all alike: who is in the group has told what they answered."""

from __future__ import annotations

import numpy as np

from headwater.privacy.audit.evidence import Evidence
from headwater.privacy.audit.views import CLOSE, BoolArray, FloatArray, IntArray, View, less_parts

UNLESS = ", unless some of those people skipped the question, which the fractions leave open"
"""Said where a count may stand in for fewer answers."""

EXTREME = 0.95
"""Promise of the release: nothing beyond 95% of the range (or below 5%) is shown as it is."""


def homogeneous(evidence: Evidence) -> None:
    """Numbers that say by themselves that (nearly) all people of a group are alike."""
    for view in evidence.fresh:
        width = view.high - view.low
        share = (view.value - view.low) / np.where(width > 0, width, 1)
        evidence.tried("homogeneous", int(view.shown.sum()))
        extreme = view.exact & ((share > EXTREME + CLOSE) | (share < 1 - EXTREME - CLOSE))
        _tell(evidence, view, extreme, "is shown as {value:g}, at the end of its range: nearly all are alike")
        # A limit is a multiple of 5% of the range; anything else behind "at least" is the value itself.
        steps = np.where(np.isnan(share), 0, share) * 20
        told = view.shown & view.items & (view.bound != 0) & ~np.isnan(share)
        told &= (np.abs(steps - np.round(steps)) > CLOSE) | (share > EXTREME + CLOSE) | (share < 1 - EXTREME - CLOSE)
        _tell(evidence, view, told, "is marked as a limit but says {value:g}, which is no limit")
        still = view.shown & (view.grid("se") <= 0)
        _tell(evidence, view, still, "has a standard error of 0 beside {value:g}: all answered alike")
        shut = view.shown & (np.abs(view.grid("high") - view.grid("low")) <= CLOSE * np.maximum(width, 1))
        _tell(evidence, view, shut & ~still, "has an interval of no width beside {value:g}: all answered alike")


def homogeneous_rest(evidence: Evidence) -> None:
    """Groups left over by subtraction whose answers turn out to be all at one end."""
    for view in evidence.fresh:
        consistent = view.exact & (view.answered_for_sure | view.whole_sums)
        above = view.above_by(view.exact)
        count, value = view.count.astype(np.float64), np.where(view.exact, view.value, 0.0)
        people = less_parts(count, count, view.exact, above)
        total = less_parts(count * value, count * value, view.exact, above)
        unsure = less_parts(np.zeros_like(count), -1.0 * ~consistent, view.exact, above)
        own = np.where(view.exact, count, 0)
        group = view.exact & consistent & (unsure == 0) & (people > 0) & (people < own) & ~_scales(view)
        evidence.tried("homogeneous_rest", int(group.sum()))
        told = view.told_counts
        at_low = group & (np.abs(total - people * view.low) <= CLOSE * np.maximum(people, 1))
        at_high = group & (np.abs(total - people * view.high) <= CLOSE * np.maximum(people, 1))
        for unit, column in zip(*np.nonzero(at_low | at_high), strict=True):
            key = view.columns[column].key
            end = view.low[column] if at_low[unit, column] else view.high[column]
            parts = np.flatnonzero(view.exact[:, column] & (above[:, column] == unit))
            if _contradicted(view, unit, column, parts, bool(at_low[unit, column])):
                continue
            names = ", ".join(view.unit(part) for part in parts)
            certain = bool(told[[unit, *parts], column].all())
            how = (
                f"{key}: the sum of {view.unit(unit)} less those of {names} leaves {people[unit, column]:.0f} people "
                f"whose mean is {end:g}: every one of them is at the end of the range{'' if certain else UNLESS}."
            )
            evidence.found(
                "homogeneous_rest",
                view.place,
                how,
                units=[view.unit(part) for part in (unit, *parts)],
                columns=[key],
                people=int(people[unit, column]),
                severity="leak" if certain else "caution",
            )


def limits_pinned(evidence: Evidence) -> None:
    """A limit of a whole, with the exact numbers of its parts, that leaves the rest no choice but the end of the range.

    "95% or more" of twenty people, ten of whom have 90%, is only reached when the other ten all agree. Limits below a
    whole shown exactly need no test of their own: the rest of the exact parts is then all alike, as `homogeneous_rest`
    finds.
    """
    for view in evidence.fresh:
        counted, told = _counted(view), view.told_counts
        limited = view.shown & (view.bound != 0) & view.items & counted
        width, count = view.high - view.low, view.count.astype(np.float64)
        points = np.where(view.shown, (view.value - view.low) * count, 0.0)
        most = np.where(view.shown, width * count, 0.0)
        grain = np.array([100.0 if column.unit == "percent" else 1.0 for column in view.columns])
        least_top = np.ceil(points / grain - CLOSE) * grain
        most_low = np.floor(points / grain + CLOSE) * grain
        top = np.where(view.bound > 0, most, np.where(view.bound < 0, most_low, points))
        low = np.where(view.bound < 0, 0.0, np.where(view.bound > 0, least_top, points))
        # All that the parts and the people beside them can have at most, against what the whole has at least.
        beside = np.maximum(less_parts(most, most, view.shown, view.above), 0)
        reach = less_parts(np.zeros_like(top), -top, view.shown, view.above) + beside
        floor = less_parts(np.zeros_like(low), -low, view.shown, view.above)
        people = less_parts(count, count, view.shown, view.above)
        unsure = less_parts(np.zeros_like(count), -1.0 * ~counted, view.shown, view.above)
        evidence.tried("limits_pinned", int(limited.sum()))
        tried = limited & (unsure == 0) & (people >= 0) & (most > 0)
        forced_up = tried & (view.bound > 0) & (reach <= least_top + CLOSE)
        forced_down = tried & (view.bound < 0) & (floor >= most_low - CLOSE) & (most_low >= 0) & (floor > -CLOSE)
        forced_down &= (people > 0) | (floor > CLOSE)
        for unit, column in zip(*np.nonzero(forced_up | forced_down), strict=True):
            parts = np.flatnonzero(view.shown[:, column] & (view.above[:, column] == unit))
            if len(parts) == 0:
                continue
            key, certain = view.columns[column].key, bool(told[[unit, *parts], column].all())
            how = (
                f"{key} of {view.unit(unit)} is shown as a limit ({view.value[unit, column]:g}), which with the "
                f"numbers of {', '.join(view.unit(part) for part in parts)} is only "
                f"reached when everyone else is at the end{'' if certain else UNLESS}."
            )
            evidence.found(
                "limits_pinned",
                view.place,
                how,
                units=[view.unit(part) for part in (unit, *parts)],
                columns=[key],
                people=int(people[unit, column]) or None,
                severity="leak" if certain else "caution",
            )


def _counted(view: View) -> BoolArray:
    """bool[R, C]: the count may be that of the answers, as far as the fractions of the question's numbers tell."""
    fits = view.exact & view.whole_sums
    counted = view.answered_for_sure.copy()
    for numbers in view.questions:
        counted[:, numbers] |= fits[:, numbers].any(axis=1, keepdims=True) & ~(
            view.exact[:, numbers] & ~fits[:, numbers]
        ).any(axis=1, keepdims=True)
    return counted


def percent_inversion(evidence: Evidence) -> None:
    """Whole percents beside a count give back whole people: groups left over by subtraction that are all alike."""
    for view in evidence.fresh:
        percent = np.array([column.unit == "percent" for column in view.columns]) & view.items
        value = np.where(view.exact, view.value, 0.0)
        rounded = view.exact & percent & (np.abs(value - np.round(value)) <= CLOSE)
        rounded &= ~view.whole_sums & (view.count < 100)
        exact = view.exact & percent & (view.count < 100) & (rounded | view.whole_sums)
        evidence.tried("percent_inversion", int(rounded.sum()))
        if not rounded.any():
            continue
        people = view.count.astype(np.float64)
        favourable = np.round(people * value / 100)
        held = exact & (np.abs(favourable - people * value / 100) <= people * 0.005 + CLOSE)
        for unit, column in zip(*np.nonzero(held & rounded), strict=True):
            if favourable[unit, column] in (0, people[unit, column]):
                key, n = view.columns[column].key, int(people[unit, column])
                how = (
                    f"{key} of {view.unit(unit)}, {value[unit, column]:g}% of {n}, is {favourable[unit, column]:.0f} "
                    "people: all are alike."
                )
                evidence.found("percent_inversion", view.place, how, units=[view.unit(unit)], columns=[key], people=n)
        above = view.above_by(held)
        left = less_parts(people, people, held, above)
        chosen = less_parts(favourable, favourable, held, above)
        part_rounded = less_parts(np.zeros_like(people), -1.0 * rounded, held, above) + (rounded & held)
        alike = held & (part_rounded > 0) & (left > 0) & (left < people) & ((chosen == 0) | (chosen == left))
        for unit, column in zip(*np.nonzero(alike), strict=True):
            key = view.columns[column].key
            parts = np.flatnonzero(held[:, column] & (above[:, column] == unit))
            how = (
                f"{key}: percents and counts of {view.unit(unit)} less {', '.join(view.unit(part) for part in parts)} "
                f"leave {chosen[unit, column]:.0f} of {left[unit, column]:.0f} people: all are alike."
            )
            evidence.found(
                "percent_inversion",
                view.place,
                how,
                units=[view.unit(part) for part in (unit, *parts)],
                columns=[key],
                people=int(left[unit, column]),
            )


def value_precision(evidence: Evidence) -> None:
    """Fractions that do not fit the count beside them tell how many really answered.

    A mean of 3.5714... is 25/7: whoever reads it beside "8 people" knows that one of them skipped the question.
    """
    for view in evidence.fresh:
        doubtful = view.exact & view.items & ~view.answered_for_sure & ~view.whole_sums
        evidence.tried("value_precision", int((view.exact & view.items).sum()))
        units, columns = np.nonzero(doubtful)
        n, points = view.count[units, columns], _points(view, units, columns)
        fits, fitting = np.zeros(len(n), np.int64), np.zeros(len(n), np.int64)
        for skipped in range(1, view.table.k):
            fewer = n - skipped
            whole = (fewer >= 1) & (np.abs(points * fewer - np.round(points * fewer)) <= CLOSE)
            fits += whole
            fitting[whole] = fewer[whole]
        told = np.flatnonzero(fits == 1)
        if len(told):
            unit, column, people, answers = (int(values[told[0]]) for values in (units, columns, n, fitting))
            named = np.unique(units[told])
            first = (
                f"{view.columns[column].key} of {view.unit(unit)} is {view.value[unit, column]:.10g} beside {people} "
                f"people; only {answers} answers give such a fraction, so {people - answers} skipped the question"
            )
            evidence.found(
                "value_precision",
                view.place,
                f"{len(told)} numbers in {len(named)} units tell by their fractions how many skipped: {first}.",
                units=[view.unit(number) for number in named[:10]],
                severity="caution",
            )


def _points(view: View, units: IntArray, columns: IntArray) -> FloatArray:
    """Some cells' values in whole points of an answer."""
    points: FloatArray = view.value[units, columns] / view.worth[columns]
    return points


def _scales(view: View) -> BoolArray:
    return ~view.items


def _contradicted(view: View, unit: int, column: int, parts: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
                  at_low: bool) -> bool:  # fmt: skip
    """Whether another measure of the same question, taken apart in the same way, says that they are not alike."""
    head = view.columns[column]
    for number, other in enumerate(view.columns):
        if other.subject != head.subject or other.kind != head.kind or number == column:
            continue
        cells = [unit, *parts.tolist()]
        if not view.exact[cells, number].all():
            continue
        count = view.count[cells, number].astype(np.float64)
        total = count * view.value[cells, number]
        people, left = count[0] - count[1:].sum(), total[0] - total[1:].sum()
        end = other.low if at_low else other.high
        if people > 0 and abs(left - people * end) > CLOSE * max(people, 1) and head.measure == "mean":
            return True
        if not other.low * people - CLOSE <= left <= other.high * people + CLOSE:
            return True
    return False


def _tell(evidence: Evidence, view: View, cells: BoolArray, what: str) -> None:
    for unit, column in zip(*np.nonzero(cells), strict=True):
        key, people = view.columns[column].key, int(view.count[unit, column])
        how = f"{key} of {view.unit(unit)} ({people} people) {what.format(value=view.value[unit, column])}."
        evidence.found("homogeneous", view.place, how, units=[view.unit(unit)], columns=[key], people=people)
