"""Links on a panel of units: what differs across units, and what moves together within them over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.chain.findings import LinkFinding
from headwater.chain.sampling import ErrorParts, SamplingErrors, corrected_link
from headwater.chain.stations import (
    Place,
    refuse_backward,
    refuse_causal_two_waves,
    refuse_composite,
    refuse_few_units,
)
from headwater.stats import (
    Association,
    panel_link,
    ri_clpm,
    robustness_value,
    wild_cluster_bootstrap,
)
from headwater.vocab import Design, FloatArray, LinkEstimate, RefusedError, UnitPeriods, to_say

FEW_CLUSTERS = 30
"""Below this many units the interval is checked by a wild cluster bootstrap."""

FEWEST_FOR_LAGS = 50
"""Units seen in all periods that a lagged panel needs."""

NO_LAGS = to_say(
    "Which comes first was asked of a lagged panel, but fewer than 50 units were seen throughout, or it did not settle."
)
"""What is said where FEWEST_FOR_LAGS are not there."""


@dataclass(frozen=True)
class PanelRows:
    """Unit-periods with both figures: x, y float64[n], unit and period int64[n], positions in the table."""

    x: FloatArray
    y: FloatArray
    unit: NDArray[np.int64]
    period: NDArray[np.int64]
    wide_x: FloatArray
    wide_y: FloatArray


def panel_rows(table: UnitPeriods, source: Place, target: Place, *, lag: int = 0, minimum_base: float = 0) -> PanelRows:
    """Take the unit-periods that have both figures, turned round so that both rise toward the better.

    lag: how many periods the target comes after the source. minimum_base: people or cases a figure needs behind it,
    where the table says how many there are. Raises KeyError for a figure the table lacks.
    """
    wide = []
    for place in (source, target):
        values = place.sign * table.values[place.key].astype(np.float64)
        base = table.bases.get(place.key)
        wide.append(values if base is None else np.where(base >= minimum_base, values, np.nan))
    x, y = wide
    if lag:
        x, y = x[:, :-lag], y[:, lag:]
    unit, period = np.nonzero(~np.isnan(x) & ~np.isnan(y))
    return PanelRows(x[unit, period], y[unit, period], unit, period, x, y)


def link_on_panel(
    table: UnitPeriods,
    source: Place,
    target: Place,
    *,
    same_source: bool = False,
    minimum_base: float = 0,
    errors: SamplingErrors | None = None,
) -> LinkFinding:
    """Link two figures of the same units over periods.

    The dry bed compares units with each other, all unit-periods pooled. The water compares each unit with itself: unit
    and period taken out. Errors are clustered by unit; with few units the interval is that of a wild cluster bootstrap.
    The comparison across units of one period, first differences, and from three periods the lagged panel with random
    intercepts stand beside them. All that was tried is reported.

    same_source: whether one survey gave both figures. errors: sampling errors of the figures, as `sampling_errors`
    gives; with them bed and water are shown with that error taken out, and as they came beside. Give them for means of
    small units: within units over time, chance is most of what moves.

    Raises RefusedError for composites, links against the river, and fewer than 8 units.
    """
    refuse_composite(source, target)
    refuse_backward(source, target)
    rows = panel_rows(table, source, target, minimum_base=minimum_base)
    refuse_few_units(len(np.unique(rows.unit)))
    try:
        found = panel_link(rows.x, rows.y, rows.unit, rows.period)
    except ValueError as error:
        raise RefusedError(f"no link between {source.label!r} and {target.label!r} can be seen: {error}.") from error
    dry = _estimate(found.across, Design.ACROSS_UNITS, to_say("unit-periods pooled; clustered by unit, t(G - 1)"))
    others: list[LinkEstimate] = [
        _estimate(
            found.across_by_period, Design.ACROSS_UNITS, to_say("units of one period compared; clustered by unit")
        )
    ]
    notes = []
    if same_source:
        notes.append(
            to_say("Both answers come from the same survey, so part of the link may be one mood colouring two answers.")
        )
    water: LinkEstimate | None = None
    robustness: float | None = None
    if found.within is not None:
        water = _estimate(
            found.within, Design.WITHIN_UNITS, to_say("unit and period taken out; clustered by unit, t(G - 1)")
        )
        t = found.within.r / found.within.se if found.within.se > 0 else 0.0
        robustness = robustness_value(float(t), max(found.within.rows - found.within.units - found.periods, 2)).value
        if found.within.units < FEW_CLUSTERS:
            water = _wild(rows, found.within, water)
    else:
        notes.append(to_say("Each unit was seen too seldom to compare it with itself."))
    if found.first_difference is not None:
        others.append(
            _estimate(
                found.first_difference,
                Design.FIRST_DIFFERENCES,
                to_say("changes from one period to the next; clustered"),
            )
        )
    if table_periods(rows) >= 3:
        lagged = _lagged(rows)
        if lagged is None:
            notes.append(NO_LAGS)
        else:
            others.append(lagged)
    if errors is not None:
        dry, water = _with_errors_out(rows, _error_parts(rows, source, target, errors), dry, water, others, notes)
    return LinkFinding(
        source, target, dry, water, tuple(others), robustness=robustness, notes=tuple(notes),
        reliability_source=_stability(rows.wide_x), reliability_target=_stability(rows.wide_y),
    )  # fmt: skip


def _error_parts(rows: PanelRows, source: Place, target: Place, errors: SamplingErrors) -> ErrorParts:
    """Take the errors of the panel's rows, turned round as its figures are; figures without errors have none."""

    def part(first: Place, second: Place) -> FloatArray:
        grid = errors.get((first.key, second.key))
        if grid is None:
            return np.zeros(len(rows.x))
        return np.nan_to_num(first.sign * second.sign * grid[rows.unit, rows.period])

    return ErrorParts(part(source, source), part(target, target), part(source, target))


