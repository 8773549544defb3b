"""The register of stakeholders: everybody, the map, and one of them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.engage.asks import OverloadError
from headwater.rooms.engage.models import Stakeholder
from headwater.rooms.engage.stakeholders import forms, map_pages, own_words, register, register_pages, services
from headwater.rooms.engage.stakeholders.register import StakeholderRefusedError
from headwater.rooms.engage.stakeholders.words import fading_rule
from headwater.rooms.people.asking_form import AskingForm
from headwater.rooms.people.viewers import permitted, user_of, viewer

MANAGE = register_pages.MANAGE


@permitted(MANAGE)
@require_safe
def stakeholders(request: HttpRequest) -> HttpResponse:
    """Who matters most now, and everybody."""
    page = register_pages.register_page(viewer=viewer(request), today=timezone.localdate())
    context = {"page": page, "answer": forms.AnswerForm(), "rule": fading_rule()}
    return render(request, "engage/stakeholders_register.html", context)


@permitted(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Take people in: leaders down to a depth, one person, one outsider, or a file."""
    doing = request.POST.get("doing", "") if request.method == "POST" else ""
    feed, person, outsider = (
        form(request.POST if doing == name else None, prefix=name)
        for name, form in (("feed", forms.FeedForm), ("person", forms.PersonForm), ("outsider", forms.OutsiderForm))
    )
    actor, now = user_of(request), timezone.now()
    made: Stakeholder | None = None
    try:
        if doing == "feed" and feed.is_valid():
            fed = register.feed_from_organisation(depth=feed.cleaned_data["depth"], actor=actor, now=now)
            told = ngettext("%(n)s leader was taken in.", "%(n)s leaders were taken in.", len(fed.added))
            stood = ngettext("%(n)s stood here already.", "%(n)s stood here already.", fed.standing)
            messages.success(request, f"{told % {'n': len(fed.added)}} {stood % {'n': fed.standing}}")
            return redirect("engage:stakeholders")
        if doing == "person" and person.is_valid():
            made = register.add_person(person=person.cleaned_data["person"], actor=actor, now=now)
        if doing == "outsider" and outsider.is_valid():
            made = register.add_outsider(**outsider.cleaned_data, actor=actor, now=now)
    except StakeholderRefusedError as error:
        messages.error(request, str(error))
    if made is not None:
        return redirect("engage:stakeholders_one", made.pk)
    wrong = any(form.errors for form in (feed, person, outsider))
    context = {"feed": feed, "person": person, "outsider": outsider, "file": forms.RegisterFileForm()}
    return render(request, "engage/stakeholders_add.html", context, status=422 if wrong else 200)


@permitted(MANAGE)
@require_safe
def stakeholder_map(request: HttpRequest) -> HttpResponse:
    """Power by interest, who speaks up for whom, and whose door can be opened."""
    page = map_pages.map_page(viewer=viewer(request), today=timezone.localdate())
    return render(request, "engage/stakeholders_map.html", {"page": page})


@permitted(MANAGE)
@require_safe
def one(request: HttpRequest, stakeholder_id: UUID) -> HttpResponse:
    """Everything about one stakeholder."""
    return _show(request, stakeholder_id)


@permitted(MANAGE)
@require_POST
def note(request: HttpRequest, stakeholder_id: UUID, what: str) -> HttpResponse:
    """Note one thing about a stakeholder, as the form says."""
    found = register_pages.get_stakeholder(viewer=viewer(request), stakeholder_id=stakeholder_id)
    page = register_pages.stakeholder_page(
        viewer=viewer(request), stakeholder_id=stakeholder_id, today=timezone.localdate()
    )
    form = _forms(page, request, what).get(what)
    if form is None:
        raise Http404
    if not form.is_valid():
        return _show(request, stakeholder_id, what)
    given, actor, now = form.cleaned_data, user_of(request), timezone.now()
    try:
        if what == "rating":
            services.rate(stakeholder=found, actor=actor, now=now, **given)
        elif what == "attitude":
            services.read_attitude(stakeholder=found, actor=actor, now=now, **given)
        elif what == "known":
            services.say_preference(stakeholder=found, actor=actor, now=now, **given)
        elif what == "reach":
            for kind in ("form", "language"):
                services.say_preference(
                    stakeholder=found, kind=kind, value=given[kind], is_asked=given["is_asked"], actor=actor, now=now
                )
            if given["minutes"] is not None:
                services.say_minutes(
                    stakeholder=found, minutes=given["minutes"], is_asked=given["is_asked"], actor=actor, now=now
                )
        elif what == "decision":
            services.note_decision(stakeholder=found, actor=actor, now=now, **given)
        elif what == "sponsor":
            other = register_pages.get_stakeholder(viewer=viewer(request), stakeholder_id=UUID(given["other"]))
            sponsor, sponsored = (other, found) if given["side"] == "sponsor" else (found, other)
            services.note_sponsor(
                sponsor=sponsor,
                sponsored=sponsored,
                strength=given["strength"],
                source=given["source"],
                actor=actor,
                now=now,
            )
        else:
            register.change_entry(stakeholder=found, actor=actor, now=now, **given)
        messages.success(request, _("Kept."))
    except StakeholderRefusedError as error:
        messages.error(request, str(error))
    return redirect("engage:stakeholders_one", stakeholder_id)


