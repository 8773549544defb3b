"""The pages of studies: list, study, launch, and what can be done while a wave runs."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.rooms.listen import studies, study_queries
from headwater.rooms.listen.drawing import contacted_too_often
from headwater.rooms.listen.launching import LaunchRefusedError
from headwater.rooms.listen.launching_later import begin_launch, stop_launch
from headwater.rooms.listen.models import ListenSettings, Study, Wave
from headwater.rooms.listen.releasing import release_nothing, seal_without_damaged, try_release_again
from headwater.rooms.listen.studies import StudyRefusedError, plan_in_force
from headwater.rooms.listen.study_codes import write_codes
from headwater.rooms.listen.study_forms import CapForm, TightenForm
from headwater.rooms.people.logic.roles import PRIVACY_OFFICER, can
from headwater.rooms.people.viewers import permitted, require, user_of, viewer
from headwater.rooms.people.views import number


@permitted("studies.see")
@require_safe
def study_list(request: HttpRequest) -> HttpResponse:
    """All studies."""
    page = study_queries.studies_page(
        viewer=viewer(request),
        now=timezone.now(),
        page=number(request, "page"),
        archived="archived" in request.GET,
    )
    return render(request, "listen/study/list.html", {"page": page})


@permitted("studies.see")
@require_safe
def study(request: HttpRequest, study_id: UUID) -> HttpResponse:
    """One study."""
    page = study_queries.study_page(viewer=viewer(request), study_id=study_id, now=timezone.now())
    context = {"page": page, "can_decide": viewer(request).has(PRIVACY_OFFICER)}
    return render(request, "listen/study/study.html", context)


@permitted("studies.manage")
@require_POST
def launch(request: HttpRequest, study_id: UUID) -> HttpResponse:
    """Launch the planned wave."""
    found = study_queries.get_study(viewer=viewer(request), study_id=study_id)
    wave = study_queries.planned_wave(found)
    try:
        launched = begin_launch(wave_id=wave.pk, actor=user_of(request), now=timezone.now())
    except LaunchRefusedError as error:
        for problem in error.problems:
            messages.error(request, problem)
        return redirect("listen:study_step", found.pk, "review")
    if launched.launched_at is not None:
        messages.success(request, _("%(title)s is launched. What it promises is frozen.") % {"title": launched.title})
    return redirect("listen:study", found.pk)


@permitted("studies.see")
@require_safe
def launch_progress(request: HttpRequest, study_id: UUID) -> HttpResponse:
    """How far a launch in the background is: a part of the study's page, which asks for it again and again."""
    page = study_queries.launch_page(viewer=viewer(request), study_id=study_id)
    if page.launch is None or page.launch.state != "working":
        if not request.headers.get("HX-Request"):
            return redirect("listen:study", study_id)
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"  # it ended, one way or the other: the whole page says how
        return answer
    return render(request, "listen/study/_launch.html", {"page": page})


@permitted("studies.manage")
@require_POST
def launch_stop(request: HttpRequest, study_id: UUID) -> HttpResponse:
    """Stop a launch that is being prepared."""
    found = study_queries.get_study(viewer=viewer(request), study_id=study_id)
    wave = Wave.objects.filter(study=found, launched_at=None).exclude(state=Wave.State.CANCELLED).first()
    if wave is not None and stop_launch(wave_id=wave.pk, actor=user_of(request), now=timezone.now()):
        messages.success(request, _("The launch was stopped. Nobody was asked, and the study can be changed again."))
    else:
        messages.error(request, _("There was no launch to stop."))
    return redirect("listen:study", found.pk)


@permitted("studies.manage")
@require_POST
def plan_next(request: HttpRequest, study_id: UUID) -> HttpResponse:
    """Plan the next wave."""
    now = timezone.now()
    opens = timezone.localtime(now).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
    try:
        studies.plan_next_wave(study_id=study_id, opens_at=opens, actor=user_of(request), now=now)
    except StudyRefusedError as error:
        messages.error(request, str(error))
        return redirect("listen:study", study_id)
    return redirect("listen:study_step", study_id, "how")


@permitted("studies.manage")
@require_POST
def copy(request: HttpRequest, study_id: UUID) -> HttpResponse:
    """Begin a new study from this one."""
    model = study_queries.get_study(viewer=viewer(request), study_id=study_id)
    title = _("%(title)s (copy)") % {"title": model.title}
    made = studies.copy_study(study_id=model.pk, title=title[:120], actor=user_of(request), now=timezone.now())
    return redirect("listen:study_step", made.pk, "what")


