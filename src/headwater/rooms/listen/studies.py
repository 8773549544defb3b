"""Studies and their waves before and after launch: made, changed, repeated, and once launched only made stricter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from headwater.rooms.house import audit
from headwater.rooms.listen.logic.plans import WavePlan, tightened
from headwater.rooms.listen.models import (
    ListenSettings,
    QuestionnaireVersion,
    Study,
    StudyQuestionnaire,
    Wave,
    WaveLaunch,
)
from headwater.rooms.people.models import User
from headwater.vocab import HeadwaterError, Lens

Chosen = tuple[str, QuestionnaireVersion | None]
"""A questionnaire as a study keeps it: `key@version` of the library, or a version of the organisation's own."""

FIELDS = frozenset({
    "title", "promise", "channel", "k", "comment_k", "languages", "population", "sample_percent", "cuts", "tables",
    "texts", "ignores_cap", "services",
})  # fmt: skip
"""What `change_study` may change."""

MOST_QUESTIONNAIRES = 6
RUNNING = (Wave.State.PLANNED, Wave.State.OPEN, Wave.State.CLOSED, Wave.State.SEALED)


class StudyRefusedError(HeadwaterError):
    """A study or wave cannot be changed in this way; the message says why."""

    exit_code = 3


def create_study(
    *, title: str, questionnaires: Sequence[Chosen], actor: User | None, now: datetime, **values: Any
) -> Study:
    """Make a study with its first wave, planned for tomorrow at nine. values: of `FIELDS`."""
    with transaction.atomic():
        study = Study.objects.create(
            key=_free_key(title), title=title, lens=str(Lens.EX), languages=[], made_at=now, made_by=actor
        )
        _keep_questionnaires(study, questionnaires)
        _set(study, {"languages": values.pop("languages", offered_languages(study)[:1] or ["en"]), **values})
        opens = localtime(now).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
        _plan_wave(study, opens)
        _record("study.made", study, actor, now, {"key": study.key, "title": title})
    return study


def change_study(*, study_id: UUID, actor: User | None, now: datetime, **values: Any) -> Study:
    """Change what the next wave will ask and promise. Raises StudyRefusedError when no wave is planned.

    values: of `FIELDS`; `questionnaires` replaces all. Waves that were launched keep their own plan.
    """
    with transaction.atomic():
        study = Study.objects.select_for_update().get(pk=study_id)
        _planned(study)
        chosen = values.pop("questionnaires", None)
        if chosen is not None:
            _keep_questionnaires(study, chosen)
            spoken = offered_languages(study)
            values.setdefault("languages", [code for code in study.languages if code in spoken] or spoken[:1])
        _set(study, values)
        told = {"questionnaires": [_name(one) for one in chosen]} if chosen is not None else {}
        _record("study.changed", study, actor, now, {**told, **values})
    return study


def schedule_wave(
    *,
    study_id: UUID,
    opens_at: datetime,
    days_open: int,
    late_days: int,
    reminders: Sequence[int],
    title: str = "",
    actor: User | None,
    now: datetime,
) -> Wave:
    """Set when the planned wave opens and closes. reminders: days after the opening.

    Raises StudyRefusedError when no wave is planned, or for dates that contradict each other.
    """
    if days_open < 1 or late_days < 0:
        raise StudyRefusedError(_("A wave is open for at least one day."))
    if any(not 0 < day < days_open for day in reminders):
        raise StudyRefusedError(_("Each reminder lies between the opening and the closing."))
    with transaction.atomic():
        study = Study.objects.select_for_update().get(pk=study_id)
        wave = _planned(study)
        study.days_open, study.late_days, study.reminders = days_open, late_days, sorted(set(reminders))
        study.save()
        wave.title = title.strip() or title_of(opens_at)
        wave.opens_at = opens_at
        wave.closes_at = opens_at + timedelta(days=days_open)
        wave.late_until = wave.closes_at + timedelta(days=late_days)
        wave.save()
        payload = {"opens": opens_at, "days": days_open, "late": late_days, "reminders": study.reminders}
        _record("wave.scheduled", study, actor, now, payload)
    return wave


def plan_next_wave(*, study_id: UUID, opens_at: datetime, actor: User | None, now: datetime) -> Wave:
    """Plan another wave of a study. While one is planned, that one is returned. Nothing is launched."""
    with transaction.atomic():
        study = Study.objects.select_for_update().get(pk=study_id)
        if study.is_archived:
            raise StudyRefusedError(_("This study was put away."))
        standing = Wave.objects.filter(study=study, launched_at=None).exclude(state=Wave.State.CANCELLED).first()
        if standing is not None:
            return standing
        wave = _plan_wave(study, opens_at)
        _record("wave.planned", study, actor, now, {"wave": wave.key, "opens": opens_at})
    return wave


