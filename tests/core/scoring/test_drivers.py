"""Drivers of every group: equal to rows, refused where true by construction, and nothing about few people."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from headwater.intake import seal
from headwater.org import number_units, subtree_sums
from headwater.scoring import RatedItem, RatedScale, Specification, score_wave
from headwater.scoring.aims import aim_of, room_of
from headwater.scoring.driver_storage import load_drivers, save_drivers
from headwater.scoring.drivers import find_drivers, shares_answers, two_figures
from headwater.stats import bootstrap_drivers
from headwater.vocab import AnswerTable, Cut, DriverBook, InputError, Lens, ScoreBook, Study, UnitTree, Wave
from headwater.vocab.answers import ITEM_MISSING

DRIVERS = ("clear", "heard", "fair")
ITEMS = (*DRIVERS, "glad")
STUDY = Study("work", "Work", k=5, promise="confidential", cuts=(Cut("shift", "Shift", ("day", "night")),))
WAVE = Wave("work", "one", "One", 1)
TEAMS, REGIONS = 48, 4


def specification() -> Specification:
    items = tuple(RatedItem(key, {"en": key}, Lens.EX, 1, 5, scale=f"s_{key}") for key in ITEMS)
    scales = [
        RatedScale(f"s_{key}", {"en": key}, Lens.EX, "driver" if key in DRIVERS else "outcome", (key,), 1.0, 5.0)
        for key in ITEMS
    ]
    index = RatedScale(
        "all", {"en": "all"}, Lens.EX, "index", DRIVERS, 1.0, 5.0, parts=tuple(f"s_{k}" for k in DRIVERS)
    )
    return Specification(items, (*scales, index))


def organisation(team_size: int = 7, seed: int = 1) -> tuple[UnitTree, AnswerTable]:
    """48 teams in 4 regions; `clear` moves `glad` most. Some skip a question, some teams are small."""
    ids = ["top", *(f"r{number}" for number in range(REGIONS)), *(f"t{number:02d}" for number in range(TEAMS))]
    above = ["", *(["top"] * REGIONS), *(f"r{number % REGIONS}" for number in range(TEAMS))]
    tree = number_units(ids, above)
    rng = np.random.default_rng(seed)
    sizes = team_size + rng.integers(-5, 5, TEAMS)
    unit = np.repeat([tree.index_of[f"t{number:02d}"] for number in range(TEAMS)], sizes)
    felt = 0.4 * rng.standard_normal((len(tree), 4))[unit] + rng.standard_normal((len(unit), 1))
    felt = felt + rng.standard_normal((len(unit), 4))
    felt[:, 3] = 0.9 * felt[:, 0] + 0.3 * felt[:, 1] + 0.8 * rng.standard_normal(len(unit))
    codes = np.clip(np.rint(3 + 0.8 * felt), 1, 5).astype(np.int8)
    codes[rng.random(codes.shape) < 0.03] = ITEM_MISSING
    shift = rng.integers(0, 2, len(unit)).astype(np.int16)
    table = AnswerTable(
        tree.ids,
        unit.astype(np.int32),
        {key: codes[:, place] for place, key in enumerate(ITEMS)},
        cuts={"shift": (shift, STUDY.cuts[0].levels)},
    )
    return tree, table


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ScoreBook, AnswerTable, DriverBook]:
    store = tmp_path_factory.mktemp("store")
    tree, table = organisation()
    seal(store, STUDY, WAVE, table)
    book, _ = score_wave(store, study=STUDY, wave=WAVE, tree=tree, specification=specification())
    found = find_drivers(store, book, specification(), replicates=300)
    assert found is not None
    return store, book, table, found


def complete_rows(table: AnswerTable) -> np.ndarray:
    return np.asarray(np.all([table.items[key] != ITEM_MISSING for key in ITEMS], axis=0))


def test_every_group_equals_the_rows_of_its_people(
    scored: tuple[Path, ScoreBook, AnswerTable, DriverBook],
) -> None:
    _, book, table, found = scored
    keep = complete_rows(table)
    values = np.column_stack([table.items[key] for key in ITEMS]).astype(float)
    for number in range(len(found.unit)):
        row, level = int(found.unit[number]), found.level[number]
        inside = keep & (table.unit >= row) & (table.unit < row + book.tree.size[row])
        if level:
            codes, levels = table.cuts["shift"]
            inside &= codes == levels.index(level)
        rows = bootstrap_drivers(
            values[inside, :3], values[inside, 3], clusters=table.unit[inside], replicates=300, seed=1
        )
        share = 100 * rows.lmg / rows.lmg.sum()
        np.testing.assert_allclose(found.fields["share"][number, 0], share, atol=0.5 + 1e-9)
        np.testing.assert_allclose(found.fields["explained"][number, 0], 100 * rows.lmg.sum(), atol=0.5 + 1e-9)
        np.testing.assert_allclose(found.fields["share_low"][number, 0], 100 * rows.share_lower, atol=6)
        assert found.people[number, 0] == two_figures(int(inside.sum()))
    assert found.order(found.position_of[0, "", ""], 0)[0] == 0
    assert found.leads[found.position_of[0, "", ""], 0]
    assert {("", ""), ("shift", "day"), ("shift", "night")} == set(zip(found.cut, found.level, strict=True))


def test_small_groups_take_the_drivers_of_the_unit_above(
    scored: tuple[Path, ScoreBook, AnswerTable, DriverBook],
) -> None:
    _, book, table, found = scored
    own = np.bincount(table.unit[complete_rows(table)], minlength=len(book.tree))
    people, teams = subtree_sums(book.tree, own), subtree_sums(book.tree, (own > 0).astype(np.int64))
    for number in range(len(found.unit)):
        if not found.cut[number]:
            assert people[found.unit[number]] >= 50
            assert teams[found.unit[number]] >= 10
    team = book.tree.index_of["t00"]
    group = found.group(book.tree, team, 0)
    assert group is not None
    assert int(found.unit[group]) in tuple(book.tree.ancestors(team))


def test_nothing_left_beyond_the_shown_groups_is_few_people(
    scored: tuple[Path, ScoreBook, AnswerTable, DriverBook],
) -> None:
    """The attacker takes the groups' answers as linear totals: no union of shown groups leaves 1 to k - 1 people."""
    _, book, table, found = scored
    keep = complete_rows(table)
    codes, levels = table.cuts["shift"]
    groups = []
    for number in range(len(found.unit)):
        row = int(found.unit[number])
        inside = keep & (table.unit >= row) & (table.unit < row + book.tree.size[row])
        if found.level[number]:
            inside = inside & (codes == levels.index(found.level[number]))
        groups.append(inside.astype(float))
    system = np.array(groups)
    for one in range(len(system)):
        for other in range(len(system)):
            left = system[one] - system[other]
            if one != other and left.min() >= 0:
                assert left.sum() == 0 or left.sum() >= book.study.k
    # People who cannot be told apart by any group are k or more, or stand in no group.
    _, kind = np.unique(system.T, axis=0, return_inverse=True)
    for which in np.unique(kind):
        member = kind.reshape(-1) == which
        span = np.linalg.matrix_rank(np.vstack([system, member]))
        if span == np.linalg.matrix_rank(system):
            assert member.sum() >= book.study.k


