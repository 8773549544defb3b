"""Safety: rates with their intervals, hours from files, establishments, the log and its uploads."""

from __future__ import annotations

import io
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook
from tests.rooms.conftest import Cast, bring_in, organisation_csv, signed_in, unit
from tests.rooms.safety_cast import AWAY, HEALTH, SAID, Kept, fill_hours, injury, kept, text

from headwater.formats.osha import read_osha
from headwater.rooms.act.models import (
    Establishment,
    HealthLook,
    HoursWorked,
)
from headwater.rooms.act.safety import health, hours
from headwater.rooms.act.safety.cases import add_spell, begin_case, decide_case, place_case
from headwater.rooms.act.safety.establishments import keep_establishment
from headwater.rooms.act.safety.log_forms import year_book
from headwater.rooms.act.safety.places import establishment_of
from headwater.rooms.act.safety.refusals import SafetyRefusedError
from headwater.rooms.people.models import Person

__all__ = ["kept"]
pytestmark = pytest.mark.django_db


def test_rates_have_their_interval_their_industry_and_their_flags(cast: Cast) -> None:
    officer, now = cast.safety_officer, timezone.now()
    year = fill_hours(officer, skip=2)
    for _number in range(3):
        made = begin_case(incident_id=injury(cast.top_leader).pk, actor=officer, now=now)
        place_case(
            case_id=made.pk, unit=unit("north1-t"), person=None, job_title="", happened_date=date(year, 3, 4),
            actor=officer, now=now,
        )  # fmt: skip
        decide_case(case_id=made.pk, seen=0, decision=AWAY, actor=officer, now=now)
    client = signed_in(officer)
    assert client.post("/act/safety/industry/", {"doing": "shipped", "name": "Hospitals, 2021"}).status_code == 302
    page = text(client.get(f"/act/safety/?year={year}"))
    assert "Works has 3 recordable cases" in page
    assert "That is 6.0 in 200,000 hours" in page
    assert "from 1.2 to 17.5 is likely" in page
    assert "Too close to call against Hospitals, 2021." in page
    assert "Hours are missing for 2 months." in page
    assert "a rate says little" in page
    south = text(signed_in(cast.top_leader).get(f"/act/safety/?year={year}&unit=south-d"))
    assert "has no recordable case" in south
    none = text(client.get(f"/act/safety/?year={year}&unit=north2-t"))
    assert "no hours worked are kept" in none
    book = load_workbook(io.BytesIO(client.get(f"/act/safety/rates.xlsx?year={year}").content))
    assert book.active["G6"].value == '=IF($B6>0,IF(E6=0,0,CHIINV(0.975,2*E6)/2*200000/$B6),"")'
    cached = load_workbook(io.BytesIO(client.get(f"/act/safety/rates.xlsx?year={year}").content), data_only=True)
    assert [round(cached.active[f"{column}6"].value, 2) for column in "EFGH"] == [3, 6.0, 1.24, 17.53]
    rows = client.get(f"/act/safety/rates.csv?year={year}").content.decode("utf-8-sig").splitlines()
    assert rows[1].split(",")[8:12] == ["3", "6.0", "1.2373", "17.5345"]


def test_a_dissolved_unit_keeps_its_cases_and_hours_in_the_whole(cast: Cast) -> None:
    officer, now = cast.safety_officer, timezone.now()
    year = fill_hours(officer)
    made = begin_case(incident_id=injury(cast.top_leader).pk, actor=officer, now=now)
    place_case(
        case_id=made.pk, unit=unit("north1-t"), person=None, job_title="", happened_date=date(year, 3, 4),
        actor=officer, now=now,
    )  # fmt: skip
    decide_case(case_id=made.pk, seen=0, decision=AWAY, actor=officer, now=now)
    gone = tuple(f"north1{who}" for who in ("", *"abcd"))
    bring_in(organisation_csv(without=gone), cast.administrator, at=now)
    assert not unit("north1-t").is_open
    page = text(signed_in(officer).get(f"/act/safety/?year={year}"))
    assert "Works has one recordable case" in page
    assert "120,000" in page
    assert signed_in(officer).get(f"/act/safety/cases/{made.pk}/").status_code == 200


