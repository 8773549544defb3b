"""Taking part: join, foresee, see, reveal, conclude, commit; print; and one's own foresight."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.engage.discovery import taking
from headwater.rooms.engage.discovery.codes import find_by_code, given_code, may_try_again, written
from headwater.rooms.engage.discovery.foresight_pages import foresight_page
from headwater.rooms.engage.discovery.forms import CommitForm, ConclusionForm, JoinForm, PredictForm
from headwater.rooms.engage.discovery.leading import may_lead
from headwater.rooms.engage.discovery.leading_pages import together_page
from headwater.rooms.engage.discovery.preparing import DiscoveryRefusedError, leads, start_own
from headwater.rooms.engage.discovery.queries import list_page
from headwater.rooms.engage.discovery.taking_pages import mark_of, take_page
from headwater.rooms.engage.discovery.who import (
    account_of_request,
    actor_of,
    discovery_named,
    participant_in,
    remember,
    to_sign_in,
)
from headwater.rooms.engage.models import Discovery, DiscoveryInvitation, DiscoveryParticipant
from headwater.rooms.house.rate_limits import address_of
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.evidence import evidence_of
from headwater.rooms.people.models import Unit
from headwater.rooms.people.viewers import user_of, viewer

TAKE = "engage/discovery_take.html"


@login_required
@require_safe
def discoveries(request: HttpRequest) -> HttpResponse:
    """My Discoveries, and those I lead."""
    page = list_page(viewer=viewer(request), now=timezone.now())
    return render(request, "engage/discovery_list.html", {"page": page})


@login_required
@require_safe
def foresight(request: HttpRequest) -> HttpResponse:
    """My own foresight."""
    return render(request, "engage/discovery_foresight.html", {"page": foresight_page(viewer=viewer(request))})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """Begin a Discovery for oneself from a finding."""
    given = request.POST if request.method == "POST" else request.GET
    finding = Finding(*(given.get(name, "")[:400] for name in ("study", "wave", "unit", "score")))
    asker = viewer(request)
    unit = Unit.objects.filter(key=finding.unit, is_open=True).first()
    if unit is None or not leads(asker, unit):
        raise PermissionDenied
    evidence = evidence_of(viewer=asker, finding=finding)
    if evidence is None or evidence.value is None:
        raise Http404
    if request.method == "POST":
        made = start_own(finding=finding, actor=user_of(request), viewer=asker, now=timezone.now())
        return redirect("engage:discovery_take", made.pk)
    context = {"finding": finding, "label": evidence.label, "unit": unit.name, "wave": evidence.wave_title}
    return render(request, "engage/discovery_own.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, code: str = "") -> HttpResponse:
    """Join a team by its code."""
    form = JoinForm(request.POST or None, initial={"code": written(code) if len(code) == 8 else code})
    now, status = timezone.now(), 200
    if request.method == "POST" and form.is_valid():
        found = find_by_code(form.cleaned_data["code"], now=now)
        if found is None:
            if not may_try_again(address_of(request), now=now):
                return render(request, "429.html", status=429)
            form.add_error("code", _("This code opens nothing now. Compare it with the wall; a code ends."))
        elif _must_sign_in(request, found):
            return to_sign_in(request, reverse("engage:discovery_join_code", args=[given_code(found)]))
        else:
            return _joined(request, found, by_code=True, keeps=form.cleaned_data["keeps"])
    if form.errors:
        status = 422
    return render(request, "engage/discovery_join.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, discovery_id: UUID) -> HttpResponse:
    """The step where somebody stands; for those who were asked and are not in yet, the door."""
    discovery = discovery_named(discovery_id)
    participant = participant_in(request, discovery)
    if participant is None:
        return _door(request, discovery)
    if request.method == "POST":
        return redirect("engage:discovery_take", discovery_id)
    return _shown(request, discovery, participant)


@require_safe
def pulse(request: HttpRequest, discovery_id: UUID) -> HttpResponse:
    """Whether a page that waits has something new: 204 for nothing, else it is asked to load itself again."""
    discovery, participant = _taking(request, discovery_id)
    if request.GET.get("mark") == mark_of(discovery, participant):
        return HttpResponse(status=204)
    response = HttpResponse(status=204)
    response.headers["HX-Refresh"] = "true"
    return response


@require_POST
def predict(request: HttpRequest, discovery_id: UUID) -> HttpResponse:
    """Lock what is foreseen."""
    discovery, participant = _taking(request, discovery_id)
    if participant.locked_at is not None:
        return redirect("engage:discovery_take", discovery_id)
    page = take_page(discovery=discovery, participant=participant)
    if not page.asked:
        return redirect("engage:discovery_take", discovery_id)
    form = PredictForm(request.POST, asked=page.asked)
    if not form.is_valid():
        return _shown(request, discovery, participant, predict_form=form, status=422)
    return _done(
        request,
        discovery,
        lambda: taking.lock_prediction(
            participant_id=participant.pk,
            answers=form.answers(),
            self_view=form.cleaned_data["self_view"],
            actor=actor_of(participant, request),
            now=timezone.now(),
        ),
    )


@require_POST
def see(request: HttpRequest, discovery_id: UUID) -> HttpResponse:
    """Keep a note at a card, and go to the next."""
    discovery, participant = _taking(request, discovery_id)
    card = _whole(request.POST.get("card", ""))
    try:
        taking.note_card(
            participant_id=participant.pk, card=card, words=request.POST.get("words", ""), now=timezone.now()
        )
    except DiscoveryRefusedError as refusal:
        messages.error(request, str(refusal))
    response = redirect("engage:discovery_take", discovery_id)
    if card + 1 < len(discovery.cards):
        response["Location"] += f"?card={card + 1}"
    return response


@require_POST
def reveal(request: HttpRequest, discovery_id: UUID) -> HttpResponse:
    """Reveal to one leader."""
    discovery, participant = _taking(request, discovery_id)
    return _done(
        request,
        discovery,
        lambda: taking.reveal_own(participant_id=participant.pk, actor=user_of(request), now=timezone.now()),
    )


@require_POST
def conclude(request: HttpRequest, discovery_id: UUID) -> HttpResponse:
    """Save a conclusion; the analyst's opens beside it."""
    discovery, participant = _taking(request, discovery_id)
    form = ConclusionForm(request.POST)
    if not form.is_valid():
        return _shown(request, discovery, participant, conclusion_form=form, status=422)
    return _done(
        request,
        discovery,
        lambda: taking.conclude(
            participant_id=participant.pk,
            words=form.cleaned_data["words"],
            shares=form.cleaned_data["shares"],
            actor=actor_of(participant, request),
            now=timezone.now(),
        ),
    )


