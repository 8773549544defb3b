"""Establishments: where they are, which rules hold there, and what is said of their years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.rooms.act.logic.safety_clocks import zone_of
from headwater.rooms.act.models import Establishment, EstablishmentYear, InjuryCase
from headwater.rooms.act.present_units import may
from headwater.rooms.act.safety.places import establishment_of
from headwater.rooms.act.safety.refusals import SafetyRefusedError
from headwater.rooms.house import audit
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.viewers import viewer_of

FIELDS = (
    "name",
    "company_name",
    "ein",
    "street",
    "city",
    "state",
    "zip",
    "naics",
    "industry",
    "kind",
    "most_people",
    "authority",
    "zone",
)


@dataclass(frozen=True)
class Said:
    """What is kept of an establishment. See the model."""

    name: str
    street: str
    city: str
    state: str
    zip: str
    naics: str
    most_people: int
    authority: str
    zone: str
    company_name: str = ""
    ein: str = ""
    industry: str = ""
    kind: str = "1"


def keep_establishment(
    *, unit: Unit, said: Said, actor: User, now: datetime, establishment_id: UUID | None = None
) -> Establishment:
    """Keep what is said of the establishment of a unit; it is made when there is none. The same changes nothing.

    establishment_id: the one that is meant, which then moves to the unit. Cases of the unit and below that stand in no
    log yet find their establishment. Raises Establishment.DoesNotExist, PermissionDenied, SafetyRefusedError for an
    unknown time zone, and a name or unit that another one has.
    """
    viewer = viewer_of(actor, today=timezone.localdate(now))
    if not may(viewer, "safety.keep", unit):
        raise PermissionDenied
    try:
        zone_of(said.zone)
    except ValueError as error:
        raise SafetyRefusedError(_("There is no such time zone. Write it as America/Chicago.")) from error
    with transaction.atomic():
        locked = Establishment.objects.select_for_update(of=("self",)).select_related("unit")
        standing = locked.get(pk=establishment_id) if establishment_id else locked.filter(unit=unit).first()
        if standing is not None and not may(viewer, "safety.keep", standing.unit):
            raise PermissionDenied
        others = Establishment.objects.all()
        if standing is not None:
            others = others.exclude(pk=standing.pk)
        if others.filter(name=said.name).exists():
            raise SafetyRefusedError(_("Another establishment has this name."))
        if others.filter(unit=unit).exists():
            raise SafetyRefusedError(_("Another establishment has this unit."))
        values = {"unit": unit, **{name: getattr(said, name) for name in FIELDS}}
        if standing is not None and all(getattr(standing, name) == value for name, value in values.items()):
            return standing
        key = standing.pk if standing is not None else uuid4()
        made, _new = Establishment.objects.update_or_create(pk=key, defaults={**values, "changed_at": now})
        for case in (
            InjuryCase.objects.select_for_update(of=("self",)).select_related("unit").filter(establishment=None)
        ):
            if case.unit is not None and establishment_of(case.unit) == made:
                case.establishment = made
                case.save(update_fields=["establishment"])
                number_case(case)
        payload = {"establishment": str(made.pk), "unit": unit.key}
        audit.record(
            action="safety.establishment_kept", actor=str(actor.pk), subject=str(made.pk), payload=payload, now=now
        )
    return made


def number_case(case: InjuryCase) -> None:
    """Give a recordable case the next number of its establishment's year, once. Within the caller's transaction.

    A number once given is not given again in the same log.
    """
    from django.db.models import Max

    if case.establishment_id is None or not case.is_recordable or case.number is not None:
        return
    Establishment.objects.select_for_update().get(pk=case.establishment_id)
    year = case.happened_date.year
    held = InjuryCase.objects.filter(establishment=case.establishment_id, year=year).aggregate(most=Max("number"))
    case.year, case.number = year, (held["most"] or 0) + 1
    case.save(update_fields=["year", "number"])


def keep_year(
    *,
    establishment_id: UUID,
    year: int,
    certified_by: str,
    certified_title: str,
    certified_phone: str,
    certified_date: date | None,
    posted_date: date | None,
    taken_down_date: date | None,
    change_reason: str,
    actor: User,
    now: datetime,
) -> EstablishmentYear:
    """Keep who certified a year's summary and when it was posted. The same again changes nothing.

    Raises Establishment.DoesNotExist, PermissionDenied, SafetyRefusedError for days that cannot be.
    """
    with transaction.atomic():
        place = Establishment.objects.select_for_update(of=("self",)).select_related("unit").get(pk=establishment_id)
        today = timezone.localdate(now)
        if not may(viewer_of(actor, today=today), "safety.keep", place.unit):
            raise PermissionDenied
        if any(day is not None and day > today for day in (certified_date, posted_date, taken_down_date)):
            raise SafetyRefusedError(_("A day to come cannot be behind you."))
        if taken_down_date is not None and (posted_date is None or taken_down_date < posted_date):
            raise SafetyRefusedError(_("It was taken down before it was posted."))
        if certified_date is not None and not certified_by.strip():
            raise SafetyRefusedError(_("Say who certified it: an executive of the company."))
        values = {
            "certified_by": certified_by.strip()[:200],
            "certified_title": certified_title.strip()[:200],
            "certified_phone": certified_phone.strip()[:40],
            "certified_date": certified_date,
            "posted_date": posted_date,
            "taken_down_date": taken_down_date,
            "change_reason": change_reason.strip()[:100],
        }
        standing = EstablishmentYear.objects.select_for_update().filter(establishment=place, year=year).first()
        if standing is not None and all(getattr(standing, name) == value for name, value in values.items()):
            return standing
        made, _new = EstablishmentYear.objects.update_or_create(establishment=place, year=year, defaults=values)
        payload = {"establishment": str(place.pk), "year": year, "posted_date": str(posted_date)}
        audit.record(action="safety.year_kept", actor=str(actor.pk), subject=str(place.pk), payload=payload, now=now)
    return made
