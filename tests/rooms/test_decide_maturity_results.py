"""Maturity: agreement, a senior's word, the frozen result, gaps into directions."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from tests.rooms.conftest import NOW, Cast, signed_in, unit
from tests.rooms.explorer_cast import explored_wave
from tests.rooms.maturity_cast import KEYS, LATER, PRACTICE, agreed, begun, done, get, named, score

from headwater.rooms.decide.maturity import scoring, slots
from headwater.rooms.decide.maturity.access import MaturityRefusedError
from headwater.rooms.decide.models import (
    DirectionCandidate,
    MaturityAssessment,
    MaturityEvidence,
    PracticeScore,
)
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.people.models import Person

pytestmark = pytest.mark.usefixtures("own_folders")


def test_differences_owe_a_reason_before_validation(cast: Cast) -> None:
    found = begun(cast)
    score(found, cast.analyst, vision_one_page=1)
    score(found, cast.outsider, vision_one_page=3)
    path = f"/decide/maturity/{found.pk}/meeting/"
    client = signed_in(cast.outsider)
    words = client.get(path).content.decode()
    assert "Talk about 1 difference first" in words
    form = {f"level_{key}": "3" for key in KEYS}
    answer = client.post(path, form)
    assert answer.status_code == 422
    with pytest.raises(MaturityRefusedError, match="1 practices have no agreed level"):
        scoring.ask_validation(assessment_id=found.pk, actor=cast.experience_lead, now=LATER)
    assert client.post(path, {**form, f"reason_{PRACTICE}": "It hangs in every depot."}).status_code == 302
    signed_in(cast.experience_lead).post(f"/decide/maturity/{found.pk}/change/", {"what": "ask-validation"})
    found.refresh_from_db()
    assert found.state == MaturityAssessment.State.VALIDATING


def test_the_senior_sends_back_or_freezes(cast: Cast) -> None:
    found = agreed(cast, vision_one_page=2)
    path = f"/decide/maturity/{found.pk}/result/"
    senior = signed_in(cast.top_leader)
    assert "Do you stand by it?" in senior.get(path).content.decode()
    assert signed_in(cast.experience_lead).post(path, {"what": "accept"}).status_code == 403
    assert signed_in(cast.north_leader).get(path).status_code == 403, "not validated yet"
    assert senior.post(path, {"what": "back", "word": ""}).status_code == 422
    assert senior.post(path, {"what": "back", "word": "Look at the depots in the south again."}).status_code == 302
    found.refresh_from_db()
    assert found.state == MaturityAssessment.State.TOGETHER
    assert "in the south again" in get(cast.analyst, f"{found.pk}/").content.decode()
    scoring.ask_validation(assessment_id=found.pk, actor=cast.experience_lead, now=LATER)
    for _again in range(2):
        scoring.validate(assessment_id=found.pk, is_accepted=True, word="", actor=cast.top_leader, now=LATER)
    with pytest.raises(MaturityRefusedError, match="named"):
        scoring.validate(assessment_id=found.pk, is_accepted=True, word="", actor=cast.analyst, now=LATER)
    found.refresh_from_db()
    assert found.outcome["gate"] == 2
    assert found.outcome["share"] == pytest.approx(100 * 89 / 120, abs=1e-4)
    assert found.outcome["band"] == "practising"
    assert AuditEntry.objects.filter(action="maturity.validated").count() == 1


def test_readers_see_the_result_without_names_and_files(cast: Cast) -> None:
    found = done(cast, vision_one_page=2)
    assert get(cast.north_leader, f"{found.pk}/").status_code == 302
    answer = get(cast.north_leader, f"{found.pk}/result/")
    words = answer.content.decode()
    assert "We stand at “Tactical”." in words
    assert "1 practice keeps “Strategic” from counting." in words
    assert "Outsider" not in words
    assert "evidence/" not in words
    assert get(cast.north_leader, f"{found.pk}/practices/{PRACTICE}/").status_code == 403
    assert get(cast.north_leader, f"{found.pk}/meeting/").status_code == 403
    assert get(cast.employee, f"{found.pk}/result/").status_code == 403
    for form, sign in (("pdf", b"%PDF"), ("pptx", b"PK")):
        assert get(cast.north_leader, f"{found.pk}/report.{form}").content.startswith(sign)
    assert get(cast.north_leader, f"{found.pk}/report.docx").status_code == 404
    deck = zipfile.ZipFile(io.BytesIO(get(cast.north_leader, f"{found.pk}/report.pptx").content))
    slides = b"".join(deck.read(name) for name in deck.namelist() if name.startswith("ppt/slides/slide"))
    assert b"A one-page vision says which experience is wanted" in slides


def test_results_of_a_unit_are_for_who_leads_it_or_above(cast: Cast) -> None:
    found = done(cast, "south1-t", vision_one_page=4)
    assert get(cast.north_leader, f"{found.pk}/result/").status_code == 403
    assert found.title not in get(cast.north_leader, "").content.decode()
    assert found.title in get(cast.top_leader, "").content.decode()
    # 91 of 120 points: page and report round alike.
    assert "76%" in get(cast.top_leader, f"{found.pk}/result/").content.decode()
    deck = zipfile.ZipFile(io.BytesIO(get(cast.top_leader, f"{found.pk}/report.pptx").content))
    slides = b"".join(deck.read(name) for name in deck.namelist() if name.startswith("ppt/slides/slide"))
    assert b"76%" in slides
    assert b"75%" not in slides.replace(b"excelling from 75%", b"")


def test_the_trend_is_of_validated_assessments_of_the_same_unit(cast: Cast) -> None:
    first = done(cast, vision_one_page=2, loop_closed=2)
    MaturityAssessment.objects.filter(pk=first.pk).update(validated_at=NOW - timedelta(days=365), title="A year ago")
    second = done(cast, vision_one_page=4, loop_closed=2)
    words = get(cast.top_leader, f"{second.pk}/result/").content.decode()
    assert "A year ago" in words
    assert "Practices up: 1, down: 0" in words
    assert "+2" in words
    assert second.library == "1.0"


def test_a_gap_becomes_a_candidate_with_the_score_that_shows_it(cast: Cast) -> None:
    wave = explored_wave(cast)
    top = unit("all")
    found = done(cast, vision_one_page=1)
    path = f"/decide/maturity/{found.pk}/result/{PRACTICE}/direction/"
    assert signed_in(cast.north_leader).get(path).status_code == 403, "who may not prepare directions"
    client = signed_in(cast.analyst)
    page = client.get(path)
    assert wave.study.title in page.content.decode()
    for _again in range(2):
        assert client.post(path, {"finding": "0"}).status_code == 302
    made = DirectionCandidate.objects.get()
    assert (made.unit, made.source, made.study) == (top, "gap", wave.study.key)
    assert made.title == "A one-page vision says which experience is wanted"
    assert "ad hoc" in made.why
    assert client.post(path, {"finding": "999"}).status_code == 422
    complete = f"/decide/maturity/{found.pk}/result/loop-closed/direction/"
    assert client.get(complete).status_code == 404, "no gap"


def test_a_released_score_is_evidence_as_it_stood(cast: Cast) -> None:
    wave = explored_wave(cast)
    found = begun(cast, opened=False)
    client = signed_in(cast.analyst)
    path = f"/decide/maturity/{found.pk}/practices/{PRACTICE}/"
    for _again in range(2):
        assert client.post(path, {"kind": "finding", "finding": "0"}).status_code == 302
    kept = MaturityEvidence.objects.get()
    assert kept.finding["wave"] == wave.key
    assert kept.finding["sentence"] in get(cast.outsider, f"{found.pk}/practices/{PRACTICE}/").content.decode()
    assert "Attach the score" not in get(cast.outsider, f"{found.pk}/practices/{PRACTICE}/").content.decode(), (
        "somebody who may see no results has none to attach"
    )


def test_what_a_person_wrote_is_exported_and_erased(cast: Cast) -> None:
    found = begun(cast)
    leader = Person.objects.get(key="north")
    named(found, cast.north_leader, cast)
    score(found, cast.north_leader, "I saw it there.")
    [file] = list(slots.export_words(person=str(leader.pk), now=NOW))
    said = json.loads(file.content)
    assert len(said["assessor"][0]["scores"]) == 30
    assert [one.count for one in slots.erase_words(person=str(leader.pk), actor="test", now=NOW)] == [30]
    assert [one.count for one in slots.erase_words(person=str(leader.pk), actor="test", now=NOW)] == [0]
    assert PracticeScore.objects.filter(assessor__user=cast.north_leader).count() == 30
    assert list(slots.export_words(person=str(uuid4()), now=NOW)) == []
