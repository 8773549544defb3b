"""Challenges, support, credibility and the active role: each private to its owner, page by page, files included."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from tests.rooms.conftest import Cast, signed_in

from headwater.rooms.engage.active_role.demo import build_demo as role_demo
from headwater.rooms.engage.active_role.queries import role_page
from headwater.rooms.engage.active_role.services import propose_version, record_act, sign_version
from headwater.rooms.engage.asks import OverloadError, weekly_load
from headwater.rooms.engage.challenges import support
from headwater.rooms.engage.challenges.demo import build_demo as challenges_demo
from headwater.rooms.engage.challenges.services import ChallengeRefusedError, keep_challenge, share_challenge
from headwater.rooms.engage.credibility.demo import build_demo as credibility_demo
from headwater.rooms.engage.credibility.services import (
    LedgerRefusedError,
    make_forecast,
    make_promise,
    say_end,
    show_copy,
    tell_outcome,
)
from headwater.rooms.engage.models import Challenge, Forecast, Promise, Risk, RoleVersion
from headwater.rooms.engage.risks.demo import build_demo as risks_demo
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.house.slots import erase_everywhere, export_everywhere
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import viewer_of

pytestmark = pytest.mark.django_db

SECRET = "Stop the night visits for good"


def others(cast: Cast, *mine: User) -> list[User]:
    every = [cast.administrator, cast.experience_lead, cast.analyst, cast.privacy_officer, cast.top_leader]
    every += [cast.north_leader, cast.employee, cast.outsider]
    return [one for one in every if one not in mine]


def a_challenge(owner: User, **more: Any) -> Challenge:
    words = {"asked": SECRET, "asked_by": "Ada Top", "why_leader": "You want fewer complaints", **more}
    return keep_challenge(challenge_id=uuid4(), words=words, actor=owner, now=timezone.now())


def test_a_challenge_is_its_owners_alone_until_shared_by_name(cast: Cast) -> None:
    found = a_challenge(cast.north_leader)
    paths = [f"/engage/challenges/{found.pk}/{end}" for end in ("", "letter/", "write/")]
    for path in paths:
        assert Client().get(path).status_code == 302
        assert SECRET in signed_in(cast.north_leader).get(path).content.decode()
        for user in others(cast, cast.north_leader):
            assert signed_in(user).get(path).status_code in (403, 404), path
    for user in others(cast, cast.north_leader, cast.outsider):
        for page in ("/engage/challenges/", "/engage/asks/", "/"):
            assert SECRET not in signed_in(user).get(page).content.decode()
    assert signed_in(cast.outsider).get("/engage/challenges/").status_code == 403

    share = share_challenge(challenge_id=found.pk, user=cast.analyst, actor=cast.north_leader, now=timezone.now())
    assert SECRET in signed_in(cast.analyst).get(paths[0]).content.decode()
    assert signed_in(cast.analyst).post(paths[0], {"doing": "erase", "sure": "1"}).status_code == 404
    assert signed_in(cast.analyst).get(paths[2]).status_code == 404
    assert signed_in(cast.analyst).post(f"/engage/challenges/shares/{share.pk}/end/").status_code == 404
    signed_in(cast.north_leader).post(f"/engage/challenges/shares/{share.pk}/end/")
    assert signed_in(cast.analyst).get(paths[0]).status_code == 404


def test_a_challenge_is_written_once_and_its_letter_says_what_its_owner_wrote(cast: Cast) -> None:
    client, key = signed_in(cast.north_leader), uuid4()
    words = {"key": str(key), "asked": SECRET, "asked_by": "Ada Top", "alternative": "Half of them"}
    for _time in range(2):
        assert client.post("/engage/challenges/new/", words).status_code == 302
    assert Challenge.objects.count() == 1
    stolen = signed_in(cast.employee).post("/engage/challenges/new/", {**words, "asked": "Mine now"})
    assert stolen.status_code == 404
    assert Challenge.objects.get().asked == SECRET
    letter = client.get(f"/engage/challenges/{key}/letter/").content.decode()
    assert "Instead I propose: Half of them." in letter
    assert "For the team" not in letter
    with pytest.raises(ChallengeRefusedError):
        keep_challenge(
            challenge_id=key, words={"answer": "No.", "said_date": None}, actor=cast.north_leader, now=timezone.now()
        )
    page = client.post(f"/engage/challenges/{key}/", {"doing": "erase", "sure": "1"})
    assert page.status_code == 302
    assert not Challenge.objects.exists()


def test_support_is_asked_in_minutes_answered_and_thanked_for(cast: Cast) -> None:
    now, day = timezone.now(), timezone.localdate() + timedelta(days=3)
    values: dict[str, Any] = {"asked": cast.top_leader, "by_date": day, "actor": cast.north_leader, "now": now}
    made = support.ask_support(support_id=uuid4(), need=SECRET, minutes=20, over_reason="", **values)
    load = weekly_load(cast.top_leader, day)
    assert load.minutes == 20
    assert SECRET not in load.asks[0].title
    with pytest.raises(OverloadError, match="past"):
        support.ask_support(support_id=uuid4(), need="More", minutes=400, over_reason="", **values)
    path = f"/engage/challenges/support/{made.pk}/"
    for user in others(cast, cast.north_leader, cast.top_leader):
        assert signed_in(user).get(path).status_code == 404
    answered = signed_in(cast.top_leader).post(path, {"answer": "yes", "words": "", "later_date": ""})
    assert answered.status_code == 302
    assert signed_in(cast.north_leader).post(path, {"thanks": "It helped."}).status_code == 302
    assert "It helped." in signed_in(cast.top_leader).get(path).content.decode()
    assert weekly_load(cast.top_leader, day).asks[0].done_at is not None


def test_a_ledger_is_its_owners_alone_and_a_copy_is_dated(cast: Cast) -> None:
    now, owner = timezone.now(), cast.north_leader
    promise = make_promise(
        promise_id=uuid4(), what=SECRET, to_user=cast.employee, to_name="", due_date=timezone.localdate(), actor=owner,
        now=now,
    )  # fmt: skip
    forecast = make_forecast(
        forecast_id=uuid4(), what="Rain", measure="days", low=1.0, high=3.0, sure=80,
        due_date=timezone.localdate() + timedelta(days=1), actor=owner, now=now,
    )  # fmt: skip
    between = f"/engage/credibility/promises/{promise.pk}/"
    for user in others(cast, owner, cast.employee):
        assert signed_in(user).get(between).status_code == 404
    for user in others(cast, owner):
        assert signed_in(user).get(f"/engage/credibility/forecasts/{forecast.pk}/").status_code == 404
        if user not in (cast.outsider, cast.employee):
            assert SECRET not in signed_in(user).get("/engage/credibility/").content.decode()
    assert signed_in(cast.outsider).get("/engage/credibility/").status_code == 403

    say_end(promise_id=promise.pk, end="kept", words="In the folder", actor=owner, now=now)
    say_end(promise_id=promise.pk, end="late", words="", actor=cast.employee, now=now)
    found = Promise.objects.get()
    assert found.end == "late"
    assert found.is_disputed
    with pytest.raises(LedgerRefusedError):
        tell_outcome(forecast_id=forecast.pk, outcome=2.0, actor=owner, now=now)
    assert tell_outcome(forecast_id=forecast.pk, outcome=9.0, actor=owner, now=now + timedelta(days=2)).outcome == 9.0
    page = signed_in(owner).get("/engage/credibility/").content.decode()
    assert "0 of 1 range held" in page
    assert "Talk with" in page

    copy = show_copy(user=cast.analyst, lines=["As it stood"], actor=owner, now=now)
    shown = f"/engage/credibility/shown/{copy.pk}/"
    assert "As it stood" in signed_in(cast.analyst).get(shown).content.decode()
    for user in others(cast, owner, cast.analyst):
        assert signed_in(user).get(shown).status_code == 404
    signed_in(owner).post(f"{shown}end/")
    assert signed_in(cast.analyst).get(shown).status_code == 404


def test_an_agreement_is_signed_by_its_leader_and_a_miss_is_theirs_first(cast: Cast) -> None:
    began = timezone.now().replace(year=2026, month=1, day=1, hour=12)
    made = propose_version(
        leader=cast.north_leader, duties={"visit": (1, "month")}, note="", actor=cast.experience_lead, now=began
    )
    with pytest.raises(RoleVersion.DoesNotExist):
        sign_version(version_id=made.pk, actor=cast.experience_lead, now=began)
    with pytest.raises(PermissionDenied):
        propose_version(
            leader=cast.north_leader, duties={"visit": (9, "month")}, note="", actor=cast.top_leader, now=began
        )
    sign_version(version_id=made.pk, actor=cast.north_leader, now=began)
    path = f"/engage/role/{cast.north_leader.pk}/"
    for user in others(cast, cast.north_leader, cast.experience_lead):
        assert signed_in(user).get(path).status_code == 403
        assert signed_in(user).get(f"{path}agree/").status_code == 403
    assert signed_in(cast.experience_lead).get(path).status_code == 200
    assert signed_in(cast.outsider).get("/engage/role/").status_code == 403

    def states(user: User, day: Any) -> list[str]:
        viewer = viewer_of(user, today=day)
        page = role_page(viewer=viewer, leader_id=cast.north_leader.pk, today=day)
        assert page.current is not None
        return [one.state for one in page.current.lines[0].periods]

    first, third = (began.date().replace(month=2, day=day) for day in (1, 3))
    assert states(cast.north_leader, first) == ["missed", "running"]
    assert states(cast.experience_lead, first) == ["running"]
    assert states(cast.experience_lead, third) == ["missed", "running"]
    for _time in range(2):
        record_act(
            person=cast.north_leader, kind="visit", at_date=began.date(), source="visit:1", actor=None,
            now=began + timedelta(days=32),
        )  # fmt: skip
    assert states(cast.experience_lead, third) == ["kept", "running"]
    noted = signed_in(cast.north_leader).post(
        "/engage/role/", {"key": str(uuid4()), "kind": "visit", "at_date": timezone.localdate().isoformat()}
    )
    assert noted.status_code == 302


def test_the_path_to_a_board_asks_a_partner_for_minutes(cast: Cast) -> None:
    client = signed_in(cast.north_leader)
    assert client.post("/engage/role/board/", {"partner": cast.top_leader.email}).status_code == 302
    assert weekly_load(cast.top_leader, timezone.localdate() + timedelta(days=14)).minutes == 30
    assert client.post("/engage/role/board/listen/", {"words": SECRET}).status_code == 302
    assert "1 of 6" in client.get("/engage/role/board/").content.decode()
    first, last = (client.get(f"/engage/role/board/{step}/").content.decode() for step in ("listen", "promises"))
    assert 'href="/engage/role/board/numbers/" rel="next"' in first
    assert 'rel="prev"' not in first
    assert 'href="/engage/role/board/bad_news/" rel="prev"' in last
    assert 'rel="next"' not in last
    assert SECRET not in signed_in(cast.top_leader).get("/engage/role/board/listen/").content.decode()
    assert signed_in(cast.employee).get("/engage/role/board/").status_code == 403


def test_what_is_private_is_exported_to_its_owner_erased_and_never_written_into_the_trail(cast: Cast) -> None:
    now, person = timezone.now(), cast.north_leader.person
    assert person is not None
    assert cast.top_leader.person is not None
    a_challenge(cast.north_leader)
    make_promise(
        promise_id=uuid4(), what=SECRET, to_user=cast.top_leader, to_name="", due_date=timezone.localdate(),
        actor=cast.north_leader, now=now,
    )  # fmt: skip

    def files(who: str) -> dict[str, str]:
        return {one.name: one.content.decode() for one in export_everywhere(person=who, now=now)}

    mine, theirs = files(str(person.pk)), files(str(cast.top_leader.person.pk))
    assert SECRET in mine["challenges/challenges.json"]
    assert "challenges/challenges.json" not in theirs
    assert SECRET in theirs["credibility/credibility.json"]
    assert AuditEntry.objects.filter(action="challenge.made").exists()
    erase_everywhere(person=str(person.pk), actor="test", now=now)
    erase_everywhere(person=str(person.pk), actor="test", now=now)
    assert not Challenge.objects.exists()
    assert not Promise.objects.exists()
    assert not Forecast.objects.exists()


def test_the_demonstration_stands_and_stands_once(cast: Cast) -> None:
    for user, name in ((cast.north_leader, "team.leader"), (cast.top_leader, "top.leader")):
        User.objects.filter(pk=user.pk).update(email=f"{name}@demo.example")
    User.objects.filter(pk=cast.experience_lead.pk).update(email="experience.lead@demo.example")
    for _time in range(2):
        for build in (challenges_demo, credibility_demo, role_demo, risks_demo):
            assert list(build(people=23, seed=1, now=timezone.now())) == []
    assert (Challenge.objects.count(), Promise.objects.count(), Risk.objects.count()) == (1, 6, 5)
    assert RoleVersion.objects.count() == 2
    client = signed_in(cast.north_leader)
    assert "Of 5 promises that ended: 3 kept" in client.get("/engage/credibility/").content.decode()
    assert "Waits for your signature" in client.get("/engage/role/").content.decode()
    assert "after 11 days" in signed_in(cast.top_leader).get("/engage/role/").content.decode()
    for page in ("/", "/engage/challenges/", "/engage/risks/", "/engage/role/board/"):
        assert client.get(page).status_code == 200
