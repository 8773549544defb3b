"""Every entry of every table has its place in the documentation and something that holds it to the truth.

A new measure, format, form, report, engine, kind of leak, questionnaire or command that is in a table and nowhere else
fails here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from tests.contracts.conftest import ROOT

from headwater import measures, stats
from headwater.cli import COMMANDS
from headwater.cli.analyse import ENGINES as COMMAND_LINE_ENGINES
from headwater.engine import ENGINES
from headwater.formats import FORMATS
from headwater.instruments import library
from headwater.measures import MEASURES
from headwater.privacy.audit import ATTACKS
from headwater.reports import RENDERERS, REPORTS

REFERENCE = ROOT / "docs/reference"
TESTS = ROOT / "tests"


def section(page: str, heading: str) -> str:
    """Return a page's text from a heading to the next of the same or a higher level."""
    text = (REFERENCE / page).read_text(encoding="utf-8")
    for marks in ("## ", "# "):
        found = re.search(rf"^{marks}{re.escape(heading)}\n(.*?)(?=^#{{1,2}} |\Z)", text, re.DOTALL | re.MULTILINE)
        if found:
            return found.group(1)
    raise AssertionError(f"{page} has no heading {heading!r}")


def rows(text: str) -> set[str]:
    """Return the keys in backticks that begin the rows of a text's tables."""
    return set(re.findall(r"^\| `([^`]+)`", text, re.MULTILINE))


def source_of(*places: str) -> str:
    """Return the text of all tests below some folders or files of tests/."""
    paths: list[Path] = []
    for place in places:
        path = TESTS / place
        assert path.exists(), f"tests/{place} is not there"
        paths += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def named(keys: Iterable[str], text: str) -> set[str]:
    """Return the keys that a text names as a whole word."""
    return {key for key in keys if re.search(rf"(?<!\w){re.escape(key)}(?!\w)", text)}


def test_every_measure() -> None:
    assert rows(section("measures.md", "Measures")) == set(MEASURES)
    tested = source_of("core/measures", "properties")
    modules = {module.MEASURE.key: name for name, module in vars(measures).items() if hasattr(module, "MEASURE")}
    assert modules.keys() == MEASURES.keys()
    assert {key for key, module in modules.items() if not named([key, module], tested)} == set()


def test_every_format() -> None:
    for key, known in FORMATS.items():
        own = REFERENCE / f"formats-{key}.md"
        assert own.is_file() or section("formats.md", known.heading), f"{key} is on no page"
        assert source_of(f"core/formats/test_{key}.py").count("def test_") > 2


def test_every_form_of_report() -> None:
    assert rows(section("reports.md", "Forms")) == set(RENDERERS)
    for form in RENDERERS:
        assert source_of(f"golden/test_{form}.py").count("def test_") > 1


def test_every_report() -> None:
    assert rows(section("reports.md", "Reports")) == set(REPORTS)
    assert named(REPORTS, source_of("golden", "e2e")) == set(REPORTS)


def test_every_engine() -> None:
    page = (REFERENCE / "engine.md").read_text(encoding="utf-8")
    assert named(ENGINES, page.casefold()) == set(ENGINES)
    assert section("engine.md", "Another engine")
    assert named(ENGINES, source_of("core/engine")) == set(ENGINES)
    assert tuple(ENGINES) == COMMAND_LINE_ENGINES


def test_every_kind_of_leak_is_documented_and_planted() -> None:
    assert len(ATTACKS) >= 15
    pages = "\n".join(path.read_text(encoding="utf-8") for path in sorted(REFERENCE.glob("*.md")))
    assert set(ATTACKS) - named(ATTACKS, pages) == set()
    planted = "\n".join(path.read_text(encoding="utf-8") for path in sorted((TESTS / "core/privacy").rglob("*.py")))
    assert set(ATTACKS) - named(ATTACKS, planted) == set()


def test_every_questionnaire() -> None:
    assert named(library(), section("instruments.md", "The library")) == set(library())
    assert "library()" in source_of("core/instruments/test_library.py")


def test_every_command() -> None:
    assert named(COMMANDS, source_of("e2e", "contracts", "rooms")) == set(COMMANDS)
    for command in COMMANDS:
        assert section("command-line.md", command)


HELD_THROUGH = {
    "coefficient_contrast": ("within_between", "hybrid.py"),
    "random_intercept_regression": ("within_between", "hybrid.py"),
    "fit_sem": ("ri_clpm", "panel_sem.py"),
}
"""Functions whose numbers an oracle holds through a caller: the caller, and the module that holds both."""


@pytest.mark.parametrize("name", stats.__all__)
def test_every_statistic_is_on_a_page_and_held_by_a_test(name: str) -> None:
    pages = [path.read_text(encoding="utf-8") for path in sorted(REFERENCE.glob("stats-*.md"))]
    assert len(pages) == 2
    assert any(re.search(rf"`(?:[\w.]*\.)?{name}\b", page) for page in pages), f"{name} is on no stats page"
    assert hasattr(stats, name)
    if callable(getattr(stats, name)) and name[0].islower():
        caller, module = HELD_THROUGH.get(name, (name, ""))
        assert named([caller], source_of("oracles", "properties")), f"{caller} has no oracle and no property"
        if module:
            assert named([name, caller], (ROOT / "src/headwater/stats" / module).read_text(encoding="utf-8"))
