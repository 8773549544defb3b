"""The ledger: all totals released over one answer set, as one linear system.

An answer set is a study's wave. Its respondents fall into cells: all who agree in every attribute any release uses
(unit, unit in a later tree, level of a cut, window, version). A released total is a set of values for attributes, and
stands for the respondents who have them. A new release is safe when no group of 1 to k - 1 respondents has its count
or sum in the span of everything released before and it together; `jointly` decides that exactly, or says no.

Families keep unknowns apart that no equation joins: the respondents themselves, and those who answered each item. They
share the released totals and differ in who counts. Two kinds of scale differ:

- the mean of a group's item means is a function of released item totals and adds no equation, wherever all its
  items are released (`gate_scales`);
- a mean of persons' own scores over partly answered items minus its items leaves the persons who skipped some. Those
  persons are a family of their own, and it must be as safe as any other.

Corrected answers count twice: the old ones in cells marked `known`, for the attacker may hold them, the new ones as
respondents. So a correction by fewer than k people is found like late answers.

Releases made under different k are judged by the strictest of them.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headwater.privacy.jointly import ReleasedSystem
from headwater.privacy.totals import Cells, Release, Span, Total, Values, pack, unpack
from headwater.vocab import InputError, Problem

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_AT_ONCE = 200
_FORMAT = "headwater ledger 1"


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


@dataclass(frozen=True, slots=True)
class Conflict:
    """A group of fewer than k that a proposed release and earlier ones give away together.

    families: of whom. proposed: labels of the proposed totals that take part. earlier: name of the release and label of
    each earlier one. proven: False where the totals are too entangled to be searched in time.
    """

    families: tuple[str, ...]
    proposed: tuple[str, ...]
    earlier: tuple[tuple[str, str], ...]
    proven: bool = True


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
    entries: list[dict[str, Any]] = field(default_factory=list)
    """Everything written, with its digest and that of the entry before; also what came before it was begun anew."""

    @classmethod
    def load(cls, path: Path) -> Ledger:
        """Read a ledger and check its chain. Raises InputError when it was cut short, edited, or is no ledger."""
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            ledger = cls(str(found["study"]), str(found["wave"]), int(found["k"]), path)
            if found["format"] != _FORMAT:
                raise ValueError("unknown format")
            for entry in found["entries"]:
                if entry["previous"] != ledger._last():
                    raise ValueError(f"entry {len(ledger.entries) + 1} does not continue the one before")
                ledger._take(entry["body"])
                if entry["digest"] != ledger.head:
                    raise ValueError(f"entry {len(ledger.entries)} was changed")
            if found["head"] != ledger._last():
                raise ValueError("entries are missing at its end")
        except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise InputError(
                Problem(f"the privacy ledger cannot be trusted: {error}", "Restore it from a backup.", str(path))
            ) from error
        return ledger

    def strictest(self, release: Release) -> int:
        """Return the largest k of everything released and of the release proposed."""
        return max(one.k or self.k for one in (*self.releases, release))

    def propose(self, release: Release, cells: Cells) -> LedgerVerdict:
        """Judge a release against all that was released over these answers. Changes nothing.

        cells: the respondents by every attribute that this release and the earlier ones name; a missing attribute
        raises ValueError, for a total that cannot be placed cannot be judged. Of the totals that give a group away, the
        proposed one of fewest people is withheld.
        """
        system = ReleasedSystem(self.releases, release, cells, self.strictest(release))
        withheld: set[int] = set()
        exposed: list[str] = []
        standing: list[str] = []
        for family in system.families:
            people = cells.unknown(family)
            while True:
                open_rows = [int(n) for n in np.flatnonzero(release.has(family)) if int(n) not in withheld]
                for exposure in (found := system.exposed(family, withheld, _AT_ONCE)):
                    blamed = [row - system.before for row in exposure.totals if row >= system.before]
                    if not blamed and exposure.proven:
                        standing.append(family)
                    elif not withheld & set(blamed):
                        choose_from = blamed or open_rows
                        if choose_from:
                            worst = min(
                                choose_from, key=lambda n: (int(people[system.rows[system.before + n]].sum()), n)
                            )
                            withheld.add(worst)
                            exposed.append(f"{family}: {release.totals[worst].label or worst}")
                        else:
                            standing.append(family)
                if not found or (standing and standing[-1] == family):
                    break
        return LedgerVerdict(tuple(sorted(withheld)), tuple(exposed), tuple(dict.fromkeys(standing)))

    def conflicts(self, release: Release, cells: Cells, most: int = 3) -> tuple[Conflict, ...]:
        """Find what stands against a release, up to `most` groups; () exactly when it is safe. Changes nothing.

        Raises ValueError as `propose`.
        """
        system = ReleasedSystem(self.releases, release, cells, self.strictest(release))
        found: list[Conflict] = []
        for families in system.alike():
            for exposure in system.exposed(families[0], set(), most - len(found)):
                labels = [system.label(row) for row in exposure.totals]
                found.append(
                    Conflict(
                        families,
                        tuple(label for owner, label in labels if owner == release.name),
                        tuple((owner, label) for owner, label in labels if owner != release.name),
                        exposure.proven,
                    )
                )
            if len(found) >= most:
                break
        return tuple(found)

    def commit(self, release: Release, cells: Cells) -> None:
        """Record a release, once it is safe. Raises ValueError when it is not. Writes aside, then renames."""
        verdict = self.propose(release, cells)
        if not verdict.safe:
            raise ValueError(
                f"the release {release.name!r} is not safe: {len(verdict.withheld)} totals must be withheld"
            )
        self.record(release)

    def record(self, release: Release) -> None:
        """Record a release that was judged. Writes aside, then renames."""
        self._take({"release": _to_json(release)})
        self._write()

    def begin_anew(self, reason: str) -> None:
        """Record that nobody has seen what was released so far, and why that is known: nothing of it counts further.

        Raises ValueError without a reason.
        """
        if not reason.strip():
            raise ValueError("say why nobody has seen the earlier results")
        self._take({"unseen": reason.strip()})
        self._write()

    def take_over(self, other: Ledger) -> None:
        """Record what another ledger of the same answer set holds beyond this one."""
        known = {entry["digest"] for entry in self.entries}
        if all(entry["digest"] in known for entry in other.entries):
            return
        mine, theirs = ([(_digest("", entry["body"]), entry["body"]) for entry in one.entries] for one in (self, other))
        seen = {name for name, _ in mine}
        fresh = list({name: body for name, body in theirs if name not in seen}.values())
        if any("unseen" in body for body in fresh):  # it does not speak of what the other ledger did not know
            told = {name for name, _ in theirs}
            in_force = mine[len(mine) - len(self.releases) :]
            fresh += [body for name, body in in_force if name not in told]
        for body in fresh:
            self._take(body)
        if fresh:
            self._write()

    def _take(self, body: Mapping[str, Any]) -> None:
        """Add an entry to what is held."""
        if "unseen" in body:
            self.releases.clear()
        else:
            self.releases.append(_from_json(body["release"]))
        previous = self._last()
        self.head = _digest(previous, body)
        self.entries.append({"previous": previous, "digest": self.head, "body": body})

    def _last(self) -> str:
        return self.head or hashlib.sha256(f"{_FORMAT}|{self.study}|{self.wave}|{self.k}".encode()).hexdigest()

    def _write(self) -> None:
        if self.path is None:
            return
        content = {
            "format": _FORMAT,
            "study": self.study,
            "wave": self.wave,
            "k": self.k,
            "entries": self.entries,
            "head": self._last(),
        }
        aside = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        try:
            with aside.open("w", encoding="utf-8") as handle:
                handle.write(json.dumps(content, ensure_ascii=False, separators=(",", ":")))
                handle.flush()
                os.fsync(handle.fileno())
            aside.replace(self.path)
            _flush(self.path.parent)
        finally:
            aside.unlink(missing_ok=True)


@contextmanager
def only_keeper(folder: Path) -> Iterator[None]:
    """Hold a folder of ledgers against other processes while the block runs. The system lets go when one dies."""
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _to_json(release: Release) -> dict[str, Any]:
    """Lay a release out; a listing that totals share is written once."""
    listings: dict[int, tuple[int, tuple[str, ...]]] = {}

    def written(values: Values) -> list[Any]:
        if isinstance(values, Span):
            number, _ = listings.setdefault(id(values.listing), (len(listings), values.listing))
            return [number, values.start, values.stop]
        return sorted(values)

    totals = [
        [total.label, {name: written(values) for name, values in sorted(total.where.items())}]
        for total in release.totals
    ]
    return {
        "name": release.name,
        "k": release.k,
        "about": dict(release.about),
        "listings": [list(listing) for _, listing in listings.values()],
        "totals": totals,
        "families": {
            family: pack(release.has(family)) if release.missing.get(family) else "" for family in release.families
        },
    }


def _from_json(body: Mapping[str, Any]) -> Release:
    listings = [tuple(map(str, listing)) for listing in body["listings"]]

    def read(values: list[Any]) -> Values:
        if values and isinstance(values[0], int):
            number, start, stop = values
            if not 0 <= start <= stop <= len(listings[number]):
                raise ValueError("a total lies outside its listing")
            return Span(listings[number], start, stop)
        return frozenset(map(str, values))

    count = len(body["totals"])
    return Release(
        str(body["name"]),
        tuple(
            Total({name: read(values) for name, values in where.items()}, str(label)) for label, where in body["totals"]
        ),
        tuple(str(family) for family in body["families"]),
        {
            family: tuple(np.flatnonzero(~unpack(held, count)).tolist())
            for family, held in body["families"].items()
            if held
        },
        int(body["k"]),
        dict(body["about"]),
    )


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _digest(previous: str, body: Mapping[str, Any]) -> str:
    words = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}|{words}".encode()).hexdigest()
