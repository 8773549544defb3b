"""Launching a large wave in the background: told on the page, all at once or not at all, safe to be killed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from tests.rooms.conftest import NOW, Cast, bring_in, signed_in
from tests.rooms.study_cast import OPENS, asked, enlarge, large_csv, planned
from tests.rooms.test_wave_mail import work

from headwater.rooms.house.models import AuditEntry, Job
from headwater.rooms.listen import launching, launching_later, studies
from headwater.rooms.listen.drawing import contacted_too_often
from headwater.rooms.listen.launching import launch_wave
from headwater.rooms.listen.launching_later import STALLED, begin_launch, standing_of, stop_launch
from headwater.rooms.listen.logic import wave_keys
from headwater.rooms.listen.logic.wave_keys import has_key
from headwater.rooms.listen.models import AccessCode, Invitation, ListenSettings, Wave, WaveLaunch
from headwater.rooms.listen.waves import advance_waves, queue_advances
from headwater.rooms.people.models import OrganisationState, Person

PEOPLE = 106


@pytest.fixture(autouse=True)
def folders(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders of the test's own, and parts so small that a hundred people take many."""
    monkeypatch.setattr(launching, "CHUNK", 20)
    monkeypatch.setattr(launching_later, "SMALL", 50)
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def wave(cast: Cast) -> Wave:
    """A planned wave of 106 people, by mail."""
    enlarge(cast.administrator)
    return planned(cast.experience_lead, channel="mail")


def begun(wave: Wave, cast: Cast, at: datetime = NOW) -> Wave:
    return begin_launch(wave_id=wave.pk, actor=cast.experience_lead, now=at)


def home(wave: Wave) -> str:
    return f"/listen/studies/{wave.study_id}/"


def afresh(wave: Wave) -> Wave:
    return Wave.objects.get(pk=wave.pk)


def at_part(monkeypatch: pytest.MonkeyPatch, number: int, happens: Callable[[], object]) -> None:
    """Let something happen once, just before a part of the invitations is written."""
    kind: Any = type(Invitation.objects)
    real, count = kind.bulk_create, [0]

    def written(manager: Any, *values: Any, **named: Any) -> Any:
        if manager.model is Invitation:
            count[0] += 1
            if count[0] == number:
                happens()
        return real(manager, *values, **named)

    monkeypatch.setattr(kind, "bulk_create", written)


def killed() -> None:
    raise KeyboardInterrupt


def test_a_large_wave_is_launched_by_a_job_and_the_page_says_so(cast: Cast, wave: Wave) -> None:
    lead = signed_in(cast.experience_lead)
    assert lead.post(f"{home(wave)}launch")["Location"] == home(wave)
    assert lead.post(f"{home(wave)}launch")["Location"] == home(wave)
    assert Job.objects.filter(name="launch_wave").count() == 1
    assert afresh(wave).launched_at is None
    page = lead.get(home(wave)).content.decode()
    assert "is being prepared" in page
    assert 'http-equiv="refresh"' in page
    assert "Those who are asked are being drawn" in page
    assert "Review and launch" not in page
    assert "The launch is being prepared" in lead.get("/listen/").content.decode()
    work(NOW)
    made = afresh(wave)
    assert made.launched_at is not None
    assert made.launched_by == cast.experience_lead
    assert made.invited == len(asked(made)) == Invitation.objects.filter(wave=wave).count() == PEOPLE
    assert AuditEntry.objects.filter(action="wave.launched").count() == 1
    page = lead.get(home(wave)).content.decode()
    assert "is being prepared" not in page
    assert "Launched, opens soon" in page
    assert begun(wave, cast).launched_at == made.launched_at
    assert Job.objects.filter(name="launch_wave").count() == 1
    assert [step for _, step in advance_waves(now=OPENS)][:2] == ["open", "mail"]


def test_a_small_wave_is_launched_while_the_page_waits(cast: Cast) -> None:
    wave = planned(cast.experience_lead, channel="code")
    answer = signed_in(cast.experience_lead).post(f"{home(wave)}launch")
    assert answer["Location"] == home(wave)
    assert afresh(wave).launched_at is not None
    assert not Job.objects.filter(name="launch_wave").exists()
    assert not WaveLaunch.objects.exists()


def test_progress_is_asked_for_by_those_who_see_studies(cast: Cast, wave: Wave) -> None:
    begun(wave, cast)
    path = f"{home(wave)}launch/progress"
    assert Client().get(path).status_code == 302
    for user in (cast.outsider, cast.employee, cast.north_leader):
        assert signed_in(user).get(path).status_code == 403
        assert signed_in(user).post(f"{home(wave)}launch/stop").status_code == 403
    assert signed_in(cast.analyst).post(f"{home(wave)}launch/stop").status_code == 403
    WaveLaunch.objects.filter(wave=wave).update(done=40, total=PEOPLE)
    seen = signed_in(cast.analyst).get(path, headers={"HX-Request": "true"}).content.decode()
    assert 'value="37"' in seen
    assert "40 of 106" in seen
    assert "Stop the launch" not in seen
    assert "Stop the launch" in signed_in(cast.experience_lead).get(path).content.decode()
    work(NOW)
    done = signed_in(cast.analyst).get(path, headers={"HX-Request": "true"})
    assert (done.status_code, done["HX-Refresh"]) == (204, "true")
    assert signed_in(cast.analyst).get(path)["Location"] == home(wave)


