"""Views of the explorer that were given to leaders, and who has opened them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import Unit, User


class SharedView(models.Model):
    """A view given to one user, or to all who lead a unit or one below it. They see it of their own units alone.

    kind: "heat", "levels", "score", "compare" or "places". query: what it shows, as `explorer_asking.Ask` stores it.
    withheld: keys of questions that this audience does not get, nor the scores made of them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=7)
    query = models.JSONField(default=dict)
    title = models.CharField(max_length=200)
    note = models.CharField(max_length=1000, blank=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    withheld = models.JSONField(default=list)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True)
    form_key = models.UUIDField(unique=True)
    """Of the form it was sent with, so that sending twice gives once."""

    class Meta:
        """One audience, of one kind."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(user=None, unit__isnull=False) | models.Q(user__isnull=False, unit=None),
                name="shared_view_one_audience",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=("heat", "levels", "score", "compare", "places")), name="shared_view_kind"
            ),
        ]

    def __str__(self) -> str:
        """The title."""
        return self.title


class SharedViewLook(models.Model):
    """Somebody opened a view that was given to them, so that home stops pointing at it. Nobody else is shown it."""

    shared = models.ForeignKey(SharedView, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    first_at = models.DateTimeField()

    class Meta:
        """Once a person and view."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["shared", "user"], name="shared_view_look_once")]
