"""Bad input from a respondent's page: a 4xx, the other answers kept, nothing lost in silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from tests.rooms.respond_cast import EVERY_KIND, FIELD, WHOLE, Round, make_round, send

from headwater.rooms.listen.logic.answers import Form, read_form
from headwater.rooms.listen.logic.validation import (
    MAX_TEXT,
    PROBLEMS,
    AnswerProblem,
    check_fields,
    check_values,
    complete,
    read_body,
)
from headwater.rooms.listen.models import SealedResponse, Wave
from headwater.rooms.listen.respond_words import problem_words
from headwater.rooms.listen.sealing import open_responses

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def round_(db: None, tmp_path: Path) -> Round:
    return make_round((tmp_path / "keys", tmp_path / "other"))


@pytest.fixture(scope="module")
def form() -> Form:
    from headwater.instruments import read_instrument

    return read_form([read_instrument(EVERY_KIND, "every")])


HOSTILE = {
    "nul": "a\0b",
    "escape": "a\x1b[31mb",
    "override": "abc\u202edcba",
    "isolate": "abc\u2066d",
    "tag": "abc\U000e0041",
    "noncharacter": "abc\ufdd0",
    "line separator": "a\u2028b",
    "too long": "x" * (MAX_TEXT + 1),
    "ten megabytes": "y" * 10_000_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_is_refused_and_the_rest_is_kept(client: Client, round_: Round, kind: str) -> None:
    path = f"/r/{round_.token()}"
    answer = send(client, path, {**WHOLE, "more": HOSTILE[kind]})
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "Some answers need another look" in words
    assert f"name={FIELD['calm']} value=4 checked" in words
    assert len(words) < 100_000
    assert f"name={FIELD['calm']} value=4 checked" in Client().get(path).content.decode()
    assert not SealedResponse.objects.get().is_complete


def test_words_saved_before_survive_words_that_cannot_be_taken(client: Client, round_: Round) -> None:
    path = f"/r/{round_.token()}"
    send(client, path, {"more": "What I wrote yesterday."}, do="save")
    answer = send(client, path, {**WHOLE, "more": "x" * (MAX_TEXT + 5)})
    assert answer.status_code == 422
    assert "x" * (MAX_TEXT + 5) in answer.content.decode()
    assert "What I wrote yesterday.</textarea>" in client.get(path).content.decode()


def test_markup_and_formulas_are_words(client: Client, round_: Round) -> None:
    words = "<script>alert(1)</script> =1+1 </textarea> 'quoted' \"twice\" & مرحبا"
    path = f"/r/{round_.token()}"
    send(client, path, {"more": words}, do="save")
    page = client.get(path).content.decode()
    assert "<script>alert" not in page
    assert "&lt;/textarea&gt;" in page
    assert "Your answers are in" in send(client, path, {**WHOLE, "more": words}).content.decode()
    Wave.objects.update(state=Wave.State.CLOSED)
    (opened,) = open_responses(round_.wave)
    assert opened.answers["more"] == words


def test_bytes_that_are_no_utf8_are_refused(client: Client, round_: Round) -> None:
    path = f"/r/{round_.token()}"
    body = f"{FIELD['clear']}=4&{FIELD['more']}=caf%E9&_do=send"
    answer = client.post(path, body, content_type=FORM)
    assert answer.status_code == 422
    assert "could not be read" in answer.content.decode()
    assert f"name={FIELD['clear']} value=4 checked" in client.get(path).content.decode()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("q99", "1"),
        ("admin", "1"),
        ("q1.1", "1"),
        ("q1", "9"),
        ("q1", "4.0"),
        ("q1", "-1"),
        ("q4", "3"),
        ("q6", "9"),
        ("q7.9", "1"),
        ("q7.1", "7"),
        ("q8.1.x", "1"),
        ("q8.1.b", "4"),
        ("q9", "many"),
        ("q9", "1e400"),
        ("q9", "1,234"),
        ("q9", "99999999"),
        ("q10", "2026-02-30"),
        ("q10", "20260228"),
        ("q10", "0001-01-01"),
        ("q\0", "1"),
    ],
)
def test_what_no_question_offers_is_refused(client: Client, round_: Round, name: str, value: str) -> None:
    path = f"/r/{round_.token()}"
    body = f"{FIELD['clear']}=4&{quote(name)}={quote(value)}&_do=send"
    answer = client.post(path, body, content_type=FORM)
    assert answer.status_code == 422
    assert f"name={FIELD['clear']} value=4 checked" in answer.content.decode()
    assert not SealedResponse.objects.filter(is_complete=True).exists()


def test_a_field_sent_twice_is_refused(client: Client, round_: Round) -> None:
    answer = client.post(f"/r/{round_.token()}", "q1=4&q1=5&q2=3", content_type=FORM)
    assert answer.status_code == 422


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain"])
def test_other_kinds_of_bodies_are_refused(client: Client, round_: Round, kind: str) -> None:
    answer = client.post(f"/r/{round_.token()}", b"q2=4", content_type=kind)
    assert answer.status_code == 415
    assert not SealedResponse.objects.exists()


def test_a_body_beyond_all_bounds_is_not_read(client: Client, round_: Round) -> None:
    path = f"/r/{round_.token()}"
    send(client, path, {"calm": 2}, do="keep")
    answer = client.post(path, b"q11=" + b"z" * (17 << 20), content_type=FORM)
    assert answer.status_code == 413
    assert "What was saved before is still there" in answer.content.decode()
    assert f"name={FIELD['calm']} value=2 checked" in client.get(path).content.decode()


def test_hidden_signs_are_shown_without_them(client: Client, round_: Round) -> None:
    answer = send(client, f"/r/{round_.token()}", {**WHOLE, "more": "so\u202e far"})
    assert "so far</textarea>" in answer.content.decode()


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"calm": True}, "not_offered"),
        ({"calm": 4.5}, "not_offered"),
        ({"calm": [4]}, "not_offered"),
        ({"place": {"a": 1}}, "not_offered"),
        ({"helps": "1"}, "not_offered"),
        ({"helps": [True]}, "not_offered"),
        ({"order": [1, 1, 2]}, "twice"),
        ({"order": [1, 2]}, "not_offered"),
        ({"matters": [[1, 1], [0, 0], [0, 0], [0, 0]]}, "same_best_worst"),
        ({"matters": [[1, 0], [0, 0], [0, 0], [0, 0]]}, "half"),
        ({"matters": [[4, 1], [0, 0], [0, 0], [0, 0]]}, "not_offered"),
        ({"years": float("nan")}, "not_a_number"),
        ({"years": float("inf")}, "not_a_number"),
        ({"years": 75_001}, "too_large"),
        ({"talked": "yesterday"}, "not_a_date"),
        ({"more": 5}, "not_offered"),
        ({"nothing": 5}, "unknown"),
    ],
)
def test_the_one_check_names_what_is_wrong(form: Form, values: dict[str, Any], problem: str) -> None:
    checked = check_values(form, values)
    assert [found.kind for found in checked.problems] == [problem]
    assert not checked.answers


def test_the_page_and_the_api_are_checked_alike(form: Form) -> None:
    from tests.rooms.respond_cast import fields_of

    body = "&".join(f"{quote(name)}={quote(value)}" for name, value in fields_of(WHOLE)).encode()
    assert check_fields(form, *read_body(body)).answers == check_values(form, WHOLE).answers == WHOLE


def test_numbers_as_people_write_them(form: Form) -> None:
    written = {"12": 12, "12.5": 12.5, "12,5": 12.5, "\u22123": -3, "٤٫٥": 4.5, " 7 ": 7, "0.12346": 0.1235}
    found = {text: check_values(form, {"years": text}).answers.get("years") for text in written}
    assert found == written


def test_what_is_not_shown_is_not_kept(form: Form) -> None:
    checked = check_values(form, {"clear": 4, "place": 1, "vehicle": "none"})
    kept, lacking = complete(form, checked)
    assert kept == {"clear": 4, "place": 1}
    assert lacking == ()


def test_every_problem_has_its_own_words() -> None:
    words = [problem_words(AnswerProblem("more", kind, 5)) for kind in PROBLEMS]
    assert len(set(words)) == len(PROBLEMS)
