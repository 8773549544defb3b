"""Responsibilities in sentences, and the matrix of who does what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from headwater.rooms.decide.models import ActivityLetter, ActivityRight, Responsibility, TeamActivity, TeamMember
from headwater.rooms.decide.structure.access import is_self, may_manage, require_team
from headwater.rooms.decide.structure.matrix import Care, Standing, by_part, cares_of, holder_words, standing_matrix
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.models import Unit


@dataclass(frozen=True)
class DutyList:
    """The sentences of the team, or of one member. member: None for the team."""

    member: TeamMember | None
    part: str
    lines: tuple[str, ...]
    may_change: bool


@dataclass(frozen=True)
class DutiesPage:
    """All sentences: the team's, then each member's."""

    team: DutyList
    members: tuple[DutyList, ...]


@dataclass(frozen=True)
class Cell:
    """One cell: the letter and its words; both empty for none. is_gone: the member is no longer here."""

    letter: str
    words: str
    member: str
    is_gone: bool


@dataclass(frozen=True)
class Row:
    """One activity: its cells in the order of the columns, and what is wrong with it."""

    activity: TeamActivity
    cells: tuple[Cell, ...]
    missing: str
    cares: tuple[Care, ...]

    @property
    def filled(self) -> tuple[Cell, ...]:
        """The cells that hold a letter."""
        return tuple(cell for cell in self.cells if cell.letter)


@dataclass(frozen=True)
class Column:
    """One member with what they carry. is_over: more than the limit."""

    name: str
    part: str
    hours: float
    count: int
    is_gone: bool
    is_over: bool


@dataclass(frozen=True)
class MatrixPage:
    """The matrix with its checks. limit: in words."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    cares: tuple[Care, ...]
    limit: str
    limit_kind: str
    limit_most: int
    may_manage: bool


@dataclass(frozen=True)
class ActivityPage:
    """One activity to be written. activity: None for a new one."""

    activity: TeamActivity | None
    members: tuple[TeamMember, ...]
    letters: Mapping[UUID, str]
    gone: tuple[str, ...]
    rights: Mapping[str, ActivityRight]
    holders: Mapping[str, str]
    cares: tuple[Care, ...]


def duties_page(*, viewer: Viewer) -> DutiesPage:
    """Return all sentences. Raises PermissionDenied for those it does not open to."""
    require_team(viewer)
    members = TeamMember.objects.select_related("person").filter(left_at=None, person__is_active=True)
    return DutiesPage(_list(viewer, None), tuple(_list(viewer, member) for member in by_part(members)))


def duty_list(*, viewer: Viewer, member_id: UUID | None) -> DutyList:
    """Return the sentences of one member, or of the team. Raises Http404."""
    require_team(viewer)
    member = None
    if member_id is not None:
        member = TeamMember.objects.select_related("person").filter(pk=member_id, left_at=None).first()
        if member is None:
            raise Http404
    return _list(viewer, member)


def matrix_page(*, viewer: Viewer) -> MatrixPage:
    """Return the matrix. Raises PermissionDenied for those it does not open to."""
    require_team(viewer)
    standing = standing_matrix()
    cares = cares_of(standing)
    by_activity: dict[str, list[Care]] = {}
    over = set()
    for fault, care in zip(standing.faults, cares, strict=True):
        by_activity.setdefault(fault.activity, []).append(care)
        if fault.kind == "overloaded":
            over.add(fault.member)
    return MatrixPage(
        columns=tuple(
            Column(
                str(one),
                str(TeamMember.Part(one.part).label),
                standing.matrix.hours_of(str(one.pk)),
                standing.matrix.count_of(str(one.pk)),
                not one.is_here,
                str(one.pk) in over,
            )
            for one in standing.members
        ),
        rows=tuple(_row(standing, one, tuple(by_activity.get(str(one.pk), ()))) for one in standing.activities),
        cares=cares,
        limit=limit_words(standing),
        limit_kind=standing.limit.kind,
        limit_most=standing.limit.most,
        may_manage=may_manage(viewer),
    )


def activity_page(*, viewer: Viewer, activity_id: UUID | None) -> ActivityPage:
    """Return one activity to be written, by who sets up the team. Raises Http404, PermissionDenied."""
    require_team(viewer)
    standing = standing_matrix()
    if activity_id is None:
        return ActivityPage(None, standing.here, {}, (), {}, {}, ())
    activity = next((one for one in standing.activities if one.pk == activity_id), None)
    if activity is None:
        raise Http404
    top = Unit.objects.select_related("leader").filter(is_open=True, parent=None).first()
    rights = {one.kind: one for one in standing.rights.get(activity.pk, ())}
    row = standing.letters[activity.pk]
    cares = zip(standing.faults, cares_of(standing), strict=True)
    return ActivityPage(
        activity,
        standing.here,
        row,
        tuple(str(one) for one in standing.members if not one.is_here and one.pk in row),
        rights,
        {kind: holder_words(one.held_by, top) for kind, one in rights.items() if not one.is_given},
        tuple(care for fault, care in cares if fault.activity == str(activity.pk)),
    )


def limit_words(standing: Standing) -> str:
    """Return the limit in words."""
    words = (
        _("At most %(n)s hours a month for each.")
        if standing.limit.kind == "hours"
        else _("At most %(n)s activities that one does or answers for.")
    )
    return words % {"n": standing.limit.most}


def _row(standing: Standing, activity: TeamActivity, cares: tuple[Care, ...]) -> Row:
    letters = standing.letters[activity.pk]
    cells = []
    for member in standing.members:
        letter = letters.get(member.pk, "")
        words = str(ActivityLetter.Letter(letter).label).partition(": ")[2] if letter else ""
        cells.append(Cell(letter, words, str(member), not member.is_here))
    missing = ", ".join(str(ActivityRight.Kind(one.kind).label) for one in standing.missing(activity.pk))
    return Row(activity, tuple(cells), missing, cares)


def _list(viewer: Viewer, member: TeamMember | None) -> DutyList:
    lines = Responsibility.objects.filter(member=member, ended_at=None).order_by("position", "written_at")
    return DutyList(
        member,
        "" if member is None else str(TeamMember.Part(member.part).label),
        tuple(lines.values_list("text", flat=True)),
        may_manage(viewer) or (member is not None and is_self(viewer, member)),
    )
