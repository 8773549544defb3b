"""The privacy desk: what a privacy officer sees, people's own requests, and the check of the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from headwater.rooms.house import audit
from headwater.rooms.house.jobs import enqueue_job
from headwater.rooms.house.slots import Release, releases_of
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.models import (
    AuditCheck,
    ErasureReceipt,
    Person,
    PrivacyRequest,
    Retention,
    User,
)
from headwater.rooms.people.receipts import is_genuine, public_key
from headwater.rooms.people.retention import KEPT, Kept, days_of
from headwater.rooms.people.viewers import require
from headwater.vocab import HeadwaterError

MOST_SHOWN = 20
COPY_DAYS = 30
"""How long a person can fetch the copy that a privacy officer agreed to."""
CHECKS_KEPT = 100


class RequestRefusedError(HeadwaterError):
    """A privacy request cannot be made or closed; the message says why."""


@dataclass(frozen=True)
class KeptLine:
    """One kind of data with the days that hold, None for no end. removed: how many so far."""

    key: str
    kind: Kept
    days: int | None
    applied_at: datetime | None
    removed: int


@dataclass(frozen=True)
class PrivacyPage:
    """The desk. check: the latest walk over the trail that ended; is_checking: whether one is under way."""

    requests: tuple[PrivacyRequest, ...]
    releases: tuple[tuple[str, Release], ...]
    check: AuditCheck | None
    is_checking: bool
    kept: tuple[KeptLine, ...]
    receipts: tuple[ErasureReceipt, ...]
    question: str
    found: tuple[Person, ...]


@dataclass(frozen=True)
class PersonDataPage:
    """What a privacy officer can do about one person."""

    person: Person
    user: User | None
    requests: tuple[PrivacyRequest, ...]
    receipt: ErasureReceipt | None


@dataclass(frozen=True)
class ReceiptPage:
    """One receipt, as kept, and whether its signature is genuine."""

    receipt: ErasureReceipt
    is_genuine: bool
    public_key: str


def privacy_page(request: HttpRequest, *, viewer: Viewer, question: str) -> PrivacyPage:
    """Return the desk."""
    require(viewer, "privacy.desk")
    question = " ".join(question.replace("\x00", " ").split())[:100]
    found: tuple[Person, ...] = ()
    if question:
        people = Person.objects.select_related("unit").filter(erased_at=None)
        people = people.filter(Q(name__icontains=question) | Q(key=question) | Q(email__iexact=question))
        found = tuple(people.order_by("-is_active", "name", "key")[:MOST_SHOWN])
    rows = {row.kind: row for row in Retention.objects.all()}
    days = days_of()
    asked = PrivacyRequest.objects.select_related("person").filter(closed_at=None).order_by("asked_at")
    return PrivacyPage(
        requests=tuple(asked[:MOST_SHOWN]),
        releases=tuple(releases_of(request)[:MOST_SHOWN]),
        check=AuditCheck.objects.exclude(finished_at=None).order_by("-finished_at").first(),
        is_checking=AuditCheck.objects.filter(finished_at=None).exists(),
        kept=tuple(
            KeptLine(
                key,
                kind,
                days[key],
                rows[key].applied_at if key in rows else None,
                rows[key].removed if key in rows else 0,
            )
            for key, kind in KEPT.items()
        ),
        receipts=tuple(ErasureReceipt.objects.select_related("erased_by").order_by("-number")[:MOST_SHOWN]),
        question=question,
        found=found,
    )


def person_data_page(*, viewer: Viewer, person_id: UUID) -> PersonDataPage:
    """Return what can be done about one person, whether they work here, left or were erased. Raises Http404."""
    require(viewer, "privacy.desk")
    person = Person.objects.select_related("unit").filter(pk=person_id).first()
    if person is None:
        raise Http404
    return PersonDataPage(
        person,
        User.objects.filter(person=person).first(),
        tuple(PrivacyRequest.objects.filter(person=person).order_by("-asked_at")[:MOST_SHOWN]),
        ErasureReceipt.objects.filter(person=person).first(),
    )


def receipt_page(*, viewer: Viewer, number: int) -> ReceiptPage:
    """Return one receipt. Raises Http404."""
    require(viewer, "privacy.desk")
    receipt = ErasureReceipt.objects.filter(pk=number).first()
    if receipt is None:
        raise Http404
    return ReceiptPage(receipt, is_genuine(receipt.content, receipt.signature), public_key())


def ask(*, person: Person, kind: str, actor: User, now: datetime) -> PrivacyRequest:
    """Ask for a copy of one's own data, or for erasure. Asking again while it is open changes nothing.

    Raises RequestRefusedError for somebody else's data.
    """
    if actor.person_id != person.pk:
        raise RequestRefusedError(_("You can ask for your own data only."))
    with transaction.atomic():
        made, is_new = PrivacyRequest.objects.get_or_create(
            person=person, kind=PrivacyRequest.Kind(kind), closed_at=None, defaults={"asked_at": now}
        )
        if is_new:
            payload = {"kind": kind}
            audit.record(action="privacy.asked", actor=str(actor.pk), subject=str(person.pk), payload=payload, now=now)
    return made


def close_request(*, request_id: UUID, outcome: str, answer: str, actor: User, now: datetime) -> None:
    """Close a request. An erasure that is agreed to is done by erasing. Closing again changes nothing.

    Raises RequestRefusedError when it is declined without a reason.
    """
    with transaction.atomic():
        made = PrivacyRequest.objects.select_for_update().get(pk=request_id)
        if made.closed_at is not None:
            return
        answer = " ".join(answer.split())[:500]
        if outcome == PrivacyRequest.Outcome.DECLINED and not answer:
            raise RequestRefusedError(_("Say why, so that the person can read it."))
        if outcome == PrivacyRequest.Outcome.DONE and made.kind == PrivacyRequest.Kind.ERASE:
            raise RequestRefusedError(_("Erase the person on their page; that closes the request."))
        made.closed_at, made.outcome, made.answer = now, PrivacyRequest.Outcome(outcome), answer
        made.save()
        payload = {"kind": made.kind, "outcome": outcome}
        subject = str(made.person_id)
        audit.record(action="privacy.answered", actor=str(actor.pk), subject=subject, payload=payload, now=now)


def own_requests(*, person: Person) -> list[PrivacyRequest]:
    """Return a person's own requests, latest first."""
    return list(PrivacyRequest.objects.filter(person=person).order_by("-asked_at")[:MOST_SHOWN])


