"""Dimension of a set of items: correlations, factorability, factor analysis, Schmid-Leiman omega."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from headwater.stats._arrays import FloatArray, floats, matrix
from headwater.stats.reliability import item_covariance

__all__ = [
    "Bartlett",
    "FactorAnalysis",
    "Kmo",
    "ParallelAnalysis",
    "SchmidLeiman",
    "bartlett_sphericity",
    "eigenvalues",
    "factor_analysis",
    "item_correlation",
    "kmo",
    "parallel_analysis",
    "schmid_leiman_omega",
    "spearman_correlation",
]

_FLOOR = 0.005  # smallest uniqueness, as R's factanal and psych::fa


@dataclass(frozen=True)
class Kmo:
    """Kaiser-Meyer-Olkin sampling adequacy."""

    overall: float
    items: FloatArray  # (k,)


@dataclass(frozen=True)
class Bartlett:
    """Test that no two items correlate."""

    chisq: float
    df: int
    p_value: float


@dataclass(frozen=True)
class FactorAnalysis:
    """Exploratory factors of k items, f of them, of unit variance and unrotated."""

    method: str
    loadings: FloatArray  # (k, f), columns by falling share of variance, sums positive
    uniquenesses: FloatArray  # (k,)
    rms_residual: float  # root mean square of the correlations left over


@dataclass(frozen=True)
class ParallelAnalysis:
    """Eigenvalues beside those of random data of the same size; arrays have shape (k,), largest first."""

    components: int  # that exceed chance
    factors: int
    component_eigenvalues: FloatArray
    factor_eigenvalues: FloatArray
    component_chance: FloatArray
    factor_chance: FloatArray


@dataclass(frozen=True)
class SchmidLeiman:
    """General and group factors from an oblique solution."""

    general: FloatArray  # (k,)
    group: FloatArray  # (k, f)
    uniquenesses: FloatArray  # (k,)
    omega_h: float  # share of the sum's variance that the general factor carries
    omega_total: float


def item_correlation(items: npt.ArrayLike, *, missing: str = "pairwise") -> FloatArray:
    """Pearson correlations of items (n, k), shape (k, k); missing as in `item_covariance`.

    Pairwise correlations divide by the standard deviations of the same rows, as R cor does.
    """
    x = matrix(items, "items", min_columns=2)
    item_covariance(x, missing=missing)
    known = ~np.isnan(x)
    if missing == "listwise":
        x = x[known.all(axis=1)]
        known = np.ones(x.shape, dtype=np.bool_)
    m = known.astype(np.float64)
    z = np.where(known, x - np.where(known, x, 0).sum(axis=0) / m.sum(axis=0), 0.0)
    pairs, sums, squares = m.T @ m, z.T @ m, (z * z).T @ m
    cross = z.T @ z - sums * sums.T / pairs
    spread = squares - sums**2 / pairs
    if (spread <= 0).any():
        raise ValueError("an item never varies among the rows that answer another; leave it out or use listwise")
    r = np.asarray(cross / np.sqrt(spread * spread.T), dtype=np.float64)
    np.fill_diagonal(r, 1.0)
    return r


def spearman_correlation(items: npt.ArrayLike) -> FloatArray:
    """Spearman rank correlations of items (n, k) over complete rows, ties at their mean rank; shape (k, k)."""
    x = matrix(items, "items", min_columns=2)
    x = x[~np.isnan(x).any(axis=1)]
    if x.shape[0] < 2:
        raise ValueError("fewer than two complete rows; pass more rows")
    from scipy.stats import rankdata  # the one use of a slow import

    return item_correlation(rankdata(x, axis=0))


def _square(correlation: npt.ArrayLike) -> FloatArray:
    r = floats(correlation, "correlation")
    if r.ndim != 2 or r.shape[0] != r.shape[1] or r.shape[0] < 2 or np.isnan(r).any():
        raise ValueError("correlation must be square, complete, for two items or more")
    if not np.allclose(r, r.T) or not np.allclose(np.diag(r), 1):
        raise ValueError("correlation must be symmetric with ones on its diagonal; divide covariances first")
    return r


def eigenvalues(correlation: npt.ArrayLike) -> FloatArray:
    """Eigenvalues of a correlation matrix (k, k), largest first."""
    return np.asarray(np.linalg.eigvalsh(_square(correlation))[::-1], dtype=np.float64)


def _inverse(r: FloatArray) -> FloatArray:
    if np.linalg.eigvalsh(r)[0] <= 1e-10:
        raise ValueError("an item is a combination of others; leave out repeated items")
    return np.asarray(np.linalg.inv(r), dtype=np.float64)


def kmo(correlation: npt.ArrayLike) -> Kmo:
    """Kaiser-Meyer-Olkin measure from a correlation matrix (Kaiser 1974): near 1 factors are worth looking for."""
    r = _square(correlation)
    inverse = _inverse(r)
    scale = 1 / np.sqrt(np.diag(inverse))
    partial = -inverse * np.outer(scale, scale)
    np.fill_diagonal(partial, 0)
    off = r - np.eye(r.shape[0])
    a, b = (off**2).sum(axis=1), (partial**2).sum(axis=1)
    return Kmo(float(a.sum() / (a.sum() + b.sum())), np.asarray(a / (a + b), dtype=np.float64))


def bartlett_sphericity(correlation: npt.ArrayLike, n: int) -> Bartlett:
    """Bartlett's test (1951) from a correlation matrix and the number of rows behind it."""
    r = _square(correlation)
    _inverse(r)
    k = r.shape[0]
    chisq = -float(np.linalg.slogdet(r)[1]) * (n - 1 - (2 * k + 5) / 6)
    df = k * (k - 1) // 2
    return Bartlett(chisq, df, float(special.chdtrc(df, max(chisq, 0))))


