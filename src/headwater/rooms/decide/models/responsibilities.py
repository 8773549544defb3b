"""What the team and each member is responsible for, in sentences and as a matrix, and the authority for it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.rooms.decide.models.structure import TeamMember
from headwater.rooms.people.models import Person, Unit, User


class Responsibility(models.Model):
    """One plain sentence. member: None for the whole team. key: of the sentence it began as, "" for an own one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    member = models.ForeignKey(TeamMember, models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=40, default="", blank=True)
    text = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField(default=0)
    written_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """A sentence that the team begins with is there once, for each member and for the team."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member", "key"],
                condition=~models.Q(key="") & models.Q(member__isnull=False),
                name="duty_once_member",
            ),
            models.UniqueConstraint(
                fields=["key"], condition=~models.Q(key="") & models.Q(member=None), name="duty_once_team"
            ),
        ]


class TeamActivity(models.Model):
    """One thing the team does: a row of the matrix. hours: of a month, of all who do it together."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    key = models.CharField(max_length=40, default="", blank=True)
    title = models.CharField(max_length=160)
    hours = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """An activity that teams begin with is there once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key"], condition=~models.Q(key=""), name="activity_once")
        ]

    def __str__(self) -> str:
        """What it is."""
        return self.title


class ActivityLetter(models.Model):
    """One cell of the matrix."""

    class Letter(models.TextChoices):
        """RACI; one person may do the work and answer for it."""

        DOES = "R", _("R: does it")
        ANSWERS = "A", _("A: answers for it")
        BOTH = "AR", _("AR: does it and answers for it")
        ASKED = "C", _("C: is asked before")
        TOLD = "I", _("I: is told after")

    activity = models.ForeignKey(TeamActivity, models.PROTECT, related_name="+")
    member = models.ForeignKey(TeamMember, models.PROTECT, related_name="+")
    letter = models.CharField(max_length=2, choices=Letter.choices)

    class Meta:
        """One cell an activity and member."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["activity", "member"], name="letter_once")]


class ActivityRight(models.Model):
    """One kind of authority that an activity needs, and whether it was given.

    held_by: the unit at whose level the right lies; its leader can give it. None: the top of the organisation.
    """

    class Kind(models.TextChoices):
        """Kinds of authority."""

        BUDGET = "budget", _("Budget")
        DECISION = "decision", _("Decision rights")
        DATA = "data", _("Access to data")
        TOOLS = "tools", _("Tools")
        TIME = "time", _("Time")

    activity = models.ForeignKey(TeamActivity, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    words = models.CharField(max_length=200, default="", blank=True)
    is_given = models.BooleanField(default=False)
    held_by = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")

    class Meta:
        """One right of a kind an activity."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["activity", "kind"], name="right_once")]


class Mandate(models.Model):
    """The mandate as it was put before the sponsor: frozen then, and signed once. The latest holds.

    content: the sentences and rows of the page as plain values. signed_name: as the sponsor wrote it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = models.PositiveIntegerField(unique=True)
    sponsor = models.ForeignKey(Person, models.PROTECT, related_name="+")
    content = models.JSONField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_name = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        """What was withdrawn is not signed; one waits at a time."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None) | models.Q(signed_at=None), name="mandate_withdrawn_unsigned"
            ),
        ]
