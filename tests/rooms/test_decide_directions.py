"""Directions: goals and vision, the board, choosing with frozen evidence, reviews, and who may do what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone, translation
from tests.rooms.conftest import NOW, Cast, signed_in
from tests.rooms.direction_cast import SCORE, candidate, choice, chosen, goal, least_of, pages_of, stopped
from tests.rooms.river_cast import release_work_study
from tests.rooms.test_learn_pages import leader_of

from headwater.rooms.decide.directions.effects import expected_from
from headwater.rooms.decide.directions.queries import chosen_directions
from headwater.rooms.decide.directions.services import (
    DirectionRefusedError,
    choose_direction,
    due_of,
    hold_review,
)
from headwater.rooms.decide.models import (
    CandidateRating,
    Direction,
    DirectionCandidate,
    DirectionReview,
    DirectionStep,
    FrozenDirectionError,
)
from headwater.rooms.engage.models import Ask
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.learn.driver_finding import work_out_drivers
from headwater.rooms.learn.evidence import evidence_from
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.viewers import viewer_of

pytestmark = pytest.mark.usefixtures("own_folders")


@pytest.fixture
def released(cast: Cast) -> Wave:
    """A released wave about leaders and work with its drivers."""
    wave = release_work_study(cast)
    assert work_out_drivers(wave)
    return wave


def test_the_board_orders_by_what_can_be_counted_on_and_a_leader_sees_own_units(cast: Cast, released: Wave) -> None:
    text = signed_in(cast.experience_lead).get("/decide/directions/board/").content.decode()
    head = text.split("<h1>")[1].split("</h1>")[0]
    assert "to count on" in head
    assert "if the links are causes" in text
    assert "the surest first" in text
    assert "style=" not in text
    leader = signed_in(leader_of("d0-d", cast.administrator))
    assert leader.get("/decide/directions/board/?unit=d0-d").status_code == 200
    assert leader.get("/decide/directions/board/?unit=d1-d").status_code == 403
    assert leader.get("/decide/directions/board/?unit=all").status_code == 403


def test_a_candidate_starts_from_a_finding_is_estimated_and_pictured(cast: Cast, released: Wave) -> None:
    lead = signed_in(cast.experience_lead)
    found = f"?study={released.study.key}&wave={released.key}&unit=all&score="
    for score in ("score:ex_recognition", "ex_teamwork"):
        page = lead.get(f"/decide/directions/finding/{found}{score}")
        assert page.status_code == 200
        text = page.content.decode()
        assert "Smallest visible change" in text
        told = ("If the link is a cause, which is not shown", "no clearer than noise", "would hardly move")
        assert any(words in text for words in told), text
        made = lead.post(f"/decide/directions/finding/{found}{score}", {"effort": "2", "readiness": "4", "note": "So"})
        assert made.status_code == 302
    assert DirectionCandidate.objects.count() == 2
    again = lead.get(f"/decide/directions/finding/{found}ex_teamwork")
    assert again.status_code == 302
    wrong = lead.get(f"/decide/directions/finding/{found}nothing")
    assert wrong.status_code == 404
    board = lead.get("/decide/directions/board/").content.decode()
    assert "effort 2, ready 4 of 5" in board
    assert "What may come of each, by effort" in board
    kept = DirectionCandidate.objects.get(score="ex_teamwork")
    bad = lead.post(f"/decide/directions/candidates/{kept.pk}/", {"what": "estimate", "effort": "7", "readiness": "1"})
    assert bad.status_code == 400
    signed_in(cast.analyst).post(
        f"/decide/directions/candidates/{kept.pk}/", {"what": "estimate", "effort": "5", "readiness": "1"}
    )
    assert CandidateRating.objects.filter(candidate=kept).count() == 2
    steps = lead.get("/learn/drivers/").content.decode()
    assert "Start a direction" in steps
    assert "/decide/directions/finding/" in steps
    client = lead
    shown = client.get("/decide/directions/board/add/?unit=all").content.decode()
    option = next(part.split('"')[0] for part in shown.split('<option value="') if "|ex_growth" in part.split('"')[0])
    added = client.post("/decide/directions/board/add/?unit=all", {"score": option, "why": "Asked for."})
    assert added.status_code == 302
    assert DirectionCandidate.objects.get(score="ex_growth").source == "hand"
    stop = {"title": "Weekly report", "why": "Unread.", "hours_low": "9", "hours_high": "4", "asked_by": ""}
    assert client.post("/decide/directions/board/stop/?unit=all", stop).status_code == 400
    unknown = client.post("/decide/directions/board/stop/?unit=all", {**stop, "hours_high": "12", "asked_by": "Nobody"})
    assert unknown.status_code == 400
    asked_for = client.post("/decide/directions/board/stop/?unit=all", {**stop, "hours_high": "12", "asked_by": "top"})
    assert asked_for.status_code == 302
    text = client.get("/decide/directions/board/").content.decode()
    assert "Frees 9 to 12 hours a month." in text
    assert "Ada Top asked for it." in text


def test_choosing_freezes_the_evidence_of_the_day_and_refuses_what_cannot_be_seen(cast: Cast, released: Wave) -> None:
    one, lead = candidate(cast, released), cast.experience_lead
    made_of, least = goal(cast), least_of(one, lead)
    values: dict[str, Any] = {"candidate_id": one.pk, "expected": None, "actor": lead, "now": timezone.now()}
    for target, why in ((least - 0.1, "too_small"), (6.0, "outside"), (1.0, "wrong_way")):
        with pytest.raises(DirectionRefusedError, match=why):
            choose_direction(choice=choice(made_of, cast, target=target), **values)
    with pytest.raises(DirectionRefusedError, match="past"):
        choose_direction(choice=choice(made_of, cast, target=least, target_date=timezone.localdate()), **values)
    assert not Direction.objects.exists()
    direction = chosen(cast, released)
    assert chosen(cast, released).pk == direction.pk
    assert DirectionStep.objects.filter(direction=direction).count() == 1
    assert AuditEntry.objects.filter(action="direction.chosen").count() == 1
    assert direction.evidence is not None
    kept = evidence_from(direction.evidence)
    assert (kept.wave, kept.unit, kept.score) == (released.key, "all", SCORE)
    with translation.override("es"):
        told = evidence_from(direction.evidence)
    assert (told.language, told.value) == ("es", kept.value)
    assert told.label != kept.label
    assert told.sentence != kept.sentence
    assert evidence_from(told.as_plain()).sentence == kept.sentence
    assert direction.inputs_hash == kept.inputs_hash != ""
    assert direction.smallest == kept.smallest
    assert direction.expected is not None
    assert expected_from(direction.expected).outcome
    direction.title = "Something else"
    with pytest.raises(FrozenDirectionError):
        direction.save()
    with pytest.raises(FrozenDirectionError):
        direction.save(update_fields=["title", "state"])
    assert Direction.objects.get(pk=direction.pk).title == "Notice good work"
    assert [found.pk for found in chosen_directions(viewer=viewer_of(lead, today=NOW.date()))] == [direction.pk]


def test_the_form_says_why_a_target_is_refused_and_what_to_do(cast: Cast, released: Wave) -> None:
    one = candidate(cast, released, key="d0-d")
    found, leader = goal(cast), leader_of("d0-d", cast.administrator)
    assert leader.person is not None
    page = f"/decide/directions/candidates/{one.pk}/choose/"
    least = least_of(one, leader)
    values = {
        "goal": str(found.pk), "title": "Notice good work", "why": "People wait for it.", "owner": leader.person.key,
        "target": f"{least - 0.1:.2f}", "target_date": (timezone.localdate() + timedelta(days=300)).isoformat(),
    }  # fmt: skip
    answer = signed_in(cast.experience_lead).post(page, values)
    assert answer.status_code == 400
    text = answer.content.decode()
    assert "can only show a change of" in text
    assert f"Take {least:.1f} or more." in text
    assert "Or choose it for a larger unit" in text
    below = signed_in(leader).post(page, values).content.decode()
    assert "Or choose it for a larger unit" not in below  # the numbers of the whole are not theirs
    kept = signed_in(leader).post(page, {**values, "target": f"{least:.1f}"})
    assert kept.status_code == 302
    direction = Direction.objects.get()
    assert (direction.chosen_by, direction.owner) == (leader, leader.person)
    assert signed_in(leader).get(page).status_code == 302


def test_a_direction_is_read_aloud_in_ten_lines_and_saved_in_two_forms(cast: Cast, released: Wave) -> None:
    direction = chosen(cast, released)
    lead = signed_in(cast.experience_lead)
    text = lead.get(f"/decide/directions/{direction.pk}/aloud/").content.decode()
    article = text.split("<article")[1].split("</article>")[0]
    lines = article.count("<p>")
    assert 8 <= lines <= 10
    for words in ("It serves our goal: Customers recommend us.", "Ada Top answers for it", "it is to stand at",
                  "the smallest change that can be seen there is", "We look at it again on"):  # fmt: skip
        assert words in article, words
    page = lead.get(f"/decide/directions/{direction.pk}/").content.decode()
    assert "Frozen when chosen" in page
    assert "No later wave was released yet" in page
    assert "style=" not in page
    for form, start in (("pdf", b"%PDF"), ("pptx", b"PK")):
        answer = lead.get(f"/decide/directions/{direction.pk}/direction.{form}")
        assert answer.content.startswith(start)
        assert answer["Content-Disposition"] == f'attachment; filename="notice-good-work.{form}"'
    assert lead.get(f"/decide/directions/{direction.pk}/direction.exe").status_code == 404
    north = signed_in(leader_of("d0-d", cast.administrator))  # sees no results of the whole
    shown = north.get(f"/decide/directions/{direction.pk}/").content.decode()
    assert "open to those who see the results of this unit" in shown
    assert "Stands at" not in north.get(f"/decide/directions/candidates/{direction.candidate_id}/").content.decode()


def test_a_review_keeps_the_number_of_the_day_and_is_held_once(cast: Cast, released: Wave) -> None:
    direction, lead = chosen(cast, released), cast.experience_lead
    due = due_of(direction)
    values: dict[str, Any] = {"direction_id": direction.pk, "due_date": due, "hours": None, "actor": lead}
    later = timezone.now() + timedelta(days=92)
    first = hold_review(**values, decision="go_on", why="We began in May.", now=later)
    assert hold_review(**values, decision="stop", why="Twice.", now=later).pk == first.pk
    assert Direction.objects.get(pk=direction.pk).state == Direction.State.GOING
    assert first.goal_id == direction.goal_id
    assert first.evidence is not None
    with pytest.raises(DirectionRefusedError):
        hold_review(**{**values, "due_date": due + timedelta(days=1)}, decision="stop", why="No.", now=later)
    with pytest.raises(ValueError, match="why"):
        hold_review(**values, decision="stop", why="  ", now=later)
    page = f"/decide/directions/{direction.pk}/review/"
    second = due_of(direction)
    assert second > due
    client = signed_in(cast.top_leader)
    assert "go on, change it, or stop?" in client.get(page).content.decode()
    answer = client.post(page, {"due_date": second.isoformat(), "decision": "finish", "why": "It is done."})
    assert answer.status_code == 302
    assert Direction.objects.get(pk=direction.pk).state == Direction.State.FINISHED
    text = client.get(f"/decide/directions/{direction.pk}/").content.decode()
    assert "We began in May." in text
    assert "For the goal: Customers recommend us." in text
    over = client.post(page, {"due_date": second.isoformat(), "decision": "stop", "why": "Again."})
    assert over.status_code == 302
    assert DirectionReview.objects.count() == 2


def test_a_change_is_a_new_direction_and_the_old_one_stays_as_it_was(cast: Cast, released: Wave) -> None:
    direction, lead = chosen(cast, released), cast.experience_lead
    page = f"/decide/directions/{direction.pk}/change/"
    client = signed_in(lead)
    assert 'value="Notice good work"' in client.get(page).content.decode()
    values = {
        "goal": str(direction.goal_id), "title": "Thank people by name", "why": "The first was too wide.",
        "owner": "top", "target": str(direction.target), "target_date": direction.target_date.isoformat(),
    }  # fmt: skip
    assert client.post(page, values).status_code == 302
    assert client.post(page, values).status_code == 302
    old, new = Direction.objects.get(pk=direction.pk), Direction.objects.get(supersedes=direction)
    assert (old.state, old.title) == (Direction.State.CHANGED, "Notice good work")
    assert (new.state, new.title) == (Direction.State.GOING, "Thank people by name")
    assert Direction.objects.count() == 2
    assert "A newer direction took its place" in client.get(f"/decide/directions/{old.pk}/").content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        Direction.objects.filter(pk=old.pk).update(state=Direction.State.GOING)


def test_each_review_asks_ten_minutes_of_its_owner_until_the_direction_is_over(cast: Cast) -> None:
    def asked(one: Direction) -> list[tuple[Any, ...]]:
        asks = Ask.objects.filter(source__startswith=f"direction:{one.pk}:", person=one.owner).order_by("due_date")
        return [(ask.due_date, ask.minutes, ask.done_at is not None, ask.cancelled_at is not None) for ask in asks]

    direction, lead, dues = stopped(cast), cast.experience_lead, []
    values: dict[str, Any] = {"direction_id": direction.pk, "hours": 5, "why": "We saw.", "actor": lead}
    for days in (92, 184):
        dues.append(due_of(direction))
        assert asked(direction)[-1] == (dues[-1], 10, False, False)
        then = timezone.now() + timedelta(days=days)
        for _again in range(2):
            hold_review(**values, due_date=dues[-1], decision="go_on", now=then)
        assert asked(direction)[-2] == (dues[-1], 10, True, False)
    new = choose_direction(
        candidate_id=direction.candidate_id, choice=choice(direction.goal, cast, title="Another"), expected=None,
        actor=lead, now=then, supersedes=direction.pk,
    )  # fmt: skip
    assert asked(direction)[-1] == (due_of(direction), 10, False, True)
    assert asked(new) == [(due_of(new), 10, False, False)]
    hold_review(**{**values, "direction_id": new.pk}, due_date=due_of(new), decision="stop", now=then)
    assert len(asked(direction)) == 3
    assert [row[2:] for row in asked(new)] == [(True, False)]


def test_outsiders_and_leaders_elsewhere_are_refused_page_by_page(cast: Cast, released: Wave) -> None:
    direction = chosen(cast, released)
    own = candidate(cast, released, key="d0-d")
    lists = ["", "board/", "goals/", "vision/"]
    paths = [f"/decide/directions/{path}" for path in lists] + pages_of(direction)
    doing = [f"/decide/directions/{direction.pk}/review/", f"/decide/directions/{direction.pk}/change/",
             f"/decide/directions/candidates/{own.pk}/choose/", "/decide/directions/vision/write/",
             "/decide/directions/board/add/", "/decide/directions/board/stop/",
             f"/decide/directions/goals/{direction.goal_id}/"]  # fmt: skip
    for path in (*paths, *doing):
        assert Client().get(path).status_code == 302
        for user in (cast.outsider, cast.employee, cast.administrator, cast.privacy_officer):
            assert signed_in(user).get(path).status_code == 403, (user.name, path)
    north, south = leader_of("d0-d", cast.administrator), leader_of("d1-d", cast.administrator)
    for path in pages_of(direction):  # the direction of the whole is every leader's to read
        assert signed_in(north).get(path).status_code == 200, path
    for path in doing[:2] + doing[3:]:
        assert signed_in(north).get(path).status_code == 403, path
    assert signed_in(north).get(f"/decide/directions/candidates/{own.pk}/choose/").status_code == 200
    for path in (f"/decide/directions/candidates/{own.pk}/", f"/decide/directions/candidates/{own.pk}/choose/"):
        assert signed_in(south).get(path).status_code == 403
    assert signed_in(cast.analyst).get(f"/decide/directions/candidates/{own.pk}/choose/").status_code == 403
    estimate = {"what": "estimate", "effort": "1", "readiness": "1"}
    assert signed_in(south).post(f"/decide/directions/candidates/{own.pk}/", estimate).status_code == 403
    on_whole = f"/decide/directions/candidates/{direction.candidate_id}/"
    assert signed_in(north).post(on_whole, estimate).status_code == 403
    assert not CandidateRating.objects.exists()
