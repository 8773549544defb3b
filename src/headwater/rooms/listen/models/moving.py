"""Answers moved in from other products, and answers that leave."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.rooms.listen.models.studies import Wave
from headwater.rooms.people.models import User


class SavedMapping(models.Model):
    """How columns of a file become answers, kept by name for the next file of the same kind."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=200, unique=True)
    format = models.CharField(max_length=40)
    mapping = models.JSONField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")


class MovingImport(models.Model):
    """One file of another product: the guess, the mapping, the dry run, what was sealed, and whether it was undone."""

    class State(models.TextChoices):
        """Where an import stands."""

        UPLOADED = "uploaded", _("Uploaded")
        CHECKED = "checked", _("Dry run")
        APPLIED = "applied", _("Brought in")
        UNDONE = "undone", _("Undone")
        DROPPED = "dropped", _("Dropped")
        FAILED = "failed", _("Refused")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.UPLOADED)
    mapping = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    losses = models.JSONField(default=list)
    waves = models.JSONField(default=list)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)


class ExportRequest(models.Model):
    """Somebody wants rows of a confidential study, with one cut and without comments; two others must approve."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="+")
    cut = models.CharField(max_length=80, blank=True)
    form = models.CharField(max_length=10)
    reason = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    refused_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)


class ExportApproval(models.Model):
    """One approval. Nobody approves their own request, nobody twice."""

    request = models.ForeignKey(ExportRequest, models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()

    class Meta:
        """Once a person."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["request", "approved_by"], name="approval_once")]
