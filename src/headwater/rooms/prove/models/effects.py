"""Plans of checks, frozen before data come, and what each check found."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import Person, Unit


class EffectPlan(models.Model):
    """How one action will be judged: written down when it is registered, and never changed.

    kind, action_id: the action, as `ForecastAction` names it; unit: of it. title: what it was called; "" once erased.
    owner: who answers for it, None once erased. study, wave, score: keys of the number it was forecast from; low,
    likely, high: the forecast change. frozen: the outcome, the waves before, the units to compare with in their order,
    the method (`prove.effects.freezing`). digest: SHA-256 of all that. is_late: whether later data had been released
    when the comparison was chosen. dropped_date: when the action was given up; it is judged all the same.
    """

    class Kind(models.TextChoices):
        """What was done."""

        COMMITMENT = "commitment", _("Commitment")
        VISITS = "visits", _("Visits")
        BRIEFING = "briefing", _("Briefing")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    action_id = models.CharField(max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    title = models.CharField(max_length=300, blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    study = models.CharField(max_length=200)
    wave = models.CharField(max_length=200)
    score = models.CharField(max_length=200)
    low = models.FloatField()
    likely = models.FloatField()
    high = models.FloatField()
    started_date = models.DateField()
    due_date = models.DateField()
    frozen = models.JSONField()
    digest = models.CharField(max_length=64)
    is_late = models.BooleanField()
    registered_at = models.DateTimeField()
    dropped_date = models.DateField(null=True)

    class Meta:
        """One an action; a forecast runs upwards."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "action_id"], name="effect_plan_once"),
            models.CheckConstraint(
                condition=Q(likely__gte=F("low"), high__gte=F("likely")), name="effect_plan_forecast_runs_up"
            ),
            models.CheckConstraint(condition=Q(due_date__gte=F("started_date")), name="effect_plan_due_after_start"),
        ]
        indexes: ClassVar = [models.Index(fields=["study", "started_date"], name="effect_plan_of_study")]


class EffectCheck(models.Model):
    """What one released wave said of an action; never changed.

    is_judging: whether the verdict rests on it; earlier ones are early, later ones say whether it lasted. effect, low,
    high, se: the adjusted effect in the score's own unit, None where nothing can be said. found: the whole estimate, or
    the reason (`prove.effects.freezing`). along: what else happened. inputs: hashes of the score books read. opens_at:
    from when others than the owner see it. seen_at: when the owner looked.
    """

    class Verdict(models.TextChoices):
        """What it says."""

        WORKED = "worked", _("Worked as hoped")
        LESS = "less", _("Moved, less than hoped")
        NONE = "none", _("No sign of an effect")
        HARM = "harm", _("Did harm")
        EARLY = "early", _("Too early to say")
        UNTOLD = "untold", _("Cannot be told")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    plan = models.ForeignKey(EffectPlan, models.PROTECT, related_name="+")
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=6, choices=Verdict.choices)
    is_judging = models.BooleanField()
    effect = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    se = models.FloatField(null=True)
    found = models.JSONField()
    along = models.JSONField(default=list)
    inputs = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    opens_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        """One a wave; one verdict; an effect whole with its interval."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "wave"], name="effect_check_once_a_wave"),
            models.UniqueConstraint(fields=["plan"], condition=Q(is_judging=True), name="effect_judged_once"),
            models.CheckConstraint(
                condition=Q(effect=None, low=None, high=None, se=None)
                | Q(effect__gte=F("low"), high__gte=F("effect"), se__gt=0),
                name="effect_check_whole",
            ),
            models.CheckConstraint(
                condition=Q(is_judging=False) | Q(effect__isnull=False), name="effect_judged_by_a_number"
            ),
        ]
