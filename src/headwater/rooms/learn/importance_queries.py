"""The page of what matters to whom: importance, who thinks alike, how people differ, and what is not there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.reports.charts import StandingAxes, StandingPoint, score_axis
from headwater.reports.charts.numerals import plain, span, ticks
from headwater.reports.document import Document, DotIntervals, DotRow, Section, Table
from headwater.rooms.house.figures import Figure, dot_figure, standing_figure
from headwater.rooms.learn.books import book_of, released_waves
from headwater.rooms.learn.driver_asking import Asked, Choosing, Option, choose, document_of
from headwater.rooms.learn.driver_finding import importance_of
from headwater.rooms.learn.driver_queries import WORTH_ACTING
from headwater.rooms.learn.making import Making
from headwater.rooms.learn.queries import may_see_results
from headwater.rooms.learn.sheets import Sheet
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.viewers import require
from headwater.scoring.aims import Room, room_of
from headwater.vocab import ImportanceBook, LikeMinded, ScoreBook, say


@dataclass(frozen=True)
class KindOfPeople:
    """A group of like-minded people in words."""

    part: str
    above: str
    below: str


@dataclass(frozen=True)
class PeopleRow:
    """How people differ in one choice: one in ten and one in four have at most this, the middle, and at least this."""

    label: str
    tenth: str
    quarter: str
    middle: str
    upper_quarter: str
    upper_tenth: str


@dataclass(frozen=True)
class ChoiceRow:
    """One choice in figures."""

    label: str
    share: str
    spread: str
    middle: str
    half: str
    score: str
    room: str


@dataclass(frozen=True)
class ImportancePage:
    """What matters to a group. is_own: whether the numbers are the group's own, else of: whose they are."""

    chosen: Choosing
    questions: tuple[Option, ...]
    title: str
    lede: str
    is_shown: bool
    is_own: bool
    of: str
    rows: tuple[ChoiceRow, ...]
    dots: DotIntervals | None
    figure: Figure | None
    picture: Figure | None
    missing: str
    scores_from: str
    people: tuple[PeopleRow, ...]
    kinds: tuple[KindOfPeople, ...]
    kinds_words: str
    making: Making
    step: tuple[str, str, str, str]


def has_importance() -> bool:
    """Whether people of any wave were asked what matters."""
    return any(importance_of(wave) for wave in released_waves())


def importance_page(*, viewer: Viewer, asked: Asked) -> ImportancePage | None:
    """Return the page, None while nobody was asked. Raises PermissionDenied, Http404 as `choose` does."""
    if not may_see_results(viewer):
        require(viewer, "results.see")
    waves = [wave for wave in released_waves() if importance_of(wave)]
    if not waves:
        return None
    chosen = choose(viewer, asked, waves, lambda wave: importance_of(wave)[0].position_of)
    books = importance_of(chosen.wave)
    found = next((book for book in books if book.item == asked.what), books[0])
    questions = tuple(
        Option(book.item, _("Question %(n)s") % {"n": number}, book is found) for number, book in enumerate(books, 1)
    )
    return _page(chosen, found, questions if len(books) > 1 else ())


def _page(chosen: Choosing, found: ImportanceBook, questions: tuple[Option, ...]) -> ImportancePage:
    group = found.group(chosen.book.tree, chosen.row, chosen.cut, chosen.level)
    whom = chosen.named(chosen.row)
    making = _making(found, group)
    if group is None:
        title = _("%(unit)s is too small to say what matters to it, and so is every unit above.") % {"unit": whom}
        lede = _("At least %(n)s people must have chosen.") % {"n": found.minimum}
        step = (found.study, found.wave, chosen.book.tree.ids[chosen.row], "")
        return ImportancePage(chosen, questions, title, lede, False, False, "", (), None, None, None, "", "", (), (),
                              "", making, step)  # fmt: skip
    row = int(found.unit[group])
    of = chosen.named(row)
    order = found.order(group)
    names = {place: say(choice.text, chosen.language) for place, choice in enumerate(found.choices)}
    scored, scores_from = _scored(chosen, found)
    rooms = {place: _room(scored, chosen, found.choices[place].key) for place in order}
    dots = _dots(found, group, order, names, of)
    points = _points(found, group, order, names, rooms)
    needs = [point for point in points if point.flag == "needs"]
    top = found.choices[order[0]].key
    return ImportancePage(
        chosen=chosen,
        questions=questions,
        title=_title(found, group, order, names, of),
        lede=_("Shares of importance add up to 100%%. If all mattered alike, each would have %(equal)s%%.")
        % {"equal": plain(100.0 / len(order), 0)},
        is_shown=True,
        is_own=row == chosen.row,
        of=of,
        rows=tuple(_row(found, group, place, names[place], rooms[place]) for place in order),
        dots=dots,
        figure=dot_figure(dots, "importance"),
        picture=_picture(scored, found, points, len(order), whom),
        missing=_missing(needs, points, whom),
        scores_from=scores_from,
        people=_people(found, order, names),
        kinds=tuple(_kind(found, one, names) for one in found.like_minded),
        kinds_words=_kinds_words(found),
        making=making,
        step=(found.study, found.wave, chosen.book.tree.ids[chosen.row], f"score:{top}"),
    )


