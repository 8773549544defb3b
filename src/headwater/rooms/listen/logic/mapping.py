"""What somebody decided about a file that is moved in: one value that can be written down and offered again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import Any

from headwater.formats.guessing import ColumnChoice, ColumnGuess
from headwater.vocab import Promise

PROMISES: tuple[Promise, ...] = ("anonymous", "confidential", "identified")
ALIKE = 0.8
"""Share of columns that two headers have in common for a kept mapping to be offered."""

_KEY = re.compile(r"[^a-z0-9]+")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_QUARTER = re.compile(r"[qt]\s*([1-4])", re.IGNORECASE)
_MONTH = re.compile(r"(?<!\d)(?:19|20)\d\d[-_./](0[1-9]|1[0-2])(?!\d)")


@dataclass(frozen=True)
class Reading:
    """How a file is read.

    columns: of plain tables, what each becomes. unit, wave, weight, person: columns of other products' exports, "" for
    none. cuts: columns that become cuts. kinds: "scale" or "single" by question, where the guess was wrong. values:
    "codes", "labels" or "" where the file tells. questionnaires: of plain tables, those whose items columns may be.
    language: of the words of a table. matches_units: whether units are those of the organisation, else the file's own.
    """

    format: str
    columns: tuple[ColumnChoice, ...] = ()
    unit: str = ""
    wave: str = ""
    weight: str = ""
    person: str = ""
    cuts: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    values: str = ""
    questionnaires: tuple[str, ...] = ()
    language: str = "en"
    matches_units: bool = True

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Reading:
        """Read it back. Keys that this version does not know are left out."""
        known = {one.name for one in fields(cls)}
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in content.items()
        }
        values = {name: value for name, value in values.items() if name in known}
        values["columns"] = tuple(ColumnChoice(**one) for one in content.get("columns", ()))
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """Write it down."""
        return asdict(self)

    def without_person(self) -> Reading:
        """Return it without the column that says who answered: an anonymous study never reads it."""
        columns = tuple(replace(one, role="leave") if one.role == "person" else one for one in self.columns)
        return replace(self, columns=columns, person="")

    def column(self, role: str) -> str:
        """Return the column of a role that one column alone may have, "" when there is none."""
        if self.columns:
            return next((one.name for one in self.columns if one.role == role), "")
        return {"unit": self.unit, "wave": self.wave, "weight": self.weight, "person": self.person}.get(role, "")


@dataclass(frozen=True)
class Target:
    """The study and wave that a file becomes, decided before anything is scored.

    study: id of a study that exists; "" makes one of title, lens, promise, k and comment_k. wave: title of the one wave
    when no column says it. first_day, last_day: when it was asked, as YYYY-MM-DD.
    """

    study: str = ""
    title: str = ""
    lens: str = "ex"
    promise: Promise = "anonymous"
    k: int = 5
    comment_k: int = 10
    wave: str = ""
    first_day: str = ""
    last_day: str = ""

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Target:
        """Read it back."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in content.items() if name in known})

    def to_json(self) -> dict[str, Any]:
        """Write it down."""
        return asdict(self)


def wave_key(text: str) -> str:
    """Turn a wave's words into its key: small letters, digits and hyphens; "wave" when nothing is left."""
    return _KEY.sub("-", text.casefold()).strip("-")[:60].strip("-") or "wave"


def wave_days(text: str, first: date, last: date, place: int, count: int) -> tuple[date, date]:
    """Return the first and last day of one of several waves: by the year, quarter or month in its words, else its even
    share of the whole time, in the order of the waves.
    """
    if found := _YEAR.search(text):
        year = int(found[1])
        if month := _MONTH.search(text):
            return _months(year, int(month[1]), 1)
        if quarter := _QUARTER.search(text):
            return _months(year, 3 * int(quarter[1]) - 2, 3)
        return date(year, 1, 1), date(year, 12, 31)
    if count == 1:
        return first, last
    step = max((last - first).days + 1, count) / count
    start = first.toordinal() + round(place * step)
    return date.fromordinal(start), date.fromordinal(max(start, first.toordinal() + round((place + 1) * step) - 1))


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    after = date(year + (month + count - 1) // 12, (month + count - 1) % 12 + 1, 1)
    return date(year, month, 1), date.fromordinal(after.toordinal() - 1)


def first_reading(format_: str, guesses: Sequence[ColumnGuess], questionnaires: Sequence[str] = ()) -> Reading:
    """Return what is decided when nobody corrects the guess."""
    columns = tuple(ColumnChoice(one.name, one.role, one.key, one.answers) for one in guesses)
    return Reading(format_, columns, questionnaires=tuple(questionnaires))


def kept_reading(kept: Mapping[str, Any], reading: Reading, header: Sequence[str]) -> Reading:
    """Return a kept mapping as far as it fits a file: columns it names as it says, the others by the guess."""
    old = Reading.from_json(kept)
    by_name = {one.name: one for one in old.columns}
    there = set(header)
    return replace(
        old,
        columns=tuple(by_name.get(one.name, one) for one in reading.columns),
        unit=old.unit if old.unit in there else "",
        wave=old.wave if old.wave in there else "",
        weight=old.weight if old.weight in there else "",
        person=old.person if old.person in there else "",
        cuts=tuple(one for one in old.cuts if one in there),
    )


def likeness(header: Sequence[str], other: Sequence[str]) -> float:
    """Return the share of columns that two headers have in common, 0 to 1."""
    mine, theirs = set(header), set(other)
    return len(mine & theirs) / len(mine | theirs) if mine or theirs else 0.0
