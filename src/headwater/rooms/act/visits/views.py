"""Pages of visits at the desk: what stands, planning, one visit, closing it, the calendar."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from headwater.rooms.act.models import Visit, VisitProgramme
from headwater.rooms.act.visits import forms, queries, services
from headwater.rooms.act.visits.allowed import PLAN
from headwater.rooms.act.visits.services import VisitRefusedError
from headwater.rooms.engage.asks import OverloadError
from headwater.rooms.engage.logic.calendar_files import MEDIA_TYPE, Event, calendar_file
from headwater.rooms.engage.own_notice import notice_own_load
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.evidence import evidence_of
from headwater.rooms.people.models import Person, Unit
from headwater.rooms.people.tabs import has_role_for
from headwater.rooms.people.viewers import user_of, viewer

WAYS = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def visits(request: HttpRequest) -> HttpResponse:
    """What stands: reached, raised and cleared, yours, those of your units."""
    page = queries.visits_page(viewer=viewer(request), today=timezone.localdate())
    return render(request, "act/visits.html", {"page": page})


@login_required
@require_http_methods(WAYS)
def plan(request: HttpRequest) -> HttpResponse:
    """Plan a visit, perhaps from a finding or a proposal."""
    asker = viewer(request)
    if not has_role_for(asker, PLAN):
        raise PermissionDenied
    asked = {name: request.GET.get(name, "")[:400] for name in ("study", "wave", "unit", "score", "shift", "leader")}
    finding = Finding(asked["study"], asked["wave"], asked["unit"], asked["score"]) if asked["study"] else None
    programmes = [
        (str(one.pk), one.title) for one in VisitProgramme.objects.filter(ended_at=None).order_by("starts_date", "pk")
    ]
    form = forms.PlanForm(request.POST or None, initial=_proposed(request, asked), programmes=programmes)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        programme_id = given.pop("programme")
        try:
            made = services.plan_visit(
                visit_id=given.pop("key"),
                programme=VisitProgramme.objects.filter(pk=programme_id).first() if programme_id else None,
                finding=finding,
                actor=user_of(request),
                now=timezone.now(),
                **given,
            )
            messages.success(request, _("Planned. The page below prepares it."))
            notice_own_load(request, source=f"visit:{made.pk}")
            return redirect("act:visits_one", made.pk)
        except VisitRefusedError as error:
            form.add_error(None, str(error))
        except OverloadError as full:
            form.ask_why(full.lines)
        except PermissionDenied:
            form.add_error("unit", _("You plan no visits to this unit."))
    evidence = evidence_of(viewer=asker, finding=finding) if finding is not None else None
    context = {"form": form, "evidence": evidence}
    return render(request, "act/visits_plan.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(WAYS)
def one(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """One visit: prepared before, read after; changed or cancelled while it is to come."""
    page = _page(request, visit_id)
    visit, doing = page.visit, request.POST.get("doing", "")
    when = forms.WhenForm(
        request.POST if doing == "change" else None,
        initial={name: getattr(visit, name) for name in ("task", "day", "starts", "minutes", "shift", "place")},
    )
    cancel = forms.CancelForm(request.POST if doing == "cancel" else None)
    form = {"change": when, "cancel": cancel}.get(doing)
    if request.method == "POST":
        if not page.works or form is None:
            raise PermissionDenied
        if form.is_valid():
            try:
                values: dict[str, Any] = dict(form.cleaned_data)
                act = services.change_visit if doing == "change" else services.cancel_visit
                act(visit_id=visit.pk, actor=user_of(request), now=timezone.now(), **values)
                messages.success(request, _("Kept."))
                notice_own_load(request, source=f"visit:{visit.pk}")
                return redirect("act:visits_one", visit.pk)
            except VisitRefusedError as error:
                form.add_error(None, str(error))
            except OverloadError as full:
                when.ask_why(full.lines)
    context = {
        "page": page,
        "when": when,
        "cancel": cancel,
        "told": urljoin(settings.ADDRESS, page.told) if page.told else "",
        "drawn": _drawn(urljoin(settings.ADDRESS, page.told)) if page.told else "",
    }
    return render(request, "act/visits_one.html", context, status=422 if form is not None and form.errors else 200)


@login_required
@require_http_methods(WAYS)
def close(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Tell the people met what will happen."""
    page = _page(request, visit_id)
    if not page.works:
        raise PermissionDenied
    visit = page.visit
    done = forms.DoneForm(
        request.POST if request.POST.get("doing") == "done" else None,
        initial={
            "done_date": visit.done_date or min(visit.day, timezone.localdate()),
            "minutes_spent": visit.minutes_spent or visit.minutes,
            "met": visit.met,
        },
    )
    form = forms.CloseForm(request.POST if request.POST.get("doing") == "close" else None)
    used = done if done.is_bound else form
    if request.method == "POST" and used.is_valid():
        values: dict[str, Any] = dict(used.cleaned_data)
        try:
            act = services.finish_visit if done.is_bound else services.close_visit
            act(visit_id=visit.pk, actor=user_of(request), now=timezone.now(), **values)
            return redirect("act:visits_close" if done.is_bound else "act:visits_one", visit.pk)
        except VisitRefusedError as error:
            used.add_error(None, str(error))
    context = {"page": page, "form": form, "done": done}
    return render(request, "act/visits_close.html", context, status=422 if used.errors else 200)


