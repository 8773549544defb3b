"""Studies, their waves, who is invited, and the response rates that were published."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.rooms.listen.models.questionnaires import QuestionnaireVersion
from headwater.rooms.people.models import Person, User


def every_table() -> list[str]:
    """The tables a study declares unless it says otherwise."""
    return ["scores", "shares", "response"]


class Study(models.Model):
    """What is asked of whom, and what is promised to them.

    population: {"units": [unit keys, with all below them], "attributes": {name: [values]}, "people": [ids of persons
    chosen one by one, left out where nobody was]}; empty is everybody. cuts:
    [{"key", "label", "attribute", "levels": [...]}]. services: who serves whom, {key of a unit that serves: [keys of
    the units it serves]}; a study with services asks those who are served about the units that serve them. tables:
    what is released, named. reminders: days after the start.
    texts: by name ("purpose", "who_asks", "what_happens"), words by language. kept_for: whose own study it is; its
    results are for that person alone.
    """

    class Promise(models.TextChoices):
        """What respondents are promised."""

        ANONYMOUS = "anonymous", _("Anonymous")
        CONFIDENTIAL = "confidential", _("Confidential")
        IDENTIFIED = "identified", _("Identified")

    class Channel(models.TextChoices):
        """How respondents come to their page."""

        MAIL = "mail", _("A link for each person, by mail")
        CODE = "code", _("One link, with an access code for each person")
        OPEN = "open", _("An open link, a QR code or a kiosk")
        CUSTOMERS = "customers", _("Links for customers, with signed context")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=300)
    lens = models.CharField(max_length=10)
    promise = models.CharField(max_length=12, choices=Promise.choices, default=Promise.ANONYMOUS)
    channel = models.CharField(max_length=9, choices=Channel.choices, default=Channel.MAIL)
    k = models.PositiveSmallIntegerField(default=5)
    comment_k = models.PositiveSmallIntegerField(default=10)
    languages = models.JSONField(default=list)
    population = models.JSONField(default=dict)
    sample_percent = models.PositiveSmallIntegerField(default=100)
    cuts = models.JSONField(default=list)
    services = models.JSONField(default=dict)
    tables = models.JSONField(default=every_table)
    reminders = models.JSONField(default=list)
    texts = models.JSONField(default=dict)
    days_open = models.PositiveSmallIntegerField(default=14)
    late_days = models.PositiveSmallIntegerField(default=3)
    ignores_cap = models.BooleanField(default=False)
    is_archived = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    kept_for = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        """Promises that can be kept."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(k__gte=3), name="study_smallest_group"),
            models.CheckConstraint(condition=models.Q(comment_k__gte=models.F("k")), name="study_comments_not_below_k"),
            models.CheckConstraint(
                condition=models.Q(sample_percent__gte=1, sample_percent__lte=100), name="study_sample_is_a_percent"
            ),
        ]

    def __str__(self) -> str:
        """The title."""
        return self.title


class StudyQuestionnaire(models.Model):
    """A questionnaire of a study: one of the library by `key@version`, or a version of the organisation's own."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()
    library = models.CharField(max_length=120, blank=True)
    version = models.ForeignKey(QuestionnaireVersion, models.PROTECT, null=True, related_name="+")

    class Meta:
        """From one source, each place once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["study", "place"], name="study_questionnaire_place"),
            models.CheckConstraint(
                condition=models.Q(library="", version__isnull=False)
                | (~models.Q(library="") & models.Q(version=None)),
                name="study_questionnaire_one_source",
            ),
        ]


