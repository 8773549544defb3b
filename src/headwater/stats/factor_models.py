"""Confirmatory factor analysis and the ladder of measurement invariance over groups.

Means of a scale may be compared between languages or groups only as far up the ladder as it holds: same
structure (configural), same loadings (metric), same intercepts (scalar), same residuals (strict).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import FloatArray, Labels, codes, matrix
from headwater.stats.sem import SemFit, fit_sem
from headwater.stats.sem_engine import SemPath

__all__ = ["InvarianceLadder", "InvarianceStep", "cfa", "measurement_invariance"]

STEPS = ("configural", "metric", "scalar", "strict")


@dataclass(frozen=True)
class InvarianceStep:
    """One rung: its fit, the chi-square difference from the rung below (NaN on the first), and the change of
    CFI and RMSEA. holds follows Chen (2007): CFI falls by no more than .010 and RMSEA rises by no more than
    .015 (the first rung: CFI at least .90 and RMSEA at most .08).
    """

    name: str
    fit: SemFit
    delta_chisq: float
    delta_df: int
    p: float
    delta_cfi: float
    delta_rmsea: float
    holds: bool


@dataclass(frozen=True)
class InvarianceLadder:
    """The rungs in order; highest names the last rung that holds together with all below it ("none" when
    the first does not). latent_means [G-1, factors]: factor means of groups 2.. under the scalar model, in
    units of the marker item, the first group at zero. groups and factors name rows and columns.
    """

    steps: tuple[InvarianceStep, ...]
    highest: str
    latent_means: FloatArray
    groups: tuple[Hashable, ...]
    factors: tuple[str, ...]


def _check(factors: Mapping[str, Sequence[str]], names: Sequence[str]) -> list[str]:
    items = [v for own in factors.values() for v in own]
    if not factors or any(len(own) < 2 for own in factors.values()):
        raise ValueError("every factor needs at least two items")
    unknown = [v for v in items if v not in names]
    if unknown:
        raise ValueError("items without a column: " + ", ".join(unknown))
    if set(factors) & set(names):
        raise ValueError("a factor has the name of an item")
    return list(dict.fromkeys(items))


def _begin(
    block: FloatArray, items: Sequence[str], factors: Mapping[str, Sequence[str]]
) -> dict[tuple[str, str], float]:
    """Loadings where a fit may begin, by factor and item: those of the first component, the marker's being 1.

    From ones, a fit with an item turned the other way round ends in a lesser optimum.
    """
    made: dict[tuple[str, str], float] = {}
    for f, own in factors.items():
        at = [items.index(v) for v in own]
        first = np.linalg.eigh(np.cov(block[:, at], rowvar=False))[1][:, -1]
        marker = first[0] if abs(first[0]) > 1e-3 else 1e-3
        made |= {(f, v): float(np.clip(one / marker, -3.0, 3.0)) for v, one in zip(own, first, strict=True)}
    return made


def _paths(
    factors: Mapping[str, Sequence[str]], spread: dict[str, float], begin: dict[tuple[str, str], float]
) -> list[SemPath]:
    """Marker loading 1, free variances and factor covariances."""
    paths = []
    for f, own in factors.items():
        paths += [SemPath(f, "=~", v, value=1.0 if i == 0 else None, start=begin[f, v]) for i, v in enumerate(own)]
    items = list(dict.fromkeys(v for own in factors.values() for v in own))
    paths += [SemPath(v, "~~", v, start=0.5 * spread[v]) for v in items]
    order = list(factors)
    for i, f in enumerate(order):
        paths.append(SemPath(f, "~~", f, start=0.4 * spread[factors[f][0]]))
        paths += [SemPath(f, "~~", g) for g in order[i + 1 :]]
    return paths


def cfa(
    data: ArrayLike,
    names: Sequence[str],
    factors: Mapping[str, Sequence[str]],
    *,
    confidence: float = 0.95,
) -> SemFit:
    """Confirmatory factor analysis by ML on complete rows: data [n, p] with columns names, factors to items.

    The first item of each factor is its marker (loading 1); factors covary freely. As lavaan::cfa. ValueError
    for unknown items, a factor of one item, or a model that is not identified or does not converge.
    """
    raw = matrix(data, "data")
    if raw.shape[1] != len(names):
        raise ValueError(f"{raw.shape[1]} columns, {len(names)} names")
    items = _check(factors, names)
    block = raw[:, [list(names).index(v) for v in items]]
    block = block[~np.isnan(block).any(axis=1)]
    if len(block) <= len(items):
        raise ValueError(f"{len(block)} complete rows for {len(items)} items")
    spread = dict(zip(items, block.var(axis=0).tolist(), strict=True))
    paths = _paths(factors, spread, _begin(block, items, factors))
    return fit_sem(block, items, paths, latent=list(factors), means=False, confidence=confidence)


def _group_paths(
    factors: Mapping[str, Sequence[str]],
    items: Sequence[str],
    spread: dict[str, float],
    begin: dict[tuple[str, str], float],
    step: int,
    group: int,
) -> list[SemPath]:
    """Paths of one group on one rung, with labels where groups are held equal."""
    paths = []
    for path in _paths(factors, spread, begin):
        label = None
        if path.op == "=~" and step >= 1 and path.value is None:
            label = path.name
        if path.op == "~~" and path.lhs == path.rhs and path.lhs in spread and step >= 3:
            label = path.name
        paths.append(SemPath(path.lhs, path.op, path.rhs, label=label, value=path.value, start=path.start))
    paths += [SemPath(v, "~1", label=f"{v}~1" if step >= 2 else None) for v in items]
    if step >= 2 and group > 0:
        paths += [SemPath(f, "~1") for f in factors]
    return paths


def measurement_invariance(
    data: ArrayLike,
    names: Sequence[str],
    factors: Mapping[str, Sequence[str]],
    groups: Labels,
    *,
    confidence: float = 0.95,
) -> InvarianceLadder:
    """Invariance of a measurement model over groups [n], complete rows of data [n, p] (columns names).

    Fits the four rungs by multi-group ML and compares them. ValueError below two groups, for a group with
    fewer rows than items, or when a rung does not converge.
    """
    raw = matrix(data, "data")
    if raw.shape[1] != len(names):
        raise ValueError(f"{raw.shape[1]} columns, {len(names)} names")
    items = _check(factors, names)
    coded, labels = codes(groups)
    if len(coded) != len(raw):
        raise ValueError(f"{len(raw)} rows, {len(coded)} group labels")
    block = raw[:, [list(names).index(v) for v in items]]
    keep = ~np.isnan(block).any(axis=1) & (coded >= 0)
    parts = [block[keep & (coded == g)] for g in range(len(labels))]
    if len(parts) < 2:
        raise ValueError("invariance needs at least two groups")
    for label, part in zip(labels, parts, strict=True):
        if len(part) <= len(items):
            raise ValueError(f"group {label!r} has {len(part)} complete rows for {len(items)} items")
    from scipy.special import chdtrc

    begin = _begin(np.concatenate(parts), items, factors)
    steps: list[InvarianceStep] = []
    for number, name in enumerate(STEPS):
        paths = []
        for g, part in enumerate(parts):
            spread = dict(zip(items, part.var(axis=0).tolist(), strict=True))
            paths.append(_group_paths(factors, items, spread, begin, number, g))
        fit = fit_sem(parts, items, paths, latent=list(factors), confidence=confidence)
        if not steps:
            holds = fit.cfi >= 0.90 and fit.rmsea <= 0.08
            steps.append(InvarianceStep(name, fit, np.nan, 0, np.nan, np.nan, np.nan, holds))
            continue
        below = steps[-1].fit
        gap, more = max(fit.chisq - below.chisq, 0.0), fit.df - below.df
        cfi, rmsea = fit.cfi - below.cfi, fit.rmsea - below.rmsea
        p = float(chdtrc(more, gap)) if more else float("nan")
        steps.append(InvarianceStep(name, fit, gap, more, p, cfi, rmsea, cfi >= -0.010 and rmsea <= 0.015))
    highest = "none"
    for step in steps:
        if not step.holds:
            break
        highest = step.name
    scalar = steps[2].fit
    means = np.array([[scalar.est[scalar.at(f"{f}~1|g{g + 1}")] for f in factors] for g in range(1, len(parts))])
    return InvarianceLadder(tuple(steps), highest, means, tuple(labels.tolist()), tuple(factors))
