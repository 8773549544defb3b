"""Pages of the desk about answers that come in: those set apart, posters and kiosks, links of customers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from headwater.rooms.house.languages import speak
from headwater.rooms.house.plain_pages import plain_page
from headwater.rooms.house.templatetags.problems import told_error
from headwater.rooms.listen import respond_desk
from headwater.rooms.listen.logic.wave_keys import MissingKeyError
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.respond_waves import live_wave
from headwater.rooms.people.viewers import permitted, require, user_of, viewer
from headwater.vocab import InputError


@permitted("studies.see")
@require_http_methods(["GET", "HEAD", "POST"])
def set_apart(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """Responses set apart for a look."""
    if request.method == "POST":
        require(viewer(request), "studies.manage")
        try:
            changed = respond_desk.decide_set_apart(
                wave_id=wave_id,
                responses=[found for written in request.POST.getlist("response") if (found := _uuid(written))],
                verdict=request.POST.get("verdict", ""),
                reason=request.POST.get("reason", ""),
                actor=user_of(request),
                now=timezone.now(),
            )
        except InputError as error:
            messages.error(request, told_error(error))
        else:
            told = ngettext("%(n)d response was decided.", "%(n)d responses were decided.", changed)
            messages.success(request, told % {"n": changed})
        return redirect("listen:set_apart", wave_id)
    page = respond_desk.set_apart_page(viewer=viewer(request), wave_id=wave_id)
    return render(request, "listen/respond/desk_set_apart.html", {"page": page})


@permitted("studies.see")
@require_safe
def posters(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """Open links by unit, for posters and kiosks."""
    question = request.GET.get("q", "").strip()[:100]
    try:
        page = respond_desk.posters_page(viewer=viewer(request), wave_id=wave_id, question=question)
    except MissingKeyError:
        raise Http404 from None
    return render(request, "listen/respond/desk_posters.html", {"page": page})


@permitted("studies.see")
@require_safe
def poster(request: HttpRequest, wave_id: UUID, number: int) -> HttpResponse:
    """One poster to print: its QR code is a drawing in the page."""
    import segno

    wave = get_object_or_404(Wave, pk=wave_id, public_key__isnull=False)
    try:
        live = live_wave(wave)
        found = respond_desk.poster_of(live, number)
    except (MissingKeyError, IndexError):
        raise Http404 from None
    plan = live.plan
    code = segno.make(found.address, error="m", micro=False)
    drawn = code.svg_inline(scale=6, border=4, light="#FFFFFF", svgclass=None, lineclass=None)
    wished = request.GET.get("lang", "")
    language = wished if wished in plan.languages else plan.languages[0]
    spoken = speak(language)
    context: dict[str, Any] = {
        "plan": plan,
        "poster": found,
        "pieces": [found.address[start : start + 12] for start in range(0, len(found.address), 12)],
        "drawn": mark_safe(drawn),  # noqa: S308 - made here from our own address
        "purpose": plan.text("purpose", language),
    }
    return plain_page("listen/respond/poster.html", context, spoken=spoken, organisation_name=plan.organisation)


@permitted("studies.see")
@require_http_methods(["GET", "HEAD", "POST"])
def customers(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """How customer links are signed; the key on request."""
    with_key = request.method == "POST"
    try:
        page = respond_desk.customers_page(viewer=viewer(request), wave_id=wave_id, with_key=with_key)
    except MissingKeyError:
        raise Http404 from None
    if with_key:
        respond_desk.note_key_shown(wave=page.wave, actor=user_of(request), now=timezone.now())
    return render(request, "listen/respond/desk_customers.html", {"page": page, "title": _("Links for customers")})


def _uuid(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None
