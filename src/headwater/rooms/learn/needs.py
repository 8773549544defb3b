"""What learning needs of this viewer now: a report that is ready and was not opened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.rooms.house.slots import Need
from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.models import Look
from headwater.rooms.learn.queries import entrances_of, leads_anything, may_see_results
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.releasing import has_book
from headwater.rooms.people.viewers import user_of, viewer

FRESH = timedelta(days=30)
"""How long home points at results that nobody opened."""


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield the results that were released of late and that this viewer has not opened."""
    asker = viewer(request)
    if not may_see_results(asker):
        return
    leads = leads_anything(asker)
    seen = Look.objects.filter(user=user_of(request)).values("wave")
    fresh = Wave.objects.filter(state=Wave.State.RELEASED, released_at__gt=now - FRESH).exclude(pk__in=seen)
    for wave in fresh.select_related("study").defer("plan").order_by("-released_at")[:5]:
        if not has_book(wave):
            continue
        entrances = entrances_of(asker, book_of(wave))
        if entrances:
            yield Need(
                f"report-{wave.pk}",
                _("Results"),
                _("The results of %(unit)s are ready: %(study)s")
                % {"unit": entrances[0].name, "study": wave.study.title},
                _("%(wave)s. One sentence first, then what is strong and what needs you.") % {"wave": wave.title},
                3 if leads else 10,
                reverse("learn:team_unit" if leads else "learn:unit", args=[wave.pk, entrances[0].row]),
                _("Read them"),
            )
