"""Telling leaders that results are ready: one message each, no number in it."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.rooms.house.mail import send_mail_later
from headwater.rooms.learn.books import book_of
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import Unit, User


def announce_results(*, wave_id: str, now: datetime) -> None:
    """Queue a message to every leader who has an account and a unit in a released wave: the job `announce_results`.

    Running it again sends nothing twice.
    """
    wave = Wave.objects.select_related("study").get(pk=UUID(wave_id))
    book = book_of(wave)
    standing = Unit.objects.filter(is_open=True).exclude(leader=None).order_by("number")
    led = standing.values_list("leader_id", "key", "name")
    first: dict[UUID, tuple[int, str]] = {}
    for leader, key, name in led:
        if leader is not None and key in book.tree.index_of:
            first.setdefault(leader, (book.tree.index_of[key], name))
    for user in User.objects.filter(is_active=True, person__in=list(first)).order_by("email"):
        assert user.person_id is not None
        row, unit = first[user.person_id]
        address = urljoin(settings.ADDRESS, reverse("learn:team_unit", args=[wave.pk, row]))
        text = _(
            "Good day,\n\nThe results of %(unit)s in %(study)s, %(wave)s, are ready. It is one page and takes "
            "about three minutes.\n\n%(address)s\n"
        ) % {"unit": unit, "study": wave.study.title, "wave": wave.title, "address": address}
        send_mail_later(
            to=user.email,
            subject=_("Your results are ready: %(study)s") % {"study": wave.study.title},
            text=text,
            now=now,
            once_key=f"results:{wave.pk}:{user.pk}",
            with_layout=True,
        )