@login_required
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Teams by shifts, with blind spots and who might go where next."""
    page = queries.calendar_page(viewer=viewer(request), today=timezone.localdate())
    return render(request, "act/visits_calendar.html", {"page": page})


@login_required
@require_safe
def calendar_entry(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """A visit as a calendar file."""
    page = _page(request, visit_id)
    visit = page.visit
    clock = f"{visit.starts:%H:%M}, " if visit.starts is not None else ""
    where = f", {visit.place}" if visit.place else ""
    event = Event(
        uid=f"visit-{visit.pk}@headwater",
        title=_("Visit: %(unit)s (%(n)s minutes)") % {"unit": visit.unit.name, "n": visit.minutes},
        text=f"{clock}{visit.get_shift_display()}{where}\n{visit.task}",
        day=visit.day,
        changed_at=visit.changed_at,
        sequence=visit.sequence,
        address=urljoin(settings.ADDRESS, reverse("act:visits_one", args=[visit.pk])),
        is_cancelled=visit.state == Visit.State.CANCELLED,
    )
    content = calendar_file([event], name=_("Visits"))
    return HttpResponse(
        content, content_type=MEDIA_TYPE, headers={"Content-Disposition": 'attachment; filename="visit.ics"'}
    )


def _page(request: HttpRequest, visit_id: UUID) -> queries.VisitPage:
    try:
        return queries.visit_page(viewer=viewer(request), visit_id=visit_id, today=timezone.localdate())
    except Visit.DoesNotExist as error:
        raise Http404 from error


def _proposed(request: HttpRequest, asked: dict[str, str]) -> dict[str, object]:
    unit = Unit.objects.filter(key=asked["unit"], is_open=True).first() if asked["unit"] else None
    leader = Person.objects.filter(key=asked["leader"], is_active=True).first() if asked["leader"] else None
    return {
        "unit": unit,
        "leader": leader or user_of(request).person,
        "shift": asked["shift"] or Visit.Shift.DAY,
        "day": timezone.localdate() + timedelta(days=7),
        "task": "",
    }


def _drawn(address: str) -> SafeString:
    """The address of what people are told, as a QR code."""
    import segno

    made = segno.make(address, error="m", micro=False)
    drawn = made.svg_inline(scale=4, border=4, light="#FFFFFF", svgclass=None, lineclass=None, omitsize=True)
    return mark_safe(drawn)  # noqa: S308 - made here from our own address
