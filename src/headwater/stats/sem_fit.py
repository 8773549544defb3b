"""Fit measures of structural equation models: saturated and baseline models, CFI, TLI, RMSEA, SRMR."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from headwater.stats._coerce import FloatArray
from headwater.stats.sem import SemFit
from headwater.stats.sem_engine import Pattern, Problem, Ram, SemPath, loglik, standardised, start_values

__all__ = ()  # reached through fit_sem


def saturated(pats: list[Pattern], observed: Sequence[str]) -> tuple[float, FloatArray, FloatArray]:
    """Log likelihood, means and covariances of the unrestricted model of one group."""
    p = len(observed)
    if len(pats) == 1 and len(pats[0].seen) == p:
        value, _, _ = loglik(pats, pats[0].mean, pats[0].cov)
        if not np.isfinite(value):
            raise ValueError("the variables are linearly dependent")
        return value, pats[0].mean, pats[0].cov
    mean, variance = _available(pats, p)
    paths = [
        SemPath(observed[i], "~~", observed[j], start=float(variance[i]) if i == j else 0.0)
        for i in range(p)
        for j in range(i + 1)
    ]
    paths += [SemPath(v, "~1", start=float(m)) for v, m in zip(observed, mean, strict=True)]
    ram = Ram(paths, observed, ())
    problem = Problem([ram], [pats])
    theta, value, _ = problem.maximise(start_values(problem, [(mean, np.diag(variance))]))
    mu, sigma, *_ = ram.moments(problem.values(theta, 0))
    return value, mu, sigma


def _available(pats: list[Pattern], p: int) -> tuple[FloatArray, FloatArray]:
    """Mean and ML variance of each variable from all its values."""
    n, first, second = np.zeros(p), np.zeros(p), np.zeros(p)
    for pat in pats:
        n[pat.seen] += pat.n
        first[pat.seen] += pat.n * pat.mean
    mean = first / n
    for pat in pats:
        second[pat.seen] += pat.n * (np.diag(pat.cov) + (pat.mean - mean[pat.seen]) ** 2)
    return mean, second / n


def _part(pats: list[Pattern], columns: Sequence[int]) -> list[Pattern]:
    """The same rows with the named columns only."""
    out = []
    for pat in pats:
        at = [(new, int(np.flatnonzero(pat.seen == old)[0])) for new, old in enumerate(columns) if old in pat.seen]
        if at:
            new, old = np.array([a for a, _ in at]), np.array([b for _, b in at])
            out.append(Pattern(new, pat.n, pat.mean[old], pat.cov[np.ix_(old, old)]))
    return out


def _baseline(pats: list[Pattern], p: int, block: Sequence[int]) -> float:
    """Log likelihood when no two variables are related, but for those of the exogenous block."""
    if len(block) < 2:
        mean, variance = _available(pats, p)
        return loglik(pats, mean, np.diag(variance))[0]
    others = [i for i in range(p) if i not in block]
    joint = saturated(_part(pats, block), [f"v{i}" for i in block])[0]
    return joint + (_baseline(_part(pats, others), len(others), []) if others else 0.0)


def _srmr(h1: tuple[FloatArray, FloatArray], implied: tuple[FloatArray, FloatArray], means: bool) -> float:
    """Standardised root mean square residual (Bentler), means included when they are modelled."""
    sd = np.sqrt(np.diag(h1[1]))
    gap = ((h1[1] - implied[1]) / np.outer(sd, sd))[np.tril_indices(len(sd))]
    if means:
        gap = np.concatenate([gap, (h1[0] - implied[0]) / sd])
    return float(np.sqrt((gap**2).mean()))


def _noncentrality(chisq: float, df: int, probability: float) -> float:
    """The noncentrality at which chisq has the given lower-tail probability, 0 when there is none."""
    from scipy.optimize import brentq
    from scipy.special import chndtr

    if chndtr(chisq, df, 0.0) < probability:
        return 0.0
    high = max(chisq, 1.0)
    while chndtr(chisq, df, high) > probability:
        high *= 2
    return float(brentq(lambda lam: chndtr(chisq, df, lam) - probability, 0.0, high, xtol=1e-10))


def assess(
    problem: Problem, observed: Sequence[str], block: Sequence[int], *, means: bool, information: str, confidence: float
) -> SemFit:
    """Estimate the model of a problem and judge its fit; block numbers the exogenous observed variables."""
    from scipy.special import chdtrc, ndtr, ndtri

    p, groups = len(observed), len(problem.rams)
    h1 = [saturated(pats, observed) for pats in problem.data]
    statistics = groups * (p * (p + 1) // 2 + (p if means else 0))
    df = statistics - problem.q
    if df < 0:
        raise ValueError(f"the model has {problem.q} parameters for {statistics} moments")
    theta, value, info = problem.maximise(start_values(problem, [(m, c) for _, m, c in h1]))
    if information == "observed":
        info = problem.observed_information(theta)
    eigen = np.linalg.eigvalsh(info / np.sqrt(np.outer(np.diag(info), np.diag(info))))
    if not eigen[0] > 1e-9:
        raise ValueError("the model is not identified: its information matrix is singular")
    cov = np.asarray(np.linalg.inv(info), dtype=np.float64)
    n = sum(pat.n for pats in problem.data for pat in pats)
    chisq = max(2 * (sum(h[0] for h in h1) - value), 0.0)
    base = max(2 * (sum(h[0] for h in h1) - sum(_baseline(pats, p, block) for pats in problem.data)), 0.0)
    base_df = groups * (p * (p - 1) // 2 - len(block) * (len(block) - 1) // 2)
    excess, base_excess = max(chisq - df, 0.0), max(base - base_df, chisq - df, 0.0)
    cfi = 1 - excess / base_excess if base_excess > 0 else 1.0
    tli, rmsea, low, high = float("nan"), 0.0, 0.0, 0.0
    p_value = float("nan")
    if df > 0:
        tli = (base / base_df - chisq / df) / (base / base_df - 1) if base_df > 0 and base != base_df else 1.0
        scale = np.sqrt(groups / (n * df))
        rmsea = float(np.sqrt(excess) * scale)
        low = float(np.sqrt(_noncentrality(chisq, df, 0.95)) * scale)
        high = float(np.sqrt(_noncentrality(chisq, df, 0.05)) * scale)
        p_value = float(chdtrc(df, chisq))
    srmr = 0.0
    est, se, std, names, free, improper = [], [], [], [], [], []
    for g, ram in enumerate(problem.rams):
        values = problem.values(theta, g)
        mu, sigma, *_ = ram.moments(values)
        srmr += _srmr(h1[g][1:], (mu, sigma), means) * sum(pat.n for pat in problem.data[g]) / n
        number = problem.free[g]
        shown = [i for i, path in enumerate(ram.paths) if means or path.op != "~1"]
        est.append(values[shown])
        se.append(np.where(number >= 0, np.sqrt(np.diag(cov))[np.maximum(number, 0)], 0.0)[shown])
        std.append(standardised(ram, values)[shown])
        free.append(number[shown])
        suffix = "" if g == 0 else f"|g{g + 1}"
        names += [ram.paths[i].name + suffix for i in shown]
        improper += [
            path.name + suffix
            for path, v in zip(ram.paths, values, strict=True)
            if path.op == "~~" and path.lhs == path.rhs and v < 0
        ]
    e, s = np.concatenate(est), np.concatenate(se)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(s > 0, e / s, np.nan)
    half = float(ndtri((1 + confidence) / 2)) * s
    return SemFit(
        names=tuple(names),
        est=e,
        se=s,
        z=z,
        p=2 * ndtr(-np.abs(z)),
        lower=e - half,
        upper=e + half,
        std=np.concatenate(std),
        free=np.concatenate(free),
        cov=cov,
        chisq=chisq,
        df=df,
        p_value=p_value,
        cfi=float(cfi),
        tli=float(tli),
        rmsea=rmsea,
        rmsea_lower=low,
        rmsea_upper=high,
        srmr=float(srmr),
        loglik=value,
        aic=2 * problem.q - 2 * value,
        bic=problem.q * float(np.log(n)) - 2 * value,
        npar=problem.q,
        n=n,
        groups=groups,
        improper=tuple(improper),
        confidence=confidence,
    )