class Wave(models.Model):
    """One round of a study. plan: everything frozen at launch (`logic.plans.WavePlan`). stricter: what was tightened
    since, {"k", "comment_k", "dropped_cuts", "without_comments"}. rounds: mailings that were queued, the invitation
    itself first. forgotten_at: when the key and everything under it were destroyed. outcome: what sealing and release
    came to, for the pages.
    """

    class State(models.TextChoices):
        """Where a wave stands. It stays open until late answers end, not only until `closes_at`."""

        PLANNED = "planned", _("Planned")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")
        SEALED = "sealed", _("Sealed")
        RELEASED = "released", _("Released")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    study = models.ForeignKey(Study, models.PROTECT, related_name="+")
    key = models.SlugField(max_length=60)
    title = models.CharField(max_length=300)
    order = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    late_until = models.DateTimeField()
    launched_at = models.DateTimeField(null=True)
    launched_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    plan = models.JSONField(null=True)
    stricter = models.JSONField(default=dict)
    public_key = models.BinaryField(null=True)
    kiosk_units = models.JSONField(default=list)
    invited = models.PositiveIntegerField(default=0)
    rounds = models.PositiveSmallIntegerField(default=0)
    responses = models.PositiveIntegerField(null=True)
    sealed_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)

    class Meta:
        """Order, and nothing open without its plan and key."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["study", "key"], name="wave_key_once"),
            models.UniqueConstraint(fields=["study", "order"], name="wave_order_once"),
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")), name="wave_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(late_until__gte=models.F("closes_at")), name="wave_late_after_closing"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["planned", "cancelled"])
                | (models.Q(plan__isnull=False) & models.Q(public_key__isnull=False)),
                name="wave_open_has_plan",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "closes_at"], name="wave_due")]

    def __str__(self) -> str:
        """The title."""
        return self.title


class WaveLaunch(models.Model):
    """The launch of a wave in the background: how far it is, or why it was refused. Nothing of it counts before the
    wave itself is launched.

    asked: how often somebody asked for it; only the job of the latest asking does anything. run: counted up by whoever
    takes the work up, so that one who was thought dead stops writing. touched_at: when it last came further.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WORKING = "working"
        REFUSED = "refused"
        STOPPED = "stopped"
        DONE = "done"

    wave = models.OneToOneField(Wave, models.PROTECT, primary_key=True, related_name="+")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WORKING)
    asked = models.PositiveIntegerField(default=1)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    run = models.PositiveIntegerField(default=0)
    touched_at = models.DateTimeField()
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)

    class Meta:
        """States that are known, and no more done than there is."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=["working", "refused", "stopped", "done"]), name="launch_known_state"
            ),
            models.CheckConstraint(condition=models.Q(done__lte=models.F("total")), name="launch_done_within_total"),
        ]


class Invitation(models.Model):
    """One person asked in one wave. number: the invitation's own random number, the root of its link.

    unit_key, cuts: what the answer will carry, not always the person's own team: in an anonymous study a place is
    shared by at least k invited people.

    It never says whether an anonymous study was answered; `answered_at` serves the other two promises only.
    """

    class State(models.TextChoices):
        """Whether it went out."""

        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        BOUNCED = "bounced", _("Bounced")
        CAPPED = "capped", _("Held back by the contact cap")
        UNREACHABLE = "unreachable", _("No address")
        TOO_FEW = "too_few", _("Not asked: too few share their place")

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="+")
    number = models.BinaryField(max_length=16)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    unit_key = models.CharField(max_length=400)
    cuts = models.JSONField(default=dict)
    language = models.CharField(max_length=10, default="en")
    state = models.CharField(max_length=11, choices=State.choices, default=State.WAITING)
    sent_at = models.DateTimeField(null=True)
    reminders_sent = models.PositiveSmallIntegerField(default=0)
    bounced_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        """One invitation a person and wave."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["wave", "person"], name="invitation_once"),
            models.UniqueConstraint(fields=["wave", "number"], name="invitation_number_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["wave", "state"], name="invitation_state"),
            models.Index(fields=["person", "sent_at"], name="invitation_contacts"),
        ]


class RateUpdate(models.Model):
    """Response rates as published on one day. rates: by unit key, [told, asked, percent]; the others keep theirs."""

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="+")
    day = models.DateField()
    rates = models.JSONField()
    counted = models.JSONField(default=dict)

    class Meta:
        """Once a day."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["wave", "day"], name="rates_once_a_day")]


class ListenSettings(models.Model):
    """One row. At most `cap_contacts` invitations a person within `cap_days`, over all studies; 0 is no cap."""

    cap_contacts = models.PositiveSmallIntegerField(default=4)
    cap_days = models.PositiveSmallIntegerField(default=90)
    sender_name = models.CharField(max_length=200, blank=True)
