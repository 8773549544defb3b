"""Released scores over the API."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.errors import HttpError

from headwater.rooms.learn.books import book_of
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.releasing import has_book
from headwater.rooms.people.tokens import Scoped, may_touch, token_of
from headwater.vocab import Bound, Difference, Estimate, ScoreBook, Withheld, say

MOST = 200

router = Router(tags=["scores"])


class DifferenceOut(Schema):
    """A difference with its interval. sureness: 0 too close to call, 1 at a false-discovery rate of 5%, 2 of 1%."""

    value: float
    low: float
    high: float
    sureness: int


class NumberOut(Schema):
    """One number of one unit: released with n and interval, or withheld with the one reason and the nearest unit above
    that shows it.
    """

    measure: str
    subject: str
    label: str
    cut: str = ""
    level: str = ""
    status: Literal["released", "withheld"]
    n: int | None = None
    value: float | None = None
    bound: Literal["exact", "at least", "at most"] | None = None
    low: float | None = None
    high: float | None = None
    steadied: float | None = None
    steadied_low: float | None = None
    steadied_high: float | None = None
    versus_rest: DifferenceOut | None = None
    versus_previous: DifferenceOut | None = None
    versus_benchmark: DifferenceOut | None = None
    reason: str | None = None
    nearest: str | None = None


class UnitScores(Schema):
    """All numbers of one unit. response_percent: answered of invited, where it may be shown."""

    unit: str
    name: str
    parent: str | None
    response_percent: float | None
    numbers: list[NumberOut]


class ScoresPage(Schema):
    """Some units of a released wave in preorder. inputs: the hash of everything the numbers are a function of."""

    study: str
    wave: str
    k: int
    inputs: str
    previous_wave: str
    benchmark: str
    units: list[UnitScores]
    next: int | None


@router.get("/{study}/{wave}", response=ScoresPage, auth=Scoped("scores:read"), summary="Released scores of a wave")
def scores(
    request: HttpRequest,
    study: str,
    wave: str,
    after: Annotated[int, Query(ge=-1)] = -1,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    unit: str = "",
    language: str = "en",
) -> ScoresPage:
    """Released scores of all units in preorder, or of one unit by its key. Cuts are among the numbers."""
    found = Wave.objects.filter(study__key=study, key=wave, state=Wave.State.RELEASED).select_related("study").first()
    if found is None or not may_touch(token_of(request), study) or not has_book(found):
        raise HttpError(404, "no such wave was released")
    book = book_of(found)
    if unit:
        if unit not in book.tree.index_of:
            raise HttpError(404, "there is no such unit in this wave")
        rows = [book.tree.index_of[unit]]
    else:
        rows = list(range(after + 1, min(after + 1 + limit, len(book.tree))))
    is_last = bool(unit) or not rows or rows[-1] + 1 >= len(book.tree)
    return ScoresPage(
        study=book.study.key,
        wave=book.wave.key,
        k=book.study.k,
        inputs=book.inputs_hash,
        previous_wave=book.previous_wave,
        benchmark=book.benchmark,
        units=[_unit(book, row, language) for row in rows],
        next=None if is_last else rows[-1],
    )


def _unit(book: ScoreBook, row: int, language: str) -> UnitScores:
    numbers = []
    for panel in book.panels:
        if panel.position(row) < 0:
            continue
        for column, found in book.of_unit(row, panel):
            numbers.append(_number(found, say(column.label, language)))
    parent = int(book.tree.parent[row])
    return UnitScores(
        unit=book.tree.ids[row],
        name=book.tree.names[row],
        parent=None if parent < 0 else book.tree.ids[parent],
        response_percent=book.response_percent(row),
        numbers=numbers,
    )


def _number(found: Estimate | Withheld, label: str) -> NumberOut:
    if isinstance(found, Withheld):
        return NumberOut(
            measure=found.measure,
            subject=found.subject,
            label=label,
            cut=found.cut,
            level=found.level,
            status="withheld",
            reason=found.reason,
            nearest=found.nearest or None,
        )
    bounds: dict[Bound, Literal["exact", "at least", "at most"]] = {
        Bound.EXACT: "exact",
        Bound.AT_LEAST: "at least",
        Bound.AT_MOST: "at most",
    }
    return NumberOut(
        measure=found.measure,
        subject=found.subject,
        label=label,
        cut=found.cut,
        level=found.level,
        status="released",
        n=found.n,
        value=_finite(found.value),
        bound=bounds[found.bound],
        low=_finite(found.low),
        high=_finite(found.high),
        steadied=_finite(found.shrunken),
        steadied_low=_finite(found.shrunken_low),
        steadied_high=_finite(found.shrunken_high),
        versus_rest=_difference(found.versus_rest),
        versus_previous=_difference(found.versus_previous),
        versus_benchmark=_difference(found.versus_benchmark),
    )


def _difference(found: Difference | None) -> DifferenceOut | None:
    if found is None:
        return None
    return DifferenceOut(value=found.value, low=found.low, high=found.high, sureness=int(found.sureness))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
