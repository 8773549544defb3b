"""An organisation from a CSV or XLSX file: by manager id, by path or by level columns."""

from headwater.formats.organisation.changes import read_unit_links
from headwater.formats.organisation.columns import PeopleMapping, load_people_mapping, recognise_columns
from headwater.formats.organisation.reading import PeopleImport, read_organisation, read_people
from headwater.formats.organisation.writing import write_organisation, write_template

__all__ = [
    "PeopleImport",
    "PeopleMapping",
    "load_people_mapping",
    "read_organisation",
    "read_people",
    "read_unit_links",
    "recognise_columns",
    "write_organisation",
    "write_template",
]
