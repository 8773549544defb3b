"""The pages of benchmarks: which there are, one version with its source, and where a unit stands among others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.reports import wording
from headwater.reports.document import DotIntervals, DotRow
from headwater.rooms.house.figures import Figure, dot_figure
from headwater.rooms.learn.benchmark_services import is_usable
from headwater.rooms.learn.benchmark_sets import PUBLISHED, BenchmarkSet, Table, all_sets, find_set
from headwater.rooms.learn.books import book_of, released_waves
from headwater.rooms.learn.making import Making
from headwater.rooms.learn.models import BenchmarkChoice, BenchmarkVersion
from headwater.rooms.learn.queries import entrances_of, may_see_results
from headwater.rooms.listen.models import Study, Wave
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.viewers import require
from headwater.scoring.percentiles import FEWEST_OTHERS, Percentile, percentile_among
from headwater.vocab import Bound, Column, Estimate, ScoreBook, say, speaking

MOST_UNITS = 40
MOST_ROWS = 400


@dataclass(frozen=True)
class SetLine:
    """One version in the list."""

    name: str
    title: str
    year: str
    figures: int
    organisations: int
    is_shipped: bool
    licence: str


@dataclass(frozen=True)
class StudyLine:
    """A study, and what its next wave is compared with."""

    study: Study
    chosen: str


@dataclass(frozen=True)
class ListPage:
    """All versions, dry runs that wait, and studies with their choice."""

    sets: tuple[SetLine, ...]
    waiting: tuple[BenchmarkVersion, ...]
    studies: tuple[StudyLine, ...]
    names: tuple[tuple[str, str], ...]
    may_manage: bool


@dataclass(frozen=True)
class TableView:
    """One figure of a version: its middle and spread, and its organisations."""

    key: str
    label: str
    unit: str
    organisations: int
    quartiles: tuple[str, str, str]
    rows: tuple[tuple[str, str, str, int | None], ...]
    can_compare: bool


@dataclass(frozen=True)
class VersionPage:
    """One version with all that is known of where it comes from."""

    found: BenchmarkSet
    title: str
    tables: tuple[TableView, ...]


@dataclass(frozen=True)
class CheckPage:
    """A dry run."""

    made: BenchmarkVersion
    is_usable: bool
    tables: tuple[tuple[str, str, int], ...]
    problems: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class ComparePage:
    """Where units stand among the organisations of a benchmark."""

    found: BenchmarkSet
    title: str
    table: Table
    tables: tuple[tuple[str, str, bool], ...]
    waves: tuple[tuple[str, str, bool], ...]
    columns: tuple[tuple[str, str, bool], ...]
    groups: tuple[tuple[str, bool], ...]
    sentence: str
    figure: Figure | None
    is_worded_otherwise: bool
    refusal: str
    making: Making | None


@dataclass(frozen=True)
class Asked:
    """What the address asks for; anything may be empty."""

    table: str = ""
    wave: str = ""
    score: str = ""
    group: str = ""


def list_page(*, viewer: Viewer) -> ListPage:
    """Return all versions. Raises PermissionDenied for who sees no results."""
    _require(viewer)
    language = (get_language() or "en")[:2]
    may_manage = can(viewer, "benchmarks.manage")
    sets = all_sets()
    rows = BenchmarkChoice.objects.order_by("chosen_at").values_list("study_id", "name")
    latest = {str(study): name for study, name in rows}  # the later over the earlier
    return ListPage(
        sets=tuple(
            SetLine(
                one.name,
                one.words(language),
                one.year,
                len(one.tables),
                max((len(table.rows) for table in one.tables), default=0),
                one.is_shipped,
                say(one.licence, language),
            )
            for one in sets
        ),
        waiting=tuple(BenchmarkVersion.objects.filter(state=BenchmarkVersion.State.CHECKED)) if may_manage else (),
        studies=tuple(
            StudyLine(study, latest.get(str(study.pk), ""))
            for study in Study.objects.filter(is_archived=False).order_by("title")
        )
        if may_manage
        else (),
        names=tuple((one.name, f"{one.words(language)} ({one.name})") for one in sets if one.for_scoring().values),
        may_manage=may_manage,
    )


def version_page(*, viewer: Viewer, name: str) -> VersionPage:
    """Return one version. Raises Http404, PermissionDenied."""
    _require(viewer)
    found = _find(name)
    language = (get_language() or "en")[:2]
    with speaking(language):
        tables = tuple(_view(table, language) for table in found.tables)
    return VersionPage(found, found.words(language), tables)


def check_page(*, viewer: Viewer, version_id: UUID) -> CheckPage:
    """Return a dry run. Raises Http404, PermissionDenied."""
    require(viewer, "benchmarks.manage")
    made = get_object_or_404(BenchmarkVersion, pk=version_id, state=BenchmarkVersion.State.CHECKED)
    tables = tuple((f"{one['measure']}:{one['subject']}", one["label"]["en"], len(one["rows"])) for one in made.tables)
    return CheckPage(made, is_usable(made), tables, tuple(made.problems[:200]))


def known_columns() -> list[Column]:
    """Return the columns of the latest score book of each study: what a benchmark's figures are compared with."""
    found: dict[tuple[str, str], Column] = {}
    seen = set()
    for wave in released_waves():
        if wave.study_id not in seen:
            seen.add(wave.study_id)
            for column in book_of(wave).columns:
                found.setdefault((column.measure, column.subject), column)
    return list(found.values())


