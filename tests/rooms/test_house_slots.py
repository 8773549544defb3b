"""Slots: what the house gathers from the rooms, in which order, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from ninja import Router
from tests.rooms.conftest import NOW

from headwater.rooms.house import slots
from headwater.rooms.house.models import Count
from headwater.rooms.house.slots import Erased, ExportFile, Finding, Need, NextStep, Release

TABLES = ("NEEDS", "NEXT_STEPS", "FIRST_PAGE", "ERASERS", "EXPORTERS", "DEMO", "API", "RELEASED")
FINDING = Finding("engagement", "2026-03", "north", "lx_listens")


@pytest.fixture(autouse=True)
def _empty_tables() -> Iterator[None]:
    """Tables of the test alone."""
    kept: dict[str, dict[str, Any]] = {name: dict(getattr(slots, name)) for name in TABLES}
    for name in TABLES:
        getattr(slots, name).clear()
    yield
    for name, table in kept.items():
        getattr(slots, name).clear()
        getattr(slots, name).update(table)


@pytest.fixture
def request_() -> HttpRequest:
    return RequestFactory().get("/")


def test_empty_slots_answer_nothing(request_: HttpRequest) -> None:
    assert slots.needs_now(request_, NOW) == []
    assert slots.next_steps_of(request_, FINDING) == []
    assert slots.first_page_of(study="s", unit="u", language="en") == []
    assert slots.export_everywhere(person="p", now=NOW) == []
    assert slots.releases_of(request_) == []
    assert slots.build_demo(people=10, seed=1, now=NOW) == []
    assert slots.api_routers() == []


def test_the_urgent_comes_before_the_order_and_the_order_before_the_minutes(request_: HttpRequest) -> None:
    def need(key: str, order: int, minutes: int, *, is_urgent: bool = False) -> Need:
        return Need(key, "", "", "", minutes, "/", "", order, is_urgent)

    slots.NEEDS["people"] = lambda request, now: [need("visit", 3, 1), need("decision", 1, 9)]
    slots.NEEDS["act"] = lambda request, now: [need("late", 4, 5, is_urgent=True), need("quick", 1, 2)]
    assert [found.key for found in slots.needs_now(request_, NOW)] == ["late", "quick", "decision", "visit"]


def test_next_steps_stand_in_the_order_of_the_loop(request_: HttpRequest) -> None:
    asked = []

    def engage(request: HttpRequest, finding: Finding) -> list[NextStep]:
        asked.append(finding)
        return [NextStep("visit", "Visit", "", "/v", 60), NextStep("discover", "Discover", "", "/d", 12)]

    slots.NEXT_STEPS["engage"] = engage
    slots.NEXT_STEPS["act"] = lambda request, finding: [
        NextStep("commit", "Commit to two", "", "/c2", 8),
        NextStep("commit", "Commit", "", f"/c/{finding.score}", 3),
    ]
    assert [step.href for step in slots.next_steps_of(request_, FINDING)] == ["/c/lx_listens", "/c2", "/d", "/v"]
    assert asked == [FINDING]


def test_the_first_page_has_three_short_lines_at_most() -> None:
    def act(*, study: str, unit: str, language: str) -> list[str]:
        return [f"{language}: rosters are\nfixed for {unit}.", "", "Two gates were mended.", "Two gates  were mended."]

    slots.FIRST_PAGE["act"] = act
    slots.FIRST_PAGE["prove"] = lambda *, study, unit, language: ["Third.", "Fourth."]
    assert slots.first_page_of(study="s", unit="north", language="en") == [
        "en: rosters are fixed for north.",
        "Two gates were mended.",
        "Third.",
    ]


@pytest.mark.django_db
def test_erasing_begins_downstream_and_says_what_was_done() -> None:
    order = []

    def eraser(room: str) -> slots.EraserOf:
        def erase(*, person: str, actor: str, now: datetime) -> list[Erased]:
            order.append((room, person, actor, now))
            return [Erased("rows", 2, "released figures stay frozen" if room == "listen" else "")]

        return erase

    slots.ERASERS.update(people=eraser("people"), listen=eraser("listen"))
    done = slots.erase_everywhere(person="p1", actor="officer", now=NOW)
    assert order == [("listen", "p1", "officer", NOW), ("people", "p1", "officer", NOW)]
    assert [row.kept for row in done["listen"]] == ["released figures stay frozen"]
    assert done["people"] == [Erased("rows", 2)]


@pytest.mark.django_db
def test_an_eraser_that_fails_leaves_everything_as_it_was() -> None:
    def works(*, person: str, actor: str, now: datetime) -> list[Erased]:
        Count.objects.create(key="erased", window=1)
        return []

    def fails(*, person: str, actor: str, now: datetime) -> list[Erased]:
        raise RuntimeError("held elsewhere")

    slots.ERASERS.update(people=fails, listen=works)
    with pytest.raises(RuntimeError, match="held"):
        slots.erase_everywhere(person="p1", actor="officer", now=NOW)
    assert not Count.objects.filter(key="erased").exists()


def test_exports_stand_under_their_room() -> None:
    slots.EXPORTERS["people"] = lambda *, person, now: [ExportFile("person.json", "application/json", person.encode())]
    slots.EXPORTERS["listen"] = lambda *, person, now: [ExportFile("mail/person.json", "application/json", b"{}")]
    files = slots.export_everywhere(person="p1", now=NOW)
    assert [file.name for file in files] == ["people/person.json", "listen/mail/person.json"]
    assert files[0].content == b"p1"


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "", "a\\b", "a/../../b"])
def test_an_export_cannot_leave_its_folder(name: str) -> None:
    slots.EXPORTERS["people"] = lambda *, person, now: [ExportFile(name, "text/plain", b"")]
    with pytest.raises(ValueError, match="people cannot export"):
        slots.export_everywhere(person="p1", now=NOW)


def test_no_export_overwrites_another() -> None:
    slots.EXPORTERS["people"] = lambda *, person, now: [ExportFile("a", "text/plain", b"")] * 2
    with pytest.raises(ValueError, match="'a'"):
        slots.export_everywhere(person="p1", now=NOW)


def test_releases_stand_latest_first(request_: HttpRequest) -> None:
    def release(key: str, days: int) -> Release:
        return Release(key, key, NOW + timedelta(days=days), 5, 120, "clean")

    slots.RELEASED["listen"] = lambda request: [release("rates", 1)]
    slots.RELEASED["learn"] = lambda request: [release("old", 0), release("new", 2)]
    found = [(room, made.key) for room, made in slots.releases_of(request_)]
    assert found == [("learn", "new"), ("listen", "rates"), ("learn", "old")]


def test_the_demonstration_is_built_upstream_first() -> None:
    slots.DEMO["people"] = lambda *, people, seed, now: [f"{people} people of seed {seed}"]
    slots.DEMO["listen"] = lambda *, people, seed, now: ["one study"]
    assert slots.build_demo(people=30, seed=7, now=NOW) == ["30 people of seed 7", "one study"]


def test_routers_stand_under_their_room() -> None:
    router = Router()
    slots.API["people"] = lambda: router
    assert slots.api_routers() == [("people", router)]