def copy_study(*, study_id: UUID, title: str, actor: User | None, now: datetime) -> Study:
    """Make a study that begins as another one stands."""
    with transaction.atomic():
        model = Study.objects.get(pk=study_id)
        made = create_study(
            title=title,
            questionnaires=[(one.library, one.version) for one in questionnaires_of(model)],
            actor=actor,
            now=now,
            **{name: getattr(model, name) for name in FIELDS - {"title"}},
        )
        made.reminders, made.days_open, made.late_days = model.reminders, model.days_open, model.late_days
        made.save()
        Wave.objects.filter(study=made).delete()
        _plan_wave(made, localtime(now).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1))
    return made


def archive_study(*, study_id: UUID, actor: User | None, now: datetime) -> None:
    """Put a study away; its planned wave is cancelled. Raises StudyRefusedError while a launched wave runs."""
    with transaction.atomic():
        study = Study.objects.select_for_update().get(pk=study_id)
        waves = Wave.objects.filter(study=study)
        if waves.filter(state__in=RUNNING).exclude(launched_at=None).exists():
            raise StudyRefusedError(_("A wave of this study is running. Let it end, or end it early."))
        if study.is_archived:
            return
        _refuse_while_launching(study)
        waves.filter(launched_at=None).update(state=Wave.State.CANCELLED)
        study.is_archived = True
        study.save(update_fields=["is_archived"])
        _record("study.archived", study, actor, now, {})


def tighten_wave(
    *,
    wave_id: UUID,
    actor: User | None,
    now: datetime,
    k: int | None = None,
    comment_k: int | None = None,
    dropped_cuts: Sequence[str] = (),
    without_comments: bool = False,
) -> Wave:
    """Make a launched wave stricter. Nothing that was tightened is ever loosened again.

    Raises StudyRefusedError for anything that would loosen it, and once its answers were sealed.
    """
    with transaction.atomic():
        wave = Wave.objects.select_for_update().select_related("study").get(pk=wave_id)
        if wave.plan is None or wave.state not in (Wave.State.PLANNED, Wave.State.OPEN, Wave.State.CLOSED):
            raise StudyRefusedError(_("Only a wave that was launched and is not yet sealed can be made stricter."))
        before = plan_in_force(wave)
        unknown = set(dropped_cuts) - {cut.key for cut in before.cuts} - set(wave.stricter.get("dropped_cuts", ()))
        if unknown:
            raise StudyRefusedError(_("This wave has no such cut."))
        raised = {"k": k or before.k, "comment_k": max(comment_k or before.comment_k, k or before.k)}
        try:
            after = tightened(before, raised)
        except ValueError:
            message = _(
                "After launch the smallest group can only be made larger, here from %(k)s and for comments %(c)s."
            )
            raise StudyRefusedError(message % {"k": before.k, "c": before.comment_k}) from None
        wave.stricter = {
            "k": after.k,
            "comment_k": after.comment_k,
            "dropped_cuts": sorted({*wave.stricter.get("dropped_cuts", ()), *dropped_cuts}),
            "without_comments": bool(wave.stricter.get("without_comments")) or without_comments,
        }
        wave.save(update_fields=["stricter"])
        _record("wave.tightened", wave.study, actor, now, {"wave": wave.key, **wave.stricter})
    return wave


def end_early(*, wave_id: UUID, actor: User | None, now: datetime) -> Wave:
    """Close an open wave now; answers under way still count for a day. Doing it twice changes nothing."""
    with transaction.atomic():
        wave = Wave.objects.select_for_update().select_related("study").get(pk=wave_id)
        if wave.state != Wave.State.OPEN or now >= wave.closes_at:
            return wave
        if now <= wave.opens_at:
            raise StudyRefusedError(_("This wave has just opened. Wait a minute."))
        wave.closes_at = now
        wave.late_until = min(wave.late_until, now + timedelta(days=1))
        wave.save(update_fields=["closes_at", "late_until"])
        _record("wave.ended_early", wave.study, actor, now, {"wave": wave.key})
    return wave


def cancel_wave(*, wave_id: UUID, actor: User | None, now: datetime) -> Wave:
    """Call off a wave that has not opened. Its key, if it had one, is destroyed: no link of it opens any more."""
    from django.conf import settings

    from headwater.rooms.listen.logic.wave_keys import destroy_key

    with transaction.atomic():
        wave = Wave.objects.select_for_update().select_related("study").get(pk=wave_id)
        if wave.state == Wave.State.CANCELLED:
            return wave
        if wave.state != Wave.State.PLANNED:
            raise StudyRefusedError(_("This wave has opened. It can be ended early."))
        if wave.launched_at is None:
            _refuse_while_launching(wave.study)
        wave.state = Wave.State.CANCELLED
        wave.save(update_fields=["state"])
        _record("wave.cancelled", wave.study, actor, now, {"wave": wave.key})
    destroy_key(settings.KEYS, wave.pk)
    return wave


