"""What safety keeps beside the incidents: cases, their days and legal clocks, health data, hours, establishments.

Health data lie encrypted under a key of their case; destroying the key leaves the counts. Every look is kept.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from headwater.rooms.act.models.incidents import Incident
from headwater.rooms.people.models import Person, Unit, User

__all__ = [
    "CaseClock",
    "CaseHealth",
    "CaseSpell",
    "Establishment",
    "EstablishmentYear",
    "HealthLook",
    "HoursFile",
    "HoursWorked",
    "IndustryRate",
    "InjuryCase",
    "SafetyRule",
]


class Establishment(models.Model):
    """A place of work that reports by itself: a unit and all below it that no other establishment holds.

    most_people: the most who worked there at any time of the year; the size class goes by it. authority: key of the
    rules that hold there. zone: where its clocks stand.
    """

    class Kind(models.TextChoices):
        """Whose it is."""

        PRIVATE = "1", _("no government")
        STATE = "2", _("state government")
        LOCAL = "3", _("local government")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField(max_length=100, unique=True)
    company_name = models.CharField(max_length=100, blank=True)
    ein = models.CharField(max_length=9, blank=True)
    street = models.CharField(max_length=100)
    city = models.CharField(max_length=100)
    state = models.CharField(max_length=2)
    zip = models.CharField(max_length=9)
    naics = models.CharField(max_length=6)
    industry = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=1, choices=Kind.choices, default=Kind.PRIVATE)
    most_people = models.PositiveIntegerField()
    authority = models.CharField(max_length=40)
    zone = models.CharField(max_length=64)
    changed_at = models.DateTimeField()

    class Meta:
        """One a unit."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit"], name="establishment_of_unit"),
            models.CheckConstraint(condition=~Q(name=""), name="establishment_named"),
        ]

    def __str__(self) -> str:
        """The name."""
        return self.name


class EstablishmentYear(models.Model):
    """What is said of one establishment's year: who certified its summary, and when it hung where people read it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    certified_by = models.CharField(max_length=200, blank=True)
    certified_title = models.CharField(max_length=200, blank=True)
    certified_phone = models.CharField(max_length=40, blank=True)
    certified_date = models.DateField(null=True)
    posted_date = models.DateField(null=True)
    taken_down_date = models.DateField(null=True)
    change_reason = models.CharField(max_length=100, blank=True)

    class Meta:
        """One a year; taken down after it was posted; certified by somebody."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["establishment", "year"], name="establishment_year_once"),
            models.CheckConstraint(
                condition=Q(taken_down_date=None) | Q(taken_down_date__gte=F("posted_date")), name="posted_before_down"
            ),
            models.CheckConstraint(condition=Q(certified_date=None) | ~Q(certified_by=""), name="certified_by_whom"),
        ]


class HoursWorked(models.Model):
    """Hours that the own people of a unit worked in a month, units below not counted. people: how many on average."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    hours = models.DecimalField(max_digits=12, decimal_places=2)
    people = models.DecimalField(max_digits=10, decimal_places=2)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        """One row a unit and month; nothing below 0; people behind hours."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "year", "month"], name="hours_once"),
            models.CheckConstraint(condition=Q(month__range=(1, 12)), name="hours_month"),
            models.CheckConstraint(condition=Q(hours__gte=0, people__gte=0), name="hours_from_zero"),
            models.CheckConstraint(condition=Q(hours=0) | Q(people__gt=0), name="hours_by_people"),
        ]
        indexes: ClassVar = [models.Index(fields=["year", "month"], name="hours_by_month")]


class HoursFile(models.Model):
    """A file of hours: what it would change, and whether it was brought in. rows: emptied once decided."""

    class State(models.TextChoices):
        """Where it stands."""

        CHECKED = "checked", _("dry run")
        APPLIED = "applied", _("brought in")
        DROPPED = "dropped", _("dropped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    file_name = models.CharField(max_length=200)
    rows = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    state = models.CharField(max_length=7, choices=State.choices, default=State.CHECKED)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)


class SafetyRule(models.Model):
    """A legal clock of one's own: it replaces the shipped rule of the same authority and event, or adds one.

    hours that pass, or calendar days. is_active: False ends it, also one that is shipped.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    authority = models.CharField(max_length=40)
    event = models.CharField(max_length=10)
    hours = models.PositiveSmallIntegerField(null=True)
    days = models.PositiveSmallIntegerField(null=True)
    how = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        """One an authority and event; hours or days."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["authority", "event"], name="safety_rule_once"),
            models.CheckConstraint(
                condition=Q(hours__gt=0, days=None) | Q(hours=None, days__gt=0), name="safety_rule_one_length"
            ),
        ]


