"""The calendar of minutes: one's own weeks, everybody's, and calendar files."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from headwater.rooms.engage import asks
from headwater.rooms.engage.logic.calendar_files import MEDIA_TYPE, calendar_file
from headwater.rooms.engage.stakeholders import ask_pages, calendar_services, forms
from headwater.rooms.engage.stakeholders.register_pages import MANAGE
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import for_everybody_here, permitted, user_of, viewer


@for_everybody_here
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """What is asked of whoever is signed in, week by week, and their cap."""
    user, now, address = user_of(request), timezone.now(), ""
    form = forms.CapForm(request.POST if request.POST.get("doing") == "cap" else None)
    if request.method == "POST":
        doing = request.POST.get("doing", "")
        if doing == "cap" and form.is_valid():
            asks.set_cap(person=user, minutes=form.cleaned_data["minutes"], is_own=True, actor=user, now=now)
            messages.success(request, _("Kept. Whoever asks of you sees it before they ask."))
            return redirect("engage:asks")
        if doing == "close":
            calendar_services.end_address(user=user, now=now)
            return redirect("engage:asks")
        if doing == "open":
            text = calendar_services.make_address(user=user, now=now)
            address = request.build_absolute_uri(reverse("engage:asks_calendar", args=[text]))
    page = ask_pages.own_asks_page(viewer=viewer(request), user=user, today=timezone.localdate(now))
    if not form.is_bound:
        form = forms.CapForm(initial={"minutes": page.cap.minutes})
    context = {"page": page, "form": form, "address": address, "bar": ask_pages.BAR}
    return render(request, "engage/asks_own.html", context, status=422 if form.errors else 200)


@permitted(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def everybody(request: HttpRequest) -> HttpResponse:
    """What is asked of everybody, in minutes and titles, and the cap of the house."""
    form = forms.CapForm(request.POST or None, initial={"minutes": asks.house_cap().minutes})
    if request.method == "POST" and form.is_valid():
        minutes = form.cleaned_data["minutes"]
        asks.set_house_cap(minutes=minutes, actor=user_of(request), now=timezone.now())
        messages.success(request, _("Kept. It holds for everybody who did not say otherwise."))
        return redirect("engage:asks_all")
    page = ask_pages.all_asks_page(viewer=viewer(request), today=timezone.localdate())
    return render(request, "engage/asks_all.html", {"page": page, "form": form}, status=422 if form.errors else 200)


@for_everybody_here
@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """One's own asks as a calendar file."""
    return _calendar(request, user_of(request))


@never_cache
@require_safe
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """One's own asks, for a calendar that reads a private address."""
    user = calendar_services.user_of_address(text=secret, now=timezone.now())
    if user is None:
        raise Http404
    return _calendar(request, user)


def _calendar(request: HttpRequest, user: User) -> HttpResponse:
    site = f"{request.scheme}://{request.get_host()}"
    events = ask_pages.calendar_events(user=user, today=timezone.localdate(), site=site)
    response = HttpResponse(calendar_file(events, name=_("Asked of me")), content_type=MEDIA_TYPE)
    response["Content-Disposition"] = 'attachment; filename="asked-of-me.ics"'
    response["Cache-Control"] = "private, no-store"
    return response
