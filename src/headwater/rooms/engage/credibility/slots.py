"""What the ledger answers in the slots of the house: what waits, erasure, export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.engage.credibility.targets import open_targets
from headwater.rooms.engage.models import Forecast, LedgerCopy, Promise
from headwater.rooms.house.slots import Erased, ExportFile, Need
from headwater.rooms.people.viewers import user_of, viewer

MINUTES = 1
NEWS = timedelta(days=14)
"""For how long a target that was just chosen is asked about."""


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield one's own promises and forecasts whose day has come, and nothing of anybody else's."""
    user, today = user_of(request), timezone.localdate(now)
    for one in Promise.objects.filter(owner=user, own_end="", other_end="", due_date__lt=today).order_by("due_date"):
        yield Need(
            f"promise-{one.pk}",
            _("Promise"),
            _("Say how it turned out: %(what)s") % {"what": one.what},
            _("Its day has passed. Kept, late or not kept: said is better than silent."),
            MINUTES,
            reverse("engage:credibility_promise", args=[one.pk]),
            _("Say it"),
            order=2,
        )
    for found in Forecast.objects.filter(owner=user, direction=None, outcome=None, due_date__lte=today).order_by(
        "due_date"
    ):
        yield Need(
            f"forecast-{found.pk}",
            _("Forecast"),
            _("What came of it? %(what)s") % {"what": found.what},
            _("Its day has come. You alone see it."),
            MINUTES,
            reverse("engage:credibility_forecast", args=[found.pk]),
            _("Say it"),
        )

    for target in open_targets(viewer=viewer(request), today=today):
        if target.direction.chosen_at > now - NEWS:
            yield Need(
                f"target-{target.direction.pk}",
                _("Forecast"),
                _("How sure are you of your target? %(what)s") % {"what": target.direction.title},
                _("One click takes it over into your ledger. The released score says what came of it."),
                MINUTES,
                f"{reverse('engage:credibility')}#targets",
                _("Say it"),
            )


def erase(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Erase a person's ledger, and their name and word in the promises of others, which stay as their makers' own."""
    pk = UUID(person)
    copies, _kinds = LedgerCopy.objects.filter(Q(owner__person=pk) | Q(shown_to__person=pk)).delete()
    promises, _kinds = Promise.objects.filter(owner__person=pk).delete()
    forecasts, _kinds = Forecast.objects.filter(owner__person=pk).delete()
    made_to = Promise.objects.filter(to_user__person=pk).update(
        to_user=None, to_name="–", other_end="", other_at=None, other_words=""
    )
    yield Erased(gettext_lazy("promises, forecasts and copies of a ledger"), promises + forecasts + copies)
    yield Erased(gettext_lazy("names and words in promises of others"), made_to)


def export(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down a person's own ledger, and what others promised them."""
    pk = UUID(person)
    entry = ("what", "due_date", "made_at")
    found = {
        "promises": list(
            Promise.objects.filter(owner__person=pk)
            .order_by("made_at")
            .values(*entry, "to_name", "own_end", "own_at", "proof", "other_end", "other_at", "other_words")
        ),
        "promised_to_you": list(
            Promise.objects.filter(to_user__person=pk)
            .order_by("made_at")
            .values(*entry, "other_end", "other_at", "other_words")
        ),
        "forecasts": list(
            Forecast.objects.filter(owner__person=pk)
            .order_by("made_at")
            .values(*entry, "measure", "low", "high", "sure", "outcome", "outcome_low", "outcome_high", "outcome_at")
        ),
        "copies_shown": list(
            LedgerCopy.objects.filter(owner__person=pk).order_by("made_at").values("lines", "made_at", "ended_at")
        ),
    }
    if any(found.values()):
        content = json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("credibility.json", "application/json", content.encode())
