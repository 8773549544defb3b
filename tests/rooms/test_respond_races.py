"""Many at once and kill -9 at any moment: one response a link, and none that was thanked for is lost."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cached_property
from pathlib import Path
from urllib.parse import urlencode

import pytest
from benchmarks import _served_wave
from benchmarks._form_load import Visitor, hidden_fields
from tests.ports import free_port

from headwater.rooms.listen.logic import boxes
from headwater.rooms.listen.logic.links import WaveSecrets, read_token
from headwater.rooms.listen.logic.plans import WavePlan
from headwater.rooms.listen.logic.wave_keys import private_key

THANKS, ALREADY = b"Your answers are in</h1>", b"Your answers are in already"


LINKS = 4_000


def answers(value: int) -> bytes:
    """A form that answers every question with one value."""
    return urlencode([(f"q{number}", value) for number in range(1, 61)] + [("_do", "send")]).encode()


def is_thanks(page: bytes) -> bool:
    """Whether a page thanks for answers that are stored."""
    return b"Thank you. Your answers are in." in page


class House:
    """A served folder with a wave of 60 items."""

    def __init__(self, folder: Path, links: int = LINKS) -> None:
        self.folder = folder
        self.port = free_port()
        self.paths = iter(_served_wave.prepare(folder, links))
        self.process = _served_wave.start(folder, self.port)

    def visitor(self) -> Visitor:
        """Somebody with a browser."""
        return Visitor("127.0.0.1", self.port)

    def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Post a form as somebody who leaves then."""
        with closing(self.visitor()) as visitor:
            status, _, page = visitor.fetch("POST", path, body)
        return status, page

    def database(self) -> closing[sqlite3.Connection]:
        """The records, to read."""
        return closing(sqlite3.connect(f"file:{self.folder / 'records.sqlite3'}?mode=ro", uri=True))

    def ended(self) -> bool:
        """Whether the server gave up: it does when a worker dies soon after it began."""
        try:
            self.process.wait(2)
        except subprocess.TimeoutExpired:
            return False
        return True

    def restart(self) -> None:
        """Begin again after everything was killed."""
        self.process.wait()
        self.process = _served_wave.start(self.folder, self.port)

    def stored(self) -> dict[bytes, dict[str, int]]:
        """Complete responses by slip, opened with the wave's key."""
        with self.database() as database:
            kept = database.execute("SELECT slip, body FROM listen_sealedresponse WHERE is_complete").fetchall()
        key = self.private()
        return {bytes(slip): boxes.unlock(key, body)["answers"] for slip, body in kept}

    def private(self) -> bytes:
        """The wave's private key."""
        with self.database() as database:
            (wave,) = database.execute("SELECT id FROM listen_wave").fetchone()
        folders = (self.folder / "keys", self.folder.with_name(f"{self.folder.name}-keys"))
        return private_key(folders, uuid.UUID(wave))

    @cached_property
    def plan(self) -> WavePlan:
        """The wave's plan."""
        with self.database() as database:
            (plan,) = database.execute("SELECT plan FROM listen_wave").fetchone()
        return WavePlan.from_json(json.loads(plan))

    @cached_property
    def secrets(self) -> WaveSecrets:
        """What derives from the wave's key."""
        return WaveSecrets.of(self.private())

    def slip(self, path: str) -> bytes:
        """The slip of a link."""
        return read_token(self.secrets, self.plan, path.removeprefix("/r/")).slip

    def workers(self) -> list[int]:
        """Process ids of the server's workers."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                fields = (place / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) == self.process.pid and int(place.name) != self.process.pid:
                found.append(int(place.name))
        return found


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("races") / "house"
    folder.mkdir()
    made = House(folder)
    yield made
    _served_wave.stop(made.process)


def at_once(count: int, act: Callable[[int], None]) -> None:
    """Let many begin at the same moment."""
    gate = threading.Barrier(count)

    def begin(number: int) -> None:
        gate.wait()
        act(number)

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_link_raced_by_many_answers_exactly_once(house: House) -> None:
    for _ in range(5):
        path = next(house.paths)
        found: list[tuple[int, int, bytes]] = []

        def race(number: int, path: str = path, found: list[tuple[int, int, bytes]] = found) -> None:
            value = 1 + number % 5
            found.append((value, *house.post(path, answers(value))))

        at_once(20, race)
        thanked = {value for value, status, page in found if status == 200 and is_thanks(page)}
        refused = [value for value, status, page in found if status == 409 and ALREADY in page]
        assert len(thanked) == 1
        assert len(refused) == 16
        kept = house.stored()[house.slip(path)]
        assert set(kept.values()) == thanked


def test_an_identical_replay_is_the_same_success(house: House) -> None:
    path = next(house.paths)
    pages: list[bytes] = []
    before = len(house.stored())
    at_once(12, lambda _: pages.append(house.post(path, answers(4))[1]))
    assert len(set(pages)) == 1
    assert is_thanks(pages[0])
    assert len(house.stored()) == before + 1


def test_a_flood_at_one_link_is_limited_and_hurts_nobody_else(house: House) -> None:
    flooded, other = next(house.paths), next(house.paths)
    statuses: list[int] = []
    fine: list[int] = []

    def act(number: int) -> None:
        with closing(house.visitor()) as visitor:
            for _ in range(100):
                if number == 0:
                    fine.append(visitor.fetch("GET", other)[0])
                else:
                    statuses.append(visitor.fetch("POST", flooded, b"q1=4&_do=keep")[0])

    at_once(10, act)
    assert set(statuses) == {204, 429}
    assert statuses.count(429) > 500
    assert set(fine) == {200}
    assert is_thanks(house.post(other, answers(3))[1])


def test_forged_links_in_thousands_are_limited_and_hurt_nobody(house: House) -> None:
    good = next(house.paths)
    statuses: list[int] = []

    def act(_: int) -> None:
        with closing(house.visitor()) as visitor:
            for _ in range(150):
                forged = good[:-12] + "".join(random.choices("ABCDEFGH", k=12))
                statuses.append(visitor.fetch("POST", forged, answers(1))[0])

    at_once(10, act)
    assert set(statuses) == {404, 429}
    assert is_thanks(house.post(good, answers(2))[1])


def kill_and_count(house: House, kills: int, between: int) -> None:
    """Answer without pause while processes are killed, then compare what was thanked for with what is there."""
    thanked: dict[str, int] = {}
    tried: dict[str, int] = {}
    turn = threading.Condition()
    over = threading.Event()

    def respond(number: int) -> None:
        visitor = house.visitor()
        while not over.is_set():
            with turn:
                path = next(house.paths)
            value = 1 + number % 5
            tried[path] = value
            for attempt in range(200):
                try:
                    status, _, page = visitor.fetch("GET", path)
                    if status == 200 and attempt == 0 and not hidden_fields(page.decode()):
                        raise AssertionError("the page has no stamp")
                    status, _, page = visitor.fetch("POST", path, answers(value))
                except OSError:
                    visitor.close()
                    over.wait(0.05)
                    continue
                if status == 200 and is_thanks(page):
                    with turn:
                        thanked[path] = value
                        turn.notify_all()
                    break
        visitor.close()

    threads = [threading.Thread(target=respond, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    try:
        for number in range(kills):
            with turn:
                target = len(thanked) + between
                assert turn.wait_for(lambda target=target: len(thanked) >= target, 60)  # type: ignore[misc]
            workers = house.workers()
            if number % 2 == 1 or not workers:
                os.killpg(house.process.pid, signal.SIGKILL)
            else:
                os.kill(random.choice(workers), signal.SIGKILL)
            if number % 2 == 1 or house.ended():
                house.restart()
    finally:
        over.set()
        for thread in threads:
            thread.join()
    stored = house.stored()
    lost = [path for path, value in thanked.items() if set(stored.get(house.slip(path), {}).values()) != {value}]
    assert lost == []
    assert len(thanked) >= kills * between
    slips = {house.slip(path) for path in tried}
    assert len(slips) == len(tried)
    with house.database() as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (twice,) = database.execute(
            "SELECT count(*) FROM (SELECT slip FROM listen_sealedresponse GROUP BY slip HAVING count(*) > 1)"
        ).fetchone()
    assert twice == 0


def test_no_answer_that_was_thanked_for_is_lost_when_processes_are_killed(house: House) -> None:
    kill_and_count(house, kills=2, between=30)


def test_closing_under_load_takes_all_that_was_thanked_for_and_nothing_after(house: House) -> None:
    before = len(house.stored())
    thanked: list[str] = []
    refused: list[int] = []
    turn = threading.Condition()

    def respond(number: int) -> None:
        with closing(house.visitor()) as visitor:
            while len(refused) < 200:
                with turn:
                    path = next(house.paths)
                status, _, page = visitor.fetch("POST", path, answers(1 + number % 5))
                with turn:
                    (thanked.append(path) if status == 200 and is_thanks(page) else refused.append(status))
                    turn.notify_all()

    threads = [threading.Thread(target=respond, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    with turn:
        assert turn.wait_for(lambda: len(thanked) > 50, 60)
    with closing(sqlite3.connect(house.folder / "records.sqlite3", timeout=20)) as database:
        database.execute("UPDATE listen_wave SET state = 'closed'")
        database.commit()
    at_closing = len(house.stored())
    for thread in threads:
        thread.join()
    assert len(house.stored()) == at_closing == before + len(thanked)
    assert set(refused) == {410}


@pytest.mark.slow
def test_none_is_lost_in_a_long_loop_of_kills(tmp_path: Path) -> None:
    folder = tmp_path / "house"
    folder.mkdir()
    house = House(folder, links=80_000)
    try:
        kill_and_count(house, kills=30, between=40)
    finally:
        _served_wave.stop(house.process)
