"""Linear mixed models with nested random intercepts: answers in teams in units in divisions, any depth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from headwater.stats._arrays import FloatArray, IntArray, group, present
from headwater.stats.fixed_effects import FixedEffects, Products, complete_rows, design, effects, search

__all__ = ["NestedModel", "nested_model"]


@dataclass(frozen=True)
class NestedModel:
    """Variance components of L nested levels, outermost first."""

    method: str
    n: int
    level_sizes: tuple[int, ...]  # groups at each level
    fixed: FixedEffects
    variances: FloatArray  # (L,)
    sigma2: float  # within the innermost groups
    criterion: float  # -2 log-likelihood, restricted for REML


class _Tree:
    """Works from the innermost groups out: each random intercept changes V by one rank a group."""

    def __init__(self, x: FloatArray, y: FloatArray, codes: list[IntArray]) -> None:
        rows = np.column_stack([x, y])
        self.total = rows.T @ rows
        self.p = x.shape[1]
        inner = codes[-1]
        size = int(inner.max()) + 1
        self.counts: FloatArray = np.bincount(inner, minlength=size).astype(np.float64)
        sums = [np.bincount(inner, weights=c, minlength=size) for c in rows.T]
        self.sums: FloatArray = np.stack(sums, axis=1).astype(np.float64)
        self.parents = []
        for outer, nearer in pairwise(codes):
            parent = np.zeros(int(nearer.max()) + 1, dtype=np.int64)
            parent[nearer] = outer
            self.parents.append(parent)

    def __call__(self, theta: FloatArray) -> Products:
        products, w, v, logdet = self.total.copy(), self.counts, self.sums, 0.0
        for depth in range(len(theta) - 1, -1, -1):
            ratio = float(theta[depth]) ** 2
            grown = 1 + ratio * w
            products -= (v * (ratio / grown)[:, None]).T @ v
            logdet += float(np.log(grown).sum())
            w, v = w / grown, v / grown[:, None]
            if depth > 0:
                parent = self.parents[depth - 1]
                size = int(parent.max()) + 1
                w = np.bincount(parent, weights=w, minlength=size).astype(np.float64)
                v = np.stack([np.bincount(parent, weights=c, minlength=size) for c in v.T], axis=1).astype(np.float64)
        p = self.p
        return Products(products[:p, :p], products[:p, p], float(products[p, p]), logdet)


def nested_model(
    response: npt.ArrayLike,
    predictors: npt.ArrayLike | None,
    levels: Sequence[npt.ArrayLike | Iterable[object]],
    *,
    method: str = "REML",
    names: Sequence[str] | None = None,
) -> NestedModel:
    """Fits nested random intercepts, equal to lme4's lmer(y ~ x + (1 | a/b/c)) with levels [a, b, c].

    response: (n,); predictors: (n,) or (n, k) without the intercept, or None; levels: label arrays (n,), outermost
    first; an inner label counts within its outer one, so teams of two units may share a name.
    Rows with a missing value or label are left out. Raises ValueError for no levels, a level with one group, innermost
    groups of one only, too few rows, or predictors that repeat one another.
    """
    if method not in ("REML", "ML"):
        raise ValueError(f"method is {method!r}; choose REML or ML")
    if not levels:
        raise ValueError("levels is empty; pass at least one array of labels")
    read = [present(labels, "levels") for labels in levels]
    y, x, keep = complete_rows(response, predictors, [known for _, known in read], None)
    codes: list[IntArray] = []
    for labels, _ in read:
        own = group(labels[keep]).codes
        if codes:
            _, own = np.unique(np.column_stack([codes[-1], own]), axis=0, return_inverse=True)
        codes.append(np.asarray(own, dtype=np.int64).ravel())
    sizes = tuple(int(code.max()) + 1 for code in codes)
    if min(sizes) < 2:
        raise ValueError("a level has one group; its variance cannot be told, leave it out")
    if sizes[-1] == y.size:
        raise ValueError("every innermost group has one row; leave out the innermost level")
    d = design(y, x, names)
    tree = _Tree(d.x, d.y, codes)
    depth = len(sizes)
    reml = method == "REML"
    best = search(tree, d, [np.full(depth, 0.2), np.full(depth, 0.8)], reml, np.zeros(depth))
    return NestedModel(
        method=method,
        n=y.size,
        level_sizes=sizes,
        fixed=effects(tree, d, best, reml),
        variances=best.sigma2 * best.theta**2,
        sigma2=best.sigma2,
        criterion=best.criterion,
    )
