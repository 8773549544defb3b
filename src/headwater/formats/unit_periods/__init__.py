"""Figures by unit and period: read from one row a unit and period, or summed up from months; joined on both."""

from headwater.formats.unit_periods.joining import Joined, join
from headwater.formats.unit_periods.reading import UnitPeriodsImport, read_unit_periods
from headwater.formats.unit_periods.spec import DateSpec, RatioSpec, UnitPeriodsSpec, ValueSpec, load_unit_periods_spec
from headwater.formats.unit_periods.writing import write_unit_periods

__all__ = [
    "DateSpec",
    "Joined",
    "RatioSpec",
    "UnitPeriodsImport",
    "UnitPeriodsSpec",
    "ValueSpec",
    "join",
    "load_unit_periods_spec",
    "read_unit_periods",
    "write_unit_periods",
]
