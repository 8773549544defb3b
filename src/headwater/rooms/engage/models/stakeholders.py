"""Stakeholders: who they are, what was read about them, who sponsors whom, and what they say to it themselves."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from headwater.rooms.people.models import Person, User

STRONGEST = 4
"""Ratings and strengths run from 0 to this."""


class Stakeholder(models.Model):
    """Somebody who decides, or moves those who decide. person: of the organisation, None for an outsider.

    external_id: of the system a file came from, "" for none. name, email: of outsiders; those of a person are read
    where they stand. role: what they do, in a few words. owner: who looks after the relation. erased_at: nothing but
    the row is left of them.
    """

    class Origin(models.TextChoices):
        """How they came into the register."""

        ORGANISATION = "organisation", _("from the organisation")
        FILE = "file", _("from a file")
        HAND = "hand", _("by hand")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.OneToOneField(Person, models.PROTECT, null=True, related_name="+")
    external_id = models.CharField(max_length=200, default="", blank=True)
    name = models.CharField(max_length=300, default="", blank=True)
    email = models.CharField(max_length=254, default="", blank=True)
    role = models.CharField(max_length=200, default="", blank=True)
    organisation = models.CharField(max_length=200, default="", blank=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    origin = models.CharField(max_length=12, choices=Origin.choices)
    added_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        """An outsider has a name until erased; an external id stands once."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["external_id"], condition=~models.Q(external_id=""), name="stakeholder_external_once"
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False) | ~models.Q(name="") | models.Q(erased_at__isnull=False),
                name="stakeholder_named",
            ),
        ]

    def __str__(self) -> str:
        """The name, as it stands today."""
        if self.erased_at is not None:
            return gettext("erased stakeholder")
        return str(self.person) if self.person is not None else self.name

    @property
    def address(self) -> str:
        """Where to write to them, "" for not known."""
        if self.erased_at is not None:
            return ""
        return self.person.email if self.person is not None and self.person.email else self.email

    @property
    def is_outsider(self) -> bool:
        """Whether they stand outside the organisation."""
        return self.person_id is None


class Rating(models.Model):
    """One judgement of a stakeholder's power, interest, legitimacy or urgency, 0 to 4. The latest stands."""

    class Aspect(models.TextChoices):
        """What is judged (Mitchell, Agle and Wood 1997; interest: Mendelow 1991)."""

        POWER = "power", _("power")
        INTEREST = "interest", _("interest")
        LEGITIMACY = "legitimacy", _("legitimacy")
        URGENCY = "urgency", _("urgency")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    stakeholder = models.ForeignKey(Stakeholder, models.PROTECT, related_name="+")
    aspect = models.CharField(max_length=10, choices=Aspect.choices)
    value = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=500)
    rated_at = models.DateTimeField()
    rated_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        """Within the scale, with a reason."""

        indexes: ClassVar = [models.Index(fields=["stakeholder", "aspect", "rated_at"], name="rating_of")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(value__lte=STRONGEST), name="rating_in_scale"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="rating_has_reason"),
        ]


class AttitudeReading(models.Model):
    """One reading of where a stakeholder stands, or where they are hoped to stand.

    source_key: what it was read from, so that the same is not read twice; "" for a judgement. words: what they said, or
    why it was judged so. read_by: None for what they said themselves.
    """

    class Aspect(models.TextChoices):
        """Which of the two."""

        NOW = "now", _("now")
        DESIRED = "desired", _("desired")

    class Level(models.TextChoices):
        """Levels of engagement (PMI, Guide to the PMBOK)."""

        UNAWARE = "unaware", _("unaware")
        RESISTANT = "resistant", _("resistant")
        NEUTRAL = "neutral", _("neutral")
        SUPPORTIVE = "supportive", _("supportive")
        LEADING = "leading", _("leading")

    class Source(models.TextChoices):
        """How it is known."""

        OWN = "own", _("their own words")
        CHECK = "check", _("the two-question check")
        JUDGED = "judged", _("judged")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    stakeholder = models.ForeignKey(Stakeholder, models.PROTECT, related_name="+")
    aspect = models.CharField(max_length=7, choices=Aspect.choices)
    level = models.CharField(max_length=10, choices=Level.choices)
    source = models.CharField(max_length=6, choices=Source.choices)
    source_key = models.CharField(max_length=200, default="", blank=True)
    words = models.CharField(max_length=1000, default="", blank=True)
    read_at = models.DateTimeField()
    read_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        """A source is read once; a judgement names who judged and why."""

        indexes: ClassVar = [models.Index(fields=["stakeholder", "aspect", "read_at"], name="attitude_of")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["stakeholder", "aspect", "source_key"],
                condition=~models.Q(source_key=""),
                name="attitude_source_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(source="judged") | (models.Q(read_by__isnull=False) & ~models.Q(words="")),
                name="attitude_judged_by",
            ),
        ]


