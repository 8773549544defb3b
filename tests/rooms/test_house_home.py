"""The home page: what needs me, and for who leads the whole incidents, decisions, promises and visits alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.rooms.conftest import Cast, signed_in

from headwater.rooms.house import slots
from headwater.rooms.house.slots import Need


def need(key: str, order: int, minutes: int = 2, **more: Any) -> Need:
    return Need(key, f"kind {key}", f"title {key}", "text", minutes, "/act/", "Look", order=order, **more)


GIVEN = (
    need("note", 4, 7),
    need("visit", 3, 5),
    need("promise", 2, 1),
    need("promise-two", 2, 3),
    need("decision", 1, 10),
    need("injury", 0, 2, is_urgent=True),
)


@pytest.fixture
def given() -> Iterator[None]:
    """These needs for everybody, and no others."""
    kept = dict(slots.NEEDS)
    slots.NEEDS.clear()
    slots.NEEDS["test"] = lambda _request, _now: GIVEN
    yield
    slots.NEEDS.clear()
    slots.NEEDS.update(kept)


def test_who_leads_the_whole_sees_four_kinds_grouped_and_counted(cast: Cast, given: None) -> None:
    text = signed_in(cast.top_leader).get("/").content.decode()
    head = text.split("<h1>")[1].split("</h1>")[0]
    assert "5 things need you, about 21 minutes" in head
    heads = ("Injuries, near misses and threats", "Decisions asked of you", "Promises due", "Visits")
    places = [text.index(words) for words in heads]
    assert places == sorted(places)
    assert "2 · 4 minutes" in text
    quiet = text.index("1 other thing, 7 minutes")
    assert text.index("title visit") < quiet < text.index("title note")
    assert '<details class="fold others">' in text
    assert "style=" not in text
    assert text.count('class="need-card urgent"') == 1


def test_without_an_incident_it_says_so(cast: Cast, given: None) -> None:
    slots.NEEDS["test"] = lambda _request, _now: GIVEN[:1]
    text = signed_in(cast.top_leader).get("/").content.decode()
    assert "Nothing needs you now." in text
    assert "Nothing since yesterday that you have not seen." in text
    assert "Promises due" not in text
    assert "1 other thing, 7 minutes" in text


def test_everybody_else_sees_all_in_one_list(cast: Cast, given: None) -> None:
    for user in (cast.north_leader, cast.experience_lead, cast.employee):
        text = signed_in(user).get("/").content.decode()
        assert "6 things need you, about 28 minutes" in text
        assert "other thing" not in text
        assert text.index("title injury") < text.index("title decision") < text.index("title note")
