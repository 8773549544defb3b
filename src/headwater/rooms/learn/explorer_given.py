"""What was given to a viewer: which views, and of each the part that holds their own units and no withheld question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.rooms.house.slots import Need
from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.explorer_asking import Kind, moved, read_ask
from headwater.rooms.learn.explorer_frame import MOST_UNITS, Choice, kind_words
from headwater.rooms.learn.explorer_scope import Scope, part_of
from headwater.rooms.learn.models import SharedView, SharedViewLook
from headwater.rooms.learn.plans import plan_for_pages
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.releasing import has_book
from headwater.rooms.people.logic.roles import LEADER, Viewer, can
from headwater.rooms.people.models import Unit
from headwater.rooms.people.viewers import user_of, viewer
from headwater.scoring import specify
from headwater.scoring.narrowing import hidden_with_scores
from headwater.vocab import say

FRESH = timedelta(days=14)
"""How long home points at a view that nobody opened."""
MOST = 100


@dataclass(frozen=True)
class GivenView:
    """A view in a list. to: whom it was given to, for those who gave it."""

    shared: SharedView
    kind: str
    to: str
    withheld: int


@dataclass(frozen=True)
class GivenList:
    """What was given to the viewer, and what they gave, if they may give."""

    mine: tuple[GivenView, ...]
    gave: tuple[GivenView, ...]
    may_give: bool


@dataclass(frozen=True)
class Question:
    """A question that can be withheld."""

    key: str
    label: str
    scale: str


@dataclass(frozen=True)
class GivePage:
    """The form that gives a view. units: whom it can be given to."""

    wave: Wave
    kind: str
    query: str
    units: tuple[Choice, ...]
    questions: tuple[Question, ...]


def given_to(*, viewer: Viewer) -> list[SharedView]:
    """Return the views given to a viewer that were not taken back, the latest first."""
    spans = [holding.span for holding in viewer.holdings if holding.role == LEADER and holding.span]
    audience = Q(user_id=viewer.user) if viewer.user else Q(pk=None)
    for span in spans:
        # Whoever leads a unit gets what was given to all who lead a unit above it.
        audience |= Q(unit__is_open=True, unit__number__lte=span.start, unit__number__gt=span.start - F("unit__size"))
    found = SharedView.objects.filter(audience, taken_back_at=None).select_related("wave__study", "given_by")
    return [one for one in found.order_by("-given_at")[:MOST] if has_book(one.wave)]


def has_views(viewer: Viewer) -> bool:
    """Whether there is anything on the page of given views for a viewer."""
    return can(viewer, "results.give") or bool(given_to(viewer=viewer))


def given_list(*, viewer: Viewer) -> GivenList:
    """Return what was given to a viewer. Raises PermissionDenied where there is nothing and they may not give."""
    mine, may_give = given_to(viewer=viewer), can(viewer, "results.give")
    if not mine and not may_give:
        raise PermissionDenied
    gave: list[SharedView] = []
    if may_give:
        standing = SharedView.objects.filter(taken_back_at=None).select_related("wave__study", "user", "unit")
        gave = list(standing.order_by("-given_at")[:MOST])
    return GivenList(tuple(map(_listed, mine)), tuple(map(_listed, gave)), may_give)


def get_shared(*, viewer: Viewer, shared_id: UUID) -> SharedView:
    """Return a view given to a viewer, or any standing one for those who give. Raises Http404."""
    mine = next((one for one in given_to(viewer=viewer) if one.pk == shared_id), None)
    if mine is not None:
        return mine
    if can(viewer, "results.give"):
        standing = SharedView.objects.select_related("wave__study").filter(pk=shared_id, taken_back_at=None).first()
        if standing is not None and has_book(standing.wave):
            return standing
    raise Http404


def given_scope(*, viewer: Viewer, shared: SharedView, query: Mapping[str, Any]) -> Scope | None:
    """Return what a viewer sees of a view given to them: their own units, without the withheld questions.

    None where the view is about units that are not theirs.
    """
    ask = moved(replace(read_ask(shared.query), wave=""), query)
    wave = shared.wave
    hidden: frozenset[str] = frozenset()
    if shared.withheld:
        hidden = hidden_with_scores(specify(plan_for_pages(wave).questionnaires), shared.withheld)
    book = part_of(wave, viewer=viewer, action="results.see", unit=ask.unit, hidden=hidden)
    if book is None or not book.columns:
        return None
    row = book.tree.index_of.get(ask.unit, 0)
    if ask.unit and ask.unit not in book.tree.index_of:
        if shared.kind == "compare":
            return None
        ask = replace(ask, unit="")
    if ask.score and ask.score not in {column.key for column in book.columns}:
        return None
    return Scope(wave, book, ask, row, (wave,), viewer, hidden, shared.pk)


def kind_of(shared: SharedView) -> Kind:
    """Return the kind of a view."""
    return cast(Kind, shared.kind)


def give_page(*, viewer: Viewer, wave: Wave, kind: Kind, query: str, unit: str) -> GivePage:
    """Return the form that gives a view. unit: the id of the unit in view. Raises PermissionDenied."""
    if not can(viewer, "results.give"):
        raise PermissionDenied
    book = book_of(wave)
    names = {column.subject: say(column.label) for column in book.columns if column.role != "item"}
    questions: dict[str, Question] = {}
    for column in book.columns:
        if column.role == "item":
            questions.setdefault(
                column.subject, Question(column.subject, say(column.label), names.get(column.scale, ""))
            )
    choices = tuple(Choice(one.key, "– " * one.depth + one.name, one.key == unit) for one in _units_near(unit))
    return GivePage(wave, kind_words(kind), query, choices, tuple(questions.values()))


def _units_near(key: str) -> list[Unit]:
    """The unit in view, those above it, those next below, and the first levels: others are reached by opening them."""
    chosen = Unit.objects.filter(key=key, is_open=True).first()
    near = Q(depth__lte=1)
    if chosen is not None and chosen.number is not None:
        near |= Q(number__lte=chosen.number, number__gt=chosen.number - F("size")) | Q(parent=chosen)
    return list(Unit.objects.filter(near, is_open=True).exclude(number=None).order_by("number")[:MOST_UNITS])


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield the views that were given to this viewer of late and that they have not opened."""
    asker = viewer(request)
    if not asker.user:
        return
    seen = set(SharedViewLook.objects.filter(user=user_of(request)).values_list("shared_id", flat=True))
    for shared in given_to(viewer=asker)[:5]:
        if shared.pk in seen or now - shared.given_at > FRESH:
            continue
        yield Need(
            f"given-{shared.pk}",
            _("A view for you"),
            shared.title,
            shared.note or _("From %(name)s, out of the results of your own units.") % {"name": shared.given_by.name},
            5,
            reverse("learn:explorer_given", args=[shared.pk]),
            _("Look at it"),
        )


def _listed(shared: SharedView) -> GivenView:
    to = ""
    if shared.unit_id is not None and shared.unit is not None:
        to = _("all who lead %(unit)s or a unit below") % {"unit": shared.unit.name}
    elif shared.user is not None:
        to = shared.user.name
    return GivenView(shared, kind_words(kind_of(shared)), to, len(shared.withheld))
