"""Agreement of raters against published tables.

Shrout and Fleiss 1979, table 2 (six targets, four judges): mean squares and ICC(2,1), ICC(2,4) as printed, intervals
as the R package psych 2.4 prints them for the same data. Krippendorff 2011, "Computing Krippendorff's
Alpha-Reliability", example C (four observers, twelve units, blanks): nominal .743, ordinal .815, interval .849.
Tolerance: half of the last printed digit.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from headwater.stats.raters import krippendorff_alpha, pair_agreement, rater_icc

JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
NONE = float("nan")
OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NONE, NONE, NONE],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NONE, 3],
        [NONE, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NONE],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NONE],
    ]
).T


def test_icc_of_four_judges() -> None:
    found = rater_icc(JUDGES)
    assert (found.n, found.raters) == (6, 4)
    assert found.ms_subjects == pytest.approx(11.24, abs=0.005)
    assert found.ms_raters == pytest.approx(32.49, abs=0.005)
    assert found.ms_error == pytest.approx(1.02, abs=0.005)
    assert found.single == pytest.approx(0.29, abs=0.005)
    assert found.average == pytest.approx(0.62, abs=0.005)
    assert found.single_low == pytest.approx(0.019, abs=0.0005)
    assert found.single_high == pytest.approx(0.76, abs=0.005)
    assert found.average_low == pytest.approx(0.071, abs=0.0005)
    assert found.average_high == pytest.approx(0.93, abs=0.005)


@pytest.mark.parametrize(("kind", "printed"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_of_four_observers(kind: str, printed: float) -> None:
    found = krippendorff_alpha(OBSERVERS, kind=kind, replicates=200)
    assert found.alpha == pytest.approx(printed, abs=0.0005)
    assert (found.subjects, found.ratings) == (11, 40)
    assert found.low < found.alpha < found.high


def test_alpha_without_blanks_against_its_definition() -> None:
    """Nominal alpha is 1 - observed over expected disagreement, counted pair by pair."""
    rng = np.random.default_rng(4)
    x = rng.integers(0, 3, (20, 3)).astype(float)
    pairs = [(row[i], row[j]) for row in x for i in range(3) for j in range(3) if i != j]
    flat = x.ravel()
    observed = np.mean([first != second for first, second in pairs])
    expected = np.mean([flat[i] != flat[j] for i in range(60) for j in range(60) if i != j])
    assert krippendorff_alpha(x, kind="nominal", replicates=0).alpha == pytest.approx(1 - observed / expected)


def test_pairs_are_counted() -> None:
    found = pair_agreement(np.array([[1, 1, 3], [2, NONE, 3]]))
    assert (found.pairs, found.exact, found.within_one) == (4, 0.25, 0.5)
    assert np.isnan(pair_agreement([[1, NONE]]).exact)


def test_perfect_agreement_is_one() -> None:
    same = [[0, 0], [2, 2], [4, 4]]
    assert rater_icc(same).single == 1.0
    assert rater_icc(same).single_low == 1.0
    assert krippendorff_alpha(same).alpha == 1.0


def test_what_is_not_defined_is_nan_and_no_error() -> None:
    same_subjects = rater_icc([[1, 2], [1, 2], [1, 2]])
    assert same_subjects.single == 0.0
    assert np.isnan([same_subjects.single_low, same_subjects.average_high]).all()
    crossed = rater_icc([[1, 2], [2, 1]])
    assert np.isnan([crossed.single, crossed.single_low, crossed.average]).all()


def test_every_small_table_has_a_value_or_none() -> None:
    """All tables of three subjects and two raters on three levels: no error but the one for what never varies."""
    seen = 0
    for cells in itertools.product(range(3), repeat=6):
        table = np.array(cells, dtype=float).reshape(3, 2)
        if np.ptp(table) == 0:
            continue
        found = rater_icc(table)
        bounds = (found.single_low, found.single_high)
        assert np.isnan(bounds).any() or bounds[0] <= found.single + 1e-9 <= bounds[1] + 2e-9, cells
        assert np.isnan(found.single) or found.single <= 1, cells
        seen += 1
    assert seen == 3**6 - 3


@pytest.mark.parametrize("flat", [[[3, 3], [3, 3]]])
def test_what_never_varies_is_refused(flat: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="never vary"):
        rater_icc(flat)
    with pytest.raises(ValueError, match="never vary"):
        krippendorff_alpha(flat)


def test_too_little_is_refused() -> None:
    with pytest.raises(ValueError, match="two subjects"):
        rater_icc(np.array([[1, 2], [NONE, 3]]))
    with pytest.raises(ValueError, match="two raters"):
        krippendorff_alpha([[1, NONE]])
    with pytest.raises(ValueError, match="kind"):
        krippendorff_alpha(JUDGES, kind="ratio")
