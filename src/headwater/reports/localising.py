"""A document in another language: what stands fixed in it is looked up, what was filled in was said so already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from headwater.reports.document import Document
from headwater.vocab import River, said, speaking, spoken

Part = TypeVar("Part")
P = ParamSpec("P")
R = TypeVar("R")

NOT_WORDS = frozenset(
    {"key", "kind", "flag", "layout", "formula", "doubt", "language", "cut", "level", "unit", "brand"}
)
"""Fields whose text is no wording."""


def in_its_language(make: Callable[Concatenate[Document, P], R]) -> Callable[Concatenate[Document, P], R]:
    """Let a renderer's own words be in the language of the document."""

    @wraps(make)
    def made(document: Document, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with speaking(document.language or "en"):
            return make(document, *args, **kwargs)

    return made


def localised(part: Part) -> Part:
    """Return a document, a section or a block with its fixed words in the language in force.

    Words that the catalogue does not know (names, numbers, sentences already said) stay as they are.
    """
    return part if spoken().startswith("en") else _localised(part)


def _localised(part: Any) -> Any:
    if isinstance(part, str):
        return said(part)
    if isinstance(part, tuple):
        return tuple(_localised(one) for one in part)
    if is_dataclass(part) and not isinstance(part, type | River):
        changed = {}
        for field in fields(part):
            value = getattr(part, field.name)
            if (field.name not in NOT_WORDS and isinstance(value, str | tuple)) or is_dataclass(value):
                changed[field.name] = _localised(value)
        return replace(part, **changed)
    return part
