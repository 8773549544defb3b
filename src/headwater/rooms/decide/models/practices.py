"""Practices that leaders wrote down for others, who used them, and what happened."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from headwater.rooms.people.models import Unit, User


class Practice(models.Model):
    """What was done, where it worked and for which score. evidence: a released number, frozen when it was shared."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=120)
    what = models.TextField(max_length=2000)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    evidence = models.JSONField(null=True)
    shared_at = models.DateTimeField()
    shared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """The same practice of the same unit stands once."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "title"], condition=models.Q(withdrawn_at=None), name="practice_once"
            )
        ]

    def __str__(self) -> str:
        """What it is called."""
        return self.title


class PracticeUse(models.Model):
    """A unit that took a practice up. before: the same score of that unit then, frozen; None where none was shown."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    before = models.JSONField(null=True)
    adopted_at = models.DateTimeField()
    adopted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    outcome = models.TextField(max_length=2000, default="", blank=True)
    outcome_at = models.DateTimeField(null=True)

    class Meta:
        """A unit takes a practice up once."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["practice", "unit"], name="practice_use_once")]
