"""Programme reviews: made by themselves, once a quarter, led by what failed, frozen, and each sponsor's own copy."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from tests.rooms.conftest import NOW, Cast, signed_in, unit
from tests.rooms.direction_cast import goal
from tests.rooms.effects_cast import HARMED, HELPED, IDLE, SIZE_OF_IT, first_wave, later_wave, promised
from tests.rooms.explorer_cast import leader_of
from tests.rooms.overload_checks import asked_of, check_page_warns, check_reason_is_seen, fill_week

from headwater.rooms.act.commitments.services import make_commitment
from headwater.rooms.decide.models import Goal
from headwater.rooms.engage.models import Ask, RoleAct, Stakeholder
from headwater.rooms.engage.stakeholders.register import add_outsider, add_person
from headwater.rooms.engage.stakeholders.services import say_minutes, say_preference
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.house.slots import erase_everywhere, export_everywhere
from headwater.rooms.people.models import Person
from headwater.rooms.prove.effects.checking import FIRST_TO_OWNER, check_plans
from headwater.rooms.prove.effects.planning import register_plans
from headwater.rooms.prove.logic.reviews import quarter_of
from headwater.rooms.prove.models import EffectPlan, FrozenReviewError, ProgrammeReview, ReviewCopy
from headwater.rooms.prove.reviews.facts import facts_from
from headwater.rooms.prove.reviews.health import spoken_of
from headwater.rooms.prove.reviews.judging import visits_move
from headwater.rooms.prove.reviews.services import (
    READ_DAYS,
    ReviewRefusedError,
    give_copy,
    issue_review,
    make_due_reviews,
    make_review,
    read_copy,
    renew_review,
    write_note,
)
from headwater.rooms.prove.reviews.span import Part

pytestmark = pytest.mark.usefixtures("own_folders")


@dataclass(frozen=True)
class Told:
    """A quarter in which one thing worked, one showed nothing and one did harm."""

    review: ProgrammeReview
    at: datetime


@pytest.fixture
def told(cast: Cast) -> Told:
    first = first_wave(cast)
    for key in (HELPED, IDLE, HARMED):
        promised(first, key, actor=cast.experience_lead)
    assert register_plans(actor="test", now=first.late_until + timedelta(days=6)) == 3
    second = later_wave(cast, first, {HELPED: SIZE_OF_IT / 2})
    check_plans(wave=second, now=second.late_until)
    third = later_wave(cast, second, {HELPED: SIZE_OF_IT, HARMED: -1.0})
    check_plans(wave=third, now=third.late_until)
    at = third.late_until + FIRST_TO_OWNER + timedelta(hours=1)
    quarter = quarter_of(timezone.localdate(third.late_until))
    review = make_review(unit=unit("all"), quarter=quarter, actor=cast.experience_lead, now=at)
    return Told(review, at)


def sponsor(cast: Cast, person: str, form: str, minutes: int) -> Stakeholder:
    """Somebody in the register who said how they like it."""
    made = add_person(person=Person.objects.get(key=person), actor=cast.experience_lead, now=NOW)
    say_preference(stakeholder=made, kind="form", value=form, is_asked=True, actor=None, now=NOW)
    say_minutes(stakeholder=made, minutes=minutes, is_asked=True, actor=None, now=NOW)
    return made


def quiet_review(cast: Cast, key: str = "all", *, now: datetime = NOW) -> ProgrammeReview:
    """A review of a quarter with one promise that is late."""
    owner = Person.objects.get(key="north1")
    day = timezone.localdate(NOW) - timedelta(days=30)
    make_commitment(
        key=uuid4(), owner=owner, unit=unit("north1-t"), sentence="Ask each of my people what gets in their way",
        first_step="Ask the first", first_step_date=day, due_date=day + timedelta(days=10), actor=cast.experience_lead,
        now=NOW - timedelta(days=35), begun_date=day - timedelta(days=5),
    )  # fmt: skip
    return make_review(unit=unit(key), quarter=quarter_of(timezone.localdate(NOW)), actor=cast.experience_lead, now=now)


def test_it_leads_with_what_failed_and_says_what_changed_beside_a_comparison(cast: Cast, told: Told) -> None:
    facts = facts_from(told.review.facts["en"])
    assert facts.headline.startswith("2 of 3 actions judged showed no effect or did harm.")
    assert [one.verdict for one in facts.changed] == ["harm", "none", "worked"]
    assert all(one.effect and one.hope for one in facts.changed)
    assert facts.failed[0].detail.startswith("Did harm")
    assert facts.heard
    assert facts.loop[0].label == "Days from hearing to acting"
    assert "Not asked." in facts.spoken
    assert facts.visits_words.startswith("Not yet known.")
    assert facts.worth is None
    text = unescape(signed_in(cast.experience_lead).get(f"/prove/reviews/{told.review.pk}/").content.decode())
    order = ["What did not work", "What we heard", "What we chose", "What we did", "What changed, and what did not",
             "What it was worth", "Time of leaders", "Do visits move experience?"]  # fmt: skip
    places = [text.index(f">{one}") for one in order]
    assert places == sorted(places)
    assert "style=" not in text
    spanish = facts_from(told.review.facts["es"])
    assert len(spanish.changed) == len(facts.changed)
    assert [one.effect for one in spanish.changed] != []


def test_the_job_makes_one_a_quarter_and_none_of_an_empty_one(cast: Cast) -> None:
    assert make_due_reviews(now=NOW) is None
    quiet_review(cast)
    ProgrammeReview.objects.all().delete()
    after = quarter_of(timezone.localdate(NOW)).after().first
    first_day = NOW.replace(year=after.year, month=after.month, day=after.day, hour=0, minute=5)
    made = make_due_reviews(now=first_day)
    assert made is not None
    assert (made.made_by, made.first_date) == (None, quarter_of(timezone.localdate(NOW)).first)
    again = make_due_reviews(now=first_day + timedelta(days=1))
    assert again is not None
    assert again.pk == made.pk
    assert ProgrammeReview.objects.count() == 1
    assert AuditEntry.objects.filter(action="review.made", actor="system").count() == 1
    facts = facts_from(made.facts["en"])
    assert facts.failed[0].what == "Ask each of my people what gets in their way"
    assert "not done" in facts.failed[0].detail
    assert "It made itself" not in facts.headline
    need = signed_in(cast.experience_lead).get("/").content.decode()
    assert f"/prove/reviews/{made.pk}/" in need


def test_a_quarter_that_has_not_begun_is_refused_and_a_draft_can_be_made_anew(cast: Cast) -> None:
    review = quiet_review(cast)
    later = quarter_of(timezone.localdate(NOW)).after()
    with pytest.raises(ReviewRefusedError, match="not begun"):
        make_review(unit=unit("all"), quarter=later, actor=cast.experience_lead, now=NOW)
    before = review.inputs_hash
    assert renew_review(review_id=review.pk, actor=cast.experience_lead, now=NOW).inputs_hash == before
    issue_review(review_id=review.pk, actor=cast.experience_lead, now=NOW)
    actor: dict[str, Any] = {"actor": cast.experience_lead, "now": NOW}
    for change in (
        lambda: renew_review(review_id=review.pk, **actor),
        lambda: write_note(review_id=review.pk, note="Later", **actor),
    ):
        with pytest.raises(ReviewRefusedError, match="issued"):
            change()
    kept = ProgrammeReview.objects.get(pk=review.pk)
    kept.note = "Later"
    with pytest.raises(FrozenReviewError):
        kept.save()


def test_each_sponsor_gets_their_form_minutes_and_one_ask_that_serves_a_goal(cast: Cast) -> None:
    review = quiet_review(cast)
    top = sponsor(cast, "top", "slides", 4)
    north = sponsor(cast, "north", "spreadsheet", 60)
    outside = add_outsider(name="Ministry", actor=cast.experience_lead, now=NOW)
    serves = goal(cast, "Nobody gets hurt")
    by = timezone.localdate() + timedelta(days=20)
    lead = signed_in(cast.experience_lead)
    page = f"/prove/reviews/{review.pk}/give/"
    asked = {"stakeholder": str(top.pk), "ask": "Open the next safety meeting", "goal": "", "ask_by_date": ""}
    refused = lead.post(page, asked)
    assert refused.status_code == 400
    assert "serves a goal" in refused.content.decode()
    whole = {**asked, "goal": str(serves.pk), "ask_by_date": by.isoformat()}
    for _time in range(2):
        assert lead.post(page, whole).status_code == 302
    for who in (north, outside):
        assert lead.post(page, {"stakeholder": str(who.pk), "ask": ""}).status_code == 302
    copies = {copy.stakeholder_id: copy for copy in ReviewCopy.objects.all()}
    assert len(copies) == 3
    assert (copies[top.pk].form, copies[top.pk].minutes) == ("slides", 4)
    assert (copies[north.pk].form, copies[outside.pk].form) == ("spreadsheet", "one_page")
    reader = signed_in(cast.top_leader)
    own = f"/prove/reviews/read/{copies[top.pk].pk}/"
    assert reader.get(own).status_code == 403
    assert not Ask.objects.filter(kind="review").exists()
    for _time in range(2):
        assert lead.post(f"/prove/reviews/{review.pk}/issue/").status_code == 302
    ask = Ask.objects.get(kind="review", person=cast.top_leader.person)
    assert (ask.minutes, ask.due_date) == (4, by)
    assert Ask.objects.filter(kind="review").count() == 3
    assert own in reader.get("/").content.decode()
    text = unescape(reader.get(own).content.decode())
    assert "Open the next safety meeting" in text
    assert "It serves: Nobody gets hurt." in text
    deck = reader.get(f"{own}file/").content
    with zipfile.ZipFile(io.BytesIO(deck)) as file:
        slides = [name for name in file.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", name)]
        words = " ".join(file.read(name).decode() for name in slides)
    assert 4 <= len(slides) <= 7
    assert "Nobody gets hurt" in words
    sheet = signed_in(cast.north_leader).get(f"/prove/reviews/read/{copies[north.pk].pk}/file/")
    assert sheet.content[:2] == b"PK"
    assert "attachment" in sheet["Content-Disposition"]
    paper = lead.get(f"/prove/reviews/read/{copies[outside.pk].pk}/file/").content
    assert paper.startswith(b"%PDF")
    assert lead.post(own).status_code == 403
    for _time in range(2):
        assert reader.post(own).status_code == 302
    ask.refresh_from_db()
    assert ask.done_at is not None
    assert own not in reader.get("/").content.decode()


def test_issuing_it_warns_of_every_sponsor_whose_week_is_full(cast: Cast) -> None:
    review, sponsors = quiet_review(cast), [sponsor(cast, key, "slides", 10) for key in ("top", "north")]
    for one in sponsors:
        give_copy(
            review_id=review.pk, stakeholder=one, ask="", goal=None, ask_by_date=None, minutes=None,
            actor=cast.experience_lead, now=NOW,
        )  # fmt: skip
    day = timezone.localdate() + timedelta(days=READ_DAYS)
    fill_week(sponsors[0], day, 58)
    lead = signed_in(cast.experience_lead)
    check_page_warns(lead, f"/prove/reviews/{review.pk}/issue/", {}, name="Ada Top", day=day)
    check_reason_is_seen(cast, sponsors[0], "review:")
    assert asked_of(sponsors[1], "review:").over_reason == ""
    later = quiet_review(cast, "north-d")
    give_copy(
        review_id=later.pk, stakeholder=sponsors[0], ask="", goal=None, ask_by_date=None, minutes=None,
        actor=cast.experience_lead, now=NOW,
    )  # fmt: skip
    free = day + timedelta(days=7)
    path = f"/prove/reviews/{later.pk}/issue/"
    assert lead.post(path, {"by_date": (timezone.localdate() - timedelta(days=1)).isoformat()}).status_code == 422
    assert lead.post(path, {"by_date": free.isoformat()}).status_code == 302
    assert Ask.objects.get(source__startswith="review:", due_date=free).over_reason == ""


def test_who_sees_a_review(cast: Cast) -> None:
    whole, north = quiet_review(cast), quiet_review(cast, "north-d")
    for review in (whole, north):
        page = f"/prove/reviews/{review.pk}/"
        assert signed_in(cast.top_leader).get(page).status_code == 403
        assert signed_in(cast.analyst).get(page).status_code == 403
        issue_review(review_id=review.pk, actor=cast.experience_lead, now=NOW)
    pages = {whole: f"/prove/reviews/{whole.pk}/", north: f"/prove/reviews/{north.pk}/"}
    for user, sees_whole, sees_north in (
        (cast.top_leader, 200, 200), (cast.analyst, 200, 200), (cast.north_leader, 403, 200),
        (cast.employee, 403, 403), (cast.outsider, 403, 403), (cast.administrator, 403, 403),
    ):  # fmt: skip
        client = signed_in(user)
        assert client.get(pages[whole]).status_code == sees_whole
        assert client.get(pages[north]).status_code == sees_north
        assert client.get(f"{pages[whole]}review.pdf").status_code == sees_whole
    leader = signed_in(cast.north_leader)
    for action in ("renew/", "note/", "issue/"):
        assert leader.post(f"{pages[north]}{action}").status_code == 403
    assert leader.post("/prove/reviews/make/", {"unit": "north-d", "quarter": "2026-Q1"}).status_code == 403
    assert signed_in(cast.outsider).get("/prove/reviews/").status_code == 403
    # Given a copy of the whole, the leader of a part reads the whole.
    later = make_review(unit=unit("all"), quarter=quarter_of(timezone.localdate(NOW)).before(), actor=None, now=NOW)
    give_copy(
        review_id=later.pk, stakeholder=sponsor(cast, "north", "one_page", 5), ask="", goal=None, ask_by_date=None,
        minutes=None, actor=cast.experience_lead, now=NOW,
    )  # fmt: skip
    assert leader.get(f"/prove/reviews/{later.pk}/").status_code == 403
    issue_review(review_id=later.pk, actor=cast.experience_lead, now=NOW)
    assert leader.get(f"/prove/reviews/{later.pk}/").status_code == 200


def test_all_four_files_of_a_review_are_made(cast: Cast, told: Told) -> None:
    client = signed_in(cast.experience_lead)
    starts = {"pptx": b"PK", "xlsx": b"PK", "pdf": b"%PDF", "html": b"<!"}
    for form, start in starts.items():
        answer = client.get(f"/prove/reviews/{told.review.pk}/review.{form}")
        assert answer.status_code == 200
        assert answer.content.lstrip().startswith(start)
    assert client.get(f"/prove/reviews/{told.review.pk}/review.docx").status_code == 404


def test_a_review_speaks_the_language_of_who_reads_it(cast: Cast, told: Told) -> None:
    client = signed_in(cast.experience_lead)
    path = f"/prove/reviews/{told.review.pk}/"
    text = unescape(client.get(path, HTTP_ACCEPT_LANGUAGE="es").content.decode())
    assert "2 de 3 acciones juzgadas no tuvieron efecto o hicieron daño." in text
    assert "Lo que no funcionó" in text
    assert "actions judged" not in text
    assert client.get(f"{path}review.pptx", HTTP_ACCEPT_LANGUAGE="es").status_code == 200


def test_erasing_takes_own_words_out_of_a_frozen_review_and_export_says_what_was_asked(cast: Cast) -> None:
    review = quiet_review(cast)
    made = sponsor(cast, "north", "one_page", 5)
    copy = give_copy(
        review_id=review.pk, stakeholder=made, ask="Say what was fixed", goal=goal(cast),
        ask_by_date=timezone.localdate() + timedelta(days=9), minutes=None, actor=cast.experience_lead, now=NOW,
    )  # fmt: skip
    issue_review(review_id=review.pk, actor=cast.experience_lead, now=NOW)
    for _time in range(2):
        read_copy(copy_id=copy.pk, actor=cast.north_leader, now=NOW)
    assert RoleAct.objects.filter(leader=cast.north_leader, kind="review").count() == 1
    north, owner = Person.objects.get(key="north"), Person.objects.get(key="north1")
    files = {file.name: file.content.decode() for file in export_everywhere(person=str(north.pk), now=NOW)}
    assert "Say what was fixed" in files["reviews/programme-reviews.json"]
    assert "Ask each of my people" in str(ProgrammeReview.objects.get().facts)
    for person in (owner, north):
        for _time in range(2):
            erase_everywhere(person=str(person.pk), actor="test", now=NOW)
    kept = ProgrammeReview.objects.get()
    assert "Ask each of my people" not in str(kept.facts)
    assert facts_from(kept.facts["en"]).failed
    assert ReviewCopy.objects.get().ask == ""
    assert Goal.objects.exists()


def test_a_leader_finds_no_unit_beyond_their_own_in_its_review(cast: Cast, told: Told) -> None:
    part = make_review(
        unit=unit("d0-d"), quarter=quarter_of(told.review.first_date), actor=cast.experience_lead, now=told.at
    )
    leader = leader_of("d0-d", cast.experience_lead)
    issue_review(review_id=part.pk, actor=cast.experience_lead, now=told.at)
    text = unescape(signed_in(leader).get(f"/prove/reviews/{part.pk}/").content.decode())
    facts = facts_from(part.facts["en"])
    assert [one.verdict for one in facts.changed] == ["worked"]
    assert "d0t1-t an hour" in text
    assert "d1t2-t" not in text
    assert "d2t1-t" not in text


def test_whether_visits_move_experience_and_whether_speaking_did(
    cast: Cast, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = Part(unit("all"), quarter_of(told.review.first_date), told.at)
    assert visits_move(part)[0] == ()
    EffectPlan.objects.update(kind="visits", score="lx_relationship")
    found, words = visits_move(part)
    assert [one.verdict for one in found] == ["harm", "none", "worked"]
    assert words == ("3 units were visited and judged: 1 moved as hoped, 0 less, 1 showed no sign, 1 got worse.")
    assert spoken_of(part).startswith("Not asked.")
    monkeypatch.setattr("headwater.rooms.prove.reviews.health.SPOKEN", "lx_behaviours")
    said = spoken_of(part)
    assert re.match(r"\d+% \(\d+ ?[–to]+ ?\d+\) agree that something changed", said), said
    assert "answers" in said
