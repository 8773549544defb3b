"""An attacker with every file tries to find out who answered what, before sealing without the key and after sealing.

The attacker holds: database, write-ahead log, server log, mail, sealed answers, the data key that opens them, the
folder's secret, backups from before and after sealing. Not: the key of the wave, which lies outside backups before
sealing and nowhere after it.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from pyarrow.parquet.encryption import create_decryption_properties
from tests.rooms.anonymity_house import PEOPLE, UNITS
from tests.rooms.respond_cast import make_round

from headwater.rooms.listen import respond_waves
from headwater.rooms.listen.logic.wave_keys import destroy_key
from headwater.vocab.answers import KEY, SCORE_ONE
from headwater.vocab.data_key import LOCKED, opening_key

CHANCE_HITS = 11
"""Hits that guessing in each of two units exceeds once in ten million times: about Poisson with mean 2."""


@dataclass(frozen=True)
class House:
    """What there is to attack, and the truth to compare with."""

    folder: Path
    truth: dict[str, Any]
    arrived: list[int]

    @property
    def before(self) -> Path:
        """The backup from before sealing."""
        return self.folder / "backup-before"

    def files(self, *, without: tuple[str, ...] = ()) -> Iterable[tuple[Path, bytes]]:
        """Every file and what is in it, sealed answers opened with the data key."""
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and not any(part in path.parts for part in without):
                yield path, self.content(path)

    def content(self, path: Path) -> bytes:
        """What is in a file; in a locked one, its rows in the clear."""
        content = path.read_bytes()
        if not content.startswith(LOCKED):
            return content
        clear = io.BytesIO()
        pq.write_table(self.table(path), clear, compression="none", use_dictionary=False)
        return content + clear.getvalue()

    def table(self, path: Path) -> Any:
        """The rows of a sealed file, opened with the data key."""
        key = opening_key(path, self.folder / "keys" / "data.key")
        assert key is not None
        return pq.read_table(path, partitioning=None, decryption_properties=create_decryption_properties(key))

    def mails(self) -> list[tuple[int, str]]:
        """Who was sent which link, in the order of the mail files."""
        found = []
        for path in sorted((self.folder / "mail").iterdir(), key=lambda path: path.stat().st_mtime_ns):
            words = path.read_text().replace("=\n", "")
            person, link = re.search(r"To: person-(\d+)@", words), re.search(r"/r/([\w-]+)", words)
            assert person is not None
            assert link is not None
            found.append((int(person[1]), link[1]))
        return found


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("attack") / "house"
    folder.mkdir()
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("HEADWATER_", "DJANGO_"))}
    log = folder / "server.log"
    with log.open("wb") as out:
        subprocess.run(
            [sys.executable, "-m", "tests.rooms.anonymity_house", str(folder)], env=plain, stderr=out, check=True
        )
    truth = folder.with_name("house-truth")
    return House(
        folder, json.loads((truth / "truth.json").read_text()), json.loads((truth / "arrived.json").read_text())
    )


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    """Read a database as an attacker would."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


