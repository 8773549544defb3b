"""Sealed rows come back in batches, with what was answered and nothing more."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.core.engine.world import LEVELS, STUDY, WAVE, answers, rows_of

from headwater.engine import stream_rows
from headwater.intake import seal
from headwater.vocab import InputError
from headwater.vocab.answers import ITEM_MISSING, SCORE_MISSING, WEIGHT_ONE


def test_rows_come_back(tmp_path: Path) -> None:
    tables = [answers(90, 1, weighted=True), answers(40, 2, units=9)]
    for table in tables:
        seal(tmp_path, STUDY, WAVE, table)
    found = []
    for batch in stream_rows(tmp_path, "ex", "2026", items=["q3"], scores=["ready"], cuts=["tenure"], batch=25):
        assert 0 < len(batch) <= 25
        assert batch.unit_ids == tuple(sorted({unit for table in tables for unit in table.unit_ids}))
        for row in range(len(batch)):
            code = batch.cuts["tenure"][row]
            found.append(
                (
                    batch.unit_ids[batch.unit[row]],
                    None if batch.items["q3"][row] == ITEM_MISSING else int(batch.items["q3"][row]),
                    None if batch.scores["ready"][row] == SCORE_MISSING else int(batch.scores["ready"][row]),
                    LEVELS[code] if code >= 0 else None,
                    int(batch.weight[row]),
                )
            )
    came = [
        (row["unit"], row["items"]["q3"], row["scores"]["ready"], row["cuts"]["tenure"], row["weight"])
        for table in tables
        for row in rows_of(table)
    ]
    assert sorted(found, key=str) == sorted(came, key=str)


def test_keys_are_distinct_and_weights_one(tmp_path: Path) -> None:
    seal(tmp_path, STUDY, WAVE, answers(50, 3))
    batches = list(stream_rows(tmp_path, "ex", "2026"))
    assert len(np.unique(np.concatenate([batch.key for batch in batches]))) == 50
    assert all((batch.weight == WEIGHT_ONE).all() for batch in batches)


def test_a_column_that_the_wave_lacks_is_named(tmp_path: Path) -> None:
    seal(tmp_path, STUDY, WAVE, answers(50, 3))
    with pytest.raises(InputError, match="column nothing"):
        stream_rows(tmp_path, "ex", "2026", items=["q1", "nothing"])