@require_POST
def share(request: HttpRequest, discovery_id: UUID) -> HttpResponse:
    """Share a conclusion, or take it back."""
    discovery, participant = _taking(request, discovery_id)
    return _done(
        request,
        discovery,
        lambda: taking.share_conclusion(
            participant_id=participant.pk,
            shares=request.POST.get("shares") == "yes",
            actor=actor_of(participant, request),
            now=timezone.now(),
        ),
    )


@require_POST
def commit(request: HttpRequest, discovery_id: UUID) -> HttpResponse:
    """Make the one commitment."""
    discovery, participant = _taking(request, discovery_id)
    form = CommitForm(request.POST)
    if form.is_valid():
        try:
            taking.commit(
                participant_id=participant.pk,
                commitment=form.commitment(),
                actor=actor_of(participant, request),
                now=timezone.now(),
            )
        except DiscoveryRefusedError as refusal:
            form.add_error("first_step_date", str(refusal))
        else:
            return redirect("engage:discovery_take", discovery_id)
    return _shown(request, discovery, participant, commit_form=form, status=422)


@require_safe
def together(request: HttpRequest, discovery_id: UUID) -> HttpResponse:
    """What surprised us."""
    discovery = discovery_named(discovery_id)
    participant = participant_in(request, discovery)
    page = together_page(viewer=viewer(request), discovery=discovery, participant=participant)
    return render(request, "engage/discovery_together.html", {"page": page})