def _title(found: ImportanceBook, group: int, order: list[int], names: dict[int, str], of: str) -> str:
    first, second = order[0], order[1]
    if found.low[group, first] <= 100.0 / len(order):
        return _("%(unit)s: nothing matters clearly more than the rest.") % {"unit": of}
    apart = found.low[group, first] > found.high[group, second]
    if apart:
        words = _("%(unit)s: %(first)s matters most, then %(second)s.")
    else:
        words = _("%(unit)s: %(first)s and %(second)s matter most, too close to call between them.")
    return words % {"unit": of, "first": f"“{names[first]}”", "second": f"“{names[second]}”"}


def _range(low: float, high: float) -> str:
    return f"{span(float(low), float(high), 0)}%"


def _row(found: ImportanceBook, group: int, place: int, name: str, room: Room | None) -> ChoiceRow:
    low, lower, middle, upper, high = found.spread[:, place]
    known = not np.isnan([low, lower, middle, upper, high]).any()
    return ChoiceRow(
        label=name,
        share=f"{plain(float(found.share[group, place]), 0)}%",
        spread=_range(found.low[group, place], found.high[group, place]),
        middle=f"{plain(float(middle), 0)}%" if known else "",
        half=_range(lower, upper) if known else "",
        score="" if room is None else plain(room.score, 1),
        room="" if room is None else plain(room.room, 1),
    )


