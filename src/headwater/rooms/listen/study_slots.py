"""What studies answer in the house's slots: releases for the privacy desk, invitations of one person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.house.slots import Erased, ExportFile, Release
from headwater.rooms.listen import call_backs
from headwater.rooms.listen.models import Invitation, Wave
from headwater.rooms.people import retention
from headwater.rooms.people.logic.roles import can
from headwater.rooms.people.viewers import viewer

CALLS_KEPT = retention.Kept(
    gettext_lazy("Customers' call backs"),
    gettext_lazy("Those that were settled are deleted: name, contact, what it was about and what came of it."),
    None,
    7,
    call_backs.forget_settled,
)
"""How long call backs are kept once they are settled."""


def releases_of(request: HttpRequest) -> Iterator[Release]:
    """Yield the waves that ended, for whoever may see studies."""
    if not can(viewer(request), "studies.see"):
        return
    ended = Wave.objects.filter(state=Wave.State.RELEASED).select_related("study").order_by("-released_at")
    for wave in ended:
        assert wave.released_at is not None
        checked = wave.outcome.get("audit", {})
        yield Release(
            key=str(wave.pk),
            title=f"{wave.study.title}, {wave.title}",
            released_at=wave.released_at,
            k=int(wave.stricter.get("k", (wave.plan or {}).get("k", wave.study.k))),
            figures=int(wave.outcome.get("figures", 0)),
            verdict="" if not checked else "clean" if checked.get("clean") else "leaks",
            href=reverse("listen:study", args=[wave.study_id]),
        )


def erase_invitations(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Take a person out of their invitations. The invitation stays, as a number: counts of a wave do not change."""
    count = Invitation.objects.filter(person=UUID(person)).update(person=None)
    yield Erased(gettext_lazy("invitations to studies"), count)


def export_invitations(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down which studies a person was invited to. Whether an anonymous one was answered is not known."""
    asked = Invitation.objects.filter(person=UUID(person)).exclude(wave__launched_at=None)
    rows = asked.select_related("wave__study").order_by("wave__launched_at")
    found = [
        {
            "study": one.wave.study.title,
            "wave": one.wave.title,
            "promise": one.wave.study.promise,
            "state": one.state,
            "sent": one.sent_at,
            "reminders": one.reminders_sent,
            "answered": one.answered_at if one.wave.study.promise != "anonymous" else _("not known"),
        }
        for one in rows
    ]
    if found:
        content = json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("invitations.json", "application/json", content.encode())
