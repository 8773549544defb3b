"""The structure that was adopted, version by version, and who is on the team."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.rooms.people.models import Person, Unit, User


class StructureDecision(models.Model):
    """One adoption of a structure; the latest holds. It never changes.

    situation: what the adviser was told. advised: what it said then, so that going against it stays visible.
    """

    class Kind(models.TextChoices):
        """The four structures."""

        CENTRALISED = "centralised", _("Centralised")
        DECENTRALISED = "decentralised", _("Decentralised")
        HYBRID = "hybrid", _("Hybrid")
        COMMITTEE = "committee", _("Committee")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = models.PositiveIntegerField(unique=True)
    structure = models.CharField(max_length=13, choices=Kind.choices)
    advised = models.CharField(max_length=13, choices=Kind.choices)
    situation = models.JSONField()
    reason = models.CharField(max_length=1000)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        """A known structure, with a reason."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(structure__in=["centralised", "decentralised", "hybrid", "committee"]),
                name="structure_known",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="structure_has_reason"),
        ]


class TeamMember(models.Model):
    """Somebody on the team, with their part in it. seat: the unit they sit in, None for where they work anyway.

    rater: the one other person who rates what they are able to do, None while nobody was asked.
    """

    class Part(models.TextChoices):
        """Parts of a team."""

        SPONSOR = "sponsor", _("Sponsor")
        LEAD = "lead", _("Leads the team")
        ANALYST = "analyst", _("Reads the scores")
        VOICE = "voice", _("Voice of customers")
        PARTNER = "partner", _("Partner in a unit")
        COMMITTEE = "committee", _("Committee member")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    part = models.CharField(max_length=9, choices=Part.choices)
    seat = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    rater = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        """One standing place on the team a person; nobody is their own other rater."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person"], condition=models.Q(left_at=None), name="team_member_once"),
            models.CheckConstraint(
                condition=models.Q(rater=None) | ~models.Q(rater=models.F("person")), name="team_rater_is_another"
            ),
        ]

    @property
    def is_here(self) -> bool:
        """Whether they are on the team and in the organisation."""
        return self.left_at is None and self.person.is_active

    def __str__(self) -> str:
        """The name."""
        return str(self.person)


class TeamLimit(models.Model):
    """One row: what a member can carry, in hours of a month or as a count of activities."""

    class Kind(models.TextChoices):
        """What is counted."""

        HOURS = "hours", _("Hours a month")
        COUNT = "count", _("Activities")

    kind = models.CharField(max_length=5, choices=Kind.choices, default=Kind.HOURS)
    most = models.PositiveSmallIntegerField(default=60)
