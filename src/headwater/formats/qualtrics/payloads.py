"""What one question of a QSF file says: its words by language, its answers in order, their codes, its validation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from headwater.formats.moving.answer_scales import Kind, Option
from headwater.formats.moving.conditions import Asked
from headwater.formats.moving.words import language_code

VARIABLE = "variable name"
"""Key under which words hold the name that an export may write instead of the label."""


@dataclass
class Question:
    """A question on its way into a questionnaire. id, tag: its QID, its export tag. shown_if: as items write it."""

    id: str
    tag: str
    payload: Mapping[str, Any]
    base: str
    shown_if: str = ""
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    known: dict[tuple[str, str], Asked] = field(default_factory=dict)

    @property
    def required(self) -> bool:
        """Whether an answer is forced."""
        return self.settings.get("ForceResponse") == "ON"

    @property
    def settings(self) -> Mapping[str, Any]:
        """The settings of the validation."""
        return mapping(mapping(self.payload.get("Validation")).get("Settings"))

    @property
    def configuration(self) -> Mapping[str, Any]:
        """The question's configuration."""
        return mapping(self.payload.get("Configuration"))

    @property
    def text(self) -> dict[str, str]:
        """The words of the question by language."""
        return self._words(self.payload.get("QuestionText"), "QuestionText")

    def kind(self) -> Kind | None:
        """Return the kind a person gave for this question, by export tag or by id."""
        return self.kinds.get(self.tag) or self.kinds.get(self.id)

    def options(self, part: str, order: str, *, coded: bool = True) -> list[Option]:
        """Return choices or answers in the order shown."""
        content = numbered(self.payload.get(part))
        listed = self.payload.get(order)
        ids = [str(ident) for ident in listed] if isinstance(listed, list) else []
        ids = [ident for ident in dict.fromkeys(ids) if ident in content] + [
            ident for ident in content if ident not in ids
        ]
        codes = numbered(self.payload.get("RecodeValues")) if coded else {}
        names, analysed = numbered(self.payload.get("VariableNaming")), numbered(self.payload.get("AnalyzeChoices"))
        made = []
        for ident in ids:
            words = self._words(display(content[ident]), part, ident)
            if coded and isinstance(names.get(ident), str) and names[ident]:
                words[VARIABLE] = names[ident]
            code = str(codes.get(ident, ident)).strip()
            made.append(Option(ident, words, code, coded and analysed.get(ident) == "No"))
        return made

    def has_text(self, part: str, ident: str) -> bool:
        """Whether a choice asks for words beside it."""
        entry = mapping(numbered(self.payload.get(part)).get(ident)).get("TextEntry")
        return str(entry).lower() in ("true", "on", "1")

    def export_tag(self, ident: str) -> str:
        """Return the export tag of a statement, empty when it has none of its own."""
        tags = self.payload.get("ChoiceDataExportTags")
        return str(tags.get(ident) or "") if isinstance(tags, dict) else ""

    def side_heads(self, ident: str) -> tuple[str, ...]:
        """Return how older exports head a statement in one column of a side-by-side question: `Q6_1: 2`, `own: 2`."""
        whole, _, side = self.tag.partition("#")
        own = self.export_tag(ident)
        return tuple(f"{name}: {side}" for name in (own, f"{whole}_{ident}") if name) if side else ()

    def _words(self, base: object, part: str, ident: str = "") -> dict[str, str]:
        words = {self.base: str(base)} if isinstance(base, str | int | float) and str(base) else {}
        for language, content in translations(self.payload).items():
            if language == self.base:
                continue
            found = content.get(part)
            if ident:
                found = display(numbered(found).get(ident))
            if isinstance(found, str) and found:
                words[language] = found
        return words


def translations(payload: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the translations of a question by language code."""
    found = payload.get("Language")
    made: dict[str, Mapping[str, Any]] = {}
    for language, content in found.items() if isinstance(found, dict) else ():
        code = language_code(str(language))
        if code and isinstance(content, dict):
            made[code] = content
    return made


def mapping(value: object) -> Mapping[str, Any]:
    """Return a mapping as it is, and an empty one for anything else: PHP writes empty mappings as lists."""
    return value if isinstance(value, dict) else {}


def numbered(value: object) -> dict[str, Any]:
    """Return a mapping with text keys; a list counts from 0, as PHP writes it."""
    if isinstance(value, dict):
        return {str(key): inner for key, inner in value.items()}
    if isinstance(value, list):
        return {str(place): inner for place, inner in enumerate(value)}
    return {}


def display(value: object) -> str:
    """Return the words of a choice."""
    if isinstance(value, dict):
        value = value.get("Display", "")
    return str(value) if isinstance(value, str | int | float) else ""
