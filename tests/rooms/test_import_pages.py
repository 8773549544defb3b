"""Organisation imports: dry run, guards, applying, waiting, undoing; and who is refused."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.rooms.conftest import NOW, TODAY, Cast, bring_in, organisation_csv, signed_in, unit

from headwater.formats import write_xlsx
from headwater.rooms.house import audit
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.people import imports
from headwater.rooms.people.import_jobs import apply_due_imports
from headwater.rooms.people.models import ImportChange, OrganisationImport, Person, Unit, User
from headwater.rooms.people.states import read_state


def check(content: bytes, actor: User, **changed: Any) -> OrganisationImport:
    values: dict[str, Any] = {"is_full": True, "effective_date": TODAY, "file_name": "next.csv", "now": NOW, **changed}
    return imports.check_import(content=content, actor=actor, **values)


def test_the_first_import_makes_the_tree(cast: Cast) -> None:
    top = Unit.objects.get(parent=None)
    assert (top.number, top.size, top.people_below, top.own_people) == (0, 7, 22, 2)
    assert unit("north-d").leader == Person.objects.get(key="north")
    assert Person.objects.get(key="north").unit == top
    assert Person.objects.get(key="top").unit is None


def test_a_dry_run_changes_nothing_and_lists_everybody(cast: Cast) -> None:
    before = read_state()
    content = organisation_csv(
        without=("north1a", "south1a"),
        more=("new1,New One,south1,south1-t,Team south1", "south1a,Per south1a,north1,north1-t,Team north1"),
    )
    made = check(content, cast.administrator)
    assert read_state() == before
    assert made.summary["counts"] == {"person_joins": 1, "person_moves": 1, "person_leaves": 1}
    assert set(ImportChange.objects.filter(made_by=made).values_list("key", "what")) == {
        ("new1", "joins"),
        ("south1a", "moves"),
        ("north1a", "leaves"),
    }


def test_applying_and_undoing_a_whole_import(cast: Cast) -> None:
    before = read_state()
    numbers = list(Unit.objects.order_by("key").values_list("key", "number", "size", "own_people", "people_below"))
    content = organisation_csv(
        without=("south2", "south2a", "south2b", "south2c", "south2d"),
        more=("new1,New One,south1,south1-t,Team south1",),
    )
    made = bring_in(content, cast.administrator)
    assert made.state == "applied"
    assert not Unit.objects.get(key="south2-t").is_open
    assert not Person.objects.get(key="south2a").is_active
    assert Unit.objects.get(parent=None, is_open=True).people_below == 18
    imports.undo_import(import_id=made.pk, actor=cast.administrator, now=NOW)
    assert read_state() == before
    after = Unit.objects.order_by("key").values_list("key", "number", "size", "own_people", "people_below")
    assert list(after) == numbers
    assert not Person.objects.get(key="new1").is_active


def test_only_the_latest_import_is_undone(cast: Cast) -> None:
    first = OrganisationImport.objects.get(state="applied")
    second = bring_in(organisation_csv(without=("north1d",)), cast.administrator)
    with pytest.raises(imports.ImportRefusedError):
        imports.undo_import(import_id=first.pk, actor=cast.administrator, now=NOW)
    imports.undo_import(import_id=second.pk, actor=cast.administrator, now=NOW)
    imports.undo_import(import_id=first.pk, actor=cast.administrator, now=NOW)
    assert not Unit.objects.filter(is_open=True).exists()
    assert not Person.objects.filter(is_active=True).exists()


def leaving(count: int) -> tuple[str, ...]:
    everybody = [f"{team}{who}" for team in ("north1", "north2", "south1", "south2") for who in "abcd"]
    return tuple(everybody[:count])


def test_it_stops_past_forty_percent_leaving_and_not_at_it(cast: Cast) -> None:
    assert check(organisation_csv(without=leaving(9)), cast.administrator).summary["stops"] == []
    made = check(organisation_csv(without=leaving(10)), cast.administrator)
    assert [stop["kind"] for stop in made.summary["stops"]] == ["leaving"]
    with pytest.raises(imports.ImportRefusedError):
        imports.confirm_import(import_id=made.pk, actor=cast.administrator, now=NOW)
    assert Person.objects.filter(is_active=True).count() == 23


def test_it_stops_when_ids_name_somebody_else(cast: Cast) -> None:
    content = organisation_csv().replace(b"Per north1a", b"Xenia Quist").replace(b"Per north1b", b"Bo Zeller")
    made = check(content, cast.administrator)
    assert [stop["kind"] for stop in made.summary["stops"]] == ["swapped"]
    assert made.summary["swapped"] == ["north1a", "north1b"]
    married = organisation_csv().replace(b"Per north1a", b"Per Quist").replace(b"Per north1b", b"Per Zeller")
    assert check(married, cast.administrator).summary["stops"] == []


def test_a_stopped_file_needs_a_new_run_with_a_reason(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    made = check(organisation_csv(without=leaving(10)), cast.administrator)
    page = client.get(reverse("people:import", args=[made.pk])).content.decode()
    assert "Why it stopped" in page
    assert 'value="apply"' not in page
    client.post(reverse("people:decide", args=[made.pk]), {"decision": "apply"})
    assert Person.objects.filter(is_active=True).count() == 23
    again = reverse("people:again", args=[made.pk])
    assert client.post(again, {"reason": "short"}).status_code == 422
    assert client.post(again, {"reason": "The northern depots were sold in March."}).status_code == 302
    made.refresh_from_db()
    assert made.state == "dropped"
    rerun = OrganisationImport.objects.get(state="checked")
    client.post(reverse("people:decide", args=[rerun.pk]), {"decision": "apply"})
    assert Person.objects.filter(is_active=True).count() == 13
    entry = AuditEntry.objects.get(action="organisation.imported", subject=str(rerun.pk))
    assert audit.read_payload(entry)["reason"] == "The northern depots were sold in March."


def test_problems_name_file_row_and_column(cast: Cast) -> None:
    content = organisation_csv(more=("lost,Lou Lost,nobody-there,x,X",))
    made = check(content, cast.administrator)
    assert made.summary["unreadable"]
    assert made.problems[0]["row"] == 25
    page = signed_in(cast.administrator).get(reverse("people:import", args=[made.pk])).content.decode()
    assert "Row 25" in page
    assert "cannot be used" in page
    with pytest.raises(imports.ImportRefusedError):
        imports.confirm_import(import_id=made.pk, actor=cast.administrator, now=NOW)


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"\xff\xfe", b"a,b\n1,2\n", b"PK\x03\x04rubbish"])
def test_rubbish_is_a_dry_run_with_problems(cast: Cast, content: bytes) -> None:
    made = check(content, cast.administrator)
    assert made.summary["unreadable"]
    assert made.problems


def test_a_partial_file_leaves_everybody_else_as_they_are(cast: Cast) -> None:
    header = b"person_id,name,manager_id,unit_id,unit_name\n"
    content = header + b"north1a,Per north1a,south1,south1-t,Team south1\nnew1,New One,north2,north2-t,Team north2\n"
    made = check(content, cast.administrator, is_full=False)
    assert made.summary["counts"] == {"person_joins": 1, "person_moves": 1}
    imports.confirm_import(import_id=made.pk, actor=cast.administrator, now=NOW)
    assert Person.objects.get(key="north1a").unit == unit("south1-t")
    assert Person.objects.filter(is_active=True).count() == 24


def test_a_partial_file_by_path(cast: Cast) -> None:
    content = b"person_id,name,path,unit_id\nnew1,New One,Works/South/Team south1,south1-t\n"
    made = check(content, cast.administrator, is_full=False)
    assert made.summary["counts"] == {"person_joins": 1}
    imports.confirm_import(import_id=made.pk, actor=cast.administrator, now=NOW)
    assert Person.objects.get(key="new1").unit == unit("south1-t")


def test_a_dry_run_is_void_once_the_organisation_changed(cast: Cast) -> None:
    made = check(organisation_csv(without=("north1a",)), cast.administrator)
    bring_in(organisation_csv(without=("north1b",)), cast.administrator)
    with pytest.raises(imports.ImportRefusedError):
        imports.confirm_import(import_id=made.pk, actor=cast.administrator, now=NOW)
    assert Person.objects.get(key="north1a").is_active


def test_a_future_import_waits_for_its_day(cast: Cast) -> None:
    day = TODAY + timedelta(days=3)
    made = check(organisation_csv(without=("north1a",)), cast.administrator, effective_date=day)
    imports.confirm_import(import_id=made.pk, actor=cast.administrator, now=NOW)
    apply_due_imports(now=NOW + timedelta(days=2))
    assert Person.objects.get(key="north1a").is_active
    apply_due_imports(now=NOW + timedelta(days=3))
    apply_due_imports(now=NOW + timedelta(days=3))
    assert not Person.objects.get(key="north1a").is_active
    made.refresh_from_db()
    assert (made.state, made.content) == ("applied", None)


def test_a_waiting_import_comes_back_when_the_organisation_changed(cast: Cast) -> None:
    day = TODAY + timedelta(days=3)
    made = check(organisation_csv(without=("north1a",)), cast.administrator, effective_date=day)
    imports.confirm_import(import_id=made.pk, actor=cast.administrator, now=NOW)
    bring_in(organisation_csv(without=("north1b",)), cast.administrator)
    apply_due_imports(now=NOW + timedelta(days=3))
    made.refresh_from_db()
    assert made.state == "checked"
    assert Person.objects.get(key="north1a").is_active
    assert made.summary["counts"] == {"person_joins": 1, "person_leaves": 1}


def test_nobody_ends_their_own_account_by_a_file(cast: Cast) -> None:
    from headwater.rooms.people.models import Role
    from headwater.rooms.people.services import give_role

    give_role(user=cast.employee, role=Role.ADMINISTRATOR, unit=None, actor="test", now=NOW)
    made = check(organisation_csv(without=("north1a",)), cast.employee)
    with pytest.raises(imports.ImportRefusedError):
        imports.confirm_import(import_id=made.pk, actor=cast.employee, now=NOW)


def test_a_leaver_keeps_no_role_and_gets_them_back_by_undo(cast: Cast) -> None:
    assert signed_in(cast.north_leader).get("/people/").status_code == 200
    content = organisation_csv(without=("north", "south2d")).replace(b",north,north-d", b",top,north-d")
    made = bring_in(content, cast.administrator)
    assert signed_in(cast.north_leader).get("/people/").status_code == 403
    imports.undo_import(import_id=made.pk, actor=cast.administrator, now=NOW)
    assert signed_in(cast.north_leader).get("/people/").status_code == 200


def test_upload_through_the_browser(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    file = SimpleUploadedFile("next.csv", organisation_csv(without=("north1a",)))
    form = {"file": file, "scope": "full", "effective_date": date(2026, 3, 2)}
    answer = client.post("/people/imports/", form, follow=True)
    page = answer.content.decode()
    assert "0 would join, 0 move and 1 leave." in page
    assert "Per north1a, Team north1" in page
    made = OrganisationImport.objects.get(state="checked")
    client.post(reverse("people:decide", args=[made.pk]), {"decision": "apply"})
    assert "Left" in client.get(reverse("people:person", args=[Person.objects.get(key="north1a").pk])).content.decode()
    assert client.post(reverse("people:decide", args=[made.pk]), {"decision": "undo"}).status_code == 302
    assert Person.objects.get(key="north1a").is_active


@pytest.mark.parametrize("name", ["people.exe", "people.xls"])
def test_other_files_are_refused(cast: Cast, name: str) -> None:
    file = SimpleUploadedFile(name, b"x")
    form = {"file": file, "scope": "full", "effective_date": date(2026, 3, 2)}
    assert signed_in(cast.administrator).post("/people/imports/", form).status_code == 422
    assert not OrganisationImport.objects.filter(state="checked").exists()


def test_every_import_page_refuses_the_outsider(cast: Cast) -> None:
    made = check(organisation_csv(without=("north1a",)), cast.administrator)
    for user in (cast.outsider, cast.employee, cast.north_leader, cast.experience_lead, cast.privacy_officer):
        client = signed_in(user)
        assert client.get(reverse("people:import", args=[made.pk])).status_code == 403
        assert client.post(reverse("people:decide", args=[made.pk]), {"decision": "apply"}).status_code == 403
        assert client.post(reverse("people:again", args=[made.pk]), {"reason": "x" * 30}).status_code == 403
        assert client.post("/people/imports/", {}).status_code == 403
    assert Person.objects.get(key="north1a").is_active


def test_the_trail_stays_whole(cast: Cast) -> None:
    bring_in(organisation_csv(without=("north1a",)), cast.administrator)
    assert audit.verify().is_whole


def test_a_workbook_is_read_like_a_csv_file(cast: Cast, tmp_path: Path) -> None:
    rows = [line.split(",") for line in organisation_csv(without=("north1a",)).decode().splitlines()]
    write_xlsx(tmp_path / "people.xlsx", rows[0], rows[1:])
    made = check((tmp_path / "people.xlsx").read_bytes(), cast.administrator, file_name="people.xlsx")
    assert made.summary["counts"] == {"person_leaves": 1}


def test_files_do_not_stay_after_the_decision(cast: Cast) -> None:
    made = check(organisation_csv(without=("north1a",)), cast.administrator)
    imports.drop_import(import_id=made.pk, actor=cast.administrator, now=NOW)
    made.refresh_from_db()
    assert made.content is None
    assert not ImportChange.objects.filter(made_by=made).exists()
    assert not OrganisationImport.objects.filter(state="applied").exclude(content=None).exists()
