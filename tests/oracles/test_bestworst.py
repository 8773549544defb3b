"""Best-worst scaling against R survival (clogit) and support.BWS: ricebws1."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from tests.oracles.oracle import Oracle, load

from headwater.stats.bestworst import best_worst_counts, best_worst_logit, picked_items
from headwater.stats.bestworst_individual import best_worst_individuals


@dataclass(frozen=True)
class Rice:
    oracle: Oracle
    items: list[str]
    sets: np.ndarray
    best: np.ndarray
    worst: np.ndarray

    def named(self, values: np.ndarray) -> dict[str, float]:
        return dict(zip(self.items, values.tolist(), strict=True))


@pytest.fixture
def rice(shared: Path) -> Rice:
    oracle = load(shared, "ricebws1")
    sets = np.array([oracle.value("design")[f"q{i}"] for i in range(1, 8)]) - 1
    best = picked_items(oracle.matrix([f"b{i}" for i in range(1, 8)]), sets)
    worst = picked_items(oracle.matrix([f"w{i}" for i in range(1, 8)]), sets)
    return Rice(oracle, oracle.value("items"), sets, best, worst)


def test_counts(rice: Rice) -> None:
    counts = best_worst_counts(rice.best, rice.worst, rice.sets)
    fields = {
        "B": counts.best,
        "W": counts.worst,
        "BW": counts.bw,
        "stdBW": counts.std_bw,
        "sqrtBW": counts.sqrt_bw,
        "std.sqrtBW": counts.std_sqrt_bw,
    }
    for i, item in enumerate(rice.items):
        rice.oracle.close({k: float(v[i]) for k, v in fields.items()}, "counts", item)
    for person in range(10):
        rice.oracle.close(rice.named(counts.individual_bw[person]), "individual_bw", str(person + 1))
    rice.oracle.close(rice.named(counts.individual_sd), "individual_bw_sd")


@pytest.mark.parametrize(("model", "tag"), [("maxdiff", "clogit_maxdiff"), ("sequential", "clogit_sequential")])
def test_conditional_logit(rice: Rice, model: str, tag: str) -> None:
    base = rice.items.index("Washfree_rice")
    fit = best_worst_logit(rice.best, rice.worst, rice.sets, base=base, model=model)  # type: ignore[arg-type]
    coef, se = rice.named(fit.coef), rice.named(fit.se)
    for item in rice.oracle.value(tag):
        rice.oracle.close({"coef": coef[item], "se(coef)": se[item]}, tag, item)
    rice.oracle.close({"null": fit.loglik_null, "model": fit.loglik}, f"{tag}.loglik")
    assert coef["Washfree_rice"] == se["Washfree_rice"] == 0


def test_clustered_errors_and_shares(rice: Rice) -> None:
    fit = best_worst_logit(rice.best, rice.worst, rice.sets, base=rice.items.index("Washfree_rice"))
    rice.oracle.close(rice.named(fit.robust_se), "clogit_maxdiff.robust_se")
    rice.oracle.close(rice.named(fit.share), "shares_maxdiff")
    assert (fit.share_lower < fit.share).all()
    assert (fit.share < fit.share_upper).all()


def test_another_base_gives_the_same_shares_and_utilities(rice: Rice) -> None:
    first, last = (best_worst_logit(rice.best, rice.worst, rice.sets, base=b) for b in (0, 6))
    np.testing.assert_allclose(first.share, last.share, rtol=1e-8)
    np.testing.assert_allclose(first.utility_se, last.utility_se, rtol=1e-6)
    np.testing.assert_allclose(first.share_upper, last.share_upper, rtol=1e-6)


def test_individual_utilities_follow_the_counts_and_shrink(rice: Rice) -> None:
    result = best_worst_individuals(rice.best, rice.worst, rice.sets)
    counts = best_worst_counts(rice.best, rice.worst, rice.sets)
    assert np.corrcoef(result.utility.ravel(), counts.individual_bw.ravel())[0, 1] > 0.95
    np.testing.assert_allclose(result.utility.sum(axis=1), 0, atol=1e-10)
    assert (result.shrinkage > 0).all()
    assert result.shrinkage.mean() < 0.5
    assert result.shrinkage.max() <= 1
    aggregate = best_worst_logit(rice.best, rice.worst, rice.sets)
    assert np.corrcoef(result.mean, aggregate.utility)[0, 1] > 0.98
