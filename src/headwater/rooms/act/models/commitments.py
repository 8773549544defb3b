"""Commitments with their check-ins, help and handovers; and what is told to those who were heard."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import Person, Unit, User

MOST_SENTENCE, MOST_LINE = 300, 300


class Commitment(models.Model):
    """One thing somebody will do, for one unit. owner: who answers for it. unit: as it stands now.

    source_kind, source_id: what it was made from; source_title: what that was called. study, wave, score: keys of the
    released number it should move, "" for none; evidence: that number as it stood (`Evidence.as_plain`). forecast_low,
    forecast_likely, forecast_high: the expected change of the score, in its unit. taken_at: when the owner took it; the
    maker's own at once. reason: what came of it, or why it was dropped. reminded_at: when mail last reminded of it.
    """

    class Source(models.TextChoices):
        """What it was made from."""

        DIRECTION = "direction", _("a direction")
        DISCOVERY = "discovery", _("a Discovery")
        VISIT = "visit", _("a visit")
        THEME = "theme", _("a theme of comments")
        INCIDENT = "incident", _("an incident")
        OWN = "own", _("your own idea")

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("open")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    sentence = models.CharField(max_length=MOST_SENTENCE)
    source_kind = models.CharField(max_length=9, choices=Source.choices, default=Source.OWN)
    source_id = models.CharField(max_length=200, default="", blank=True)
    source_title = models.CharField(max_length=300, default="", blank=True)
    study = models.CharField(max_length=200, default="", blank=True)
    wave = models.CharField(max_length=200, default="", blank=True)
    score = models.CharField(max_length=200, default="", blank=True)
    evidence = models.JSONField(null=True)
    forecast_low = models.FloatField(null=True)
    forecast_likely = models.FloatField(null=True)
    forecast_high = models.FloatField(null=True)
    first_step = models.CharField(max_length=MOST_SENTENCE)
    first_step_date = models.DateField()
    due_date = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, default="", blank=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        """A sentence and a first step; a whole forecast of a score or none; an end with its reason; a source once."""

        indexes: ClassVar = [
            models.Index(fields=["owner", "state"], name="commitment_of_owner"),
            models.Index(fields=["unit", "state"], name="commitment_of_unit"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(sentence="") & ~Q(first_step=""), name="commitment_says_what"),
            models.CheckConstraint(condition=Q(due_date__gte=F("first_step_date")), name="commitment_step_comes_first"),
            models.CheckConstraint(
                condition=Q(study="", wave="", score="", evidence__isnull=True)
                | (~Q(study="") & ~Q(wave="") & ~Q(score="") & Q(evidence__isnull=False)),
                name="commitment_score_whole",
            ),
            models.CheckConstraint(
                condition=Q(forecast_low=None, forecast_likely=None, forecast_high=None)
                | (Q(forecast_low__lte=F("forecast_likely"), forecast_likely__lte=F("forecast_high")) & ~Q(score="")),
                name="commitment_forecast_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None, reason="")
                | (Q(state__in=["done", "dropped"], ended_at__isnull=False) & ~Q(reason="")),
                name="commitment_ends_with_reason",
            ),
            models.UniqueConstraint(
                fields=["source_id"], condition=Q(source_kind="discovery"), name="commitment_discovery_once"
            ),
        ]

    def __str__(self) -> str:
        """The sentence."""
        return self.sentence

    @property
    def is_open(self) -> bool:
        """Whether it still goes on."""
        return self.state == self.State.OPEN

    @property
    def has_forecast(self) -> bool:
        """Whether somebody said what it should move, and by how much."""
        return self.forecast_likely is not None


class CheckIn(models.Model):
    """How it goes, said in one line. key: of the form or the mail link it came by, once. by: None once erased."""

    class Going(models.TextChoices):
        """How it goes."""

        WELL = "well", _("Going well")
        STUCK = "stuck", _("Stuck")
        DONE = "done", _("Done")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    going = models.CharField(max_length=5, choices=Going.choices)
    line = models.CharField(max_length=MOST_LINE, default="", blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    by_mail = models.BooleanField(default=False)

    class Meta:
        """Read by commitment and time."""

        indexes: ClassVar = [models.Index(fields=["commitment", "at"], name="checkin_of")]


class HelpAsk(models.Model):
    """Help asked of one person for a commitment. answer: "" while it waits; "given" once it was given."""

    class Answer(models.TextChoices):
        """What was answered."""

        YES = "yes", _("Yes, I will")
        NO = "no", _("Not this time")
        GIVEN = "given", _("Given")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="+")
    asked = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    what = models.CharField(max_length=MOST_LINE)
    minutes = models.PositiveSmallIntegerField()
    by_date = models.DateField()
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=5, choices=Answer.choices, default="", blank=True)
    words = models.CharField(max_length=MOST_LINE, default="", blank=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Says what is asked; one open ask a person and commitment."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(what="") & Q(minutes__gte=1), name="help_says_what"),
            models.UniqueConstraint(
                fields=["commitment", "asked"], condition=Q(ended_at=None), name="help_open_once_a_person"
            ),
        ]


class Handover(models.Model):
    """A commitment that came to somebody else, or to another unit, with why."""

    class Why(models.TextChoices):
        """Why it moved."""

        LEFT = "left", _("the owner left")
        CLOSED = "closed", _("the unit was dissolved")
        BACK = "back", _("handed back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="+")
    from_person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    to_person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    from_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    why = models.CharField(max_length=6, choices=Why.choices)
    at = models.DateTimeField()

    class Meta:
        """Something moved."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(from_person=F("to_person")) | ~Q(from_unit=F("to_unit")), name="handover_moves"
            )
        ]


class Told(models.Model):
    """What those who were asked in a wave are told: what was heard, what is done, what is not. unit: None for all.

    link: in the public address. edition: counts publications; taken back, it can be put right and published anew.
    mailed_at: when everybody who was invited began to be written to; mailed_to: how many letters that were.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    link = models.CharField(max_length=43, unique=True)
    edition = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    mailed_at = models.DateTimeField(null=True)
    mailed_to = models.PositiveIntegerField(default=0)

    class Meta:
        """One a wave and unit."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["wave", "unit"], name="told_once_a_unit"),
            models.UniqueConstraint(fields=["wave"], condition=Q(unit=None), name="told_once_whole"),
        ]


class ToldStatement(models.Model):
    """One thing that is told. words, why: by language code. evidence: the released number it rests on, frozen, by
    language. commitment: what is done about it, None for none.
    """

    class Kind(models.TextChoices):
        """What it tells."""

        HEARD = "heard", _("What we heard")
        DONE = "done", _("What we do")
        NOT = "not", _("What we will not do, and why")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    told = models.ForeignKey(Told, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    place = models.PositiveSmallIntegerField()
    words = models.JSONField()
    why = models.JSONField(default=dict, blank=True)
    evidence = models.JSONField()
    commitment = models.ForeignKey(Commitment, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        """What will not be done says why."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["told", "place"], name="told_statement_place"),
            models.CheckConstraint(condition=~Q(kind="not") | ~Q(why={}), name="told_not_says_why"),
        ]
