"""Steadied values of limits: small teams that differ strongly are no leak where the limit itself was steadied."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from headwater.intake import seal
from headwater.org import number_units
from headwater.privacy.audit import audit_releases
from headwater.privacy.releases import release_table
from headwater.scoring import RatedItem, RatedScale, Specification, score_wave
from headwater.vocab import AnswerTable, Lens, Study, Wave

KEYS = tuple(f"q{number}" for number in range(6))
SPECIFICATION = Specification(
    tuple(RatedItem(key, {"en": key}, Lens.EX, 1, 5, scale=f"s{at // 3}") for at, key in enumerate(KEYS)),
    tuple(
        RatedScale(f"s{at}", {"en": f"s{at}"}, Lens.EX, "driver", KEYS[3 * at : 3 * at + 3], 1.0, 5.0)
        for at in range(2)
    ),
)


# In the third world the parent's worth of most teams lies at its lower end, which says nothing of the other teams'. In
# the fourth the only three exact numbers are of eleven answers, said as twelve.
@pytest.mark.parametrize(("seed", "count", "spread"), [(7, 20, 1.5), (10, 20, 2.0), (3, 12, 1.0), (101, 20, 1.5)])
def test_teams_of_twelve_far_apart_are_clean(seed: int, count: int, spread: float, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    ids = ["top", "d0", "d1", "d2", *(f"t{number}" for number in range(count))]
    above = ["", "top", "top", "top", *(f"d{number % 3}" for number in range(count))]
    tree = number_units(ids, above, ids, [""] * len(ids))
    teams = np.array([tree.index_of[f"t{number}"] for number in range(count)])
    unit = np.repeat(teams, 12).astype(np.int32)
    effect = np.zeros(len(ids))
    effect[teams] = rng.standard_normal(count) * spread
    items = {}
    for key in KEYS:
        latent = 3.3 + effect[unit] + 0.7 * rng.standard_normal(len(unit))
        items[key] = np.clip(np.rint(latent), 1, 5).astype(np.int8)
    for key in KEYS:
        items[key][rng.random(len(unit)) < 0.02] = -128
    study, wave = Study("s", "S"), Wave("s", "w", "w", 1)
    seal(tmp_path, study, wave, AnswerTable(tree.ids, unit, items))
    book, _ = score_wave(tmp_path, study=study, wave=wave, tree=tree, specification=SPECIFICATION)
    assert (book.everybody.bound != 0).sum() > 15
    verdict = audit_releases([release_table(book)])
    assert [finding.how for finding in verdict.findings if finding.severity == "leak"] == []
