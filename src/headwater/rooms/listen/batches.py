"""Responses in batches from another system: each under the sender's own id, stored once however often it is sent."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from headwater.rooms.listen.logic.links import CUSTOMER, OpenLink, Place
from headwater.rooms.listen.logic.validation import FORBIDDEN, check_values, complete
from headwater.rooms.listen.logic.wave_keys import MissingKeyError
from headwater.rooms.listen.models import BatchReceipt, Study, Wave
from headwater.rooms.listen.received import tell_received
from headwater.rooms.listen.respond_waves import LiveWave, live_wave
from headwater.rooms.listen.responding import (
    is_taking,
    lock_answers,
    mark_of,
    read_box,
    respondent_of,
    takes_answers,
    write_box,
)
from headwater.vocab import HeadwaterError

BATCH_MOST = 500
BATCH_BYTES = 8_000_000
ID_MOST = 200
CHANNELS = (Study.Channel.OPEN, Study.Channel.CUSTOMERS)
"""Where a response needs no invitation. Elsewhere a token could speak for those who were invited."""


class BatchRefusedError(HeadwaterError):
    """A whole batch is refused. status: of HTTP."""

    def __init__(self, status: int, message: str) -> None:
        """Take the status and what to say."""
        self.status = status
        super().__init__(message)


@dataclass(frozen=True)
class Verdict:
    """What became of one response. kind: as `responding.Submission` has it."""

    id: str
    kind: str
    problems: tuple[Mapping[str, str], ...] = ()


def submit_batch(*, wave: Wave, key: str, responses: Sequence[Mapping[str, Any]], now: datetime) -> dict[str, Any]:
    """Store a batch in one transaction, durable when it returns: {"stored", "verdicts"}.

    responses: each with id, unit, cuts, language, respondent, answers by item key. The same key with the same batch
    returns what it returned before. A response that is refused does not hold the others back. Raises BatchRefusedError.
    """
    try:
        live = live_wave(wave)
    except MissingKeyError:
        raise BatchRefusedError(409, "this wave was sealed; it takes no answers any more") from None
    if live.frozen.channel not in CHANNELS:
        raise BatchRefusedError(409, "this wave asks invited people; their answers come by their own links")
    receipt = hashlib.sha256(key.encode()).hexdigest()
    # Halves of signs are no UTF-8. They are refused answer by answer, so here they only have to have a mark.
    written = json.dumps(list(responses), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    mark = hmac.digest(live.secrets.mark, written.encode("utf-8", "surrogatepass"), "sha256")
    # Whoever lost the answer asks again, perhaps after the wave was closed: what was stored is said to be stored.
    known = _answered(wave, receipt, mark)
    if known is not None:
        return known
    if not is_taking(live, now):
        raise BatchRefusedError(409, "this wave takes no answers now")
    # Checking and locking take most of the time. They are done before the transaction, which others wait for.
    ready = [_prepared(live, one) for one in responses]
    try:
        with transaction.atomic():
            known = _answered(wave, receipt, mark)
            if known is not None:
                return known
            if not takes_answers(live, now):
                raise BatchRefusedError(409, "this wave takes no answers now")
            verdicts = _store_all(live, ready, now)
            answer = {
                "stored": sum(one.kind == "stored" for one in verdicts),
                "verdicts": [{"id": one.id, "kind": one.kind, "problems": list(one.problems)} for one in verdicts],
            }
            BatchReceipt.objects.create(wave=wave, key=receipt, mark=mark, status=200, answer=answer, at=now)
    except IntegrityError:
        known = _answered(wave, receipt, mark)
        if known is None:
            raise
        return known
    return answer


def _answered(wave: Wave, receipt: str, mark: bytes) -> dict[str, Any] | None:
    found = BatchReceipt.objects.filter(wave=wave, key=receipt).first()
    if found is None:
        return None
    if not hmac.compare_digest(bytes(found.mark), mark):
        raise BatchRefusedError(422, "this Idempotency-Key came with another batch before; use a new one")
    answer: dict[str, Any] = found.answer
    return answer


@dataclass(frozen=True)
class _Ready:
    """A response that passed its checks, locked."""

    id: str
    slip: bytes
    box: bytes
    mark: bytes
    unit: str
    respondent: str
    language: str
    answers: Mapping[str, Any]
    ignored: tuple[str, ...] = ()


def _prepared(live: LiveWave, one: Mapping[str, Any]) -> _Ready | Verdict:
    name = str(one["id"])
    wrong = _misplaced(live, one)
    checked = check_values(live.form, one["answers"])
    kept, lacking = complete(live.form, checked)
    wrong += [{"item": problem.item, "problem": problem.kind} for problem in (*checked.problems, *lacking)]
    if wrong:
        said = tuple({**one, "item": _legible(one["item"])} for one in wrong)
        return Verdict(_legible(name), "refused", said)
    slip = hmac.digest(live.secrets.slip, b"batch\0" + name.encode(), "sha256")
    place = Place(one["unit"], dict(one["cuts"]), one["language"])
    link = OpenLink(CUSTOMER, place, slip, respondent=one["respondent"])
    box = lock_answers(live, link, kept, one["language"])
    who = respondent_of(live, link)
    left_out = tuple(sorted(checked.ignored))
    return _Ready(name, slip, box, mark_of(live, kept), one["unit"], who, one["language"], kept, left_out)


def _legible(name: str) -> str:
    """Return a sender's own name as a receipt can hold it: short, without signs that no database takes."""
    return FORBIDDEN.sub("\ufffd", name)[:ID_MOST]


