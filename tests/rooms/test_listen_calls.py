"""Customers who asked to be called back: who sees whom, what is written down, and how they are forgotten."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.rooms.conftest import NOW, TODAY, Cast, signed_in
from tests.rooms.respond_cast import make_round

from headwater.rooms.house import audit
from headwater.rooms.house.models import AuditEntry, AuditKey
from headwater.rooms.listen.call_backs import CallRefusedError, work_off
from headwater.rooms.listen.models import CallBack, Wave
from headwater.rooms.people import retention
from headwater.rooms.people.viewers import viewer_of

LIST, ERASE = "/listen/calls/", "/listen/calls/erase"


@pytest.fixture
def wave(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wave:
    """A wave of customers; it is Monday, 2 March 2026."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return make_round((tmp_path / "keys", tmp_path / "other"), study="cust", channel="customers").wave


def call(wave: Wave, name: str, unit: str, *, days: int = 0, **values: Any) -> CallBack:
    return CallBack.objects.create(
        wave=wave,
        unit_key=unit,
        name=name,
        asked_date=TODAY - timedelta(days=days),
        **{"contact": f"{name.lower()}@example.org", "words": "About the bill.", **values},
    )


def names_on(client: Client, query: str = "") -> list[str]:
    page = client.get(LIST + query)
    assert page.status_code == 200
    return [line.call.name for line in page.context["page"].lines]


def test_open_ones_come_first_asked_first_and_each_desk_sees_its_own(cast: Cast, wave: Wave) -> None:
    call(wave, "Nora", "north1-t")
    call(wave, "Sam", "south1-t", days=3)
    call(wave, "Nils", "north2-t", days=1)
    call(wave, "Gone", "a-unit-that-is-closed", days=5)
    lead = signed_in(cast.experience_lead)
    assert names_on(lead) == ["Gone", "Sam", "Nils", "Nora"]
    assert names_on(signed_in(cast.north_leader)) == ["Nils", "Nora"]
    assert names_on(signed_in(cast.top_leader)) == ["Sam", "Nils", "Nora"]
    words = lead.get(LIST).content.decode()
    assert "4 customers wait for a call." in words
    assert words.count("waiting for long") == 2
    assert 'href="mailto:sam@example.org"' in words
    assert "Nothing joins a call to an answer." in words


def test_everybody_else_is_refused(cast: Cast, wave: Wave) -> None:
    one = call(wave, "Nora", "north1-t")
    path = f"{LIST}{one.pk}"
    assert Client().get(LIST).status_code == 302
    for user in (cast.outsider, cast.employee, cast.analyst, cast.administrator, cast.privacy_officer):
        assert signed_in(user).get(LIST).status_code == 403
        assert signed_in(user).post(path, {"do": "settle", "outcome": "x"}).status_code == 403
    south = call(wave, "Sam", "south1-t")
    refused = signed_in(cast.north_leader).post(f"{LIST}{south.pk}", {"do": "settle", "outcome": "Called."})
    assert refused.status_code == 403
    for user in (cast.outsider, cast.experience_lead, cast.north_leader, cast.administrator):
        assert signed_in(user).get(ERASE).status_code == 403
        assert signed_in(user).post(ERASE, {"contact": "nora@example.org", "do": "erase"}).status_code == 403
    assert CallBack.objects.filter(done_at=None).count() == 2


def test_one_is_noted_then_settled_then_opened_again(cast: Cast, wave: Wave) -> None:
    one = call(wave, "Nora", "north1-t")
    leader, path = signed_in(cast.north_leader), f"{LIST}{one.pk}"
    assert leader.post(path, {"do": "note", "outcome": " Nobody picked up. "}).status_code == 302
    one.refresh_from_db()
    assert (one.outcome, one.done_at) == ("Nobody picked up.", None)
    leader.post(path, {"do": "settle", "outcome": "  "})
    one.refresh_from_db()
    assert one.done_at is None
    with pytest.raises(CallRefusedError, match="few words"):
        work_off(
            call_id=one.pk, outcome="", settled=True, viewer=viewer_of(cast.north_leader, today=TODAY),
            actor=cast.north_leader, now=NOW,
        )  # fmt: skip
    for _ in range(2):
        leader.post(path, {"do": "settle", "outcome": "The bill is put right."})
    one.refresh_from_db()
    assert one.outcome == "The bill is put right."
    assert str(one.done_at) == str(NOW)
    assert one.done_by_id == cast.north_leader.pk
    assert names_on(leader) == []
    assert names_on(leader, "?settled=1") == ["Nora"]
    assert "The bill is put right." in leader.get(f"{LIST}?settled=1").content.decode()
    leader.post(path, {"do": "open", "outcome": one.outcome})
    one.refresh_from_db()
    assert (one.done_at, one.done_by) == (None, None)
    assert leader.post(path, {"do": "note", "outcome": "x" * 501}).status_code == 302
    one.refresh_from_db()
    assert one.outcome == "The bill is put right."
    entries = AuditEntry.objects.filter(subject=str(one.pk)).order_by("sequence")
    assert [entry.action for entry in entries] == ["call.noted", "call.settled", "call.reopened"]
    assert {entry.actor for entry in entries} == {str(cast.north_leader.pk)}
    assert audit.verify().is_whole


