"""The engine of structural equation models: implied moments, likelihood and Fisher scoring.

Models are in reticular form (McArdle and McDonald 1984): directed paths A, variances and covariances S, means m.
Covariance F (I-A)^-1 S (I-A)^-T F', means F (I-A)^-1 m, all derivatives exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from headwater.stats._coerce import FloatArray, IntArray

__all__ = ["SemPath"]

Numbers = NDArray[Any]
"""Real numbers, or complex ones where a derivative is taken by a complex step."""

Op = Literal["=~", "~", "~~", "~1"]


@dataclass(frozen=True)
class SemPath:
    """One path of a model, in lavaan's notation.

    "f =~ y": f is measured by y; "y ~ x": regression of y on x; "x ~~ y": covariance (variance when both are
    one); "y ~1": mean or intercept (rhs empty). value fixes the path; equal labels make paths equal.
    """

    lhs: str
    op: Op
    rhs: str = ""
    label: str | None = None
    value: float | None = None
    start: float | None = None

    @property
    def name(self) -> str:
        """The path as lavaan writes it, such as "y~x"."""
        return f"{self.lhs}{self.op}{self.rhs}"


@dataclass(frozen=True)
class Pattern:
    """Rows of one group that share the variables they have: sufficient statistics (ML divisor)."""

    seen: IntArray
    n: int
    mean: FloatArray
    cov: FloatArray


def patterns(data: FloatArray) -> list[Pattern]:
    """Missing-data patterns of data [n, p]; rows without any value are left out."""
    known = ~np.isnan(data)
    rows = known.any(axis=1)
    distinct, which = np.unique(known[rows], axis=0, return_inverse=True)
    which = which.reshape(-1)
    out = []
    for k, mask in enumerate(distinct):
        seen = np.flatnonzero(mask)
        part = data[rows][which == k][:, seen]
        mean = part.mean(axis=0)
        out.append(Pattern(seen, len(part), mean, (part - mean).T @ (part - mean) / len(part)))
    return out


def loglik(pats: list[Pattern], mu: FloatArray, sigma: FloatArray) -> tuple[float, FloatArray, FloatArray]:
    """Log likelihood and its derivatives by mu [p] and sigma [p, p]; -inf outside the feasible region."""
    p = len(mu)
    total: float = 0.0
    d_mu, d_sigma = np.zeros(p), np.zeros((p, p))
    for pat in pats:
        s = pat.seen
        block = sigma[np.ix_(s, s)]
        try:
            factor = np.linalg.cholesky(block)
        except np.linalg.LinAlgError:
            return -np.inf, d_mu, d_sigma
        inverse = np.linalg.inv(block)
        gap = pat.mean - mu[s]
        spread = pat.cov + np.outer(gap, gap)
        total -= pat.n / 2 * (len(s) * np.log(2 * np.pi) + 2 * np.log(np.diag(factor)).sum() + (inverse * spread).sum())
        _add_slopes(pat, inverse, gap, d_mu, d_sigma)
    return float(total), d_mu, d_sigma


def _add_slopes(pat: Pattern, inverse: Numbers, gap: Numbers, d_mu: Numbers, d_sigma: Numbers) -> None:
    """Add one pattern's derivatives of the log likelihood by mu [p] and sigma [p, p]. gap: its mean less mu."""
    s = pat.seen
    d_mu[s] += pat.n * (inverse @ gap)
    spread = pat.cov + np.outer(gap, gap)
    d_sigma[np.ix_(s, s)] += pat.n / 2 * (inverse @ spread @ inverse - inverse)


