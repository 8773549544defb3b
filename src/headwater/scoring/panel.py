"""One panel of a ScoreBook: every column of everybody, or of one level of a cut, for many units at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.measures import MEASURES
from headwater.measures.measure import NORMAL_95
from headwater.scoring.column_order import Key, apart, key_of
from headwater.scoring.comparing import Compared, Side, compare, compare_with_fixed, flag, steadied_difference
from headwater.scoring.estimating import Estimator, pooled_spread
from headwater.scoring.points import column_points
from headwater.scoring.releasing import Shown, bounded, combined, rest_of
from headwater.scoring.steadying import Between, Steadied, between_variances, steady_normal, steady_share
from headwater.scoring.sums import GroupSums
from headwater.stats.threads import in_threads
from headwater.vocab import FIELDS, Bound, Column, FloatArray, Panel

MINIMUM_FOR_OWN_SPREAD = 10
"""Units at one depth from which their own variance between units is estimated."""

ENOUGH_FOR_OWN_ERROR = 20
"""Answers from which a unit's own standard error counts in its steadied range, where it is the larger."""


@dataclass(frozen=True)
class Groups:
    """The groups of a panel and what each is compared with.

    rows: int32[R], units in preorder. sums: of the groups. rest: of the groups they are compared with, group by group.
    above: int64[R], panel row of the group each is steadied toward, -1 for none. shown: bool[R, C].
    depth: int32[R]. n: int64[R], respondents; n_answered: int64[R, C], as it may be shown.
    """

    rows: NDArray[np.int32]
    sums: GroupSums
    rest: GroupSums
    above: NDArray[np.int64]
    shown: NDArray[np.bool_]
    depth: NDArray[np.int32]
    n: NDArray[np.int64]
    n_answered: NDArray[np.int64]
    cut: str = ""
    level: str = ""
    part: NDArray[np.int64] | None = None
    """int64[R], which of several panels made at once each row is of; None for one panel."""

    @property
    def parts(self) -> NDArray[np.int64]:
        """int64[R], the panel of each row."""
        return np.zeros(len(self.rows), np.int64) if self.part is None else self.part


@dataclass(frozen=True)
class Targets:
    """What is shown of the whole units that the groups of a cut panel belong to: arrays [R, C], NaN where withheld."""

    value: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    n: FloatArray
    bound: NDArray[np.int8]

    def shown(self, number: int) -> Shown:
        """Return one column."""
        n = self.n[:, number]
        return Shown(
            self.value[:, number],
            self.se[:, number],
            self.low[:, number],
            self.high[:, number],
            n,
            n,
            self.bound[:, number],
            self.value[:, number],
        )


@dataclass(frozen=True)
class Reference:
    """Values of an earlier wave or a benchmark for the rows and columns of a panel: float64[R, C], NaN where none.

    n: people behind each; 0 where unknown.
    """

    value: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    n: FloatArray
    fixed: bool = False


def build_panel(
    estimator: Estimator,
    groups: Groups,
    own: GroupSums,
    targets: Targets | None,
    references: Mapping[str, Reference],
) -> Panel:
    """Estimate, bound, steady and compare every column.

    own: sums of units without those below them, from which the variance of one answer within units is pooled.
    targets: for cut panels, the whole unit's values; None for everybody, where groups are steadied toward `above`.
    references: by kind ("previous", "benchmark").
    """
    return _fill(estimator, groups, own, targets, references)


