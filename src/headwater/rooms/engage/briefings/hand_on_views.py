"""Pages of those through whom a briefing goes: what they hand on, as a file of their own, and that they did."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from headwater.rooms.engage.briefings.files import copy_response
from headwater.rooms.engage.briefings.handing_on import hand_page, handed_by_token, say_handed_on
from headwater.rooms.engage.briefings.queries import handed_copy
from headwater.rooms.engage.models import BriefingCopy
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import user_of, viewer


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """A briefing for its sponsor, signed in."""
    copy = handed_copy(viewer=viewer(request), copy_id=copy_id)
    return _hand(request, copy, actor=user_of(request), token="")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hand_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """A briefing for a sponsor outside the organisation."""
    return _hand(request, _of_token(token), actor=None, token=token)


@login_required
@require_safe
def save_hand(request: HttpRequest, copy_id: UUID, form: str) -> HttpResponse:
    """The file that a sponsor hands on as their own."""
    return copy_response(handed_copy(viewer=viewer(request), copy_id=copy_id), form, through=True)


@never_cache
@require_safe
def save_hand_by_link(request: HttpRequest, token: str, form: str) -> HttpResponse:
    """The file of a sponsor outside the organisation."""
    return copy_response(_of_token(token), form, through=True)


def _of_token(token: str) -> BriefingCopy:
    copy = handed_by_token(token)
    if copy is None:
        raise Http404
    return copy


def _hand(request: HttpRequest, copy: BriefingCopy, *, actor: User | None, token: str) -> HttpResponse:
    if request.method == "POST":
        say_handed_on(copy_id=copy.pk, actor=actor, now=timezone.now())
        messages.success(request, _("Thank you. The sender sees that you handed it on."))
        return redirect("engage:briefings_hand_by_link", token) if token else redirect("engage:briefings_hand", copy.pk)
    context = {"page": hand_page(copy=copy, now=timezone.now()), "token": token}
    return render(request, "engage/briefings_hand.html", context)