def test_the_home_page_says_who_waits(cast: Cast, wave: Wave) -> None:
    call(wave, "Nora", "north1-t")
    call(wave, "Sam", "south1-t", days=2)
    assert "2 customers wait for a call" in signed_in(cast.experience_lead).get("/").content.decode()
    home = signed_in(cast.north_leader).get("/").content.decode()
    assert "1 customer waits for a call" in home
    assert "They asked to be called back." in home
    assert "for a call" not in signed_in(cast.employee).get("/").content.decode()


def test_names_that_are_markup_stay_words_and_odd_contacts_are_no_links(cast: Cast, wave: Wave) -> None:
    call(wave, "<b>Bo</b>", "north1-t", contact="javascript:alert(1)@x.y?cc=z", words="<script>")
    call(wave, "Ann", "north1-t", contact="+41 (0)44 123-45")
    words = signed_in(cast.experience_lead).get(LIST).content.decode()
    assert "<b>Bo" not in words
    assert "&lt;script&gt;" in words
    assert 'href="javascript' not in words
    assert "mailto:javascript" not in words
    assert 'href="tel:+4104412345"' in words


def test_a_customer_is_found_by_number_or_address_and_erased(cast: Cast, wave: Wave) -> None:
    kept = call(wave, "Other", "north1-t", contact="other@example.org")
    first = call(wave, "Ann", "north1-t", contact="044 123 45 67 or Ann@Example.org")
    second = call(wave, "A.", "south1-t", contact="044/123.45.67", done_at=NOW, outcome="Called.")
    audit.record(action="call.noted", actor="x", subject=str(first.pk), payload={}, now=NOW)
    officer = signed_in(cast.privacy_officer)
    assert officer.get(ERASE).status_code == 200
    assert officer.post(ERASE, {"contact": ""}).status_code == 422
    assert "Nothing was found" in officer.post(ERASE, {"contact": "nobody@example.org"}).content.decode()
    assert "Nothing was found" in officer.post(ERASE, {"contact": "example"}).content.decode()
    assert "2 call backs were found" in officer.post(ERASE, {"contact": "0441234567", "do": "find"}).content.decode()
    assert "1 call back was found" in officer.post(ERASE, {"contact": "ann@example.org"}).content.decode()
    assert CallBack.objects.count() == 3
    assert officer.post(ERASE, {"contact": "0441234567", "do": "erase"}).status_code == 302
    assert list(CallBack.objects.all()) == [kept]
    assert AuditEntry.objects.filter(action="calls.erased", subject="calls").count() == 1
    assert AuditKey.objects.get(subject=str(first.pk)).destroyed_at is not None
    assert not AuditEntry.objects.filter(subject=str(second.pk), action="calls.erased").exists()


def test_settled_ones_are_forgotten_after_their_days(cast: Cast, wave: Wave) -> None:
    old = NOW - timedelta(days=181)
    call(wave, "Old", "north1-t", done_at=old, outcome="Called.")
    call(wave, "Recent", "north1-t", done_at=NOW - timedelta(days=10), outcome="Called.")
    call(wave, "Waiting", "north1-t", days=400)
    retention.apply_retention(now=NOW)
    assert CallBack.objects.count() == 3, "until days are set, nothing goes by itself"
    retention.set_retention(days={"calls": 180}, actor=cast.privacy_officer, now=NOW)
    retention.apply_retention(now=NOW)
    assert set(CallBack.objects.values_list("name", flat=True)) == {"Recent", "Waiting"}
    assert "call backs" in signed_in(cast.privacy_officer).get("/people/privacy/").content.decode()
