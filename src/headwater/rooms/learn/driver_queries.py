"""The page of drivers: what goes with an outcome in a group, how surely, and where there is room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.reports.charts import StandingAxes, StandingPoint, score_axis
from headwater.reports.charts.numerals import plain, span, ticks
from headwater.reports.document import Document, DotIntervals, DotRow, Section, Table
from headwater.rooms.house.figures import Figure, dot_figure, standing_figure
from headwater.rooms.learn.books import released_waves
from headwater.rooms.learn.driver_asking import Asked, Choosing, Option, choose, document_of
from headwater.rooms.learn.driver_finding import drivers_of
from headwater.rooms.learn.making import Making
from headwater.rooms.learn.queries import may_see_results
from headwater.rooms.learn.sheets import Sheet
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.viewers import require
from headwater.scoring.aims import Room, room_of
from headwater.vocab import DriverBook, say

ENTANGLED = 5.0
"""From this VIF on, a driver can hardly be told from the others."""

WORTH_ACTING = 0.2
"""Room in scale points that is worth a step: less is within what a wave moves by itself."""


@dataclass(frozen=True)
class DriverRow:
    """One driver in words and figures. room: scale points below the aim, empty where there is none."""

    label: str
    share: str
    spread: str
    first: str
    within: str
    between: str
    room: str
    score: str
    is_clear: bool
    is_entangled: bool


@dataclass(frozen=True)
class DriverPage:
    """Drivers of one outcome in one group. own: whether the numbers are the group's own, else of: whose they are."""

    chosen: Choosing
    outcomes: tuple[Option, ...]
    title: str
    lede: str
    is_shown: bool
    is_own: bool
    of: str
    is_led: bool
    explained: str
    rows: tuple[DriverRow, ...]
    figure: Figure | None
    picture: Figure | None
    start: str
    apart: bool
    left_out: tuple[str, ...]
    entangled: tuple[str, ...]
    making: Making
    step: tuple[str, str, str, str]


def has_drivers() -> bool:
    """Whether drivers of any wave were worked out."""
    return any(drivers_of(wave) is not None for wave in released_waves())


def driver_page(*, viewer: Viewer, asked: Asked) -> DriverPage | None:
    """Return the page, None while there are no drivers. Raises PermissionDenied, Http404 as `choose` does."""
    if not may_see_results(viewer):
        require(viewer, "results.see")
    waves = [wave for wave in released_waves() if drivers_of(wave) is not None]
    if not waves:
        return None
    chosen = choose(viewer, asked, waves, _groups)
    found = drivers_of(chosen.wave)
    assert found is not None
    return _page(chosen, found)


def _groups(wave: Wave) -> Mapping[tuple[int, str, str], int]:
    found = drivers_of(wave)
    return {} if found is None else found.position_of


def _page(chosen: Choosing, found: DriverBook) -> DriverPage:
    language = chosen.language
    number = found.outcome_of.get(chosen.asked.what, 0)
    outcome = say(found.outcomes[number].label, language)
    group = found.group(chosen.book.tree, chosen.row, number, chosen.cut, chosen.level)
    outcomes = tuple(
        Option(one.key, say(one.label, language), place == number) for place, one in enumerate(found.outcomes)
    )
    whom = chosen.named(chosen.row)
    left_out = tuple(_label(chosen, key) for key in found.left_out)
    making = _making(chosen, found, group, number)
    step = (found.study, found.wave, chosen.book.tree.ids[chosen.row], f"score:{found.outcomes[number].key}")
    if group is None:
        title = _("%(unit)s is too small for drivers of its own, and so is every unit above.") % {"unit": whom}
        lede = _("Drivers need %(n)s complete answers in ten teams or more.") % {"n": found.minimum[number]}
        return DriverPage(chosen, outcomes, title, lede, False, False, "", False, "", (), None, None, "", False,
                          left_out, (), making, step)  # fmt: skip
    row = int(found.unit[group])
    is_own = row == chosen.row
    of = chosen.named(row)
    order = found.order(group, number)
    names = [say(found.drivers[place].label, language) for place in order]
    rooms = [room_of(chosen.book, chosen.row, found.drivers[place].key) for place in order]
    rows = tuple(
        _row(found, group, number, place, name, room) for place, name, room in zip(order, names, rooms, strict=True)
    )
    explained = _range(found.fields["explained_low"][group, number], found.fields["explained_high"][group, number])
    lede = _("Together the %(count)s drivers explain %(percent)s%% of the differences in it (%(range)s).") % {
        "count": len(order),
        "percent": plain(float(found.fields["explained"][group, number]), 0),
        "range": explained,
    }
    return DriverPage(
        chosen=chosen,
        outcomes=outcomes,
        title=_title(of, outcome, names, is_led=bool(found.leads[group, number])),
        lede=lede,
        is_shown=True,
        is_own=is_own,
        of=of,
        is_led=bool(found.leads[group, number]),
        explained=explained,
        rows=rows,
        figure=dot_figure(_dots(found, group, number, order, names, outcome, of), "drivers"),
        picture=_picture(found, group, number, order, names, rooms, outcome, whom),
        start=_start(found, group, number, order, names, rooms, whom),
        apart=bool(np.isfinite(found.fields["within"][group, number, order]).all()),
        left_out=left_out,
        entangled=tuple(row.label for row in rows if row.is_entangled),
        making=making,
        step=step,
    )


