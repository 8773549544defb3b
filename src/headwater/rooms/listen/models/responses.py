"""What respondents leave until sealing: ciphertext to the wave's public key, and marks that only its key can read."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from headwater.rooms.listen.models.studies import Wave
from headwater.rooms.people.models import User


class SealedResponse(models.Model):
    """A draft or a complete response. body: padded ciphertext. slip: keyed hash of the link, one response a slip.

    mark: keyed hash of the answers, so that an identical replay is known. No time and no person stands here. All rows
    of a wave are deleted at sealing.
    """

    class Standing(models.TextChoices):
        """Whether it counts."""

        COUNTS = "counts"
        QUARANTINED = "quarantined"
        REJECTED = "rejected"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="+")
    slip = models.BinaryField(max_length=32)
    body = models.BinaryField()
    mark = models.BinaryField(max_length=32)
    is_complete = models.BooleanField(default=False)
    standing = models.CharField(max_length=11, choices=Standing.choices, default=Standing.COUNTS)
    reasons = models.JSONField(default=list)

    class Meta:
        """One response a slip."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["wave", "slip"], name="response_once")]
        indexes: ClassVar = [
            models.Index(fields=["wave", "is_complete", "standing"], name="response_standing"),
            models.Index(fields=["wave", "mark"], name="response_mark"),
        ]


class AccessCode(models.Model):
    """A code that opens the one link of a wave. slip: keyed hash of the code; the code itself is nowhere.

    place: what the code stands for (unit, cuts), as ciphertext under the wave's link key.
    """

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="+")
    slip = models.BinaryField(max_length=32)
    place = models.BinaryField()

    class Meta:
        """Each code once."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["wave", "slip"], name="code_once")]


class BatchReceipt(models.Model):
    """What a batch under an idempotency key was answered, so that sending it again does nothing twice."""

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    mark = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        """One answer a key."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["wave", "key"], name="batch_once")]


class CallBack(models.Model):
    """A customer who asks to be called back: a case of its own, never joined to an anonymous answer.

    outcome: what came of it, written down so far. done_at: when somebody said that it is settled.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="+")
    unit_key = models.CharField(max_length=400)
    name = models.CharField(max_length=200)
    contact = models.CharField(max_length=300)
    words = models.TextField(blank=True)
    asked_date = models.DateField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=500, blank=True)

    class Meta:
        """Settled by somebody, and quick to list: open ones first, the oldest first."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=False) | models.Q(done_by=None), name="call_settled_at_a_time"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["done_at", "asked_date"], name="call_standing")]
