"""The tour of the README and the tutorial, run as they stand; and the demonstration, small."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from tests.e2e.outcomes import Outcome, digest, run

ROOT = Path(__file__).resolve().parents[2]
SHELL = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def commands(page: str) -> list[list[str]]:
    """Return the commands of a page's shell blocks, each as its words."""
    blocks = SHELL.findall((ROOT / page).read_text(encoding="utf-8"))
    return [shlex.split(line) for block in blocks for line in block.splitlines()]


def test_the_tutorial_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = commands("docs/tutorials/first-river.md")
    assert [line[:2] for line in lines] == [
        ["headwater", command] for command in ("simulate", "analyse", "analyse", "report", "audit")
    ]
    said: list[Outcome] = []
    for line in lines:
        said.append(run(*line[1:]))
        assert said[-1].code == 0, (line, said[-1].out, said[-1].err)
    _, dry, analysed, _, audited = said
    assert "Nothing was written." in dry.out
    assert re.search(r"\d+ of 36 units can be shown safely \(k = 5\)", analysed.out)
    reports = {path.name for path in Path("results/reports").iterdir() if not path.name.startswith(".")}
    forms = ("pptx", "xlsx", "pdf", "html")
    assert reports == {f"{name}.{form}" for name in ("river", "leader-U002") for form in forms}
    assert "Nothing leaks" in audited.out


def test_the_tour_of_the_readme_is_that_of_the_tutorial() -> None:
    tutorial = commands("docs/tutorials/first-river.md")
    for line in commands("README.md"):
        assert any(set(line) <= set(known) for known in tutorial), line


def test_simulate_says_the_truth_and_keeps_to_an_empty_folder(tmp_path: Path) -> None:
    command = ("simulate", tmp_path / "world", "--people", "60", "--customers", "50", "--waves", "1", "--json")
    made = json.loads(run(*command).out)
    assert made["ok"] is True
    assert made["truth"] == json.loads((tmp_path / "world/truth.json").read_text(encoding="utf-8"))
    refused = run(*command)
    assert refused.code == 2
    assert "holds files" in json.loads(refused.out)["problems"][0]["message"]
    assert run("simulate", tmp_path / "other", "--people", "3").code == 2
    assert not (tmp_path / "other").exists()


def test_the_same_seed_writes_the_same_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert run("simulate", tmp_path / name, "--people", "60", "--customers", "50", "--waves", "1").code == 0
    first, second = digest(tmp_path / "a"), digest(tmp_path / "b")
    assert len(first) == 15
    assert first == second


def test_the_demonstration_ends_with_reports_for_every_leader_and_the_verdict(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    made = run("demo", folder, "--people", "100", "--customers", "200", "--form", "html")
    assert made.code == 0, (made.out, made.err)
    assert "Nothing leaks" in made.out
    assert f"Open {folder / 'reports'}" in made.out
    leaders = list((folder / "reports/leaders").glob("leader-*.html"))
    assert f"{len(leaders)} files" in made.out
    assert len(leaders) >= 5
    assert (folder / "reports/river.html").is_file()


def test_instruments_are_listed_shown_forked_and_checked(tmp_path: Path) -> None:
    listed = json.loads(run("instruments", "--json").out)
    assert "lx_core" in {one["key"] for one in listed["instruments"]}
    assert "lx_core" in run("instruments", "show", "lx_core", "--language", "es").out
    file = tmp_path / "ours.yaml"
    forked = run("instruments", "fork", "lx_core", "ours", "--drop", "lx_comment", "--write", file)
    assert forked.code == 0, forked.err
    assert run("instruments", "check", file).code == 0
    file.write_text("key: ours\n", encoding="utf-8")
    assert run("instruments", "check", file).code == 2
    missing = run("instruments", "show", "nobody")
    assert missing.code == 2
    assert "Traceback" not in missing.err


@pytest.mark.parametrize("arguments", [(), ("--no-such-option",), ("conquer",), ("analyse",)])
def test_wrong_arguments_end_with_two_and_say_how(arguments: tuple[str, ...]) -> None:
    wrong = run(*arguments)
    assert wrong.code == 2
    assert "usage: headwater" in wrong.err
