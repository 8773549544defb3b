"""The ledger: all totals released over one answer set, as one linear system.

An answer set is a study's wave. Its respondents fall into cells: all who agree in every attribute any release uses
(unit, unit in a later tree, level of a cut, window, version). A released total is a set of values for attributes, and
stands for the respondents who have them. A new release is safe when no group of 1 to k - 1 respondents has its count
or sum in the span of everything released before and it together; `spans` decides that exactly.

Families keep unknowns apart that no equation joins: the respondents themselves, and those who answered each item. They
share the released totals and differ in who counts. Two kinds of scale differ:

- the mean of a group's item means is a function of released item totals and adds no equation, wherever all its
  items are released (`gate_scales`);
- a mean of persons' own scores over partly answered items minus its items leaves the persons who skipped some. Those
  persons are a family of their own, and it must be as safe as any other.

Corrected answers count twice: the old ones in cells marked `known`, for the attacker may hold them, the new ones as
respondents. So a correction by fewer than k people is found like late answers.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headwater.privacy.spans import Echelon, Exposure
from headwater.vocab import InputError, Problem, UnitTree

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

RESPONDENTS = "respondents"
"""The family of everyone who took part."""

_AT_ONCE = 200
_FORMAT = "headwater ledger 1"


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


@dataclass(frozen=True, slots=True)
class Total:
    """One released total: the respondents who have one of the values in every attribute named. `where` of {} is all."""

    where: Mapping[str, frozenset[str]]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """Totals released together, each for every family named."""

    name: str
    totals: tuple[Total, ...]
    families: tuple[str, ...] = (RESPONDENTS,)


@dataclass(frozen=True, slots=True)
class LedgerVerdict:
    """What the ledger says of a proposed release.

    withheld: positions of totals to leave out, so that the others are safe with all that went before. exposed: labels
    of the totals that give groups away. standing: families in which what was released before is
    unsafe by itself; nothing proposed can mend that, and nothing further may be released in them.
    """

    withheld: tuple[int, ...]
    exposed: tuple[str, ...]
    standing: tuple[str, ...] = ()

    @property
    def safe(self) -> bool:
        """Whether the release may go out as it is."""
        return not self.withheld and not self.standing


@dataclass
class Ledger:
    """Everything released over one answer set. `path` is the file it is kept in, None in memory."""

    study: str
    wave: str
    k: int
    path: Path | None = None
    releases: list[Release] = field(default_factory=list)
    head: str = ""
    """Digest of the last entry; each entry holds the one before."""

    @classmethod
    def load(cls, path: Path) -> Ledger:
        """Read a ledger and check its chain. Raises InputError when it was cut short, edited, or is no ledger."""
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            ledger = cls(str(found["study"]), str(found["wave"]), int(found["k"]), path)
            if found["format"] != _FORMAT:
                raise ValueError("unknown format")
            ledger.head = ledger._first()
            for entry in found["entries"]:
                release = _from_json(entry["release"])
                if entry["previous"] != ledger.head or entry["digest"] != _digest(ledger.head, entry["release"]):
                    raise ValueError(f"entry {len(ledger.releases) + 1} does not continue the one before")
                ledger.head = entry["digest"]
                ledger.releases.append(release)
            if found["head"] != ledger.head:
                raise ValueError("entries are missing at its end")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(
                Problem(f"the privacy ledger cannot be trusted: {error}", "Restore it from a backup.", str(path))
            ) from error
        return ledger

    def propose(self, release: Release, cells: Cells) -> LedgerVerdict:
        """Judge a release against all that was released over these answers. Changes nothing.

        cells: the respondents by every attribute that this release and the earlier ones name; a missing attribute
        raises ValueError, for a total that cannot be placed cannot be judged. Of the totals that give a group away, the
        proposed one of fewest people is withheld.
        """
        earlier = [(total, families) for done in self.releases for total in done.totals for families in [done.families]]
        unknown = {family for _, families in earlier for family in families} | set(release.families)
        missing = unknown - cells.people.keys()
        if missing:
            raise ValueError(f"no counts for {', '.join(sorted(missing))}")
        places = _Places(cells)
        proposed = [places.of(total) for total in release.totals]
        past = [(places.of(total), set(families)) for total, families in earlier]
        withheld: set[int] = set()
        exposed: list[str] = []
        standing: list[str] = []
        for family in sorted(unknown):
            people = np.where(cells.known, 0, cells.people[family]) if cells.known is not None else cells.people[family]
            fixed = [rows for rows, families in past if family in families]
            fresh = proposed if family in release.families else []
            while True:
                open_rows = [number for number in range(len(fresh)) if number not in withheld]
                rows = [*fixed, *(fresh[number] for number in open_rows)]
                exposures = _exposures(rows, people, self.k)
                if not exposures:
                    break
                for exposure in exposures:
                    blamed = [open_rows[row - len(fixed)] for row in exposure.rows if row >= len(fixed)]
                    if not blamed and exposure.proven:
                        standing.append(family)
                    elif not withheld & set(blamed):
                        choose_from = blamed or open_rows
                        if choose_from:
                            worst = min(choose_from, key=lambda number: (int(people[fresh[number]].sum()), number))
                            withheld.add(worst)
                            exposed.append(f"{family}: {release.totals[worst].label or worst}")
                        else:
                            standing.append(family)
                if standing and standing[-1] == family:
                    break
        return LedgerVerdict(tuple(sorted(withheld)), tuple(exposed), tuple(dict.fromkeys(standing)))

    def commit(self, release: Release, cells: Cells) -> None:
        """Record a release, once it is safe. Raises ValueError when it is not. Writes aside, then renames."""
        verdict = self.propose(release, cells)
        if not verdict.safe:
            raise ValueError(
                f"the release {release.name!r} is not safe: {len(verdict.withheld)} totals must be withheld"
            )
        self.releases.append(release)
        self.head = _digest(self.head or self._first(), _to_json(release))
        if self.path is not None:
            self._write(self.path)

    def _first(self) -> str:
        return hashlib.sha256(f"{_FORMAT}|{self.study}|{self.wave}|{self.k}".encode()).hexdigest()

    def _write(self, path: Path) -> None:
        entries, head = [], self._first()
        for release in self.releases:
            body = _to_json(release)
            digest = _digest(head, body)
            entries.append({"previous": head, "digest": digest, "release": body})
            head = digest
        whole = {
            "format": _FORMAT,
            "study": self.study,
            "wave": self.wave,
            "k": self.k,
            "entries": entries,
            "head": head,
        }
        aside = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with aside.open("w", encoding="utf-8") as handle:
                json.dump(whole, handle, ensure_ascii=False, separators=(",", ":"))
                handle.flush()
                os.fsync(handle.fileno())
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)


def tree_totals(tree: UnitTree, shown: BoolArray, attribute: str = "unit") -> tuple[Total, ...]:
    """Make the totals of all shown units of a tree (bool[U]); `attribute` names the cells' unit in that tree."""
    return tuple(
        Total({attribute: frozenset(tree.ids[tree.subtree(int(unit))])}, tree.ids[unit])
        for unit in np.flatnonzero(shown)
    )


