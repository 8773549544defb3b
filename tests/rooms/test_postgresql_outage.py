"""A database that goes away under a running server and comes back."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from tests.ports import free_port
from tests.postgresql import Embedded, embedded
from tests.rooms import processes

pytestmark = pytest.mark.slow
ENTRANCE = "/account/login/"


@dataclass(frozen=True)
class House:
    """A server on PostgreSQL, and an employee's link into its open wave."""

    origin: str
    link: str
    server: Embedded

    def fetch(self, path: str, body: bytes | None = None) -> tuple[int, str, str]:
        """Return status, page and Retry-After."""
        try:
            with urllib.request.urlopen(self.origin + path, body, timeout=60) as answer:
                return answer.status, answer.read().decode(), answer.headers.get("Retry-After", "")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(), error.headers.get("Retry-After", "")

    def take_away(self) -> None:
        """End every connection and let nobody in."""
        self.server.execute('ALTER DATABASE "outage" ALLOW_CONNECTIONS false')
        self.end_connections()

    def end_connections(self) -> None:
        """End every connection, as a restart of the database does."""
        self.server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'outage'")

    def bring_back(self) -> None:
        """Let everybody in again."""
        self.server.execute('ALTER DATABASE "outage" ALLOW_CONNECTIONS true')

    def counted(self, query: str) -> int:
        """A number out of the records or of the server's own tables."""
        with psycopg.connect(self.server.address("outage")) as records:
            found = records.execute(query.encode()).fetchone()
        assert found is not None
        return int(found[0])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder, server = tmp_path_factory.mktemp("outage") / "demo", embedded()
    server.drop("outage")
    named = processes.environment(folder, server.create("outage"))
    made = processes.command("headwater.site", folder, "--prepare-only", "--demo", "--people", "60", **named)
    link = re.search(r"/r/\S+", made.stdout)
    assert link is not None, made.stderr
    port = free_port()
    command = [sys.executable, "-m", "headwater.site", str(folder), "--port", str(port)]
    log = (folder.parent / "log").open("w+")
    with log, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=named) as process:
        assert process.stdout is not None
        try:
            assert f"http://127.0.0.1:{port}" in process.stdout.readline(), Path(log.name).read_text()
            yield House(f"http://127.0.0.1:{port}", link[0], server)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(90)
    server.drop("outage")


def test_pages_say_so_while_it_is_away_and_work_at_once_when_it_is_back(house: House) -> None:
    for path in ("/health", ENTRANCE, house.link):
        assert house.fetch(path)[0] == 200
    stored = house.counted("SELECT count(*) FROM listen_sealedresponse")
    house.take_away()
    try:
        for _ in range(10):
            status, page, again = house.fetch("/health")
            assert (status, again) == (503, "30")
            assert "Something failed here" in page
            assert "Traceback" not in page
            status, page, _again = house.fetch(house.link, b"q1=3&_do=send")
            assert status >= 500
            assert "NOT stored" in page
    finally:
        house.bring_back()
    assert [house.fetch("/health")[0] for _ in range(20)] == [200] * 20
    assert [house.fetch(path)[0] for path in (ENTRANCE, house.link)] == [200, 200]
    assert house.counted("SELECT count(*) FROM listen_sealedresponse") == stored


def test_a_restart_of_the_database_between_two_requests_is_not_noticed(house: House) -> None:
    for _ in range(5):
        assert [house.fetch(path)[0] for path in ("/health", ENTRANCE, house.link)] == [200] * 3
        house.end_connections()


def test_the_worker_for_jobs_goes_on_after_an_outage(house: House) -> None:
    house.take_away()
    house.bring_back()
    house.server.execute("UPDATE house_schedule SET next_at = now(), last_at = NULL", name="outage")
    pause = threading.Event()
    for _ in range(600):
        if house.counted("SELECT count(*) FROM house_schedule WHERE last_at IS NOT NULL"):
            break
        pause.wait(0.2)
    assert house.counted("SELECT count(*) FROM house_schedule WHERE last_at IS NOT NULL") > 0


def test_connections_do_not_pile_up(house: House) -> None:
    """Two workers of four threads and the worker for jobs, however many ask at once."""

    def ask() -> None:
        for _ in range(5):
            house.fetch("/health")

    threads = [threading.Thread(target=ask) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = house.counted(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = 'outage' AND backend_type = 'client backend'"
    )
    assert 1 < held <= 2 * 4 + 1 + 1  # the last is this look
