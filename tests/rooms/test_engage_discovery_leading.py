"""Preparing and leading a Discovery: what can be chosen, join codes, the wall, anonymity, erasure, the slots."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone
from tests.rooms.conftest import Cast, signed_in, unit
from tests.rooms.discovery_cast import (
    LATER,
    asker,
    by_code,
    joined,
    joined_keeping,
    leader_account,
    locked,
    onward,
    opened,
    path_of,
    prepared,
    saw_all,
    talked_wave,
)
from tests.rooms.overload_checks import WHY, asked_of, check_page_warns, fill_week

from headwater.rooms.engage.discovery.codes import STANDS, code_of, cookie_of, find_by_code, written
from headwater.rooms.engage.discovery.foresight_keeping import renew_house_foresight
from headwater.rooms.engage.discovery.leading import go_on, open_discovery, renew_code
from headwater.rooms.engage.discovery.material import downstream_of, material_of
from headwater.rooms.engage.discovery.preparing import DiscoveryRefusedError, Seeing
from headwater.rooms.engage.discovery.slots import needs_of, next_steps_of
from headwater.rooms.engage.models import (
    Ask,
    Discovery,
    DiscoveryInvitation,
    DiscoveryParticipant,
    DiscoveryPrediction,
    DiscoveryQuestion,
    ForesightSnapshot,
)
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.house.slots import Finding, erase_everywhere, export_everywhere
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import User

pytestmark = pytest.mark.usefixtures("own_folders")

PREPARE = "/engage/discovery/prepare/"


@pytest.fixture
def wave(cast: Cast) -> Wave:
    """A released wave with comments."""
    return talked_wave(cast)


def test_somebody_who_manages_prepares_and_opens_in_the_browser(cast: Cast, wave: Wave) -> None:
    leader = leader_account("d0-d", cast.administrator)
    lead = signed_in(cast.experience_lead)
    assert "Of which unit is it?" in lead.get(PREPARE).content.decode()
    page = lead.get(PREPARE, {"unit": "d0-d"}).content.decode()
    found = re.search(r'name="made" value="([0-9a-f-]+)"', page)
    insight = re.search(r'<option value="([^"]+)"', page)
    assert found is not None
    assert insight is not None
    sent = {
        "unit": "d0-d", "made": found[1], "insight": insight[1].replace("&amp;", "&"), "asks_theme": "on",
        "customers": "", "seeing": "comments", "whom": "one", "people": leader.person.name if leader.person else "",
        "due_date": LATER.date().isoformat(), "analyst_words": "Mine", "title": "",
    }  # fmt: skip
    answered = lead.post(PREPARE, sent)
    assert answered.status_code == 302, re.findall(r"errorlist[^<]*<li>([^<]+)", answered.content.decode())
    again = lead.post(PREPARE, sent)
    assert again["Location"] == answered["Location"]
    made = Discovery.objects.get()
    assert made.stage == Discovery.Stage.PREPARED
    assert not Ask.objects.exists()
    assert signed_in(leader).get(path_of(made)).content.decode().count("It is not open yet") == 1
    for _press in range(2):
        lead.post(path_of(made, "lead/act/"), {"do": "open"})
    assert Ask.objects.get(source=f"discovery:{made.pk}").minutes == 10
    assert AuditEntry.objects.filter(action="discovery.opened", subject=str(made.pk)).count() == 1
    refused = lead.post(PREPARE, sent | {"made": str(uuid4()), "people": "Nobody Known"})
    assert refused.status_code == 422
    assert "Nobody here is called" in refused.content.decode()


def test_preparing_is_refused_to_everybody_else(cast: Cast, wave: Wave) -> None:
    for user in (cast.administrator, cast.privacy_officer, cast.employee, cast.outsider, cast.top_leader):
        assert signed_in(user).get(PREPARE).status_code == 403, user.email
        assert signed_in(user).post(PREPARE, {"unit": "all"}).status_code == 403, user.email
    assert Client().get(PREPARE).status_code == 302
    assert signed_in(cast.analyst).get(PREPARE, {"unit": "nowhere"}).status_code == 422


def test_what_can_be_seen_has_its_conditions(cast: Cast, wave: Wave) -> None:
    leader = leader_account("d0-d", cast.administrator)
    kinds = Discovery.Seeing
    for seeing, words in (
        (Seeing(kinds.JOURNEY, steps=("They waited",)), "when the customer agreed"),
        (Seeing(kinds.JOURNEY, consent_date=LATER.date(), consent_words="Signed"), "one step a line"),
        (Seeing(kinds.VISIT), "on which day"),
    ):
        with pytest.raises(DiscoveryRefusedError, match=words):
            prepared(cast, leader, seeing=seeing)
    journey = Seeing(
        kinds.JOURNEY, steps=("They waited", "", "Nobody came"), consent_date=LATER.date(), consent_words="Signed form"
    )
    assert [card["words"] for card in prepared(cast, leader, seeing=journey).cards] == ["They waited", "Nobody came"]
    visit = prepared(cast, leader, seeing=Seeing(kinds.VISIT, visit_date=LATER.date(), visit_words="Depot, early"))
    assert visit.visit_date == LATER.date()
    with pytest.raises(DiscoveryRefusedError, match="one person"):
        prepared(cast, leader, cast.top_leader)
    with pytest.raises(DiscoveryRefusedError, match="Say who takes part"):
        prepared(cast)
    with pytest.raises(DiscoveryRefusedError, match="no way to customers"):
        prepared(cast, leader, customers="downstream")
    score = material_of(viewer=asker(cast.experience_lead), unit="all", seed="").scores[0]
    assert downstream_of(viewer=asker(cast.experience_lead), evidence=score) is None


def test_an_analyst_cannot_show_a_leader_what_they_may_not_see(cast: Cast, wave: Wave) -> None:
    from headwater.rooms.engage.discovery.material import key_of
    from headwater.rooms.engage.discovery.preparing import Wanted, prepare_discovery

    north, lead = leader_account("d0-d", cast.administrator), asker(cast.analyst)
    score = material_of(viewer=lead, unit="d1-d", seed="").scores[0]
    wanted = Wanted(unit=unit("d1-d"), insight=key_of(score), due_date=LATER.date(), people=(north,))
    for changed in ({}, {"is_team": True, "is_anonymous": True}):
        with pytest.raises(DiscoveryRefusedError, match="experience lead"):
            prepare_discovery(
                discovery_id=uuid4(), wanted=Wanted(**{**vars(wanted), **changed}), actor=cast.analyst, viewer=lead,
                now=LATER,
            )  # fmt: skip
    assert not Discovery.objects.exists()


def test_the_options_of_a_theme_do_not_tell_which_is_true(cast: Cast, wave: Wave) -> None:
    leader = leader_account("d0-d", cast.administrator)
    places = set()
    for _time in range(12):
        made = opened(cast, leader)
        question = DiscoveryQuestion.objects.get(discovery=made, role="theme")
        keys = [one["key"] for one in question.options]
        assert len(keys) == len(set(keys)) == 5
        places.add(keys.index(question.truth["key"]))
        page = signed_in(leader).get(path_of(made)).content.decode()
        assert page.index(question.options[0]["label"]) < page.index(question.options[-1]["label"])
    assert len(places) > 1


def test_a_code_opens_an_anonymous_team_to_anybody_who_has_it_and_ends(cast: Cast, wave: Wave) -> None:
    discovery = opened(cast, cast.top_leader, guests=1, is_team=True, is_anonymous=True)
    code = code_of(discovery.pk, discovery.code_number)
    assert find_by_code(code, now=LATER) == discovery
    assert find_by_code(code.replace("0", "O").lower(), now=LATER) == discovery
    assert find_by_code(code[:-1], now=LATER) is None
    assert find_by_code("", now=LATER) is None
    assert find_by_code(code, now=LATER + STANDS) is None
    assert code not in json.dumps(list(Discovery.objects.values()), default=str)
    renew_code(discovery_id=discovery.pk, actor=cast.experience_lead, now=LATER)
    assert find_by_code(code, now=LATER) is None
    fresh = Discovery.objects.get(pk=discovery.pk)
    assert find_by_code(code_of(fresh.pk, fresh.code_number), now=LATER) == fresh


def test_wrong_codes_are_counted_and_right_ones_still_open(
    cast: Cast, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    from headwater.rooms.engage.discovery import codes
    from headwater.rooms.house.rate_limits import Limit

    monkeypatch.setattr(codes, "WRONG_CODES", Limit(3, timedelta(minutes=5)))
    discovery = opened(cast, cast.top_leader, guests=1, is_team=True, is_anonymous=True)
    Discovery.objects.filter(pk=discovery.pk).update(code_until="2200-01-01T00:00:00Z")
    found = [Client().post("/engage/discovery/join/", {"code": f"WRNG000{n}"}).status_code for n in range(5)]
    assert found == [422, 422, 422, 429, 429]
    discovery.refresh_from_db()
    by_code(discovery)
    assert DiscoveryParticipant.objects.count() == 1


def test_an_anonymous_team_keeps_no_account_and_no_minute(cast: Cast, wave: Wave) -> None:
    discovery = opened(cast, cast.top_leader, guests=1, is_team=True, is_anonymous=True)
    Discovery.objects.filter(pk=discovery.pk).update(code_until="2200-01-01T00:00:00Z")
    discovery.refresh_from_db()
    before = set(AuditEntry.objects.values_list("pk", flat=True))
    clients = [by_code(discovery), by_code(discovery, signed_in(cast.north_leader)), joined(cast.top_leader, discovery)]
    for place, client in enumerate(clients):
        cookie = client.cookies[cookie_of(discovery)]
        assert cookie["path"] == "/engage/discovery/"
        assert cookie["httponly"]
        locked(discovery, client, value=2.0 + place)
    assert set(AuditEntry.objects.values_list("pk", flat=True)) == before
    for one in DiscoveryParticipant.objects.all():
        assert one.user_id is None
        assert one.token_digest
        assert (one.joined_at.minute, one.joined_at.second, one.joined_at.microsecond) == (0, 0, 0)
        assert one.locked_at is not None
        assert one.locked_at.minute == 0
    # The cookie opens this Discovery alone, and only for whoever holds it.
    assert Client().get(path_of(discovery)).status_code == 302
    stranger = Client()
    stranger.cookies[cookie_of(discovery)] = "made-up"
    assert stranger.get(path_of(discovery)).status_code == 302
    keeper = joined_keeping(cast.employee, discovery)
    assert DiscoveryParticipant.objects.get(user=cast.employee)
    locked(discovery, keeper)


def test_below_three_an_anonymous_team_s_predictions_are_not_drawn(cast: Cast, wave: Wave) -> None:
    for count in (2, 3):
        discovery = opened(cast, cast.top_leader, guests=3, is_team=True, is_anonymous=True, asks_theme=False)
        Discovery.objects.filter(pk=discovery.pk).update(code_until="2200-01-01T00:00:00Z")
        discovery.refresh_from_db()
        clients = [locked(discovery, by_code(discovery), value=1.7 + place) for place in range(count)]
        lead = signed_in(cast.experience_lead)
        onward(cast, discovery)
        before = lead.get(path_of(discovery, "wall/")).content.decode()
        assert f"{count} have foreseen" in before
        assert "<path" not in before.split("<main", 1)[1].split('class="qr"')[0]
        onward(cast, discovery)
        for who, part in ((lead, "wall/"), (lead, "together/"), (clients[0], "")):
            text = who.get(path_of(discovery, part)).content.decode()
            assert ('class="guess other" d=' in text) is (count == 3), (count, part)
            assert ("predictions, " in text) is (count == 3), (count, part)


def test_the_wall_shows_counts_and_no_prediction_before_the_reveal(cast: Cast, wave: Wave) -> None:
    people = [leader_account(key, cast.administrator) for key in ("all", "d0-d", "d1-d")]
    discovery = opened(cast, *people, is_team=True)
    for place, user in enumerate(people):
        locked(discovery, joined(user, discovery), value=2.17 + place)
    lead = signed_in(cast.experience_lead)
    for part in ("wall/", "lead/"):
        text = lead.get(path_of(discovery, part)).content.decode()
        for value in ("2.17", "3.17", "4.17", "2.2", "4.2"):
            assert value not in text.replace("2.0.11", ""), (part, value)
    wall = lead.get(path_of(discovery, "wall/")).content.decode()
    assert "3 are in" in wall
    truth = DiscoveryQuestion.objects.get(discovery=discovery, role="insight").truth
    assert f"{truth['value']:.3f}" not in wall
    for user in (*people, cast.administrator, cast.privacy_officer, cast.outsider):
        for part in ("wall/", "lead/", "lead/pulse/"):
            assert signed_in(user).get(path_of(discovery, part)).status_code == 403


def test_a_second_press_skips_nothing_and_nothing_is_revealed_for_nobody(cast: Cast, wave: Wave) -> None:
    discovery = opened(cast, cast.top_leader, is_team=True)
    stage = Discovery.Stage
    for _press in range(2):
        go_on(discovery_id=discovery.pk, from_stage=stage.PREDICT, actor=cast.experience_lead, now=LATER)
    assert Discovery.objects.get().stage == stage.SEE
    with pytest.raises(DiscoveryRefusedError, match="Nobody has foreseen"):
        onward(cast, discovery)
    assert Discovery.objects.get().revealed_at is None
    lead = signed_in(cast.experience_lead)
    lead.post(path_of(discovery, "lead/act/"), {"do": "next", "stage": "rubbish"})
    lead.post(path_of(discovery, "lead/act/"), {"do": "close"})
    assert Discovery.objects.get().stage == stage.CLOSED
    assert Ask.objects.get().cancelled_at is not None


def request_of(user: User) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user
    request.viewer = asker(user)  # type: ignore[attr-defined]
    return request


def test_home_says_that_it_waits_and_a_finding_leads_to_it(cast: Cast, wave: Wave) -> None:
    leader = leader_account("d0-d", cast.administrator)
    discovery = opened(cast, leader, where="d0-d")
    needs = list(needs_of(request_of(leader), LATER))
    assert [(need.minutes, need.order) for need in needs] == [(10, 4)]
    assert needs[0].href == path_of(discovery)
    for user in (cast.experience_lead, cast.top_leader, cast.administrator):
        assert not list(needs_of(request_of(user), LATER))
    truth = DiscoveryQuestion.objects.get(discovery=discovery, role="insight").truth
    finding = Finding(truth["study"], truth["wave"], truth["unit"], truth["score"])
    (own,) = next_steps_of(request_of(leader), finding)
    assert own.kind == "discover"
    assert signed_in(leader).get(own.href).status_code == 200
    (other,) = next_steps_of(request_of(cast.experience_lead), finding)
    assert other.href.startswith(PREPARE)
    assert signed_in(cast.experience_lead).get(other.href).status_code == 200
    for user in (cast.administrator, cast.employee, leader_account("d1-d", cast.administrator)):
        assert not list(next_steps_of(request_of(user), finding))


def test_a_person_is_exported_and_erased_whole(cast: Cast, wave: Wave) -> None:
    leader = leader_account("d0-d", cast.administrator)
    assert leader.person is not None
    discovery = opened(cast, leader, where="d0-d")
    client = locked(discovery, signed_in(leader), self_view="4.1")
    saw_all(discovery, client)
    client.post(path_of(discovery, "reveal/"))
    client.post(path_of(discovery, "conclude/"), {"words": "A canary of a conclusion"})
    person = str(leader.person.pk)
    (file,) = [one for one in export_everywhere(person=person, now=LATER) if one.name.endswith("discoveries.json")]
    told = file.content.decode()
    for words in ("A canary of a conclusion", "noticed 0", "4.2", "4.1"):
        assert words in told
    for _time in range(2):
        erase_everywhere(person=person, actor="test", now=LATER)
    assert not DiscoveryPrediction.objects.exists()
    assert not DiscoveryInvitation.objects.filter(user=leader).exists()
    left = DiscoveryParticipant.objects.get()
    assert (left.user_id, left.conclusion, left.erased_at) == (None, "", LATER)
    assert signed_in(cast.experience_lead).get(path_of(discovery, "lead/")).status_code == 200


def test_the_organisation_s_foresight_comes_from_enough_leaders(cast: Cast, wave: Wave) -> None:
    keys = ("all", "d0-d", "d1-d", "d0t0-t", "d0t1-t")
    leaders = [leader_account(key, cast.administrator) for key in keys]
    lead = asker(cast.experience_lead)
    more = [f"{one.study}|{one.wave}|{one.score}" for one in material_of(viewer=lead, unit="all", seed="").scores[1:4]]
    assert len(more) == 3
    for place, leader in enumerate(leaders):
        made = opened(cast, leader, asks_theme=False, more=more, seeing=Seeing())
        client = locked(made, signed_in(leader), value=3.0 + place / 4)
        client.post(path_of(made, "reveal/"))
        assert ForesightSnapshot.objects.count() == (1 if place == 4 else 0)
    found = ForesightSnapshot.objects.get()
    assert (found.sure % 10, found.inside % 10, found.distance % 5) == (0, 0, 0)
    assert renew_house_foresight(now=LATER) is None
    page = signed_in(leaders[0]).get("/engage/discovery/foresight/").content.decode()
    assert f"They are about {found.sure}% sure" in page


def test_the_list_shows_each_what_is_theirs(cast: Cast, wave: Wave) -> None:
    leader = leader_account("d0-d", cast.administrator)
    discovery = opened(cast, leader, where="d0-d")
    assert str(discovery.pk) in signed_in(leader).get("/engage/discovery/").content.decode()
    assert path_of(discovery, "lead/") in signed_in(cast.experience_lead).get("/engage/discovery/").content.decode()
    for user in (cast.administrator, cast.top_leader, cast.employee):
        assert str(discovery.pk) not in signed_in(user).get("/engage/discovery/").content.decode()
    assert Client().get("/engage/discovery/").status_code == 302
    asks = Ask.objects.count()
    open_discovery(discovery_id=discovery.pk, actor=cast.experience_lead, now=LATER)
    assert Ask.objects.count() == asks


def test_opening_it_warns_of_everybody_whose_week_is_full(cast: Cast, wave: Wave) -> None:
    leaders = [leader_account(key, cast.administrator) for key in ("d0-d", "d1-d", "all")]
    discovery = prepared(cast, *leaders, is_team=True)
    lead, path = signed_in(cast.experience_lead), path_of(discovery, "lead/act/")
    for leader in leaders[:2]:
        fill_week(leader, discovery.due_date, 55)
    names = [str(leader.person) for leader in leaders[:2]]
    check_page_warns(lead, path, {"do": "open"}, name=names[0], day=discovery.due_date)
    for leader, reason in zip(leaders, (WHY, WHY, ""), strict=True):
        assert asked_of(leader, f"discovery:{discovery.pk}").over_reason == reason
    other = prepared(cast, *leaders[:2], is_team=True)
    page = lead.post(path_of(other, "lead/act/"), {"do": "open"})
    assert page.status_code == 422
    assert all(f"{name}: This makes 75 minutes" in page.content.decode() for name in names)
    assert Discovery.objects.get(pk=other.pk).stage == Discovery.Stage.PREPARED
    day = timezone.localdate() + timedelta(days=70)
    assert lead.post(path_of(other, "lead/act/"), {"do": "open", "by_date": day.isoformat()}).status_code == 302
    assert asked_of(leaders[0], f"discovery:{other.pk}").due_date == day
    assert asked_of(leaders[0], f"discovery:{other.pk}").over_reason == ""


def test_a_code_of_a_named_team_asks_to_sign_in_and_then_lets_in_who_may_see(cast: Cast, wave: Wave) -> None:
    top = leader_account("all", cast.administrator)
    discovery = opened(cast, top, is_team=True)
    Discovery.objects.filter(pk=discovery.pk).update(code_until="2200-01-01T00:00:00Z")
    code = code_of(discovery.pk, discovery.code_number)
    sent = Client().post("/engage/discovery/join/", {"code": code})
    assert sent.status_code == 302
    assert sent["Location"].endswith(f"next=/engage/discovery/join/{code}/")
    assert written(code) in signed_in(top).get(f"/engage/discovery/join/{code}/").content.decode()
    by_code(discovery, signed_in(top))
    assert DiscoveryParticipant.objects.get().user == top
    for user in (cast.employee, cast.outsider, cast.analyst, leader_account("d0-d", cast.administrator)):
        assert signed_in(user).post("/engage/discovery/join/", {"code": code}).status_code == 403, user.email
