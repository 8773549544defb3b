"""What members are able to do, rated by themselves and by one other, and what they have lived through."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.rooms.decide.models.structure import TeamMember
from headwater.rooms.people.models import User


class CompetencyRating(models.Model):
    """One level, 0..4. The member and the experience lead see it, nobody else; the other rater sees what they gave."""

    class By(models.TextChoices):
        """Whose rating it is."""

        OWN = "own", _("Own rating")
        OTHER = "other", _("Rating by one other")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    member = models.ForeignKey(TeamMember, models.PROTECT, related_name="+")
    competency = models.CharField(max_length=13)
    by = models.CharField(max_length=5, choices=By.choices)
    level = models.PositiveSmallIntegerField()
    rated_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    rated_at = models.DateTimeField()

    class Meta:
        """One level a member, competency and side."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "competency", "by"], name="rating_once"),
            models.CheckConstraint(condition=models.Q(level__lte=4), name="rating_level"),
        ]


class MemberExperience(models.Model):
    """What a member has lived through at work, as they say it. Nothing about who they are is asked.

    functions: kinds of work, in their words. lenses: which of leadership, employees, customers, results they worked on.
    """

    class FrontLine(models.TextChoices):
        """Direct work with customers."""

        NEVER = "never", _("Never")
        EARLIER = "earlier", _("Earlier")
        NOW = "now", _("Now")

    member = models.OneToOneField(TeamMember, models.PROTECT, primary_key=True, related_name="+")
    functions = models.JSONField(default=list)
    lenses = models.JSONField(default=list)
    front_line = models.CharField(max_length=7, choices=FrontLine.choices)
    years_here = models.PositiveSmallIntegerField()
    said_at = models.DateTimeField()

    class Meta:
        """A working life has less than 80 years."""

        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(years_here__lt=80), name="years_possible")]
