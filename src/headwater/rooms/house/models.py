"""What the house keeps: the audit trail, jobs and their schedules, counts for rate limits."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, NoReturn

from django.db import models

from headwater.rooms.house.webhook_models import WebhookDelivery, WebhookEndpoint, WebhookMessage

__all__ = [
    "AppendOnlyError",
    "AuditEntry",
    "AuditHead",
    "AuditKey",
    "Count",
    "Job",
    "Schedule",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookMessage",
]


class AppendOnlyError(RuntimeError):
    """The audit trail was to be changed."""


class AuditKey(models.Model):
    """The key under which one subject's payloads lie; destroyed when the subject is erased."""

    subject = models.CharField(max_length=64, unique=True)
    wrapped = models.BinaryField(null=True)
    destroyed_at = models.DateTimeField(null=True)


class AuditHead(models.Model):
    """The end of the chain: one row, locked while an entry is added."""

    sequence = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64)


class AuditEntry(models.Model):
    """One thing that was done. Only opaque ids stand here in plain text; the payload is encrypted."""

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    action = models.CharField(max_length=64, db_index=True)
    actor = models.CharField(max_length=64, db_index=True)
    subject = models.CharField(max_length=64, db_index=True)
    payload = models.BinaryField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the entry. Raises AppendOnlyError for one that stands already."""
        if not self._state.adding:
            raise AppendOnlyError("an audit entry cannot be changed")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnlyError("an audit entry cannot be deleted")


class Job(models.Model):
    """One piece of work in the background. `django_tasks_db` carries it; this row knows its attempts."""

    class State(models.TextChoices):
        """Where a job stands."""

        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=64)
    arguments = models.JSONField(default=dict)
    once_key = models.CharField(max_length=128, null=True, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    attempts_allowed = models.PositiveSmallIntegerField()
    run_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, default="")

    class Meta:
        """Indexes."""

        indexes: ClassVar = [models.Index(fields=["state", "run_at"], name="house_job_due")]


class Schedule(models.Model):
    """When a schedule fires next."""

    name = models.CharField(max_length=64, primary_key=True)
    next_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True)


class Count(models.Model):
    """How often something was done in a window. The key is a keyed hash: no account and no address stands here."""

    key = models.CharField(max_length=64)
    window = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        """One row a key and window."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["key", "window"], name="house_count_once")]
        indexes: ClassVar = [models.Index(fields=["window"], name="house_count_window")]
