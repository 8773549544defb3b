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
    header = models.JSONField(default=list)
    mapping = models.JSONField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")


class MovingImport(models.Model):
    """One file of another product: the guess, the mapping, the dry run, what was sealed, and whether it was undone.

    seen: the first look, for the page that asks what is what. mapping: {"reading", "target"} as decided. waves: those
    it becomes, [{"study", "wave", "title", "rows"}], written down before anything is sealed. made: what an undo takes
    away again, {"study", "questionnaires"}. The files lie in the incoming folder under the id until they are done with.
    """

    class State(models.TextChoices):
        """Where an import stands."""

        UPLOADED = "uploaded", _("Uploaded")
        LOOKING = "looking", _("Being looked at")
        CHECKING = "checking", _("Dry run under way")
        CHECKED = "checked", _("Dry run")
        APPLYING = "applying", _("Being brought in")
        APPLIED = "applied", _("Brought in")
        UNDONE = "undone", _("Undone")
        DROPPED = "dropped", _("Dropped")
        FAILED = "failed", _("Refused")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    file_name = models.CharField(max_length=200)
    survey_name = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.UPLOADED)
    seen = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    losses = models.JSONField(default=list)
    waves = models.JSONField(default=list)
    made = models.JSONField(default=dict)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        """Found again by what they hold."""

        indexes: ClassVar = [models.Index(fields=["sha256", "state"], name="moving_same_file")]


class ExportRequest(models.Model):
    """Somebody wants rows of a confidential study, with one cut and without comments; two others must approve.

    approved_at: when the second approval came. It opens the file for some days, to whoever asked and nobody else.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="+")
    cut = models.CharField(max_length=80, blank=True)
    form = models.CharField(max_length=10)
    reason = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    refused_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)


class ExportApproval(models.Model):
    """One approval. Nobody approves their own request, nobody twice."""

    request = models.ForeignKey(ExportRequest, models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()

    class Meta:
        """Once a person."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["request", "approved_by"], name="approval_once")]
