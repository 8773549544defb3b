"""Individual best-worst utilities by empirical Bayes: a normal prior over people, estimated from all of them.

The prior's mean and covariance are found by EM. A person's posterior mean and covariance come from importance
sampling around the mode: with a handful of tasks a person the normal (Laplace) approximation alone makes people
look a third more alike than they are. Utilities are coordinates that sum to zero over items, so no item is a
privileged base. Individual values shrink toward the mean of all people.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import FloatArray, IntArray, Labels
from headwater.stats.bestworst import Tasks, pair_design, tasks

__all__ = ["BestWorstIndividuals", "best_worst_individuals"]

_TAILS = 6.0  # degrees of freedom of the proposal: tails of the posterior must not be missed
_FLOOR = 1e-4  # least prior variance in any direction


@dataclass(frozen=True)
class BestWorstIndividuals:
    """Empirical Bayes utilities of n people over I items; utilities sum to zero over items.

    people [n] labels; utility [n, I] posterior means; sd [n, I] posterior SDs; share [n, I] of 1 each;
    mean [I] and covariance [I, I] of the population; spread [I] the SD over people of each item (how much
    they differ, prior SD); shrinkage [n, I] the share of the prior variance left unresolved, 1 = nothing was
    learnt about the person, 0 = the person speaks alone.
    """

    people: tuple[Hashable, ...]
    utility: FloatArray
    sd: FloatArray
    share: FloatArray
    mean: FloatArray
    covariance: FloatArray
    spread: FloatArray
    shrinkage: FloatArray
    iterations: int


def _contrasts(items: int) -> FloatArray:
    """Orthonormal basis [I, I-1] of the vectors that sum to zero (Helmert)."""
    basis = np.zeros((items, items - 1))
    for j in range(items - 1):
        basis[: j + 1, j] = 1.0
        basis[j + 1, j] = -(j + 1.0)
    out: FloatArray = basis / np.linalg.norm(basis, axis=0)
    return out


class _Likelihood:
    """Paired (maxdiff) log likelihood of each person at that person's utilities."""

    def __init__(self, t: Tasks, basis: FloatArray) -> None:
        pairs, _, _ = pair_design(t.sets, t.items)
        self.z = pairs @ basis  # [S, P, D]
        self.outer = np.einsum("spi,spj->spij", self.z, self.z)
        self.n = len(t.people)
        self.person: IntArray = t.person
        self.which = t.which
        picked = np.zeros((self.n, t.items))
        np.add.at(picked, (t.person, t.best), 1.0)
        np.add.at(picked, (t.person, t.worst), -1.0)
        self.picked = picked @ basis
        # one row for each person and distinct set, with its count
        key, count = np.unique(t.person * len(t.sets) + t.which, return_counts=True)
        self.row_person, self.row_set = key // len(t.sets), key % len(t.sets)
        self.count = count.astype(np.float64)

    def _sum(self, rows: FloatArray) -> FloatArray:
        flat = rows.reshape(len(rows), -1)
        out = np.stack([np.bincount(self.row_person, weights=c, minlength=self.n) for c in flat.T], axis=1)
        return out.reshape((self.n, *rows.shape[1:]))

    def loglik(self, beta: FloatArray) -> FloatArray:
        """[n] log likelihoods at beta [n, D]."""
        u = np.einsum("rpd,rd->rp", self.z[self.row_set], beta[self.row_person])
        top = u.max(axis=1)
        norm = top + np.log(np.exp(u - top[:, None]).sum(axis=1))
        out: FloatArray = (self.picked * beta).sum(axis=1) - np.bincount(
            self.row_person, weights=self.count * norm, minlength=self.n
        )
        return out

    def derivatives(self, beta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Scores [n, D] and informations [n, D, D] at beta [n, D]."""
        u = np.einsum("rpd,rd->rp", self.z[self.row_set], beta[self.row_person])
        w = np.exp(u - u.max(axis=1, keepdims=True))
        prob = w / w.sum(axis=1, keepdims=True)
        mean = np.einsum("rp,rpd->rd", prob, self.z[self.row_set])
        second = np.einsum("rp,rpij->rij", prob, self.outer[self.row_set])
        info = second - mean[:, :, None] * mean[:, None, :]
        return self.picked - self._sum(self.count[:, None] * mean), self._sum(self.count[:, None, None] * info)


def _modes(like: _Likelihood, beta: FloatArray, mu: FloatArray, precision: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Posterior modes [n, D] and their covariances [n, D, D] by Newton with step halving."""

    def penalised(b: FloatArray) -> FloatArray:
        gap = b - mu
        out: FloatArray = like.loglik(b) - 0.5 * np.einsum("ni,ij,nj->n", gap, precision, gap)
        return out

    value = penalised(beta)
    for _ in range(50):
        score, info = like.derivatives(beta)
        gradient = score - (beta - mu) @ precision
        step = np.linalg.solve(info + precision, gradient[..., None])[..., 0]
        if np.abs(step).max() < 1e-9:
            break
        scale = np.ones(len(beta))
        for _ in range(20):
            trial = beta + scale[:, None] * step
            new = penalised(trial)
            worse = new < value - 1e-10
            if not worse.any():
                break
            scale[worse] /= 2
        better = new >= value - 1e-10
        beta = np.where(better[:, None], trial, beta)
        value = np.where(better, new, value)
    _, info = like.derivatives(beta)
    return beta, np.asarray(np.linalg.inv(info + precision), dtype=np.float64)


def _moments(
    like: _Likelihood, beta: FloatArray, mu: FloatArray, sigma: FloatArray, draws: int, seed: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Posterior modes, means [n, D] and covariances [n, D, D], by importance sampling around the mode.

    The proposal is a multivariate t with the mode and curvature of the posterior, since posteriors of people
    who always pick alike are skewed. Draws are the same in every call (common random numbers), so that the EM
    steps settle.
    """
    precision = np.asarray(np.linalg.inv(sigma), dtype=np.float64)
    beta, cov = _modes(like, beta, mu, precision)
    n, d = beta.shape
    factor = np.linalg.cholesky(cov)
    rng = np.random.default_rng(seed)
    log_weight = np.empty((2 * draws, n))
    points = np.empty((2 * draws, n, d))
    for r in range(draws):
        z = rng.standard_normal((n, d)) / np.sqrt(rng.chisquare(_TAILS, (n, 1)) / _TAILS)
        proposal = -0.5 * (_TAILS + d) * np.log1p((z**2).sum(axis=1) / _TAILS)
        shift = np.einsum("nij,nj->ni", factor, z)
        for k, sign in enumerate((1.0, -1.0)):
            point = beta + sign * shift
            gap = point - mu
            prior = -0.5 * np.einsum("ni,ij,nj->n", gap, precision, gap)
            points[2 * r + k] = point
            log_weight[2 * r + k] = like.loglik(point) + prior - proposal
    weight = np.exp(log_weight - log_weight.max(axis=0))
    weight /= weight.sum(axis=0)
    mean = np.einsum("rn,rni->ni", weight, points)
    points -= mean
    return beta, mean, np.einsum("rn,rni,rnj->nij", weight, points, points)


def _prior(
    like: _Likelihood, draws: int, iterations: int, tolerance: float, weight: float, seed: int
) -> tuple[FloatArray, FloatArray, int]:
    """Mean and covariance of the population by EM; the covariance counts weight people of unit variance."""
    d = like.picked.shape[1]
    mu: FloatArray = np.zeros(d)
    sigma: FloatArray = np.eye(d)
    beta = np.zeros((like.n, d))
    for done in range(1, iterations + 1):
        beta, mean, cov = _moments(like, beta, mu, sigma, draws, seed)
        new_mu = mean.mean(axis=0)
        gap = mean - new_mu
        new_sigma = (gap.T @ gap + cov.sum(axis=0) + weight * np.eye(d)) / (like.n + weight)
        values, vectors = np.linalg.eigh((new_sigma + new_sigma.T) / 2)
        new_sigma = (vectors * np.maximum(values, _FLOOR)) @ vectors.T
        moved = max(float(np.abs(new_mu - mu).max()), float(np.abs(new_sigma - sigma).max()))
        mu, sigma = new_mu, new_sigma
        if moved < tolerance:
            return mu, sigma, done
    raise ValueError(
        f"the prior did not settle in {iterations} iterations: too few tasks a person to tell people apart"
    )


def _subset(t: Tasks, chosen: IntArray) -> Tasks:
    """The tasks of the chosen people, numbered anew."""
    number = np.full(len(t.people), -1, dtype=np.int64)
    number[chosen] = np.arange(len(chosen))
    keep = number[t.person] >= 0
    return Tasks(
        number[t.person[keep]],
        t.which[keep],
        t.best[keep],
        t.worst[keep],
        t.sets,
        tuple(t.people[i] for i in chosen),
        t.items,
    )


def best_worst_individuals(
    best: ArrayLike,
    worst: ArrayLike,
    sets: ArrayLike,
    *,
    people: Labels | None = None,
    items: int | None = None,
    draws: int = 40,
    iterations: int = 500,
    tolerance: float = 1e-3,
    prior_people: int = 2000,
    prior_weight: float = 10.0,
    seed: int = 0,
) -> BestWorstIndividuals:
    """Individual utilities from the paired model with a normal prior of unrestricted covariance.

    Arguments as `best_worst_counts`. The prior is estimated by EM from all people, or from a random
    prior_people of them when there are more; it stops when no element moves by more than tolerance (utility
    units). prior_weight is the strength of an inverse-Wishart prior on the covariance, in people of unit variance
    on every contrast: few people with few tasks would otherwise seem to differ without limit. draws is the number
    of antithetic pairs a person while the prior is sought; five times as many give the values returned.
    ValueError below ten people, or when the prior has not settled after the given iterations.
    """
    t = tasks(best, worst, sets, people, items)
    missing = np.setdiff1d(np.arange(t.items), t.sets)
    if missing.size:
        raise ValueError("items never shown: " + ", ".join(map(str, missing)))
    count = len(t.people)
    if count < 10:
        raise ValueError(f"{count} people cannot carry a prior: at least ten are needed")
    if draws < 10 or prior_people < 10 or prior_weight < 0:
        raise ValueError("draws and prior_people must be at least 10, prior_weight not negative")
    basis = _contrasts(t.items)
    few = np.sort(np.random.default_rng(seed).permutation(count)[:prior_people])
    part = t if len(few) == count else _subset(t, few)
    mu, sigma, done = _prior(_Likelihood(part, basis), draws, iterations, tolerance, prior_weight, seed)
    mean, cov = np.empty((count, len(mu))), np.empty((count, len(mu), len(mu)))
    for start in range(0, count, 1000):
        rows = np.arange(start, min(start + 1000, count))
        like = _Likelihood(_subset(t, rows), basis)
        _, mean[rows], cov[rows] = _moments(like, np.zeros((len(rows), len(mu))), mu, sigma, 5 * draws, seed)
    utility = mean @ basis.T
    population = basis @ sigma @ basis.T
    # the likelihood is log-concave, so no posterior variance exceeds the prior's: what is above is sampling error
    variance = np.minimum(np.einsum("id,nde,ie->ni", basis, cov, basis), np.diag(population))
    share = np.exp(utility - utility.max(axis=1, keepdims=True))
    return BestWorstIndividuals(
        people=t.people,
        utility=utility,
        sd=np.sqrt(variance),
        share=share / share.sum(axis=1, keepdims=True),
        mean=basis @ mu,
        covariance=population,
        spread=np.sqrt(np.diag(population)),
        shrinkage=variance / np.diag(population),
        iterations=done,
    )
