"""Visits to the front line: programmes of visits, each visit, and what was noted on it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from headwater.rooms.people.models import Person, Unit, User


class VisitProgramme(models.Model):
    """A row of visits to some units, begun on a day.

    goal_percent: of the front-line staff who should be met. study, wave, score: the keys of the released number it
    should move, "" for none. forecast_low, forecast_likely, forecast_high: by how much, on that score's scale, None
    without a forecast. due_date: when the effect should show.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=160)
    starts_date = models.DateField()
    due_date = models.DateField(null=True)
    goal_percent = models.PositiveSmallIntegerField(default=60)
    study = models.CharField(max_length=200, blank=True)
    wave = models.CharField(max_length=200, blank=True)
    score = models.CharField(max_length=200, blank=True)
    forecast_low = models.FloatField(null=True)
    forecast_likely = models.FloatField(null=True)
    forecast_high = models.FloatField(null=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """A forecast is whole, runs upwards and names its score."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title=""), name="visit_programme_named"),
            models.CheckConstraint(condition=Q(goal_percent__range=(1, 100)), name="visit_programme_goal"),
            models.CheckConstraint(
                condition=Q(forecast_low=None, forecast_likely=None, forecast_high=None)
                | (
                    Q(
                        forecast_low__isnull=False,
                        forecast_likely__gte=F("forecast_low"),
                        forecast_high__gte=F("forecast_likely"),
                        due_date__isnull=False,
                    )
                    & ~Q(study="")
                    & ~Q(wave="")
                    & ~Q(score="")
                ),
                name="visit_programme_forecast_whole",
            ),
        ]


class VisitProgrammeUnit(models.Model):
    """One unit of a programme. evidence: the score it should move as it stood (`Evidence.as_plain`), None for none."""

    programme = models.ForeignKey(VisitProgramme, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    evidence = models.JSONField(null=True)

    class Meta:
        """Each once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "unit"], name="visit_programme_unit_once")
        ]


class Visit(models.Model):
    """One visit of one leader to one unit.

    day, starts: when. shift: of those who are visited. place: where they work. task: the front-line task the leader
    does. staff: how many work there then. incident_id: of the incident whose task is done again, None for none. study,
    wave, score: the finding it came from, "" for none. minutes: planned; minutes_spent, met: as it was. feedback: what
    the people met are told. feedback_due_date: by when. sequence: grows with each change, for calendars.
    """

    class State(models.TextChoices):
        """Where a visit stands."""

        PLANNED = "planned", _("planned")
        DONE = "done", _("made, feedback owed")
        CLOSED = "closed", _("closed, they were told")
        CANCELLED = "cancelled", _("cancelled")

    class Shift(models.TextChoices):
        """When those who are visited work."""

        DAY = "day", _("day")
        EVENING = "evening", _("evening")
        NIGHT = "night", _("night")
        WEEKEND = "weekend", _("weekend")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    programme = models.ForeignKey(VisitProgramme, models.PROTECT, null=True, related_name="+")
    leader = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    day = models.DateField()
    starts = models.TimeField(null=True)
    minutes = models.PositiveSmallIntegerField(default=90)
    shift = models.CharField(max_length=7, choices=Shift.choices, default=Shift.DAY)
    place = models.CharField(max_length=160, blank=True)
    task = models.CharField(max_length=300, blank=True)
    staff = models.PositiveIntegerField(default=0)
    incident_id = models.UUIDField(null=True)
    study = models.CharField(max_length=200, blank=True)
    wave = models.CharField(max_length=200, blank=True)
    score = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    planned_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    planned_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sequence = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    done_date = models.DateField(null=True)
    minutes_spent = models.PositiveSmallIntegerField(null=True)
    met = models.PositiveIntegerField(null=True)
    feedback = models.TextField(max_length=2000, blank=True)
    feedback_due_date = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        """Done visits say when and how many were met; closed ones what people were told; cancelled ones why."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state__in=("done", "closed"))
                | Q(done_at__isnull=False, done_date__isnull=False, met__isnull=False, feedback_due_date__isnull=False),
                name="visit_done_says_how",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | (Q(closed_at__isnull=False) & ~Q(feedback="")),
                name="visit_closed_told",
            ),
            models.CheckConstraint(condition=~Q(state="cancelled") | ~Q(cancel_reason=""), name="visit_cancelled_why"),
            models.CheckConstraint(condition=Q(minutes__range=(5, 960)), name="visit_minutes"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "day"], name="visit_state_day"),
            models.Index(fields=["unit", "day"], name="visit_unit_day"),
        ]

    @property
    def is_open(self) -> bool:
        """Whether something is still owed."""
        return self.state in (self.State.PLANNED, self.State.DONE)


class VisitNote(models.Model):
    """Something noted on a visit. id: made on the phone, so that a second sending changes nothing."""

    class Kind(models.TextChoices):
        """What it is. An obstacle is a record of its own."""

        NOTE = "note", _("note")
        MOMENT = "moment", _("moment with a customer")

    id = models.UUIDField(primary_key=True)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    words = models.TextField(max_length=1000)
    noted_at = models.DateTimeField()

    class Meta:
        """No note without words."""

        constraints: ClassVar = [models.CheckConstraint(condition=~Q(words=""), name="visit_note_says")]


class VisitPhoto(models.Model):
    """A photo of a place, taken with consent. sealed: the re-encoded picture, encrypted. consent_at: when it was given.

    id: made on the phone.
    """

    id = models.UUIDField(primary_key=True)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="+")
    caption = models.CharField(max_length=160, blank=True)
    sealed = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    consent_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