def may_fetch_copy(*, person: Person, now: datetime) -> bool:
    """Whether a privacy officer agreed lately to give the person a copy of their data."""
    return PrivacyRequest.objects.filter(
        person=person,
        kind=PrivacyRequest.Kind.EXPORT,
        outcome=PrivacyRequest.Outcome.DONE,
        closed_at__gte=now - timedelta(days=COPY_DAYS),
    ).exists()


def ask_for_check(*, now: datetime) -> AuditCheck:
    """Have the audit trail walked in the background. While that is under way, asking again changes nothing."""
    with transaction.atomic():
        open_one = AuditCheck.objects.select_for_update().filter(finished_at=None).first()
        if open_one is not None and open_one.asked_at > now - timedelta(hours=6):
            return open_one
        AuditCheck.objects.filter(finished_at=None).delete()
        made = AuditCheck.objects.create(asked_at=now)
        enqueue_job(name="check_audit", arguments={"check_id": str(made.pk)}, now=now)
    return made


def prepare_check(*, check_id: str, now: datetime) -> audit.Verdict:
    """Walk the trail, before any transaction."""
    return audit.verify()


def keep_check(*, check_id: str, now: datetime, prepared: audit.Verdict) -> None:
    """Keep the verdict: the job `check_audit`."""
    AuditCheck.objects.filter(pk=check_id, finished_at=None).update(
        finished_at=now, entries=prepared.entries, broken_at=prepared.broken_at, reason=prepared.reason[:200]
    )
    old = AuditCheck.objects.exclude(finished_at=None).order_by("-finished_at").values_list("pk", flat=True)
    AuditCheck.objects.filter(pk__in=list(old[CHECKS_KEPT:])).delete()


def check_daily(*, now: datetime) -> None:
    """Ask for a check: the job `check_audit_daily`."""
    ask_for_check(now=now)
