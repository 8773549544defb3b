"""Taking a report: nothing stands between whoever reports and the top leader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.rooms.act.incidents import notices, receipt_codes
from headwater.rooms.act.incidents.refusals import IncidentRefusedError
from headwater.rooms.act.incidents.unordered import forget_order
from headwater.rooms.act.incidents.who import REPORT, zone
from headwater.rooms.act.logic.incidents import due_dates, is_possible_day, moment_of, received_at
from headwater.rooms.act.logic.receipts import read_code
from headwater.rooms.act.models import Incident, IncidentDuty
from headwater.rooms.house import audit
from headwater.rooms.people.models import Person, Unit, User
from headwater.rooms.people.viewers import require, viewer_of

MOST_WORDS, MOST_LINE = 2000, 200
ANONYMOUS = "anonymous"
"""The actor of an anonymous report in the audit trail."""
UNNAMED = "reporter"
"""The actor where somebody gave a name without an account."""


@dataclass(frozen=True)
class Report:
    """What is reported. clock: local time, None where not said. name, contact: of who has no account; both are dropped
    when anonymous.
    """

    kind: str
    what: str
    happened_date: date
    clock: time | None = None
    unit: Unit | None = None
    place: str = ""
    is_anonymous: bool = False
    name: str = ""
    contact: str = ""
    injured: Person | None = None
    injured_words: str = ""


def report_incident(*, report: Report, code: str, actor: User | None, now: datetime) -> Incident:
    """Keep a report under the receipt code that its phone or page made; the same again returns the one that stands.

    actor: the account of who reports in their own name, None on the public page. Of an anonymous report neither account
    nor minute is kept, nor an entry in the audit trail before its hour is over. Raises PermissionDenied to an account
    without a role, IncidentRefusedError for what cannot stand.
    """
    if actor is not None:
        require(viewer_of(actor, today=now.date()), REPORT)
    code = read_code(code)
    if not code:
        raise IncidentRefusedError(_("Load the page again, and send it once more."))
    _check(report, now)
    digest = receipt_codes.digest_of(code)
    with transaction.atomic():
        standing = Incident.objects.select_related("unit").filter(receipt_hash=digest).first()
        if standing is not None:
            return standing
        made, is_new = Incident.objects.get_or_create(
            receipt_hash=digest, defaults=_values(report, None if report.is_anonymous else actor, now)
        )
        if not is_new:
            return made
        duties = [
            IncidentDuty(incident=made, key=key, due_at=due)
            for key, due in due_dates(
                made.kind, made.reported_at, is_anonymous=made.is_anonymous, zone=made.happened_zone
            ).items()
        ]
        IncidentDuty.objects.bulk_create(duties)
        forget_order(made, *duties)
        if not made.is_anonymous:
            record("incident.reported", made, str(actor.pk) if actor is not None else UNNAMED, now, kind=made.kind)
        notices.tell_top_leader(incident=made, now=now)
        notices.ask_to_meet(incident=made, now=now)
        notices.send_soon(incident=made, now=now)
    return made


def record(action: str, incident: Incident, actor: str, now: datetime, **payload: str) -> None:
    """Add an entry to the audit trail. The payload holds nobody's name and no words."""
    found = {"incident": str(incident.pk), **payload}
    audit.record(action=action, actor=actor, subject=str(incident.pk), payload=found, now=now)


def name_injured(*, incident_id: UUID, injured: Person, actor: User, now: datetime) -> Incident:
    """Say who was hurt or threatened, where the report named nobody of the organisation. Again changes nothing."""
    from headwater.rooms.act.incidents.duties import worked_on

    with transaction.atomic():
        found = worked_on(incident_id=incident_id, actor=actor, now=now)
        if found.injured_id != injured.pk:
            found.injured, found.version = injured, found.version + 1
            found.save(update_fields=["injured", "version"])
            record("incident.injured_named", found, str(actor.pk), now)
            notices.ask_to_meet(incident=found, now=now)
    return found


def place_incident(*, incident_id: UUID, unit: Unit, actor: User, now: datetime) -> Incident:
    """Say in which unit it happened, where the report did not. Again changes nothing."""
    from headwater.rooms.act.incidents.duties import worked_on

    with transaction.atomic():
        found = worked_on(incident_id=incident_id, actor=actor, now=now)
        if found.unit_id != unit.pk:
            found.unit, found.version = unit, found.version + 1
            found.save(update_fields=["unit", "version"])
            record("incident.placed", found, str(actor.pk), now, unit=str(unit.pk))
    return found


def _check(report: Report, now: datetime) -> None:
    if report.kind not in Incident.Kind.values:
        raise IncidentRefusedError(_("Say whether it was an injury, a near miss or a threat."), "kind")
    if not report.what.strip():
        raise IncidentRefusedError(_("Say in a few words what happened."), "what")
    if len(report.what) > MOST_WORDS:
        raise IncidentRefusedError(_("Say it in at most 2,000 characters."), "what")
    if not is_possible_day(report.happened_date, now):
        raise IncidentRefusedError(_("This day cannot be. Please check it."), "day")


def _values(report: Report, actor: User | None, now: datetime) -> dict[str, object]:
    hidden = report.is_anonymous
    return {
        "kind": report.kind,
        "unit": report.unit,
        "happened_date": report.happened_date,
        "happened_at": moment_of(report.happened_date, report.clock, zone(), is_anonymous=hidden),
        "happened_zone": zone(),
        "place": " ".join(report.place.split())[:MOST_LINE],
        "what": report.what.strip(),
        "is_anonymous": hidden,
        "reporter": None if hidden or actor is None else actor.person,
        "reporter_name": _name(report, actor),
        "reporter_contact": "" if hidden else " ".join(report.contact.split())[:MOST_LINE],
        "injured": report.injured,
        "injured_words": " ".join(report.injured_words.split())[:MOST_LINE],
        "reported_at": received_at(now, is_anonymous=hidden),
        "is_audited": not hidden,
    }


def _name(report: Report, actor: User | None) -> str:
    """What to call who reports, where no person of the organisation stands for them."""
    if report.is_anonymous:
        return ""
    if actor is not None:
        return "" if actor.person is not None else (actor.name or actor.email)[:MOST_LINE]
    return " ".join(report.name.split())[:MOST_LINE]
