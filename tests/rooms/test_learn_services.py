"""Internal service: who sees which rows of the matrix, and what stands in it."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.conf import settings
from django.test import Client
from tests.rooms.conftest import NOW, PASSWORD, Cast, signed_in, unit
from tests.rooms.study_cast import asked, enlarge, launched

from headwater.instruments import item_rules
from headwater.intake import seal
from headwater.rooms.house.models import Job
from headwater.rooms.learn.working_out import work_out_findings
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.releasing import forget_wave, release_wave
from headwater.rooms.listen.studies import plan_of
from headwater.rooms.people.models import User
from headwater.rooms.people.services import create_account
from headwater.vocab import AnswerTable

pytestmark = pytest.mark.usefixtures("own_folders")

SERVICES = {
    "d0t0-t": ["d1t0-t", "d1t1-t", "d1t2-t", "d1t3-t"],
    "d0t1-t": ["d1t0-t", "d1t1-t", "d1t2-t", "d1t3-t"],
    "d1t3-t": ["d0t0-t", "d0t1-t", "d0t2-t", "d0t3-t"],
}
PATH = "/learn/services/"


@pytest.fixture
def rated(cast: Cast) -> Wave:
    """A released wave in which one unit serves clearly less well than two others."""
    enlarge(cast.administrator, size=40)
    wave = launched(
        cast.experience_lead, questionnaires=[("internal_service@1.0", None)], channel="code", services=SERVICES
    )
    plan = plan_of(wave)
    rng = np.random.default_rng(3)
    people = asked(wave)
    servers = [invitation.cuts["server"] for invitation in people]
    ids = sorted({invitation.unit_key for invitation in people})
    level = {"d0t0-t": 2.7, "d0t1-t": 3.4, "d1t3-t": 3.5}
    items = {}
    for key, rule in item_rules(plan.questionnaires).items():
        truth = np.array([level[server] for server in servers])
        drawn = (6 - truth if rule.reverse else truth) + rng.standard_normal(len(people)) * 1.2
        items[key] = np.clip(np.rint(drawn), rule.low, rule.high).astype(np.int8)
    levels = plan.cuts[0].levels
    codes = np.array([levels.index(server) for server in servers], np.int16)
    of = np.array([ids.index(invitation.unit_key) for invitation in people], np.int32)
    table = AnswerTable(tuple(ids), of, items, cuts={"server": (codes, levels)})
    seal(settings.STORE, plan.vocab_study, plan.vocab_wave, table, source=str(wave.pk))
    ended = wave.late_until + timedelta(minutes=1)
    Wave.objects.filter(pk=wave.pk).update(state=Wave.State.SEALED, sealed_at=ended, responses=len(table))
    forget_wave(wave_id=wave.pk, now=ended)
    release_wave(wave_id=wave.pk, now=ended)
    wave.refresh_from_db()
    assert wave.state == Wave.State.RELEASED, wave.outcome
    assert wave.outcome.get("servers") == 3, wave.outcome
    return wave


def leader_of(key: str) -> User:
    leader = unit(key).leader
    assert leader is not None
    return create_account(
        email=f"{leader.key}@leads.org", name=leader.name, person=leader, actor="test", now=NOW, password=PASSWORD
    )


def test_the_slowest_comes_first_and_is_named(rated: Wave, cast: Cast) -> None:
    page = signed_in(cast.analyst).get(PATH).content.decode()
    assert "Team d0t0 serves others clearly less well than the rest do." in page
    rows = [page.index(f'scope="row">{name}') for name in ("Team d0t0", "Team d0t1", "Team d1t3")]
    assert rows[0] == min(rows)
    assert "clearly below the others: −" in page
    assert "not served by it" in page
    assert 'data-label="All it serves"><b>' in page  # a phone shows a unit as a card, with what each figure is
    assert ">headwater.scoring" not in page
    assert "style=" not in page.replace('rel="stylesheet"', "")


def test_outsiders_are_refused_and_a_leader_sees_own_rows_and_own_say(rated: Wave, cast: Cast) -> None:
    for path in (PATH, f"{PATH}table.csv"):
        assert Client().get(path).status_code == 302
        for user in (cast.outsider, cast.employee, cast.administrator):
            assert signed_in(user).get(path).status_code == 403, path
    serving = signed_in(leader_of("d0t0-t")).get(f"{PATH}?level=2").content.decode()
    assert 'scope="row">Team d0t0' in serving
    assert 'scope="row">Team d0t1' not in serving
    assert 'scope="row">Team d1t3' in serving  # it serves this leader's unit, whose own say may be read
    assert "not yours to see" in serving
    served = signed_in(leader_of("d1t1-t")).get(f"{PATH}table.csv?level=2").content.decode("utf-8-sig")
    pairs = [line.split(",")[:2] for line in served.splitlines()[1:]]
    assert pairs
    assert {to for _by, to in pairs} == {"Team d1t1"}


def test_questions_about_it_are_answered_as_the_page_shows_it(rated: Wave, cast: Cast) -> None:
    analyst = signed_in(cast.analyst)
    whole = analyst.get("/learn/ask/", {"q": "is Team d0t0 slow to serve the others?"}).content.decode()
    assert "Quality of internal service of Team d0t0, rated by all it serves:" in whole
    assert "Clearly below the others" in whole
    worst = analyst.get("/learn/ask/", {"q": "internal service"}).content.decode()
    assert "Team d0t0 serves others clearly less well than the rest do." in worst
    served = signed_in(leader_of("d1t1-t"))
    mine = served.get("/learn/ask/", {"q": "how is the service from Team d0t0?"}).content.decode()
    assert "rated by Team d1t1" in mine or "no rating of internal service may be shown" in mine
    assert "rated by all it serves" not in mine
    assert "There is no unit called" in served.get("/learn/ask/", {"q": "morale in Team d0t0"}).content.decode()


def test_the_sheet_holds_what_the_page_shows(rated: Wave, cast: Cast) -> None:
    client = signed_in(cast.analyst)
    lines = client.get(f"{PATH}table.csv").content.decode("utf-8-sig").splitlines()
    assert sum(line.startswith("Team d0t0,All served,") for line in lines) == 1
    assert client.get(f"{PATH}table.xlsx").content.startswith(b"PK")
    assert client.get(f"{PATH}table.exe").status_code == 404


def test_its_release_lets_the_river_be_worked_out(rated: Wave) -> None:
    Job.objects.filter(name="work_out_rivers").delete()
    work_out_findings(wave_id=str(rated.pk), now=rated.late_until)
    assert Job.objects.filter(name="work_out_rivers").count() == 1


def test_before_any_wave_the_page_says_so(cast: Cast) -> None:
    page = signed_in(cast.analyst).get(PATH).content.decode()
    assert "Nobody has rated internal service yet." in page
