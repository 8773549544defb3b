"""What the pages of the organisation show. Every query takes its viewer and refuses what they may not see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import Http404

from headwater.rooms.people.logic.roles import ACTIONS, Viewer, can
from headwater.rooms.people.models import (
    Deputy,
    ImportChange,
    OrganisationImport,
    OwnLook,
    Person,
    RoleGrant,
    Unit,
    User,
)
from headwater.rooms.people.viewers import require

PAGE = 50
MOST_CHILDREN = 200
"""Units shown below one unit at once; the rest is on the unit's own page."""
MOST_FOUND = 30


@dataclass(frozen=True)
class Branch:
    """A unit in the tree. children is None while it is closed. more: children not shown."""

    unit: Unit
    children: tuple[Branch, ...] | None
    more: int = 0

    @property
    def has_children(self) -> bool:
        """Whether there are units below."""
        return self.unit.size > 1


@dataclass(frozen=True)
class OrganisationPage:
    """The tree with one path open, or what a search found. own_person: the viewer's own page, None without one."""

    root: Branch | None
    units: int
    people: int
    question: str
    found_units: tuple[Unit, ...]
    found_people: tuple[Person, ...]
    vacant: tuple[Unit, ...]
    can_import: bool
    own_person: UUID | None


@dataclass(frozen=True)
class HistoryLine:
    """One change by one import, as a person reads it."""

    day: date
    what: str
    before: dict[str, object]
    after: dict[str, object]


@dataclass(frozen=True)
class UnitPage:
    """One unit. people is None when the viewer may not see them."""

    unit: Unit
    path: tuple[Unit, ...]
    children: Page[Unit]
    people: Page[Person] | None
    deputies: tuple[Deputy, ...]
    history: tuple[HistoryLine, ...]
    can_appoint: bool


@dataclass(frozen=True)
class PersonPage:
    """One person."""

    person: Person
    path: tuple[Unit, ...]
    leads: tuple[Unit, ...]
    deputises: tuple[Deputy, ...]
    history: tuple[HistoryLine, ...]


@dataclass(frozen=True)
class RolesPage:
    """Accounts and their standing roles."""

    accounts: Page[User]
    grants: dict[UUID, list[RoleGrant]]
    question: str


def organisation_name() -> str:
    """Return the name that was chosen, else of the unit at the top, "" before there is one."""
    chosen = OwnLook.objects.filter(pk=1).values_list("name", flat=True).first()
    return chosen or Unit.objects.filter(is_open=True, parent=None).values_list("name", flat=True).first() or ""


def organisation_page(*, viewer: Viewer, opened: str, question: str, vacant: bool) -> OrganisationPage:
    """Return the tree, opened down to one unit. Reads as many rows as it shows."""
    require(viewer, "organisation.see")
    root = Unit.objects.select_related("leader").filter(is_open=True, parent=None).first()
    question = " ".join(question.replace("\x00", " ").split())[:100]
    units: tuple[Unit, ...] = ()
    persons: tuple[Person, ...] = ()
    if question:
        units = tuple(_units().filter(name__icontains=question).order_by("number")[:MOST_FOUND])
        found = Person.objects.select_related("unit").filter(is_active=True)
        found = found.filter(Q(name__icontains=question) | Q(key=question)).filter(_visible(viewer))
        persons = tuple(found.order_by("name")[:MOST_FOUND])
    sees_import = can(viewer, "organisation.import")
    return OrganisationPage(
        root=_opened(root, opened) if root is not None else None,
        units=root.size if root is not None else 0,
        people=Person.objects.filter(is_active=True).count(),
        question=question,
        found_units=units,
        found_people=persons,
        vacant=tuple(_units().filter(leader=None).order_by("number")[:PAGE]) if vacant and sees_import else (),
        can_import=sees_import,
        own_person=viewer.person_id if viewer.person else None,
    )


def branch(*, viewer: Viewer, unit_id: UUID) -> Branch:
    """Return one unit with the units directly below it."""
    require(viewer, "organisation.see")
    unit = _unit(unit_id)
    children, more = _children(unit)
    return Branch(unit, tuple(Branch(child, None) for child in children), more)


def unit_page(*, viewer: Viewer, unit_id: UUID, page: int, people_page: int, today: date) -> UnitPage:
    """Return one unit with what is below it and, for those who may see it, who is in it."""
    require(viewer, "organisation.see")
    unit = _unit(unit_id)
    below = _units().filter(parent=unit).order_by("number")
    people = None
    if can(viewer, "people.see", unit.number):
        members = Person.objects.filter(unit=unit, is_active=True).order_by("name", "key")
        people = Paginator(members, PAGE).get_page(people_page)
    deputies = Deputy.objects.select_related("person").filter(unit=unit, ended_at=None)
    deputies = deputies.filter(Q(until_date=None) | Q(until_date__gte=today)).order_by("from_date")
    return UnitPage(
        unit=unit,
        path=path_of(unit),
        children=Paginator(below, PAGE).get_page(page),
        people=people,
        deputies=tuple(deputies),
        history=history_of("unit", unit.key),
        can_appoint=can(viewer, "deputies.appoint", unit.number),
    )


def person_page(*, viewer: Viewer, person_id: UUID, today: date) -> PersonPage:
    """Return one person. Everybody sees themselves; others need the role over the person's unit."""
    person = Person.objects.select_related("unit").filter(pk=person_id).first()
    if person is None:
        raise Http404
    if viewer.person != str(person.pk):
        require(viewer, "people.see", person.unit)
    deputies = Deputy.objects.select_related("unit").filter(person=person, ended_at=None)
    return PersonPage(
        person=person,
        path=path_of(person.unit) if person.unit is not None else (),
        leads=tuple(_units().filter(leader=person).order_by("number")),
        deputises=tuple(deputies.filter(Q(until_date=None) | Q(until_date__gte=today))),
        history=history_of("person", person.key),
    )


