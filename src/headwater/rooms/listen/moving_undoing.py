"""What can still be done after a file was brought in: take it out again, or let its results be released."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from headwater.rooms.listen.logic.wave_keys import destroy_study_key
from headwater.rooms.listen.models import (
    MovingImport,
    Questionnaire,
    QuestionnaireVersion,
    Study,
    StudyQuestionnaire,
    Wave,
)
from headwater.rooms.listen.moving_applying import MovingRefusedError, remove_sealed
from headwater.rooms.listen.moving_checking import note
from headwater.rooms.people.models import User

State = MovingImport.State


def undo(*, import_id: UUID, actor: User, now: datetime) -> MovingImport:
    """Take a moved-in file out again. Raises MovingRefusedError once anything of it was released."""
    with transaction.atomic():
        made = MovingImport.objects.select_for_update().get(pk=import_id)
        if made.state != State.APPLIED:
            raise MovingRefusedError(_("Only a file that was brought in can be taken out again."))
        waves = list(Wave.objects.select_for_update().filter(pk__in=[one["id"] for one in made.waves]))
        if any(wave.state != Wave.State.SEALED or wave.launched_at is not None for wave in waves):
            message = _(
                "Results of it were released. What was shown once cannot be taken back, and its answers must stay so "
                "that nothing shown later can be set against it. You can put the study away."
            )
            raise MovingRefusedError(message)
        Wave.objects.filter(pk__in=[wave.pk for wave in waves]).delete()
        study_id = made.made.get("study_id")
        if made.made.get("makes_study") and study_id and not Wave.objects.filter(study_id=study_id).exists():
            StudyQuestionnaire.objects.filter(study_id=study_id).delete()
            Study.objects.filter(pk=study_id).delete()
            transaction.on_commit(lambda: destroy_study_key(settings.KEYS, UUID(study_id)))
        for one in made.made.get("questionnaires", ()):
            _drop_questionnaire(one)
        made.state, made.undone_at = State.UNDONE, now
        made.save()
        note("answers.undone", made, str(actor.pk), now)
    for one in made.waves:
        remove_sealed(one["study"], one["wave"])
    return made


def _drop_questionnaire(questionnaire_id: str) -> None:
    """Delete a questionnaire that was made for an import, unless somebody went on with it."""
    versions = QuestionnaireVersion.objects.filter(questionnaire_id=questionnaire_id)
    used = StudyQuestionnaire.objects.filter(version__in=versions).exists()
    if not used and versions.count() == 1 and versions.filter(revision=1).exists():
        versions.delete()
        Questionnaire.objects.filter(pk=questionnaire_id).delete()


def allow_release(*, import_id: UUID, actor: User, now: datetime) -> list[UUID]:
    """Let the waves of an import be scored and released, in their order. Returns their ids.

    After this nothing can be taken back. Raises MovingRefusedError for an import that was not brought in.
    """
    with transaction.atomic():
        made = MovingImport.objects.select_for_update().get(pk=import_id)
        if made.state != State.APPLIED or not made.waves:
            raise MovingRefusedError(_("There is nothing to release."))
        ids = [UUID(one["id"]) for one in made.waves]
        # The clockwork passes over waves that nobody launched; this is their launch.
        if Wave.objects.filter(pk__in=ids, launched_at=None).update(launched_at=now, launched_by=actor):
            note("answers.release_allowed", made, str(actor.pk), now)
    return ids
