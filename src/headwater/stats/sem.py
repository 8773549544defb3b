"""Structural equation models by maximum likelihood, with missing answers (FIML) and several groups.

Rows missing some variables enter with those they have (Arbuckle 1996); rows missing all are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import FloatArray, IntArray, check_confidence, matrix
from headwater.stats.sem_engine import Problem, Ram, SemPath, patterns

__all__ = ["SemFit", "fit_sem"]


@dataclass(frozen=True)
class SemFit:
    """A fitted model. Arrays are [paths], in the order of names (group g > 1 carries the suffix "|g").

    se is 0 for fixed paths; std is the fully standardised estimate; free [paths] is the number of the free
    parameter behind each path, -1 when fixed; cov [q, q] the covariance of the q free parameters. improper
    names variances estimated below zero. CFI, TLI, RMSEA and SRMR follow lavaan; n counts the rows used.
    """

    names: tuple[str, ...]
    est: FloatArray
    se: FloatArray
    z: FloatArray
    p: FloatArray
    lower: FloatArray
    upper: FloatArray
    std: FloatArray
    free: IntArray
    cov: FloatArray
    chisq: float
    df: int
    p_value: float
    cfi: float
    tli: float
    rmsea: float
    rmsea_lower: float
    rmsea_upper: float
    srmr: float
    loglik: float
    aic: float
    bic: float
    npar: int
    n: int
    groups: int
    improper: tuple[str, ...]
    confidence: float

    def at(self, name: str) -> int:
        """Position of a named path. KeyError when the model has none."""
        if name not in self.names:
            raise KeyError(f"no path {name!r}; there are {', '.join(self.names)}")
        return self.names.index(name)

    def combination(self, weights: dict[str, float]) -> tuple[float, float]:
        """A weighted sum of paths and its standard error."""
        jacobian = np.zeros(len(self.cov))
        value = 0.0
        for name, weight in weights.items():
            i = self.at(name)
            value += weight * float(self.est[i])
            if self.free[i] >= 0:
                jacobian[self.free[i]] += weight
        return value, float(np.sqrt(max(float(jacobian @ self.cov @ jacobian), 0.0)))

    def covariance(self, first: str, second: str) -> float:
        """Sampling covariance of two paths; 0 when either is fixed."""
        i, j = self.free[self.at(first)], self.free[self.at(second)]
        return float(self.cov[i, j]) if i >= 0 and j >= 0 else 0.0


def _grouped(
    data: ArrayLike | Sequence[FloatArray], paths: Sequence[SemPath] | Sequence[Sequence[SemPath]]
) -> tuple[list[FloatArray], list[list[SemPath]]]:
    """Data and paths as one entry a group."""
    if isinstance(data, list | tuple) and len(data) > 0 and np.ndim(data[0]) == 2:
        blocks = [matrix(d, "data") for d in data]
    else:
        blocks = [matrix(np.asarray(data), "data")]
        paths = [[p for p in paths if isinstance(p, SemPath)]]
    lists = [list(own) for own in paths if not isinstance(own, SemPath)]
    if len(lists) != len(blocks):
        raise ValueError(f"{len(lists)} lists of paths for {len(blocks)} groups")
    return blocks, lists


def fit_sem(
    data: ArrayLike | Sequence[FloatArray],
    observed: Sequence[str],
    paths: Sequence[SemPath] | Sequence[Sequence[SemPath]],
    *,
    latent: Sequence[str] = (),
    exogenous: Sequence[str] = (),
    means: bool = True,
    information: Literal["observed", "expected"] | None = None,
    confidence: float = 0.95,
) -> SemFit:
    """Fit a model by maximum likelihood; rows missing some variables count with what they have.

    data [n, p] with columns named by observed, or a list of such arrays, one a group, with one list of paths a
    group; equal labels hold across groups. latent names the unobserved variables. All paths are given
    explicitly; observed variables without a "~1" path get a free mean when means is true. means False fits
    covariances alone and needs complete rows (others are left out). exogenous names observed causes whose
    covariances stay free in the baseline model of CFI and TLI, as lavaan's. information defaults to "observed" when
    a value is missing and "expected" otherwise, as lavaan. ValueError when the model is misspelt, has negative
    degrees of freedom, does not converge, or is not identified.
    """
    from headwater.stats.sem_fit import assess

    check_confidence(confidence)
    if information not in (None, "observed", "expected"):
        raise ValueError("information must be observed or expected")
    blocks, per_group = _grouped(data, paths)
    rams: list[Ram] = []
    pats = []
    for g, (rows, own) in enumerate(zip(blocks, per_group, strict=True)):
        if rows.shape[1] != len(observed):
            raise ValueError(f"data have {rows.shape[1]} columns, observed names {len(observed)}")
        if not means:
            rows = rows[~np.isnan(rows).any(axis=1)]
        usable = rows[~np.isnan(rows).all(axis=1)]
        if len(usable) <= len(observed):
            raise ValueError(f"group {g + 1} has {len(usable)} usable rows for {len(observed)} variables")
        seen = (~np.isnan(usable)).sum(axis=0)
        if seen.min() < 2:
            raise ValueError(f"{observed[int(seen.argmin())]} has fewer than two values")
        spread = np.nanstd(usable, axis=0)
        if not (spread > 0).all():
            raise ValueError(f"no variation in {observed[int(np.argmin(np.nan_to_num(spread)))]}")
        stated = {p.lhs for p in own if p.op == "~1"}
        for i, name in enumerate(observed):
            if name not in stated:
                own.append(SemPath(name, "~1", value=None if means else float(usable[:, i].mean())))
        rams.append(Ram(own, observed, latent))
        pats.append(patterns(usable))
    problem = Problem(rams, pats)
    missing = any(len(pat.seen) < len(observed) for group in pats for pat in group)
    kind = information or ("observed" if missing else "expected")
    unknown = [v for v in exogenous if v not in observed]
    if unknown:
        raise ValueError(f"exogenous names unknown variables: {', '.join(unknown)}")
    block = [list(observed).index(v) for v in exogenous]
    return assess(problem, observed, block, means=means, information=kind, confidence=confidence)
