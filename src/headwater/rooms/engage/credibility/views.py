"""One's own ledger and its entries."""

from __future__ import annotations

from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.decide.models import Direction
from headwater.rooms.engage.credibility import forms, queries, services
from headwater.rooms.engage.credibility.services import LedgerRefusedError
from headwater.rooms.engage.credibility.targets import SURE, USUAL, take_target
from headwater.rooms.engage.models import Forecast, LedgerCopy, Promise
from headwater.rooms.people.viewers import user_of, viewer


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ledger(request: HttpRequest) -> HttpResponse:
    """One's own ledger."""
    page = queries.ledger_page(viewer=viewer(request), today=timezone.localdate())
    doing, actor, now = request.POST.get("doing", ""), user_of(request), timezone.now()
    given: dict[str, django_forms.Form] = {
        "promise": forms.PromiseForm(request.POST if doing == "promise" else None),
        "forecast": forms.ForecastForm(request.POST if doing == "forecast" else None),
        "show": forms.ShowForm(request.POST if doing == "show" else None),
    }
    form = given.get(doing)
    if request.method == "POST" and form is not None and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            if doing == "promise":
                services.make_promise(promise_id=values.pop("key"), actor=actor, now=now, **values)
            elif doing == "forecast":
                services.make_forecast(forecast_id=values.pop("key"), actor=actor, now=now, **values)
            else:
                services.show_copy(user=values["user"], lines=page.sums.lines, actor=actor, now=now)
            messages.success(request, _("Kept."))
            return redirect("engage:credibility")
        except LedgerRefusedError as error:
            form.add_error(None, str(error))
    status = 422 if form is not None and form.errors else 200
    context = {"page": page, "forms": given, "sureness": SURE, "usual": USUAL}
    return render(request, "engage/credibility.html", context, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def promise(request: HttpRequest, promise_id: UUID) -> HttpResponse:
    """One promise, for the two it is between."""
    try:
        found, is_own = queries.own_promise(viewer=viewer(request), promise_id=promise_id)
    except Promise.DoesNotExist as error:
        raise Http404 from error
    mine = (found.own_end, found.proof) if is_own else (found.other_end, found.other_words)
    form = forms.EndForm(request.POST or None, initial={"end": mine[0] or None, "words": mine[1]})
    if request.method == "POST" and form.is_valid():
        try:
            services.say_end(promise_id=found.pk, actor=user_of(request), now=timezone.now(), **form.cleaned_data)
            return redirect("engage:credibility")
        except LedgerRefusedError as error:
            form.add_error(None, str(error))
    context = {"promise": found, "is_own": is_own, "form": form}
    return render(request, "engage/credibility_promise.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def forecast(request: HttpRequest, forecast_id: UUID) -> HttpResponse:
    """One of one's own forecasts."""
    try:
        found = queries.own_forecast(viewer=viewer(request), forecast_id=forecast_id)
    except Forecast.DoesNotExist as error:
        raise Http404 from error
    form = forms.OutcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.tell_outcome(
                forecast_id=found.pk, outcome=form.cleaned_data["outcome"], actor=user_of(request), now=timezone.now()
            )
            return redirect("engage:credibility")
        except LedgerRefusedError as error:
            form.add_error(None, str(error))
    context = {"line": queries.forecast_line(found, timezone.localdate()), "forecast": found, "form": form}
    return render(request, "engage/credibility_forecast.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def take(request: HttpRequest, direction_id: UUID) -> HttpResponse:
    """Take the target of a direction one answers for over as a forecast."""
    text = request.POST.get("sure", "")
    try:
        sure = int(text) if text.isdecimal() and len(text) < 4 else 0
        take_target(direction_id=direction_id, sure=sure, actor=user_of(request), now=timezone.now())
        messages.success(request, _("Locked. The first score released on its day or after says what came of it."))
    except Direction.DoesNotExist as error:
        raise Http404 from error
    except LedgerRefusedError as error:
        messages.error(request, str(error))
    return redirect("engage:credibility")


@never_cache
@login_required
@require_safe
def shown(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """A dated copy that somebody shows."""
    try:
        copy, owner = queries.shown_copy(viewer=viewer(request), copy_id=copy_id)
    except LedgerCopy.DoesNotExist as error:
        raise Http404 from error
    return render(request, "engage/credibility_shown.html", {"copy": copy, "owner": owner})


@login_required
@require_POST
def end_shown(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """Show a copy no more."""
    try:
        services.end_copy(copy_id=copy_id, actor=user_of(request), now=timezone.now())
    except LedgerCopy.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("They can no longer open it."))
    return redirect("engage:credibility")
