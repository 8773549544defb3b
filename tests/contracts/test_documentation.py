"""The pages say what is so: every command and option, every key of a project file, every link, every page."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.contracts.conftest import ROOT

from headwater.cli import COMMANDS, parser
from headwater.cli.benchmarking import load_benchmark
from headwater.cli.project import load_project
from headwater.formats.chain_spec import RECIPES
from headwater.formats.specs import Spec
from headwater.reports.brand import load_brand

DOCS = ROOT / "docs"
COMMAND_LINE = (DOCS / "reference/command-line.md").read_text(encoding="utf-8")
PROJECT_FILE = (DOCS / "reference/project-file.md").read_text(encoding="utf-8")
BRAND = (DOCS / "how-to/brand.md").read_text(encoding="utf-8")


def yaml_block(page: str, name: str) -> str:
    """Return the YAML block of a page that begins with a comment of that name."""
    found = re.search(rf"```yaml\n# {re.escape(name)}\n(.*?)```", page, re.DOTALL)
    assert found, f"no block {name!r}"
    return found.group(1)


def arguments_of(command: str) -> dict[str, argparse.Action]:
    """Return a command's arguments as the parser has them, by option or name."""
    top = parser(command)
    choices = next(action for action in top._actions if isinstance(action, argparse._SubParsersAction)).choices
    found = {}
    for action in choices[command]._actions:
        if not isinstance(action, argparse._HelpAction):
            found[action.option_strings[-1] if action.option_strings else action.dest] = action
    return found


def documented(command: str) -> dict[str, str]:
    """Return the rows of a command's table: argument -> the rest of the row."""
    section = COMMAND_LINE.split(f"\n## {command}\n")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| `([^`]+)` \| (.*)$", section, re.MULTILINE))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_argument_is_documented_with_its_default_and_choices(command: str) -> None:
    known = arguments_of(command)
    known.pop("--json")
    rows = {key: row for key, row in documented(command).items() if "/" not in key and "." not in key}
    assert set(rows) == set(known)
    for name, action in known.items():
        assert action.help or action.choices, f"{command} {name} has no help"
        for choice in action.choices or ():
            assert f"`{choice}`" in rows[name], f"{command} {name} does not name {choice!r}"
        if action.default not in (None, [], False, argparse.SUPPRESS):
            assert str(action.default) in rows[name].replace("`", ""), f"{command} {name}: {action.default!r}"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    top = parser(command)
    choices = next(action for action in top._actions if isinstance(action, argparse._SubParsersAction)).choices
    text = choices[command].format_help()
    assert f"\n  headwater {command}" in text
    assert f"[{command}](#{command})" in COMMAND_LINE


def test_json_and_every_exit_code_are_documented() -> None:
    from headwater.privacy.audit import LEAK_EXIT
    from headwater.vocab.problems import HeadwaterError, InputError, RefusedError

    codes = set(re.findall(r"^\| (\d+) \|", COMMAND_LINE, re.MULTILINE))
    made = {HeadwaterError.exit_code, InputError.exit_code, RefusedError.exit_code, LEAK_EXIT, 0, 130}
    assert codes == {str(code) for code in made}
    assert "`--json`" in COMMAND_LINE


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """Every key that the loader asks for, by the place in the file."""
    found: dict[str, set[str]] = {}
    take = Spec.take

    def listen(self: Spec, key: str, default: Any = None) -> Any:
        found.setdefault(re.sub(r"\d+", "N", self.place), set()).add(key)
        return take(self, key, default)

    monkeypatch.setattr(Spec, "take", listen)
    return found