def _with_errors_out(
    rows: PanelRows,
    errors: ErrorParts,
    dry: LinkEstimate,
    water: LinkEstimate | None,
    others: list[LinkEstimate],
    notes: list[str],
) -> tuple[LinkEstimate, LinkEstimate | None]:
    """Return bed and water with sampling error taken out; what they were before joins the others."""
    across = corrected_link(rows.x, rows.y, rows.unit, rows.period, errors, within=False)
    within = corrected_link(rows.x, rows.y, rows.unit, rows.period, errors, within=True)
    if across is not None:
        others.append(dry)
        dry = across
    if water is not None and within is not None:
        others.append(water)
        water = within
        if errors.xy.any():
            notes[:] = [
                to_say(
                    "People's own moods are taken out of both figures; events that a whole unit shared stay in them."
                )
            ]
    elif water is not None:
        notes.append(
            to_say(
                "Nearly all that moves within units is the chance of who answered. The link within them could not be "
                "corrected for it, and looks weaker than it is."
            )
        )
    return dry, water


def lagged_link(table: UnitPeriods, source: Place, target: Place, *, minimum_base: float = 0) -> LinkEstimate:
    """Return the lagged effect within units, source before target, from a random-intercept cross-lagged panel.

    Raises RefusedError below three periods, fewer than 50 units seen throughout, or when the model does not settle. A
    plain cross-lagged panel is never used: it takes stable differences between units for effects.
    """
    refuse_composite(source, target)
    rows = panel_rows(table, source, target, minimum_base=minimum_base)
    refuse_causal_two_waves(table_periods(rows))
    found = _lagged(rows)
    if found is None:
        raise RefusedError(
            f"a lagged panel needs at least {FEWEST_FOR_LAGS} units seen in every period, and must settle. "
            "Use the comparison within units."
        )
    return found


def table_periods(rows: PanelRows) -> int:
    """How many periods have both figures in any unit."""
    return len(np.unique(rows.period))


def _estimate(found: Association, design: Design, method: str) -> LinkEstimate:
    low, high = max(found.lower, -1.0), min(found.upper, 1.0)
    return LinkEstimate(found.r, low, high, design, found.units, found.rows, method)


def _wild(rows: PanelRows, within: Association, plain: LinkEstimate) -> LinkEstimate:
    """Give the water a wild cluster bootstrap interval: with few units the usual one is too narrow."""
    seen = np.bincount(rows.unit)[rows.unit] >= 2
    both = np.column_stack([rows.x, rows.y])[seen]
    unit, period = rows.unit[seen], rows.period[seen]
    for _ in range(200):
        before = both.copy()
        for codes in (unit, period):
            _, place = np.unique(codes, return_inverse=True)
            size = np.bincount(place)
            means = np.stack([np.bincount(place, weights=column) / size for column in both.T], axis=1)
            both = both - means[place]
        if np.abs(both - before).max() < 1e-12:
            break
    spread = both.std(axis=0)
    if (spread <= 0).any():
        return plain
    both = both / spread
    found = wild_cluster_bootstrap(both[:, 1], both[:, [0]], unit, intercept=False)
    return LinkEstimate(
        within.r,
        max(float(found.lower), -1.0),
        min(float(found.upper), 1.0),
        plain.design,
        plain.n_units,
        plain.n_observations,
        to_say("unit and period taken out; wild cluster bootstrap"),
    )


def _lagged(rows: PanelRows) -> LinkEstimate | None:
    seen = ~np.isnan(rows.wide_x) & ~np.isnan(rows.wide_y)
    periods = np.flatnonzero(seen.any(axis=0))
    units = np.flatnonzero(seen[:, periods].all(axis=1))
    if len(units) < FEWEST_FOR_LAGS:
        return None
    x, y = rows.wide_x[np.ix_(units, periods)], rows.wide_y[np.ix_(units, periods)]
    try:
        found = ri_clpm((x - x.mean()) / x.std(), (y - y.mean()) / y.std())
    except (ValueError, np.linalg.LinAlgError):
        return None
    raw, se, effect = (float(np.ravel(part)[0]) for part in (found.x_to_y, found.x_to_y_se, found.x_to_y_std))
    if not np.isfinite([raw, se, effect]).all() or se <= 0 or raw == 0:
        return None
    half = 1.96 * abs(effect / raw) * se
    low, high = effect - half, effect + half
    return LinkEstimate(
        effect,
        max(low, -1.0),
        min(high, 1.0),
        Design.LAGGED_WITHIN,
        len(units),
        int(x.size),
        to_say("random-intercept cross-lagged panel, equal lags, maximum likelihood"),
    )


def _stability(wide: FloatArray) -> float | None:
    """Reliability of a unit's mean over periods, ICC(2) by ANOVA of units; None when units are seen only once."""
    wide = wide[:, ~np.isnan(wide).all(axis=0)]
    known = ~np.isnan(wide)
    n = known.sum(axis=1)
    rows = n >= 2
    if rows.sum() < 2:
        return None
    centred = wide - np.nanmean(wide, axis=0, keepdims=True)
    values, counts = centred[rows], n[rows].astype(np.float64)
    means = np.nanmean(values, axis=1)
    grand = (counts * means).sum() / counts.sum()
    msb = (counts * (means - grand) ** 2).sum() / (len(means) - 1)
    msw = np.nansum((values - means[:, None]) ** 2) / (counts.sum() - len(means))
    return float(max(0.0, (msb - msw) / msb)) if msb > 0 else None
