"""Killed at any moment, `analyse` leaves the old result or the new one, never a half."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.e2e.outcomes import digest, run
from tests.world import ORGANISATION, WAVES, answer_rows, world_folder
from tests.world import PROJECT as PROJECT_FILE

from headwater.cli import replacing
from headwater.cli.replacing import replaced_whole
from headwater.cli.results import PROJECT

NEWER = "Lantern Ferries and Piers"


def same_result(found: dict[str, str], wanted: dict[str, str]) -> bool:
    """Whether two results have the same files; the salted names of sealed files differ from run to run."""
    salted = {path for path in wanted if path.endswith("book.json")}
    return found.keys() == wanted.keys() and all(found[path] == wanted[path] for path in wanted.keys() - salted)


def kill_once(folder: Path, out: Path, after: float) -> int:
    """Start `analyse` in a process of its own, kill -9 it after so many seconds, and return how it ended."""
    command = [sys.executable, "-m", "headwater.cli", "analyse", str(folder), "--out", str(out), "--form", "none"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return process.wait(after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        return process.wait()


def survive_kills(place: Path, kills: int, seed: int) -> None:
    """Kill runs that would replace an earlier result, at random moments, and look at what is left each time."""
    answers = answer_rows(waves=WAVES[:1])
    older = world_folder(place / "older", answers=answers)
    newer = world_folder(place / "newer", answers=answers, project=PROJECT_FILE.replace(ORGANISATION, NEWER))
    out = place / "result"
    began = time.monotonic()
    assert kill_once(newer, place / "wanted", after=600) == 0
    seconds = time.monotonic() - began
    assert run("analyse", older, "--out", place / "old", "--form", "none").code == 0
    before, after = digest(place / "old"), digest(place / "wanted")
    assert before[PROJECT] != after[PROJECT]
    draw = random.Random(seed)
    ended = []
    for _ in range(kills):
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(place / "old", out)
        ended.append(kill_once(newer, out, after=seconds * draw.uniform(0.3, 1.05)))
        found = digest(out)
        assert same_result(found, before) or same_result(found, after)
    assert -signal.SIGKILL in ended
    assert run("analyse", newer, "--out", out, "--form", "none").code == 0
    assert same_result(digest(out), after)


@pytest.mark.slow
def test_a_few_kills_leave_a_whole_result(tmp_path: Path) -> None:
    survive_kills(tmp_path, kills=3, seed=1)


@pytest.mark.slow
def test_forty_kills_leave_a_whole_result(tmp_path: Path) -> None:
    survive_kills(tmp_path, kills=40, seed=2)


def test_what_a_killed_run_left_aside_is_removed_by_the_next(tmp_path: Path) -> None:
    folder = world_folder(tmp_path / "project")
    left = tmp_path / ".result.aside-killed"
    left.mkdir()
    (left / "half").write_text("written", encoding="utf-8")
    assert run("analyse", folder, "--out", tmp_path / "result", "--form", "none").code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"project", "result"}


def test_a_run_that_is_still_going_keeps_its_folder_aside(tmp_path: Path) -> None:
    with replaced_whole(tmp_path / "result") as first:
        (first / "a").write_text("first", encoding="utf-8")
        with replaced_whole(tmp_path / "result") as second:
            (second / "a").write_text("second", encoding="utf-8")
        assert (tmp_path / "result/a").read_text(encoding="utf-8") == "second"
    assert digest(tmp_path).keys() == {"result", "result/a"}
    assert (tmp_path / "result/a").read_text(encoding="utf-8") == "first"


def test_where_names_cannot_be_exchanged_a_failed_second_rename_undoes_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "result"
    with replaced_whole(out) as aside:
        (aside / "a").write_text("old", encoding="utf-8")
    before, renames = digest(tmp_path), []

    def rename(old: Path, new: Path) -> None:
        renames.append(new)
        if len(renames) == 2:
            raise KeyboardInterrupt
        os.rename(old, new)

    monkeypatch.setattr(replacing, "exchange", lambda first, second: False)
    monkeypatch.setattr(os, "replace", rename)
    with pytest.raises(KeyboardInterrupt), replaced_whole(out) as aside:
        (aside / "a").write_text("new", encoding="utf-8")
    assert len(renames) == 3
    assert digest(tmp_path) == before


def test_where_names_cannot_be_exchanged_two_renames_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replacing, "exchange", lambda first, second: False)
    for words in ("old", "new"):
        with replaced_whole(tmp_path / "result") as aside:
            (aside / "a").write_text(words, encoding="utf-8")
    assert digest(tmp_path).keys() == {"result", "result/a"}
    assert (tmp_path / "result/a").read_text(encoding="utf-8") == "new"