def test_the_example_project_file_uses_every_key_and_loads(tmp_path: Path, asked: dict[str, set[str]]) -> None:
    text = yaml_block(PROJECT_FILE, "project")
    (tmp_path / "headwater.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "brand.yaml").write_text("name: Lantern Ferries\n", encoding="utf-8")
    (tmp_path / "benchmark.yaml").write_text(yaml_block(PROJECT_FILE, "benchmark"), encoding="utf-8")
    project = load_project(tmp_path / "headwater.yaml")
    # Ratings of services and a reorganisation do not go together, so they have a project of their own.
    serving = yaml_block(PROJECT_FILE, "services")
    (tmp_path / "serving.yaml").write_text(serving, encoding="utf-8")
    assert load_project(tmp_path / "serving.yaml").services[0].server == "rated"
    written: Mapping[str, Any] = yaml.safe_load(text)
    services = yaml.safe_load(serving)["services"]
    assert set(written) | {"services"} == asked[""]
    assert set(services[0]) == asked["services.N"]
    assert set(written["injuries"]) == asked["injuries"]
    assert set(written["injuries"]["mapping"]) == asked["injuries.mapping"]
    assert set(written["words"]) == asked["words"]
    assert set(written["answers"][0]) == asked["answers.N"]
    for kind in ("panels", "distributions"):
        assert set(written[kind][0]) == asked[kind]
    assert set(written["places"]["lx_relationship"]) == asked["places.lx_relationship"]
    explained = set(re.findall(r"`(\w+)`", re.sub(r"```.*?```", "", PROJECT_FILE, flags=re.DOTALL)))
    nouns = (
        asked[""]
        | asked["injuries"]
        | asked["services.N"]
        | asked["words"]
        | asked["answers.N"]
        | asked["panels"]
        | asked["places.lx_relationship"]
    )
    assert nouns - explained == set()
    assert load_benchmark(project.folder / project.benchmark).version == "3"


def test_the_example_mappings_are_read_by_their_formats() -> None:
    from headwater.formats.answers import load_answer_mapping
    from headwater.formats.distributions import load_distribution_spec
    from headwater.formats.unit_periods import load_unit_periods_spec

    written = yaml.safe_load(yaml_block(PROJECT_FILE, "project"))
    assert load_answer_mapping(written["answers"][0]["mapping"]).unit == "unit"
    assert load_unit_periods_spec(written["panels"][0]["mapping"]) is not None
    assert load_distribution_spec(written["distributions"][0]["mapping"]) is not None


@pytest.mark.parametrize("recipe", sorted(RECIPES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_recipe_loads_and_is_documented(recipe: Path) -> None:
    assert load_project(recipe).organisation
    assert f"`{recipe.stem}`" in COMMAND_LINE
    assert recipe.stem in (DOCS / "how-to/run-the-real-data.md").read_text(encoding="utf-8")


def test_the_example_brand_file_loads(tmp_path: Path) -> None:
    (tmp_path / "brand.yaml").write_text(yaml_block(BRAND, "brand"), encoding="utf-8")
    (tmp_path / "lantern.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4z"/></svg>', encoding="utf-8"
    )
    brand = load_brand(tmp_path / "brand.yaml")
    assert brand.name == "Lantern Ferries"
    assert brand.word("leader", plural=True) == "captains"


def pages_in(nav: Any) -> list[str]:
    """Return the pages that a navigation names."""
    if isinstance(nav, str):
        return [nav]
    parts = nav.values() if isinstance(nav, Mapping) else nav
    return [page for part in parts for page in pages_in(part)]


def test_every_page_is_in_the_navigation_once() -> None:
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    assert sorted(pages_in(nav)) == sorted(str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md"))


def test_the_site_builds_strictly_and_asks_no_other_host(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    elsewhere = re.compile(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(?:https?:)?//(?!headwater)[^"]+"')
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        assert elsewhere.findall(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_of_the_pages_at_the_top_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_readme_says_what_it_is_in_five_lines_and_a_picture() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    what = text.split("\n\n")[1].splitlines()
    assert len(what) == 5
    assert "docs/assets/river.svg" in text
    assert "make demo" in text
    assert "make test" in text


def test_the_picture_is_a_file_of_its_own_in_light_colours() -> None:
    from defusedxml import ElementTree

    from headwater.reports.palette import LIGHT

    text = (DOCS / "assets/river.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    assert root.tag.endswith("svg")
    assert root.find("{http://www.w3.org/2000/svg}title") is not None
    assert LIGHT["water-1"] in text
    assert "var(--" not in text
