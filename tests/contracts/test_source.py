"""The house rules that a reader can check by eye, checked for all files."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from tests.contracts.conftest import ROOT

LONGEST = 400
WORDS = {"utils", "helpers", "manager", "data2", "process"}
"""Module names that say nothing."""

SUFFIXES = {
    ".py",
    ".md",
    ".toml",
    ".yml",
    ".yaml",
    ".sh",
    ".cfg",
    ".css",
    ".html",
    ".sql",
    ".txt",
    ".json",
    ".lock",
    "",
}

MACHINE = re.compile(r"(?<![\w./-])/(?:work|root|home/\w+|Users/\w+|mnt/data)/\w|[A-Za-z]:\\\\Users", re.ASCII)
ADDRESS = re.compile(r"\b[\w.+-]+@(?![Ee]xample\.)[\w-]{2,}\.(?:com|org|net|io|gov|edu|uk|de|nl)\b")
HOST = re.compile(r"https?://([\w.-]+)")
HOSTS = {
    "127.0.0.1",
    "localhost",
    "headwater.readthedocs.io",
    "www.w3.org",
    "www.apache.org",
    "schemas.openxmlformats.org",
    "schemas.microsoft.com",
    "purl.org",
    "github.com",
    "scripts.sil.org",
    "example.org",
    "example.com",
    "www.standardwebhooks.com",
    "example.net",
}
"""Hosts that may be named: namespaces of file formats, licences, reserved examples, our own documentation."""


def tracked() -> list[Path]:
    """Return the files under version control and the new ones, as git lists them, that hold text."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [ROOT / line for line in listed.stdout.splitlines()]
    return [path for path in paths if path.suffix in SUFFIXES and path.is_file()]


FILES = tracked()
MODULES = [path for path in FILES if path.suffix == ".py" and path.is_relative_to(ROOT / "src")]
TESTS = [path for path in FILES if path.name.startswith("test_") and path.suffix == ".py"]


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def places(pattern: re.Pattern[str]) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield each match in the tracked files with its place, this file left out."""
    for path in FILES:
        if path == Path(__file__).resolve() or path.suffix == ".lock":
            continue
        for number, line in enumerate(read(path).splitlines(), 1):
            for found in pattern.finditer(line):
                yield f"{path.relative_to(ROOT)}:{number}: {found.group()}", found


def harmless(host: str) -> bool:
    """Whether a host may be named: listed, reserved for examples (RFC 2606), or no name of the net at all."""
    reserved = (".example", ".test", ".invalid", ".example.org", ".example.com")
    return host in HOSTS or "." not in host or host.endswith(reserved) or host.replace(".", "").isdigit()


def test_there_is_something_to_check() -> None:
    assert len(MODULES) > 150
    assert len(TESTS) > 50


def test_no_module_is_longer_than_it_may_be() -> None:
    written = [path for path in MODULES if path.parent.name != "migrations"]  # those Django writes by itself
    long = {str(path.relative_to(ROOT)): count for path in written if (count := len(read(path).splitlines())) > LONGEST}
    assert long == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [str(path.relative_to(ROOT)) for path in MODULES if path.stem in WORDS] == []


def test_no_file_names_a_machine() -> None:
    assert [place for place, _ in places(MACHINE)] == []


def test_no_file_names_an_address() -> None:
    assert [place for place, _ in places(ADDRESS)] == []


def test_no_file_names_a_host_it_need_not() -> None:
    assert [place for place, found in places(HOST) if not harmless(found.group(1))] == []


def called(function: ast.AST) -> set[str]:
    """Return the names that a function calls."""
    calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return {getattr(call, "attr", getattr(call, "id", "")) for call in calls}


def asserts(function: ast.AST) -> bool:
    """Whether a function can fail by more than a stray exception: it asserts, or calls what does by its name."""
    if any(isinstance(node, ast.Assert) for node in ast.walk(function)):
        return True
    return any(name in {"raises", "fail", "warns"} or name.startswith("assert_") for name in called(function))


def functions(paths: Iterable[Path]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for path in paths:
        for node in ast.walk(ast.parse(read(path))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


SHARED = [path for path in FILES if path.suffix == ".py" and path.is_relative_to(ROOT / "tests") and path not in TESTS]
CHECKERS = {function.name for function in functions(SHARED) if asserts(function)}
"""Functions of the tests' shared modules that assert, such as `Oracle.close`, so that a test may leave it to them."""


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_test_asserts(path: Path) -> None:
    own = list(functions([path]))
    known = CHECKERS | {function.name for function in own if asserts(function)}
    while more := {function.name for function in own if called(function) & known} - known:
        known |= more
    tests = [function for function in own if function.name.startswith("test_")]
    assert tests
    assert [test.name for test in tests if not asserts(test) and not called(test) & known] == []
