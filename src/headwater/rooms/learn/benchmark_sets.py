"""Benchmarks as values: those that come with the product, and the kept versions of the organisation's own files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from headwater.formats.reading import read_table
from headwater.formats.specs import Spec, read_spec
from headwater.rooms.learn.models import BenchmarkChoice, BenchmarkVersion
from headwater.scoring import Benchmark
from headwater.vocab import FloatArray, Texts, say

SHIPPED = Path(__file__).parent / "data" / "benchmarks"
PUBLISHED = "published"
"""The measure of public figures: they are no column of a ScoreBook, since they were asked in other words."""


@dataclass(frozen=True)
class Row:
    """One organisation's value. se: its standard error, 0 where it is not known or everybody was asked."""

    organisation: str
    group: str
    value: float
    se: float = 0.0
    n: int | None = None


@dataclass(frozen=True)
class Table:
    """One figure of a benchmark. unit: "percent", "points" or "rate"."""

    measure: str
    subject: str
    label: Mapping[str, str]
    unit: str
    higher_is_better: bool
    rows: tuple[Row, ...]

    @property
    def values(self) -> FloatArray:
        """float64[m], the values of the organisations."""
        return np.array([row.value for row in self.rows], np.float64)

    @property
    def errors(self) -> FloatArray:
        """float64[m], their standard errors."""
        return np.array([row.se for row in self.rows], np.float64)

    def words(self, language: str) -> str:
        """Return what the figure is called."""
        return say(self.label, language)

    def to_json(self) -> dict[str, Any]:
        """Write the table down."""
        return {
            "measure": self.measure,
            "subject": self.subject,
            "label": dict(self.label),
            "unit": self.unit,
            "higher_is_better": self.higher_is_better,
            "rows": [[row.organisation, row.group, row.value, row.se, row.n] for row in self.rows],
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Table:
        """Read a table back."""
        return cls(**{**content, "rows": tuple(Row(*row) for row in content["rows"])})


@dataclass(frozen=True)
class BenchmarkSet:
    """One version of a benchmark, with where it comes from. is_shipped: it came with the product."""

    key: str
    version: int
    title: Texts
    source: Texts
    licence: Texts
    year: str
    tables: tuple[Table, ...]
    is_shipped: bool = False
    made_at: datetime | None = None

    @property
    def name(self) -> str:
        """key@version, as a ScoreBook holds it."""
        return f"{self.key}@{self.version}"

    def words(self, language: str) -> str:
        """Return the title."""
        return say(self.title, language)

    def table(self, measure: str, subject: str) -> Table | None:
        """Return one figure, None when the benchmark does not have it."""
        return next((one for one in self.tables if (one.measure, one.subject) == (measure, subject)), None)

    def for_scoring(self) -> Benchmark:
        """Return what scores are compared with: the mean of the organisations, each counted once, with its error."""
        values = {
            (table.measure, table.subject): (
                float(table.values.mean()),
                float(np.sqrt((table.errors**2).sum()) / len(table.rows)),
            )
            for table in self.tables
            if table.measure != PUBLISHED and table.rows
        }
        return Benchmark(self.key, str(self.version), values)


def all_sets() -> list[BenchmarkSet]:
    """Return every version that may be compared with, own ones first, the latest version first."""
    kept = BenchmarkVersion.objects.filter(state=BenchmarkVersion.State.KEPT).order_by("key", "-version")
    return [*map(set_of, kept), *shipped_sets()]


def find_set(name: str) -> BenchmarkSet | None:
    """Return a version by its name, `key@version`; None when there is none."""
    key, _at, version = name.partition("@")
    for one in shipped_sets():
        if one.name == name:
            return one
    if not version.isdigit():
        return None
    row = BenchmarkVersion.objects.filter(key=key, version=int(version)).first()
    return None if row is None else set_of(row)


def set_of(row: BenchmarkVersion) -> BenchmarkSet:
    """Return a row as a value."""
    return BenchmarkSet(
        key=row.key,
        version=row.version or 0,
        title={"en": row.title},
        source={"en": row.source},
        licence={"en": row.licence},
        year=row.year,
        tables=tuple(map(Table.from_json, row.tables)),
        made_at=row.made_at,
    )


@cache
def shipped_sets() -> tuple[BenchmarkSet, ...]:
    """Return the public benchmarks that come with the product."""
    content = read_spec(SHIPPED / "benchmarks.yaml")
    names = [line.split(":")[0] for line in (SHIPPED / "benchmarks.yaml").read_text("utf-8").splitlines()
             if line and not line.startswith((" ", "#"))]  # fmt: skip
    return tuple(_shipped(name, Spec(content.take_mapping(name), "benchmarks.yaml", name)) for name in names)


def _shipped(key: str, spec: Spec) -> BenchmarkSet:
    file = read_table(SHIPPED / spec.need_text("file", ""))
    version = int(spec.take_number("version") or 1)
    tables = []
    for subject, content in spec.take_mapping("tables").items():
        texts, bases = file[subject].texts(), file[f"{subject}_n"].texts() if f"{subject}_n" in file.header else None
        rows = tuple(
            _row(organisation, group, float(value), content["unit"], None if bases is None else int(bases[place]))
            for place, (organisation, group, value) in enumerate(
                zip(file["organisation"].texts(), file["group"].texts(), texts, strict=True)
            )
            if value
        )
        tables.append(
            Table(PUBLISHED, subject, content["label"], content["unit"], bool(content["higher_is_better"]), rows)
        )
    return BenchmarkSet(
        key,
        version,
        spec.take_mapping("title"),
        spec.take_mapping("source"),
        spec.take_mapping("licence"),
        spec.need_text("year", ""),
        tuple(tables),
        is_shipped=True,
    )


def _row(organisation: str, group: str, value: float, unit: str, n: int | None) -> Row:
    se = error_of_percent(value, n) if unit == "percent" and n else 0.0
    return Row(organisation, group, value, se, n)


def error_of_percent(percent: float, n: int) -> float:
    """Return the standard error of a percent of n people, in percentage points; never 0, since n is finite."""
    share = min(max(percent / 100, 0.5 / (n + 1)), 1 - 0.5 / (n + 1))
    return round(100 * float(np.sqrt(share * (1 - share) / n)), 4)


def benchmark_of(study_id: UUID, launched_at: datetime) -> Benchmark | None:
    """Return what a wave is compared with: the choice that stood when it was launched. Answers a slot of listening."""
    choice = (
        BenchmarkChoice.objects.filter(study_id=study_id, chosen_at__lte=launched_at).order_by("-chosen_at").first()
    )
    found = None if choice is None or not choice.name else find_set(choice.name)
    scored = None if found is None else found.for_scoring()
    return scored if scored is not None and scored.values else None
