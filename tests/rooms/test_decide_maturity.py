"""Maturity: who works on an assessment, evidence, scores alone."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.rooms.conftest import NOW, TODAY, Cast, signed_in, unit
from tests.rooms.maturity_cast import LATER, PDF, PRACTICE, SECRET, begun, get, named, score

from headwater.rooms.decide.logic.maturity import DIMENSIONS, library
from headwater.rooms.decide.maturity import evidence, preparing, scoring, slots
from headwater.rooms.decide.maturity.access import MaturityRefusedError
from headwater.rooms.decide.models import (
    MaturityAssessment,
    MaturityAssessor,
    MaturityEvidence,
    PracticeScore,
)
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import viewer_of


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


def test_beginning_and_stopping_by_page(cast: Cast) -> None:
    lead = signed_in(cast.experience_lead)
    form = {"title": "Where we stand", "unit": "", "due_date": "2026-04-01", "complete_from": "3"}
    bands = {"band_emerging": "25", "band_practising": "50", "band_excelling": "75"}
    assert lead.post("/decide/maturity/new/", {**form, **bands, "band_practising": "20"}).status_code == 422
    assert lead.post("/decide/maturity/new/", {**form, **bands, "unit": "nowhere"}).status_code == 422
    named = lead.post("/decide/maturity/new/", {**form, **bands, "unit": "Nowhere north"})
    assert "No unit here is called Nowhere north." in named.content.decode()
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
