"""Journeys as they were written down, version by version, and how the contacts of a customer study are read."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from headwater.rooms.listen.models import Study
from headwater.rooms.people.models import User


class JourneyVersion(models.Model):
    """One version of a journey; it never changes. content: as `logic.journeys.to_json` writes it.

    The highest number is in force. A journey that nobody changed has no version: the shipped one is in force.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    journey = models.SlugField(max_length=60)
    number = models.PositiveIntegerField()
    content = models.JSONField()
    what = models.CharField(max_length=60)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        """Each number once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["journey", "number"], name="journey_number_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="journey_number_from_one"),
        ]


class ContactReading(models.Model):
    """How contacts of a study are read, where somebody decided otherwise than by default.

    rating, relation: keys of a scale or a question. bad_to, good_from: ratings that count as bad and good.
    """

    study = models.OneToOneField(Study, models.PROTECT, primary_key=True, related_name="+")
    touchpoint = models.CharField(max_length=200, blank=True)
    rating = models.CharField(max_length=200)
    relation = models.CharField(max_length=200)
    bad_to = models.FloatField()
    good_from = models.FloatField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        """No contact is bad and good at once."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(good_from__gt=models.F("bad_to")), name="contact_bad_below_good")
        ]
