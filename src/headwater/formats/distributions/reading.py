"""Reads published distributions, one row an item, unit and answer category."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from headwater.formats.limits import DEFAULT_LIMITS, Limits
from headwater.formats.numerals import MISSING, Decimal, add_rows_where, read_numbers
from headwater.formats.problem_log import ProblemLog, shown
from headwater.formats.reading import Source, read_table
from headwater.formats.specs import Spec, SpecSource, read_spec
from headwater.formats.tables import Column, Table
from headwater.vocab import InputError, ItemDistribution, Problem

DEFAULT_TOLERANCE = 1.0


@dataclass(frozen=True, slots=True)
class AnswerSet:
    """The answers to choose from, low to high, and those of them that count as positive."""

    key: str
    answers: tuple[str, ...]
    positive: tuple[str, ...] = ()


@dataclass(frozen=True)
class DistributionSpec:
    """What the columns and categories of a file of distributions mean. See docs/reference/formats.md."""

    item: str
    unit: str
    category: str
    value: str
    total: str
    text: str = ""
    period: str = ""
    period_label: str = ""
    answer_sets: tuple[AnswerSet, ...] = ()
    not_answers: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=dict)
    strip: str = ""
    missing: frozenset[str] = MISSING
    decimal: Decimal = ""
    tolerance: float = DEFAULT_TOLERANCE
    """How far from 100 the percents of one item and unit may add up before it is reported."""


@dataclass(frozen=True)
class DistributionImport:
    """Distributions read from one file.

    distributions: one an item and period, in file order. answer_sets: by (period, item), the answer set whose words
    the item uses; an item that is not in it has answers in no order (a choice), and no percent positive.
    """

    distributions: list[ItemDistribution]
    answer_sets: Mapping[tuple[str, str], AnswerSet]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that are errors."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    def require(self) -> DistributionImport:
        """Return this import. Raises InputError with all errors when there are any."""
        if self.errors:
            raise InputError(self.errors)
        return self

    def percent_positive(self, distribution: ItemDistribution) -> NDArray[np.float64]:
        """float64[U]: percent positive as published. Raises KeyError for an item with unordered answers."""
        return percent_positive(distribution, self.answer_sets[distribution.period, distribution.item].positive)


def percent_positive(distribution: ItemDistribution, positive: Sequence[str]) -> NDArray[np.float64]:
    """float64[U]: the sum of the published percents of the positive answers, NaN where one is not published."""
    places = [distribution.categories.index(category) for category in positive]
    if not places:
        raise ValueError("name at least one positive answer")
    return np.asarray(distribution.percent[:, places].sum(axis=1), np.float64)


def load_distribution_spec(source: SpecSource) -> DistributionSpec:
    """Read the mapping file of distributions (YAML or dict). Raises InputError naming the key that is wrong."""
    spec = read_spec(source)
    columns = Spec(spec.take_mapping("columns"), spec.file, "columns")
    sets = []
    for key, content in spec.take_mapping("answers").items():
        if not isinstance(content, Mapping):
            raise spec.error("must hold `order` and `positive`.", "", f"answers.{key}")
        inner = Spec(content, spec.file, f"answers.{key}")
        order, positive = inner.take_texts("order"), inner.take_texts("positive")
        if len(order) < 2 or len(set(order)) != len(order) or not set(positive) <= set(order):
            raise inner.error("needs `order`, low to high, without repeats; `positive` must be among it.")
        inner.finish()
        sets.append(AnswerSet(key, order, positive))
    decimal = spec.take_text("decimal")
    if decimal not in ("", ".", ","):
        raise spec.error("must be a comma or a point.", "", "decimal")
    tolerance = spec.take_number("tolerance")
    made = DistributionSpec(
        item=columns.need_text("item", "Name the column of the item."),
        unit=columns.need_text("unit", "Name the column of the unit."),
        category=columns.need_text("category", "Name the column of the answer."),
        value=columns.need_text("value", "Name the column of the percent."),
        text=columns.take_text("text"),
        period=columns.take_text("period"),
        period_label=spec.take_text("period"),
        total=spec.need_text("total", "Name the category that holds the number of people."),
        answer_sets=tuple(sets),
        not_answers=frozenset(spec.take_texts("not_answers")),
        aliases={name: str(to) for name, to in spec.take_mapping("aliases").items()},
        strip=spec.take_text("strip"),
        missing=frozenset({"", *missing}) if (missing := spec.take_texts("missing")) else MISSING,
        decimal=decimal,  # type: ignore[arg-type]
        tolerance=DEFAULT_TOLERANCE if tolerance is None else tolerance,
    )
    columns.finish()
    spec.finish()
    return made


def read_distributions(
    source: Source,
    spec: DistributionSpec | SpecSource,
    *,
    name: str = "",
    sheet: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> DistributionImport:
    """Read a file of published distributions, one row an item, unit and category.

    Percents are taken as published: of those who answered. The category `total` gives n. Categories in `not_answers`
    (such as "Do Not Know") are counts of people who did not answer, and are left out. Unit names are stripped of marks
    and line breaks. Raises InputError when the file or the spec cannot be used; wrong rows are in `problems`.
    """
    if not isinstance(spec, DistributionSpec):
        spec = load_distribution_spec(spec)
    table = read_table(source, name=name, sheet=sheet, limits=limits)
    log = ProblemLog(table.file)
    log.extend(table.problems)
    item, unit = table[spec.item], _tidy_units(table[spec.unit], spec)
    category = _relabel(table[spec.category], _one_line)
    text = _relabel(table[spec.text], _one_line) if spec.text else item
    period = table[spec.period] if spec.period else _constant(spec.period_label, len(table))
    value = read_numbers(
        table[spec.value], table.rows, log, missing=spec.missing, decimal=spec.decimal, delimiter=table.delimiter, low=0
    )
    _require_filled(log, table, (item, unit, category))
    groups = _group(
        item=item, unit=unit, category=category, period=period, text=text, value=value, table=table, log=log
    )
    distributions, sets = [], {}
    for (when, key), cells in groups.items():
        made, answer_set = _make(when, key, cells, spec, log)
        if made is not None:
            distributions.append(made)
            if answer_set is not None:
                sets[when, key] = answer_set
    if not distributions:
        log.add("none", "no item has answers.", f"Check the category that holds n: {shown(spec.total)}.")
    return DistributionImport(distributions, sets, log.problems)


@dataclass
class _Item:
    text: str
    row: int
    cells: dict[tuple[str, str], float] = field(default_factory=dict)
    rows: dict[tuple[str, str], int] = field(default_factory=dict)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _relabel(column: Column, change: Callable[[str], str]) -> Column:
    return Column(column.name, column.codes, tuple(change(value) for value in column.values))


def _tidy_units(column: Column, spec: DistributionSpec) -> Column:
    def tidy(text: str) -> str:
        text = _one_line(text.translate({ord(sign): None for sign in spec.strip}))
        return spec.aliases.get(text, text)

    return _relabel(column, tidy)


def _constant(label: str, count: int) -> Column:
    return Column("period", np.zeros(count, np.int32), (label,))


def _require_filled(log: ProblemLog, table: Table, columns: Sequence[Column]) -> None:
    for column in columns:
        blank = np.array([value == "" for value in column.values], np.bool_)
        message = "the cell is empty."
        add_rows_where(log, "blank", column, table.rows, bad=blank, message=message, remedy="Fill it, or drop the row.")


def _group(
    *,
    item: Column,
    unit: Column,
    category: Column,
    period: Column,
    text: Column,
    value: NDArray[np.float64],
    table: Table,
    log: ProblemLog,
) -> dict[tuple[str, str], _Item]:
    groups: dict[tuple[str, str], _Item] = {}
    columns = zip(
        period.texts(),
        item.texts(),
        unit.texts(),
        category.texts(),
        text.texts(),
        value.tolist(),
        table.rows.tolist(),
        strict=True,
    )
    for when, key, who, answer, words, number, row in columns:
        if not (key and who and answer):
            continue
        group = groups.setdefault((when, key), _Item(words, row))
        if words != group.text:
            message = f"item {shown(key)} has another text here than in row {group.row}."
            log.add("text", message, "One item has one text in a period.", row=row, column=text.name)
        if (who, answer) in group.cells:
            message = (
                f"{shown(who)}, {shown(answer)} of item {shown(key)} is given already in row {group.rows[who, answer]}."
            )
            log.add("twice", message, "Keep one of the rows.", row=row)
            continue
        group.cells[who, answer] = number
        group.rows[who, answer] = row
    return groups


def _make(
    when: str, key: str, group: _Item, spec: DistributionSpec, log: ProblemLog
) -> tuple[ItemDistribution | None, AnswerSet | None]:
    units = tuple(dict.fromkeys(who for who, _ in group.cells))
    given = tuple(dict.fromkeys(answer for _, answer in group.cells))
    answers = tuple(answer for answer in given if answer != spec.total and answer not in spec.not_answers)
    if not answers:
        message = f"item {shown(key)} has no answers."
        log.add("empty", message, "Drop it.", row=group.row, severity="warning")
        return None, None
    answer_set = next((known for known in spec.answer_sets if set(answers) == set(known.answers)), None)
    if answer_set is None:
        listed = ", ".join(answers[:4]) + (", ..." if len(answers) > 4 else "")
        message = f"item {shown(key)} has answers in no known order: {listed}"
        remedy = "It is kept as a choice. If it is a scale, add its answers to `answers`, low to high."
        log.add("unordered", message, remedy, row=group.row, severity="note")
    categories = answers if answer_set is None else answer_set.answers
    percent = np.array([[group.cells.get((who, answer), np.nan) for answer in categories] for who in units])
    count = np.array([group.cells.get((who, spec.total), np.nan) for who in units])
    _check_totals(key, units, percent=percent, count=count, group=group, spec=spec, log=log)
    n = np.where(np.isnan(count), 0, np.round(count)).astype(np.int64)
    return ItemDistribution(key, group.text, when, units, categories, percent, n), answer_set


def _check_totals(
    key: str,
    units: tuple[str, ...],
    *,
    percent: NDArray[np.float64],
    count: NDArray[np.float64],
    group: _Item,
    spec: DistributionSpec,
    log: ProblemLog,
) -> None:
    sums = np.nansum(percent, axis=1)
    whole = ~np.isnan(percent).any(axis=1)
    off = (whole & (np.abs(sums - 100) > spec.tolerance)) | (sums > 100 + spec.tolerance)
    first = {who: row for (who, _), row in reversed(group.rows.items())}
    for place in np.flatnonzero(off):
        who = units[place]
        message = f"the percents of item {shown(key)} in {shown(who)} add up to {sums[place]:.1f}, not 100."
        remedy = "Is an answer missing, or is one of them no answer (`not_answers`)?"
        log.add("sum", message, remedy, row=first[who], severity="warning")
    for place in np.flatnonzero(np.isnan(count)):
        message = f"item {shown(key)} in {shown(units[place])} has no {shown(spec.total)}."
        log.add("no_n", message, "Its n is taken as unknown (0).", row=first[units[place]], severity="warning")
    for place in np.flatnonzero(~np.isnan(count) & (count != np.round(count))):
        message = f"{count[place]:g} people answered item {shown(key)} in {shown(units[place])}."
        log.add("part_n", message, "A number of people is whole.", row=first[units[place]])
