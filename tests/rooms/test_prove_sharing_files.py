"""Summaries of other organisations: read strictly, every problem with its field; files of ill intent are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.rooms.sharing_cast import YEAR, content, file, key_of, row

from headwater.rooms.prove.elsewhere.demo import invented, sample_file
from headwater.rooms.prove.elsewhere.reading import MOST_BYTES, SummaryRefusedError, family_of, read_summary
from headwater.rooms.prove.elsewhere.signing import digest_of, file_of, public_of

NOW = datetime(YEAR, 6, 1, tzinfo=UTC)
Change = Callable[[dict[str, Any]], None]


def problems_of(raw: bytes) -> tuple[str, ...]:
    with pytest.raises(SummaryRefusedError) as refused:
        read_summary(raw, NOW)
    return refused.value.problems


def signed(change: Change) -> bytes:
    """A file with a changed content, signed as if that were right."""
    made = content()
    change(made)
    return file_of(made, key_of("ill"))


def test_a_file_says_the_same_after_it_was_read() -> None:
    found = read_summary(file("a", row(), row(about="ex")), NOW)
    assert found.content == content(row(), row(about="ex"))
    assert found.key == public_of(key_of("a"))
    assert found.digest == digest_of(found.content)
    assert [family_of(one) for one in found.content["rows"]] == [
        ("commitment", "lx", "points", "1-5"),
        ("commitment", "ex", "points", "1-5"),
    ]


def test_the_invented_samples_are_files_and_say_so() -> None:
    for name, told in invented(YEAR):
        assert "invented" in name
        assert read_summary(sample_file(name, told), NOW).is_invented


def setting(name: str, value: object) -> Change:
    return lambda made: made["rows"][0].update({name: value})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (setting("mean", 10**400), "rows[1].mean"),
        (setting("mean", 4.01), "rows[1].mean"),
        (setting("mean", True), "rows[1].mean"),
        (setting("mean", "0.2"), "rows[1].mean"),
        (setting("error", 0), "rows[1].error"),
        (setting("error", 1e-300), "rows[1].error"),
        (setting("error", -0.1), "rows[1].error"),
        (setting("error", 1e300), "rows[1].error"),
        (setting("spread", -1), "rows[1].spread"),
        (setting("effects", "3-4"), "rows[1].effects"),
        (setting("units", 7), "rows[1].units"),
        (setting("action", "bribe"), "rows[1].action"),
        (setting("about", ["lx"]), "rows[1].about"),
        (setting("made_in", 2026.5), "rows[1].made_in"),
        (setting("made_in", 9999), "rows[1].made_in"),
        (setting("scale", {"unit": "points", "low": 5, "high": 1}), "rows[1].scale"),
        (setting("scale", {"unit": "points", "low": 0, "high": 1e8}), "rows[1].scale"),
        (setting("scale", {"unit": {}, "low": 0, "high": 1}), "rows[1].scale.unit"),
        (setting("scale", 5), "rows[1].scale"),
        (setting("outcomes_of_ten", {"worked": 10}), "rows[1].outcomes_of_ten"),
        (setting("name", "Depot north"), "rows[1]"),
        (lambda made: made["rows"].append(row()), "rows[2]"),
        (lambda made: made["rows"].append(None), "rows[2]"),
        (lambda made: made.update(rows=[]), "rows"),
        (lambda made: made.update(rows=[row()] * 101), "rows"),
        (lambda made: made.update(rows={}), "rows"),
        (lambda made: made.update(edition=0), "edition"),
        (lambda made: made.update(edition=10**30), "edition"),
        (lambda made: made.update(licence="mine"), "licence"),
        (lambda made: made.update(sector="a very small firm"), "sector"),
        (lambda made: made.update(invented="no"), "invented"),
        (lambda made: made.pop("waiting"), "content"),
    ],
)
def test_a_problem_names_its_field_and_what_to_do(change: Change, field: str) -> None:
    found = problems_of(signed(change))
    assert found[0].startswith(f"{field}:")
    assert "Ask whoever made the file" in found[0]


def test_outcomes_may_not_leave_out_failures() -> None:
    made = row()
    made["outcomes_of_ten"]["harm"] = 0
    assert "rows[1].outcomes_of_ten" in problems_of(file("a", made))[0]


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\xff\xfe", b"[]", b"null", b"[" * 100_000, b'{"format": NaN}', b'{"format": "a", "format": "b"}',
        b"PK\x03\x04", b"1" * 5_000,
    ],
)  # fmt: skip
def test_what_is_no_summary_is_refused_in_words(raw: bytes) -> None:
    assert len(problems_of(raw)) == 1


def test_a_million_rows_are_refused_before_they_are_read() -> None:
    assert "256 KB" in problems_of(b" " * (MOST_BYTES + 1))[0]


def test_at_most_ten_problems_are_told() -> None:
    found = problems_of(file("a", *[row(mean=99, error=0) for _at in range(50)]))
    assert len(found) == 10


def test_a_changed_file_is_refused() -> None:
    told = json.loads(file("a"))
    told["content"]["rows"][0]["mean"] = 0.9
    assert "signature" in problems_of(json.dumps(told).encode())[0]
    told["sha256"] = digest_of(told["content"])
    assert "signature" in problems_of(json.dumps(told).encode())[0]
    other = json.loads(file("b"))
    swapped = {**json.loads(file("a")), "public_key": other["public_key"]}
    assert "signature" in problems_of(json.dumps(swapped).encode())[0]


def test_another_version_or_part_is_refused() -> None:
    told = json.loads(file("a"))
    assert problems_of(json.dumps({**told, "version": 2}).encode())[0].startswith("version:")
    assert problems_of(json.dumps({**told, "format": "other"}).encode())[0].startswith("format:")
    assert "too many" in problems_of(json.dumps({**told, "note": "hello"}).encode())[0]
    assert "too many" in problems_of(json.dumps({**told, "public_key": "z" * 64}).encode())[0]
