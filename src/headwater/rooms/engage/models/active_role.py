"""What a top leader agreed to do, each version with its signature, and what they did."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from headwater.rooms.people.models import User


class RoleVersion(models.Model):
    """One version of what a leader agreed to. The latest signed one holds; each stays as it was.

    note: what is said beside it. dropped_at: not signed, and replaced by a later one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    leader = models.ForeignKey(User, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    note = models.CharField(max_length=500, blank=True)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    signed_name = models.CharField(max_length=300, blank=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        """Numbered for each leader; one waits at a time; a dropped one was not signed."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["leader", "number"], name="role_version_number"),
            models.UniqueConstraint(
                fields=["leader"], condition=Q(signed_at=None, dropped_at=None), name="role_version_waits_once"
            ),
            models.CheckConstraint(condition=Q(signed_at=None) | Q(dropped_at=None), name="role_version_one_end"),
        ]


class RoleDuty(models.Model):
    """One thing agreed to: so many times a period, or, for `each`, within so many days each time."""

    class Kind(models.TextChoices):
        """What it is. One of a kind in a version, so that what was done counts once."""

        VISIT = "visit", _("visits the front line")
        REVIEW = "review", _("opens the review")
        DECISION = "decision", _("decides what is asked")
        TALK = "talk", _("talks with a team about its results")

    class Per(models.TextChoices):
        """How often."""

        MONTH = "month", _("times a month")
        QUARTER = "quarter", _("times a quarter")
        EACH = "each", _("days at most, each time")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    version = models.ForeignKey(RoleVersion, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    amount = models.PositiveSmallIntegerField()
    per = models.CharField(max_length=7, choices=Per.choices)

    class Meta:
        """One of a kind; at least once, at most daily."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "kind"], name="role_duty_once_a_kind"),
            models.CheckConstraint(condition=Q(amount__range=(1, 60)), name="role_duty_amount"),
            models.CheckConstraint(condition=~Q(per="each") | Q(kind="decision"), name="role_duty_each_decides"),
        ]


class RoleAct(models.Model):
    """Something a leader did. asked_date: when a decision was asked. source: where it comes from, once a leader."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    leader = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=RoleDuty.Kind.choices)
    at_date = models.DateField()
    asked_date = models.DateField(null=True)
    source = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    class Meta:
        """A source counts once; nothing is decided before it is asked."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["leader", "source"], name="role_act_once_a_source"),
            models.CheckConstraint(
                condition=Q(asked_date=None) | Q(asked_date__lte=F("at_date"), kind="decision"), name="role_act_asked"
            ),
        ]


class BoardPath(models.Model):
    """The path of somebody new to a board, with a partner to talk to. partner: None until somebody is named."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    leader = models.OneToOneField(User, models.PROTECT, related_name="+")
    partner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField()

    class Meta:
        """The partner is somebody else."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(partner=None) | ~Q(partner=F("leader")), name="board_partner_is_other")
        ]


class BoardStep(models.Model):
    """A briefing of the path that was read, with what its reader takes along, theirs alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    path = models.ForeignKey(BoardPath, models.PROTECT, related_name="+")
    step = models.CharField(max_length=20)
    words = models.CharField(max_length=500, blank=True)
    read_at = models.DateTimeField()

    class Meta:
        """Each once."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["path", "step"], name="board_step_once")]
