"""The board and its candidates as pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.reports.charts.numerals import plain, signed, span
from headwater.rooms.decide.directions import wording
from headwater.rooms.decide.directions.allowed import SEE, may_choose, may_prepare, seen_units
from headwater.rooms.decide.directions.board import Board, BoardLine, board_of
from headwater.rooms.decide.directions.board_drawing import effects_figure, effort_picture, making_of
from headwater.rooms.decide.directions.effects import ground_of
from headwater.rooms.decide.directions.estimates import Estimates, estimates_of
from headwater.rooms.decide.models import Direction, DirectionCandidate
from headwater.rooms.house.figures import Figure
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.books import released_waves
from headwater.rooms.learn.driver_asking import Asked, Choosing, Option, choose
from headwater.rooms.learn.driver_finding import drivers_of
from headwater.rooms.learn.making import Making
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.models import Unit
from headwater.rooms.people.tabs import has_role_for
from headwater.rooms.people.viewers import require
from headwater.vocab import say, speaking

OPEN = DirectionCandidate.State.OPEN
MOST_ASIDE = 20


@dataclass(frozen=True)
class CandidateLine:
    """One candidate on the board. effect, far: in words, "" where nothing is known."""

    label: str
    unit_name: str
    is_part: bool
    href: str
    effect: str
    room: str
    reach: str
    far: str
    estimates: Estimates
    hours: str = ""
    asked_by: str = ""
    is_chosen: bool = False


@dataclass(frozen=True)
class BoardPage:
    """The board of a part. lines: with an effect, by what can be counted on; others: without; stops: what to stop."""

    chosen: Choosing | None
    unit: Unit | None
    outcomes: tuple[Option, ...]
    title: str
    lede: str
    lines: tuple[CandidateLine, ...]
    left_out: int
    figure: Figure | None
    picture: Figure | None
    others: tuple[CandidateLine, ...]
    stops: tuple[CandidateLine, ...]
    aside: tuple[DirectionCandidate, ...]
    making: Making | None
    may_prepare: bool
    may_choose: bool

    @property
    def is_far(self) -> bool:
        """Whether anything can be expected further down of any line."""
        return any(line.far for line in self.lines)


def board_page(*, viewer: Viewer, asked: Asked) -> BoardPage:
    """Return the board. Raises PermissionDenied, Http404 as `choose` does."""
    if not has_role_for(viewer, SEE):
        require(viewer, SEE)
    waves = [wave for wave in released_waves() if drivers_of(wave) is not None]
    if not waves:
        return _without_drivers(viewer)
    chosen = choose(viewer, Asked(asked.wave, asked.unit, "", asked.what), waves, _groups)
    unit = Unit.objects.filter(key=chosen.book.tree.ids[chosen.row], is_open=True).first()
    if unit is None:
        raise Http404
    with speaking(get_language() or "en"):
        return _board(viewer, chosen, unit)


def _board(viewer: Viewer, chosen: Choosing, unit: Unit) -> BoardPage:
    drivers = drivers_of(chosen.wave)
    assert drivers is not None
    ground = ground_of(chosen.wave, chosen.book, chosen.row, chosen.asked.what)
    tree, study, wave = chosen.book.tree, chosen.wave.study.key, chosen.wave.key
    kept = _kept([unit.key, *(tree.ids[row] for row in tree.children(chosen.row))])
    keep = {(one.unit.key, one.score) for one in kept if one.study == study}
    board = None if ground is None else board_of(ground, keep)
    number = None if ground is None else ground.number
    outcomes = tuple(
        Option(one.key, say(one.label, chosen.language), place == number) for place, one in enumerate(drivers.outcomes)
    )
    estimates = estimates_of([one.pk for one in kept])
    by_score = {(one.unit.key, one.study, one.score): one for one in kept if one.kind == DirectionCandidate.Kind.SCORE}
    lines: list[CandidateLine] = []
    shown: list[tuple[BoardLine, Estimates]] = []
    for line in () if board is None else board.lines:
        one = by_score.pop((line.unit, study, line.score), None)
        known = estimates.get(one.pk, Estimates()) if one is not None else Estimates()
        shown.append((line, known))
        made = _line(line, known, _address(one, Finding(study, wave, line.unit, line.score)))
        lines.append(replace(made, is_chosen=one is not None and one.state != OPEN))
    rest = [one for one in by_score.values() if one.unit_id == unit.pk]
    others = tuple(_other(one, estimates.get(one.pk, Estimates())) for one in rest)
    to_stop = [one for one in kept if one.kind == DirectionCandidate.Kind.STOP and one.unit_id == unit.pk]
    stops = tuple(_other(one, estimates.get(one.pk, Estimates())) for one in to_stop)
    return BoardPage(
        chosen=chosen,
        unit=unit,
        outcomes=outcomes,
        title=_title(board, unit.name),
        lede=_lede(board),
        lines=tuple(lines),
        left_out=0 if board is None else board.left_out,
        figure=None if board is None or not board.lines else effects_figure(board, shown),
        picture=None if board is None else effort_picture(board, shown),
        others=others,
        stops=stops,
        aside=_aside(unit),
        making=None if board is None else making_of(board),
        may_prepare=may_prepare(viewer, unit),
        may_choose=may_choose(viewer, unit),
    )


def _kept(units: Sequence[str]) -> list[DirectionCandidate]:
    going = Direction.objects.filter(state=Direction.State.GOING).values("candidate")
    found = DirectionCandidate.objects.filter(Q(state=OPEN) | Q(pk__in=going), unit__key__in=units)
    return list(found.select_related("unit", "asked_by", "hours_by").order_by("made_at"))


def _aside(unit: Unit) -> tuple[DirectionCandidate, ...]:
    found = DirectionCandidate.objects.filter(unit=unit, state=DirectionCandidate.State.ASIDE)
    return tuple(found.order_by("-made_at")[:MOST_ASIDE])


def _address(kept: DirectionCandidate | None, finding: Finding) -> str:
    if kept is not None:
        return reverse("decide:directions_candidate", args=[kept.pk])
    query = {"study": finding.study, "wave": finding.wave, "unit": finding.unit, "score": finding.score}
    return f"{reverse('decide:directions_finding')}?{urlencode(query)}"


def _line(line: BoardLine, estimates: Estimates, href: str) -> CandidateLine:
    expected = line.expected
    far = [one for one in expected.downstream if one.is_clear and abs(one.value) >= wording.SMALL]
    return CandidateLine(
        label=line.label,
        unit_name=line.unit_name,
        is_part=line.is_part,
        href=href,
        effect=f"{signed(expected.value, 2)} ({span(expected.low, expected.high, 2)})",
        room=plain(expected.room, 1),
        reach=f"{expected.reach}%",
        far="; ".join(wording.station_text(one) for one in far),
        estimates=estimates,
    )


def _other(one: DirectionCandidate, estimates: Estimates) -> CandidateLine:
    return CandidateLine(
        label=one.title,
        unit_name=one.unit.name,
        is_part=False,
        href=reverse("decide:directions_candidate", args=[one.pk]),
        effect="",
        room="",
        reach="",
        far="",
        estimates=estimates,
        hours="" if one.hours_low is None else _hours(one),
        asked_by="" if one.asked_by is None else one.asked_by.name,
        is_chosen=one.state != OPEN,
    )


def _hours(one: DirectionCandidate) -> str:
    return wording.hours_text(one.hours_low or 0, one.hours_high or 0)


def _groups(wave: Wave) -> Mapping[tuple[int, str, str], int]:
    found = drivers_of(wave)
    return {} if found is None else found.position_of


def _title(board: Board | None, unit: str) -> str:
    if board is None or not board.lines:
        return _("What could %(unit)s turn to?") % {"unit": unit}
    first = board.lines[0]
    values = {"unit": unit, "first": first.label, "n": board.close + 1}
    if first.expected.low <= 0:
        return _("In %(unit)s nothing can be counted on yet: every range begins at nought.") % values
    if board.close:
        return _("In %(unit)s, %(n)s candidates are too close to call; “%(first)s” has the most to count on.") % values
    return _("In %(unit)s, “%(first)s” has the most to count on.") % values


def _lede(board: Board | None) -> str:
    if board is None:
        return _("This part is too small for drivers of its own, and so is every one above. Add candidates by hand.")
    if not board.lines:
        return _("No driver has a released score with room to improve here. Add candidates by hand.")
    return _(
        "Ordered by the lower end of the range: what can be counted on, not what is hoped. In points of “%(outcome)s”, "
        "if the links are causes."
    ) % {"outcome": board.ground.outcome_label}


def _without_drivers(viewer: Viewer) -> BoardPage:
    units = Unit.objects.filter(seen_units(viewer), is_open=True).order_by("number")
    unit = next((one for one in units[:200] if may_prepare(viewer, one)), units.first())
    kept = [] if unit is None else _kept([unit.key])
    estimates = estimates_of([one.pk for one in kept])
    lines = [(one, _other(one, estimates.get(one.pk, Estimates()))) for one in kept]
    prepare = unit is not None and may_prepare(viewer, unit)
    return BoardPage(
        chosen=None,
        unit=unit,
        outcomes=(),
        title=_("What could we turn to?"),
        lede=_("No drivers were worked out yet, so nothing is known of effects. Add candidates by hand."),
        lines=(),
        left_out=0,
        figure=None,
        picture=None,
        others=tuple(line for one, line in lines if one.kind == DirectionCandidate.Kind.SCORE),
        stops=tuple(line for one, line in lines if one.kind == DirectionCandidate.Kind.STOP),
        aside=() if unit is None else _aside(unit),
        making=None,
        may_prepare=prepare,
        may_choose=unit is not None and may_choose(viewer, unit),
    )