def test_a_scale_is_never_related_to_what_contains_it() -> None:
    spec = specification()
    assert shares_answers(spec, "all", "s_clear")
    assert shares_answers(spec, "s_clear", "all")
    assert not shares_answers(spec, "s_glad", "s_clear")
    mix = RatedScale("mix", {"en": "mix"}, Lens.EX, "outcome", ("glad", "fair"), 1.0, 5.0)
    assert shares_answers(replace(spec, scales=(*spec.scales, mix)), "mix", "s_fair")


def test_an_outcome_has_no_driver_that_shares_its_answers(
    scored: tuple[Path, ScoreBook, AnswerTable, DriverBook],
) -> None:
    store, book, _, _ = scored
    spec = specification()
    mix = RatedScale("mix", {"en": "mix"}, Lens.EX, "outcome", ("glad", "fair"), 1.0, 5.0)
    found = find_drivers(store, book, replace(spec, scales=(*spec.scales, mix)), replicates=60)
    assert found is not None
    outcome = found.outcome_of["mix"]
    fair = [driver.key for driver in found.drivers].index("s_fair")
    assert not found.related[outcome, fair]
    assert np.isnan(found.fields["share"][:, outcome, fair]).all()
    assert all(driver.key != "all" for driver in (*found.drivers, *found.outcomes))


def test_what_customers_say_does_not_drive_how_people_are_led(
    scored: tuple[Path, ScoreBook, AnswerTable, DriverBook],
) -> None:
    store, book, _, _ = scored
    spec = specification()
    downstream = tuple(
        replace(scale, lens=Lens.CX) if scale.key in ("s_clear", "s_heard") else scale for scale in spec.scales
    )
    assert find_drivers(store, book, replace(spec, scales=downstream), replicates=60) is None


def test_books_come_back_from_disk_and_damage_is_told(
    scored: tuple[Path, ScoreBook, AnswerTable, DriverBook], tmp_path: Path
) -> None:
    found = scored[3]
    again = load_drivers(save_drivers(found, tmp_path / "drivers"))
    assert again.drivers == found.drivers
    assert again.cut == found.cut
    assert again.inputs_hash == found.inputs_hash
    for name, values in found.fields.items():
        np.testing.assert_array_equal(again.fields[name], values)
    (tmp_path / "drivers" / "drivers.npz").write_bytes(b"half")
    with pytest.raises(InputError, match="no readable drivers"):
        load_drivers(tmp_path / "drivers")


def test_the_aim_is_what_the_best_quarter_of_teams_reach_or_the_least_to_aim_for(
    scored: tuple[Path, ScoreBook, AnswerTable, DriverBook],
) -> None:
    book = scored[1]
    aim = aim_of(book, "s_clear")
    assert aim is not None
    column = book.column_of["score", "s_clear"]
    teams = [row for row in range(len(book.tree)) if book.tree.size[row] == 1 and book.everybody.shown[row, column]]
    scores = book.everybody.fields["shrunken"][teams, column]
    reached = float(np.quantile(scores, 0.75))
    assert aim.value == pytest.approx(max(reached, 3.5))
    assert aim.of_teams == (reached >= 3.5)
    row = teams[int(scores.argmin())]
    room = room_of(book, row, "s_clear")
    assert room is not None
    assert room.room == pytest.approx(aim.value - scores.min())
    assert room.row == row
    assert room_of(book, 0, "nothing") is None


def test_numbers_of_people_are_rounded_down() -> None:
    assert [two_figures(count) for count in (50, 57, 99, 101, 999, 1234, 61999)] == [50, 50, 90, 100, 990, 1200, 61000]
