"""Released totals as conditions on respondents, so that a later release can be judged on finer distinctions."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headwater.vocab import UnitTree

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

RESPONDENTS = "respondents"
"""The family of everyone who took part."""


@dataclass(frozen=True, slots=True)
class Span(Collection[str]):
    """Values that stand side by side in a listing: a unit and all below it, in the preorder of its tree."""

    listing: tuple[str, ...]
    start: int
    stop: int

    def __contains__(self, value: object) -> bool:
        """Whether a value stands in it."""
        return value in self.listing[self.start : self.stop]

    def __iter__(self) -> Iterator[str]:
        """Yield the values in the order of the listing."""
        return iter(self.listing[self.start : self.stop])

    def __len__(self) -> int:
        """How many values there are."""
        return self.stop - self.start


Values = frozenset[str] | Span


@dataclass(frozen=True)
class Cells:
    """Respondents by the attributes that releases use.

    attributes: by name (unit, tenure, window, version), one value a cell. people: by family, int64[C]; it holds
    RESPONDENTS. known: bool[C], cells whose answers the attacker is taken to know (superseded answers), or None.
    """

    attributes: Mapping[str, Sequence[str]]
    people: Mapping[str, IntArray]
    known: BoolArray | None = None

    def __post_init__(self) -> None:
        """Check that everything has one length."""
        lengths = {len(values) for values in self.attributes.values()} | {len(held) for held in self.people.values()}
        if self.known is not None:
            lengths.add(len(self.known))
        if len(lengths) > 1:
            raise ValueError("the attributes and counts of a ledger's cells differ in length")
        if RESPONDENTS not in self.people:
            raise ValueError(f"a ledger's cells need the family {RESPONDENTS!r}")

    def unknown(self, family: str) -> IntArray:
        """Return the people of a family whose answers are to be protected: int64[C]."""
        people = self.people[family]
        return people if self.known is None else np.where(self.known, 0, people)


@dataclass(frozen=True, slots=True)
class Total:
    """One released total: the respondents who have one of the values in every attribute named. `where` of {} is all."""

    where: Mapping[str, Values]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """Totals released together.

    families: of whom they are; each has all totals but those at the positions in `missing`. k: the smallest group it
    was made for, 0 for the ledger's own. about: what else is to be remembered of it, as JSON; no count and no answer.
    """

    name: str
    totals: tuple[Total, ...]
    families: tuple[str, ...] = (RESPONDENTS,)
    missing: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    k: int = 0
    about: Mapping[str, Any] = field(default_factory=dict)

    def has(self, family: str) -> BoolArray:
        """Which totals it holds of a family: bool[T]."""
        held = np.full(len(self.totals), family in self.families)
        held[list(self.missing.get(family, ()))] = False
        return held


def tree_totals(tree: UnitTree, shown: BoolArray, attribute: str = "unit") -> tuple[Total, ...]:
    """Make the totals of all shown units of a tree (bool[U]); `attribute` names the cells' unit in that tree."""
    return tuple(Total({attribute: _below(tree, int(unit))}, tree.ids[unit]) for unit in np.flatnonzero(shown))


def cut_totals(
    tree: UnitTree, shown: BoolArray, cut: str, levels: Sequence[str], attribute: str = "unit"
) -> tuple[Total, ...]:
    """Make the totals of the shown cells of a cut (bool[U, L])."""
    values = [frozenset([level]) for level in levels]
    return tuple(
        Total({attribute: _below(tree, int(unit)), cut: values[level]}, f"{tree.ids[unit]} / {cut} {levels[level]}")
        for unit, level in zip(*np.nonzero(shown), strict=True)
    )


def _below(tree: UnitTree, unit: int) -> Span:
    return Span(tree.ids, unit, unit + int(tree.size[unit]))


def restrict(totals: Iterable[Total], **where: Iterable[str]) -> tuple[Total, ...]:
    """Narrow totals to the given values of further attributes: a window, a version, a second filter."""
    more = {name: frozenset(values) for name, values in where.items()}
    return tuple(Total({**total.where, **more}, total.label) for total in totals)


def pack(mask: BoolArray) -> str:
    """Write a mask as a short text."""
    return base64.b64encode(zlib.compress(np.packbits(mask).tobytes(), 6)).decode("ascii")


def unpack(text: str, count: int) -> BoolArray:
    """Read a mask of `count` that `pack` wrote. Raises ValueError when it is none."""
    try:
        bits = np.frombuffer(zlib.decompress(base64.b64decode(text, validate=True)), np.uint8)
    except zlib.error as error:
        raise ValueError(f"a mask cannot be read ({error})") from error
    if len(bits) != -(-count // 8):
        raise ValueError("a mask has another length")
    return np.unpackbits(bits, count=count).astype(bool)


class Places:
    """Finds the cells of totals."""

    def __init__(self, cells: Cells) -> None:
        """Take the cells' attributes."""
        self.count = len(cells.people[RESPONDENTS])
        self._values: dict[str, tuple[tuple[str, ...], IntArray]] = {}
        for name, values in cells.attributes.items():
            names, codes = np.unique(np.asarray(values, dtype=str), return_inverse=True)
            self._values[name] = tuple(names.tolist()), codes.ravel().astype(np.int64)
        self._orders: dict[tuple[str, int], tuple[IntArray, IntArray]] = {}
        self._masks: dict[tuple[str, frozenset[str]], BoolArray] = {}
        self._listings: list[tuple[str, ...]] = []

    def of(self, total: Total) -> IntArray:
        """Return the cells of a total, in no order. Raises ValueError for an attribute that the cells do not say."""
        for name in total.where:
            if name not in self._values:
                raise ValueError(f"the cells do not say {name!r}, which a released total depends on")
        inside: IntArray | None = None
        spans = [(name, values) for name, values in total.where.items() if isinstance(values, Span)]
        for name, span in spans[:1]:
            order, places = self._order(name, span.listing)
            inside = order[np.searchsorted(places, span.start) : np.searchsorted(places, span.stop)]
        sets = [(name, values) for name, values in total.where.items() if isinstance(values, frozenset)]
        sets += [(name, frozenset(values)) for name, values in spans[1:]]
        for name, chosen in sets:
            mask = self._mask(name, chosen)
            inside = np.flatnonzero(mask) if inside is None else inside[mask[inside]]
        return np.arange(self.count) if inside is None else np.asarray(inside, np.int64)

    def _order(self, name: str, listing: tuple[str, ...]) -> tuple[IntArray, IntArray]:
        """Cells sorted by their place in a listing, and those places; a value outside it stands before all."""
        key = name, id(listing)
        if key not in self._orders:
            self._listings.append(listing)  # kept, so that the id stays its own
            place = {value: number for number, value in enumerate(listing)}
            values, codes = self._values[name]
            at = np.array([place.get(value, -1) for value in values], np.int64)[codes]
            order = np.argsort(at, kind="stable")
            self._orders[key] = order, at[order]
        return self._orders[key]

    def _mask(self, name: str, chosen: frozenset[str]) -> BoolArray:
        key = name, chosen
        if key not in self._masks:
            values, codes = self._values[name]
            self._masks[key] = np.array([value in chosen for value in values], bool)[codes]
        return self._masks[key]
