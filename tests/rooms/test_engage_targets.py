"""Targets of directions in the ledger: taken over by one click, read once from the released score, private."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.rooms.conftest import Cast, signed_in
from tests.rooms.direction_cast import chosen
from tests.rooms.river_cast import release_work_study

from headwater.rooms.decide.directions.services import due_of, hold_review
from headwater.rooms.decide.models import Direction, DirectionStep
from headwater.rooms.engage.active_role.queries import RolePage, own_role_page
from headwater.rooms.engage.active_role.services import propose_version, record_act, sign_version
from headwater.rooms.engage.credibility.queries import ledger_page
from headwater.rooms.engage.credibility.services import LedgerRefusedError, tell_outcome
from headwater.rooms.engage.credibility.targets import held_of_target, read_targets, take_target
from headwater.rooms.engage.models import Forecast
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.viewers import viewer_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders")]


@pytest.fixture
def released(cast: Cast) -> Wave:
    """A released wave about leaders and work."""
    return release_work_study(cast)


def came_out(wave: Wave, *, days: int, direction: Direction) -> Wave:
    """The wave as if it had been released so many days after the target's day."""
    at = timezone.now() + (direction.target_date - timezone.localdate()) + timedelta(days=days)
    Wave.objects.filter(pk=wave.pk).update(released_at=at)
    wave.refresh_from_db()
    return wave


def test_a_target_is_taken_over_by_one_click_and_once(cast: Cast, released: Wave) -> None:
    direction = chosen(cast, released)
    mine, path = signed_in(cast.top_leader), f"/engage/credibility/targets/{direction.pk}/"
    assert "How sure are you of your target? Notice good work" in mine.get("/").content.decode()
    page = mine.get("/engage/credibility/").content.decode()
    assert "Targets you answer for" in page
    assert "at least" in page
    for user in (cast.administrator, cast.experience_lead, cast.analyst, cast.north_leader, cast.outsider):
        assert signed_in(user).post(path, {"sure": "80"}).status_code == 404
        found = signed_in(user).get("/engage/credibility/")
        assert found.status_code == 403 or "Notice good work" not in found.content.decode()
    mine.post(path, {"sure": "12"})
    assert Forecast.objects.count() == 0
    for sure in ("80", "50"):
        mine.post(path, {"sure": sure})
    forecast = Forecast.objects.get()
    assert (forecast.sure, forecast.low, forecast.due_date) == (80, direction.target, direction.target_date)
    assert "Targets you answer for" not in mine.get("/engage/credibility/").content.decode()
    assert "How sure are you" not in mine.get("/").content.decode()
    with pytest.raises(LedgerRefusedError, match="read from the released score"):
        tell_outcome(forecast_id=forecast.pk, outcome=5.0, actor=cast.top_leader, now=timezone.now())


def test_the_first_score_on_its_day_or_after_says_what_came_of_it_once(cast: Cast, released: Wave) -> None:
    direction = chosen(cast, released)
    take_target(direction_id=direction.pk, sure=70, actor=cast.top_leader, now=timezone.now())
    assert not read_targets(came_out(released, days=-1, direction=direction))
    assert Forecast.objects.get().outcome is None
    assert read_targets(came_out(released, days=0, direction=direction))
    forecast = Forecast.objects.get()
    assert direction.start is not None
    assert forecast.outcome == direction.start
    assert forecast.outcome_low is not None
    assert forecast.outcome_high is not None
    assert forecast.outcome_low < direction.start < forecast.outcome_high
    assert held_of_target(forecast) in ("missed", "missed_open")
    page = signed_in(cast.top_leader).get("/engage/credibility/").content.decode()
    assert "not kept" in page
    assert "0 of 1 range held what came." in page
    assert (
        "What came in"
        in signed_in(cast.top_leader).get(f"/engage/credibility/forecasts/{forecast.pk}/").content.decode()
    )
    before = forecast.outcome_at
    assert not read_targets(came_out(released, days=90, direction=direction))
    assert Forecast.objects.get().outcome_at == before
    assert AuditEntry.objects.filter(action="forecast.read").count() == 1


