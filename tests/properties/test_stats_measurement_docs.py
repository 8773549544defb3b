"""The reference page of the measurement statistics names every function as it is, and its examples run as shown."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "stats-measurement.md"
MODULES = [
    "agreement",
    "arealevel",
    "contextual",
    "differences",
    "factors",
    "fixed_effects",
    "intercepts",
    "intervals",
    "mixed",
    "moments",
    "nested",
    "polychoric",
    "raters",
    "reliability",
    "smallarea",
    "survey",
    "survey_inference",
    "weights",
]
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)


def _signature(function: object) -> str:
    """The call as a reader types it, without annotations."""
    assert callable(function)
    signature = inspect.signature(function)
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in signature.parameters.values()]
    text = str(signature.replace(parameters=bare, return_annotation=inspect.Signature.empty))
    return f"{getattr(function, '__name__', '')}{text}".replace("'", '"')


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_is_on_the_page_as_it_is(name: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    module = importlib.import_module(f"headwater.stats.{name}")
    assert module.__all__
    for public in module.__all__:
        thing = getattr(module, public)
        assert thing.__doc__ or not callable(thing)
        expected = _signature(thing) if inspect.isfunction(thing) else public
        assert f"`{expected}`" in page, f"{public} is missing or has changed; correct {PAGE.name}"


@pytest.mark.parametrize("code", EXAMPLES)
def test_examples_print_what_they_say(code: str) -> None:
    said = " ".join(part for line in re.findall(r"  # (.*)", code) for part in line.split(" then "))
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, str(PAGE), "exec"), {})
    assert printed.getvalue().split() == said.split()
