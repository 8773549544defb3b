"""Mail about obstacles: to who answers, to whoever raised it, and to the leader it went up to."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext as _

from headwater.rooms.act.models import Obstacle
from headwater.rooms.act.obstacles.owners import confirmers_of
from headwater.rooms.house.languages import desk_language
from headwater.rooms.house.mail import send_mail_later
from headwater.rooms.people.models import Person, User


def address_for(person: Person) -> str:
    """Return where to write to somebody: their account's address, else the one of the HR file, "" for none."""
    account = User.objects.filter(person=person, is_active=True).values_list("email", flat=True).first()
    return account or person.email


def language_for(person: Person) -> str:
    """Return the language to write in: theirs where the desk speaks it, else the house's."""
    return desk_language(person.language)


def tell_owner(obstacle: Obstacle, *, now: datetime) -> None:
    """Write to who answers: what blocks whom, and by when an answer is owed. Once a version of the obstacle."""
    if obstacle.owner is None:
        return
    with translation.override(language_for(obstacle.owner)):
        title = _("An obstacle waits for your answer")
        if obstacle.level:
            title = _("An obstacle came up to you: nobody answered in time")
        blocks = [
            title + ".",
            obstacle.what,
            _("It blocks: %(unit)s") % {"unit": obstacle.from_unit.name} if obstacle.from_unit is not None else "",
            _("What it does to customers: %(words)s") % {"words": obstacle.to_customers}
            if obstacle.to_customers
            else "",
            _("Answer by %(day)s.") % {"day": formats.date_format(obstacle.due_date, "DATE_FORMAT")},
        ]
        _send(obstacle, obstacle.owner, title, blocks, key=f"owner:{obstacle.version}", now=now)


def tell_answered(obstacle: Obstacle, *, now: datetime) -> None:
    """Write to who confirms that an answer stands: it closes only with their word."""
    for person in confirmers_of(obstacle):
        with translation.override(language_for(person)):
            title = _("An obstacle was answered: is it gone?")
            blocks = [
                obstacle.what,
                _("The answer: %(words)s") % {"words": obstacle.answer},
                _("Nothing closes until you say that it is gone. Say so by %(day)s.")
                % {"day": formats.date_format(obstacle.due_date, "DATE_FORMAT")},
            ]
            _send(obstacle, person, title, blocks, key=f"answered:{obstacle.version}", now=now)


def _send(obstacle: Obstacle, person: Person, title: str, blocks: list[str], *, key: str, now: datetime) -> None:
    address = address_for(person)
    if not address:
        return
    page = urljoin(settings.ADDRESS, reverse("act:obstacles_one", args=[obstacle.pk]))
    send_mail_later(
        to=address,
        subject=title,
        text="\n\n".join([*filter(None, blocks), f"{_('Open it')}: {page}"]),
        now=now,
        once_key=f"obstacle:{obstacle.pk}:{key}:{person.pk}",
        with_layout=True,
        language=language_for(person),
    )
