"""Two variables over waves: the random-intercept cross-lagged panel, the plain one, and lagged mediation.

The plain cross-lagged panel mixes stable differences between units with change inside them and can invent
effects (Hamaker, Kuiper and Grasman 2015). The random-intercept model keeps them apart and needs three waves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import FloatArray, matrix, same_length, vector
from headwater.stats.mediation import indirect_interval
from headwater.stats.sem import SemFit, fit_sem
from headwater.stats.sem_engine import SemPath

__all__ = ["CrossLagged", "LaggedMediation", "clpm", "lagged_mediation", "ri_clpm"]


@dataclass(frozen=True)
class CrossLagged:
    """Cross-lagged effects per lag (one value when lags are equal): x_to_y and y_to_x, x_to_x and y_to_y
    (carry-over), each with SEs; standardised [lags of the model] versions of the cross effects; fit the whole
    model. Variables are named x1..xT, y1..yT; in the random-intercept model wx1.., wy1.., RIx, RIy are latent.
    r_intercepts is the correlation of the stable parts (NaN in the plain model).
    """

    x_to_y: FloatArray
    x_to_y_se: FloatArray
    y_to_x: FloatArray
    y_to_x_se: FloatArray
    x_to_x: FloatArray
    x_to_x_se: FloatArray
    y_to_y: FloatArray
    y_to_y_se: FloatArray
    x_to_y_std: FloatArray
    y_to_x_std: FloatArray
    r_intercepts: float
    fit: SemFit


@dataclass(frozen=True)
class LaggedMediation:
    """x at wave 1 to m at wave 2 (a) to y at wave 3 (b), earlier m and y held: a, b, c_prime with SEs, the
    indirect effect with delta SE and Monte-Carlo interval, total = c_prime + a b.
    """

    a: float
    a_se: float
    b: float
    b_se: float
    c_prime: float
    c_prime_se: float
    indirect: float
    indirect_se: float
    lower: float
    upper: float
    total: float
    fit: SemFit


def _waves(x: ArrayLike, y: ArrayLike, least: int, why: str) -> tuple[FloatArray, int]:
    xm, ym = matrix(x, "x"), matrix(y, "y")
    same_length(x=xm, y=ym)
    if xm.shape != ym.shape:
        raise ValueError(f"x and y must have the same waves, got {xm.shape[1]} and {ym.shape[1]}")
    if xm.shape[1] < least:
        raise ValueError(f"{xm.shape[1]} waves: {why}")
    for name, m in (("x", xm), ("y", ym)):
        counts = (~np.isnan(m)).sum(axis=0)
        if counts.min() < 2:
            raise ValueError(f"{name} at wave {int(counts.argmin()) + 1} has fewer than two values")
    return np.column_stack([xm, ym]), xm.shape[1]


def _summary(fit: SemFit, prefix: str, waves: int, equal: bool, r: float) -> CrossLagged:
    def lagged(to: str, source: str) -> tuple[FloatArray, FloatArray, FloatArray]:
        at = [fit.at(f"{prefix}{to}{t}~{prefix}{source}{t - 1}") for t in range(2, waves + 1)]
        kept = at[:1] if equal else at
        return fit.est[kept], fit.se[kept], fit.std[at]

    (xy, xy_se, xy_std), (yx, yx_se, yx_std) = lagged("y", "x"), lagged("x", "y")
    (xx, xx_se, _), (yy, yy_se, _) = lagged("x", "x"), lagged("y", "y")
    return CrossLagged(xy, xy_se, yx, yx_se, xx, xx_se, yy, yy_se, xy_std, yx_std, r, fit)


def _regressions(prefix: str, waves: int, equal: bool) -> list[SemPath]:
    paths = []
    for t in range(2, waves + 1):
        for to in "xy":
            for source in "xy":
                label = f"{source}->{to}" if equal else None
                start = 0.3 if source == to else 0.0
                paths.append(SemPath(f"{prefix}{to}{t}", "~", f"{prefix}{source}{t - 1}", label=label, start=start))
    return paths


def clpm(x: ArrayLike, y: ArrayLike, *, equal_lags: bool = False, confidence: float = 0.95) -> CrossLagged:
    """Plain cross-lagged panel of x and y [units, waves], NaN missing (FIML); two waves or more.

    Given for comparison with `ri_clpm`: its effects mix differences between units with change inside them.
    equal_lags holds the lagged effects equal over waves.
    """
    data, waves = _waves(x, y, 2, "a cross-lagged panel needs two")
    names = [f"x{t}" for t in range(1, waves + 1)] + [f"y{t}" for t in range(1, waves + 1)]
    paths = _regressions("", waves, equal_lags)
    paths += [SemPath(v, "~~", v) for v in names]
    paths += [SemPath(f"x{t}", "~~", f"y{t}") for t in range(1, waves + 1)]
    fit = fit_sem(data, names, paths, information="observed", confidence=confidence)
    return _summary(fit, "", waves, equal_lags, float("nan"))


def ri_clpm(x: ArrayLike, y: ArrayLike, *, equal_lags: bool = True, confidence: float = 0.95) -> CrossLagged:
    """Random-intercept cross-lagged panel of x and y [units, waves], NaN missing (FIML).

    Stable differences between units are two random intercepts; lagged effects are inside units.
    ValueError below three waves: with two, stable differences and change cannot be told apart.
    """
    why = "a random-intercept cross-lagged panel needs three; two cannot tell stable differences from change"
    data, waves = _waves(x, y, 3, why)
    span = range(1, waves + 1)
    names = [f"x{t}" for t in span] + [f"y{t}" for t in span]
    half = waves
    spread = np.nanvar(data, axis=0)
    latent = ["RIx", "RIy", *(f"wx{t}" for t in span), *(f"wy{t}" for t in span)]
    paths = []
    for v, block in (("x", spread[:half]), ("y", spread[half:])):
        paths += [SemPath(f"RI{v}", "=~", f"{v}{t}", value=1.0) for t in span]
        paths += [SemPath(f"w{v}{t}", "=~", f"{v}{t}", value=1.0) for t in span]
        paths += [SemPath(f"w{v}{t}", "~~", f"w{v}{t}", start=0.5 * float(block[t - 1])) for t in span]
        paths += [SemPath(f"{v}{t}", "~~", f"{v}{t}", value=0.0) for t in span]
        paths.append(SemPath(f"RI{v}", "~~", f"RI{v}", start=0.4 * float(block.mean())))
    paths.append(SemPath("RIx", "~~", "RIy"))
    paths += [SemPath(f"wx{t}", "~~", f"wy{t}") for t in span]
    paths += _regressions("w", waves, equal_lags)
    fit = fit_sem(data, names, paths, latent=latent, information="observed", confidence=confidence)
    return _summary(fit, "w", waves, equal_lags, float(fit.std[fit.at("RIx~~RIy")]))


def lagged_mediation(
    x1: ArrayLike,
    m1: ArrayLike,
    m2: ArrayLike,
    y1: ArrayLike,
    y3: ArrayLike,
    *,
    draws: int = 200_000,
    confidence: float = 0.95,
    seed: int = 0,
) -> LaggedMediation:
    """X at wave 1, m at wave 2 (m at 1 held), y at wave 3 (y at 1 held): each [units], NaN missing (FIML).

    An association in time, not a cause: units' stable differences remain in it.
    """
    columns = {"x1": x1, "m1": m1, "m2": m2, "y1": y1, "y3": y3}
    arrays = {k: vector(v, k) for k, v in columns.items()}
    same_length(**arrays)
    names = list(columns)
    paths = [
        SemPath("m2", "~", "x1"),
        SemPath("m2", "~", "m1"),
        SemPath("y3", "~", "m2"),
        SemPath("y3", "~", "x1"),
        SemPath("y3", "~", "y1"),
        SemPath("m2", "~~", "m2"),
        SemPath("y3", "~~", "y3"),
    ]
    outside = ["x1", "m1", "y1"]
    paths += [SemPath(u, "~~", v) for i, u in enumerate(outside) for v in outside[: i + 1]]
    data = np.column_stack(list(arrays.values()))
    fit = fit_sem(data, names, paths, exogenous=outside, information="observed", confidence=confidence)
    ia, ib, ic = fit.at("m2~x1"), fit.at("y3~m2"), fit.at("y3~x1")
    a, b, c = float(fit.est[ia]), float(fit.est[ib]), float(fit.est[ic])
    se_a, se_b = float(fit.se[ia]), float(fit.se[ib])
    cov_ab = fit.covariance("m2~x1", "y3~m2")
    lower, upper = indirect_interval(a, se_a, b, se_b, cov_ab=cov_ab, draws=draws, confidence=confidence, seed=seed)
    delta = float(np.sqrt(max(b**2 * se_a**2 + a**2 * se_b**2 + 2 * a * b * cov_ab, 0.0)))
    return LaggedMediation(a, se_a, b, se_b, c, float(fit.se[ic]), a * b, delta, lower, upper, c + a * b, fit)
