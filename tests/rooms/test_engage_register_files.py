"""Files of stakeholders: a dry run, the same file twice without a duplicate, proposals, undo, and clear errors."""

from __future__ import annotations

import html
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.rooms.conftest import NOW, Cast, signed_in

from headwater.rooms.engage.asks import cap_of
from headwater.rooms.engage.models import AttitudeReading, Rating, RegisterChange, RegisterFile, Stakeholder
from headwater.rooms.engage.stakeholders import file_services, own_words, register, services
from headwater.rooms.engage.stakeholders.queries import profile_of
from headwater.rooms.engage.stakeholders.register import StakeholderRefusedError
from headwater.rooms.engage.stakeholders.slots import FILES_KEPT
from headwater.rooms.people.models import Person

HEADER = "external_id,name,email,role,organisation,power,interest,attitude,form,minutes,reason\n"
TEN = HEADER + "".join(
    [
        "top,Ada Top,,chair,,4,3,neutral,one_page,30,signs budgets\n",
        "north,Lea North,,,,3,4,supportive,slides,,\n",
        "south,Lea South,,,,3,1,,,,\n",
        ",Tom North1,,,,,,unaware,,,\n",
        "CRM-1,Maud Okafor,maud@reg.example,inspector,Regulator,4,2,,,,\n",
        ",Piet Verhoeven,piet@union.example,,Union,3,4,resistant,action_list,15,\n",
        ",Rosa Lind,,,Press,1,2,,,,\n",
        ",Jo Falk,jo@city.example,,City,2,2,,,,\n",
        "CRM-2,Ines Prado,,,City,2,3,,live_page,,\n",
        "CRM-3,Ben Yusuf,ben@bank.example,,Bank,4,1,neutral,spreadsheet,20,\n",
    ]
)


def check(cast: Cast, text: str | bytes, name: str = "people.csv") -> RegisterFile:
    content = text.encode() if isinstance(text, str) else text
    return file_services.check_file(content=content, file_name=name, actor=cast.experience_lead, now=NOW)


def apply(cast: Cast, text: str | bytes, decisions: dict[int, str] | None = None, name: str = "p.csv") -> RegisterFile:
    made = check(cast, text, name)
    return file_services.apply_file(file_id=made.pk, decisions=decisions or {}, actor=cast.experience_lead, now=NOW)


def counts() -> tuple[int, int, int, int]:
    return (
        Stakeholder.objects.count(),
        Rating.objects.count(),
        AttitudeReading.objects.count(),
        RegisterChange.objects.count(),
    )


def test_ten_stakeholders_come_in_and_the_same_file_again_changes_nothing(cast: Cast) -> None:
    first = check(cast, TEN)
    assert first.problems == []
    assert counts() == (0, 0, 0, 0)
    apply(cast, TEN, {5: "0"})
    assert Stakeholder.objects.count() == 10
    assert Stakeholder.objects.filter(person=None).count() == 6
    before = counts()
    again = apply(cast, TEN)
    assert counts() == before
    assert all(plan["fields"] == [] and not plan["added"] for plan in again.rows)
    one = Stakeholder.objects.get(person__key="top")
    found = profile_of(one)
    assert (found.form.value, found.minutes.minutes, found.attitude) == ("one_page", 30, "neutral")
    assert Rating.objects.get(stakeholder=one, aspect="power").reason == "signs budgets"
    assert Rating.objects.get(stakeholder__person__key="south", aspect="power").reason == "as in the file p.csv"


def test_an_xlsx_file_does_the_same(cast: Cast) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet: Any = book.active
    for line in TEN.splitlines():
        sheet.append([int(cell) if cell.isdigit() else cell or None for cell in line.split(",")])
    content = io.BytesIO()
    book.save(content)
    apply(cast, content.getvalue(), {5: "0"}, name="people.xlsx")
    before = counts()
    apply(cast, TEN)
    assert (Stakeholder.objects.count(), counts()) == (10, before)


def test_a_proposal_waits_for_a_decision(cast: Cast) -> None:
    text = "name\nTom North1\n"
    made = check(cast, text)
    assert [plan["how"] for plan in made.rows] == ["proposed"]
    for decisions in ({}, {2: "7"}, {2: "yes"}):
        with pytest.raises(StakeholderRefusedError, match="row 2"):
            file_services.apply_file(file_id=made.pk, decisions=decisions, actor=cast.experience_lead, now=NOW)
    file_services.apply_file(file_id=made.pk, decisions={2: "out"}, actor=cast.experience_lead, now=NOW)
    assert not Stakeholder.objects.exists()
    apply(cast, text, {2: "new"})
    assert Stakeholder.objects.get().is_outsider
    apply(cast, text)
    assert Stakeholder.objects.count() == 1
    apply(cast, "name,role\nTom North1,planner\n", {2: "1"})
    assert Stakeholder.objects.get(role="planner").person is not None


