"""Mail about commitments: the weekly question how it goes, and word to whoever inherits one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.rooms.act.commitments.links import link_to
from headwater.rooms.act.logic.commitments import is_to_remind
from headwater.rooms.act.models import CheckIn, Commitment
from headwater.rooms.house.languages import desk_language
from headwater.rooms.house.mail import send_mail_later
from headwater.rooms.people.models import Person, User

JOB = "remind_commitments"
MOST_LISTED = 12


def remind_owners(*, now: datetime) -> int:
    """Ask owners how their commitments go, those without a word for a week: the daily job. Returns letters queued.

    One letter an owner, one link a commitment. Safe to repeat: what was asked for is not asked again within a week.
    """
    owners = Commitment.objects.filter(state=Commitment.State.OPEN, taken_at__isnull=False, owner__is_active=True)
    return sum(_remind(owner, now) for owner in Person.objects.filter(pk__in=owners.values("owner")).order_by("pk"))


def tell_heir(*, commitment: Commitment, heir: Person, left: Person | None, now: datetime) -> None:
    """Write to somebody who inherited a commitment, in the caller's transaction. left: None once erased."""
    address = address_of(heir)
    if not address:
        return
    with _speaking_to(heir):
        lines = [
            _("Good day,"),
            _("This commitment of %(name)s, who no longer works here, comes to you, as you lead its unit:")
            % {"name": left}
            if left is not None
            else _("This commitment of somebody who no longer works here comes to you, as you lead its unit:"),
            f"“{commitment.sentence}”",
            _("Take it, or drop it and say why. It takes two minutes."),
            urljoin(settings.ADDRESS, reverse("act:commitments_one", args=[commitment.pk])),
        ]
        send_mail_later(
            to=address,
            subject=_("A commitment comes to you"),
            text="\n\n".join(lines) + "\n",
            now=now,
            with_layout=True,
            language=translation.get_language() or "en",
        )


def address_of(person: Person) -> str:
    """Return where to write to somebody: their account's address, else the organisation file's, "" for none."""
    account = User.objects.filter(person=person, is_active=True).values_list("email", flat=True).first()
    return account or person.email


def _remind(owner: Person, now: datetime) -> int:
    address = address_of(owner)
    if not address:
        return 0
    with transaction.atomic():
        mine = Commitment.objects.select_for_update().filter(
            owner=owner, state=Commitment.State.OPEN, taken_at__isnull=False
        )
        standing = list(mine.order_by("due_date", "pk"))
        checked = dict(
            CheckIn.objects.filter(commitment__in=standing).values_list("commitment").annotate(latest=Max("at"))
        )
        due = [
            one
            for one in standing
            if is_to_remind(made=one.made_at, checked=checked.get(one.pk), reminded=one.reminded_at, now=now)
        ][:MOST_LISTED]
        if not due:
            return 0
        Commitment.objects.filter(pk__in=[one.pk for one in due]).update(reminded_at=now)
        with _speaking_to(owner):
            send_mail_later(
                to=address,
                subject=ngettext("How does it go? One commitment", "How does it go? %(n)s commitments", len(due))
                % {"n": len(due)},
                text=_words(due, now),
                now=now,
                once_key=f"commitments:{owner.pk}:{now.isoformat()}",
                with_layout=True,
                language=translation.get_language() or "en",
            )
    return 1


def _words(due: list[Commitment], now: datetime) -> str:
    lines = [_("Good day,"), _("going well, stuck, or done? Half a minute each. Each link is for you alone.")]
    today = localdate(now)
    for one in due:
        day = date_format(one.due_date)
        until = _("Due %(day)s.") if one.due_date >= today else _("It was due on %(day)s.")
        lines += [f"“{one.sentence}”\n{until % {'day': day}}", _("Say how it goes: %(link)s") % {"link": link_to(one)}]
    lines.append(_("The links work for two weeks. After that, sign in: the page is called Commitments."))
    return "\n\n".join(lines) + "\n"


@contextmanager
def _speaking_to(person: Person) -> Iterator[None]:
    with translation.override(desk_language(person.language)):
        yield
