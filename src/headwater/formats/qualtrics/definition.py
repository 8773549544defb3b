"""A QSF file taken apart: questions by id, blocks, and the order in which the survey's flow shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from headwater.formats.moving.documents import parse_json
from headwater.formats.moving.words import plain
from headwater.formats.qualtrics.loops import Turn, turns_of
from headwater.vocab import InputError, Problem

EXPECTED = "the survey as Qualtrics exports it (Tools, Import/Export, Export survey: a .qsf file)"
MOST_DEPTH = 40


@dataclass(frozen=True)
class Shown:
    """A question where the flow shows it. conditions: branch logic around it, outermost first. turn: of its loop."""

    id: str
    block: str
    conditions: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    turn: Turn | None = None


@dataclass
class Definition:
    """The parts of a QSF file that say what is asked."""

    file: str
    entry: Mapping[str, Any]
    questions: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    blocks: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    flow: list[Any] = field(default_factory=list)
    elements: list[Mapping[str, Any]] = field(default_factory=list)
    """Everything that is neither a question, a block nor the flow."""
    shown: list[Shown] = field(default_factory=list)
    flow_losses: list[tuple[str, str]] = field(default_factory=list)
    embedded: list[str] = field(default_factory=list)


def read_definition(data: bytes, file: str) -> Definition:
    """Read a QSF file. Raises InputError when it is no JSON, or JSON of something else."""
    content = parse_json(data, file, EXPECTED)
    if not isinstance(content, dict) or not isinstance(content.get("SurveyElements"), list):
        message = "this is JSON, but no Qualtrics survey: it has no SurveyElements."
        raise InputError(Problem(message, f"Give {EXPECTED}.", file))
    entry = content.get("SurveyEntry")
    made = Definition(file, entry if isinstance(entry, dict) else {})
    for element in content["SurveyElements"]:
        if isinstance(element, dict):
            _take(made, element)
    if not made.questions:
        raise InputError(Problem("the survey holds no question.", f"Give {EXPECTED}.", file))
    _order(made)
    return made


def _take(made: Definition, element: Mapping[str, Any]) -> None:
    kind, payload = element.get("Element"), element.get("Payload")
    if kind == "SQ" and isinstance(payload, dict):
        ident = str(payload.get("QuestionID") or element.get("PrimaryAttribute") or "")
        if ident:
            made.questions[ident] = payload
    elif kind == "BL" and isinstance(payload, list | dict):
        for block in payload if isinstance(payload, list) else payload.values():
            if isinstance(block, dict) and block.get("ID"):
                made.blocks[str(block["ID"])] = block
    elif kind == "FL" and isinstance(payload, dict):
        flow = payload.get("Flow")
        made.flow = flow if isinstance(flow, list) else []
    else:
        made.elements.append(element)


def block_name(block: Mapping[str, Any]) -> str:
    """Return what a block is called."""
    return plain(block.get("Description")) or str(block.get("ID", ""))


def is_trash(block: Mapping[str, Any]) -> bool:
    """Whether a block holds unused questions."""
    return block.get("Type") == "Trash"


def questions_of(block: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the id of each question of a block, with the block's own remarks on it."""
    elements = block.get("BlockElements")
    for element in elements if isinstance(elements, list) else (elements or {}).values():
        if isinstance(element, dict) and element.get("Type") == "Question" and element.get("QuestionID"):
            yield str(element["QuestionID"]), element


def _order(made: Definition) -> None:
    seen: set[str] = set()
    if made.flow:
        _walk(made, made.flow, (), seen, 0)
    if not seen:
        for ident, block in made.blocks.items():
            if not is_trash(block):
                _show(made, ident, (), seen)
    if not made.blocks:
        made.shown = [Shown(ident, "") for ident in made.questions]


def _walk(
    made: Definition, flow: list[Any], conditions: tuple[tuple[str, Mapping[str, Any]], ...], seen: set[str], depth: int
) -> None:
    if depth > MOST_DEPTH:
        raise InputError(Problem("the flow of the survey is nested too deeply.", "Flatten it.", made.file))
    for step in flow:
        if not isinstance(step, dict):
            continue
        kind, ident = str(step.get("Type", "")), str(step.get("FlowID", ""))
        inner = conditions
        if kind in ("Block", "Standard") and step.get("ID"):
            _show(made, str(step["ID"]), conditions, seen)
        elif kind == "Branch" and isinstance(step.get("BranchLogic"), dict):
            inner = (*conditions, (ident, step["BranchLogic"]))
        elif kind == "EmbeddedData":
            fields = step.get("EmbeddedData")
            for field_ in fields if isinstance(fields, list) else []:
                name = str(field_.get("Field", "")) if isinstance(field_, dict) else ""
                if name and name not in made.embedded:
                    made.embedded.append(name)
        elif kind == "BlockRandomizer":
            made.flow_losses.append((ident, "a random order of blocks, or a random choice among them"))
        elif kind not in ("Group", "Root", "Branch", ""):
            made.flow_losses.append((ident, f"the flow element {kind}"))
        if isinstance(step.get("Flow"), list):
            _walk(made, step["Flow"], inner, seen, depth + 1)


def _show(made: Definition, ident: str, conditions: tuple[tuple[str, Mapping[str, Any]], ...], seen: set[str]) -> None:
    block = made.blocks.get(ident)
    if block is None or ident in seen:
        return
    seen.add(ident)
    asked = [question for question, _ in questions_of(block) if question in made.questions]
    turns = turns_of(block, made.questions)
    made.shown += [Shown(question, ident, conditions, turn) for turn in turns or (None,) for question in asked]
