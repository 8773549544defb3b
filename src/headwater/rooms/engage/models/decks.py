"""Decks on a schedule: what is made of what and when, for whom, each deck that was made, and its file."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.rooms.house.models import AppendOnlyError
from headwater.rooms.listen.models import Study
from headwater.rooms.people.models import Unit, User

MOST_TITLE, MOST_NOTE = 120, 400
VIEWS = ("heat", "levels", "score", "compare")


class DeckSchedule(models.Model):
    """Which deck is made, when, in which language. Nothing goes out before it was started.

    chain: key of the River's chain. study: whose latest released wave the numbers are of; None for the River. unit:
    None for the topmost one that a receiver may see. query: what a view of the explorer shows, as `explorer_asking.Ask`
    stores it. day: of the month, after_days: after a release. language: "" for each receiver's own. minutes: what
    reading it takes. since_at: when it was started last; what was due before is not made up.
    """

    class Kind(models.TextChoices):
        """What it is a deck of."""

        RIVER = "river", _("The River")
        REPORT = "report", _("Results of a unit, as its leader gets them")
        HEAT = "heat", _("Units by scores")
        LEVELS = "levels", _("Top, middle and front line")
        SCORE = "score", _("One score of a unit")
        COMPARE = "compare", _("Two groups compared")

    class Rhythm(models.TextChoices):
        """When one is due."""

        RELEASE = "release", _("After each released wave")
        MONTH = "month", _("Every month")
        QUARTER = "quarter", _("Every quarter, in its first month")

    class Form(models.TextChoices):
        """The file it is."""

        SLIDES = "pptx", _("Slides (PPTX)")
        PAPER = "pdf", _("On paper (PDF)")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=MOST_TITLE)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    chain = models.CharField(max_length=200, default="", blank=True)
    study = models.ForeignKey(Study, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    query = models.JSONField(default=dict)
    rhythm = models.CharField(max_length=7, choices=Rhythm.choices)
    day = models.PositiveSmallIntegerField(default=1)
    after_days = models.PositiveSmallIntegerField(default=2)
    language = models.CharField(max_length=8, default="", blank=True)
    form = models.CharField(max_length=4, choices=Form.choices, default=Form.SLIDES)
    minutes = models.PositiveSmallIntegerField(default=5)
    note = models.CharField(max_length=MOST_NOTE, default="", blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    since_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        """A deck of something, on a day that every month has; paused only once started."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(title=""), name="deck_has_title"),
            models.CheckConstraint(condition=models.Q(day__gte=1, day__lte=28), name="deck_day"),
            models.CheckConstraint(condition=models.Q(after_days__lte=60), name="deck_after"),
            models.CheckConstraint(condition=models.Q(minutes__gte=1, minutes__lte=120), name="deck_minutes"),
            models.CheckConstraint(
                condition=models.Q(kind="river", study=None)
                | (~models.Q(kind="river") & models.Q(study__isnull=False)),
                name="deck_of_something",
            ),
            models.CheckConstraint(
                condition=models.Q(paused_at=None) | models.Q(since_at__isnull=False), name="deck_paused_once_started"
            ),
        ]

    def __str__(self) -> str:
        """The title."""
        return self.title

    @property
    def is_running(self) -> bool:
        """Whether decks go out."""
        return self.since_at is not None and self.paused_at is None and self.stopped_at is None


class DeckReceiver(models.Model):
    """Somebody who gets a deck. removed_at: taken off by who set it up. declined_at: they want no more of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    schedule = models.ForeignKey(DeckSchedule, models.PROTECT, related_name="receivers")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)

    class Meta:
        """Once a schedule."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["schedule", "user"], name="deck_receiver_once")]

    @property
    def stands(self) -> bool:
        """Whether they are sent it."""
        return self.removed_at is None and self.declined_at is None


class DeckIssue(models.Model):
    """One deck for one receiver and occasion. Made once, sent once, and never changed.

    occasion: "wave:<id>", a day, or "now:<id>" by hand. reason: why it waits, was not sent or failed. digest: of what
    it was made from; sha256: of its file. outline: its headings. not_before_at: when it is tried next. mailed: how
    often the mail was queued, more than once only by hand.
    """

    class State(models.TextChoices):
        """Where it stands."""

        DUE = "due", _("Waits")
        MADE = "made", _("Made, not sent yet")
        SENT = "sent", _("Sent")
        NOTHING = "nothing", _("Nothing new")
        DROPPED = "dropped", _("Not sent")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    receiver = models.ForeignKey(DeckReceiver, models.PROTECT, related_name="issues")
    occasion = models.CharField(max_length=60)
    state = models.CharField(max_length=7, choices=State.choices, default=State.DUE)
    reason = models.CharField(max_length=20, default="", blank=True)
    fault = models.CharField(max_length=200, default="", blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    not_before_at = models.DateTimeField()
    title = models.CharField(max_length=400, default="", blank=True)
    period = models.CharField(max_length=400, default="", blank=True)
    language = models.CharField(max_length=8, default="", blank=True)
    form = models.CharField(max_length=4, choices=DeckSchedule.Form.choices, default=DeckSchedule.Form.SLIDES)
    minutes = models.PositiveSmallIntegerField(default=5)
    outline = models.JSONField(default=list)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    inputs_hash = models.CharField(max_length=128, default="", blank=True)
    digest = models.CharField(max_length=64, default="", blank=True)
    sha256 = models.CharField(max_length=64, default="", blank=True)
    size = models.PositiveIntegerField(default=0)
    mailed = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    saved_at = models.DateTimeField(null=True)

    class Meta:
        """Once a receiver and occasion; nothing is sent that was not made, nor opened that was not sent."""

        indexes: ClassVar = [models.Index(fields=["state", "not_before_at"], name="deck_waiting")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["receiver", "occasion"], name="deck_once"),
            models.CheckConstraint(
                condition=~models.Q(state__in=["made", "sent"])
                | (models.Q(made_at__isnull=False) & ~models.Q(sha256="")),
                name="deck_made_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=False) | models.Q(opened_at=None, saved_at=None),
                name="deck_sent_first",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done about it."""
        return self.state in (self.State.DUE, self.State.MADE, self.State.FAILED)


class DeckFile(models.Model):
    """The file of a deck as it was made. It never changes."""

    issue = models.OneToOneField(DeckIssue, models.PROTECT, primary_key=True, related_name="+")
    content = models.BinaryField()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the file. Raises AppendOnlyError for one that stands already."""
        if not self._state.adding:
            raise AppendOnlyError("the file of a deck cannot be changed")
        super().save(*args, **kwargs)
