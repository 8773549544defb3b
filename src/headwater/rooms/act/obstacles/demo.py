"""Obstacles of the sample organisation: open, answered, closed, gone up, repeated, and an anonymous one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from headwater.rooms.act.logic.receipts import ALPHABET
from headwater.rooms.act.models import Obstacle
from headwater.rooms.act.obstacles.clock import run_clock
from headwater.rooms.act.obstacles.posters import make_poster
from headwater.rooms.act.obstacles.repeats import join_repeats
from headwater.rooms.act.obstacles.services import (
    ObstacleReport,
    answer_obstacle,
    confirm_obstacle,
    raise_obstacle,
)
from headwater.rooms.learn.service_queries import service_waves, services_in
from headwater.rooms.people.models import Unit, User


@dataclass(frozen=True)
class Told:
    """One obstacle. answered, gone: days ago, None for not yet. service: its place among the services."""

    what: str
    to_customers: str
    severity: str
    back: int
    service: int
    answered: int | None = None
    answer: str = ""
    gone: int | None = None
    is_anonymous: bool = False


TOLD = (
    Told("Access cards for new colleagues arrive after their first week", "They cannot open the ramp box.", "slows", 30,
         0, 24, "Cards are ready on the first day since Monday.", 20),
    Told("Expenses have to be handed in on paper", "", "nuisance", 40, 1, 33, "A photo of the slip is enough now.", 30),
    Told("Orders above 50 need two signatures that nobody gives in the evening", "Parts come a day late.", "slows", 26,
         1, 21, "One signature is enough up to 200 now.", 15),
    Told("Rosters cannot be released while one person is away", "Departures are dropped.", "stops", 12, 0),
    Told("Access cards are handed out at one place and arrive late", "Boarding takes longer.", "slows", 6, 0),
    Told("The roster is changed after it was hung out", "", "slows", 9, 1, 2,
         "From the first of next month on, changes need a call the day before.", None),
    Told("Access cards arrive late again", "", "nuisance", 3, 0, is_anonymous=True),
)  # fmt: skip


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Build them; again changes nothing."""
    leader = User.objects.filter(email="team.leader@demo.example").select_related("person").first()
    if leader is None or leader.person is None or Obstacle.objects.filter(raised_on=Obstacle.RaisedOn.LINK).exists():
        return []
    home = Unit.objects.filter(leader=leader.person, is_open=True).order_by("number").first()
    services = _services(home)
    if home is None or not services:
        return []
    made = [_tell(told, home, services, leader, now) for told in TOLD]
    run_clock(now=now)
    lead = User.objects.filter(email="experience.lead@demo.example").first()
    same = [one for one in made if "late" in one.what and one.state == Obstacle.State.OPEN]
    if lead is not None and len(same) > 1:
        join_repeats(first=same[0].pk, second=same[1].pk, title="Access cards", actor=lead, now=now)
    make_poster(unit=home, is_new=False, actor=leader, now=now)
    return []


def _services(home: Unit | None) -> list[Unit]:
    """Two units with a leader that lie elsewhere, those that are rated for their service first."""
    others = Unit.objects.filter(is_open=True, leader__is_active=True).exclude(parent=None).select_related("leader")
    if home is None:
        return []
    rated = {key for wave in service_waves()[:1] for key in services_in(wave).servers}
    serving = [one for one in others.order_by("number") if one.key in rated and one.leader_id != home.leader_id]
    if len(serving) > 1:
        return [one for one in serving if not _holds(one, home)][:2] or serving[:2]
    away = [one for one in others.order_by("depth", "number") if one.leader_id != home.leader_id and one.size > 1]
    return [one for one in away if not _holds(one, home)][:2] or [
        one for one in others.order_by("number") if one.pk != home.pk and one.leader_id != home.leader_id
    ][:2]


def _holds(above: Unit, below: Unit) -> bool:
    assert above.number is not None
    return below.number is not None and above.number <= below.number < above.number + above.size


def _tell(told: Told, home: Unit, services: Sequence[Unit], leader: User, now: datetime) -> Obstacle:
    service = services[told.service % len(services)]
    key = uuid5(NAMESPACE_URL, f"headwater:demo:obstacle:{told.what}")
    code = "".join(ALPHABET[(key.int >> 5 * place) & 31] for place in range(25))
    report = ObstacleReport(told.what, told.to_customers, told.severity, home, service)
    at = now - timedelta(days=told.back)
    found = raise_obstacle(
        key=code if told.is_anonymous else str(key),
        report=report,
        raised_on=Obstacle.RaisedOn.QR if told.is_anonymous else Obstacle.RaisedOn.LINK,
        actor=None if told.is_anonymous else leader,
        now=at,
    )
    answers = User.objects.filter(person=found.owner).first() if told.answered is not None else None
    if answers is None:
        # The leader of a service needs no account for this to be true: the sample has few. Those above answer then.
        answers = User.objects.filter(email="top.leader@demo.example").first() if told.answered is not None else None
    if answers is not None and told.answered is not None:
        found = answer_obstacle(
            obstacle_id=found.pk, kind=Obstacle.Answer.CLEARED, words=told.answer, version=found.version,
            actor=answers, now=now - timedelta(days=told.answered),
        )  # fmt: skip
        if told.gone is not None:
            found = confirm_obstacle(
                obstacle_id=found.pk, is_gone=True, words="", actor=leader, now=now - timedelta(days=told.gone)
            )
    return found
