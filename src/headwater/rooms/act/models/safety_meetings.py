"""The weekly safety meeting: made from the records, who was there, what was decided."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.rooms.people.models import Person, User

__all__ = ["MeetingDecision", "MeetingPresence", "SafetyMeeting"]


class SafetyMeeting(models.Model):
    """One week's meeting. week_date: its Monday. agenda: as it stood when the meeting was held; empty before."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("draft")
        HELD = "held", _("was held")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    week_date = models.DateField(unique=True)
    state = models.CharField(max_length=5, choices=State.choices, default=State.DRAFT)
    agenda = models.JSONField(default=list)
    notes = models.TextField(max_length=4000, blank=True)
    made_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True)
    held_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        """A week begins on Monday; held says when and by whom."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="draft", held_at=None, held_by=None)
                | Q(state="held", held_at__isnull=False, held_by__isnull=False),
                name="safety_meeting_held_by",
            ),
        ]


class MeetingPresence(models.Model):
    """That somebody was there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    meeting = models.ForeignKey(SafetyMeeting, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        """Once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "person"], name="safety_meeting_present_once")
        ]


class MeetingDecision(models.Model):
    """What was decided, who does it and by when. Open ones come up in every later meeting by themselves.

    owner: None once erased. done_words: how it ended.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    meeting = models.ForeignKey(SafetyMeeting, models.PROTECT, related_name="+")
    text = models.CharField(max_length=500)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    due_date = models.DateField()
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    done_words = models.CharField(max_length=500, blank=True)

    class Meta:
        """It says what; what is done says by whom."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text=""), name="safety_decision_says"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="safety_decision_done_by",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["done_at", "due_date"], name="safety_decisions_open")]