class InjuryCase(models.Model):
    """What an injury is in law: where it counts, whether it is recordable, by which outcome and type.

    unit: where it counts, None while nobody knows. known_at: when the employer knew. year, number: its place in the
    establishment's log, None before it is recordable. answers: of the path of questions. is_recordable: None while
    undecided. is_private: the log shows no name; why is not kept. despite: why a person decided otherwise than the
    path. version: counts decisions, so that two people at once are noticed. forgotten_at: when names and
    health data went; the counts stay.
    """

    class Outcome(models.TextChoices):
        """Worst first."""

        DEATH = "death", _("death")
        DAYS_AWAY = "days_away", _("days away from work")
        RESTRICTED = "restricted", _("restricted work or transfer")
        OTHER = "other", _("other recordable case")

    class Illness(models.TextChoices):
        """The six types of the log."""

        INJURY = "injury", _("injury")
        SKIN = "skin_disorder", _("skin disorder")
        RESPIRATORY = "respiratory", _("respiratory condition")
        POISONING = "poisoning", _("poisoning")
        HEARING = "hearing_loss", _("hearing loss")
        OTHER = "other_illness", _("other illness")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    incident = models.OneToOneField(Incident, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    establishment = models.ForeignKey(Establishment, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    job_title = models.CharField(max_length=255, blank=True)
    happened_date = models.DateField()
    known_at = models.DateTimeField()
    year = models.PositiveSmallIntegerField(null=True)
    number = models.PositiveIntegerField(null=True)
    answers = models.JSONField(default=dict)
    is_recordable = models.BooleanField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    illness = models.CharField(max_length=13, choices=Illness.choices, blank=True)
    is_private = models.BooleanField(default=False)
    despite = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        """A decision says who and when; what is recordable has outcome and type; a place in a log is held once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["establishment", "year", "number"], name="injury_case_number_once"),
            models.CheckConstraint(
                condition=Q(is_recordable=None, decided_at=None, decided_by=None)
                | Q(is_recordable__isnull=False, decided_at__isnull=False, decided_by__isnull=False),
                name="injury_case_decided_by",
            ),
            models.CheckConstraint(
                condition=Q(is_recordable=True) & ~Q(outcome="") & ~Q(illness="")
                | Q(outcome="") & (Q(is_recordable=False) | Q(is_recordable=None)),
                name="injury_case_recordable_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(number=None, year=None) | Q(number__isnull=False, year__isnull=False),
                name="injury_case_number_of_year",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["is_recordable", "happened_date"], name="injury_case_counted")]

    @property
    def label(self) -> str:
        """Its number in the log, "" before it has one."""
        return f"{self.year}-{self.number:03d}" if self.number is not None else ""


class CaseSpell(models.Model):
    """Days away or restricted in a row, both ends counted. until_date: None while it lasts."""

    class Kind(models.TextChoices):
        """What the days were."""

        AWAY = "away", _("away from work")
        RESTRICTED = "restricted", _("restricted work or transfer")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(InjuryCase, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    from_date = models.DateField()
    until_date = models.DateField(null=True)

    class Meta:
        """It ends after it begins; one begins on a day."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "kind", "from_date"], name="case_spell_once"),
            models.CheckConstraint(
                condition=Q(until_date=None) | Q(until_date__gte=F("from_date")), name="case_spell_forward"
            ),
        ]


class CaseClock(models.Model):
    """A legal clock of a case, as the rule stood when it began.

    knew_at: when the employer knew of the event. last_date: for rules in days. reference: what the authority answered.
    not_owed: why it need not be met, "" where it must.
    """

    class Event(models.TextChoices):
        """What set it running."""

        DEATH = "death", _("death")
        INPATIENT = "inpatient", _("stay in hospital as an in-patient")
        AMPUTATION = "amputation", _("amputation")
        EYE = "eye", _("loss of an eye")
        LOG = "log", _("entry in the log")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(InjuryCase, models.PROTECT, related_name="+")
    event = models.CharField(max_length=10, choices=Event.choices)
    authority = models.CharField(max_length=40)
    how = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=200, blank=True)
    knew_at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    due_at = models.DateTimeField()
    last_date = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reference = models.CharField(max_length=200, blank=True)
    not_owed = models.CharField(max_length=300, blank=True)

    class Meta:
        """One an event; done or not owed, never both; done by somebody."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "event"], name="case_clock_once"),
            models.CheckConstraint(condition=Q(not_owed="") | Q(done_at=None), name="case_clock_ends_once"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="case_clock_done_by",
            ),
            models.CheckConstraint(condition=Q(due_at__gt=F("knew_at")), name="case_clock_forward"),
        ]
        indexes: ClassVar = [models.Index(fields=["done_at", "due_at"], name="case_clock_open")]


class CaseHealth(models.Model):
    """Health data of a case, encrypted under the case's own key. sealed: None once the key is destroyed."""

    case = models.OneToOneField(InjuryCase, models.PROTECT, primary_key=True, related_name="+")
    sealed = models.BinaryField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")


class HealthLook(models.Model):
    """That somebody looked at the health data of a case, for what. The injured person sees it."""

    class Purpose(models.TextChoices):
        """For what."""

        PAGE = "page", _("opened the page of your health data")
        WRITTEN = "written", _("wrote or changed your health data")
        LOG = "log", _("made the log of the year (form 300)")
        REPORT = "report", _("made the report of the case (form 301)")
        UPLOAD = "upload", _("made the file for the authority")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(InjuryCase, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    purpose = models.CharField(max_length=7, choices=Purpose.choices)

    class Meta:
        """By case, in order."""

        indexes: ClassVar = [models.Index(fields=["case", "at"], name="health_looks")]


class IndustryRate(models.Model):
    """What rates are compared with, from a source that is named; the latest chosen holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    label = models.CharField(max_length=200)
    source = models.CharField(max_length=300)
    trir = models.FloatField(null=True)
    dart = models.FloatField(null=True)
    ltifr = models.FloatField(null=True)
    chosen_at = models.DateTimeField()
    chosen_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        """Rates are not below 0; a source is named."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(label="") & ~Q(source=""), name="industry_has_source"),
            models.CheckConstraint(
                condition=(Q(trir=None) | Q(trir__gte=0))
                & (Q(dart=None) | Q(dart__gte=0))
                & (Q(ltifr=None) | Q(ltifr__gte=0)),
                name="industry_from_zero",
            ),
        ]
