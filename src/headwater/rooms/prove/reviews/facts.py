"""What a review says, frozen in words when it was made: one set of facts a language, plain enough for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Said:
    """One line. ref: of the record whose words stand in it, as "commitment:<id>", "" where they are nobody's own."""

    what: str
    detail: str = ""
    ref: str = ""


@dataclass(frozen=True)
class Counted:
    """One number with what it is and one line more."""

    label: str
    value: str
    detail: str = ""


@dataclass(frozen=True)
class Heard:
    """One released number. value, range: as people read it; figure, low, high: to work with, None where it is a limit.

    standing: beside the rest, "strong", "needs" or "unsure".
    """

    label: str
    value: str
    range: str
    n: int
    standing: str
    source: str
    figure: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Judged:
    """One action whose check came: what was hoped, what it did beside its comparison, the verdict."""

    title: str
    unit: str
    score: str
    hope: str
    effect: str
    verdict: str
    verdict_words: str
    ref: str = ""


@dataclass(frozen=True)
class Worth:
    """What it was worth, from a presented value case. No case: None in the facts."""

    title: str
    version: str
    sentences: tuple[str, ...]
    figures: tuple[Counted, ...]


@dataclass(frozen=True)
class Facts:
    """All of it, what failed first.

    waiting: actions that wait for their check. visits: judged visits on rapport, staying and speaking well;
    visits_words: what they say together, or that nothing can be said yet. spoken: the share who say that something
    changed because they spoke, or why it is not known.
    """

    headline: str
    failed: tuple[Said, ...]
    heard: tuple[Heard, ...]
    heard_words: str
    chosen: tuple[Said, ...]
    did: tuple[Counted, ...]
    promises: tuple[Said, ...]
    changed: tuple[Judged, ...]
    waiting: int
    worth: Worth | None
    leaders: tuple[Counted, ...]
    loop: tuple[Counted, ...]
    spoken: str
    visits: tuple[Judged, ...]
    visits_words: str
    limits: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all happened that a review could speak of."""
        quiet = all(one.value in ("0", "–") for one in self.did)
        return quiet and not (self.heard or self.chosen or self.changed or self.failed)

    def as_plain(self) -> dict[str, Any]:
        """Return plain values for JSON; `facts_from` reads them back."""
        return asdict(self)


def facts_from(plain: Mapping[str, Any]) -> Facts:
    """Return facts as they were frozen."""
    values = dict(plain)
    for name, kind in (
        ("failed", Said), ("heard", Heard), ("chosen", Said), ("did", Counted), ("promises", Said), ("changed", Judged),
        ("leaders", Counted), ("loop", Counted), ("visits", Judged),
    ):  # fmt: skip
        values[name] = tuple(kind(**one) for one in plain[name])
    values["limits"] = tuple(plain["limits"])
    worth = plain["worth"]
    if worth is not None:
        figures = tuple(Counted(**one) for one in worth["figures"])
        values["worth"] = Worth(worth["title"], worth["version"], tuple(worth["sentences"]), figures)
    return Facts(**values)


def without_words(plain: Any, refs: frozenset[str], instead: str) -> Any:
    """Return frozen facts in which the words of some records are gone. refs: of those records."""
    if isinstance(plain, list):
        return [without_words(one, refs, instead) for one in plain]
    if isinstance(plain, dict):
        kept = {name: without_words(one, refs, instead) for name, one in plain.items()}
        if kept.get("ref") in refs:
            for name in ("what", "title"):
                if name in kept:
                    kept[name] = instead
        return kept
    return plain
