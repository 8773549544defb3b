"""Journeys: the list, the map, the editor and what contacts weigh; who may see and change them."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.test import Client
from tests.core.scoring.contact_world import TOUCHPOINTS, repeated
from tests.rooms.conftest import NOW, Cast, signed_in
from tests.rooms.study_cast import OPENS, answer, asked, enlarge, launched

from headwater.rooms.house.models import AuditEntry
from headwater.rooms.learn.journey_contacts import contact_findings, work_out_contacts
from headwater.rooms.learn.journey_keeping import (
    StaleJourneyError,
    change_journey,
    journey_in_force,
    restore_journey,
    set_contact_reading,
)
from headwater.rooms.learn.logic.journey_defaults import DEFAULTS
from headwater.rooms.learn.logic.journeys import JourneyError, with_moment, with_stage, without_stage
from headwater.rooms.learn.models import JourneyVersion
from headwater.rooms.learn.working_out import findings_folder
from headwater.rooms.listen.models import Study, Wave
from headwater.rooms.listen.releasing import book_folder
from headwater.rooms.listen.rows import keep_table
from headwater.rooms.listen.studies import plan_in_force
from headwater.rooms.listen.waves import advance_waves
from headwater.vocab import AnswerTable

pytestmark = pytest.mark.usefixtures("own_folders")


@pytest.fixture
def released(cast: Cast) -> Wave:
    """A released wave of the questions about being led."""
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="code", questionnaires=[("lx_core", None)])
    for invitation in asked(wave):
        answer(wave, invitation, at=OPENS + timedelta(hours=2))
    advance_waves(now=wave.late_until + timedelta(minutes=1))
    wave.refresh_from_db()
    assert wave.state == Wave.State.RELEASED, wave.outcome
    return wave


def customer_waves(cast: Cast, *, customers: int, promise: str = "confidential") -> list[Wave]:
    """Released waves of a customer study, with rows as sealing keeps them."""
    made = launched(
        cast.experience_lead,
        title="After a contact",
        channel="customers",
        promise=promise,
        questionnaires=[("cx_contact", None), ("cx_relationship", None)],
        cuts=[{"key": "touchpoint", "label": "Touchpoint", "attribute": "", "levels": list(TOUCHPOINTS)}],
    )
    waves = []
    for number, period in enumerate(repeated(8, customers=customers), 1):
        wave = made if number == 1 else Wave.objects.create(
            study=made.study, key=f"wave-{number}", title=f"Wave {number}", order=number, opens_at=made.opens_at,
            closes_at=made.closes_at, late_until=made.late_until, launched_at=made.launched_at, public_key=b"x",
            plan={**(made.plan or {}), "wave": f"wave-{number}", "order": number},
        )  # fmt: skip
        Wave.objects.filter(pk=wave.pk).update(state=Wave.State.RELEASED, released_at=NOW + timedelta(days=number))
        wave.refresh_from_db()
        (rows,) = period.batches
        places = rows.column("c_touchpoint")
        table = AnswerTable(
            ("all",),
            np.zeros(rows.num_rows, np.int32),
            {name[2:]: rows.column(name).to_numpy(zero_copy_only=False).astype(np.int8)
             for name in ("i_cx_satisfied", "i_cx_recommend_us")},
            cuts={"touchpoint": (places.indices.to_numpy().astype(np.int16), tuple(places.dictionary.to_pylist()))},
        )  # fmt: skip
        if promise != "anonymous":
            keep_table(plan_in_force(wave), table, respondents=rows.column("respondent").to_pylist())
        waves.append(wave)
    return waves


def test_leaders_and_those_who_see_results_may_look_and_nobody_else(cast: Cast) -> None:
    for path in ("/learn/journeys/", "/learn/journeys/employees/", "/learn/journeys/customers/"):
        assert Client().get(path).status_code == 302
        for user in (cast.outsider, cast.employee, cast.administrator, cast.privacy_officer):
            assert signed_in(user).get(path).status_code == 403, path
        for user in (cast.experience_lead, cast.analyst, cast.top_leader, cast.north_leader):
            assert signed_in(user).get(path).status_code == 200, path
    assert signed_in(cast.analyst).get("/learn/journeys/nothing/").status_code == 404


def test_a_leader_sees_own_units_alone(cast: Cast) -> None:
    north = signed_in(cast.north_leader)
    assert north.get("/learn/journeys/employees/?unit=north-d").status_code == 200
    assert north.get("/learn/journeys/employees/?unit=north1-t").status_code == 200
    assert north.get("/learn/journeys/employees/?unit=south-d").status_code == 403
    assert north.get("/learn/journeys/employees/?unit=all").status_code == 403
    assert north.get("/learn/journeys/employees/?unit=nowhere").status_code == 404


def test_the_map_shows_released_scores_with_range_and_word(cast: Cast, released: Wave) -> None:
    text = signed_in(cast.top_leader).get("/learn/journeys/employees/").content.decode()
    for stage in ("Attract", "Join", "Day to day", "Grow", "Hard times", "Leave"):
        assert f"<h2>{stage}</h2>" in text
    assert text.count("Leadership moment") >= 9
    assert "7 of 17 moments measured" in text
    assert text.count('class="felt-word') == 7
    assert ", and 0 are strong" not in text
    assert "Not measured yet" not in text
    assert "Nothing released here yet" in text
    assert f"/learn/waves/{released.pk}/0/" in text
    assert "style=" not in text.replace('rel="stylesheet"', "")


def test_only_an_experience_lead_changes_a_journey(cast: Cast) -> None:
    paths = [
        "employees/edit/",
        "employees/edit/stage/join/",
        "employees/edit/moment/",
        "employees/edit/moment/first-day/",
    ]
    for path in paths:
        assert Client().get(f"/learn/journeys/{path}").status_code == 302
        for user in (cast.outsider, cast.employee, cast.analyst, cast.top_leader, cast.administrator):
            assert signed_in(user).get(f"/learn/journeys/{path}").status_code == 403, path
            assert signed_in(user).post(f"/learn/journeys/{path}", {"basis": 0}).status_code == 403, path
        assert signed_in(cast.experience_lead).get(f"/learn/journeys/{path}").status_code == 200, path
    assert JourneyVersion.objects.count() == 0


def test_every_change_is_a_version_in_the_trail_and_can_be_taken_back(cast: Cast) -> None:
    lead = signed_in(cast.experience_lead)
    edit = "/learn/journeys/employees/edit/"
    assert lead.post(edit, {"basis": 0, "what": "stage", "title_en": "Return"}).status_code == 302
    journey, number = journey_in_force("employees")
    assert number == 1
    assert journey.stages[-1].title == {"en": "Return"}
    assert lead.post(edit, {"basis": 1, "what": "move-stage", "part": "return", "by": "earlier"}).status_code == 302
    assert journey_in_force("employees")[0].stages[-2].key == "return"
    moment = {"basis": 2, "stage": "return", "title_es": "Volver", "is_leadership": "on", "units": ["north-d"]}
    assert lead.post(f"{edit}moment/", moment).status_code == 302
    made = journey_in_force("employees")[0].moment("volver")
    assert made.is_leadership
    assert made.units == ("north-d",)
    assert "Served by 1 unit" in lead.get("/learn/journeys/employees/").content.decode()
    assert lead.post(edit, {"basis": 3, "what": "remove-moment", "part": "volver"}).status_code == 302
    assert lead.post(edit, {"basis": 4, "what": "remove-stage", "part": "return"}).status_code == 302
    assert lead.post(edit, {"basis": 5, "what": "restore", "part": "3"}).status_code == 302
    assert journey_in_force("employees")[0].moment("volver") == made
    assert lead.post(edit, {"basis": 6, "what": "restore", "part": "0"}).status_code == 302
    assert journey_in_force("employees") == (DEFAULTS["employees"], 7)
    assert AuditEntry.objects.filter(action="journey.changed").count() == 7


def test_a_stale_or_broken_change_keeps_nothing(cast: Cast) -> None:
    lead = signed_in(cast.experience_lead)
    edit = "/learn/journeys/employees/edit/"
    lead.post(edit, {"basis": 0, "what": "stage", "title_en": "Return"})
    stale = lead.post(edit, {"basis": 0, "what": "remove-stage", "part": "join"}, follow=True)
    assert "changed since you opened this page" in stale.content.decode()
    assert lead.post(edit, {"basis": 1, "what": "stage"}).status_code == 400
    assert lead.post(edit, {"basis": 1, "what": "remove-stage", "part": "nothing"}).status_code == 404
    assert lead.post(f"{edit}moment/", {"basis": 1, "stage": "join"}).status_code == 400
    assert JourneyVersion.objects.count() == 1
    with pytest.raises(StaleJourneyError):
        restore_journey(key="employees", basis=0, number=0, actor=cast.experience_lead, now=NOW)
    single = DEFAULTS["customers"]
    for stage in single.stages[1:]:
        single = without_stage(single, stage.key)
    with pytest.raises(JourneyError):
        without_stage(single, single.stages[0].key)
    with pytest.raises(JourneyError):
        change_journey(
            key="customers", basis=0, change=lambda one: with_stage(one, {"en": " "}), what="x",
            actor=cast.experience_lead, now=NOW,
        )  # fmt: skip
    with pytest.raises(KeyError):
        with_moment(DEFAULTS["customers"], "nowhere", next(DEFAULTS["customers"].moments())[1])


def test_contacts_are_worked_out_of_confidential_rows_and_shown(cast: Cast) -> None:
    waves = customer_waves(cast, customers=900)
    assert work_out_contacts(waves[-1])
    found = contact_findings(waves[-1])
    assert {one.relation for one in found} == {"cx_recommend", "cx_csat", "cx_trust"}
    best = next(one for one in found if one.relation == "cx_recommend")
    assert best.repeats is not None
    assert best.repeats.growth_is_real
    assert best.weights is not None
    page = f"/learn/journeys/contacts/{waves[-1].pk}/"
    for user in (cast.outsider, cast.employee, cast.administrator):
        assert signed_in(user).get(page).status_code == 403
    text = signed_in(cast.analyst).get(page).content.decode()
    assert "Bad contacts add up, and the third counts more than the first" in text
    assert "What each contact weighs" in text
    assert "How was this made" in text
    assert best.inputs_hash in text
    assert "“Would recommend us, 0 to 10” ~ 1[bad" in text
    assert "cx_recommend" not in text
    for form, start in (("csv", b""), ("xlsx", b"PK"), ("pptx", b"PK")):
        file = signed_in(cast.analyst).get(f"{page}?form={form}")
        assert file.status_code == 200
        assert file.content.startswith(start)
        assert len(file.content) > 200
    assert signed_in(cast.analyst).get(f"{page}?form=exe").status_code == 404
    assert signed_in(cast.analyst).get(f"{page}?read=9").status_code == 404
    assert "See what contacts weigh" in signed_in(cast.analyst).get("/learn/journeys/").content.decode()
    for who in ("f" * 32, "0" * 30):
        assert who not in text


def test_what_was_found_of_a_wave_stays_when_rows_are_erased(cast: Cast) -> None:
    """Else whoever compares the two would see what one customer said."""
    from headwater.rooms.listen.rows import forget_respondent

    waves = customer_waves(cast, customers=700)
    assert work_out_contacts(waves[-1])
    before = contact_findings(waves[-1])
    for wave in waves:
        forget_respondent(wave.study.key, wave.key, f"{3:032x}")
    assert work_out_contacts(waves[-1])
    assert contact_findings(waves[-1]) == before


def test_a_study_is_read_as_somebody_decided(cast: Cast) -> None:
    waves = customer_waves(cast, customers=700)
    set_contact_reading(
        study=waves[0].study, touchpoint="", rating="cx_satisfaction", relation="cx_recommend", bad_to=1, good_from=3,
        actor=cast.experience_lead, now=NOW,
    )  # fmt: skip
    assert work_out_contacts(waves[-1])
    (found,) = contact_findings(waves[-1])
    assert (found.bad_to, found.good_from, found.weights) == (1, 3, None)
    assert AuditEntry.objects.filter(action="contacts.read_as").count() == 1


def test_anonymous_studies_and_small_ones_say_nothing(cast: Cast) -> None:
    waves = customer_waves(cast, customers=60)
    assert not work_out_contacts(waves[-1])
    assert not findings_folder(waves[-1], "journeys").exists()
    assert signed_in(cast.analyst).get(f"/learn/journeys/contacts/{waves[-1].pk}/").status_code == 404
    Study.objects.filter(pk=waves[0].study_id).update(promise="anonymous")
    wave = Wave.objects.get(pk=waves[-1].pk)
    assert not work_out_contacts(wave)
    assert not book_folder(wave).exists()
