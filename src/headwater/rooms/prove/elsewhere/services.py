"""What is done about shared summaries: giving one, taking one of another organisation, taking it away again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from headwater.rooms.house import audit
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import require, viewer_of
from headwater.rooms.prove.elsewhere.gathering import JOINT, Choices, ready_summary
from headwater.rooms.prove.elsewhere.reading import SummaryRefusedError, read_summary
from headwater.rooms.prove.elsewhere.signing import own_key, public_of
from headwater.rooms.prove.elsewhere.words import LICENCES, SECTORS
from headwater.rooms.prove.models import BroughtSummary, SharedSummary
from headwater.rooms.prove.models.sharing import LONGEST_LABEL

SHARE = "effects.share"
MOST_FILES = 500


def share_summary(*, choices: Choices, seen: str, actor: User, now: datetime) -> SharedSummary:
    """Let the summary that somebody looked at leave. seen: its digest. Safe to repeat.

    Raises PermissionDenied, and SummaryRefusedError where it is another by now or there is nothing to give.
    """
    require(viewer_of(actor, today=now.date()), SHARE)
    if choices.licence not in LICENCES or choices.sector not in SECTORS:
        raise SummaryRefusedError(_("Choose a licence and a sector from the lists."))
    try:
        with transaction.atomic():
            if (made := SharedSummary.objects.filter(digest=seen).first()) is not None:
                return made
            ready = ready_summary(choices=choices, now=now)
            if ready.digest != seen:
                raise SummaryRefusedError(
                    _("It is another summary by now: look at it again, then let it leave. Nothing has left.")
                )
            if not ready.may_leave:
                raise SummaryRefusedError(_("There is nothing new to give."))
            made = SharedSummary.objects.create(
                edition=ready.content["edition"],
                digest=ready.digest,
                content=ready.content,
                effects={JOINT.join(family): count for family, count in ready.shared.effects.items()},
                shared_at=now,
                shared_by=actor,
            )
            payload = {"edition": made.edition, "sha256": made.digest, "rows": len(ready.content["rows"])}
            audit.record(action="effects.shared", actor=str(actor.pk), subject=str(made.pk), payload=payload, now=now)
            return made
    except IntegrityError:
        # Two pressed at once: the one that came first stands.
        if (made := SharedSummary.objects.filter(digest=seen).first()) is not None:
            return made
        raise SummaryRefusedError(_("Somebody else let a summary leave just now: look again.")) from None


def bring_summary(*, raw: bytes, label: str, actor: User, now: datetime) -> tuple[BroughtSummary, bool]:
    """Keep a summary of another organisation. Returns it and whether it is new; the same file again changes nothing.

    Raises PermissionDenied, and SummaryRefusedError for what cannot be taken.
    """
    require(viewer_of(actor, today=now.date()), SHARE)
    found = read_summary(raw, now)
    if found.key == public_of(own_key()):
        raise SummaryRefusedError(_("This summary is your own: what was found here stands beside the others already."))
    if (known := BroughtSummary.objects.filter(digest=found.digest).first()) is not None:
        return known, False
    if BroughtSummary.objects.count() >= MOST_FILES:
        raise SummaryRefusedError(
            _("%(most)s summaries stand here, as many as may. Remove some first.") % {"most": MOST_FILES}
        )
    try:
        with transaction.atomic():
            made = BroughtSummary.objects.create(
                digest=found.digest,
                key=found.key,
                edition=found.edition,
                content=found.content,
                label=" ".join(label.split())[:LONGEST_LABEL],
                is_invented=found.is_invented,
                brought_at=now,
                brought_by=actor,
            )
            payload = {"sha256": found.digest, "key": found.key, "edition": found.edition}
            audit.record(action="effects.brought", actor=str(actor.pk), subject=str(made.pk), payload=payload, now=now)
    except IntegrityError:
        if (known := BroughtSummary.objects.filter(digest=found.digest).first()) is not None:
            return known, False
        raise SummaryRefusedError(
            _("edition: another summary with the number %(n)s of the same organisation stands here. Ask them which "
              "one holds; remove the other first.") % {"n": found.edition}
        ) from None  # fmt: skip
    return made, True


def remove_summary(*, summary_id: UUID, actor: User, now: datetime) -> None:
    """Take a summary of another organisation away. Safe to repeat. Raises PermissionDenied."""
    require(viewer_of(actor, today=now.date()), SHARE)
    with transaction.atomic():
        found = BroughtSummary.objects.select_for_update().filter(pk=summary_id).first()
        if found is None:
            return
        payload = {"sha256": found.digest, "key": found.key, "edition": found.edition}
        audit.record(action="effects.removed", actor=str(actor.pk), subject=str(found.pk), payload=payload, now=now)
        found.delete()
