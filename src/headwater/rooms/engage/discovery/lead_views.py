"""Preparing and leading: the form, the script of the ten minutes, the wall."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.engage.asks import OverloadError
from headwater.rooms.engage.discovery.codes import code_of
from headwater.rooms.engage.discovery.forms import PrepareForm, UnitForm
from headwater.rooms.engage.discovery.leading import (
    MOST_GUESTS,
    close_discovery,
    go_on,
    led_discovery,
    let_guests_in,
    open_discovery,
    renew_code,
)
from headwater.rooms.engage.discovery.leading_pages import lead_page, wall_page
from headwater.rooms.engage.discovery.material import material_of
from headwater.rooms.engage.discovery.preparing import MANAGE, SEE, DiscoveryRefusedError, prepare_discovery
from headwater.rooms.engage.discovery.queries import may_prepare_any
from headwater.rooms.engage.models import Discovery
from headwater.rooms.people.asking_form import OtherDayForm
from headwater.rooms.people.logic.roles import can
from headwater.rooms.people.models import Unit
from headwater.rooms.people.unit_field import unit_called
from headwater.rooms.people.viewers import require, user_of, viewer

MOST_UNITS = 60


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: HttpRequest) -> HttpResponse:
    """Choose the unit, then the rest."""
    asker = viewer(request)
    if not may_prepare_any(asker):
        raise PermissionDenied
    units = [
        one
        for one in Unit.objects.filter(is_open=True).exclude(number=None).order_by("number")
        if can(asker, MANAGE, one.number) and can(asker, SEE, one.number)
    ]
    chosen = (request.POST.get("unit") or request.GET.get("unit", ""))[:400]
    unit = unit_called(chosen, units)
    if unit is None:
        form = UnitForm({"unit": chosen} if chosen else None)
        if chosen:
            form.add_error("unit", _("No unit that you may prepare for is called %(name)s.") % {"name": chosen})
        context = {"unit_form": form, "units": units[:MOST_UNITS]}
        return render(request, "engage/discovery_prepare_unit.html", context, status=422 if chosen else 200)
    require(asker, MANAGE, unit)
    seed = request.POST.get("made", "")
    material = material_of(viewer=asker, unit=unit.key, seed=seed)
    prepared = PrepareForm(
        request.POST or None, material=material, unit=unit, insight=request.GET.get("insight", "")[:1000]
    )
    if request.method == "POST" and prepared.is_valid():
        try:
            made = prepare_discovery(
                discovery_id=prepared.cleaned_data["made"],
                wanted=prepared.wanted(),
                actor=user_of(request),
                viewer=asker,
                now=timezone.now(),
            )
        except DiscoveryRefusedError as refusal:
            prepared.add_error(None, str(refusal))
        else:
            return redirect("engage:discovery_lead", made.pk)
    context = {"form": prepared, "unit": unit, "material": material}
    return render(request, "engage/discovery_prepare.html", context, status=422 if prepared.errors else 200)


@login_required
@require_safe
def lead(request: HttpRequest, discovery_id: UUID) -> HttpResponse:
    """The script of the ten minutes."""
    return _lead(request, discovery_id, OtherDayForm())


@login_required
@require_safe
def wall(request: HttpRequest, discovery_id: UUID) -> HttpResponse:
    """What the room sees on the wall."""
    asker = viewer(request)
    page = wall_page(viewer=asker, discovery_id=discovery_id)
    if request.headers.get("HX-Request") and request.GET.get("mark") == page.mark:
        return HttpResponse(status=204)
    led = lead_page(viewer=asker, discovery_id=discovery_id, now=timezone.now())
    context = {
        "page": page,
        "code": led.code,
        "address": request.build_absolute_uri(reverse("engage:discovery_join")),
        "drawn": _drawn(request, page.discovery) if led.code and not page.revealed else "",
    }
    return render(request, "engage/discovery_wall.html", context)


@login_required
@require_safe
def lead_pulse(request: HttpRequest, discovery_id: UUID) -> HttpResponse:
    """Whether the page of whoever leads has something new."""
    page = lead_page(viewer=viewer(request), discovery_id=discovery_id, now=timezone.now())
    response = HttpResponse(status=204)
    if request.GET.get("mark") != page.mark:
        response.headers["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def act(request: HttpRequest, discovery_id: UUID) -> HttpResponse:
    """Open it, take it on, give another code, let guests in, or end it."""
    try:
        led_discovery(viewer=viewer(request), discovery_id=discovery_id)
    except Discovery.DoesNotExist:
        raise Http404 from None
    actor, now, what = user_of(request), timezone.now(), request.POST.get("do", "")
    opening = OtherDayForm(request.POST)
    if what == "open" and not opening.is_valid():
        return _lead(request, discovery_id, opening)
    try:
        if what == "open":
            open_discovery(discovery_id=discovery_id, actor=actor, now=now, **opening.cleaned_data)
        elif what == "next":
            stage = request.POST.get("stage", "")
            go_on(discovery_id=discovery_id, from_stage=int(stage) if stage.isdecimal() else -1, actor=actor, now=now)
        elif what == "code":
            renew_code(discovery_id=discovery_id, actor=actor, now=now)
        elif what == "guests":
            given = request.POST.get("guests", "")
            guests = int(given) if given.isdecimal() and len(given) < 4 else -1
            let_guests_in(discovery_id=discovery_id, guests=guests, actor=actor, now=now)
        elif what == "close":
            close_discovery(discovery_id=discovery_id, actor=actor, now=now)
    except OverloadError as full:
        opening.ask_why(full.lines)
        return _lead(request, discovery_id, opening)
    except DiscoveryRefusedError as refusal:
        messages.error(request, str(refusal))
    return redirect("engage:discovery_lead", discovery_id)


def _lead(request: HttpRequest, discovery_id: UUID, opening: OtherDayForm) -> HttpResponse:
    page = lead_page(viewer=viewer(request), discovery_id=discovery_id, now=timezone.now())
    address = request.build_absolute_uri(reverse("engage:discovery_join"))
    context = {"page": page, "address": address, "most_guests": MOST_GUESTS, "opening": opening}
    return render(request, "engage/discovery_lead.html", context, status=422 if opening.errors else 200)


def _drawn(request: HttpRequest, discovery: Discovery) -> SafeString:
    """The address to join at as a QR code."""
    import segno

    code = code_of(discovery.pk, discovery.code_number)
    address = request.build_absolute_uri(reverse("engage:discovery_join_code", args=[code]))
    made = segno.make(address, error="m", micro=False)
    drawn = made.svg_inline(scale=6, border=4, light="#FFFFFF", svgclass=None, lineclass=None, omitsize=True)
    return mark_safe(drawn)  # noqa: S308 - made here from our own address
