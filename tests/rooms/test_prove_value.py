"""Value cases: figures with their sources, drafts and frozen versions, links of the River, files that recompute."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from tests.rooms.conftest import NOW, Cast, signed_in, unit
from tests.rooms.river_cast import release_work_study, work_out_rivers

from headwater.rooms.decide.directions.effects import river_for
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.learn.models import Chain
from headwater.rooms.learn.river_making import river_now, river_step
from headwater.rooms.people.models import Unit
from headwater.rooms.prove.logic.value_ranges import Ranged, middle_of
from headwater.rooms.prove.models import FrozenValueError, ValueCase, ValueInput, ValueVersion
from headwater.rooms.prove.value.building import content_of, result_of
from headwater.rooms.prove.value.links import Link, links_in
from headwater.rooms.prove.value.services import (
    Typed,
    ValueRefusedError,
    add_line,
    make_case,
    present_version,
    set_horizon,
    write_inputs,
)

pytestmark = pytest.mark.usefixtures("own_folders")

DAY = date(2026, 1, 15)
LINK = Link(
    "over_time", "engagement", "turnover", "Engagement", "Turnover", -0.5, -0.3, -0.1, "over time", "The River", "",
    "sha256:1", -1,
)  # fmt: skip


def typed(low: float, likely: float, high: float, shape: Any = "pert", source: str = "Ledger") -> Typed:
    return Typed(Ranged(low, likely, high, shape), source, DAY if source else None)


def one(value: float) -> Typed:
    return typed(value, value, value, "fixed")


def filled(cast: Cast, *, of: Unit | None = None, source: str = "Ledger", link: Link | None = LINK) -> ValueCase:
    """A case of two lines, whole; one figure may lack its source."""
    actor: dict[str, Any] = {"actor": cast.analyst, "now": NOW}
    case = make_case(
        unit=of or unit("all"), title="What visits are worth", currency="eur", horizon=3, form_key=uuid4(), **actor
    )
    first = add_line(case_id=case.pk, kind="turnover", about="drivers", link=link, **actor)
    people = {"employees": one(1000), "leaving": typed(8, 12, 20), "ours": typed(0, 50, 80, "triangular")}
    money = {"replacing": typed(5_000, middle_of(5_000, 20_000), 20_000, "lognormal", source)}
    change = {"move": typed(0.0, 0.4, 0.8), "spread": typed(10, 20, 30)} if link else {"change": typed(-2, 8, 15)}
    write_inputs(case_id=case.pk, position=first.position, typed={**people, **money, **change}, **actor)
    second = add_line(case_id=case.pk, kind="injuries", about="", link=None, **actor)
    figures = {"injuries": one(40), "injury_cost": typed(2e3, 5e3, 2e4), "change": typed(0, 10, 30),
               "ours": typed(0, 50, 100)}  # fmt: skip
    write_inputs(case_id=case.pk, position=second.position, typed=figures, **actor)
    own = {f"cost_{year}": typed(2e4, 3e4, 6e4) for year in range(4)}
    own |= {"discount": one(6), "build_up": typed(1, 2, 3)}
    write_inputs(case_id=case.pk, position=None, typed=own, **actor)
    return case


def test_the_form_starts_empty_and_an_unsourced_figure_keeps_the_case_a_draft(cast: Cast) -> None:
    lead = signed_in(cast.experience_lead)
    key = str(uuid4())
    values = {"form_key": key, "title": "Worth", "unit": "all", "currency": "EUR", "horizon": "2"}
    for _time in range(2):
        made = lead.post("/prove/value/new/", values)
        assert made.status_code == 302
    case = ValueCase.objects.get()
    page = f"/prove/value/{case.pk}/"
    added = lead.post(f"{page}lines/add/", {"kind": "absence", "about": "drivers"})
    assert added.status_code == 302
    form = lead.get(f"{page}lines/1/").content.decode()
    numbers = re.findall(r'<input type="number"[^>]*>', form)
    assert len(numbers) == 15
    assert not any(" value=" in field for field in numbers)
    assert "It cannot be worked out yet." in lead.get(page).content.decode()
    data = {
        "employees_likely": "200", "employees_shape": "fixed", "employees_source": "Payroll",
        "employees_source_date": "2026-01-15", "days_low": "8", "days_likely": "11", "days_high": "15",
        "days_shape": "pert", "day_cost_low": "150", "day_cost_high": "400", "day_cost_shape": "lognormal",
        "change_low": "-1", "change_likely": "4", "change_high": "9", "change_shape": "triangular",
        "ours_low": "0", "ours_likely": "40", "ours_high": "70", "ours_shape": "pert",
    }  # fmt: skip
    wrong = lead.post(f"{page}lines/1/", {**data, "days_low": "12"})
    assert wrong.status_code == 400
    assert "from low over likely to high" in wrong.content.decode()
    assert lead.post(f"{page}lines/1/", {**data, "ours_high": "120"}).status_code == 400
    assert lead.post(f"{page}lines/1/", data).status_code == 302
    assert ValueInput.objects.get(name="day_cost").likely == pytest.approx(middle_of(150, 400))
    costs = {f"cost_{year}_likely": "1000" for year in range(3)} | {f"cost_{year}_shape": "fixed" for year in range(3)}
    costs |= {"discount_likely": "5", "discount_shape": "fixed", "build_up_likely": "1", "build_up_shape": "fixed"}
    assert lead.post(f"{page}costs/", costs).status_code == 302
    text = lead.get(page).content.decode()
    assert "of the draws" in text
    assert text.count('<span class="tag need">no source</span>') == 9
    assert "It stays a draft" in text
    assert "Freeze and present" not in text
    refused = lead.post(f"{page}present/", {"why": "For the board"}, follow=True).content.decode()
    assert "Figures without a source keep a case a draft." in refused
    assert not ValueVersion.objects.exclude(presented_at=None).exists()
    leader = signed_in(cast.north_leader)
    assert leader.get(page).status_code == 403


def test_a_presented_version_is_frozen_and_an_edit_begins_the_next(cast: Cast) -> None:
    case = filled(cast)
    actor: dict[str, Any] = {"actor": cast.analyst, "now": NOW}
    with pytest.raises(ValueRefusedError, match="source"):
        present_version(case_id=filled(cast, source="").pk, why="Board", **actor)
    first = present_version(case_id=case.pk, why="For the board", **actor)
    assert present_version(case_id=case.pk, why="Again", **actor).pk == first.pk
    assert first.inputs_hash
    assert AuditEntry.objects.filter(action="value.presented").count() == 1
    row = ValueInput.objects.get(version=first, name="leaving")
    row.high = 99.0
    with pytest.raises(FrozenValueError):
        row.save()
    with pytest.raises(FrozenValueError):
        row.delete()
    first.horizon = 9
    with pytest.raises(FrozenValueError):
        first.save()
    same = write_inputs(case_id=case.pk, position=1, typed={"leaving": typed(8, 12, 20)}, **actor)
    assert same.pk == first.pk
    write_inputs(case_id=case.pk, position=1, typed={"leaving": typed(8, 14, 20)}, **actor)
    set_horizon(case_id=case.pk, horizon=2, **actor)
    versions = {one.number: one for one in ValueVersion.objects.filter(case=case)}
    assert {number: one.is_draft for number, one in versions.items()} == {1: False, 2: True}
    before, after = (result_of(content_of(versions[number])) for number in (1, 2))
    assert before is not None
    assert after is not None
    assert (len(before.net), len(after.net)) == (4, 3)
    assert before.base != after.base
    client = signed_in(cast.top_leader)
    shown = client.get(f"/prove/value/{case.pk}/").content.decode()
    assert "Version 1, presented" in shown
    assert "Version 2" not in shown
    assert client.get(f"/prove/value/{case.pk}/?version=2").status_code == 404
    assert "Version 2, draft" in signed_in(cast.analyst).get(f"/prove/value/{case.pk}/").content.decode()


def test_who_sees_a_case(cast: Cast) -> None:
    whole, north = filled(cast), filled(cast, of=unit("north-d"))
    for case in (whole, north):
        present_version(case_id=case.pk, why="Board", actor=cast.analyst, now=NOW)
    for who, status in ((cast.top_leader, 200), (cast.analyst, 200), (cast.north_leader, 403), (cast.employee, 403),
                        (cast.outsider, 403)):  # fmt: skip
        client = signed_in(who)
        assert client.get(f"/prove/value/{whole.pk}/").status_code == status
        assert client.get(f"/prove/value/{whole.pk}/value.xlsx").status_code == status
    leader = signed_in(cast.north_leader)
    assert leader.get(f"/prove/value/{north.pk}/").status_code == 200
    for page in ("new/", f"{north.pk}/costs/", f"{north.pk}/lines/add/", f"{north.pk}/lines/1/"):
        assert leader.get(f"/prove/value/{page}").status_code == 403
    assert leader.post(f"/prove/value/{north.pk}/present/", {"why": "x"}).status_code == 403
    listed = leader.get("/prove/value/").content.decode()
    assert str(north.pk) in listed
    assert str(whole.pk) not in listed
    assert signed_in(cast.outsider).get("/prove/value/").status_code == 403


def test_links_come_from_the_river_with_interval_and_design_and_the_same_stream_is_warned_of(cast: Cast) -> None:
    assert river_step(release_work_study(cast))
    work_out_rivers()
    kept, found = river_for("all"), river_now(Chain.objects.get(is_own=True), "en")
    assert kept is not None
    assert found is not None
    assert links_in(found) == links_in(kept)
    lead = signed_in(cast.experience_lead)
    case = make_case(
        unit=unit("all"), title="Worth", currency="EUR", horizon=1, form_key=uuid4(), actor=cast.analyst, now=NOW
    )
    page = f"/prove/value/{case.pk}/"
    form = lead.get(f"{page}lines/add/").content.decode()
    key = next(one for one in re.findall(r'<option value="([^"]+)"', form) if one.startswith("link:across"))
    silent = lead.post(f"{page}lines/add/", {"kind": "turnover", "about": "", "link": key})
    assert silent.status_code == 400
    assert "which way the money runs" in silent.content.decode()
    for kind in ("turnover", "spending"):
        assert lead.post(f"{page}lines/add/", {"kind": kind, "about": "", "link": key, "sign": "-1"}).status_code == 302
    shown = lead.get(page).content.decode()
    assert "follow the same stream: is the money the same?" in shown
    assert "not what a change brings" in shown
    assert "How far the first station moves" in shown
    made = ValueVersion.objects.get(case=case)
    frozen = content_of(made).links[1]
    assert frozen.low < frozen.likely < frozen.high
    assert frozen.inputs_hash


def test_pages_hold_the_pictures_with_tables_and_the_limits(cast: Cast) -> None:
    case = filled(cast)
    text = signed_in(cast.analyst).get(f"/prove/value/{case.pk}/").content.decode()
    assert text.count("<svg") >= 2
    assert text.count("The same as a table") >= 2
    assert "If none of the change is ours, it costs EUR" in text
    assert "Links are association" in text
    assert "Figures are drawn independently" in text
    assert "What matters most is" in text
    assert "style=" not in text
    again = signed_in(cast.analyst).get(f"/prove/value/{case.pk}/").content.decode()
    assert re.findall(r"<b>[^<]*</b>", text) == re.findall(r"<b>[^<]*</b>", again)


def test_one_slide_and_a_pdf_are_made(cast: Cast) -> None:
    case = filled(cast)
    line = add_line(case_id=case.pk, kind="absence", about="all drivers", link=None, actor=cast.analyst, now=NOW)
    days = {"employees": one(1000), "days": typed(8, 11, 15), "day_cost": typed(100, 200, 400),
            "change": typed(0, 4, 9), "ours": typed(0, 40, 70)}  # fmt: skip
    write_inputs(case_id=case.pk, position=line.position, typed=days, actor=cast.analyst, now=NOW)
    client = signed_in(cast.analyst)
    assert "May be counted twice" in client.get(f"/prove/value/{case.pk}/").content.decode()
    deck = client.get(f"/prove/value/{case.pk}/value.pptx").content
    with zipfile.ZipFile(io.BytesIO(deck)) as file:
        slides = [name for name in file.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", name)]
        assert len(slides) == 1
        assert "What visits are worth" in file.read(slides[0]).decode()
    assert client.get(f"/prove/value/{case.pk}/value.pdf").content.startswith(b"%PDF")
    assert client.get(f"/prove/value/{case.pk}/value.exe").status_code == 404


def test_page_and_files_speak_spanish(cast: Cast) -> None:
    case = filled(cast)
    client = signed_in(cast.analyst)
    spanish: Any = {"HTTP_ACCEPT_LANGUAGE": "es"}
    text = client.get(f"/prove/value/{case.pk}/", **spanish).content.decode()
    for words in ("Qué cifra importa más", "el 5 % queda por debajo", "Si nada del cambio es nuestro"):
        assert words in text, words
    assert "of the draws" not in text
    form = client.get(f"/prove/value/{case.pk}/lines/1/", **spanish).content.decode()
    assert "Cuánto del cambio es nuestro" in form
    for kind in ("xlsx", "pptx", "pdf"):
        assert client.get(f"/prove/value/{case.pk}/value.{kind}", **spanish).status_code == 200


def without_values(content: bytes) -> bytes:
    """The workbook with every formula's kept value taken out, so that only working it out again brings it back."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                data = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", data)
                data = re.sub(rb'(<c r="[A-Z]+[0-9]+"[^>]*?) t="str"(><f>)', rb"\1\2", data)
            new.writestr(name, data)
    return made.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("link", [LINK, None])