def test_nothing_else_changes_the_study_meanwhile(cast: Cast, wave: Wave) -> None:
    begun(wave, cast)
    lead = signed_in(cast.experience_lead)
    values: dict[str, Any] = {"study_id": wave.study_id, "actor": cast.experience_lead, "now": NOW}
    with pytest.raises(studies.StudyRefusedError, match="being launched"):
        studies.change_study(**values, k=9)
    with pytest.raises(studies.StudyRefusedError, match="being launched"):
        studies.schedule_wave(**values, opens_at=OPENS, days_open=3, late_days=0, reminders=[])
    with pytest.raises(studies.StudyRefusedError, match="being launched"):
        studies.archive_study(**values)
    with pytest.raises(studies.StudyRefusedError, match="being launched"):
        studies.cancel_wave(wave_id=wave.pk, actor=cast.experience_lead, now=NOW)
    assert lead.get(f"{home(wave)}whom/")["Location"] == home(wave)
    assert launch_wave(wave_id=wave.pk, actor=cast.experience_lead, now=NOW).launched_at is None
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("channel", ["mail", "code"])
@pytest.mark.parametrize("part", [1, 3])
def test_a_killed_launch_leaves_nothing_that_counts_and_goes_on(
    cast: Cast, wave: Wave, monkeypatch: pytest.MonkeyPatch, part: int, channel: str
) -> None:
    studies.change_study(study_id=wave.study_id, actor=cast.experience_lead, now=NOW, channel=channel)
    begun(wave, cast)
    at_part(monkeypatch, part, killed)
    with pytest.raises(KeyboardInterrupt):
        work(NOW)
    left = Invitation.objects.filter(wave=wave).count()
    assert left == 20 * (part - 1)
    assert has_key(settings.KEYS, wave.pk)
    assert afresh(wave).launched_at is None
    assert contacted_too_often(ListenSettings(cap_contacts=1, cap_days=90), now=NOW) == set()
    assert advance_waves(now=OPENS) == []
    queue_advances(now=NOW + STALLED / 2)
    assert Job.objects.filter(name="launch_wave").count() == 1
    later = NOW + STALLED + timedelta(seconds=1)
    queue_advances(now=later)
    queue_advances(now=later)
    assert Job.objects.filter(name="launch_wave").count() == 2
    work(later)
    made = afresh(wave)
    assert made.launched_at is not None
    assert Invitation.objects.filter(wave=wave).count() == made.invited == PEOPLE
    assert AccessCode.objects.filter(wave=wave).count() == (PEOPLE if channel == "code" else 0)
    assert AuditEntry.objects.filter(action="wave.launched").count() == 1
    # The dead worker's job is put back at last, and finds nothing to do.
    from headwater.rooms.house.jobs import LEASE, reap_stale_jobs

    end = NOW + LEASE + timedelta(minutes=1)
    assert reap_stale_jobs(now=end) == 1
    work(end + timedelta(minutes=1))
    assert Invitation.objects.filter(wave=wave).count() == PEOPLE
    assert Job.objects.filter(name="launch_wave", state=Job.State.DONE).count() == 2


