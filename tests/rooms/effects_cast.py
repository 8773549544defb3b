"""Waves of a study in which some teams come to be led better and others stay as they were, and what was promised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

import numpy as np
from django.conf import settings
from tests.rooms.conftest import Cast, unit
from tests.rooms.explorer_cast import leader_of
from tests.rooms.study_cast import OPENS, enlarge, launched

from headwater.instruments import item_rules
from headwater.intake import seal
from headwater.rooms.act.commitments.services import make_commitment
from headwater.rooms.act.models import Commitment
from headwater.rooms.house.slots import Finding
from headwater.rooms.listen.launching import launch_wave
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.releasing import release_wave
from headwater.rooms.listen.studies import plan_in_force, plan_next_wave
from headwater.rooms.people.models import User
from headwater.vocab import AnswerTable

DIVISIONS, TEAMS, SIZE = 4, 5, 14
HELPED, IDLE, HARMED = "d0t1-t", "d1t2-t", "d2t1-t"
"""A team that comes to be led better by SIZE_OF_IT, one where nothing changes, one that comes to be led worse."""
SIZE_OF_IT = 1.3
Hope = tuple[float | None, float | None, float | None]
SCORE = "lx_behaviours"


def first_wave(cast: Cast) -> Wave:
    """The first wave, released."""
    enlarge(cast.administrator, divisions=DIVISIONS, teams=TEAMS, size=SIZE)
    values = {"channel": "code", "promise": "confidential", "questionnaires": [("lx_core", None)]}
    return answered(launched(cast.experience_lead, opened=False, **values), {})


def later_wave(cast: Cast, before: Wave, moved: Mapping[str, float]) -> Wave:
    """The wave after another, released. moved: by how many points a team stands higher than of itself."""
    opens = before.late_until + timedelta(days=60)
    made = plan_next_wave(study_id=before.study_id, opens_at=opens, actor=cast.experience_lead, now=OPENS)
    launch_wave(wave_id=made.pk, actor=cast.experience_lead, now=made.opens_at - timedelta(days=1))
    return answered(Wave.objects.get(pk=made.pk), moved)


def answered(wave: Wave, moved: Mapping[str, float]) -> Wave:
    """Seal answers of teams that differ for good and move a little by themselves, then score and release them."""
    plan = plan_in_force(wave)
    people = plan.invited_array
    assert people is not None
    lasting = np.random.default_rng(1).normal(0, 0.3, len(plan.tree))
    rng = np.random.default_rng([2, wave.order])
    level = 2.9 + lasting + rng.normal(0, 0.05, len(plan.tree))
    for key, points in moved.items():
        level[plan.tree.index_of[key]] += points
    units = np.repeat(np.arange(len(plan.tree)), people)
    mood = 0.6 * rng.standard_normal(len(units))
    items = {}
    for key, rule in item_rules(plan.questionnaires).items():
        drawn = level[units] + mood + 0.6 * rng.standard_normal(len(units))
        codes = np.clip(np.rint(drawn), rule.low, rule.high)
        items[key] = (rule.low + rule.high - codes if rule.reverse else codes).astype(np.int8)
    table = AnswerTable(plan.tree.ids, units.astype(np.int32), items)
    seal(settings.STORE, plan.vocab_study, plan.vocab_wave, table, seed=7)
    wave.state, wave.forgotten_at, wave.sealed_at, wave.responses = Wave.State.SEALED, OPENS, OPENS, len(units)
    wave.save()
    wave = release_wave(wave_id=wave.pk, now=wave.late_until)
    assert wave.state == Wave.State.RELEASED, wave.outcome
    return wave


def promised(
    wave: Wave, key: str, *, actor: User, hope: Hope = (0.3, 1.0, 1.3), sentence: str = "", now: datetime | None = None
) -> Commitment:
    """A commitment of a team's leader after a wave, due before the one after the next."""
    when = now or wave.late_until + timedelta(days=3)
    leader = leader_of(key, actor)
    assert leader.person is not None
    return make_commitment(
        key=uuid4(),
        owner=leader.person,
        unit=unit(key),
        sentence=sentence or f"I give each of {key} an hour a month",
        first_step="Book the hours",
        first_step_date=(when + timedelta(days=2)).date(),
        due_date=(when + timedelta(days=100)).date(),
        finding=Finding(wave.study.key, wave.key, key, SCORE),
        forecast=hope,
        actor=leader,
        now=when,
    )