class Ram:
    """One group's model: where each path stands, and the implied moments with their derivatives."""

    def __init__(self, paths: Sequence[SemPath], observed: Sequence[str], latent: Sequence[str]) -> None:
        names = [*observed, *latent]
        if len(set(names)) != len(names):
            raise ValueError("a variable is named twice")
        self.index = {v: i for i, v in enumerate(names)}
        self.p, self.v = len(observed), len(names)
        self.paths = tuple(paths)
        self.kind: list[str] = []
        self.cell: list[tuple[int, int]] = []
        for path in paths:
            for name in (path.lhs, path.rhs) if path.op != "~1" else (path.lhs,):
                if name not in self.index:
                    raise ValueError(f"path {path.name} names an unknown variable {name!r}")
            left = self.index[path.lhs]
            right = self.index[path.rhs] if path.op != "~1" else left
            if path.op == "=~":
                self.kind.append("A")
                self.cell.append((right, left))
            elif path.op == "~":
                self.kind.append("A")
                self.cell.append((left, right))
            elif path.op == "~~":
                self.kind.append("S")
                self.cell.append((left, right))
            elif path.op == "~1":
                self.kind.append("m")
                self.cell.append((left, left))
            else:
                raise ValueError(f"unknown operator {path.op!r}")
        cells = np.array(self.cell, np.int64).reshape(-1, 2)
        self.row, self.column = cells[:, 0], cells[:, 1]
        self.at = {kind: np.flatnonzero([one == kind for one in self.kind]) for kind in "ASm"}

    def matrices(self, values: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        a, s = np.zeros((self.v, self.v), values.dtype), np.zeros((self.v, self.v), values.dtype)
        m = np.zeros(self.v, values.dtype)
        paths, spreads, means = self.at["A"], self.at["S"], self.at["m"]
        a[self.row[paths], self.column[paths]] = values[paths]
        s[self.row[spreads], self.column[spreads]] = values[spreads]
        s[self.column[spreads], self.row[spreads]] = values[spreads]
        m[self.row[means]] = values[means]
        return a, s, m

    def moments(self, values: Numbers) -> tuple[Numbers, Numbers, Numbers, Numbers, Numbers]:
        """Implied mean and covariance of the observed, then (I-A)^-1, full covariance and full mean."""
        a, s, m = self.matrices(values)
        b = np.linalg.inv(np.eye(self.v) - a)
        full = b @ s @ b.T
        mean = b @ m
        return mean[: self.p], full[: self.p, : self.p], b, full, mean

    def derivatives(self, b: Numbers, full: Numbers, mean: Numbers, free: IntArray, q: int) -> tuple[Numbers, Numbers]:
        """D mu [q, p] and d sigma [q, p, p] by the free parameters."""
        p = self.p
        d_mu, d_sigma = np.zeros((q, p), b.dtype), np.zeros((q, p, p), b.dtype)
        is_free = free >= 0
        for kind, paths in self.at.items():
            paths = paths[is_free[paths]]
            if not len(paths):
                continue
            number, row, column = free[paths], self.row[paths], self.column[paths]
            left = b[:p, row].T
            if kind == "m":
                np.add.at(d_mu, number, left)
                continue
            right = full[column, :p] if kind == "A" else b[:p, column].T
            outer = left[:, :, None] * right[:, None, :]
            both = outer + np.swapaxes(outer, 1, 2)
            if kind == "A":
                np.add.at(d_mu, number, left * mean[column][:, None])
            else:
                both = np.where((row == column)[:, None, None], outer, both)
            np.add.at(d_sigma, number, both)
        return d_mu, d_sigma


class Problem:
    """All groups together: free parameters, log likelihood, score and expected information."""

    def __init__(self, rams: Sequence[Ram], data: Sequence[list[Pattern]]) -> None:
        self.rams, self.data = rams, data
        numbers: dict[str, int] = {}
        self.free: list[IntArray] = []
        self.fixed: list[FloatArray] = []
        q = 0
        for ram in rams:
            free = np.full(len(ram.paths), -1, dtype=np.int64)
            fixed = np.zeros(len(ram.paths))
            for i, path in enumerate(ram.paths):
                if path.value is not None:
                    fixed[i] = path.value
                elif path.label is not None and path.label in numbers:
                    free[i] = numbers[path.label]
                else:
                    free[i] = q
                    if path.label is not None:
                        numbers[path.label] = q
                    q += 1
            self.free.append(free)
            self.fixed.append(fixed)
        self.q = q

    def values(self, theta: Numbers, group: int) -> Numbers:
        free = self.free[group]
        return np.where(free >= 0, theta[np.maximum(free, 0)] if self.q else 0.0, self.fixed[group])

    def evaluate(self, theta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Log likelihood, score [q] and expected information [q, q]."""
        total, score, info = 0.0, np.zeros(self.q), np.zeros((self.q, self.q))
        for g, (ram, pats) in enumerate(zip(self.rams, self.data, strict=True)):
            mu, sigma, b, full, mean = ram.moments(self.values(theta, g))
            value, d_mu, d_sigma = loglik(pats, mu, sigma)
            if not np.isfinite(value):
                return -np.inf, score, info
            total += value
            by_mu, by_sigma = ram.derivatives(b, full, mean, self.free[g], self.q)
            score += by_mu @ d_mu + by_sigma.reshape(self.q, -1) @ d_sigma.ravel()
            for pat in pats:
                s = pat.seen
                inverse = np.linalg.inv(sigma[np.ix_(s, s)])
                part = inverse @ by_sigma[:, s[:, None], s[None, :]]
                left, right = part.reshape(self.q, -1), np.swapaxes(part, 1, 2).reshape(self.q, -1)
                m = by_mu[:, s]
                info += pat.n * (0.5 * left @ right.T + m @ inverse @ m.T)
        return total, score, info

    def maximise(self, theta: FloatArray, *, iterations: int = 500) -> tuple[FloatArray, float, FloatArray]:
        """Fisher scoring with damping; the maximum, its log likelihood and expected information."""
        value, score, info = self.evaluate(theta)
        if not np.isfinite(value):
            raise ValueError("the starting values do not give a proper covariance matrix")
        damping = 1e-8
        for _ in range(iterations):
            scale = np.maximum(np.diag(info), 1e-10 * np.diag(info).max(initial=1e-10))
            step = np.linalg.lstsq(info + np.diag(scale * damping), score, rcond=None)[0]
            if score @ step < 1e-12 * max(1.0, abs(value)):
                return theta, value, info
            trial = self.evaluate(theta + step)
            if trial[0] > value:
                theta = theta + step
                value, score, info = trial
                damping = max(damping / 10, 1e-10)
            else:
                damping = max(damping * 10, 1e-6)
                if damping > 1e12:
                    if score @ step < 1e-8:
                        return theta, value, info
                    break
        raise ValueError("the model did not converge: it may not be identified in these data")

    def score(self, theta: Numbers) -> Numbers:
        """Exact score [q] in the feasible region. Accepts complex theta."""
        score = np.zeros(self.q, theta.dtype)
        for g, (ram, pats) in enumerate(zip(self.rams, self.data, strict=True)):
            mu, sigma, b, full, mean = ram.moments(self.values(theta, g))
            by_mu, by_sigma = ram.derivatives(b, full, mean, self.free[g], self.q)
            d_mu, d_sigma = np.zeros(ram.p, theta.dtype), np.zeros((ram.p, ram.p), theta.dtype)
            for pat in pats:
                s = pat.seen
                _add_slopes(pat, np.linalg.inv(sigma[np.ix_(s, s)]), pat.mean - mu[s], d_mu, d_sigma)
            score += by_mu @ d_mu + by_sigma.reshape(self.q, -1) @ d_sigma.ravel()
        return score

    def observed_information(self, theta: FloatArray) -> FloatArray:
        """Minus the Hessian, exact: complex steps of the score."""
        out = np.empty((self.q, self.q))
        for k in range(self.q):
            z = theta.astype(np.complex128)
            z[k] += 1e-30j
            out[k] = -self.score(z).imag / 1e-30
        return (out + out.T) / 2


def start_values(problem: Problem, moments: Sequence[tuple[FloatArray, FloatArray]]) -> FloatArray:
    """Plain starts: half the variance for a variable with causes, unit loadings, sample means."""
    theta = np.zeros(problem.q)
    for g, ram in enumerate(problem.rams):
        mean, cov = moments[g]
        caused = {ram.cell[i][0] for i, kind in enumerate(ram.kind) if kind == "A"}
        for i, path in enumerate(ram.paths):
            k = problem.free[g][i]
            if k < 0:
                continue
            row, col = ram.cell[i]
            if path.start is not None:
                theta[k] = path.start
            elif ram.kind[i] == "A":
                theta[k] = 1.0 if path.op == "=~" else 0.0
            elif ram.kind[i] == "m":
                theta[k] = mean[row] if row < ram.p else 0.0
            elif row == col:
                size = cov[row, row] if row < ram.p else float(np.diag(cov).mean()) * 0.5
                theta[k] = size * (0.5 if row in caused else 1.0)
    return theta


def standardised(ram: Ram, values: FloatArray) -> FloatArray:
    """Fully standardised estimates of every path (lavaan's std.all)."""
    _, _, _, full, _ = ram.moments(values)
    _, s, _ = ram.matrices(values)
    sd = np.sqrt(np.where(np.diag(full) > 0, np.diag(full), np.nan))
    residual = np.diag(s)
    out = np.empty(len(values))
    for n, (kind, (i, j), value) in enumerate(zip(ram.kind, ram.cell, values, strict=True)):
        if kind == "A":
            out[n] = value * sd[j] / sd[i]
        elif kind == "m":
            out[n] = value / sd[i]
        elif i == j:
            out[n] = value / sd[i] ** 2
        else:
            product = residual[i] * residual[j]
            out[n] = value / np.sqrt(product) if product > 0 else np.nan
    return out