def set_contact_rules(*, cap_contacts: int, cap_days: int, sender_name: str, actor: User, now: datetime) -> None:
    """Set how often one person is asked at most, over all studies, and the name that mail comes from."""
    with transaction.atomic():
        values = {"cap_contacts": cap_contacts, "cap_days": cap_days, "sender_name": sender_name}
        ListenSettings.objects.update_or_create(pk=1, defaults=values)
        audit.record(action="contacts.ruled", actor=str(actor.pk), subject="listen", payload=values, now=now)


def plan_of(wave: Wave) -> WavePlan:
    """Return the plan as launched: what links are read by. Raises ValueError for a wave that was not launched."""
    if wave.plan is None:
        raise ValueError(f"wave {wave.key} was not launched")
    return WavePlan.from_json(wave.plan)


def plan_in_force(wave: Wave) -> WavePlan:
    """Return the plan with what was tightened since: what may be sealed and released."""
    return tightened(plan_of(wave), wave.stricter)


def questionnaires_of(study: Study) -> list[StudyQuestionnaire]:
    """Return a study's questionnaires in order."""
    return list(StudyQuestionnaire.objects.filter(study=study).select_related("version").order_by("place"))


def offered_languages(study: Study) -> list[str]:
    """Return the languages that every questionnaire of the study has, in the order of the first."""
    from headwater.rooms.listen.questionnaires import instrument_of

    instruments = [instrument_of(one) for one in questionnaires_of(study)]
    if not instruments:
        return []
    return [code for code in instruments[0].languages if all(code in one.languages for one in instruments)]


def title_of(opens_at: datetime) -> str:
    """Name a wave by its month."""
    return date_format(localtime(opens_at), "F Y")


def _planned(study: Study) -> Wave:
    found = Wave.objects.filter(study=study, launched_at=None).exclude(state=Wave.State.CANCELLED).first()
    if found is None:
        raise StudyRefusedError(_("What was launched cannot be changed. Plan the next wave to change the study."))
    _refuse_while_launching(study)
    return found


def _refuse_while_launching(study: Study) -> None:
    if WaveLaunch.objects.filter(wave__study=study, wave__launched_at=None, state=WaveLaunch.State.WORKING).exists():
        raise StudyRefusedError(_("This wave is being launched. Wait until it is, or stop the launch."))


def _plan_wave(study: Study, opens_at: datetime) -> Wave:
    order = (Wave.objects.filter(study=study).aggregate(last=Max("order"))["last"] or 0) + 1
    closes_at = opens_at + timedelta(days=study.days_open)
    return Wave.objects.create(
        study=study,
        key=f"wave-{order}",
        title=title_of(opens_at),
        order=order,
        opens_at=opens_at,
        closes_at=closes_at,
        late_until=closes_at + timedelta(days=study.late_days),
    )


def _set(study: Study, values: Mapping[str, Any]) -> None:
    unknown = set(values) - FIELDS
    if unknown:
        raise TypeError(f"a study has no {', '.join(sorted(unknown))} to change")
    for name, value in values.items():
        setattr(study, name, value)
    study.comment_k = max(study.comment_k, study.k)
    if study.promise == Study.Promise.ANONYMOUS and len(study.cuts) > 2:
        raise StudyRefusedError(_("An anonymous study carries at most two cuts. Declare it confidential to use more."))
    if study.services and study.cuts:
        raise StudyRefusedError(_("A rating of internal service carries the unit rated and no other cut."))
    study.save()


def _keep_questionnaires(study: Study, chosen: Sequence[Chosen]) -> None:
    from headwater.rooms.listen.questionnaires import instrument_of

    if not 1 <= len(chosen) <= MOST_QUESTIONNAIRES:
        raise StudyRefusedError(_("Choose one to %(n)s questionnaires.") % {"n": MOST_QUESTIONNAIRES})
    StudyQuestionnaire.objects.filter(study=study).delete()
    for place, (library, version) in enumerate(chosen):
        StudyQuestionnaire.objects.create(study=study, place=place, library=library, version=version)
    study.lens = str(instrument_of(questionnaires_of(study)[0]).lens)
    if study.lens != Lens.SERVICE:
        study.services = {}
    study.save(update_fields=["lens", "services"])


def _free_key(title: str) -> str:
    base = slugify(title)[:50].strip("-") or "study"
    taken = set(Study.objects.filter(key__startswith=base).values_list("key", flat=True))
    return next(
        key for number in range(len(taken) + 1) if (key := f"{base}-{number + 1}" if number else base) not in taken
    )


def _name(chosen: Chosen) -> str:
    library, version = chosen
    return library or str(version.pk if version is not None else "")


def _record(action: str, study: Study, actor: User | None, now: datetime, payload: Mapping[str, Any]) -> None:
    name = str(actor.pk) if actor is not None else audit.SYSTEM
    audit.record(action=action, actor=name, subject=str(study.pk), payload=payload, now=now)
