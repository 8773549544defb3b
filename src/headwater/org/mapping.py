"""What became of units in a reorganisation, and which trends survive it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from headwater.org.numbering import subtree_sums
from headwater.org.people import Organisation
from headwater.vocab import InputError, Problem, UnitTree

Number = TypeVar("Number", np.int64, np.float64)

TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class UnitLink:
    """Part of an old unit's own team that went into a new unit's own team. share: 0 to 1, of the old team.

    old is "" for a team that came from outside (an acquisition), new is "" for one that left (a sale).
    """

    old: str
    new: str
    share: float = 1.0


@dataclass(frozen=True)
class UnitMapping:
    """Links between the units of two organisations. Units of one id on both sides need a link like all others.

    moved: people who changed teams on their own and were left out of account when the mapping was inferred.
    """

    links: tuple[UnitLink, ...]
    moved: int = 0

    def __post_init__(self) -> None:
        """Check shares. Raises InputError naming units whose shares are impossible or that are linked twice."""
        problems = []
        total: Counter[str] = Counter()
        seen = set()
        for link in self.links:
            if (link.old, link.new) in seen:
                problems.append(Problem(f"{link.old!r} and {link.new!r} are linked twice.", "Keep one line."))
            seen.add((link.old, link.new))
            if not link.old and not link.new:
                problems.append(Problem("a link names neither an old nor a new unit.", "Name one."))
            if not 0 < link.share <= 1 + TOLERANCE:
                message = f"the share of {link.old!r} in {link.new!r} is {link.share:g}."
                problems.append(Problem(message, "Shares lie above 0 and up to 1."))
            total[link.old] += link.share  # type: ignore[assignment]
        for unit, share in total.items():
            if unit and share > 1 + 1e-6:
                problems.append(Problem(f"the shares of {unit!r} add up to {share:g}.", "They add up to 1."))
            elif unit and share < 1 - 1e-6:
                remedy = "Add a line with an empty new unit for those who left the organisation."
                problems.append(Problem(f"the shares of {unit!r} add up to {share:g}, not 1.", remedy))
        if problems:
            raise InputError(problems)

    def recut(self, old: UnitTree, new: UnitTree) -> Recut:
        """Place every old unit in the new tree. Raises InputError when a link names a unit that is in neither tree."""
        return _recut(self, old, new)


@dataclass(frozen=True)
class Recut:
    """Old units in a new tree.

    target: int32[U_old], the smallest new unit that holds all of an old unit's own team, -1 when none does.
    comparable: bool[U_new], whether the new unit with all below it is exactly a union of old units' own teams.
    reasons: by new unit id, why it is not comparable.
    """

    target: NDArray[np.int32]
    comparable: NDArray[np.bool_]
    reasons: Mapping[str, str]
    old: UnitTree
    new: UnitTree

    @property
    def unplaced(self) -> tuple[str, ...]:
        """Ids of old units that no link places: their answers are in no new unit. Show them to whoever maps."""
        return tuple(self.old.ids[unit] for unit in np.flatnonzero(self.target < 0).tolist())

    def sources(self, unit: int) -> NDArray[np.intp]:
        """Return the old units whose teams together are a new unit with all below it."""
        part = self.new.subtree(unit)
        return np.flatnonzero((self.target >= part.start) & (self.target < part.stop))

    def carry(self, own: NDArray[Number]) -> NDArray[Number]:
        """Carry additive sums over: [U_old, ...] of old units' own teams to [U_new, ...] of new units with all below.

        Rows of units that are not comparable hold sums of another group than the unit: show only where `comparable`.
        Float results are NaN there; integers are left for the caller to mask.
        """
        placed = np.zeros((len(self.new), *own.shape[1:]), own.dtype)
        there = self.target >= 0
        np.add.at(placed, self.target[there], own[there])
        sums = subtree_sums(self.new, placed)
        if np.issubdtype(own.dtype, np.floating):
            sums[~self.comparable] = np.nan
        return sums


def _recut(mapping: UnitMapping, old: UnitTree, new: UnitTree) -> Recut:
    problems = []
    targets: dict[int, list[int]] = {}
    reasons: dict[int, str] = {}

    def blame(unit: int, stop: int, reason: str) -> None:
        while unit >= 0 and unit != stop:
            reasons.setdefault(unit, reason)
            unit = int(new.parent[unit])

    for link in mapping.links:
        if link.old and link.old not in old.index_of:
            problems.append(Problem(f"the mapping names {link.old!r}, which is no unit before the reorganisation."))
        elif link.new and link.new not in new.index_of:
            problems.append(Problem(f"the mapping names {link.new!r}, which is no unit after the reorganisation."))
        elif not link.old:
            blame(new.index_of[link.new], -1, f"{link.new} came from outside")
        else:
            targets.setdefault(old.index_of[link.old], []).append(new.index_of[link.new] if link.new else -1)
    if problems:
        raise InputError(problems)
    place = np.full(len(old), -1, np.int32)
    for unit, found in targets.items():
        inside = [target for target in found if target >= 0]
        name = old.ids[unit]
        if len(inside) < len(found):
            for target in inside:
                blame(target, -1, f"part of {name} left the organisation")
        elif inside:
            place[unit] = _shared_ancestor(new, inside)
            for target in inside:
                blame(target, int(place[unit]), f"{name} was split, and part of it is elsewhere")
    covered = np.zeros(len(new), np.int64)
    np.add.at(covered, place[place >= 0], 1)
    for unit in np.flatnonzero(subtree_sums(new, covered) == 0).tolist():
        reasons.setdefault(unit, "no old unit went into it")
    comparable = np.ones(len(new), np.bool_)
    comparable[list(reasons)] = False
    return Recut(place, comparable, {new.ids[unit]: reason for unit, reason in sorted(reasons.items())}, old, new)


def _shared_ancestor(tree: UnitTree, units: Iterable[int]) -> int:
    """Return the deepest unit that holds all units given."""
    numbers = list(units)
    low, high = min(numbers), max(numbers)
    while not tree.is_within(high, low):
        low = int(tree.parent[low])
    return low


def infer_mapping(
    before: Organisation,
    after: Organisation,
    *,
    explicit: Iterable[UnitLink] = (),
    transfer_share: float = 0.2,
) -> UnitMapping:
    """Infer what became of units from people who were there before and after; explicit links win.

    People who moved on their own are no reorganisation: a part of an old team is left out of account (and counted in
    `moved`) when it is at most `transfer_share` of those of the old team who stayed with the organisation and at most
    `transfer_share` of those of the new team who were there before. A team of which nobody stayed gets no link; a unit
    without people of its own is linked by its id. An old unit named in `explicit` takes its links from there alone.
    """
    if not 0 <= transfer_share < 0.5:
        raise ValueError("transfer_share must be at least 0 and below one half")
    given = list(explicit)
    settled = {link.old for link in given if link.old}
    flows: Counter[tuple[int, int]] = Counter()
    for place, person in enumerate(before.people):
        there = after.position.get(person)
        if there is not None and before.leaf[place] >= 0 and after.leaf[there] >= 0:
            flows[int(before.leaf[place]), int(after.leaf[there])] += 1
    out: Counter[int] = Counter()
    into: Counter[int] = Counter()
    for (old, new), count in flows.items():
        out[old] += count
        into[new] += count
    kept: dict[int, dict[int, int]] = {}
    moved = 0
    for (old, new), count in sorted(flows.items()):
        if before.tree.ids[old] in settled:
            continue
        if count <= transfer_share * out[old] and count <= transfer_share * into[new]:
            moved += count
        else:
            kept.setdefault(old, {})[new] = count
    links = list(given)
    for old, found in kept.items():
        total = sum(found.values())
        links += [UnitLink(before.tree.ids[old], after.tree.ids[new], count / total) for new, count in found.items()]
    for old, unit in enumerate(before.tree.ids):
        if not before.invited[old] and unit not in settled and unit in after.tree.index_of:
            links.append(UnitLink(unit, unit))
    return UnitMapping(tuple(links), moved)
