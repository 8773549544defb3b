"""Links inside one study: being led and working here, answered by the same people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.chain.findings import LinkFinding, turned
from headwater.chain.stations import Place, refuse_backward, refuse_composite, refuse_few_units
from headwater.stats import (
    between_covariance_from_groups,
    correlation_interval,
    robustness_value,
    two_level_ml_from_groups,
)
from headwater.vocab import Design, FloatArray, LinkEstimate, Moments, to_say
from headwater.vocab.answers import SCORE_ONE


@dataclass(frozen=True)
class PairSums:
    """By unit, over people who have both scores: float64[N] each, scale points. sxx, syy, sxy are about unit means."""

    n: FloatArray
    mean_x: FloatArray
    mean_y: FloatArray
    sxx: FloatArray
    syy: FloatArray
    sxy: FloatArray


def pair_sums(moments: Moments, source: str, target: str, k: int) -> PairSums:
    """Return sums of a pair of scores by unit, of units with at least k people who have both.

    Raises KeyError when the moments hold no such scores, ValueError when they were summed without cross-products.
    """
    if moments.crosses is None:
        raise ValueError("the moments were summed without cross-products; plan them with crosses=True")
    keys = [score.key for score in moments.plan.scores]
    for key in (source, target):
        if key not in keys:
            raise KeyError(f"the moments hold no score {key!r}")
    a, b = keys.index(source), keys.index(target)
    swap = a > b
    pair = moments.plan.pairs.index((min(a, b), max(a, b)))
    crosses = moments.crosses
    n = crosses.n[:, pair].astype(np.float64)
    rows = n >= k
    n = n[rows]
    total_x, total_y = crosses.total_a[rows, pair] / SCORE_ONE, crosses.total_b[rows, pair] / SCORE_ONE
    xx, yy, xy = (
        part[rows, pair].to_float() / SCORE_ONE**2 for part in (crosses.squares_a, crosses.squares_b, crosses.product)
    )
    if swap:
        total_x, total_y, xx, yy = total_y, total_x, yy, xx
    mean_x, mean_y = total_x / n, total_y / n
    return PairSums(
        n,
        mean_x,
        mean_y,
        np.maximum(xx - n * mean_x**2, 0),
        np.maximum(yy - n * mean_y**2, 0),
        xy - n * mean_x * mean_y,
    )


def link_within_study(moments: Moments, source: Place, target: Place, *, k: int) -> LinkFinding:
    """Link two scores of one study over its units.

    The dry bed is the correlation of unit means, same source and all. The water is the correlation between units with
    the covariance of one person's answers taken out, (MSCP_B - MSCP_W) / n0, interval by the jackknife over units; the
    two-level maximum likelihood estimate stands beside it. Shared events of a unit stay in both.

    Raises RefusedError for composites, links against the river, and fewer than 8 units of k people.
    """
    refuse_composite(source, target)
    refuse_backward(source, target)
    sums = pair_sums(moments, source.key, target.key, k)
    refuse_few_units(len(sums.n))
    sign = source.sign * target.sign
    units, people = len(sums.n), int(sums.n.sum())
    raw = float(np.corrcoef(sums.mean_x, sums.mean_y)[0, 1])
    plain = correlation_interval(raw, units)
    dry = LinkEstimate(
        *turned(plain.r, plain.lower, plain.upper, sign),
        design=Design.SAME_SOURCE,
        n_units=units,
        n_observations=people,
        method=to_say("correlation of unit means, Fisher z interval"),
    )
    notes: list[str] = []
    found = between_covariance_from_groups(sums.n, sums.mean_x, sums.mean_y, sums.sxx, sums.syy, sums.sxy)
    water = None
    others: list[LinkEstimate] = []
    robustness = None
    if np.isfinite(found.r_between) and np.isfinite(found.r_between_lower):
        water = LinkEstimate(
            *turned(found.r_between, found.r_between_lower, found.r_between_upper, sign),
            design=Design.SOURCE_FREE,
            n_units=units,
            n_observations=people,
            method=to_say("(MSCP between - MSCP within) / n0, jackknife over units"),
        )
        effect = min(abs(found.r_between), 0.999)
        t = effect * np.sqrt((units - 2) / (1 - effect**2))
        robustness = robustness_value(float(t), units - 2).value
    else:
        notes.append(
            to_say("Units hardly differ once people's own moods are taken out, so no link between units can be seen.")
        )
    try:
        likelihood = two_level_ml_from_groups(sums.n, sums.mean_x, sums.mean_y, sums.sxx, sums.syy, sums.sxy)
    except ValueError:
        notes.append(to_say("The two-level likelihood has its maximum at the edge; only the moment estimate is given."))
    else:
        if np.isfinite(likelihood.r_between) and abs(likelihood.r_between) <= 1:
            others.append(
                LinkEstimate(
                    *turned(likelihood.r_between, likelihood.r_between_lower, likelihood.r_between_upper, sign),
                    design=Design.SOURCE_FREE,
                    n_units=units,
                    n_observations=people,
                    method=to_say("two-level maximum likelihood, saturated"),
                )
            )
    return LinkFinding(
        source,
        target,
        dry,
        water,
        tuple(others),
        _reliability(sums.n, sums.mean_x, sums.sxx),
        _reliability(sums.n, sums.mean_y, sums.syy),
        robustness,
        tuple(notes),
    )


def _reliability(n: FloatArray, mean: FloatArray, within: FloatArray) -> float:
    """ICC(2): the reliability of the unit means, (MSB - MSW) / MSB, never below 0."""
    total = n.sum()
    grand = (n * mean).sum() / total
    msb = (n * (mean - grand) ** 2).sum() / (len(n) - 1)
    msw = within.sum() / (total - len(n))
    return float(max(0.0, (msb - msw) / msb)) if msb > 0 else 0.0