def _store_all(live: LiveWave, ready: Sequence[Verdict | _Ready], now: datetime) -> list[Verdict]:
    """Store in the order of ids, so that of two batches with the same responses one waits for the other, never both."""
    found = {}
    for place in sorted(range(len(ready)), key=lambda place: ready[place].id):
        one = ready[place]
        found[place] = one if isinstance(one, Verdict) else _store(live, one, now)
    return [found[place] for place in range(len(ready))]


def _store(live: LiveWave, one: _Ready, now: datetime) -> Verdict:
    if not write_box(live, one.slip, one.box, one.mark, is_complete=True, reasons=()):
        stored = read_box(live, one.slip)
        return Verdict(one.id, "same" if stored is not None and stored[2] == one.mark else "taken")
    tell_received(live, unit=one.unit, respondent=one.respondent, answers=one.answers, language=one.language, now=now)
    told = tuple({"item": item, "problem": "asked no more; this answer was not kept"} for item in one.ignored)
    return Verdict(one.id, "stored", told)


def _misplaced(live: LiveWave, one: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what is wrong with everything but the answers."""
    wrong = []
    levels = {cut.key: cut.levels for cut in live.plan.cuts}
    if not 0 < len(one["id"]) <= ID_MOST or FORBIDDEN.search(one["id"]):
        wrong.append({"item": "id", "problem": f"give each response an id of 1 to {ID_MOST} legible characters"})
    if one["unit"] not in live.plan.tree.index_of:
        wrong.append({"item": "unit", "problem": "the wave knows no unit of this key"})
    wrong += [
        {"item": f"cuts.{cut}", "problem": "no level that the wave declared"}
        for cut, level in one["cuts"].items()
        if level not in levels.get(cut, ())
    ]
    if one["language"] and one["language"] not in live.plan.languages:
        wrong.append({"item": "language", "problem": "the wave is not asked in this language"})
    if len(one["respondent"]) > ID_MOST or FORBIDDEN.search(one["respondent"]):
        wrong.append({"item": "respondent", "problem": f"at most {ID_MOST} legible characters"})
    if one["respondent"] and live.plan.promise == "anonymous":
        wrong.append({"item": "respondent", "problem": "an anonymous study keeps no respondent; leave it out"})
    if live.plan.promise == "identified" and not one["respondent"]:
        wrong.append({"item": "respondent", "problem": "an identified study needs to know who answers"})
    return wrong
