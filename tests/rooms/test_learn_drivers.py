"""Drivers and what matters: whose numbers a page shows, what it says of them, and who may see it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.test import Client
from tests.rooms.conftest import Cast, signed_in
from tests.rooms.study_cast import OPENS, answer, asked, enlarge, launched
from tests.rooms.test_learn_pages import leader_of

from headwater.instruments import item_rules, load_instrument
from headwater.rooms.learn.driver_finding import (
    drivers_of,
    importance_of,
    work_out_drivers,
    work_out_importance,
)
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.waves import advance_waves

pytestmark = pytest.mark.usefixtures("own_folders")

FORMS = {"csv": b"", "xlsx": b"PK", "pptx": b"PK"}


def answers(number: int) -> dict[str, Any]:
    """One person's answers: a mood that moves all scales and outcomes, and one of two tastes."""
    rng = np.random.default_rng(number)
    mood = rng.standard_normal()
    found: dict[str, Any] = {}
    for place, (key, rule) in enumerate(item_rules([load_instrument("ex_factors")]).items()):
        height = 0.45 + 0.05 * (place // 3 % 7) + 0.12 * mood + 0.16 * rng.standard_normal()
        value = int(np.clip(round(rule.low + (rule.high - rule.low) * height), rule.low, rule.high))
        found[key] = rule.low + rule.high - value if rule.reverse else value
    item = load_instrument("importance").items[0]
    keys = [choice.key for choice in item.choices]
    taste = np.linspace(1.2, -1.2, len(keys)) + (1.2 if number % 2 else -1.2) * np.resize([1, -1], len(keys))
    sets = []
    for shown in item.sets:
        places = sorted(
            (keys.index(key) for key in shown), key=lambda place: taste[place] + 0.5 * rng.standard_normal()
        )
        sets.append([places[-1] + 1, places[0] + 1])
    found[item.key] = sets
    return found


@pytest.fixture
def worked_out(cast: Cast) -> Wave:
    """A released wave of 144 people in 12 teams, worked out."""
    enlarge(cast.administrator, teams=6)
    chosen = [("ex_factors@1.0", None), ("importance@1.0", None)]
    wave = launched(cast.experience_lead, channel="code", questionnaires=chosen)
    for number, invitation in enumerate(asked(wave)):
        answer(wave, invitation, at=OPENS + timedelta(hours=2), answers=answers(number))
    advance_waves(now=wave.late_until + timedelta(minutes=1))
    wave.refresh_from_db()
    assert wave.state == Wave.State.RELEASED, wave.outcome
    assert work_out_drivers(wave)
    assert work_out_importance(wave)
    return wave


def test_a_page_says_a_sentence_first_whose_numbers_they_are_and_goes_along(cast: Cast, worked_out: Wave) -> None:
    top = signed_in(cast.top_leader)
    text = top.get("/learn/drivers/").content.decode()
    assert "too close to call whether" in text.split("<h1>")[1].split("</h1>")[0]
    assert "How much goes with it" in text
    assert "Room to improve against importance" in text
    assert "Inside teams" not in text  # 12 teams are too few to keep the levels apart
    assert "style=" not in text
    matters = top.get("/learn/importance/").content.decode()
    assert "“Being trusted and respected”" in matters.split("<h1>")[1].split("</h1>")[0]
    assert "2 groups of people choose alike" in matters
    assert "How people differ" in matters
    assert "What matters and is not there" in matters
    assert "style=" not in matters
    for page, path in (("drivers", "/learn/drivers/view"), ("importance", "/learn/importance/view")):
        for form, start in FORMS.items():
            got = top.get(f"{path}.{form}")
            assert got.status_code == 200, (page, form)
            assert got.content.startswith(start)
        assert top.get(f"{path}.exe").status_code == 404
        for query in ("wave=nothing", "unit=nothing", "who=tenure.9", "who=nothing.0"):
            assert top.get(f"/learn/{page}/?{query}").status_code == 404, query
        assert top.get(f"/learn/{page}/?what=nothing").status_code == 200
    assert b"More than noise" in top.get("/learn/drivers/view.csv").content
    moves = top.get("/learn/ask/", {"q": "what drives engagement?"}).content.decode()
    assert "goes furthest with “Engagement”" in moves
    assert "of what drivers explain; first in" in moves
    first = top.get("/learn/ask/", {"q": "what matters most to people?"}).content.decode()
    assert "Being trusted and respected, Works:" in first


def test_a_leader_sees_own_units_and_the_numbers_of_the_unit_above_labelled(cast: Cast, worked_out: Wave) -> None:
    team = signed_in(leader_of("d0t0-t", cast.administrator))
    text = team.get("/learn/drivers/").content.decode()
    assert "is too small for drivers of its own. These are those of Works" in text
    assert "is too small for importance of its own" in team.get("/learn/importance/").content.decode()
    north = signed_in(leader_of("d0-d", cast.administrator))
    for page in ("drivers", "importance"):
        assert north.get(f"/learn/{page}/?unit=d0-d").status_code == 200
        assert north.get(f"/learn/{page}/?unit=d0t1-t").status_code == 200
        for unit in ("all", "d1-d", "d1t0-t"):
            assert north.get(f"/learn/{page}/?unit={unit}").status_code == 403
            assert north.get(f"/learn/{page}/view.csv?unit={unit}").status_code == 403
        assert "Division d1" not in north.get(f"/learn/{page}/").content.decode()
        assert Client().get(f"/learn/{page}/").status_code == 302
        for user in (cast.outsider, cast.employee, cast.administrator, cast.privacy_officer):
            assert signed_in(user).get(f"/learn/{page}/").status_code == 403
        for user in (cast.experience_lead, cast.analyst, cast.top_leader):
            assert signed_in(user).get(f"/learn/{page}/").status_code == 200
    found, importance = drivers_of(worked_out), importance_of(worked_out)[0]
    assert found is not None
    assert set(found.unit.tolist()) == {0}
    assert (found.people % 10 == 0).all()  # no exact number of people is told
    assert (importance.people % 10 == 0).all()
    for values in (*found.fields.values(), importance.share, importance.spread):
        known = values[~np.isnan(values)]
        assert (known == np.round(known)).all()


def test_pages_are_empty_before_anything_was_worked_out(cast: Cast) -> None:
    top = signed_in(cast.top_leader)
    assert "No drivers were worked out yet" in top.get("/learn/drivers/").content.decode()
    assert "Nobody was asked yet what matters" in top.get("/learn/importance/").content.decode()
    assert top.get("/learn/drivers/view.csv").status_code == 404
    assert signed_in(cast.outsider).get("/learn/drivers/").status_code == 403
