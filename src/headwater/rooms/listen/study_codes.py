"""Access codes for those who hand them out: worked out from the wave's key each time, kept nowhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.formats.writing import safe_cell
from headwater.rooms.house import audit
from headwater.rooms.listen.logic.links import WaveSecrets, access_code
from headwater.rooms.listen.logic.wave_keys import private_key
from headwater.rooms.listen.models import Invitation, Study, Wave
from headwater.rooms.listen.studies import plan_of
from headwater.rooms.people.models import User

State = Invitation.State


def code_address(wave: Wave) -> str:
    """Return the one address at which codes of a wave are entered."""
    return urljoin(settings.ADDRESS, reverse("respond:code", args=[f"{wave.study.key}-{wave.key}"]))


def names_are_needed(study: Study) -> bool:
    """Whether a code must reach one certain person: it carries cuts, or the study knows who answers."""
    return bool(study.cuts) or study.promise != Study.Promise.ANONYMOUS


def write_codes(*, wave: Wave, actor: User, now: datetime) -> bytes:
    """Return a CSV of codes by team, with names only where a code must reach one certain person.

    Without names, the codes of a team lie in the order of their letters, which tells nothing of whose they are. Raises
    MissingKeyError once the wave is sealed.
    """
    named = names_are_needed(wave.study)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    person = (_("Name"), _("Person id")) if named else ()
    writer.writerow((_("Unit"), *person, _("Code"), _("Address")))
    writer.writerows([safe_cell(cell) for cell in row] for row in sorted(_rows(wave, named=named)))
    with transaction.atomic():
        payload = {"wave": wave.key, "named": named}
        audit.record(action="codes.fetched", actor=str(actor.pk), subject=str(wave.study_id), payload=payload, now=now)
    return text.getvalue().encode("utf-8-sig")


def _rows(wave: Wave, *, named: bool) -> Iterator[tuple[str, ...]]:
    plan = plan_of(wave)
    secrets = WaveSecrets.of(private_key(settings.KEYS, wave.pk))
    address = code_address(wave)
    unit_name = dict(zip(plan.unit_ids, plan.unit_names, strict=True))
    asked = Invitation.objects.filter(wave=wave, state=State.SENT).select_related("person__unit")
    for invitation in asked.iterator(2_000):
        who = invitation.person
        home = who.unit.name if who is not None and who.unit is not None else unit_name[invitation.unit_key]
        person = ((who.name, who.key) if who is not None else ("", "")) if named else ()
        yield (home, *person, access_code(secrets, bytes(invitation.number)), address)
