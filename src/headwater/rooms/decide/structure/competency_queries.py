"""What the team is able to do against what its structure needs, and one member's own page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.rooms.decide.logic.competencies import COMPETENCIES, NEEDS, Coverage, Rated, coverage_of
from headwater.rooms.decide.models import CompetencyRating, MemberExperience, TeamMember
from headwater.rooms.decide.structure.access import is_self, may_change_member, may_manage
from headwater.rooms.decide.structure.competency_words import COMPETENCY_WORDS
from headwater.rooms.decide.structure.duty_queries import DutyList, duty_list
from headwater.rooms.decide.structure.experience_words import say_experiences
from headwater.rooms.decide.structure.queries import adopted_structure, team_members
from headwater.rooms.decide.structure.words import STRUCTURE_WORDS
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.viewers import require


@dataclass(frozen=True)
class CoverLine:
    """One competency of the team against its need, in words. way: how to close it; hours: of that, 0 when covered."""

    title: str
    need: int
    need_words: str
    kind: str
    words: str
    way: str
    hours: int
    who: str


@dataclass(frozen=True)
class AbilitiesPage:
    """What the team is able to do. structure: "" before one was adopted. to_talk: members whose ratings lie apart."""

    structure: str
    lines: tuple[CoverLine, ...]
    gaps: int
    hours: int
    unrated: tuple[TeamMember, ...]
    to_talk: tuple[tuple[TeamMember, str], ...]
    experience: tuple[str, ...]
    unsaid: tuple[TeamMember, ...]


@dataclass(frozen=True)
class RatingLine:
    """One competency of one member. own, other: levels, None where not rated or not shown to this viewer."""

    key: str
    title: str
    levels: tuple[str, ...]
    own: int | None
    other: int | None
    need: int | None


@dataclass(frozen=True)
class MemberPage:
    """One member. ratings: None for viewers who may not see them. other_waits: hidden until they rated themselves."""

    member: TeamMember
    part: str
    duties: DutyList
    ratings: tuple[RatingLine, ...] | None
    other_waits: bool
    experience: MemberExperience | None
    may_manage: bool
    may_change: bool
    may_rate: bool
    is_mine: bool


@dataclass(frozen=True)
class RatePage:
    """The sheet on which a member is rated by themselves or by the one other. chosen: what this side said so far."""

    member: TeamMember
    is_own: bool
    lines: tuple[RatingLine, ...]


def abilities_page(*, viewer: Viewer) -> AbilitiesPage:
    """Return what the team is able to do, for who sets it up alone: with few members a team's figure is a person's."""
    require(viewer, "structure.manage")
    structure = adopted_structure()
    members = tuple(one for one in team_members() if is_rated(one))
    rated = [_rated(one) for one in members]
    names = {str(one.pk): str(one) for one in members}
    found = coverage_of(structure, rated) if structure is not None else ()
    lines = tuple(_cover_line(one, names) for one in found)
    said = {one.member_id: one for one in MemberExperience.objects.filter(member__in=members)}
    return AbilitiesPage(
        structure=str(STRUCTURE_WORDS[structure].title) if structure is not None else "",
        lines=tuple(sorted(lines, key=lambda one: ("nobody", "one", "unrated", "several").index(one.kind))),
        gaps=sum(one.kind == "nobody" for one in lines),
        hours=sum(one.hours for one in lines),
        unrated=tuple(one for one, sheet in zip(members, rated, strict=True) if not sheet.own),
        to_talk=tuple(
            (one, ", ".join(str(COMPETENCY_WORDS[key].title) for key in apart))
            for one, sheet in zip(members, rated, strict=True)
            if (apart := sheet.to_talk_about())
        ),
        experience=say_experiences(tuple(said.values())),
        unsaid=tuple(one for one in members if one.pk not in said),
    )


def member_page(*, viewer: Viewer, member_id: UUID) -> MemberPage:
    """Return one member. Ratings only for the member and who sets up the team. Raises Http404, PermissionDenied."""
    member = _member(member_id)
    duties = duty_list(viewer=viewer, member_id=member_id)
    manages, mine = may_manage(viewer), is_self(viewer, member)
    rated = _rated(member)
    waits = mine and bool(rated.other) and not rated.own
    return MemberPage(
        member=member,
        part=str(TeamMember.Part(member.part).label),
        duties=duties,
        ratings=_lines(rated, own=True, other=not waits) if (manages or mine) and is_rated(member) else None,
        other_waits=waits,
        experience=MemberExperience.objects.filter(member=member).first() if manages or mine else None,
        may_manage=manages,
        may_change=may_change_member(viewer, member),
        may_rate=is_rated(member) and (mine or viewer.person == str(member.rater_id)),
        is_mine=mine,
    )


def rate_page(*, viewer: Viewer, member_id: UUID) -> RatePage:
    """Return the sheet for the viewer's own side. Raises Http404, also for a sponsor, PermissionDenied for others."""
    member = _member(member_id)
    if not is_rated(member):
        raise Http404
    own = is_self(viewer, member)
    if not own and (not viewer.person or viewer.person != str(member.rater_id)):
        raise PermissionDenied
    return RatePage(member, own, _lines(_rated(member), own=own, other=not own))


def is_rated(member: TeamMember) -> bool:
    """Whether a member's abilities are asked about: everybody's but the sponsor's, whose minutes go elsewhere."""
    return member.part != TeamMember.Part.SPONSOR


def _member(member_id: UUID) -> TeamMember:
    member = (
        TeamMember.objects.select_related("person__unit", "seat", "rater").filter(pk=member_id, left_at=None).first()
    )
    if member is None:
        raise Http404
    return member


def _rated(member: TeamMember) -> Rated:
    sides: dict[str, dict[str, int]] = {"own": {}, "other": {}}
    for one in CompetencyRating.objects.filter(member=member):
        sides[one.by][one.competency] = one.level
    return Rated(str(member.pk), sides["own"], sides["other"])  # type: ignore[arg-type]


def _lines(rated: Rated, *, own: bool, other: bool) -> tuple[RatingLine, ...]:
    structure = adopted_structure()
    return tuple(
        RatingLine(
            key,
            str(COMPETENCY_WORDS[key].title),
            tuple(str(words) for words in COMPETENCY_WORDS[key].levels),
            rated.own.get(key) if own else None,
            rated.other.get(key) if other else None,
            NEEDS[structure][key] if structure is not None else None,
        )
        for key in COMPETENCIES
    )


def _cover_line(one: Coverage, names: dict[str, str]) -> CoverLine:
    words = COMPETENCY_WORDS[one.key]
    match one.cover:
        case "unrated":
            said = _("Nobody is rated yet.")
        case "nobody":
            said = _("Covered by nobody. The best level is %(best)s, of %(who)s.") % {
                "best": one.best,
                "who": _listed(names[key] for key in one.nearest),
            }
        case "one":
            said = _("Covered by %(who)s alone: when they are away, nobody is.") % {"who": names[one.covering[0]]}
        case _:
            n = len(one.covering)
            said = ngettext("Covered by %(n)s member.", "Covered by %(n)s members.", n) % {"n": n}
    if one.own_alone:
        said += " " + _("By their own rating only.")
    return CoverLine(
        str(words.title),
        one.need,
        str(words.levels[one.need]),
        one.cover,
        said,
        str(words.way) if one.cover in {"nobody", "one"} else "",
        one.hours,
        _listed(names[key] for key in one.nearest) if one.cover == "nobody" else "",
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
