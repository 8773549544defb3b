"""Summaries of effects that left for other organisations, and those that other organisations gave."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from headwater.rooms.people.models import User

LONGEST_LABEL = 120


class SharedSummary(models.Model):
    """A summary as it left; never changed. content: what it says. effects: how many stood behind each row, by its key
    joined with "|", which never left. digest: SHA-256 of the content.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    edition = models.PositiveIntegerField(unique=True)
    digest = models.CharField(max_length=64, unique=True)
    content = models.JSONField()
    effects = models.JSONField()
    shared_at = models.DateTimeField()
    shared_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        """Editions count from one."""

        constraints: ClassVar = [models.CheckConstraint(condition=Q(edition__gte=1), name="shared_summary_edition")]


class BroughtSummary(models.Model):
    """A summary of another organisation. key: with which it was signed, which stands for the organisation; edition: its
    number there. label: whose it is, in the words of who brought it, for this house alone. is_invented: an example.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    digest = models.CharField(max_length=64, unique=True)
    key = models.CharField(max_length=64)
    edition = models.PositiveIntegerField()
    content = models.JSONField()
    label = models.CharField(max_length=LONGEST_LABEL, default="", blank=True)
    is_invented = models.BooleanField()
    brought_at = models.DateTimeField()
    brought_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        """An organisation numbers its summaries once each."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["key", "edition"], name="brought_summary_once")]
