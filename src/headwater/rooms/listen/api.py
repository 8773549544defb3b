"""Studies and responses over the API."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Header, Router, Schema
from ninja.errors import HttpError

from headwater.rooms.house.rate_limits import Limit, take
from headwater.rooms.listen.batches import BATCH_BYTES, BATCH_MOST, BatchRefusedError, submit_batch
from headwater.rooms.listen.logic.plans import WavePlan
from headwater.rooms.listen.models import Study, Wave
from headwater.rooms.listen.rates import latest_rates
from headwater.rooms.people.tokens import Scoped, may_touch, token_of
from headwater.vocab import Item, ResponseScale, say

studies_router = Router(tags=["studies"])
responses_router = Router(tags=["responses"])

WRITES = Limit(6_000, timedelta(minutes=1))
"""Batches a token may hand in."""


class StudyOut(Schema):
    """A study: what is promised, and the smallest group that is ever shown."""

    key: str
    title: str
    lens: str
    promise: str
    channel: str
    k: int
    comment_k: int
    languages: list[str]
    waves: list[str]


class ItemOut(Schema):
    """A question. codes: what an answer may be, with its words; empty for words, numbers and dates."""

    key: str
    text: str
    kind: str
    required: bool
    codes: dict[str, str]
    shown_if: str


class RateOut(Schema):
    """A published response rate of a unit, in percent. is_at_least: nearly everybody answered."""

    unit: str
    percent: float
    is_at_least: bool


class WaveOut(Schema):
    """A wave. plan: SHA-256 of all that was frozen at launch."""

    study: str
    key: str
    title: str
    state: str
    opens_at: datetime
    closes_at: datetime
    late_until: datetime
    released_at: datetime | None
    plan: str
    cuts: dict[str, list[str]]
    questions: list[ItemOut]
    rates_day: date | None
    rates: list[RateOut]


class ResponseIn(Schema):
    """One response. unit: the unit's key. respondent: needed and kept only where the study promised so."""

    id: str
    unit: str
    cuts: dict[str, str] = Field(default_factory=dict)
    language: str = ""
    respondent: str = ""
    answers: dict[str, Any]


class BatchIn(Schema):
    """Responses of one wave, at most 500 at once. id: the sender's own, unique in the wave."""

    study: str
    wave: str
    responses: list[ResponseIn]


class ResponseVerdict(Schema):
    """What became of one response: stored, same (it was stored before), taken, or refused with problems."""

    id: str
    kind: str
    problems: list[dict[str, str]]


class BatchOut(Schema):
    """What became of a batch, response by response."""

    stored: int
    verdicts: list[ResponseVerdict]


@studies_router.get("", response=list[StudyOut], auth=Scoped("studies:read"), summary="Studies")
def studies(request: HttpRequest) -> list[StudyOut]:
    """Every study the token may touch."""
    waves: dict[Any, list[str]] = {}
    for study_id, key in Wave.objects.order_by("order").values_list("study_id", "key"):
        waves.setdefault(study_id, []).append(key)
    token = token_of(request)
    found = Study.objects.filter(is_archived=False, kept_for=None).order_by("key")
    return [_study(one, waves.get(one.pk, [])) for one in found if may_touch(token, one.key)]


@studies_router.get("/{study}", response=StudyOut, auth=Scoped("studies:read"), summary="One study")
def study(request: HttpRequest, study: str) -> StudyOut:
    """A study by its key."""
    known = Study.objects.filter(key=study, kept_for=None)
    found = known.first() if may_touch(token_of(request), study) else None
    if found is None:
        raise HttpError(404, "there is no such study")
    keys = Wave.objects.filter(study=found).order_by("order").values_list("key", flat=True)
    return _study(found, list(keys))


