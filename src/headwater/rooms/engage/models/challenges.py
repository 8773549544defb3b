"""Saying no with reasons, kept by its owner alone until shared; and support that was asked for, with its thanks."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from headwater.rooms.people.models import User


class Challenge(models.Model):
    """Something that was asked and is not best, with reasons. Its owner alone reads it until they share it.

    asked_by: who asked, in the owner's words. evidence: released numbers as they stood, `Evidence.as_plain` each.
    said_date, said_how: when and how it was said. look_back_date: when the owner wants to be reminded.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked = models.TextField(max_length=1000)
    asked_by = models.CharField(max_length=200)
    why_leader = models.TextField(max_length=1000, blank=True)
    why_organisation = models.TextField(max_length=1000, blank=True)
    why_team = models.TextField(max_length=1000, blank=True)
    alternative = models.TextField(max_length=1000, blank=True)
    evidence = models.JSONField(default=list)
    said_date = models.DateField(null=True)
    said_how = models.CharField(max_length=500, blank=True)
    answer = models.TextField(max_length=1000, blank=True)
    outcome = models.TextField(max_length=1000, blank=True)
    look_back_date = models.DateField(null=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        """It says what was asked, and by whom; an answer follows what was said."""

        indexes: ClassVar = [models.Index(fields=["owner", "made_at"], name="challenge_of_owner")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(asked="") & ~Q(asked_by=""), name="challenge_says_what"),
            models.CheckConstraint(condition=Q(said_date__isnull=False) | Q(answer=""), name="challenge_said_first"),
        ]


class ChallengeShare(models.Model):
    """Somebody with whom the owner shares a challenge, until they end it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    challenge = models.ForeignKey(Challenge, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    shared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Once a person at a time."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["challenge", "user"], condition=Q(ended_at=None), name="challenge_share_once"
            )
        ]


class SupportRequest(models.Model):
    """Support one person asks of another, upward or downward: what, by when, how many minutes; the answer, the thanks.

    later_date: when they can, for the answer "later". thanks: kept for both. ended_at: taken back by who asked.
    """

    class Answer(models.TextChoices):
        """What they answered."""

        YES = "yes", _("yes")
        NO = "no", _("no, I cannot")
        LATER = "later", _("yes, but later")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    asker = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked = models.ForeignKey(User, models.PROTECT, related_name="+")
    need = models.TextField(max_length=500)
    by_date = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=5, choices=Answer.choices, blank=True)
    words = models.CharField(max_length=500, blank=True)
    later_date = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    thanks = models.CharField(max_length=500, blank=True)
    thanked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Of somebody else, at least a minute; an answer has its day, "later" another."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(asker=F("asked")) & Q(minutes__gte=1) & ~Q(need=""), name="support_of"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="support_answer_has_day",
            ),
            models.CheckConstraint(condition=~Q(answer="later") | Q(later_date__isnull=False), name="support_later"),
            models.CheckConstraint(condition=Q(thanks="") | Q(thanked_at__isnull=False), name="support_thanks_day"),
        ]
