"""Two groups of a wave, or one group in two waves: all scores beside each other, with the test that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.reports.charts.numerals import plain
from headwater.reports.document import DotIntervals, DotRow, Section
from headwater.reports.wording import decimals_of
from headwater.rooms.house.figures import Figure, dot_figure
from headwater.rooms.learn import explorer_words as words
from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.explorer_asking import split_cut
from headwater.rooms.learn.explorer_frame import (
    MOST_UNITS,
    Choice,
    Frame,
    View,
    columns_of,
    cut_choices,
    frame_of,
    lens_choices,
    notes_of,
    show_choices,
    versions_of,
)
from headwater.rooms.learn.explorer_rows import (
    difference_cells,
    difference_header,
    dot_of,
    dots_of,
    name_below,
    unit_cells,
    unit_header,
)
from headwater.rooms.learn.explorer_scope import Scope, earlier_of
from headwater.rooms.learn.making import Making
from headwater.rooms.learn.sameness_cautions import caution_of
from headwater.rooms.learn.sheets import Cell, Sheet
from headwater.scoring.contrasts import Contrast, Group, Relation, contrast_groups, relation_of
from headwater.scoring.heat import chosen_rows
from headwater.vocab import Column, Estimate, Released, Sureness, Withheld

A_SLIDE = 4


@dataclass(frozen=True)
class ContrastRow:
    """One score of two groups, in words."""

    label: str
    first: str
    second: str
    difference: str
    words: str
    href: str


@dataclass(frozen=True)
class ComparePage:
    """A comparison as a page. problem: why nothing is compared; "" where it is."""

    frame: Frame
    lede: str
    problem: str
    first: str
    second: str
    rows: tuple[ContrastRow, ...]
    figure: Figure | None
    firsts: tuple[Choice, ...]
    seconds: tuple[Choice, ...]
    thens: tuple[Choice, ...]
    cuts: tuple[Choice, ...]
    parts: tuple[Choice, ...]
    lenses: tuple[Choice, ...]
    shows: tuple[Choice, ...]
    q: str
    kept: tuple[tuple[str, str], ...]
    view: View


@dataclass(frozen=True)
class _Plan:
    scope: Scope
    columns: tuple[Column, ...]
    labels: tuple[str, ...]
    relation: Relation
    first: str
    second: str
    contrasts: tuple[Contrast, ...]
    problem: str = ""
    is_change: bool = False


def compare_page(scope: Scope) -> ComparePage:
    """Return the comparison a view asks for."""
    plan = _plan(scope)
    ask = scope.ask
    caution = None if plan.problem or plan.is_change else caution_of(scope, plan.columns, ask.cut, ask.part)
    frame = frame_of(scope, "compare", title=_title(plan), making=_making(plan), caution=caution)
    return ComparePage(
        frame=frame,
        lede=_lede(plan),
        problem=plan.problem,
        first=plan.first,
        second=plan.second,
        rows=tuple(_row(plan, at) for at in range(len(plan.contrasts))),
        figure=_figure(plan),
        firsts=_units(scope, scope.unit),
        seconds=(Choice("", _("Nobody else"), not ask.other), *_units(scope, _row_of(scope, ask.other))),
        thens=_waves(scope),
        cuts=cut_choices(scope, ask.cut),
        parts=cut_choices(scope, ask.part),
        lenses=lens_choices(scope),
        shows=show_choices(scope),
        q=ask.q,
        kept=tuple(ask.kept("wave", "unit", "other", "then", "cut", "part", "lens", "show", "score", "start", "q")),
        view=View(frame, lambda: _sheet(plan, frame), lambda: _sections(plan, frame)),
    )


def _row_of(scope: Scope, unit: str) -> int:
    return scope.book.tree.index_of.get(unit, -1) if unit else -1


def _plan(scope: Scope) -> _Plan:
    book, ask = scope.book, scope.ask
    columns = tuple(book.columns[number] for number in columns_of(book, ask))
    labels = tuple(words.label_of(one, scope.language) for one in columns)

    def refused(problem: str, second: str = "") -> _Plan:
        return _Plan(scope, columns, labels, "same", scope.name(scope.unit), second, (), problem)

    first = Group(scope.unit, *_known(scope, ask.cut))
    if ask.then:
        return _change(scope, columns, labels, first) or refused(
            _("This group is not there in the other wave as the same group, or nothing of that wave was released.")
        )
    other = _row_of(scope, ask.other)
    if ask.other and other < 0:
        return refused(_("This view holds no such unit."))
    second = Group(scope.unit if other < 0 else other, *_known(scope, ask.part))
    names = _named(scope, first), _named(scope, second)
    relation = relation_of(book.tree, first, second)
    if relation == "same":
        return refused(_("Choose a second unit, a second part or another wave to compare with."))
    if relation == "mixed":
        return refused(_("These two groups share people who cannot be told apart, so that no test fits."), names[1])
    if relation == "around":
        first, second, names = second, first, (names[1], names[0])
    found = tuple(
        book.at(group.unit, book.column_of[one.measure, one.subject], book.panel_of[group.cut, group.level])
        for group in (first, second)
        for one in columns
    )
    half = len(columns)
    inside: Relation = "apart" if relation == "apart" else "inside"
    contrasts = contrast_groups(columns, found[:half], found[half:], relation=inside, k=book.study.k)
    second_name = names[1] if inside == "apart" else _("the rest of %(unit)s") % {"unit": names[1]}
    return _Plan(scope, columns, labels, inside, names[0], second_name, contrasts)


def _known(scope: Scope, text: str) -> tuple[str, str]:
    cut = split_cut(text)
    return cut if cut in scope.book.panel_of else ("", "")


def _change(scope: Scope, columns: tuple[Column, ...], labels: tuple[str, ...], group: Group) -> _Plan | None:
    """The group now, less the same group in an earlier wave."""
    book = scope.book
    past = next(
        (
            (wave, key)
            for wave, key in earlier_of(scope.wave, book.tree.ids[group.unit])
            if str(wave.pk) == scope.ask.then
        ),
        None,
    )
    if past is None:
        return None
    wave, key = past
    earlier = book_of(wave)
    if (group.cut, group.level) not in earlier.panel_of:
        return None
    asked = [at for at, one in enumerate(columns) if (one.measure, one.subject) in earlier.column_of]
    columns, labels = tuple(columns[at] for at in asked), tuple(labels[at] for at in asked)
    where = {"cut": group.cut, "level": group.level}
    now: list[Released | Withheld] = []
    then: list[Released | Withheld] = []
    for one in columns:
        now.append(book.find(group.unit, one.measure, one.subject, **where))
        then.append(earlier.find(key, one.measure, one.subject, **where))
    contrasts = contrast_groups(columns, now, then, relation="apart", k=max(book.study.k, earlier.study.k))
    return _Plan(scope, columns, labels, "apart", scope.wave.title, wave.title, contrasts, is_change=True)


def _named(scope: Scope, group: Group) -> str:
    name = scope.name(group.unit)
    return f"{name}, {group.level}" if group.level else name


def _row(plan: _Plan, at: int) -> ContrastRow:
    one, scope = plan.contrasts[at], plan.scope
    href = scope.href("score", score=one.column.key, other="", then="", part="") if scope.given is None else ""
    second = words.own_words(one.second, one.column)
    if plan.relation == "inside" and one.difference is not None:
        decimals = decimals_of(one.column)
        around = words.range_words(one.second_low, one.second_high, decimals)
        second = f"{plain(one.second_value, decimals)} ({around})"
    return ContrastRow(
        plan.labels[at],
        words.own_words(one.first, one.column),
        second,
        _difference(one),
        words.sure_words(one.difference, one.column),
        href,
    )


def _difference(one: Contrast) -> str:
    if one.standing == "withheld":
        return words.withheld_reason()
    if one.standing == "rest_too_small":
        return _("Hardly anybody is left to compare with")
    if one.standing == "limit":
        if one.at_least:
            size = plain(abs(one.at_least), decimals_of(one.column))
            more = (
                _("at least %(size)s above; not tested")
                if one.at_least > 0
                else _("at least %(size)s below; not tested")
            )
            return more % {"size": size}
        return _("One is shown as a limit only: not tested")
    return words.difference_words(one.difference, one.column)


def _clear(plan: _Plan) -> list[int]:
    return [
        at
        for at, one in enumerate(plan.contrasts)
        if one.difference is not None and one.difference.sureness is not Sureness.TOO_CLOSE
    ]


def _title(plan: _Plan) -> str:
    if plan.problem:
        return _("Compare two groups or two waves")
    clear = _clear(plan)
    if plan.is_change:
        unit = plan.scope.name(plan.scope.unit)
        if not clear:
            return _("Nothing changed clearly in %(unit)s since %(wave)s") % {"unit": unit, "wave": plan.second}
        text = ngettext(
            "%(n)s score of %(unit)s changed clearly since %(wave)s",
            "%(n)s scores of %(unit)s changed clearly since %(wave)s",
            len(clear),
        )
        return text % {"n": len(clear), "unit": unit, "wave": plan.second}
    said = {"first": plan.first, "second": plan.second}
    if not clear:
        return _("Too close to call: no score of %(first)s stands clear of %(second)s") % said
    text = ngettext(
        "%(first)s differs clearly from %(second)s in %(n)s score",
        "%(first)s differs clearly from %(second)s in %(n)s scores",
        len(clear),
    )
    return text % {**said, "n": len(clear)}


def _lede(plan: _Plan) -> str:
    if plan.problem:
        return _("Own answers side by side, with the difference, its range and how sure it is.")
    if plan.is_change:
        return _(
            "Own answers in both waves. The same people may have answered twice and nobody is followed, so ranges are "
            "rather too wide than too narrow."
        )
    if plan.relation == "inside":
        return _("%(first)s lies inside, so it is compared with all others there.") % {"first": plan.first}
    return _("Own answers of two groups without people in common.")


def _dots(plan: _Plan, part: Sequence[int]) -> DotIntervals:
    rows: list[DotRow] = []
    for at in part:
        one = plan.contrasts[at]
        rows.append(
            dot_of(
                plan.labels[at],
                one.first,
                one.column,
                difference=one.difference,
                steadied=False,
                rest=one.second_value if one.difference is not None else None,
            )
        )
    title = _("%(first)s against %(second)s") % {"first": plan.first, "second": plan.second}
    return dots_of(title, rows, plan.contrasts[part[0]].column, rest_label=plan.second, steadied=False)


def _same_axis(plan: _Plan) -> list[int]:
    """The scores that share the axis most of them have."""
    axes = [(one.column.low, one.column.high, one.column.unit) for one in plan.contrasts]
    usual = max(dict.fromkeys(axes), key=axes.count) if axes else None
    return [at for at, axis in enumerate(axes) if axis == usual]


def _figure(plan: _Plan) -> Figure | None:
    part = _same_axis(plan)
    return dot_figure(_dots(plan, part), "compare") if part else None


def _units(scope: Scope, chosen: int) -> tuple[Choice, ...]:
    """Units to choose from: the first of a large organisation, those near, those asked for by name, and the chosen."""
    tree = scope.book.tree
    near = dict.fromkeys([*range(min(len(tree), MOST_UNITS)), *tree.path(scope.unit), *tree.children(scope.unit)])
    if chosen >= 0:
        near.setdefault(chosen)
    if scope.unit:
        near.update(dict.fromkeys(tree.children(int(tree.parent[scope.unit]))))
    if scope.ask.q:
        found = chosen_rows(scope.book, scope.book.everybody, top=0, named=scope.ask.q)
        near.update(dict.fromkeys(found[:MOST_UNITS].tolist()))
    return tuple(Choice(tree.ids[row], name_below(scope.book, row), row == chosen) for row in sorted(near))


def _waves(scope: Scope) -> tuple[Choice, ...]:
    earlier = earlier_of(scope.wave, scope.book.tree.ids[scope.unit])
    if not earlier:
        return ()
    return (
        Choice("", _("No other wave"), not scope.ask.then),
        *(Choice(str(wave.pk), wave.title, str(wave.pk) == scope.ask.then) for wave, _key in earlier),
    )


def _making(plan: _Plan) -> Making:
    counts = [
        max((one.n for one in side if isinstance(one, Estimate)), default=0)
        for side in ([one.first for one in plan.contrasts], [one.second for one in plan.contrasts])
    ]
    said = [number_format(one, force_grouping=True) if one else _("Not shown") for one in counts]
    formula = _("difference = first − second; range from both ranges (MOVER); p by Welch's t")
    if plan.relation == "inside":
        formula = _(
            "with f = n1 / n2 the rest is (whole − f part) / (1 − f); difference = part − rest; range from both ranges "
            "(MOVER); p by Welch's t"
        )
    return Making(
        method=_(
            "Released numbers of both groups are compared, own answers and not steadied ones. All scores shown are one "
            "family: p is adjusted by Benjamini and Hochberg over them. A difference is called clear when its adjusted "
            "p is at most 5% and it is at least the minimum effect of the score."
        ),
        formula=formula,
        n=f"{said[0]} / {said[1]}",
        inputs=plan.scope.book.inputs_hash,
        limits=(
            _("Where a number is shown as a limit only, no test is made: it would tell what the limit keeps."),
            _("A difference between groups is not yet a reason for it."),
        ),
        sources=(
            "Zou and Donner 2008, Stat Med 27:1693",
            "Welch 1947, Biometrika 34:28",
            "Benjamini and Hochberg 1995, J R Stat Soc B 57:289",
        ),
        versions=versions_of(plan.scope.book),
    )


def _sheet(plan: _Plan, frame: Frame) -> Sheet:
    side = unit_header()[:5]
    header = [_("Score"), *(f"{plan.first}: {one}" for one in side), *(f"{plan.second}: {one}" for one in side)]
    rows: list[list[Cell]] = []
    for at, one in enumerate(plan.contrasts):
        second = unit_cells(one.second)[:5]
        if plan.relation == "inside":
            known = one.difference is not None
            figures = (one.second_value, one.second_low, one.second_high)
            second = [None, *(round(figure, 4) if known else None for figure in figures), None]
        cells = difference_cells(one.difference, one.column)
        cells[-1] = words.sure_words(one.difference, one.column) or _difference(one)
        rows.append([plan.labels[at], *unit_cells(one.first)[:5], *second, *cells])
    name = f"{plan.first} {plan.second} {plan.scope.book.wave.title}"
    return Sheet(name, frame.title, [*header, *difference_header()], rows, notes_of(frame))


def _sections(plan: _Plan, frame: Frame) -> Sequence[Section]:
    part, found = _same_axis(plan), []
    for start in range(0, len(part), A_SLIDE * 2):
        heading = frame.title if not start else _("%(title)s (continued)") % {"title": frame.title}
        block = _dots(plan, part[start : start + A_SLIDE * 2])
        found.append(Section(heading, (block,), plan.scope.name(plan.scope.unit), footer=frame.wave_title))
    return found
