"""What the documentation shows works: every mapping in it loads, every format has its heading."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from headwater.formats import FORMATS
from headwater.formats.answers import load_answer_mapping
from headwater.formats.distributions import load_distribution_spec
from headwater.formats.organisation import load_people_mapping
from headwater.formats.unit_periods import load_unit_periods_spec

DOCS = Path(__file__).resolve().parents[3] / "docs"
LOADERS: dict[str, Callable[[Any], Any]] = {
    "answers": load_answer_mapping,
    "distributions": load_distribution_spec,
    "organisation": load_people_mapping,
    "unit_periods": load_unit_periods_spec,
}
PAGES = ("reference/formats.md", "how-to/bring-your-answers.md")


def blocks() -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        text = (DOCS / page).read_text(encoding="utf-8")
        found += re.findall(r"```yaml\n# (\w+)\n(.*?)```", text, re.DOTALL)
    return found


def test_every_format_of_ours_has_a_mapping_and_a_heading() -> None:
    assert {name for name, _ in blocks()} == set(LOADERS) <= set(FORMATS)
    page = (DOCS / "reference/formats.md").read_text(encoding="utf-8")
    assert all(f"\n## {FORMATS[name].heading}\n" in page for name in LOADERS)


@pytest.mark.parametrize("name", sorted(set(FORMATS) - set(LOADERS)))
def test_every_format_of_another_product_has_a_page(name: str) -> None:
    page = (DOCS / f"reference/formats-{name}.md").read_text(encoding="utf-8")
    assert FORMATS[name].heading in page.splitlines()[0]


@pytest.mark.parametrize(("name", "text"), blocks())
def test_every_mapping_shown_loads(name: str, text: str) -> None:
    assert LOADERS[name](yaml.safe_load(text)) is not None