@require_safe
def print_out(request: HttpRequest, discovery_id: UUID) -> HttpResponse:
    """One sheet of paper: what I foresaw, what was said, what I concluded, what I do."""
    discovery, participant = _taking(request, discovery_id)
    page = take_page(discovery=discovery, participant=participant)
    if not page.is_revealed:
        raise Http404
    return render(request, "engage/discovery_print.html", {"page": page})


def _shown(
    request: HttpRequest,
    discovery: Discovery,
    participant: DiscoveryParticipant,
    *,
    status: int = 200,
    **forms: Any,
) -> HttpResponse:
    page = take_page(discovery=discovery, participant=participant, card=_whole(request.GET.get("card", "")))
    context: dict[str, Any] = {"page": page}
    if page.asked:
        context["predict_form"] = forms.get("predict_form") or PredictForm(asked=page.asked)
    if page.part == "conclude":
        context["conclusion_form"] = forms.get("conclusion_form") or ConclusionForm()
        if discovery.is_own:
            del context["conclusion_form"].fields["shares"]
    if page.part == "commit":
        context["commit_form"] = forms.get("commit_form") or CommitForm()
    return render(request, TAKE, context, status=status)


def _door(request: HttpRequest, discovery: Discovery) -> HttpResponse:
    """Those who were asked come in here; for everybody else there is the join code."""
    account = account_of_request(request)
    if account is None:
        return to_sign_in(request)
    if not DiscoveryInvitation.objects.filter(discovery=discovery, user=account).exists():
        if may_lead(viewer(request), discovery):
            return redirect("engage:discovery_lead", discovery.pk)
        raise PermissionDenied
    if not Discovery.Stage.PREDICT <= discovery.stage < Discovery.Stage.CLOSED:
        return render(request, "engage/discovery_closed.html", {"discovery": discovery})
    if request.method == "POST":
        return _joined(request, discovery, by_code=False, keeps=request.POST.get("keeps") == "on")
    return render(request, "engage/discovery_door.html", {"discovery": discovery, "unit": discovery.unit.name})


def _joined(request: HttpRequest, discovery: Discovery, *, by_code: bool, keeps: bool) -> HttpResponse:
    response = redirect("engage:discovery_take", discovery.pk)
    if participant_in(request, discovery) is not None:
        return response
    try:
        _participant, token = taking.join_discovery(
            discovery_id=discovery.pk,
            actor=account_of_request(request),
            viewer=viewer(request),
            by_code=by_code,
            keeps=keeps,
            now=timezone.now(),
        )
    except DiscoveryRefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("engage:discovery_join") if by_code else redirect("engage:discovery_take", discovery.pk)
    return remember(response, discovery, token) if token else response


def _must_sign_in(request: HttpRequest, discovery: Discovery) -> bool:
    """Whether a code opens only to an account: in a team with names, and where no guests were counted in."""
    if request.user.is_authenticated or participant_in(request, discovery) is not None:
        return False
    return not (discovery.is_anonymous and discovery.guests)


def _taking(request: HttpRequest, discovery_id: UUID) -> tuple[Discovery, DiscoveryParticipant]:
    """Return the Discovery and who takes part. Raises PermissionDenied for everybody else."""
    discovery = discovery_named(discovery_id)
    participant = participant_in(request, discovery)
    if participant is None:
        raise PermissionDenied
    return discovery, participant


def _done(request: HttpRequest, discovery: Discovery, act: Any) -> HttpResponse:
    try:
        act()
    except DiscoveryRefusedError as refusal:
        messages.error(request, str(refusal))
    return redirect("engage:discovery_take", discovery.pk)


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 0
