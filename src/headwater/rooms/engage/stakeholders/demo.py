"""Ten stakeholders of the sample organisation, two of them from outside, as somebody who knows them would note them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from headwater.rooms.engage.asks import record_ask
from headwater.rooms.engage.models import AttitudeReading, Stakeholder
from headwater.rooms.engage.stakeholders import services
from headwater.rooms.engage.stakeholders.file_services import apply_file, check_file
from headwater.rooms.engage.stakeholders.own_words import OwnWords, say_own_words
from headwater.rooms.people.models import Unit, User

FILE = "stakeholders.csv"
INSIDE = 8
HEADER = (
    "external_id",
    "name",
    "email",
    "role",
    "organisation",
    "power",
    "interest",
    "legitimacy",
    "urgency",
    "reason",
    "attitude",
    "attitude_reason",
    "desired",
    "form",
    "minutes",
)
RATED: tuple[tuple[str, ...], ...] = (
    (
        "4",
        "3",
        "4",
        "2",
        "signs every budget",
        "neutral",
        "asks for the numbers first and keeps an open mind",
        "leading",
        "one_page",
        "30",
    ),
    (
        "4",
        "2",
        "3",
        "1",
        "runs the largest division",
        "resistant",
        "called the last survey a waste of paper",
        "supportive",
        "spreadsheet",
        "20",
    ),
    (
        "3",
        "4",
        "3",
        "3",
        "asked for help with turnover twice",
        "supportive",
        "offered her depots for the pilot",
        "leading",
        "slides",
        "45",
    ),
    (
        "3",
        "1",
        "2",
        "0",
        "holds the timetable",
        "unaware",
        "was in none of the meetings yet",
        "neutral",
        "action_list",
        "15",
    ),
    (
        "2",
        "4",
        "3",
        "2",
        "her teams try things first",
        "leading",
        "starts things before anybody asks",
        "leading",
        "live_page",
        "60",
    ),
    (
        "2",
        "3",
        "2",
        "4",
        "loses people every month",
        "supportive",
        "came to the last review unasked",
        "supportive",
        "action_list",
        "30",
    ),
    (
        "3",
        "3",
        "3",
        "1",
        "decides on training days",
        "neutral",
        "listens and has promised nothing",
        "supportive",
        "slides",
        "30",
    ),
    ("1", "2", "2", "1", "new in the role", "unaware", "started last month", "supportive", "one_page", "45"),
)
OUTSIDE = (
    ("OUT-1", "Maud Okafor", "maud.okafor@regulator.example", "inspector", "Transport Regulator",
     "4", "2", "4", "1", "grants the licence",
     "neutral", "asked for the figures, nothing else", "supportive", "one_page", ""),
    ("OUT-2", "Piet Verhoeven", "piet.verhoeven@union.example", "regional secretary", "Transport Union",
     "3", "4", "4", "3", "speaks for the drivers on rest times",
     "resistant", "says surveys replace talking", "neutral", "action_list", ""),
)  # fmt: skip


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Bring ten stakeholders in by a file, with sponsors, decisions and asks, unless any stand. Returns nothing."""
    actor = User.objects.filter(email="experience.lead@demo.example").first()
    if actor is None or Stakeholder.objects.exists():
        return []
    leaders = _leaders()
    if len(leaders) < INSIDE:
        return []
    made = check_file(content=register_file(leaders), file_name=FILE, actor=actor, now=now - timedelta(days=20))
    apply_file(file_id=made.pk, decisions={}, actor=actor, now=now - timedelta(days=20))
    inside = [Stakeholder.objects.get(person=unit.leader) for unit in leaders]
    outside = list(Stakeholder.objects.filter(person=None).order_by("external_id"))
    _relate(inside, outside, actor, now)
    _note(inside, outside, actor, now)
    return []


def register_file(leaders: list[Unit]) -> bytes:
    """Write the register as the lead's own sheet would have it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for unit, rated in zip(leaders, RATED, strict=True):
        assert unit.leader is not None
        writer.writerow((unit.leader.key, unit.leader.name, "", f"leads {unit.name}", "", *rated))
    writer.writerows(OUTSIDE)
    return text.getvalue().encode()


def _leaders() -> list[Unit]:
    """The top leader, those right below, and then others from the top down, each person once."""
    found: list[Unit] = []
    seen = set()
    for unit in Unit.objects.select_related("leader").filter(is_open=True).order_by("depth", "number"):
        if unit.leader is None or not unit.leader.is_active or unit.leader.pk in seen:
            continue
        seen.add(unit.leader.pk)
        found.append(unit)
        if len(found) == INSIDE:
            break
    return found


def _relate(inside: list[Stakeholder], outside: list[Stakeholder], actor: User, now: datetime) -> None:
    for sponsor, sponsored, strength, source in (
        (inside[0], inside[2], 3, "Gave her the floor at the last board."),
        (inside[2], inside[4], 4, "Names her teams as the example every time."),
        (inside[1], inside[6], 2, "Said so when asked."),
        (inside[4], inside[5], 3, "They run the pilot together."),
        (inside[0], outside[0], 2, "Meets her before every audit."),
        (inside[5], outside[1], 2, "Sits with him in the works council."),
    ):
        services.note_sponsor(
            sponsor=sponsor, sponsored=sponsored, strength=strength, source=source, actor=actor, now=now
        )


def _note(inside: list[Stakeholder], outside: list[Stakeholder], actor: User, now: datetime) -> None:
    today = timezone.localdate(now)
    services.note_decision(
        stakeholder=inside[0],
        title="Budget for next year",
        decide_date=today + timedelta(days=12),
        actor=actor,
        now=now,
    )
    services.note_decision(
        stakeholder=outside[0], title="Licence review", decide_date=today + timedelta(days=26), actor=actor, now=now
    )
    services.read_attitude(
        stakeholder=inside[1],
        level="neutral",
        source=AttitudeReading.Source.JUDGED,
        words="Stayed to the end of the review and asked two questions.",
        actor=actor,
        now=now - timedelta(days=6),
    )
    say_own_words(
        stakeholder=inside[2],
        words=OwnWords(
            form="slides",
            minutes=40,
            decides="Rosters and training days of my depots.",
            drives="Fewer people leaving in their first year.",
            credible="A number that held for two quarters.",
            attitude="supportive",
            attitude_words="I want this to work.",
        ),
        actor=None,
        now=now - timedelta(days=4),
    )
    for place, minutes, title, days in (
        (0, 15, "Read the one page on turnover", 2),
        (0, 20, "Decide on the pilot", 9),
        (1, 25, "Look at the sheet on rest times", 3),
        (2, 30, "Open the quarterly review", 10),
    ):
        record_ask(
            person=inside[place],
            kind="demo",
            title=title,
            minutes=minutes,
            due_date=today + timedelta(days=days),
            href="",
            source=f"stakeholders_demo:{place}:{days}",
            actor=actor,
            now=now,
        )
