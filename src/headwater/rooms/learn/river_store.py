"""Rivers that were worked out, in the folder of released results: one a part of the organisation, period and language.

DIR/released/rivers/chain-KEY/index.json    the parts, the periods, and what was refused
DIR/released/rivers/chain-KEY/P-T.LL.json   the River of part P as of period T in a language
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from headwater.chain import load_river, save_river
from headwater.rooms.learn.models import Chain
from headwater.rooms.learn.working_out import writing_folder
from headwater.vocab import River
from headwater.vocab.translated_problems import translated_problem

INDEX = "index.json"
LANGUAGES = ("en", "es")
"""The languages in which sentences of a River can be said."""


@dataclass(frozen=True)
class Part:
    """A part of the organisation with a River of its own. unit: its key, "" for all of a published chain."""

    unit: str
    name: str
    units: int


@dataclass(frozen=True)
class Kept:
    """One River that there is, or the reason why there is none. part, period: by number."""

    part: int
    period: int
    is_drawn: bool
    refused: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class RiverIndex:
    """What was worked out of a chain. grain: the length of a period, "" where periods are those of files."""

    parts: tuple[Part, ...]
    periods: tuple[str, ...]
    kept: tuple[Kept, ...]
    grain: str = ""
    sources: tuple[str, ...] = ()
    worked_at: str = ""
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By language: what the English names of stations and links are there."""
    foundations: Mapping[str, str] = field(default_factory=dict)
    """By unit and period, as `resting` names them: the digest of what was looked at, whether or not it gave a River."""

    def retold(self, refused: Sequence[tuple[str, str]], language: str) -> tuple[tuple[str, str], ...]:
        """Return refused links with their reasons in a language."""
        return tuple((self._told(what, language), self._told(why, language)) for what, why in refused)

    def _told(self, words: str, language: str) -> str:
        names = self.names.get(language, {})
        if words in names:
            return names[words]
        words = translated_problem(words, language)
        for name in sorted(names, key=len, reverse=True):
            words = words.replace(name, names[name])
        return words

    def find(self, part: int, period: int) -> Kept | None:
        """Return what there is of a part as of a period."""
        return next((one for one in self.kept if (one.part, one.period) == (part, period)), None)

    def last(self, part: int) -> int | None:
        """Return the latest period with a River of a part, None when there is none."""
        drawn = [one.period for one in self.kept if one.part == part and one.is_drawn]
        return max(drawn) if drawn else None


def resting(unit: str, period: str) -> str:
    """Return under which name a part as of a period stands in `RiverIndex.foundations`."""
    return f"{period} {unit}"


def rivers_folder(chain: Chain) -> Path:
    """Return where the Rivers of a chain lie."""
    return Path(settings.RELEASED) / "rivers" / f"chain-{chain.key}"


@contextmanager
def writing_rivers(chain: Chain) -> Iterator[Path]:
    """Yield an empty folder that takes the place of what was worked out before, when all went well."""
    with writing_folder(rivers_folder(chain)) as made:
        yield made


def keep_river(folder: Path, part: int, period: int, language: str, river: River) -> None:
    """Write one River."""
    save_river(river, folder / _name(part, period, language))


def is_there(chain: Chain, kept: Kept) -> bool:
    """Whether a River that was drawn lies in its folder, in every language."""
    folder = rivers_folder(chain)
    return all((folder / _name(kept.part, kept.period, language)).is_file() for language in LANGUAGES)


def keep_again(chain: Chain, kept: Kept, folder: Path, part: int, period: int) -> None:
    """Take over a River that was worked out before, under its new numbers."""
    for language in LANGUAGES:
        old = rivers_folder(chain) / _name(kept.part, kept.period, language)
        shutil.copyfile(old, folder / _name(part, period, language))


def keep_index(folder: Path, index: RiverIndex) -> None:
    """Write what there is."""
    text = json.dumps({"format": 1, **asdict(index)}, ensure_ascii=False)
    (folder / INDEX).write_text(text, encoding="utf-8")


def index_of(chain: Chain) -> RiverIndex | None:
    """Return what was worked out of a chain, None when nothing was yet."""
    path = rivers_folder(chain) / INDEX
    try:
        return _index(path, path.stat().st_mtime_ns)
    except OSError:
        return None


def river_of(chain: Chain, part: int, period: int, language: str) -> River:
    """Return one River in a language, in English where it is not said in that one. Raises LookupError when there is
    none.
    """
    spoken = language if language in LANGUAGES else "en"
    path = rivers_folder(chain) / _name(part, period, spoken)
    try:
        return _river(path, path.stat().st_mtime_ns)
    except OSError:
        raise LookupError(f"no River of part {part} as of period {period}") from None


def _name(part: int, period: int, language: str) -> str:
    return f"{part}-{period}.{language}.json"


@lru_cache(maxsize=8)
def _index(path: Path, _changed: int) -> RiverIndex:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if found.pop("format") != 1:
        raise OSError("another format")
    return RiverIndex(
        parts=tuple(Part(**part) for part in found["parts"]),
        periods=tuple(found["periods"]),
        kept=tuple(
            Kept(one["part"], one["period"], one["is_drawn"], tuple((what, why) for what, why in one["refused"]))
            for one in found["kept"]
        ),
        grain=found["grain"],
        sources=tuple(found["sources"]),
        worked_at=found["worked_at"],
        names=found.get("names", {}),
        foundations=found.get("foundations", {}),
    )


@lru_cache(maxsize=64)
def _river(path: Path, _changed: int) -> River:
    return load_river(path)
