"""Ease of questions with few answers, against statsmodels' Mantel-Haenszel test and planted differences."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2
from statsmodels.stats.contingency_tables import StratifiedTable

from headwater.stats.ordinal_invariance import Counted, _eases, judge_ease


def counted(parts: list[np.ndarray]) -> Counted:
    """Groups of rows by way to answer."""
    answers, which = np.unique(np.concatenate(parts), axis=0, return_inverse=True)
    group = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    people = np.zeros((len(parts), len(answers)), np.int64)
    np.add.at(people, (group, which.reshape(-1)), 1)
    return Counted(people, answers.astype(float))


def drawn(
    rng: np.random.Generator, n: int, *, points: int = 4, items: int = 5, mean: float = 0.0, ease: float = 0.0
) -> np.ndarray:
    """Answers of one group, the second question easier."""
    latent = 0.8 * (mean + rng.standard_normal((n, 1))) + 0.6 * rng.standard_normal((n, items))
    latent[:, 1] += ease
    steps = {2: [0.1], 3: [-0.5, 0.6], 4: [-1.0, -0.1, 0.9]}[points]
    return 1 + np.digitize(latent, steps)


def test_two_answers_give_the_test_of_mantel_and_haenszel() -> None:
    rng = np.random.default_rng(1)
    parts = [drawn(rng, 400, points=2), drawn(rng, 300, points=2, ease=0.4)]
    found = next(one for one in _eases(counted(parts), frozenset()) if one.item == 1)
    assert found.group == 1
    tables = []
    for total in range(6, 10):
        split = [part[part.sum(axis=1) == total, 1] for part in (parts[1], parts[0])]
        tables.append([[np.sum(own == 2), np.sum(own == 1)] for own in split])
    test = StratifiedTable([np.array(table, float) for table in tables]).test_null_odds(correction=False)
    assert found.chisq == pytest.approx(test.statistic, rel=1e-9)


@pytest.mark.parametrize("points", [2, 3, 4])
def test_tests_alarm_at_their_level_and_no_scale_is_called_different(points: int) -> None:
    rng = np.random.default_rng(points)
    waves = [counted([drawn(rng, 300, points=points, mean=0.2 * at) for at in range(3)]) for _ in range(120)]
    alarms = np.mean([one.chisq > chi2.ppf(0.95, 1) for wave in waves for one in _eases(wave, frozenset())])
    assert 0.02 < alarms < 0.085
    assert not any(one.answer == "differs" for one in judge_ease(waves))


@pytest.mark.parametrize("points", [3, 4])
@pytest.mark.parametrize("groups", [2, 3])
def test_an_easier_question_is_found_with_its_size(points: int, groups: int) -> None:
    rng = np.random.default_rng(points + groups)
    parts = [drawn(rng, 900, points=points, mean=0.1 * at) for at in range(groups - 1)]
    parts.append(drawn(rng, 800, points=points, ease=0.7))
    alike = drawn(rng, 800, points=points)
    true = drawn(rng, 40_000, points=points, ease=0.7)[:, 1].mean() - drawn(rng, 40_000, points=points)[:, 1].mean()
    found = judge_ease([counted(parts), counted([parts[0], alike])])
    assert [one.answer for one in found] == ["differs", "same"]
    assert [(one.group, one.item) for one in found[0].differences] == [(groups - 1, 1)]
    assert found[0].differences[0].shift == pytest.approx(true, abs=0.12)


def test_what_nobody_varies_in_is_not_settled() -> None:
    same = np.full((300, 3), 2)
    assert judge_ease([counted([same, same])])[0].answer == "unsettled"
    with pytest.raises(ValueError, match="two groups"):
        judge_ease([counted([same])])
    assert judge_ease([]) == ()
