"""A team leader's monthly mirror in the sample organisation: two askings that are over, and an exercise done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import numpy as np
from django.utils import timezone

from headwater.rooms.engage.active_role.mirror import ask_team, mirror_of, next_date, say_exercise
from headwater.rooms.engage.logic.mirror import CLARITY, LETTING_GO, PRACTISED, QUESTIONS, SUPPORT
from headwater.rooms.learn.journey_queries import started_units
from headwater.rooms.learn.start_services import StartRefusedError
from headwater.rooms.listen.logic.links import Place, link_token, read_token
from headwater.rooms.listen.models import Invitation, Wave
from headwater.rooms.listen.respond_waves import live_wave
from headwater.rooms.listen.responding import submit_response
from headwater.rooms.listen.studies import StudyRefusedError
from headwater.rooms.listen.waves import advance_wave
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.viewers import viewer_of

BEGAN = timedelta(days=45)
OWN = ({CLARITY: 4, SUPPORT: 4, LETTING_GO: 4}, {CLARITY: 4, SUPPORT: 4, LETTING_GO: 3})
SAID = ({CLARITY: 4, SUPPORT: 3, LETTING_GO: 1}, {CLARITY: 4, SUPPORT: 3, LETTING_GO: 3})
"""What is about said of each question, asking by asking, on a scale from 1 to 5."""


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Build it for the team leader, unless it stands or their team is too small. Returns nothing to print."""
    leader = User.objects.filter(email="team.leader@demo.example").select_related("person").first()
    if leader is None or leader.person is None:
        return []
    units = started_units(viewer_of(leader, today=timezone.localdate(now)))
    if not units or mirror_of(leader.person, units[0]) is not None:
        return []
    at = now - BEGAN
    for number, (own, said) in enumerate(zip(OWN, SAID, strict=True)):
        try:
            wave = _asked(units[0], leader, own, said, at=at, seed=seed + number)
        except (StartRefusedError, StudyRefusedError):
            break  # too few can be asked: the page shows the guide to a talk, as it would
        if wave is None:
            break
        if number == 0:
            day = wave.late_until + timedelta(days=8)
            say_exercise(wave=wave, exercise=PRACTISED[LETTING_GO][0], is_done=True, actor=leader, now=day)
        at = wave.opens_at + (next_date(wave) - timezone.localdate(wave.opens_at))
    return []


def _asked(
    unit: Unit, leader: User, own: dict[str, int], said: dict[str, int], *, at: datetime, seed: int
) -> Wave | None:
    """Ask, let about nine in ten answer through their links, and take the wave to its end; None where none was due."""
    assert leader.person is not None
    wave = ask_team(unit=unit, person=leader.person, own=own, actor=leader, now=at)
    if wave.opens_at != at:
        return None
    Wave.objects.filter(pk=wave.pk).update(state=Wave.State.OPEN)
    wave.refresh_from_db()
    live, generator = live_wave(wave), np.random.default_rng([seed, 9])
    for invitation in Invitation.objects.filter(wave=wave, state=Invitation.State.WAITING).order_by("pk"):
        if generator.random() > 0.9:
            continue
        answers = {key: int(np.clip(said[key] + generator.integers(0, 2), 1, 5)) for key in QUESTIONS}
        place = Place(invitation.unit_key, invitation.cuts, invitation.language)
        link = read_token(
            live.secrets, live.frozen, link_token(live.secrets, live.frozen, place, bytes(invitation.number))
        )
        submit_response(wave=live, link=link, answers=answers, now=at + timedelta(hours=3))
    # Nobody of the sample organisation gets mail of weeks ago.
    Invitation.objects.filter(wave=wave, state=Invitation.State.WAITING).update(
        state=Invitation.State.SENT, sent_at=wave.opens_at
    )
    advance_wave(wave_id=wave.pk, now=wave.late_until + timedelta(minutes=1))
    wave.refresh_from_db()
    return wave
