"""Faults while somebody answers: a full disk, a write that fails, a page that breaks. None of it is thanked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import Client
from tests.rooms.respond_cast import FIELD, WHOLE, Round, make_round, send

from headwater.rooms.listen import responding
from headwater.rooms.listen.models import SealedResponse

# --- faults inside one process


@pytest.fixture
def round_(transactional_db: None, tmp_path: Path) -> Round:
    return make_round((tmp_path / "keys", tmp_path / "other"))


def test_a_full_disk_is_said_and_the_form_keeps_what_was_written(client: Client, round_: Round) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the limit on pages is SQLite's own")
    path = f"/r/{round_.token()}"
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        free = cursor.execute("PRAGMA freelist_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        for _ in range(free + 1):
            try:
                cursor.execute("CREATE TABLE IF NOT EXISTS filling (x); ")
                cursor.execute("INSERT INTO filling VALUES (zeroblob(4000))")
            except OperationalError:
                break
        try:
            long = {**WHOLE, "more": "Words that must not be lost. " * 120}
            answer = send(client, path, long)
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")
            cursor.execute("DROP TABLE IF EXISTS filling")
    assert answer.status_code == 503
    words = answer.content.decode()
    assert "NOT stored" in words
    assert "Words that must not be lost." in words
    assert f"name={FIELD['calm']} value=4 checked" in words
    assert not SealedResponse.objects.exists()
    assert "Your answers are in" in send(client, path, long).content.decode()


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), OperationalError("disk I/O error")])
@pytest.mark.parametrize("do", ["send", "save", "check"])
def test_a_write_that_fails_is_never_thanked_for(
    client: Client, round_: Round, monkeypatch: pytest.MonkeyPatch, error: Exception, do: str
) -> None:
    def fail(*_: object, **__: object) -> bool:
        raise error

    monkeypatch.setattr(responding, "write_box", fail)
    answer = send(client, f"/r/{round_.token()}", WHOLE, do=do)
    assert answer.status_code == 503
    assert "The dock is cold.</textarea>" in answer.content.decode()
    assert not SealedResponse.objects.exists()


def test_the_script_hears_that_a_draft_is_not_kept(
    client: Client, round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> bool:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(responding, "write_box", fail)
    assert send(client, f"/r/{round_.token()}", WHOLE, do="keep").status_code == 503


def test_a_wrong_host_name_is_refused_and_logs_no_link(round_: Round, caplog: pytest.LogCaptureFixture) -> None:
    path = f"/r/{round_.token()}"
    assert Client(headers={"host": "evil.example"}).get(path).status_code == 404
    assert Client().get(f"{path}/more").status_code == 404
    assert path not in caplog.text


def test_a_page_that_breaks_says_so_and_logs_no_link(
    client: Client, round_: Round, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("headwater.rooms.listen.respond_views.read_draft", fail)
    path = f"/r/{round_.token()}"
    answer = client.get(path)
    assert answer.status_code == 500
    assert "NOT stored" in answer.content.decode()
    assert path not in caplog.text
    assert "RuntimeError" in caplog.text
