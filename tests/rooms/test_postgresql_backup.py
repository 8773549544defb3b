"""`headwater backup` and `restore` of records in PostgreSQL."""

from __future__ import annotations

import os
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.postgresql import Embedded, embedded
from tests.rooms import processes

from headwater.site.backup import restore
from headwater.site.environment import database_of
from headwater.vocab import InputError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Embedded:
    return embedded()


@pytest.fixture(scope="module")
def tools(server: Embedded) -> str:
    """PATH, with pg_dump and pg_restore of the server itself on it."""
    return os.pathsep.join([str(server.bin), os.environ["PATH"]])


@pytest.fixture(scope="module")
def served(server: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that was served from the database `saved`, with a table of pairs to write to."""
    folder = tmp_path_factory.mktemp("served") / "records"
    server.drop("saved")
    named = processes.environment(folder, server.create("saved"))
    made = processes.command("headwater.site", folder, "--prepare-only", "--administrator", "ada@example.org", **named)
    assert made.returncode == 0, made.stderr
    (folder / "keys").mkdir()
    (folder / "keys" / "wave.key").write_text("content of a key")
    server.execute("CREATE TABLE load_test (pair INTEGER, half INTEGER)", name="saved")
    yield folder
    server.drop("saved")


@pytest.fixture
def empty(server: Embedded) -> Iterator[str]:
    """The address of an empty database."""
    server.drop("restored")
    yield server.create("restored")
    server.drop("restored")


def test_a_backup_under_load_is_one_moment_and_comes_back_whole(
    served: Path, server: Embedded, tools: str, empty: str, tmp_path: Path
) -> None:
    stop = threading.Event()
    written: list[int] = []

    def write() -> None:
        with psycopg.connect(server.address("saved")) as records:
            while not stop.is_set():
                with records.transaction():
                    pair = len(written)
                    records.execute("INSERT INTO load_test VALUES (%s, 1)", [pair])
                    records.execute("INSERT INTO load_test VALUES (%s, 2)", [pair])
                written.append(pair)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(written) < 5:
            stop.wait(0.01)
        before = len(written)
        named = processes.environment(served, server.address("saved"), PATH=tools)
        made = processes.command("headwater.cli", "backup", served, "--to", tmp_path / "monday.tar", **named)
    finally:
        stop.set()
        writer.join()
    assert made.returncode == 0, made.stderr
    with tarfile.open(tmp_path / "monday.tar") as tar:
        names = tar.getnames()
    assert names[0] == "records.dump"
    assert not [name for name in names if name.startswith("keys")]
    named = processes.environment(tmp_path / "again", empty, PATH=tools)
    back = processes.command("headwater.cli", "restore", tmp_path / "monday.tar", tmp_path / "again", **named)
    assert back.returncode == 0, back.stderr
    assert not (tmp_path / "again" / "records.dump").exists()
    with psycopg.connect(empty) as records:
        halves = records.execute("SELECT count(*) FROM load_test GROUP BY pair").fetchall()
    assert {count for (count,) in halves} == {2}
    assert before <= len(halves) <= len(written)
    verdict = processes.command("django", "verify_audit", **named)
    assert verdict.returncode == 0, verdict.stderr
    refused = processes.command(
        "headwater.site", tmp_path / "again", "--prepare-only", "--administrator", "eve@example.org", **named
    )
    assert "there is an administrator already" in refused.stderr
    with psycopg.connect(empty) as records, pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        records.execute("UPDATE house_auditentry SET action = 'x'")


def test_what_cannot_take_a_backup_is_refused_and_left_as_it_was(
    served: Path, server: Embedded, tools: str, empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", tools)
    named = processes.environment(served, server.address("saved"), PATH=tools)
    archive = tmp_path / "b.tar"
    assert processes.command("headwater.cli", "backup", served, "--to", archive, **named).returncode == 0
    again = tmp_path / "again"
    with pytest.raises(InputError, match="not empty"):
        restore(archive, again, database_of(server.address("saved"), again))
    with pytest.raises(InputError, match="records of postgresql, and the database named is sqlite"):
        restore(archive, again, database_of("", again))
    with pytest.raises(InputError, match="does not answer"):
        restore(archive, again, database_of(server.address("no_such_database"), again))
    content = archive.read_bytes()
    archive.write_bytes(content.replace(b"PGDMP", b"PGDMQ"))
    with pytest.raises(InputError, match="damaged"):
        restore(archive, again, database_of(empty, again))
    archive.write_bytes(content)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="pg_restore is not installed"):
        restore(archive, again, database_of(empty, again))
    assert not again.exists()
    with psycopg.connect(empty) as records:
        assert records.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    with psycopg.connect(server.address("saved")) as records:
        assert records.execute("SELECT count(*) FROM people_rolegrant").fetchone() == (1,)


def test_a_backup_of_sqlite_is_refused_by_postgresql(tools: str, empty: str, tmp_path: Path) -> None:
    named = processes.environment(tmp_path / "plain")
    assert processes.command("headwater.site", tmp_path / "plain", "--prepare-only", **named).returncode == 0
    archive = tmp_path / "b.tar"
    assert processes.command("headwater.cli", "backup", tmp_path / "plain", "--to", archive, **named).returncode == 0
    named = processes.environment(tmp_path / "again", empty, PATH=tools)
    refused = processes.command("headwater.cli", "restore", archive, tmp_path / "again", **named)
    assert refused.returncode == 2
    assert "records of sqlite, and the database named is postgresql" in refused.stderr
    assert not (tmp_path / "again").exists()


def test_a_dump_that_fails_leaves_no_backup(served: Path, server: Embedded, tools: str, tmp_path: Path) -> None:
    named = processes.environment(served, server.address("no_such_database"), PATH=tools)
    failed = processes.command("headwater.cli", "backup", served, "--to", tmp_path / "b.tar", **named)
    assert failed.returncode == 2
    assert "pg_dump failed" in failed.stderr
    assert list(tmp_path.iterdir()) == []
