"""Three promises the sample organisation's top leader made before its later waves, and what came of them.

What happened to the divisions is planted by the simulation (`simulation.demonstration`): one came to be led better, one
worse, one neither. The promises are invented to stand where it happened; the checks are worked out as any other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

import numpy as np
from django.db.models import QuerySet
from django.utils import timezone

from headwater.rooms.act.commitments.services import CommitmentRefusedError, check_in, make_commitment
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.evidence import evidence_of
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.viewers import viewer_of
from headwater.rooms.prove.effects.checking import catch_up, check_plans
from headwater.rooms.prove.effects.panels import released_of
from headwater.rooms.prove.effects.planning import SYSTEM, register_plans
from headwater.rooms.prove.effects.services import note_seen
from headwater.rooms.prove.models import EffectPlan
from headwater.simulation.demonstration import TURNS, demonstration

SPACE = UUID("6f2f1a1e-6f39-4a57-9d62-40f3a8d2c1b7")
SCORE = "lx_behaviours"
BEGUN = timedelta(days=5)
LATELY = timedelta(days=2)


@dataclass(frozen=True)
class _Promise:
    """One promise. division: number of the division, as the simulation counts. word: how it went, lately.

    is_read: whether its check was looked at.
    """

    name: str
    division: int
    sentence: str
    first_step: str
    word: str
    is_read: bool


PROMISES = (
    _Promise("thanks", TURNS[0].division, "Every depot leader thanks two people a week for one named thing",
             "Show the five leaders how, on Monday", "All five do it; two wrote down what they said.", True),
    _Promise("roster", TURNS[1].division, "Rosters are made centrally, so that leaders have time for people",
             "Move the first depot's roster to the centre", "All have moved. Two leaders want theirs back.", False),
    _Promise("boards", 4, "A board in every depot shows what was asked and what was answered",
             "Hang the first board", "Every depot has its board.", True),
)  # fmt: skip


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Make them after the first wave and check them with every later one, unless they are there."""
    top = User.objects.select_related("person").filter(email="top.leader@demo.example").first()
    waves = _waves()
    if top is None or top.person is None or len(waves) < 2 or _made().exists():
        return []
    first, last = waves[0], waves[-1]
    assert first.released_at is not None
    begun = first.released_at + BEGUN
    world = demonstration(people, seed)
    for one in PROMISES:
        rows = np.flatnonzero((world.staff.division == one.division) & (world.staff.tree.depth == 1))
        unit = Unit.objects.filter(key=world.staff.tree.ids[int(rows[0])], is_open=True).first() if len(rows) else None
        if unit is not None:
            _promise(one, unit, first, last, top, begun)
    register_plans(actor=SYSTEM, now=begun + BEGUN)
    for wave in waves[1:]:
        assert wave.released_at is not None
        check_plans(wave=wave, now=wave.released_at)
    for one in PROMISES:
        plan = _made().filter(action_id=str(uuid5(SPACE, one.name))).first()
        if plan is None:
            continue
        check_in(
            commitment_id=uuid5(SPACE, one.name), key=uuid5(SPACE, f"{one.name}-word"), going="well", line=one.word,
            by=top.person.pk, actor=str(top.pk), now=now - LATELY,
        )  # fmt: skip
        if one.is_read:
            note_seen(plan=plan, actor=top, now=now)
    catch_up(now=now)
    return []


def _promise(one: _Promise, unit: Unit, first: Wave, last: Wave, top: User, begun: datetime) -> None:
    """Make one, with a forecast a little above the smallest change that the unit can show."""
    viewer = viewer_of(top, today=timezone.localdate(begun))
    finding = Finding(first.study.key, first.key, unit.key, SCORE)
    number = evidence_of(viewer=viewer, finding=finding)
    if number is None or number.smallest is None or number.value is None or top.person is None:
        return
    likely = round(number.smallest * 1.1, 2)
    try:
        make_commitment(
            key=uuid5(SPACE, one.name),
            owner=top.person,
            unit=unit,
            sentence=one.sentence,
            first_step=one.first_step,
            first_step_date=timezone.localdate(begun) + timedelta(days=3),
            due_date=timezone.localdate(last.opens_at),
            finding=finding,
            forecast=(round(likely * 0.4, 2), likely, round(min(likely * 1.5, number.ceiling - number.value), 2)),
            actor=top,
            now=begun,
        )
    except CommitmentRefusedError:
        return  # In a small organisation the division cannot show what would be forecast.


def _waves() -> list[Wave]:
    """The released waves of the study in which people tell how they are led, oldest first."""
    studies = Wave.objects.filter(state=Wave.State.RELEASED, study__lens="lx", study__kept_for=None)
    key = studies.order_by("released_at").values_list("study__key", flat=True).first()
    return [] if key is None else released_of(key)


def _made() -> QuerySet[EffectPlan]:
    return EffectPlan.objects.filter(action_id__in=[str(uuid5(SPACE, one.name)) for one in PROMISES])
