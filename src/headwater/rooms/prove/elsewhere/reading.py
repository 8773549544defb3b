"""Reads a summary of another organisation: strictly, within limits, every problem with its field and what to do."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from headwater.rooms.prove.elsewhere.signing import FORMAT, VERSION, digest_of, is_signed
from headwater.rooms.prove.elsewhere.words import LICENCES, SECTORS, SIZES
from headwater.rooms.prove.logic.sharing import BANDS, DECIMALS, Family, band_of
from headwater.rooms.prove.logic.verdicts import VERDICTS
from headwater.rooms.prove.models import EffectPlan

MOST_BYTES, MOST_ROWS, MOST_PROBLEMS = 256 << 10, 100, 10
LONGEST_SCALE, LATEST_EDITION, FIRST_YEAR = 1_000.0, 10_000, 2020
LENSES = ("lx", "ex", "service", "cx", "result")
_HEX = re.compile(r"[0-9a-f]+")
_FILE = {"format", "version", "content", "sha256", "public_key", "signature"}
_CONTENT = {"edition", "year", "invented", "licence", "sector", "size", "waiting", "rows"}
_ROW = {"action", "about", "scale", "made_in", "effects", "units", "mean", "error", "spread", "outcomes_of_ten"}


class SummaryRefusedError(ValueError):
    """A summary cannot be taken, or cannot leave. problems: each with its field and what to do."""

    def __init__(self, *problems: str) -> None:
        """Take the problems, as people read them."""
        super().__init__(problems[0] if problems else "")
        self.problems = problems


@dataclass(frozen=True)
class Summary:
    """A summary that was read and holds. key: the public key that stands for the organisation."""

    digest: str
    key: str
    edition: int
    is_invented: bool
    content: dict[str, Any]


def read_summary(raw: bytes, now: datetime) -> Summary:
    """Return a file's summary. Raises SummaryRefusedError with up to ten problems."""
    if len(raw) > MOST_BYTES:
        raise SummaryRefusedError(
            _("The file is larger than %(most)s KB. A summary has a few: choose another file.")
            % {"most": MOST_BYTES >> 10}
        )
    told = _told(raw)
    _check_envelope(told)
    problems = _Problems(now.year)
    problems.read_content(told["content"])
    if problems.found:
        raise SummaryRefusedError(*problems.found[:MOST_PROBLEMS])
    content: dict[str, Any] = told["content"]
    if digest_of(content) != told["sha256"] or not is_signed(told["sha256"], told["public_key"], told["signature"]):
        raise SummaryRefusedError(
            _("sha256, signature: they do not belong to the content. The file was changed after it was made: ask for "
              "it anew.")
        )  # fmt: skip
    return Summary(told["sha256"], told["public_key"], content["edition"], content["invented"], content)


def family_of(row: Mapping[str, Any]) -> Family:
    """Return the family of a row, as effects of this house are pooled."""
    scale = row["scale"]
    return (row["action"], row["about"], scale["unit"], f"{scale['low']:g}-{scale['high']:g}")


def _told(raw: bytes) -> dict[str, Any]:
    try:
        told = json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise SummaryRefusedError(
            _("This is no summary of effects. Choose the .json file as it was downloaded, not changed in an editor.")
        )
    return told


def _check_envelope(told: Mapping[str, Any]) -> None:
    if told.get("format") != FORMAT:
        raise SummaryRefusedError(
            _("format: it is not “%(format)s”. Choose a summary of effects.") % {"format": FORMAT}
        )
    if not _is_whole(told.get("version")) or told["version"] != VERSION:
        raise SummaryRefusedError(
            _("version: only version %(version)s is read here. Ask for that one, or update this installation.")
            % {"version": VERSION}
        )
    fits = set(told) == _FILE and isinstance(told["content"], dict)
    for name, length in (("sha256", 64), ("public_key", 64), ("signature", 128)):
        value = told.get(name)
        fits = fits and isinstance(value, str) and len(value) == length and _HEX.fullmatch(value) is not None
    if not fits:
        raise SummaryRefusedError(
            _("The file lacks a part, or has one too many: %(parts)s are read. Ask for it anew.")
            % {"parts": ", ".join(sorted(_FILE))}
        )


