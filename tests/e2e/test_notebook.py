"""The notebooks of the documentation run from their first cell to their last."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.outcomes import run
from tests.world import world_folder

import headwater
from headwater.instruments import load_instrument
from headwater.scoring import Specification, load_book, save_sameness, specify
from headwater.scoring.driver_storage import save_drivers
from headwater.scoring.drivers import find_drivers
from headwater.vocab import CutSameness, InputError, Lens, QuestionApart, SamenessBook, ScaleAsked

TUTORIALS = Path(__file__).parents[2] / "docs" / "tutorials"


def run_cells(notebook: Path, names: dict[str, Any]) -> list[Any]:
    """Run every code cell. Returns what each cell's last line shows, as a notebook would."""
    shown = []
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            source = "".join(cell["source"])
            exec(compile(source, f"{notebook.name}:{cell['id']}", "exec"), names)
            last = source.rsplit("\n", 1)[-1]
            try:
                shown.append(eval(compile(last, notebook.name, "eval"), names))
            except SyntaxError:
                shown.append(None)
    return shown


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fixed cast, analysed with the River, its store kept, its drivers worked out as the web application does."""
    place = tmp_path_factory.mktemp("notebook")
    outcome = run("analyse", world_folder(place / "project"), "--out", place / "result", "--store", place / "store")
    assert outcome.code == 0, outcome.err
    found = sorted((place / "result" / "released" / "books").glob("*/*/book.json"))[-1].parent
    book = load_book(found)
    whole = specify([load_instrument(key) for key in book.study.instruments])
    answered = {column.subject for column in book.columns}
    specification = Specification(
        tuple(item for item in whole.items if item.key in answered),
        tuple(scale for scale in whole.scales if scale.key in answered),
    )
    drivers = find_drivers(place / "store", book, specification, replicates=50)
    assert drivers is not None
    target = found.parent / f"{found.name}.findings" / "drivers"
    target.mkdir(parents=True)
    save_drivers(drivers, target)
    return place / "result"


def test_from_answers_to_the_river(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    run_cells(TUTORIALS / "from-answers-to-the-river.ipynb", names)
    printed = capsys.readouterr().out
    assert "same source taken out:" in printed
    assert "Wilson, 12 of 40:" in printed
    assert names["shown"] > 10


def test_released_results(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"FOLDER": folder}
    shown = run_cells(TUTORIALS / "released-results.ipynb", names)
    scores, drivers = names["scores"], names["drivers"]
    kept_back = scores[scores.withheld]
    assert len(kept_back) > 0
    assert kept_back[["n", "value", "low", "high", "steadied"]].isna().all(axis=None)
    assert (scores[~scores.withheld].n >= names["waves"].k.min()).all()
    assert {"outcome", "driver", "share_low", "share_high"} <= set(drivers.columns)
    assert "<svg" in shown[-3]._repr_svg_()
    assert "srcdoc" in shown[-2]._repr_html_()
    assert (tmp_path / "leader.pptx").stat().st_size > 10_000


def test_what_was_released_is_what_the_book_says(folder: Path) -> None:
    house = headwater.open(folder)
    book = house.books[-1]
    frame = house.scores(book.study.key)
    shown = sum(int(panel.shown.sum()) for panel in book.panels)
    assert int((~frame.withheld).sum()) == shown


def test_verdicts_on_questions_are_a_row_each(folder: Path) -> None:
    house = headwater.open(folder)
    book = house.books[-1]
    with pytest.raises(InputError, match="no verdicts on questions were worked out"):
        house.sameness(book.study.key)
    apart = (QuestionApart("b", "q1", 0.4, 0.1, 0.5, False), QuestionApart("b", "q2", -0.3, -0.1, 0.3, True))
    scale = ScaleAsked("trust", {"en": "Trust"}, Lens.EX, (("q1", {"en": "One"}), ("q2", {"en": "Two"})))
    verdicts = (
        CutSameness("trust", "place", "differs", ("a", "b"), apart, {"b": 0.2}),
        CutSameness("trust", "shift", "few"),
    )
    made = SamenessBook(book.study.key, book.wave.key, (scale,), verdicts, 200, 900, "hash")
    save_sameness(made, house._finding(book, "sameness"))
    frame = house.sameness(book.study.key, book.wave.key)
    assert frame.verdict.tolist() == ["differs", "differs", "few"]
    assert frame["shift"].tolist()[:2] == [0.4, -0.3]
    assert frame["gap"].tolist()[:2] == [0.2, 0.2]
    assert frame["label"].tolist() == ["Trust"] * 3


def test_a_wrong_folder_or_name_is_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing was released"):
        headwater.open(tmp_path)
    house = headwater.open(folder)
    with pytest.raises(InputError, match="There are: people/"):
        house.scores("other")
    with pytest.raises(InputError, match="no report 'river'"):
        house.report("river")
    with pytest.raises(InputError, match="cannot be a 'doc' file"):
        house.report("leader").save(tmp_path / "x.doc")
