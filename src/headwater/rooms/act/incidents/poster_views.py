"""Posters with a QR code: what hangs where, and one to print."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from headwater.rooms.act.incidents import posters
from headwater.rooms.act.incidents.forms import PosterForm
from headwater.rooms.act.incidents.respond_pages import LANGUAGES
from headwater.rooms.act.models import IncidentPoster
from headwater.rooms.house.languages import speak
from headwater.rooms.house.plain_pages import Tongue, plain_page
from headwater.rooms.people.queries import organisation_name
from headwater.rooms.people.viewers import for_everybody_here, user_of, viewer


@for_everybody_here
@require_http_methods(["GET", "HEAD", "POST"])
def hanging(request: HttpRequest) -> HttpResponse:
    """The posters where a viewer may put some up; a new one; one taken down."""
    page = posters.posters_page(viewer=viewer(request))
    doing, now = request.POST.get("doing", ""), timezone.now()
    form = PosterForm(request.POST if doing == "make" else None)
    if doing.startswith("end:"):
        ended = next((line.poster.pk for line in page.lines if str(line.poster.pk) == doing[4:]), None)
        if ended is not None:
            posters.end_poster(poster_id=ended, actor=user_of(request), now=now)
        return redirect("act:incidents_posters")
    if doing == "make" and form.is_valid():
        given = form.cleaned_data
        try:
            made = posters.make_poster(
                poster_id=given["key"], unit=given["unit"], place=given["place"], actor=user_of(request), now=now
            )
        except PermissionDenied:
            form.add_error("unit", _("Choose a unit that you lead."))
        else:
            messages.success(request, _("The poster is ready to print."))
            return redirect("act:incidents_poster", made.pk)
    return render(
        request, "act/incidents_posters.html", {"page": page, "form": form}, status=422 if form.errors else 200
    )


@for_everybody_here
@require_safe
def poster(request: HttpRequest, poster_id: UUID) -> HttpResponse:
    """One poster to print, in a language: its QR code is a drawing in the page."""
    import segno

    try:
        line = posters.poster_for(viewer=viewer(request), poster_id=poster_id)
    except IncidentPoster.DoesNotExist:
        raise Http404 from None
    code = segno.make(line.address, error="m", micro=False)
    drawn = code.svg_inline(scale=6, border=4, light="#FFFFFF", svgclass=None, lineclass=None)
    wished = request.GET.get("lang", "")
    here = translation.get_language() or LANGUAGES[0]
    language = wished if wished in LANGUAGES else here if here in LANGUAGES else LANGUAGES[0]
    context = {
        "poster": line.poster,
        "pieces": [line.address[start : start + 12] for start in range(0, len(line.address), 12)],
        "drawn": mark_safe(drawn),  # noqa: S308 - made here from our own address
    }
    with translation.override(None):
        spoken = speak(language)
        return plain_page(
            "act/respond/incident_poster.html",
            context,
            spoken=spoken,
            organisation_name=organisation_name(),
            tongues=tuple(Tongue(one, f"?lang={one}") for one in LANGUAGES),
        )
