"""The released numbers of one score over the waves of its study, unit by unit: what plans and checks are made from.

Only ScoreBooks are read. Waves count on the tree of the latest of them: a unit that was another group of people before
a reorganisation has no number in the earlier wave, and no wave counts from before the questions of the score changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

import numpy as np
from django.utils import timezone

from headwater.chain import EffectPanel
from headwater.reports.builders.findings import score_columns
from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.evidence import plain_score
from headwater.rooms.learn.plans import plan_for_pages
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.releasing import earlier_of, has_book
from headwater.scoring.sentences import decimals_of
from headwater.vocab import Bound, Column, ScoreBook, Texts

MOST_WAVES = 8
"""Waves that are read, the latest."""


@dataclass(frozen=True)
class WaveFacts:
    """One wave of a panel. opened, closed: local days between which people answered. k: in force."""

    pk: UUID
    key: str
    title: str
    opened: date
    closed: date
    inputs_hash: str
    k: int


@dataclass(frozen=True)
class ScorePanel:
    """A score's panel with its waves, oldest first, and the column as the latest wave declares it.

    names: of units today, by key. leaders: key of who led each unit, by wave and unit key.
    """

    panel: EffectPanel
    waves: tuple[WaveFacts, ...]
    column: Column
    study_title: str
    names: dict[str, str]
    leaders: tuple[dict[str, str], ...]

    @property
    def decimals(self) -> int:
        """Decimals people read; one more in changes of points, which are small."""
        return decimals_of(self.column) + (1 if self.column.unit == "points" else 0)

    @property
    def label(self) -> Texts:
        """What the score is called."""
        return self.column.label

    def wave(self, key: str) -> WaveFacts:
        """Return the facts of a wave. Raises KeyError for one that is not here."""
        return self.waves[self.panel.column_of[key]]


def released_of(study: str, *, known_at: datetime | None = None) -> list[Wave]:
    """Return the released waves of a study that have a book, oldest first. known_at: those released by then alone."""
    waves = Wave.objects.filter(study__key=study, study__kept_for=None, state=Wave.State.RELEASED)
    if known_at is not None:
        waves = waves.filter(released_at__lte=known_at)
    found = waves.select_related("study").defer("plan").order_by("closes_at", "order")
    return [wave for wave in found if has_book(wave)]


def panel_of(study: str, score: str, *, upto: Wave | None = None) -> ScorePanel | None:
    """Return the panel of a score, None where no released wave gives it. upto: the latest wave that counts."""
    waves = released_of(study)
    if upto is not None:
        places = [place for place, wave in enumerate(waves) if wave.pk == upto.pk]
        waves = waves[: places[0] + 1] if places else []
    if not waves:
        return None
    return _panel(tuple(wave.pk for wave in waves[-MOST_WAVES:]), plain_score(score))


@lru_cache(maxsize=32)
def _panel(wave_ids: tuple[UUID, ...], subject: str) -> ScorePanel | None:
    """Read a panel; a released book never changes, so it is kept."""
    found = {wave.pk: wave for wave in Wave.objects.filter(pk__in=wave_ids).select_related("study").defer("plan")}
    waves = [found[pk] for pk in wave_ids]
    books = [book_of(wave) for wave in waves]
    last = books[-1]
    number = _column(last, subject)
    if number is None:
        return None
    column, tree = last.columns[number], last.tree
    plan = plan_for_pages(waves[-1])
    shape = (len(tree), len(waves))
    value, se, n = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape)
    leaders: list[dict[str, str]] = []
    for place, (wave, book) in enumerate(zip(waves, books, strict=True)):
        here = {unit: unit for unit in tree.ids} if place == len(waves) - 1 else earlier_of(plan, wave)
        then = plan_for_pages(wave)
        led = dict(zip(then.unit_ids, then.unit_leaders, strict=True))
        leaders.append({unit: led.get(before, "") for unit, before in here.items()})
        own = _column(book, subject)
        if own is None or not _is_alike(book.columns[own], column):
            value[:, : place + 1] = np.nan
            continue
        if book.previous_wave and not np.isfinite(book.everybody.fields["previous_difference"][:, own]).any():
            value[:, :place] = np.nan
        everybody = book.everybody
        for unit, before in here.items():
            row, old = tree.index_of.get(unit), book.tree.index_of.get(before)
            at = -1 if old is None else everybody.position(old)
            if row is None or at < 0 or not everybody.shown[at, own] or everybody.bound[at, own] != Bound.EXACT:
                continue
            value[row, place] = everybody.fields["value"][at, own]
            se[row, place] = everybody.fields["se"][at, own]
            n[row, place] = everybody.n_answered[at, own]
    size, depth = tree.size.astype(np.int64), tree.depth.astype(np.int64)
    panel = EffectPanel(tree.ids, tuple(wave.key for wave in waves), value, se, n, size, depth)
    facts = tuple(_facts(wave, book) for wave, book in zip(waves, books, strict=True))
    names = dict(zip(tree.ids, tree.names, strict=True))
    return ScorePanel(panel, facts, column, waves[-1].study.title, names, tuple(leaders))


def _facts(wave: Wave, book: ScoreBook) -> WaveFacts:
    opened, closed = timezone.localdate(wave.opens_at), timezone.localdate(wave.closes_at)
    return WaveFacts(wave.pk, wave.key, wave.title, opened, closed, book.inputs_hash, plan_for_pages(wave).k)


def _column(book: ScoreBook, subject: str) -> int | None:
    columns: Sequence[int] = (*score_columns(book), *range(len(book.columns)))
    return next((number for number in columns if book.columns[number].subject == subject), None)


def _is_alike(one: Column, other: Column) -> bool:
    return (one.measure, one.low, one.high) == (other.measure, other.low, other.high)
