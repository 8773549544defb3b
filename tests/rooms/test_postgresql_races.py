"""Several processes at the same moment, on either database: each thing happens once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from tests.postgresql import embedded
from tests.rooms import processes
from tests.rooms.processes import Crew

pytestmark = pytest.mark.slow

PEOPLE, MANY = 60, 4


@pytest.fixture(scope="module", params=["postgresql", "sqlite"])
def crew(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    """Processes at work on a demonstration in each database."""
    folder = tmp_path_factory.mktemp("town") / "demo"
    server = embedded() if request.param == "postgresql" else None
    if server is not None:
        server.drop("races")
    named = processes.environment(folder, server.create("races") if server is not None else "")
    made = processes.command("headwater.site", folder, "--prepare-only", "--demo", "--people", str(PEOPLE), **named)
    assert made.returncode == 0, made.stderr
    with Crew(MANY, named) as made_ready:
        yield made_ready
    if server is not None:
        server.drop("races")


def test_links_raced_by_processes_answer_exactly_once(crew: Crew) -> None:
    wave = crew.alone("plan", channel="code", title="Raced links")["wave"]
    found = crew.at_once("answer", *[{"wave": wave, "value": number + 2} for number in range(MANY)])
    for kinds in zip(*[one["kinds"] for one in found], strict=True):
        assert Counter(kinds) == {"stored": 1, "taken": MANY - 1}
    seen = crew.alone("look", wave=wave)
    assert seen["stored"] == len(found[0]["kinds"]) > 40


def test_launches_at_once_are_one_launch(crew: Crew) -> None:
    wave = crew.alone("plan", channel="mail", title="Launched at once", launch=False)["wave"]
    found = crew.at_once("launch", *[{"wave": wave}] * MANY)
    seen = crew.alone("look", wave=wave)
    assert {one["invited"] for one in found} == {seen["invitations"]}
    assert seen["invitations"] > 40
    assert seen["audit"]["wave.launched"] == 1
    assert seen["has_key"]


def test_a_wave_advanced_by_processes_at_once_is_sealed_and_released_once(crew: Crew) -> None:
    wave = crew.alone("plan", channel="code", title="Advanced at once")
    crew.alone("answer", wave=wave["wave"])
    before = crew.alone("look", wave=wave["wave"])["stored"]
    crew.at_once("advance", *[{"until": wave["until"]}] * MANY)
    seen = crew.alone("look", wave=wave["wave"])
    assert (seen["state"], seen["responses"], seen["sealed"], seen["parts"]) == ("released", before, before, 1)
    assert "stopped" not in seen["outcome"]
    counted = seen["audit"]
    assert [counted[f"wave.{name}"] for name in ("closed", "sealed", "key_destroyed", "released")] == [1, 1, 1, 1]
    assert seen["trail_is_whole"]


def test_batches_under_one_idempotency_key_are_one_batch(crew: Crew) -> None:
    wave = crew.alone("plan", channel="open", title="Batches at once")
    token = crew.alone("token")["token"]
    batch = {
        "token": token,
        "key": "one-key-of-ours",
        "study": wave["study"],
        "wave": wave["key"],
        "first": 0,
        "count": 50,
    }
    found = crew.at_once("post", *[{**batch, "turned": False}] * MANY)
    assert [one["status"] for one in found] == [200] * MANY
    assert [one["body"] for one in found] == [found[0]["body"]] * MANY
    assert found[0]["body"]["stored"] == 50
    assert crew.alone("look", wave=wave["wave"])["stored"] == 50


def test_batches_with_the_same_responses_in_another_order_store_each_once(crew: Crew) -> None:
    """Rows locked in different orders would let two batches wait for each other, until the database ends one."""
    wave = crew.alone("plan", channel="open", title="Batches in another order")
    token = crew.alone("token")["token"]
    batch = {"token": token, "study": wave["study"], "wave": wave["key"], "first": 0, "count": 200}
    many = [{**batch, "key": f"key-of-ours-{number}", "turned": bool(number % 2)} for number in range(MANY)]
    found = crew.at_once("post", *many)
    assert [one["status"] for one in found] == [200] * MANY
    assert sum(one["body"]["stored"] for one in found) == 200
    assert crew.alone("look", wave=wave["wave"])["stored"] == 200


def test_a_report_that_phones_send_at_once_stands_once(crew: Crew) -> None:
    found = crew.at_once("report", *[{"code": "7" * 25}] * MANY)
    assert len({one["incident"] for one in found}) == 1
    seen = crew.alone("look_at", incident=found[0]["incident"])
    assert (seen["duties"], seen["notices"], seen["audit"]["incident.reported"]) == (5, 1, 1)


def test_of_two_who_close_an_incident_at_once_one_does_and_the_other_is_told(crew: Crew) -> None:
    incident = crew.alone("report", code="8" * 25)["incident"]
    version = crew.alone("excuse", incident=incident)["version"]
    both = [{"incident": incident, "version": version, "who": who} for who in ("top.leader", "safety.officer")]
    found = crew.at_once("end", *both)
    assert Counter(one["became"] for one in found) == {"closed": 1, "told": 1}
    seen = crew.alone("look_at", incident=incident)
    assert seen["state"] == "closed"
    assert seen["closed_by"] == next(one["who"] for one in found if one["became"] == "closed")
    assert seen["audit"]["incident.closed"] == 1
    assert seen["trail_is_whole"]
