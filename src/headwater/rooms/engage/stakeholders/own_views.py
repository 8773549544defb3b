"""Pages of a stakeholder about themself: the one minute, and what is kept, signed in or by a signed link."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.engage.models import Stakeholder
from headwater.rooms.engage.stakeholders import forms, own_pages, own_words, register
from headwater.rooms.engage.stakeholders.queries import profile_of
from headwater.rooms.engage.stakeholders.register import StakeholderRefusedError
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import user_of, viewer


@login_required
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """What is kept about whoever is signed in, as a stakeholder."""
    page = own_pages.own_page(viewer=viewer(request))
    context = (
        {"page": page, "token": "", "entry": forms.EntryForm(prefix="entry", stakeholder=page.stakeholder)}
        if page
        else {}
    )
    return render(request, "engage/stakeholders_own.html", {"page": page, **context})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def say_own(request: HttpRequest) -> HttpResponse:
    """Say for oneself what reaches one, signed in."""
    found = own_pages.own_stakeholder(viewer=viewer(request))
    if found is None:
        raise Http404
    return _say(request, found, actor=user_of(request), token="")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest, token: str) -> HttpResponse:
    """Say for oneself what reaches one, by a signed link."""
    return _say(request, _of_token(token), actor=None, token=token)


@never_cache
@require_safe
def kept(request: HttpRequest, token: str) -> HttpResponse:
    """What is kept about an outsider, by a signed link. Whoever works here signs in to see it."""
    found = _of_token(token)
    if not found.is_outsider:
        return redirect("engage:stakeholders_own")
    page = own_pages.kept_about(found)
    context = {"page": page, "token": token, "entry": forms.EntryForm(prefix="entry", stakeholder=found)}
    return render(request, "engage/stakeholders_own.html", context)


@require_POST
def speak(request: HttpRequest, token: str = "") -> HttpResponse:
    """Correct the entry, or say something to one thing that is kept."""
    if token:
        found, actor = _of_token(token), None
        if not found.is_outsider:
            raise PermissionDenied
    else:
        if not request.user.is_authenticated:
            raise PermissionDenied
        mine = own_pages.own_stakeholder(viewer=viewer(request))
        if mine is None:
            raise Http404
        found, actor = mine, user_of(request)
    try:
        if request.POST.get("doing") == "entry":
            entry = forms.EntryForm(request.POST, prefix="entry", stakeholder=found)
            if not entry.is_valid():
                raise StakeholderRefusedError(_("Check the name and the e-mail address."))
            register.change_entry(stakeholder=found, actor=actor, now=timezone.now(), **entry.cleaned_data)
        else:
            _remark(request, found, actor)
        messages.success(request, _("Kept. Whoever looks after the register sees it."))
    except StakeholderRefusedError as error:
        messages.error(request, str(error))
    return redirect("engage:stakeholders_kept", token) if token else redirect("engage:stakeholders_own")


def _remark(request: HttpRequest, found: Stakeholder, actor: User | None) -> None:
    form = forms.RemarkForm(request.POST)
    if not form.is_valid():
        raise StakeholderRefusedError(_("Write what you want to say to it."))
    given = form.cleaned_data
    own_words.remark_on(
        stakeholder=found,
        about=given["about"],
        kind=given["kind"],
        words=given["words"],
        form_key=UUID(str(given["form_key"])),
        actor=actor,
        now=timezone.now(),
    )


def _say(request: HttpRequest, found: Stakeholder, *, actor: User | None, token: str) -> HttpResponse:
    profile = profile_of(found)
    said = {
        name: known.value
        for name in ("form", "language", "drives", "decides", "credible")
        if (known := getattr(profile, name)).is_asked
    }
    if profile.minutes.is_own:
        said["minutes"] = str(profile.minutes.minutes)
    form = forms.OwnWordsForm(request.POST or None, initial=said)
    if request.method == "POST" and form.is_valid():
        try:
            own_words.say_own_words(stakeholder=found, words=form.own_words(), actor=actor, now=timezone.now())
        except StakeholderRefusedError as error:
            messages.error(request, str(error))
        else:
            return render(request, "engage/stakeholders_said.html", {"token": token, "stakeholder": found})
    context = {"form": form, "stakeholder": found, "token": token}
    return render(request, "engage/stakeholders_say.html", context, status=422 if form.errors else 200)


def _of_token(token: str) -> Stakeholder:
    request = own_words.request_of(token=token, now=timezone.now())
    if request is None:
        raise Http404
    return request.stakeholder
