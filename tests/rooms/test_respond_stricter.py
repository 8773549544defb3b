"""A wave that was made stricter to "no comments" asks for none, and a database that is away is told as what it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client
from tests.rooms.respond_cast import FIELD, WHOLE, Round, fresh_process, make_round, send, stamp_of

from headwater.rooms.listen import respond_views
from headwater.rooms.listen.batches import submit_batch
from headwater.rooms.listen.models import SealedResponse, Wave
from headwater.rooms.listen.respond_waves import live_wave
from headwater.rooms.listen.sealing import open_responses

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_(db: None, tmp_path: Path) -> Round:
    return make_round((tmp_path / "keys", tmp_path / "other"))


def tighten(round_: Round) -> None:
    Wave.objects.filter(pk=round_.wave.pk).update(stricter={"without_comments": True})
    fresh_process()


def opened(round_: Round) -> dict[str, Any]:
    Wave.objects.filter(pk=round_.wave.pk).update(state=Wave.State.CLOSED)
    (only,) = open_responses(Wave.objects.get(pk=round_.wave.pk))
    return dict(only.answers)


def test_comments_are_asked_until_they_are_thrown_away_and_then_no_more(client: Client, round_: Round) -> None:
    path = f"/r/{round_.token()}"
    before = client.get(path).content.decode()
    assert "Anything else?" in before
    tighten(round_)
    after = client.get(path).content.decode()
    assert "Anything else?" not in after
    assert "<textarea" not in after
    assert "My days are calm." in after
    assert f'name="{FIELD["years"]}"' in after, "the other questions keep their names"
    without = {key: value for key, value in WHOLE.items() if key != "more"}
    said = send(client, path, without)
    assert said.status_code == 200
    assert "Comments are no longer taken" not in said.content.decode()
    assert opened(round_) == without


def test_a_page_from_before_loses_its_comment_and_is_told_so(client: Client, round_: Round) -> None:
    path = f"/r/{round_.token()}"
    stamp = stamp_of(client.get(path).content)
    tighten(round_)
    said = send(client, path, WHOLE, more=(("_page", stamp),))
    assert said.status_code == 200
    assert "Comments are no longer taken in this survey. What you wrote there was not kept" in said.content.decode()
    assert opened(round_) == {key: value for key, value in WHOLE.items() if key != "more"}


def test_a_draft_from_before_sheds_its_comment(client: Client, round_: Round) -> None:
    path = f"/r/{round_.token()}"
    assert send(client, path, WHOLE, do="keep").status_code == 204
    tighten(round_)
    page = client.get(path).content.decode()
    assert "The dock is cold." not in page
    without = {key: value for key, value in WHOLE.items() if key != "more"}
    assert send(client, path, without).status_code == 200
    assert opened(round_) == without


def test_an_empty_or_damaged_comment_is_no_reason_to_refuse(client: Client, round_: Round) -> None:
    tighten(round_)
    path = f"/r/{round_.token()}"
    said = send(client, path, {**WHOLE, "more": " "})
    assert said.status_code == 200
    assert "Comments are no longer taken" not in said.content.decode()
    damaged = f"{FIELD['clear']}=3&{FIELD['more']}=%ff%fe&_do=send".encode()
    other = f"/r/{round_.token(b'm' * 16)}"
    assert client.generic("POST", other, damaged, "application/x-www-form-urlencoded").status_code == 200
    assert SealedResponse.objects.filter(is_complete=True).count() == 2


def test_the_api_keeps_the_rest_and_says_what_it_left_out(tmp_path: Path) -> None:
    made = make_round((tmp_path / "keys", tmp_path / "other"), channel="open")
    tighten(made)
    from django.utils import timezone

    one = {"id": "a", "unit": "north", "cuts": {}, "language": "en", "respondent": "", "answers": WHOLE}
    wave = Wave.objects.get(pk=made.wave.pk)
    said = submit_batch(wave=wave, key="key-of-ours", responses=[one], now=timezone.now())
    assert said["stored"] == 1
    (verdict,) = said["verdicts"]
    assert verdict["kind"] == "stored"
    assert [problem["item"] for problem in verdict["problems"]] == ["more"]
    assert "not kept" in json.dumps(verdict["problems"])
    assert "more" not in opened(made)
    assert live_wave(wave).form.dropped_keys == {"vehicle", "more"}


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_database_that_is_away_is_a_pause_and_not_a_failure(
    client: Client, round_: Round, monkeypatch: pytest.MonkeyPatch, error: type[Exception], method: str
) -> None:
    def away(*_: Any, **__: Any) -> Any:
        raise error("the server closed the connection")

    monkeypatch.setattr(respond_views, "read_link", away)
    said = getattr(client, method)(f"/r/{round_.token()}", headers={"accept-language": "en"})
    words = said.content.decode()
    assert said.status_code == 503
    assert said.headers["Retry-After"] == "30"
    assert said.headers["X-Frame-Options"] == "DENY"
    assert not said.cookies
    if method == "post":
        assert "NOT stored" in words
        assert "What was saved before is safe" in words
    else:
        assert "open the link again" in words
    spanish = getattr(client, method)(f"/r/{round_.token()}", headers={"accept-language": "es"})
    assert 'lang="es"' in spanish.content.decode()


def test_another_failure_stays_a_failure(client: Client, round_: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError

    monkeypatch.setattr(respond_views, "read_link", broken)
    said = client.get(f"/r/{round_.token()}")
    assert said.status_code == 500
    assert "Retry-After" not in said.headers
