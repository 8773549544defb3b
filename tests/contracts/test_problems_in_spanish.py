"""Every message about a file has its Spanish, and a finished message is known again by its form."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

import headwater
from headwater.formats.chain_spec import WORDS, panel_recipes
from headwater.vocab.languages import CATALOGUES
from headwater.vocab.translated_problems import translated_problem

ROOT = Path(headwater.__file__).parent
MAKERS = {"Problem", "InputError", "RefusedError", "Loss", "add", "add_rows", "problem", "wrong"}
"""What is called with a message and what to do about it."""
LOSERS = {
    **dict.fromkeys(("lose", "Loss"), (0, 2)),
    **dict.fromkeys(("leave", "_leave"), (1, 2)),
    **dict.fromkeys(("NotExpressibleError", "UnexpressibleError"), (0,)),
    "tell": (0, 1),
    "Sorted": (4,),
    "_as_choices": (1,),
}
"""What is called with something that is not carried over, or with why; and where in the call its words stand."""
PLACES = (
    *("vocab", "org", "instruments", "engine", "intake", "text", "privacy", "scoring", "chain", "formats"),
    "rooms/listen",
)
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


@dataclass
class Given:
    """What names stand for in a file. `name()` is what a function returns, `.name` what is appended to an attribute.

    wide: constants, functions and attributes of every file, each with the file it is of.
    """

    wide: dict[str, list[tuple[Given, ast.expr]]]
    names: dict[str, list[ast.expr]] = field(default_factory=dict)

    def read(self, tree: ast.AST) -> None:
        """Take in a file."""
        for node in ast.walk(tree):
            match node:
                case (
                    ast.Assign(targets=[target], value=value)
                    | ast.AnnAssign(target=target, value=ast.expr() as value)
                    | ast.AugAssign(target=target, value=value)
                    | ast.For(target=target, iter=value)
                ):
                    for name in ast.walk(target):
                        if isinstance(name, ast.Name):
                            self._give(name.id, value)
                case ast.FunctionDef(name=function):
                    for one in ast.walk(node):
                        if isinstance(one, ast.Return) and one.value:
                            self._give(f"{function}()", one.value)
                case ast.Call(func=ast.Attribute(value=ast.Attribute(attr=name), attr="append"), args=[value]):
                    self._give(f".{name}", value)

    def _give(self, name: str, value: ast.expr) -> None:
        self.names.setdefault(name, []).append(value)
        if name.isupper() or name.startswith(".") or name.endswith(")"):
            self.wide.setdefault(name, []).append((self, value))

    def words(self, node: ast.expr, deep: int = 12, inner: bool = False) -> Iterator[str]:
        """The forms of what an expression can say, and of the words filled in. inner: it is filled in itself."""
        match node:
            case ast.Constant(value=str(text)):
                if re.search(r"[a-z] [a-z]" if inner else r"[a-z]", text):
                    yield from forms(node, {})
            case ast.JoinedStr(values=parts):
                filled = [part.value for part in parts if isinstance(part, ast.FormattedValue)]
                if any(isinstance(part, ast.Constant) and re.search("[a-z]{2}", str(part.value)) for part in parts):
                    yield from forms(node, {})
                for value in filled if deep else ():
                    yield from self.words(value, deep - 1, inner=len(parts) > 1)
            case _:
                for given, one in self.within(node) if deep else ():
                    yield from given.words(one, deep - 1, inner)

    def within(self, node: ast.expr) -> list[tuple[Given, ast.expr]]:
        """What an expression can be, and the file that says so."""
        found: list[ast.expr] = []
        match node:
            case ast.Name(id=name):
                if name not in self.names:
                    return self.wide.get(name, [])
                found = self.names[name]
            case ast.Call(func=ast.Name(id=name)):
                return self.wide.get(f"{name}()", [])
            case ast.Attribute(attr=name):
                return self.wide.get(f".{name}", [])
            case ast.Call(func=ast.Attribute(value=value, attr="get" | "items" | "values"), args=args):
                found = [value, *args[1:]]
            case ast.Call(func=ast.Attribute(value=value, attr="rstrip")) | ast.Subscript(value=value):
                found = [value]
            case ast.IfExp(body=one, orelse=other):
                found = [one, other]
            case ast.BoolOp(values=found) | ast.Tuple(elts=found) | ast.List(elts=found) | ast.Dict(values=found):
                pass
            case ast.ListComp(elt=value):
                found = [value]
        return [(self, one) for one in found]


def lost() -> set[str]:
    """Every form of what moving a survey in can leave behind, and of why."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "formats").rglob("*.py")]
    wide: dict[str, list[tuple[Given, ast.expr]]] = {}
    files = [Given(wide) for _ in trees]
    for given, tree in zip(files, trees, strict=True):
        given.read(tree)
    found = set[str]()
    for given, tree in zip(files, trees, strict=True):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                for place in LOSERS.get(name, ()):
                    found.update(form for text in node.args[place : place + 1] for form in given.words(text))
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


def test_every_loss_has_its_spanish() -> None:
    spanish, forms_lost = known(), lost()
    assert {"skip logic", "quotas", "a branch of the flow", "the answers look ordered", "a device"} <= forms_lost
    assert sorted(form for form in forms_lost if not spanish.get(form)) == []


def test_public_recipes_and_benchmarks_have_their_spanish() -> None:
    for recipe in panel_recipes():
        spanish = known()
        assert recipe.words["es"].keys() == recipe.words.keys() - {"es"}
        for place in recipe.places:
            own = {name for name in WORDS if getattr(place, name)}
            assert place.translations["es"].keys() == own, f"{recipe.key}.{place.key}"
        assert [words for one in recipe.unknowns for words in one if words not in spanish] == []
    for path in (ROOT / "rooms").rglob("benchmarks.yaml"):
        for key, made in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            texts = [made["title"], made["source"], made["licence"], *(one["label"] for one in made["tables"].values())]
            assert all(text.keys() == {"en", "es"} for text in texts), key


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
        (
            "At rest they are counted from 1: 0 → 1, 50 → 2.",
            "Guardados se cuentan desde 1: 0 → 1, 50 → 2.",
        ),
        (
            "The item is shown without it: it looks at the device.",
            "La pregunta se muestra sin ella: mira el dispositivo.",
        ),
        ("a question for an e-mail address", "una pregunta por una dirección de correo electrónico"),
        ("It is not read: its question has no columns.", "No se lee: su pregunta no tiene columnas."),
        ("the file is 100% new", "the file is 100% new"),
        ("", ""),
    ],
)
def test_examples(english: str, spanish: str) -> None:
    assert translated_problem(english, "es") == spanish
    assert translated_problem(english, "en-gb") == english