def test_a_better_file_merges_by_address_and_shows_what_changes(cast: Cast) -> None:
    apply(cast, TEN, {5: "0"})
    made = check(cast, "external_id,email,name,power\nCRM-9,PIET@union.example,P. Verhoeven,4\n")
    (plan,) = made.rows
    assert plan["how"] == "email"
    assert plan["candidates"][0]["changes"] == [
        ["external_id", "", "CRM-9"],
        ["name", "Piet Verhoeven", "P. Verhoeven"],
        ["power", "3", "4"],
    ]
    text = signed_in(cast.experience_lead).get(reverse("engage:stakeholders_file", args=[made.pk])).content.decode()
    assert "Piet Verhoeven</del>" in text
    file_services.apply_file(file_id=made.pk, decisions={}, actor=cast.experience_lead, now=NOW)
    assert Stakeholder.objects.count() == 10
    assert Stakeholder.objects.get(external_id="CRM-9").name == "P. Verhoeven"


def test_undo_leaves_everything_as_before(cast: Cast) -> None:
    register.add_person(person=Person.objects.get(key="top"), actor=cast.experience_lead, now=NOW, role="president")
    lea = register.add_person(person=Person.objects.get(key="north"), actor=cast.experience_lead, now=NOW)
    register.put_away(stakeholder=lea, actor=cast.experience_lead, now=NOW)
    made = apply(cast, TEN, {5: "0"})
    for _again in range(2):
        file_services.undo_file(file_id=made.pk, actor=cast.experience_lead, now=NOW)
    assert counts()[1:3] == (0, 0)
    one = Stakeholder.objects.get(person__key="top")
    assert (one.role, cap_of(one).basis) == ("president", "house")
    assert set(Stakeholder.objects.filter(archived_at=None).values_list("person__key", flat=True)) == {"top"}
    assert Stakeholder.objects.count() == 2


def test_undo_puts_away_who_is_used_elsewhere_and_keeps_what_was_changed_by_hand(cast: Cast) -> None:
    made = apply(cast, TEN, {5: "0"})
    maud, piet = (Stakeholder.objects.get(name=name) for name in ("Maud Okafor", "Piet Verhoeven"))
    services.note_sponsor(
        sponsor=maud, sponsored=piet, strength=2, source="told me", actor=cast.experience_lead, now=NOW
    )
    file_services.undo_file(file_id=made.pk, actor=cast.experience_lead, now=NOW)
    assert set(Stakeholder.objects.values_list("name", flat=True)) == {"Maud Okafor", "Piet Verhoeven"}
    assert not Stakeholder.objects.filter(archived_at=None).exists()


def test_their_own_word_is_not_replaced_by_a_file(cast: Cast) -> None:
    one = register.add_person(person=Person.objects.get(key="top"), actor=cast.experience_lead, now=NOW)
    own_words.say_own_words(stakeholder=one, words=own_words.OwnWords(form="slides", minutes=5), actor=None, now=NOW)
    made = check(cast, TEN)
    assert made.rows[0]["candidates"][0]["kept"] == ["form", "minutes"]
    file_services.apply_file(file_id=made.pk, decisions={5: "0"}, actor=cast.experience_lead, now=NOW)
    found = profile_of(one)
    assert (found.form.value, found.minutes.minutes) == ("slides", 5)


@pytest.mark.parametrize(
    ("content", "row", "column", "says"),
    [
        (b"", None, "", "empty"),
        (b"colour\nred\n", 1, "", "who is meant"),
        (b"name,power\nAda,9\n", 2, "power", "no rating"),
        (b"external_id,email\nCRM-1,ben@bank.example\n", 2, "external_id", "the id means"),
        (b"name,email\nA,a@b.example\nB,A@B.example\n", 3, "email", "row 2 means the same person"),
        (b"PK\x03\x04broken", None, "", ""),
        (b"\xd0\xcf\x11\xe0old excel", None, "", ""),
    ],
)
def test_a_wrong_file_changes_nothing_and_says_where_and_what_to_do(
    cast: Cast, content: bytes, row: int | None, column: str, says: str
) -> None:
    apply(cast, TEN, {5: "0"})
    before = counts()
    made = check(cast, content, "wrong.csv")
    (problem,) = [one for one in made.problems if one["severity"] == "error"]
    assert (problem["row"], problem["column"]) == (row, column)
    assert says in problem["message"]
    assert problem["remedy"]
    with pytest.raises(StakeholderRefusedError):
        file_services.apply_file(file_id=made.pk, decisions={}, actor=cast.experience_lead, now=NOW)
    assert counts() == before


def test_an_unknown_column_is_a_warning(cast: Cast) -> None:
    made = check(cast, "name,shoe size\nNora New,41\n")
    (problem,) = made.problems
    assert (problem["severity"], problem["column"]) == ("warning", "shoe size")
    assert file_services.is_usable(made)


def test_too_many_rows_are_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from headwater.rooms.engage.stakeholders import file_reading

    monkeypatch.setattr(file_reading, "MOST_ROWS", 2)
    made = check(cast, "name\nA\nB\nC\n")
    assert "3 rows" in made.problems[0]["message"]
    assert made.rows == []


