"""Benchmarks of the organisation's own files: versions that never change, and which one a study is compared with."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.rooms.listen.models import Study
from headwater.rooms.people.models import User


class BenchmarkVersion(models.Model):
    """One version of a benchmark. tables: as `benchmark_sets.Table` writes them.

    A kept version never changes, so that a report made with it can be made again. A correction is another version.
    """

    class State(models.TextChoices):
        """Where a version stands."""

        CHECKED = "checked", _("Dry run")
        KEPT = "kept", _("Kept")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    key = models.SlugField(max_length=60)
    version = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.CHECKED)
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=500)
    licence = models.CharField(max_length=300)
    year = models.CharField(max_length=40)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    tables = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        """Each version once; only kept versions have a number."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "version"], name="benchmark_version_once"),
            models.CheckConstraint(
                condition=models.Q(state="checked", version=None) | models.Q(state="kept", version__isnull=False),
                name="benchmark_kept_has_number",
            ),
        ]

    def __str__(self) -> str:
        """key@version."""
        return f"{self.key}@{self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a version, unless it was kept before. Raises TypeError then."""
        if not self._state.adding and type(self).objects.filter(pk=self.pk, state=self.State.KEPT).exists():
            raise TypeError("a version of a benchmark never changes; make another version")
        super().save(*args, **kwargs)


class BenchmarkChoice(models.Model):
    """From when on a study's waves are compared with a version. name: `key@version`, "" for none.

    Rows are only added. A wave takes the choice that stood when it was launched.
    """

    study = models.ForeignKey(Study, models.PROTECT, related_name="+")
    name = models.CharField(max_length=80, blank=True)
    chosen_at = models.DateTimeField()
    chosen_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        """Found by study and time."""

        indexes: ClassVar = [models.Index(fields=["study", "chosen_at"], name="benchmark_choice_of")]
