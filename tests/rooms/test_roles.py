"""Who may do what, and the pages of accounts and roles."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from tests.rooms.conftest import NOW, TODAY, Cast, signed_in, unit

from headwater.rooms.house.models import AuditEntry, Job
from headwater.rooms.people import queries
from headwater.rooms.people.logic.roles import ACTIONS, EVERYONE, NOBODY, Holding, Span, Viewer, can
from headwater.rooms.people.models import RoleGrant, User
from headwater.rooms.people.services import RoleRefusedError, appoint_deputy, close_account, end_role, give_role
from headwater.rooms.people.viewers import viewer_of


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_a_role_over_everything_opens_what_the_table_says(action: str, role: str) -> None:
    holder = Viewer("u", "p", (Holding(role, None),))
    assert can(holder, action) is (role in ACTIONS[action])
    assert can(holder, action, 7) is (role in ACTIONS[action])
    assert not can(NOBODY, action, 7)


def test_a_role_over_a_unit_opens_that_unit_and_those_below() -> None:
    leader = Viewer("u", "p", (Holding("leader", Span(3, 6)),))
    assert [can(leader, "people.see", number) for number in range(8)] == [False] * 3 + [True] * 3 + [False] * 2
    assert not can(leader, "people.see")
    assert can(leader, "organisation.see")


def test_an_action_nobody_declared_is_an_error() -> None:
    with pytest.raises(KeyError):
        can(NOBODY, "everything.do")


def test_leaders_and_employees_have_their_roles_by_their_place(cast: Cast) -> None:
    north = viewer_of(cast.north_leader, today=TODAY)
    assert north.has("leader")
    assert can(north, "people.see", unit("north2-t").number)
    assert not can(north, "people.see", unit("south1-t").number)
    assert not viewer_of(cast.employee, today=TODAY).has("leader")
    assert viewer_of(cast.outsider, today=TODAY).holdings == ()


def test_a_deputy_stands_in_only_between_the_days(cast: Cast) -> None:
    assert cast.employee.person is not None
    appoint_deputy(
        unit=unit("south-d"),
        person=cast.employee.person,
        from_date=TODAY,
        until_date=TODAY + timedelta(days=2),
        actor=cast.administrator,
        now=NOW,
    )
    days = [viewer_of(cast.employee, today=TODAY + timedelta(days=number)).has("leader") for number in range(-1, 4)]
    assert days == [False, True, True, True, False]


def test_a_role_over_a_unit_ends_with_the_unit(cast: Cast) -> None:
    south = unit("south-d")
    give_role(user=cast.outsider, role="experience_lead", unit=south, actor="test", now=NOW)
    assert can(viewer_of(cast.outsider, today=TODAY), "people.see", south.number)
    south.is_open, south.number = False, None
    south.save()
    assert viewer_of(cast.outsider, today=TODAY).holdings == ()


def test_queries_refuse_by_themselves(cast: Cast) -> None:
    nobody = viewer_of(cast.outsider, today=TODAY)
    with pytest.raises(PermissionDenied):
        queries.organisation_page(viewer=nobody, opened="", question="", vacant=False)
    with pytest.raises(PermissionDenied):
        queries.list_imports(viewer=viewer_of(cast.experience_lead, today=TODAY))
    with pytest.raises(PermissionDenied):
        queries.roles_page(viewer=viewer_of(cast.privacy_officer, today=TODAY), question="", page=1)


def test_inviting_giving_and_ending(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    answer = client.post(reverse("people:invite"), {"email": "New@Example.org", "name": "Nia", "person": "north1b"})
    assert answer.status_code == 302
    user = User.objects.get(email="new@example.org")
    assert not user.has_usable_password()
    message = Job.objects.get(name="send_mail").arguments
    assert message["to"] == "new@example.org"
    link = message["text"].split("http://testserver")[1].split()[0]
    page = reverse("people:account", args=[user.pk])
    assert client.post(page, {"role": "analyst", "unit": "north-d"}).status_code == 302
    grant = RoleGrant.objects.get(user=user)
    assert (grant.role, grant.unit) == ("analyst", unit("north-d"))
    assert client.post(reverse("people:end_role", args=[grant.pk])).status_code == 302
    grant.refresh_from_db()
    assert grant.ended_at is not None
    actions = list(
        AuditEntry.objects.filter(subject=str(user.pk)).order_by("sequence").values_list("action", flat=True)
    )
    assert actions == ["account.made", "role.given", "role.ended"]
    newcomer = Client()
    asked = newcomer.get(link, follow=True)
    chosen = {"password1": "river-stone-cloud-9", "password2": "river-stone-cloud-9"}
    newcomer.post(asked.request["PATH_INFO"], chosen)
    user.refresh_from_db()
    assert user.check_password("river-stone-cloud-9")


@pytest.mark.parametrize(
    "form",
    [
        {"email": "employee@example.org"},
        {"email": "EMPLOYEE@example.org"},
        {"email": "not an address"},
        {"email": "x@example.org", "person": "nobody"},
        {"email": "x@example.org", "person": "north1a"},
    ],
)
def test_a_wrong_invitation_makes_no_account(cast: Cast, form: dict[str, str]) -> None:
    before = User.objects.count()
    assert signed_in(cast.administrator).post(reverse("people:invite"), form).status_code == 422
    assert User.objects.count() == before


def test_the_last_administrator_stays(cast: Cast) -> None:
    grant = RoleGrant.objects.get(user=cast.administrator)
    with pytest.raises(RoleRefusedError):
        end_role(grant=grant, actor="test", now=NOW)
    give_role(user=cast.analyst, role="administrator", unit=None, actor="test", now=NOW)
    end_role(grant=grant, actor="test", now=NOW)
    assert not can(viewer_of(cast.administrator, today=TODAY), "roles.manage")


def test_administrators_are_not_made_for_one_unit(cast: Cast) -> None:
    with pytest.raises(RoleRefusedError):
        give_role(user=cast.employee, role="administrator", unit=unit("north-d"), actor="test", now=NOW)


def test_giving_a_role_twice_changes_nothing(cast: Cast) -> None:
    for _ in range(2):
        give_role(user=cast.employee, role="analyst", unit=None, actor="test", now=NOW)
    assert RoleGrant.objects.filter(user=cast.employee).count() == 1


def test_closing_an_account_signs_it_out(cast: Cast) -> None:
    client = signed_in(cast.analyst)
    assert client.get("/").status_code == 200
    address = reverse("people:close_account", args=[cast.analyst.pk])
    assert signed_in(cast.administrator).post(address).status_code == 302
    assert client.get("/").status_code == 302
    assert not RoleGrant.objects.filter(user=cast.analyst, ended_at=None).exists()
    with pytest.raises(RoleRefusedError):
        close_account(user=cast.administrator, actor=cast.administrator, now=NOW)


def test_role_pages_refuse_everybody_but_administrators(cast: Cast) -> None:
    grant = RoleGrant.objects.get(user=cast.analyst)
    for user in (cast.outsider, cast.employee, cast.top_leader, cast.experience_lead, cast.privacy_officer):
        client = signed_in(user)
        assert client.get(reverse("people:roles")).status_code == 403
        assert client.get(reverse("people:account", args=[cast.analyst.pk])).status_code == 403
        assert client.post(reverse("people:invite"), {"email": "a@example.org"}).status_code == 403
        assert client.post(reverse("people:end_role", args=[grant.pk])).status_code == 403
        assert client.post(reverse("people:close_account", args=[cast.analyst.pk])).status_code == 403
    grant.refresh_from_db()
    assert grant.ended_at is None
