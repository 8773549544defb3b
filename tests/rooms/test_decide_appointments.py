"""Appointments: alone first, then together; what nobody sees before; conflicts, reasons, forgetting."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.rooms.conftest import NOW, TODAY, Cast, signed_in

from headwater.rooms.decide.appointments import deciding, forgetting, preparing, scoring
from headwater.rooms.decide.appointments.access import AppointmentRefusedError
from headwater.rooms.decide.appointments.needs import needs_of
from headwater.rooms.decide.models import (
    Appointment,
    AppointmentAssessor,
    Candidate,
    CandidateConsensus,
    CandidateScore,
)
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.people.models import Person, User
from headwater.rooms.people.retention import KEPT
from headwater.rooms.people.viewers import viewer_of

NEEDS = {"analysis": (3, 2), "influence": (2, 1), "shoes": (3, 3)}
WHY = "It was said and shown in the talk."
SECRET = "only-alone-4711"
LATER = NOW + timedelta(days=2)


def begun(cast: Cast, *, opened: bool = True) -> Appointment:
    """An appointment with an inside and an outside candidate and three assessors."""
    lead = cast.experience_lead
    made = preparing.begin_appointment(
        title="Journey lead", purpose="Keep journeys true.", responsibilities="Two journeys.", unit=None,
        due_date=TODAY + timedelta(days=9), needs=NEEDS, actor=lead, now=NOW,
    )  # fmt: skip
    inside = Person.objects.get(key="north1b")
    for person, name in ((inside, ""), (None, "Robin Outside")):
        preparing.add_candidate(
            appointment_id=made.pk, person=person, name=name, email="", source="applied", consent_date=TODAY, notes="",
            actor=lead, now=NOW,
        )  # fmt: skip
    for user in assessors(cast):
        preparing.name_assessor(appointment_id=made.pk, user=user, actor=lead, now=NOW)
    if opened:
        preparing.open_scoring(appointment_id=made.pk, actor=lead, now=NOW)
    return Appointment.objects.get(pk=made.pk)


def assessors(cast: Cast) -> tuple[User, ...]:
    """The leader of the inside candidate, the analyst, and somebody without any role."""
    return cast.north_leader, cast.analyst, cast.outsider


def score(found: Appointment, user: User, level: int, *, reason: str = WHY, submit: bool = True) -> None:
    """Give every candidate the same level, and hand it in."""
    for candidate in Candidate.objects.filter(appointment=found):
        scoring.save_scores(
            appointment_id=found.pk, candidate_id=candidate.pk,
            scores=dict.fromkeys(NEEDS, (level, reason)), actor=user, now=LATER,
        )  # fmt: skip
    if submit:
        scoring.hand_in(appointment_id=found.pk, actor=user, now=LATER)


def all_in(cast: Cast) -> Appointment:
    """An appointment whose scores are in: levels 1, 3 and 3."""
    found = begun(cast)
    for user, level in zip(assessors(cast), (1, 3, 3), strict=True):
        score(found, user, level)
    return Appointment.objects.get(pk=found.pk)


def agreed(cast: Cast) -> Appointment:
    """An appointment whose levels are agreed on."""
    found = all_in(cast)
    levels = {
        (candidate.pk, key): (3, "Two of us saw more.")
        for candidate in Candidate.objects.filter(appointment=found)
        for key in NEEDS
    }
    assert deciding.agree_levels(appointment_id=found.pk, levels=levels, actor=cast.analyst, now=LATER) == []
    return Appointment.objects.get(pk=found.pk)


def get(user: User, path: str) -> Any:
    """A page as somebody sees it."""
    return signed_in(user).get(f"/decide/appointments/{path}")


def test_outsiders_are_refused_everywhere(cast: Cast) -> None:
    found = begun(cast)
    candidate = Candidate.objects.filter(appointment=found).first()
    assert candidate is not None
    pages = [f"{found.pk}/{rest}" for rest in ("", "profile/", "candidates/", "assessors/", "meeting/", "decision/")]
    pages.append(f"{found.pk}/candidates/{candidate.pk}/")
    for user in (cast.administrator, cast.privacy_officer, cast.top_leader, cast.employee):
        for page in pages:
            assert get(user, page).status_code == 403, (user.email, page)
        assert get(user, "").status_code == 403
        assert get(user, "new/").status_code == 403
        for post in ("change/", "hand-in/", "conflict/", "stop/"):
            assert signed_in(user).post(f"/decide/appointments/{found.pk}/{post}", {"what": "open"}).status_code == 403
    assert get(cast.experience_lead, f"{uuid4()}/").status_code == 404


def test_a_candidate_never_sees_their_appointment_not_even_as_the_lead(cast: Cast) -> None:
    found = begun(cast)
    lead = cast.experience_lead
    lead.person = Person.objects.get(key="north1b")
    lead.save()
    assert get(lead, f"{found.pk}/").status_code == 403
    assert found.title not in get(lead, "").content.decode()
    draft = begun_by(cast)
    with pytest.raises(AppointmentRefusedError, match="stand for"):
        preparing.add_candidate(
            appointment_id=draft.pk, person=lead.person, name="", email="", source="applied", consent_date=TODAY,
            notes="", actor=lead, now=NOW,
        )  # fmt: skip


def begun_by(cast: Cast) -> Appointment:
    """A draft without anybody."""
    return preparing.begin_appointment(
        title="Another", purpose="-", responsibilities="-", unit=None, due_date=TODAY, needs=NEEDS,
        actor=cast.experience_lead, now=NOW,
    )  # fmt: skip


def test_nobody_sees_scores_before_all_are_in(cast: Cast) -> None:
    found = begun(cast)
    first, second, third = assessors(cast)
    score(found, first, 1, reason=f"{SECRET} first seen")
    score(found, second, 3, reason=f"{SECRET} second seen")
    candidate = Candidate.objects.filter(appointment=found).first()
    assert candidate is not None
    for user in (cast.experience_lead, third):
        for page in (f"{found.pk}/", f"{found.pk}/candidates/{candidate.pk}/"):
            answer = get(user, page)
            assert SECRET not in answer.content.decode()
        for page in ("meeting/", "decision/"):
            assert get(user, f"{found.pk}/{page}").status_code == 403
    own = get(first, f"{found.pk}/candidates/{candidate.pk}/").content.decode()
    assert f"{SECRET} first" in own
    assert f"{SECRET} second" not in own
    assert get(cast.experience_lead, f"{found.pk}/candidates/{candidate.pk}/").status_code == 403
    score(found, third, 3)
    words = get(first, f"{found.pk}/meeting/").content.decode()
    assert f"{SECRET} second" in words
    assert get(cast.experience_lead, f"{found.pk}/meeting/").status_code == 200


def test_scores_need_reasons_and_stay_once_handed_in(cast: Cast) -> None:
    found = begun(cast)
    user = cast.analyst
    candidate = Candidate.objects.filter(appointment=found).first()
    assert candidate is not None
    with pytest.raises(AppointmentRefusedError, match="reason"):
        scoring.save_scores(
            appointment_id=found.pk, candidate_id=candidate.pk, scores={"analysis": (2, "ok")}, actor=user, now=NOW
        )
    with pytest.raises(AppointmentRefusedError, match="not asked"):
        scoring.save_scores(
            appointment_id=found.pk, candidate_id=candidate.pk, scores={"passion": (2, WHY)}, actor=user, now=NOW
        )
    with pytest.raises(AppointmentRefusedError, match="6 scores are missing"):
        scoring.hand_in(appointment_id=found.pk, actor=user, now=NOW)
    score(found, user, 2)
    scoring.hand_in(appointment_id=found.pk, actor=user, now=LATER)
    with pytest.raises(AppointmentRefusedError, match="handed in"):
        score(found, user, 3)
    assert set(CandidateScore.objects.values_list("score", flat=True)) == {2}


def test_a_tie_between_assessor_and_candidate_is_shown(cast: Cast) -> None:
    found = begun(cast)
    inside = Candidate.objects.get(appointment=found, letter="A")
    ties = {one.user_id: one.conflicts for one in AppointmentAssessor.objects.filter(appointment=found)}
    assert ties[cast.north_leader.pk] == {str(inside.pk): "leads"}
    assert ties[cast.analyst.pk] == {}
    assert "leads Per north1b" in get(cast.analyst, f"{found.pk}/").content.decode()
    assert preparing.leads(Person.objects.get(key="north1"), inside.person)  # type: ignore[arg-type]
    assert not preparing.leads(Person.objects.get(key="south"), inside.person)  # type: ignore[arg-type]
    leader = Person.objects.get(key="north")
    assert leader.unit is not None
    assert not preparing.leads(leader, leader), "a leader belongs to the unit above"


def test_differences_of_two_levels_owe_a_reason(cast: Cast) -> None:
    found = all_in(cast)
    assert found.state == Appointment.State.TOGETHER
    assert found.agreement["rows"] == 6
    assert found.agreement["exact"] == pytest.approx(1 / 3)
    candidate = Candidate.objects.get(appointment=found, letter="A")
    owed = (candidate.pk, "analysis")
    kept = deciding.agree_levels(appointment_id=found.pk, levels={owed: (3, " ")}, actor=cast.analyst, now=LATER)
    assert kept == [owed]
    assert not CandidateConsensus.objects.exists()
    answer = signed_in(cast.analyst).post(
        f"/decide/appointments/{found.pk}/meeting/", {"level_A-analysis": "3", "reason_A-analysis": ""}
    )
    assert answer.status_code == 422
    assert "say why you agree" in answer.content.decode()
    with pytest.raises(AppointmentRefusedError, match="agreed on every level"):
        deciding.decide(
            appointment_id=found.pk, chosen_id=candidate.pk, reasons="x" * 50, actor=cast.experience_lead, now=LATER
        )


def test_it_is_decided_with_reasons_and_the_declined_are_told(cast: Cast) -> None:
    found = agreed(cast)
    chosen, declined = Candidate.objects.filter(appointment=found).order_by("letter")
    path = f"/decide/appointments/{found.pk}/decision/"
    assert "Meets 3 of 3 needs." in get(cast.outsider, f"{found.pk}/decision/").content.decode()
    form = {"chosen": str(chosen.pk), "reasons": "Shows what the role needs most, and has won leaders before."}
    assert signed_in(cast.outsider).post(path, form).status_code == 403, "assessors do not decide"
    assert signed_in(cast.experience_lead).post(path, {**form, "reasons": "good"}).status_code == 422
    for _again in range(2):
        deciding.decide(
            appointment_id=found.pk, chosen_id=chosen.pk, reasons=form["reasons"], actor=cast.experience_lead, now=LATER
        )
    with pytest.raises(AppointmentRefusedError, match="decided already"):
        deciding.decide(
            appointment_id=found.pk, chosen_id=None, reasons=form["reasons"], actor=cast.experience_lead, now=LATER
        )
    assert AuditEntry.objects.filter(action="appointment.decided").count() == 1
    lead = signed_in(cast.experience_lead)
    told = f"/decide/appointments/{found.pk}/candidates/{declined.pk}/feedback/"
    assert lead.post(told, {"words": "Thank you. We looked for more time at the front line."}).status_code == 302
    assert "more time at the front line" in lead.get(path).content.decode()
    assert signed_in(cast.outsider).get(told).status_code == 403
    declined.refresh_from_db()
    assert declined.outcome == Candidate.Outcome.DECLINED


def test_preparing_by_pages_and_what_is_refused(cast: Cast) -> None:
    lead = signed_in(cast.experience_lead)
    profile = {"title": "Journey lead", "purpose": "p", "responsibilities": "r", "due_date": "2026-04-01", "unit": ""}
    needs = {f"level_{key}": "3" for key in NEEDS} | {f"weight_{key}": "2" for key in NEEDS}
    assert "at least three" in lead.post("/decide/appointments/new/", profile).content.decode()
    answer = lead.post("/decide/appointments/new/", {**profile, **needs})
    assert answer.status_code == 302
    found = Appointment.objects.get()
    one = f"/decide/appointments/{found.pk}/"
    words = lead.get(one).content.decode()
    assert "Add a candidate." in words
    assert "Name at least two assessors." in words
    assert lead.post(f"{one}change/", {"what": "open"}).status_code == 302
    found.refresh_from_db()
    assert found.state == Appointment.State.DRAFT
    candidate = {
        "person": "",
        "name": "Robin",
        "source": "asked",
        "consent_date": "2026-03-01",
        "notes": "Has two kids",
    }
    assert lead.post(f"{one}candidates/", candidate).status_code == 302
    assert lead.post(f"{one}candidates/", candidate).status_code == 302
    assert Candidate.objects.count() == 1, "the same again is the same"
    assert "“kids”" in lead.get(one).content.decode()
    ahead = {**candidate, "name": "Kim", "consent_date": "2999-01-01"}
    assert lead.post(f"{one}candidates/", ahead).status_code == 422
    assert lead.post(f"{one}candidates/", {**candidate, "name": ""}).status_code == 422
    assert lead.post(f"{one}assessors/", {"user": "nobody@example.org"}).status_code == 422
    assert lead.post(f"{one}assessors/", {"user": "Per north1c"}).status_code == 422, "no account"
    for who in ("analyst@example.org", "Lea North"):
        assert lead.post(f"{one}assessors/", {"user": who}).status_code == 302
    assert get(cast.analyst, f"{found.pk}/").status_code == 403, "nothing to see before it is opened"
    assert lead.post(f"{one}change/", {"what": "open"}).status_code == 302
    found.refresh_from_db()
    assert found.state == Appointment.State.SCORING
    assert get(cast.analyst, f"{found.pk}/").status_code == 200
    assert lead.post(f"{one}candidates/", {**candidate, "name": "Kim"}).status_code == 422, "all are scored alike"
    assert lead.post(f"{one}profile/", {**profile, **needs}).status_code == 422


def test_scoring_by_page_and_needs(cast: Cast, rf: Any) -> None:
    found = begun(cast)

    def needs(user: User) -> list[tuple[str, int]]:
        request = rf.get("/")
        request.user, request.viewer = user, viewer_of(user, today=TODAY)
        return [(str(one.title), one.minutes) for one in needs_of(request, NOW)]

    assert needs(cast.outsider) == [("2 candidates wait for your scores", 20)]
    client = signed_in(cast.outsider)
    for candidate in Candidate.objects.filter(appointment=found):
        form = {f"score_{key}": "2" for key in NEEDS} | {f"reason_{key}": WHY for key in NEEDS}
        path = f"/decide/appointments/{found.pk}/candidates/{candidate.pk}/"
        assert client.post(path, {**form, "reason_analysis": ""}).status_code == 422
        assert client.post(path, form).status_code == 302
    assert client.post(f"/decide/appointments/{found.pk}/hand-in/").status_code == 302
    assert needs(cast.outsider) == []
    assert needs(cast.experience_lead) == []
    score(found, cast.analyst, 3)
    score(found, cast.north_leader, 3)
    assert needs(cast.experience_lead) == [("All scores are in: Journey lead", 30)]


def test_an_assessor_who_goes_leaves_nothing_and_two_stay(cast: Cast) -> None:
    found = begun(cast)
    first, second, third = assessors(cast)
    score(found, first, 1)
    score(found, third, 2, submit=False)
    with pytest.raises(AppointmentRefusedError, match="They stay"):
        scoring.excuse_assessor(appointment_id=found.pk, user_id=first.pk, actor=cast.experience_lead, now=LATER)
    for _again in range(2):
        scoring.excuse_assessor(appointment_id=found.pk, user_id=third.pk, actor=cast.experience_lead, now=LATER)
    assert not CandidateScore.objects.filter(assessor__user=third).exists()
    assert get(third, f"{found.pk}/").status_code == 403
    with pytest.raises(AppointmentRefusedError, match="Two assessors"):
        scoring.excuse_assessor(appointment_id=found.pk, user_id=second.pk, actor=cast.experience_lead, now=LATER)
    score(found, second, 2)
    found.refresh_from_db()
    assert found.state == Appointment.State.TOGETHER


def test_stopping_deletes_what_was_not_open(cast: Cast) -> None:
    found = begun(cast)
    score(found, cast.analyst, 2)
    for _again in range(2):
        deciding.stop_appointment(appointment_id=found.pk, actor=cast.experience_lead, now=LATER)
    assert not CandidateScore.objects.exists()
    assert get(cast.analyst, f"{found.pk}/").status_code == 200


def test_retention_forgets_candidates_and_counts_stay(cast: Cast) -> None:
    found = agreed(cast)
    chosen = Candidate.objects.get(appointment=found, letter="A")
    reasons = "Shows what the role needs most, and has won leaders before."
    deciding.decide(
        appointment_id=found.pk, chosen_id=chosen.pk, reasons=reasons, actor=cast.experience_lead, now=LATER
    )
    kept = KEPT["candidates"]
    assert kept.apply(LATER - timedelta(days=1), LATER) == 0
    after = LATER + timedelta(days=200)
    assert kept.apply(after - timedelta(days=180), after) == 2
    assert kept.apply(after - timedelta(days=180), after) == 0
    assert not CandidateScore.objects.exists()
    assert not CandidateConsensus.objects.exists()
    found.refresh_from_db()
    assert (found.reasons, found.counts) == ("", {"candidates": 2, "erased": 2, "assessors": 3})
    assert found.agreement["rows"] == 6
    page = get(cast.experience_lead, f"{found.pk}/").content.decode()
    assert "Robin" not in page
    assert "Candidate A" in page


def test_an_abandoned_appointment_is_forgotten_too(cast: Cast) -> None:
    begun(cast)
    assert KEPT["candidates"].apply(NOW + timedelta(days=1), NOW + timedelta(days=181)) == 2
    assert Appointment.objects.get().state == Appointment.State.STOPPED


def test_a_person_is_exported_and_erased_as_a_candidate_and_as_an_assessor(cast: Cast) -> None:
    found = begun(cast)
    inside = Person.objects.get(key="north1b")
    score(found, cast.north_leader, 1, reason="Was late twice.")
    early = [json.loads(one.content) for one in forgetting.export_candidates(person=str(inside.pk), now=NOW)]
    assert early[0]["candidate"][0]["name"] == inside.name
    assert "scores" not in early[0]["candidate"][0], "nobody reads them before all are in"
    score(found, cast.analyst, 2)
    score(found, cast.outsider, 2)
    [late] = [json.loads(one.content) for one in forgetting.export_candidates(person=str(inside.pk), now=NOW)]
    assert len(late["candidate"][0]["scores"]) == 9
    assert "north" not in json.dumps(late["candidate"][0]["scores"]).lower(), "who gave them is not said"
    leader = Person.objects.get(key="north")
    words = [one.count for one in forgetting.erase_candidates(person=str(leader.pk), actor="test", now=NOW)]
    assert words == [0, 6]
    counts = [one.count for one in forgetting.erase_candidates(person=str(inside.pk), actor="test", now=NOW)]
    assert counts[0] == 10
    again = [one.count for one in forgetting.erase_candidates(person=str(inside.pk), actor="test", now=NOW)]
    assert again == [0, 0]
    gone = Candidate.objects.get(appointment=found, letter="A")
    assert (gone.person, gone.name, gone.outcome) == (None, "", Candidate.Outcome.WITHDREW)
    assert AppointmentAssessor.objects.get(user=cast.north_leader).conflicts == {}


def test_the_lead_erases_an_outsider(cast: Cast) -> None:
    found = begun(cast)
    outside = Candidate.objects.get(appointment=found, letter="B")
    path = f"/decide/appointments/{found.pk}/change/"
    assert signed_in(cast.analyst).post(path, {"what": "forget", "about": str(outside.pk)}).status_code == 403
    assert signed_in(cast.experience_lead).post(path, {"what": "forget", "about": str(outside.pk)}).status_code == 302
    assert "Robin" not in get(cast.experience_lead, f"{found.pk}/").content.decode()
    assert signed_in(cast.experience_lead).post(path, {"what": "nothing", "about": str(outside.pk)}).status_code == 404
