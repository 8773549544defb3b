"""Programme reviews: one document a quarter and part, and the copy of it that each sponsor gets."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from headwater.rooms.decide.models import Goal
from headwater.rooms.engage.models import Preference, Stakeholder
from headwater.rooms.people.models import Unit, User
from headwater.vocab import HeadwaterError

MOST_ASK = 300


class FrozenReviewError(HeadwaterError):
    """Something tried to change what an issued review says."""

    exit_code = 3


class ProgrammeReview(models.Model):
    """What one quarter brought to one part, frozen when it was made. facts: by language (`reviews.facts.Facts`).

    made_by: None where it made itself. note: what the experience lead adds in their own words. issued_at: from when its
    sponsors read it; from then on nothing of it changes, save that an erased person's words go.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    first_date = models.DateField()
    last_date = models.DateField()
    facts = models.JSONField()
    inputs_hash = models.CharField(max_length=80)
    note = models.TextField(max_length=1500, default="", blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        """One a part and quarter."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "first_date"], name="programme_review_once"),
            models.CheckConstraint(condition=Q(last_date__gt=F("first_date")), name="programme_review_runs_on"),
            models.CheckConstraint(
                condition=Q(issued_at=None, issued_by=None) | Q(issued_at__isnull=False, issued_by__isnull=False),
                name="programme_review_issued_by",
            ),
        ]

    @property
    def is_draft(self) -> bool:
        """Whether it can still be made anew and added to."""
        return self.issued_at is None

    def save(self, *values: Any, **named: Any) -> None:
        """Save a draft. Raises FrozenReviewError for an issued one."""
        if ProgrammeReview.objects.filter(pk=self.pk, issued_at__isnull=False).exists():
            raise FrozenReviewError("this review was issued: it stays as it was read")
        super().save(*values, **named)


class ReviewCopy(models.Model):
    """A review as it reaches one sponsor, in their form and minutes, with what is asked and which goal it serves.

    read_at: they said that they had read it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    review = models.ForeignKey(ProgrammeReview, models.PROTECT, related_name="+")
    stakeholder = models.ForeignKey(Stakeholder, models.PROTECT, related_name="+")
    form = models.CharField(max_length=11, choices=Preference.Form.choices)
    minutes = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=8, default="en")
    ask = models.CharField(max_length=MOST_ASK, default="", blank=True)
    goal = models.ForeignKey(Goal, models.PROTECT, null=True, related_name="+")
    ask_by_date = models.DateField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    read_at = models.DateTimeField(null=True)

    class Meta:
        """One a sponsor; what is asked serves a goal by a day."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "stakeholder"], name="review_copy_once"),
            models.CheckConstraint(
                condition=Q(ask="", goal=None, ask_by_date=None)
                | (~Q(ask="") & Q(goal__isnull=False, ask_by_date__isnull=False)),
                name="review_ask_serves_a_goal",
            ),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="review_copy_minutes"),
        ]
