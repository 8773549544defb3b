"""The examples of the reference pages run as shown, and the pages name what the packages give."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from headwater import chain, scoring, simulation
from headwater.measures import MEASURES

PAGES = Path(__file__).resolve().parents[3] / "docs" / "reference"
NAMES = ("measures", "scoring", "chain", "simulation")
EXAMPLES = [
    pytest.param(code, id=f"{name}-{number}")
    for name in NAMES
    for number, code in enumerate(
        re.findall(r"```python\n(.*?)```", (PAGES / f"{name}.md").read_text("utf-8"), flags=re.DOTALL)
    )
]


@pytest.mark.parametrize("code", EXAMPLES)
def test_examples_run_as_shown(code: str) -> None:
    assert "assert" in code
    exec(code, {})


def test_every_measure_is_on_its_page() -> None:
    page = (PAGES / "measures.md").read_text("utf-8")
    assert all(f"`{key}`" in page for key in MEASURES)


@pytest.mark.parametrize(("name", "package"), [("scoring", scoring), ("chain", chain), ("simulation", simulation)])
def test_every_public_function_is_on_its_page(name: str, package: ModuleType) -> None:
    page = (PAGES / f"{name}.md").read_text("utf-8")
    functions = [public for public in package.__all__ if public[0].islower()]
    missing = [public for public in functions if public not in page]
    assert missing in ([], ["certainty_of"])
