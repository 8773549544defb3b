"""Questionnaires: items, response scales, scales, and the instrument that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from headwater.vocab.languages import spoken
from headwater.vocab.lenses import Lens

Texts = Mapping[str, str]
"""The same words by language code, as {"en": ..., "es": ...}."""

ItemKind = Literal["scale", "recommend", "single", "multiple", "ranking", "best_worst", "number", "date", "text"]
ScaleRole = Literal["driver", "outcome", "index", "score"]


def say(texts: Texts, language: str = "") -> str:
    """Return the words in a language (the one in force by default), else in English, else in any there is."""
    language = language or spoken()
    for candidate in (language, language.split("-", maxsplit=1)[0], "en"):
        if candidate in texts:
            return texts[candidate]
    return next(iter(texts.values()), "")


@dataclass(frozen=True, slots=True)
class ResponseScale:
    """Answers to choose from, low to high: codes `low`..`high`, one label a code and language."""

    key: str
    low: int
    high: int
    labels: Mapping[str, tuple[str, ...]]
    favourable_from: int
    """The lowest code that counts as favourable."""
    unfavourable_to: int
    """The highest code that counts as unfavourable."""
    may_skip: Texts | None = None
    """Words of a "does not apply" answer. It is stored as not answered and never enters a score."""

    @property
    def points(self) -> int:
        """How many answers there are."""
        return self.high - self.low + 1


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a choice, ranking or best-worst item."""

    key: str
    text: Texts


@dataclass(frozen=True, slots=True)
class Item:
    """One question. `key` stays the same over versions as long as the question means the same."""

    key: str
    text: Texts
    kind: ItemKind = "scale"
    response_scale: str = ""
    reverse: bool = False
    required: bool = False
    choices: tuple[Choice, ...] = ()
    sets: tuple[tuple[str, ...], ...] = ()
    """Best-worst only: the sets of choice keys shown, one screen a set."""
    shown_if: str = ""
    """A condition on earlier answers, as `cx_used_phone == 1`; empty means always."""
    changed: str = ""
    """Empty, or why the wording changed so that trends start anew at this version."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A score made of items: the mean of the answered ones, reversed where the item says so."""

    key: str
    name: Texts
    items: tuple[str, ...]
    lens: Lens
    role: ScaleRole = "driver"
    min_answered: int = 1
    parts: tuple[str, ...] = ()
    """Scales that this index contains. It is never related to them, nor to their items."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """A versioned questionnaire."""

    key: str
    version: str
    lens: Lens
    title: Texts
    purpose: Texts
    languages: tuple[str, ...]
    response_scales: Mapping[str, ResponseScale]
    items: tuple[Item, ...]
    scales: tuple[Scale, ...]
    source: str
    licence: str
    unreviewed: tuple[str, ...] = ()
    """Languages whose translation no second speaker has read yet."""
    forked_from: str = ""
    """`key@version` of the parent when an organisation has adapted it."""
    respondent_only: tuple[str, ...] = ()
    """Languages complete for respondents' words, not for reports."""
    notes: Texts = field(default_factory=dict)

    def item(self, key: str) -> Item:
        """Return an item. Raises KeyError when the instrument has none of that key."""
        for item in self.items:
            if item.key == key:
                return item
        raise KeyError(f"{self.key}@{self.version} has no item {key!r}")

    def scale(self, key: str) -> Scale:
        """Return a scale. Raises KeyError when the instrument has none of that key."""
        for scale in self.scales:
            if scale.key == key:
                return scale
        raise KeyError(f"{self.key}@{self.version} has no scale {key!r}")
