"""A leader who starts alone: a small study of their own, how they see themselves, and the one thing they try."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from headwater.rooms.listen.models import Study, Wave
from headwater.rooms.people.models import Person, Unit


class AloneStudy(models.Model):
    """One leader's own study about one leadership moment. Its results are that leader's, and nobody's above them.

    person: the leader. unit: the unit they lead. moment: key of the moment in the employees' journey. behaviours: keys
    of the questions, as they are asked of others. shared_at: since when those who lead the units above may see it.
    """

    study = models.OneToOneField(Study, models.PROTECT, primary_key=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    moment = models.CharField(max_length=60)
    behaviours = models.JSONField()
    shared_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        """Quick to find for whoever leads."""

        indexes: ClassVar = [models.Index(fields=["person", "made_at"], name="alone_of_person")]


class AloneRound(models.Model):
    """One asking. own: the leader's own answer by question, given before anybody was asked and never changed.

    words: the one thing they try after it, in their own words, from `from_date` on.
    """

    wave = models.OneToOneField(Wave, models.PROTECT, primary_key=True, related_name="+")
    own = models.JSONField()
    own_at = models.DateTimeField()
    words = models.CharField(max_length=500, blank=True)
    from_date = models.DateField(null=True)
    written_at = models.DateTimeField(null=True)

    class Meta:
        """What is tried has a day."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(words="") | models.Q(from_date__isnull=False), name="alone_try_has_a_day"
            )
        ]
