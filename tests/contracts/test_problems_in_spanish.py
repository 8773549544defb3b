"""Every message about a file has its Spanish, and a finished message is known again by its form."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import headwater
from headwater.vocab.languages import CATALOGUES
from headwater.vocab.translated_problems import translated_problem

ROOT = Path(headwater.__file__).parent
MAKERS = {"Problem", "InputError", "RefusedError", "Loss", "add", "add_rows", "problem", "wrong"}
"""What is called with a message and what to do about it."""
PLACES = ("formats", "org", "instruments", "chain")
FILLED = re.compile(r"%\((\w+)\)s")


def name_of(node: ast.expr) -> str:
    """What stands in a message, named."""
    match node:
        case ast.Name(id=name):
            return name.strip("_")
        case ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=value) | ast.BinOp(left=value):
            return name_of(value)
        case ast.Call(func=ast.Attribute(attr=name), args=[]):
            return name
        case ast.Call(args=[first, *_]):
            return name_of(first)
        case ast.Call(func=function):
            return name_of(function)
    return "value"


def forms(node: ast.expr, named: Mapping[str, list[ast.expr]]) -> Iterator[str]:
    """The forms a message can take."""
    match node:
        case ast.Constant(value=str(text)):
            yield text.replace("%", "%%").replace("{value}", "%(value)s")
        case ast.JoinedStr(values=parts):
            made, used = "", set[str]()
            for part in parts:
                if isinstance(part, ast.Constant):
                    made += str(part.value).replace("%", "%%").replace("{value}", "%(value)s")
                elif isinstance(part, ast.FormattedValue):
                    name = base = name_of(part.value)
                    at = 2
                    while name in used:
                        name, at = f"{base}_{at}", at + 1
                    used.add(name)
                    made += f"%({name})s"
            yield made
        case ast.IfExp(body=first, orelse=second):
            yield from forms(first, named)
            yield from forms(second, named)
        case ast.Name(id=name) if name in named:
            for value in named[name]:
                yield from forms(value, {})
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            for one in forms(left, named):
                for other in forms(right, named):
                    yield one + other


def assigned(tree: ast.AST) -> dict[str, list[ast.expr]]:
    """What names stand for."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
    return found


def made() -> set[str]:
    """Every form of a message that reading a file can make."""
    found = set[str]()
    for path in (path for place in PLACES for path in (ROOT / place).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for scope in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
            named = assigned(scope)
            for node in ast.walk(scope):
                if not isinstance(node, ast.Call):
                    continue
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in MAKERS:
                    texts = [*node.args, *(word.value for word in node.keywords if word.arg in {"message", "remedy"})]
                    for text in texts[1:] if name in {"add", "add_rows"} else texts:
                        found.update(form for form in forms(text, named) if re.search(r"[A-Za-z]{3,} [a-z]", form))
    return found


def known() -> dict[str, str]:
    """What the catalogue says."""
    from babel.messages.pofile import read_po

    with (CATALOGUES / "es" / "LC_MESSAGES" / "problems.po").open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file, abort_invalid=True) if one.id}


def test_every_message_has_its_spanish() -> None:
    spanish = known()
    assert len(spanish) > 500
    assert sorted(form for form in made() if not spanish.get(form)) == []


def test_the_same_things_are_filled_in() -> None:
    wrong = {
        english: words
        for english, words in known().items()
        if sorted(FILLED.findall(english)) != sorted(FILLED.findall(words))
    }
    assert wrong == {}


def test_a_finished_message_is_said_again() -> None:
    lost = {}
    for english, words in known().items():
        values = {name: f"«{name}7»" for name in FILLED.findall(english)}
        said = translated_problem(english % values, "es")
        if values and not all(value in said for value in values.values()):
            lost[english] = said
        if said == english % values and words % values != said:
            lost[english] = said
    assert lost == {}


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("'x1' is not a number.", "'x1' no es un número."),
        (
            "3 more of this kind: the row has no person id.",
            "3 más de este tipo: la fila no tiene identificador de persona.",
        ),
        ("the file is 100% new", "the file is 100% new"),
        ("", ""),
    ],
)
def test_examples(english: str, spanish: str) -> None:
    assert translated_problem(english, "es") == spanish
    assert translated_problem(english, "en-gb") == english
