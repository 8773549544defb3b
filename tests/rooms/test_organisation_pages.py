"""The tree, units, persons, deputies: what each of the cast sees, and who is refused."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.rooms.conftest import PASSWORD, Cast, signed_in, unit

from headwater.rooms.people.models import Deputy, Person, User


def status(user: User | None, address: str) -> int:
    client = signed_in(user) if user is not None else Client()
    return int(client.get(address).status_code)


def test_the_tree_shows_the_top_and_one_level(cast: Cast) -> None:
    page = signed_in(cast.employee).get("/people/").content.decode()
    assert "23 people work in 7 units" in page
    assert "Team north1" not in page
    assert page.count('class="branch"') == 3


def test_the_tree_opens_a_path_without_script(cast: Cast) -> None:
    page = signed_in(cast.employee).get("/people/", {"open": str(unit("north-d").pk)}).content.decode()
    assert "Team north1" in page
    assert "Team south1" not in page
    assert "Team north1" not in signed_in(cast.employee).get("/people/", {"open": "nonsense"}).content.decode()


def test_children_come_as_a_part_of_a_page(cast: Cast) -> None:
    page = signed_in(cast.employee).get(reverse("people:children", args=[unit("south-d").pk])).content.decode()
    assert "Team south2" in page
    assert "<html" not in page


@pytest.mark.parametrize("address", ["/people/", "/people/roles/", "/people/imports/"])
def test_outsiders_are_refused(cast: Cast, address: str) -> None:
    assert status(None, address) == 302
    assert status(cast.outsider, address) == 403
    assert status(cast.administrator, address) == 200


def test_each_page_of_the_organisation_refuses_the_outsider(cast: Cast) -> None:
    person = Person.objects.get(key="north1a")
    for address in (
        reverse("people:unit", args=[unit("north-d").pk]),
        reverse("people:children", args=[unit("north-d").pk]),
        reverse("people:person", args=[person.pk]),
    ):
        assert status(None, address) == 302
        assert status(cast.outsider, address) == 403


def test_people_of_a_unit_are_shown_to_those_who_lead_it(cast: Cast) -> None:
    north, south = (reverse("people:unit", args=[unit(key).pk]) for key in ("north1-t", "south1-t"))
    assert "Per north1b" in signed_in(cast.north_leader).get(north).content.decode()
    assert "Per south1b" not in signed_in(cast.north_leader).get(south).content.decode()
    assert "Per north1b" not in signed_in(cast.employee).get(north).content.decode()
    assert "Per south1b" in signed_in(cast.top_leader).get(south).content.decode()


def test_a_person_is_shown_to_themselves_and_their_leaders(cast: Cast) -> None:
    def page(key: str) -> str:
        return reverse("people:person", args=[Person.objects.get(key=key).pk])

    assert status(cast.employee, page("north1a")) == 200
    assert status(cast.employee, page("north1b")) == 403
    assert status(cast.north_leader, page("north1b")) == 200
    assert status(cast.north_leader, page("south1b")) == 403
    assert status(cast.analyst, page("north1b")) == 403
    assert status(cast.experience_lead, page("south1b")) == 200
    assert status(cast.privacy_officer, page("top")) == 200
    assert status(cast.north_leader, page("top")) == 403


def test_search_finds_only_people_the_viewer_may_see(cast: Cast) -> None:
    asked = {"q": "per south1"}
    assert "Per south1a" not in signed_in(cast.north_leader).get("/people/", asked).content.decode()
    assert "Per south1a" in signed_in(cast.administrator).get("/people/", asked).content.decode()
    assert "Team south1" in signed_in(cast.employee).get("/people/", {"q": "team south1"}).content.decode()


def test_hostile_text_is_escaped(cast: Cast) -> None:
    page = signed_in(cast.administrator).get("/people/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_leader_appoints_a_deputy_who_then_sees_the_people(cast: Cast) -> None:
    where = reverse("people:add_deputy", args=[unit("north-d").pk])
    form = {"person": "north1a", "from_date": "2020-01-01", "until_date": ""}
    team = reverse("people:unit", args=[unit("north2-t").pk])
    assert "Per north2a" not in signed_in(cast.employee).get(team).content.decode()
    assert signed_in(cast.employee).post(where, form).status_code == 403
    assert signed_in(cast.outsider).post(where, form).status_code == 403
    assert signed_in(cast.north_leader).post(where, form).status_code == 302
    assert "Per north2a" in signed_in(cast.employee).get(team).content.decode()
    deputy = Deputy.objects.get()
    ended = reverse("people:end_deputy", args=[deputy.pk])
    assert signed_in(cast.outsider).post(ended).status_code == 403
    assert signed_in(cast.north_leader).post(ended).status_code == 302
    assert "Per north2a" not in signed_in(cast.employee).get(team).content.decode()


def test_a_deputy_needs_to_exist_and_the_last_day_to_follow_the_first(cast: Cast) -> None:
    client, where = signed_in(cast.north_leader), reverse("people:add_deputy", args=[unit("north-d").pk])
    answer = client.post(where, {"person": "nobody", "from_date": "2026-01-01"})
    assert answer.status_code == 422
    assert "Nobody here has the id nobody" in answer.content.decode()
    answer = client.post(where, {"person": "north1a", "from_date": "2026-02-01", "until_date": "2026-01-01"})
    assert answer.status_code == 422
    assert Deputy.objects.count() == 0


def test_signing_in_and_out(cast: Cast) -> None:
    client = Client()
    assert client.get("/").status_code == 302
    wrong = client.post("/account/login/", {"login": "employee@example.org", "password": "wrong"})
    assert wrong.status_code == 200
    assert client.get("/").status_code == 302
    client.post("/account/login/", {"login": "Employee@Example.org", "password": PASSWORD})
    assert "Nothing needs you now" in client.get("/").content.decode()
    client.post("/account/logout/")
    assert client.get("/").status_code == 302


def test_nobody_signs_up_by_themselves(cast: Cast) -> None:
    before = User.objects.count()
    form = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    answer = Client().post("/account/signup/", form)
    assert answer.status_code == 200
    assert User.objects.count() == before


def test_account_pages_open_to_their_owner_alone(cast: Cast) -> None:
    for address in ("/account/2fa/", "/account/password/change/"):
        assert status(None, address) == 302
        assert status(cast.employee, address) == 200
