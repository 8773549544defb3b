"""Pages of cases: those of a year, one with its path, days and clocks, and one's own with who looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.functional import Promise

from headwater.rooms.act.logic.day_counts import DayCount
from headwater.rooms.act.logic.recordable import Suggestion, classify
from headwater.rooms.act.models import CaseClock, CaseHealth, CaseSpell, HealthLook, Incident, InjuryCase
from headwater.rooms.act.present_units import may
from headwater.rooms.act.safety.clocks import ClockLine, line_of
from headwater.rooms.act.safety.health import own_health
from headwater.rooms.act.safety.log_forms import days_of, days_of_all
from headwater.rooms.act.safety.words import HEALTH, REASONS
from headwater.rooms.decide.account_field import name_of
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.models import User
from headwater.rooms.people.tabs import has_role_for


@dataclass(frozen=True)
class CaseLine:
    """A case in a list. clocks: those that are still owed."""

    case: InjuryCase
    who: str
    days: DayCount
    clocks: tuple[ClockLine, ...]


@dataclass(frozen=True)
class CasesPage:
    """Cases of a year: injuries without one, undecided ones, those of the log, and the others."""

    year: int
    years: tuple[int, ...]
    waiting: tuple[Incident, ...]
    undecided: tuple[CaseLine, ...]
    recordable: tuple[CaseLine, ...]
    others: tuple[CaseLine, ...]


@dataclass(frozen=True)
class CasePage:
    """One case. path: where its answers lead. reasons: what decided, in words. sees_health: who may open that page."""

    line: CaseLine
    incident: Incident
    path: Suggestion
    reasons: tuple[str | Promise, ...]
    open_questions: tuple[str | Promise, ...]
    decider: str
    clocks: tuple[ClockLine, ...]
    spells: tuple[CaseSpell, ...]
    has_health: bool
    sees_health: bool

    @property
    def case(self) -> InjuryCase:
        """The case."""
        return self.line.case


@dataclass(frozen=True)
class OwnCase:
    """Somebody's own case. health: (what, value). looks: who opened their health data, latest first."""

    case: InjuryCase
    days: DayCount
    health: tuple[tuple[str | Promise, str], ...]
    looks: tuple[tuple[HealthLook, str], ...]


def cases_page(*, viewer: Viewer, year: int | None, now: datetime, today: date) -> CasesPage:
    """Return the cases of a year that a viewer keeps. Raises PermissionDenied to who keeps none."""
    if not has_role_for(viewer, "safety.keep"):
        raise PermissionDenied
    days = InjuryCase.objects.dates("happened_date", "year")
    years = tuple(sorted({*(day.year for day in days), today.year}, reverse=True))
    chosen = year if year in years else today.year
    begun = InjuryCase.objects.values("incident")
    injuries = Incident.objects.filter(kind=Incident.Kind.INJURY).exclude(pk__in=begun).select_related("unit")
    waiting = [one for one in injuries.order_by("reported_at") if may(viewer, "safety.keep", one.unit)]
    found = InjuryCase.objects.filter(Q(happened_date__year=chosen) | Q(is_recordable=None))
    related = ("incident", "unit", "person", "establishment")
    listed = [
        one
        for one in found.select_related(*related).order_by("-happened_date", "pk")
        if may(viewer, "safety.keep", one.unit)
    ]
    lines = case_lines(listed, now, today)
    return CasesPage(
        year=chosen,
        years=years,
        waiting=tuple(waiting),
        undecided=tuple(line for line in lines if line.case.is_recordable is None),
        recordable=tuple(line for line in lines if line.case.is_recordable),
        others=tuple(line for line in lines if line.case.is_recordable is False),
    )


def case_page(*, viewer: Viewer, case_id: UUID, now: datetime, today: date) -> CasePage:
    """Return one case. Raises InjuryCase.DoesNotExist, also for one a viewer does not keep."""
    related = ("incident__unit", "unit", "person", "establishment", "decided_by__person")
    case = InjuryCase.objects.select_related(*related).get(pk=case_id)
    if not may(viewer, "safety.keep", case.unit):
        raise InjuryCase.DoesNotExist
    path = classify({str(key): str(value) for key, value in case.answers.items()})
    clocks = CaseClock.objects.filter(case=case).order_by("due_at")
    return CasePage(
        line=case_lines([case], now, today)[0],
        incident=case.incident,
        path=path,
        reasons=reasons_of(path),
        open_questions=tuple(REASONS[key] for key in path.open_questions),
        decider=name_of(case.decided_by) if case.decided_by is not None else "",
        clocks=tuple(line_of(one, now) for one in clocks),
        spells=tuple(CaseSpell.objects.filter(case=case).order_by("from_date", "kind")),
        has_health=CaseHealth.objects.filter(case=case).exclude(sealed=None).exists(),
        sees_health=may(viewer, "safety.health", case.unit),
    )


def reasons_of(path: Suggestion) -> tuple[str | Promise, ...]:
    """Return the reasons of a path in words; none where every question was answered with no."""
    if path.is_recordable is False and len(path.reasons) > 1:
        return ()
    return tuple(REASONS[key] for key in path.reasons)


def case_lines(cases: Sequence[InjuryCase], now: datetime, today: date) -> list[CaseLine]:
    """Return cases as lines."""
    days = days_of_all(cases, today)
    clocks: dict[UUID, list[ClockLine]] = {}
    for one in CaseClock.objects.filter(case__in=list(days), done_at=None, not_owed="").order_by("due_at"):
        clocks.setdefault(one.case_id, []).append(line_of(one, now))
    return [
        CaseLine(
            case,
            "" if case.forgotten_at is not None else str(case.person or case.incident.injured_words),
            days[case.pk],
            tuple(clocks.get(case.pk, ())),
        )
        for case in cases
    ]


def own_cases(*, viewer: Viewer, user: User, today: date) -> tuple[OwnCase, ...]:
    """Return somebody's own cases, with who looked at their health data and for what."""
    if not viewer.person:
        return ()
    made = []
    for case in (
        InjuryCase.objects.select_related("incident").filter(person=viewer.person_id).order_by("-happened_date")
    ):
        health = own_health(case=case, actor=user)
        looks = HealthLook.objects.filter(case=case).select_related("by__person").order_by("-at")
        made.append(
            OwnCase(
                case,
                days_of(case, today),
                tuple((words, health[name]) for name, words in HEALTH.items() if health.get(name)),
                tuple((look, name_of(look.by)) for look in looks),
            )
        )
    return tuple(made)


def has_own_case(viewer: Viewer) -> bool:
    """Whether a case of the viewer's own is kept."""
    return bool(viewer.person) and InjuryCase.objects.filter(person=viewer.person_id).exists()


def may_open_safety(viewer: Viewer) -> bool:
    """Whether the tab of safety opens: to who sees rates, and to who has a case of their own."""
    return has_role_for(viewer, "safety.see") or has_own_case(viewer)
