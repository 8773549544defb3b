"""What stakeholders and asks answer in the slots of the house: needs, erasure, export, how long things stay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from headwater.rooms.engage.models import (
    Ask,
    AttitudeReading,
    CalendarAddress,
    OwnWordRequest,
    Preference,
    Rating,
    RegisterChange,
    RegisterFile,
    Remark,
    Sponsorship,
    Stakeholder,
    UpcomingDecision,
    WeeklyCap,
)
from headwater.rooms.engage.stakeholders.own_words import MINUTES
from headwater.rooms.engage.stakeholders.register import erase_stakeholder
from headwater.rooms.house.slots import Erased, ExportFile, Need
from headwater.rooms.people.logic.roles import can
from headwater.rooms.people.models import User
from headwater.rooms.people.retention import Kept
from headwater.rooms.people.viewers import viewer

ANSWER_MINUTES = 2


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield the one minute that was asked of this viewer, and remarks that wait for who looks after the register."""
    asker = viewer(request)
    if asker.person:
        asked = OwnWordRequest.objects.filter(
            stakeholder__person=asker.person_id, answered_at=None, ended_at=None, until_at__gt=now
        )
        if asked.exists():
            yield Need(
                "own_words",
                _("About you"),
                _("How should we reach you?"),
                _("Say which form you like and how many minutes you have. It stands above what others assume."),
                MINUTES,
                reverse("engage:stakeholders_say_own"),
                _("Say it"),
            )
    if can(asker, "stakeholders.manage"):
        waiting = Remark.objects.filter(answered_at=None).count()
        if waiting:
            yield Need(
                "remarks",
                _("Stakeholders"),
                ngettext("One remark waits for your answer", "%(n)s remarks wait for your answer", waiting)
                % {"n": waiting},
                _("Somebody says something to what is kept about them."),
                ANSWER_MINUTES * waiting,
                reverse("engage:stakeholders"),
                _("Answer"),
                order=2,
            )