def test_a_worker_thought_dead_writes_nothing_more(cast: Cast, wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(wave, cast)

    def taken_over() -> None:
        queue_advances(now=NOW + STALLED * 2)
        second = Job.objects.filter(name="launch_wave").exclude(state=Job.State.RUNNING).get()
        launching_later.launch_in_background(now=NOW + STALLED * 2, **second.arguments)

    # Between two parts, as another process would: not within the transaction of one.
    real, calls = launching._invitation, [0]

    def slow(*values: Any) -> Any:
        calls[0] += 1
        if calls[0] == 41:
            taken_over()
        return real(*values)

    monkeypatch.setattr(launching, "_invitation", slow)
    WaveLaunch.objects.filter(wave=wave).update(touched_at=NOW - STALLED)
    monkeypatch.setattr(launching_later._Run, "step", lambda _self, _done, _total: None)
    work(NOW)
    made = afresh(wave)
    assert made.launched_at is not None
    assert made.launched_at >= NOW + STALLED * 2
    assert Invitation.objects.filter(wave=wave).count() == made.invited == PEOPLE
    assert AuditEntry.objects.filter(action="wave.launched").count() == 1


def test_people_are_drawn_anew_when_the_organisation_changed(
    cast: Cast, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(wave, cast)

    def reorganised() -> None:
        fewer = b"\n".join(large_csv().splitlines()[:-1]) + b"\n"
        assert bring_in(fewer, cast.administrator).state == "applied"

    at_part(monkeypatch, 2, reorganised)
    work(NOW)
    made = afresh(wave)
    assert made.launched_at is not None
    assert made.invited == Invitation.objects.filter(wave=wave).count() == PEOPLE - 1
    assert not Invitation.objects.filter(person__is_active=False).exists()


def test_an_organisation_that_never_rests_makes_it_fail_and_try_again(
    cast: Cast, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(wave, cast)
    real = launching._write

    def restless(*values: Any) -> int:
        state = OrganisationState.objects.get(pk=1)
        OrganisationState.objects.filter(pk=1).update(version=state.version + 1)
        return real(*values)

    monkeypatch.setattr(launching, "_write", restless)
    work(NOW)
    standing = standing_of(wave)
    assert standing is not None
    assert (standing.state, "changed each time" in standing.reason) == ("working", True)
    page = signed_in(cast.experience_lead).get(home(wave)).content.decode()
    assert "tried again by itself" in page
    monkeypatch.setattr(launching, "_write", real)
    work(NOW + timedelta(minutes=1))
    assert afresh(wave).launched_at is not None


def test_what_stands_in_the_way_is_told_on_the_page_and_everything_is_cleared(
    cast: Cast, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(wave, cast)
    at_part(monkeypatch, 3, lambda: Person.objects.update(email=""))
    monkeypatch.setattr(launching, "_check_rows", lambda *_: OrganisationState.objects.filter(pk=1).update(version=99))
    monkeypatch.setattr(launching, "_basis", changing(launching._basis))
    work(NOW)
    assert afresh(wave).launched_at is None
    assert not Invitation.objects.exists()
    assert not has_key(settings.KEYS, wave.pk)
    lead = signed_in(cast.experience_lead)
    page = lead.get(home(wave)).content.decode()
    assert "It could not be launched. Nobody was asked." in page
    assert "Nobody can be asked" in page
    assert "could not be launched" in lead.get("/").content.decode()
    assert lead.get(f"{home(wave)}whom/").status_code == 200
    Person.objects.exclude(unit=None).update(email="somebody@example.org")
    assert lead.post(f"{home(wave)}launch").status_code == 302
    work(NOW + timedelta(minutes=1))
    assert afresh(wave).invited == PEOPLE


def changing(real: Callable[..., str]) -> Callable[..., str]:
    """A basis that is another one the second time, so that people are drawn anew."""
    count = [0]

    def basis(*values: Any) -> str:
        count[0] += 1
        return real(*values) + str(count[0] if count[0] < 3 else "")

    return basis


def test_a_launch_that_keeps_failing_is_told_and_can_be_asked_for_again(
    cast: Cast, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(wave, cast)
    real = wave_keys.make_key

    def full(*_: Any) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(launching, "make_key", full)
    at = NOW
    for _attempt in range(6):
        work(at)
        at += timedelta(hours=1)
    standing = standing_of(wave)
    assert standing is not None
    assert standing.state == "failed"
    lead = signed_in(cast.experience_lead)
    page = lead.get(home(wave)).content.decode()
    assert "The launch failed. Nobody was asked." in page
    assert "No space left on device" in page
    assert "could not be launched" in lead.get("/").content.decode()
    queue_advances(now=at)
    assert Job.objects.filter(name="launch_wave").count() == 1
    monkeypatch.setattr(launching, "make_key", real)
    assert lead.post(f"{home(wave)}launch").status_code == 302
    work(NOW + timedelta(minutes=1))
    assert afresh(wave).invited == PEOPLE


def test_a_launch_is_stopped_and_cleared(cast: Cast, wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(wave, cast)
    at_part(monkeypatch, 3, killed)
    with pytest.raises(KeyboardInterrupt):
        work(NOW)
    assert Invitation.objects.filter(wave=wave).count() == 40
    lead = signed_in(cast.experience_lead)
    assert lead.post(f"{home(wave)}launch/stop")["Location"] == home(wave)
    assert "is being prepared" not in lead.get(home(wave)).content.decode()
    assert not stop_launch(wave_id=wave.pk, actor=cast.experience_lead, now=NOW)
    work(NOW + timedelta(minutes=1))
    assert not Invitation.objects.exists()
    assert not has_key(settings.KEYS, wave.pk)
    assert afresh(wave).launched_at is None
    assert AuditEntry.objects.filter(action="wave.launch_stopped").count() == 1
    studies.change_study(study_id=wave.study_id, actor=cast.experience_lead, now=NOW, k=7)
    begun(wave, cast)
    work(NOW + timedelta(hours=1))
    made = afresh(wave)
    assert (made.invited, made.plan is not None and made.plan["k"]) == (PEOPLE, 7)
