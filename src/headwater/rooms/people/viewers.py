"""Who is asking: the viewer of a request, with every role they hold, and the gate of a page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from headwater.rooms.people.logic.roles import EMPLOYEE, LEADER, NOBODY, Holding, Span, Viewer, can
from headwater.rooms.people.models import Deputy, RoleGrant, Unit, User

View = Callable[..., HttpResponse]


def viewer_of(user: User, *, today: date) -> Viewer:
    """Return what a user is allowed to be: given roles, led units, deputed units, employee."""
    person = user.person
    if not user.is_active or (person is not None and not person.is_active):
        return NOBODY
    holdings = [
        Holding(grant.role, _span(grant.unit) if grant.unit else None)
        for grant in RoleGrant.objects.filter(user=user, ended_at=None).select_related("unit")
        if grant.unit is None or grant.unit.number is not None
    ]
    if person is not None:
        holdings.append(Holding(EMPLOYEE, None))
        standing = Deputy.objects.filter(person=person, ended_at=None, from_date__lte=today)
        deputed = standing.filter(Q(until_date=None) | Q(until_date__gte=today)).values("unit")
        led = Unit.objects.filter(Q(leader=person) | Q(pk__in=deputed), is_open=True).exclude(number=None)
        holdings.extend(Holding(LEADER, _span(unit)) for unit in led)
    return Viewer(str(user.pk), str(person.pk) if person is not None else "", tuple(holdings))


def _span(unit: Unit) -> Span:
    assert unit.number is not None
    return Span(unit.number, unit.number + unit.size)


def viewer(request: HttpRequest) -> Viewer:
    """Return the viewer of a request."""
    return cast(Viewer, request.viewer)  # type: ignore[attr-defined]


def leads_whole(asker: Viewer) -> bool:
    """Whether a viewer leads the unit at the top, or stands in for who does. It is the first in preorder."""
    return any(one.role == LEADER and one.span is not None and one.span.start == 0 for one in asker.holdings)


def require(asker: Viewer, action: str, unit: Unit | None = None) -> None:
    """Raise PermissionDenied unless the viewer may do it. A closed unit counts as the whole organisation."""
    if not can(asker, action, unit.number if unit is not None else None):
        raise PermissionDenied


def permitted(action: str) -> Callable[[View], View]:
    """Open a page to signed-in viewers who may do an action anywhere in the organisation."""

    def gate(view: View) -> View:
        @wraps(view)
        def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            require(viewer(request), action)
            return view(request, *args, **kwargs)

        return cast(View, login_required(gated))

    return gate


def for_everybody_here(view: View) -> View:
    """Open a page to signed-in viewers who hold any role: not to somebody who left, nor to an account without one."""

    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not viewer(request).holdings:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast(View, login_required(gated))


class AttachViewer:
    """Gives every request its viewer, worked out when first asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Take what answers the request."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach, then answer."""

        def find() -> Viewer:
            user = request.user
            return viewer_of(user, today=timezone.localdate()) if isinstance(user, User) else _of_lazy(request)

        request.viewer = SimpleLazyObject(find)  # type: ignore[attr-defined]
        return self.get_response(request)


def _of_lazy(request: HttpRequest) -> Viewer:
    """`request.user` is a lazy object; only its class tells a signed-in user from nobody."""
    if not request.user.is_authenticated:
        return NOBODY
    return viewer_of(request.user, today=timezone.localdate())


def user_of(request: HttpRequest) -> User:
    """Return the signed-in user of a request that passed a gate."""
    return cast(User, request.user)
