"""Slots: plain tables that rooms answer and `site` fills, so that no room imports one downstream of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal, Protocol

from django.db import transaction
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from uuid import UUID

    from ninja import Router

    from headwater.scoring import Benchmark

Text = str | Promise

PEOPLE_TITLE = _("People")
PEOPLE_SUBTITLE = _("who is here")
LISTEN_TITLE = _("Listen")
LISTEN_SUBTITLE = _("studies and answers")
LEARN_TITLE = _("Learn")
LEARN_SUBTITLE = _("what it is like here")
DECIDE_TITLE = _("Decide")
DECIDE_SUBTITLE = _("a direction, a team")
ENGAGE_TITLE = _("Engage")
ENGAGE_SUBTITLE = _("leaders who find out")
ACT_TITLE = _("Act")
ACT_SUBTITLE = _("at the front line")
PROVE_TITLE = _("Prove")
PROVE_SUBTITLE = _("whether it worked")


@dataclass(frozen=True)
class Room:
    """One verb of the loop in the navigation.

    view: the name of its first page. opens: whether it opens to whoever asks; without it, to everybody who signed in.
    """

    key: str
    view: str
    title: Text
    subtitle: Text
    opens: Callable[[HttpRequest], bool] | None = None

    def is_open_to(self, request: HttpRequest) -> bool:
        """Whether its first page opens to whoever asks."""
        return self.opens is None or self.opens(request)


@dataclass(frozen=True)
class Need:
    """One thing that needs somebody now. order: 0 injury, 1 decision, 2 promise, 3 visit, 4 anything else."""

    key: str
    kind: Text
    title: Text
    text: Text
    minutes: int
    href: str
    action: Text
    order: int = 4
    is_urgent: bool = False


@dataclass(frozen=True)
class Finding:
    """A released number that somebody looks at. study, wave, unit: keys. score: key of the scale or item."""

    study: str
    wave: str
    unit: str
    score: str


@dataclass(frozen=True)
class NextStep:
    """One thing to do about a finding, and where. minutes: what it takes of the viewer."""

    kind: Literal["commit", "discover", "visit"]
    title: Text
    text: Text
    href: str
    minutes: int


@dataclass(frozen=True)
class Erased:
    """What a room did about one kind of record of a person. kept: why some stay; empty when none does."""

    what: Text
    count: int
    kept: Text = ""


@dataclass(frozen=True)
class ExportFile:
    """One file of what a room knows about a person. name: relative, safe, unique in its room."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Release:
    """Numbers that a room let out together, for the privacy desk.

    figures: how many numbers. k: the smallest group shown. verdict: of the auditor; "" before it ran. href: the page
    that shows it, "" for none.
    """

    key: str
    title: Text
    released_at: datetime
    k: int
    figures: int
    verdict: Literal["clean", "leaks", ""]
    href: str = ""


@dataclass(frozen=True)
class AskedMinutes:
    """Minutes that something asks of a person. due_date: the day it is for. href: where it is done.

    source: what asks, as "direction:<id>"; the same asks the same person once. over_reason: why it cannot wait, where
    their week is full.
    """

    source: str
    kind: str
    title: str
    minutes: int
    due_date: date
    href: str
    over_reason: str = ""


class AskWarningOf(Protocol):
    """Says whom minutes would overload, in lines, before they are asked; none where they fit.

    To somebody else than who asks, the last line says what to do instead; to oneself it is a plain notice.
    """

    def __call__(self, *, person: str, asked: AskedMinutes, actor: str) -> tuple[str, ...]:
        """person: the opaque id. actor: who asks."""


class AskOf(Protocol):
    """Keeps minutes asked of a person, in the caller's transaction. Safe to repeat by source."""

    def __call__(self, *, person: str, asked: AskedMinutes, actor: str, now: datetime) -> None:
        """person: the opaque id. actor: who asks."""


class AskEndedOf(Protocol):
    """Notes that what a source asked was done, or lets it fall away, in the caller's transaction. Safe to repeat."""

    def __call__(self, *, source: str, is_done: bool, actor: str, now: datetime) -> None:
        """actor: who did it or called it off."""


class EraserOf(Protocol):
    """Erases what a room keeps about a person, in the caller's transaction. Safe to repeat: then it returns zeros."""

    def __call__(self, *, person: str, actor: str, now: datetime) -> Iterable[Erased]:
        """person: the opaque id. actor: who asked."""


class ExporterOf(Protocol):
    """Writes down what a room keeps about a person."""

    def __call__(self, *, person: str, now: datetime) -> Iterable[ExportFile]:
        """person: the opaque id."""


class DemoOf(Protocol):
    """Builds a room's part of the demonstration, on what the rooms upstream built. Returns lines to print."""

    def __call__(self, *, people: int, seed: int, now: datetime) -> Iterable[str]:
        """people: size of the organisation. seed: the same seed builds the same."""


class FirstPageOf(Protocol):
    """Says what was done since last time, in a few short lines, for the first page of the next survey.

    A line may end, after a space, with an address of this site, as "/told/x": the page leads the words there.
    """

    def __call__(self, *, study: str, unit: str, language: str) -> Iterable[str]:
        """study, unit: keys; unit is "" for customers. language: a code. Lines without one in it are left out."""


PRESSING = range(4)
"""Orders of needs that stand on the home page of who leads the whole; all others wait behind one line."""

NeedsOf = Callable[[HttpRequest, datetime], Iterable[Need]]
NextStepsOf = Callable[[HttpRequest, Finding], Iterable[NextStep]]
BenchmarkOf = Callable[["UUID", datetime], "Benchmark | None"]
"""Takes a study and when its wave was launched."""
ReleasedOf = Callable[[HttpRequest], Iterable[Release]]

