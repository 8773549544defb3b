"""Averages of staggered difference-in-differences effects: event study, by cohort, by period, overall.

Callaway and Sant'Anna (2021), section 3. Standard errors include the estimation of cohort sizes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from headwater.stats._coerce import BoolArray, FloatArray
from headwater.stats.did import GroupTimeEffects, critical_value, influence_errors

__all__ = ["DidEffects", "aggregate_effects"]


@dataclass(frozen=True)
class DidEffects:
    """Aggregated effects. label [M]: event time, cohort or period of each; att with SE, pointwise interval and
    uniform band. overall, with SE and interval, is their average over effects after the start (for "simple" the
    only value). kind is simple, dynamic, cohort or calendar.
    """

    kind: str
    label: FloatArray
    att: FloatArray
    se: FloatArray
    lower: FloatArray
    upper: FloatArray
    band_lower: FloatArray
    band_upper: FloatArray
    overall: float
    overall_se: float
    overall_lower: float
    overall_upper: float
    confidence: float


def _weighted(effects: GroupTimeEffects, chosen: BoolArray, *, sizes: bool = True) -> tuple[float, FloatArray]:
    """Average of chosen pairs, weighted by cohort size, with the influence of the estimated weights."""
    att, influence = effects.att[chosen], effects.influence[:, chosen]
    if not sizes:
        return float(att.mean()), influence.mean(axis=1)
    member = effects.unit_cohort[:, None] == effects.cohort[chosen][None, :]
    share_rows = effects.unit_weight[:, None] * member
    share = share_rows.mean(axis=0)
    total = share.sum()
    weight = share / total
    gap = share_rows - share
    weight_influence = gap / total - weight * (gap.sum(axis=1, keepdims=True) / total)
    return float(weight @ att), influence @ weight + weight_influence @ att


def aggregate_effects(
    effects: GroupTimeEffects,
    kind: Literal["simple", "dynamic", "cohort", "calendar"] = "dynamic",
    *,
    draws: int = 1999,
    seed: int = 0,
) -> DidEffects:
    """Average effects of group_time_effects, as did::aggte.

    simple: all pairs after the start, by cohort size. dynamic: by event time (the event study), the overall
    being the mean of event times 0 and later. cohort: each cohort's mean after its start, overall by cohort
    size. calendar: by period, overall the mean of periods. SEs include the estimation of cohort sizes.
    """
    if kind not in ("simple", "dynamic", "cohort", "calendar"):
        raise ValueError("kind must be simple, dynamic, cohort or calendar")
    after = effects.event >= 0
    if not after.any():
        raise ValueError("no effect after a start could be estimated")
    if kind == "simple":
        parts = [_weighted(effects, after)]
        label = np.array([np.nan])
    elif kind == "dynamic":
        label = np.unique(effects.event).astype(np.float64)
        parts = [_weighted(effects, effects.event == e) for e in label]
    elif kind == "cohort":
        label = np.unique(effects.cohort[after])
        parts = [_weighted(effects, after & (effects.cohort == g), sizes=False) for g in label]
    else:
        label = np.unique(effects.period[after])
        parts = [_weighted(effects, after & (effects.period == p)) for p in label]
    att = np.array([p[0] for p in parts])
    influence = np.stack([p[1] for p in parts], axis=1)
    if kind == "cohort":
        member = effects.unit_cohort[:, None] == label[None, :]
        rows = effects.unit_weight[:, None] * member
        share = rows.mean(axis=0)
        weight = share / share.sum()
        gap = rows - share
        own = gap / share.sum() - weight * (gap.sum(axis=1, keepdims=True) / share.sum())
        overall, overall_influence = float(weight @ att), influence @ weight + own @ att
    else:
        counted = label >= 0 if kind == "dynamic" else np.ones(len(label), dtype=bool)
        overall, overall_influence = float(att[counted].mean()), influence[:, counted].mean(axis=1)
    from scipy.special import ndtri

    se = influence_errors(influence, effects.cluster)
    overall_se = float(influence_errors(overall_influence[:, None], effects.cluster)[0])
    z = float(ndtri((1 + effects.confidence) / 2))
    wide = critical_value(influence, effects.cluster, draws, effects.confidence, seed)
    return DidEffects(
        kind,
        label,
        att,
        se,
        att - z * se,
        att + z * se,
        att - wide * se,
        att + wide * se,
        overall,
        overall_se,
        overall - z * overall_se,
        overall + z * overall_se,
        effects.confidence,
    )
