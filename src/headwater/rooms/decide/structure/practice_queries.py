"""The library of practices: searched, one looked at, and what happened where it was used. No order of merit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.reports import wording
from headwater.reports.builders.findings import findings_of, score_columns
from headwater.rooms.decide.models import Practice, PracticeUse
from headwater.rooms.decide.structure.access import may_manage, may_share
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.books import book_of, released_waves
from headwater.rooms.learn.evidence import Evidence, evidence_for_unit, evidence_from
from headwater.rooms.people.logic.roles import ACTIONS, Viewer, can
from headwater.rooms.people.models import Unit
from headwater.vocab import Bound, speaking

PER_PAGE = 20
MOST_UNITS = 300


@dataclass(frozen=True)
class PracticeCard:
    """One practice in the list. score: what it was for, "" for none. uses, told: units that took it up, and said."""

    practice: Practice
    score: str
    uses: int
    told: int


@dataclass(frozen=True)
class LibraryPage:
    """The practices, the latest first, and those that await a word of the viewer's units."""

    cards: Page[Any]
    listed: tuple[PracticeCard, ...]
    question: str
    waiting: tuple[PracticeUse, ...]


@dataclass(frozen=True)
class UseLine:
    """One unit that took it up. change: "" where the viewer may not see it or two waves in a row do not show it."""

    use: PracticeUse
    by: str
    change: str
    may_tell: bool


@dataclass(frozen=True)
class PracticePage:
    """One practice. evidence: the number it worked for, None for those who may not see that unit's."""

    practice: Practice
    by: str
    score: str
    evidence: Evidence | None
    uses: tuple[UseLine, ...]
    units: tuple[Unit, ...]
    may_withdraw: bool


@dataclass(frozen=True)
class NewPracticePage:
    """The form's choices: the viewer's units, and the scores of the one that was chosen."""

    units: tuple[Unit, ...]
    unit: Unit | None
    scores: tuple[tuple[str, str], ...]


def library_page(*, viewer: Viewer, question: str, page: int) -> LibraryPage:
    """Return the practices that hold some words. Raises PermissionDenied for those it does not open to."""
    _require(viewer)
    words = " ".join(question.replace("\x00", " ").split())[:100]
    found = Practice.objects.select_related("unit", "shared_by__person").filter(withdrawn_at=None)
    for word in words.split():
        found = found.filter(Q(title__icontains=word) | Q(what__icontains=word) | Q(unit__name__icontains=word))
    cards = Paginator(found.order_by("-shared_at", "title"), PER_PAGE).get_page(page)
    uses: dict[UUID, list[bool]] = {}
    for practice, outcome in PracticeUse.objects.filter(practice__in=list(cards.object_list)).values_list(
        "practice_id", "outcome"
    ):
        uses.setdefault(practice, []).append(bool(outcome))
    listed = tuple(
        PracticeCard(one, _score(one), len(uses.get(one.pk, ())), sum(uses.get(one.pk, ()))) for one in cards
    )
    own = PracticeUse.objects.select_related("practice", "unit").filter(outcome="", practice__withdrawn_at=None)
    waiting = tuple(one for one in own.order_by("adopted_at")[:100] if viewer.user == str(one.adopted_by_id))
    return LibraryPage(cards, listed, words, waiting)


def practice_page(*, viewer: Viewer, practice_id: UUID) -> PracticePage:
    """Return one practice with who used it. Raises Http404, PermissionDenied."""
    _require(viewer)
    practice = (
        Practice.objects.select_related("unit", "shared_by__person").filter(pk=practice_id, withdrawn_at=None).first()
    )
    if practice is None:
        raise Http404
    uses = PracticeUse.objects.filter(practice=practice).select_related("unit", "adopted_by__person")
    taken = [*uses.values_list("unit_id", flat=True), practice.unit_id]
    return PracticePage(
        practice=practice,
        by=_name(practice.shared_by),
        score=_score(practice),
        evidence=evidence_from(practice.evidence)
        if practice.evidence is not None and _sees(viewer, practice.unit)
        else None,
        uses=tuple(_use_line(viewer, one) for one in uses.order_by("adopted_at")),
        units=tuple(one for one in units_of(viewer) if one.pk not in taken),
        may_withdraw=viewer.user == str(practice.shared_by_id) or may_manage(viewer),
    )


