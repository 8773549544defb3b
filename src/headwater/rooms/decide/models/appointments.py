"""Appointments: what a role needs, candidates, assessors who score alone, what was agreed, what was decided and why."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.rooms.people.models import Person, Unit, User


class Appointment(models.Model):
    """One role to be filled. touched_at: when anything last happened, from which abandoned ones are forgotten.

    agreement: `Agreement.as_plain` once all scores are in. counts: what stays when the candidates' data is gone.
    reasons: why it was decided so. forgotten_at: when the candidates' data was removed.
    """

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("Being prepared")
        SCORING = "scoring", _("Assessors score alone")
        TOGETHER = "together", _("Assessors meet")
        DECIDED = "decided", _("Decided")
        STOPPED = "stopped", _("Stopped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=200)
    purpose = models.TextField(max_length=1_000)
    responsibilities = models.TextField(max_length=3_000)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    due_date = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    agreement = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    reasons = models.TextField(max_length=3_000, default="", blank=True)
    begun_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    all_in_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        """What is decided has a time; scores are asked for from a time on."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="decided") | Q(decided_at__isnull=False), name="appointment_decided_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["scoring", "together"]) | Q(opened_at__isnull=False),
                name="appointment_opened_has_time",
            ),
        ]

    def __str__(self) -> str:
        """The title."""
        return self.title


class AppointmentNeed(models.Model):
    """One competency that the role needs. level: 0..4. weight: 1..5, how much it counts beside the others."""

    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    competency = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField()
    weight = models.PositiveSmallIntegerField(default=1)

    class Meta:
        """Each competency once, levels and weights within their scales."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["appointment", "competency"], name="appointment_need_once"),
            models.CheckConstraint(condition=Q(level__lte=4), name="appointment_need_level"),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=5), name="appointment_need_weight"),
        ]


class Candidate(models.Model):
    """Somebody who may fill the role. letter: A, B, C: what is left of them when their data is gone.

    person: None for an outsider. consent_date: when they agreed to be assessed and to what is kept.
    """

    class Source(models.TextChoices):
        """How they came to be one."""

        APPLIED = "applied", _("applied")
        ASKED = "asked", _("was asked")
        NAMED = "named", _("was named by somebody")
        AGENCY = "agency", _("came through an agency")

    class Outcome(models.TextChoices):
        """What came of it."""

        OPEN = "open", _("open")
        CHOSEN = "chosen", _("chosen")
        DECLINED = "declined", _("declined")
        WITHDREW = "withdrew", _("withdrew")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    letter = models.CharField(max_length=4)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=300, default="", blank=True)
    email = models.CharField(max_length=254, default="", blank=True)
    source = models.CharField(max_length=8, choices=Source.choices)
    consent_date = models.DateField()
    notes = models.TextField(max_length=2_000, default="", blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN)
    feedback = models.TextField(max_length=2_000, default="", blank=True)
    feedback_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        """Each letter and each person once; nothing personal is left of an erased one; one chosen."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["appointment", "letter"], name="applicant_letter_once"),
            models.UniqueConstraint(
                fields=["appointment", "person"], condition=Q(person__isnull=False), name="applicant_person_once"
            ),
            models.UniqueConstraint(
                fields=["appointment"], condition=Q(outcome="chosen"), name="applicant_one_is_chosen"
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(person=None, name="", email="", notes="", feedback=""),
                name="applicant_erased_is_empty",
            ),
            models.CheckConstraint(condition=~Q(erased_at=None, name=""), name="applicant_has_a_name"),
        ]

    def __str__(self) -> str:
        """The name, or the letter once it is gone."""
        return self.name or str(_("Candidate %(letter)s")) % {"letter": self.letter}


class AppointmentAssessor(models.Model):
    """Somebody who scores the candidates alone. conflicts: by candidate's id, how they are tied, as known at opening.

    own_conflict: what they said themselves. excused_at: when somebody else took over, or nobody did.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    conflicts = models.JSONField(default=dict)
    own_conflict = models.CharField(max_length=500, default="", blank=True)
    submitted_at = models.DateTimeField(null=True)
    excused_at = models.DateTimeField(null=True)

    class Meta:
        """Each account once; whoever was excused handed nothing in."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["appointment", "user"], name="appointment_assessor_once"),
            models.CheckConstraint(
                condition=Q(excused_at=None) | Q(submitted_at=None), name="appointment_excused_not_submitted"
            ),
        ]


class CandidateScore(models.Model):
    """What one assessor gave one candidate in one competency, and why."""

    assessor = models.ForeignKey(AppointmentAssessor, models.PROTECT, related_name="+")
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="+")
    competency = models.CharField(max_length=40)
    score = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=600, default="", blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        """One score each, on the scale."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assessor", "candidate", "competency"], name="applicant_score_once"),
            models.CheckConstraint(condition=Q(score__lte=4), name="applicant_score_level"),
        ]


class CandidateConsensus(models.Model):
    """What the assessors agreed on for one candidate in one competency."""

    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="+")
    competency = models.CharField(max_length=40)
    score = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=600, default="", blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        """One level each, on the scale."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["candidate", "competency"], name="applicant_consensus_once"),
            models.CheckConstraint(condition=Q(score__lte=4), name="applicant_consensus_level"),
        ]
