"""YAML read into plain nodes that know their line. Nothing in a file can run, repeat itself or grow without bound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from headwater.vocab import InputError, Problem

MAX_BYTES = 1_000_000
MAX_DEPTH = 12
MAX_NODES = 100_000

FieldPath = tuple[str | int, ...]
"""Where a thing lies in a file: keys of mappings and positions in lists."""


@dataclass(frozen=True, slots=True)
class LineProblem(Problem):
    """A problem in a text file: `row` is the line in an editor, `column` the field."""

    def __str__(self) -> str:
        """One line: file, line, field, message, remedy."""
        places = [self.file] if self.file else []
        if self.row is not None:
            places.append(f"line {self.row}")
        if self.column:
            places.append(f"field {self.column}")
        text = f"{', '.join(places)}: {self.message}" if places else self.message
        return f"{text} {self.remedy}".rstrip()


@dataclass(slots=True)
class Text:
    """A scalar: its characters as written. Whoever reads it decides what type it is."""

    value: str
    line: int


@dataclass(slots=True)
class Listing:
    """A sequence."""

    values: list[Node]
    line: int


@dataclass(slots=True)
class Table:
    """A mapping. Keys are strings as written, so that `no` is the language and not a truth value."""

    values: dict[str, Node]
    key_lines: dict[str, int]
    line: int


Node = Text | Listing | Table


def read_bytes(path: Path) -> bytes:
    """Read a file of at most MAX_BYTES. Raises InputError when it is absent, a folder, unreadable or larger."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InputError(Problem("there is no such file.", "Check the path.", str(path))) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem(f"the file cannot be read: {reason}.", "Check the path.", str(path))) from None
    if len(content) > MAX_BYTES:
        limit = f"{MAX_BYTES:,} bytes"
        raise InputError(Problem(f"the file is larger than {limit}.", "A questionnaire is small text.", str(path)))
    return content


def parse_nodes(content: bytes, file: str) -> Table:
    """Read YAML bytes into nodes. Raises InputError naming file and line when they are not plain, bounded YAML.

    Refused: other encodings than UTF-8, anchors and aliases, tags, more than one document, repeated keys,
    nesting deeper than MAX_DEPTH, more than MAX_NODES nodes.
    """
    import yaml

    line: int | None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _refusal(file, line, "the file is not UTF-8.", "Save it as UTF-8.") from None
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        root = _build(yaml.parse(text, Loader=loader), file)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + 1
        reason = (error.problem or "it cannot be read").rstrip(".")
        raise _refusal(file, line, f"this is not valid YAML: {reason}.", "Check indents, colons and quotes.") from None
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise _refusal(file, None, f"this is not valid YAML: {reason}.", "Remove the characters it names.") from None
    if root is None:
        raise _refusal(file, None, "the file is empty.", "Start from a copy of a questionnaire that works.")
    if not isinstance(root, Table):
        raise _refusal(file, root.line, "a questionnaire is a mapping of fields.", "Begin with a line `key: ...`.")
    return root


def line_of(root: Table, path: FieldPath) -> int:
    """Return the line of a path, or of the deepest part of it that exists."""
    node: Node = root
    line = root.line
    for step in path:
        if isinstance(node, Table) and isinstance(step, str) and step in node.values:
            line, node = node.key_lines[step], node.values[step]
        elif isinstance(node, Listing) and isinstance(step, int) and step < len(node.values):
            node = node.values[step]
            line = node.line
        else:
            break
    return line


def say_path(root: Table, path: FieldPath) -> str:
    """Write a path as a person reads it: list positions as the key of the thing there, or its number from 1."""
    words: list[str] = []
    node: Node | None = root
    for step in path:
        if isinstance(step, str):
            words.append(step)
            node = node.values.get(step) if isinstance(node, Table) else None
            continue
        known = isinstance(node, Listing) and step < len(node.values)
        node = node.values[step] if known and isinstance(node, Listing) else None
        own = node.values.get("key") if isinstance(node, Table) else None
        words.append(own.value if isinstance(own, Text) and own.value else str(step + 1))
    return ".".join(words)


def _refusal(file: str, line: int | None, message: str, remedy: str) -> InputError:
    return InputError(LineProblem(message, remedy, file, line))


def _build(events: Iterator[object], file: str) -> Node | None:
    """Build the tree with a stack of our own, so that no nesting exhausts Python's."""
    import yaml

    root: Node | None = None
    open_nodes: list[Listing | Table] = []
    open_keys: list[Text | None] = []
    count = documents = 0
    for event in events:
        mark = getattr(event, "start_mark", None)
        line = 0 if mark is None else int(mark.line) + 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _refusal(file, line, "the file holds more than one document.", "Use one file a questionnaire.")
            continue
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _refusal(file, line, "anchors (&) and aliases (*) are not read.", "Write the words out.")
        if getattr(event, "tag", None) is not None:
            raise _refusal(file, line, "tags (!) are not read.", "Remove the tag.")
        if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            open_nodes.pop()
            open_keys.pop()
            continue
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            node = Text(event.value, line)
        elif isinstance(event, yaml.MappingStartEvent):
            node = Table({}, {}, line)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = Listing([], line)
        else:
            continue
        count += 1
        if count > MAX_NODES:
            raise _refusal(file, line, f"the file holds more than {MAX_NODES:,} values.", "Split the questionnaire.")
        if open_nodes:
            _attach(open_nodes[-1], open_keys, node, file)
        else:
            root = node
        if not isinstance(node, Text):
            open_nodes.append(node)
            open_keys.append(None)
            if len(open_nodes) > MAX_DEPTH:
                raise _refusal(file, line, f"values are nested deeper than {MAX_DEPTH}.", "Flatten them.")
    return root


def _attach(parent: Listing | Table, open_keys: list[Text | None], node: Node, file: str) -> None:
    if isinstance(parent, Listing):
        parent.values.append(node)
        return
    key = open_keys[-1]
    if key is None:
        if not isinstance(node, Text):
            raise _refusal(file, node.line, "a field's name must be a word.", "Check braces and indents.")
        if node.value in parent.values:
            first = parent.key_lines[node.value]
            message = f"the field {node.value!r} is given twice, first in line {first}."
            raise _refusal(file, node.line, message, "Keep one.")
        open_keys[-1] = node
    else:
        parent.values[key.value] = node
        parent.key_lines[key.value] = key.line
        open_keys[-1] = None
