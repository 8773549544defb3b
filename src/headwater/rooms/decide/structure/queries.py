"""What stands: the structure adopted, the team, and its first page."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.rooms.decide.logic.structure import STRUCTURES, Structure
from headwater.rooms.decide.models import Mandate, Responsibility, StructureDecision, TeamMember
from headwater.rooms.decide.structure.access import may_manage, may_share, require_team
from headwater.rooms.decide.structure.mandate_services import mandate_content, mandate_in_force
from headwater.rooms.decide.structure.matrix import Care, by_part, cares_of, standing_matrix
from headwater.rooms.decide.structure.words import STRUCTURE_WORDS, StructureWords
from headwater.rooms.people.logic.roles import Viewer

MOST_VERSIONS = 20


@dataclass(frozen=True)
class MemberLine:
    """One member on the first page. hours: of a month, as the matrix has it."""

    member: TeamMember
    part: str
    seat: str
    duties: int
    hours: str
    is_mine: bool


@dataclass(frozen=True)
class DecisionLine:
    """One version of the structure. is_advised: whether it is what the adviser said."""

    decision: StructureDecision
    title: str
    advised: str
    is_advised: bool
    by: str


@dataclass(frozen=True)
class TeamPage:
    """The first page of the team: structure, members, what needs care. words: None before a structure was adopted."""

    words: StructureWords | None
    decision: DecisionLine | None
    earlier: tuple[DecisionLine, ...]
    members: tuple[MemberLine, ...]
    cares: tuple[Care, ...]
    mandate: Mandate | None
    mandate_is_current: bool
    may_manage: bool
    may_share: bool
    may_sign: bool


def adopted_structure() -> Structure | None:
    """Return the structure in force, None before one was adopted. Without a viewer: for rooms and pages that ask."""
    found = StructureDecision.objects.order_by("-number").first()
    return None if found is None else next(one for one in STRUCTURES if one == found.structure)


def team_members() -> tuple[TeamMember, ...]:
    """Return who is on the team and in the organisation, in the order of their parts. Without a viewer."""
    found = TeamMember.objects.select_related("person", "seat").filter(left_at=None, person__is_active=True)
    return tuple(by_part(found))


def team_page(*, viewer: Viewer) -> TeamPage:
    """Return the first page. Raises PermissionDenied for those it does not open to."""
    require_team(viewer)
    versions = [decision_line(one) for one in _decisions()[:MOST_VERSIONS]]
    standing, mandate = standing_matrix(), mandate_in_force()
    duties: dict[object, int] = {}
    for member in Responsibility.objects.filter(ended_at=None).values_list("member_id", flat=True):
        duties[member] = duties.get(member, 0) + 1
    kind = versions[0].decision.structure if versions else ""
    return TeamPage(
        words=STRUCTURE_WORDS[kind] if versions else None,  # type: ignore[index]
        decision=versions[0] if versions else None,
        earlier=tuple(versions[1:]),
        members=tuple(
            MemberLine(
                one,
                str(TeamMember.Part(one.part).label),
                one.seat.name if one.seat is not None else one.person.unit.name if one.person.unit else "",
                duties.get(one.pk, 0),
                f"{standing.matrix.hours_of(str(one.pk)):.0f}",
                viewer.person == str(one.person_id),
            )
            for one in standing.here
        ),
        cares=cares_of(standing) if versions else (),
        mandate=mandate,
        mandate_is_current=mandate is not None and mandate.content == mandate_content(),
        may_manage=may_manage(viewer),
        may_share=may_share(viewer),
        may_sign=mandate is not None and mandate.signed_at is None and viewer.person == str(mandate.sponsor_id),
    )


def decision_line(decision: StructureDecision) -> DecisionLine:
    """Return a version of the structure in words."""
    by = decision.decided_by
    return DecisionLine(
        decision,
        str(StructureDecision.Kind(decision.structure).label),
        str(StructureDecision.Kind(decision.advised).label),
        decision.structure == decision.advised,
        str(by.person) if by.person is not None else by.name or by.email,
    )


def _decisions() -> list[StructureDecision]:
    return list(StructureDecision.objects.select_related("decided_by__person").order_by("-number"))
