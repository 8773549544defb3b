"""What matters to whom: equal to the logit of each group, groups only where they are, and nobody's own value."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from headwater.instruments import load_instrument
from headwater.intake import seal
from headwater.org import number_units
from headwater.scoring import score_wave, specify
from headwater.scoring.importance import find_importance
from headwater.scoring.importance_storage import load_importance, save_importance
from headwater.scoring.like_minded import Individuals, find_like_minded, spread_of
from headwater.stats import best_worst_logit
from headwater.stats.bestworst_groups import pick_sums
from headwater.vocab import AnswerTable, Cut, ImportanceBook, InputError, ScoreBook, Study, Wave
from headwater.vocab.answers import ITEM_MISSING

STUDY = Study("matters", "Matters", k=5, promise="confidential", cuts=(Cut("shift", "Shift", ("day", "night")),))
WAVE = Wave("matters", "one", "One", 1)
ITEM = load_instrument("importance").items[0]
KEYS = [choice.key for choice in ITEM.choices]
SETS = np.array([[KEYS.index(key) for key in shown] for shown in ITEM.sets])
TEAMS = 30


def chosen(utility: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Best and worst items [n, 15] of people with own utilities [n, 10]."""
    felt = utility[:, SETS] + rng.gumbel(size=(len(utility), *SETS.shape))
    best, worst = felt.argmax(axis=2), felt.argmin(axis=2)
    return (np.take_along_axis(np.broadcast_to(SETS, felt.shape), part[..., None], 2)[..., 0] for part in (best, worst))  # type: ignore[return-value]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[ScoreBook, AnswerTable, ImportanceBook]:
    """30 teams in two regions; two kinds of people, as many of each in every team."""
    store = tmp_path_factory.mktemp("store")
    tree = number_units(
        ["top", "north", "south", *(f"t{n:02d}" for n in range(TEAMS))],
        ["", "top", "top", *(("north", "south")[n % 2] for n in range(TEAMS))],
    )
    rng = np.random.default_rng(5)
    unit = np.repeat([tree.index_of[f"t{n:02d}"] for n in range(TEAMS)], 8).astype(np.int32)
    kind = rng.integers(0, 2, len(unit))
    taste = np.linspace(-1.6, 1.6, 10)
    best, worst = chosen(np.where(kind[:, None] == 0, taste, -taste) + 0.2, rng)
    items = {}
    for screen in range(len(SETS)):
        items[f"{ITEM.key}_{screen + 1:02}_best"] = (best[:, screen] + 1).astype(np.int8)
        items[f"{ITEM.key}_{screen + 1:02}_worst"] = (worst[:, screen] + 1).astype(np.int8)
    for picks in items.values():
        picks[:3] = ITEM_MISSING  # three people answered nothing here
    factors = load_instrument("ex_factors")
    specification = specify([factors])
    for item in specification.items:
        items[item.key] = rng.integers(item.low, item.high + 1, len(unit)).astype(np.int8)
    cuts = {"shift": (rng.integers(0, 2, len(unit)).astype(np.int16), STUDY.cuts[0].levels)}
    table = AnswerTable(tree.ids, unit, items, cuts=cuts)
    seal(store, STUDY, WAVE, table)
    book, _ = score_wave(store, study=STUDY, wave=WAVE, tree=tree, specification=specification)
    importance = find_importance(store, book, ITEM)
    assert importance is not None
    return book, table, importance


