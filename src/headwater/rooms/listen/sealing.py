"""Opening a closed wave's answers for whoever holds its key, and forgetting them afterwards.

The order of sealing: close, open, table, `intake.seal` (which shuffles), forget, destroy the key. Responses are opened
in the order of their random ids, which says nothing of when they came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db import connection, transaction

from headwater.intake import read_manifest, source_mark, wave_folder
from headwater.rooms.listen.logic import boxes, wave_keys
from headwater.rooms.listen.logic.answers import Question, form_of
from headwater.rooms.listen.logic.links import Place
from headwater.rooms.listen.logic.plans import WavePlan
from headwater.rooms.listen.models import AccessCode, BatchReceipt, SealedResponse, Wave
from headwater.rooms.listen.respond_waves import forget_wave
from headwater.vocab import AnswerTable, InputError, Problem
from headwater.vocab.answers import ITEM_MISSING, SCORE_MISSING, SCORE_ONE
from headwater.vocab.store_layout import ANSWERS

CHUNK = 500

SEALING = "sealing"
"""Marks the outcome of a wave whose answers are being written to the store."""


@dataclass(frozen=True)
class OpenedResponse:
    """One response, opened. answers: as in `logic.answers`. respondent: empty, a pseudonym or a person, as promised."""

    place: Place
    answers: Mapping[str, Any]
    language: str
    respondent: str = ""
    context: Mapping[str, str] = field(default_factory=dict)


def open_responses(
    wave: Wave, *, standing: Literal["counts", "quarantined"] = "counts", skip_damaged: bool = False
) -> Iterator[OpenedResponse]:
    """Open the complete responses of a wave that takes no more answers. Drafts were never sent and are not opened.

    Raises InputError while the wave is open, and when a response does not open (unless `skip_damaged`); MissingKeyError
    when the key is gone.
    """
    wave.refresh_from_db(fields=["state"])
    if wave.state == Wave.State.OPEN:
        message = f"wave {wave.key!r} still takes answers."
        raise InputError(Problem(message, "Close it first; what comes in while it is opened would be lost."))
    private = wave_keys.private_key(settings.KEYS, wave.pk)
    yield from _opened(wave, private, standing, skip_damaged)


def counted_responses(wave: Wave) -> frozenset[UUID]:
    """Return the ids of a wave's complete responses that count."""
    rows = SealedResponse.objects.filter(wave=wave, is_complete=True, standing=SealedResponse.Standing.COUNTS)
    return frozenset(rows.values_list("pk", flat=True))


def begin_sealing(wave: Wave, plan: WavePlan, count: int) -> bool:
    """Write down that answers are about to be sealed; False where the store holds them and the records never said so.

    The records then came back from a backup of before sealing. What the store holds stands, for it has what was
    answered after the backup. Raises InputError where the records hold more than the store: neither may then take the
    other's place.
    """
    with transaction.atomic():
        locked = Wave.objects.select_for_update().get(pk=wave.pk)
        found = read_manifest(wave_folder(Path(settings.STORE), ANSWERS, plan.study, plan.wave))
        if SEALING not in locked.outcome and found is not None:
            mine = sum(part.rows for part in found.parts if part.source == source_mark(str(wave.pk)))
            if mine == found.rows >= count:
                return False
            if mine == found.rows > 0:
                message = (
                    f"the store holds {mine} answers of this wave, the records {count}, and they do not know of it."
                )
                remedy = "The records came from a backup. Move the wave's folder in the store away, or end the wave."
                raise InputError(Problem(message, remedy))
        if locked.state == Wave.State.CLOSED and SEALING not in locked.outcome:
            locked.outcome = {**locked.outcome, SEALING: True}
            locked.save(update_fields=["outcome"])
    return True


def count_damaged(wave: Wave) -> int:
    """How many complete responses do not open with the wave's key."""
    private = wave_keys.private_key(settings.KEYS, wave.pk)
    rows = SealedResponse.objects.filter(wave=wave, is_complete=True).values_list("body", flat=True)
    return sum(_content(private, body) is None for body in rows.iterator(CHUNK))


def count_by_unit(wave: Wave) -> dict[str, int]:
    """Return how many responses that count each unit has, by its key; open waves too. For response rates."""
    private = wave_keys.private_key(settings.KEYS, wave.pk)
    return dict(Counter(opened.place.unit for opened in _opened(wave, private, "counts", True)))