def _dots(found: ImportanceBook, group: int, order: list[int], names: dict[int, str], of: str) -> DotIntervals:
    most = 10.0 * (int(found.high[group].max() // 10) + 1)
    equal = 100.0 / len(order)
    return DotIntervals(
        title=_("What matters in %(unit)s") % {"unit": of},
        description=_("Shares of importance with 95% ranges, from choosing the most and the least important of four."),
        rows=tuple(
            DotRow(
                label=names[place],
                value=float(found.share[group, place]),
                low=float(found.low[group, place]),
                high=float(found.high[group, place]),
                rest=equal,
                flag="strong" if found.low[group, place] > equal else "same",
                value_text=f"{plain(float(found.share[group, place]), 0)}%",
                range_text=_range(found.low[group, place], found.high[group, place]),
            )
            for place in order
        ),
        low=0.0,
        high=most,
        ticks=ticks(0.0, most),
        axis_label=_("0%% to %(most)s%%") % {"most": plain(most, 0)},
        value_label=_("Share"),
        rest_label=_("if all mattered alike"),
        decimals=0,
        compact=True,
    )


def _scored(chosen: Choosing, found: ImportanceBook) -> tuple[ScoreBook | None, str]:
    """Return the book with scores of the choices: the wave's own, else the latest released that knows the unit."""
    keys = {choice.key for choice in found.choices}
    unit = chosen.book.tree.ids[chosen.row]
    candidates = [chosen.wave, *(wave for wave in released_waves() if wave.pk != chosen.wave.pk)]
    for wave in candidates:
        book = book_of(wave)
        if unit in book.tree.index_of and keys & {column.subject for column in book.columns if column.role != "item"}:
            return book, "" if wave.pk == chosen.wave.pk else f"{wave.study.title}, {wave.title}"
    return None, ""


def _room(scored: ScoreBook | None, chosen: Choosing, key: str) -> Room | None:
    if scored is None:
        return None
    return room_of(scored, scored.tree.index_of[chosen.book.tree.ids[chosen.row]], key)


def _points(
    found: ImportanceBook, group: int, order: list[int], names: dict[int, str], rooms: dict[int, Room | None]
) -> list[StandingPoint]:
    equal, points = 100.0 / len(order), []
    for place in order:
        room = rooms[place]
        if room is None:
            continue
        share = float(found.share[group, place])
        if found.low[group, place] >= equal and room.room >= WORTH_ACTING:
            words = _("%(room)s points below the aim") % {"room": plain(room.room, 1)}
            points.append(StandingPoint(names[place], share, room.score, "needs", words))
        elif found.low[group, place] >= equal:
            points.append(StandingPoint(names[place], share, room.score, "strong", _("At the aim, or near it")))
        else:
            points.append(StandingPoint(names[place], share, room.score))
    return points


def _picture(
    scored: ScoreBook | None, found: ImportanceBook, points: list[StandingPoint], count: int, whom: str
) -> Figure | None:
    if scored is None or not points:
        return None
    keys = {choice.key for choice in found.choices}
    ends = {(c.low, c.high) for c in scored.columns if c.subject in keys and c.measure in ("score", "service")}
    if len(ends) != 1:
        return None
    low, high, marks = score_axis([point.score for point in points], *ends.pop())
    axes = StandingAxes(low, high, marks, 100.0 / count, _("Importance"), _("Score"))
    return standing_figure(
        points,
        axes,
        "standing",
        _("Importance against score, %(unit)s") % {"unit": whom},
        _("Across: how much it matters. Up: how it is rated. Below right is what matters and is not there."),
    )


def _missing(needs: list[StandingPoint], points: list[StandingPoint], whom: str) -> str:
    if not points:
        return _("Nobody rated these things yet, so importance stands alone.")
    if not needs:
        return _("Nothing that matters more than most lies clearly below its aim in %(unit)s.") % {"unit": whom}
    names = ", ".join(f"“{point.label}”" for point in needs[:3])
    return _("What matters and is not there in %(unit)s: %(names)s.") % {"unit": whom, "names": names}


def _people(found: ImportanceBook, order: list[int], names: dict[int, str]) -> tuple[PeopleRow, ...]:
    """Return how people differ; nothing where too few chose."""
    if np.isnan(found.spread).any():
        return ()
    figures = [[f"{plain(float(value), 0)}%" for value in found.spread[:, place]] for place in order]
    return tuple(PeopleRow(names[place], *row) for place, row in zip(order, figures, strict=True))


def _kind(found: ImportanceBook, one: LikeMinded, names: dict[int, str]) -> KindOfPeople:
    root = found.position_of[0, "", ""]
    lift = one.share - found.share[root]
    up = [place for place in np.argsort(-lift).tolist() if lift[place] > 0][:3]
    down = [place for place in np.argsort(lift).tolist() if lift[place] < 0][:2]

    def figures(places: list[int]) -> str:
        return "; ".join(f"{names[place]} {plain(float(one.share[place]), 0)}%" for place in places)

    return KindOfPeople(f"{plain(one.part, 0)}%", figures(up), figures(down))


def _kinds_words(found: ImportanceBook) -> str:
    if found.verdict == "found":
        return _(
            "%(n)s groups of people choose alike. Both halves of the people give them (agreement %(agreed)s of 1), and "
            "they fit better than one kind of people who differ by degree."
        ) % {"n": len(found.like_minded), "agreed": plain(found.agreement, 1)}
    return {
        "alike": _("No stable groups were found: people differ by degree, not by kind."),
        "unstable": _("No stable groups were found: two halves of the people give different ones."),
        "few": _("Too few people chose to look for groups among them."),
    }[found.verdict]


def _making(found: ImportanceBook, group: int | None) -> Making:
    if group is None:
        n = _("Nobody: no group is large enough.")
    else:
        count = int(found.people[group])
        n = ngettext("About %(n)s person who chose.", "About %(n)s people who chose.", count) % {"n": plain(count, 0)}
    return Making(
        method=_(
            "Conditional logit of best and worst choices; 95% ranges clustered by team, by person below 20 teams."
        ),
        formula="P(best b, worst w) = exp(v_b − v_w) / Σ exp(v_i − v_j)",
        n=n,
        inputs=found.inputs_hash,
        limits=(
            _("It says what matters more, not whether anything matters much."),
            _("A factor may be chosen because it is missing."),
            _("Own importance needs 50 people who answered at least half of the screens; others get the unit's above."),
            _("How people differ is estimated for at most 600 people drawn by chance; figures are means of several."),
        ),
        sources=("Louviere, Flynn and Marley 2015", "Kamakura and Russell 1989", "Liu, Hayes, Nobel and Marron 2008"),
        versions=tuple(found.made_with.items()),
    )


def importance_sheet(page: ImportancePage) -> Sheet:
    """Return a page as a sheet."""
    header = (
        _("What"), _("Importance"), _("95% range"), _("Middle person"), _("Half of the people"), _("Score"),
        _("Room to improve"),
    )  # fmt: skip
    rows = [(row.label, row.share, row.spread, row.middle, row.half, row.score, row.room) for row in page.rows]
    notes = [page.lede, page.kinds_words]
    notes += [f"{kind.part}: {kind.above}" for kind in page.kinds]
    notes += [str(page.making.method), str(page.making.n), *map(str, page.making.limits), page.making.inputs]
    return Sheet(f"{page.chosen.unit_name} importance", page.title, header, rows, notes)


def importance_document(page: ImportancePage) -> Document:
    """Return a page as a document for a deck. Raises ValueError for a page without numbers."""
    if page.dots is None:
        raise ValueError("there is nothing to show")
    sheet = importance_sheet(page)
    table = Table(page.title, tuple(sheet.header), tuple(tuple(map(str, row)) for row in sheet.rows), (1, 3, 5, 6))
    sections = [Section(page.title, (page.dots,)), Section(page.missing, (table,))]
    if page.kinds:
        rows = tuple((kind.part, kind.above, kind.below) for kind in page.kinds)
        header = (_("Of all people"), _("Matters more to them"), _("Matters less to them"))
        sections.append(Section(page.kinds_words, (Table(_("Like-minded people"), header, rows, (0,)),)))
    return document_of(page.chosen, page.title, "importance", sections, page.making)
