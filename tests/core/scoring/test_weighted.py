"""Weighted answers against linearisation on the rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.core.scoring.cast import book_of, draw, tree

from headwater.stats import survey_design, survey_mean
from headwater.vocab import Bound, Estimate


def test_weighted_numbers_are_those_of_linearisation(tmp_path: Path) -> None:
    rows = draw(weighted=True)
    book = book_of(tmp_path, rows)
    seen = 0
    for unit in ("top", "north", "n1", "n2", "s1"):
        values, weight = (part[rows.of(tree(), unit)] for part in (rows.answers["heard"], rows.weight))
        values, weight = values[~np.isnan(values)], weight[~np.isnan(values)]
        number, share = book.find(unit, "mean", "heard"), book.find(unit, "favourable", "heard")
        assert isinstance(number, Estimate)
        assert isinstance(share, Estimate)
        expected = survey_mean(values, survey_design(weight))
        assert number.value == pytest.approx(float(expected.estimate))
        assert number.se == pytest.approx(float(expected.se), rel=1e-9)
        favourable = weight[values >= 4].sum() / weight.sum()
        effective = weight.sum() ** 2 / (weight**2).sum()
        if share.bound is Bound.EXACT:
            assert share.value == pytest.approx(100 * favourable)
            assert share.se == pytest.approx(100 * np.sqrt(favourable * (1 - favourable) / effective))
        scores = np.column_stack([rows.answers[item] for item in ("heard", "thanks", "ignored")])
        kept = rows.of(tree(), unit) & ~np.isnan(scores).all(axis=1)
        person = survey_mean(np.nanmean(scores[kept], axis=1), survey_design(rows.weight[kept]))
        scale = book.find(unit, "score", "led")
        if isinstance(scale, Estimate) and scale.bound is Bound.EXACT:
            assert scale.se == pytest.approx(float(person.se), rel=1e-3)
            seen += 1
    assert seen >= 3
