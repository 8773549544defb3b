"""Goals, the vision, what to stop and what home asks: the part of directions that needs no released number."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.rooms.conftest import NOW, Cast, signed_in
from tests.rooms.direction_cast import choice, goal, stop, stopped

from headwater.rooms.decide.directions import services
from headwater.rooms.decide.directions.candidate_services import (
    estimate_candidate,
    set_aside,
)
from headwater.rooms.decide.directions.goal_services import (
    GoalRefusedError,
    StaleVisionError,
    change_goal,
    move_goal,
    retire_goal,
    write_vision,
)
from headwater.rooms.decide.directions.services import (
    DirectionRefusedError,
    choose_direction,
    due_of,
    hold_review,
)
from headwater.rooms.decide.directions.slots import erase_person, export_person
from headwater.rooms.decide.models import (
    CandidateRating,
    Direction,
    DirectionCandidate,
    Goal,
    VisionVersion,
)
from headwater.rooms.people.models import Person

pytestmark = pytest.mark.usefixtures("own_folders")

SECTIONS = {"led": "My leader asks what gets in my way.", "not": "We do not ask what nobody reads."}


def test_goals_are_ordered_kept_once_and_never_deleted_once_served(cast: Cast) -> None:
    first, second = goal(cast), goal(cast, "Good people stay")
    assert goal(cast).pk == first.pk
    move_goal(goal_id=second.pk, by=-1, actor=cast.experience_lead, now=NOW)
    assert Goal.objects.order_by("position")[0].title == "Good people stay"
    move_goal(goal_id=second.pk, by=-1, actor=cast.experience_lead, now=NOW)
    values: dict[str, Any] = {"why": "So.", "by_date": date(2028, 1, 1), "actor": cast.experience_lead, "now": NOW}
    with pytest.raises(GoalRefusedError, match="called so"):
        change_goal(goal_id=second.pk, title=first.title, **values)
    assert change_goal(goal_id=second.pk, title="Good people come", **values).title == "Good people come"
    direction = stopped(cast)
    assert direction.goal_id == first.pk
    with pytest.raises(GoalRefusedError, match="words stay"):
        change_goal(goal_id=first.pk, title="Other words", **values)
    with pytest.raises(GoalRefusedError, match="goes on"):
        retire_goal(goal_id=first.pk, actor=cast.experience_lead, now=NOW)
    due = due_of(direction)
    hold_review(direction_id=direction.pk, due_date=due, decision="stop", why="It did not help.", hours=None,
                actor=cast.experience_lead, now=timezone.now())  # fmt: skip
    for found in (first, second):
        retire_goal(goal_id=found.pk, actor=cast.experience_lead, now=NOW)
        retire_goal(goal_id=found.pk, actor=cast.experience_lead, now=NOW)
    assert not Goal.objects.filter(pk=second.pk).exists()
    assert Goal.objects.get(pk=first.pk).retired_at is not None
    values = {"candidate_id": stop(cast).pk, "expected": None, "actor": cast.experience_lead, "now": NOW}
    with pytest.raises(DirectionRefusedError, match="retired"):
        choose_direction(choice=choice(first, cast), **values)


def test_every_vision_is_kept_and_nobody_is_overwritten(cast: Cast) -> None:
    values: dict[str, Any] = {"actor": cast.experience_lead, "now": NOW}
    first = write_vision(title="Well led", sections={**SECTIONS, "nothing": "x"}, basis=0, **values)
    assert first.sections == SECTIONS
    assert write_vision(title="Well led", sections=SECTIONS, basis=0, **values).pk == first.pk
    with pytest.raises(StaleVisionError):
        write_vision(title="Another", sections=SECTIONS, basis=0, **values)
    write_vision(title="Better led", sections=SECTIONS, basis=1, **values)
    assert VisionVersion.objects.count() == 2
    top = signed_in(cast.top_leader)
    text = top.get("/decide/directions/vision/").content.decode()
    assert "<h1>Better led</h1>" in text
    assert "My leader asks what gets in my way." in text
    assert "Well led" in top.get("/decide/directions/vision/1/").content.decode()
    assert top.get("/decide/directions/vision/9/").status_code == 404
    for form, start in (("pdf", b"%PDF"), ("pptx", b"PK")):
        assert top.get(f"/decide/directions/vision/vision.{form}").content.startswith(start)
    stale = {"basis": "1", "title": "Third", "led": "Words."}
    answer = signed_in(cast.experience_lead).post("/decide/directions/vision/write/", stale)
    assert answer.status_code == 400
    assert "Nothing was overwritten" in answer.content.decode()
    kept = signed_in(cast.experience_lead).post("/decide/directions/vision/write/", {**stale, "basis": "2"})
    assert kept.status_code == 302
    assert VisionVersion.objects.count() == 3


def test_a_fourth_direction_asks_why_and_something_to_stop_is_one(cast: Cast) -> None:
    first = stopped(cast)
    assert (first.hours_low, first.hours_high, first.evidence, first.target) == (20, 40, None, None)
    stopped(cast, "The second signature")
    stopped(cast, "The Monday meeting")
    fourth, found, lead = stop(cast, "The paper list"), goal(cast), cast.experience_lead
    text = signed_in(lead).get(f"/decide/directions/candidates/{fourth.pk}/choose/").content.decode()
    assert "Three directions stand here already." in text
    values: dict[str, Any] = {"candidate_id": fourth.pk, "expected": None, "actor": lead, "now": timezone.now()}
    with pytest.raises(DirectionRefusedError, match="more"):
        choose_direction(choice=choice(found, cast), **values)
    kept = choose_direction(choice=choice(found, cast, more_why="The third ends this month."), **values)
    assert kept.more_why == "The third ends this month."
    shown = signed_in(cast.top_leader).get(f"/decide/directions/{first.pk}/aloud/").content.decode()
    assert "frees 20 to 40 hours a month" in shown
    assert "By " in shown
    assert "4 directions go on." in signed_in(lead).get("/decide/directions/").content.decode()


def test_home_asks_to_choose_and_to_look_again(cast: Cast) -> None:
    one = stop(cast)
    lead = signed_in(cast.experience_lead)
    assert "Choose a direction for" not in lead.get("/").content.decode()
    estimate_candidate(candidate_id=one.pk, effort=2, readiness=4, note="", actor=cast.analyst, now=NOW)
    assert "Choose a direction for" in lead.get("/").content.decode()
    direction = stopped(cast)
    assert "Choose a direction for" not in lead.get("/").content.decode()
    assert "Look again at" not in lead.get("/").content.decode()
    Direction.objects.filter(pk=direction.pk).update(chosen_at=timezone.now() - timedelta(days=88))
    for user in (cast.experience_lead, cast.top_leader):
        text = signed_in(user).get("/").content.decode()
        assert "Look again at" in text
        assert "It serves: Customers recommend us." in text
    assert "Look again at" not in signed_in(cast.analyst).get("/").content.decode()


def test_what_is_set_aside_says_why_and_comes_back_as_a_new_one(cast: Cast) -> None:
    one = stop(cast)
    client = signed_in(cast.analyst)
    page = f"/decide/directions/candidates/{one.pk}/"
    assert client.post(page, {"what": "aside", "aside_why": " "}).status_code == 400
    assert client.post(page, {"what": "aside", "aside_why": "After the new roster."}).status_code == 302
    set_aside(candidate_id=one.pk, why="Another word.", actor=cast.analyst, now=NOW)
    assert DirectionCandidate.objects.get(pk=one.pk).aside_why == "After the new roster."
    assert "After the new roster." in client.get("/decide/directions/board/").content.decode()
    assert client.post(f"{page}again/").status_code == 302
    assert client.post(f"{page}again/").status_code == 302
    assert DirectionCandidate.objects.filter(state="open").count() == 1
    with pytest.raises(ValueError, match="reason"):
        set_aside(candidate_id=one.pk, why=" ", actor=cast.analyst, now=NOW)


def test_a_person_is_exported_and_erased(cast: Cast) -> None:
    direction = stopped(cast)
    person = direction.owner
    asked = stop(cast, "The report", asked_by=person)
    estimate_candidate(candidate_id=asked.pk, effort=1, readiness=5, note="Mine", actor=cast.top_leader, now=NOW)
    files = list(export_person(person=str(person.pk), now=NOW))
    assert [file.name for file in files] == ["directions.json"]
    text = files[0].content.decode()
    for words in ("The weekly report", "The report", "Mine"):
        assert words in text
    erased = {str(one.what): one.count for one in erase_person(person=str(person.pk), actor="test", now=NOW)}
    assert erased["requests to stop something"] == 1
    assert DirectionCandidate.objects.get(pk=asked.pk).asked_by is None
    assert CandidateRating.objects.get().note == ""
    again = [one.count for one in erase_person(person=str(person.pk), actor="test", now=NOW)][:2]
    assert again == [0, 0]
    outsider = Person.objects.exclude(pk=person.pk).first()
    assert outsider is not None
    assert list(export_person(person=str(outsider.pk), now=NOW)) == []


def test_without_released_waves_the_pages_stand_and_say_so(cast: Cast) -> None:
    client = signed_in(cast.experience_lead)
    assert "No drivers were worked out yet" in client.get("/decide/directions/board/").content.decode()
    assert "No direction was chosen yet." in client.get("/decide/directions/").content.decode()
    assert "No score of this unit was released yet." in client.get("/decide/directions/board/add/").content.decode()
    one = stop(cast)
    assert "no goal is written yet" in client.get(f"/decide/directions/candidates/{one.pk}/choose/").content.decode()
    assert services.AFTER.keys() == {"go_on", "stop", "finish"}
