"""A briefing that goes through a sponsor: they are written to, asked for minutes, and say when they handed it on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.rooms.engage.asks import NewAsk, cancel_ask, done_ask, record_ask
from headwater.rooms.engage.briefings.documents import FILES, Content, content_of, handed_content
from headwater.rooms.engage.briefings.links import STANDS
from headwater.rooms.engage.models import BriefingCopy, Stakeholder
from headwater.rooms.engage.stakeholders.queries import profile_of
from headwater.rooms.house import audit
from headwater.rooms.house.languages import desk_language
from headwater.rooms.house.mail import send_mail_later
from headwater.rooms.people.models import User

HAND = "headwater.engage.briefing.hand_on"
MINUTES = 5
"""What reading it and handing it on takes."""


@dataclass(frozen=True)
class HandPage:
    """A copy as its sponsor hands it on. is_needed: whether it still waits to be handed on."""

    copy: BriefingCopy
    content: Content
    file_form: str
    is_needed: bool
    minutes: int = MINUTES


def source_of_hand(copy: BriefingCopy) -> str:
    """Return what the sponsor's minutes are recorded under."""
    return f"briefing:{copy.pk}:through"


def reachable_sponsor(copy: BriefingCopy) -> Stakeholder | None:
    """Return through whom a copy goes, None for nobody and for somebody who cannot be written to any more."""
    sponsor = copy.sponsor
    if sponsor is None or sponsor.archived_at is not None or not sponsor.address:
        return None
    return sponsor


def asked_of_sponsor(copy: BriefingCopy, due: date) -> list[NewAsk]:
    """Return what handing it on would ask of its sponsor, nothing where nobody is asked."""
    sponsor = reachable_sponsor(copy)
    return [] if sponsor is None else [NewAsk(sponsor, MINUTES, due, source_of_hand(copy))]


def ask_sponsor(copy: BriefingCopy, *, site: str, due: date, over_reason: str, actor: User, now: datetime) -> None:
    """Ask a sponsor by mail to hand a copy on, and for their minutes, in the caller's transaction. Safe to repeat.

    They learn whom it is for and what it says; nothing of what earlier ones did.
    """
    sponsor = reachable_sponsor(copy)
    if sponsor is None:
        return
    record_ask(
        person=sponsor,
        kind="briefing",
        title=_("Hand on to %(who)s: %(what)s") % {"who": copy.stakeholder, "what": copy.briefing.message},
        minutes=MINUTES,
        due_date=due,
        href="" if sponsor.is_outsider else path_to_hand(copy),
        source=source_of_hand(copy),
        actor=actor,
        now=now,
        over_reason=over_reason,
    )
    language = desk_language(profile_of(sponsor).language.value)
    with translation.override(language):
        told = [
            _("Hello %(name)s,") % {"name": sponsor},
            _("this is meant for %(who)s, and you speak up for them: a word from you reaches further than a mail.")
            % {"who": copy.stakeholder},
            copy.briefing.message,
            ngettext("%(n)s minute.", "%(n)s minutes.", MINUTES) % {"n": MINUTES},
            f"{_('A version to hand on as your own')}: {site}{path_to_hand(copy)}",
            _("Say there that you did. If you would rather not, do nothing."),
            actor.name or actor.email,
        ]
        send_mail_later(
            to=sponsor.address,
            subject=_("Would you hand this on to %(who)s?") % {"who": copy.stakeholder},
            text="\n\n".join(told),
            now=now,
            once_key=f"{HAND}:{copy.pk}",
            with_layout=True,
            language=language,
        )
    _write_down("briefing.sponsor_asked", copy, actor, now)


def say_handed_on(*, copy_id: UUID, actor: User | None, now: datetime) -> BriefingCopy:
    """Note that the sponsor handed a copy on, and their minutes as done. No actor: by their link. Safe to repeat."""
    with transaction.atomic():
        copy = (
            BriefingCopy.objects.select_for_update(of=("self",))
            .select_related("sponsor__person")
            .get(pk=copy_id, sponsor__isnull=False, sent_at__isnull=False)
        )
        if copy.handed_on_at is None:
            copy.handed_on_at = now
            copy.save(update_fields=["handed_on_at"])
            done_ask(source=source_of_hand(copy), person=copy.sponsor, actor=actor, now=now)
            _write_down("briefing.handed_on", copy, actor, now)
    return copy


def need_no_more(copy: BriefingCopy, *, now: datetime) -> None:
    """Let the sponsor's minutes go: its receiver answered. Safe to repeat."""
    if copy.sponsor_id is not None and copy.handed_on_at is None:
        cancel_ask(source=source_of_hand(copy), actor=None, now=now)


def hand_page(*, copy: BriefingCopy, now: datetime) -> HandPage:
    """Return a copy for its sponsor. No viewer: the caller found the copy by whose it is."""
    content = handed_content(content_of(copy, today=localdate(now)), copy)
    return HandPage(copy, content, FILES[copy.form], copy.handed_on_at is None and copy.answered_at is None)


def path_to_hand(copy: BriefingCopy) -> str:
    """Return the path of the sponsor's page; with a signature for one outside the organisation."""
    assert copy.sponsor is not None
    if copy.sponsor.is_outsider:
        return reverse("engage:briefings_hand_by_link", args=[signing.dumps(str(copy.pk), salt=HAND)])
    return reverse("engage:briefings_hand", args=[copy.pk])


def handed_by_token(token: str) -> BriefingCopy | None:
    """Return the copy of a sponsor's link; None for one not ours or too old, of somebody erased or who works here."""
    try:
        found = signing.loads(token, salt=HAND, max_age=STANDS)
    except signing.BadSignature:
        return None
    rows = BriefingCopy.objects.select_related(
        "briefing__author", "briefing__unit", "stakeholder__person", "sponsor__person"
    )
    return rows.filter(
        pk=UUID(found),
        sent_at__isnull=False,
        stakeholder__erased_at=None,
        sponsor__erased_at=None,
        sponsor__isnull=False,
        sponsor__person=None,
    ).first()


def _write_down(action: str, copy: BriefingCopy, actor: User | None, now: datetime) -> None:
    name = str(actor.pk) if actor is not None else audit.SYSTEM
    audit.record(action=action, actor=name, subject=str(copy.briefing_id), payload={"copy": str(copy.pk)}, now=now)
