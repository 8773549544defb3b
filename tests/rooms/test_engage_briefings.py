"""Briefings: the same message to three leaders in three forms, what the last one changes, and who sees what."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.utils import timezone
from tests.rooms.briefing_cast import (
    MESSAGE,
    WORDS,
    answered,
    asker,
    copy_for,
    numbers,
    prepared,
    receivers,
    sent,
)
from tests.rooms.conftest import NOW, Cast, signed_in, unit
from tests.rooms.direction_cast import candidate, choice, goal, least_of
from tests.rooms.explorer_cast import leader_of, released_in_two_divisions
from tests.rooms.sponsor_checks import (
    check_an_answer_lets_the_minutes_of_a_sponsor_go,
    check_one_through_a_sponsor_writes_to_them_with_a_version_of_their_own,
)

from headwater.rooms.decide.directions.services import choose_direction
from headwater.rooms.engage.asks import OverloadError, record_ask
from headwater.rooms.engage.briefings import demo, slots
from headwater.rooms.engage.briefings.answering import Answer, answer_copy, make_own, open_copy, rate_copy
from headwater.rooms.engage.briefings.documents import document_of
from headwater.rooms.engage.briefings.links import STANDS, path_to_read
from headwater.rooms.engage.briefings.preparing import BriefingRefusedError, Wanted, prepare_briefing
from headwater.rooms.engage.briefings.queries import usefulness_of
from headwater.rooms.engage.models import Ask, AttitudeReading, BriefingCopy, RoleAct, Stakeholder
from headwater.rooms.engage.stakeholders.services import say_preference
from headwater.rooms.house.models import Job
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import User

pytestmark = pytest.mark.usefixtures("own_folders")


@pytest.fixture
def wave(cast: Cast) -> Wave:
    """A released wave of two divisions, small enough to be quick."""
    return released_in_two_divisions(cast)


def check_one_message_becomes_a_deck_a_sheet_and_a_page(cast: Cast) -> None:
    import openpyxl

    to = receivers(cast)
    made = prepared(cast, to)
    lead, saved = signed_in(cast.experience_lead), {}
    for one, form in zip(to, ("pptx", "xlsx", "pdf"), strict=True):
        answer = lead.get(f"/engage/briefings/copies/{copy_for(made, one).pk}/file.{form}")
        assert answer.status_code == 200
        assert answer["Content-Disposition"].endswith(f'.{form}"')
        saved[form] = answer.content
    page = lead.get(f"/engage/briefings/copies/{copy_for(made, to[1]).pk}/").content.decode()
    assert [page.count(f"/file.{form}") for form in ("pptx", "xlsx", "pdf")] == [1, 1, 1]
    with zipfile.ZipFile(io.BytesIO(saved["pptx"])) as deck:
        names = deck.namelist()
        assert any(name.startswith("ppt/charts/chart") for name in names)
        assert MESSAGE in deck.read("ppt/slides/slide2.xml").decode() + deck.read("ppt/slides/slide1.xml").decode()
    book = openpyxl.load_workbook(io.BytesIO(saved["xlsx"]))
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(isinstance(one, str) and one.startswith("=") and "/2" in one for one in cells)
    assert saved["pdf"].startswith(b"%PDF")


def check_it_is_prepared_and_sent_once_with_frozen_numbers_and_minutes_asked(cast: Cast) -> None:
    to, key = receivers(cast), uuid4()
    made = prepared(cast, to, briefing_id=key)
    assert prepared(cast, to, briefing_id=key).pk == made.pk
    copy = sent(cast, made, to[0])
    assert sent(cast, made, to[0]).sent_at == copy.sent_at
    assert len(copy.evidence) == 4
    assert Ask.objects.filter(source=f"briefing:{copy.pk}").count() == 1
    mails = Job.objects.filter(name="send_mail", arguments__subject=MESSAGE)
    assert mails.count() == 1
    assert path_to_read(copy) in mails.get().arguments["text"]


def check_what_cannot_stand_is_refused(cast: Cast) -> None:
    to = receivers(cast)
    for wrong in (
        {"message": "One thing. And another thing."},
        {"ask": ""},
        {"ask_by_date": None},
        {"receivers": ()},
        {"scores": ()},
    ):
        with pytest.raises(BriefingRefusedError):
            prepared(cast, to, **wrong)
    with pytest.raises(PermissionDenied):
        prepare_briefing(
            briefing_id=uuid4(),
            wanted=Wanted(unit("all"), "aware", MESSAGE, (), tuple(to)),
            actor=cast.top_leader,
            viewer=asker(cast.top_leader),
            now=timezone.now(),
        )


def check_past_their_minutes_it_needs_a_reason(cast: Cast) -> None:
    to = receivers(cast)
    made = prepared(cast, to)
    due = made.ask_by_date
    assert due is not None
    record_ask(
        person=to[0], kind="x", title="x", minutes=59, due_date=due, href="", source="x", actor=None, now=timezone.now()
    )
    with pytest.raises(OverloadError, match="past"):
        sent(cast, made, to[0])
    assert sent(cast, made, to[0], reason="The budget closes on Friday.").over_reason == "The budget closes on Friday."


def check_only_the_button_counts_as_opened_and_the_check_reaches_the_attitude(cast: Cast) -> None:
    to = receivers(cast)
    copy = sent(cast, prepared(cast, to), to[0])
    page, top = f"/engage/briefings/read/{copy.pk}/", signed_in(cast.top_leader)
    assert top.head(page).status_code == 200
    door = top.get(page).content.decode()
    assert "is told to the sender" in door
    assert MESSAGE not in door.split("<main")[1]
    copy.refresh_from_db()
    assert copy.opened_at is None
    assert top.post(page, {"doing": "open", "open-level": "resistant", "open-sure": "4"}).status_code == 302
    assert MESSAGE in top.get(page).content.decode()
    given = {"taken_as": "decision", "decision": "yes", "words": WORDS, "level": "supportive", "sure": "2"}
    told = {f"answer-{name}": value for name, value in given.items()}
    assert top.post(page, {"doing": "answer", **told}).status_code == 302
    assert top.post(page, {"doing": "rate", "usefulness": "3"}).status_code == 302
    copy.refresh_from_db()
    assert (copy.decision, copy.words, copy.usefulness) == ("yes", WORDS, 3)
    levels = AttitudeReading.objects.filter(stakeholder=to[0], source="check").order_by("read_at")
    assert [one.level for one in levels] == ["resistant", "supportive"]
    assert Ask.objects.get(source=f"briefing:{copy.pk}").done_at is not None
    assert [one.usefulness for one in usefulness_of(cast.experience_lead)] == [3]


def check_nobody_else_sees_a_briefing_or_an_answer(cast: Cast) -> None:
    to = receivers(cast)
    made = prepared(cast, to)
    copy, other = sent(cast, made, to[0]), sent(cast, made, to[1])
    answered(copy)
    pages = [
        f"/engage/briefings/read/{copy.pk}/",
        f"/engage/briefings/read/{copy.pk}/save.pptx",
        f"/engage/briefings/copies/{copy.pk}/",
        f"/engage/briefings/copies/{copy.pk}/file.pptx",
        f"/engage/briefings/{made.pk}/",
        "/engage/briefings/learned/",
        "/engage/briefings/prepare/",
    ]
    for user in (
        leader_of("d0-d", cast.administrator),
        cast.administrator,
        cast.analyst,
        cast.privacy_officer,
        cast.outsider,
    ):
        for page in pages:
            assert signed_in(user).get(page).status_code == 403, (user.email, page)
    north = signed_in(leader_of("d0-d", cast.administrator))
    open_copy(copy_id=other.pk, actor=None, now=timezone.now())
    assert WORDS not in north.get(f"/engage/briefings/read/{other.pk}/").content.decode()
    assert WORDS not in north.get("/engage/briefings/").content.decode()
    assert signed_in(cast.administrator).get("/engage/briefings/").status_code == 403
    shown = signed_in(cast.experience_lead).get(f"/engage/briefings/copies/{copy.pk}/").content.decode()
    assert WORDS in shown
    assert "Being opened is no outcome" in signed_in(cast.experience_lead).get(pages[4]).content.decode()


def check_the_next_one_says_what_changed_and_why(cast: Cast) -> None:
    to = receivers(cast)
    made = prepared(cast, to)
    decided, unmoved = (sent(cast, made, one, days=20) for one in to[:2])
    sent(cast, made, to[2], days=20)
    answered(decided, "yes")
    answered(unmoved, "later")
    following = prepared(cast, to, message="Two depots can try it before summer.")
    thanked, moved_on, shorter = (copy_for(following, one) for one in to)
    assert thanked.thanks
    assert thanked.changed == ["thanks"]
    assert moved_on.in_person
    assert moved_on.changed == ["asks_again", "other_evidence", "in_person"]
    assert set(moved_on.order[:1]).isdisjoint(copy_for(made, to[1]).order[:3])
    assert shorter.form == "action_list"
    assert shorter.numbers == 1
    page = signed_in(cast.experience_lead).get(f"/engage/briefings/copies/{shorter.pk}/").content.decode()
    assert "Changed because" in page
    assert "was not opened" in page


def check_their_own_version_names_them_alone_and_keeps_the_sources(cast: Cast) -> None:
    to = receivers(cast)
    copy = sent(cast, prepared(cast, to), to[0])
    top, page = signed_in(cast.top_leader), f"/engage/briefings/read/{copy.pk}/"
    assert top.get(f"{page}save.pptx?own").status_code == 404
    open_copy(copy_id=copy.pk, actor=None, now=timezone.now())
    make_own(
        copy_id=copy.pk, name="Tess Top", message="We should listen more.", words="I stand for it.", actor=None,
        now=timezone.now(),
    )  # fmt: skip
    answer = top.get(f"{page}save.pptx?own")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as deck:
        text = "".join(deck.read(name).decode() for name in deck.namelist() if name.endswith((".xml", ".rels")))
    author = cast.experience_lead
    assert "Tess Top" in text
    assert "We should listen more." in text
    assert numbers(cast)[0].wave_title in text
    assert "Headwater" not in text
    assert author.name not in text
    assert author.email not in text


def check_what_a_person_answered_is_exported_and_erased(cast: Cast) -> None:
    to = receivers(cast)
    copy = sent(cast, prepared(cast, to), to[0])
    answered(copy, "no")
    rate_copy(copy_id=copy.pk, usefulness=1, actor=None, now=timezone.now())
    person = str(to[0].person_id)
    assert WORDS in next(iter(slots.export_briefings(person=person, now=NOW))).content.decode()
    for count in (1, 0):
        erased = {str(one.what): one.count for one in slots.erase_briefings(person=person, actor="x", now=NOW)}
        assert erased == {"answers to briefings": count, "briefings that went through them": 0}
    copy.refresh_from_db()
    assert (copy.words, copy.decision, copy.usefulness, copy.opened_at) == ("", "", None, None)


def check_an_outsider_reads_by_a_signed_link_alone(cast: Cast) -> None:
    out = Stakeholder.objects.create(name="Maud", email="maud@regulator.example", origin="hand", added_at=NOW)
    made = prepared(cast, [out], goal="aware", ask="", ask_by_date=None)
    copy = sent(cast, made, out)
    path = path_to_read(copy)
    client = Client()
    assert client.get(path).status_code == 200
    assert client.get(path[:-4] + "xxx/").status_code == 404
    assert client.get(f"/engage/briefings/read/{copy.pk}/").status_code == 302
    assert client.get(f"{path}save.pdf").status_code == 404
    assert client.post(path, {"doing": "open"}).status_code == 302
    page = client.get(path).content.decode()
    assert MESSAGE in page
    assert "What do you decide?" not in page
    assert client.get(f"{path}save.pdf").content.startswith(b"%PDF")
    copy.refresh_from_db()
    assert copy.opened_at is not None
    assert copy.before_level == ""
    with pytest.MonkeyPatch.context() as patch:
        real = time.time()
        patch.setattr("django.core.signing.time.time", lambda: real + STANDS.total_seconds() + 60)
        assert client.get(path).status_code == 404


def check_a_copy_speaks_the_language_of_its_receiver(cast: Cast) -> None:
    to = receivers(cast)[:1]
    say_preference(stakeholder=to[0], kind="language", value="es", is_asked=True, actor=None, now=NOW)
    copy = copy_for(prepared(cast, to), to[0])
    document = document_of(copy, today=timezone.localdate())
    assert document.language == "es"
    assert document.sections[0].kicker == "En una frase"
    assert document.sections[1].heading == "Las 4 cifras están entre 3,0 y 3,4"


def check_a_yes_counts_in_the_active_role_once_and_leads_to_the_direction(cast: Cast, wave: Wave) -> None:
    to = receivers(cast)
    made = prepared(cast, to)
    top = copy_for(made, to[0])
    sent(cast, made, to[0], days=3)
    answered(top, decision="later")
    assert not RoleAct.objects.exists()
    for decision in ("no", "yes"):
        given = Answer("decision", "neutral", 3, decision, WORDS)
        answer_copy(copy_id=top.pk, answer=given, actor=None, now=timezone.now())
    act = RoleAct.objects.get()
    assert act.leader == cast.top_leader
    assert act.asked_date == act.at_date - timedelta(days=3)
    assert "from a briefing" in signed_in(cast.top_leader).get("/engage/role/").content.decode()
    path = f"/engage/briefings/{made.pk}/"
    lead = signed_in(cast.experience_lead)
    assert "Not known: no later wave is released." in lead.get(path).content.decode()
    one = candidate(cast, wave, score=numbers(cast)[0].score)
    wanted = choice(goal(cast), cast, target=least_of(one, cast.experience_lead))
    direction = choose_direction(
        candidate_id=one.pk, choice=wanted, expected=None, actor=cast.experience_lead, now=timezone.now()
    )
    page = lead.get(path).content.decode()
    assert "After a yes, the direction “Notice good work” was chosen" in page
    assert f'href="/decide/directions/{direction.pk}/"' in page
    assert "never a briefing&#x27;s alone" in page


def check_the_sample_organisation_has_three_with_different_outcomes(cast: Cast) -> None:
    User.objects.filter(pk=cast.experience_lead.pk).update(email="experience.lead@demo.example")
    receivers(cast)
    for _again in range(2):
        list(demo.build_demo(people=500, seed=1, now=timezone.now()))
    sent_ones = BriefingCopy.objects.filter(sent_at__isnull=False)
    assert sorted((one.decision, one.opened_at is not None) for one in sent_ones) == [
        ("", False),
        ("later", True),
        ("yes", True),
    ]
    drafted = BriefingCopy.objects.filter(sent_at=None)
    assert {one.changed[0] for one in drafted} == {"thanks", "asks_again", "other_form"}


def test_briefings_from_the_message_to_the_next_one(cast: Cast, wave: Wave) -> None:
    """One released wave serves all of these, each undone after it: releasing one takes longest."""
    for check in (
        check_one_message_becomes_a_deck_a_sheet_and_a_page,
        check_it_is_prepared_and_sent_once_with_frozen_numbers_and_minutes_asked,
        check_what_cannot_stand_is_refused,
        check_past_their_minutes_it_needs_a_reason,
        check_only_the_button_counts_as_opened_and_the_check_reaches_the_attitude,
        check_nobody_else_sees_a_briefing_or_an_answer,
        check_the_next_one_says_what_changed_and_why,
        check_their_own_version_names_them_alone_and_keeps_the_sources,
        check_what_a_person_answered_is_exported_and_erased,
        check_an_outsider_reads_by_a_signed_link_alone,
        check_a_copy_speaks_the_language_of_its_receiver,
        check_one_through_a_sponsor_writes_to_them_with_a_version_of_their_own,
        check_an_answer_lets_the_minutes_of_a_sponsor_go,
        check_the_sample_organisation_has_three_with_different_outcomes,
    ):
        with transaction.atomic():
            check(cast)
            transaction.set_rollback(True)
    check_a_yes_counts_in_the_active_role_once_and_leads_to_the_direction(cast, wave)
