"""What learning keeps: the versions of the organisation's theme book."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from headwater.rooms.people.models import User


class ThemeBookVersion(models.Model):
    """A theme book. While `applied_at` is empty it is the draft; once applied it never changes.

    number: from 1, given when it is applied. basis: number of the version the draft began from, 0 for the shipped one.
    edits: how often the draft was changed, so that two people do not overwrite each other.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = models.PositiveIntegerField(null=True, unique=True)
    basis = models.PositiveIntegerField(default=0)
    content = models.JSONField()
    edits = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)

    class Meta:
        """One draft, and a number exactly when applied."""

        constraints: ClassVar = [
            models.UniqueConstraint(models.Value(1), condition=models.Q(applied_at=None), name="theme_book_one_draft"),
            models.CheckConstraint(
                condition=models.Q(applied_at=None, number=None)
                | models.Q(applied_at__isnull=False, number__isnull=False),
                name="theme_book_number_when_applied",
            ),
        ]