def _title(unit: str, outcome: str, names: list[str], *, is_led: bool) -> str:
    if is_led:
        words = _("%(unit)s: %(first)s goes furthest with %(outcome)s.")
    else:
        words = _("%(unit)s: too close to call whether %(first)s or %(second)s goes furthest with %(outcome)s.")
    return words % {
        "unit": unit,
        "first": _quoted(names[0]),
        "second": _quoted(names[1]),
        "outcome": _quoted(outcome),
    }


def _quoted(name: str) -> str:
    return f"“{name}”"


def _range(low: float, high: float) -> str:
    return f"{span(float(low), float(high), 0)}%"


def _row(found: DriverBook, group: int, outcome: int, driver: int, name: str, room: Room | None) -> DriverRow:
    at = (group, outcome, driver)

    def level(kind: str) -> str:
        value = found.fields[kind][at]
        if np.isnan(value):
            return ""
        return (
            f"{plain(float(value), 0)}% ({_range(found.fields[f'{kind}_low'][at], found.fields[f'{kind}_high'][at])})"
        )

    return DriverRow(
        label=name,
        share=f"{plain(float(found.fields['share'][at]), 0)}%",
        spread=_range(found.fields["share_low"][at], found.fields["share_high"][at]),
        first=f"{plain(float(found.fields['first'][at]), 0)}%",
        within=level("within"),
        between=level("between"),
        room="" if room is None else plain(room.room, 1),
        score="" if room is None else plain(room.score, 1),
        is_clear=bool(found.clear_of_noise[at]),
        is_entangled=bool(found.inflation[at] >= ENTANGLED),
    )