def compare_page(*, viewer: Viewer, name: str, asked: Asked) -> ComparePage:
    """Return where units stand. Raises Http404, PermissionDenied."""
    _require(viewer)
    found = _find(name)
    language = (get_language() or "en")[:2]
    if not found.tables:
        raise Http404
    table = next((one for one in found.tables if _key(one) == asked.table), found.tables[0])
    waves = [(wave, book_of(wave)) for wave in released_waves()]
    waves = [(wave, book) for wave, book in waves if entrances_of(viewer, book) and _columns(book, table)]
    wave, book = next(((w, b) for w, b in waves if str(w.pk) == asked.wave), waves[0] if waves else (None, None))
    columns = [] if book is None else _columns(book, table)
    column = next((one for one in columns if one.key == asked.score), columns[0] if columns else None)
    groups = sorted({row.group for row in table.rows if row.group})
    group = asked.group if asked.group in groups else ""
    chosen = [row for row in table.rows if not group or row.group == group]
    others = Table(table.measure, table.subject, table.label, table.unit, table.higher_is_better, tuple(chosen))
    is_worded_otherwise = column is not None and (column.measure, column.subject) != (table.measure, table.subject)
    figure, sentence, refusal = None, "", ""
    with speaking(language):
        if book is None or column is None:
            refusal = _("Nothing was released that is measured in the same unit.")
        elif len(chosen) < FEWEST_OTHERS:
            refusal = _("A percentile needs at least %(n)s organisations; this group has fewer.") % {"n": FEWEST_OTHERS}
        elif is_worded_otherwise and asked.score != column.key:
            refusal = _("Choose which of our figures means the same.")
            column = None
        else:
            figure, sentence = _standing(viewer, book, column, others, found.words(language))
    return ComparePage(
        found=found,
        title=found.words(language),
        table=table,
        tables=tuple((_key(one), one.words(language), one is table) for one in found.tables),
        waves=tuple((str(w.pk), f"{w.study.title}, {w.title}", w is wave) for w, _b in waves),
        columns=(
            *((("", _("choose one"), True),) if columns and column is None else ()),
            *((one.key, _column_words(one, language), one is column) for one in columns),
        ),
        groups=tuple((one, one == group) for one in groups),
        sentence=sentence,
        figure=figure,
        is_worded_otherwise=is_worded_otherwise,
        refusal=refusal,
        making=None if book is None else _making(found, wave, book, len(chosen)),
    )


def _require(viewer: Viewer) -> None:
    if not may_see_results(viewer):
        require(viewer, "results.see")


def _find(name: str) -> BenchmarkSet:
    found = find_set(name)
    if found is None:
        raise Http404
    return found


def _key(table: Table) -> str:
    return f"{table.measure}:{table.subject}"


