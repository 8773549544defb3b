"""The monthly mirror of a leader with their team: which exercise followed an asking, and whether it was done."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from headwater.rooms.listen.models import Wave


class MirrorExercise(models.Model):
    """What was practised after one asking of a mirror. Its leader's alone. exercise: a key of `logic.mirror`."""

    wave = models.OneToOneField(Wave, models.PROTECT, primary_key=True, related_name="+")
    exercise = models.CharField(max_length=40)
    is_done = models.BooleanField()
    said_at = models.DateTimeField()

    class Meta:
        """It names an exercise."""

        constraints: ClassVar = [models.CheckConstraint(condition=~models.Q(exercise=""), name="mirror_names_exercise")]