FIRST_PAGE_LINES = 3
"""More would be read by nobody before the first question."""

ROOMS: dict[str, Room] = {}
"""Rooms that exist, in the order of the loop."""
NAMES: dict[str, Callable[[], str]] = {}
"""What the organisation calls itself, under "organisation"."""
NEEDS: dict[str, NeedsOf] = {}
"""What needs this viewer now, by room."""
LEADS_WHOLE: dict[str, Callable[[HttpRequest], bool]] = {}
"""Whether a viewer leads the whole organisation or stands in for who does; any yes counts."""
NEXT_STEPS: dict[str, NextStepsOf] = {}
"""Commit, discover, visit: from any finding, by room."""
FIRST_PAGE: dict[str, FirstPageOf] = {}
"""What we did since last time, by room."""
ASKS: dict[str, AskOf] = {}
"""What keeps the minutes that rooms upstream of it ask of people, by room."""
ASK_WARNINGS: dict[str, AskWarningOf] = {}
"""What warns before they are too many, by room."""
ASKS_ENDED: dict[str, AskEndedOf] = {}
"""What ends them, by room."""
ERASERS: dict[str, EraserOf] = {}
"""What erases a person, by room, upstream first."""
EXPORTERS: dict[str, ExporterOf] = {}
"""What exports a person, by room, upstream first."""
DEMO: dict[str, DemoOf] = {}
"""What builds the demonstration, by room, upstream first."""
API: dict[str, Callable[[], Router]] = {}
"""The API of a room, under its key in the address. Called once, when the addresses are first asked for."""
BENCHMARKS: dict[str, BenchmarkOf] = {}
"""What the scores of a wave are compared with, asked when it is released."""
RELEASED: dict[str, ReleasedOf] = {}
"""What was released, by room; each lets through what this viewer may know of."""


def needs_now(request: HttpRequest, now: datetime) -> list[Need]:
    """Return what needs this viewer, most pressing first."""
    found = [need for ask in NEEDS.values() for need in ask(request, now)]
    return sorted(found, key=lambda need: (not need.is_urgent, need.order, need.minutes))


def leads_whole(request: HttpRequest) -> bool:
    """Whether this viewer leads the whole organisation."""
    return any(ask(request) for ask in LEADS_WHOLE.values())


def next_steps_of(request: HttpRequest, finding: Finding) -> list[NextStep]:
    """Return what can be done about a finding: commit, then discover, then visit; the shortest of a kind first."""
    order = ("commit", "discover", "visit")
    found = [step for ask in NEXT_STEPS.values() for step in ask(request, finding)]
    return sorted(found, key=lambda step: (order.index(step.kind), step.minutes))


def first_page_of(*, study: str, unit: str, language: str) -> list[str]:
    """Return at most three lines on what was done, each on one line, none empty, none twice."""
    found = [
        " ".join(line.split()) for ask in FIRST_PAGE.values() for line in ask(study=study, unit=unit, language=language)
    ]
    return list(dict.fromkeys(filter(None, found)))[:FIRST_PAGE_LINES]


def ask_minutes(*, person: str, asked: AskedMinutes, actor: str, now: datetime) -> None:
    """Ask minutes of a person, for rooms upstream of the calendar; rooms downstream ask it themselves."""
    for keep in ASKS.values():
        keep(person=person, asked=asked, actor=actor, now=now)


def warn_of_minutes(*, person: str, asked: AskedMinutes, actor: str) -> tuple[str, ...]:
    """Return whom minutes would overload, in lines; none where they fit. For rooms upstream of the calendar."""
    return tuple(line for warn in ASK_WARNINGS.values() for line in warn(person=person, asked=asked, actor=actor))


def end_minutes(*, source: str, is_done: bool, actor: str, now: datetime) -> None:
    """Note that what a source asked was done, or let it fall away."""
    for end in ASKS_ENDED.values():
        end(source=source, is_done=is_done, actor=actor, now=now)


def erase_everywhere(*, person: str, actor: str, now: datetime) -> dict[str, list[Erased]]:
    """Erase a person in every room, downstream first, in one transaction: all of it or nothing. Returns it by room.

    Downstream rooms come first because their records point upstream and hold what they point to.
    """
    with transaction.atomic():
        return {room: list(ERASERS[room](person=person, actor=actor, now=now)) for room in reversed(list(ERASERS))}


def export_everywhere(*, person: str, now: datetime) -> list[ExportFile]:
    """Return every room's files about a person, named under their room. Raises ValueError for a name unsafe or used."""
    found: dict[str, ExportFile] = {}
    for room, write in EXPORTERS.items():
        for file in write(person=person, now=now):
            path = PurePosixPath(file.name)
            name = f"{room}/{file.name}"
            if path.is_absolute() or not path.name or ".." in path.parts or "\\" in file.name or name in found:
                message = f"{room} cannot export a file named {file.name!r}"
                raise ValueError(message)
            found[name] = ExportFile(name, file.media_type, file.content)
    return list(found.values())


def build_demo(*, people: int, seed: int, now: datetime) -> list[str]:
    """Build every room's part of the demonstration, upstream first. Returns the lines to print."""
    return [line for build in DEMO.values() for line in build(people=people, seed=seed, now=now)]


def api_routers() -> list[tuple[str, Router]]:
    """Return every room's routers with their place in the address."""
    return [(room, make()) for room, make in API.items()]


def releases_of(request: HttpRequest) -> list[tuple[str, Release]]:
    """Return what was released with the room that did, the latest first."""
    found = [(room, release) for room, ask in RELEASED.items() for release in ask(request)]
    return sorted(found, key=lambda pair: pair[1].released_at, reverse=True)
