"""A team for tests: a structure adopted, a sponsor, a lead and an analyst, the way the pages would make them."""

from __future__ import annotations

from dataclasses import dataclass

from tests.rooms.conftest import NOW, Cast, unit

from headwater.rooms.decide.logic.structure import Situation
from headwater.rooms.decide.models import TeamMember
from headwater.rooms.decide.structure.services import add_member, adopt_structure
from headwater.rooms.people.models import Person

SITUATION = Situation(people=23, units=7, places=1, together=3, uniformity=3, access=4, maturity=1)
REASON = "One team can know everybody here, and the top leaders are next door."


@dataclass(frozen=True)
class Team:
    """The sponsor is the top leader, the lead leads the north, the analyst is the employee with an account."""

    sponsor: TeamMember
    lead: TeamMember
    analyst: TeamMember


def person(key: str) -> Person:
    """Somebody by their key."""
    return Person.objects.get(key=key)


def stand_up(cast: Cast) -> Team:
    """Adopt a structure and take three on; the north leader rates the employee."""
    actor = cast.experience_lead
    adopt_structure(structure="centralised", situation=SITUATION, reason=REASON, actor=actor, now=NOW)

    def joins(key: str, part: str, seat: str = "", rater: str = "") -> TeamMember:
        return add_member(
            person=person(key),
            part=part,
            seat=unit(seat) if seat else None,
            rater=person(rater) if rater else None,
            actor=actor,
            now=NOW,
        )

    return Team(
        joins("top", "sponsor", "all"), joins("north", "lead", "north-d"), joins("north1a", "analyst", rater="north")
    )
