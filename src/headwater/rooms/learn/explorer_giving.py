"""A view of the explorer is given to leaders, with single questions withheld, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.rooms.house import audit
from headwater.rooms.learn.explorer_asking import KINDS, Ask, Kind
from headwater.rooms.learn.models import SharedView, SharedViewLook
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import Unit, User
from headwater.vocab import HeadwaterError

MOST_TITLE, MOST_NOTE = 200, 1000


class GivingRefusedError(HeadwaterError):
    """A view cannot be given so; the message says why."""

    exit_code = 3


def give_view(
    *,
    wave: Wave,
    kind: Kind,
    ask: Ask,
    title: str,
    note: str,
    unit: Unit,
    below_too: bool,
    withheld: Sequence[str],
    form_key: UUID,
    actor: User,
    now: datetime,
) -> SharedView:
    """Give a view to the leader of a unit or, with `below_too`, to all who lead it or a unit below it.

    withheld: keys of questions. Sending the same form twice gives once. Raises GivingRefusedError for a kind that is
    none, without a title, and for a unit whose leader has no account.
    """
    if kind not in KINDS:
        raise GivingRefusedError(_("There is no such view."))
    if not title.strip():
        raise GivingRefusedError(_("A view that is given has a title."))
    user = None
    if not below_too:
        user = User.objects.filter(person=unit.leader, is_active=True).first() if unit.leader is not None else None
        if user is None:
            raise GivingRefusedError(_("The leader of %(unit)s has no account yet.") % {"unit": unit.name})
    with transaction.atomic():
        made, is_new = SharedView.objects.get_or_create(
            form_key=form_key,
            defaults={
                "wave": wave,
                "kind": kind,
                "query": ask.stored(),
                "title": title.strip()[:MOST_TITLE],
                "note": note.strip()[:MOST_NOTE],
                "user": user,
                "unit": unit if below_too else None,
                "withheld": sorted(set(withheld)),
                "given_at": now,
                "given_by": actor,
            },
        )
        if is_new:
            payload = {
                "view": str(made.pk),
                "wave": wave.key,
                "kind": kind,
                "to": str(user.pk) if user is not None else unit.key,
                "withheld": made.withheld,
            }
            audit.record(action="view.given", actor=str(actor.pk), subject=str(wave.study_id), payload=payload, now=now)
    return made


def take_view_back(*, shared_id: UUID, actor: User, now: datetime) -> None:
    """Take a view back: from now on its audience does not find it. Safe to repeat."""
    with transaction.atomic():
        shared = SharedView.objects.select_for_update().select_related("wave").get(pk=shared_id)
        if shared.taken_back_at is not None:
            return
        shared.taken_back_at = now
        shared.save(update_fields=["taken_back_at"])
        payload = {"view": str(shared.pk), "wave": shared.wave.key}
        subject = str(shared.wave.study_id)
        audit.record(action="view.taken_back", actor=str(actor.pk), subject=subject, payload=payload, now=now)


def note_view_opened(*, shared_id: UUID, user: User, now: datetime) -> None:
    """Note that somebody opened a view that was given to them. Safe to repeat."""
    SharedViewLook.objects.get_or_create(shared_id=shared_id, user=user, defaults={"first_at": now})
