"""The team's first page, the adviser, the adoption of a structure, and the mandate."""

from __future__ import annotations

import io
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.reports import RENDERERS
from headwater.rooms.decide.logic.structure import INPUTS, STRUCTURES
from headwater.rooms.decide.models import Mandate
from headwater.rooms.decide.structure.access import require_team
from headwater.rooms.decide.structure.adviser import adviser_page, known_situation, maturity_level
from headwater.rooms.decide.structure.forms import AdoptForm, SignForm, SituationForm, SponsorForm
from headwater.rooms.decide.structure.mandate_queries import mandate_document, mandate_page
from headwater.rooms.decide.structure.mandate_services import ask_signature, sign_mandate
from headwater.rooms.decide.structure.queries import team_page
from headwater.rooms.decide.structure.services import TeamError, adopt_structure
from headwater.rooms.learn.reports import FORMS
from headwater.rooms.people.viewers import permitted, user_of, viewer


@login_required
@require_safe
def team(request: HttpRequest) -> HttpResponse:
    """The team."""
    return render(request, "decide/structure_team.html", {"page": team_page(viewer=viewer(request))})


@login_required
@require_safe
def adviser(request: HttpRequest) -> HttpResponse:
    """The adviser: what it is told, and what it says."""
    return _advise(request, "decide/structure_adviser.html", with_pictures=False)


@login_required
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """All four structures beside each other."""
    return _advise(request, "decide/structure_compare.html", with_pictures=True)


def _advise(request: HttpRequest, template: str, *, with_pictures: bool) -> HttpResponse:
    require_team(viewer(request))
    form = _situation_form(request)
    page = None
    if not form.is_bound:
        situation = form.known.situation
    elif form.is_valid():
        situation = form.situation()
    else:
        return render(request, template, {"form": form, "page": None}, status=422)
    page = adviser_page(
        viewer=viewer(request),
        situation=situation,
        shown=request.GET.get("structure", ""),
        with_pictures=with_pictures,
    )
    return render(request, template, {"form": form, "page": page})


def _situation_form(request: HttpRequest) -> SituationForm:
    asked = any(name in request.GET for name in INPUTS)
    return SituationForm(request.GET if asked else None, known=known_situation(maturity_level()))


@permitted("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: HttpRequest, structure: str) -> HttpResponse:
    """Adopt a structure, with a reason. The situation stands in the address."""
    chosen = next((one for one in STRUCTURES if one == structure), None)
    told = _situation_form(request)
    if chosen is None or (told.is_bound and not told.is_valid()):
        raise Http404
    situation = told.situation() if told.is_bound else told.known.situation
    form = AdoptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        adopt_structure(
            structure=chosen, situation=situation, reason=reason, actor=user_of(request), now=timezone.now()
        )
        messages.success(request, _("The structure is adopted. The team has sentences and activities to begin with."))
        return redirect("decide:team")
    page = adviser_page(viewer=viewer(request), situation=situation, shown=chosen, with_pictures=False)
    return render(
        request, "decide/structure_adopt.html", {"form": form, "page": page}, status=422 if form.errors else 200
    )


@login_required
@require_safe
def mandate(request: HttpRequest) -> HttpResponse:
    """The mandate."""
    page = mandate_page(viewer=viewer(request))
    ask_form = SponsorForm(initial={"sponsor": page.suggested}) if page.may_manage else None
    context = {"page": page, "ask_form": ask_form, "sign_form": SignForm() if page.may_sign else None}
    return render(request, "decide/structure_mandate.html", context)


@permitted("structure.manage")
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Put the mandate before its sponsor."""
    form = SponsorForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(one) for one in form.errors.get("sponsor", [])))
        return redirect("decide:team_mandate")
    try:
        ask_signature(sponsor=form.cleaned_data["sponsor"], actor=user_of(request), now=timezone.now())
    except TeamError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The mandate waits for the signature. It stands on the sponsor's first page."))
    return redirect("decide:team_mandate")


@login_required
@require_POST
def sign(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """Sign the mandate, by its sponsor."""
    form = SignForm(request.POST)
    name = form.cleaned_data["name"] if form.is_valid() else ""
    try:
        sign_mandate(mandate_id=mandate_id, name=name, actor=user_of(request), now=timezone.now())
    except Mandate.DoesNotExist:
        raise Http404 from None
    except TeamError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Signed. The team has its mandate."))
    return redirect("decide:team_mandate")


@login_required
@require_safe
def mandate_file(request: HttpRequest) -> HttpResponse:
    """The mandate on one page of paper."""
    document = mandate_document(viewer=viewer(request))
    if document is None:
        raise Http404
    stream = io.BytesIO()
    RENDERERS["pdf"](document, stream)
    answer = HttpResponse(stream.getvalue(), content_type=FORMS["pdf"])
    answer["Content-Disposition"] = 'attachment; filename="mandate.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer
