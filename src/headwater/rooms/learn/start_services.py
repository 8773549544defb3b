"""Starting alone: a leader asks their own people about one moment, tries one thing, and asks again.

It is a study like any other, asked and sealed by `listen`; only its results are kept for the leader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.instruments import fork
from headwater.rooms.house import audit
from headwater.rooms.house.mail import send_mail_later
from headwater.rooms.learn.logic.start_rules import (
    ALL,
    COMMENT,
    LEAST_BEHAVIOURS,
    MOST_BEHAVIOURS,
    OTHERS,
    SELF,
    least_raters,
    self_key,
)
from headwater.rooms.learn.models import AloneRound, AloneStudy
from headwater.rooms.listen.launching import launch_wave
from headwater.rooms.listen.models import Study, Wave
from headwater.rooms.listen.questionnaire_services import archive_questionnaire, make_questionnaire
from headwater.rooms.listen.questionnaires import library_instrument
from headwater.rooms.listen.releasing import holds_book
from headwater.rooms.listen.studies import archive_study, create_study, plan_next_wave, schedule_wave
from headwater.rooms.people.models import Person, Unit, User
from headwater.vocab import DEFAULT_K, HeadwaterError, Instrument, Texts, say

DAYS_OPEN, LATE_DAYS, REMINDER = 10, 1, 5
MONTHS_BETWEEN = timedelta(days=28)
"""How long a change takes at least to be felt: before, asking again is refused."""


WORDS = {
    "who_asks": {
        "en": "The leader of your team asks, on their own account.",
        "es": "Pregunta quien dirige su equipo, por iniciativa propia.",
    },
    "purpose": {
        "en": "To learn how one moment with your leader is for you, and to try one thing that makes it better.",
        "es": "Para saber cómo vive usted un momento con quien le dirige, y probar una cosa que lo mejore.",
    },
    "what_happens": {
        "en": "Only your leader sees the result, for the whole group, and only when enough of you answer.",
        "es": "Solo quien le dirige ve el resultado, del grupo entero, y solo si responden suficientes personas.",
    },
}
"""What people read before the first question. No name stands in it: it is frozen with the wave."""


SHOWN_AT: dict[str, str] = {}
"""Names of addresses where another room shows a leader's own study, by its moment. Filled by `site`."""


class StartRefusedError(HeadwaterError):
    """Something does not allow it; the message says what."""

    exit_code = 3


def people_of_unit(unit: Unit) -> list[Person]:
    """Return who can be asked: the unit's own people who can be written to, by name."""
    return list(Person.objects.filter(unit=unit, is_active=True).exclude(email="").order_by("name", "key"))


def start_alone(
    *,
    unit: Unit,
    person: Person,
    moment: str,
    title: Texts,
    behaviours: Sequence[str],
    raters: Sequence[UUID],
    actor: User,
    now: datetime,
    words: Mapping[str, Texts] = WORDS,
) -> AloneStudy:
    """Prepare a leader's own study. Nothing is sent. An earlier one that was never sent is put away.

    behaviours: three to six of the library's. raters: people of the unit itself. words: what people read before the
    first question. Raises StartRefusedError.
    """
    chosen = list(dict.fromkeys(behaviours))
    known = [item.key for item in library_instrument(OTHERS).items if item.key != COMMENT]
    if not LEAST_BEHAVIOURS <= len(chosen) <= MOST_BEHAVIOURS or not set(chosen) <= set(known):
        raise StartRefusedError(
            _("Choose %(low)s to %(high)s behaviours.") % {"low": LEAST_BEHAVIOURS, "high": MOST_BEHAVIOURS}
        )
    asked = _asked(unit, raters)
    with transaction.atomic():
        for earlier in AloneStudy.objects.filter(person=person, unit=unit, moment=moment):
            if not Wave.objects.filter(study=earlier.study_id).exclude(launched_at=None).exists():
                archive_study(study_id=earlier.study_id, actor=actor, now=now)
        made = make_questionnaire(
            instrument=_instrument([key for key in known if key in chosen], title),
            based_on=f"{OTHERS}@{library_instrument(OTHERS).version}",
            what=_("Made for one leader who starts alone"),
            actor=actor,
            now=now,
        )
        archive_questionnaire(questionnaire_id=made.questionnaire_id, is_archived=True, actor=actor, now=now)
        study = create_study(
            title=f"{say(title)}, {unit.name}"[:300],
            questionnaires=[("", made)],
            actor=actor,
            now=now,
            promise=Study.Promise.ANONYMOUS,
            channel=Study.Channel.MAIL,
            languages=[code for code in ("en", "es") if code in library_instrument(OTHERS).languages],
            population={"units": [unit.key], "people": [str(one.pk) for one in asked]},
            tables=["scores"],
            texts=words,
        )
        study.kept_for = person
        study.save(update_fields=["kept_for"])
        alone = AloneStudy.objects.create(
            study=study, person=person, unit=unit, moment=moment, behaviours=[k for k in known if k in chosen],
            made_at=now,
        )  # fmt: skip
        payload = {"unit": unit.key, "moment": moment, "behaviours": alone.behaviours, "people": len(asked)}
        audit.record(action="alone.started", actor=str(actor.pk), subject=str(study.pk), payload=payload, now=now)
    return alone


def rate_and_launch(*, alone: AloneStudy, own: Mapping[str, int], actor: User, now: datetime) -> Wave:
    """Lock how the leader sees themselves, then ask the others. Doing it twice changes nothing.

    own: one answer a behaviour, by its key. Raises StartRefusedError, and LaunchRefusedError with what is in the way.
    """
    codes = library_instrument(SELF)
    for key in alone.behaviours:
        scale = codes.response_scales[codes.item(self_key(key)).response_scale]
        if not scale.low <= own.get(key, scale.low - 1) <= scale.high:
            raise StartRefusedError(_("Answer every line for yourself first. Nobody sees it but you."))
    with transaction.atomic():
        study = Study.objects.select_for_update().get(pk=alone.study_id)
        wave = planned_wave(study)
        if wave is None:
            standing = Wave.objects.filter(study=study).exclude(launched_at=None).order_by("-order").first()
            if standing is None:
                raise StartRefusedError(_("This was put away. Begin anew."))
            return standing
        _asked(alone.unit, [UUID(one) for one in study.population.get("people", [])])
        schedule_wave(
            study_id=study.pk, opens_at=now, days_open=DAYS_OPEN, late_days=LATE_DAYS, reminders=[REMINDER],
            actor=actor, now=now,
        )  # fmt: skip
        AloneRound.objects.update_or_create(
            wave=wave, defaults={"own": {key: int(own[key]) for key in alone.behaviours}, "own_at": now}
        )
        launched = launch_wave(wave_id=wave.pk, actor=actor, now=now)
        if launched.invited < study.k:
            raise StartRefusedError(
                _(
                    "Too few can be asked just now: some were asked often of late, and one invitation of each person "
                    "is left to what the whole organisation asks. Wait a while."
                )
            )
        payload = {"wave": launched.key}
        audit.record(action="alone.asked", actor=str(actor.pk), subject=str(study.pk), payload=payload, now=now)
    return launched


def write_try(*, wave: Wave, words: str, from_date: date, actor: User, now: datetime) -> AloneRound:
    """Keep the one thing the leader tries after a wave. Writing it again replaces it."""
    text = words.strip()
    if not text:
        raise StartRefusedError(_("Write the one thing down, in your own words."))
    with transaction.atomic():
        found = AloneRound.objects.select_for_update().get(wave=wave)
        found.words, found.from_date, found.written_at = text[:500], from_date, now
        found.save(update_fields=["words", "from_date", "written_at"])
        # The words are the leader's own: the trail knows that something is tried, not what.
        payload = {"wave": wave.key, "from": from_date}
        audit.record(action="alone.tries", actor=str(actor.pk), subject=str(wave.study_id), payload=payload, now=now)
    return found


def ask_again(
    *,
    alone: AloneStudy,
    actor: User,
    now: datetime,
    not_before: datetime | None = None,
    raters: Sequence[UUID] | None = None,
) -> Wave:
    """Plan the next asking of the same people who are still there. It is sent after the leader's own answers.

    not_before: four weeks after the last one closed, unless said otherwise. raters: those who are asked from now on,
    None for the same. Raises StartRefusedError while one runs, before its day, and where too few are left.
    """
    with transaction.atomic():
        study = Study.objects.select_for_update().get(pk=alone.study_id)
        launched = Wave.objects.filter(study=study).exclude(launched_at=None).exclude(state=Wave.State.CANCELLED)
        last = launched.order_by("-order").first()
        if last is None or last.state != Wave.State.RELEASED:
            raise StartRefusedError(_("The last asking is not over yet."))
        assert last.released_at is not None
        if now < (not_before or last.closes_at + MONTHS_BETWEEN):
            raise StartRefusedError(_("A change takes weeks to be felt. Ask again four weeks after the last asking."))
        if raters is None:
            raters = [UUID(one) for one in study.population.get("people", [])]
        asked = _asked(alone.unit, raters)
        study.population = {**study.population, "people": [str(one.pk) for one in asked]}
        study.save(update_fields=["population"])
        return plan_next_wave(study_id=study.pk, opens_at=now, actor=actor, now=now)


def share(*, alone: AloneStudy, is_shared: bool, actor: User, now: datetime) -> None:
    """Let those who lead the units above see it, or no longer. Doing it twice changes nothing."""
    with transaction.atomic():
        chosen = AloneStudy.objects.filter(pk=alone.pk, shared_at__isnull=is_shared)
        if chosen.update(shared_at=now if is_shared else None):
            payload = {"shared": is_shared}
            audit.record(
                action="alone.shared", actor=str(actor.pk), subject=str(alone.study_id), payload=payload, now=now
            )


def planned_wave(study: Study) -> Wave | None:
    """Return the asking that was not sent yet."""
    return Wave.objects.filter(study=study, launched_at=None, state=Wave.State.PLANNED).first()


def tell_owner(*, wave: Wave, now: datetime) -> None:
    """Queue a message to the leader whose own study was released, without any number. Sends nothing twice."""
    alone = AloneStudy.objects.filter(study=wave.study_id).first()
    if alone is None:
        return
    user = User.objects.filter(person=alone.person_id, is_active=True).first()
    if user is None:
        return
    place, ids = SHOWN_AT.get(alone.moment, ""), [alone.unit_id]
    if not place:
        place, ids = "learn:start_study", [wave.study_id]
    address = urljoin(settings.ADDRESS, reverse(place, args=ids))
    send_mail_later(
        to=user.email,
        subject=_("What your people said is ready"),
        text=_(
            "Good day,\n\nWhat your people said to what you asked them is ready. Only you see it.\n\n%(address)s\n"
        ) % {"address": address},
        now=now,
        once_key=f"alone:{wave.pk}",
        with_layout=True,
    )  # fmt: skip


def has_result(wave: Wave) -> bool:
    """Whether anything of a wave could be shown."""
    return holds_book(wave)


def _asked(unit: Unit, raters: Sequence[UUID]) -> list[Person]:
    """Return the people who are asked. Raises StartRefusedError where they are too few, or not of the unit."""
    offered = {person.pk: person for person in people_of_unit(unit)}
    chosen = [offered[pk] for pk in dict.fromkeys(raters) if pk in offered]
    least = least_raters(DEFAULT_K, len(offered))
    if len(chosen) < least:
        message = _("Ask at least %(n)s of your own people. With fewer, answers could be guessed, so nothing is sent.")
        raise StartRefusedError(message % {"n": least})
    return chosen


def _instrument(behaviours: Sequence[str], title: Texts) -> Instrument:
    """The library's questionnaire with the chosen behaviours alone."""
    parent = library_instrument(OTHERS)
    others = {item.key for item in parent.items} - set(behaviours)
    empty = {scale.key for scale in parent.scales if scale.items and set(scale.items) <= others}
    made = fork(parent, "one_moment", drop=[*sorted(empty), *sorted(others)])
    scales = tuple(
        replace(scale, min_answered=min(scale.min_answered, LEAST_BEHAVIOURS)) if scale.key == ALL else scale
        for scale in made.scales
    )
    named = {code: title.get(code) or say(title, "en") for code in made.languages if code in title or code == "en"}
    return replace(made, scales=scales, title={**made.title, **named})
