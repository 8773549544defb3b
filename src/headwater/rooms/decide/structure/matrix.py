"""The matrix as it stands, read from the records, with what is wrong with it in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.rooms.decide.logic.raci import Fault, Limit, Matrix, RowActivity, RowMember, check_matrix
from headwater.rooms.decide.models import ActivityLetter, ActivityRight, TeamActivity, TeamLimit, TeamMember
from headwater.rooms.decide.structure.services import limit_in_force
from headwater.rooms.people.models import Unit


@dataclass(frozen=True)
class Standing:
    """The records behind a matrix. members: those here first, then those gone who still have letters."""

    members: tuple[TeamMember, ...]
    activities: tuple[TeamActivity, ...]
    letters: Mapping[UUID, Mapping[UUID, str]]
    rights: Mapping[UUID, tuple[ActivityRight, ...]]
    limit: TeamLimit
    matrix: Matrix
    faults: tuple[Fault, ...]

    def member(self, key: str) -> TeamMember:
        """Return a member by the key of the matrix."""
        return next(one for one in self.members if str(one.pk) == key)

    def activity(self, key: str) -> TeamActivity:
        """Return an activity by the key of the matrix."""
        return next(one for one in self.activities if str(one.pk) == key)

    def missing(self, activity: UUID) -> tuple[ActivityRight, ...]:
        """Return the rights of an activity that were not given."""
        return tuple(one for one in self.rights.get(activity, ()) if not one.is_given)

    @property
    def here(self) -> tuple[TeamMember, ...]:
        """The members who are on the team and in the organisation."""
        return tuple(one for one in self.members if one.is_here)


@dataclass(frozen=True)
class Care:
    """One thing that needs care: what is wrong, what mends it, and where."""

    kind: str
    text: str
    mend: str
    href: str


def by_part(members: Iterable[TeamMember]) -> list[TeamMember]:
    """Return members in the order of their parts, then of joining, then by name."""
    parts = list(TeamMember.Part.values)
    return sorted(members, key=lambda one: (parts.index(one.part), one.joined_at, str(one.person)))


def standing_matrix() -> Standing:
    """Read the matrix and check it."""
    activities = tuple(TeamActivity.objects.filter(ended_at=None).order_by("position", "title"))
    letters: dict[UUID, dict[UUID, str]] = {one.pk: {} for one in activities}
    for cell in ActivityLetter.objects.filter(activity__in=activities):
        letters[cell.activity_id][cell.member_id] = cell.letter
    lettered = {member for row in letters.values() for member in row}
    everybody = TeamMember.objects.select_related("person__unit", "seat", "rater")
    here = [one for one in by_part(everybody.filter(left_at=None)) if one.is_here]
    gone = [one for one in by_part(everybody.filter(pk__in=lettered)) if not one.is_here]
    rights: dict[UUID, list[ActivityRight]] = {}
    kept = ActivityRight.objects.filter(activity__in=activities).select_related("held_by__leader")
    order = list(ActivityRight.Kind.values)
    for right in sorted(kept, key=lambda one: order.index(one.kind)):
        rights.setdefault(right.activity_id, []).append(right)
    limit = limit_in_force()
    members = (*here, *gone)
    matrix = Matrix(
        [RowMember(str(one.pk), one.is_here) for one in members],
        [
            RowActivity(
                str(one.pk),
                one.hours,
                {str(member.pk): letters[one.pk][member.pk] for member in members if member.pk in letters[one.pk]},  # type: ignore[misc]
                any(not right.is_given for right in rights.get(one.pk, ())),
            )
            for one in activities
        ],
        Limit("hours" if limit.kind == TeamLimit.Kind.HOURS else "count", limit.most),
    )
    fixed = {key: tuple(found) for key, found in rights.items()}
    return Standing(members, activities, letters, fixed, limit, matrix, check_matrix(matrix))


def cares_of(standing: Standing) -> tuple[Care, ...]:
    """Return what is wrong with the matrix, in sentences, with what mends each."""
    top = Unit.objects.select_related("leader").filter(is_open=True, parent=None).first()
    return tuple(_care(standing, fault, top) for fault in standing.faults)


def holder_words(held_by: Unit | None, top: Unit | None) -> str:
    """Return who can give a right: the leader of the unit at whose level it lies, and the unit."""
    unit = held_by or top
    if unit is None:
        return _("the top of the organisation")
    if unit.leader is None:
        return _("the leader of %(unit)s, a post that is vacant") % {"unit": unit.name}
    return _("%(leader)s, who leads %(unit)s") % {"leader": unit.leader, "unit": unit.name}


def _care(standing: Standing, fault: Fault, top: Unit | None) -> Care:
    words: dict[str, object] = {"n": f"{fault.value:g}", "most": standing.limit.most}
    href = reverse("decide:team_matrix")
    if fault.activity:
        activity = standing.activity(fault.activity)
        words["activity"] = activity.title
        href = reverse("decide:team_activity", args=[activity.pk])
    if fault.member:
        words["member"] = str(standing.member(fault.member))
    match fault.kind:
        case "nobody_answers":
            text, mend = _("Nobody answers for “%(activity)s”."), _("Name one person who does.")
        case "several_answer":
            text = _("%(n)s people answer for “%(activity)s”: then nobody does.")
            mend = _("Leave one A in the row; the others can be asked before.")
        case "nobody_does":
            text, mend = _("Nobody does “%(activity)s”."), _("Name who does it, or take it off the list.")
        case "orphaned":
            text = _("“%(activity)s” is orphaned: %(member)s is no longer here.")
            mend = _("Give it to somebody who is.")
        case "overloaded" if standing.limit.kind == TeamLimit.Kind.HOURS:
            text = _("%(member)s carries %(n)s hours a month; the limit is %(most)s.")
            mend = _("Give some of it to somebody else, or stop something.")
        case "overloaded":
            text = _("%(member)s does or answers for %(n)s activities; the limit is %(most)s.")
            mend = _("Give some of it to somebody else, or stop something.")
        case _:
            missing = standing.missing(standing.activity(fault.activity).pk)
            words["rights"] = ", ".join(str(ActivityRight.Kind(one.kind).label).lower() for one in missing)
            words["holder"] = "; ".join(dict.fromkeys(holder_words(one.held_by, top) for one in missing))
            text = _("%(member)s answers for “%(activity)s” without the authority: %(rights)s.")
            mend = _("It can be given by %(holder)s.")
    return Care(fault.kind, text % words, mend % words, href)
