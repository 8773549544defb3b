"""Discovery: an insight to be foreseen, who takes part, what they foresaw, noticed, concluded and promised.

Predictions are written once. Triggers of the database refuse to change one, to add one after the reveal, and to take
one away from anybody who was not erased (migration 0002).
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.rooms.people.models import Unit, User


class Discovery(models.Model):
    """One insight for one leader or a team of leaders, ten minutes in all.

    is_own: a leader began it for themself; nobody else is shown it. is_anonymous: nobody of the team learns who foresaw
    what; accounts are kept only where somebody asks for it. stage: how far a team has come together, and for one leader
    how far they may go. code_digest: keyed hash of the join code, "" for none. cards: what is seen, frozen when
    prepared. consent_date, consent_words: when a customer agreed that their journey is shown here, and how that is
    known. due_date: by when the ten minutes are asked for. guests: how many may join an anonymous team by its code
    without an account; everybody with one has one place. prepared_by: None once erased.
    """

    class Stage(models.IntegerChoices):
        """How far it has come."""

        PREPARED = 0, _("Prepared")
        PREDICT = 1, _("Foresee")
        SEE = 2, _("See")
        REVEAL = 3, _("The reveal")
        CONCLUDE = 4, _("Your conclusion")
        COMMIT = 5, _("One commitment")
        CLOSED = 6, _("Over")

    class Seeing(models.TextChoices):
        """What is seen between foreseeing and the reveal."""

        COMMENTS = "comments", _("Comments, masked, one at a time")
        JOURNEY = "journey", _("One customer's journey, with their consent")
        COMPOSITE = "composite", _("A composite of released figures, step by step")
        VISIT = "visit", _("A visit to the front line")
        NOTHING = "nothing", _("Nothing: straight to the reveal")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    is_team = models.BooleanField()
    is_own = models.BooleanField(default=False)
    is_anonymous = models.BooleanField(default=False)
    stage = models.PositiveSmallIntegerField(choices=Stage.choices, default=Stage.PREPARED)
    stage_at = models.DateTimeField()
    seeing = models.CharField(max_length=9, choices=Seeing.choices, default=Seeing.NOTHING)
    cards = models.JSONField(default=list)
    visit_date = models.DateField(null=True)
    due_date = models.DateField()
    consent_date = models.DateField(null=True)
    consent_words = models.CharField(max_length=300, default="", blank=True)
    analyst_words = models.TextField(max_length=2000, default="", blank=True)
    code_digest = models.CharField(max_length=64, default="", blank=True)
    code_number = models.PositiveSmallIntegerField(default=0)
    code_until = models.DateTimeField(null=True)
    guests = models.PositiveSmallIntegerField(default=0)
    prepared_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    prepared_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    revealed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """Only a team is anonymous or has a code; a journey has its consent; what is revealed was open."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(is_anonymous=False) | models.Q(is_team=True), name="discovery_anonymous_is_team"
            ),
            models.CheckConstraint(
                condition=models.Q(is_own=False) | models.Q(is_team=False), name="discovery_own_is_alone"
            ),
            models.CheckConstraint(
                condition=models.Q(code_digest="") | models.Q(is_team=True, code_until__isnull=False),
                name="discovery_code_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(guests=0) | models.Q(is_anonymous=True), name="discovery_guests_of_anonymous"
            ),
            models.CheckConstraint(
                condition=~models.Q(seeing="journey") | models.Q(consent_date__isnull=False),
                name="discovery_journey_consent",
            ),
            models.CheckConstraint(
                condition=models.Q(revealed_at=None) | models.Q(opened_at__isnull=False), name="discovery_reveal_open"
            ),
            models.UniqueConstraint(
                fields=["code_digest"], condition=~models.Q(code_digest=""), name="discovery_code_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["prepared_by", "closed_at"], name="discovery_of_maker")]


class DiscoveryQuestion(models.Model):
    """One thing to foresee, with the truth as it was released, frozen. It does not change once the Discovery opens.

    truth: of a score `Evidence.as_plain()`; of a theme its key, label and sentence; of the way to customers its key and
    sentence. options: what can be chosen, as key and label; empty for a score. ends: low and high end of a score.
    """

    class Role(models.TextChoices):
        """What it is."""

        INSIGHT = "insight", _("The insight")
        MORE = "more", _("A further score")
        CUSTOMERS = "customers", _("What customers say")
        DOWNSTREAM = "downstream", _("What goes with it downstream")
        THEME = "theme", _("What people write about most")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    discovery = models.ForeignKey(Discovery, models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=10, choices=Role.choices)
    label = models.CharField(max_length=300)
    truth = models.JSONField()
    options = models.JSONField(default=list)

    class Meta:
        """In order; one insight."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["discovery", "place"], name="discovery_question_place"),
            models.UniqueConstraint(
                fields=["discovery"], condition=models.Q(role="insight"), name="discovery_one_insight"
            ),
        ]


class DiscoveryInvitation(models.Model):
    """Somebody asked to take part. In an anonymous team it says nothing of whether they did."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    discovery = models.ForeignKey(Discovery, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()

    class Meta:
        """Once a Discovery and person."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["discovery", "user"], name="discovery_invitation_once")
        ]
        indexes: ClassVar = [models.Index(fields=["user"], name="discovery_invitation_of")]


class DiscoveryParticipant(models.Model):
    """Somebody who takes part, by account or, in an anonymous team, by a token that their browser holds.

    token_digest: keyed hash of it, "" for an account alone. is_blind: whether they had not opened the results before
    they foresaw; None without an account. revealed_at: of one leader's own. Times of an anonymous team are kept to the
    hour. erased_at: nothing of what they wrote is left.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    discovery = models.ForeignKey(Discovery, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    token_digest = models.CharField(max_length=64, default="", blank=True)
    joined_at = models.DateTimeField()
    locked_at = models.DateTimeField(null=True)
    is_blind = models.BooleanField(null=True)
    seen_at = models.DateTimeField(null=True)
    revealed_at = models.DateTimeField(null=True)
    conclusion = models.TextField(max_length=2000, default="", blank=True)
    concluded_at = models.DateTimeField(null=True)
    shared_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        """Once a person; a conclusion is shared only when there is one."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["discovery", "user"], condition=models.Q(user__isnull=False), name="discovery_participant_once"
            ),
            models.UniqueConstraint(
                fields=["token_digest"], condition=~models.Q(token_digest=""), name="discovery_token_once"
            ),
            models.CheckConstraint(
                condition=models.Q(shared_at=None) | models.Q(concluded_at__isnull=False),
                name="discovery_shared_is_concluded",
            ),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False) | ~models.Q(token_digest="") | models.Q(erased_at__isnull=False),
                name="discovery_participant_known",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "locked_at"], name="discovery_participant_of")]


class DiscoveryPlace(models.Model):
    """That an account has taken its one place in an anonymous team, told by nothing but a keyed hash.

    The key lies outside the records and is destroyed with these rows when the Discovery ends: then nothing tells who
    took part. A row names no participant.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    discovery = models.ForeignKey(Discovery, models.PROTECT, related_name="+")


class DiscoveryPrediction(models.Model):
    """What one participant foresaw for one question: a score with a range and how sure, or a choice. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    participant = models.ForeignKey(DiscoveryParticipant, models.PROTECT, related_name="+")
    question = models.ForeignKey(DiscoveryQuestion, models.PROTECT, related_name="+")
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    sure = models.PositiveSmallIntegerField(null=True)
    choice = models.CharField(max_length=100, default="", blank=True)

    class Meta:
        """One a question; a score lies in its own range, and sureness is a percent."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["participant", "question"], name="discovery_prediction_once"),
            models.CheckConstraint(
                condition=models.Q(value=None, low=None, high=None)
                | models.Q(low__lte=models.F("value"), high__gte=models.F("value")),
                name="discovery_prediction_range",
            ),
            models.CheckConstraint(
                condition=models.Q(sure=None) | models.Q(sure__lte=100), name="discovery_prediction_sure"
            ),
            models.CheckConstraint(
                condition=models.Q(value=None) ^ models.Q(choice=""), name="discovery_prediction_one_kind"
            ),
        ]


class DiscoverySelfView(models.Model):
    """How a leader rates themself in the same thing, locked with the prediction and kept apart from everything."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    participant = models.OneToOneField(DiscoveryParticipant, models.PROTECT, related_name="+")
    value = models.FloatField()


class DiscoveryNote(models.Model):
    """What a participant noticed at one card. Nobody else ever reads it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    participant = models.ForeignKey(DiscoveryParticipant, models.PROTECT, related_name="+")
    card = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=500)

    class Meta:
        """One a card."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["participant", "card"], name="discovery_note_once")]


class DiscoveryCommitment(models.Model):
    """The one commitment of a participant: a sentence, the first step within a week, and whom they tell."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    participant = models.OneToOneField(DiscoveryParticipant, models.PROTECT, related_name="+")
    sentence = models.CharField(max_length=300)
    first_step = models.CharField(max_length=300)
    first_step_date = models.DateField()
    tells = models.CharField(max_length=200)
    made_at = models.DateTimeField()


class ForesightSnapshot(models.Model):
    """How well the organisation's leaders foresee, as of a moment: rounded, from enough of them, never changed.

    sure, inside: percent, to the nearest ten. distance: percent of the scale, to the nearest five.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    made_at = models.DateTimeField(unique=True)
    sure = models.PositiveSmallIntegerField()
    inside = models.PositiveSmallIntegerField()
    distance = models.PositiveSmallIntegerField()
