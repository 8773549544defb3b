"""Risks that were reported, what became of them, and the scores that would warn of them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from headwater.rooms.people.models import Person, Unit, User


class Risk(models.Model):
    """Something that may go wrong in a unit, as it was reported. through: who passed it on, in the reporter's words.

    exposure_low, exposure_high: what it may cost, in `exposure_in`. upside: what could be won. thanks: to the reporter.
    reporter: None once erased.
    """

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("open")
        WATCHING = "watching", _("watched")
        CLOSED = "closed", _("closed")

    class ExposureIn(models.TextChoices):
        """What it costs."""

        MONEY = "money", _("money")
        DAYS = "days", _("days of work")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    what = models.TextField(max_length=1000)
    seen_date = models.DateField()
    reported_date = models.DateField()
    reported_at = models.DateTimeField()
    reporter = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    through = models.CharField(max_length=200, blank=True)
    exposure_low = models.PositiveBigIntegerField(null=True)
    exposure_high = models.PositiveBigIntegerField(null=True)
    exposure_in = models.CharField(max_length=5, choices=ExposureIn.choices, blank=True)
    upside = models.TextField(max_length=500, blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    thanks = models.CharField(max_length=500, blank=True)
    thanked_at = models.DateTimeField(null=True)

    class Meta:
        """Seen before it is reported; exposure runs upwards and says in what."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(what=""), name="risk_says_what"),
            models.CheckConstraint(condition=Q(seen_date__lte=F("reported_date")), name="risk_seen_first"),
            models.CheckConstraint(
                condition=Q(exposure_low=None, exposure_high=None, exposure_in="")
                | (Q(exposure_low__isnull=False, exposure_high__gte=F("exposure_low")) & ~Q(exposure_in="")),
                name="risk_exposure_runs_up",
            ),
        ]

    @property
    def days(self) -> int:
        """Days from sight to report."""
        return (self.reported_date - self.seen_date).days


class RiskStep(models.Model):
    """A change of a risk's state, with the reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    risk = models.ForeignKey(Risk, models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=Risk.State.choices)
    why = models.TextField(max_length=500)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        """No change without a reason."""

        constraints: ClassVar = [models.CheckConstraint(condition=~Q(why=""), name="risk_step_says_why")]


class RiskMeasure(models.Model):
    """A released score of the risk's unit that warns of it: below or above a threshold. One a score.

    wave: key of the wave it was last read from, "" before. chance: that the threshold is passed, 0 to 1, None where
    the number is withheld. evidence: the number as it stood.
    """

    class Side(models.TextChoices):
        """Which side warns."""

        BELOW = "below", _("below")
        ABOVE = "above", _("above")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    risk = models.ForeignKey(Risk, models.PROTECT, related_name="+")
    study = models.CharField(max_length=200)
    score = models.CharField(max_length=200)
    label = models.CharField(max_length=300)
    side = models.CharField(max_length=5, choices=Side.choices)
    threshold = models.FloatField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    wave = models.CharField(max_length=200, blank=True)
    chance = models.FloatField(null=True)
    evidence = models.JSONField(null=True)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        """One a score; a chance is a share."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["risk", "study", "score"], name="risk_measure_once"),
            models.CheckConstraint(condition=Q(chance=None) | Q(chance__range=(0, 1)), name="risk_chance_is_share"),
        ]