class _Problems:
    """Looks at a content and gathers what is wrong with it."""

    def __init__(self, year: int) -> None:
        self.year = year
        self.found: list[str] = []

    def read_content(self, content: Mapping[str, Any]) -> None:
        if not self._has("content", content, _CONTENT):
            return
        self._whole("edition", content["edition"], 1, LATEST_EDITION)
        self._whole("year", content["year"], FIRST_YEAR, self.year + 1)
        self._whole("waiting", content["waiting"], 0, MOST_ROWS)
        if not isinstance(content["invented"], bool):
            self._say("invented", _("has to be true or false"))
        for name, known in (("licence", LICENCES), ("sector", SECTORS), ("size", SIZES)):
            self._one_of(name, content[name], known)
        rows = content["rows"]
        if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_ROWS:
            self._say("rows", _("has to be a list of 1 to %(most)s rows") % {"most": MOST_ROWS})
            return
        seen: set[Family] = set()
        for at, row in enumerate(rows, 1):
            before = len(self.found)
            self._row(f"rows[{at}]", row)
            if len(self.found) >= MOST_PROBLEMS:
                return
            if len(self.found) == before:
                if family_of(row) in seen:
                    self._say(f"rows[{at}]", _("stands twice: each kind of action on a kind of score stands once"))
                seen.add(family_of(row))

    def _row(self, place: str, row: object) -> None:
        if not isinstance(row, dict) or not self._has(place, row, _ROW):
            if not isinstance(row, dict):
                self._say(place, _("has to be a row with names and values"))
            return
        self._one_of(f"{place}.action", row["action"], EffectPlan.Kind.values)
        self._one_of(f"{place}.about", row["about"], LENSES)
        bands = [band_of(one) for one in BANDS]
        self._one_of(f"{place}.effects", row["effects"], bands)
        self._one_of(f"{place}.units", row["units"], bands)
        self._whole(f"{place}.made_in", row["made_in"], FIRST_YEAR, self.year + 1)
        outcomes = row["outcomes_of_ten"]
        told = list(outcomes.values()) if isinstance(outcomes, dict) and set(outcomes) == set(VERDICTS) else []
        if not told or not all(_is_whole(one) and 0 <= one <= 10 for one in told) or sum(told) != 10:
            self._say(f"{place}.outcomes_of_ten", _("has to name every outcome, failures too, in tenths that make ten"))
        scale = row["scale"]
        if not isinstance(scale, dict) or not self._has(f"{place}.scale", scale, {"unit", "low", "high"}):
            if not isinstance(scale, dict):
                self._say(f"{place}.scale", _("has to be a scale with unit, low and high"))
            return
        ends = (scale["low"], scale["high"])
        if not all(_is_number(one) for one in ends) or not 0 < ends[1] - ends[0] <= LONGEST_SCALE:
            self._say(f"{place}.scale", _("has to run upwards, by at most 1,000"))
            return
        if not isinstance(scale["unit"], str) or scale["unit"] not in DECIMALS:
            self._one_of(f"{place}.scale.unit", scale["unit"], DECIMALS)
            return
        length, step = ends[1] - ends[0], 10 ** -DECIMALS[scale["unit"]]
        self._between(f"{place}.mean", row["mean"], -length, length)
        self._between(f"{place}.error", row["error"], step, length)
        self._between(f"{place}.spread", row["spread"], 0, length)

    def _has(self, place: str, told: Mapping[str, Any], names: set[str]) -> bool:
        if set(told) == names:
            return True
        self._say(place, _("has to have exactly these: %(names)s") % {"names": ", ".join(sorted(names))})
        return False

    def _one_of(self, place: str, value: object, known: Any) -> None:
        if not isinstance(value, str) or value not in known:
            self._say(place, _("has to be one of: %(known)s") % {"known": ", ".join(one or '""' for one in known)})

    def _whole(self, place: str, value: object, low: int, high: int) -> None:
        if not _is_whole(value) or not low <= value <= high:  # type: ignore[operator]
            self._say(place, _("has to be a whole number from %(low)s to %(high)s") % {"low": low, "high": high})

    def _between(self, place: str, value: object, low: float, high: float) -> None:
        if not _is_number(value) or not low - 1e-9 <= value <= high + 1e-9:  # type: ignore[operator]
            given = {"low": f"{low:g}", "high": f"{high:g}"}
            self._say(place, _("has to be a number from %(low)s to %(high)s") % given)

    def _say(self, place: str, what: str) -> None:
        self.found.append(
            _("%(field)s: %(what)s. Ask whoever made the file for one as it was downloaded.")
            % {"field": place, "what": what}
        )


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= 1e9 and math.isfinite(value)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands twice")
    return made


def _no_constant(name: str) -> None:
    raise ValueError(name)
