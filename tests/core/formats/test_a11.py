"""The federal customer experience upload: answers, picks with their base, volumes, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from headwater.formats.a11 import (
    A11Import,
    PickShare,
    Volumes,
    pick_shares,
    read_a11_answers,
    responses_of,
    write_a11_answers,
)
from headwater.formats.a11.responses import HEADER
from headwater.instruments import library
from headwater.vocab import AnswerTable, InputError, RefusedError, Study
from headwater.vocab.answers import ITEM_MISSING

IDENTIFIED = Study("cx", "CX", promise="identified")
NONE = [""] * 7


def row(number: int, question: str, positive: list[str], negative: list[str], words: str = "") -> str:
    return ",".join([str(number), question, *positive, *negative, words])


def upload(*rows: str, header: str = ",".join(HEADER)) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


# Five people: three were offered what went well, two what did not. Ease was picked by two of the three.
FIVE = upload(
    row(1, "5", ["1", "1", "0", "0", "0", "1", "0"], NONE, "Kind staff"),
    row(2, "4", ["0", "1", "0", "0", "0", "0", "0"], NONE, "=HYPERLINK(1)"),
    row(3, "5", ["1", "0", "0", "", "0", "0", "1"], NONE),
    row(4, "2", NONE, ["0", "1", "1", "0", "0", "0", "0"], "Slow"),
    row(5, "1", NONE, ["0", "0", "1", "0", "0", "0", "0"]),
)


def read(data: bytes, mapping: Any = None, **named: Any) -> A11Import:
    return read_a11_answers(data, mapping, name="a.csv", **named)


def share(found: A11Import, direction: str, driver: str) -> PickShare:
    return next(one for one in found.shares if (one.direction, one.driver) == (direction, driver))


def test_question_one_is_the_trust_item_of_cx_contact() -> None:
    found = read(FIVE, unit="passports").require()
    table = found.tables["1"]
    assert table.unit_ids == ("passports",)
    assert table.items["cx_can_rely"].tolist() == [5, 4, 5, 2, 1]
    assert table.items["cx_can_rely"].mean() == pytest.approx(17 / 5)
    contact = library()["cx_contact"]
    scale = contact.response_scales[contact.item("cx_can_rely").response_scale]
    assert (scale.low, scale.high) == (1, 5)
    assert "cx_satisfied" in read(FIVE, unit="p", asks="satisfaction").tables["1"].items
    assert table.comments["cx_contact_comment"][0] == ("passports", "Kind staff")


def test_picks_stand_on_those_to_whom_they_were_offered() -> None:
    found = read(FIVE, unit="p").require()
    assert (share(found, "positive", "ease").picked, share(found, "positive", "ease").offered) == (2, 3)
    assert share(found, "positive", "ease").percent == pytest.approx(200 / 3)
    assert (share(found, "positive", "transparency").picked, share(found, "positive", "transparency").offered) == (0, 2)
    assert (share(found, "negative", "efficiency").picked, share(found, "negative", "efficiency").offered) == (2, 2)
    assert len(found.shares) == 14
    table = found.tables["1"]
    nothing = ITEM_MISSING
    assert table.items["a11_positive_ease"].tolist() == [1, 1, 0, nothing, nothing]
    assert table.items["a11_negative_ease"].tolist() == [nothing, nothing, nothing, 1, 0]
    assert not {"cx_little_effort", "cx_settled", "cx_time_fair"} & set(table.items)


def test_shares_of_nobody_are_no_number() -> None:
    found = read(FIVE, unit="p").require()
    assert found.responses is not None
    none = pick_shares(found.responses, np.zeros(5, np.bool_))
    assert {one.offered for one in none} == {0}
    assert all(np.isnan(one.percent) for one in none)


def test_thumbs_are_not_put_on_five_answers() -> None:
    data = upload(row(1, "1", ["1", *["0"] * 6], NONE), row(2, "0", NONE, ["1", *["0"] * 6]))
    table = read(data, unit="p").require().tables["1"]
    assert table.items["a11_thumbs"].tolist() == [1, 0]
    assert "cx_can_rely" not in table.items


def test_ones_alone_may_be_either() -> None:
    data = upload(row(1, "1", NONE, NONE), row(2, "1", NONE, NONE))
    with pytest.raises(InputError, match="thumbs up, or the lowest"):
        read(data, unit="p")
    assert read(data, unit="p", form="radio").tables["1"].items["cx_can_rely"].tolist() == [1, 1]
    assert read(data, unit="p", form="thumbs").tables["1"].items["a11_thumbs"].tolist() == [1, 1]


def test_thumbs_and_five_answers_together_are_refused() -> None:
    data = upload(row(1, "5", NONE, NONE), row(2, "0", NONE, NONE))
    with pytest.raises(InputError, match="as thumbs do") as refused:
        read(data, unit="p")
    assert (refused.value.problems[0].row, refused.value.problems[0].column) == (3, "question_1")


def test_wrong_cells_twin_ids_and_odd_picks_are_told() -> None:
    data = upload(
        row(1, "5", ["2", *["0"] * 6], NONE),
        row(1, "4", NONE, NONE),
        row(3, "7", NONE, NONE),
        row(4, "5", NONE, ["1", *["0"] * 6]),
    )
    found = read(data, unit="p")
    assert {(problem.row, problem.column) for problem in found.errors} == {
        (2, "positive_effectiveness"),
        (3, "external_id"),
        (4, "question_1"),
    }
    warnings = [problem for problem in found.problems if "not offered" in problem.message]
    assert [problem.row for problem in warnings] == [5]
    with pytest.raises(InputError):
        found.require()


def test_ids_and_columns_of_ones_own_are_lost() -> None:
    data = upload(row(1, "5", NONE, NONE) + ",10.0.0.1,N", row(2, "4", NONE, NONE) + ",10.0.0.2,S",
                  header=",".join([*HEADER, "ip_address", "office"]))  # fmt: skip
    found = read(data, {"unit": "office"}).require()
    assert [loss.where for loss in found.losses] == ["external_id", "ip_address"]
    assert found.tables["1"].unit_ids == ("N", "S")
    assert "10.0.0.1" not in repr(found)
    with pytest.raises(InputError, match="Keep one"):
        read(data, {"unit": "office"}, unit="p")


def test_volumes_narrow_and_match() -> None:
    volumes = Volumes(1_000, 50, 5)
    assert volumes.response_rate == pytest.approx(10)
    assert not read(FIVE, unit="p", volumes=volumes).errors
    told = read(FIVE, unit="p", volumes=Volumes(1_000, 50, 9))
    assert any("said to have answered" in problem.message for problem in told.problems)
    with pytest.raises(InputError, match="do not narrow"):
        Volumes(10, 50, 5)
    assert np.isnan(Volumes(10, 0, 0).response_rate)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"a,b\n1,2\n", "lacks question_1"),
        (b"answer_01,answer_02\n5,4\n", "older seven questions"),
        (upload(), "no row below"),
        (upload(row(1, "5", NONE, NONE)).replace(b"positive_ease", b"positive_eas"), "lacks positive_ease"),
        (b"\x00" * 50, "NUL"),
    ],
)
def test_what_is_no_upload_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read(data, unit="p")


def test_the_way_back(tmp_path: Path) -> None:
    found = read(FIVE, unit="p").require()
    assert found.responses is not None
    path = tmp_path / "up.csv"
    files = write_a11_answers(path, found.responses, study=IDENTIFIED, volumes=Volumes(100, 20, 5))
    assert [file.name for file in files] == ["up.csv", "up_volumes.csv"]
    text = path.read_bytes()
    assert text.startswith(b"external_id,question_1,")
    assert b",'=HYPERLINK(1)\r\n" in text
    again = read_a11_answers(path, unit="p").require()
    assert again.shares == found.shares
    assert {key: codes.tolist() for key, codes in again.tables["1"].items.items()} == {
        key: codes.tolist() for key, codes in found.tables["1"].items.items()
    }
    assert "volume_of_respondents" in files[1].read_text(encoding="utf-8-sig")


def test_out_of_answers_at_rest(tmp_path: Path) -> None:
    found = read(FIVE, unit="p").require()
    made = responses_of(found.tables["1"])
    assert made.form == "radio"
    assert pick_shares(made) == found.shares
    write_a11_answers(tmp_path / "up.csv", made, study=IDENTIFIED)
    assert len((tmp_path / "up.csv").read_text().splitlines()) == 6
    with pytest.raises(InputError, match="neither"):
        responses_of(AnswerTable(("p",), np.zeros(1, np.int32), {"q": np.ones(1, np.int8)}))


@pytest.mark.parametrize("promise", ["anonymous", "confidential"])
def test_rows_leave_identified_studies_only(tmp_path: Path, promise: Any) -> None:
    found = read(FIVE, unit="p")
    assert found.responses is not None
    with pytest.raises(RefusedError):
        write_a11_answers(tmp_path / "up.csv", found.responses, study=Study("s", "S", promise=promise))
    with pytest.raises(InputError, match="said to have answered"):
        write_a11_answers(tmp_path / "up.csv", found.responses, study=IDENTIFIED, volumes=Volumes(9, 9, 9))
    assert not list(tmp_path.iterdir())


# The real file: the published sample is filled with the names of its cells.


def test_real_sample_is_a_template(shared: Path) -> None:
    found = read_a11_answers(shared / "samples/touchpoints_a11_cx_responses.csv", unit="p")
    assert (found.rows_read, found.rows_kept, found.tables) == (1000, 0, {})
    assert [problem.column for problem in found.errors] == ["question_1"]
    assert "words of a template" in str(found.errors[0])
    with pytest.raises(InputError, match="template"):
        found.require()
