"""Value cases: their versions, lines and inputs. A presented version never changes."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from headwater.rooms.people.models import Unit, User
from headwater.vocab import HeadwaterError

LONGEST = 10
"""Years that a case can look ahead."""


class FrozenValueError(HeadwaterError):
    """Something tried to change a version that was presented; an edit makes a new version."""

    exit_code = 3


class ValueCase(models.Model):
    """What a programme is worth to one part of the organisation, in one currency (ISO 4217)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    currency = models.CharField(max_length=3)
    form_key = models.UUIDField(unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    archived_at = models.DateTimeField(null=True)

    class Meta:
        """It has a name and a currency."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(currency=""), name="value_case_named")
        ]

    def __str__(self) -> str:
        """The title."""
        return self.title


class ValueVersion(models.Model):
    """One version of a case. result, inputs_hash: as it was presented, empty before; it never changes afterwards."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(ValueCase, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    horizon = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=500, default="", blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    presented_at = models.DateTimeField(null=True)
    presented_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    result = models.JSONField(null=True)
    inputs_hash = models.CharField(max_length=80, default="", blank=True)

    class Meta:
        """Numbered from one; one draft a case; presented with its result."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="value_version_once"),
            models.UniqueConstraint(fields=["case"], condition=Q(presented_at=None), name="value_draft_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1, horizon__gte=1, horizon__lte=LONGEST), name="value_version_range"
            ),
            models.CheckConstraint(
                condition=Q(presented_at=None, presented_by=None, result__isnull=True, inputs_hash="")
                | (
                    Q(presented_at__isnull=False, presented_by__isnull=False, result__isnull=False) & ~Q(inputs_hash="")
                ),
                name="value_presented_whole",
            ),
        ]

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed."""
        return self.presented_at is None

    def save(self, *values: Any, **named: Any) -> None:
        """Save a draft. Raises FrozenValueError for a version that was presented."""
        refuse_frozen(self.pk)
        super().save(*values, **named)


class ValueLine(models.Model):
    """One line of a version. link: a link of the River, frozen as it stood when taken; None for a typed change.

    position: stays with the line from version to version.
    """

    class Kind(models.TextChoices):
        """What it counts."""

        RETENTION = "retention", _("Customers who stay")
        SPENDING = "spending", _("What customers spend")
        COST_TO_SERVE = "cost_to_serve", _("Cost to serve")
        TURNOVER = "turnover", _("People who leave")
        ABSENCE = "absence", _("Days absent")
        INJURIES = "injuries", _("Injuries")
        FAILURE_DEMAND = "failure_demand", _("Contacts that need not be")
        TIME = "time", _("Time of the people served")
        TRUST = "trust", _("Trust: people who take part")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    version = models.ForeignKey(ValueVersion, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=14, choices=Kind.choices)
    about = models.CharField(max_length=160, default="", blank=True)
    link = models.JSONField(null=True)

    class Meta:
        """One at a place."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "position"], name="value_line_once")]

    def __str__(self) -> str:
        """What it counts, of whom."""
        kind = str(self.Kind(self.kind).label)
        return f"{kind}: {self.about}" if self.about else kind

    def save(self, *values: Any, **named: Any) -> None:
        """Save a line of a draft."""
        refuse_frozen(self.version_id)
        super().save(*values, **named)

    def delete(self, *values: Any, **named: Any) -> tuple[int, dict[str, int]]:
        """Delete a line of a draft."""
        refuse_frozen(self.version_id)
        return super().delete(*values, **named)


class ValueInput(models.Model):
    """One figure of a version, as typed: a range with its source and the day the source is of.

    line: None for the discount rate, the build-up and what the programme costs. name: of logic.value_lines; costs carry
    their year, as "cost_2". low, high: by shape the ends, or the ends of a 90% range.
    """

    class Shape(models.TextChoices):
        """How likely the figures between its ends are."""

        PERT = "pert", _("PERT: least, likely, greatest")
        TRIANGULAR = "triangular", _("triangular: least, likely, greatest")
        LOGNORMAL = "lognormal", _("lognormal: a 90% range")
        FIXED = "fixed", _("one figure")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    version = models.ForeignKey(ValueVersion, models.PROTECT, related_name="+")
    line = models.ForeignKey(ValueLine, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=20)
    low = models.FloatField()
    likely = models.FloatField()
    high = models.FloatField()
    shape = models.CharField(max_length=10, choices=Shape.choices)
    source = models.CharField(max_length=300, default="", blank=True)
    source_date = models.DateField(null=True)

    class Meta:
        """Once a line and name; it runs upwards."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["line", "name"], condition=Q(line__isnull=False), name="value_input_line_once"
            ),
            models.UniqueConstraint(fields=["version", "name"], condition=Q(line=None), name="value_input_case_once"),
            models.CheckConstraint(
                condition=Q(low__lte=F("likely"), likely__lte=F("high")), name="value_input_runs_up"
            ),
        ]

    @property
    def is_sourced(self) -> bool:
        """Whether somebody can look it up."""
        return bool(self.source) and self.source_date is not None

    def save(self, *values: Any, **named: Any) -> None:
        """Save an input of a draft."""
        refuse_frozen(self.version_id)
        super().save(*values, **named)

    def delete(self, *values: Any, **named: Any) -> tuple[int, dict[str, int]]:
        """Delete an input of a draft."""
        refuse_frozen(self.version_id)
        return super().delete(*values, **named)


def refuse_frozen(version_id: uuid.UUID) -> None:
    """Raise FrozenValueError where a version was presented."""
    if ValueVersion.objects.filter(pk=version_id, presented_at__isnull=False).exists():
        raise FrozenValueError("this version was presented: an edit makes a new version")
