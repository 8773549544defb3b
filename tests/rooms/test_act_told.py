""" "You said, we did": written from released numbers alone, published, open without an account, mailed alike to all who
were invited, and linked from the first page of the next survey.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone
from tests.rooms.conftest import Cast, signed_in, unit
from tests.rooms.river_cast import release_work_study
from tests.rooms.study_cast import OPENS, launched
from tests.rooms.study_cast import asked as asked_in
from tests.rooms.test_act_commitments import made
from tests.rooms.test_learn_pages import leader_of

from headwater.rooms.act.commitments.slots import first_page_of
from headwater.rooms.act.commitments.told_services import ToldRefusedError, add_statement, start_told
from headwater.rooms.act.models import Told, ToldStatement
from headwater.rooms.house.jobs import run_job
from headwater.rooms.house.models import AuditEntry, Job
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.comment_book_queries import theme_book_in_force
from headwater.rooms.learn.comment_queries import STEP
from headwater.rooms.learn.working_out import writing_findings
from headwater.rooms.listen.logic.links import Place, link_token
from headwater.rooms.listen.models import Invitation, ListenSettings, Study, Wave
from headwater.rooms.listen.respond_pages import render_page
from headwater.rooms.listen.respond_waves import live_wave
from headwater.rooms.listen.studies import plan_of
from headwater.rooms.people.models import Person
from headwater.scoring.comment_storage import save_comments
from headwater.vocab import TONES, CitedComment, CommentBook, CommentedItem

pytestmark = pytest.mark.usefixtures("own_folders")


@pytest.fixture
def released(cast: Cast) -> Wave:
    wave = release_work_study(cast)
    Study.objects.filter(pk=wave.study_id).update(languages=["en", "es"])
    wave.refresh_from_db()
    return Wave.objects.select_related("study").get(pk=wave.pk)


def told_of(cast: Cast, wave: Wave, where: str = "") -> Told:
    """A page with one thing that was heard, one that is done and one that will not be."""
    found = unit(where) if where else None
    told = start_told(wave=wave, unit=found, actor=cast.experience_lead, now=timezone.now())
    commitment = made(cast.top_leader, "all")
    for kind, words in (("heard", "Questions go up."), ("done", "Answers come down."), ("not", "No new timetable.")):
        add_statement(
            key=uuid4(),
            told_id=told.pk,
            kind=kind,
            words={"en": words, "es": "" if kind == "not" else f"ES {words}"},
            why={"en": "It would cost rest.", "es": ""} if kind == "not" else {},
            finding=Finding(wave.study.key, wave.key, where or "all", "ex_teamwork"),
            commitment=commitment if kind == "done" else None,
            actor=cast.experience_lead,
            now=timezone.now(),
        )
    return told


def test_it_is_written_published_read_by_all_and_taken_back(cast: Cast, released: Wave) -> None:
    lead = signed_in(cast.experience_lead)
    begun = lead.post("/act/commitments/told/", {"of": f"{released.pk}|"})
    told = Told.objects.get()
    address = f"/act/commitments/told/{told.pk}/"
    assert begun.headers["Location"] == address
    assert "It needs one thing that was heard" in lead.get(address).content.decode()
    form = lead.get(f"{address}add/").content.decode()
    score = form.split('value="')[form.count('value="', 0, form.index('name="score"')) + 1].split('"')[0]
    assert score.startswith(f"{released.study.key}|{released.key}|all|")
    given = {
        "key": form.split('name="key" value="')[1].split('"')[0],
        "kind": "heard", "score": score, "words_0": "Questions go up.", "words_1": "Las preguntas suben.",
        "commitment": "",
    }  # fmt: skip
    for _time in range(2):
        assert lead.post(f"{address}add/", given).status_code == 302
    assert ToldStatement.objects.count() == 1
    no_why = {**given, "key": str(uuid4()), "kind": "not", "words_0": "No new timetable.", "words_1": ""}
    assert "Say why" in lead.post(f"{address}add/", no_why).content.decode()
    public = Client()
    assert public.get(f"/act/commitments/heard/{told.link}").status_code == 404
    lead.post(address, {"doing": "publish"})
    told.refresh_from_db()
    assert told.published_at is None
    assert lead.post(f"{address}add/", {**no_why, "why_0": "It would cost rest."}).status_code == 302
    for _time in range(2):
        lead.post(address, {"doing": "publish"})
    assert AuditEntry.objects.filter(action="told.published").count() == 1

    page = public.get(f"/act/commitments/heard/{told.link}", headers={"Accept-Language": "es"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "Las preguntas suben." in text
    assert "No new timetable." in text
    assert "It would cost rest." in text
    assert not page.cookies
    assert "style=" not in text
    assert "<script" not in text
    style = Path("src/headwater/rooms/house/static/house/plain.css").stat().st_size
    assert len(page.content) + style < 50_000
    assert f"{address}add/" not in lead.get(address).content.decode()
    with pytest.raises(ToldRefusedError):
        add_statement(
            key=uuid4(), told_id=told.pk, kind="heard", words={"en": "More"}, why={}, finding=None, commitment=None,
            actor=cast.experience_lead, now=timezone.now(),
        )  # fmt: skip
    lead.post(address, {"doing": "back"})
    assert public.get(f"/act/commitments/heard/{told.link}").status_code == 404


def release_comments_of(wave: Wave) -> None:
    """Release a theme of the whole and, within it, one of a division, with a comment that may be read inside."""
    book, themes = book_of(wave), theme_book_in_force()
    numbers = {theme.key: number for number, theme in enumerate(themes.themes)}
    sizes, tones = np.zeros((len(book.tree), 1), np.int32), np.full((len(book.tree), 1, len(TONES)), -1, np.int8)
    rows = [0, book.tree.index_of["d0-d"]]
    sizes[rows, 0], tones[rows, 0] = 50, (70, 10, 10, 10)
    found = CommentBook(
        study=wave.study.key, wave=wave.key, k=5, comment_k=10, tree=book.tree,
        items=(CommentedItem("lx_comment", {"en": "What else?"}),), themes=themes, sizes=sizes, tones=tones,
        cell_item=np.zeros(2, np.int16), cell_theme=np.array([numbers["pay"], numbers["leadership"]], np.int16),
        cell_row=np.array(rows, np.int32), cell_band=np.array([2, 1], np.int8),
        cell_tones=np.array([[70, 10, 10, 10], [-1, -1, -1, -1]], np.int8),
        cited_from=np.array([0, 1, 1], np.int64), cited=np.zeros(1, np.int32),
        comments=(CitedComment("The canary sings of pay", "en", "negative"),),
        suggestions=(), languages=(("en", 100),), inputs_hash="0" * 64,
    )  # fmt: skip
    with writing_findings(wave, STEP) as folder:
        save_comments(found, folder)


def test_only_released_results_of_the_same_unit_are_cited_and_never_a_comment(cast: Cast, released: Wave) -> None:
    release_comments_of(released)
    told = start_told(wave=released, unit=None, actor=cast.experience_lead, now=timezone.now())
    lead, address = signed_in(cast.experience_lead), f"/act/commitments/told/{told.pk}/"
    assert '<optgroup label="Themes of comments">' in lead.get(f"{address}add/").content.decode()

    def cite(score: str) -> int:
        given = {
            "key": str(uuid4()),
            "kind": "heard",
            "words_0": "You wrote of pay.",
            "words_1": "Escribieron.",
            "commitment": "",
        }
        return lead.post(f"{address}add/", {**given, "score": score}).status_code

    keys = f"{released.study.key}|{released.key}"
    themes = (
        f"{keys}|all|theme:leadership",
        f"{keys}|d0-d|theme:leadership",
        f"{keys}|all|theme:nothing",
        f"{keys}|all|theme:",
    )
    assert [cite(score) for score in themes] == [422, 422, 422, 422]
    assert cite(f"{keys}|all|theme:pay") == 302
    kept = ToldStatement.objects.get().evidence
    assert set(kept) == {"en", "es"}
    assert "spoken of by 25 to 49% of those who commented, mostly critically" in kept["en"]["sentence"].casefold()
    assert "Sueldo y beneficios" in kept["es"]["sentence"]
    told.published_at = timezone.now()
    told.save()
    page = Client().get(f"/act/commitments/heard/{told.link}?lang=es").content.decode()
    assert "Sueldo y beneficios" in page
    assert "canary" not in page + str(kept)

    Told.objects.update(published_at=None)
    wrong = (
        None,
        Finding(released.study.key, released.key, "d0-d", "ex_teamwork"),
        Finding(released.study.key, "another", "all", "ex_teamwork"),
        Finding(released.study.key, released.key, "all", "nothing"),
    )
    for finding in wrong:
        with pytest.raises(ToldRefusedError):
            add_statement(
                key=uuid4(), told_id=told.pk, kind="heard", words={"en": "So"}, why={}, finding=finding,
                commitment=None, actor=cast.experience_lead, now=timezone.now(),
            )  # fmt: skip
    Wave.objects.filter(pk=released.pk).update(state=Wave.State.SEALED)
    released.refresh_from_db()
    with pytest.raises(ToldRefusedError):
        start_told(wave=released, unit=unit("d0-d"), actor=cast.experience_lead, now=timezone.now())


def test_a_leader_tells_own_units_alone(cast: Cast, released: Wave) -> None:
    leader = signed_in(leader_of("d0-d", cast.administrator))
    whole = told_of(cast, released)
    assert leader.get("/act/commitments/told/").status_code == 200
    assert leader.get(f"/act/commitments/told/{whole.pk}/").status_code == 403
    assert leader.post(f"/act/commitments/told/{whole.pk}/", {"doing": "publish"}).status_code == 403
    assert leader.post("/act/commitments/told/", {"of": f"{released.pk}|d1-d"}).status_code == 403
    assert leader.post("/act/commitments/told/", {"of": f"{released.pk}|d0-d"}).status_code == 302
    assert signed_in(cast.outsider).get("/act/commitments/told/").status_code == 403
    assert signed_in(cast.analyst).get(f"/act/commitments/told/{whole.pk}/").status_code == 403


def test_all_who_were_invited_get_the_same_letter_once(cast: Cast, released: Wave) -> None:
    Invitation.objects.filter(wave=released).update(state=Invitation.State.SENT, sent_at=timezone.now())
    invited = list(Invitation.objects.filter(wave=released).order_by("pk"))
    assert len(invited) > 10
    gone = invited[1].person_id
    assert gone is not None
    Invitation.objects.filter(pk=invited[0].pk).update(state=Invitation.State.BOUNCED)
    Person.objects.filter(pk=gone).update(is_active=False)
    ListenSettings.objects.update_or_create(pk=1, defaults={"cap_contacts": 2, "cap_days": 90})
    told = told_of(cast, released)
    lead, address = signed_in(cast.experience_lead), f"/act/commitments/told/{told.pk}/"
    lead.post(address, {"doing": "mail"})
    assert not Job.objects.filter(name="mail_told").exists()
    lead.post(address, {"doing": "publish"})
    for _time in range(2):
        lead.post(address, {"doing": "mail"})
    told.refresh_from_db()
    assert told.mailed_to == len(invited) - 2
    for job in Job.objects.filter(name="mail_told"):
        run_job(job_id=job.pk, now=timezone.now() + timedelta(minutes=1))
    letters = [job.arguments for job in Job.objects.filter(name="send_mail")]
    assert len(letters) == told.mailed_to
    assert len({letter["text"] for letter in letters}) == 1
    assert f"/act/commitments/heard/{told.link}" in letters[0]["text"]
    assert len({letter["to"] for letter in letters}) == told.mailed_to

    other = told_of(cast, released, "d0-d")
    ListenSettings.objects.update(cap_contacts=1)
    other.published_at = timezone.now()
    other.save()
    lead.post(f"/act/commitments/told/{other.pk}/", {"doing": "mail"})
    other.refresh_from_db()
    assert (other.mailed_at is not None, other.mailed_to) == (True, 0)


def test_the_next_survey_leads_there_from_its_first_page(
    cast: Cast, released: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = told_of(cast, released)
    asked: dict[str, Any] = {"study": released.study.key, "unit": "d0t0-t"}
    assert list(first_page_of(language="en", **asked)) == []
    told.published_at = timezone.now()
    told.save()
    (line,) = first_page_of(language="en", **asked)
    words, _space, href = line.rpartition(" ")
    assert words.startswith("you said, we did: 2 answers to what was heard")
    assert href == f"/act/commitments/heard/{told.link}?lang=en"
    (spanish,) = first_page_of(language="es", **asked)
    assert spanish.endswith("?lang=es")
    assert list(first_page_of(language="ar", **asked)) == []
    assert list(first_page_of(study="another", unit="", language="en")) == []
    page = render_page(plan_of(released), "en", first_page_lines=[line]).decode()
    assert f'<a href="{href}"><bdi>{words}</bdi></a>' in page

    next_one = launched(cast.experience_lead, channel="code", title="Another survey", ignores_cap=True)
    live, invitation = live_wave(next_one), asked_in(next_one)[0]
    place = Place(invitation.unit_key, invitation.cuts, invitation.language)
    link = link_token(live.secrets, live.frozen, place, bytes(invitation.number))
    monkeypatch.setattr("django.utils.timezone.now", lambda: OPENS + timedelta(hours=1))
    answered = Client().get(f"/r/{link}")
    assert answered.status_code == 200
    assert f'<a href="/act/commitments/heard/{told.link}?lang=' in answered.content.decode()
    Study.objects.filter(pk=next_one.study_id).update(lens="cx")
    assert list(first_page_of(study=next_one.study.key, unit="", language="en")) == []

    own = told_of(cast, released, "d0-d")
    own.published_at = timezone.now()
    own.save()
    assert own.link in next(iter(first_page_of(language="en", **asked)))
    assert told.link in next(iter(first_page_of(language="en", study=released.study.key, unit="d1t0-t")))
