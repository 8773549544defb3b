"""What the people met are told: a page that opens without an account, and mail that leads to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext as _

from headwater.rooms.act.models import Visit
from headwater.rooms.act.obstacles.letters import address_for, language_for
from headwater.rooms.act.present_units import present_unit
from headwater.rooms.house.mail import send_mail_later
from headwater.rooms.people.models import Person

TOLD = "headwater.act.visit-told"
STANDS = timedelta(days=120)
"""How long the link opens: long enough to see what became of every obstacle."""
MOST_LETTERS = 2_000


def told_path(visit: Visit) -> str:
    """Return the path of what the people met were told. Its signature is the key: it names nothing."""
    return reverse("front:told", args=[signing.dumps(visit.pk.hex, salt=TOLD)])


def visit_of_token(token: str) -> Visit | None:
    """Return the closed visit of a link; None for one not ours, too old, or of a visit that was not closed."""
    try:
        found = signing.loads(token, salt=TOLD, max_age=STANDS)
        pk = UUID(found)
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None
    return Visit.objects.select_related("unit", "leader").filter(pk=pk, state=Visit.State.CLOSED).first()


def tell_people_met(visit: Visit, *, now: datetime) -> int:
    """Write to everybody of the unit visited and below. Returns how many letters were queued; each once a visit."""
    home = present_unit(visit.unit)
    if home is None or home.number is None:
        return 0
    people = Person.objects.filter(
        is_active=True, unit__number__gte=home.number, unit__number__lt=home.number + home.size
    ).order_by("pk")
    page = urljoin(settings.ADDRESS, told_path(visit))
    written = 0
    for person in people[:MOST_LETTERS]:
        address = address_for(person)
        if not address:
            continue
        with translation.override(language_for(person)):
            day = formats.date_format(visit.done_date or visit.day, "DATE_FORMAT")
            subject = _("What happens after the visit of %(name)s") % {"name": visit.leader or _("a leader")}
            blocks = [
                _("On %(day)s %(name)s visited %(unit)s.")
                % {"day": day, "name": visit.leader or _("a leader"), "unit": visit.unit.name},
                visit.feedback,
                f"{_('What was raised, who answers, and by when')}: {page}",
                _("The page needs no account. Who opens it is not kept."),
            ]
            send_mail_later(
                to=address,
                subject=subject,
                text="\n\n".join(blocks),
                now=now,
                once_key=f"visit:{visit.pk}:told:{person.pk}",
                with_layout=True,
                language=language_for(person),
            )
        written += 1
    return written