def build_panels(
    estimator: Estimator,
    groups: Groups,
    pooled: FloatArray,
    heads: Sequence[tuple[str, str]],
    targets: Targets,
    references: Mapping[str, Reference],
) -> list[Panel]:
    """Build the panels of several levels of cuts at once, as `build_panel` builds each.

    groups: the rows of all, one panel's behind the other's, told apart by `part`; `above` is numbered over all of them.
    pooled: float64[panels, C], the variance of one answer within units, NaN where too few tell. heads: cut and level of
    each panel.
    """
    whole = _fill(estimator, groups, pooled, targets, references)
    starts = np.searchsorted(groups.parts, np.arange(len(heads) + 1))
    found = []
    for (cut, level), first, last in zip(heads, starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        at = slice(first, last)
        found.append(
            Panel(
                cut=cut,
                level=level,
                rows=whole.rows[at],
                shown=whole.shown[at],
                n=whole.n[at],
                n_answered=whole.n_answered[at],
                fields={name: grid[at] for name, grid in whole.fields.items()},
                bound=whole.bound[at],
                sureness={kind: grid[at] for kind, grid in whole.sureness.items()},
            )
        )
    return found


def _fill(
    estimator: Estimator,
    groups: Groups,
    own: GroupSums | FloatArray,
    targets: Targets | None,
    references: Mapping[str, Reference],
) -> Panel:
    columns = estimator.specification.columns
    shape = (len(groups.rows), len(columns))
    # What nothing is compared with takes no room: one unknown number stands for all of a grid.
    nothing = np.broadcast_to(np.nan, shape)
    absent = tuple(f"{kind}_" for kind in ("previous", "benchmark") if kind not in references)
    fields = {name: nothing if name.startswith(absent) else np.full(shape, np.nan) for name in FIELDS}
    bound = np.zeros(shape, np.int8)
    shown = groups.shown.copy()
    sureness = {kind: np.zeros(shape, np.int8) for kind in ("rest", "previous", "benchmark")}
    part_of = groups.parts

    def fill(run: Sequence[tuple[int, list[Key]]]) -> None:
        said: dict[Key, Sides] = {}
        for number, over in run:
            column = columns[number]
            known = own if isinstance(own, GroupSums) else own[:, number]
            sides = column_sides(estimator, groups, known, column, said)
            said[key_of(column)] = sides
            for key in over:
                del said[key]
            shown[:, number] &= ~np.isnan(sides.group.value)
            rows = shown[:, number]
            if not rows.any():
                continue
            group = sides.group.keep(rows)
            put(fields, number, rows, value=group.value, se=group.se, low=group.low, high=group.high)
            bound[rows, number] = group.bound[rows]
            whole = _whole(groups, targets, number, group, rows)
            steadied = _steady(column, group, sides.pooled, groups, rows, whole)
            put(fields, number, rows, shrunken=steadied.value, shrunken_low=steadied.low, shrunken_high=steadied.high)

            rest = rest_of(column, group, whole, sides.rest, sides.pooled)
            beside = rows & ~np.isnan(whole.value) & (rest.n > 0)
            put(fields, number, beside, rest=rest.value)
            compared = {
                "rest": _only(steadied_difference(_side(group), _steadied_side(steadied, group), _side(rest)), beside)
            }
            for kind, reference in references.items():
                compared[kind] = _only(_against(group, reference, number), rows & (group.bound == Bound.EXACT))
            for kind, result in compared.items():
                adjusted, sure = flag(result, column.minimum_effect, part_of)
                fields[f"{kind}_difference"][:, number] = result.difference
                fields[f"{kind}_low"][:, number] = result.low
                fields[f"{kind}_high"][:, number] = result.high
                fields[f"{kind}_p"][:, number] = adjusted
                sureness[kind][:, number] = sure

    in_threads(fill, apart(estimator.specification), size=len(groups.rows))
    any_shown = shown.any(axis=1)
    return Panel(
        cut=groups.cut,
        level=groups.level,
        rows=groups.rows,
        shown=shown,
        n=np.where(any_shown, groups.n, 0),
        n_answered=np.where(shown, groups.n_answered, 0),
        fields=fields,
        bound=bound,
        sureness=sureness,
    )


@dataclass(frozen=True)
class Sides:
    """One column of a panel: what may be shown of the groups and of the rests, and the variance of one answer."""

    group: Shown
    rest: Shown
    pooled: float | FloatArray


def column_sides(
    estimator: Estimator,
    groups: Groups,
    own: GroupSums | FloatArray,
    column: Column,
    said: Mapping[tuple[str, str], Sides],
) -> Sides:
    """Estimate one column for the groups and for what each is compared with. said: columns done before, by key.

    own: sums of units, from which the variance of one answer is pooled, or that variance for each panel.
    """
    parts = estimator.specification.parts_of(column)
    if parts:
        scale = estimator.specification.scale_of[column.subject]
        groups_said, rests_said = [said[part].group for part in parts], [said[part].rest for part in parts]
        values, rest_values = (np.column_stack([part.value for part in side]) for side in (groups_said, rests_said))
        estimates = estimator.scale(groups.sums, scale, column.measure, values)
        rest = estimator.scale(groups.rest, scale, column.measure, rest_values)
        pooled: float | FloatArray
        if column.measure == "score_favourable":
            correlation = estimator.correlations[scale.key]
            pooled = np.mean(np.stack([np.asarray(said[part].pooled) for part in parts]), axis=0)
            pooled = pooled * ((1 + (len(parts) - 1) * correlation) / len(parts))
        elif isinstance(own, GroupSums):
            pooled = pooled_spread(estimator.scale(own, scale, "score", np.ones((len(own.respondents), 1))), 1.0)
        else:
            pooled = _by_row(own, groups, np.ones(len(own)))
        return Sides(
            combined(column, estimates, groups_said, pooled), combined(column, rest, rests_said, pooled), pooled
        )
    estimates, rest = estimator.column(groups.sums, column), estimator.column(groups.rest, column)
    if isinstance(own, GroupSums):
        spread = float(np.nan_to_num(estimates.spread[0], nan=1.0))
        pooled = pooled_spread(estimator.column(own, column), spread if spread > 0 else 1.0)
    else:
        spreads = np.nan_to_num(estimates.spread[np.searchsorted(groups.parts, np.arange(len(own)))], nan=1.0)
        pooled = _by_row(own, groups, np.where(spreads > 0, spreads, 1.0))
    points, rest_points = (column_points(estimator, sums, column) for sums in (groups.sums, groups.rest))
    return Sides(bounded(column, estimates, points, pooled), bounded(column, rest, rest_points, pooled), pooled)


def _by_row(pooled: FloatArray, groups: Groups, fallback: FloatArray) -> FloatArray:
    """Return for each row what was pooled for its panel, or the panel's fallback where too few told."""
    each: FloatArray = np.where(np.isnan(pooled), fallback, pooled)[groups.parts]
    return each


def put(fields: dict[str, FloatArray], number: int, rows: NDArray[np.bool_], **values: FloatArray) -> None:
    """Write values of one column where they may be shown."""
    for name, value in values.items():
        fields[name][rows, number] = value[rows]


def _side(said: Shown) -> Side:
    return Side(said.value, said.se, said.low, said.high, said.n)


def _steadied_side(steadied: Steadied, group: Shown) -> Side:
    error = (steadied.high - steadied.low) / (2 * NORMAL_95)
    return Side(steadied.value, error, steadied.low, steadied.high, group.n)


def _only(compared: Compared, rows: NDArray[np.bool_]) -> Compared:
    return Compared(
        *(np.where(rows, part, np.nan) for part in (compared.difference, compared.low, compared.high, compared.p))
    )


def _against(said: Shown, reference: Reference, number: int) -> Compared:
    if reference.fixed:
        return compare_with_fixed(_side(said), reference.value[:, number], reference.se[:, number])
    other = Side(
        reference.value[:, number],
        reference.se[:, number],
        reference.low[:, number],
        reference.high[:, number],
        reference.n[:, number],
    )
    return compare(_side(said), other)


def _whole(groups: Groups, targets: Targets | None, number: int, group: Shown, rows: NDArray[np.bool_]) -> Shown:
    """Return what is shown of the larger group each group is steadied toward and compared with the rest of."""
    if targets is not None:
        return targets.shown(number)
    usable = (groups.above >= 0) & rows[np.maximum(groups.above, 0)]
    above = np.maximum(groups.above, 0)
    return group.take(above).keep(usable)


def _steady(
    column: Column, group: Shown, pooled: float | FloatArray, groups: Groups, rows: NDArray[np.bool_], whole: Shown
) -> Steadied:
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = np.where(group.effective > 0, pooled / group.effective, np.nan)
        target_variance = np.where(whole.effective > 0, pooled / whole.effective, 0.0)
    # A larger unit's own error also knows that its teams differ, and that who answered is chance.
    seen = np.where(group.n >= ENOUGH_FOR_OWN_ERROR, np.fmax(variance, group.se**2), variance)
    beta = MEASURES[column.measure].shrinkage == "beta_binomial"
    scale = 100.0 if beta else 1.0
    result = Steadied(*(np.full(group.value.shape, np.nan) for _ in range(3)))
    at = np.flatnonzero(rows)
    between = _between(group.middle, variance, groups, rows, at)
    part = (
        steady_share(
            group.value[at] / 100,
            group.effective[at],
            whole.value[at] / 100,
            target_variance[at] / 1e4,
            between.scaled(1e-4),
            seen[at] / 1e4,
        )
        if beta
        else steady_normal(group.value[at], variance[at], whole.value[at], target_variance[at], between, seen[at])
    )
    result.value[at] = np.clip(scale * part.value, column.low, column.high)
    result.low[at] = np.clip(scale * part.low, column.low, column.high)
    result.high[at] = np.clip(scale * part.high, column.low, column.high)
    return result


def _between(
    value: FloatArray,
    variance: FloatArray,
    groups: Groups,
    shown: NDArray[np.bool_],
    rows: NDArray[np.int64],
) -> Between:
    """Return the variance between siblings for each row: of its depth; too few units share that of all depths."""
    parts = groups.parts
    count, depths = int(parts.max(initial=0)) + 1, int(groups.depth.max(initial=0)) + 1
    pooled = between_variances(value, variance, groups.above, shown, parts, count).of(parts[rows])
    level = parts * depths + groups.depth
    own = between_variances(value, variance, groups.above, shown, level, count * depths).of(level[rows])
    many = np.bincount(level[rows], minlength=count * depths)[level[rows]] >= MINIMUM_FOR_OWN_SPREAD
    return Between(np.where(many, own.tau2, pooled.tau2), np.where(many, own.expected, pooled.expected))


def reference_from(
    panel: Panel, columns: Mapping[tuple[str, str], int], wanted: tuple[Column, ...], rows: NDArray[np.int64]
) -> Reference:
    """Take an earlier panel's released values for this panel's rows and columns.

    columns: the earlier book's column numbers. rows: int64[R], row in the earlier panel, -1 where there is none.
    """
    shape = (len(rows), len(wanted))
    parts = {name: np.full(shape, np.nan) for name in ("value", "se", "low", "high")}
    n = np.zeros(shape)
    have = rows >= 0
    there = [number for number, column in enumerate(wanted) if key_of(column) in columns]
    before = [columns[key_of(wanted[number])] for number in there]
    at, here = rows[have], np.ix_(np.flatnonzero(have), np.array(there, np.int64))
    # Whole rows first: the earlier panel may lie in a file, a row in one place.
    exact = panel.bound[at][:, before] == Bound.EXACT
    for name, part in parts.items():
        part[here] = np.where(exact, panel.fields[name][at][:, before], np.nan)
    n[here] = np.where(exact, panel.n_answered[at][:, before], 0)
    return Reference(parts["value"], parts["se"], parts["low"], parts["high"], n)
