"""Writes an organisation, and empty forms to be filled in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from headwater.formats.writing import write_csv, write_xlsx
from headwater.org import Organisation

Form = Literal["manager", "path", "levels"]
Language = Literal["en", "es"]

_HEADERS: dict[tuple[Form, Language], tuple[str, ...]] = {
    ("manager", "en"): (
        "person_id", "name", "manager_id", "unit_name", "status", "contractor", "start_date", "end_date",
    ),
    ("manager", "es"): (
        "id_persona", "nombre", "id_jefe", "nombre de unidad", "estado", "contratista", "fecha_alta", "fecha_baja",
    ),
    ("path", "en"): ("person_id", "name", "path", "leader", "status"),
    ("path", "es"): ("id_persona", "nombre", "ruta", "líder", "estado"),
    ("levels", "en"): ("person_id", "name", "level_1", "level_2", "level_3", "leader", "status"),
    ("levels", "es"): ("id_persona", "nombre", "nivel_1", "nivel_2", "nivel_3", "líder", "estado"),
}  # fmt: skip

_ROWS: dict[Form, tuple[tuple[str, ...], ...]] = {
    "manager": (
        ("P001", "Ana Ruiz", "", "", "", "", "2019-05-01", ""),
        ("P002", "Ben Okafor", "P001", "", "", "", "2020-02-17", ""),
        ("P003", "Carla Meyer", "P002", "Depot North", "", "", "2021-09-01", ""),
    ),
    "path": (
        ("P001", "Ana Ruiz", "Company", "yes", ""),
        ("P002", "Ben Okafor", "Company/North", "yes", ""),
        ("P003", "Carla Meyer", "Company/North/Depot 1", "", ""),
    ),
    "levels": (
        ("P001", "Ana Ruiz", "Company", "", "", "yes", ""),
        ("P002", "Ben Okafor", "Company", "North", "", "yes", ""),
        ("P003", "Carla Meyer", "Company", "North", "Depot 1", "", ""),
    ),
}


def write_template(path: Path | str, form: Form = "manager", language: Language = "en") -> None:
    """Write a form of an organisation file with three example rows, as XLSX or CSV by the ending of the path."""
    header, rows = _HEADERS[form, language], _ROWS[form]
    if str(path).lower().endswith(".xlsx"):
        write_xlsx(path, header, rows)
    else:
        write_csv(path, header, rows)


def write_organisation(path: Path | str, organisation: Organisation) -> None:
    """Write who works in which unit as a CSV file that `read_organisation` reads, in path form with unit ids.

    The leader of a vacant unit is nobody: such a unit and its place in the tree survive only where people are below it.
    """
    keys = tuple(organisation.attributes)
    write_csv(path, ("person_id", "name", "path", "unit_id", "leader", *keys), _people(organisation, keys))


def _people(organisation: Organisation, keys: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
    tree = organisation.tree
    paths = {
        unit: "/".join(tree.names[above].replace("/", "∕") for above in tree.path(unit)) for unit in range(len(tree))
    }
    for place, person in enumerate(organisation.people):
        led = int(organisation.leads[place])
        unit = led if led >= 0 else int(organisation.leaf[place])
        attributes = (organisation.attributes[key][place] for key in keys)
        yield person, organisation.names[place], paths[unit], tree.ids[unit], "yes" if led >= 0 else "", *attributes
