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
    """One version. source: the instrument as YAML. A fixed version is never changed: a wave may be built on it.

    waiting: words of languages that lack some, by language and place (`words_to_translate`); such a language is not
    among those of `source` until all its words are there. revision: counts saves, so that two editors cannot
    overwrite each other.
    """

    class State(models.TextChoices):
        """Whether it may still be edited."""

        DRAFT = "draft", _("Draft")
        FIXED = "fixed", _("Fixed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="+")
    version = models.CharField(max_length=20)
    order = models.PositiveIntegerField()
    source = models.TextField()
    waiting = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
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


class QuestionnaireEdit(models.Model):
    """One change of a draft: what was done, in words, and how the draft stood before, so that it can be undone."""

    version = models.ForeignKey(QuestionnaireVersion, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    what = models.CharField(max_length=500)
    before = models.TextField()
    before_waiting = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        """In order."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "number"], name="edit_number_once")]
