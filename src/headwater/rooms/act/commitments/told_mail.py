"""The letter to everybody who was invited: what was heard is told, and where it stands."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from headwater.rooms.act.commitments.told_services import ToldRefusedError, catalogue_of
from headwater.rooms.act.models import Told
from headwater.rooms.house import audit
from headwater.rooms.house.jobs import enqueue_job
from headwater.rooms.listen.studies import plan_of
from headwater.rooms.listen.telling import Letter, batches_of, units_below, write_back
from headwater.rooms.people.models import User

JOB = "mail_told"


def mail_told(*, told_id: UUID, actor: User, now: datetime) -> Told:
    """Queue the letter to everybody who was invited, once; again changes nothing. Raises ToldRefusedError."""
    with transaction.atomic():
        told = Told.objects.select_for_update(of=("self",)).select_related("wave__study", "unit").get(pk=told_id)
        if told.mailed_at is not None:
            return told
        if told.published_at is None:
            raise ToldRefusedError(_("Publish it first."))
        parts = batches_of(told.wave, _units(told), now=now)
        for first, last, _count in parts:
            arguments = {"told_id": str(told.pk), "first": first, "last": last}
            enqueue_job(name=JOB, arguments=arguments, now=now, once_key=f"{JOB}:{told.pk}:{first}")
        told.mailed_at, told.mailed_to = now, sum(count for _first, _last, count in parts)
        told.save(update_fields=["mailed_at", "mailed_to"])
        payload = {"letters": told.mailed_to}
        audit.record(action="told.mailed", actor=str(actor.pk), subject=str(told.pk), payload=payload, now=now)
    return told


def mail_batch(*, told_id: str, first: int, last: int, now: datetime) -> None:
    """Queue one batch of letters: the job. What was taken back meanwhile is not sent."""
    told = Told.objects.select_related("wave__study", "unit").get(pk=UUID(told_id))
    if told.published_at is None:
        return
    write_back(
        wave=told.wave,
        units=_units(told),
        first=first,
        last=last,
        letter=lambda language: letter_of(told, language),
        source=f"told:{told.pk}",
        now=now,
    )


def address_of(told: Told) -> str:
    """Return the whole public address."""
    return urljoin(settings.ADDRESS, reverse("act:commitments_heard", args=[told.link]))


def letter_of(told: Told, language: str) -> Letter:
    """Return the letter in a language. It is the same for everybody, and so is its link."""
    plan = plan_of(told.wave)
    with translation.override(catalogue_of(language)):
        values = {"study": plan.study_title, "wave": told.wave.title}
        lines = [
            _("Good day,"),
            _(
                "you were asked in “%(study)s”, %(wave)s. Here is what was heard, what is done about it, and what will "
                "not be done and why."
            )
            % values,
            f"{_('You said, we did')}: {address_of(told)}",
            _("Everybody who was asked gets this letter with the same link. Nobody can see who answered or who reads."),
            plan.organisation,
        ]
        subject = _("You said, we did: %(study)s") % values
    return Letter(subject, "\n\n".join(line for line in lines if line) + "\n")


def _units(told: Told) -> frozenset[str] | None:
    return None if told.unit is None else units_below(told.wave, told.unit.key)