def test_every_group_equals_the_logit_of_its_people(found: tuple[ScoreBook, AnswerTable, ImportanceBook]) -> None:
    book, table, importance = found
    best, worst = (
        np.column_stack([table.items[f"{ITEM.key}_{n:02}_{side}"] for n in range(1, 16)]).astype(float) - 1
        for side in ("best", "worst")
    )
    assert len(importance.unit) > 3
    for number in range(len(importance.unit)):
        row = int(importance.unit[number])
        inside = (table.unit >= row) & (table.unit < row + book.tree.size[row]) & (best[:, 0] >= 0)
        if importance.level[number]:
            codes, levels = table.cuts["shift"]
            inside &= codes == levels.index(importance.level[number])
        assert inside.sum() >= 50
        teams = len(np.unique(table.unit[inside])) >= 20
        clusters = table.unit[inside] if teams else None
        rows = best_worst_logit(best[inside], worst[inside], SETS, people=clusters)
        np.testing.assert_allclose(importance.share[number], 100 * rows.share, atol=0.5 + 1e-9)
        np.testing.assert_allclose(importance.low[number], 100 * rows.share_lower, atol=0.5 + 1e-9)
        np.testing.assert_allclose(importance.high[number], 100 * rows.share_upper, atol=0.5 + 1e-9)
        assert importance.people[number] == inside.sum() // 10 * 10


def test_the_planted_groups_are_found_and_a_small_team_gets_the_region(
    found: tuple[ScoreBook, AnswerTable, ImportanceBook],
) -> None:
    book, _, importance = found
    assert importance.verdict == "found"
    assert len(importance.like_minded) == 2
    assert importance.agreement >= 0.9
    assert sum(one.part for one in importance.like_minded) == pytest.approx(100, abs=1)
    tops = {int(one.share.argmax()) for one in importance.like_minded}
    assert tops == {0, 9}
    group = importance.group(book.tree, book.tree.index_of["t00"])
    assert group is not None
    assert book.tree.ids[importance.unit[group]] == "north"


def test_people_who_differ_by_degree_alone_are_not_cut_into_groups() -> None:
    rng = np.random.default_rng(8)
    own = np.linspace(-1, 1, 10) + 0.6 * rng.standard_normal((300, 10))
    best, worst = chosen(own, rng)
    picks = pick_sums(best, worst, SETS, 10)
    kinds, _ = find_like_minded(picks, np.arange(300, dtype=np.int32) // 6, k=5)
    assert kinds.verdict in ("alike", "unstable")
    assert kinds.groups == ()


def test_too_few_people_are_not_looked_at() -> None:
    rng = np.random.default_rng(8)
    best, worst = chosen(np.zeros((60, 10)), rng)
    kinds, people = find_like_minded(pick_sums(best, worst, SETS, 10), np.arange(60, dtype=np.int32), k=5)
    assert kinds.verdict == "few"
    assert np.isnan(spread_of(people, k=5)).all()


def test_no_figure_of_the_spread_is_one_person_s() -> None:
    share = np.linspace(0.0, 1.0, 100)[:, None] ** 3
    spread = spread_of(Individuals(share), k=5)
    for place, point in enumerate((0.10, 0.25, 0.50, 0.75, 0.90)):
        around = np.sort(share[:, 0])
        first = min(max(round(point * 100 - 2.5), 5), 90)
        assert spread[place, 0] == np.round(100 * around[first : first + 5].mean())
    moved = share.copy()
    moved[-1] = 5.0  # the one at the end is in none of the figures
    np.testing.assert_array_equal(spread_of(Individuals(moved), k=5), spread)
    assert np.isnan(spread_of(Individuals(share[:40]), k=5)).all()


def test_books_come_back_from_disk_and_damage_is_told(
    found: tuple[ScoreBook, AnswerTable, ImportanceBook], tmp_path: Path
) -> None:
    importance = found[2]
    again = load_importance(save_importance(importance, tmp_path / "one"))
    assert again.choices == importance.choices
    assert again.verdict == importance.verdict
    np.testing.assert_array_equal(again.share, importance.share)
    np.testing.assert_array_equal(again.like_minded[1].low, importance.like_minded[1].low)
    (tmp_path / "one" / "importance.json").write_text("{")
    with pytest.raises(InputError, match="no readable importance"):
        load_importance(tmp_path / "one")


def test_an_item_of_another_kind_is_refused(
    found: tuple[ScoreBook, AnswerTable, ImportanceBook], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="scale item"):
        find_importance(tmp_path, found[0], load_instrument("ex_factors").items[0])
