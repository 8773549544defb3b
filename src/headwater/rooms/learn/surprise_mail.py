"""The message that says that notes wait: how many, how many minutes, and where. No score and no name of a unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.rooms.house.languages import desk_language
from headwater.rooms.house.mail import send_mail_later
from headwater.rooms.learn.logic.surprises import DIGEST_MINUTES
from headwater.rooms.learn.models import SurpriseCopy
from headwater.rooms.people.models import User


def send_copies(*, user: User, copies: Sequence[SurpriseCopy], now: datetime) -> None:
    """Queue one message to one person for all copies they are told of now. Queued again, nothing is sent twice."""
    if not user.email or not copies:
        return
    language = desk_language("" if user.person is None else user.person.language)
    minutes = sum(DIGEST_MINUTES if copy.is_digest else copy.note.minutes for copy in copies)
    with translation.override(language):
        count = len(copies)
        subject = ngettext("One note for you", "%(n)s notes for you", count) % {"n": count}
        lines = [
            _("Good day,"),
            ngettext("one note waits for you.", "%(n)s notes wait for you.", count) % {"n": count}
            + " "
            + ngettext("It takes %(n)s minute.", "That takes %(n)s minutes.", minutes) % {"n": minutes},
            _("Who leads a unit reads first. Those above are told after 48 hours, or as soon as you answer."),
            urljoin(settings.ADDRESS, reverse("learn:surprises")),
        ]
        send_mail_later(
            to=user.email,
            subject=subject,
            text="\n\n".join(lines) + "\n",
            now=now,
            once_key=f"surprises:{min(str(copy.pk) for copy in copies)}",
            with_layout=True,
            language=translation.get_language() or "en",
        )
