"""Three incidents of the sample organisation: one with everything kept, one of this morning, one anonymous."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils.timezone import localdate

from headwater.rooms.act.incidents import duties, messages, posters
from headwater.rooms.act.incidents.reporting import Report, report_incident
from headwater.rooms.act.incidents.trail import keep_trail
from headwater.rooms.act.incidents.who import account_of, top_leader
from headwater.rooms.act.logic.incidents import FIX, MEET, REPEAT
from headwater.rooms.act.logic.receipts import ALPHABET, SIGNS, written
from headwater.rooms.act.models import Incident
from headwater.rooms.people.models import Person, Unit, User


@dataclass(frozen=True)
class DemoCast:
    """Who acts in the demonstration."""

    leader: User
    officer: User
    employee: User
    chief: User
    mate: Person | None
    team: Unit
    other: Unit


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Build the incidents; again changes nothing, and says the same."""
    cast = _cast()
    if cast is None:
        return []
    if not Incident.objects.exists():
        _poster(cast, now)
        _kept(cast, seed, now)
        _of_this_morning(cast, seed, now)
        _anonymous(cast, seed, now)
    return [f"An anonymous report is followed at /i/follow with the code {written(code_of(seed, 3))}"]


def code_of(seed: int, number: int) -> str:
    """The receipt code of one of the incidents: the same seed gives the same, so it protects nothing but a sample."""
    drawn = random.Random(f"headwater:demo:incident:{seed}:{number}")
    return "".join(drawn.choice(ALPHABET) for _sign in range(SIGNS))


def _cast() -> DemoCast | None:
    leader = account_of(top_leader())
    officer = User.objects.filter(email="safety.officer@demo.example").first()
    employee = User.objects.filter(email="employee@demo.example").select_related("person__unit").first()
    if leader is None or officer is None or employee is None or employee.person is None or employee.person.unit is None:
        return None
    team = employee.person.unit
    chief = account_of(team.leader) or employee
    mate = Person.objects.filter(unit=team, is_active=True).exclude(pk=employee.person.pk).order_by("key").first()
    other = Unit.objects.filter(is_open=True, size=1).exclude(pk=team.pk).order_by("-number").first()
    return DemoCast(leader, officer, employee, chief, mate, team, other or team)


def _poster(cast: DemoCast, now: datetime) -> None:
    key = uuid5(NAMESPACE_URL, "headwater:demo:incident:poster")
    posters.make_poster(
        poster_id=key, unit=cast.team, place="Workshop, gate 3", actor=cast.officer, now=now - timedelta(days=60)
    )


def _kept(cast: DemoCast, seed: int, now: datetime) -> None:
    """An injury 30 days ago: opened within the hour, met, done again by the leader, fixed, told, closed."""
    at = now - timedelta(days=30)
    report = Report(
        kind="injury",
        what="A hand was caught under the lift gate while it closed. Two fingers are bruised; first aid was given.",
        happened_date=localdate(at),
        clock=time(9, 40),
        unit=cast.team,
        place="Workshop, gate 3",
        injured=cast.employee.person,
    )
    found = report_incident(report=report, code=code_of(seed, 1), actor=cast.chief, now=at)
    duties.open_incident(incident_id=found.pk, actor=cast.leader, now=at + timedelta(minutes=18))
    duties.answer_meeting(incident_id=found.pk, answer="yes", actor=cast.employee, now=at + timedelta(days=1))
    steps = (
        (MEET, 2, "The gate closes without a sound. They had reported it in spring and never heard back.", None),
        (REPEAT, 4, "I loaded for two hours. From the cab the gate cannot be seen at all.", None),
        (FIX, 5, "A stop edge and a buzzer on all eleven gates, not only on this one.", cast.mate),
    )
    for key, days, words, who in steps:
        _keep(found.pk, key, words, who, cast, at + timedelta(days=days))
    later = at + timedelta(days=6, hours=2)
    found.refresh_from_db()
    duties.tell_all(
        incident_id=found.pk,
        words="A hand was caught under a lift gate. All eleven gates now have a stop edge and a buzzer. It had been "
        "reported before and nobody answered: every report now gets an answer within a week.",
        version=found.version, actor=cast.leader, now=later,
    )  # fmt: skip
    found.refresh_from_db()
    end = at + timedelta(days=10)
    duties.close_incident(incident_id=found.pk, version=found.version, actor=cast.leader, now=end)


def _keep(incident: UUID, key: str, words: str, who: Person | None, cast: DemoCast, at: datetime) -> None:
    version = Incident.objects.get(pk=incident).version
    duties.keep_duty(incident_id=incident, key=key, words=words, who=who, version=version, actor=cast.leader, now=at)


def _of_this_morning(cast: DemoCast, seed: int, now: datetime) -> None:
    """An injury that just came in by a poster: nobody opened it yet."""
    at = now - timedelta(minutes=25)
    report = Report(
        kind="injury",
        what="A driver slipped on the wet step at the rear door and cannot put weight on the ankle.",
        happened_date=localdate(at),
        unit=cast.other,
        place="Rear yard",
        name="Robin at the gate",
        injured_words="a driver of the early shift",
    )
    report_incident(report=report, code=code_of(seed, 2), actor=None, now=at)


def _anonymous(cast: DemoCast, seed: int, now: datetime) -> None:
    """A near miss reported anonymously, with a question and an answer."""
    at, code = now - timedelta(days=3), code_of(seed, 3)
    report = Report(
        kind="near_miss",
        what="The night bus was sent out with a door that opens by itself. It was noticed at the second stop.",
        happened_date=localdate(at),
        unit=cast.other,
        is_anonymous=True,
    )
    found = report_incident(report=report, code=code, actor=None, now=at)
    duties.open_incident(incident_id=found.pk, actor=cast.leader, now=at + timedelta(minutes=50))
    duties.open_incident(incident_id=found.pk, actor=cast.officer, now=at + timedelta(hours=2))
    asked = "Was the door written down in the log of the evening before? You need not say how you know."
    messages.ask_reporter(incident_id=found.pk, text=asked, key="demo", actor=cast.officer, now=at + timedelta(hours=3))
    keep_trail(now=at + timedelta(hours=4))
    answer = "Yes, on page two. The page was signed off as repaired."
    messages.answer_by_code(code=code, text=answer, key="demo", now=at + timedelta(hours=20))
    keep_trail(now=at + timedelta(hours=22))