@permitted("studies.manage")
@require_POST
def archive(request: HttpRequest, study_id: UUID) -> HttpResponse:
    """Put a study away."""
    try:
        studies.archive_study(study_id=study_id, actor=user_of(request), now=timezone.now())
    except StudyRefusedError as error:
        messages.error(request, str(error))
        return redirect("listen:study", study_id)
    messages.success(request, _("The study was put away. Its results stay."))
    return redirect("listen:studies")


@permitted("studies.manage")
def tighten(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """Make a launched wave stricter."""
    wave = get_object_or_404(Wave.objects.select_related("study").exclude(launched_at=None), pk=wave_id)
    plan = plan_in_force(wave)
    values = request.POST if request.method == "POST" else None
    cuts = [(cut.key, cut.label) for cut in plan.cuts]
    form = TightenForm(values, wave=wave, k=plan.k, comment_k=plan.comment_k, cuts=cuts)
    if request.method == "POST" and form.is_valid():
        try:
            studies.tighten_wave(wave_id=wave.pk, actor=user_of(request), now=timezone.now(), **form.cleaned_data)
        except StudyRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The wave is stricter now. Its first page says so."))
            return redirect("listen:study", wave.study_id)
    context = {"wave": wave, "plan": plan, "form": form}
    return render(request, "listen/study/tighten.html", context, status=422 if form.errors else 200)


@permitted("studies.manage")
@require_POST
def end(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """End an open wave early, or call off one that has not opened."""
    wave = get_object_or_404(Wave, pk=wave_id)
    try:
        if wave.state == Wave.State.PLANNED:
            studies.cancel_wave(wave_id=wave.pk, actor=user_of(request), now=timezone.now())
            messages.success(request, _("The wave was called off. No link of it opens any more."))
        else:
            studies.end_early(wave_id=wave.pk, actor=user_of(request), now=timezone.now())
            messages.success(request, _("The wave is closed. Answers under way still count for a day."))
    except StudyRefusedError as error:
        messages.error(request, str(error))
    return redirect("listen:study", wave.study_id)


@permitted("studies.manage")
@require_POST
def codes(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """The access codes of a wave as a file, for whoever hands them out. Each time is written in the audit trail."""
    waves = Wave.objects.select_related("study").filter(study__channel=Study.Channel.CODE)
    wave = get_object_or_404(waves.filter(state__in=(Wave.State.PLANNED, Wave.State.OPEN)), pk=wave_id)
    if wave.launched_at is None:
        raise Http404
    content = write_codes(wave=wave, actor=user_of(request), now=timezone.now())
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="codes-{wave.study.key}-{wave.key}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@permitted("studies.see")
@require_POST
def decide(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """What the privacy officer decides about a release that was stopped."""
    if not viewer(request).has(PRIVACY_OFFICER):
        require(viewer(request), "roles.manage")
        return redirect("listen:studies")
    wave = get_object_or_404(Wave, pk=wave_id)
    actor = str(user_of(request).pk)
    if request.POST.get("decision") == "again":
        try_release_again(wave_id=wave.pk, actor=actor, now=timezone.now())
        messages.success(request, _("The release is tried again within a minute."))
    elif request.POST.get("decision") == "without":
        seal_without_damaged(wave_id=wave.pk, actor=actor, now=timezone.now())
        messages.success(request, _("The wave is sealed without them within a minute."))
    elif request.POST.get("decision") == "nothing":
        release_nothing(wave_id=wave.pk, actor=actor, now=timezone.now())
        messages.success(request, _("The wave ended without numbers."))
    return redirect("listen:study", wave.study_id)


@permitted("studies.see")
def contact_rules(request: HttpRequest) -> HttpResponse:
    """How often one person is asked at most."""
    row, _is_new = ListenSettings.objects.get_or_create(pk=1)
    may_change = can(viewer(request), "studies.manage")
    form = CapForm(request.POST or None, instance=row)
    if request.method == "POST":
        require(viewer(request), "studies.manage")
        if form.is_valid():
            studies.set_contact_rules(actor=user_of(request), now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The rules hold from the next launch on."))
            return redirect("listen:contact_rules")
    reached = len(contacted_too_often(row, now=timezone.now())) if row.cap_contacts and not form.errors else 0
    context = {"form": form, "rules": row, "may_change": may_change, "reached": reached}
    return render(request, "listen/study/contact_rules.html", context, status=422 if form.errors else 200)
