"""Loop and merge: a block asked once for each turn of a list, with the turn's words filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from headwater.formats.moving.conditions import Asked
from headwater.formats.moving.results import AnswerColumn
from headwater.formats.moving.words import plain
from headwater.formats.qualtrics.payloads import display, mapping, numbered

_FIELD = re.compile(r"\$\{lm://(?:Field/(\w{1,20})|(CurrentLoopNumber|TotalLoops))\}")
_MOST_DEPTH = 40


@dataclass(frozen=True)
class Turn:
    """One turn of a loop. id: before the ids and tags of its columns, as in 2_QID7. fields: its words by number."""

    id: str
    fields: Mapping[str, str]

    def column(self, name: str) -> str:
        """Return the id or tag that this turn's column has for a question."""
        return f"{self.id}_{name}"

    def filled(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Return a question with this turn's words. A question that does not name them is told apart by the first."""
        made = {str(key): self._filled(value, 0) for key, value in payload.items()}
        label = plain(self.fields.get("1")) or self.id
        if _FIELD.search(str(payload.get("QuestionText", ""))) is None:
            made["QuestionText"] = f"{payload.get('QuestionText', '')} ({label})"
            languages = made.get("Language")
            for content in languages.values() if isinstance(languages, dict) else ():
                if isinstance(content, dict) and content.get("QuestionText"):
                    content["QuestionText"] = f"{content['QuestionText']} ({label})"
        return made

    def also_last(self, column: AnswerColumn) -> AnswerColumn:
        """Let a column be found under the older headings too, which say the turn last: Q7_1(2)."""

        def both(names: tuple[str, ...]) -> tuple[str, ...]:
            start = f"{self.id}_"
            older = [f"{name.removeprefix(start)}({self.id})" for name in names if name.startswith(start)]
            return (*names, *older)

        return replace(column, names=both(column.names), group=both(column.group))

    def known(self, known: Mapping[tuple[str, str], Asked]) -> dict[tuple[str, str], Asked]:
        """Return what was asked before, as conditions within this turn name it: its own questions by their own ids."""
        mine = {
            (question.removeprefix(f"{self.id}_"), part): asked
            for (question, part), asked in known.items()
            if question.startswith(f"{self.id}_")
        }
        return {**known, **mine}

    def _filled(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return _FIELD.sub(self._words, value)
        if depth > _MOST_DEPTH:
            return value
        if isinstance(value, dict):
            return {key: self._filled(inner, depth + 1) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._filled(inner, depth + 1) for inner in value]
        return value

    def _words(self, found: re.Match[str]) -> str:
        if found[2]:
            return self.id if found[2] == "CurrentLoopNumber" else found[0]
        return self.fields.get(found[1], found[0])


def is_looped(block: Mapping[str, Any]) -> bool:
    """Whether a block is asked more than once."""
    options = mapping(block.get("Options"))
    if "Looping" in options:  # Switched off, a block keeps the list of turns it once had.
        return options["Looping"] not in (None, "", "None", False)
    return bool(options.get("LoopingOptions"))


def turns_of(block: Mapping[str, Any], questions: Mapping[str, Mapping[str, Any]]) -> tuple[Turn, ...]:
    """Return the turns of a block in the order of its list; none when it does not loop, or when the list is unknown.

    A loop over an earlier question has a turn for each of its choices (or statements), which are its first field.
    """
    if not is_looped(block):
        return ()
    loop = mapping(mapping(block.get("Options")).get("LoopingOptions"))
    listed = numbered(loop.get("Static"))
    if isinstance(loop.get("Static"), list):  # PHP writes a mapping from 0 as a list; turns are counted from 1.
        listed = {str(int(key) + 1): inner for key, inner in listed.items()}
    over = mapping(questions.get(str(loop.get("QID", ""))))
    words = {ident: display(choice) for ident, choice in numbered(over.get("Choices")).items()}
    counted = "Numeric" in str(loop.get("Locator", ""))
    idents = list(listed) or ([] if counted else list(words))
    made = []
    for ident in idents:
        fields = {name: str(text) for name, text in numbered(listed.get(ident)).items() if isinstance(text, str | int)}
        own = {} if counted else {"1": words[ident]} if words.get(ident) else {}
        made.append(Turn(ident, {**own, **{name: text for name, text in fields.items() if text}}))
    return tuple(made)
