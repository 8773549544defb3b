"""No surprises: the rules of the house, notes on what a wave told, and who has which copy."""

from __future__ import annotations

import uuid
from datetime import time
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import User


class SurpriseRules(models.Model):
    """One row: quiet hours in the site's time zone, a leader's minutes of a week, and who hears of conduct.

    low_response: percent of those asked under which few answer. independent: who hears of matters of conduct beside the
    leader; without one, the experience leads do.
    """

    quiet_from = models.TimeField(default=time(18, 0))
    quiet_until = models.TimeField(default=time(8, 0))
    quiet_weekend = models.BooleanField(default=True)
    weekly_minutes = models.PositiveSmallIntegerField(default=30)
    low_response = models.PositiveSmallIntegerField(default=30)
    independent = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        """A rate is a percent."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(low_response__lte=100), name="surprise_rate_is_percent")
        ]


class SurpriseNote(models.Model):
    """What a wave told of one unit, of one kind. It is made once, and never changes.

    signs: what was found, as `scoring.signs.Sign`, released numbers alone. minutes: what it takes. clearness: of the
    clearest sign, in standard errors. closed_at: everybody who had to hear of it was told.
    """

    class Kind(models.TextChoices):
        """What it is about."""

        CONDUCT = "conduct", _("A matter of conduct")
        DROP = "drop", _("A real drop")
        GAP = "gap", _("A widening gap")
        LEVELS = "levels", _("A widening gap between levels")
        RESPONSE = "response", _("Fewer answer")
        SILENCE = "silence", _("Silence")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="+")
    unit_key = models.CharField(max_length=400)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    signs = models.JSONField(default=list)
    minutes = models.PositiveSmallIntegerField()
    clearness = models.FloatField(default=0.0)
    noted_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """One note of a kind, wave and unit."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["wave", "unit_key", "kind"], name="surprise_note_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["closed_at", "noted_at"], name="surprise_note_open")]


class SurpriseCopy(models.Model):
    """A note as one person gets it.

    due_at: since when they should have it. visible_at: since when it stands on their page. started_at: when they were
    told; the 48 hours of the first to hear begin then. held_until: the Monday whose digest it waits for. word: what
    they answered.
    """

    class Reason(models.TextChoices):
        """Why they hear of it."""

        RESPONSIBLE = "responsible", _("You lead this unit")
        VACANT = "vacant", _("The post of its leader is vacant, or its leader cannot be reached")
        CLOSED = "closed", _("The unit is no longer there")
        ABOVE = "above", _("You lead above it")
        INDEPENDENT = "independent", _("You are named for matters of conduct")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    note = models.ForeignKey(SurpriseNote, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=11, choices=Reason.choices)
    due_at = models.DateTimeField()
    visible_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    held_until = models.DateField(null=True)
    is_digest = models.BooleanField(default=False)
    seen_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    word = models.CharField(max_length=280, default="", blank=True)

    class Meta:
        """One copy a note and person; what was answered was seen, what was told is visible."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["note", "user"], name="surprise_copy_once"),
            models.CheckConstraint(
                condition=models.Q(started_at=None) | models.Q(visible_at__isnull=False),
                name="surprise_told_is_visible",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at=None) | models.Q(seen_at__isnull=False), name="surprise_answered_is_seen"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "visible_at"], name="surprise_copy_of_user"),
            models.Index(fields=["started_at"], name="surprise_copy_waiting"),
        ]
