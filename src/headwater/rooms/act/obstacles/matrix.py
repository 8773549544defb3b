"""Who blocks whom and where it clears, beside released ratings of internal service; and a service's own view."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from headwater.rooms.act.logic.follow_through import FEWEST_DAYS, FollowThrough, Issue, follow_through_of
from headwater.rooms.act.models import Obstacle
from headwater.rooms.act.obstacles.owners import SEE, may_see
from headwater.rooms.act.obstacles.queries import brought_to, seen_obstacles, sees_matrix
from headwater.rooms.act.obstacles.repeats import Alike, alike_of
from headwater.rooms.act.present_units import may, present_units
from headwater.rooms.learn.service_queries import Asked, service_page
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.models import Unit

State = Obstacle.State
MOST_COLUMNS = 12


@dataclass(frozen=True)
class BlockCell:
    """What one service did to one unit. days: median from raised to closed, None below three closed."""

    raised: int
    open: int
    closed: int
    days: float | None


@dataclass(frozen=True)
class BlockRow:
    """One service. rating: what those it serves say, as released, "" where nothing is. unit: None for not known yet."""

    unit: Unit | None
    name: str
    whole: BlockCell
    cells: tuple[BlockCell | None, ...]
    rating: str
    rating_range: str
    top_matters: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class MatrixPage:
    """Who blocks whom. columns: blocked units. rating_label: of the ratings beside, "" where none were released."""

    columns: tuple[str, ...]
    rows: tuple[BlockRow, ...]
    through: FollowThrough
    rating_label: str
    rating_wave: str

    @property
    def lines(self) -> list[tuple[BlockRow, list[tuple[str, BlockCell | None]]]]:
        """Each service with its cells, each of them with the name of the unit it blocks."""
        return [(row, list(zip(self.columns, row.cells, strict=True))) for row in self.rows]


@dataclass(frozen=True)
class ServicePage:
    """What comes to one service and what it cleared. No name of whoever raised it stands here."""

    unit: Unit
    through: FollowThrough
    open: tuple[Obstacle, ...]
    cleared: tuple[Obstacle, ...]
    declined: tuple[Obstacle, ...]
    alike: tuple[Alike, ...]
    groups: tuple[tuple[str, tuple[Obstacle, ...]], ...]
    by_unit: tuple[tuple[str, BlockCell], ...]


def issue_of(obstacle: Obstacle) -> Issue:
    """Return an obstacle as an issue with its dates."""
    return Issue(obstacle.raised_date, obstacle.first_answered_date, obstacle.closed_date)


def matrix_page(*, viewer: Viewer, today: date) -> MatrixPage:
    """Return who blocks whom, over the units a viewer may look at. Raises PermissionDenied to all others."""
    if not sees_matrix(viewer):
        raise PermissionDenied
    found = [one for one in seen_obstacles(viewer) if may_see(viewer, one)]
    units = present_units([unit for one in found for unit in (one.from_unit, one.serving_unit) if unit is not None])
    by_pair: dict[tuple[UUID | None, UUID | None], list[Obstacle]] = {}
    names: dict[UUID | None, Unit | None] = {}
    for one in found:
        served = units[one.from_unit_id] if one.from_unit_id is not None else None
        serves = units[one.serving_unit_id] if one.serving_unit_id is not None else None
        pair = (serves.pk if serves is not None else None, served.pk if served is not None else None)
        names[pair[0]], names[pair[1]] = serves, served
        by_pair.setdefault(pair, []).append(one)
    services = _by_count(by_pair, 0)
    blocked = _by_count(by_pair, 1)[:MOST_COLUMNS]
    label, wave, ratings = _ratings(viewer)
    rows = []
    for key in services:
        mine = [one for (serves, _served), listed in by_pair.items() if serves == key for one in listed]
        unit = names[key]
        rating = ratings.get(unit.name, ("", "")) if unit is not None else ("", "")
        rows.append(
            BlockRow(
                unit=unit,
                name=unit.name if unit is not None else _("not known yet"),
                whole=cell_of(mine),
                cells=tuple(cell_of(by_pair[key, one]) if (key, one) in by_pair else None for one in blocked),
                rating=rating[0],
                rating_range=rating[1],
                top_matters=_matters(mine),
            )
        )
    columns = tuple(unit.name if (unit := names[key]) is not None else _("unit not said") for key in blocked)
    through = follow_through_of([issue_of(one) for one in found], today=today)
    return MatrixPage(columns, tuple(rows), through, label, wave)


def own_service_page(*, viewer: Viewer, unit_id: UUID, today: date) -> ServicePage:
    """Return what comes to a service. Raises Unit.DoesNotExist, PermissionDenied to who may not look at the unit."""
    unit = Unit.objects.select_related("leader").get(pk=unit_id)
    if not may(viewer, SEE, unit):
        raise PermissionDenied
    found = brought_to(unit=unit)
    standing = tuple(one for one in found if one.state != State.CLOSED)
    closed = [one for one in found if one.state == State.CLOSED]
    groups: dict[UUID, list[Obstacle]] = {}
    for one in found:
        if one.group_id is not None:
            groups.setdefault(one.group_id, []).append(one)
    present = present_units([one.from_unit for one in found if one.from_unit is not None])
    by_unit: dict[str, list[Obstacle]] = {}
    for one in found:
        home = present[one.from_unit_id] if one.from_unit_id is not None else None
        by_unit.setdefault(home.name if home is not None else _("unit not said"), []).append(one)
    return ServicePage(
        unit=unit,
        through=follow_through_of([issue_of(one) for one in found], today=today),
        open=tuple(sorted(standing, key=lambda one: (one.due_date, str(one.pk)))),
        cleared=tuple(one for one in closed if one.answer_kind == Obstacle.Answer.CLEARED),
        declined=tuple(one for one in closed if one.answer_kind == Obstacle.Answer.DECLINED),
        alike=alike_of(standing),
        groups=tuple(
            (listed[0].group.title, tuple(listed)) for listed in groups.values() if listed[0].group is not None
        ),
        by_unit=tuple((name, cell_of(listed)) for name, listed in sorted(by_unit.items())),
    )


def cell_of(obstacles: Iterable[Obstacle]) -> BlockCell:
    """Count obstacles, and the days that closed ones took."""
    listed = list(obstacles)
    days = [(one.closed_date - one.raised_date).days for one in listed if one.closed_date is not None]
    return BlockCell(
        len(listed), len(listed) - len(days), len(days), float(median(days)) if len(days) >= FEWEST_DAYS else None
    )


def _by_count(by_pair: dict[tuple[UUID | None, UUID | None], list[Obstacle]], side: int) -> list[UUID | None]:
    counts: dict[UUID | None, int] = {}
    for pair, listed in by_pair.items():
        counts[pair[side]] = counts.get(pair[side], 0) + len(listed)
    return sorted(counts, key=lambda key: (key is None, -counts[key], str(key)))


def _matters(obstacles: list[Obstacle]) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    for one in obstacles:
        if one.group is not None:
            counts[one.group.title] = counts.get(one.group.title, 0) + 1
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:3])


def _ratings(viewer: Viewer) -> tuple[str, str, dict[str, tuple[str, str]]]:
    """Return the released rating of each service as all it serves say it; two services of one name have none."""
    try:
        page = service_page(viewer=viewer, asked=Asked())
    except PermissionDenied:
        return "", "", {}
    if page is None:
        return "", "", {}
    found: dict[str, tuple[str, str]] = {}
    twice: set[str] = set()
    for row in page.rows:
        if row.name in found:
            twice.add(row.name)
        if row.whole.kind == "shown":
            found[row.name] = (row.whole.value, row.whole.spread)
    kept = {name: value for name, value in found.items() if name not in twice}
    return page.label, page.wave.title, kept
