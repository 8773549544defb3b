"""Who is responsible for a unit, and who is above: by the organisation as it stands now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q

from headwater.rooms.learn.logic.surprises import Chain
from headwater.rooms.people.models import Deputy, RoleGrant, Unit, User
from headwater.rooms.people.models import Role as PeopleRole

MOST_ABOVE = 20
"""Levels that are climbed; no organisation is deeper."""


class Routes:
    """The organisation read once: chains of responsibility for many units, without a query for each."""

    def __init__(self, *, today: date) -> None:
        """Read units, leaders with an account, deputies and experience leads. today: the day deputies stand in on."""
        self._units: dict[str, tuple[str, UUID, UUID | None]] = {}
        self._key_of: dict[UUID, str] = {}
        units = Unit.objects.filter(is_open=True)
        for key, pk, parent, leader in units.values_list("key", "pk", "parent_id", "leader_id"):
            self._units[key] = ("" if parent is None else str(parent), pk, leader)
            self._key_of[pk] = key
        users = User.objects.filter(is_active=True, person__is_active=True).values_list("person_id", "pk")
        self._users = {person: str(user) for person, user in users if person is not None}
        standing = Deputy.objects.filter(
            Q(until_date=None) | Q(until_date__gte=today), ended_at=None, from_date__lte=today
        )
        self._deputies: dict[UUID, list[UUID]] = {}
        for unit, person in standing.order_by("from_date").values_list("unit_id", "person_id"):
            self._deputies.setdefault(unit, []).append(person)
        leads = RoleGrant.objects.filter(
            role=PeopleRole.EXPERIENCE_LEAD, unit=None, ended_at=None, user__is_active=True
        ).filter(Q(user__person=None) | Q(user__person__is_active=True))
        self.leads = tuple(str(user) for user in leads.order_by("given_at", "pk").values_list("user_id", flat=True))

    def chain(self, path: Sequence[str]) -> Chain:
        """Return who is responsible for a unit. path: keys of the unit and of those above it in its wave, upward.

        A unit that is no longer there is passed over for the nearest one above that is. The experience lead who has
        been it longest stands at the end, so that nothing about the whole stays with one person.
        """
        at = next((place for place, key in enumerate(path) if key in self._units), None)
        found: list[str] = []
        if at is not None:
            key: str | None = path[at]
            for _level in range(MOST_ABOVE):
                if key is None:
                    break
                found.append(self._leader_of(key))
                parent = self._units[key][0]
                key = self._key_of.get(UUID(parent)) if parent else None
        is_closed = at is None or at > 0
        first = "" if is_closed or not found else found[0]
        above = dict.fromkeys([*(found if is_closed else found[1:]), *self.leads[:1]])
        return Chain(first, tuple(user for user in above if user and user != first), is_closed)

    def independent(self, named: str, chain: Chain) -> tuple[str, ...]:
        """Return who hears of conduct: the person named, else all experience leads; never who is responsible."""
        chosen = (named,) if named and named != chain.first else self.leads
        return tuple(user for user in chosen if user != chain.first)

    def _leader_of(self, key: str) -> str:
        """The account of a unit's leader, else of who stands in; "" where nobody can be reached."""
        _parent, pk, leader = self._units[key]
        people = [*([leader] if leader is not None else []), *self._deputies.get(pk, [])]
        return next((self._users[person] for person in people if person in self._users), "")
