"""Maturity: evidence, scores alone, agreement, a senior's word, the frozen result, gaps into directions."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.rooms.conftest import NOW, TODAY, Cast, signed_in, unit
from tests.rooms.explorer_cast import explored_wave

from headwater.rooms.decide.logic.maturity import DIMENSIONS, library
from headwater.rooms.decide.maturity import evidence, preparing, scoring, slots
from headwater.rooms.decide.maturity.access import MaturityRefusedError
from headwater.rooms.decide.models import (
    DirectionCandidate,
    MaturityAssessment,
    MaturityAssessor,
    MaturityEvidence,
    PracticeScore,
)
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.people.models import Person, User
from headwater.rooms.people.viewers import viewer_of

PRACTICE = "vision-one-page"
SECRET = "only-alone-4711"
KEYS = [one.key for one in library().practices]
PDF = b"%PDF-1.7\n%%EOF\n"
LATER = NOW + timedelta(days=2)


def begun(cast: Cast, *, opened: bool = True, where: str = "") -> MaturityAssessment:
    """An assessment with two assessors, one without a role, and the top leader to validate it."""
    lead = cast.experience_lead
    made = preparing.begin_assessment(
        title="Where we stand", unit=unit(where) if where else None, due_date=TODAY, complete_from=3,
        bands=(25, 50, 75), actor=lead, now=NOW,
    )  # fmt: skip
    for user in (cast.analyst, cast.outsider):
        named(made, user, cast)
    preparing.name_validator(assessment_id=made.pk, user=cast.top_leader, actor=lead, now=NOW)
    if opened:
        preparing.open_scoring(assessment_id=made.pk, actor=lead, now=NOW)
    return MaturityAssessment.objects.get(pk=made.pk)


def named(
    made: MaturityAssessment, user: User, cast: Cast, *, external: bool = False, until: date | None = None
) -> MaturityAssessor:
    """Name an assessor."""
    return preparing.name_assessor(
        assessment_id=made.pk, user=user, is_external=external, engaged_until_date=until, actor=cast.experience_lead,
        now=NOW,
    )  # fmt: skip


def score(found: MaturityAssessment, user: User, reason: str = "", /, **other: int) -> None:
    """Score every practice and hand it in."""
    scores = dict.fromkeys(KEYS, (3, reason)) | {key.replace("_", "-"): (given, reason) for key, given in other.items()}
    scoring.save_scores(assessment_id=found.pk, scores=scores, actor=user, now=LATER)
    scoring.hand_in(assessment_id=found.pk, actor=user, now=LATER)


def agreed(cast: Cast, where: str = "", **other: int) -> MaturityAssessment:
    """An assessment whose assessors agreed, waiting for the senior."""
    found = begun(cast, where=where)
    for user in (cast.analyst, cast.outsider):
        score(found, user, **other)
    levels = {key: (other.get(key.replace("-", "_"), 3), "") for key in KEYS}
    assert scoring.agree_levels(assessment_id=found.pk, levels=levels, actor=cast.analyst, now=LATER) == []
    return scoring.ask_validation(assessment_id=found.pk, actor=cast.experience_lead, now=LATER)


def done(cast: Cast, where: str = "", **other: int) -> MaturityAssessment:
    """A validated assessment."""
    found = agreed(cast, where, **other)
    return scoring.validate(assessment_id=found.pk, is_accepted=True, word="", actor=cast.top_leader, now=LATER)


def get(user: User, path: str) -> Any:
    """A page as somebody sees it."""
    return signed_in(user).get(f"/decide/maturity/{path}")


def test_outsiders_are_refused_everywhere(cast: Cast) -> None:
    found = begun(cast)
    pages = ["", "assessors/", "validator/", "scores/design/", f"practices/{PRACTICE}/", "meeting/", "result/"]
    pages += [f"result/{PRACTICE}/direction/", "report.pdf", f"evidence/{uuid4()}/"]
    for user in (cast.administrator, cast.privacy_officer, cast.employee, cast.north_leader, cast.top_leader):
        for page in pages:
            assert get(user, f"{found.pk}/{page}").status_code == 403, (user.email, page)
        for post in ("change/", "declare/", "hand-in/"):
            answer = signed_in(user).post(f"/decide/maturity/{found.pk}/{post}", {"what": "open"})
            assert answer.status_code == 403
    for user in (cast.administrator, cast.employee):
        assert get(user, "").status_code == 403
    for user in (cast.analyst, cast.outsider):
        assert get(user, f"{found.pk}/assessors/").status_code == 403, "assessors do not run it"
        assert get(user, f"{found.pk}/result/").status_code == 403, "nothing is agreed on"
    assert get(cast.experience_lead, f"{uuid4()}/").status_code == 404


def test_nobody_sees_scores_before_all_are_in(cast: Cast) -> None:
    found = begun(cast)
    score(found, cast.analyst, f"{SECRET} first")
    pages = ("", "scores/direction/", f"practices/{PRACTICE}/")
    for user in (cast.experience_lead, cast.outsider):
        for page in pages:
            assert SECRET not in get(user, f"{found.pk}/{page}").content.decode()
        assert get(user, f"{found.pk}/meeting/").status_code == 403
    assert f"{SECRET} first" in get(cast.analyst, f"{found.pk}/scores/direction/").content.decode()
    assert get(cast.experience_lead, f"{found.pk}/scores/direction/").status_code == 403
    score(found, cast.outsider)
    for user in (cast.experience_lead, cast.outsider):
        words = get(user, f"{found.pk}/meeting/").content.decode()
        assert f"{SECRET} first" in words
        assert "Analyst" in words
    assert get(cast.top_leader, f"{found.pk}/meeting/").status_code == 403, "the senior does not see who gave what"


def test_assessors_score_by_page_and_hand_in(cast: Cast, rf: Any) -> None:
    found = begun(cast)

    def needs(user: User) -> list[tuple[str, int]]:
        request = rf.get("/")
        request.user, request.viewer = user, viewer_of(user, today=TODAY)
        return [(str(one.title), one.minutes) for one in slots.needs_of(request, NOW)]

    assert needs(cast.outsider) == [("30 practices wait for your scores", 60)]
    client = signed_in(cast.outsider)
    for dimension in DIMENSIONS:
        path = f"/decide/maturity/{found.pk}/scores/{dimension}/"
        keys = [one.key for one in library().practices if one.dimension == dimension]
        assert client.post(path, {f"score_{keys[0]}": "7"}).status_code == 422
        assert client.post(path, {f"score_{key}": "2" for key in keys}).status_code == 302
    assert needs(cast.outsider) == [("Hand your scores in", 1)]
    assert client.post(f"/decide/maturity/{found.pk}/hand-in/").status_code == 302
    assert needs(cast.outsider) == []
    with pytest.raises(MaturityRefusedError, match="handed in"):
        scoring.save_scores(assessment_id=found.pk, scores={PRACTICE: (4, "")}, actor=cast.outsider, now=LATER)
    assert PracticeScore.objects.filter(assessor__user=cast.outsider, score=2).count() == 30
    assert needs(cast.top_leader) == []
    with pytest.raises(MaturityRefusedError, match="30 scores are missing"):
        scoring.hand_in(assessment_id=found.pk, actor=cast.analyst, now=LATER)


def test_who_may_assess_and_validate(cast: Cast) -> None:
    found = begun(cast, opened=False)
    with pytest.raises(MaturityRefusedError, match="validates does not score"):
        named(found, cast.top_leader, cast)
    for user, why in (
        (cast.analyst, "scored"),
        (cast.experience_lead, "began"),
        (cast.employee, "leads the unit"),
        (cast.administrator, "leads the unit"),
    ):
        with pytest.raises(MaturityRefusedError, match=why):
            preparing.name_validator(assessment_id=found.pk, user=user, actor=cast.experience_lead, now=NOW)
    for user in (cast.employee, cast.administrator):
        named(found, user, cast)
    with pytest.raises(MaturityRefusedError, match="Four are named"):
        named(found, cast.privacy_officer, cast)
    assert preparing.is_senior(cast.north_leader, unit("north1-t"))
    assert not preparing.is_senior(cast.north_leader, unit("south1-t"))
    for user in (cast.analyst, cast.outsider, cast.employee):
        preparing.release_assessor(assessment_id=found.pk, user_id=user.pk, actor=cast.experience_lead, now=NOW)
    with pytest.raises(MaturityRefusedError, match="two to four"):
        preparing.open_scoring(assessment_id=found.pk, actor=cast.experience_lead, now=NOW)


def test_an_external_assessor_declares_their_independence(cast: Cast) -> None:
    found = begun(cast)
    with pytest.raises(MaturityRefusedError, match="two years"):
        named(found, cast.employee, cast, external=True, until=date(2024, 3, 3))
    named(found, cast.employee, cast, external=True)
    with pytest.raises(MaturityRefusedError, match="Declare first"):
        scoring.save_scores(assessment_id=found.pk, scores={PRACTICE: (3, "")}, actor=cast.employee, now=NOW)
    client = signed_in(cast.employee)
    path = f"/decide/maturity/{found.pk}/"
    assert "Declare first" in client.get(path).content.decode()
    client.post(f"{path}declare/", {"engaged_until_date": "2026-01-01", "is_true": "on"})
    client.post(f"{path}declare/", {"engaged_until_date": ""})
    one = MaturityAssessor.objects.get(user=cast.employee)
    assert one.declared_at is None, "too recent, and not ticked"
    client.post(f"{path}declare/", {"engaged_until_date": "2020-05-01", "is_true": "on"})
    one = MaturityAssessor.objects.get(user=cast.employee, declared_at__isnull=False)
    assert one.engaged_until_date == date(2020, 5, 1)
    score(found, cast.employee)
    assert "last engaged here until 1 May 2020" in get(cast.experience_lead, f"{found.pk}/").content.decode()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("plan.pdf", PDF, "application/pdf"),
        ("plan.PDF", PDF, "application/pdf"),
        ("plan.pdf", b"<html>", None),
        ("page.html", b"<html>", None),
        ("run.exe", b"MZ", None),
        ("notes.txt", "Mañana".encode(), "text/plain"),
        ("notes.txt", b"\xff\xfe\x00", None),
        ("picture.svg", b"<svg>", None),
        ("noending", PDF, None),
    ],
)
def test_files_are_of_kinds_that_cannot_run(name: str, content: bytes, kind: str | None) -> None:
    assert evidence.file_kind(name, content) == kind


def test_evidence_is_attached_by_name_and_kept_private(cast: Cast) -> None:
    found = begun(cast)
    client = signed_in(cast.outsider)
    path = f"/decide/maturity/{found.pk}/practices/{PRACTICE}/"
    for _again in range(2):
        sent = SimpleUploadedFile('../we"ird.pdf', PDF)
        assert client.post(path, {"kind": "file", "title": "The page", "file": sent}).status_code == 302
    wrong = SimpleUploadedFile("a.pdf", b"no")
    assert client.post(path, {"kind": "file", "title": "x", "file": wrong}).status_code == 422
    assert client.post(path, {"kind": "link", "title": "x", "link": "javascript:alert(1)"}).status_code == 422
    link = {"kind": "link", "title": "Intranet", "link": "https://example.org/vision"}
    assert client.post(path, link).status_code == 302
    assert client.post(path, {"kind": "else"}).status_code == 403
    assert MaturityEvidence.objects.count() == 2, "the same file again is the same"
    file = MaturityEvidence.objects.get(kind="file")
    answer = get(cast.experience_lead, f"{found.pk}/evidence/{file.pk}/")
    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert get(cast.employee, f"{found.pk}/evidence/{file.pk}/").status_code == 403
    words = get(cast.analyst, f"{found.pk}/practices/{PRACTICE}/").content.decode()
    assert "Attached by Outsider" in words
    signed_in(cast.analyst).post(f"/decide/maturity/{found.pk}/evidence/{file.pk}/out/")
    assert MaturityEvidence.objects.count() == 2, "only who attached it takes it out"
    client.post(f"/decide/maturity/{found.pk}/evidence/{file.pk}/out/")
    assert MaturityEvidence.objects.count() == 1
    for user in (cast.analyst, cast.outsider):
        score(found, user)
    with pytest.raises(MaturityRefusedError, match="stays as it is"):
        evidence.add_link(
            assessment_id=found.pk, practice=PRACTICE, title="", link="https://example.org", actor=cast.analyst,
            now=LATER,
        )  # fmt: skip
    assert client.post(path, link).status_code == 403


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
    found = done(cast, "south1-t")
    assert get(cast.north_leader, f"{found.pk}/result/").status_code == 403
    assert found.title not in get(cast.north_leader, "").content.decode()
    assert found.title in get(cast.top_leader, "").content.decode()


def test_the_trend_is_of_validated_assessments_of_the_same_unit(cast: Cast) -> None:
    first = done(cast, vision_one_page=2, loop_closed=2)
    MaturityAssessment.objects.filter(pk=first.pk).update(validated_at=NOW - timedelta(days=365), title="A year ago")
    second = done(cast, vision_one_page=4, loop_closed=2)
    words = get(cast.top_leader, f"{second.pk}/result/").content.decode()
    assert "A year ago" in words
    assert "1 practices up, 0 down" in words
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


def test_beginning_and_stopping_by_page(cast: Cast) -> None:
    lead = signed_in(cast.experience_lead)
    form = {"title": "Where we stand", "unit": "", "due_date": "2026-04-01", "complete_from": "3"}
    bands = {"band_emerging": "25", "band_practising": "50", "band_excelling": "75"}
    assert lead.post("/decide/maturity/new/", {**form, **bands, "band_practising": "20"}).status_code == 422
    assert lead.post("/decide/maturity/new/", {**form, **bands, "unit": "nowhere"}).status_code == 422
    assert lead.post("/decide/maturity/new/", {**form, **bands}).status_code == 302
    found = MaturityAssessment.objects.get()
    one = f"/decide/maturity/{found.pk}/"
    for email in ("analyst@example.org", "outsider@example.org"):
        assert lead.post(f"{one}assessors/", {"user": email}).status_code == 302
    assert lead.post(f"{one}validator/", {"user": "employee@example.org"}).status_code == 422
    assert lead.post(f"{one}validator/", {"user": "Ada Top"}).status_code == 302
    assert lead.post(f"{one}change/", {"what": "open"}).status_code == 302
    assert lead.post(f"{one}change/", {"what": "nothing"}).status_code == 404
    found.refresh_from_db()
    assert (found.state, found.validator) == (MaturityAssessment.State.SCORING, cast.top_leader)
    scoring.save_scores(assessment_id=found.pk, scores={PRACTICE: (3, "")}, actor=cast.analyst, now=LATER)
    assert lead.post(f"{one}change/", {"what": "stop"}).status_code == 302
    assert not PracticeScore.objects.exists()
