"""The monthly mirror of a leader with their own team: three questions, asked through `learn`'s safe way to start alone.

It is an anonymous study kept for its leader: too few answers show nothing, and nobody else is shown anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import get_current_timezone, localdate
from django.utils.translation import gettext as _

from headwater.rooms.engage.active_role.exercises import EXERCISES
from headwater.rooms.engage.active_role.services import RoleRefusedError
from headwater.rooms.engage.logic.mirror import QUESTIONS, month_after
from headwater.rooms.engage.models import MirrorExercise
from headwater.rooms.house import audit
from headwater.rooms.learn.logic.start_rules import MIRROR
from headwater.rooms.learn.models import AloneStudy
from headwater.rooms.learn.start_services import WORDS, ask_again, people_of_unit, rate_and_launch, start_alone
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import ImportChange, OrganisationImport, Person, Unit, User
from headwater.vocab import Texts

TITLE: Texts = {
    "en": "Three questions about being led",
    "es": "Tres preguntas sobre cómo se le dirige",
}
ASKED: Mapping[str, Texts] = {
    **WORDS,
    "purpose": {
        "en": "Three short questions a month, so that your leader sees how leading them looks from where you are.",
        "es": "Tres preguntas breves al mes, para que quien le dirige vea su forma de dirigir desde donde está usted.",
    },
}
"""What people read before the first question. No name stands in it."""

NEW_FOR = timedelta(days=183)
"""For how long somebody who took a unit over is new to it."""


def mirror_of(person: Person, unit: Unit) -> AloneStudy | None:
    """Return the mirror somebody keeps with a unit, None for none."""
    those = AloneStudy.objects.filter(person=person, unit=unit, moment=MIRROR, study__is_archived=False)
    return those.select_related("study", "unit").order_by("-made_at").first()


def last_asking(alone: AloneStudy) -> Wave | None:
    """Return the last wave that was sent, None before the first."""
    return askings(alone).last()


def askings(alone: AloneStudy) -> QuerySet[Wave]:
    """Return the waves that were sent and stand, earliest first."""
    sent = Wave.objects.filter(study=alone.study_id).exclude(launched_at=None).exclude(state=Wave.State.CANCELLED)
    return sent.select_related("study").order_by("order")


def next_date(last: Wave) -> date:
    """Return from which day the team can be asked again: a month after they were asked."""
    return month_after(localdate(last.opens_at))


def ask_team(*, unit: Unit, person: Person, own: Mapping[str, int], actor: User, now: datetime) -> Wave:
    """Lock how a leader sees themselves, then ask their whole team the same. Begins the mirror the first time.

    own: an answer to each of the three questions. While an asking runs, and until a month has passed, the last one is
    returned. Raises RoleRefusedError for somebody who does not lead the unit, and learn's StartRefusedError for answers
    that are missing and too small a team.
    """
    with transaction.atomic():
        # One writer a unit: two tabs cannot begin two mirrors.
        led = Unit.objects.select_for_update().get(pk=unit.pk)
        if led.leader_id != person.pk or not led.is_open:
            raise RoleRefusedError(_("You do not lead this unit."))
        raters = [one.pk for one in people_of_unit(led) if one.pk != person.pk]
        alone = mirror_of(person, led)
        if alone is None:
            alone = start_alone(
                unit=led,
                person=person,
                moment=MIRROR,
                title=TITLE,
                behaviours=QUESTIONS,
                raters=raters,
                actor=actor,
                now=now,
                words=ASKED,
            )
        last = last_asking(alone)
        if last is not None:
            due = next_date(last)
            if last.state != Wave.State.RELEASED or localdate(now) < due:
                return last
            opens = datetime.combine(due, time.min, tzinfo=get_current_timezone())
            ask_again(alone=alone, actor=actor, now=now, not_before=opens, raters=raters)
        return rate_and_launch(alone=alone, own=own, actor=actor, now=now)


def say_exercise(*, wave: Wave, exercise: str, is_done: bool, actor: User, now: datetime) -> MirrorExercise:
    """Keep whether the exercise of an asking was done. Anew replaces it. Raises RoleRefusedError for an unknown one."""
    if exercise not in EXERCISES:
        raise RoleRefusedError(_("There is no such exercise."))
    with transaction.atomic():
        found = MirrorExercise.objects.select_for_update().filter(wave=wave).first()
        if found is not None and (found.exercise, found.is_done) == (exercise, is_done):
            return found
        made, _is_new = MirrorExercise.objects.update_or_create(
            wave=wave, defaults={"exercise": exercise, "is_done": is_done, "said_at": now}
        )
        # Which exercise, and whether it was done, is the leader's own: the trail knows only that something was kept.
        payload = {"wave": wave.key}
        audit.record(
            action="mirror.exercise_said", actor=str(actor.pk), subject=str(wave.study_id), payload=payload, now=now
        )
    return made


def is_new_to(unit: Unit, person: Person, *, now: datetime) -> bool:
    """Whether somebody took a unit over within the last half year, as the imports of the organisation tell."""
    taken = ImportChange.objects.filter(
        kind="unit",
        key=unit.key,
        before__isnull=False,
        after__leader=person.key,
        made_by__state=OrganisationImport.State.APPLIED,
        made_by__applied_at__gt=now - NEW_FOR,
    )
    return any((one.before or {}).get("leader") != person.key for one in taken)
