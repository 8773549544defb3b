"""The register of risks: anyone reports, few see, early is what counts, and scores warn with how sure."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from tests.rooms.conftest import Cast, signed_in, unit
from tests.rooms.direction_cast import SCORE
from tests.rooms.river_cast import release_work_study

from headwater.rooms.engage.challenges.services import keep_challenge
from headwater.rooms.engage.models import Challenge, Risk, RiskMeasure, RiskStep
from headwater.rooms.engage.risks.services import Report, RiskRefusedError, move_risk, report_risk
from headwater.rooms.engage.risks.warning import check_measure, warn_of_risks
from headwater.rooms.house.slots import Finding, erase_everywhere
from headwater.rooms.learn.evidence import Evidence, evidence_of
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import viewer_of

pytestmark = pytest.mark.django_db

TITLE = "Two suppliers share one warehouse"


def reported(user: User, key: str = "north-d", back: int = 2) -> Risk:
    seen = timezone.localdate() - timedelta(days=back)
    report = Report(TITLE, "A flood would stop both.", unit(key), seen, exposure=(1, 9, "days"))
    return report_risk(risk_id=uuid4(), report=report, actor=user, now=timezone.now())


def test_anybody_with_a_role_reports_once(cast: Cast) -> None:
    client, key = signed_in(cast.employee), str(uuid4())
    given = {
        "key": key, "title": TITLE, "what": "A flood.", "unit": "north-d", "through": "", "upside": "",
        "seen_date": timezone.localdate().isoformat(), "exposure_low": "1", "exposure_high": "", "exposure_in": "",
    }  # fmt: skip
    assert client.post("/engage/risks/new/", given).status_code == 422
    for _time in range(2):
        assert client.post("/engage/risks/new/", {**given, "exposure_low": ""}).status_code == 302
    assert Risk.objects.get().days == 0
    assert signed_in(cast.outsider).get("/engage/risks/").status_code == 403
    assert signed_in(cast.outsider).get("/engage/risks/new/").status_code == 403
    with pytest.raises(RiskRefusedError):
        reported(cast.employee, back=-1)


def test_a_risk_is_seen_by_who_reported_it_manages_it_or_leads_there(cast: Cast) -> None:
    south = reported(cast.analyst, key="south-d")
    path = f"/engage/risks/{south.pk}/"
    for user in (cast.analyst, cast.experience_lead, cast.top_leader):
        assert TITLE in signed_in(user).get(path).content.decode()
    for user in (cast.north_leader, cast.employee, cast.administrator, cast.privacy_officer, cast.outsider):
        assert signed_in(user).get(path).status_code == 404
    assert TITLE not in signed_in(cast.north_leader).get("/engage/risks/").content.decode()
    assert signed_in(cast.analyst).post(path, {"doing": "move", "state": "closed", "why": "x"}).status_code == 403
    with pytest.raises(PermissionDenied):
        move_risk(risk_id=south.pk, state="closed", why="x", owner=None, actor=cast.top_leader, now=timezone.now())


def test_it_is_thanked_for_and_moved_with_a_reason(cast: Cast) -> None:
    found = reported(cast.employee)
    client, path = signed_in(cast.experience_lead), f"/engage/risks/{found.pk}/"
    assert client.post(path, {"doing": "thanks", "thanks": "So early."}).status_code == 302
    assert client.post(path, {"doing": "move", "state": "watching", "why": "", "owner": ""}).status_code == 422
    for _time in range(2):
        values = {"doing": "move", "state": "watching", "why": "A second warehouse is sought.", "owner": "north"}
        assert client.post(path, values).status_code == 302
    assert RiskStep.objects.count() == 1
    assert "So early." in signed_in(cast.employee).get(path).content.decode()
    person = cast.employee.person
    assert person is not None
    erase_everywhere(person=str(person.pk), actor="test", now=timezone.now())
    assert Risk.objects.get().reporter is None


def test_half_are_reported_within_days_is_said_from_five_on(cast: Cast) -> None:
    for back in (0, 1, 2, 3):
        reported(cast.employee, back=back)
    assert "Half of all risks" not in signed_in(cast.experience_lead).get("/engage/risks/").content.decode()
    reported(cast.employee, back=90)
    assert "within 2 days" in signed_in(cast.experience_lead).get("/engage/risks/").content.decode()


def test_a_score_warns_with_how_sure_and_a_withheld_one_says_nothing(cast: Cast) -> None:
    found = reported(cast.employee)
    measure = RiskMeasure.objects.create(
        risk=found, study="s", score="x", label="Calm", side="below", threshold=60.0, added_at=timezone.now(),
        added_by=cast.experience_lead,
    )  # fmt: skip
    shown = Evidence(
        study="s", wave="w1", unit="north-d", score="x", study_title="S", wave_title="W1", unit_name="North",
        label="Calm", lens="", measure="", scale_unit="points", floor=0.0, ceiling=100.0, higher_is_better=True,
        decimals=0, n=40, value=50.0, low=45.0, high=55.0, standing="", sureness="", smallest=None,
        sentence="Calm is 50.", language="en", released_at="", inputs_hash="h",
    )  # fmt: skip
    check_measure(measure=measure, evidence=shown, now=timezone.now())
    lead = signed_in(cast.experience_lead).get(f"/engage/risks/{found.pk}/").content.decode()
    assert "it warns, 99% sure" in lead
    assert "Calm is 50." not in signed_in(cast.employee).get(f"/engage/risks/{found.pk}/").content.decode()
    assert "a score warns clearly" not in signed_in(cast.employee).get("/engage/risks/").content.decode()


@pytest.mark.usefixtures("own_folders")
def test_released_scores_warn_after_each_release_and_stand_behind_a_challenge(cast: Cast) -> None:
    wave = release_work_study(cast)
    found = reported(cast.analyst, key="all")
    lead = signed_in(cast.experience_lead)
    path = f"/engage/risks/{found.pk}/"
    number = Finding(wave.study.key, wave.key, "all", SCORE)
    shown = evidence_of(viewer=viewer_of(cast.experience_lead, today=timezone.localdate()), finding=number)
    assert shown is not None
    top_of_scale = shown.ceiling
    values = {"doing": "measure", "score": f"{wave.study.key}|{wave.key}|{SCORE}", "side": "below"}
    assert lead.post(path, {**values, "threshold": "1000"}).status_code == 422
    assert lead.post(path, {**values, "threshold": str(top_of_scale)}).status_code == 302
    measure = RiskMeasure.objects.get()
    assert measure.chance is not None
    assert measure.chance > 0.99
    RiskMeasure.objects.update(chance=None)
    assert warn_of_risks(wave)
    assert RiskMeasure.objects.get().chance == measure.chance
    assert "it warns, 99% sure" in lead.get(path).content.decode()

    actor, now, challenge = cast.top_leader, timezone.now(), uuid4()
    keep_challenge(challenge_id=challenge, words={"asked": "x", "asked_by": "y"}, actor=actor, now=now)
    top, own = signed_in(actor), f"/engage/challenges/{challenge}/"
    seen = top.get(own, {"unit": "all"}).content.decode()
    assert f"{wave.study.key}|{wave.key}|all|{SCORE}" in seen
    added = {"doing": "evidence", "score": f"{wave.study.key}|{wave.key}|all|{SCORE}"}
    for _time in range(2):
        assert top.post(own, added).status_code == 302
    kept = Challenge.objects.get().evidence
    assert len(kept) == 1
    assert kept[0]["sentence"] in unescape(top.get(f"{own}letter/").content.decode())
    top.post(own, {"doing": "drop:0"})
    assert Challenge.objects.get().evidence == []
