"""People as an HR file gives them, and the organisation they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from headwater.org.numbering import subtree_sums
from headwater.vocab import Problem, UnitTree

Status = Literal["active", "left", "vacant"]
"""Whether somebody works here, has left, or the row is a position that nobody holds."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One row of an organisation file. Either `manager` or `path` places the person.

    row: its number in the spreadsheet, the header being row 1. manager: ids in the order given; the first counts.
    path: names of the units from the top down to the person's own. unit, unit_name: the unit's id and name as the file
    gives them. primary: whether the row is the person's main one, None when the file does not say. leads: in path
    form, whether the person leads the unit at the end of the path.
    """

    row: int
    person: str
    name: str = ""
    manager: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    unit: str = ""
    unit_name: str = ""
    status: Status = "active"
    contractor: bool = False
    primary: bool | None = None
    leads: bool = False
    start_date: date | None = None
    end_date: date | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Organisation:
    """Who works in which unit. A leader belongs to the unit above, so that a unit never counts its own leader.

    people, names: tuples of length P. leaf: int32[P], the unit whose answers the person's are, -1 for the leader of the
    whole organisation, who has no unit above. leads: int32[P], the unit the person leads, -1 for none.
    attributes: by name, tuples of length P, "" where the file says nothing. problems: what was odd in the file.
    """

    tree: UnitTree
    people: tuple[str, ...]
    names: tuple[str, ...]
    leaf: NDArray[np.int32]
    leads: NDArray[np.int32]
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def __len__(self) -> int:
        """How many people there are."""
        return len(self.people)

    @cached_property
    def position(self) -> dict[str, int]:
        """Position by person id."""
        return {person: place for place, person in enumerate(self.people)}

    @cached_property
    def invited(self) -> NDArray[np.int64]:
        """int64[U]: people of each unit itself, without the units below and without its leader."""
        return np.bincount(self.leaf[self.leaf >= 0], minlength=len(self.tree)).astype(np.int64)

    @cached_property
    def invited_below(self) -> NDArray[np.int64]:
        """int64[U]: people of each unit and all units below it, without its leader."""
        return subtree_sums(self.tree, self.invited)

    def unit_of(self, person: str) -> str:
        """Return the id of the unit that a person belongs to, "" for the leader of all. Raises KeyError."""
        place = int(self.leaf[self.position[person]])
        return "" if place < 0 else self.tree.ids[place]

    def members(self, unit: str) -> tuple[str, ...]:
        """Return the ids of a unit's own people. Raises KeyError for an unknown unit."""
        here = np.flatnonzero(self.leaf == self.tree.index_of[unit])
        return tuple(self.people[place] for place in here.tolist())
