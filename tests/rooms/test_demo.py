"""The demonstration: everything that a page of learning needs is there, came by the product's own way, and leaks
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings as site_settings

from headwater.privacy.audit import audit_releases
from headwater.privacy.releases import release_table
from headwater.rooms.house.models import Job
from headwater.rooms.learn import demo as learn_demo
from headwater.rooms.learn.results_services import figures_of, own_chain
from headwater.rooms.listen import demo
from headwater.rooms.listen.models import Invitation, Study, Wave
from headwater.rooms.listen.releasing import book_folder, has_book
from headwater.rooms.listen.respond_waves import forget_all
from headwater.rooms.listen.rows import read_rows
from headwater.rooms.listen.serving import has_services, services_of
from headwater.rooms.listen.studies import plan_of
from headwater.rooms.people.demo import seed_demo
from headwater.rooms.people.models import Person, Unit, User
from headwater.scoring import load_book
from headwater.simulation.contacts import BAD_UP_TO, TOUCHPOINT
from headwater.simulation.demonstration import TURNS, demonstration

pytestmark = pytest.mark.django_db

PEOPLE, SEED = 400, 1
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
WORK, IMPORTANCE, AFTER, SERVICE, CUSTOMERS = (
    "how-it-is-to-work-here", "what-matters-to-you-at-work", "after-the-survey", "the-units-that-serve-you",
    "your-last-contact-with-us",
)  # fmt: skip


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[list[str]]:
    """The demonstration in records of its own, built once and taken back after the module."""
    from django.db import transaction

    folder = tmp_path_factory.mktemp("demo")
    kept = {name: getattr(site_settings, name) for name in ("STORE", "RELEASED", "KEYS", "DIR")}
    site_settings.STORE, site_settings.RELEASED = folder / "sealed", folder / "released"
    site_settings.KEYS, site_settings.DIR = (folder / "keys", folder / "more-keys"), folder
    with django_db_blocker.unblock(), transaction.atomic():
        seed_demo(people=PEOPLE, seed=SEED, now=NOW)
        lines = list(demo.build_demo(people=PEOPLE, seed=SEED, now=NOW))
        learn_demo.build_demo(people=PEOPLE, seed=SEED, now=NOW)
        yield lines
        transaction.set_rollback(True)
    for name, value in kept.items():
        setattr(site_settings, name, value)
    forget_all()


def waves_of(study: str) -> list[Wave]:
    return list(Wave.objects.filter(study__key=study).select_related("study").order_by("order"))


def test_every_study_is_there_and_released(built: list[str]) -> None:
    found = {study.key: waves_of(study.key) for study in Study.objects.all()}
    assert {key: len(waves) for key, waves in found.items()} == {
        WORK: 3, IMPORTANCE: 1, AFTER: 1, SERVICE: 2, CUSTOMERS: 4, "how-are-we-doing": 1
    }  # fmt: skip
    past = [wave for key, waves in found.items() if key != "how-are-we-doing" for wave in waves]
    assert all(wave.state == Wave.State.RELEASED and wave.forgotten_at is not None for wave in past)
    assert all(has_services(wave) if wave.study.key == SERVICE else has_book(wave) for wave in past)
    assert all(wave.outcome["audit"]["clean"] for wave in past)
    assert found["how-are-we-doing"][0].state == Wave.State.OPEN
    waiting = Job.objects.filter(name="work_out_findings", state=Job.State.WAITING)
    assert waiting.count() == len(past)
    assert any("/r/" in line for line in built)


def test_building_again_changes_nothing(built: list[str]) -> None:
    before = Wave.objects.count(), Job.objects.count(), Study.objects.count()
    assert list(demo.build_demo(people=PEOPLE, seed=SEED, now=NOW)) == built
    assert list(learn_demo.build_demo(people=PEOPLE, seed=SEED, now=NOW)) == []
    assert (Wave.objects.count(), Job.objects.count(), Study.objects.count()) == before


@pytest.mark.usefixtures("built")
def test_the_audit_of_all_that_was_released_finds_nothing() -> None:
    tables = []
    for wave in Wave.objects.filter(state=Wave.State.RELEASED).select_related("study"):
        books = services_of(wave).books if has_services(wave) else (load_book(book_folder(wave)),)
        tables += [release_table(book) for book in books]
    verdict = audit_releases(tables)
    assert len(tables) > 10
    assert verdict.clean, verdict.lines()


@pytest.mark.usefixtures("built")
def test_what_happened_shows_in_the_divisions_it_happened_to() -> None:
    world = demonstration(PEOPLE, SEED)
    books = [load_book(book_folder(wave)) for wave in waves_of(WORK)]
    tree = books[0].tree
    column = books[0].column_of["score", "lx_behaviours"]
    division = {
        int(world.staff.division[unit]): int(unit) for unit in np.flatnonzero(world.staff.tree.depth == 1).tolist()
    }
    rise, fall = (tree.index_of[world.staff.tree.ids[division[turn.division]]] for turn in TURNS)
    score = [[float(book.everybody.fields["value"][unit, column]) for book in books] for unit in (rise, fall)]
    assert score[0][1] > score[0][0]
    assert score[1][2] < min(score[1][:2])


@pytest.mark.usefixtures("built")
def test_the_team_leader_sees_nine_people_and_the_other_leader_is_told_that_there_are_too_few() -> None:
    book = load_book(book_folder(waves_of(WORK)[-1]))
    shown = {}
    for name in ("team.leader", "small.team.leader"):
        leader = User.objects.get(email=f"{name}@demo.example").person
        assert leader is not None
        unit = Unit.objects.get(leader=leader, is_open=True).key
        members = Person.objects.filter(unit__key=unit, is_active=True).count()
        shown[name] = members, bool(book.everybody.shown[book.tree.index_of[unit]].any())
    assert shown["team.leader"] == (9, True)
    assert not shown["small.team.leader"][1]


@pytest.mark.usefixtures("built")
def test_each_person_rates_one_unit_that_serves_theirs_and_k_share_what_the_answer_carries() -> None:
    for wave in waves_of(SERVICE):
        plan = plan_of(wave)
        asked = Invitation.objects.filter(wave=wave, state=Invitation.State.SENT)
        shared: dict[tuple[str, str], int] = {}
        for unit, cuts in asked.values_list("unit_key", "cuts"):
            assert unit in plan.services[cuts["server"]]
            shared[unit, cuts["server"]] = shared.get((unit, cuts["server"]), 0) + 1
        assert min(shared.values()) >= plan.k
    first, second = (services_of(wave) for wave in waves_of(SERVICE))
    assert first.servers == second.servers
    assert sum(bool(book.everybody.shown[0].any()) for book in second.books) > 3


@pytest.mark.usefixtures("built")
def test_customers_come_again_under_one_pseudonym_and_their_contacts_have_touchpoints() -> None:
    rows = [list(read_rows(CUSTOMERS, wave.key)) for wave in waves_of(CUSTOMERS)]
    known = [{row.respondent for row in part} for part in rows]
    assert len(known[0] & known[-1]) > 100
    assert not any(len(name) != 32 or name.startswith("C0") for name in known[0])
    levels = {row.cuts.get("touchpoint") for part in rows for row in part}
    assert levels == set(TOUCHPOINT.levels)
    bad: dict[str, int] = {}
    for part in rows:
        for row in part:
            bad[row.respondent] = bad.get(row.respondent, 0) + (row.items.get("cx_satisfied", 5) <= BAD_UP_TO)
    assert sum(times >= 3 for times in bad.values()) > 10
    asked = [row.items.get("cx_overall_satisfied") for part in rows for row in part]
    assert sum(answer is not None for answer in asked) > 0.9 * len(asked)
    assert not (site_settings.DIR / "rows" / f"study={WORK}").exists()


@pytest.mark.usefixtures("built")
def test_results_lie_beside_the_waves_by_unit_and_quarter() -> None:
    figures = figures_of(own_chain(now=NOW))
    assert figures is not None
    assert len(figures.periods) == 4
    assert set(figures.labels.values()) == {"On time", "Sick days", "Turnover"}
    assert all(len(found) == len(figures.units) for found in figures.values.values())


def test_it_lies_where_the_settings_say(built: list[str]) -> None:
    folder = Path(site_settings.DIR)
    assert built
    assert {path.name for path in folder.iterdir()} >= {"sealed", "released", "keys", "rows"}
