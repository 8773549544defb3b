"""Goals, the vision, candidates, and directions that were chosen."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from headwater.rooms.people.models import Person, Unit, User
from headwater.vocab import HeadwaterError


class FrozenDirectionError(HeadwaterError):
    """Something tried to change what was chosen; only the state of a direction changes."""

    exit_code = 3


class Goal(models.Model):
    """What the organisation wants to reach, by when and why. Retired, never deleted, once a direction serves it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=160)
    why = models.TextField(max_length=1000)
    by_date = models.DateField(null=True)
    position = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        """No two goals that stand are called the same."""

        constraints: ClassVar = [
            models.UniqueConstraint("title", condition=Q(retired_at=None), name="goal_title_once"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(why=""), name="goal_says_why"),
        ]


class VisionVersion(models.Model):
    """One version of the page that says which experience is wanted; the highest number is in force. It never changes.

    sections: by key of `visions.SECTIONS`, the words.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=160)
    sections = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        """Numbers begin at one."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(number__gte=1) & ~Q(title=""), name="vision_number_from_one")
        ]


class DirectionCandidate(models.Model):
    """Something that could become a direction: a score to move, or something to stop doing.

    study, score: keys of the number it would move, empty for something to stop. hours_low, hours_high: hours a month
    that stopping frees, as `hours_by` estimates them. asked_by: who asked to stop it, where they wish to be named.
    """

    class Kind(models.TextChoices):
        """What it is."""

        SCORE = "score"
        STOP = "stop"

    class Source(models.TextChoices):
        """Where it came from."""

        BOARD = "board"
        FINDING = "finding"
        HAND = "hand"
        GAP = "gap"

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open"
        CHOSEN = "chosen"
        ASIDE = "aside"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    source = models.CharField(max_length=7, choices=Source.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    why = models.TextField(max_length=1000, blank=True)
    study = models.CharField(max_length=200, blank=True)
    score = models.CharField(max_length=200, blank=True)
    hours_low = models.PositiveIntegerField(null=True)
    hours_high = models.PositiveIntegerField(null=True)
    hours_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    aside_why = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        """A score stands once a unit while it is open; hours run upwards and belong to something to stop."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "study", "score"], condition=Q(kind="score", state="open"), name="candidate_score_once"
            ),
            models.UniqueConstraint(
                fields=["unit", "title"], condition=Q(kind="stop", state="open"), name="candidate_stop_once"
            ),
            models.CheckConstraint(
                condition=(Q(kind="score") & ~Q(study="") & ~Q(score="") & Q(hours_low=None, hours_high=None))
                | (
                    Q(kind="stop", study="", score="", hours_by__isnull=False)
                    & Q(hours_low__isnull=False, hours_high__gte=F("hours_low"))
                ),
                name="candidate_is_one_kind",
            ),
            models.CheckConstraint(condition=~Q(state="aside") | ~Q(aside_why=""), name="candidate_aside_says_why"),
        ]


class CandidateRating(models.Model):
    """How hard a candidate is and how ready its unit is, 1 to 5, as one person estimates it. The latest counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    candidate = models.ForeignKey(DirectionCandidate, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    effort = models.PositiveSmallIntegerField()
    readiness = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=300, blank=True)
    rated_at = models.DateTimeField()

    class Meta:
        """One estimate a person."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["candidate", "by"], name="rating_once_a_person"),
            models.CheckConstraint(
                condition=Q(effort__range=(1, 5), readiness__range=(1, 5)), name="rating_from_one_to_five"
            ),
        ]


class Direction(models.Model):
    """A candidate that was chosen, as it was known that day. Only its state changes; a change is a new direction.

    evidence: `Evidence.as_plain`, null for something to stop. expected: what was expected of it, as `Expected.as_plain`
    of `effects`; null where nothing was known. more_why: why one more, where several stood already.
    """

    class State(models.TextChoices):
        """What became of it."""

        GOING = "going"
        CHANGED = "changed"
        STOPPED = "stopped"
        FINISHED = "finished"

    CHANGING: ClassVar = frozenset({"state"})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    candidate = models.ForeignKey(DirectionCandidate, models.PROTECT, related_name="+")
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    why = models.TextField(max_length=1000)
    more_why = models.CharField(max_length=500, blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    evidence = models.JSONField(null=True)
    expected = models.JSONField(null=True)
    inputs_hash = models.CharField(max_length=80, blank=True)
    start = models.FloatField(null=True)
    target = models.FloatField(null=True)
    smallest = models.FloatField(null=True)
    hours_low = models.PositiveIntegerField(null=True)
    hours_high = models.PositiveIntegerField(null=True)
    target_date = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.GOING)
    chosen_at = models.DateTimeField()
    chosen_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        """A direction moves a score or frees hours; a candidate has one standing direction."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["candidate"], condition=Q(state="going"), name="direction_stands_once_a_candidate"
            ),
            models.CheckConstraint(
                condition=Q(
                    evidence__isnull=False, start__isnull=False, target__isnull=False, smallest__gt=0, hours_low=None
                )
                | Q(evidence__isnull=True, start=None, target=None, smallest=None, hours_low__isnull=False),
                name="direction_is_one_kind",
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(why=""), name="direction_says_why"),
        ]

    def save(self, **options: Any) -> None:
        """Keep it. Raises FrozenDirectionError when anything but the state of a kept one would change."""
        if not self._state.adding and set(options.get("update_fields") or ("",)) - self.CHANGING:
            raise FrozenDirectionError("a direction that was chosen does not change; only its state does")
        super().save(**options)

    @property
    def is_score(self) -> bool:
        """Whether it moves a score."""
        return self.evidence is not None


class DirectionStep(models.Model):
    """A change of a direction's state, with the reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    direction = models.ForeignKey(Direction, models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=Direction.State.choices)
    why = models.TextField(max_length=1000)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        """No change without a reason."""

        constraints: ClassVar = [models.CheckConstraint(condition=~Q(why=""), name="direction_step_says_why")]


class DirectionReview(models.Model):
    """A direction looked at again: the number of that day beside the frozen one, and what was decided.

    evidence: null for something to stop. due_date: when it was due.
    """

    class Decision(models.TextChoices):
        """What was decided."""

        GO_ON = "go_on"
        CHANGE = "change"
        STOP = "stop"
        FINISH = "finish"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    direction = models.ForeignKey(Direction, models.PROTECT, related_name="+")
    due_date = models.DateField()
    held_at = models.DateTimeField()
    held_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="+")
    evidence = models.JSONField(null=True)
    hours = models.PositiveIntegerField(null=True)
    decision = models.CharField(max_length=6, choices=Decision.choices)
    why = models.TextField(max_length=1000)

    class Meta:
        """One review a due date."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["direction", "due_date"], name="direction_review_once"),
            models.CheckConstraint(condition=~Q(why=""), name="direction_review_says_why"),
        ]
