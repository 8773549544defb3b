"""Real files of other products, moved in through the pages: recognised, dry-run, brought in, released."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rooms.conftest import Cast, signed_in
from tests.rooms.moving_cast import act, decide, left_behind, page, upload

from headwater.rooms.listen import releasing
from headwater.rooms.listen.models import MovingImport, Questionnaire, Study, Wave

State = MovingImport.State
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders")]


@pytest.fixture
def samples(shared: Path) -> Path:
    return shared / "samples"


def read(samples: Path, name: str) -> tuple[str, bytes]:
    return name, (samples / name).read_bytes()


def test_qualtrics_with_its_survey(cast: Cast, samples: Path) -> None:
    client = signed_in(cast.experience_lead)
    made = upload(client, read(samples, "qualtrics_no_basis_legacy3hdr.csv"), read(samples, "qualtrics_no_basis.qsf"))
    assert (made.state, made.format) == (State.UPLOADED, "qualtrics")
    assert "What is what in this file?" in page(client, made)
    made = decide(client, made, k="3", comment_k="3")
    assert made.state == State.CHECKED, made.problems
    assert not made.summary["unusable"], made.problems
    lost = " ".join(loss["what"] for loss in made.losses)
    assert "IPAddress" in lost
    assert "LocationLatitude" in lost
    said = page(client, made)
    assert "What is not carried over" in said
    made = act(client, made, "apply", leave_out="on")
    assert made.state == State.APPLIED, made.problems
    wave = Wave.objects.get(pk=made.waves[0]["id"])
    assert wave.state == Wave.State.SEALED
    assert wave.responses == made.summary["rows_kept"]
    assert left_behind() == []
    made = act(client, made, "release")
    wave.refresh_from_db()
    assert wave.state == Wave.State.RELEASED, wave.outcome


def test_spss_without_ratings_comes_in_and_shows_nothing(cast: Cast, samples: Path) -> None:
    client = signed_in(cast.analyst)
    made = upload(client, read(samples, "spss_sample_large.sav"))
    assert made.format == "spss"
    made = decide(client, made)
    assert not made.summary["unusable"], made.problems
    assert made.summary["rows_read"] == 485
    assert "nothing of it can be scored" in page(client, made)
    made = act(client, made, "apply", leave_out="on")
    assert made.state == State.APPLIED, made.problems
    act(client, made, "release")
    wave = Wave.objects.get(pk=made.waves[0]["id"])
    assert wave.state == Wave.State.RELEASED
    assert wave.outcome["nothing"] == "nothing_to_score"


@pytest.mark.parametrize("ending", ["sav", "zsav"])
def test_spss_with_ratings(cast: Cast, tmp_path: Path, ending: str) -> None:
    import numpy as np

    from headwater.formats.spss import write_spss_answers
    from headwater.instruments import load_instrument
    from headwater.vocab import AnswerTable
    from headwater.vocab import Study as CoreStudy

    pulse = load_instrument("pulse")
    draw = np.random.default_rng(4)
    rated = [item.key for item in pulse.items if item.kind == "scale"]
    table = AnswerTable(
        ("east", "west"),
        np.repeat(np.arange(2, dtype=np.int32), 30),
        {key: draw.integers(1, 6, 60).astype(np.int8) for key in rated},
    )
    path = tmp_path / f"pulse.{ending}"
    write_spss_answers(path, table, pulse, study=CoreStudy("s", "S", "identified"))
    client = signed_in(cast.analyst)
    made = upload(client, (path.name, path.read_bytes()))
    assert "unit" in made.seen["offered"]
    made = decide(client, made, unit_column="unit")
    assert [wave["units"] for wave in made.summary["waves"]] == [2], made.problems
    act(client, act(client, made, "apply", leave_out="on"), "release")
    wave = Wave.objects.get()
    assert releasing.has_book(wave), wave.outcome


def test_limesurvey_archive(cast: Cast, samples: Path) -> None:
    client = signed_in(cast.analyst)
    made = upload(client, read(samples, "ls_native.lsa"))
    assert made.format == "limesurvey"
    made = decide(client, made)
    assert made.summary["rows_read"] == 200
    made = act(client, made, "apply", leave_out="on")
    assert made.state == State.APPLIED, made.problems
    act(client, made, "release")
    wave = Wave.objects.get(pk=made.waves[0]["id"])
    assert releasing.has_book(wave), wave.outcome


@pytest.mark.parametrize("name", ["ls_native_codes.csv", "ls_native_full.csv"])
def test_limesurvey_table_with_its_survey(cast: Cast, samples: Path, name: str) -> None:
    client = signed_in(cast.analyst)
    made = upload(client, read(samples, name), read(samples, "ls_native.lss"))
    made = decide(client, made)
    assert made.summary["rows_read"] == 200, made.problems
    assert act(client, made, "apply", leave_out="on").state == State.APPLIED


@pytest.mark.parametrize(
    "name",
    [
        "surveyjs_angular_example.json",
        "xlsform_kobo_sample_accent.xlsx",
        "qualtrics_better_sample.qsf",
        "limesurvey_ls205_sample_english.lss",
    ],
)
def test_survey_alone_becomes_a_questionnaire(cast: Cast, samples: Path, name: str) -> None:
    client = signed_in(cast.experience_lead)
    made = upload(client, read(samples, name))
    assert "This is a survey without answers." in page(client, made)
    made = decide(client, made)
    assert made.summary["questions"] > 0
    made = act(client, made, "apply", leave_out="on")
    assert made.state == State.APPLIED, made.problems
    assert Questionnaire.objects.count() == 1
    assert not Study.objects.exists()
    assert act(client, made, "undo").state == State.UNDONE
    assert not Questionnaire.objects.exists()


def test_surveyjs_with_answers(cast: Cast) -> None:
    import json

    client = signed_in(cast.analyst)
    survey = {
        "title": "Pulse",
        "pages": [
            {"elements": [{"type": "rating", "name": "mood", "title": "How is it?", "rateMin": 1, "rateMax": 5}]}
        ],
    }
    answers = [
        {"mood": 1 + number % 5, "site": "ab"[number % 2], "email": f"p{number}@example.org"} for number in range(24)
    ]
    files = ("answers.json", json.dumps(answers).encode()), ("survey.json", json.dumps(survey).encode())
    made = upload(client, *files)
    assert made.seen["offered"] == ["site"]
    made = decide(client, made, unit_column="site")
    assert made.summary["rows_kept"] == 24, made.problems
    assert any("e-mail" in loss["what"] for loss in made.losses)
    act(client, act(client, made, "apply", leave_out="on"), "release")
    assert releasing.has_book(Wave.objects.get())


def test_xlsform_with_answers(cast: Cast) -> None:
    import io

    import openpyxl

    book = openpyxl.Workbook()
    survey = book.active
    assert survey is not None
    survey.title = "survey"
    for row in (("type", "name", "label", "appearance"), ("select_one agree", "fair", "It is fair", "likert")):
        survey.append(row)
    choices = book.create_sheet("choices")
    choices.append(("list_name", "name", "label"))
    for code, words in enumerate(("Never", "Rarely", "Sometimes", "Often", "Always"), start=1):
        choices.append(("agree", str(code), words))
    stream = io.BytesIO()
    book.save(stream)
    lines = ["_uuid,team,group/fair,phone"]
    lines += [f"u{number},{'north1-t' if number % 2 else 'north2-t'},{1 + number % 5},555" for number in range(30)]
    client = signed_in(cast.analyst)
    made = upload(client, ("answers.csv", "\n".join(lines).encode()), ("form.xlsx", stream.getvalue()))
    assert (made.format, made.seen["offered"]) == ("xlsform", ["team"])
    made = decide(client, made, unit_column="team", units="organisation")
    assert made.summary["waves"][0]["units"] == 2, made.problems
    assert any("phone" in loss["what"] for loss in made.losses)
    act(client, act(client, made, "apply", leave_out="on"), "release")
    assert releasing.has_book(Wave.objects.get())


def test_a11(cast: Cast) -> None:
    from headwater.formats.a11.responses import HEADER

    client = signed_in(cast.analyst)
    lines = [",".join(HEADER)]
    for number in range(40):
        good = number % 3 != 0
        picks = (["1", *["0"] * 6, *[""] * 7]) if good else ([*[""] * 7, "1", *["0"] * 6])
        lines.append(",".join([str(number), "5" if good else "2", *picks, "fine" if number < 12 else ""]))
    made = upload(client, ("upload.csv", "\n".join(lines).encode()))
    assert made.format == "a11"
    made = decide(client, made, lens="cx")
    assert made.summary["rows_kept"] == 40, made.problems
    assert act(client, made, "apply", leave_out="on").state == State.APPLIED
    act(client, made, "release")
    wave = Wave.objects.get(pk=made.waves[0]["id"])
    assert releasing.has_book(wave), wave.outcome
    assert Study.objects.get().lens == "cx"


def test_a11_template_is_refused(cast: Cast, samples: Path) -> None:
    client = signed_in(cast.analyst)
    made = upload(client, read(samples, "touchpoints_a11_cx_responses.csv"))
    made = decide(client, made) if made.state == State.UPLOADED else made
    assert made.state == State.FAILED or made.summary["unusable"]
    assert "template" in str(made.problems)


def test_qualtrics_without_its_survey(cast: Cast, samples: Path) -> None:
    client = signed_in(cast.analyst)
    made = upload(client, read(samples, "qualtrics_no_basis_legacy3hdr.csv"))
    assert (made.state, made.format) == (State.UPLOADED, "qualtrics"), made.problems
    made = decide(client, made, k="3", comment_k="3")
    assert not made.summary["unusable"], made.problems
    assert "the survey is not given" in str(made.problems)
    assert act(client, made, "apply", leave_out="on").state == State.APPLIED


def test_qualtrics_with_three_header_rows_drops_addresses(cast: Cast, samples: Path) -> None:
    client = signed_in(cast.analyst)
    name, content = read(samples, "qualtrics_3hdr_sample.csv")
    lines = content.decode().splitlines()
    made = upload(client, (name, "\n".join([*lines[:3], *lines[3:4] * 1, *lines[3:]]).encode()))
    assert made.format == "qualtrics"
    made = decide(client, made)
    assert "of fewer than 5 people is kept anonymously" in str(made.problems) or made.summary["unusable"]
    made = decide(client, made, promise="identified", k="3", comment_k="3")
    lost = " ".join(loss["what"] for loss in made.losses)
    assert not made.summary["unusable"], made.problems
    for dropped in ("IPAddress", "LocationLatitude", "RecipientEmail"):
        assert dropped in lost
