"""Injuries, near misses and threats as they were reported, what is owed about each, and what is asked both ways.

An anonymous report holds nobody and no time finer than the hour. Its rows keep no order that would give the minute
away (`act.incidents.unordered`), and its entries in the audit trail are written once its hour is over.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.rooms.people.models import Person, Unit, User

__all__ = [
    "Incident",
    "IncidentDuty",
    "IncidentMessage",
    "IncidentNotice",
    "IncidentOpening",
    "IncidentPoster",
]


class IncidentPoster(models.Model):
    """A poster with a QR code that opens the report form at a place. code: what stands in its address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    code = models.CharField(max_length=16, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)


class Incident(models.Model):
    """One injury, near miss or threat. unit: None when nobody said where.

    happened_date: the day, where it happened. happened_at: the moment, None when the hour was not said; on the hour
    when anonymous. happened_zone: the time zone that both are meant in. reporter: of a report from an account;
    reporter_name, reporter_contact: what somebody without one wrote, not verified. injured, injured_words: who was hurt
    or threatened, by account or in words. reported_at: when it was received; the hour when anonymous. receipt_hash:
    keyed hash of the code by which the reporter follows it. opened_at, opened_by: when the top leader opened the page,
    by the leader's own account. meeting: whether the injured person wants to be met, "" while nobody answered;
    meeting_waits: what an anonymous reporter answered for them and leaders see once its hour is over.
    told_text: the note to all. version: counts every change, so that two people at once are noticed. is_audited:
    whether the trail holds the report; of an anonymous one it does once its hour is over.
    """

    class Kind(models.TextChoices):
        """What happened."""

        INJURY = "injury", _("injury")
        NEAR_MISS = "near_miss", _("near miss")
        THREAT = "threat", _("threat")

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    class Meeting(models.TextChoices):
        """Whether the injured person wants to be met."""

        YES = "yes", _("yes, please")
        NOT_YET = "not_yet", _("not yet")
        NO = "no", _("rather not")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    happened_date = models.DateField()
    happened_at = models.DateTimeField(null=True)
    happened_zone = models.CharField(max_length=64)
    place = models.CharField(max_length=200, blank=True)
    what = models.TextField(max_length=2000, blank=True)
    is_anonymous = models.BooleanField()
    reporter = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reporter_name = models.CharField(max_length=200, blank=True)
    reporter_contact = models.CharField(max_length=200, blank=True)
    injured = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    injured_words = models.CharField(max_length=200, blank=True)
    reported_at = models.DateTimeField()
    receipt_hash = models.CharField(max_length=64, unique=True)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    meeting = models.CharField(max_length=7, choices=Meeting.choices, blank=True)
    meeting_at = models.DateTimeField(null=True)
    meeting_waits = models.CharField(max_length=7, choices=Meeting.choices, blank=True)
    meeting_waits_at = models.DateTimeField(null=True)
    told_text = models.TextField(max_length=1000, blank=True)
    told_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    is_audited = models.BooleanField(default=False)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        """Anonymous holds nobody; closed says when; opened says by whom."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_anonymous=False) | Q(reporter=None, reporter_name="", reporter_contact=""),
                name="incident_anonymous_names_nobody",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None) | Q(state="closed", closed_at__isnull=False),
                name="incident_closed_says_when",
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None, opened_by=None) | Q(opened_at__isnull=False, opened_by__isnull=False),
                name="incident_opened_says_who",
            ),
            models.CheckConstraint(condition=Q(told_at=None) | ~Q(told_text=""), name="incident_told_says_what"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "reported_at"], name="incident_open"),
            models.Index(fields=["unit", "happened_date"], name="incident_of_unit"),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it is still worked on."""
        return self.state == self.State.OPEN


class IncidentOpening(models.Model):
    """That somebody opened an incident's page for the first time, with their own account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """The first time only."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["incident", "by"], name="incident_opened_once")]


class IncidentDuty(models.Model):
    """One thing that the top leader owes about an incident.

    due_at: None while it is not due by any date, as meeting somebody who has not said yes. kept_at: when it was kept,
    excused_at: when it was excused, with the reason. visit: id of the visit that repeats the task; commitment: id of
    the promise that fixes it.
    """

    class Key(models.TextChoices):
        """What is owed."""

        KNOW = "know", _("know within the hour")
        MEET = "meet", _("meet the injured person")
        REPEAT = "repeat", _("do the same task")
        FIX = "fix", _("what was fixed")
        TELL = "tell", _("tell everybody")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="+")
    key = models.CharField(max_length=6, choices=Key.choices)
    due_at = models.DateTimeField(null=True)
    kept_at = models.DateTimeField(null=True)
    kept_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    words = models.TextField(max_length=1000, blank=True)
    who = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    visit = models.UUIDField(null=True)
    commitment = models.UUIDField(null=True)
    excused_at = models.DateTimeField(null=True)
    excused_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    excuse = models.CharField(max_length=500, blank=True)

    class Meta:
        """One of a kind; kept or excused, never both; no excuse without a reason."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "key"], name="incident_duty_once"),
            models.CheckConstraint(condition=Q(kept_at=None) | Q(excused_at=None), name="incident_duty_ends_once"),
            models.CheckConstraint(condition=Q(excused_at=None) | ~Q(excuse=""), name="incident_duty_excuse"),
        ]


class IncidentMessage(models.Model):
    """A question to the reporter (by: who asks) or the reporter's answer (by: None).

    at, visible_at: when it was written, and from when the other side sees it; the hour, and the next fixed hour, where
    the reporter is anonymous. is_audited: as of incidents.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    text = models.TextField(max_length=2000)
    at = models.DateTimeField()
    visible_at = models.DateTimeField()
    key_hash = models.CharField(max_length=64, unique=True)
    is_audited = models.BooleanField(default=True)

    class Meta:
        """By incident, in the order of writing."""

        indexes: ClassVar = [models.Index(fields=["incident", "at"], name="incident_messages")]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(text=""), name="incident_message_says")]


class IncidentNotice(models.Model):
    """One message by mail about an incident, to one person, for one reason. It is sent by a job that runs every minute.

    address: "" where nobody knows one. tries: attempts that failed; next_at: when to try again, None when it is done
    or given up. sent_at: the hour where the reporter is anonymous. token: by which a bounce is known again.
    """

    class Reason(models.TextChoices):
        """Why it is sent."""

        REPORTED = "reported", _("reported")
        NO_MAIL = "no_mail", _("mail did not arrive")
        UNOPENED = "unopened", _("not opened within the hour")
        TO_MEET = "to_meet", _("asks whether to meet")
        QUESTION = "question", _("a question")
        TOLD = "told", _("told to all")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=8, choices=Reason.choices)
    subject_id = models.UUIDField(default=uuid.uuid4)
    address = models.CharField(max_length=254, blank=True)
    token = models.CharField(max_length=32, unique=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    is_bounced = models.BooleanField(default=False)
    is_given_up = models.BooleanField(default=False)

    class Meta:
        """One for each reason, matter and receiver."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "reason", "subject_id", "address"], name="incident_notice_once")
        ]
        indexes: ClassVar = [models.Index(fields=["next_at"], name="incident_notice_due")]
