"""What this organisation would give: its registered actions as rows that may leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headwater.rooms.act.present_units import present_units
from headwater.rooms.people.models import Person, Unit
from headwater.rooms.prove.effects.learned import found_of
from headwater.rooms.prove.effects.lines import EffectLine, every_line
from headwater.rooms.prove.elsewhere.signing import digest_of
from headwater.rooms.prove.elsewhere.words import size_of
from headwater.rooms.prove.logic.sharing import Action, Family, Left, Shared, shared_rows
from headwater.rooms.prove.models import SharedSummary

JOINT = "|"
"""Between the parts of a family, where it is a key."""


@dataclass(frozen=True)
class Choices:
    """What the organisation says of itself, each by choice. with_size: whether the band of its size leaves."""

    licence: str = "CC0-1.0"
    sector: str = ""
    with_size: bool = False


@dataclass(frozen=True)
class Ready:
    """A summary as it would leave. before: the last that left, None for none. is_new: whether anything differs."""

    content: dict[str, Any]
    digest: str
    shared: Shared
    before: SharedSummary | None
    is_new: bool

    @property
    def may_leave(self) -> bool:
        """Whether there is anything to give."""
        return bool(self.shared.rows) and self.is_new


def ready_summary(*, choices: Choices, now: datetime) -> Ready:
    """Return the summary that would leave now."""
    before = SharedSummary.objects.order_by("-edition").first()
    shared = shared_rows(_actions(now), _people_of, _left(before), now.year)
    content = {
        "edition": before.edition + 1 if before is not None else 1,
        "year": now.year,
        "invented": False,
        "licence": choices.licence,
        "sector": choices.sector,
        "size": size_of(Person.objects.filter(is_active=True).count()) if choices.with_size else "",
        "waiting": len(shared.waiting),
        "rows": [shared.rows[family] for family in sorted(shared.rows)],
    }
    is_new = before is None or _said(content) != _said(before.content)
    return Ready(content, digest_of(content), shared, before, is_new)


def _said(content: Mapping[str, Any]) -> dict[str, Any]:
    """What a summary says, apart from its number and year."""
    return {name: value for name, value in content.items() if name not in ("edition", "year")}


def _left(before: SharedSummary | None) -> dict[Family, Left]:
    if before is None:
        return {}
    from headwater.rooms.prove.elsewhere.reading import family_of

    return {family_of(row): Left(row, before.effects[JOINT.join(family_of(row))]) for row in before.content["rows"]}


def _actions(now: datetime) -> list[Action]:
    lines = every_line(now=now)
    standing = present_units(one.plan.unit for one in lines)
    return [_action(one, standing[one.plan.unit.pk]) for one in lines]


def _action(line: EffectLine, unit: Unit | None) -> Action:
    found = found_of(line)
    return Action(
        found.family,
        found.verdict,
        line.plan.unit.key if unit is None else unit.key,
        (line.frozen.floor, line.frozen.ceiling),
        found.value,
        found.se,
    )


def _people_of(keys: frozenset[str]) -> int:
    """How many people work in units and below them, each counted once though units lie within one another."""
    people, end = 0, -1
    for unit in Unit.objects.filter(key__in=keys, is_open=True).exclude(number=None).order_by("number"):
        assert unit.number is not None
        if unit.number >= end:
            people += unit.people_below
            end = unit.number + unit.size
    return people