def test_a_target_that_nobody_took_over_enters_by_itself_when_its_score_is_out(cast: Cast, released: Wave) -> None:
    direction = chosen(cast, released)
    assert not read_targets(came_out(released, days=-1, direction=direction))
    assert not Forecast.objects.exists()
    wave = came_out(released, days=0, direction=direction)
    assert [read_targets(wave), read_targets(wave)] == [True, False]
    forecast = Forecast.objects.get()
    assert (forecast.owner, forecast.sure, forecast.outcome) == (cast.top_leader, None, direction.start)
    assert forecast.made_at == direction.chosen_at
    page = signed_in(cast.top_leader).get("/engage/credibility/").content.decode()
    assert "0 of 1 target that you answered for was reached; you had not said how sure you were." in page
    assert "No forecast has come to its day yet." in page
    assert "not said" in page
    path = f"/engage/credibility/forecasts/{forecast.pk}/"
    assert "It entered by itself on its day" in signed_in(cast.top_leader).get(path).content.decode()
    for user in (cast.administrator, cast.experience_lead, cast.analyst, cast.north_leader, cast.outsider):
        assert signed_in(user).get(path).status_code == 404


def test_a_target_that_was_given_up_before_its_day_does_not_enter(cast: Cast, released: Wave) -> None:
    direction = chosen(cast, released)
    wave = came_out(released, days=0, direction=direction)
    day = wave.released_at
    assert day is not None
    Direction.objects.filter(pk=direction.pk).update(state="stopped")
    values = {"direction": direction, "state": "stopped", "why": "Another way.", "by": cast.top_leader}
    step = DirectionStep.objects.create(at=day - timedelta(days=2), **values)
    assert not read_targets(wave)
    # Given up on its day or after, it was still foreseen until then.
    DirectionStep.objects.filter(pk=step.pk).update(at=day + timedelta(hours=1))
    assert read_targets(wave)


def test_a_target_whose_score_is_out_already_is_not_foreseen(cast: Cast, released: Wave) -> None:
    direction = chosen(cast, released)
    came_out(released, days=-300, direction=direction)
    viewer = viewer_of(cast.top_leader, today=timezone.localdate())
    assert ledger_page(viewer=viewer, today=timezone.localdate()).targets == ()
    with pytest.raises(LedgerRefusedError, match="newer score"):
        take_target(direction_id=direction.pk, sure=70, actor=cast.top_leader, now=timezone.now())


def test_who_no_longer_sees_the_unit_is_told_nothing(cast: Cast, released: Wave) -> None:
    direction = chosen(cast, released)
    take_target(direction_id=direction.pk, sure=70, actor=cast.top_leader, now=timezone.now())
    cast.top_leader.is_active = False
    cast.top_leader.save(update_fields=["is_active"])
    assert not read_targets(came_out(released, days=1, direction=direction))
    assert Forecast.objects.get().outcome is None


@pytest.mark.parametrize(
    ("outcome", "low", "high", "held"),
    [
        (4.0, 3.9, 4.1, "kept"),
        (4.0, 3.6, 4.4, "kept_open"),
        (3.5, 3.2, 3.9, "missed_open"),
        (3.5, 3.3, 3.7, "missed"),
        (3.8, 3.8, 3.8, "kept"),
    ],
)
def test_what_the_range_leaves_open_is_said(outcome: float, low: float, high: float, held: str) -> None:
    found = Forecast(low=3.8, high=5.0, outcome=outcome, outcome_low=low, outcome_high=high)
    assert held_of_target(found) == held
    assert held_of_target(Forecast(low=3.8, high=5.0)) == ""


def test_a_direction_looked_at_again_counts_as_a_review_opened(cast: Cast, released: Wave) -> None:
    direction = chosen(cast, released)
    hold_review(
        direction_id=direction.pk,
        due_date=due_of(direction),
        decision="go_on",
        why="It moves.",
        hours=None,
        actor=cast.top_leader,
        now=timezone.now(),
    )
    began = timezone.now() - timedelta(days=200)
    made = propose_version(
        leader=cast.top_leader, duties={"review": (1, "quarter")}, note="", actor=cast.top_leader, now=began
    )
    sign_version(version_id=made.pk, actor=cast.top_leader, now=began)
    today = timezone.localdate()
    viewer = viewer_of(cast.top_leader, today=today)

    def page() -> RolePage:
        return own_role_page(viewer=viewer, today=today)

    assert [(one.act.kind, one.is_own, one.source) for one in page().acts] == [
        ("review", False, "from a direction looked at again")
    ]
    current = page().current
    assert current is not None
    assert current.lines[0].periods[-1].state == "kept"
    # Noting it oneself the same day does not count it twice.
    record_act(
        person=cast.top_leader, kind="review", at_date=today, source="self:1", actor=cast.top_leader, now=timezone.now()
    )
    assert [one.is_own for one in page().acts] == [True]
