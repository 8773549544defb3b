"""Who is asked in a wave: the sample, the cap on contacts, and what each answer will carry."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
from django.db.models import Q

from headwater.rooms.listen.logic.places import hide
from headwater.rooms.listen.logic.sampling import draw_sample
from headwater.rooms.listen.logic.serving import SERVER, asked_about, share_out, spread
from headwater.rooms.listen.models import Invitation, ListenSettings, Study, Wave
from headwater.rooms.listen.study_population import level_codes, members_of
from headwater.rooms.people.models import Person
from headwater.rooms.people.populations import Member
from headwater.vocab import UnitTree

CHUNK = 2_000
NAMED = (Study.Channel.MAIL, Study.Channel.CODE)
"""Channels in which each invited person has an invitation."""
State = Invitation.State


@dataclass(frozen=True)
class Drawn:
    """One person who was drawn, with what their answer will carry and whether they are asked."""

    member: Member
    unit: str
    cuts: dict[str, str]
    state: str


def draw_people(study: Study, tree: UnitTree, cap: ListenSettings, *, now: datetime) -> list[Drawn]:
    """Draw the sample, and say of each person drawn whether they are asked and what their answer will carry.

    The order of checks: an address, then the cap on contacts, then, in an anonymous study, enough people who share the
    place. So nobody counts as company who is not asked.
    """
    members = list(members_of(study))
    services = spread(tree, study.services)
    if study.services:
        members = [members[place] for place in asked_about([one.unit for one in members], services).tolist()]
    generator = np.random.default_rng(int.from_bytes(os.urandom(16), "big"))
    positions = draw_sample([member.unit for member in members], study.sample_percent, generator)
    people = [members[place] for place in positions.tolist()]
    held: set[UUID] = set()
    if cap.cap_contacts and not study.ignores_cap:
        held = contacted_too_often(cap, now=now, free=kept_free(study, cap, now=now))
    states = []
    for member in people:
        if study.channel == Study.Channel.MAIL and not member.email:
            states.append(State.UNREACHABLE)
        else:
            states.append(State.CAPPED if member.id in held else State.WAITING)
    if study.services:
        return _sharing(study, services, people, [str(state) for state in states], generator)
    return _placed(study, tree, people, [str(state) for state in states])


def _sharing(
    study: Study,
    services: Mapping[str, Sequence[str]],
    people: Sequence[Member],
    states: Sequence[str],
    generator: np.random.Generator,
) -> list[Drawn]:
    """Say which of the units that serve theirs each person rates. What an answer carries is shared by k who are asked.

    A person of a team of which fewer than k are asked is not asked: another unit above it is served by others.
    """
    asked = [place for place, state in enumerate(states) if state == State.WAITING]
    turn = Wave.objects.filter(study=study).exclude(launched_at=None).count()
    units = [people[place].unit for place in asked]
    rated = dict(zip(asked, share_out(units, services, study.k, turn=turn, generator=generator), strict=True))
    found = []
    for place, member in enumerate(people):
        server = rated.get(place)
        state = states[place] if server is None or server else str(State.TOO_FEW)
        found.append(Drawn(member, member.unit, {SERVER: server} if server else {}, state))
    return found


def _placed(study: Study, tree: UnitTree, people: Sequence[Member], states: Sequence[str]) -> list[Drawn]:
    codes = level_codes(study.cuts, [member.attributes for member in people])
    units = np.array([tree.index_of[member.unit] for member in people], np.int64)
    asked = np.array([state == State.WAITING for state in states], bool)
    if study.promise == Study.Promise.ANONYMOUS and asked.any():
        hidden = hide(tree, units[asked], codes[asked], study.k)
        units[asked], codes[asked] = hidden.unit, hidden.cuts
    found = []
    for place, member in enumerate(people):
        state, unit = states[place], int(units[place])
        levels = {
            cut["key"]: cut["levels"][code]
            for cut, code in zip(study.cuts, codes[place].tolist(), strict=True)
            if code >= 0 and state == State.WAITING
        }
        if unit < 0:
            found.append(Drawn(member, member.unit, {}, str(State.TOO_FEW)))
        else:
            found.append(Drawn(member, tree.ids[unit], levels, state))
    return found


def kept_free(study: Study, cap: ListenSettings, *, now: datetime) -> int:
    """Return how many invitations of each person a study must leave to others: none for a study of the organisation.

    A leader's own study leaves as many as the organisation has planned within the days of the cap, and one at least. So
    what a leader asks on their own account keeps nobody from a study that was planned, and the cap holds over both.
    """
    if study.kept_for_id is None:
        return 0
    planned = Wave.objects.filter(
        state=Wave.State.PLANNED,
        launched_at=None,
        study__kept_for=None,
        study__is_archived=False,
        study__ignores_cap=False,
        study__channel__in=NAMED,
        opens_at__gt=now,
        opens_at__lt=now + timedelta(days=cap.cap_days),
    )
    return max(1, planned.count())


def contacted_too_often(cap: ListenSettings, *, now: datetime, free: int = 0) -> set[UUID]:
    """Return people who were invited as often as the cap allows, over all studies, within its days.

    free: how many invitations must be left to others, see `kept_free`. With as many as the cap allows, everybody is
    returned who can be asked at all.
    Invitations that wait to be sent count as sent. Cancelled waves do not count, nor do those of a launch that is still
    being prepared.
    """
    if free >= cap.cap_contacts:
        return set(Person.objects.filter(is_active=True).values_list("pk", flat=True).iterator(CHUNK))
    since = now - timedelta(days=cap.cap_days)
    launched = Wave.objects.filter(launched_at__lte=now).exclude(state=Wave.State.CANCELLED)
    standing = Invitation.objects.filter(wave__in=launched.values("pk")).exclude(person=None)
    sent = Q(state__in=(State.SENT, State.BOUNCED), sent_at__gt=since) | Q(
        state=State.WAITING, wave__launched_at__gt=since
    )
    counted = Counter(standing.filter(sent).values_list("person_id", flat=True).iterator(CHUNK))
    most = cap.cap_contacts - free
    return {person for person, count in counted.items() if person is not None and count >= most}


def language_for(wish: str, spoken: Sequence[str]) -> str:
    """Return the language somebody is written to in: theirs, one that shares it, else the study's first."""
    base = wish.partition("-")[0].lower()
    exact = next((code for code in spoken if code.lower() == wish.lower()), "")
    return exact or next((code for code in spoken if base and code.partition("-")[0].lower() == base), spoken[0])
