"""A recordable case in the log of an establishment, reports of injuries, and hours worked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.utils import timezone
from tests.rooms.conftest import Cast, unit

from headwater.rooms.act.incidents.reporting import Report, report_incident
from headwater.rooms.act.logic.receipts import new_code
from headwater.rooms.act.logic.recordable import QUESTIONS
from headwater.rooms.act.models import (
    Incident,
    InjuryCase,
)
from headwater.rooms.act.safety import hours
from headwater.rooms.act.safety.cases import Decision, begin_case, decide_case
from headwater.rooms.act.safety.establishments import Said, keep_establishment
from headwater.rooms.people.models import Person, User

NO = dict.fromkeys(QUESTIONS, "no") | {"work_related": "yes", "new_case": "yes"}
AWAY = Decision(NO | {"days_away": "yes"}, is_recordable=True, outcome="days_away", illness="injury")
SAID = Said(
    name="Works, Akron", street="1 Mill Lane", city="Akron", state="OH", zip="04430", naics="332710", most_people=30,
    authority="us-osha", zone="America/New_York",
)  # fmt: skip
HEALTH = {
    "description": "Cut on the left hand", "place": "Hall 2", "birth_date": "1980-05-06", "hire_date": "2015-01-02",
    "sex": "F", "emergency_room": "yes", "in_patient": "no", "time_of_event": "09:40", "before": "Trimming sheet",
    "happened": "The guard was up", "injury": "Five stitches", "substance": "Sheet metal",
}  # fmt: skip


def injury(by: User, key: str = "north1-t", back: int = 3, person: str = "") -> Incident:
    now = timezone.now()
    report = Report(
        kind="injury",
        what="A hand was cut.",
        happened_date=timezone.localdate(now) - timedelta(days=back),
        clock=time(9, 40),
        unit=unit(key),
        place="Hall 2",
        injured=Person.objects.get(key=person) if person else None,
    )
    return report_incident(
        report=report, code=new_code(), actor=by, now=now - timedelta(days=back) + timedelta(hours=1)
    )


@dataclass(frozen=True)
class Kept:
    case: InjuryCase
    officer: User


@pytest.fixture
def kept(cast: Cast) -> Kept:
    """A recordable case of the employee, in the log of an establishment."""
    now = timezone.now()
    keep_establishment(unit=unit("all"), said=SAID, actor=cast.safety_officer, now=now)
    made = begin_case(incident_id=injury(cast.top_leader, person="north1a").pk, actor=cast.safety_officer, now=now)
    made = decide_case(case_id=made.pk, seen=0, decision=AWAY, actor=cast.safety_officer, now=now)
    return Kept(made, cast.safety_officer)


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def fill_hours(officer: User, keys: tuple[str, ...] = ("north1-t", "south1-t"), skip: int = 0) -> int:
    year = timezone.localdate().year - 1
    for key in keys:
        for month in range(1, 13 - skip):
            hours.enter_hours(
                unit=unit(key), year=year, month=month, hours=Decimal(5_000), people=Decimal(30), actor=officer,
                now=timezone.now(),
            )  # fmt: skip
    return year
