"""Which columns of an organisation file mean what: recognised in English and Spanish, or by mapping."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from headwater.formats.answers.mapping import fold
from headwater.formats.specs import SpecSource, read_spec
from headwater.vocab import InputError, Problem

NAMES: Mapping[str, tuple[str, ...]] = {
    "person": (
        "person_id", "person", "employee_id", "employee id", "employee number", "employee no", "emp id", "staff id",
        "worker id", "id", "id_persona", "id persona", "id_empleado", "id empleado", "número de empleado",
        "numero de empleado", "legajo",
    ),
    "name": ("name", "full name", "full_name", "employee name", "person name", "nombre", "nombre completo"),
    "manager": (
        "manager_id", "manager id", "manager", "reports to", "reports_to", "supervisor", "supervisor_id",
        "supervisor id", "line manager", "line manager id", "boss", "id_jefe", "id jefe", "jefe", "jefe_id",
        "reporta a", "responsable", "id_responsable", "id responsable",
    ),
    "path": ("path", "unit_path", "unit path", "org path", "ruta", "ruta de unidad"),
    "unit": (
        "unit_id", "unit id", "unit", "team_id", "team id", "department_id", "department id", "id_unidad", "id unidad",
        "unidad", "código de unidad", "codigo de unidad",
    ),
    "unit_name": (
        "unit_name", "unit name", "team", "team name", "department", "department name", "nombre de unidad",
        "nombre de la unidad", "equipo", "departamento", "área", "area",
    ),
    "status": ("status", "employment status", "employment_status", "estado", "situación", "situacion"),
    "contractor": ("contractor", "is_contractor", "is contractor", "external", "contratista", "externo"),
    "primary": ("primary", "is_primary", "main position", "principal", "puesto principal"),
    "leads": ("leader", "is_leader", "leads", "is leader", "head", "líder", "lider", "dirige", "es líder", "es lider"),
    "start_date": ("start_date", "start date", "hire date", "hire_date", "fecha de alta", "fecha_alta", "inicio"),
    "end_date": (
        "end_date", "end date", "termination date", "termination_date", "leave date", "fecha de baja", "fecha_baja",
        "fin",
    ),
}  # fmt: skip
"""Headers by what they mean, without case. The first one found counts."""

_LEVEL = re.compile(r"(?:level|nivel|org level|lvl)[ _-]?(\d{1,2})")


@dataclass(frozen=True)
class PeopleMapping:
    """What the columns of an organisation file mean; "" where there is none. See docs/reference/formats.md."""

    person: str
    name: str = ""
    manager: str = ""
    path: str = ""
    levels: tuple[str, ...] = ()
    unit: str = ""
    unit_name: str = ""
    status: str = ""
    contractor: str = ""
    primary: str = ""
    leads: str = ""
    start_date: str = ""
    end_date: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Column by attribute name."""
    separator: str = "/"
    """What parts the units of a path."""
    date_format: str = ""
    """As in strptime; "" for 2026-03-31."""
    sheet: str = ""


def load_people_mapping(source: SpecSource) -> PeopleMapping:
    """Read a mapping file (YAML or dict). Raises InputError naming the key that is wrong."""
    spec = read_spec(source)
    attributes = spec.take("attributes", {})
    if isinstance(attributes, list | tuple):
        attributes = {str(column): str(column) for column in attributes}
    if not isinstance(attributes, Mapping):
        raise spec.error("must be a list of columns, or `name: column` lines.", "", "attributes")
    made = PeopleMapping(
        person=spec.need_text("person", "Name the column of the person id."),
        levels=spec.take_texts("levels"),
        attributes={str(name): str(column) for name, column in attributes.items()},
        separator=spec.take_text("separator", "/"),
        date_format=spec.take_text("date_format"),
        sheet=spec.take_text("sheet"),
        **{key: spec.take_text(key) for key in NAMES if key != "person"},
    )
    spec.finish()
    if sum(map(bool, (made.manager, made.path, made.levels))) != 1:
        raise spec.error("must name one of `manager`, `path` and `levels`.")
    if not made.separator:
        raise spec.error("must not be empty.", "", "separator")
    return made


def recognise_columns(header: Sequence[str], file: str) -> PeopleMapping:
    """Recognise columns by their header. Columns nobody knows become attributes.

    Level columns or a path win over a manager column. Raises InputError when the person, or what places people, is
    missing.
    """
    by_name = {fold(name): name for name in header}
    found = {key: next((by_name[name] for name in names if name in by_name), "") for key, names in NAMES.items()}
    levels = sorted(
        (int(match[1]), name) for folded, name in by_name.items() if (match := _LEVEL.fullmatch(folded)) is not None
    )
    if not found["person"]:
        remedy = "Call it person_id, or write a mapping file with `person: <column>`."
        raise InputError(Problem("no column is the person id.", remedy, file, 1))
    if levels:
        found["path"] = ""
    if not (levels or found["path"] or found["manager"]):
        message = "no column says where people stand: a manager id, a path, or level_1, level_2 and so on."
        raise InputError(Problem(message, "Add one, or write a mapping file.", file, 1))
    placed_by_manager = not levels and not found["path"]
    if not placed_by_manager:
        found["manager"] = ""
    used = {*found.values(), *(name for _, name in levels)}
    known = {by_name[name] for names in NAMES.values() for name in names if name in by_name}
    attributes = {name: name for name in header if name not in used and name not in known}
    return PeopleMapping(levels=tuple(name for _, name in levels), attributes=attributes, **found)
