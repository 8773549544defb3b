"""Studies of internal service: who serves whom, one unit rated by each person, and a book for each unit that serves."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import numpy as np
import pytest
from django.test import Client
from tests.rooms.conftest import NOW, Cast, signed_in
from tests.rooms.study_cast import OPENS, answer, asked, enlarge, launched, planned

from headwater.org import number_units
from headwater.privacy.audit import audit_releases
from headwater.privacy.releases import release_table
from headwater.rooms.listen.launching import LaunchRefusedError, launch_wave
from headwater.rooms.listen.logic.links import Place, link_token
from headwater.rooms.listen.logic.plans import WavePlan
from headwater.rooms.listen.logic.serving import impossible_pairs, read_pairs, share_out, spread, written_pairs
from headwater.rooms.listen.models import Invitation, RateUpdate, Study, Wave
from headwater.rooms.listen.releasing import has_book
from headwater.rooms.listen.respond_waves import live_wave
from headwater.rooms.listen.serving import has_services, services_of
from headwater.rooms.listen.studies import StudyRefusedError, change_study, plan_of
from headwater.rooms.listen.waves import advance_waves

pytestmark = pytest.mark.usefixtures("own_folders")

SERVICE = [("internal_service@1.0", None)]
SERVES = {"d1t0-t": ["d0-d"], "d1t1-t": ["d0t0-t", "d0t1-t"]}


def ended(wave: Wave) -> Wave:
    for invitation in asked(wave):
        assert answer(wave, invitation, at=OPENS + timedelta(hours=2)).is_in
    advance_waves(now=OPENS + timedelta(days=2))
    advance_waves(now=OPENS + timedelta(days=60))
    return Wave.objects.select_related("study").get(pk=wave.pk)


def test_a_team_is_split_among_those_that_serve_it_only_as_far_as_k_share_each() -> None:
    units = ["small"] * 4 + ["one"] * 9 + ["two"] * 12 + ["lonely"] * 20
    services = {"a": ["small", "one", "two"], "b": ["one", "two"], "c": ["two"]}
    rated = share_out(units, services, 5, turn=0, generator=np.random.default_rng(1))
    counted = Counter(zip(units, rated, strict=True))
    assert counted["small", ""] == 4
    assert counted["lonely", ""] == 20
    assert counted["one", "a"] == 9
    assert counted["two", "a"] == counted["two", "b"] == 6
    turned = share_out(units, services, 5, turn=1, generator=np.random.default_rng(1))
    assert {server for unit, server in zip(units, turned, strict=True) if unit == "one"} == {"b"}
    assert {server for unit, server in zip(units, turned, strict=True) if unit == "two"} == {"a", "c"}


def test_who_serves_whom_is_read_as_it_is_written_and_reaches_all_below() -> None:
    tree = number_units(
        ["all", "n", "n1", "n2", "s"], ["", "all", "n", "n", "all"], ["All", "North", "One", "One", "IT"]
    )
    services, wrong = read_pairs("IT; North\n s ;n1\nIT; One\nIT; nowhere\n\nIT;North;South", tree)
    assert services == {"s": ["n", "n1"]}
    assert wrong == ["IT; One", "IT; nowhere", "IT;North;South"]
    assert read_pairs(written_pairs(services, tree), tree) == (services, [])
    assert spread(tree, services) == {"s": ("n", "n1", "n2")}
    assert spread(tree, {"s": ["all"], "gone": ["n"]}) == {"s": ("all", "n", "n1", "n2")}
    assert impossible_pairs(tree, {"n": ["n1"], "s": ["n", "gone"]}) == [("n", "n1"), ("s", "gone")]


def test_each_person_served_is_asked_about_one_unit_and_its_name_stands_over_the_questions(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="code", questionnaires=SERVICE, services=SERVES)
    plan = plan_of(wave)
    assert set(plan.services["d1t0-t"]) == {"d0-d", "d0t0-t", "d0t1-t", "d0t2-t", "d0t3-t"}
    found = asked(wave)
    assert {one.unit_key for one in found} == {"d0t0-t", "d0t1-t", "d0t2-t", "d0t3-t"}
    places = Counter((one.unit_key, one.cuts["server"]) for one in found)
    assert min(places.values()) >= plan.k
    assert places["d0t0-t", "d1t0-t"] == places["d0t0-t", "d1t1-t"] == 6
    assert not Invitation.objects.filter(wave=wave, unit_key__startswith="d1").exists()
    one = next(one for one in found if one.cuts["server"] == "d1t1-t")
    live = live_wave(wave)
    place = Place(one.unit_key, one.cuts, one.language)
    token = link_token(live.secrets, live.frozen, place, bytes(one.number))
    monkeypatch.setattr("django.utils.timezone.now", lambda: OPENS + timedelta(hours=1))
    page = Client().get(f"/r/{token}").content.decode()
    assert "Team d1t1" in page
    assert "Team d1t0" not in page
    assert WavePlan.from_json(plan.to_json()) == plan


def test_a_book_for_each_unit_that_serves_is_released_and_nothing_over_all_of_them(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = ended(launched(cast.experience_lead, channel="code", questionnaires=SERVICE, services=SERVES))
    assert wave.state == Wave.State.RELEASED
    assert has_services(wave)
    assert not has_book(wave)
    assert not RateUpdate.objects.filter(wave=wave).exists()
    found = services_of(wave)
    assert found.servers == ("d1t0-t", "d1t1-t")
    assert wave.outcome["servers"] == 2
    assert wave.outcome["audit"]["clean"]
    book = found.book_of("d1t1-t")
    assert book is not None
    assert book.everybody.shown[book.tree.index_of["d0t0-t"]].any()
    assert not book.everybody.shown[book.tree.index_of["d0t2-t"]].any()
    assert audit_releases([release_table(one) for one in found.books]).clean


def test_what_cannot_be_is_refused_at_launch(cast: Cast) -> None:
    enlarge(cast.administrator)
    within = planned(cast.experience_lead, questionnaires=SERVICE, services={"d0-d": ["d0t0-t"]}, channel="code")
    with pytest.raises(LaunchRefusedError, match="who serves whom"):
        launch_wave(wave_id=within.pk, actor=cast.experience_lead, now=NOW)
    change_study(study_id=within.study_id, actor=cast.experience_lead, now=NOW, services=SERVES, channel="open")
    with pytest.raises(LaunchRefusedError, match="invited"):
        launch_wave(wave_id=within.pk, actor=cast.experience_lead, now=NOW)
    cut = {"key": "area", "label": "area", "attribute": "area", "levels": ["depot", "desk"]}
    with pytest.raises(StudyRefusedError, match="no other cut"):
        change_study(study_id=within.study_id, actor=cast.experience_lead, now=NOW, cuts=[cut])
    other = change_study(
        study_id=within.study_id, actor=cast.experience_lead, now=NOW, questionnaires=[("pulse", None)]
    )
    assert other.services == {}


def test_who_serves_whom_is_entered_on_the_page(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = planned(cast.experience_lead, questionnaires=SERVICE, channel="code")
    client, address = signed_in(cast.experience_lead), f"/listen/studies/{wave.study_id}/whom/"
    assert "Who serves whom" in client.get(address).content.decode()
    values = {"sample_percent": "100", "then": "next"}
    refused = client.post(address, {**values, "serves": "Team d1t0; nobody"})
    assert refused.status_code == 422
    assert "Team d1t0; nobody" in refused.content.decode()
    assert client.post(address, {**values, "serves": "Division 0; Team d0t0"}).status_code == 422
    assert client.post(address, {**values, "serves": "Team d1t0; Division 0"}).status_code == 302
    study = Study.objects.get(pk=wave.study_id)
    assert study.services == {"d1t0-t": ["d0-d"]}
    assert "Team d1t0; Division 0" in client.get(address).content.decode()
    assert signed_in(cast.outsider).get(address).status_code == 403
