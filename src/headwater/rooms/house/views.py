"""Home, language, health, and the pages of errors."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.rooms.house.slots import PRESSING, Need, leads_whole, needs_now


@dataclass(frozen=True)
class NeedGroup:
    """Needs of one order, for who leads the whole. order: as of a need. title: what they are."""

    order: int
    title: str
    needs: tuple[Need, ...]

    @property
    def minutes(self) -> int:
        """Minutes asked for in all."""
        return sum(need.minutes for need in self.needs)


@dataclass(frozen=True)
class HomePage:
    """What needs the viewer now, and how many minutes it takes.

    groups: the same needs by what they are, for who leads the whole alone; theirs are incidents, decisions, promises
    and visits. others: their other needs, which wait behind one line.
    """

    sentence: str
    lede: str
    needs: tuple[Need, ...]
    groups: tuple[NeedGroup, ...] = ()
    others: tuple[Need, ...] = ()

    @property
    def minutes(self) -> int:
        """Minutes asked for in all."""
        return sum(need.minutes for need in self.needs)

    @property
    def other_minutes(self) -> int:
        """Minutes of what waits behind the line."""
        return sum(need.minutes for need in self.others)


def home_page(request: HttpRequest, *, now: datetime) -> HomePage:
    """Ask every room what needs this viewer."""
    found = tuple(needs_now(request, now))
    is_top = leads_whole(request)
    needs = tuple(need for need in found if need.order in PRESSING) if is_top else found
    others = tuple(need for need in found if need not in needs)
    groups = _groups(needs) if is_top else ()
    greeting = _greeting(timezone.localtime(now).hour)
    first = str(getattr(request.user, "name", "")).split(" ")[0]
    hello = f"{greeting}, {first}." if first else f"{greeting}."
    if not needs:
        return HomePage(_("%(hello)s Nothing needs you now.") % {"hello": hello}, "", (), groups, others)
    minutes = sum(need.minutes for need in needs)
    count = ngettext("One thing needs you", "%(n)d things need you", len(needs)) % {"n": len(needs)}
    time = ngettext("about one minute", "about %(n)d minutes", minutes) % {"n": minutes}
    lede = (
        _("Incidents, decisions, promises and visits; nothing else.") if is_top else _("The most pressing comes first.")
    )
    return HomePage(f"{hello} {count}, {time}.", lede, needs, groups, others)


def _groups(needs: tuple[Need, ...]) -> tuple[NeedGroup, ...]:
    """Incidents stand first even when there are none: that is worth a line of its own."""
    titles = (
        _("Injuries, near misses and threats"),
        _("Decisions asked of you"),
        _("Promises due"),
        _("Visits"),
    )
    every = (
        NeedGroup(order, title, tuple(need for need in needs if need.order == order))
        for order, title in zip(PRESSING, titles, strict=True)
    )
    return tuple(group for group in every if group.needs or group.order == 0)


def _greeting(hour: int) -> str:
    if hour < 12:
        return _("Good morning")
    return _("Good afternoon") if hour < 18 else _("Good evening")


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What needs me now."""
    return render(request, "house/home.html", {"page": home_page(request, now=timezone.now())})


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Say whether the database answers, for a load balancer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie and go back."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = redirect(target)
    language = request.POST.get("language", "")
    if check_for_language(language) and language in settings.DESK_LANGUAGES:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 86_400,
            samesite="Lax",
            secure=settings.HTTPS,
            httponly=True,
        )
    return response


def _error(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    return render(request, "house/error.html", {"title": title, "text": text, "status": status}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _error(request, 400, _("This request cannot be read."), _("Go back and try again. Nothing was changed."))


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    text = _("Your roles do not open this page. An administrator can give you the role that does.")
    return _error(request, 403, _("This page is not open to you."), text)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that did not come from our own page."""
    text = _("The form was open too long, or cookies are off. Load the page again and send it once more.")
    return _error(request, 403, _("This form is no longer valid."), text)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return _error(request, 404, _("There is no page here."), _("It may have moved. Begin again from the home page."))


def failed(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database is out of reach. Kept free of the database, which may be what failed."""
    is_away = isinstance(sys.exception(), OperationalError | InterfaceError)
    return HttpResponse(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Headwater</title>"
        "<link rel=stylesheet href=/static/house/headwater.css><main class=entrance><h1>Something failed here.</h1>"
        "<p>What you sent may not be kept. Try again in a minute; if it fails again, tell your "
        "administrator.</p></main>",
        status=503 if is_away else 500,
        headers={"Retry-After": "30"} if is_away else None,
    )
