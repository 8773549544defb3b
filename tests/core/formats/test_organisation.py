"""Organisation files: columns recognised or mapped, templates, and the way back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from headwater.formats.organisation import (
    read_organisation,
    read_people,
    read_unit_links,
    recognise_columns,
    write_organisation,
    write_template,
)
from headwater.org import UnitLink
from headwater.vocab import InputError


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("form", "units"),
    [
        ("manager", ("P001", "P002")),
        ("path", ("Company", "Company/North", "Company/North/Depot 1")),
        ("levels", ("Company", "Company/North", "Company/North/Depot 1")),
    ],
)
def test_templates_load(tmp_path: Path, form: Any, language: Any, ending: str, units: tuple[str, ...]) -> None:
    target = tmp_path / f"form.{ending}"
    write_template(target, form, language)
    made = read_organisation(target)
    assert made.tree.ids == units
    assert made.people == ("P001", "P002", "P003")
    assert made.leaf.tolist()[0] == -1


def test_messy_manager_file_loads_with_a_report() -> None:
    text = (
        "\ufeffEmployee ID;Full Name;Reports To;Employment Status;Contractor;Site\n"
        " 001 ;Top;;Active;no;Oslo\n"
        "002;Ann; 1;active;;Oslo\n"
        "003;Bob;002|001;;;Bergen\n"
        "004;Cem;002;Terminated;;Oslo\n"
        "005;Dee;004;odd;yes;Oslo\n"
    )
    made = read_organisation(text.encode(), name="hr.csv")
    assert made.people == ("001", "002", "003", "005")
    assert made.unit_of("003") == "002"
    assert made.unit_of("005") == "004"
    assert made.attributes["Site"] == ("Oslo", "Oslo", "Bergen", "Oslo")
    report = "\n".join(map(str, made.problems))
    assert "hr.csv, row 6, column Employment Status: 'odd' is not understood; counted as active" in report
    assert "hr.csv, row 4: 003 has the managers 002, 001; the first counts" in report
    assert "004 has left and 1 report to them" in report


def test_dates_and_day_wanted() -> None:
    text = "person_id,manager_id,start_date,end_date\n1,,,\n2,1,01/02/2024,\n3,1,01/02/2020,31/12/2022\n"
    mapping = {
        "person": "person_id",
        "manager": "manager_id",
        "start_date": "start_date",
        "end_date": "end_date",
        "date_format": "%d/%m/%Y",
    }
    assert read_organisation(text.encode(), mapping, as_of=dt.date(2022, 1, 1)).people == ("1", "3")
    assert read_organisation(text.encode(), mapping, as_of=dt.date(2024, 2, 1)).people == ("1", "2")
    with pytest.raises(InputError, match=r"row 3, column start_date: '01/02/2024' is not understood"):
        read_people(text.encode())


def test_levels_and_mapping() -> None:
    text = "id,Ebene A,Ebene B\n1,Co,\n2,Co,North\n"
    made = read_organisation(text.encode(), {"person": "id", "levels": ["Ebene A", "Ebene B"]})
    assert made.tree.ids == ("Co", "Co/North")
    arrows = read_organisation(b"id,where\n1,Co\n2, Co > North \n", {"person": "id", "path": "where", "separator": ">"})
    assert arrows.tree.ids == ("Co", "Co/North")


def test_columns_that_place_nobody_are_refused() -> None:
    with pytest.raises(InputError, match="no column is the person id"):
        recognise_columns(["who", "manager"], "f")
    with pytest.raises(InputError, match="no column says where people stand"):
        recognise_columns(["person_id", "name"], "f")
    with pytest.raises(InputError, match="one of `manager`, `path` and `levels`"):
        read_people(b"a,b\n1,2\n", {"person": "a"})
    with pytest.raises(InputError, match="no column 'c'"):
        read_people(b"a,b\n1,2\n", {"person": "a", "manager": "c"})


def test_errors_name_the_file_and_the_rows() -> None:
    with pytest.raises(InputError, match=r"hr\.csv, row 3: people report to each other in a circle: 2 \(row 3\)"):
        read_organisation(b"person_id,manager_id\n1,\n2,3\n3,2\n", name="hr.csv")


def test_an_organisation_comes_back_as_written(tmp_path: Path) -> None:
    text = (
        "person_id,name,manager_id,unit_id,unit_name,site\n1,Top,,,,A\n"
        "2,Ann,1,HQ,Head office,A\n3,Bob,1,HQ,Head office,B\n"
        "4,Cem,2,N,North,A\n5,Dee,2,N,North,B\n6,Eva,3,S,South/East,A\n"
    )
    made = read_organisation(text.encode())
    write_organisation(tmp_path / "out.csv", made)
    again = read_organisation(tmp_path / "out.csv")
    assert again.people == made.people
    assert again.tree.parent.tolist() == made.tree.parent.tolist()
    assert again.leaf.tolist() == made.leaf.tolist()
    assert again.leads.tolist() == made.leads.tolist()
    assert again.attributes == made.attributes
    assert again.tree.ids == made.tree.ids


def test_unit_links_are_read() -> None:
    links = read_unit_links(b"old_unit,new_unit,share\na,b,0.5\na,c,0.5\nd,b,\n,e,\n")
    assert links == (UnitLink("a", "b", 0.5), UnitLink("a", "c", 0.5), UnitLink("d", "b"), UnitLink("", "e"))
    with pytest.raises(InputError, match=r"row 2, column share: '1.5' is outside 0 to 1"):
        read_unit_links(b"old_unit,new_unit,share\na,b,1.5\n")