def test_the_workbook_works_out_the_same_base_case_in_libreoffice(
    cast: Cast, tmp_path: Path, link: Link | None
) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not here")
    import openpyxl

    case = filled(cast, link=link)
    content = signed_in(cast.analyst).get(f"/prove/value/{case.pk}/value.xlsx").content
    (tmp_path / "case.xlsx").write_bytes(without_values(content))
    profile = f"-env:UserInstallation=file://{tmp_path}/office"
    subprocess.run(
        [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out"), "case.xlsx"],
        cwd=tmp_path, check=True, capture_output=True, timeout=600,
    )  # fmt: skip
    kept = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    again = openpyxl.load_workbook(tmp_path / "out" / "case.xlsx", data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(content))
    compared = 0
    for name in ("Calculation", "Sensitivities", "Summary"):
        for row in formulas[name].iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    was, now = kept[name][cell.coordinate].value, again[name][cell.coordinate].value
                    told = f"{name} {cell.coordinate} {cell.value}"
                    if isinstance(was, str) or was is None:
                        assert (was or "") == (now or ""), told
                    else:
                        assert now == pytest.approx(was, rel=1e-9, abs=1e-6), told
                        compared += 1
    assert compared > 80
    result = result_of(content_of(ValueVersion.objects.get(case=case)))
    assert result is not None
    values = {row[0].value: row[1].value for row in again["Calculation"].iter_rows()}
    assert values["Net present value"] == pytest.approx(result.base, rel=1e-12)


def test_a_case_with_an_old_draft_keeps_its_figures_over_a_year(cast: Cast) -> None:
    case = filled(cast)
    later = NOW + timedelta(days=400)
    present_version(case_id=case.pk, why="Board", actor=cast.analyst, now=later)
    kept = ValueVersion.objects.get(case=case)
    live = result_of(content_of(kept))
    assert live is not None
    kept.refresh_from_db()
    assert kept.result is not None
    assert live.base == kept.result["base"]
    assert [one.key for one in live.swings] == [one["key"] for one in kept.result["swings"]]


def test_the_database_keeps_a_version_whole(cast: Cast) -> None:
    version = ValueVersion.objects.get(case=filled(cast))
    changes: tuple[dict[str, Any], ...] = (
        {"inputs_hash": "x"},
        {"presented_at": NOW},
        {"result": {"base": 1}},
        {"horizon": 0},
    )
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            ValueVersion.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        ValueVersion.objects.create(
            case=version.case, number=2, horizon=1, made_at=NOW, made_by=cast.analyst
        )  # a second draft
