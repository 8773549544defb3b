"""What all views of the explorer have around them: what can be chosen, the same view as a file, and how it was made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.reports.document import Document, Section, Table
from headwater.rooms.learn.explorer_asking import KINDS, LOOSE, Ask, Kind
from headwater.rooms.learn.explorer_scope import Scope
from headwater.rooms.learn.making import Making
from headwater.rooms.learn.sameness_cautions import Caution
from headwater.rooms.learn.sheets import Sheet
from headwater.rooms.people.logic.roles import can
from headwater.rooms.people.look import brand_of
from headwater.vocab import STAGE_TITLES, ScoreBook, say

FAVOURABLE = ("favourable", "score_favourable")
MOST_UNITS = 300
"""Units offered in a list; more are found by name."""


@dataclass(frozen=True)
class Choice:
    """One thing that can be chosen."""

    value: str
    label: str
    is_chosen: bool
    group: str = ""


@dataclass(frozen=True)
class Link:
    """A link with its words."""

    href: str
    label: str
    is_here: bool = False


@dataclass(frozen=True)
class Frame:
    """What stands around a view. give: where it is given to leaders, "" where this viewer may not. caution: said where
    scores are compared whose questions do not mean the same to those compared.
    """

    kind: Kind
    title: str
    kinds: tuple[Link, ...]
    path: tuple[Link, ...]
    files: tuple[Link, ...]
    give: str
    waves: tuple[Choice, ...]
    action: str
    is_given: bool
    wave_title: str
    making: Making
    caution: Caution | None = None


@dataclass(frozen=True)
class View:
    """A view as it goes to other forms: rows of a sheet, pages of a deck. Both are made when they are asked for."""

    frame: Frame
    sheet: Callable[[], Sheet] = field(repr=False)
    sections: Callable[[], Sequence[Section]] = field(repr=False)


def kind_words(kind: Kind) -> str:
    """Return what a kind of view is called."""
    return {
        "heat": _("Units by scores"),
        "levels": _("Top, middle and front line"),
        "score": _("One score"),
        "compare": _("Two groups or waves"),
        "places": _("On a map"),
    }[kind]


def frame_of(scope: Scope, kind: Kind, *, title: str, making: Making, caution: Caution | None = None) -> Frame:
    """Return what stands around a view."""
    ask, tree, given = scope.ask, scope.book.tree, scope.given is not None
    home: Kind = "places" if kind == "places" else "heat"
    path = tuple(
        Link(scope.href(home, unit="" if row == 0 else tree.ids[row], start=0, q=""), tree.names[row])
        for row in tree.path(scope.unit)
    )
    kinds = [
        Link(f"{reverse(f'learn:explorer_{one}')}{_carried(ask).query()}", kind_words(one), one == kind)
        for one in KINDS
    ]
    if any(panel.cut for panel in scope.book.panels):
        kinds.append(Link(f"{reverse('learn:sameness')}?wave={scope.wave.pk}", _("Do the questions mean the same?")))
    forms = [("csv", "CSV"), ("xlsx", "XLSX"), ("pptx", _("Slides"))]
    give = ""
    if not given and can(scope.viewer, "results.give"):
        give = f"{reverse('learn:explorer_give', args=[kind])}{ask.query()}"
    return Frame(
        kind=kind,
        title=title,
        kinds=() if given else tuple(kinds),
        path=path if kind in ("heat", "places") else (),
        files=tuple(Link(scope.file(kind, form), words) for form, words in forms),
        give=give,
        waves=wave_choices(scope),
        action="" if given else reverse(f"learn:explorer_{kind}"),
        is_given=given,
        wave_title=f"{scope.wave.study.title}, {scope.wave.title}",
        making=making,
        caution=caution,
    )


def _carried(ask: Ask) -> Ask:
    """Return what stays the same from one kind of view to another."""
    return Ask(wave=ask.wave, unit=ask.unit, lens=ask.lens, form=ask.form, score=ask.score, cut=ask.cut)


def wave_choices(scope: Scope) -> tuple[Choice, ...]:
    """Return the waves to choose from, by study."""
    return tuple(
        Choice(str(one.pk), one.title, one.pk == scope.wave.pk, one.study.title)
        for one in sorted(scope.waves, key=lambda one: (one.study.title, -one.order))
    )


def lens_choices(scope: Scope) -> tuple[Choice, ...]:
    """Return the lenses of a book."""
    lenses = list(dict.fromkeys(column.lens for column in scope.book.columns))
    if len(lenses) < 2:
        return ()
    found = [Choice("", _("All"), not scope.ask.lens)]
    names = {
        "lx": _("Being led"),
        "ex": _("Working here"),
        "service": _("Serving each other"),
        "cx": _("Being served"),
        "result": _("Outcomes"),
    }
    found += [Choice(str(one), names.get(str(one), STAGE_TITLES[one]), scope.ask.lens == one) for one in lenses]
    return tuple(found)


def show_choices(scope: Scope) -> tuple[Choice, ...]:
    """Return what columns there can be: scales, or the questions of one of them."""
    book, ask = scope.book, scope.ask
    items = [column for column in book.columns if column.role == "item"]
    if not items:
        return ()
    names = {column.subject: say(column.label, scope.language) for column in book.columns if column.role != "item"}
    homes = list(dict.fromkeys(column.scale for column in items))
    found = [Choice("", _("Scales"), not ask.show)] if names else []
    for home in homes:
        if home in names:
            words = _("Questions of %(scale)s") % {"scale": names[home]}
            found.append(Choice(home, words, ask.show == home, _("Questions")))
    if any(home not in names for home in homes):
        found.append(Choice(LOOSE, _("Other questions"), ask.show == LOOSE, _("Questions")))
    return tuple(found)


def cut_choices(scope: Scope, chosen: str) -> tuple[Choice, ...]:
    """Return everybody and the levels of declared cuts."""
    labels = {cut.key: cut.label for cut in scope.book.study.cuts}
    levels = [
        Choice(f"{one.cut}~{one.level}", one.level, chosen == f"{one.cut}~{one.level}", labels.get(one.cut, one.cut))
        for one in scope.book.panels
        if one.cut
    ]
    return (Choice("", _("Everybody"), not chosen), *levels) if levels else ()


def columns_of(book: ScoreBook, ask: Ask) -> list[int]:
    """Return the columns a view has, by number: one a scale or question, in points unless percent is asked for."""
    scales = {column.subject for column in book.columns if column.role not in ("item", "response")}
    chosen: dict[str, int] = {}
    for number, column in enumerate(book.columns):
        if ask.lens and column.lens != ask.lens:
            continue
        is_item = column.role == "item"
        if ask.show == LOOSE:
            wanted = is_item and column.scale not in scales
        elif ask.show:
            wanted = is_item and column.scale == ask.show
        else:
            wanted = column.subject in scales and not is_item if scales else is_item
        if not wanted:
            continue
        kept = chosen.get(column.subject)
        is_better = kept is not None and (column.measure in FAVOURABLE) == (ask.form == "percent")
        if kept is None or (is_better and (book.columns[kept].measure in FAVOURABLE) != (ask.form == "percent")):
            chosen[column.subject] = number
    return list(chosen.values())


def has_percent(book: ScoreBook) -> bool:
    """Whether percent favourable can be asked for."""
    return any(column.measure in FAVOURABLE for column in book.columns)


def document_of(scope: Scope, view: View) -> Document:
    """Return a view as a document, with a page on how it was made."""
    book, frame = scope.book, view.frame
    made = _made_page(frame)
    footer = _("%(unit)s, %(wave)s. Groups under %(k)s are never shown.") % {
        "unit": book.tree.names[0],
        "wave": book.wave.title,
        "k": book.study.k,
    }
    sections = (*view.sections(), made)
    return Document(
        kind="explorer",
        key=f"{book.tree.ids[scope.unit]}-{frame.kind}",
        title=frame.title,
        subtitle=frame.wave_title,
        organisation=book.tree.names[0],
        period=book.wave.title,
        audience=_("whoever works on it"),
        minutes=max(1, len(sections)),
        language=scope.language,
        brand=brand_of(),
        sections=sections,
        footer=footer,
        notes=(str(frame.making.method),),
        sources=(),
        inputs_hash=book.inputs_hash,
        made_on=book.wave.end_date,
        made_with=dict(book.made_with),
    )


def _made_page(frame: Frame) -> Section:
    making = frame.making
    rows = [] if frame.caution is None else [(_("Compare with care"), frame.caution.sentence)]
    rows.append((_("Method"), str(making.method)))
    rows += [(_("Formula"), str(making.formula))] if making.formula else []
    rows.append((_("Who is behind it"), str(making.n)))
    rows += [(_("What it does not say"), str(limit)) for limit in making.limits]
    rows.append((_("Hash of the inputs"), making.inputs))
    words = _("How was this made")
    return Section(words, (Table(words, (_("What"), _("How")), tuple(rows), (), (1.0, 5.0)),))


def notes_of(frame: Frame) -> tuple[str, ...]:
    """Return how a view was made, as lines of a sheet."""
    making = frame.making
    lines = [frame.wave_title, *([] if frame.caution is None else [frame.caution.sentence]), str(making.method)]
    lines += [str(making.formula)] if making.formula else []
    return (*lines, str(making.n), *(str(limit) for limit in making.limits), making.inputs)


def versions_of(book: ScoreBook) -> tuple[tuple[str, str], ...]:
    """Return what a book was made with."""
    return tuple(sorted((str(name), str(version)) for name, version in book.made_with.items()))
