"""A person's own ledger: what they promised, what they foresaw, and dated copies of it that they showed somebody."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from headwater.rooms.decide.models import Direction
from headwater.rooms.people.models import User


class Promise(models.Model):
    """Something promised to somebody by a day, and how it turned out, in the word of either.

    to_user: who may say how it turned out, None for somebody without an account. proof: where one sees it. own_: the
    word of who promised. other_: of whom it was promised to.
    """

    class End(models.TextChoices):
        """How it turned out."""

        KEPT = "kept", _("kept")
        LATE = "late", _("kept late")
        BROKEN = "broken", _("not kept")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    to_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    to_name = models.CharField(max_length=200)
    what = models.CharField(max_length=500)
    due_date = models.DateField()
    made_at = models.DateTimeField()
    own_end = models.CharField(max_length=6, choices=End.choices, blank=True)
    own_at = models.DateTimeField(null=True)
    proof = models.CharField(max_length=500, blank=True)
    other_end = models.CharField(max_length=6, choices=End.choices, blank=True)
    other_at = models.DateTimeField(null=True)
    other_words = models.CharField(max_length=500, blank=True)

    class Meta:
        """To somebody else, and about something; each word has its day."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(what="") & ~Q(to_name="") & (Q(to_user=None) | ~Q(to_user=F("owner"))), name="promise_of"
            ),
            models.CheckConstraint(condition=Q(own_end="") | Q(own_at__isnull=False), name="promise_own_day"),
            models.CheckConstraint(
                condition=Q(other_end="") | Q(other_at__isnull=False, to_user__isnull=False), name="promise_other_day"
            ),
        ]

    @property
    def end(self) -> str:
        """How it turned out: the word of whom it was promised to, else the promiser's, else ""."""
        return self.other_end or self.own_end

    @property
    def is_disputed(self) -> bool:
        """Whether both spoke and differ."""
        return bool(self.own_end and self.other_end and self.own_end != self.other_end)


class Forecast(models.Model):
    """A range one foresaw for a number on a day, and how it turned out. The range never changes.

    sure: percent, that the number will lie in the range; None for a target that was read without one's word. direction:
    whose target was taken over; its range runs from the target to the end of the scale, and its outcome is read from
    the first released score on or after its day. source: the action whose effect was foreseen, as "commitment:" and its
    id, "" for none; likely: the middle of that range; error: standard error of the effect. outcome_low, outcome_high:
    95% range of what came. outcome_wave: title of its wave.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    what = models.CharField(max_length=300)
    measure = models.CharField(max_length=40, blank=True)
    low = models.FloatField()
    high = models.FloatField()
    likely = models.FloatField(null=True)
    sure = models.PositiveSmallIntegerField(null=True)
    due_date = models.DateField()
    made_at = models.DateTimeField()
    source = models.CharField(max_length=100, blank=True, default="")
    direction = models.ForeignKey(Direction, models.PROTECT, null=True, related_name="+")
    outcome = models.FloatField(null=True)
    outcome_at = models.DateTimeField(null=True)
    outcome_low = models.FloatField(null=True)
    outcome_high = models.FloatField(null=True)
    error = models.FloatField(null=True)
    outcome_wave = models.CharField(max_length=300, blank=True)

    class Meta:
        """A range has a width, and nobody is wholly sure. A target and an action are taken over once."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(what="")
                & Q(high__gt=F("low"))
                & (Q(sure__range=(50, 95)) | Q(sure=None, direction__isnull=False)),
                name="forecast_is_range",
            ),
            models.CheckConstraint(
                condition=Q(source="", likely=None, error=None)
                | (~Q(source="") & Q(direction=None, likely__isnull=False, error__gt=0, outcome__isnull=False)),
                name="forecast_of_effect_whole",
            ),
            models.CheckConstraint(
                condition=Q(outcome=None, outcome_at=None) | Q(outcome__isnull=False, outcome_at__isnull=False),
                name="forecast_outcome_day",
            ),
            models.UniqueConstraint(fields=["owner", "direction"], name="forecast_once_a_direction"),
            models.UniqueConstraint(fields=["owner", "source"], condition=~Q(source=""), name="forecast_once_a_source"),
        ]


class LedgerCopy(models.Model):
    """The sums of a ledger as they stood one day, shown to one person until the owner ends it. lines: the sentences."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    shown_to = models.ForeignKey(User, models.PROTECT, related_name="+")
    lines = models.JSONField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """To somebody else, once at a time."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(owner=F("shown_to")), name="ledger_copy_of_other"),
            models.UniqueConstraint(fields=["owner", "shown_to"], condition=Q(ended_at=None), name="ledger_copy_once"),
        ]
