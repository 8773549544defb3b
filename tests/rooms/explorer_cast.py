"""A released study of two waves for the explorer, with declared cuts, and leaders who have accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
from django.conf import settings
from tests.rooms.conftest import PASSWORD, Cast, unit
from tests.rooms.study_cast import OPENS, enlarge, launched

from headwater.instruments import item_rules
from headwater.intake import seal
from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.explorer_finding import work_out_levels
from headwater.rooms.listen.launching import launch_wave
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.releasing import release_wave
from headwater.rooms.listen.studies import plan_in_force, plan_next_wave
from headwater.rooms.people.models import User
from headwater.rooms.people.services import create_account
from headwater.vocab import AnswerTable

CUTS = [{"key": "tenure", "label": "Tenure", "attribute": "tenure", "levels": ["short", "long"]}]
LOW = "d1t0-t"
"""A team that answers low throughout, so that something stands clear."""
FEW = "d1t3-t"
"""A team that hardly answers, so that something is withheld."""


def leader_of(key: str, actor: User) -> User:
    """The account of a unit's leader."""
    leader = unit(key).leader
    assert leader is not None
    known = User.objects.filter(person=leader).first()
    return known or create_account(
        email=f"{leader.key}@leads.org", name=leader.name, person=leader, actor=str(actor.pk), now=OPENS,
        password=PASSWORD,
    )  # fmt: skip


def explored_wave(cast: Cast, said: Sequence[str] = ()) -> Wave:
    """A released wave of a study of leadership in five divisions of five teams, with a declared cut."""
    enlarge(cast.administrator, divisions=5, teams=5, size=9)
    values = {"channel": "code", "promise": "confidential", "cuts": CUTS, "questionnaires": [("lx_core", None)]}
    return released(launched(cast.experience_lead, opened=False, **values), said=said)


def next_wave(cast: Cast, wave: Wave, said: Sequence[str] = ()) -> Wave:
    """The wave after it, a little better."""
    opens = wave.late_until + timedelta(days=30)
    made = plan_next_wave(study_id=wave.study_id, opens_at=opens, actor=cast.experience_lead, now=OPENS)
    launch_wave(wave_id=made.pk, actor=cast.experience_lead, now=made.opens_at - timedelta(days=1))
    return released(Wave.objects.get(pk=made.pk), shift=0.4, said=said)


def released_in_two_divisions(cast: Cast) -> Wave:
    """A released wave of two divisions, small enough to be quick."""
    enlarge(cast.administrator, divisions=2, teams=4, size=9)
    values = {"channel": "code", "promise": "confidential", "cuts": CUTS, "questionnaires": [("lx_core", None)]}
    return released(launched(cast.experience_lead, opened=False, **values))


def released(wave: Wave, shift: float = 0.0, said: Sequence[str] = ()) -> Wave:
    """Seal drawn answers of a launched wave, score and release them as they would be. said: comments, in turn."""
    plan = plan_in_force(wave)
    rng = np.random.default_rng(wave.order)
    people = plan.invited_array
    assert people is not None
    units = np.repeat(np.arange(len(plan.tree)), people)
    units = units[(units != plan.tree.index_of[FEW]) | (rng.random(len(units)) < 0.2)]
    level = np.full(len(plan.tree), 3.4 + shift)
    level[plan.tree.size > 1] += 0.6
    level[plan.tree.index_of[LOW]] = 1.7
    items = {}
    for key, rule in item_rules(plan.questionnaires).items():
        codes = np.clip(np.rint(level[units] + 0.9 * rng.standard_normal(len(units))), rule.low, rule.high)
        items[key] = (rule.low + rule.high - codes if rule.reverse else codes).astype(np.int8)
    parts = rng.integers(0, 2, len(units)).astype(np.int16)
    cuts = {"tenure": (parts, ("short", "long"))}
    written = tuple(
        (plan.tree.ids[row], said[place % len(said)]) for place, row in enumerate(units.tolist() if said else [])
    )
    comments = {"lx_comment": written} if said else {}
    table = AnswerTable(plan.tree.ids, units.astype(np.int32), items, cuts=cuts, comments=comments)
    seal(settings.STORE, plan.vocab_study, plan.vocab_wave, table, seed=7)
    wave.state, wave.forgotten_at, wave.sealed_at, wave.responses = Wave.State.SEALED, OPENS, OPENS, len(units)
    wave.save()
    wave = release_wave(wave_id=wave.pk, now=wave.late_until)
    assert wave.state == Wave.State.RELEASED, wave.outcome
    assert "nothing" not in wave.outcome, wave.outcome
    work_out_levels(wave)
    return wave


def row_of(wave: Wave, key: str) -> int:
    """The row of a unit."""
    return book_of(wave).tree.index_of[key]
