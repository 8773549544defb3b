"""Briefings: one message with one goal, and the copy of it that reaches each receiver."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.rooms.engage.models.stakeholders import AttitudeReading, Preference, Stakeholder
from headwater.rooms.people.models import Unit, User

MOST_MESSAGE = 160
SUREST = 4


class Briefing(models.Model):
    """One message. scores: keys of the released numbers it rests on, first things first, as in `slots.Finding`.

    example: one thing that happened, in a sentence, "" for none. ask, ask_by_date: what exactly, and by when. study,
    wave, score: keys of the released number of its unit that it should move, "" for none; evidence: that number as it
    stood (`Evidence.as_plain`); forecast_low, forecast_likely, forecast_high: the expected change, in the number's
    unit; due_date: by when. A forecast is made with the briefing, and never changed.
    """

    class Goal(models.TextChoices):
        """What it is for."""

        AWARE = "aware", _("raise awareness")
        CHANGE = "change", _("bring about a change")
        DECISION = "decision", _("get a decision")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    goal = models.CharField(max_length=8, choices=Goal.choices)
    message = models.CharField(max_length=MOST_MESSAGE)
    ask = models.CharField(max_length=300, default="", blank=True)
    ask_by_date = models.DateField(null=True)
    example = models.CharField(max_length=400, default="", blank=True)
    scores = models.JSONField(default=list)
    study = models.CharField(max_length=200, default="", blank=True)
    wave = models.CharField(max_length=200, default="", blank=True)
    score = models.CharField(max_length=200, default="", blank=True)
    evidence = models.JSONField(null=True)
    forecast_low = models.FloatField(null=True)
    forecast_likely = models.FloatField(null=True)
    forecast_high = models.FloatField(null=True)
    due_date = models.DateField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        """A message; for a change or a decision what exactly, and by when; a forecast whole or none."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(message=""), name="briefing_says_something"),
            models.CheckConstraint(
                condition=models.Q(goal="aware") | (~models.Q(ask="") & models.Q(ask_by_date__isnull=False)),
                name="briefing_asks_by_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    study="",
                    wave="",
                    score="",
                    evidence__isnull=True,
                    forecast_low=None,
                    forecast_likely=None,
                    forecast_high=None,
                    due_date=None,
                )
                | (
                    ~models.Q(study="")
                    & ~models.Q(wave="")
                    & ~models.Q(score="")
                    & models.Q(
                        evidence__isnull=False,
                        due_date__isnull=False,
                        forecast_low__lte=models.F("forecast_likely"),
                        forecast_likely__lte=models.F("forecast_high"),
                    )
                ),
                name="briefing_forecast_whole",
            ),
        ]

    def __str__(self) -> str:
        """The message."""
        return self.message

    @property
    def has_forecast(self) -> bool:
        """Whether it was said what it should move, and by how much."""
        return self.forecast_likely is not None


class BriefingCopy(models.Model):
    """A briefing as it reaches one receiver, and what it did. One a receiver.

    minutes: of reading and answering. numbers: how many stand on the first page, 1 to 3; `order` says which. changed:
    why it differs from the last one (logic.briefing_change). evidence: the numbers as they stood at sending. opened_at:
    the receiver pressed the button, never a machine's look. before, after: the two-question check, where they stand and
    how sure (0 to 4). taken_as: the goal as the receiver understood it. upward_: their own version to pass on. sponsor:
    through whom it goes, None for nobody; handed_on_at: when the sponsor said that they handed it on.
    """

    class Decision(models.TextChoices):
        """What was decided."""

        YES = "yes", _("Yes")
        NO = "no", _("No")
        LATER = "later", _("Later")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    briefing = models.ForeignKey(Briefing, models.PROTECT, related_name="copies")
    stakeholder = models.ForeignKey(Stakeholder, models.PROTECT, related_name="+")
    earlier = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    form = models.CharField(max_length=11, choices=Preference.Form.choices)
    minutes = models.PositiveSmallIntegerField()
    numbers = models.PositiveSmallIntegerField()
    order = models.JSONField(default=list)
    language = models.CharField(max_length=8, default="en")
    with_example = models.BooleanField(default=False)
    in_person = models.BooleanField(default=False)
    thanks = models.BooleanField(default=False)
    sponsor = models.ForeignKey(Stakeholder, models.PROTECT, null=True, related_name="+")
    handed_on_at = models.DateTimeField(null=True)
    changed = models.JSONField(default=list)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    over_reason = models.CharField(max_length=500, default="", blank=True)
    evidence = models.JSONField(default=list)
    level_at_sending = models.CharField(max_length=10, default="", blank=True)
    opened_at = models.DateTimeField(null=True)
    before_level = models.CharField(max_length=10, choices=AttitudeReading.Level.choices, default="", blank=True)
    before_sure = models.PositiveSmallIntegerField(null=True)
    after_level = models.CharField(max_length=10, choices=AttitudeReading.Level.choices, default="", blank=True)
    after_sure = models.PositiveSmallIntegerField(null=True)
    taken_as = models.CharField(max_length=8, choices=Briefing.Goal.choices, default="", blank=True)
    decision = models.CharField(max_length=5, choices=Decision.choices, default="", blank=True)
    words = models.CharField(max_length=1000, default="", blank=True)
    answered_at = models.DateTimeField(null=True)
    usefulness = models.PositiveSmallIntegerField(null=True)
    rated_at = models.DateTimeField(null=True)
    upward_name = models.CharField(max_length=200, default="", blank=True)
    upward_message = models.CharField(max_length=MOST_MESSAGE, default="", blank=True)
    upward_words = models.CharField(max_length=1000, default="", blank=True)

    class Meta:
        """Once a receiver; nothing is opened or answered that was not sent."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["briefing", "stakeholder"], name="briefing_copy_once"),
            models.CheckConstraint(condition=models.Q(numbers__gte=1, numbers__lte=3), name="briefing_copy_numbers"),
            models.CheckConstraint(condition=models.Q(minutes__gte=1), name="briefing_copy_minutes"),
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=False)
                | models.Q(opened_at=None, answered_at=None, usefulness=None, decision=""),
                name="briefing_copy_sent_first",
            ),
            models.CheckConstraint(
                condition=models.Q(usefulness=None) | models.Q(usefulness__lte=SUREST), name="briefing_copy_usefulness"
            ),
            models.CheckConstraint(
                condition=models.Q(handed_on_at=None) | models.Q(sponsor__isnull=False, sent_at__isnull=False),
                name="briefing_copy_handed_on",
            ),
        ]