def test_an_establishment_outlives_its_unit_and_moves(cast: Cast, kept: Kept) -> None:
    officer, now, place = kept.officer, timezone.now(), Establishment.objects.get()
    path = f"/act/safety/establishments/{place.pk}/"
    given = {**asdict(SAID), "unit": "north1-t", "name": "Works, Canton"}
    assert signed_in(officer).post(path, given).status_code == 302
    place.refresh_from_db()
    assert (place.unit, place.name) == (unit("north1-t"), "Works, Canton")
    gone = tuple(f"north1{who}" for who in ("", *"abcd"))
    bring_in(organisation_csv(without=gone), cast.administrator, at=now)
    old = unit("north1-t")
    assert not old.is_open
    assert establishment_of(old) == place
    assert establishment_of(unit("south1-t")) is None
    assert "Its unit was dissolved" in text(signed_in(officer).get("/act/safety/establishments/"))
    other = unit("north2-t")
    hours.enter_hours(unit=other, year=2025, month=1, hours=Decimal(70), people=Decimal(1), actor=officer, now=now)
    hours.enter_hours(unit=old, year=2025, month=1, hours=Decimal(90), people=Decimal(1), actor=officer, now=now)
    assert year_book(establishment=place, year=2025, today=timezone.localdate(now)).hours == 90
    with pytest.raises(SafetyRefusedError, match="has this name"):
        keep_establishment(unit=unit("south-d"), said=replace(SAID, name="Works, Canton"), actor=officer, now=now)


def test_hours_come_from_a_file_after_a_dry_run(cast: Cast) -> None:
    client = signed_in(cast.safety_officer)

    def upload(content: str) -> Any:
        file = SimpleUploadedFile("hours.csv", content.encode())
        return client.post("/act/safety/hours/", {"doing": "file", "file": file}, follow=True)

    bad = upload("unit,month,hours,people\nnorth1-t,2025-13,5,1\nnowhere,2025-01,5,1\nnorth1-t,2025-02,5000,1\n")
    assert "This file cannot be used as it is" in text(bad)
    for words in ("'2025-13' cannot be read", "there is no unit 'nowhere'", "More hours than a month has"):
        assert words in text(bad)
    good = upload("unit,month,hours,people\nnorth1-t,2025-01,600.5,4\nnorth1-t,2025-02,610,4\n")
    assert "It would add 2, replace 0" in text(good)
    path = good.redirect_chain[-1][0]
    assert not HoursWorked.objects.exists()
    for _time in range(2):
        assert client.post(path, {"decision": "apply"}).status_code == 302
    assert HoursWorked.objects.count() == 2
    assert "leave 2 as they are" in text(
        upload("unit,month,hours,people\nnorth1-t,2025-01,600.5,4\nnorth1-t,2025-02,610,4\n")
    )
    given = {"doing": "one", "unit": "north1-t", "month": "2025-03", "hours": "10", "people": "0"}
    assert "Hours without people" in text(client.post("/act/safety/hours/", given))


def test_forms_and_uploads_are_made_of_the_log(cast: Cast, kept: Kept) -> None:
    officer, now, year = kept.officer, timezone.now(), kept.case.happened_date.year
    client, place = signed_in(officer), Establishment.objects.get()
    path = f"/act/safety/establishments/{place.pk}/{year}/"
    assert "below 1" in text(client.get(f"{path}form-300a.csv"))
    assert "lacks job_title" in text(client.get(f"{path}cases.csv"))
    hours.enter_hours(
        unit=unit("north1-t"), year=year, month=1, hours=Decimal(3_000), people=Decimal(25), actor=officer, now=now
    )
    day = kept.case.happened_date
    person = Person.objects.get(key="north1a")
    place_case(
        case_id=kept.case.pk, unit=unit("north1-t"), person=person, job_title="Fitter", happened_date=day,
        actor=officer, now=now,
    )  # fmt: skip
    add_spell(case_id=kept.case.pk, kind="away", from_date=day, until_date=None, actor=officer, now=now)
    health.write_health(case_id=kept.case.pk, values=HEALTH, actor=officer, now=now)
    summary = read_osha(client.get(f"{path}form-300a.csv").content).require().summaries[0]
    assert (summary.total_dafw_cases, summary.total_injuries, summary.size) == (1, 1, "21")
    found = read_osha(client.get(f"{path}cases.csv").content).require().cases[0]
    assert (found.case_number, found.incident_description) == (kept.case.label, "Cut on the left hand")
    assert b"Per north1a" not in client.get(f"{path}cases.csv").content
    for name in ("form-300.pdf", "form-300a.pdf"):
        assert client.get(path + name).content.startswith(b"%PDF")
    assert client.get(f"/act/safety/cases/{kept.case.pk}/form-301.pdf").content.startswith(b"%PDF")
    assert set(HealthLook.objects.values_list("purpose", flat=True)) >= {"log", "upload", "report", "written"}
    assert signed_in(cast.top_leader).get(f"{path}form-300.pdf").status_code == 403


def test_a_file_from_outside_is_checked_and_not_kept(cast: Cast) -> None:
    client = signed_in(cast.safety_officer)
    file = SimpleUploadedFile(
        "theirs.csv", b"establishment_name,ein,company_name,street_address,city,state\nA,1,B,C,D,XX\n"
    )
    answer = client.post("/act/safety/check/", {"file": file})
    assert answer.status_code == 422
    assert "no state or territory" in text(answer)
    assert signed_in(cast.analyst).get("/act/safety/check/").status_code == 403
