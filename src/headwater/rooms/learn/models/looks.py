"""What learning keeps: who has looked at the results of a wave, so that home stops pointing at them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import User


class Look(models.Model):
    """Somebody opened the results of a wave. It is never shown to anybody else."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="+")
    first_at = models.DateTimeField()

    class Meta:
        """Once a person and wave."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "wave"], name="look_once")]
