"""Every sentence made below the rooms has its Spanish, with the same things filled in, and is compiled."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.golden.books import make_book

import headwater
from headwater.reports import REPORTS
from headwater.reports.brand import Brand
from headwater.reports.document import Document
from headwater.reports.localising import NOT_WORDS
from headwater.vocab import River, said, speaking
from headwater.vocab.languages import CATALOGUES, DOMAIN

ROOT = Path(headwater.__file__).parent
BELOW = [path for path in ROOT.rglob("*.py") if path.relative_to(ROOT).parts[0] not in {"rooms", "site", "cli"}]
FILLED = re.compile(r"%\((\w+)\)s")
SAYING = {"said", "said_of", "to_say"}
INSTEAD = {"doing": "rise", "one": "unit", "source": "more", "target": "end"}
"""What Spanish may say for what English says, so that nothing has to agree with a word of unknown gender."""
SAME = {"No", "Error", "PDF", "Inter"}
"""Words that Spanish writes the same way."""


def constants(node: ast.expr) -> Iterator[str]:
    """The texts an expression can be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from constants(node.body)
        yield from constants(node.orelse)
    elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Dict):
        for value in node.value.values:
            yield from constants(value)


def asked() -> set[str]:
    """Every text that is looked up."""
    found = set[str]()
    for path in BELOW:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING:
                for argument in node.args[: 2 if node.func.id == "said_of" else 1]:
                    found.update(constants(argument))
    return found - {""}


def spanish() -> dict[str, str]:
    """What the catalogue says, a plural under each of its two English forms."""
    from babel.messages.pofile import read_po

    found: dict[str, str] = {}
    with (CATALOGUES / "es" / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        for message in read_po(file, abort_invalid=True):
            if isinstance(message.id, tuple):
                found |= {str(one): str(words) for one, words in zip(message.id, message.string or (), strict=False)}
            elif message.id:
                found[str(message.id)] = str(message.string)
    return found


def test_every_sentence_has_its_spanish() -> None:
    known = spanish()
    assert sorted(text for text in asked() if not known.get(text)) == []


def test_the_same_things_are_filled_in() -> None:
    wrong = {}
    for english, words in spanish().items():
        known = set(FILLED.findall(english))
        if not set(FILLED.findall(words)) <= known | {INSTEAD[name] for name in known & set(INSTEAD)}:
            wrong[english] = words
        if FILLED.search(english) and re.search(r"%(?!\(|%)", words.replace("%%", "")):
            wrong[english] = words
    assert wrong == {}


def test_nothing_filled_in_is_left_out() -> None:
    left = {}
    for english, words in spanish().items():
        there = set(FILLED.findall(words))
        missing = {name for name in FILLED.findall(english) if not {name, INSTEAD.get(name)} & there}
        if missing:
            left[english] = sorted(missing)
    assert left == {}


def test_what_is_compiled_is_what_is_written() -> None:
    with (CATALOGUES / "es" / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    known = spanish()
    for english, words in known.items():
        assert words in (compiled.gettext(english), compiled.ngettext(english, english, 1), words)
    assert sum(compiled.gettext(english) == words for english, words in known.items()) > 0.95 * len(known)


def texts(part: Any, name: str = "") -> Iterator[str]:
    """Every text of a document that is wording."""
    if isinstance(part, str):
        if name not in NOT_WORDS:
            yield part
    elif isinstance(part, tuple):
        for one in part:
            yield from texts(one, name)
    elif is_dataclass(part) and not isinstance(part, type | River | Brand):
        for field in fields(part):
            yield from texts(getattr(part, field.name), field.name)


def build(kind: str, language: str, row: int) -> Document:
    """One report of the golden book."""
    with speaking(language):
        document: Document = REPORTS[kind](make_book(), row, Brand("Harbour Transit"))
    return document


WORDS = re.compile(r"\b(the|and|of|is|are|not|with|what|your?|they|which|this|that|answers?|people|score)\b", re.I)


@pytest.mark.parametrize("kind", ["leader", "actions", "workbook"])
def test_a_spanish_report_holds_no_english(kind: str) -> None:
    book = make_book()
    names = {*book.tree.names, book.study.title, book.wave.title, book.previous_wave, *book.sources}
    names |= {text for column in book.columns for text in column.label.values()}
    data = {f"{key}: {value}" for key, value in book.made_with.items()} | {one.measure for one in book.columns}
    left = set()
    for row in (0, 1, len(book.tree) - 1):
        for text in texts(build(kind, "es", row)):
            words = text
            for name in sorted(filter(None, names), key=len, reverse=True):
                words = words.replace(name, "").replace(name[:1].lower() + name[1:], "")
            if WORDS.search(words) and text not in data:
                left.add(text)
    assert sorted(left) == []


def test_another_language_stays_english_rather_than_nothing() -> None:
    with speaking("fr-ca"):
        assert said("Next steps") == "Next steps"
    with speaking("es-mx"):
        assert said("Next steps") == "Próximos pasos"
