"""An organisation's own questionnaires and their versions. Those of the library stay in the library."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.rooms.people.models import User


class Questionnaire(models.Model):
    """A questionnaire of the organisation, under the key of its instrument."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=300)
    is_archived = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        """The title."""
        return self.title


class QuestionnaireVersion(models.Model):
    """One version. source: the instrument as YAML. A fixed version is never changed: a wave may be built on it."""

    class State(models.TextChoices):
        """Whether it may still be edited."""

        DRAFT = "draft", _("Draft")
        FIXED = "fixed", _("Fixed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="+")
    version = models.CharField(max_length=20)
    order = models.PositiveIntegerField()
    source = models.TextField()
    based_on = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=5, choices=State.choices, default=State.DRAFT)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        """One of each version, one draft at a time."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["questionnaire", "version"], name="version_once"),
            models.UniqueConstraint(fields=["questionnaire", "order"], name="version_order_once"),
            models.UniqueConstraint(
                fields=["questionnaire"], condition=models.Q(state="draft"), name="version_one_draft"
            ),
        ]
