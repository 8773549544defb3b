"""The pages about questionnaires say what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import headwater.instruments as room
from headwater.instruments import check_instrument, library, standard_response_scales

ROOT = Path(__file__).resolve().parents[3]
REFERENCE = (ROOT / "docs" / "reference" / "instruments.md").read_text(encoding="utf-8")
HOW_TO = (ROOT / "docs" / "how-to" / "adapt-a-questionnaire.md").read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


def test_every_public_name_is_documented() -> None:
    assert [name for name in room.__all__ if not re.search(rf"`{name}\b", REFERENCE)] == []


def test_every_questionnaire_and_scale_is_documented() -> None:
    known = set(re.findall(r"`([a-z0-9_]+)`", REFERENCE))
    for instrument in library().values():
        assert instrument.key in known
        if instrument.key != "upward_360_self":
            assert {scale.key for scale in instrument.scales} <= known
    assert set(standard_response_scales()) <= known


def test_the_example_file_is_valid(tmp_path: Path) -> None:
    (example,) = blocks(REFERENCE, "yaml")
    path = tmp_path / "example.yaml"
    path.write_text(example, encoding="utf-8")
    assert [str(problem) for problem in check_instrument(path) if problem.severity != "note"] == []


def test_the_how_to_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks(HOW_TO, "python"):
        exec(compile(block, "adapt-a-questionnaire.md", "exec"), names)
    printed = capsys.readouterr().out
    assert "added acme_walks_the_deck" in printed
    assert "acme_lx@1.0" in printed
    assert (tmp_path / "acme_lx.yaml").exists()
