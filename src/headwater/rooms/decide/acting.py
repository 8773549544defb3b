"""Calling a service from a page: not found, refused with its reason, or done and said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.rooms.decide.judged_meetings import MeetingForm
from headwater.rooms.decide.refusals import DecideRefusedError
from headwater.rooms.people.viewers import user_of

Service = Callable[..., Any]


def act(request: HttpRequest, service: Service, *, back: HttpResponse, said: str = "") -> HttpResponse:
    """Call a service with its actor and moment and go back to a page; say there why where it is refused."""
    try:
        service(actor=user_of(request), now=timezone.now())
    except ObjectDoesNotExist:
        raise Http404 from None
    except DecideRefusedError as error:
        messages.error(request, str(error))
    else:
        if said:
            messages.success(request, said)
    return back


def is_done(request: HttpRequest, form: Form, service: Service) -> bool:
    """Call a service with what a form holds; where it is refused, the form says why and keeps what was typed."""
    try:
        service(actor=user_of(request), now=timezone.now())
    except ObjectDoesNotExist:
        raise Http404 from None
    except DecideRefusedError as error:
        form.add_error(None, str(error))
        return False
    return True


def agreed(request: HttpRequest, form: MeetingForm, service: Service, *, here: str, key: Any) -> HttpResponse | None:
    """Keep what a meeting agreed on; None while the form has to be shown again. here: the view of the meeting."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        owed = service(levels=form.levels(), actor=user_of(request), now=timezone.now())
    except DecideRefusedError as error:
        messages.error(request, str(error))
        return redirect(here, key)
    if owed:
        form.refuse(owed)
        return None
    messages.success(request, _("What you agreed on is kept."))
    return redirect(here, key)
