"""Nodes of a YAML file into an Instrument. Every problem is gathered before anything is refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast, get_args

from headwater.instruments.checks import find_faults
from headwater.instruments.nodes import FieldPath, LineProblem, Listing, Node, Table, Text, line_of, say_path
from headwater.vocab import Choice, Instrument, Item, Lens, Problem, ResponseScale, Scale, Texts
from headwater.vocab.problems import Severity
from headwater.vocab.questionnaire import ItemKind, ScaleRole

FORMAT = "1"
"""The form of the file itself, so that later forms can be told apart."""

STANDARD = "standard"
"""Stands for a whole response scale of the standard ones."""

INSTRUMENT_FIELDS = (
    "format", "key", "version", "lens", "title", "purpose", "languages", "unreviewed", "respondent_only", "source",
    "licence", "forked_from", "notes", "response_scales", "items", "scales",
)  # fmt: skip
ITEM_FIELDS = (
    "key", "text", "kind", "response_scale", "reverse", "required", "choices", "sets", "shown_if", "changed",
)  # fmt: skip
SCALE_FIELDS = ("key", "name", "lens", "role", "items", "min_answered", "parts")
RESPONSE_FIELDS = ("low", "high", "favourable_from", "unfavourable_to", "labels", "may_skip")
CHOICE_FIELDS = ("key", "text")

_NUMBER = re.compile(r"-?\d{1,6}")


@dataclass
class Reader:
    """Takes fields out of nodes and keeps what was wrong with them."""

    root: Table
    file: str
    problems: list[LineProblem] = field(default_factory=list)
    places: list[FieldPath] = field(default_factory=list)

    def note(self, path: FieldPath, message: str, remedy: str = "", severity: Severity = "error") -> None:
        """Keep a problem with the line of its field."""
        column = say_path(self.root, path)
        self.problems.append(LineProblem(message, remedy, self.file, line_of(self.root, path), column, severity))
        self.places.append(path)

    def noted(self, path: FieldPath) -> bool:
        """Whether a problem lies at a path or around it."""
        return any(path[: len(place)] == place for place in self.places)

    def table(self, node: Node, path: FieldPath, fields: Collection[str], needed: Collection[str] = ()) -> Table:
        """Take a mapping with known fields."""
        if not isinstance(node, Table):
            self.note(path, "a mapping of fields is expected here.", f"Write fields like {', '.join(fields)}.")
            return Table({}, {}, node.line)
        for key in node.values:
            if key not in fields:
                self.note((*path, key), f"the field {key!r} is not known.", f"Known are {', '.join(fields)}.")
        for key in needed:
            if key not in node.values:
                self.note((*path, key), "is missing.", f"Add the field {key}.")
        return node

    def text(self, table: Table, path: FieldPath, name: str, default: str = "") -> str:
        """Take one line or block of words, without the blanks around it."""
        node = table.values.get(name)
        if node is None:
            return default
        if not isinstance(node, Text):
            self.note((*path, name), "a single value is expected here.", "Write it on one line.")
            return default
        return node.value.strip()

    def flag(self, table: Table, path: FieldPath, name: str) -> bool:
        """Take true or false."""
        found = self.text(table, path, name, "false")
        if found not in ("true", "false"):
            self.note((*path, name), f"{found!r} is neither true nor false.", "Write true or false.")
        return found == "true"

    def number(self, table: Table, path: FieldPath, name: str, default: int) -> int:
        """Take a whole number."""
        found = self.text(table, path, name, str(default))
        if not _NUMBER.fullmatch(found):
            self.note((*path, name), f"{found!r} is not a whole number.", "Write digits.")
            return default
        return int(found)

    def one_of(self, table: Table, path: FieldPath, name: str, known: Collection[str], default: str) -> str:
        """Take one of a few known words."""
        found = self.text(table, path, name, default)
        if found not in known:
            self.note((*path, name), f"{found!r} is not known here.", f"Choose one of {', '.join(known)}.")
            return default
        return found

    def words(self, node: Node | None, path: FieldPath) -> tuple[str, ...]:
        """Take a list of words."""
        if node is None:
            return ()
        if not isinstance(node, Listing):
            self.note(path, "a list is expected here.", "Write [one, two] or a line `- one` each.")
            return ()
        found = []
        for number, value in enumerate(node.values):
            if isinstance(value, Text):
                found.append(value.value.strip())
            else:
                self.note((*path, number), "a single value is expected here.", "Write one word or line.")
        return tuple(found)

    def texts(self, table: Table, path: FieldPath, name: str) -> Texts:
        """Take the same words by language."""
        node = table.values.get(name)
        if node is None:
            return {}
        if not isinstance(node, Table):
            self.note((*path, name), "words by language are expected here.", "Write {en: ...}.")
            return {}
        return {language: self.text(node, (*path, name), language) for language in node.values}

    def rows(self, table: Table, path: FieldPath, name: str) -> list[Node]:
        """Take a list of anything."""
        node = table.values.get(name)
        if node is None:
            return []
        if not isinstance(node, Listing):
            self.note((*path, name), "a list is expected here.", "Begin each entry with `- `.")
            return []
        return node.values


def parse_instrument(
    root: Table, file: str, standard: Mapping[str, ResponseScale]
) -> tuple[Instrument, tuple[Problem, ...]]:
    """Read an instrument, and everything wrong with it. With an error among the problems it must not be used.

    standard: response scales that a file may name by the word `standard` instead of writing them out.
    """
    reader = Reader(root, file)
    needed = ("format", "key", "version", "lens", "title", "purpose", "languages", "source", "licence", "items")
    reader.table(root, (), INSTRUMENT_FIELDS, needed)
    form = reader.text(root, (), "format", FORMAT)
    if form != FORMAT:
        reader.note(("format",), f"format {form!r} is not known.", f"This version reads format {FORMAT}.")
    languages = reader.words(root.values.get("languages"), ("languages",))
    lens = Lens(reader.one_of(root, (), "lens", tuple(Lens), Lens.EX))
    scales = [_scale(reader, node, ("scales", n), lens) for n, node in enumerate(reader.rows(root, (), "scales"))]
    instrument = Instrument(
        key=reader.text(root, (), "key"),
        version=reader.text(root, (), "version"),
        lens=lens,
        title=reader.texts(root, (), "title"),
        purpose=reader.texts(root, (), "purpose"),
        languages=languages,
        response_scales=_response_scales(reader, root, languages, standard),
        items=tuple(_item(reader, node, ("items", n)) for n, node in enumerate(reader.rows(root, (), "items"))),
        scales=fill_indexes(scales),
        source=reader.text(root, (), "source"),
        licence=reader.text(root, (), "licence"),
        unreviewed=reader.words(root.values.get("unreviewed"), ("unreviewed",)),
        forked_from=reader.text(root, (), "forked_from"),
        respondent_only=reader.words(root.values.get("respondent_only"), ("respondent_only",)),
        notes=reader.texts(root, (), "notes"),
    )
    for fault in find_faults(instrument):
        if not reader.noted(fault.path):
            reader.note(fault.path, fault.message, fault.remedy, fault.severity)
    found = sorted(reader.problems, key=lambda problem: (problem.row or 0, problem.column))
    return instrument, tuple(found)


def read_response_scale(reader: Reader, node: Node, path: FieldPath, key: str) -> ResponseScale:
    """Read a response scale that is written out."""
    table = reader.table(node, path, RESPONSE_FIELDS, ("low", "high", "favourable_from", "unfavourable_to", "labels"))
    labels: dict[str, tuple[str, ...]] = {}
    listed = table.values.get("labels")
    if isinstance(listed, Table):
        place = (*path, "labels")
        labels = {language: reader.words(found, (*place, language)) for language, found in listed.values.items()}
    elif listed is not None:
        reader.note((*path, "labels"), "labels by language are expected here.", "Write {en: [...]}.")
    low, high = reader.number(table, path, "low", 1), reader.number(table, path, "high", 5)
    return ResponseScale(
        key=key,
        low=low,
        high=high,
        labels=labels,
        favourable_from=reader.number(table, path, "favourable_from", high),
        unfavourable_to=reader.number(table, path, "unfavourable_to", low),
        may_skip=reader.texts(table, path, "may_skip") if "may_skip" in table.values else None,
    )


def _response_scales(
    reader: Reader, root: Table, languages: tuple[str, ...], standard: Mapping[str, ResponseScale]
) -> dict[str, ResponseScale]:
    listed = root.values.get("response_scales")
    if listed is None:
        return {}
    if not isinstance(listed, Table):
        reader.note(("response_scales",), "response scales by key are expected here.", "Write agree5: standard.")
        return {}
    found = {}
    for key, node in listed.values.items():
        path: FieldPath = ("response_scales", key)
        if not isinstance(node, Text):
            found[key] = read_response_scale(reader, node, path, key)
        elif node.value == STANDARD and key in standard:
            found[key] = _in_languages(standard[key], languages)
        elif node.value == STANDARD:
            reader.note(path, f"{key} is not a standard response scale.", f"Standard are {', '.join(standard)}.")
        else:
            reader.note(path, "codes and labels are expected here.", "Write them out, or write standard.")
    return found


def _in_languages(scale: ResponseScale, languages: tuple[str, ...]) -> ResponseScale:
    """Keep the languages a questionnaire has; those the standard scale lacks are found missing later."""
    skip = scale.may_skip
    return ResponseScale(
        scale.key,
        scale.low,
        scale.high,
        {language: scale.labels[language] for language in languages if language in scale.labels},
        scale.favourable_from,
        scale.unfavourable_to,
        None if skip is None else {language: skip[language] for language in languages if language in skip},
    )


def _item(reader: Reader, node: Node, path: FieldPath) -> Item:
    table = reader.table(node, path, ITEM_FIELDS, ("key", "text"))
    choices = []
    for number, entry in enumerate(reader.rows(table, path, "choices")):
        place: FieldPath = (*path, "choices", number)
        choice = reader.table(entry, place, CHOICE_FIELDS, CHOICE_FIELDS)
        choices.append(Choice(reader.text(choice, place, "key"), reader.texts(choice, place, "text")))
    sets = [reader.words(entry, (*path, "sets", n)) for n, entry in enumerate(reader.rows(table, path, "sets"))]
    return Item(
        key=reader.text(table, path, "key"),
        text=reader.texts(table, path, "text"),
        kind=cast(ItemKind, reader.one_of(table, path, "kind", get_args(ItemKind), "scale")),
        response_scale=reader.text(table, path, "response_scale"),
        reverse=reader.flag(table, path, "reverse"),
        required=reader.flag(table, path, "required"),
        choices=tuple(choices),
        sets=tuple(sets),
        shown_if=reader.text(table, path, "shown_if"),
        changed=reader.text(table, path, "changed"),
    )


def _scale(reader: Reader, node: Node, path: FieldPath, lens: Lens) -> Scale:
    table = reader.table(node, path, SCALE_FIELDS, ("key", "name"))
    items = reader.words(table.values.get("items"), (*path, "items"))
    return Scale(
        key=reader.text(table, path, "key"),
        name=reader.texts(table, path, "name"),
        items=items,
        lens=Lens(reader.one_of(table, path, "lens", tuple(Lens), lens)),
        role=cast(ScaleRole, reader.one_of(table, path, "role", get_args(ScaleRole), "driver")),
        min_answered=reader.number(table, path, "min_answered", 1),
        parts=reader.words(table.values.get("parts"), (*path, "parts")),
    )


def fill_indexes(scales: Sequence[Scale]) -> tuple[Scale, ...]:
    """Give an index that lists no items those of its parts, in their order. Circles are left to the checks."""
    by_key = {scale.key: scale for scale in scales}

    def items_of(key: str, above: frozenset[str]) -> tuple[str, ...]:
        scale = by_key.get(key)
        if scale is None or key in above:
            return ()
        if scale.items or not scale.parts:
            return scale.items
        found = dict.fromkeys(item for part in scale.parts for item in items_of(part, above | {key}))
        return tuple(found)

    filled = []
    for scale in scales:
        items = items_of(scale.key, frozenset()) if scale.parts and not scale.items else scale.items
        filled.append(Scale(scale.key, scale.name, items, scale.lens, scale.role, scale.min_answered, scale.parts))
    return tuple(filled)
