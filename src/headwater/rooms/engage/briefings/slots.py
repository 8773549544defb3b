"""What briefings answer in the house's slots: what needs this viewer, erasure, export, how long things stay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.engage.briefings.handing_on import MINUTES as HAND_MINUTES
from headwater.rooms.engage.briefings.queries import handed_to, received_by
from headwater.rooms.engage.models import Briefing, BriefingCopy
from headwater.rooms.house.slots import Erased, ExportFile, Need
from headwater.rooms.people.retention import Kept
from headwater.rooms.people.viewers import viewer

EMPTY = {
    "opened_at": None,
    "before_level": "",
    "before_sure": None,
    "after_level": "",
    "after_sure": None,
    "taken_as": "",
    "decision": "",
    "words": "",
    "answered_at": None,
    "usefulness": None,
    "rated_at": None,
    "upward_name": "",
    "upward_message": "",
    "upward_words": "",
    "over_reason": "",
    "level_at_sending": "",
}
"""What a copy holds of its receiver, as it stands when nothing is known."""


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield one need for each briefing that waits for this viewer, a decision first of all, and for each to hand on."""
    for copy in received_by(viewer(request)).filter(answered_at=None).order_by("briefing__ask_by_date", "sent_at"):
        decides = copy.briefing.goal == Briefing.Goal.DECISION
        yield Need(
            f"briefing:{copy.pk}",
            _("Decision") if decides else _("Briefing"),
            copy.briefing.message,
            _("A decision is asked of you: %(ask)s") % {"ask": copy.briefing.ask} if decides else copy.briefing.ask,
            copy.minutes,
            reverse("engage:briefings_read", args=[copy.pk]),
            _("Decide") if decides else _("Read it"),
            order=1 if decides else 4,
        )
    for copy in handed_to(viewer(request)).filter(handed_on_at=None, answered_at=None):
        yield Need(
            f"hand-on:{copy.pk}",
            _("Briefing"),
            _("Hand on to %(who)s: %(what)s") % {"who": copy.stakeholder, "what": copy.briefing.message},
            _("You speak up for them. A version of your own lies ready."),
            HAND_MINUTES,
            reverse("engage:briefings_hand", args=[copy.pk]),
            _("Hand it on"),
        )


def erase_briefings(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Erase what a person answered to briefings; that one was made, without what they did, stays with its author."""
    count = 0
    for copy in BriefingCopy.objects.filter(stakeholder__person=UUID(person)):
        count += _emptied(copy)
    through = BriefingCopy.objects.filter(sponsor__person=UUID(person)).update(sponsor=None, handed_on_at=None)
    yield Erased(gettext_lazy("briefings that went through them"), through)
    yield Erased(gettext_lazy("answers to briefings"), count, gettext_lazy("The message itself stays with its author."))


def export_briefings(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down the briefings a person was sent, what they answered, and those they were asked to hand on."""
    rows = BriefingCopy.objects.filter(stakeholder__person=UUID(person), sent_at__isnull=False).order_by("sent_at")
    found = list(
        rows.values(
            "briefing__message", "briefing__goal", "briefing__ask", "form", "minutes", "changed", "sent_at", *EMPTY
        )
    )
    through = BriefingCopy.objects.filter(sponsor__person=UUID(person), sent_at__isnull=False).order_by("sent_at")
    handed = list(through.values("briefing__message", "briefing__ask", "sent_at", "handed_on_at"))
    if handed:
        text = json.dumps(handed, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("briefings_handed_on.json", "application/json", text.encode())
    if found:
        text = json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("briefings.json", "application/json", text.encode())


def _emptied(copy: BriefingCopy) -> int:
    if all(getattr(copy, name) == value for name, value in EMPTY.items()):
        return 0
    for name, value in EMPTY.items():
        setattr(copy, name, value)
    copy.save(update_fields=list(EMPTY))
    return 1


def _forget_answers(before: datetime, now: datetime) -> int:
    """Empty old answers, and those of stakeholders who were erased from the register."""
    old = BriefingCopy.objects.filter(sent_at__lt=before) | BriefingCopy.objects.filter(
        stakeholder__erased_at__isnull=False
    )
    return sum(_emptied(copy) for copy in old.distinct().order_by("sent_at").iterator(chunk_size=200))


ANSWERS_KEPT = Kept(
    gettext_lazy("Answers to briefings"),
    gettext_lazy("Opened, attitude, decision and words are emptied; the message stays."),
    1095,
    180,
    _forget_answers,
)
