"""Whether questions mean the same to the levels of every declared cut: one pass over the answers, then moments alone.

Answers of a scale are counted by how people answered all of it; every cut is then a table of those counts, and every
group's means and covariances follow. Only the whole organisation is looked at: units below it are asked the same
questions, and are too small to tell.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from headwater import __version__
from headwater.engine import stream_rows
from headwater.scoring.answer_patterns import AnswerPatterns
from headwater.scoring.drivers import two_figures
from headwater.scoring.specification import RatedScale, Specification
from headwater.stats.invariance import Compared, Sameness, judge_sameness
from headwater.stats.ordinal_invariance import Counted, judge_ease
from headwater.vocab import (
    Bound,
    Cut,
    CutSameness,
    Estimate,
    QuestionApart,
    SamenessBook,
    SameVerdict,
    ScaleAsked,
    ScoreBook,
)
from headwater.vocab.answers import ITEM_MISSING

FEWEST_PEOPLE = 200
"""People of a level with complete answers. Smaller groups rarely show a difference that is there (French and Finch
2006, Meade and Bauer 2007), and one person moves nothing that is said of so many."""

FEWEST_POINTS = 5
"""Answers with fewer points bend towards their ends: counts are compared in place of means (Rhemtulla 2012)."""

FORMULA = 1
"""Counts changes to how verdicts are made, so that a book made another way has another hash."""


@dataclass(frozen=True)
class RatedRows:
    """Answers in memory. unit: int32[R], row of the tree. items: by key int8[R], scored so that high is good,
    ITEM_MISSING where missing. levels: by cut, int16[R], place among its levels, -1 unknown.
    """

    unit: NDArray[np.int32]
    items: dict[str, NDArray[np.int8]]
    levels: tuple[NDArray[np.int16], ...]


def find_sameness(store: Path, book: ScoreBook, specification: Specification) -> SamenessBook | None:
    """Return the verdicts of a released wave, None where it has no scale of two questions or no cut.

    store: the folder of sealed answers. book: what was released of the wave; only levels it shows of the whole
    organisation are compared. Raises InputError when the sealed answers cannot be read.
    """
    scales, cuts = _scales(specification), _cuts(book)
    if not scales or not cuts:
        return None
    return sameness_of_rows(_read(store, book, specification, scales, cuts), book, specification)


def sameness_of_rows(rows: RatedRows, book: ScoreBook, specification: Specification) -> SamenessBook | None:
    """Return the verdicts from answers in memory. rows.levels: one array a cut of the book that has panels."""
    scales, cuts = _scales(specification), _cuts(book)
    if not scales or not cuts:
        return None
    verdicts: dict[tuple[str, str], CutSameness] = {}
    asked: list[tuple[RatedScale, Cut, tuple[int, ...]]] = []
    compared: list[Compared | Counted] = []
    people = 0
    ease_only: set[str] = set()
    for scale in scales:
        items = [specification.items[specification.item_position[key]] for key in scale.items]
        is_coarse = min(item.high - item.low + 1 for item in items) < FEWEST_POINTS
        if is_coarse or len(items) == 2:
            ease_only.add(scale.key)
        ends = [(item.low, item.high) for item in items]
        patterns = AnswerPatterns.of(rows.unit, [rows.items[item.key] for item in items], ends)
        for cut, levels in zip(cuts, rows.levels, strict=True):
            kept, one = _compared(book, scale, cut, patterns, levels, is_coarse=is_coarse)
            if one is None:
                verdicts[scale.key, cut.key] = CutSameness(scale.key, cut.key, "few" if len(kept) < 2 else "unsettled")
                continue
            asked.append((scale, cut, kept))
            compared.append(one)
            people = max(people, int((one.people if isinstance(one, Counted) else one.n).sum()))
    for (scale, cut, kept), judged in zip(asked, _judged(compared), strict=True):
        verdicts[scale.key, cut.key] = _verdict(book, scale, cut, kept, judged)
    return SamenessBook(
        study=book.study.key,
        wave=book.wave.key,
        scales=tuple(_asked(specification, scale) for scale in scales),
        verdicts=tuple(
            replace(verdicts[scale.key, cut.key], is_ease_only=scale.key in ease_only)
            for scale in scales
            for cut in cuts
        ),
        minimum=FEWEST_PEOPLE,
        people=two_figures(people),
        inputs_hash=_digest(book),
        made_with={"headwater": __version__},
    )


def _scales(specification: Specification) -> list[RatedScale]:
    return [scale for scale in specification.scales if len(scale.items) > 1 and not scale.parts]


def _cuts(book: ScoreBook) -> tuple[Cut, ...]:
    return tuple(cut for cut in book.study.cuts if any(panel.cut == cut.key for panel in book.panels))


def _asked(specification: Specification, scale: RatedScale) -> ScaleAsked:
    items = [specification.items[specification.item_position[key]] for key in scale.items]
    return ScaleAsked(scale.key, scale.label, scale.lens, tuple((item.key, item.label) for item in items))


def _read(
    store: Path, book: ScoreBook, specification: Specification, scales: Sequence[RatedScale], cuts: Sequence[Cut]
) -> RatedRows:
    wanted = {key for scale in scales for key in scale.items}
    items = [item for item in specification.items if item.key in wanted]
    unit, levels = [], []
    found: dict[str, list[NDArray[np.int8]]] = {item.key: [] for item in items}
    for batch in stream_rows(
        store, book.study.key, book.wave.key, items=[item.key for item in items], cuts=[cut.key for cut in cuts]
    ):
        number = np.array([book.tree.index_of[name] for name in batch.unit_ids], np.int32)
        unit.append(number[batch.unit])
        levels.append([batch.cuts[cut.key] for cut in cuts])
        for item in items:
            codes = batch.items[item.key]
            if item.reverse:
                codes = np.where(codes == ITEM_MISSING, codes, item.low + item.high - codes).astype(np.int8)
            found[item.key].append(codes)
    return RatedRows(
        np.concatenate(unit),
        {key: np.concatenate(parts) for key, parts in found.items()},
        tuple(np.concatenate([part[place] for part in levels]) for place in range(len(cuts))),
    )


def _judged(compared: Sequence[Compared | Counted]) -> list[Sameness]:
    """Judge by means and covariances, and by counts where answers have few points: a family each."""
    found: dict[int, Sameness] = {}
    smooth = [(at, one) for at, one in enumerate(compared) if isinstance(one, Compared)]
    coarse = [(at, one) for at, one in enumerate(compared) if isinstance(one, Counted)]
    found.update(zip((at for at, _ in smooth), judge_sameness([one for _, one in smooth]), strict=True))
    found.update(zip((at for at, _ in coarse), judge_ease([one for _, one in coarse]), strict=True))
    return [found[at] for at in range(len(compared))]


def _compared(
    book: ScoreBook,
    scale: RatedScale,
    cut: Cut,
    patterns: AnswerPatterns,
    levels: NDArray[np.int16],
    *,
    is_coarse: bool,
) -> tuple[tuple[int, ...], Compared | Counted | None]:
    """Return the levels that may be compared and are large enough, with what is needed of them; None below two."""
    columns = [number for number, column in enumerate(book.columns) if column.subject == scale.key]
    counts = patterns.by_level(levels, len(cut.levels))
    kept = []
    for place, people in enumerate(counts.sum(axis=1).tolist()):
        panel = book.panel_of.get((cut.key, cut.levels[place]))
        shown = panel is not None and bool(columns) and all(panel.shows(0, column) for column in columns)
        if shown and people >= max(FEWEST_PEOPLE, book.study.k):
            kept.append(place)
    if len(kept) < 2:
        return tuple(kept), None
    if is_coarse:
        return tuple(kept), Counted(counts[kept], patterns.answers)
    return tuple(kept), patterns.compared(counts[kept])


def _verdict(book: ScoreBook, scale: RatedScale, cut: Cut, kept: tuple[int, ...], one: Sameness) -> CutSameness:
    levels = tuple(cut.levels[place] for place in kept)
    count = len(scale.items)
    apart = tuple(
        QuestionApart(
            level=levels[found.group],
            item=scale.items[found.item] if count > 2 else "",
            shift=_tenths(found.shift),
            moved=_tenths(found.shift / count),
            size=_tenths(found.dmacs),
            is_weight=found.is_weight,
        )
        for found in one.differences
    )
    gaps = {level: _gap(book, scale, cut, levels, level) for level in dict.fromkeys(each.level for each in apart)}
    verdict: SameVerdict = one.answer
    known = {level: gap for level, gap in gaps.items() if gap is not None}
    return CutSameness(scale.key, cut.key, verdict, levels, apart, known)


def _gap(book: ScoreBook, scale: RatedScale, cut: Cut, levels: Sequence[str], level: str) -> float | None:
    """Return a level's released score less the mean of the other levels', None where one is shown as a limit only."""
    number = next(at for at, column in enumerate(book.columns) if column.subject == scale.key)
    values: dict[str, tuple[float, int]] = {}
    for name in levels:
        found = book.at(0, number, book.panel_of[cut.key, name])
        if not isinstance(found, Estimate) or found.bound is not Bound.EXACT:
            return None
        values[name] = found.value, found.n
    others = [pair for name, pair in values.items() if name != level]
    rest = sum(value * n for value, n in others) / max(sum(n for _value, n in others), 1)
    return _tenths(values[level][0] - rest)


def _tenths(value: float) -> float:
    return round(float(value), 1) + 0.0


def _digest(book: ScoreBook) -> str:
    parts = [book.inputs_hash, "sameness", __version__, str(FORMULA)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


__all__ = ["RatedRows", "find_sameness", "sameness_of_rows"]