def cut_totals(
    tree: UnitTree, shown: BoolArray, cut: str, levels: Sequence[str], attribute: str = "unit"
) -> tuple[Total, ...]:
    """Make the totals of the shown cells of a cut (bool[U, L])."""
    return tuple(
        Total(
            {attribute: frozenset(tree.ids[tree.subtree(int(unit))]), cut: frozenset([levels[level]])},
            f"{tree.ids[unit]} / {cut} {levels[level]}",
        )
        for unit, level in zip(*np.nonzero(shown), strict=True)
    )


def restrict(totals: Iterable[Total], **where: Iterable[str]) -> tuple[Total, ...]:
    """Narrow totals to the given values of further attributes: a window, a version, a second filter."""
    more = {name: frozenset(values) for name, values in where.items()}
    return tuple(Total({**total.where, **more}, total.label) for total in totals)


class _Places:
    """Finds the cells of totals."""

    def __init__(self, cells: Cells) -> None:
        self.count = len(cells.people[RESPONDENTS])
        self.by_value: dict[str, dict[str, IntArray]] = {}
        for name, values in cells.attributes.items():
            order = np.argsort(np.asarray(values, dtype=object).astype(str), kind="stable")
            names, starts = np.unique(np.asarray(values, dtype=str)[order], return_index=True)
            self.by_value[name] = dict(zip(names.tolist(), np.split(order, starts[1:]), strict=True))

    def of(self, total: Total) -> IntArray:
        inside: IntArray | None = None
        for name, values in total.where.items():
            if name not in self.by_value:
                raise ValueError(f"the cells do not say {name!r}, which a released total depends on")
            groups = [self.by_value[name][value] for value in values if value in self.by_value[name]]
            here = np.concatenate(groups) if groups else np.empty(0, np.int64)
            inside = here if inside is None else np.intersect1d(inside, here)
        return np.arange(self.count) if inside is None else np.asarray(inside, np.int64)


def _exposures(rows: list[IntArray], people: IntArray, k: int) -> list[Exposure]:
    """Search the span of rows (cell numbers each); cells that no row tells apart are one."""
    generator = np.random.default_rng(20_260_101)
    marks = np.zeros((2, len(people)), np.uint64)
    for row in rows:  # a cell's signature is the sum of random marks of the rows it is in
        marks[:, row] += generator.integers(0, 2**63, 2, np.uint64)[:, None]
    _, first, kind = np.unique(marks, axis=1, return_index=True, return_inverse=True)
    kind = kind.ravel()
    held = np.bincount(kind, people, minlength=len(first)).astype(np.int64)
    echelon = Echelon(held.tolist(), k)
    lengths = [len(row) for row in rows]
    for number in np.argsort(lengths, kind="stable").tolist():  # small first keeps the reduced rows short
        echelon.add(number, np.unique(kind[rows[number]]).tolist())
    return echelon.find_exposures(_AT_ONCE)


def _to_json(release: Release) -> dict[str, Any]:
    return {
        "name": release.name,
        "families": list(release.families),
        "totals": [
            {"label": total.label, "where": {name: sorted(values) for name, values in sorted(total.where.items())}}
            for total in release.totals
        ],
    }


def _from_json(body: Mapping[str, Any]) -> Release:
    return Release(
        str(body["name"]),
        tuple(
            Total({name: frozenset(values) for name, values in total["where"].items()}, str(total["label"]))
            for total in body["totals"]
        ),
        tuple(str(family) for family in body["families"]),
    )


def _digest(previous: str, body: Mapping[str, Any]) -> str:
    words = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}|{words}".encode()).hexdigest()
