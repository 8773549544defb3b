"""The organisation over time: dated snapshots, each valid until the next."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import pairwise

from headwater.org.mapping import UnitMapping, infer_mapping
from headwater.org.people import Organisation
from headwater.vocab import InputError, Problem


@dataclass(frozen=True)
class Snapshot:
    """The organisation as it stood from a day on."""

    valid_from: date
    organisation: Organisation


@dataclass(frozen=True)
class OrganisationHistory:
    """Snapshots in order of their days. A snapshot never changes: answers belong to the unit they were given in.

    mappings: by the later snapshot's day, what became of the units of the snapshot before it; inferred from people
    where none is given.
    """

    snapshots: tuple[Snapshot, ...]
    mappings: Mapping[date, UnitMapping] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that days rise and that mappings belong to one. Raises InputError."""
        days = [snapshot.valid_from for snapshot in self.snapshots]
        if not days:
            raise InputError("a history needs at least one snapshot")
        for earlier, later in pairwise(days):
            if later <= earlier:
                message = f"the organisation of {later} comes after that of {earlier}."
                raise InputError(Problem(message, "Give one snapshot a day, in order."))
        for day in self.mappings:
            if day not in days[1:]:
                message = f"a mapping is given for {day}, when no reorganisation took effect."
                raise InputError(Problem(message, f"Reorganisations: {', '.join(map(str, days[1:])) or 'none'}."))

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The days on which a snapshot takes effect."""
        return tuple(snapshot.valid_from for snapshot in self.snapshots)

    def as_of(self, day: date) -> Organisation:
        """Return the organisation that was valid on a day. Raises InputError for a day before the first snapshot."""
        place = bisect_right(self.days, day) - 1
        if place < 0:
            message = f"nothing is known of the organisation on {day}; the first snapshot is of {self.days[0]}."
            raise InputError(Problem(message, "Load an earlier organisation file."))
        return self.snapshots[place].organisation

    def with_snapshot(
        self, valid_from: date, organisation: Organisation, mapping: UnitMapping | None = None
    ) -> OrganisationHistory:
        """Return the history with one more snapshot at its end. Raises InputError when the day is not later."""
        mappings = {**self.mappings, valid_from: mapping} if mapping is not None else self.mappings
        return replace(self, snapshots=(*self.snapshots, Snapshot(valid_from, organisation)), mappings=mappings)

    def mapping_to(self, day: date) -> UnitMapping:
        """Return what became of units when the snapshot of `day` took effect: as given, else inferred from people.

        Raises InputError when no snapshot but the first took effect on that day.
        """
        if day in self.mappings:
            return self.mappings[day]
        if day not in self.days[1:]:
            raise InputError(f"no reorganisation took effect on {day}")
        place = self.days.index(day)
        return infer_mapping(self.snapshots[place - 1].organisation, self.snapshots[place].organisation)
