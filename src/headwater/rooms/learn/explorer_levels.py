"""Top, middle and front line side by side, with the gap between the front line and the top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from headwater.reports.document import DotIntervals, DotRow, Section
from headwater.rooms.house.figures import Figure, dot_figure
from headwater.rooms.learn import explorer_words as words
from headwater.rooms.learn.explorer_finding import levels_of
from headwater.rooms.learn.explorer_frame import (
    Choice,
    Frame,
    View,
    columns_of,
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
    unit_cells,
    unit_header,
)
from headwater.rooms.learn.explorer_scope import Scope
from headwater.rooms.learn.making import Making
from headwater.rooms.learn.sheets import Cell, Sheet
from headwater.scoring.contrasts import Contrast, contrast_groups
from headwater.scoring.levels import LEVELS, level_id
from headwater.vocab import Column, Estimate, Released, Sureness, Withheld

FRONT = LEVELS.index("front")
A_SLIDE = 2
"""Scores a slide holds, three rows each."""


@dataclass(frozen=True)
class GapRow:
    """One score: what each level says, by its name, and the gap."""

    label: str
    levels: tuple[tuple[str, str], ...]
    gap: str
    words: str
    href: str


@dataclass(frozen=True)
class LevelsPage:
    """The levels as a page. is_there: whether they were worked out and the unit has units below it."""

    frame: Frame
    lede: str
    is_there: bool
    names: tuple[str, ...]
    rows: tuple[GapRow, ...]
    figures: tuple[Figure, ...]
    covered: str
    lenses: tuple[Choice, ...]
    shows: tuple[Choice, ...]
    units: tuple[Choice, ...]
    kept: tuple[tuple[str, str], ...]
    view: View


@dataclass(frozen=True)
class _Plan:
    scope: Scope
    columns: tuple[Column, ...]
    labels: tuple[str, ...]
    found: tuple[tuple[Released | Withheld, ...], ...]
    """By column, what top, middle and front line say; empty where it was not worked out."""
    gaps: tuple[Contrast, ...]
    share: float | None


def levels_page(scope: Scope) -> LevelsPage:
    """Return the levels of the unit in view."""
    plan = _plan(scope)
    frame = frame_of(scope, "levels", title=_title(plan), making=_making(plan))
    view = View(frame, lambda: _sheet(plan, frame), lambda: _sections(plan, frame))
    rows = []
    for at, (column, label) in enumerate(zip(plan.columns, plan.labels, strict=True) if plan.found else ()):
        gap = plan.gaps[at]
        rows.append(
            GapRow(
                label,
                tuple(
                    (name, words.own_words(one, column))
                    for name, one in zip(level_names(), plan.found[at], strict=True)
                ),
                _gap_words(gap),
                words.sure_words(gap.difference, column),
                scope.href("score", score=column.key) if scope.given is None else "",
            )
        )
    covered = ""
    if plan.share is not None:
        covered = _("These groups stand for %(percent)s%% of the answers of %(unit)s.") % {
            "percent": round(100 * plan.share),
            "unit": scope.name(scope.unit),
        }
    return LevelsPage(
        frame=frame,
        lede=_(
            "Top: people who work directly in the first levels of %(unit)s. Front line: people in units with no unit "
            "below. Middle: all between."
        )
        % {"unit": scope.name(scope.unit)},
        is_there=bool(plan.found),
        names=level_names(),
        rows=tuple(rows),
        figures=tuple(dot_figure(_dots(plan, part), f"levels-{at}") for at, part in enumerate(_axes(plan))),
        covered=covered,
        lenses=lens_choices(scope),
        shows=show_choices(scope),
        units=_units(scope),
        kept=tuple(scope.ask.kept("wave", "lens", "show", "unit")),
        view=view,
    )


def level_names() -> tuple[str, str, str]:
    """Return what the levels are called."""
    return (_("Top"), _("Middle"), _("Front line"))


def _plan(scope: Scope) -> _Plan:
    book = scope.book
    columns = tuple(book.columns[number] for number in columns_of(book, scope.ask))
    labels = tuple(words.label_of(one, scope.language) for one in columns)
    held, unit = levels_of(scope.wave), book.tree.ids[scope.unit]
    if held is None or level_id(unit, LEVELS[0]) not in held.tree.index_of:
        return _Plan(scope, columns, labels, (), (), None)
    found = tuple(
        tuple(held.find(level_id(unit, level), one.measure, one.subject) for level in LEVELS) for one in columns
    )
    gaps = contrast_groups(
        columns, [one[2] for one in found], [one[0] for one in found], relation="apart", k=book.study.k
    )
    place = book.everybody.position(scope.unit)
    whole = int(book.everybody.n[place]) if place >= 0 else 0
    counted = [sum(one.n for one in levels if isinstance(one, Estimate)) for levels in found]
    share = max(counted) / whole if whole and counted and max(counted) else None
    return _Plan(scope, columns, labels, found, gaps, None if share is None else min(share, 1.0))


def _dots(plan: _Plan, chosen: Sequence[int]) -> DotIntervals:
    """Three rows for each of some scores that share an axis."""
    rows: list[DotRow] = []
    for at in chosen:
        gap, column = plan.gaps[at].difference, plan.columns[at]
        for level, name in enumerate(level_names()):
            label = _("%(score)s: %(level)s") % {"score": plan.labels[at], "level": name.lower()}
            said = gap if level == FRONT else None
            rows.append(dot_of(label, plan.found[at][level], column, difference=said, steadied=False))
    title = _("Top, middle and front line")
    return dots_of(title, rows, plan.columns[chosen[0]], rest_label=_("the top"), steadied=False)


def _axes(plan: _Plan) -> list[list[int]]:
    """The scores by the axis they share, in their order."""
    found: dict[tuple[float, float, str], list[int]] = {}
    for at, column in enumerate(plan.columns if plan.found else ()):
        found.setdefault((column.low, column.high, column.unit), []).append(at)
    return list(found.values())


def _gap_words(gap: Contrast) -> str:
    if gap.standing == "withheld":
        return words.withheld_reason()
    if gap.standing == "limit":
        return _("One is shown as a limit only: the gap is not tested")
    return words.difference_words(gap.difference, gap.column)


def _title(plan: _Plan) -> str:
    unit = plan.scope.name(plan.scope.unit)
    if not plan.found:
        return _("The levels of %(unit)s cannot be told apart") % {"unit": unit}
    clear = [
        (abs(gap.difference.value) / (gap.column.minimum_effect or 1.0), at)
        for at, gap in enumerate(plan.gaps)
        if gap.difference is not None and gap.difference.sureness is not Sureness.TOO_CLOSE
    ]
    if not clear:
        return _("No gap between the top and the front line of %(unit)s stands clear of chance") % {"unit": unit}
    at = max(clear)[1]
    gap = plan.gaps[at].difference
    assert gap is not None
    said = {"unit": unit, "score": plan.labels[at]}
    if gap.value < 0:
        return _("The front line of %(unit)s is furthest below the top in “%(score)s”") % said
    return _("The front line of %(unit)s is furthest above the top in “%(score)s”") % said


def _units(scope: Scope) -> tuple[Choice, ...]:
    """The unit in view, those above it and those next below that have levels themselves."""
    tree = scope.book.tree
    near = [*tree.path(scope.unit), *(child for child in tree.children(scope.unit) if tree.size[child] > 1)]
    if scope.given is not None and len(near) < 2:
        return ()
    return tuple(Choice("" if row == 0 else tree.ids[row], tree.names[row], row == scope.unit) for row in near)


def _making(plan: _Plan) -> Making:
    book, n = plan.scope.book, _("Not shown")
    if plan.found:
        names = level_names()
        said = [
            f"{names[level]} {number_format(count, force_grouping=True)}"
            for level in range(3)
            if (count := max((one[level].n for one in plan.found if isinstance(one[level], Estimate)), default=0))  # type: ignore[union-attr]
        ]
        n = ", ".join(said) or n
    return Making(
        method=_(
            "A level holds the people who work directly in units that stand on it: the first third of the levels (at "
            "least one) is the top, units with no unit below are the front line. Numbers are these people's own "
            "answers with their 95% range, not steadied. The gap is front line less top, adjusted for the scores shown."
        ),
        formula=_(
            "gap = front − top; range from both ranges (MOVER, Zou and Donner 2008); p by Welch's t, adjusted by "
            "Benjamini and Hochberg over the scores shown"
        ),
        n=n,
        inputs=book.inputs_hash,
        limits=(
            _(
                "Each level is a union of released groups, so nothing new can be worked out from it. Teams that "
                "cannot be shown by themselves, and the people they cannot be told from, are left out."
            ),
            _("Who leads answers about another leader than those led: a gap is a question to ask, not a verdict."),
        ),
        sources=("Zou and Donner 2008, Stat Med 27:1693", "Benjamini and Hochberg 1995, J R Stat Soc B 57:289"),
        versions=versions_of(book),
    )


def _sheet(plan: _Plan, frame: Frame) -> Sheet:
    header = [_("Score"), _("Level"), *unit_header()[:5], *difference_header()]
    rows: list[list[Cell]] = []
    for at, label in enumerate(plan.labels if plan.found else ()):
        for level, name in enumerate(level_names()):
            gap = plan.gaps[at].difference if level == FRONT else None
            cells = unit_cells(plan.found[at][level])[:5]
            rows.append([label, name, *cells, *difference_cells(gap, plan.columns[at])])
    title = f"{plan.scope.name(plan.scope.unit)} {plan.scope.book.wave.title} levels"
    return Sheet(title, frame.title, header, rows, notes_of(frame))


def _sections(plan: _Plan, frame: Frame) -> Sequence[Section]:
    found: list[Section] = []
    for part in _axes(plan):
        for start in range(0, len(part), A_SLIDE):
            heading = _("%(title)s (continued)") % {"title": frame.title} if found else frame.title
            block = _dots(plan, part[start : start + A_SLIDE])
            found.append(Section(heading, (block,), plan.scope.name(plan.scope.unit), footer=frame.wave_title))
    return found
