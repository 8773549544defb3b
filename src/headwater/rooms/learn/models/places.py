"""Maps and plans, and where units stand on them. What is kept of a plan is shapes and pixels, never the file."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.rooms.people.models import User


class PlaceMap(models.Model):
    """A map of the earth or a plan. width, height: of a plan in its own units, 0 where none was brought.

    shapes: of an outline or plan, as `formats.places.Shape` keeps them. image: PNG, made anew from the pixels of what
    was brought. plan_name: of its file, "" for none.
    """

    SURFACES: ClassVar = [
        ("earth", _("A map: latitude and longitude")),
        ("plan", _("A plan of our own: x and y")),
    ]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=120, unique=True)
    surface = models.CharField(max_length=5, choices=SURFACES)
    width = models.FloatField(default=0.0)
    height = models.FloatField(default=0.0)
    shapes = models.JSONField(default=list)
    image = models.BinaryField(null=True)
    image_sha256 = models.CharField(max_length=64, blank=True)
    plan_name = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        """A known surface; a size that is none or whole."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(surface__in=("earth", "plan")), name="place_map_surface"),
            models.CheckConstraint(
                condition=models.Q(width=0, height=0) | models.Q(width__gt=0, height__gt=0), name="place_map_size"
            ),
        ]

    def __str__(self) -> str:
        """The title."""
        return self.title


class UnitPlace(models.Model):
    """Where a unit stands on a map. unit: its key; trees of waves carry units by key, closed ones too.

    x, y: longitude and latitude in degrees; on a plan, right and down in the plan's units.
    """

    map = models.ForeignKey(PlaceMap, models.PROTECT, related_name="+")
    unit = models.CharField(max_length=400)
    x = models.FloatField()
    y = models.FloatField()

    class Meta:
        """A unit once a map."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["map", "unit"], name="place_of_a_unit_once_a_map")]