def _ml_cost(unique: FloatArray, r: FloatArray, f: int) -> tuple[float, FloatArray]:
    scale = 1 / np.sqrt(unique)
    values, vectors = np.linalg.eigh(r * np.outer(scale, scale))
    values, vectors = values[::-1], vectors[:, ::-1]
    rest = values[f:]
    load = np.sqrt(unique)[:, None] * vectors[:, :f] * np.sqrt(np.maximum(values[:f] - 1, 0))
    slope = np.diag(load @ load.T + np.diag(unique) - r) / unique**2
    return -float((np.log(rest) - rest).sum() + r.shape[0] - f), slope


def _minres_cost(unique: FloatArray, r: FloatArray, f: int) -> tuple[float, FloatArray]:
    values, vectors = np.linalg.eigh(r - np.diag(unique))
    values, vectors = values[::-1], vectors[:, ::-1]
    rest, directions = values[f:], vectors[:, f:]
    return 0.5 * float((rest**2).sum()), -((directions**2) @ rest)


def _loadings(unique: FloatArray, r: FloatArray, f: int, method: str) -> FloatArray:
    if method == "ml":
        scale = np.sqrt(unique)
        values, vectors = np.linalg.eigh(r / np.outer(scale, scale))
        load = scale[:, None] * vectors[:, ::-1][:, :f] * np.sqrt(np.maximum(values[::-1][:f] - 1, 0))
    else:
        values, vectors = np.linalg.eigh(r - np.diag(unique))
        load = vectors[:, ::-1][:, :f] * np.sqrt(np.maximum(values[::-1][:f], 0))
    return np.asarray(load * np.where(load.sum(axis=0) < 0, -1, 1), dtype=np.float64)


def _uniquenesses(
    r: FloatArray, f: int, cost: Callable[[FloatArray, FloatArray, int], tuple[float, FloatArray]], slack: float
) -> FloatArray:
    """The uniquenesses of lowest cost, from the usual start and, in a close search, from two more."""
    k = r.shape[0]
    usual = np.clip((1 - 0.5 * f / k) / np.diag(_inverse(r)), _FLOOR, 1.0)
    starts = [usual] if slack > 1e-6 else [usual, np.full(k, 0.5), np.clip(1.2 - usual, 0.1, 0.95)]
    found = [
        optimize.minimize(
            cost,
            start,
            args=(r, f),
            jac=True,
            method="L-BFGS-B",
            bounds=[(_FLOOR, 1.0)] * k,
            options={"ftol": max(slack**2, 1e-15), "gtol": slack, "maxiter": 5000},
        )
        for start in starts
    ]
    return np.asarray(min(found, key=lambda one: float(one.fun)).x, dtype=np.float64)


def factor_analysis(correlation: npt.ArrayLike, factors: int, *, method: str = "minres") -> FactorAnalysis:
    """Exploratory factor analysis of a correlation matrix (k, k).

    method: `minres` (least squares residuals, Harman and Jones 1966) or `ml` (maximum likelihood, Lawley 1940).
    Uniquenesses stay at .005 or more. They and the fit do not depend on rotation.
    Raises ValueError when k items cannot carry that many factors, or the fit does not converge.
    """
    r = _square(correlation)
    k = r.shape[0]
    if factors < 1 or (k - factors) ** 2 < k + factors:
        raise ValueError(f"{k} items cannot carry {factors} factors; ask for fewer")
    if method not in ("minres", "ml"):
        raise ValueError(f"method is {method!r}; choose minres or ml")
    cost = _ml_cost if method == "ml" else _minres_cost
    unique = _uniquenesses(r, factors, cost, 1e-9)
    slope = np.asarray(cost(unique, r, factors)[1])
    if float(np.abs(unique - np.clip(unique - slope, _FLOOR, 1.0)).max()) > 1e-4:
        raise ValueError(f"{factors} factors do not converge; ask for fewer")
    load = _loadings(unique, r, factors, method)
    left = (r - load @ load.T)[np.tril_indices(k, -1)]
    return FactorAnalysis(method, load, unique, float(np.sqrt((left**2).mean())))


