"""Results: who may see which unit's, in all forms, and what a team below k gets."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from tests.rooms.conftest import PASSWORD, Cast, signed_in, unit
from tests.rooms.study_cast import OPENS, answer, asked, enlarge, launched

from headwater.rooms.house.jobs import run_job
from headwater.rooms.house.models import Job
from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.models import Look
from headwater.rooms.learn.reports import FORMS
from headwater.rooms.learn.stylesheet import STYLESHEET, build_stylesheet
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.waves import advance_waves
from headwater.rooms.people.models import Person, User
from headwater.rooms.people.services import create_account

pytestmark = pytest.mark.usefixtures("own_folders")

STARTS = {"pptx": b"PK", "xlsx": b"PK", "pdf": b"%PDF", "html": b"<!doctype html>"}


def leader_of(key: str, actor: User) -> User:
    leader = unit(key).leader
    assert leader is not None
    known = User.objects.filter(person=leader).first()
    return known or create_account(
        email=f"{leader.key}@leads.org", name=leader.name, person=leader, actor=str(actor.pk), now=OPENS,
        password=PASSWORD,
    )  # fmt: skip


@pytest.fixture
def released(cast: Cast) -> Wave:
    """A released wave in which one team had too few answers."""
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="code")
    for invitation in asked(wave):
        if invitation.unit_key != "d1t3-t" or invitation.pk % 6 == 0:
            answer(wave, invitation, at=OPENS + timedelta(hours=2))
    advance_waves(now=wave.late_until + timedelta(minutes=1))
    wave.refresh_from_db()
    assert wave.state == Wave.State.RELEASED, wave.outcome
    return wave


def row_of(wave: Wave, key: str) -> int:
    return book_of(wave).tree.index_of[key]


def page(wave: Wave, key: str) -> str:
    return f"/learn/waves/{wave.pk}/{row_of(wave, key)}/"


def test_a_leader_sees_own_units_and_those_below_and_nobody_else_s(cast: Cast, released: Wave) -> None:
    north = signed_in(leader_of("d0-d", cast.administrator))
    assert north.get(page(released, "d0-d")).status_code == 200
    assert north.get(page(released, "d0t1-t")).status_code == 200
    for key in ("all", "d1-d", "d1t0-t"):
        for path in (page(released, key), *(f"{page(released, key)}report.{form}" for form in FORMS)):
            assert north.get(path).status_code == 403, path
    team = signed_in(leader_of("d0t0-t", cast.administrator))
    assert team.get(page(released, "d0t0-t")).status_code == 200
    assert team.get(page(released, "d0t1-t")).status_code == 403
    assert team.get(page(released, "d0-d")).status_code == 403


def test_others_are_refused_or_see_everything_by_role(cast: Cast, released: Wave) -> None:
    paths = ["/learn/", f"/learn/waves/{released.pk}/", page(released, "all"), page(released, "d0t0-t")]
    for path in paths:
        assert Client().get(path).status_code == 302
        for user in (cast.outsider, cast.employee, cast.administrator, cast.privacy_officer):
            assert signed_in(user).get(path).status_code == 403, path
        for user in (cast.experience_lead, cast.analyst, cast.top_leader):
            assert signed_in(user).get(path, follow=True).status_code == 200, path


def test_a_report_comes_in_four_forms_and_is_made_once(cast: Cast, released: Wave) -> None:
    top = signed_in(cast.top_leader)
    for form, start in STARTS.items():
        path = f"{page(released, 'all')}report.{form}"
        first = top.get(path)
        assert first.status_code == 200
        body = first.getvalue()
        assert body.startswith(start)
        assert first["Content-Disposition"] == f'attachment; filename="works-march-2026.{form}"'
        assert top.get(path).getvalue() == body
    assert top.get(f"{page(released, 'all')}report.exe").status_code == 404
    made = list((Path(settings.DIR) / "reports").rglob("*.*"))
    assert sorted(path.suffix[1:] for path in made if path.is_file()) == sorted(FORMS)


def test_the_page_says_a_sentence_first_and_how_many_answered(cast: Cast, released: Wave) -> None:
    text = signed_in(cast.top_leader).get(page(released, "all")).content.decode()
    assert "<h1" in text
    assert "Works: " in text
    assert "% answered" in text
    assert "style=" not in text.replace('rel="stylesheet"', "")


def test_a_team_below_k_gets_the_nearest_group_and_a_guide(cast: Cast, released: Wave) -> None:
    text = signed_in(leader_of("d1t3-t", cast.administrator)).get(page(released, "d1t3-t")).content.decode()
    assert "Too few or too alike to show safely" in text
    assert "The nearest group we can show is" in text
    assert "Fifteen minutes with your team" in text
    assert "% answered" not in text


def test_unknown_waves_and_rows_are_not_found(cast: Cast, released: Wave) -> None:
    lead = signed_in(cast.experience_lead)
    assert lead.get(f"/learn/waves/{released.pk}/999/").status_code == 404
    assert lead.get(f"/learn/waves/{released.study_id}/").status_code == 404
    Wave.objects.filter(pk=released.pk).update(state=Wave.State.SEALED)
    assert lead.get(page(released, "all")).status_code == 404
    assert "Nothing was released yet" in lead.get("/learn/").content.decode()


def test_home_points_at_results_until_they_are_opened(cast: Cast, released: Wave) -> None:
    Wave.objects.filter(pk=released.pk).update(released_at=OPENS.replace(year=2100))
    top = signed_in(cast.top_leader)
    assert "The results of Works are ready" in top.get("/").content.decode()
    top.get(page(released, "all"))
    assert "The results of Works are ready" not in top.get("/").content.decode()
    assert Look.objects.count() == 1
    assert "are ready" not in signed_in(cast.employee).get("/").content.decode()


def test_leaders_with_an_account_are_told_once(cast: Cast, released: Wave) -> None:
    for name in ("work_out_findings", "announce_results"):
        job = Job.objects.get(name=name)
        run_job(job_id=job.pk, now=released.late_until + timedelta(hours=1))
    told = [one.arguments["to"] for one in Job.objects.filter(name="send_mail")]
    assert told == ["top@example.org"]
    body = Job.objects.filter(name="send_mail").get().arguments["text"]
    assert "are ready" in body
    assert f"/learn/team/{released.pk}/0/" in body


def test_a_leader_who_left_sees_nothing_more(cast: Cast, released: Wave) -> None:
    user = leader_of("d0-d", cast.administrator)
    assert user.person_id is not None
    Person.objects.filter(pk=user.person_id).update(is_active=False)
    assert signed_in(user).get(page(released, "d0-d")).status_code == 403


def test_the_stylesheet_of_reports_is_made_from_its_source() -> None:
    assert STYLESHEET.read_text(encoding="utf-8") == build_stylesheet()
