"""What a chain is made of: its stations, its links, and files of figures by unit and period."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from headwater.rooms.people.models import User
from headwater.vocab import Lens


class Chain(models.Model):
    """One chain from being led to results. is_own: its units are the organisation's; otherwise those of its files.

    words: what a unit and a period are called, {"unit", "units", "period", "periods"}. links: [[source, target]], by
    station key; empty for all pairs of neighbouring stages. same_survey, complete: station keys, as
    `headwater.chain.Chain`. unknowns: [[what, why]]. worked_at: when its Rivers were last worked out.
    """

    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    is_own = models.BooleanField(default=False)
    period = models.CharField(max_length=100, blank=True)
    words = models.JSONField(default=dict)
    links = models.JSONField(default=list)
    same_survey = models.JSONField(default=list)
    complete = models.JSONField(default=list)
    unknowns = models.JSONField(default=list)
    sources = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    worked_at = models.DateTimeField(null=True)

    class Meta:
        """One chain of the organisation's own units."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_own"], condition=models.Q(is_own=True), name="chain_of_the_organisation_once"
            )
        ]

    def __str__(self) -> str:
        """The title."""
        return self.title


class ChainStation(models.Model):
    """A station of a chain: a score of a study, or a figure of its files.

    key: of the score or figure. study: key of the study that gives the score; empty for a figure. labels: by language.
    words: what a rise is called and does, {"more", "does", "better", "when", "then", "note"}, each may be missing; in
    another language than English under its code, {"es": {"more", ...}}.
    """

    LENSES: ClassVar = [
        (str(Lens.LX), _("Being led")),
        (str(Lens.EX), _("Working here")),
        (str(Lens.SERVICE), _("Serving each other")),
        (str(Lens.CX), _("Being served")),
        (str(Lens.RESULT), _("Results")),
    ]

    chain = models.ForeignKey(Chain, models.PROTECT, related_name="+")
    key = models.CharField(max_length=100)
    study = models.CharField(max_length=60, blank=True)
    labels = models.JSONField(default=dict)
    lens = models.CharField(max_length=10, choices=LENSES)
    higher_is_better = models.BooleanField(default=True)
    words = models.JSONField(default=dict)
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        """Each station once."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["chain", "key"], name="station_once_a_chain")]
        ordering: ClassVar = ["place", "pk"]

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        language = (get_language() or "en")[:2]
        return str(self.labels.get(language) or self.labels.get("en") or self.key)


class ResultImport(models.Model):
    """One file of figures by unit and period: what it would bring, what it brought, and whether that was undone.

    mapping: how its columns are read (`results_reading`). What holds of a chain is all its applied files, the later
    over the earlier; so an undone file leaves nothing behind.
    """

    class State(models.TextChoices):
        """Where an import stands."""

        CHECKED = "checked", _("Dry run")
        APPLIED = "applied", _("Applied")
        UNDONE = "undone", _("Undone")
        DROPPED = "dropped", _("Dropped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    chain = models.ForeignKey(Chain, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    mapping = models.JSONField(default=dict)
    recipe = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.CHECKED)
    summary = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        """An applied file is kept as long as it holds."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(state="applied") | models.Q(content__isnull=False), name="applied_figures_are_kept"
            )
        ]
