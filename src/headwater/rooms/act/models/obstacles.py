"""Obstacles in internal service: what blocks a unit, which service it comes from, and what became of it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from headwater.rooms.act.models.visits import Visit
from headwater.rooms.people.models import Person, Unit, User


class ObstacleGroup(models.Model):
    """Obstacles that somebody says are the same one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=160)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        """It has a title."""

        constraints: ClassVar = [models.CheckConstraint(condition=~Q(title=""), name="obstacle_group_named")]


class ObstaclePoster(models.Model):
    """A link, drawn as a QR code, under which anybody tells an obstacle of a unit. digest: keyed hash of its token."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.OneToOneField(Unit, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Obstacle(models.Model):
    """Something that blocks a unit, and the service it comes from.

    from_unit: who is blocked, None for an anonymous report that does not say. serving_unit: whose service it is, None
    while nobody knows. to_customers: what it does to customers. raised_at: to the hour where anonymous. raised_by: the
    person, None for anonymous and once erased. receipt: keyed hash of the code by which an anonymous reporter follows
    it, "" for none. study, wave, theme: the released comment theme it came from. owner: who answers, None while nobody
    leads there. due_date: of the answer, or of the word of whoever raised it once it was answered. level: leaders up it
    went. version: grows with each change, so that two people cannot answer over each other. reply, reply_words,
    reply_from: what an anonymous reporter said and from when it counts. is_audited: whether the trail holds it; an
    anonymous one once its hour is over.
    """

    class RaisedOn(models.TextChoices):
        """How it came."""

        VISIT = "visit", _("on a visit")
        LINK = "link", _("in the app")
        QR = "qr", _("by a poster")
        COMMENT = "comment", _("from comments")

    class Severity(models.TextChoices):
        """What it does to the work."""

        STOPS = "stops", _("work stops, or somebody may be hurt")
        SLOWS = "slows", _("work takes clearly longer")
        NUISANCE = "nuisance", _("a nuisance every day")

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("waits for an answer")
        ANSWERED = "answered", _("answered, waits for whoever raised it")
        CLOSED = "closed", _("closed")

    class Answer(models.TextChoices):
        """What the service says."""

        CLEARED = "cleared", _("cleared")
        DECLINED = "declined", _("will not be done, with the reason")

    class Closing(models.TextChoices):
        """Who let it close."""

        CONFIRMED = "confirmed", _("whoever raised it confirmed")
        UPWARDS = "upwards", _("a leader further up closed it after a silence")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    raised_on = models.CharField(max_length=7, choices=RaisedOn.choices)
    from_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    serving_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    what = models.TextField(max_length=1000)
    to_customers = models.TextField(max_length=500, blank=True)
    severity = models.CharField(max_length=8, choices=Severity.choices, default=Severity.SLOWS)
    raised_at = models.DateTimeField()
    raised_date = models.DateField()
    raised_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    is_anonymous = models.BooleanField(default=False)
    receipt = models.CharField(max_length=64, blank=True)
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="+")
    study = models.CharField(max_length=200, blank=True)
    wave = models.CharField(max_length=200, blank=True)
    theme = models.CharField(max_length=200, blank=True)
    theme_words = models.CharField(max_length=500, blank=True)
    group = models.ForeignKey(ObstacleGroup, models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    due_date = models.DateField()
    level = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    answer_kind = models.CharField(max_length=8, choices=Answer.choices, blank=True)
    answer = models.TextField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True)
    first_answered_date = models.DateField(null=True)
    reply = models.CharField(max_length=9, choices=[("confirmed", "confirmed"), ("not_yet", "not_yet")], blank=True)
    reply_words = models.CharField(max_length=500, blank=True)
    reply_from = models.DateTimeField(null=True)
    closing = models.CharField(max_length=9, choices=Closing.choices, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_date = models.DateField(null=True)
    is_audited = models.BooleanField(default=False)

    class Meta:
        """It says what; anonymous ones name nobody; answered and closed ones have their answer."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(what=""), name="obstacle_says_what"),
            models.CheckConstraint(
                condition=Q(is_anonymous=False) | Q(raised_by=None), name="obstacle_anonymous_nobody"
            ),
            models.UniqueConstraint(fields=["receipt"], condition=~Q(receipt=""), name="obstacle_receipt_once"),
            models.CheckConstraint(
                condition=Q(state="open") | (Q(answered_at__isnull=False) & ~Q(answer="") & ~Q(answer_kind="")),
                name="obstacle_answered_says",
            ),
            models.CheckConstraint(
                condition=(~Q(state="closed") & Q(closing="", closed_at=None, closed_date=None))
                | (Q(state="closed", closed_at__isnull=False, closed_date__isnull=False) & ~Q(closing="")),
                name="obstacle_closed_how",
            ),
            models.CheckConstraint(
                condition=Q(closed_date=None) | Q(closed_date__gte=F("raised_date")), name="obstacle_closed_after"
            ),
            models.CheckConstraint(
                condition=Q(reply="", reply_from=None) | (~Q(reply="") & Q(reply_from__isnull=False)),
                name="obstacle_reply_from",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "due_date"], name="obstacle_state_due"),
            models.Index(fields=["serving_unit", "state"], name="obstacle_serving"),
            models.Index(fields=["from_unit", "state"], name="obstacle_from"),
        ]


class ObstacleStep(models.Model):
    """One thing that happened to an obstacle, in order. by: None for the clock, for anonymous ones, and once erased.

    role: whose step it is, so that pages can say it without a name.
    """

    class Kind(models.TextChoices):
        """What happened."""

        RAISED = "raised", _("raised")
        HANDED = "handed", _("handed over")
        ANSWERED = "answered", _("answered")
        CONFIRMED = "confirmed", _("confirmed")
        NOT_YET = "not_yet", _("still in the way")
        ESCALATED = "escalated", _("went to the next leader up")
        REMINDED = "reminded", _("the top leader was reminded")
        CLOSED_UP = "closed_up", _("closed after a silence")

    class Role(models.TextChoices):
        """Whose step it is."""

        RAISER = "raiser", _("whoever raised it")
        SERVICE = "service", _("the service")
        CLOCK = "clock", _("the clock")
        LEAD = "lead", _("who looks after obstacles")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    obstacle = models.ForeignKey(Obstacle, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=9, choices=Kind.choices)
    role = models.CharField(max_length=7, choices=Role.choices)
    words = models.TextField(max_length=1000, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """In order."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["obstacle", "number"], name="obstacle_step_order")]


class ObstacleClock(models.Model):
    """Days until an answer is owed, by severity; and until whoever raised it has had their say. Ours until changed."""

    severity = models.CharField(primary_key=True, max_length=8, choices=[*Obstacle.Severity.choices, ("confirm", "")])
    days = models.PositiveSmallIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        """A day at least."""

        constraints: ClassVar = [models.CheckConstraint(condition=Q(days__range=(1, 180)), name="obstacle_clock_days")]
