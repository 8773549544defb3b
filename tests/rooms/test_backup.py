"""`headwater backup` and `restore`: whole under load, never over something, never damaged in silence."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import pytest


def run(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("HEADWATER_", "DJANGO_"))}
    command = [sys.executable, "-m", *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, env={**plain, **environment}, timeout=600, check=False
    )


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that was served, with keys, mail and sealed answers in it."""
    folder = tmp_path_factory.mktemp("served") / "records"
    made = run("headwater.site", folder, "--prepare-only", "--administrator", "ada@example.org")
    assert made.returncode == 0, made.stderr
    for name in ("keys/wave.key", "mail/one.eml", "sealed/answers/study=a/wave=b/part-1.parquet",
                 "sealed/answers/study=a/wave=b/_sealed.json", "sealed/answers/study=a/wave=b/.aside-2",
                 "sealed/ledgers/a.json", "released/a/b/book.parquet"):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"content of {name}")
    with sqlite3.connect(folder / "records.sqlite3") as records:
        records.execute("CREATE TABLE load_test (pair INTEGER, half INTEGER)")
    return folder


def test_a_backup_under_load_is_one_moment_and_comes_back_whole(served: Path, tmp_path: Path) -> None:
    stop = threading.Event()
    written: list[int] = []

    def write() -> None:
        records = sqlite3.connect(served / "records.sqlite3", timeout=30)
        while not stop.is_set():
            with records:
                pair = len(written)
                records.execute("INSERT INTO load_test VALUES (?, 1)", (pair,))
                records.execute("INSERT INTO load_test VALUES (?, 2)", (pair,))
            written.append(pair)
        records.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(written) < 5:
            stop.wait(0.01)
        before = len(written)
        made = run("headwater.cli", "backup", served, "--to", tmp_path / "monday.tar")
    finally:
        stop.set()
        writer.join()
    assert made.returncode == 0, made.stderr
    back = run("headwater.cli", "restore", tmp_path / "monday.tar", tmp_path / "again")
    assert back.returncode == 0, back.stderr
    with sqlite3.connect(tmp_path / "again" / "records.sqlite3") as records:
        halves = records.execute("SELECT count(*) FROM load_test GROUP BY pair").fetchall()
    assert {count for (count,) in halves} == {2}
    assert before <= len(halves) <= len(written)
    for name in ("sealed/answers/study=a/wave=b/part-1.parquet", "sealed/ledgers/a.json", "released/a/b/book.parquet"):
        assert (tmp_path / "again" / name).read_text() == f"content of {name}"
    assert (tmp_path / "again" / "secret").read_text() == (served / "secret").read_text()


def test_what_was_restored_is_served_and_its_audit_trail_holds(served: Path, tmp_path: Path) -> None:
    assert run("headwater.cli", "backup", served, "--to", tmp_path / "b.tar").returncode == 0
    assert run("headwater.cli", "restore", tmp_path / "b.tar", tmp_path / "again").returncode == 0
    environment = {"HEADWATER_DIR": str(tmp_path / "again"), "DJANGO_SETTINGS_MODULE": "headwater.site.settings"}
    verdict = run("django", "verify_audit", **environment)
    assert verdict.returncode == 0, verdict.stderr
    refused = run("headwater.site", tmp_path / "again", "--prepare-only", "--administrator", "eve@example.org")
    assert "there is an administrator already" in refused.stderr


def test_keys_mail_and_half_written_files_stay_out(served: Path, tmp_path: Path) -> None:
    assert run("headwater.cli", "backup", served, "--to", tmp_path / "b.tar").returncode == 0
    with tarfile.open(tmp_path / "b.tar") as tar:
        names = tar.getnames()
    assert "records.sqlite3" in names
    assert not [name for name in names if name.startswith(("keys", "mail", "static")) or "/." in name]
    content = (tmp_path / "b.tar").read_bytes()
    assert b"content of keys/wave.key" not in content
    assert (tmp_path / "b.tar").stat().st_mode & 0o077 == 0


def test_a_manifest_comes_before_the_parts_it_names(served: Path, tmp_path: Path) -> None:
    assert run("headwater.cli", "backup", served, "--to", tmp_path / "b.tar").returncode == 0
    with tarfile.open(tmp_path / "b.tar") as tar:
        names = tar.getnames()
    sealed = "sealed/answers/study=a/wave=b/"
    assert names.index(f"{sealed}_sealed.json") < names.index(f"{sealed}part-1.parquet")
    assert names[0] == "records.sqlite3"
    assert names.index("released/a/b/book.parquet") < names.index("sealed/ledgers/a.json")


@pytest.mark.parametrize("harm", ["cut", "flipped", "not a backup", "climbing", "another format"])
def test_a_damaged_backup_is_refused_and_leaves_nothing(served: Path, tmp_path: Path, harm: str) -> None:
    archive = tmp_path / "b.tar"
    assert run("headwater.cli", "backup", served, "--to", archive).returncode == 0
    content = bytearray(archive.read_bytes())
    if harm == "cut":
        archive.write_bytes(content[: len(content) // 2])
    elif harm == "flipped":
        place = content.index(b"content of released")
        content[place] ^= 1
        archive.write_bytes(content)
    elif harm == "not a backup":
        archive.write_bytes(b"hello")
    elif harm == "climbing":
        with tarfile.open(archive, "a") as tar:
            tar.add(served / "secret", arcname="../climbed")
    else:
        archive.write_bytes(content.replace(b"headwater backup 1", b"headwater backup 9"))
    done = run("headwater.cli", "restore", archive, tmp_path / "again")
    assert done.returncode == 2
    assert "b.tar" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tar"]


def test_nothing_is_ever_overwritten(served: Path, tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_text("kept")
    refused = run("headwater.cli", "backup", served, "--to", tmp_path / "b.tar")
    assert refused.returncode == 2
    assert (tmp_path / "b.tar").read_text() == "kept"
    inside = run("headwater.cli", "backup", served, "--to", served / "b.tar")
    assert inside.returncode == 2
    assert run("headwater.cli", "backup", tmp_path, "--to", tmp_path / "c.tar").returncode == 2
    assert run("headwater.cli", "backup", served, "--to", tmp_path / "d.tar").returncode == 0
    full = run("headwater.cli", "restore", tmp_path / "d.tar", served)
    assert full.returncode == 2
    assert "not empty" in full.stderr


def test_the_outcome_as_json(served: Path, tmp_path: Path) -> None:
    done = run("headwater.cli", "backup", served, "--to", tmp_path / "b.tar", "--json")
    assert json.loads(done.stdout)["ok"] is True
