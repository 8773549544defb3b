"""Writing back to those who were asked: what was heard and done, by mail to everybody who was invited alike.

Who answered is not asked: of an anonymous study nobody knows it. Whoever bounced, left, or was asked as often as the
cap on contacts allows gets no letter; the page that it links is open to them all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from headwater.rooms.house.mail import send_mail_later
from headwater.rooms.listen.drawing import contacted_too_often, kept_free
from headwater.rooms.listen.models import Invitation, ListenSettings, Wave
from headwater.rooms.listen.studies import plan_of

BATCH = 500


@dataclass(frozen=True)
class Letter:
    """One letter in one language. text: its paragraphs, with the same link for everybody."""

    subject: str
    text: str


def units_below(wave: Wave, unit: str) -> frozenset[str]:
    """Return a unit and those below it as they stood when a wave was launched. Empty for a unit it does not know."""
    plan = plan_of(wave)
    if unit not in plan.unit_ids:
        return frozenset()
    top, found = plan.unit_ids.index(unit), set[int]()
    for place, parent in enumerate(plan.unit_parents):
        if place == top or parent in found:
            found.add(place)
    return frozenset(plan.unit_ids[place] for place in found)


def reachable(wave: Wave, units: Collection[str] | None) -> QuerySet[Invitation]:
    """Return the invitations of a wave that reached somebody who is still here. units: keys the answers carry."""
    found = Invitation.objects.filter(wave=wave, state=Invitation.State.SENT, person__is_active=True)
    found = found.exclude(person__email="")
    return (found if units is None else found.filter(unit_key__in=list(units))).order_by("pk")


def batches_of(wave: Wave, units: Collection[str] | None, *, now: datetime) -> list[tuple[int, int, int]]:
    """Return the mailing in batches: the first and last invitation of each, and how many letters."""
    held = _held(wave, now)
    every = reachable(wave, units).values_list("pk", "person_id")
    keys = [pk for pk, person in every.iterator() if person not in held]
    parts = [keys[start : start + BATCH] for start in range(0, len(keys), BATCH)]
    return [(part[0], part[-1], len(part)) for part in parts]


def write_back(
    *,
    wave: Wave,
    units: Collection[str] | None,
    first: int,
    last: int,
    letter: Callable[[str], Letter],
    source: str,
    now: datetime,
) -> int:
    """Queue the letters of one batch, in the caller's transaction. Returns how many. Queued again, nothing goes twice.

    letter: the words in a language. source: names the mailing, as "told:<id>".
    """
    written: dict[str, Letter] = {}
    held, count = _held(wave, now), 0
    for invitation in reachable(wave, units).filter(pk__gte=first, pk__lte=last).select_related("person"):
        person, language = invitation.person, invitation.language
        if person is None or person.pk in held:
            continue
        if language not in written:
            written[language] = letter(language)
        send_mail_later(
            to=person.email,
            subject=written[language].subject,
            text=written[language].text,
            now=now,
            once_key=f"{source}:{invitation.pk}",
            with_layout=True,
            language=language,
        )
        count += 1
    return count


def _held(wave: Wave, now: datetime) -> set[UUID]:
    cap = ListenSettings.objects.filter(pk=1).first() or ListenSettings()
    if wave.study.ignores_cap or not cap.cap_contacts:
        return set()
    return contacted_too_often(cap, now=now, free=kept_free(wave.study, cap, now=now))
