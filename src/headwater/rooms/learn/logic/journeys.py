"""A journey as plain data: stages, the moments in them, what measures each, and the one way to change it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

from headwater.vocab import Texts

MOST_STAGES, MOST_MOMENTS = 12, 12
LONGEST = 120
LONGEST_NOTE = 600
KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
CUSTOMER, EMPLOYEE = "customer", "employee"
KINDS = (CUSTOMER, EMPLOYEE)
T = TypeVar("T")


class JourneyError(ValueError):
    """A journey that cannot be kept. problem: a word the page has a sentence for."""

    def __init__(self, problem: str) -> None:
        """Take the problem."""
        self.problem = problem
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class Moment:
    """A touchpoint of customers or a moment of employees. key: unique in the journey.

    subject: the scale or question that measures it; empty when nothing does yet. study: key of the study it is read
    from; empty for the latest that asks it. cut, level: the context value of a contact study. units: keys of units that
    serve it. is_leadership: what the leader does here is felt by everyone.
    """

    key: str
    title: Texts
    note: Texts
    subject: str = ""
    study: str = ""
    cut: str = ""
    level: str = ""
    units: tuple[str, ...] = ()
    is_leadership: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage with its moments, in order."""

    key: str
    title: Texts
    moments: tuple[Moment, ...] = ()


@dataclass(frozen=True, slots=True)
class Journey:
    """A whole journey. kind: "customer" or "employee"."""

    key: str
    kind: str
    title: Texts
    purpose: Texts
    stages: tuple[Stage, ...] = ()

    def moments(self) -> Iterator[tuple[Stage, Moment]]:
        """Yield every moment with its stage."""
        for stage in self.stages:
            for moment in stage.moments:
                yield stage, moment

    def moment(self, key: str) -> Moment:
        """Return a moment. Raises KeyError."""
        return next((one for _stage, one in self.moments() if one.key == key), None) or _missing(key)

    def stage(self, key: str) -> Stage:
        """Return a stage. Raises KeyError."""
        return next((one for one in self.stages if one.key == key), None) or _missing(key)


def _missing(key: str) -> Any:
    raise KeyError(key)


def checked(journey: Journey) -> Journey:
    """Return the journey as it may be kept. Raises JourneyError."""
    if not KEY.fullmatch(journey.key) or journey.kind not in KINDS:
        raise JourneyError("broken")
    if not 1 <= len(journey.stages) <= MOST_STAGES:
        raise JourneyError("stages")
    keys = [stage.key for stage in journey.stages] + [moment.key for _stage, moment in journey.moments()]
    if len(set(keys)) != len(keys) or any(not KEY.fullmatch(key) for key in keys):
        raise JourneyError("broken")
    named = [journey.title, *(stage.title for stage in journey.stages), *(one.title for _s, one in journey.moments())]
    if any(not any(words.strip() for words in texts.values()) for texts in named):
        raise JourneyError("untitled")
    if any(len(words) > LONGEST for texts in named for words in texts.values()):
        raise JourneyError("long")
    notes = [journey.purpose, *(one.note for _stage, one in journey.moments())]
    if any(len(words) > LONGEST_NOTE for texts in notes for words in texts.values()):
        raise JourneyError("long")
    if any(len(stage.moments) > MOST_MOMENTS for stage in journey.stages):
        raise JourneyError("moments")
    if any(bool(one.cut) != bool(one.level) for _stage, one in journey.moments()):
        raise JourneyError("cut")
    return journey


def to_json(journey: Journey) -> dict[str, Any]:
    """Write a journey down."""
    return {"format": 1, **asdict(journey)}


def from_json(content: Mapping[str, Any]) -> Journey:
    """Read a journey back. Raises JourneyError for a damaged one."""
    try:
        if content["format"] != 1:
            raise JourneyError("broken")
        stages = tuple(
            Stage(
                stage["key"],
                dict(stage["title"]),
                tuple(Moment(**{**one, "units": tuple(one["units"])}) for one in stage["moments"]),
            )
            for stage in content["stages"]
        )
        found = Journey(content["key"], content["kind"], dict(content["title"]), dict(content["purpose"]), stages)
    except (KeyError, TypeError) as error:
        raise JourneyError("broken") from error
    return checked(found)


def free_key(title: str, taken: Sequence[str]) -> str:
    """Return a key for a title that nothing has yet."""
    base = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40] or "part"
    return next(key for n in range(len(taken) + 1) if (key := base if not n else f"{base}-{n + 1}") not in taken)


def keys_of(journey: Journey) -> list[str]:
    """Return every key that is taken."""
    return [stage.key for stage in journey.stages] + [moment.key for _stage, moment in journey.moments()]


def with_stage(journey: Journey, title: Texts) -> Journey:
    """Add a stage at the end."""
    key = free_key(next(iter(title.values()), ""), keys_of(journey))
    return checked(replace(journey, stages=(*journey.stages, Stage(key, title))))


def with_stage_titled(journey: Journey, stage: str, title: Texts) -> Journey:
    """Rename a stage. Raises KeyError."""
    journey.stage(stage)
    return _stages(journey, lambda one: replace(one, title=title) if one.key == stage else one)


def with_stage_moved(journey: Journey, stage: str, by: int) -> Journey:
    """Move a stage by so many places; past an end it stays. Raises KeyError."""
    order = [one.key for one in journey.stages]
    place = order.index(journey.stage(stage).key)
    return checked(replace(journey, stages=_moved(journey.stages, place, by)))


def without_stage(journey: Journey, stage: str) -> Journey:
    """Take a stage out, with its moments. Raises KeyError."""
    journey.stage(stage)
    return checked(replace(journey, stages=tuple(one for one in journey.stages if one.key != stage)))


def with_moment(journey: Journey, stage: str, moment: Moment) -> Journey:
    """Keep a moment in a stage: in the place it has there, else at the end. Raises KeyError for an unknown stage."""
    journey.stage(stage)

    def kept(one: Stage) -> Stage:
        held = any(other.key == moment.key for other in one.moments)
        if one.key == stage and held:
            return replace(one, moments=tuple(moment if other.key == moment.key else other for other in one.moments))
        left = tuple(other for other in one.moments if other.key != moment.key)
        return replace(one, moments=(*left, moment) if one.key == stage else left)

    return _stages(journey, kept)


def with_moment_moved(journey: Journey, moment: str, by: int) -> Journey:
    """Move a moment within its stage. Raises KeyError."""
    journey.moment(moment)

    def moved(one: Stage) -> Stage:
        keys = [other.key for other in one.moments]
        return replace(one, moments=_moved(one.moments, keys.index(moment), by)) if moment in keys else one

    return _stages(journey, moved)


def without_moment(journey: Journey, moment: str) -> Journey:
    """Take a moment out. Raises KeyError."""
    journey.moment(moment)
    return _stages(journey, lambda one: replace(one, moments=tuple(m for m in one.moments if m.key != moment)))


def _stages(journey: Journey, change: Callable[[Stage], Stage]) -> Journey:
    return checked(replace(journey, stages=tuple(change(one) for one in journey.stages)))


def _moved(parts: tuple[T, ...], place: int, by: int) -> tuple[T, ...]:
    left = [*parts[:place], *parts[place + 1 :]]
    left.insert(min(max(place + by, 0), len(left)), parts[place])
    return tuple(left)
