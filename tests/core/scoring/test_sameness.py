"""Do questions mean the same: from sealed answers to verdicts, what is found, and that hidden groups never enter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from headwater.intake import seal
from headwater.org import number_units
from headwater.scoring import (
    RatedItem,
    RatedScale,
    Specification,
    find_sameness,
    load_sameness,
    save_sameness,
    score_wave,
)
from headwater.vocab import AnswerTable, Cut, InputError, Lens, SamenessBook, ScoreBook, Study, Wave
from headwater.vocab.answers import ITEM_MISSING

LEVELS = ("north", "south", "east", "tiny", "hidden")
STUDY = Study(
    "work",
    "Work",
    k=5,
    promise="confidential",
    cuts=(Cut("place", "Place", LEVELS), Cut("shift", "Shift", ("day", "night"))),
)
WAVE = Wave("work", "one", "One", 1)
SCALES = {"trust": 4, "calm": 3, "pair": 2, "yes": 3}
TEAMS, SIZE = 60, 20


def specification() -> Specification:
    items, scales = [], []
    for key, count in SCALES.items():
        keys = tuple(f"{key}{number}" for number in range(count))
        high = 3 if key == "yes" else 5
        items += [
            RatedItem(one, {"en": one}, Lens.EX, 1, high, reverse=one == "trust3", scale=key) for one in keys
        ]  # fmt: skip
        scales.append(RatedScale(key, {"en": key}, Lens.EX, "driver", keys, 1.0, float(high)))
    index = RatedScale("all", {"en": "all"}, Lens.EX, "index", ("trust0", "calm0"), 1.0, 5.0, parts=("trust", "calm"))
    return Specification(tuple(items), (*scales, index))


def answered(planted: bool = True) -> AnswerTable:
    """1,200 people in 60 teams. South finds trust1 and yes0 easier; pair0 is harder by night."""
    ids = ["top", *(f"t{number:02d}" for number in range(TEAMS))]
    tree = number_units(ids, ["", *(["top"] * TEAMS)])
    rng = np.random.default_rng(3)
    unit = np.repeat([tree.index_of[f"t{number:02d}"] for number in range(TEAMS)], SIZE)
    count = len(unit)
    place = rng.choice(5, count, p=(0.3, 0.3, 0.295, 0.1, 0.005)).astype(np.int16)
    shift = rng.integers(0, 2, count).astype(np.int16)
    items = {}
    for key, many in SCALES.items():
        thing = 0.8 * rng.standard_normal(count) + 0.2 * (place == 2)
        for number in range(many):
            told = thing + 0.6 * rng.standard_normal(count)
            if planted:
                told += 0.7 * ((key, number) in (("trust", 1), ("yes", 0))) * (place == 1)
                told -= 0.8 * ((key, number) == ("pair", 0)) * (shift == 1)
            codes = np.clip(np.rint((2.0 if key == "yes" else 3.2) + told), 1, 3 if key == "yes" else 5)
            codes = 6 - codes if (key, number) == ("trust", 3) else codes
            codes[rng.random(count) < 0.01] = ITEM_MISSING
            items[f"{key}{number}"] = codes.astype(np.int8)
    cuts = {"place": (place, LEVELS), "shift": (shift, ("day", "night"))}
    return AnswerTable(tree.ids, unit.astype(np.int32), items, cuts=cuts)


def released(folder: Path, table: AnswerTable) -> ScoreBook:
    seal(folder, STUDY, WAVE, table, seed=1)
    tree = number_units(["top", *(f"t{number:02d}" for number in range(TEAMS))], ["", *(["top"] * TEAMS)])
    return score_wave(folder, study=STUDY, wave=WAVE, tree=tree, specification=specification())[0]


@pytest.fixture(scope="module")
def worked_out(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ScoreBook, SamenessBook]:
    folder = tmp_path_factory.mktemp("sealed")
    book = released(folder, answered())
    found = find_sameness(folder, book, specification())
    assert found is not None
    return folder, book, found


def test_planted_questions_are_found_and_the_rest_is_left_alone(
    worked_out: tuple[Path, ScoreBook, SamenessBook],
) -> None:
    found = worked_out[2]
    assert [scale.key for scale in found.scales] == list(SCALES)
    wrong = {key for key, one in found.by_pair.items() if one.verdict == "differs"}
    assert wrong == {("trust", "place"), ("yes", "place"), ("pair", "shift")}
    assert {one.verdict for one in found.verdicts} == {"differs", "same"}
    trust = found.by_pair["trust", "place"]
    assert [(one.level, one.item, one.is_weight) for one in trust.apart] == [("south", "trust1", False)]
    assert trust.apart[0].shift == pytest.approx(0.6, abs=0.15)
    assert trust.apart[0].moved == pytest.approx(0.2, abs=0.1)
    assert trust.apart[0].size >= 0.4
    yes = found.by_pair["yes", "place"]
    assert [(one.level, one.item) for one in yes.apart] == [("south", "yes0")]
    assert yes.is_ease_only
    pair = found.by_pair["pair", "shift"]
    assert [one.item for one in pair.apart] == [""]
    assert pair.is_ease_only
    assert not trust.is_ease_only


def test_the_difference_of_the_scores_is_that_of_the_released_book(
    worked_out: tuple[Path, ScoreBook, SamenessBook],
) -> None:
    _folder, book, found = worked_out
    told = {level: book.find("top", "score", "trust", cut="place", level=level) for level in LEVELS[:3]}
    values = {level: (one.value, one.n) for level, one in told.items()}  # type: ignore[union-attr]
    rest = [values[level] for level in ("north", "east")]
    expected = values["south"][0] - sum(v * n for v, n in rest) / sum(n for _, n in rest)
    assert found.by_pair["trust", "place"].gaps == {"south": pytest.approx(expected, abs=0.0501)}
    assert expected != pytest.approx(0.0, abs=0.05)


def test_small_and_hidden_groups_never_enter_and_are_named_nowhere(
    worked_out: tuple[Path, ScoreBook, SamenessBook], tmp_path: Path
) -> None:
    _folder, book, found = worked_out
    assert ("place", "tiny") in book.panel_of
    assert {one.levels for one in found.verdicts if one.cut == "place"} == {("north", "south", "east")}
    text = (save_sameness(found, tmp_path) / "sameness.json").read_text(encoding="utf-8")
    assert "tiny" not in text
    assert "hidden" not in text
    assert load_sameness(tmp_path) == found
    # A level whose score is not shown is left out, however many people it has.
    panels = tuple(
        replace(panel, shown=np.zeros_like(panel.shown)) if panel.level == "north" else panel for panel in book.panels
    )
    less = find_sameness(worked_out[0], replace(book, panels=panels), specification())
    assert less is not None
    assert {one.levels for one in less.verdicts if one.cut == "place"} == {("south", "east")}


def test_every_figure_is_a_tenth_and_one_person_moves_none_of_them(
    worked_out: tuple[Path, ScoreBook, SamenessBook], tmp_path: Path
) -> None:
    _folder, book, found = worked_out
    figures = [
        figure
        for one in found.verdicts
        for figure in (*one.gaps.values(), *(x for each in one.apart for x in (each.shift, each.moved, each.size)))
    ]
    assert figures
    assert all(round(figure, 1) == figure for figure in figures)
    assert found.people % 100 == 0
    table = answered()
    items = {key: codes.copy() for key, codes in table.items.items()}
    items["calm0"][0] = 1 if items["calm0"][0] > 2 else 5
    seal(tmp_path, STUDY, WAVE, replace(table, items=items), seed=1)
    assert find_sameness(tmp_path, book, specification()) == found


def test_where_nothing_can_be_compared_there_is_no_book(
    worked_out: tuple[Path, ScoreBook, SamenessBook], tmp_path: Path
) -> None:
    folder, book, _found = worked_out
    plain = replace(book, panels=book.panels[:1])
    assert find_sameness(folder, plain, specification()) is None
    single = replace(specification(), scales=tuple(replace(s, items=s.items[:1]) for s in specification().scales))
    assert find_sameness(folder, book, single) is None
    with pytest.raises(InputError, match="no readable verdicts"):
        load_sameness(tmp_path)