def test_a_register_that_changed_since_is_not_duplicated(cast: Cast) -> None:
    made = check(cast, "name,email\nMaud,maud@reg.example\n")
    register.add_outsider(name="Maud O", email="maud@reg.example", actor=cast.experience_lead, now=NOW)
    with pytest.raises(StakeholderRefusedError, match="Row 2"):
        file_services.apply_file(file_id=made.pk, decisions={}, actor=cast.experience_lead, now=NOW)
    assert Stakeholder.objects.count() == 1


def test_a_file_is_uploaded_looked_at_and_decided_on_pages(cast: Cast) -> None:
    client = signed_in(cast.experience_lead)
    upload = reverse("engage:stakeholders_upload")
    sent = client.post(upload, {"file": SimpleUploadedFile("ten.csv", TEN.encode())})
    made = RegisterFile.objects.get()
    page = reverse("engage:stakeholders_file", args=[made.pk])
    assert sent["Location"] == page
    text = client.get(page).content.decode()
    assert "It would add 9, change 0 and leave 0 as they are." in text
    assert "One row is perhaps somebody who stands here." in text
    decide = reverse("engage:stakeholders_decide", args=[made.pk])
    client.post(decide, {"decision": "apply"})
    assert not Stakeholder.objects.exists()
    client.post(decide, {"decision": "apply", "row-5": "0"})
    assert Stakeholder.objects.count() == 10
    assert "This file was brought in." in client.get(page).content.decode()
    client.post(decide, {"decision": "undo"})
    assert not Stakeholder.objects.exists()
    assert client.post(upload, {"file": SimpleUploadedFile("ten.pdf", b"%PDF")}).status_code == 422


def test_files_are_for_who_manages_the_register(cast: Cast) -> None:
    made = check(cast, TEN)
    for user in (cast.top_leader, cast.analyst, cast.administrator, cast.outsider):
        client = signed_in(user)
        assert client.get(reverse("engage:stakeholders_file", args=[made.pk])).status_code == 403
        decide = reverse("engage:stakeholders_decide", args=[made.pk])
        assert client.post(decide, {"decision": "apply", "row-5": "0"}).status_code == 403
    assert not Stakeholder.objects.exists()


def test_a_dry_run_is_forgotten_and_a_file_brought_in_keeps_no_values(cast: Cast) -> None:
    from datetime import timedelta

    check(cast, TEN)
    applied = apply(cast, TEN, {5: "0"})
    assert "maud@reg.example" not in str(applied.rows)
    assert FILES_KEPT.apply(NOW + timedelta(days=1), NOW) == 1
    assert not RegisterFile.objects.filter(state="dropped").exclude(rows=[]).exists()


def test_somebody_erased_who_still_works_here_can_come_in_again(cast: Cast) -> None:
    apply(cast, "external_id,name,role\ntop,Ada Top,chair\n")
    one = Stakeholder.objects.get()
    register.erase_stakeholder(stakeholder=one, actor="x", now=NOW)
    apply(cast, "external_id,name\ntop,Ada Top\n")
    one.refresh_from_db()
    assert (one.erased_at, one.archived_at, one.role, str(one)) == (None, None, "", "Ada Top")
    register.erase_stakeholder(stakeholder=one, actor="x", now=NOW)
    person = Person.objects.get(key="top")
    assert register.add_person(person=person, actor=cast.experience_lead, now=NOW).erased_at is None


def test_erasing_somebody_takes_them_out_of_dry_runs(cast: Cast) -> None:
    apply(cast, TEN, {5: "0"})
    made = check(cast, TEN)
    one = Stakeholder.objects.get(name="Maud Okafor")
    register.erase_stakeholder(stakeholder=one, actor="x", now=NOW)
    made.refresh_from_db()
    assert "Maud" not in str(made.rows)
    assert len(made.rows) == 9


def test_what_is_wrong_is_said_in_spanish(cast: Cast) -> None:
    apply(cast, TEN, {5: "0"})
    wrong = check(
        cast,
        "external_id,name,email,power,attitude,form,minutes,shoe\n"
        ",,,3,,,,\n,A,x,,,,,\n,B,,9,,,,\n,C,,,angry,,,\n,D,,,,fax,,\n,E,,,,,-1,\nZ9,,,,,,,\n"
        f"CRM-1,,ben@bank.example,,,,,\nCRM-3,,,,,,,1\nCRM-3,,,,,,,\n,{'F' * 301},,,,,,\n",
    )
    assert len(wrong.problems) == 11
    client, page = signed_in(cast.experience_lead), reverse("engage:stakeholders_file", args=[wrong.pk])
    text = html.unescape(client.get(page, headers={"accept-language": "es"}).content.decode())
    assert "no es una valoración" in text
    for problem in wrong.problems:
        assert problem["message"] not in text
        assert problem["remedy"] not in text
