"""One score of one unit: how answers spread, the units around it, what it is compared with, and its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.http import Http404
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from headwater.reports.document import (
    Block,
    Diverging,
    DivergingRow,
    DotIntervals,
    Section,
    Trend,
    TrendLine,
    TrendPoint,
    WithheldNote,
)
from headwater.rooms.house.figures import Figure, bar_figure, dot_figure, trend_figure
from headwater.rooms.learn import explorer_words as words
from headwater.rooms.learn.books import book_of, told_book
from headwater.rooms.learn.explorer_asking import Ask, split_cut
from headwater.rooms.learn.explorer_frame import (
    Choice,
    Frame,
    Link,
    View,
    columns_of,
    cut_choices,
    frame_of,
    notes_of,
    versions_of,
)
from headwater.rooms.learn.explorer_rows import (
    difference_cells,
    difference_header,
    dot_of,
    dots_of,
    unit_cells,
    unit_header,
)
from headwater.rooms.learn.explorer_scope import Scope, earlier_of
from headwater.rooms.learn.making import Making
from headwater.rooms.learn.plans import plan_for_pages
from headwater.rooms.learn.sameness_cautions import caution_of
from headwater.rooms.learn.sheets import Cell, Sheet
from headwater.scoring.heat import clear_sizes
from headwater.scoring.sentences import say_estimate
from headwater.vocab import Bound, Column, Estimate, Panel, Released, Withheld

MOST_CHILDREN = 12
HISTORY = 8


@dataclass(frozen=True)
class Against:
    """One comparison: with what, what it says, and how sure."""

    other: str
    difference: str
    words: str


@dataclass(frozen=True)
class ScorePage:
    """One score as a page. bars: how answers spread, None where it is not shown for anybody here."""

    frame: Frame
    sentence: str
    unit: str
    label: str
    around: Figure
    children_left_out: int
    all_children: str
    bars: Figure | None
    no_bars: str
    against: tuple[Against, ...]
    history: Figure | None
    no_history: str
    questions: tuple[Link, ...]
    cuts: tuple[Choice, ...]
    scores: tuple[Choice, ...]
    steps: tuple[str, str, str, str]
    kept: tuple[tuple[str, str], ...]
    view: View


@dataclass(frozen=True)
class _Plan:
    """What a page shows, before it is said. near: the unit, the one above, those below, in this order."""

    scope: Scope
    number: int
    column: Column
    label: str
    panel: Panel
    found: Released | Withheld
    near: tuple[int, ...]
    left_out: int
    past: tuple[tuple[str, Released | Withheld | None, Released | Withheld | None], ...]
    bars: Diverging | None


def score_page(scope: Scope) -> ScorePage:
    """Return one score of the unit in view. Raises Http404 when the wave has no such score."""
    plan = _plan(scope)
    book, column = scope.book, plan.column
    frame = frame_of(
        scope, "score", title=_title(plan), making=_making(plan), caution=caution_of(scope, [column], scope.ask.cut)
    )
    trend = _trend(plan)
    no_bars = ""
    if plan.bars is None and column.role == "item":
        no_bars = _("Single answers are shown from %(n)s answers on, and never where nearly all are alike.")
        no_bars = no_bars % {"n": book.shares.minimum}
    items = [one for one in book.columns if one.role == "item" and one.scale == column.subject]
    parts = columns_of(book, _asked(scope, column.subject)) if items and column.role != "item" else []
    questions = tuple(
        Link(scope.href("score", score=book.columns[one].key), words.label_of(book.columns[one], scope.language))
        for one in parts
    )
    return ScorePage(
        frame=frame,
        sentence=say_estimate(
            told_book(scope.wave, book),
            scope.unit,
            plan.number,
            cut=plan.panel.cut,
            level=plan.panel.level,
            language=scope.language,
        ),
        unit=scope.name(scope.unit),
        label=plan.label,
        around=dot_figure(_dots(plan), "around"),
        children_left_out=plan.left_out,
        all_children=scope.href("heat", order="clear", by="", start=0) if scope.given is None else "",
        bars=None if plan.bars is None else bar_figure(plan.bars, "spread"),
        no_bars=no_bars,
        against=_against(plan),
        history=None if trend is None else trend_figure(trend, "history"),
        no_history=_("There is no earlier wave in which this was asked of the same group and may be shown."),
        questions=() if scope.given is not None else questions,
        cuts=() if scope.given is not None else cut_choices(scope, scope.ask.cut),
        scores=() if scope.given is not None else score_choices(scope, column),
        steps=(scope.wave.study.key, scope.wave.key, book.tree.ids[scope.unit], column.subject),
        kept=tuple(scope.ask.kept("wave", "score", "cut", "start", "q")),
        view=View(frame, lambda: _sheet(plan, frame), lambda: _sections(plan, frame, trend)),
    )


def _plan(scope: Scope) -> _Plan:
    book, ask = scope.book, scope.ask
    keys = {column.key: number for number, column in enumerate(book.columns)}
    number = keys.get(ask.score)
    if number is None:
        usual = columns_of(book, ask) or columns_of(book, _asked(scope, ""))
        if ask.score or not usual:
            raise Http404
        number = usual[0]
    column = book.columns[number]
    panel = book.panel_of.get(split_cut(ask.cut), book.everybody)
    tree, unit = book.tree, scope.unit
    children = np.array([child for child in tree.children(unit) if panel.position(child) >= 0], dtype=np.int64)
    if len(children) > MOST_CHILDREN:
        sizes = np.abs(clear_sizes(book, panel, [number], "rest")[np.searchsorted(panel.rows, children), 0])
        chosen = np.sort(children[np.argsort(-sizes, kind="stable")[:MOST_CHILDREN]])
    else:
        chosen = children
    above = int(tree.parent[unit])
    near = (unit, *((above,) if above >= 0 else ()), *chosen.tolist())
    return _Plan(
        scope=scope,
        number=number,
        column=column,
        label=words.label_of(column, scope.language),
        panel=panel,
        found=book.at(unit, number, panel),
        near=near,
        left_out=len(children) - len(chosen),
        past=_past(scope, column, panel),
        bars=None if panel.cut else _bars(scope, column, near),
    )


def _asked(scope: Scope, show: str) -> Ask:
    return replace(scope.ask, show=show, lens="")


def _past(
    scope: Scope, column: Column, panel: Panel
) -> tuple[tuple[str, Released | Withheld | None, Released | Withheld | None], ...]:
    """By wave, oldest first: its title, what it shows of the unit and of the unit above. None where not asked."""
    book, tree = scope.book, scope.book.tree
    above = int(tree.parent[scope.unit])
    parents = dict(earlier_of(scope.wave, tree.ids[above])) if above >= 0 else {}
    found: list[tuple[str, Released | Withheld | None, Released | Withheld | None]] = []
    for wave, key in earlier_of(scope.wave, tree.ids[scope.unit])[: HISTORY - 1]:
        past = book_of(wave)
        there = (column.measure, column.subject) in past.column_of and (panel.cut, panel.level) in past.panel_of
        if not there:
            found.append((wave.title, None, None))
            continue
        where = {"cut": panel.cut, "level": panel.level}
        parent = parents.get(wave, "")
        beside = past.find(parent, column.measure, column.subject, **where) if parent else None
        found.append((wave.title, past.find(key, column.measure, column.subject, **where), beside))
    found.reverse()
    now = book.at(scope.unit, book.column_of[column.measure, column.subject], panel)
    parent_now = book.at(above, book.column_of[column.measure, column.subject], panel) if above >= 0 else None
    return (*found, (scope.wave.title, now, parent_now))


def _bars(scope: Scope, column: Column, near: Sequence[int]) -> Diverging | None:
    """How answers spread: of a question in the units near, of a scale by its questions in the unit."""
    book = scope.book
    if column.role == "item":
        rows = [(book.tree.names[row], row, column) for row in near]
    else:
        seen: dict[str, Column] = {}
        for one in book.columns:
            if one.role == "item" and one.scale == column.subject:
                seen.setdefault(one.subject, one)
        rows = [(words.label_of(one, scope.language), scope.unit, one) for one in seen.values()]
    found = []
    for label, row, one in rows:
        shares = book.shares.of(row, one.subject)
        if shares is None:
            found.append(DivergingRow(label, (), withheld=WithheldNote(label, reason=words.withheld_reason())))
            continue
        said = book.at(row, book.column_of[one.measure, one.subject])
        n = said.n if isinstance(said, Estimate) else None
        found.append(DivergingRow(label, tuple(float(part) for part in shares), n))
    wide = {len(row.percents) for row in found if row.withheld is None}
    if len(wide) != 1:
        return None
    categories = _answers(scope, rows[0][2].subject, wide.pop())
    title = _("How answers spread")
    return Diverging(
        title, _("Percent of each answer, from the least to the most favourable."), categories, tuple(found)
    )


def _answers(scope: Scope, item: str, count: int) -> tuple[str, ...]:
    """The words of the answers, least favourable first; numbers where the questionnaire has no words for them."""
    for instrument in plan_for_pages(scope.wave).questionnaires:
        for asked in instrument.items:
            if asked.key != item or asked.response_scale not in instrument.response_scales:
                continue
            scale = instrument.response_scales[asked.response_scale]
            labels = scale.labels.get(scope.language) or next(iter(scale.labels.values()), ())
            if len(labels) == count:
                return tuple(reversed(labels)) if asked.reverse else tuple(labels)
    return tuple(str(number) for number in range(1, count + 1))


def _dots(plan: _Plan) -> DotIntervals:
    scope, book = plan.scope, plan.scope.book
    rows = []
    for row in plan.near:
        found = book.at(row, plan.number, plan.panel)
        known = found if isinstance(found, Estimate) else None
        note = words.note_of(book, found, plan.column, scope.language) if isinstance(found, Withheld) else None
        rest = None if known is None or np.isnan(known.rest_value) else known.rest_value
        difference = None if known is None else known.versus_rest
        rows.append(dot_of(book.tree.names[row], found, plan.column, difference=difference, note=note, rest=rest))
    return dots_of(plan.label, rows, plan.column, rest_label=_("the rest of the unit above"))


def _against(plan: _Plan) -> tuple[Against, ...]:
    if not isinstance(plan.found, Estimate):
        return ()
    book, found = plan.scope.book, []
    for kind in words.MEASURES:
        difference = words.against_of(plan.found, kind)
        if difference is None:
            continue
        found.append(
            Against(
                words.comparison_name(book, kind),
                words.difference_words(difference, plan.column),
                words.sure_words(difference, plan.column),
            )
        )
    return tuple(found)


def _trend(plan: _Plan) -> Trend | None:
    shown = [found for _title, found, _above in plan.past if isinstance(found, Estimate)]
    if len(plan.past) < 2 or len(shown) < 2:
        return None
    tree = plan.scope.book.tree
    lines = [TrendLine(plan.scope.name(plan.scope.unit), tuple(_point(one[0], one[1]) for one in plan.past))]
    above = int(tree.parent[plan.scope.unit])
    if above >= 0 and any(isinstance(one[2], Estimate) for one in plan.past):
        lines.append(TrendLine(tree.names[above], tuple(_point(one[0], one[2]) for one in plan.past), quiet=True))
    change = plan.found.versus_previous if isinstance(plan.found, Estimate) else None
    said = ""
    if change is not None:
        said = _("Since the wave before: %(difference)s. %(words)s.") % {
            "difference": words.difference_words(change, plan.column),
            "words": words.sure_words(change, plan.column),
        }
    dots = _dots(plan)
    title = _("“%(score)s” over waves") % {"score": plan.label}
    return Trend(title, title, tuple(lines), plan.column.low, plan.column.high, dots.ticks, said, dots.decimals)


def _point(title: str, found: Released | Withheld | None) -> TrendPoint:
    if not isinstance(found, Estimate) or found.bound is not Bound.EXACT:
        return TrendPoint(title, None)
    return TrendPoint(title, found.shrunken, found.shrunken_low, found.shrunken_high)


def _title(plan: _Plan) -> str:
    said = {"score": plan.label, "unit": plan.scope.name(plan.scope.unit)}
    return _("“%(score)s” in %(unit)s") % said


def score_choices(scope: Scope, column: Column) -> tuple[Choice, ...]:
    """All scores to choose from: scales first, then questions by their scale."""
    found = []
    for one in scope.book.columns:
        if one.role == "response":
            continue
        group = _("Scales") if one.role != "item" else _("Questions")
        found.append(Choice(one.key, words.label_of(one, scope.language), one.key == column.key, group))
    return tuple(found)


def _making(plan: _Plan) -> Making:
    n = _("Not shown")
    if isinstance(plan.found, Estimate):
        n = _("%(n)s answers in %(unit)s") % {
            "n": number_format(plan.found.n, force_grouping=True),
            "unit": plan.scope.name(plan.scope.unit),
        }
    return Making(
        method=_(
            "The dot is the steadied score with its 95% range, the ring the group's own answers. A scale is the mean "
            "of its questions. Bars are whole percents of the answers, least favourable first."
        ),
        formula=_(
            "steadied = B own + (1 − B) above, B = t² / (t² + s²/n). Differences: steadied less the rest; own answers "
            "now less then; own answers less the benchmark; p by Welch's t, adjusted by Benjamini and Hochberg over "
            "all units of the score."
        ),
        n=n,
        inputs=plan.scope.book.inputs_hash,
        limits=(
            _("History follows the unit through reorganisations while it is the same group; people are not followed."),
            _("Units below are chosen by the clearest difference when there are many, never by their score."),
        ),
        sources=("Welch 1947, Biometrika 34:28", "Benjamini and Hochberg 1995, J R Stat Soc B 57:289"),
        versions=versions_of(plan.scope.book),
    )


def _sheet(plan: _Plan, frame: Frame) -> Sheet:
    scope, book = plan.scope, plan.scope.book
    part = book.tree.subtree(scope.unit)
    rows: list[list[Cell]] = []
    header = [_("Wave"), _("Unit"), _("Id"), *unit_header(), *difference_header()]
    above = int(book.tree.parent[scope.unit])
    for row in (*((above,) if above >= 0 else ()), *range(part.start, part.stop)):
        found = book.at(row, plan.number, plan.panel)
        difference = found.versus_rest if isinstance(found, Estimate) else None
        cells = [*unit_cells(found), *difference_cells(difference, plan.column)]
        rows.append([scope.wave.title, book.tree.names[row], book.tree.ids[row], *cells])
    for title, past, _parent in plan.past[:-1]:
        if past is not None:
            rows.append(
                [title, scope.name(scope.unit), past.unit, *unit_cells(past), *difference_cells(None, plan.column)]
            )
    name = f"{plan.label} {scope.name(scope.unit)} {book.wave.title}"
    return Sheet(name, frame.title, header, rows, notes_of(frame))


def _sections(plan: _Plan, frame: Frame, trend: Trend | None) -> Sequence[Section]:
    unit = plan.scope.name(plan.scope.unit)
    first: tuple[Block, ...] = (_dots(plan),)
    found = [Section(frame.title, first, unit, footer=frame.wave_title)]
    if plan.bars is not None:
        found.append(Section(_("How answers spread"), (plan.bars,), unit, footer=frame.wave_title))
    if trend is not None:
        found.append(Section(trend.title, (trend,), unit, footer=frame.wave_title))
    return found
