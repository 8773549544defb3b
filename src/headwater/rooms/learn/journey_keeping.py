"""Journeys as they stand and as they change: every change is a version of its own, and the trail knows who made it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction

from headwater.rooms.house import audit
from headwater.rooms.learn.logic.journey_defaults import DEFAULTS
from headwater.rooms.learn.logic.journeys import Journey, checked, from_json, to_json
from headwater.rooms.learn.models import ContactReading, JourneyVersion
from headwater.rooms.listen.models import Study
from headwater.rooms.people.models import User
from headwater.vocab import HeadwaterError

Change = Callable[[Journey], Journey]


class StaleJourneyError(HeadwaterError):
    """Somebody changed the journey since the page was opened; nothing was overwritten."""

    exit_code = 3


def journeys_in_force() -> dict[str, tuple[Journey, int]]:
    """Return every journey with the number of its version, 0 for one as shipped."""
    found = {key: (journey, 0) for key, journey in DEFAULTS.items()}
    for version in JourneyVersion.objects.order_by("number"):
        found[version.journey] = (from_json(version.content), version.number)
    return found


def journey_in_force(key: str) -> tuple[Journey, int]:
    """Return a journey with the number of its version. Raises KeyError."""
    latest = JourneyVersion.objects.filter(journey=key).order_by("-number").first()
    if latest is not None:
        return from_json(latest.content), latest.number
    return DEFAULTS[key], 0


def change_journey(*, key: str, basis: int, change: Change, what: str, actor: User, now: datetime) -> Journey:
    """Keep a changed journey as its next version. basis: the number the page was built on; what: a word for the trail.

    A change that changes nothing keeps nothing. Raises KeyError for an unknown journey or part, JourneyError for one
    that cannot be kept, StaleJourneyError when somebody was faster.
    """
    standing, number = journey_in_force(key)
    if number != basis:
        raise StaleJourneyError("the journey changed since this page was opened")
    made = checked(change(standing))
    if made == standing:
        return made
    try:
        with transaction.atomic():
            version = JourneyVersion.objects.create(
                journey=key, number=number + 1, content=to_json(made), what=what[:60], changed_at=now, changed_by=actor
            )
            audit.record(
                action="journey.changed",
                actor=str(actor.pk),
                subject=str(version.pk),
                payload={"journey": key, "number": version.number, "what": what},
                now=now,
            )
    except IntegrityError:
        raise StaleJourneyError("the journey changed since this page was opened") from None
    return made


def restore_journey(*, key: str, basis: int, number: int, actor: User, now: datetime) -> Journey:
    """Make an earlier version, or 0 for the shipped one, the latest again. Raises KeyError, StaleJourneyError."""
    if number == 0:
        earlier = DEFAULTS[key]
    else:
        version = JourneyVersion.objects.filter(journey=key, number=number).first()
        if version is None:
            raise KeyError(number)
        earlier = from_json(version.content)
    return change_journey(key=key, basis=basis, change=lambda _: earlier, what="restored", actor=actor, now=now)


def set_contact_reading(
    *,
    study: Study,
    touchpoint: str,
    rating: str,
    relation: str,
    bad_to: float,
    good_from: float,
    actor: User,
    now: datetime,
) -> ContactReading:
    """Decide how the contacts of a study are read from the next release on."""
    values = {"touchpoint": touchpoint, "rating": rating, "relation": relation, "bad_to": bad_to,
              "good_from": good_from}  # fmt: skip
    with transaction.atomic():
        kept, _is_new = ContactReading.objects.update_or_create(
            study=study, defaults={**values, "changed_at": now, "changed_by": actor}
        )
        audit.record(action="contacts.read_as", actor=str(actor.pk), subject=str(study.pk), payload=values, now=now)
    return kept
