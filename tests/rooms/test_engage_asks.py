"""Minutes asked: recorded once a source, counted by the week, warned of, and each one's own page alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.rooms.conftest import NOW, TODAY, Cast, signed_in

from headwater.rooms.engage.asks import (
    Asked,
    AskRefusedError,
    cancel_ask,
    cap_of,
    done_ask,
    load_warning,
    next_free_week,
    record_ask,
    set_cap,
    set_house_cap,
    warning_words,
    weekly_load,
)
from headwater.rooms.engage.models import Ask, CalendarAddress, WeeklyCap
from headwater.rooms.engage.stakeholders.register import add_outsider
from headwater.rooms.engage.stakeholders.slots import erase_asks, export_asks
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.people.models import Person, User

MONDAY = TODAY


def top() -> Person:
    return Person.objects.get(key="top")


def ask(person: Asked, actor: User, minutes: int = 20, *, day: date = MONDAY, source: str = "briefing:1") -> Ask:
    return record_ask(
        person=person,
        kind="briefing",
        title="Read one page",
        minutes=minutes,
        due_date=day,
        href="/engage/",
        source=source,
        actor=actor,
        now=NOW,
    )


def test_a_source_asks_once_and_moves_what_it_asked(cast: Cast) -> None:
    first = ask(top(), cast.experience_lead)
    entries = AuditEntry.objects.count()
    assert ask(top(), cast.experience_lead).pk == first.pk
    assert AuditEntry.objects.count() == entries
    moved = ask(top(), cast.experience_lead, 25, day=MONDAY + timedelta(days=7))
    assert (moved.pk, moved.minutes, moved.sequence) == (first.pk, 25, 1)
    assert weekly_load(top(), MONDAY).minutes == 0
    assert weekly_load(top(), MONDAY + timedelta(days=9)).minutes == 25


def test_an_account_with_a_person_and_the_person_are_one(cast: Cast) -> None:
    ask(cast.top_leader, cast.experience_lead)
    assert weekly_load(top(), MONDAY).minutes == 20
    ask(cast.experience_lead, cast.experience_lead)
    assert weekly_load(cast.experience_lead, MONDAY).minutes == 20


def test_done_counts_and_fallen_away_does_not(cast: Cast) -> None:
    ask(top(), cast.experience_lead)
    ask(top(), cast.experience_lead, 10, source="visit:1")
    assert done_ask(source="briefing:1", actor=cast.top_leader, now=NOW) == 1
    assert done_ask(source="briefing:1", actor=cast.top_leader, now=NOW) == 0
    assert cancel_ask(source="visit:1", actor=None, now=NOW) == 1
    assert weekly_load(top(), MONDAY).minutes == 20
    again = ask(top(), cast.experience_lead, 10, source="visit:1")
    assert again.cancelled_at is None
    assert ask(top(), cast.experience_lead, 45).minutes == 20


@pytest.mark.parametrize(("minutes", "title", "source"), [(0, "x", "s"), (481, "x", "s"), (5, " ", "s"), (5, "x", "")])
def test_what_is_no_ask_is_refused(cast: Cast, minutes: int, title: str, source: str) -> None:
    with pytest.raises(AskRefusedError):
        record_ask(
            person=top(), kind="k", title=title, minutes=minutes, due_date=MONDAY, href="", source=source,
            actor=None, now=NOW,
        )  # fmt: skip
    assert not Ask.objects.exists()


def test_a_warning_comes_before_the_cap_is_passed(cast: Cast) -> None:
    ask(top(), cast.experience_lead, 50)
    assert load_warning(top(), 10, MONDAY) is None
    found = load_warning(top(), 11, MONDAY + timedelta(days=6))
    assert found is not None
    assert (found.week, found.total, found.over, found.cap) == (MONDAY, 61, 1, 60)
    assert "61 minutes" in warning_words(found)
    assert load_warning(top(), 11, MONDAY + timedelta(days=7)) is None
    assert load_warning(top(), 60, MONDAY, source="briefing:1") is None
    assert next_free_week(top(), 11, MONDAY) == MONDAY + timedelta(days=7)


def test_ones_own_word_on_the_cap_is_nobody_elses_to_change(cast: Cast) -> None:
    assert (cap_of(top()).minutes, cap_of(top()).basis) == (60, "house")
    set_house_cap(minutes=40, actor=cast.experience_lead, now=NOW)
    assert cap_of(top()).minutes == 40
    set_cap(person=top(), minutes=25, is_own=False, actor=cast.experience_lead, now=NOW)
    set_cap(person=cast.top_leader, minutes=30, is_own=True, actor=cast.top_leader, now=NOW)
    with pytest.raises(AskRefusedError):
        set_cap(person=top(), minutes=90, is_own=False, actor=cast.experience_lead, now=NOW)
    assert (cap_of(top()).minutes, cap_of(top()).is_own) == (30, True)


def test_an_outsider_has_weeks_too(cast: Cast) -> None:
    one = add_outsider(name="Maud", actor=cast.experience_lead, now=NOW)
    ask(one, cast.experience_lead, 61)
    assert weekly_load(one, MONDAY).over == 1


def this_week(actor: User) -> None:
    ask(top(), actor, 70, day=timezone.localdate())


def test_the_own_page_shows_minutes_and_the_line(cast: Cast) -> None:
    this_week(cast.experience_lead)
    text = signed_in(cast.top_leader).get(reverse("engage:asks")).content.decode()
    assert "This week 70 minutes are asked of you." in text
    assert "70 of 60 minutes" in text
    assert "10 too many" in text
    assert "Read one page" in text


def test_one_sets_ones_own_line_on_the_page(cast: Cast) -> None:
    client = signed_in(cast.north_leader)
    assert client.post(reverse("engage:asks"), {"doing": "cap", "minutes": "35"}).status_code == 302
    assert cap_of(cast.north_leader).minutes == 35
    assert client.post(reverse("engage:asks"), {"doing": "cap", "minutes": "9999"}).status_code == 422
    assert cap_of(cast.north_leader).minutes == 35


def test_nobody_sees_anothers_weeks_but_who_manages(cast: Cast) -> None:
    this_week(cast.experience_lead)
    for user in (cast.north_leader, cast.employee, cast.administrator, cast.analyst, cast.outsider):
        client = signed_in(user)
        assert "Read one page" not in client.get(reverse("engage:asks")).content.decode()
        assert client.get(reverse("engage:asks_all")).status_code == 403
        assert b"Read one page" not in client.get(reverse("engage:asks_file")).content
    assert signed_in(cast.top_leader).get(reverse("engage:asks_all")).status_code == 403
    assert Client().get(reverse("engage:asks")).status_code == 302


def test_who_manages_sees_minutes_and_titles_and_sets_the_rule(cast: Cast) -> None:
    this_week(cast.experience_lead)
    client = signed_in(cast.experience_lead)
    text = client.get(reverse("engage:asks_all")).content.decode()
    assert "Ada Top" in text
    assert "Read one page" in text
    assert "10 over" in text
    assert client.post(reverse("engage:asks_all"), {"minutes": "80"}).status_code == 302
    assert WeeklyCap.objects.get().minutes == 80
    assert "10 over" not in client.get(reverse("engage:asks_all")).content.decode()


def test_the_calendar_address_reads_ones_own_asks_without_signing_in_until_it_ends(cast: Cast) -> None:
    this_week(cast.experience_lead)
    client = signed_in(cast.top_leader)
    text = client.post(reverse("engage:asks"), {"doing": "open"}).content.decode()
    address = text.split("<code>")[1].split("</code>")[0]
    found = Client().get(address)
    assert found.status_code == 200
    assert found["Content-Type"].startswith("text/calendar")
    uid = f"UID:{Ask.objects.get().pk}@headwater".encode()
    assert uid in found.content
    assert b"SUMMARY:Read one page (70 min)" in found.content
    assert address.rsplit("/", 1)[1].encode() not in client.get(reverse("engage:asks")).content
    assert Client().get(address.replace(".ics", "x.ics")).status_code == 404
    client.post(reverse("engage:asks"), {"doing": "close"})
    assert Client().get(address).status_code == 404


def test_a_calendar_address_ends_with_the_account(cast: Cast) -> None:
    client = signed_in(cast.top_leader)
    text = client.post(reverse("engage:asks"), {"doing": "open"}).content.decode()
    address = text.split("<code>")[1].split("</code>")[0]
    User.objects.filter(pk=cast.top_leader.pk).update(is_active=False)
    assert Client().get(address).status_code == 404


def test_an_ask_that_fell_away_is_cancelled_in_the_calendar(cast: Cast) -> None:
    this_week(cast.experience_lead)
    cancel_ask(source="briefing:1", actor=None, now=NOW)
    content = signed_in(cast.top_leader).get(reverse("engage:asks_file")).content
    assert b"STATUS:CANCELLED" in content
    assert b"SEQUENCE:1" in content


def test_erasing_and_exporting_take_all_of_it(cast: Cast) -> None:
    this_week(cast.experience_lead)
    set_cap(person=top(), minutes=30, is_own=True, actor=cast.top_leader, now=NOW)
    signed_in(cast.top_leader).post(reverse("engage:asks"), {"doing": "open"})
    (file,) = export_asks(person=str(top().pk), now=NOW)
    assert b"Read one page" in file.content
    (erased,) = erase_asks(person=str(top().pk), actor="x", now=NOW)
    assert erased.count == 3
    assert not Ask.objects.exists()
    assert not WeeklyCap.objects.exists()
    assert not CalendarAddress.objects.exists()
    assert next(iter(erase_asks(person=str(top().pk), actor="x", now=NOW))).count == 0