def parallel_analysis(
    items: npt.ArrayLike, *, simulations: int = 50, quantile: float = 0.95, seed: int = 0
) -> ParallelAnalysis:
    """How many components and factors stand out from chance (Horn 1965), over complete rows of items (n, k).

    Eigenvalues of the correlations (components), and of the correlations less the uniquenesses of one minres factor
    (factors, as psych::fa.parallel), are compared in order with the `quantile` of those of random normal data of the
    same size; the count stops at the first that does not exceed it. seed makes the draw repeatable.
    Raises ValueError for fewer rows than items, no simulations, or items that never vary.
    """
    x = matrix(items, "items", min_columns=3)
    x = x[~np.isnan(x).any(axis=1)]
    n, k = x.shape
    if n <= k:
        raise ValueError(f"{n} complete rows are too few for {k} items; pass more rows than items")
    if simulations < 1 or not 0 < quantile < 1:
        raise ValueError("pass at least one simulation and a quantile between 0 and 1")
    rng = np.random.default_rng(seed)
    own = _both_spectra(item_correlation(x))
    drawn = np.array([_both_spectra(item_correlation(rng.normal(size=(n, k)))) for _ in range(simulations)])
    chance = np.quantile(drawn, quantile, axis=0)
    stands_out = np.cumprod(own > chance, axis=1).sum(axis=1)
    return ParallelAnalysis(
        components=int(stands_out[0]),
        factors=int(stands_out[1]),
        component_eigenvalues=own[0],
        factor_eigenvalues=own[1],
        component_chance=np.asarray(chance[0], dtype=np.float64),
        factor_chance=np.asarray(chance[1], dtype=np.float64),
    )


def _both_spectra(r: FloatArray) -> FloatArray:
    """Eigenvalues of r, and of r with one factor's communalities on its diagonal, largest first; shape (2, k)."""
    r = np.asarray(r, dtype=np.float64)
    np.fill_diagonal(r, 1.0)
    # Random data barely hold a factor: a loose fit moves its eigenvalues in the sixth digit.
    reduced = r - np.diag(_uniquenesses(r, 1, _minres_cost, 1e-4))
    return np.stack([np.linalg.eigvalsh(r)[::-1], np.linalg.eigvalsh(reduced)[::-1]]).astype(np.float64)


def _oblimin(load: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Direct quartimin by gradient projection (Jennrich 2002): pattern (k, f) and factor correlations (f, f)."""
    f = load.shape[1]
    turn = np.eye(f)
    others = np.ones((f, f)) - np.eye(f)

    def pattern(t: FloatArray) -> FloatArray:
        return np.asarray(load @ np.linalg.inv(t).T, dtype=np.float64)

    def cost(p: FloatArray) -> float:
        return float(((p**2) * ((p**2) @ others)).sum()) / 4

    p = pattern(turn)
    value, step = cost(p), 1.0
    for _ in range(5000):
        slope = -(p.T @ (p * ((p**2) @ others)) @ np.linalg.inv(turn)).T
        move = slope - turn @ np.diag((turn * slope).sum(axis=0))
        size = float(np.sqrt((move**2).sum()))
        if size < 1e-9:
            break
        step *= 2
        for _ in range(40):
            trial = turn - step * move
            trial = trial / np.sqrt((trial**2).sum(axis=0))
            p_trial = pattern(trial)
            if cost(p_trial) < value - 0.5 * size**2 * step:
                break
            step /= 2
        else:
            break
        turn, p, value = trial, p_trial, cost(p_trial)
    return p, np.asarray(turn.T @ turn, dtype=np.float64)


def schmid_leiman_omega(correlation: npt.ArrayLike, factors: int = 3) -> SchmidLeiman:
    """Omega-hierarchical from a Schmid-Leiman (1957) transformation, as psych::omega does with fm = "ml".

    `factors` group factors (3 or more, so that one general factor is identified) by maximum likelihood, rotated by
    direct oblimin, then one factor of their correlations. Depends on the rotation: read two digits.
    Raises ValueError for fewer than three group factors or too few items.
    """
    if factors < 3:
        raise ValueError("three or more group factors are needed to tell a general factor")
    r = _square(correlation)
    fit = factor_analysis(r, factors, method="ml")
    p, phi = _oblimin(fit.loadings)
    flip = np.where(p.sum(axis=0) < 0, -1.0, 1.0)
    p, phi = p * flip, phi * np.outer(flip, flip)
    top = _one_minres(phi)
    general = p @ top
    group = p * np.sqrt(np.maximum(1 - top**2, 0))
    total = float(r.sum())
    return SchmidLeiman(
        general=np.asarray(general, dtype=np.float64),
        group=np.asarray(group, dtype=np.float64),
        uniquenesses=fit.uniquenesses,
        omega_h=float(general.sum() ** 2 / total),
        omega_total=float(1 - fit.uniquenesses.sum() / total),
    )


def _one_minres(phi: FloatArray) -> FloatArray:
    """Loadings of one factor on the factor correlations; three give exact ones where they exist."""
    k = phi.shape[0]
    found = optimize.minimize(
        _minres_cost,
        np.full(k, 0.5),
        args=(phi, 1),
        jac=True,
        method="L-BFGS-B",
        bounds=[(_FLOOR, 1.0)] * k,
        options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 5000},
    )
    return _loadings(np.asarray(found.x), phi, 1, "minres")[:, 0]