@permitted(MANAGE)
@require_POST
def act(request: HttpRequest, stakeholder_id: UUID) -> HttpResponse:
    """Ask, put away, take back, erase, or end a relation or a decision, as the button says."""
    found = register_pages.get_stakeholder(viewer=viewer(request), stakeholder_id=stakeholder_id)
    page = register_pages.stakeholder_page(
        viewer=viewer(request), stakeholder_id=stakeholder_id, today=timezone.localdate()
    )
    actor, now, asking = user_of(request), timezone.now(), AskingForm(request.POST)
    word, _colon, key = request.POST.get("do", "").partition(":")
    if word == "ask" and not asking.is_valid():
        return _show(request, stakeholder_id, asking=asking)
    try:
        if word == "ask":
            address = request.build_absolute_uri(reverse("engage:stakeholders_say", args=["token"]))
            own_words.ask_own_words(
                stakeholder=found,
                address=address.replace("/token/", "/{token}/"),
                actor=actor,
                now=now,
                **asking.cleaned_data,
            )
            messages.success(request, _("The mail is on its way. It asks for one minute."))
        elif word == "away":
            register.put_away(stakeholder=found, actor=actor, now=now)
            messages.success(request, _("Put away. What is known is kept."))
            return redirect("engage:stakeholders")
        elif word == "back":
            register.take_back(stakeholder=found, actor=actor, now=now)
        elif word == "erase" and request.POST.get("sure"):
            register.erase_stakeholder(stakeholder=found, actor=str(actor.pk), now=now)
            messages.success(request, _("Everything kept about them was erased."))
            return redirect("engage:stakeholders")
        elif word == "erase":
            messages.error(request, _("Tick the box first. Erasing cannot be undone."))
        for relation in (*page.sponsors, *page.sponsored):
            if word == "end" and key == str(relation.pk):
                services.end_sponsor(sponsorship=relation, actor=actor, now=now)
        for decision in page.decisions:
            if word == "close" and key == str(decision.pk):
                services.close_decision(decision=decision, actor=actor, now=now)
    except OverloadError as full:
        asking.ask_why(full.lines)
        return _show(request, stakeholder_id, asking=asking)
    except StakeholderRefusedError as error:
        messages.error(request, str(error))
    return redirect("engage:stakeholders_one", stakeholder_id)


@permitted(MANAGE)
@require_POST
def answer(request: HttpRequest, remark_id: UUID) -> HttpResponse:
    """Answer what a stakeholder said to something kept about them."""
    remark = register_pages.get_remark(viewer=viewer(request), remark_id=remark_id)
    form = forms.AnswerForm(request.POST)
    if form.is_valid():
        try:
            own_words.answer_remark(remark=remark, actor=user_of(request), now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Answered. They see it on their own page."))
        except StakeholderRefusedError as error:
            messages.error(request, str(error))
    else:
        messages.error(request, _("Say what became of it. They read your answer."))
    return redirect("engage:stakeholders_one", remark.stakeholder_id)


def _forms(page: register_pages.StakeholderPage, request: HttpRequest, sent: str = "") -> dict[str, Form]:
    def data(name: str) -> QueryDict | None:
        return request.POST if sent == name else None

    one = page.stakeholder
    return {
        "rating": forms.RatingForm(data("rating"), prefix="rating"),
        "attitude": forms.AttitudeForm(data("attitude"), prefix="attitude"),
        "known": forms.KnownForm(data("known"), prefix="known"),
        "reach": forms.ReachForm(
            data("reach"),
            prefix="reach",
            initial={"form": page.profile.form.value, "language": page.profile.language.value},
        ),
        "decision": forms.DecisionForm(data("decision"), prefix="decision"),
        "sponsor": forms.SponsorForm(data("sponsor"), prefix="sponsor", stakeholder=one, others=page.others),
        "entry": forms.EntryForm(data("entry"), prefix="entry", stakeholder=one),
    }


def _show(
    request: HttpRequest, stakeholder_id: UUID, sent: str = "", *, asking: AskingForm | None = None
) -> HttpResponse:
    page = register_pages.stakeholder_page(
        viewer=viewer(request), stakeholder_id=stakeholder_id, today=timezone.localdate()
    )
    context = {
        "page": page,
        "forms": _forms(page, request, sent),
        "answer": forms.AnswerForm(),
        "rule": fading_rule(),
        "asking": asking or AskingForm(),
    }
    is_wrong = bool(sent) or asking is not None
    return render(request, "engage/stakeholders_one.html", context, status=422 if is_wrong else 200)
