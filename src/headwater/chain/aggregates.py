"""Links between unit aggregates of one period: published percents, or two studies of the same units."""

from __future__ import annotations

import numpy as np

from headwater.chain.findings import LinkFinding, turned
from headwater.chain.stations import Place, refuse_backward, refuse_composite, refuse_few_units
from headwater.stats import correlation_interval, disattenuate, robustness_value
from headwater.vocab import Design, FloatArray, LinkEstimate, RefusedError, to_say


def link_across_units(
    x: FloatArray,
    y: FloatArray,
    source: Place,
    target: Place,
    *,
    error_x: FloatArray | None = None,
    error_y: FloatArray | None = None,
    same_source: bool = False,
) -> LinkFinding:
    """Link two figures of the same units in one period.

    x, y: float64[U], NaN where a unit has none. error_x, error_y: sampling variances of the figures; with them the
    correlation is also corrected for unreliability. One period allows no more than comparing units, so there is no
    water.

    Raises RefusedError for composites, links against the river, fewer than 8 units, and figures that do not vary.
    """
    refuse_composite(source, target)
    refuse_backward(source, target)
    known = ~np.isnan(x) & ~np.isnan(y)
    refuse_few_units(int(known.sum()))
    a, b = x[known], y[known]
    for values, place in ((a, source), (b, target)):
        if np.ptp(values) == 0:
            raise RefusedError(f"{place.label!r} is the same in all units, so no link with it can be seen.")
    units = len(a)
    raw = float(np.corrcoef(a, b)[0, 1])
    sign = source.sign * target.sign
    plain = correlation_interval(raw, units)
    dry = LinkEstimate(
        *turned(plain.r, plain.lower, plain.upper, sign),
        design=Design.SAME_SOURCE if same_source else Design.ACROSS_UNITS,
        n_units=units,
        n_observations=units,
        method=to_say("correlation of unit figures, Fisher z interval"),
    )
    reliable_x = _reliability(a, None if error_x is None else error_x[known])
    reliable_y = _reliability(b, None if error_y is None else error_y[known])
    others: list[LinkEstimate] = []
    if reliable_x and reliable_y:
        corrected = disattenuate(raw, reliable_x, reliable_y, n=units)
        if abs(corrected.r) <= 1:
            others.append(
                LinkEstimate(
                    *turned(corrected.r, max(corrected.lower, -1.0), min(corrected.upper, 1.0), sign),
                    design=dry.design,
                    n_units=units,
                    n_observations=units,
                    method=to_say("corrected for the unreliability of both figures (Spearman 1904)"),
                )
            )
    effect = min(abs(raw), 0.999)
    t = effect * np.sqrt((units - 2) / (1 - effect**2))
    notes = (to_say("Both figures come from the same people."),) if same_source else ()
    return LinkFinding(
        source, target, dry, None, tuple(others), reliable_x, reliable_y,
        robustness_value(float(t), units - 2).value, notes,
    )  # fmt: skip


def _reliability(values: FloatArray, error: FloatArray | None) -> float | None:
    """Share of the variance between units that is not sampling error; None when unknown or nothing is left."""
    if error is None or values.var(ddof=1) <= 0:
        return None
    share = 1 - float(np.nanmean(error)) / float(values.var(ddof=1))
    return share if share > 0.05 else None
