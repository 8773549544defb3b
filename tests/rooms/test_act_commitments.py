"""Commitments: made from a finding, a direction or a Discovery, checked from a page or by mail, helped with, moved with
their people, and closed to outsiders.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone
from tests.rooms.conftest import NOW, Cast, bring_in, organisation_csv, signed_in, unit
from tests.rooms.direction_cast import chosen
from tests.rooms.discovery_cast import locked, opened, path_of, saw_all, talked_wave
from tests.rooms.river_cast import release_work_study
from tests.rooms.test_learn_pages import leader_of

from headwater.rooms.act.commitments.links import CHECK_IN, link_to
from headwater.rooms.act.commitments.mails import remind_owners
from headwater.rooms.act.commitments.moving import move_commitments, orphans
from headwater.rooms.act.commitments.queries import forecast_commitments
from headwater.rooms.act.commitments.services import (
    CommitmentRefusedError,
    check_in,
    drop_commitment,
    make_commitment,
    take_from_discovery,
)
from headwater.rooms.act.models import CheckIn, Commitment, Handover, HelpAsk, Visit
from headwater.rooms.engage.models import Ask
from headwater.rooms.house.models import AuditEntry, Job
from headwater.rooms.house.slots import erase_everywhere, export_everywhere
from headwater.rooms.learn.driver_finding import work_out_drivers
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import Person, User

pytestmark = pytest.mark.usefixtures("own_folders")

SENTENCE = "Every question has an answer on the board within five days"


@pytest.fixture
def released(cast: Cast) -> Wave:
    return release_work_study(cast)


def made(user: User, key: str, **changed: Any) -> Commitment:
    """A commitment of somebody for a unit, begun today."""
    assert user.person is not None
    now = changed.pop("now", timezone.now())
    day = timezone.localdate(now)
    values: dict[str, Any] = {
        "key": uuid4(),
        "owner": user.person,
        "unit": unit(key),
        "sentence": SENTENCE,
        "first_step": "Hang a board",
        "first_step_date": day + timedelta(days=3),
        "due_date": day + timedelta(days=90),
        "actor": user,
        "now": now,
    }
    return make_commitment(**{**values, **changed})


def filled(text: str, **changed: str) -> dict[str, str]:
    """The form of a page, with words and days."""
    today = timezone.localdate()
    key = text.split('name="key" value="')[1].split('"', maxsplit=1)[0]
    given = {
        "key": key,
        "sentence": SENTENCE,
        "owner": "top",
        "first_step": "Hang a board",
        "first_step_date": (today + timedelta(days=3)).isoformat(),
        "due_date": (today + timedelta(days=120)).isoformat(),
        "score": "",
    }
    return {**given, **changed}


def test_from_a_finding_with_a_forecast_that_the_unit_can_show(cast: Cast, released: Wave) -> None:
    assert work_out_drivers(released)
    top = signed_in(cast.top_leader)
    steps = top.get("/learn/drivers/").content.decode()
    assert "Commit to something" in steps
    query = f"?study={released.study.key}&wave={released.key}&unit=all&score=ex_teamwork"
    address = f"/act/commitments/make/{query}"
    assert signed_in(cast.employee).get(address).status_code == 403
    assert signed_in(cast.outsider).get(address).status_code == 403
    page = top.get(address)
    assert page.status_code == 200
    text = page.content.decode()
    assert "style=" not in text
    score = f"{released.study.key}|{released.key}|all|ex_teamwork"
    assert re.search(rf'value="{re.escape(score)}" selected>[^<]*shows changes of [0-9.]+ or more', text)

    small = top.post(address, filled(text, score=score, low="0", likely="0.01", high="0.02"))
    assert small.status_code == 422
    told = small.content.decode()
    assert re.search(r"can only show a change of 0\.\d+ or more", told)
    late = filled(text, first_step_date=(timezone.localdate() + timedelta(days=9)).isoformat())
    assert "within a week" in top.post(address, late).content.decode()
    assert not Commitment.objects.exists()

    given = filled(text, score=score, low="0.1", likely="0.6", high="0.9")
    assert top.post(address, given).status_code == 302
    assert top.post(address, given).status_code == 302
    one = Commitment.objects.get()
    assert (one.forecast_low, one.forecast_likely, one.forecast_high) == (0.1, 0.6, 0.9)
    assert one.evidence is not None
    assert one.evidence["score"] == "ex_teamwork"
    assert AuditEntry.objects.filter(action="commitment.made", subject=str(one.pk)).count() == 1

    (action,) = forecast_commitments()
    assert (action.kind, action.id, action.unit_key, action.likely) == ("commitment", str(one.pk), "all", 0.6)
    shown = top.get(f"/act/commitments/{one.pk}/").content.decode()
    assert "likely +0.60 points, between +0.10 and +0.90" in shown
    again = top.post(f"/act/commitments/{one.pk}/", {"doing": "forecast", "low": "0", "likely": "2", "high": "3"})
    assert "A forecast is made once" in again.content.decode()


def test_from_a_direction_and_of_a_leader_for_own_units_alone(cast: Cast, released: Wave) -> None:
    assert work_out_drivers(released)
    direction = chosen(cast, released)
    top = signed_in(cast.top_leader)
    address = f"/act/commitments/make/?source=direction&id={direction.pk}"
    assert address.replace("&", "&amp;") in top.get("/act/commitments/").content.decode()
    text = top.get(address).content.decode()
    assert direction.title in text
    assert top.post(address, filled(text)).status_code == 302
    one = Commitment.objects.get()
    assert (one.source_kind, one.source_id, one.source_title) == ("direction", str(direction.pk), direction.title)
    assert top.get(f"/act/commitments/make/?source=direction&id={uuid4()}").status_code == 404

    leader = leader_of("d0-d", cast.administrator)
    client = signed_in(leader)
    visit = Visit.objects.create(
        leader=leader.person, unit=unit("d0-d"), day=timezone.localdate(), planned_at=NOW, changed_at=NOW
    )
    address = f"/act/commitments/make/?source=visit&id={visit.pk}"
    shown = client.get(address).content.decode()
    assert "Made from" in shown
    assert "<p>Division 0, " in shown
    assert signed_in(leader_of("d1-d", cast.administrator)).get(address).status_code == 404
    assert client.get("/act/commitments/make/?unit=d0-d").status_code == 200
    assert "Division 1" not in client.get("/act/commitments/make/?unit=d1-d").content.decode().split("<main")[1]
    theirs = made(leader, "d0-d")
    other = signed_in(leader_of("d1-d", cast.administrator))
    assert client.get(f"/act/commitments/{theirs.pk}/").status_code == 200
    assert other.get(f"/act/commitments/{theirs.pk}/").status_code == 403
    assert other.get(f"/act/commitments/{one.pk}/").status_code == 403
    assert top.get(f"/act/commitments/{theirs.pk}/").status_code == 200
    assert top.post(f"/act/commitments/{theirs.pk}/", {"doing": "drop", "reason": "No"}).status_code == 403
    listed = top.get("/act/commitments/").content.decode()
    assert listed.index('id="mine"') < listed.index('id="others"')
    assert "2 open, 0 of them stuck" in listed
    assert signed_in(cast.outsider).get("/act/commitments/").status_code == 403


def test_a_promise_of_a_discovery_is_taken_over_once_by_its_maker(cast: Cast) -> None:
    talked_wave(cast)
    leader = leader_of("d0-d", cast.administrator)
    client, other = signed_in(leader), signed_in(cast.top_leader)
    discovery = opened(cast, leader, where="d0-d")
    saw_all(discovery, locked(discovery, client))
    client.post(path_of(discovery, "reveal/"))
    client.post(path_of(discovery, "conclude/"), {"words": "They hear nothing back."})
    step = (timezone.localdate() + timedelta(days=2)).isoformat()
    client.post(
        path_of(discovery, "commit/"),
        {"sentence": "Thank one crew", "first_step": "Ride along", "first_step_date": step, "tells": "Lea"},
    )
    assert "You promised something in a Discovery" in client.get("/").content.decode()
    page = client.get("/act/commitments/").content.decode()
    found = re.search(r"/act/commitments/discovered/([0-9a-f-]{36})/", page)
    assert found is not None
    assert other.post(found.group(0)).status_code == 404
    assert client.get(found.group(0)).status_code == 405
    for _time in range(2):
        assert client.post(found.group(0)).status_code == 302
    one = Commitment.objects.get()
    assert (one.sentence, one.source_kind, one.unit.key) == ("Thank one crew", "discovery", "d0-d")
    assert one.evidence is not None
    assert not one.has_forecast
    assert found.group(0) not in client.get("/act/commitments/").content.decode()
    with pytest.raises(CommitmentRefusedError):
        take_from_discovery(commitment=UUID(found.group(1)), actor=cast.top_leader, now=timezone.now())
    comments = other.get("/learn/comments/").content.decode()
    theme = re.search(r'/act/commitments/make/\?[^"]*score=theme[^"]*', comments)
    assert theme is not None
    address = theme.group(0).replace("&amp;", "&")
    form = other.get(address).content.decode()
    assert other.post(address, filled(form)).status_code == 302
    assert Commitment.objects.get(source_kind="theme").source_title != ""
    likely = {"doing": "forecast", "low": "0", "likely": "0.9", "high": "1.2"}
    assert client.post(f"/act/commitments/{one.pk}/", likely).status_code == 302
    one.refresh_from_db()
    assert one.forecast_likely == 0.9


def test_a_check_in_by_page_and_by_mail_without_signing_in(cast: Cast) -> None:
    one = made(cast.north_leader, "north-d", now=timezone.now() - timedelta(days=8))
    client = signed_in(cast.north_leader)
    assert remind_owners(now=timezone.now()) == 1
    assert remind_owners(now=timezone.now()) == 0
    letter = Job.objects.get(name="send_mail").arguments
    assert letter["to"] == cast.north_leader.email
    address = re.search(r"https?://[^/]+(/act/commitments/how/\S+)", letter["text"])
    assert address is not None
    phone = Client()
    page = phone.get(address.group(1))
    assert page.status_code == 200
    assert len(page.content) < 20_000
    assert not page.cookies
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert phone.post(address.group(1), {"going": "stuck", "line": ""}).status_code == 422
    for _time in range(2):
        kept = phone.post(address.group(1), {"going": "stuck", "line": "Nobody has the list"})
        assert "Kept. Thank you" in kept.content.decode()
    check = CheckIn.objects.get()
    assert (check.going, check.line, check.by_mail) == ("stuck", "Nobody has the list", True)
    assert "Kept. Thank you" in phone.post(address.group(1), {"going": "done", "line": "x"}).content.decode()
    assert CheckIn.objects.count() == 1
    assert phone.get("/act/commitments/").status_code == 302
    assert phone.get(f"/act/commitments/{one.pk}/").status_code == 302
    assert phone.get(f"{address.group(1)}x").status_code == 404

    forged = signing.dumps([one.pk.hex, one.owner_id.hex, uuid4().hex], salt="another")
    assert phone.get(f"/act/commitments/how/{forged}").status_code == 404
    wrong = signing.dumps([one.pk.hex, uuid4().hex, uuid4().hex], salt=CHECK_IN)
    assert phone.get(f"/act/commitments/how/{wrong}").status_code == 404

    text = client.get(f"/act/commitments/{one.pk}/").content.decode()
    assert "Nobody has the list" in text
    key = text.split('name="key" value="')[1].split('"')[0]
    done = {"doing": "check", "key": key, "going": "done", "line": ""}
    assert client.post(f"/act/commitments/{one.pk}/", done).status_code == 422
    for _time in range(2):
        client.post(f"/act/commitments/{one.pk}/", {**done, "line": "The board hangs"})
    one.refresh_from_db()
    assert (one.state, one.reason) == ("done", "The board hangs")
    assert CheckIn.objects.count() == 2
    late = link_to(one).partition("/act/")[2]
    assert "It is over already" in phone.get(f"/act/{late}").content.decode()


def test_an_old_link_opens_nothing(cast: Cast) -> None:
    from unittest import mock

    one = made(cast.north_leader, "north-d")
    with mock.patch("django.core.signing.time.time", return_value=timezone.now().timestamp() - 15 * 86_400):
        old = link_to(one).partition("/act/")[2]
    assert Client().get(f"/act/{old}").status_code == 404
    assert "opens nothing" in Client().get(f"/act/{old}").content.decode()


def test_help_is_asked_of_a_named_person_and_given(cast: Cast) -> None:
    one = made(cast.north_leader, "north-d")
    owner, helper = signed_in(cast.north_leader), signed_in(cast.employee)
    address = f"/act/commitments/{one.pk}/"
    given = {
        "doing": "help", "key": str(uuid4()), "asked": "north1a", "what": "Tell me what crews say",
        "minutes": "20", "by_date": (timezone.localdate() + timedelta(days=5)).isoformat(), "over_reason": "",
    }  # fmt: skip
    for _time in range(2):
        assert owner.post(address, given).status_code == 302
    ask = HelpAsk.objects.get()
    assert Ask.objects.get(source=f"commitment-help:{ask.pk}").minutes == 20
    assert "asks for your help" in helper.get("/").content.decode()
    assert owner.get(f"/act/commitments/help/{ask.pk}/").status_code == 404
    page = f"/act/commitments/help/{ask.pk}/"
    assert SENTENCE in helper.get(page).content.decode()
    assert helper.get(address).status_code == 200
    assert "You promised" in (helper.post(page, {"answer": "yes"}), helper.get("/"))[1].content.decode()
    helper.post(page, {"answer": "given", "words": "They like it"})
    assert "They like it" in owner.get(address).content.decode()
    assert Ask.objects.get(source=f"commitment-help:{ask.pk}").done_at is not None
    twice = owner.post(address, {**given, "key": str(uuid4()), "asked": "north"})
    assert "Ask somebody else" in twice.content.decode()


def test_one_put_in_anothers_name_waits_to_be_taken_and_can_be_handed_back(cast: Cast) -> None:
    assert cast.north_leader.person is not None
    one = made(cast.top_leader, "north-d", owner=cast.north_leader.person)
    owner = signed_in(cast.north_leader)
    assert "put in your name" in owner.get("/").content.decode()
    assert remind_owners(now=timezone.now() + timedelta(days=9)) == 0
    assert owner.post(f"/act/commitments/{one.pk}/", {"doing": "back"}).status_code == 302
    one.refresh_from_db()
    assert one.owner_id == cast.top_leader.person_id
    assert one.taken_at is not None
    other = made(cast.top_leader, "north-d", owner=cast.north_leader.person)
    for _time in range(2):
        owner.post(f"/act/commitments/{other.pk}/", {"doing": "take"})
    assert AuditEntry.objects.filter(action="commitment.taken").count() == 1
    refused = owner.post(f"/act/commitments/{other.pk}/", {"doing": "drop", "reason": " "})
    assert refused.status_code == 422
    owner.post(f"/act/commitments/{other.pk}/", {"doing": "drop", "reason": "The board was there already"})
    other.refresh_from_db()
    assert (other.state, other.reason) == ("dropped", "The board was there already")


def test_commitments_move_with_their_people_and_nothing_is_orphaned(cast: Cast) -> None:
    mine, over = made(cast.north_leader, "north-d"), made(cast.north_leader, "north-d", sentence="An old one")
    done: dict[str, Any] = {"going": "done", "line": "Done", "by": over.owner_id, "now": timezone.now()}
    check_in(commitment_id=over.pk, key=uuid4(), actor=str(cast.north_leader.pk), **done)
    assert cast.employee.person is not None
    of_crew = made(cast.top_leader, "north1-t", owner=cast.employee.person)
    # The north dissolves into the south: its leader leaves; one of its teams moves below the south.
    lines = (
        organisation_csv(without=("north",))
        .decode()
        .replace("north1,Tom North1,north,north-d,North", "north1,Tom North1,south,south-d,South")
    )
    content = lines.replace("north2,Tom North2,north,north-d,North", "north2,Tom North2,south,south-d,South")
    bring_in(content.encode(), cast.administrator, at=NOW + timedelta(days=1), reason="The north and the south join.")
    assert move_commitments(now=timezone.now()) == 1
    assert move_commitments(now=timezone.now()) == 0
    mine.refresh_from_db()
    heir = Person.objects.get(key="south")
    assert (mine.owner, mine.unit.key, mine.taken_at) == (heir, "south-d", None)
    assert Handover.objects.get().why == "left"
    assert AuditEntry.objects.filter(action="commitment.moved", subject=str(mine.pk), actor="system").count() == 1
    of_crew.refresh_from_db()
    assert of_crew.owner == cast.employee.person
    assert orphans() == []
    listed = signed_in(leader_of("south-d", cast.administrator)).get("/act/commitments/").content.decode()
    assert "An old one" in listed
    top = signed_in(cast.top_leader)
    assert "the owner left" in top.get(f"/act/commitments/{mine.pk}/").content.decode()


def test_two_at_once_keep_one_end_and_a_foreign_key_is_refused(cast: Cast) -> None:
    one, two = made(cast.north_leader, "north-d"), made(cast.north_leader, "north-d")
    values: dict[str, Any] = {
        "going": "done", "by": cast.north_leader.person_id, "actor": str(cast.north_leader.pk), "now": timezone.now(),
    }  # fmt: skip
    key = uuid4()
    check_in(commitment_id=one.pk, key=key, line="Done", **values)
    with pytest.raises(CommitmentRefusedError):
        check_in(commitment_id=one.pk, key=uuid4(), line="Done again", **values)
    with pytest.raises(CommitmentRefusedError):
        check_in(commitment_id=two.pk, key=key, line="Done", **values)
    with pytest.raises(CommitmentRefusedError):
        check_in(commitment_id=two.pk, key=uuid4(), line="x", **{**values, "by": cast.top_leader.person_id})
    assert CheckIn.objects.count() == 1


def words_asked(one: Commitment, owner: User) -> list[tuple[Any, int, str]]:
    """The minutes asked of somebody for a commitment: days after today, how many, and what became of it."""
    asks = Ask.objects.filter(source__startswith=f"commitment:{one.pk}:", person=owner.person).order_by("due_date")
    today = timezone.localdate()
    return [((ask.due_date - today).days, ask.minutes, "done" if ask.done_at else "gone" if ask.cancelled_at else "")
            for ask in asks]  # fmt: skip


def test_each_next_word_is_a_minute_in_its_owners_calendar_until_it_ends_or_moves(cast: Cast) -> None:
    north, top = cast.north_leader, cast.top_leader
    one = made(north, "north-d", due_date=timezone.localdate() + timedelta(days=10))
    assert north.person is not None
    assert words_asked(one, north) == [(3, 1, "")]
    for ago, going, key in ((0, "well", uuid4()), (-5, "stuck", uuid4())):
        said: dict[str, Any] = {"key": key, "going": going, "line": "x", "now": timezone.now() - timedelta(days=ago)}
        for _again in range(2):
            check_in(commitment_id=one.pk, by=north.person_id, actor=str(north.pk), **said)
    assert words_asked(one, north) == [(3, 1, "done"), (7, 1, "done"), (10, 1, "")]
    Person.objects.filter(pk=north.person.pk).update(is_active=False)
    assert move_commitments(now=timezone.now()) == 1
    assert words_asked(one, north)[2] == (10, 1, "gone")
    assert words_asked(one, top) == [(10, 1, "")]
    assert "Say how your commitment goes: " in signed_in(top).get("/engage/asks/").content.decode()
    drop_commitment(commitment_id=one.pk, reason="No money", actor=top, now=timezone.now())
    assert words_asked(one, top) == [(10, 1, "gone")]


def test_erasing_hands_over_and_takes_words_away_and_a_copy_holds_them(cast: Cast) -> None:
    one = made(cast.north_leader, "north-d")
    check_in(
        commitment_id=one.pk, key=uuid4(), going="well", line="My own words", by=one.owner_id,
        actor=str(cast.north_leader.pk), now=timezone.now(),
    )  # fmt: skip
    (copy,) = [
        file
        for file in export_everywhere(person=str(one.owner_id), now=timezone.now())
        if file.name == "commitments/commitments.json"
    ]
    assert b"My own words" in copy.content
    erased = erase_everywhere(person=str(one.owner_id), actor="officer", now=timezone.now())["commitments"]
    assert {str(line.what): line.count for line in erased}["open commitments, handed over"] == 1
    one.refresh_from_db()
    assert one.owner_id == cast.top_leader.person_id
    assert CheckIn.objects.get().line == ""
    letters = Job.objects.filter(name="send_mail").values_list("arguments__text", flat=True)
    assert all("Lea North" not in text for text in letters)