def sealed(house: House) -> list[tuple[str, int, int]]:
    """(unit, who it was, random key) of every sealed row, in its order: the truth is written into `years`."""
    (path,) = (house.folder / "sealed" / "answers").rglob("part-*.parquet")
    table = house.table(path).to_pydict()
    years = [value // SCORE_ONE for value in table["s_years"]]
    return list(zip(table["unit"], years, table[KEY], strict=True))


# --- before sealing, without the key


def test_before_sealing_no_answer_is_legible_anywhere(house: House) -> None:
    for path in sorted(house.folder.rglob("*")):
        for words in (b"secret-comment", b"draft-words"):
            assert not path.is_file() or words not in path.read_bytes(), path
    holding = [path for path, content in house.files() if b"secret-comment" in content]
    assert {path.parts[-4] for path in holding} == {"comments"}  # sealed, where it belongs, for the data key alone


def test_before_sealing_the_rows_name_no_person_unit_or_time(house: House) -> None:
    database = house.before / "records.sqlite3"
    columns = [row[1] for row in rows(database, "PRAGMA table_info(listen_sealedresponse)")]
    assert sorted(columns) == ["body", "id", "is_complete", "mark", "reasons", "slip", "standing", "wave_id"]
    kept = rows(database, "SELECT id, slip, body, mark, reasons FROM listen_sealedresponse")
    assert len(kept) == PEOPLE
    assert len({slip for _, slip, *_ in kept}) == PEOPLE
    assert {len(body) for _, _, body, *_ in kept} == {2_048}
    for row in kept:
        joined = b"\0".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
        for unit in UNITS:
            assert unit.encode() not in joined
    assert {answered for (answered,) in rows(database, "SELECT answered_at FROM listen_invitation")} == {None}


def test_before_sealing_no_slip_can_be_worked_out_from_what_lies_there(house: House) -> None:
    """Every plain and keyed hash of numbers, links and ids, under every secret that lies there, finds no slip."""
    database = house.before / "records.sqlite3"
    slips = {bytes(slip) for (slip,) in rows(database, "SELECT slip FROM listen_sealedresponse")}
    marks = {bytes(mark) for (mark,) in rows(database, "SELECT mark FROM listen_sealedresponse")}
    (public,) = (bytes(key) for (key,) in rows(database, "SELECT public_key FROM listen_wave"))
    secret = (house.before / "secret").read_bytes().strip()
    wave = rows(database, "SELECT id, plan FROM listen_wave")[0]
    keys = [b"", secret, public, str(wave[0]).encode(), hashlib.sha256(secret).digest()]
    things = [bytes(number) for (number,) in rows(database, "SELECT number FROM listen_invitation")]
    things += [token.encode() for _, token in house.mails()]
    things += [str(value).encode() for (value,) in rows(database, "SELECT id FROM people_person")]
    tried = 0
    for key, thing in product(keys, things):
        for form in (thing, b"slip\0" + thing, b"\1" + thing, b"\1" + thing[:12]):
            for made in (hashlib.sha256(key + form).digest(), hmac.digest(key, form, "sha256")):
                tried += 1
                assert made not in slips
                assert made not in marks
    assert tried > 2_000


def test_the_key_is_in_no_file_but_its_two_copies(house: House) -> None:
    """The backup from before sealing holds no key, nor anything that derives from it."""
    for text in (house.truth["private"], *house.truth["derived"]):
        raw = bytes.fromhex(text)
        for path, content in house.files():
            assert raw not in content, path
            assert text.encode() not in content, path
    for folder in (house.folder / "keys", house.folder.with_name(f"{house.folder.name}-keys")):
        assert [path.name for path in folder.iterdir()] == ["data.key"]


def test_no_link_stands_anywhere_but_in_the_mail(house: House) -> None:
    for path, content in house.files():
        if "mail" in path.parts:
            continue
        for token in house.truth["tokens"].values():
            assert token.encode() not in content, path
            assert token[8:40].encode() not in content, path


def test_the_log_says_nothing_of_respondents(house: House) -> None:
    log = (house.folder / "server.log").read_text()
    assert "/r/" not in log
    assert "person-" not in log


# --- after sealing


def test_after_sealing_nothing_of_the_responses_is_left(house: House) -> None:
    kept = rows(house.before / "records.sqlite3", "SELECT body, slip FROM listen_sealedresponse")
    now = house.folder / "records.sqlite3"
    assert rows(now, "SELECT count(*) FROM listen_sealedresponse") == [(0,)]
    for path, content in house.files(without=("backup-before", "mail")):
        for body, slip in kept:
            # neither whole nor in the pieces that pages and free pages would hold
            for piece in (bytes(slip), bytes(body)[:64], bytes(body)[1_000:1_064], bytes(body)[-64:]):
                assert piece not in content, path


def test_after_sealing_rows_carry_unit_answers_and_chance_alone(house: House) -> None:
    (path,) = (house.folder / "sealed" / "answers").rglob("part-*.parquet")
    names = set(house.table(path).column_names)
    assert {name for name in names if not name.startswith(("i_", "s_"))} == {"unit", "weight", KEY}
    raw = house.content(path)
    for token in house.truth["tokens"].values():
        assert token.encode() not in raw


def hits(guess: Iterable[int], told: Iterable[int]) -> int:
    """How often a guess of who is behind a row is right."""
    return sum(a == b for a, b in zip(guess, told, strict=True))


def in_unit(people: Iterable[int], unit: str) -> list[int]:
    """People of a unit, in the order given."""
    return [number for number in people if UNITS[number % 2] == unit]


def orders(house: House) -> dict[str, list[int]]:
    """Orders of people that the attacker may have: of the mail, of the records, of answering if somebody watched."""
    database = house.before / "records.sqlite3"
    people = dict(rows(database, "SELECT id, key FROM people_person"))
    invited = rows(database, "SELECT person_id FROM listen_invitation ORDER BY rowid")
    numbers = rows(database, "SELECT person_id FROM listen_invitation ORDER BY number")
    return {
        "mail": [number for number, _ in house.mails()],
        "links": [number for number, _ in sorted(house.mails(), key=lambda pair: pair[1])],
        "records": [int(people[person].rpartition("-")[2]) for (person,) in invited],
        "numbers": [int(people[person].rpartition("-")[2]) for (person,) in numbers],
        "watched": list(house.truth["order"]),
    }


def row_orders(house: House, unit: str) -> dict[str, list[int]]:
    """Orders of sealed rows of a unit, by everything that rows and comments can be sorted by: who they really are."""
    found = [(key, years) for place, years, key in sealed(house) if place == unit]
    (path,) = (house.folder / "sealed" / "comments").rglob("part-*.parquet")
    comments = house.table(path).to_pydict()
    words = [text for place, text in zip(comments["unit"], comments["words"], strict=True) if place == unit]
    return {
        "as they lie": [years for _, years in found],
        "by random key": [years for _, years in sorted(found)],
        "comments as they lie": [int(text.split("-")[2].split()[0]) for text in words],
    }


@pytest.mark.parametrize("rows_by", ["as they lie", "by random key", "comments as they lie"])
@pytest.mark.parametrize("people_by", ["mail", "links", "records", "numbers", "watched"])
@pytest.mark.parametrize("backwards", [False, True])
def test_matching_orders_does_no_better_than_chance(
    house: House, rows_by: str, people_by: str, backwards: bool
) -> None:
    right = 0
    for unit in UNITS:
        people = in_unit(orders(house)[people_by], unit)
        told = row_orders(house, unit)[rows_by]
        assert sorted(people) == sorted(told)
        right += hits(reversed(people) if backwards else people, told)
    assert right < CHANCE_HITS


def test_the_attack_would_find_an_order_that_was_kept(house: House) -> None:
    """The same matching, on rows in the order in which they came, finds everybody: the check can fail."""
    kept = house.truth["order"]
    right = sum(hits(in_unit(orders(house)["watched"], unit), in_unit(kept, unit)) for unit in UNITS)
    assert right == PEOPLE


def test_the_backups_row_numbers_lead_to_nobody(house: House) -> None:
    """Row numbers tell in which order locked rows came. Somebody who watched knows whose each is, and no more."""
    database = house.before / "records.sqlite3"
    order = rows(database, "SELECT slip FROM listen_sealedresponse ORDER BY rowid")
    assert len(order) == PEOPLE
    table = house.arrived
    watched = house.truth["order"]
    assert hits(watched, table) < CHANCE_HITS
    ids = rows(database, "SELECT id FROM listen_sealedresponse ORDER BY id")
    assert len(ids) == len(set(ids))


def test_mails_and_size_say_nothing_of_answers(house: House) -> None:
    """Comments differ in length by 1,600 characters; boxes do not differ, unless they pass a whole size."""
    bodies = rows(house.before / "records.sqlite3", "SELECT length(body) FROM listen_sealedresponse")
    assert len(set(bodies)) == 1


@pytest.mark.django_db
def test_a_web_process_drops_a_key_that_another_process_destroyed(tmp_path: Path) -> None:
    folders = (tmp_path / "a", tmp_path / "b")
    made = make_round(folders)
    assert respond_waves._kept
    destroy_key(folders, made.wave.pk)
    respond_waves.drop_destroyed(clock=1e12)
    assert not respond_waves._kept
    assert not respond_waves._tags
    respond_waves._looked[0] = float("-inf")