def forget_responses(wave: Wave) -> None:
    """Delete a wave's responses, drafts, codes and receipts, and write over where they lay. Safe to repeat.

    What backups and logs of the database still hold is ciphertext; destroying the key makes it unreadable for good.
    """
    for model in (SealedResponse, AccessCode, BatchReceipt):
        model.objects.filter(wave=wave)._raw_delete(using="default")
    forget_wave(wave.pk)
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # secure_delete writes zeros over freed pages; the checkpoint brings that to the file and empties the WAL
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("VACUUM listen_sealedresponse")


def answer_table(plan: WavePlan, responses: Iterable[OpenedResponse]) -> AnswerTable:
    """Lay opened responses out for `intake.seal`, under the plan in force.

    Rated and single answers are codes. A choice of a multiple item is `<item>_<choice>`: 1 chosen, 0 not chosen by
    someone who chose another. A choice of a ranking is `<item>_<choice>`: its place. A set of a best-worst item is
    `<item>_<set>_best` and `_worst`, sets from 01: the choice's place among the item's choices. Numbers are scores.
    Words are comments, apart. Dates are left behind: a day is finer than a wave. Cuts the plan does not hold are left
    behind too. Raises InputError when a number is too large to sum.
    """
    rows = list(responses)
    form = form_of(plan)
    units = tuple(sorted({row.place.unit for row in rows}))
    number = {unit: place for place, unit in enumerate(units)}
    items: dict[str, np.ndarray[Any, np.dtype[np.int8]]] = {}
    scores: dict[str, np.ndarray[Any, np.dtype[np.int64]]] = {}
    comments: dict[str, tuple[tuple[str, str], ...]] = {}
    for question in form.questions:
        values = [row.answers.get(question.key) for row in rows]
        if question.item.kind == "text":
            comments[question.key] = tuple(
                (row.place.unit, words) for row, words in zip(rows, values, strict=True) if words
            )
        elif question.item.kind == "number":
            scores[question.key] = _scores(values)
        elif question.item.kind != "date":
            items.update(_coded(question, values))
    cuts = {}
    for cut in plan.cuts:
        level = {name: place for place, name in enumerate(cut.levels)}
        codes = [level.get(row.place.cuts.get(cut.key, ""), -1) for row in rows]
        cuts[cut.key] = (np.array(codes, np.int16), cut.levels)
    unit = np.array([number[row.place.unit] for row in rows], np.int32)
    return AnswerTable(units, unit, items, scores, cuts, None, comments)


def _opened(wave: Wave, private: bytes, standing: str, skip_damaged: bool) -> Iterator[OpenedResponse]:
    rows = SealedResponse.objects.filter(wave=wave, is_complete=True, standing=standing).order_by("pk")
    damaged = 0
    for body in rows.values_list("body", flat=True).iterator(CHUNK):
        content = _content(private, body)
        if content is None:
            damaged += 1
            continue
        yield OpenedResponse(
            Place(content["unit"], content["cuts"], content["language"]),
            content["answers"],
            content["language"],
            content.get("respondent", ""),
            content.get("context", {}),
        )
    if damaged and not skip_damaged:
        message = f"{damaged} responses of wave {wave.key!r} do not open: they were changed after they were stored."
        raise InputError(Problem(message, "Restore the database from a backup, or seal without them by decision."))


def _content(private: bytes, body: Any) -> dict[str, Any] | None:
    try:
        return boxes.unlock(private, bytes(body))
    except boxes.DamagedBoxError:
        return None


def _coded(question: Question, values: Sequence[Any]) -> dict[str, np.ndarray[Any, np.dtype[np.int8]]]:
    kind, key, choices = question.item.kind, question.key, question.item.choices
    if kind in ("scale", "recommend", "single"):
        return {key: _codes([value if isinstance(value, int) else None for value in values])}
    if kind == "multiple":
        return {
            f"{key}_{choice.key}": _codes([None if not value else int(place in value) for value in values])
            for place, choice in enumerate(choices, 1)
        }
    if kind == "ranking":
        return {
            f"{key}_{choice.key}": _codes([(value[place] or None) if value else None for value in values])
            for place, choice in enumerate(choices)
        }
    made = {}
    for number in range(len(question.item.sets)):
        for side, name in enumerate(("best", "worst")):
            picks = [(value[number][side] or None) if value else None for value in values]
            made[f"{key}_{number + 1:02}_{name}"] = _codes(picks)
    return made


def _codes(values: Sequence[int | None]) -> np.ndarray[Any, np.dtype[np.int8]]:
    return np.array([ITEM_MISSING if value is None else value for value in values], np.int8)


def _scores(values: Sequence[Any]) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.array([SCORE_MISSING if value is None else round(value * SCORE_ONE) for value in values], np.int64)