class Preference(models.Model):
    """One thing known of how to reach a stakeholder. The latest own word stands above every assumption.

    value: a form, a language code, or words. said_by: who assumed it, or who said it.
    """

    class Kind(models.TextChoices):
        """What about."""

        FORM = "form", _("the form they like")
        LANGUAGE = "language", _("language")
        DRIVES = "drives", _("what drives them")
        DECIDES = "decides", _("what they decide")
        CREDIBLE = "credible", _("what makes them credible to their own boss")

    class Form(models.TextChoices):
        """Forms a message can take."""

        SLIDES = "slides", _("slides")
        SPREADSHEET = "spreadsheet", _("a spreadsheet")
        ACTION_LIST = "action_list", _("an action list")
        ONE_PAGE = "one_page", _("one page")
        LIVE_PAGE = "live_page", _("a live page")

    class Basis(models.TextChoices):
        """How it is known."""

        ASKED = "asked", _("asked")
        ASSUMED = "assumed", _("assumed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    stakeholder = models.ForeignKey(Stakeholder, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    value = models.CharField(max_length=1000)
    basis = models.CharField(max_length=7, choices=Basis.choices)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        """Found by whom it is about."""

        indexes: ClassVar = [models.Index(fields=["stakeholder", "kind", "said_at"], name="preference_of")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(value=""), name="preference_says_something"),
            models.CheckConstraint(
                condition=~models.Q(kind="form")
                | models.Q(value__in=["slides", "spreadsheet", "action_list", "one_page", "live_page"]),
                name="preference_known_form",
            ),
        ]


class UpcomingDecision(models.Model):
    """A decision a stakeholder will take on a day. closed_at: it was taken, or fell away."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    stakeholder = models.ForeignKey(Stakeholder, models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    decide_date = models.DateField()
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """The same decision stands once."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["stakeholder", "title", "decide_date"],
                condition=models.Q(closed_at=None),
                name="decision_stands_once",
            )
        ]


class Sponsorship(models.Model):
    """Somebody speaks up for somebody else. strength: 1 now and then, to 4 without being asked.

    source: how it is known, in words.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    sponsor = models.ForeignKey(Stakeholder, models.PROTECT, related_name="+")
    sponsored = models.ForeignKey(Stakeholder, models.PROTECT, related_name="+")
    strength = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=500)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Between two, once, with a source."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sponsor", "sponsored"], condition=models.Q(ended_at=None), name="sponsorship_once"
            ),
            models.CheckConstraint(condition=~models.Q(sponsor=models.F("sponsored")), name="sponsorship_of_two"),
            models.CheckConstraint(
                condition=models.Q(strength__gte=1, strength__lte=STRONGEST), name="sponsorship_strength"
            ),
            models.CheckConstraint(condition=~models.Q(source=""), name="sponsorship_has_source"),
        ]


class Remark(models.Model):
    """What a stakeholder says to one thing kept about them: a correction, an objection or a comment.

    about: what it is said to, as kind:id. answered_at: when the owner of the register answered it.
    """

    class Kind(models.TextChoices):
        """What is said."""

        CORRECT = "correct", _("correction")
        OBJECT = "object", _("objection")
        COMMENT = "comment", _("comment")

    class Outcome(models.TextChoices):
        """What became of it."""

        TAKEN = "taken", _("taken up")
        REMOVED = "removed", _("removed")
        STAYS = "stays", _("stays, with the remark beside it")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    stakeholder = models.ForeignKey(Stakeholder, models.PROTECT, related_name="+")
    about = models.CharField(max_length=80)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    words = models.CharField(max_length=1000)
    form_key = models.UUIDField(unique=True)
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=7, choices=Outcome.choices, default="", blank=True)
    answer = models.CharField(max_length=1000, default="", blank=True)


class OwnWordRequest(models.Model):
    """A stakeholder was asked to say for themself what reaches them. One minute, by a signed link until a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    stakeholder = models.ForeignKey(Stakeholder, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    until_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)


class RegisterFile(models.Model):
    """One file of stakeholders: what it would do, what it did, and whether that was undone.

    plan: the rows as they were read and matched. fingerprint: of the register the plan was made against.
    """

    class State(models.TextChoices):
        """Where it stands."""

        CHECKED = "checked", _("Dry run")
        APPLIED = "applied", _("Brought in")
        UNDONE = "undone", _("Undone")
        DROPPED = "dropped", _("Dropped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=7, choices=State.choices, default=State.CHECKED)
    rows = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)


class RegisterChange(models.Model):
    """What one file changed of one stakeholder. before: None where the file added them."""

    made_by = models.ForeignKey(RegisterFile, models.PROTECT, related_name="+")
    stakeholder = models.ForeignKey(Stakeholder, models.PROTECT, related_name="+")
    before = models.JSONField(null=True)
    after = models.JSONField()

    class Meta:
        """Once a file and stakeholder."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["made_by", "stakeholder"], name="register_change_once")
        ]
