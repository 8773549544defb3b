"""Maturity: an assessment of practices by several people alone and together, with evidence, validated by a senior."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.rooms.people.models import Unit, User


class MaturityAssessment(models.Model):
    """One look at how mature the practice of experience is. unit: None for the whole organisation.

    library: version of the practices it was made with, which it keeps. complete_from: the level from which a practice
    counts as complete. bands: three ascending cut-offs in percent, ours. outcome: frozen when validated.
    """

    class State(models.TextChoices):
        """Where it stands."""

        EVIDENCE = "evidence", _("Evidence is gathered")
        SCORING = "scoring", _("Assessors score alone")
        TOGETHER = "together", _("Assessors meet")
        VALIDATING = "validating", _("Waits to be validated")
        DONE = "done", _("Validated")
        STOPPED = "stopped", _("Stopped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    library = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State.choices, default=State.EVIDENCE)
    complete_from = models.PositiveSmallIntegerField(default=3)
    bands = models.JSONField()
    due_date = models.DateField()
    validator = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    word = models.CharField(max_length=1_000, default="", blank=True)
    agreement = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict)
    begun_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    all_in_at = models.DateTimeField(null=True)
    validated_at = models.DateTimeField(null=True)

    class Meta:
        """What is validated has a time; what counts as complete is on the scale."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(validated_at__isnull=False), name="maturity_done_has_time"
            ),
            models.CheckConstraint(
                condition=Q(complete_from__gte=1, complete_from__lte=4), name="maturity_complete_level"
            ),
        ]

    def __str__(self) -> str:
        """The title."""
        return self.title


class MaturityAssessor(models.Model):
    """Somebody who scores alone. is_external: from outside, who declares since when they were not engaged here.

    engaged_until_date: the last day of an engagement with this organisation, None for never; it counts only with
    `declared_at`. excused_at: when they were let go before they handed in.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    assessment = models.ForeignKey(MaturityAssessment, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    is_external = models.BooleanField(default=False)
    engaged_until_date = models.DateField(null=True)
    declared_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    excused_at = models.DateTimeField(null=True)

    class Meta:
        """Each account once; an external one hands in only what they declared independence for."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assessment", "user"], name="maturity_assessor_once"),
            models.CheckConstraint(
                condition=Q(excused_at=None) | Q(submitted_at=None), name="maturity_excused_not_submitted"
            ),
            models.CheckConstraint(
                condition=Q(is_external=False) | Q(submitted_at=None) | Q(declared_at__isnull=False),
                name="maturity_external_declared",
            ),
        ]


class MaturityEvidence(models.Model):
    """One piece of evidence for one practice: a file, a link, or a released score as it stood.

    digest: SHA-256 of a file. finding: `learn.evidence.Evidence.as_plain`.
    """

    class Kind(models.TextChoices):
        """What it is."""

        FILE = "file", _("file")
        LINK = "link", _("link")
        FINDING = "finding", _("released score")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    assessment = models.ForeignKey(MaturityAssessment, models.PROTECT, related_name="+")
    practice = models.CharField(max_length=60)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    title = models.CharField(max_length=200)
    link = models.CharField(max_length=1_000, default="", blank=True)
    file_name = models.CharField(max_length=200, default="", blank=True)
    media_type = models.CharField(max_length=120, default="", blank=True)
    content = models.BinaryField(null=True)
    digest = models.CharField(max_length=64, default="", blank=True)
    finding = models.JSONField(default=dict)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        """A kind has what it is made of, and the same thing stands once."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(
                    Q(kind="file", content__isnull=False, link="")
                    | (Q(kind="link", content=None) & ~Q(link=""))
                    | Q(kind="finding", content=None, link="")
                ),
                name="maturity_evidence_is_its_kind",
            ),
            models.UniqueConstraint(
                fields=["assessment", "practice", "digest"], condition=~Q(digest=""), name="maturity_evidence_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["assessment", "practice"], name="maturity_evidence_of")]


class PracticeScore(models.Model):
    """What one assessor gave one practice, and why."""

    assessor = models.ForeignKey(MaturityAssessor, models.PROTECT, related_name="+")
    practice = models.CharField(max_length=60)
    score = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=600, default="", blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        """One score each, on the scale."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assessor", "practice"], name="maturity_score_once"),
            models.CheckConstraint(condition=Q(score__lte=4), name="maturity_score_level"),
        ]


class PracticeConsensus(models.Model):
    """What the assessors agreed on for one practice."""

    assessment = models.ForeignKey(MaturityAssessment, models.PROTECT, related_name="+")
    practice = models.CharField(max_length=60)
    score = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=600, default="", blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        """One level each, on the scale."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assessment", "practice"], name="maturity_consensus_once"),
            models.CheckConstraint(condition=Q(score__lte=4), name="maturity_consensus_level"),
        ]