def roles_page(*, viewer: Viewer, question: str, page: int) -> RolesPage:
    """Return accounts with their roles."""
    require(viewer, "roles.manage")
    users = User.objects.select_related("person").filter(is_active=True).order_by("name", "email")
    question = " ".join(question.replace("\x00", " ").split())[:100]
    if question:
        users = users.filter(Q(name__icontains=question) | Q(email__icontains=question))
    accounts = Paginator(users, PAGE).get_page(page)
    grants: dict[UUID, list[RoleGrant]] = {}
    standing = RoleGrant.objects.select_related("unit").filter(user__in=list(accounts.object_list), ended_at=None)
    for grant in standing.order_by("role"):
        grants.setdefault(grant.user_id, []).append(grant)
    return RolesPage(accounts, grants, question)


def list_imports(*, viewer: Viewer) -> list[OrganisationImport]:
    """Return imports, latest first."""
    require(viewer, "organisation.import")
    found = OrganisationImport.objects.select_related("uploaded_by").defer("content", "problems")
    return list(found.order_by("-uploaded_at")[:PAGE])


def get_import(*, viewer: Viewer, import_id: UUID) -> OrganisationImport:
    """Return one import. Raises Http404."""
    require(viewer, "organisation.import")
    found = OrganisationImport.objects.select_related("uploaded_by").defer("content").filter(pk=import_id).first()
    if found is None:
        raise Http404
    return found


def page_changes(*, viewer: Viewer, made_by: OrganisationImport, kind: str, what: str, page: int) -> Page[ImportChange]:
    """Return one page of what an import changes."""
    require(viewer, "organisation.import")
    found = ImportChange.objects.filter(made_by=made_by, kind=kind, what=what).order_by("pk")
    return Paginator(found, PAGE).get_page(page)


@dataclass(frozen=True)
class ChangeLine:
    """One change, with the names of the units before and after."""

    change: ImportChange
    before: str
    after: str


def name_places(made_by: OrganisationImport, changes: Iterable[ImportChange]) -> list[ChangeLine]:
    """Name the units of changes: as they stand, or as the same import makes them."""
    listed = list(changes)
    keys = {key for change in listed for key in (change.place_before, change.place_after) if key}
    names = dict(Unit.objects.filter(key__in=keys).values_list("key", "name"))
    made = ImportChange.objects.filter(made_by=made_by, kind="unit", key__in=keys).exclude(after=None)
    new = {change.key: str((change.after or {})["name"]) for change in made}
    return [
        ChangeLine(
            change,
            names.get(change.place_before, change.place_before),
            new.get(change.place_after) or names.get(change.place_after, change.place_after),
        )
        for change in listed
    ]


def path_of(unit: Unit) -> tuple[Unit, ...]:
    """Return the units above, from the top down, itself not included."""
    if unit.number is None:
        return ()
    found: list[Unit] = []
    parent_id = unit.parent_id
    while parent_id is not None:
        parent = Unit.objects.get(pk=parent_id)
        found.append(parent)
        parent_id = parent.parent_id
    return tuple(reversed(found))


def history_of(kind: str, key: str) -> tuple[HistoryLine, ...]:
    """Return what applied imports changed of a person or unit, latest first."""
    changes = ImportChange.objects.select_related("made_by").filter(
        kind=kind, key=key, made_by__state=OrganisationImport.State.APPLIED
    )
    lines = [
        HistoryLine(change.made_by.effective_date, change.what, change.before or {}, change.after or {})
        for change in changes.order_by("-made_by__sequence")[:PAGE]
    ]
    keys = {
        str(state.get(name) or "")
        for line in lines
        for state in (line.before, line.after)
        for name in ("unit", "parent")
    }
    names = dict(Unit.objects.filter(key__in=keys).values_list("key", "name"))
    for line in lines:
        for state in (line.before, line.after):
            state["place"] = names.get(str(state.get("unit") or state.get("parent") or ""), "")
    return tuple(lines)


def _units() -> QuerySet[Unit]:
    return Unit.objects.select_related("leader").filter(is_open=True)


def _unit(unit_id: UUID) -> Unit:
    unit = Unit.objects.select_related("leader").filter(pk=unit_id).first()
    if unit is None:
        raise Http404
    return unit


def _visible(viewer: Viewer) -> Q:
    """The persons a viewer may see, as a condition, so that a search never ends before it finds them."""
    if can(viewer, "people.see"):
        return Q()
    seen = Q(pk=viewer.person) if viewer.person else Q(pk__in=[])
    for holding in viewer.holdings:
        if holding.span is not None and holding.role in ACTIONS["people.see"]:
            seen |= Q(unit__number__gte=holding.span.start, unit__number__lt=holding.span.stop)
    return seen


def _children(unit: Unit) -> tuple[list[Unit], int]:
    below = _units().filter(parent=unit).order_by("number")
    children = list(below[: MOST_CHILDREN + 1])
    more = below.count() - MOST_CHILDREN if len(children) > MOST_CHILDREN else 0
    return children[:MOST_CHILDREN], more


def _opened(root: Unit, opened: str) -> Branch:
    """Open the tree from the top down to one unit; without one, the top alone."""
    wanted = {root.pk}
    try:
        target = Unit.objects.filter(pk=UUID(opened), is_open=True).first() if opened else None
    except ValueError:
        target = None
    if target is not None:
        wanted |= {target.pk, *(unit.pk for unit in path_of(target))}

    def build(unit: Unit) -> Branch:
        if unit.pk not in wanted:
            return Branch(unit, None)
        children, more = _children(unit)
        return Branch(unit, tuple(build(child) for child in children), more)

    return build(root)