@studies_router.get("/{study}/waves/{wave}", response=WaveOut, auth=Scoped("studies:read"), summary="One wave")
def wave(request: HttpRequest, study: str, wave: str, language: str = "en") -> WaveOut:
    """A wave with its questions and the response rates as they were published."""
    found = _wave(request, study, wave)
    plan = WavePlan.from_json(found.plan) if found.plan else None
    published = latest_rates(found)
    return WaveOut(
        study=study,
        key=found.key,
        title=found.title,
        state=found.state,
        opens_at=found.opens_at,
        closes_at=found.closes_at,
        late_until=found.late_until,
        released_at=found.released_at,
        plan=plan.digest if plan else "",
        cuts={cut.key: list(cut.levels) for cut in plan.cuts} if plan else {},
        questions=_questions(plan, language, with_text=not found.stricter.get("without_comments")) if plan else [],
        rates_day=published[0] if published else None,
        rates=[
            RateOut(unit=unit, percent=float(rate[2]), is_at_least=bool(rate[3]))
            for unit, rate in sorted(published[1].items())
        ]
        if published
        else [],
    )


@responses_router.post(
    "",
    response=BatchOut,
    auth=Scoped("responses:write"),
    summary="Hand in responses",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": BatchIn.model_json_schema(ref_template="#/components/schemas/{model}"),
                }
            },
        },
        "responses": {
            409: {"description": "The wave takes no answers, or takes them from invited people alone"},
            413: {"description": "The batch is too large"},
            429: {"description": "Too many batches in this minute"},
        },
    },
)
def responses(
    request: HttpRequest,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=200)],
) -> Any:
    """Store a batch, durable when answered. The same `Idempotency-Key` with the same batch gets the same answer and
    stores nothing twice; with another batch it is refused. Each response stands for itself: one that is refused does
    not hold the others back.
    """
    token = token_of(request)
    now = timezone.now()
    if not take(scope="api-writes", key=str(token.pk), limit=WRITES, now=now):
        raise HttpError(429, "too many batches in this minute")
    if int(request.headers.get("Content-Length") or 0) > BATCH_BYTES:
        raise HttpError(413, f"a batch holds at most {BATCH_BYTES // 1_000_000} MB")
    try:
        batch = BatchIn.model_validate(json.loads(request.body))
    except (ValueError, RecursionError):
        raise HttpError(422, "the batch is no JSON as the description asks") from None
    if len(batch.responses) > BATCH_MOST:
        raise HttpError(413, f"a batch holds at most {BATCH_MOST} responses")
    found = _wave(request, batch.study, batch.wave)
    try:
        return submit_batch(
            wave=found, key=idempotency_key, responses=[one.model_dump() for one in batch.responses], now=now
        )
    except BatchRefusedError as error:
        raise HttpError(error.status, str(error)) from None


def _wave(request: HttpRequest, study: str, wave: str) -> Wave:
    found = None
    if may_touch(token_of(request), study):
        found = Wave.objects.filter(study__key=study, study__kept_for=None, key=wave).first()
    if found is None:
        raise HttpError(404, "there is no such wave")
    return found


def _study(study: Study, waves: list[str]) -> StudyOut:
    return StudyOut(
        key=study.key,
        title=study.title,
        lens=study.lens,
        promise=study.promise,
        channel=study.channel,
        k=study.k,
        comment_k=study.comment_k,
        languages=list(study.languages),
        waves=waves,
    )


def _questions(plan: WavePlan, language: str, *, with_text: bool) -> list[ItemOut]:
    found: dict[str, ItemOut] = {}
    for instrument in plan.questionnaires:
        for item in instrument.items:
            if item.kind == "text" and not with_text:
                continue
            scale = instrument.response_scales.get(item.response_scale)
            found.setdefault(
                item.key,
                ItemOut(
                    key=item.key,
                    text=say(item.text, language),
                    kind=item.kind,
                    required=item.required,
                    codes=_codes(item, scale, language),
                    shown_if=item.shown_if,
                ),
            )
    return list(found.values())


def _codes(item: Item, scale: ResponseScale | None, language: str) -> dict[str, str]:
    if item.kind in ("scale", "recommend") and scale is not None:
        words = scale.labels.get(language) or next(iter(scale.labels.values()), ())
        return {str(scale.low + place): (words[place] if place < len(words) else "") for place in range(scale.points)}
    return {str(place): say(choice.text, language) for place, choice in enumerate(item.choices, 1)}
