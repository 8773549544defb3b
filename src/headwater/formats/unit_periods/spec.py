"""The mapping file of unit-by-period tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from headwater.formats.numerals import MISSING, Decimal
from headwater.formats.specs import Spec, SpecSource, read_spec

Grain = Literal["month", "quarter", "year", "financial_year"]
GRAINS: tuple[Grain, ...] = ("month", "quarter", "year", "financial_year")


@dataclass(frozen=True, slots=True)
class ValueSpec:
    """A figure that stands ready in a column. base: the column of the people or cases behind it."""

    key: str
    column: str
    base: str = ""
    label: str = ""
    times: float = 1.0
    low: float | None = None
    high: float | None = None
    minimum_base: float = 0.0


@dataclass(frozen=True, slots=True)
class RatioSpec:
    """A figure made of two counts: times * sum(numerator) / sum(denominator), or times minus that (`complement`).

    Only rows that give both counts enter either sum. The denominator's sum is the figure's base.
    """

    key: str
    numerator: str
    denominator: str
    label: str = ""
    times: float = 100.0
    complement: bool = False
    minimum_base: float = 0.0


@dataclass(frozen=True, slots=True)
class DateSpec:
    """A column of dates to be gathered into periods. format: as in strptime, "" for ISO dates."""

    column: str
    format: str = ""
    to: Grain = "year"
    first: str = ""
    last: str = ""
    """First and last month that count, as 2021-04; empty for all."""
    minimum_rows: int = 1
    """Rows with both counts a unit and period needs, as 12 for whole years of months."""


@dataclass(frozen=True)
class UnitPeriodsSpec:
    """What the columns of a unit-by-period table mean. See docs/reference/formats.md."""

    unit: str
    name: str = ""
    period: str = ""
    date: DateSpec | None = None
    values: tuple[ValueSpec, ...] = ()
    ratios: tuple[RatioSpec, ...] = ()
    keep: Mapping[str, frozenset[str]] = field(default_factory=dict)
    missing: frozenset[str] = MISSING
    decimal: Decimal = ""
    source: str = ""


def load_unit_periods_spec(source: SpecSource) -> UnitPeriodsSpec:
    """Read the mapping file (YAML or dict). Raises InputError naming the key that is wrong."""
    spec = read_spec(source)
    decimal = spec.take_text("decimal")
    if decimal not in ("", ".", ","):
        raise spec.error("must be a comma or a point.", "", "decimal")
    missing = spec.take_texts("missing")
    made = UnitPeriodsSpec(
        unit=spec.need_text("unit", "Name the column of the unit's code."),
        name=spec.take_text("name"),
        period=spec.take_text("period"),
        date=_date(spec),
        values=tuple(_value(spec, key, content) for key, content in spec.take_mapping("values").items()),
        ratios=tuple(_ratio(spec, key, content) for key, content in spec.take_mapping("ratios").items()),
        keep=_keep(spec),
        missing=frozenset({"", *missing}) if missing else MISSING,
        decimal=decimal,  # type: ignore[arg-type]
        source=spec.take_text("source"),
    )
    spec.finish()
    if bool(made.period) == (made.date is not None):
        raise spec.error("needs `period` (a column of periods) or `date` (dates to be gathered), and not both.")
    if not made.values and not made.ratios:
        raise spec.error("names no figure.", "Add `values` or `ratios`.")
    if made.values and made.date is not None:
        raise spec.error("cannot gather ready-made values over dates.", "Give counts under `ratios`.", "values")
    keys = [*(value.key for value in made.values), *(ratio.key for ratio in made.ratios)]
    for key in keys:
        if keys.count(key) > 1:
            raise spec.error(f"names the figure {key!r} twice.", "Give each figure its own name.")
    return made


def _keep(spec: Spec) -> dict[str, frozenset[str]]:
    content = spec.take_mapping("keep")
    inner = Spec(content, spec.file, "keep")
    return {column: frozenset(inner.take_texts(column)) for column in content}


def _date(spec: Spec) -> DateSpec | None:
    content = spec.take_mapping("date")
    if not content:
        return None
    inner = Spec(content, spec.file, "date")
    to = inner.take_text("to", "year")
    if to not in GRAINS:
        raise inner.error(f"must be one of {', '.join(GRAINS)}.", "", "to")
    rows = inner.take_number("minimum_rows")
    made = DateSpec(
        column=inner.need_text("column", "Name the column of the dates."),
        format=inner.take_text("format"),
        to=to,
        first=inner.take_text("first"),
        last=inner.take_text("last"),
        minimum_rows=1 if rows is None else int(rows),
    )
    for key, month in (("first", made.first), ("last", made.last)):
        if month and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
            raise inner.error("must be a month such as 2021-04, in quotes.", "", key)
    inner.finish()
    return made


def _inner(spec: Spec, kind: str, key: str, content: object) -> Spec:
    if isinstance(content, str):
        content = {"column": content}
    if not isinstance(content, Mapping):
        raise spec.error("must hold `name: value` lines.", "", f"{kind}.{key}")
    return Spec(content, spec.file, f"{kind}.{key}")


def _value(spec: Spec, key: str, content: object) -> ValueSpec:
    inner = _inner(spec, "values", key, content)
    times = inner.take_number("times")
    made = ValueSpec(
        key,
        column=inner.need_text("column", "Name the column of the figure."),
        base=inner.take_text("base"),
        label=inner.take_text("label"),
        times=1.0 if times is None else times,
        low=inner.take_number("low"),
        high=inner.take_number("high"),
        minimum_base=inner.take_number("minimum_base") or 0.0,
    )
    inner.finish()
    if made.minimum_base and not made.base:
        raise inner.error("needs `base`, the column it is compared with.", "", "minimum_base")
    return made


def _ratio(spec: Spec, key: str, content: object) -> RatioSpec:
    inner = _inner(spec, "ratios", key, content)
    times = inner.take_number("times")
    made = RatioSpec(
        key,
        numerator=inner.need_text("numerator", "Name the column of the count above."),
        denominator=inner.need_text("denominator", "Name the column of the count below."),
        label=inner.take_text("label"),
        times=100.0 if times is None else times,
        complement=inner.take_flag("complement"),
        minimum_base=inner.take_number("minimum_base") or 0.0,
    )
    inner.finish()
    return made
