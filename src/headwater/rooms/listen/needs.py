"""What listening needs of this viewer now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.rooms.house.models import Job
from headwater.rooms.house.slots import Need
from headwater.rooms.listen.call_backs import waiting_of
from headwater.rooms.listen.launching_later import standings_of
from headwater.rooms.listen.models import Invitation, SealedResponse, Wave
from headwater.rooms.people.logic.roles import PRIVACY_OFFICER, Viewer, can
from headwater.rooms.people.viewers import viewer

SOON = timedelta(days=2)
MANY_BOUNCES = 5
"""Bounces from which a wave's addresses are worth a look."""


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield what needs this viewer: studies to launch, waves that close, answers set apart, stopped releases."""
    asker = viewer(request)
    if asker.has(PRIVACY_OFFICER):
        yield from _stopped()
    yield from _calls(asker, now)
    if not can(asker, "studies.manage"):
        return
    yield from _to_launch()
    yield from _closing(now)
    yield from _apart()
    yield from _bounces()
    yield from _stuck()


def _calls(asker: Viewer, now: datetime) -> Iterator[Need]:
    waiting, due = waiting_of(viewer=asker, now=now)
    if waiting:
        yield Need(
            "calls",
            _("Customers"),
            ngettext("%(n)d customer waits for a call", "%(n)d customers wait for a call", waiting) % {"n": waiting},
            ngettext("%(n)d has waited for two days or more.", "%(n)d have waited for two days or more.", due)
            % {"n": due}
            if due
            else _("They asked to be called back."),
            min(5 * waiting, 60),
            reverse("listen:calls"),
            _("Call them"),
            order=2,
            is_urgent=bool(due),
        )


def _stopped() -> Iterator[Need]:
    states = (Wave.State.CLOSED, Wave.State.SEALED)
    for wave in Wave.objects.filter(state__in=states, outcome__has_key="stopped").select_related("study"):
        yield Need(
            f"stopped-{wave.pk}",
            _("Decision asked"),
            _("The release of %(study)s was stopped") % {"study": wave.study.title},
            _("Answers do not open, or the auditor found a way to answers of too few people. Nobody saw anything."),
            15,
            reverse("listen:study", args=[wave.study_id]),
            _("Look and decide"),
            order=1,
            is_urgent=True,
        )


def _to_launch() -> Iterator[Need]:
    waiting = Wave.objects.filter(launched_at=None, state=Wave.State.PLANNED, study__is_archived=False)
    found = list(waiting.select_related("study").order_by("opens_at")[:20])
    launches = standings_of(found)
    for wave in found:
        launch = launches.get(wave.pk)
        if launch is not None and launch.state != "working":
            yield Need(
                f"launch-{wave.pk}",
                _("Something failed"),
                _("%(study)s could not be launched") % {"study": wave.study.title},
                " ".join(launch.problems) or launch.reason,
                5,
                reverse("listen:study", args=[wave.study_id]),
                _("Look at it"),
                order=1,
                is_urgent=True,
            )
    for wave in [one for one in found if one.pk not in launches][:3]:
        yield Need(
            f"launch-{wave.pk}",
            _("Study"),
            _("%(study)s waits to be launched") % {"study": wave.study.title},
            _("Nothing is sent before you launch it."),
            5,
            reverse("listen:study_step", args=[wave.study_id, "review"]),
            _("Review and launch"),
            order=1,
        )


def _closing(now: datetime) -> Iterator[Need]:
    closing = Wave.objects.filter(state=Wave.State.OPEN, closes_at__gt=now, closes_at__lte=now + SOON)
    for wave in closing.select_related("study").order_by("closes_at")[:3]:
        yield Need(
            f"closing-{wave.pk}",
            _("Study"),
            _("%(study)s closes soon") % {"study": wave.study.title},
            _("A word from their own leader brings more answers than another reminder."),
            2,
            reverse("listen:study", args=[wave.study_id]),
            _("See response rates"),
        )


def _apart() -> Iterator[Need]:
    apart = SealedResponse.objects.filter(
        wave=OuterRef("pk"), is_complete=True, standing=SealedResponse.Standing.QUARANTINED
    )
    waves = Wave.objects.filter(Exists(apart), state=Wave.State.OPEN).select_related("study")
    for wave in waves[:3]:
        yield Need(
            f"apart-{wave.pk}",
            _("Answers set apart"),
            _("Answers of %(study)s wait for a look") % {"study": wave.study.title},
            _("They look like spam. What nobody lets in before sealing is left out, and counted."),
            5,
            reverse("listen:set_apart", args=[wave.pk]),
            _("Look at them"),
        )


def _bounces() -> Iterator[Need]:
    open_waves = Wave.objects.filter(state=Wave.State.OPEN).values("pk")
    bounced = Invitation.objects.filter(wave__in=open_waves, state=Invitation.State.BOUNCED)
    for row in bounced.values("wave", "wave__study", "wave__study__title").annotate(count=Count("pk")).order_by()[:3]:
        if row["count"] < MANY_BOUNCES:
            continue
        yield Need(
            f"bounced-{row['wave']}",
            _("Mail came back"),
            ngettext("%(n)d invitation came back", "%(n)d invitations came back", row["count"]) % {"n": row["count"]},
            _("%(study)s: these people were not reached. Correct the addresses in the HR file, or give them a code.")
            % {"study": row["wave__study__title"]},
            5,
            reverse("listen:study", args=[row["wave__study"]]),
            _("See how many"),
        )


def _stuck() -> Iterator[Need]:
    failed = Job.objects.filter(name="advance_wave", state=Job.State.FAILED).order_by("-finished_at").first()
    if failed is None:
        return
    wave = Wave.objects.filter(pk=failed.arguments.get("wave_id")).select_related("study").first()
    if wave is None or wave.state in (Wave.State.RELEASED, Wave.State.CANCELLED):
        return
    yield Need(
        f"stuck-{wave.pk}",
        _("Something failed"),
        _("%(study)s cannot go on by itself") % {"study": wave.study.title},
        _("It is tried again and again. The reason: %(reason)s") % {"reason": failed.last_error},
        10,
        reverse("listen:study", args=[wave.study_id]),
        _("Look at it"),
        order=1,
        is_urgent=True,
    )