def new_practice_page(*, viewer: Viewer, unit_key: str) -> NewPracticePage:
    """Return the choices of the form. Raises PermissionDenied for those it does not open to."""
    _require(viewer)
    units = units_of(viewer)
    unit = next((one for one in units if one.key == unit_key), units[0] if len(units) == 1 else None)
    found: Sequence[Evidence] = evidence_for_unit(viewer=viewer, unit=unit.key) if unit is not None else ()
    return NewPracticePage(units, unit, tuple((score_value(one), _score_words(one)) for one in found if one.is_shown))


def units_of(viewer: Viewer) -> tuple[Unit, ...]:
    """Return the open units a viewer may share for or take up in, in the order of the tree."""
    units = Unit.objects.filter(is_open=True).exclude(number=None).order_by("number")
    if can(viewer, "practices.share"):
        return tuple(units[:MOST_UNITS])
    span = Q(pk__in=[])
    for holding in viewer.holdings:
        if holding.role in ACTIONS["practices.share"] and holding.span is not None:
            span |= Q(number__gte=holding.span.start, number__lt=holding.span.stop)
    return tuple(units.filter(span)[:MOST_UNITS])


def score_value(one: Evidence) -> str:
    """Return a released number as the value of a form's choice."""
    return f"{one.study}|{one.wave}|{one.score}"


def finding_of(value: str, unit: Unit) -> Finding | None:
    """Return the released number that a choice of a form means, None for none. Raises ValueError for another shape."""
    if not value:
        return None
    study, wave, score = value.split("|")
    return Finding(study, wave, unit.key, score)


def _require(viewer: Viewer) -> None:
    if not may_share(viewer):
        raise PermissionDenied


def _sees(viewer: Viewer, unit: Unit) -> bool:
    return can(viewer, "results.see", unit.number)


def _score(practice: Practice) -> str:
    return str(practice.evidence["label"]) if practice.evidence is not None else ""


def _score_words(one: Evidence) -> str:
    return f"{one.label}: {one.value_text} ({one.study_title}, {one.wave_title})"


def _name(user: Any) -> str:
    return str(user.person) if user.person is not None else user.name or user.email


def _use_line(viewer: Viewer, use: PracticeUse) -> UseLine:
    sees = _sees(viewer, use.unit)
    return UseLine(
        use,
        _name(use.adopted_by),
        change_since(use.before) if sees and use.before is not None else "",
        can(viewer, "practices.share", use.unit.number),
    )


def change_since(before: dict[str, Any]) -> str:
    """Return the change of a frozen number to the next wave of its study, from released books alone.

    "" while there is no next wave, or where the unit's own numbers of both are not shown. It has no comparison, so
    it says little alone.
    """
    was = evidence_from(before)
    with speaking(get_language() or "en"):
        for wave in reversed(released_waves()):
            if wave.study.key != was.study or wave.key == was.wave:
                continue
            book = book_of(wave)
            row = book.tree.index_of.get(was.unit)
            if book.previous_wave != was.wave or row is None:
                continue
            for number in score_columns(book):
                if book.columns[number].subject == was.score:
                    one = findings_of(book, row, [number])[0]
                    moved = one.estimate.versus_previous if one.estimate is not None else None
                    if one.estimate is None or moved is None or one.estimate.bound is not Bound.EXACT:
                        return ""
                    return _change_words(was, wave.title, moved.value, moved.low, moved.high, one.decimals)
    return ""


def _change_words(was: Evidence, later: str, value: float, low: float, high: float, decimals: int) -> str:
    return _("%(score)s from %(before)s to %(after)s: %(change)s (%(range)s).") % {
        "score": was.label,
        "before": was.wave_title,
        "after": later,
        "change": wording.signed(value, decimals),
        "range": wording.spread(low, high, decimals, sign=True),
    }
