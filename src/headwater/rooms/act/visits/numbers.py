"""The numbers of visits: staff reached, what was raised and cleared, blind spots, and where to go next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from headwater.rooms.act.logic.follow_through import FollowThrough, follow_through_of
from headwater.rooms.act.logic.forecasts import ForecastAction
from headwater.rooms.act.logic.reach import WEEKS, Place, Reached, reached_by_unit
from headwater.rooms.act.logic.visit_calendar import Cell, CellView, Paid, Proposal, cells_of, proposals
from headwater.rooms.act.models import Obstacle, Visit, VisitProgramme, VisitProgrammeUnit
from headwater.rooms.act.obstacles.matrix import issue_of
from headwater.rooms.act.present_units import present_unit, present_units
from headwater.rooms.decide.account_field import name_of
from headwater.rooms.people.models import Person, Unit

MADE = (Visit.State.DONE, Visit.State.CLOSED)


@dataclass(frozen=True)
class CalendarRow:
    """One team and its shifts. cells: one a shift, in the order of `Visit.Shift`."""

    unit: Unit
    cells: tuple[CellView, ...]

    @property
    def named(self) -> list[tuple[str, CellView]]:
        """Each shift in words, with its cell."""
        return list(zip((str(label) for label in Visit.Shift.labels), self.cells, strict=True))


@dataclass(frozen=True)
class VisitCalendar:
    """Teams by shifts. blind: cells never or long not visited. next: who might go where."""

    rows: tuple[CalendarRow, ...]
    blind: int
    next: tuple[tuple[Person, Unit, str, date | None], ...]


def reached_in(*, unit: Unit | None, today: date) -> Reached:
    """Return how many of the front line were met in the last twelve weeks, in a unit and below; the whole by default.

    Front line: the people of units without units below them.
    """
    units = list(Unit.objects.filter(is_open=True).exclude(number=None).order_by("number"))
    if not units:
        return Reached(0, 0, 0)
    places = [
        Place(
            str(one.pk), str(one.parent_id) if one.parent_id is not None else "", one.own_people if one.size == 1 else 0
        )
        for one in units
    ]
    first = today - timedelta(weeks=WEEKS)
    visits = list(
        Visit.objects.filter(state__in=MADE, done_date__gt=first, done_date__lte=today).select_related("unit")
    )
    homes = present_units([one.unit for one in visits])
    met = [(str(home.pk), one.met or 0) for one in visits if (home := homes[one.unit_id]) is not None]
    here = present_unit(unit) if unit is not None else units[0]
    return reached_by_unit(places, met).get(str(here.pk), Reached(0, 0, 0)) if here is not None else Reached(0, 0, 0)


def follow_through(*, unit: Unit | None, today: date) -> FollowThrough:
    """Return what became of what visits raised in a unit and below; in the whole organisation for None."""
    found = Obstacle.objects.filter(visit__isnull=False).select_related("from_unit")
    issues = list(found)
    here = present_unit(unit) if unit is not None else None
    if here is not None and here.number is not None:
        homes = present_units([one.from_unit for one in issues if one.from_unit is not None])
        issues = [
            one
            for one in issues
            if one.from_unit_id is not None
            and (home := homes[one.from_unit_id]) is not None
            and home.number is not None
            and here.number <= home.number < here.number + here.size
        ]
    return follow_through_of([issue_of(one) for one in issues], today=today)


def calendar_of(*, units: list[Unit], leaders: dict[str, Person], today: date, most: int = 6) -> VisitCalendar:
    """Return the calendar of teams. units: open ones, of which teams are shown. leaders: who may be proposed, by id.

    Only shifts on which a team was ever visited or is planned to be are asked for beside the day: nobody keeps a list
    of shifts.
    """
    teams = [one for one in units if one.size == 1 and one.own_people]
    chains = _chains(units)
    homes: dict[str, Unit] = {str(one.pk): one for one in teams}
    rows = Visit.objects.exclude(state=Visit.State.CANCELLED).select_related("unit", "leader")
    paid = []
    for one in rows:
        home = present_unit(one.unit)
        if home is None:
            continue
        is_made = one.state in MADE
        day = one.done_date if is_made and one.done_date is not None else one.day
        paid.append(Paid(str(home.pk), one.shift, str(one.leader_id or ""), day, is_made))
    asked = {(one.unit, one.shift) for one in paid if one.unit in homes}
    cells = [
        Cell(str(team.pk), shift, team.own_people, tuple(who for who in chains[str(team.pk)] if who in leaders))
        for team in teams
        for shift in Visit.Shift.values
    ]
    views = cells_of(cells, paid, today=today)
    worked = [one for one in views if one.cell.shift == Visit.Shift.DAY or (one.cell.unit, one.cell.shift) in asked]
    last: dict[str, date | None] = {}
    for visit in paid:
        if visit.is_made:
            last[visit.unit] = max(visit.day, last.get(visit.unit) or visit.day)
    planned = Counter(one.leader for one in paid if not one.is_made and one.day >= today)
    found = proposals(worked, planned=planned, units_last=last, today=today, most=most)
    count = len(Visit.Shift.values)
    return VisitCalendar(
        rows=tuple(CalendarRow(team, views[place * count : (place + 1) * count]) for place, team in enumerate(teams)),
        blind=sum(one.is_blind for one in worked),
        next=tuple((leaders[one.leader], homes[one.unit], one.shift, one.last) for one in _known(found, leaders)),
    )


def forecast_programmes() -> tuple[ForecastAction, ...]:
    """Return the programmes with a forecast, one action a unit: each unit's score is forecast on its own."""
    found = []
    programmes = VisitProgramme.objects.exclude(forecast_likely=None).select_related("made_by__person")
    for programme in programmes.order_by("starts_date", "pk"):
        low, likely, high = programme.forecast_low, programme.forecast_likely, programme.forecast_high
        if low is None or likely is None or high is None or programme.due_date is None:
            continue
        for part in VisitProgrammeUnit.objects.filter(programme=programme).select_related("unit").order_by("pk"):
            home = present_unit(part.unit)
            if home is None:
                continue
            found.append(
                ForecastAction(
                    kind="visits",
                    id=f"{programme.pk}:{part.unit_id}",
                    title=programme.title,
                    unit_key=home.key,
                    started_date=programme.starts_date,
                    due_date=programme.due_date,
                    study=programme.study,
                    wave=programme.wave,
                    score=programme.score,
                    low=low,
                    likely=likely,
                    high=high,
                    owner_name=name_of(programme.made_by),
                )
            )
    return tuple(found)


def _known(found: tuple[Proposal, ...], leaders: dict[str, Person]) -> list[Proposal]:
    return [one for one in found if one.leader in leaders]


def _chains(units: Iterable[Unit]) -> dict[str, tuple[str, ...]]:
    """Return the leaders of each unit and above, nearest first, by id. Units above those given are looked up."""
    every = {one.pk: one for one in Unit.objects.filter(is_open=True)}
    found: dict[str, tuple[str, ...]] = {}
    for unit in units:
        chain: list[str] = []
        here = every.get(unit.pk)
        while here is not None:
            if here.leader_id is not None and str(here.leader_id) not in chain:
                chain.append(str(here.leader_id))
            here = every.get(here.parent_id) if here.parent_id is not None else None
        found[str(unit.pk)] = tuple(chain)
    return found
