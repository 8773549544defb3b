"""Challenges, the letter made of one, and asks for support."""

from __future__ import annotations

from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.engage.asks import OverloadError
from headwater.rooms.engage.challenges import forms, queries, services, support
from headwater.rooms.engage.challenges.services import ChallengeRefusedError
from headwater.rooms.engage.models import Challenge, ChallengeShare, SupportRequest
from headwater.rooms.house.slots import Finding
from headwater.rooms.people.viewers import user_of, viewer


@never_cache
@login_required
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """One's own challenges, and the support that is asked."""
    if not viewer(request).holdings:
        raise PermissionDenied
    return render(request, "engage/challenges.html", {"page": queries.challenges_page(viewer=viewer(request))})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, challenge_id: UUID | None = None) -> HttpResponse:
    """Write a challenge, or change one's own."""
    if not viewer(request).holdings:
        raise PermissionDenied
    initial = {}
    if challenge_id is not None:
        page = _page(request, challenge_id)
        if not page.is_own:
            raise Http404
        initial = {name: getattr(page.challenge, name) for name in services.WORDS} | {"key": challenge_id}
    form = forms.ChallengeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            found = services.keep_challenge(
                challenge_id=challenge_id or form.cleaned_data["key"],
                words=form.cleaned_data,
                actor=user_of(request),
                now=timezone.now(),
            )
        except Challenge.DoesNotExist as error:
            raise Http404 from error
        except ChallengeRefusedError as error:
            form.add_error(None, str(error))
        else:
            return redirect("engage:challenges_one", found.pk)
    context = {"form": form, "is_new": challenge_id is None}
    return render(request, "engage/challenges_write.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, challenge_id: UUID) -> HttpResponse:
    """One challenge, and what its owner does with it."""
    page = _page(request, challenge_id, request.GET.get("unit", ""))
    found = page.challenge
    doing, actor, now = request.POST.get("doing", ""), user_of(request), timezone.now()
    after = forms.AfterForm(
        request.POST if doing == "after" else None, initial={name: getattr(found, name) for name in services.AFTER}
    )
    share = forms.ShareForm(request.POST if doing == "share" else None)
    if request.method == "POST":
        if not page.is_own:
            raise Http404
        try:
            if doing == "after" and after.is_valid():
                services.keep_challenge(challenge_id=found.pk, words=after.cleaned_data, actor=actor, now=now)
            elif doing == "share" and share.is_valid():
                services.share_challenge(challenge_id=found.pk, user=share.cleaned_data["user"], actor=actor, now=now)
            elif doing == "evidence":
                services.add_evidence(
                    challenge_id=found.pk, finding=_finding(request.POST.get("score", "")), actor=actor, now=now
                )
            elif doing.startswith("drop:") and doing[5:].isdecimal():
                services.drop_evidence(challenge_id=found.pk, place=int(doing[5:]), actor=actor, now=now)
            elif doing == "erase" and request.POST.get("sure"):
                services.erase_challenge(challenge_id=found.pk, actor=actor, now=now)
                messages.success(request, _("It is erased."))
                return redirect("engage:challenges")
            elif doing == "erase":
                messages.error(request, _("Tick the box first. Erasing cannot be undone."))
            if not (after.errors or share.errors):
                return redirect("engage:challenges_one", found.pk)
        except ChallengeRefusedError as error:
            messages.error(request, str(error))
    context = {"page": page, "after": after, "share": share}
    status = 422 if after.errors or share.errors else 200
    return render(request, "engage/challenges_one.html", context, status=status)


@never_cache
@login_required
@require_safe
def letter(request: HttpRequest, challenge_id: UUID) -> HttpResponse:
    """The respectful no of a challenge, to print."""
    return render(request, "engage/challenges_letter.html", {"page": _page(request, challenge_id)})


@login_required
@require_POST
def unshare(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """Share a challenge with somebody no more."""
    try:
        services.end_share(share_id=share_id, actor=user_of(request), now=timezone.now())
    except ChallengeShare.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("They can no longer open it."))
    return redirect("engage:challenges")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask somebody for support."""
    if not viewer(request).holdings:
        raise PermissionDenied
    form = forms.SupportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            made = support.ask_support(support_id=given.pop("key"), actor=user_of(request), now=timezone.now(), **given)
            return redirect("engage:challenges_support", made.pk)
        except ChallengeRefusedError as error:
            form.add_error(None, str(error))
        except OverloadError as full:
            form.ask_why(full.lines)
    return render(request, "engage/challenges_ask.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def support_one(request: HttpRequest, support_id: UUID) -> HttpResponse:
    """One ask for support: answered by who was asked, thanked for by who asked."""
    try:
        page = queries.support_page(viewer=viewer(request), support_id=support_id)
    except SupportRequest.DoesNotExist as error:
        raise Http404 from error
    actor, now, doing = user_of(request), timezone.now(), request.POST.get("doing", "")
    data = request.POST if request.method == "POST" else None
    form: django_forms.Form = forms.ThanksForm(data) if page.is_asker else forms.AnswerForm(data)
    if request.method == "POST":
        try:
            if page.is_asker and doing == "back":
                support.take_back(support_id=support_id, actor=actor, now=now)
                return redirect("engage:challenges")
            if form.is_valid():
                if page.is_asker:
                    support.thank(support_id=support_id, actor=actor, now=now, **form.cleaned_data)
                else:
                    support.answer_support(support_id=support_id, actor=actor, now=now, **form.cleaned_data)
                return redirect("engage:challenges_support", support_id)
        except ChallengeRefusedError as error:
            form.add_error(None, str(error))
    context = {"page": page, "form": form}
    return render(request, "engage/challenges_support.html", context, status=422 if form.errors else 200)


def _page(request: HttpRequest, challenge_id: UUID, unit: str = "") -> queries.ChallengePage:
    try:
        return queries.challenge_page(viewer=viewer(request), challenge_id=challenge_id, unit=unit)
    except Challenge.DoesNotExist as error:
        raise Http404 from error


def _finding(text: str) -> Finding:
    parts = text.split("|")
    if len(parts) != 4:
        raise ChallengeRefusedError(_("Choose a number."))
    return Finding(*parts)
