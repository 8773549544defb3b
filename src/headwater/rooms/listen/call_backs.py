"""Customers who asked to be called back: whom each desk sees, what came of it, and how they are forgotten.

A call back is a case of its own. Nothing here reads an answer, and no answer knows of it. The audit trail holds that it
was worked off and by whom, never a name, a contact or what was said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.rooms.house import audit
from headwater.rooms.listen.models import CallBack
from headwater.rooms.people.logic.roles import ACTIONS, Viewer
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.viewers import require
from headwater.vocab import HeadwaterError

ACTION = "calls.work"
SUBJECT = "calls"
PAGE = 25
DUE = timedelta(days=2)
"""Days after which a customer has waited too long."""


class CallRefusedError(HeadwaterError):
    """A call back cannot be settled in this way; the message says why."""

    exit_code = 3


@dataclass(frozen=True)
class CallLine:
    """One call back. unit: the name of its unit, its key where there is none of it any more."""

    call: CallBack
    unit: str
    days: int
    is_due: bool

    @property
    def href(self) -> str:
        """Where a press on the contact leads: mail, or the telephone."""
        contact = self.call.contact
        if "@" in contact:
            return f"mailto:{contact.strip()}" if re.fullmatch(r"\s*[^\s@<>,;?&]+@[^\s@<>,;?&]+\s*", contact) else ""
        digits = re.sub(r"[^\d+]", "", contact)
        return f"tel:{digits}" if len(digits) >= 5 else ""


@dataclass(frozen=True)
class CallsPage:
    """Call backs of the units that the viewer answers for: open ones first asked first, or those settled."""

    lines: tuple[CallLine, ...]
    pages: Page[CallBack]
    settled: bool
    waiting: int
    due: int


def calls_page(*, viewer: Viewer, now: datetime, settled: bool, page: int) -> CallsPage:
    """Return the call backs a viewer may work off. Raises PermissionDenied for whoever may work off none."""
    found = calls_of(viewer=viewer)
    waiting = found.filter(done_at=None)
    listed = found.exclude(done_at=None).order_by("-done_at", "pk") if settled else waiting.order_by("asked_date", "pk")
    pages = Paginator(listed.select_related("wave__study", "done_by"), PAGE).get_page(page)
    today = localdate(now)
    names = dict(Unit.objects.filter(key__in=[one.unit_key for one in pages]).values_list("key", "name"))
    lines = tuple(
        CallLine(one, names.get(one.unit_key, one.unit_key), (today - one.asked_date).days, _is_due(one, today))
        for one in pages
    )
    due = waiting.filter(asked_date__lte=today - DUE).count()
    return CallsPage(lines, pages, settled, waiting.count(), due)


def may_work(viewer: Viewer) -> bool:
    """Whether a viewer may work off call backs anywhere."""
    return any(holding.role in ACTIONS[ACTION] for holding in viewer.holdings)


def calls_of(*, viewer: Viewer) -> QuerySet[CallBack]:
    """Return the call backs of a viewer's units. Raises PermissionDenied for whoever may work off none."""
    opening = [holding for holding in viewer.holdings if holding.role in ACTIONS[ACTION]]
    if not opening:
        raise PermissionDenied
    found = CallBack.objects.all()
    if any(holding.span is None for holding in opening):
        return found
    within = Q(pk__in=[])
    for holding in opening:
        assert holding.span is not None
        within |= Q(number__gte=holding.span.start, number__lt=holding.span.stop)
    return found.filter(unit_key__in=Unit.objects.filter(within, is_open=True).values("key"))


def work_off(*, call_id: UUID, outcome: str, settled: bool, viewer: Viewer, actor: User, now: datetime) -> CallBack:
    """Write down what came of a call back so far, or that it is settled, or that it is open again. Safe to repeat.

    Raises CallRefusedError when it would be settled without a word, PermissionDenied for another unit's.
    """
    words = outcome.strip()
    if settled and not words:
        raise CallRefusedError(_("Write down in a few words what came of it, then mark it as settled."))
    with transaction.atomic():
        call = calls_of(viewer=viewer).select_for_update().filter(pk=call_id).first()
        if call is None:
            raise PermissionDenied
        before = (call.outcome, call.done_at is not None)
        if before == (words, settled):
            return call
        call.outcome = words
        if settled and call.done_at is None:
            call.done_at, call.done_by = now, actor
        elif not settled:
            call.done_at = call.done_by = None
        call.save(update_fields=["outcome", "done_at", "done_by"])
        action = "call.settled" if settled else "call.reopened" if before[1] else "call.noted"
        audit.record(action=action, actor=str(actor.pk), subject=str(call.pk), payload={}, now=now)
    return call


def count_by_contact(*, contact: str, viewer: Viewer) -> int:
    """Return how many call backs were left under a telephone number or an address."""
    require(viewer, "privacy.erase")
    return len(_found(contact))


def erase_by_contact(*, contact: str, viewer: Viewer, actor: User, now: datetime) -> int:
    """Erase every call back of a customer, settled or not. Returns how many. The trail keeps the number alone."""
    require(viewer, "privacy.erase")
    with transaction.atomic():
        keys = _found(contact)
        _erase(keys, str(actor.pk), now)
        if keys:
            payload = {"count": len(keys)}
            audit.record(action="calls.erased", actor=str(actor.pk), subject=SUBJECT, payload=payload, now=now)
    return len(keys)


def forget_settled(before: datetime, now: datetime) -> int:
    """Erase call backs that were settled before a moment: what retention applies. Open ones stay."""
    keys = list(CallBack.objects.filter(done_at__lt=before).values_list("pk", flat=True))
    _erase(keys, audit.SYSTEM, now)
    return len(keys)


def waiting_of(*, viewer: Viewer, now: datetime) -> tuple[int, int]:
    """Return how many call backs wait for a viewer, and how many of them too long; none for others."""
    if not may_work(viewer):
        return 0, 0
    waiting = calls_of(viewer=viewer).filter(done_at=None)
    return waiting.count(), waiting.filter(asked_date__lte=localdate(now) - DUE).count()


def _is_due(call: CallBack, today: date) -> bool:
    return call.done_at is None and call.asked_date <= today - DUE


def _found(contact: str) -> list[UUID]:
    wanted = set(_names_of(contact))
    if not wanted:
        return []
    rows = CallBack.objects.order_by(F("asked_date")).values_list("pk", "contact")
    return [key for key, written in rows.iterator(2_000) if wanted & set(_names_of(written))]


def _names_of(contact: str) -> Iterator[str]:
    """Every address and number in what somebody wrote, without the way it was written."""
    yield from re.findall(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+", contact.casefold())
    for run in re.findall(r"\+?(?:\d[\s./()-]*){5,}", contact):
        yield re.sub(r"\D", "", run)


def _erase(keys: list[UUID], actor: str, now: datetime) -> None:
    CallBack.objects.filter(pk__in=keys).delete()
    for key in keys:
        audit.erase_subject(subject=str(key), actor=actor, now=now)
