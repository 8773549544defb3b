"""Starting alone: a leader asks their own people about one moment, and nobody else sees what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.rooms.conftest import Cast, signed_in, unit
from tests.rooms.study_cast import answer, asked, enlarge
from tests.rooms.test_learn_pages import leader_of

from headwater.rooms.house.models import AuditEntry, Job
from headwater.rooms.learn.books import released_waves
from headwater.rooms.learn.logic.journey_defaults import DEFAULTS
from headwater.rooms.learn.logic.start_rules import SUGGESTED, least_raters
from headwater.rooms.learn.models import AloneRound, AloneStudy
from headwater.rooms.learn.start_services import StartRefusedError, ask_again, rate_and_launch, start_alone
from headwater.rooms.learn.start_slots import erase_alone, export_alone
from headwater.rooms.learn.working_out import work_out_findings
from headwater.rooms.listen.models import Invitation, Questionnaire, Wave
from headwater.rooms.listen.questionnaires import library_instrument
from headwater.rooms.listen.releasing import has_book, holds_book
from headwater.rooms.listen.waves import advance_waves
from headwater.rooms.people.models import Person, User

pytestmark = pytest.mark.usefixtures("own_folders")

NOW = datetime.fromisoformat("2026-03-03T09:00:00+00:00")
TEAM = "d0t0-t"
BAD_NEWS = ("up_checks_the_facts", "up_owns_mistakes", "up_takes_disagreement")


@pytest.fixture
def leader(cast: Cast) -> User:
    """Who leads a team of twelve."""
    enlarge(cast.administrator)
    return leader_of(TEAM, cast.administrator)


def people(key: str = TEAM) -> list[Person]:
    return list(Person.objects.filter(unit=unit(key), is_active=True).order_by("key"))


def begun(leader: User, *, raters: list[Person] | None = None, now: datetime = NOW) -> AloneStudy:
    assert leader.person is not None
    return start_alone(
        unit=unit(TEAM),
        person=leader.person,
        moment="bad-news",
        title=DEFAULTS["employees"].moment("bad-news").title,
        behaviours=BAD_NEWS,
        raters=[one.pk for one in (people() if raters is None else raters)],
        actor=leader,
        now=now,
    )


def sent(alone: AloneStudy, leader: User, *, own: int = 5, now: datetime = NOW) -> Wave:
    return rate_and_launch(alone=alone, own=dict.fromkeys(BAD_NEWS, own), actor=leader, now=now)


def answered(wave: Wave, *, most: int = 12, codes: tuple[int, ...] = (2, 3, 2, 3)) -> Wave:
    advance_waves(now=wave.opens_at)
    for place, invitation in enumerate(asked(wave)[:most]):
        given: dict[str, Any] = dict.fromkeys(BAD_NEWS, codes[place % len(codes)])
        answer(wave, invitation, at=wave.opens_at + timedelta(hours=3), answers=given)
    advance_waves(now=wave.late_until + timedelta(minutes=1))
    wave.refresh_from_db()
    assert wave.state == Wave.State.RELEASED, wave.outcome
    return wave


def test_the_pages_open_to_who_leads_and_to_nobody_else(cast: Cast, leader: User) -> None:
    choose = f"/learn/start/{unit(TEAM).pk}/bad-news/"
    for path in ("/learn/start/", choose):
        assert Client().get(path).status_code == 302
        for user in (cast.outsider, cast.employee, cast.administrator, cast.experience_lead, cast.analyst):
            assert signed_in(user).get(path).status_code == 403, path
        assert signed_in(leader).get(path).status_code == 200, path
    assert signed_in(cast.top_leader).get(choose).status_code == 403  # it is not the unit they lead themselves
    assert signed_in(leader).get(f"/learn/start/{unit(TEAM).pk}/settled-in/").status_code == 404
    assert "Start alone" in signed_in(leader).get("/learn/journeys/").content.decode()
    assert "Start alone" not in signed_in(cast.analyst).get("/learn/journeys/").content.decode()


def test_a_leader_walks_from_a_moment_to_a_result_and_one_thing_to_try(cast: Cast, leader: User) -> None:
    client = signed_in(leader)
    form = client.get(f"/learn/start/{unit(TEAM).pk}/bad-news/").content.decode()
    assert "This leader thanks people who give good reasons to disagree." in form
    raters = [str(one.pk) for one in people()]
    made = client.post(f"/learn/start/{unit(TEAM).pk}/bad-news/", {"behaviours": BAD_NEWS, "raters": raters})
    assert made.status_code == 302
    alone = AloneStudy.objects.get()
    page = f"/learn/start/{alone.pk}/"
    assert made["Location"] == page
    assert "I thank people who give good reasons to disagree." in client.get(page).content.decode()
    assert Invitation.objects.count() == 0
    half = client.post(page, {BAD_NEWS[0]: "5"}, follow=True)
    assert "Answer every line for yourself first" in half.content.decode()
    assert Invitation.objects.count() == 0
    assert "Your answers are locked" in client.post(page, dict.fromkeys(BAD_NEWS, "5"), follow=True).content.decode()
    wave = Wave.objects.get(study=alone.study)
    assert Invitation.objects.filter(wave=wave).count() == 12
    client.post(page, dict.fromkeys(BAD_NEWS, "1"))
    assert AloneRound.objects.get().own == dict.fromkeys(BAD_NEWS, 5)
    assert "is not shown" in client.get(page).content.decode()
    answered(wave)
    text = client.get(page).content.decode()
    assert "You see yourself doing this more often than your people do, in 3 of 3." in text
    assert "12 people answered" in text
    assert "Only you see it" in text
    kept = client.post(
        f"{page}act/", {"what": "try", "wave": wave.pk, "words": "Thank who disagrees", "from_date": "2026-04-01"}
    )
    assert kept.status_code == 302
    assert "Thank who disagrees" in client.get(page).content.decode()
    assert "Ready to read" in client.get("/learn/start/").content.decode()
    assert not AuditEntry.objects.filter(action="alone.tries").values_list("actor").filter(actor="").exists()


def test_nobody_else_sees_a_result_anywhere(cast: Cast, leader: User) -> None:
    alone = begun(leader)
    wave = answered(sent(alone, leader))
    assert holds_book(wave)
    assert not has_book(wave)
    assert released_waves() == []
    division = leader_of("d0-d", cast.administrator)
    for user in (
        cast.experience_lead,
        cast.analyst,
        cast.top_leader,
        division,
        cast.administrator,
        cast.privacy_officer,
    ):
        client = signed_in(user)
        assert client.get(f"/learn/start/{alone.pk}/").status_code == 403
        assert client.post(f"/learn/start/{alone.pk}/act/", {"what": "share"}).status_code == 403
        assert client.get(f"/learn/waves/{wave.pk}/0/").status_code in (403, 404)
        assert "Bringing bad news" not in client.get("/").content.decode()
    for path in ("/learn/", "/listen/", "/listen/exports/"):
        found = signed_in(cast.experience_lead).get(path)
        assert found.status_code == 404 or "Bringing bad news" not in found.content.decode(), path


def test_sharing_opens_it_to_those_who_lead_above_and_can_be_taken_back(cast: Cast, leader: User) -> None:
    alone = begun(leader)
    wave = answered(sent(alone, leader))
    client, page = signed_in(leader), f"/learn/start/{alone.pk}/"
    client.post(f"{page}act/", {"what": "try", "wave": wave.pk, "words": "My own thing", "from_date": "2026-04-01"})
    client.post(f"{page}act/", {"what": "share"})
    above = signed_in(leader_of("d0-d", cast.administrator))
    text = above.get(page).content.decode()
    assert "You beside your people" in text
    assert "My own thing" not in text
    for user in (leader_of("d1-d", cast.administrator), leader_of("d0t1-t", cast.administrator), cast.experience_lead):
        assert signed_in(user).get(page).status_code == 403
    client.post(f"{page}act/", {"what": "keep"})
    assert above.get(page).status_code == 403
    assert AuditEntry.objects.filter(action="alone.shared").count() == 2


def test_too_few_raters_are_refused_and_strangers_do_not_count(cast: Cast, leader: User) -> None:
    assert [least_raters(5, n) for n in (3, 5, 6, 7, 12)] == [5, 5, 6, 7, 7]
    with pytest.raises(StartRefusedError, match="at least 7"):
        begun(leader, raters=people()[:6])
    with pytest.raises(StartRefusedError, match="at least 7"):
        begun(leader, raters=[*people()[:6], *people("d0t1-t")])
    refused = signed_in(leader).post(
        f"/learn/start/{unit(TEAM).pk}/bad-news/", {"behaviours": BAD_NEWS, "raters": [str(people()[0].pk), "x"]}
    )
    assert refused.status_code == 400
    assert "Ask at least 7 of your own people" in refused.content.decode()
    assert AloneStudy.objects.count() == 0
    Person.objects.filter(pk__in=[one.pk for one in people()[:8]]).update(email="")
    text = signed_in(leader).get(f"/learn/start/{unit(TEAM).pk}/bad-news/").content.decode()
    assert "Too few people can be asked" in text
    assert 'name="raters"' not in text


def test_below_k_nothing_is_shown_not_even_how_many(cast: Cast, leader: User) -> None:
    alone = begun(leader)
    wave = answered(sent(alone, leader), most=4)
    assert not holds_book(wave)
    text = signed_in(leader).get(f"/learn/start/{alone.pk}/").content.decode()
    assert "Too few answered to show anything safely" in text
    assert "4 people" not in text
    assert 'class="chart' not in text


def test_only_the_chosen_are_asked_and_the_answers_are_the_whole_unit_s(cast: Cast, leader: User) -> None:
    chosen = people()[:8]
    wave = sent(begun(leader, raters=chosen), leader)
    invited = Invitation.objects.filter(wave=wave)
    assert {one.person_id for one in invited} == {one.pk for one in chosen}
    assert {one.unit_key for one in invited} == {TEAM}


def test_asking_again_takes_weeks_and_shows_only_change_that_is_real(cast: Cast, leader: User) -> None:
    alone = begun(leader)
    first = answered(sent(alone, leader), codes=(1, 1, 2, 1))
    with pytest.raises(StartRefusedError, match="takes weeks"):
        ask_again(alone=alone, actor=leader, now=first.closes_at + timedelta(days=20))
    later = first.closes_at + timedelta(days=30)
    ask_again(alone=alone, actor=leader, now=later)
    with pytest.raises(StartRefusedError, match="Answer every line"):
        rate_and_launch(alone=alone, own={}, actor=leader, now=later)
    second = answered(sent(alone, leader, own=3, now=later), codes=(4, 5, 4, 5))
    assert second.order == 2
    text = signed_in(leader).get(f"/learn/start/{alone.pk}/").content.decode()
    assert text.count("Clearly higher") == 3
    assert AloneRound.objects.get(wave=first).own == dict.fromkeys(BAD_NEWS, 5)
    third_at = second.closes_at + timedelta(days=30)
    ask_again(alone=alone, actor=leader, now=third_at)
    answered(sent(alone, leader, own=3, now=third_at), codes=(5, 4, 5, 4))
    text = signed_in(leader).get(f"/learn/start/{alone.pk}/").content.decode()
    assert "Clearly" not in text
    assert text.count(">Too close to call</td>") == 3


def test_a_draft_that_was_never_sent_is_put_away_by_the_next(cast: Cast, leader: User) -> None:
    earlier, later = begun(leader), begun(leader)
    earlier.study.refresh_from_db()
    assert earlier.study.is_archived
    assert "Waits for your own answers" in signed_in(leader).get("/learn/start/").content.decode()
    assert not Questionnaire.objects.filter(is_archived=False).exists()
    assert sent(later, leader) == sent(later, leader)


def test_the_leader_is_told_once_and_leaders_elsewhere_are_not(cast: Cast, leader: User) -> None:
    wave = answered(sent(begun(leader), leader))
    for _ in range(2):
        work_out_findings(wave_id=str(wave.pk), now=wave.late_until + timedelta(hours=1))
    told = [job for job in Job.objects.filter(name="send_mail") if "/learn/start/" in job.arguments["text"]]
    assert [job.arguments["to"] for job in told] == [leader.email]
    assert not Job.objects.filter(name="announce_results").exists()


def test_suggested_behaviours_are_in_the_library_and_moments_in_the_journey() -> None:
    known = {item.key for item in library_instrument("upward_360").items}
    assert all(set(keys) <= known and 3 <= len(keys) <= 6 for keys in SUGGESTED.values())
    led = {moment.key for _stage, moment in DEFAULTS["employees"].moments() if moment.is_leadership}
    assert led == set(SUGGESTED)


def test_erasing_takes_the_leader_s_words_and_the_chosen_person_out(cast: Cast, leader: User) -> None:
    alone = begun(leader)
    sent(alone, leader)
    assert leader.person_id is not None
    other = people()[0]
    (file,) = export_alone(person=str(leader.person_id), now=NOW)
    assert b"up_owns_mistakes" in file.content
    assert list(export_alone(person=str(other.pk), now=NOW)) == []
    assert [one.count for one in erase_alone(person=str(other.pk), actor="t", now=NOW)] == [1]
    alone.study.refresh_from_db()
    assert str(other.pk) not in alone.study.population["people"]
    assert [one.count for one in erase_alone(person=str(leader.person_id), actor="t", now=NOW)] == [1]
    assert AloneRound.objects.get().own == {}
    wave = Wave.objects.get(study=alone.study)
    plan = wave.plan or {}
    assert leader.name not in str(plan["texts"]) + plan["study_title"]
    answered(wave)
    assert signed_in(leader).get(f"/learn/start/{alone.pk}/").status_code == 200
