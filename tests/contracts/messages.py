"""Finding what a file can be told to be wrong with, by reading the code that says so: the forms of its messages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import headwater

ROOT = Path(headwater.__file__).parent
SENTENCE = re.compile(r"[a-z]{2}.* | .*[a-z]{2}", re.DOTALL)
"""What has words and a blank. Keys, codes and units have none."""
PASSED_ON = frozenset(("message", "remedy", "why", "what", "reason", "expected", "words"))
"""Parameters of functions that hold words: they stand for what the function is called with."""
MARKUP = re.compile(r"</|<\w+:")


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


@dataclass
class Given:
    """What names stand for in a file. `name()` is what a function returns, `.name` what is appended to an attribute.

    wide: constants, functions and attributes of every file, each with the file it is of. taken: names of other modules.
    calls: every call. takers: functions that words are passed to, with their parameters. passed: by parameter, what.
    """

    wide: dict[str, list[tuple[Given, ast.expr]]]
    module: str
    names: dict[str, list[ast.expr]] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    calls: list[ast.Call] = field(default_factory=list)
    takers: list[tuple[str, list[str]]] = field(default_factory=list)
    passed: dict[str, list[tuple[Given, ast.expr]]] = field(default_factory=dict)

    def read(self, tree: ast.AST) -> None:
        """Take in a file."""
        around: list[tuple[ast.AST, str]] = [(tree, "")]
        for node, function in around:
            name_within = node.name if isinstance(node, ast.FunctionDef) else function
            around.extend((child, name_within) for child in ast.iter_child_nodes(node))
            if isinstance(node, ast.Call):
                self.calls.append(node)
            match node:
                case (
                    ast.Assign(targets=[target], value=value)
                    | ast.AnnAssign(target=target, value=ast.expr() as value)
                    | ast.AugAssign(target=target, value=value)
                    | ast.NamedExpr(target=target, value=value)
                    | ast.For(target=target, iter=value)
                ):
                    for name in ast.walk(target):
                        if isinstance(name, ast.Name):
                            self._give(name.id, value)
                case ast.FunctionDef(name=taker, args=ast.arguments(args=first, kwonlyargs=named)):
                    names = [one.arg for one in (*first, *named) if one.arg not in ("self", "cls")]
                    if PASSED_ON.intersection(names):
                        self.takers.append((taker, names))
                case ast.Return(value=ast.expr() as value):
                    self._give(f"{function}()", value)
                case ast.Call(func=ast.Attribute(value=ast.Attribute(attr=name), attr="append"), args=[value]):
                    self._give(f".{name}", value)
                case ast.ImportFrom(module=str(module), names=names):
                    self.taken.update({one.asname or one.name: module for one in names})

    def _give(self, name: str, value: ast.expr) -> None:
        self.names.setdefault(name, []).append(value)
        if name.isupper() or name.startswith(".") or name.endswith(")"):
            self.wide.setdefault(name, []).append((self, value))

    def words(self, node: ast.expr, seen: set[tuple[int, bool]], inner: bool = False) -> Iterator[str]:
        """The forms of what an expression can say, and of the words filled in. inner: it is filled in itself.

        seen: expressions that were read; none is read twice.
        """
        if (id(node), inner) in seen:
            return
        seen.add((id(node), inner))
        match node:
            case ast.Constant(value=str(text)):
                if re.search(r"[a-z] [a-z]" if inner else r"[a-z]", text):
                    yield from forms(node, {})
            case ast.JoinedStr(values=parts):
                filled = [part.value for part in parts if isinstance(part, ast.FormattedValue)]
                if any(isinstance(part, ast.Constant) and re.search("[a-z]{2}", str(part.value)) for part in parts):
                    yield from forms(node, {})
                for value in filled:
                    yield from self.words(value, seen, inner=len(parts) > 1)
            case ast.BinOp(op=ast.Add()):
                yield from forms(node, {})
            case _:
                for given, one in self.within(node):
                    yield from given.words(one, seen, inner)

    def within(self, node: ast.expr) -> list[tuple[Given, ast.expr]]:
        """What an expression can be, and the file that says so."""
        found: list[ast.expr] = []
        match node:
            case ast.Name(id=name):
                if name in self.passed:
                    return [*((self, one) for one in self.names.get(name, ())), *self.passed[name]]
                if name not in self.names:
                    return self.elsewhere(name, name)
                found = self.names[name]
            case ast.Call(func=ast.Name(id=name)):
                if f"{name}()" not in self.names:
                    return self.elsewhere(f"{name}()", name)
                found = self.names[f"{name}()"]
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
            case ast.ListComp(elt=value) | ast.GeneratorExp(elt=value):
                found = [value]
            case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="join"), args=[value]):
                found = [value]
        return [(self, one) for one in found]

    def elsewhere(self, what: str, name: str) -> list[tuple[Given, ast.expr]]:
        """What a name stands for that another file gives: the one it is taken from, or any that a package passes on."""
        if name not in self.taken:
            return []
        found = self.wide.get(what, [])
        return [one for one in found if one[0].module == self.taken[name]] or found


@dataclass
class Code:
    """Files of some folders, read once. files: each with its path below the package and what it gives."""

    files: list[tuple[str, Given]]

    @classmethod
    def of(cls, *places: str) -> Code:
        """Read every file of some folders, and of single files."""
        wide: dict[str, list[tuple[Given, ast.expr]]] = {}
        files = []
        for place in places:
            for path in [ROOT / place] if place.endswith(".py") else sorted((ROOT / place).rglob("*.py")):
                own = path.relative_to(ROOT)
                module = ".".join(("headwater", *own.with_suffix("").parts)).removesuffix(".__init__")
                tree, given = ast.parse(path.read_text(encoding="utf-8")), Given(wide, module)
                given.read(tree)
                files.append((str(own), given))
        cls._pass_on([given for _, given in files])
        return cls(files)

    @staticmethod
    def _pass_on(files: list[Given]) -> None:
        """Let parameters stand for what their functions are called with."""
        takers: dict[str, list[tuple[Given, list[str]]]] = {}
        for given in files:
            for name, parameters in given.takers:
                takers.setdefault(name, []).append((given, parameters))
        for caller in files:
            for call in caller.calls:
                for taker, parameters in takers.get(getattr(call.func, "id", getattr(call.func, "attr", "")), ()):
                    by_name = ((one.arg, one.value) for one in call.keywords if one.arg)
                    for name, value in (*zip(parameters, call.args, strict=False), *by_name):
                        if name in PASSED_ON:
                            taker.passed.setdefault(name, []).append((caller, value))

    def said(
        self, calls: Mapping[str, tuple[int, ...]], words: frozenset[str] = frozenset(), *places: str
    ) -> dict[str, str]:
        """Every form of what calls can say, with the file and line of one that does.

        calls: what is called, and where in the call its words stand. words: names of arguments that hold words. places:
        how the path of a file begins.
        """
        found: dict[str, str] = {}
        seen: set[tuple[int, bool]] = set()
        for path, given in self.files:
            if not path.startswith(places or ""):
                continue
            for node in given.calls:
                at = calls.get(getattr(node.func, "id", getattr(node.func, "attr", "")))
                if at is None:
                    continue
                texts = [node.args[number] for number in at if number < len(node.args)]
                texts += [word.value for word in node.keywords if word.arg in words]
                for form in (form for text in texts for form in given.words(text, seen)):
                    if not MARKUP.search(form):
                        found.setdefault(form, f"{path}:{node.lineno}")
        return found
