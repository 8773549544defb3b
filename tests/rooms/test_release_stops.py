"""What stops a wave: a bad verdict, damaged answers, a lost key, too few answers. And what the database refuses."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import RequestFactory, override_settings
from tests.rooms.conftest import Cast, signed_in
from tests.rooms.study_cast import OPENS, answer, asked, enlarge, launched

from headwater.privacy.audit import Finding, Verdict
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.listen import releasing
from headwater.rooms.listen.logic.wave_keys import destroy_key, has_key
from headwater.rooms.listen.models import Invitation, SealedResponse, Wave
from headwater.rooms.listen.releasing import earlier_of, has_book
from headwater.rooms.listen.studies import StudyRefusedError, plan_of, tighten_wave
from headwater.rooms.listen.study_slots import erase_invitations, export_invitations, releases_of
from headwater.rooms.listen.waves import advance_waves
from headwater.rooms.people.models import Person
from headwater.rooms.people.viewers import viewer_of


@pytest.fixture(autouse=True)
def folders(own_folders: Path) -> Iterator[None]:
    with override_settings(MAIL_BOUNCES="b@post.example"):
        yield


def ended(wave: Wave, answers: int = 60) -> Wave:
    """The wave after its end, with some answers."""
    for invitation in asked(wave)[:answers]:
        answer(wave, invitation, at=OPENS + timedelta(hours=2))
    advance_waves(now=wave.late_until + timedelta(minutes=1))
    wave.refresh_from_db()
    return wave


def later(wave: Wave) -> Wave:
    advance_waves(now=wave.late_until + timedelta(minutes=10))
    wave.refresh_from_db()
    return wave


@pytest.fixture
def leaking(monkeypatch: Any) -> Any:
    """An auditor that finds a leak."""
    found = Finding("siblings", "leak", "study/wave", "Four of five are known, so the fifth is.", people=1)
    monkeypatch.setattr(releasing, "audit_releases", lambda tables, **_: Verdict((found,), {"siblings": 1}))
    return monkeypatch


def test_a_bad_verdict_stops_the_release_until_the_privacy_officer_decides(cast: Cast, leaking: Any) -> None:
    enlarge(cast.administrator)
    wave = ended(launched(cast.experience_lead, channel="code"))
    assert wave.state == Wave.State.SEALED
    assert "the fifth is" in wave.outcome["stopped"]["lines"][1]
    assert not has_book(wave)
    assert not any(Path(settings.RELEASED).rglob("*.parquet"))
    assert not any(Path(settings.RELEASED).rglob("*.npy"))  # nor what pages would read of it
    assert later(wave).state == Wave.State.SEALED
    assert "was stopped" in signed_in(cast.privacy_officer).get("/").content.decode()
    page = signed_in(cast.experience_lead).get(f"/listen/studies/{wave.study_id}/").content.decode()
    assert "The privacy officer decides" in page
    assert "the fifth is" not in page
    path = f"/listen/waves/{wave.pk}/decide"
    assert signed_in(cast.experience_lead).post(path, {"decision": "again"}).status_code == 403
    officer = signed_in(cast.privacy_officer)
    assert "the fifth is" in officer.get(f"/listen/studies/{wave.study_id}/").content.decode()
    leaking.undo()
    assert officer.post(path, {"decision": "again"}).status_code == 302
    assert later(wave).state == Wave.State.RELEASED
    assert has_book(wave)


def test_a_stopped_release_can_end_without_numbers(cast: Cast, leaking: Any) -> None:
    enlarge(cast.administrator)
    wave = ended(launched(cast.experience_lead, channel="code"))
    signed_in(cast.privacy_officer).post(f"/listen/waves/{wave.pk}/decide", {"decision": "nothing"})
    wave.refresh_from_db()
    assert (wave.state, wave.outcome["nothing"]) == (Wave.State.RELEASED, "stopped")
    assert not has_book(wave)
    assert AuditEntry.objects.filter(action="release.given_up").count() == 1


def test_damaged_answers_wait_for_a_decision(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="code")
    for invitation in asked(wave)[:40]:
        answer(wave, invitation, at=OPENS + timedelta(hours=2))
    hurt = SealedResponse.objects.filter(wave=wave).first()
    assert hurt is not None
    SealedResponse.objects.filter(pk=hurt.pk).update(body=bytes(hurt.body)[::-1])
    advance_waves(now=wave.late_until + timedelta(minutes=1))
    wave.refresh_from_db()
    assert (wave.state, wave.outcome["stopped"]["by"]) == (Wave.State.CLOSED, "damage")
    assert has_key(settings.KEYS, wave.pk)
    signed_in(cast.privacy_officer).post(f"/listen/waves/{wave.pk}/decide", {"decision": "without"})
    assert later(wave).state == Wave.State.RELEASED
    assert wave.responses == 39


def test_a_lost_key_loses_the_wave_and_says_so(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="code")
    for invitation in asked(wave)[:20]:
        answer(wave, invitation, at=OPENS + timedelta(hours=2))
    destroy_key(settings.KEYS, wave.pk)
    advance_waves(now=wave.late_until + timedelta(minutes=1))
    wave.refresh_from_db()
    assert wave.outcome["stopped"]["by"] == "key"
    page = signed_in(cast.privacy_officer).get(f"/listen/studies/{wave.study_id}/").content.decode()
    assert "Both copies of the key are lost" in page
    signed_in(cast.privacy_officer).post(f"/listen/waves/{wave.pk}/decide", {"decision": "nothing"})
    assert not SealedResponse.objects.filter(wave=wave).exists()


@pytest.mark.parametrize(("answers", "why"), [(0, "nobody"), (4, "too_few")])
def test_too_few_answers_release_nothing_and_say_so(cast: Cast, answers: int, why: str) -> None:
    enlarge(cast.administrator)
    wave = ended(launched(cast.experience_lead, channel="code"), answers)
    assert (wave.state, wave.outcome["nothing"]) == (Wave.State.RELEASED, why)
    assert not has_book(wave)
    page = signed_in(cast.analyst).get(f"/listen/studies/{wave.study_id}/").content.decode()
    assert "Nobody answered" in page or "Too few answered" in page
    assert "See the results" not in page


def test_the_database_refuses_to_loosen_what_was_launched(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="code")
    tighten_wave(wave_id=wave.pk, actor=cast.experience_lead, now=OPENS, k=8, without_comments=True)
    row = Wave.objects.filter(pk=wave.pk)
    stored = row.get()
    assert stored.plan is not None
    changes: list[dict[str, Any]] = [
        {"plan": {**stored.plan, "k": 3}},
        {"public_key": b"x" * 32},
        {"launched_at": None},
        {"closes_at": stored.closes_at + timedelta(days=1), "late_until": stored.late_until + timedelta(days=1)},
        {"late_until": stored.late_until + timedelta(days=1)},
        {"stricter": {**stored.stricter, "k": 5}},
        {"stricter": {**stored.stricter, "without_comments": False}},
        {"stricter": {}},
    ]
    for change in changes:
        with pytest.raises(DatabaseError, match="only be made stricter"), transaction.atomic():
            row.update(**change)
    row.update(closes_at=stored.closes_at - timedelta(days=1))
    row.update(stricter={**stored.stricter, "k": 9})
    assert row.get().stricter["k"] == 9
    with pytest.raises(StudyRefusedError):
        tighten_wave(wave_id=wave.pk, actor=cast.experience_lead, now=OPENS, dropped_cuts=["nothing"])


def test_the_privacy_desk_sees_what_was_released(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = ended(launched(cast.experience_lead, channel="code"))
    request: Any = RequestFactory().get("/")
    request.viewer = viewer_of(cast.privacy_officer, today=OPENS.date())
    (found,) = list(releases_of(request))
    assert (found.key, found.k, found.verdict) == (str(wave.pk), 5, "clean")
    assert found.figures > 0
    request.viewer = viewer_of(cast.north_leader, today=OPENS.date())
    assert list(releases_of(request)) == []


def test_a_person_s_invitations_are_exported_and_erased(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="code")
    person = str(Person.objects.get(key="d0t0p0").pk)
    (file,) = list(export_invitations(person=person, now=OPENS))
    assert json.loads(file.content)[0]["answered"] == "not known"
    (erased,) = list(erase_invitations(person=person, actor="x", now=OPENS))
    assert erased.count == 1
    assert Invitation.objects.filter(wave=wave).count() == 106
    assert next(iter(erase_invitations(person=person, actor="x", now=OPENS))).count == 0
    assert list(export_invitations(person=person, now=OPENS)) == []


def test_a_later_wave_is_compared_with_the_same_units(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="code")
    same = earlier_of(plan_of(wave), wave)
    assert same == {unit: unit for unit in plan_of(wave).unit_ids}


def test_returned_mail_is_read_from_folders_and_pipes(cast: Cast, tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "post").mkdir()
    (tmp_path / "post" / "one.eml").write_bytes(b"Subject: hello\r\n\r\nnothing\r\n")
    out = io.StringIO()
    call_command("take_bounces", str(tmp_path / "post"), stdout=out)
    assert out.getvalue().strip() == "0 came back for good, 0 may still arrive, 1 other"
    (tmp_path / "box").write_bytes(b"From a@b Mon Mar  2 09:00:00 2026\nSubject: x\n\ny\n")
    call_command("take_bounces", str(tmp_path / "box"), stdout=out)
    assert out.getvalue().strip().endswith("1 other")
    with pytest.raises(CommandError):
        call_command("take_bounces", str(tmp_path / "nowhere"))
