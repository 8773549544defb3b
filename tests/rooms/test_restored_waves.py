"""Keys are in no backup: what becomes of a wave whose records come back from before it was sealed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.rooms.conftest import Cast, signed_in
from tests.rooms.study_cast import OPENS, answer, asked, enlarge, launched

from headwater.intake import read_manifest, wave_folder
from headwater.rooms.house import audit
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.listen import releasing
from headwater.rooms.listen.logic.clock import Step
from headwater.rooms.listen.logic.wave_keys import destroy_key, has_key
from headwater.rooms.listen.models import SealedResponse, Wave
from headwater.rooms.listen.releasing import forget_wave, seal_wave, try_release_again
from headwater.rooms.listen.sealing import open_responses
from headwater.rooms.listen.waves import STEPS, advance_waves
from headwater.vocab.store_layout import ANSWERS

pytestmark = pytest.mark.usefixtures("own_folders")


@pytest.fixture
def closed(cast: Cast) -> Wave:
    """A wave that closed with forty answers and was not sealed yet."""
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="code", k=5)
    for invitation in asked(wave)[:40]:
        assert answer(wave, invitation, at=OPENS + timedelta(hours=2)).is_in
    STEPS[Step.CLOSE](wave, after(wave))
    return Wave.objects.get(pk=wave.pk)


def after(wave: Wave) -> Any:
    return wave.late_until + timedelta(minutes=1)


def backed_up(wave: Wave) -> list[dict[str, Any]]:
    """The rows of a wave as a backup holds them."""
    return [dict(row) for row in SealedResponse.objects.filter(wave=wave).values()]


def brought_back(wave: Wave, rows: list[dict[str, Any]]) -> None:
    """Put the records back as they were in a backup. The audit trail is put back too, so it is left alone here."""
    Wave.objects.filter(pk=wave.pk).update(
        state=Wave.State.CLOSED, sealed_at=None, forgotten_at=None, released_at=None, responses=None, outcome={}
    )
    SealedResponse.objects.filter(wave=wave).delete()
    SealedResponse.objects.bulk_create(SealedResponse(**row) for row in rows)


def parts(wave: Wave) -> Any:
    return read_manifest(wave_folder(settings.STORE, ANSWERS, wave.study.key, wave.key))


def test_a_wave_that_the_store_holds_goes_on_from_there(closed: Wave) -> None:
    kept = backed_up(closed)
    seal_wave(wave_id=closed.pk, now=after(closed))
    forget_wave(wave_id=closed.pk, now=after(closed))
    before = parts(closed)
    brought_back(closed, kept)
    assert not has_key(settings.KEYS, closed.pk)
    steps = [step for _, step in advance_waves(now=after(closed) + timedelta(days=2))]
    assert steps == [Step.SEAL, Step.FORGET, Step.RELEASE]
    closed.refresh_from_db()
    assert (closed.state, closed.responses) == (Wave.State.RELEASED, 40), closed.outcome
    assert "stopped" not in closed.outcome
    assert parts(closed) == before
    assert before.rows == 40
    assert not SealedResponse.objects.filter(wave=closed).exists()
    assert AuditEntry.objects.filter(action="wave.found_sealed").count() == 1
    assert audit.verify().is_whole


def test_a_wave_released_before_comes_back_to_the_same_release(closed: Wave) -> None:
    kept = backed_up(closed)
    advance_waves(now=after(closed))
    closed.refresh_from_db()
    first = dict(closed.outcome)
    assert closed.state == Wave.State.RELEASED, first
    brought_back(closed, kept)
    advance_waves(now=after(closed) + timedelta(days=2))
    closed.refresh_from_db()
    assert (closed.state, closed.responses) == (Wave.State.RELEASED, 40), closed.outcome
    assert closed.outcome["inputs_hash"] == first["inputs_hash"]
    assert closed.outcome["figures"] == first["figures"]


@pytest.mark.parametrize("store", ["empty", "another promise", "other cuts"])
def test_a_wave_whose_key_and_answers_are_gone_is_lost_once_and_says_so(
    closed: Wave, cast: Cast, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if store != "empty":
        seal_wave(wave_id=closed.pk, now=after(closed))
        found = parts(closed)
        changed = {"promise": "identified"} if store == "another promise" else {"cuts": {"tenure": ("short",)}}
        for name, value in changed.items():
            object.__setattr__(found, name, value)
        monkeypatch.setattr("headwater.rooms.listen.releasing.read_manifest", lambda _folder: found)
        Wave.objects.filter(pk=closed.pk).update(state=Wave.State.CLOSED, responses=None)
    destroy_key(settings.KEYS, closed.pk)
    late = after(closed) + timedelta(days=2)
    assert [step for _, step in advance_waves(now=late)] == [Step.SEAL]
    assert advance_waves(now=late) == []
    closed.refresh_from_db()
    assert (closed.state, closed.outcome["stopped"]["by"]) == (Wave.State.CLOSED, "key")
    assert AuditEntry.objects.filter(action="release.stopped").count() == 1
    assert SealedResponse.objects.filter(wave=closed).count() == 40
    page = signed_in(cast.privacy_officer).get("/").content.decode()
    assert page.count("Look and decide") == 1
    assert closed.study.title in page


def test_a_key_that_was_only_out_of_reach_is_used_when_it_is_back(closed: Wave, tmp_path: Path, cast: Cast) -> None:
    away = tmp_path / "away"
    away.mkdir()
    for folder in settings.KEYS:
        folder.rename(away / folder.name)
    late = after(closed)
    advance_waves(now=late)
    closed.refresh_from_db()
    assert closed.outcome["stopped"]["by"] == "key"
    for folder in settings.KEYS:
        (away / folder.name).rename(folder)
    try_release_again(wave_id=closed.pk, actor=str(cast.privacy_officer.pk), now=late)
    advance_waves(now=late)
    closed.refresh_from_db()
    assert (closed.state, closed.responses) == (Wave.State.RELEASED, 40), closed.outcome


def test_a_process_that_comes_late_does_not_stop_what_another_sealed(
    closed: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between this process's look at the wave and its look for the key, another one sealed it and destroyed the key."""

    def raced(wave: Wave, **rest: Any) -> Any:
        monkeypatch.setattr(releasing, "open_responses", open_responses)
        seal_wave(wave_id=wave.pk, now=after(wave))
        forget_wave(wave_id=wave.pk, now=after(wave))
        return open_responses(wave, **rest)

    monkeypatch.setattr(releasing, "open_responses", raced)
    assert seal_wave(wave_id=closed.pk, now=after(closed)).state == Wave.State.SEALED
    closed.refresh_from_db()
    assert "stopped" not in closed.outcome
    assert AuditEntry.objects.filter(action__in=("wave.sealed", "wave.found_sealed")).count() == 1
