"""The records in PostgreSQL: addresses, and a folder from its first migration to a released wave."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.postgresql import Embedded, embedded
from tests.rooms import processes

from headwater.site.environment import conninfo_of, database_of
from headwater.vocab import InputError


@pytest.fixture
def database() -> Iterator[str]:
    """An empty database."""
    server, name = embedded(), "smoke"
    server.drop(name)
    yield server.create(name)
    server.drop(name)


@pytest.mark.slow
def test_a_folder_lives_on_postgresql_from_migration_to_release(database: str, tmp_path: Path) -> None:
    named = processes.environment(tmp_path / "demo", database)
    options = ("--prepare-only", "--demo", "--people", "60")
    made = processes.command("headwater.site", tmp_path / "demo", *options, **named)
    assert made.returncode == 0, made.stderr
    assert not (tmp_path / "demo" / "records.sqlite3").exists()
    with processes.Crew(1, named) as crew:
        seen = crew.alone("live", title="On PostgreSQL")
    assert seen["kinds"] == ["stored"] * 30
    assert {"close", "seal", "forget", "release"} <= set(seen["steps"])
    assert (seen["state"], seen["responses"], seen["sealed"], seen["stored"]) == ("released", 30, 30, 0)
    assert not seen["has_key"]
    assert seen["outcome"]["audit"]["clean"]
    assert seen["trail_is_whole"]
    assert seen["audit"]["wave.released"] == 1


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("postgresql://ana:secret@db.example:6543/hw", ("ana", "secret", "db.example", "6543", "hw")),
        ("postgres://ana@db.example/hw", ("ana", "", "db.example", "", "hw")),
        ("postgresql://ana:p%40ss%2Fw%3Ard%25@db/hw", ("ana", "p@ss/w:rd%", "db", "", "hw")),
        ("postgresql:///hw?host=/var/run/postgresql", ("", "", "/var/run/postgresql", "", "hw")),
        ("postgresql://ana@/hw?host=%2Fvar%2Frun&port=5433", ("ana", "", "/var/run", "5433", "hw")),
        ("postgresql://ana@%2Fvar%2Frun/hw", ("ana", "", "/var/run", "", "hw")),
        ("postgresql://ana@[2001:db8::1]:5432/hw", ("ana", "", "2001:db8::1", "5432", "hw")),
        ("postgresql://ana@one:5432,two:5433/hw", ("ana", "", "one,two", "5432,5433", "hw")),
        ("postgresql://ana@db/a%20name", ("ana", "", "db", "", "a name")),
    ],
)
def test_every_form_of_address_that_postgresql_knows(address: str, found: tuple[str, ...], tmp_path: Path) -> None:
    database = database_of(address, tmp_path)
    assert tuple(database[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")) == found


def test_options_reach_the_database_and_its_tools_and_the_password_does_not(tmp_path: Path) -> None:
    address = "postgresql://ana:very-secret@db/hw?sslmode=verify-full&sslrootcert=/etc/ca.pem&connect_timeout=3"
    database = database_of(address, tmp_path)
    assert database["OPTIONS"]["sslmode"] == "verify-full"
    assert database["OPTIONS"]["connect_timeout"] == "3"
    assert database["CONN_HEALTH_CHECKS"] is True
    conninfo = conninfo_of(database)
    assert "sslmode=verify-full" in conninfo
    assert "sslrootcert=/etc/ca.pem" in conninfo
    assert "very-secret" not in conninfo


@pytest.mark.parametrize(
    "address",
    ["mysql://ana:very-secret@db/hw", "postgresql://ana:very-secret@db", "postgresql://ana:very-secret@db/hw?colour=red",
     "postgresql://ana:very-secret@[db/hw", "host=db dbname=hw password=very-secret"],
)  # fmt: skip
def test_another_address_is_refused_without_telling_its_password(address: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="HEADWATER_DATABASE_URL") as refused:
        database_of(address, tmp_path)
    assert "very-secret" not in str(refused.value)


def test_a_password_of_special_characters_and_a_name_with_a_blank_let_in(tmp_path: Path) -> None:
    import psycopg

    server: Embedded = embedded()
    name, password = "a name'", "p@ss/w:rd% 'ü"
    server.drop(name)
    server.create(name)
    try:
        address = f"postgresql://postgres:{quote(password, safe='')}@{quote(server.socket, safe='')}/{quote(name)}"
        database = database_of(address, tmp_path)
        with psycopg.connect(conninfo_of(database), password=database["PASSWORD"]) as connection:
            found = connection.execute("SELECT current_database()").fetchone()
        assert (found, database["PASSWORD"]) == ((name,), password)
    finally:
        server.drop(name)
