"""What is asked of people in minutes, the cap of each, and the address their calendar reads."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.rooms.engage.models.stakeholders import Stakeholder
from headwater.rooms.people.models import Person, User

_ONE_WHOM = (
    Q(person__isnull=False, account__isnull=True, outsider__isnull=True)
    | Q(person__isnull=True, account__isnull=False, outsider__isnull=True)
    | Q(person__isnull=True, account__isnull=True, outsider__isnull=False)
)


class Ask(models.Model):
    """Minutes asked of one person, of an account without a person, or of a stakeholder outside.

    source: what asks, as "briefing:<id>", once a person. due_date: the day it is asked for; it counts in that week.
    over_reason: why it was asked although the week is past its cap.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    outsider = models.ForeignKey(Stakeholder, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    minutes = models.PositiveSmallIntegerField()
    due_date = models.DateField()
    href = models.CharField(max_length=500, default="", blank=True)
    source = models.CharField(max_length=200)
    over_reason = models.CharField(max_length=500, default="", blank=True)
    sequence = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        """Of one of the three; a source asks each once; at least a minute."""

        indexes: ClassVar = [
            models.Index(fields=["person", "due_date"], name="ask_of_person"),
            models.Index(fields=["source"], name="ask_by_source"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=_ONE_WHOM, name="ask_of_one"),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="ask_takes_minutes"),
            models.UniqueConstraint(fields=["person", "source"], name="ask_once_person"),
            models.UniqueConstraint(fields=["account", "source"], name="ask_once_account"),
            models.UniqueConstraint(fields=["outsider", "source"], name="ask_once_outsider"),
        ]


class WeeklyCap(models.Model):
    """Minutes a week that may be asked of one person; of everybody without their own where nobody is named.

    basis: said by themself, which nobody else changes, or assumed for them.
    """

    class Basis(models.TextChoices):
        """Who says so."""

        OWN = "own", _("said by themself")
        ASSUMED = "assumed", _("assumed")
        HOUSE = "house", _("the rule of the house")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.OneToOneField(Person, models.PROTECT, null=True, related_name="+")
    account = models.OneToOneField(User, models.PROTECT, null=True, related_name="+")
    outsider = models.OneToOneField(Stakeholder, models.PROTECT, null=True, related_name="+")
    minutes = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=7, choices=Basis.choices)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        """Of one of the three, or one rule of the house."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(_ONE_WHOM & ~Q(basis="house"))
                | Q(person__isnull=True, account__isnull=True, outsider__isnull=True, basis="house"),
                name="cap_of_one",
            ),
            models.UniqueConstraint(fields=["basis"], condition=Q(basis="house"), name="cap_of_house_once"),
            models.CheckConstraint(condition=Q(minutes__lte=2400), name="cap_within_a_week"),
        ]


class CalendarAddress(models.Model):
    """A private address under which one account's calendar reads its asks. digest: SHA-256 of the secret in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    last_read_date = models.DateField(null=True)

    class Meta:
        """One standing address an account."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user"], condition=Q(ended_at=None), name="calendar_address_once")
        ]