def _dots(
    found: DriverBook, group: int, outcome: int, order: list[int], names: list[str], label: str, of: str
) -> DotIntervals:
    fields = {name: found.fields[name][group, outcome] for name in ("share", "share_low", "share_high")}
    most = max(20.0, 10.0 * (int(fields["share_high"][order].max() // 10) + 1))
    rows = tuple(
        DotRow(
            label=name,
            value=float(fields["share"][place]),
            low=float(fields["share_low"][place]),
            high=float(fields["share_high"][place]),
            flag="strong" if found.clear_of_noise[group, outcome, place] else "unsure",
            value_text=f"{plain(float(fields['share'][place]), 0)}%",
            range_text=_range(fields["share_low"][place], fields["share_high"][place]),
        )
        for place, name in zip(order, names, strict=True)
    )
    return DotIntervals(
        title=_("What goes with %(outcome)s in %(unit)s") % {"outcome": _quoted(label), "unit": of},
        description=_("Shares of what all drivers explain together, with 95% ranges. They add up to 100%."),
        rows=rows,
        low=0.0,
        high=most,
        ticks=ticks(0.0, most),
        axis_label=_("0%% to %(most)s%%") % {"most": plain(most, 0)},
        value_label=_("Share"),
        decimals=0,
        compact=True,
    )


def _points(
    found: DriverBook, group: int, outcome: int, order: list[int], names: list[str], rooms: list[Room | None]
) -> list[StandingPoint]:
    equal = 100.0 / len(order)
    points = []
    for place, name, room in zip(order, names, rooms, strict=True):
        if room is None:
            continue
        share = float(found.fields["share"][group, outcome, place])
        clear = bool(found.clear_of_noise[group, outcome, place])
        if share >= equal and clear and room.room >= WORTH_ACTING:
            points.append(StandingPoint(name, share, room.score, "needs", _below(room)))
        elif share >= equal and clear:
            points.append(StandingPoint(name, share, room.score, "strong", _("At the aim, or near it")))
        else:
            points.append(StandingPoint(name, share, room.score))
    return points


def _below(room: Room) -> str:
    return _("%(room)s points below the aim") % {"room": plain(room.room, 1)}


def _picture(
    found: DriverBook,
    group: int,
    outcome: int,
    order: list[int],
    names: list[str],
    rooms: list[Room | None],
    label: str,
    whom: str,
) -> Figure | None:
    points = _points(found, group, outcome, order, names, rooms)
    ends = {(found.drivers[place].low, found.drivers[place].high) for place in order}
    if not points or len(ends) != 1:
        return None
    low, high, marks = score_axis([point.score for point in points], *ends.pop())
    axes = StandingAxes(low, high, marks, 100.0 / len(order), _("Share of what is explained"), _("Score"))
    title = _("Room to improve against importance, %(unit)s") % {"unit": whom}
    words = _("Across: how much goes with %(outcome)s. Up: how it is rated. Below right is where a step counts most.")
    return standing_figure(points, axes, "room", title, words % {"outcome": _quoted(label)})


def _start(
    found: DriverBook,
    group: int,
    outcome: int,
    order: list[int],
    names: list[str],
    rooms: list[Room | None],
    whom: str,
) -> str:
    """Return where a step counts most: the largest product of share and room among drivers clear of noise."""
    weighed = [
        (float(found.fields["share"][group, outcome, place]) * room.room, name, room)
        for place, name, room in zip(order, names, rooms, strict=True)
        if room is not None and room.room >= WORTH_ACTING and found.clear_of_noise[group, outcome, place]
    ]
    if not weighed:
        return _("No driver of %(unit)s lies clearly below its aim.") % {"unit": whom}
    _weight, name, room = max(weighed, key=lambda one: one[0])
    if room.aim.of_teams:
        words = _("A step counts most at %(name)s: %(score)s, where the best quarter of teams reach %(aim)s.")
    else:
        words = _("A step counts most at %(name)s: %(score)s, where %(aim)s is the least to aim for.")
    return words % {"name": _quoted(name), "score": plain(room.score, 1), "aim": plain(room.aim.value, 1)}


def _label(chosen: Choosing, key: str) -> str:
    labels = (column.label for column in chosen.book.columns if column.subject == key)
    return next((say(label, chosen.language) for label in labels), key)


def _making(chosen: Choosing, found: DriverBook, group: int | None, outcome: int) -> Making:
    if group is None:
        n = _("Nobody: no group is large enough.")
    else:
        n = ngettext(
            "About %(n)s person in %(teams)s teams or more, at least %(part)s of 10 of those who answered.",
            "About %(n)s people in %(teams)s teams or more, at least %(part)s of 10 of those who answered.",
            int(found.people[group, outcome]),
        ) % {
            "n": plain(int(found.people[group, outcome]), 0),
            "part": round(float(found.complete[group, outcome]) * 10),
            "teams": int(found.teams[group, outcome]),
        }
    return Making(
        method=_("LMG shares of R², exact over all subsets of drivers; 95% ranges by resampling whole teams."),
        formula="LMG(x) = mean over orders of R²(S ∪ x) − R²(S)",
        n=n,
        inputs=found.inputs_hash,
        limits=(
            _("An association among answers of the same people on the same day, not yet a cause."),
            _("Answers count where all of it was answered, so that every number rests on the same people."),
            _("Too close to call: the first leads in under 95% of resamples, or people are under 100 or 10 a driver."),
            _("Room is the distance to what the best quarter of the organisation's teams reach, 3.5 of 5 at least."),
        ),
        sources=(
            "Lindeman, Merenda and Gold 1980",
            "Grömping 2006",
            "Tonidandel, LeBreton and Johnson 2009",
        ),
        versions=tuple(found.made_with.items()),
    )


def driver_sheet(page: DriverPage) -> Sheet:
    """Return a page as a sheet."""
    header = (
        _("Driver"), _("Share"), _("95% range"), _("First in resamples"), _("Inside teams"), _("Between teams"),
        _("Score"), _("Room to improve"), _("More than noise"),
    )  # fmt: skip
    rows = [
        (row.label, row.share, row.spread, row.first, row.within, row.between, row.score, row.room,
         _("yes") if row.is_clear else "–")
        for row in page.rows
    ]  # fmt: skip
    notes = (page.lede, str(page.making.method), str(page.making.n), *map(str, page.making.limits), page.making.inputs)
    return Sheet(f"{page.chosen.unit_name} drivers", page.title, header, rows, notes)


def driver_document(page: DriverPage) -> Document:
    """Return a page as a document for a deck. Raises ValueError for a page without numbers."""
    if not page.is_shown:
        raise ValueError("there is nothing to show")
    sheet = driver_sheet(page)
    found = drivers_of(page.chosen.wave)
    assert found is not None
    number = found.outcome_of.get(page.chosen.asked.what, 0)
    group = found.group(page.chosen.book.tree, page.chosen.row, number, page.chosen.cut, page.chosen.level)
    assert group is not None
    order = found.order(group, number)
    names = [row.label for row in page.rows]
    outcome = say(found.outcomes[number].label, page.chosen.language)
    dots = _dots(found, group, number, order, names, outcome, page.of)
    table = Table(page.title, (*sheet.header[:5], sheet.header[7]),
                  tuple((*map(str, row[:5]), str(row[7])) for row in sheet.rows), (1, 3, 5))  # fmt: skip
    sections = (Section(page.title, (dots,)), Section(page.start, (table,)))
    return document_of(page.chosen, page.title, "drivers", sections, page.making)
