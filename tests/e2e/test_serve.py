"""`headwater serve` says clearly why it cannot start; what it serves is tested in tests/rooms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from headwater.cli import main


def test_serve_refuses_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "records"
    file.write_text("not a folder", encoding="utf-8")
    assert main(["serve", str(file)]) == 2
    assert "Name a folder" in capsys.readouterr().err


def test_serve_names_the_extra_it_needs(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headwater.cli.serve.find_spec", lambda name: None)
    assert main(["serve", str(tmp_path)]) == 2
    assert "headwater[web]" in capsys.readouterr().err
