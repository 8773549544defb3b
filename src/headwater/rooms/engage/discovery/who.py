"""Who a browser is in a Discovery: by account, or by the cookie of an anonymous team."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from headwater.rooms.engage.discovery.codes import COOKIE_STANDS, cookie_of
from headwater.rooms.engage.discovery.taking import participant_of
from headwater.rooms.engage.models import Discovery, DiscoveryParticipant
from headwater.rooms.people.models import User


def discovery_named(discovery_id: UUID) -> Discovery:
    """Return a Discovery. Raises Http404."""
    found = Discovery.objects.select_related("unit").filter(pk=discovery_id).first()
    if found is None:
        raise Http404
    return found


def account_of_request(request: HttpRequest) -> User | None:
    """Return the account that signed in, None for nobody."""
    user = request.user
    return User.objects.select_related("person").get(pk=user.pk) if user.is_authenticated else None


def participant_in(request: HttpRequest, discovery: Discovery) -> DiscoveryParticipant | None:
    """Return who takes part with this browser, None for nobody."""
    token = request.COOKIES.get(cookie_of(discovery), "") if discovery.is_anonymous else ""
    return participant_of(discovery=discovery, user=account_of_request(request), token=token)


def actor_of(participant: DiscoveryParticipant, request: HttpRequest) -> User | None:
    """Return the account that acts for a participant: None for one that no account stands for."""
    return account_of_request(request) if participant.user_id is not None else None


def remember(response: HttpResponse, discovery: Discovery, token: str) -> HttpResponse:
    """Let the browser be known again in this Discovery, also where a code is typed in a second time."""
    response.set_cookie(
        cookie_of(discovery),
        token,
        max_age=int(COOKIE_STANDS.total_seconds()),
        path=reverse("engage:discovery"),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


def to_sign_in(request: HttpRequest, then: str = "") -> HttpResponse:
    """Go to sign in, and come back, or go on to another page."""
    return redirect_to_login(then or request.get_full_path())
