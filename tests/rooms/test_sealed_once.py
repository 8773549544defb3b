"""A wave's answers reach the store once, whatever comes between writing them and writing down that they are there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.rooms.conftest import Cast, signed_in
from tests.rooms.study_cast import OPENS, answer, asked, enlarge, launched

from headwater.intake import read_manifest, seal, wave_folder
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.listen import releasing
from headwater.rooms.listen.logic.clock import Step
from headwater.rooms.listen.models import SealedResponse, Wave
from headwater.rooms.listen.releasing import seal_wave
from headwater.rooms.listen.respond_desk import decide_set_apart
from headwater.rooms.listen.sealing import answer_table, open_responses
from headwater.rooms.listen.studies import plan_in_force
from headwater.rooms.listen.waves import STEPS, advance_waves
from headwater.vocab.store_layout import ANSWERS, ASIDE
from headwater.vocab.translated_problems import translated_problem

pytestmark = pytest.mark.usefixtures("own_folders")

APART = 3


class LostPowerError(BaseException):
    """Ends a process where it stands."""


@pytest.fixture
def closed(cast: Cast) -> Wave:
    """A wave that closed with forty answers, three of them set apart, and was not sealed yet."""
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="code", k=5)
    for invitation in asked(wave)[:40]:
        assert answer(wave, invitation, at=OPENS + timedelta(hours=2)).is_in
    apart = SealedResponse.objects.filter(wave=wave).order_by("pk").values_list("pk", flat=True)[:APART]
    SealedResponse.objects.filter(pk__in=list(apart)).update(standing="quarantined", reasons=["speed"])
    STEPS[Step.CLOSE](wave, late(wave))
    return Wave.objects.get(pk=wave.pk)


def late(wave: Wave) -> Any:
    return wave.late_until + timedelta(minutes=1)


def folder(wave: Wave) -> Path:
    return wave_folder(settings.STORE, ANSWERS, wave.study.key, wave.key)


def rows(wave: Wave) -> int:
    found = read_manifest(folder(wave))
    assert found is not None
    return found.rows


def lose_power_after_writing(wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*given: Any, **named: Any) -> None:
        seal(*given, **named)
        raise LostPowerError

    with monkeypatch.context() as patched:
        patched.setattr(releasing, "seal", lost)
        with pytest.raises(LostPowerError):
            seal_wave(wave_id=wave.pk, now=late(wave))
    wave.refresh_from_db()
    assert wave.state == Wave.State.CLOSED
    assert rows(wave) == 40 - APART


def let_count(wave: Wave, verdict: str, chosen: list[Any], cast: Cast) -> None:
    changed = decide_set_apart(
        wave_id=wave.pk, responses=chosen, verdict=verdict, reason="They were looked at one by one.",
        actor=cast.experience_lead, now=late(wave),
    )  # fmt: skip
    assert changed == len(chosen)


def set_apart(wave: Wave) -> list[Any]:
    return list(SealedResponse.objects.filter(wave=wave, standing="quarantined").values_list("pk", flat=True))


def test_power_lost_between_writing_and_marking_adds_nothing_twice(
    closed: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_power_after_writing(closed, monkeypatch)
    advance_waves(now=late(closed))
    closed.refresh_from_db()
    assert (closed.state, closed.responses, rows(closed)) == (Wave.State.RELEASED, 37, 37), closed.outcome
    assert "sealing" not in closed.outcome


def test_what_is_decided_after_a_loss_of_power_replaces_what_was_written(
    closed: Wave, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_power_after_writing(closed, monkeypatch)
    let_count(closed, "release", set_apart(closed), cast)
    assert seal_wave(wave_id=closed.pk, now=late(closed)).state == Wave.State.SEALED
    closed.refresh_from_db()
    assert (closed.responses, rows(closed)) == (40, 40)
    found = read_manifest(folder(closed))
    assert found is not None
    assert len(found.parts) == 1
    lying = [path.name for path in folder(closed).iterdir() if path.suffix == ".parquet"]
    assert len(lying) == 1
    assert not any(path.name.startswith(ASIDE) for path in folder(closed).iterdir())


def test_a_decision_while_answers_are_written_is_not_lost(
    closed: Wave, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decided(*given: Any, **named: Any) -> None:
        monkeypatch.setattr(releasing, "seal", seal)
        seal(*given, **named)
        let_count(closed, "release", set_apart(closed)[:2], cast)

    monkeypatch.setattr(releasing, "seal", decided)
    assert seal_wave(wave_id=closed.pk, now=late(closed)).state == Wave.State.CLOSED
    assert seal_wave(wave_id=closed.pk, now=late(closed)).state == Wave.State.SEALED
    closed.refresh_from_db()
    assert (closed.responses, rows(closed), closed.outcome["left_apart"]) == (39, 39, 1)


def test_records_of_before_sealing_go_on_from_the_store(closed: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    """A backup of some hours before closing came back; it holds fewer answers than were sealed since, and the key."""
    lose_power_after_writing(closed, monkeypatch)
    Wave.objects.filter(pk=closed.pk).update(outcome={})
    some = SealedResponse.objects.filter(wave=closed, standing="counts").values_list("pk", flat=True)[:5]
    SealedResponse.objects.filter(pk__in=list(some)).delete()
    assert seal_wave(wave_id=closed.pk, now=late(closed)).state == Wave.State.SEALED
    closed.refresh_from_db()
    assert (closed.responses, rows(closed)) == (37, 37)
    assert AuditEntry.objects.filter(action="wave.found_sealed").count() == 1


def test_records_with_more_than_the_store_stop_and_add_nothing(
    closed: Wave, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_power_after_writing(closed, monkeypatch)
    let_count(closed, "release", set_apart(closed), cast)
    Wave.objects.filter(pk=closed.pk).update(outcome={})
    seal_wave(wave_id=closed.pk, now=late(closed))
    closed.refresh_from_db()
    assert (closed.state, closed.outcome["stopped"]["by"]) == (Wave.State.CLOSED, "store")
    lines = closed.outcome["stopped"]["lines"]
    assert "37 answers of this wave, the records 40" in lines[0]
    spanish = [translated_problem(line, "es") for line in lines]
    assert "37 respuestas de esta oleada y los registros 40" in spanish[0]
    assert spanish[1].startswith("Los registros proceden de una copia de seguridad.")
    assert rows(closed) == 37


def test_answers_of_another_origin_under_the_name_stop_sealing(closed: Wave, cast: Cast) -> None:
    """The wave was made anew under the same name, or another program wrote into the store."""
    plan = plan_in_force(closed)
    table = answer_table(plan, open_responses(closed))
    seal(settings.STORE, plan.vocab_study, plan.vocab_wave, table, source="a wave of before")
    seal_wave(wave_id=closed.pk, now=late(closed))
    closed.refresh_from_db()
    assert (closed.state, closed.outcome["stopped"]["by"]) == (Wave.State.CLOSED, "store")
    assert rows(closed) == 37
    assert SealedResponse.objects.filter(wave=closed).count() == 40
    page = signed_in(cast.privacy_officer).get(f"/listen/studies/{closed.study_id}/").content.decode()
    assert "nobody was counted twice" in page
    assert "came from elsewhere" in page