def erase_stakeholders(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Erase a person's entry in the register with all that hangs on it, and what they judged of others' names."""
    count = 0
    for one in Stakeholder.objects.filter(person=UUID(person), erased_at=None):
        count += erase_stakeholder(stakeholder=one, actor=actor, now=now)
    for made in RegisterFile.objects.filter(state=RegisterFile.State.CHECKED):
        kept = [plan for plan in made.rows if all(one["person"] != person for one in plan["candidates"])]
        if len(kept) < len(made.rows):
            count += len(made.rows) - len(kept)
            made.rows = kept
            made.save(update_fields=["rows"])
    yield Erased(
        gettext_lazy("entries in the register of stakeholders"),
        count,
        gettext_lazy("Ratings the person gave of others stay, under an opaque id."),
    )


def erase_asks(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Erase what was asked of a person, their cap and the address of their calendar."""
    whose = Q(person=UUID(person)) | Q(account__person=UUID(person))
    count = Ask.objects.filter(whose).delete()[0] + WeeklyCap.objects.filter(whose).delete()[0]
    count += CalendarAddress.objects.filter(user__person=UUID(person)).delete()[0]
    yield Erased(gettext_lazy("minutes asked, caps and calendar addresses"), count)


def export_stakeholders(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down everything the register keeps about a person, judgements and their source included."""
    one = Stakeholder.objects.select_related("owner").filter(person=UUID(person), erased_at=None).first()
    if one is None:
        return
    relations = Sponsorship.objects.select_related("sponsor__person", "sponsored__person", "noted_by").filter(
        Q(sponsor=one) | Q(sponsored=one)
    )
    found = {
        "entry": {
            "external_id": one.external_id,
            "role": one.role,
            "organisation": one.organisation,
            "origin": one.origin,
            "added": one.added_at,
            "put_away": one.archived_at,
            "looked_after_by": _called(one.owner),
        },
        "ratings": [
            {
                "what": row.aspect,
                "value": row.value,
                "reason": row.reason,
                "at": row.rated_at,
                "by": _called(row.rated_by),
            }
            for row in Rating.objects.select_related("rated_by").filter(stakeholder=one).order_by("rated_at")
        ],
        "attitudes": [
            {
                "which": row.aspect,
                "level": row.level,
                "source": row.source,
                "words": row.words,
                "at": row.read_at,
                "by": _called(row.read_by),
            }
            for row in AttitudeReading.objects.select_related("read_by").filter(stakeholder=one).order_by("read_at")
        ],
        "preferences": [
            {"what": row.kind, "value": row.value, "basis": row.basis, "at": row.said_at, "by": _called(row.said_by)}
            for row in Preference.objects.select_related("said_by").filter(stakeholder=one).order_by("said_at")
        ],
        "decisions": list(
            UpcomingDecision.objects.filter(stakeholder=one)
            .order_by("decide_date")
            .values("title", "decide_date", "noted_at", "closed_at")
        ),
        "sponsors": [
            {
                "sponsor": str(row.sponsor),
                "sponsored": str(row.sponsored),
                "strength": row.strength,
                "source": row.source,
                "from": row.noted_at,
                "until": row.ended_at,
                "by": _called(row.noted_by),
            }
            for row in relations.order_by("noted_at")
        ],
        "remarks": list(
            Remark.objects.filter(stakeholder=one)
            .order_by("made_at")
            .values("about", "kind", "words", "made_at", "outcome", "answer", "answered_at")
        ),
        "asked": list(
            OwnWordRequest.objects.filter(stakeholder=one).order_by("asked_at").values("asked_at", "answered_at")
        ),
        "files": list(
            RegisterChange.objects.filter(stakeholder=one)
            .order_by("pk")
            .values("made_by__file_name", "made_by__applied_at", "before", "after")
        ),
    }
    yield ExportFile("stakeholder.json", "application/json", _json(found))


def export_asks(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down what was asked of a person, in minutes, and their cap."""
    whose = Q(person=UUID(person)) | Q(account__person=UUID(person))
    asks = list(
        Ask.objects.filter(whose)
        .order_by("due_date")
        .values("kind", "title", "minutes", "due_date", "asked_at", "over_reason", "done_at", "cancelled_at")
    )
    caps = list(WeeklyCap.objects.filter(whose).values("minutes", "basis", "set_at"))
    addresses = list(
        CalendarAddress.objects.filter(user__person=UUID(person)).values("made_at", "ended_at", "last_read_date")
    )
    if asks or caps or addresses:
        found = {"asks": asks, "caps": caps, "calendar_addresses": addresses}
        yield ExportFile("asks.json", "application/json", _json(found))


def _forget_dry_runs(before: datetime, now: datetime) -> int:
    old = RegisterFile.objects.filter(state=RegisterFile.State.CHECKED, uploaded_at__lt=before)
    return old.update(state=RegisterFile.State.DROPPED, rows=[], problems=[])


def _forget_put_away(before: datetime, now: datetime) -> int:
    old = Stakeholder.objects.filter(archived_at__lt=before, erased_at=None)
    return sum(bool(erase_stakeholder(stakeholder=one, actor="system", now=now)) for one in old[:200])


def _forget_asks(before: datetime, now: datetime) -> int:
    day = before.date()
    return Ask.objects.filter(due_date__lt=day).delete()[0]


FILES_KEPT = Kept(
    gettext_lazy("Files of stakeholders nobody decided on"),
    gettext_lazy("A dry run is dropped with what it says of people."),
    30,
    1,
    _forget_dry_runs,
)
PUT_AWAY_KEPT = Kept(
    gettext_lazy("Stakeholders put away"),
    gettext_lazy("Everything kept about them is erased; an empty row stays."),
    365,
    30,
    _forget_put_away,
)
ASKS_KEPT = Kept(
    gettext_lazy("Minutes asked of people"),
    gettext_lazy("What was asked, of whom, and whether it was done is deleted."),
    730,
    90,
    _forget_asks,
)


def _called(user: User | None) -> str:
    return (user.name or user.email) if user is not None else ""


def _json(found: object) -> bytes:
    return (json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n").encode()