def _view(table: Table, language: str) -> TableView:
    import numpy as np

    decimals = 1 if table.unit != "points" else 2
    parts = np.percentile(table.values, [25, 50, 75]) if len(table.rows) else [0.0, 0.0, 0.0]
    low, middle, high = (wording.figure(float(part), decimals) for part in parts)
    return TableView(
        _key(table),
        table.words(language),
        table.unit,
        len(table.rows),
        (low, middle, high),
        tuple(
            (row.organisation, row.group, wording.figure(row.value, decimals), row.n) for row in table.rows[:MOST_ROWS]
        ),
        table.unit != "rate" and len(table.rows) >= FEWEST_OTHERS,
    )


def _columns(book: ScoreBook, table: Table) -> list[Column]:
    """Return the columns measured in the same unit, the same figure first, then scores before single questions."""
    same = [
        column
        for column in book.columns
        if (column.unit == "percent") == (table.unit == "percent")
        and table.unit != "rate"
        and column.role != "response"
    ]

    def order(column: Column) -> tuple[bool, bool]:
        return (column.measure, column.subject) != (table.measure, table.subject), column.role == "item"

    return sorted(same, key=order)


def _column_words(column: Column, language: str) -> str:
    words = say(column.label, language)
    return f"{words}, {_('percent favourable')}" if column.unit == "percent" else words


def _standing(viewer: Viewer, book: ScoreBook, column: Column, others: Table, title: str) -> tuple[Figure | None, str]:
    """Return the picture and the sentence: each unit's percentile among the organisations."""
    number = book.column_of[column.measure, column.subject]
    units = []
    for entrance in entrances_of(viewer, book):
        units += [entrance.row, *book.tree.children(entrance.row)]
    found: list[tuple[int, Estimate, Percentile]] = []
    for unit in list(dict.fromkeys(units))[:MOST_UNITS]:
        shown = book.at(unit, number)
        if isinstance(shown, Estimate) and shown.bound is Bound.EXACT:
            better = column.higher_is_better if others.measure != PUBLISHED else others.higher_is_better
            place = percentile_among(shown.value, shown.se, others.values, others.errors, higher_is_better=better)
            if place is not None:
                found.append((unit, shown, place))
    if not found:
        return None, str(_("Nothing of these units can be shown safely."))
    rows = tuple(
        DotRow(
            label=book.tree.names[unit],
            value=place.value,
            low=place.low,
            high=place.high,
            n=estimate.n,
            flag="unsure" if place.low <= 50 <= place.high else "strong",
            value_text=wording.figure(place.value, 0),
            range_text=wording.spread(place.low, place.high, 0),
            words=_verdict(place),
        )
        for unit, estimate, place in found
    )
    told = " ".join(f"{row.label}: {row.value_text} ({row.range_text}), {row.words}." for row in rows)
    block = DotIntervals(
        title=str(_("Percentile among %(title)s") % {"title": title}),
        description=told,
        rows=rows,
        low=0,
        high=100,
        ticks=(0, 25, 50, 75, 100),
        axis_label=str(_("0 below all others to 100 above all")),
        value_label=str(_("Percentile")),
        decimals=0,
        compact=True,
    )
    unit, _estimate, place = found[0]
    sentence = _(
        "%(unit)s stands above %(percent)s of 100 organisations, between %(low)s and %(high)s: %(verdict)s."
    ) % {
        "unit": book.tree.names[unit],
        "percent": wording.figure(place.value, 0),
        "low": wording.figure(place.low, 0),
        "high": wording.figure(place.high, 0),
        "verdict": _verdict(place),
    }
    return dot_figure(block, "percentiles"), sentence


def _verdict(place: Percentile) -> str:
    if place.low > 50:
        return str(_("above the middle"))
    if place.high < 50:
        return str(_("below the middle"))
    return str(_("too close to the middle to call"))


def _making(found: BenchmarkSet, wave: Wave | None, book: ScoreBook, others: int) -> Making:
    return Making(
        method=_(
            "The percentile is the share of organisations with a lower value, ties counting half. Its interval draws "
            "the unit's value and the organisations' values 4,000 times with their errors."
        ),
        n=_("%(n)s organisations of %(name)s.") % {"n": others, "name": found.words(get_language() or "en")},
        inputs=book.inputs_hash,
        limits=(_("The organisations are taken as they are, not as a sample of all there could be."),),
        sources=(say(found.source), say(found.licence)),
        versions=tuple(book.made_with.items()),
    )
