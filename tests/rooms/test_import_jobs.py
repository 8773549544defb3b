"""Large imports are checked, applied and undone by the worker; the page shows how far they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from tests.rooms.conftest import NOW, TODAY, Cast, bring_in, organisation_csv, signed_in

from headwater.rooms.house import audit, jobs
from headwater.rooms.house.models import AuditEntry, Job
from headwater.rooms.people import dry_runs, imports
from headwater.rooms.people.models import ImportChange, OrganisationImport, Person
from headwater.rooms.people.states import read_state

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def _all_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dry_runs, "LARGE_ROWS", 3)
    monkeypatch.setattr(imports, "LARGE_ROWS", 0)


def upload(cast: Cast, content: bytes) -> OrganisationImport:
    client = signed_in(cast.administrator)
    form = {"file": SimpleUploadedFile("next.csv", content), "scope": "full", "effective_date": TODAY}
    answer = client.post("/people/imports/", form)
    assert answer.status_code == 302
    return OrganisationImport.objects.get(pk=answer["Location"].rstrip("/").rpartition("/")[2])


def work(made: OrganisationImport) -> OrganisationImport:
    made.refresh_from_db()
    assert made.job is not None
    job = Job.objects.get(pk=made.job)
    jobs.run_job(job_id=made.job, now=max(LATER, job.run_at))
    made.refresh_from_db()
    return made


def page_of(cast: Cast, made: OrganisationImport) -> str:
    return str(signed_in(cast.administrator).get(reverse("people:import", args=[made.pk])).content.decode())


def decide(cast: Cast, made: OrganisationImport, decision: str) -> int:
    where = reverse("people:decide", args=[made.pk])
    return int(signed_in(cast.administrator).post(where, {"decision": decision}).status_code)


@pytest.mark.usefixtures("_all_large")
def test_a_large_file_is_checked_applied_and_undone_by_the_worker(cast: Cast) -> None:
    before = read_state()
    made = upload(cast, organisation_csv(without=("north1a",)))
    assert made.state == "checking"
    page = page_of(cast, made)
    assert "The file is being checked" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert 'hx-trigger="every 2s"' in page
    assert 'value="apply"' not in page
    assert work(made).state == "checked"
    page = page_of(cast, made)
    assert "0 would join, 0 move and 1 leave." in page
    assert "http-equiv" not in page
    assert decide(cast, made, "apply") == 302
    made.refresh_from_db()
    assert made.state == "applying"
    assert read_state() == before
    assert "is being applied" in page_of(cast, made)
    assert work(made).state == "applied"
    assert not Person.objects.get(key="north1a").is_active
    decide(cast, made, "undo")
    assert "is being undone" in page_of(cast, made)
    assert work(made).state == "undone"
    assert read_state() == before
    actions = AuditEntry.objects.filter(subject=str(made.pk)).order_by("sequence").values_list("action", "actor")
    who = str(cast.administrator.pk)
    wanted = ("organisation.checked", "organisation.imported", "organisation.undone")
    assert list(actions) == [(action, who) for action in wanted]
    assert audit.verify().is_whole


@pytest.mark.usefixtures("_all_large")
def test_a_finished_job_that_runs_again_changes_nothing(cast: Cast) -> None:
    made = work(upload(cast, organisation_csv(without=("north1a",))))
    again = {"import_id": str(made.pk), "actor": str(cast.administrator.pk)}
    for name in ("check_import", "apply_import", "undo_import"):
        job = jobs.enqueue_job(name=name, arguments=again, now=NOW)
        assert jobs.run_job(job_id=job.pk, now=NOW) == Job.State.DONE
    made.refresh_from_db()
    assert made.state == "checked"
    assert ImportChange.objects.filter(made_by=made).count() == 1


@pytest.mark.usefixtures("_all_large")
def test_a_file_dropped_while_it_is_checked_stays_dropped(cast: Cast) -> None:
    made = upload(cast, organisation_csv(without=("north1a",)))
    decide(cast, made, "drop")
    assert work(made).state == "dropped"
    assert made.content is None
    assert not ImportChange.objects.filter(made_by=made).exists()


@pytest.mark.usefixtures("_all_large")
def test_nothing_else_is_applied_while_an_import_is_written(cast: Cast) -> None:
    first = work(upload(cast, organisation_csv(without=("north1a",))))
    second = work(upload(cast, organisation_csv(without=("north1b",))))
    decide(cast, first, "apply")
    with pytest.raises(imports.ImportRefusedError, match="being written"):
        imports.confirm_import(import_id=second.pk, actor=cast.administrator, now=NOW)
    latest = imports.latest_applied()
    assert latest is not None
    with pytest.raises(imports.ImportRefusedError, match="being written"):
        imports.undo_import(import_id=latest.pk, actor=cast.administrator, now=NOW)


@pytest.mark.usefixtures("_all_large")
def test_the_page_says_why_the_worker_refused(cast: Cast) -> None:
    made = work(upload(cast, organisation_csv(without=("north1a",))))
    decide(cast, made, "apply")
    OrganisationImport.objects.filter(pk=made.pk).update(version=-1, fingerprint="another")
    assert work(made).state == "checked"
    assert "It was not applied: the organisation changed" in page_of(cast, made)
    assert Person.objects.get(key="north1a").is_active


@pytest.mark.usefixtures("_all_large")
def test_work_that_was_given_up_can_be_tried_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError("no room")

    made = upload(cast, organisation_csv(without=("north1a",)))
    with monkeypatch.context() as patched:
        patched.setitem(jobs.PREPARES, "check_import", fail)
        for _ in range(3):
            assert work(made).state == "checking"
    page = page_of(cast, made)
    assert "The work on this file failed" in page
    assert "http-equiv" not in page
    decide(cast, made, "again")
    assert "The file is being checked" in page_of(cast, made)
    assert work(made).state == "checked"


@pytest.mark.usefixtures("_all_large")
def test_a_check_reads_the_file_before_its_transaction_begins(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    depths = []
    plain = dry_runs.plan_import

    def spy(**values: Any) -> dry_runs.Checked:
        depths.append(len(connection.savepoint_ids))
        return plain(**values)

    made = upload(cast, organisation_csv(without=("north1a",)))
    monkeypatch.setattr(dry_runs, "plan_import", spy)
    outside = len(connection.savepoint_ids)
    work(made)
    assert depths == [outside]


def test_small_files_are_checked_at_once(cast: Cast) -> None:
    assert upload(cast, organisation_csv(without=("north1a",))).state == "checked"
    assert not dry_runs.is_large(b"x\n" * 1_999, "people.csv")
    assert dry_runs.is_large(b"x\n" * 2_001, "people.csv")
    assert dry_runs.is_large(b"x" * 100_000, "people.xlsx")


def test_an_agreed_plan_is_applied_without_reading_the_file_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    made = imports.check_import(
        content=organisation_csv(without=("north1a",)),
        file_name="x.csv",
        is_full=True,
        effective_date=TODAY,
        actor=cast.administrator,
        now=NOW,
    )
    monkeypatch.delattr(imports, "plan_of")
    imports.confirm_import(import_id=made.pk, actor=cast.administrator, now=NOW)
    assert not Person.objects.get(key="north1a").is_active


def test_who_left_has_their_day_and_loses_it_by_coming_back(cast: Cast) -> None:
    day = TODAY - timedelta(days=9)
    made = bring_in(organisation_csv(without=("north1a",)), cast.administrator, effective_date=day)
    assert Person.objects.get(key="north1a").left_date == day
    imports.undo_import(import_id=made.pk, actor=cast.administrator, now=NOW)
    assert Person.objects.get(key="north1a").left_date is None
