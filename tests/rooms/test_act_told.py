""" "You said, we did": written from released numbers alone, published, open without an account, mailed alike to all who
were invited, and linked from the first page of the next survey.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from tests.rooms.conftest import Cast, signed_in, unit
from tests.rooms.river_cast import release_work_study
from tests.rooms.test_act_commitments import made
from tests.rooms.test_learn_pages import leader_of

from headwater.rooms.act.commitments.slots import first_page_of
from headwater.rooms.act.commitments.told_services import ToldRefusedError, add_statement, start_told
from headwater.rooms.act.models import Told, ToldStatement
from headwater.rooms.house.jobs import run_job
from headwater.rooms.house.models import AuditEntry, Job
from headwater.rooms.house.slots import Finding
from headwater.rooms.listen.models import Invitation, ListenSettings, Study, Wave
from headwater.rooms.listen.respond_pages import render_page
from headwater.rooms.listen.studies import plan_of
from headwater.rooms.people.models import Person

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


def test_only_released_numbers_of_the_same_unit_are_cited(cast: Cast, released: Wave) -> None:
    told = start_told(wave=released, unit=None, actor=cast.experience_lead, now=timezone.now())
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


def test_the_next_survey_leads_there_from_its_first_page(cast: Cast, released: Wave) -> None:
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

    own = told_of(cast, released, "d0-d")
    own.published_at = timezone.now()
    own.save()
    assert own.link in next(iter(first_page_of(language="en", **asked)))
    assert told.link in next(iter(first_page_of(language="en", study=released.study.key, unit="d1t0-t")))
