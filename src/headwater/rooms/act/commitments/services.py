"""Commitments as they are made, taken over, taken on, checked, and ended."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.rooms.act.commitments.asking import ask_no_word, ask_word, check_first_word, word_said
from headwater.rooms.act.commitments.wording import day_refusal
from headwater.rooms.act.logic.commitments import USUAL_DAYS, check_days
from headwater.rooms.act.models import CheckIn, Commitment, Handover, HelpAsk
from headwater.rooms.act.models.commitments import MOST_LINE, MOST_SENTENCE
from headwater.rooms.act.present_units import present_unit
from headwater.rooms.decide.directions.evidence import start_of
from headwater.rooms.decide.directions.forecasting import forecast_refusal
from headwater.rooms.decide.logic.forecasts import NO_FORECAST, Forecast, check_forecast
from headwater.rooms.engage.asks import cancel_ask
from headwater.rooms.house import audit
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.evidence import Evidence, evidence_from, evidence_of, plain_score
from headwater.rooms.people.models import Person, Unit, User
from headwater.rooms.people.viewers import viewer_of
from headwater.vocab import HeadwaterError

Source, State, Going = Commitment.Source, Commitment.State, CheckIn.Going
MOST_REASON = 500
HELP = "commitment-help"


class CommitmentRefusedError(HeadwaterError):
    """A commitment cannot stand so, or not any more. field: of the form that is wrong, "" for none."""

    exit_code = 3

    def __init__(self, message: str, field: str = "") -> None:
        """Take what is wrong, in words."""
        super().__init__(message)
        self.field = field


def make_commitment(
    *,
    key: UUID,
    owner: Person,
    unit: Unit,
    sentence: str,
    first_step: str,
    first_step_date: date,
    due_date: date,
    actor: User,
    now: datetime,
    source_kind: str = Source.OWN,
    source_id: str = "",
    source_title: str = "",
    finding: Finding | None = None,
    forecast: Forecast = NO_FORECAST,
    begun_date: date | None = None,
    over_reason: str = "",
) -> Commitment:
    """Make a commitment, with the released number it should move frozen in it. Returns it.

    key: its id, chosen by the form: the same again returns what stands. finding: the number; the actor has to see it.
    forecast: low, likely and high change. begun_date: when it was promised, where that was before today. An owner who
    is not the actor is asked to take it; over_reason: why it cannot wait, where their week is full. Raises
    CommitmentRefusedError, OverloadError for a full week without a reason. The caller has checked who may make it.
    """
    standing = Commitment.objects.filter(pk=key).first()
    if standing is not None:
        if standing.made_by_id != actor.pk:
            raise CommitmentRefusedError(_("Load the page again, and send it once more."))
        return standing
    today = localdate(now)
    sentence, first_step = _line(sentence, MOST_SENTENCE), _line(first_step, MOST_SENTENCE)
    if not sentence or not first_step:
        raise CommitmentRefusedError(_("Say in one sentence what will be done, and what the first step is."))
    if not owner.is_active:
        raise CommitmentRefusedError(_("Somebody who works here has to answer for it."), "owner")
    days = check_days(begun=begun_date or today, first_step=first_step_date, due=due_date, today=today)
    if days is not None:
        raise CommitmentRefusedError(day_refusal(days), "first_step_date" if days.startswith("step") else "due_date")
    evidence = _evidence(finding, actor, today)
    _check_forecast(evidence, forecast, due_date, today)
    values = _score_values(evidence, forecast)
    check_first_word(
        owner=owner, first_step=first_step_date, due=due_date, over_reason=over_reason, actor=actor, today=today
    )
    is_own = actor.person_id == owner.pk
    try:
        with transaction.atomic():
            made = Commitment.objects.create(
                pk=key,
                owner=owner,
                unit=unit,
                sentence=sentence,
                source_kind=source_kind,
                source_id=source_id[:200],
                source_title=_line(source_title, 300),
                first_step=first_step,
                first_step_date=first_step_date,
                due_date=due_date,
                made_at=now,
                made_by=actor,
                taken_at=now if is_own else None,
                **values,
            )
            payload = {
                "owner": str(owner.pk),
                "unit": unit.key,
                "source": f"{source_kind}:{source_id}",
                "score": made.score,
                "likely": made.forecast_likely,
                "due": due_date.isoformat(),
            }
            _record("commitment.made", made, str(actor.pk), now, payload)
            ask_word(made, actor=actor, now=now, over_reason=over_reason)
    except IntegrityError:
        again = Commitment.objects.filter(pk=key, made_by=actor).first()
        again = again or Commitment.objects.filter(source_kind="discovery", source_id=source_id).first()
        if again is None or (again.source_kind != "discovery" and again.pk != key):
            raise
        return again
    return made


def take_from_discovery(*, commitment: UUID, actor: User, now: datetime) -> Commitment:
    """Take over the commitment its maker made in a Discovery, in one step; again returns the first.

    commitment: the id of the Discovery's commitment. Raises CommitmentRefusedError for one that is not the actor's own,
    and for an account without a person.
    """
    from headwater.rooms.engage.discovery.queries import commitments_of

    viewer = viewer_of(actor, today=localdate(now))
    one = next((made for made in commitments_of(viewer=viewer) if made.commitment == commitment), None)
    if one is None or actor.person is None:
        raise CommitmentRefusedError(_("Only who made it in the Discovery can take it over."))
    standing = Commitment.objects.filter(source_kind=Source.DISCOVERY, source_id=str(one.commitment)).first()
    if standing is not None:
        return standing
    study, wave, unit_key, score = one.finding
    unit = Unit.objects.filter(key=unit_key).first() or actor.person.unit
    unit = None if unit is None else present_unit(unit)
    if unit is None:
        raise CommitmentRefusedError(_("The unit of that Discovery is no more."))
    finding = Finding(study, wave, unit_key, score)
    return make_commitment(
        key=one.commitment,
        owner=actor.person,
        unit=unit,
        sentence=one.sentence,
        first_step=one.first_step,
        first_step_date=one.first_step_date,
        due_date=localdate(now) + timedelta(days=USUAL_DAYS),
        source_kind=Source.DISCOVERY,
        source_id=str(one.commitment),
        source_title=one.title,
        finding=finding if _evidence(finding, actor, localdate(now), may_lack=True) is not None else None,
        begun_date=min(localdate(one.made_at), one.first_step_date),
        actor=actor,
        now=now,
    )


def set_forecast(*, commitment_id: UUID, forecast: Forecast, actor: User, now: datetime) -> Commitment:
    """Say what a commitment should move and by how much, by its owner, once: before the next data, not after.

    The same again changes nothing. Raises CommitmentRefusedError.
    """
    with transaction.atomic():
        found = _owned(commitment_id, actor.person_id)
        given = (found.forecast_low, found.forecast_likely, found.forecast_high)
        if given == forecast:
            return found
        if found.has_forecast:
            raise CommitmentRefusedError(_("A forecast is made once. It stands as it was made."))
        evidence = None if found.evidence is None else evidence_from(found.evidence)
        if evidence is None:
            raise CommitmentRefusedError(_("This commitment names no score that it should move."))
        if _newer_released(evidence):
            raise CommitmentRefusedError(_("The next data are in. A forecast after the fact is none."))
        _check_forecast(evidence, forecast, found.due_date, localdate(now))
        found.forecast_low, found.forecast_likely, found.forecast_high = forecast
        found.save(update_fields=["forecast_low", "forecast_likely", "forecast_high"])
        _record("commitment.forecast", found, str(actor.pk), now, {"likely": found.forecast_likely})
    return found


def take_commitment(*, commitment_id: UUID, actor: User, now: datetime) -> Commitment:
    """Take a commitment that somebody else put in one's name. Again changes nothing."""
    with transaction.atomic():
        found = _owned(commitment_id, actor.person_id)
        if found.taken_at is None:
            found.taken_at = now
            found.save(update_fields=["taken_at"])
            _record("commitment.taken", found, str(actor.pk), now, {})
    return found


def hand_back(*, commitment_id: UUID, actor: User, now: datetime) -> Commitment:
    """Hand a commitment back that one did not take, to who made it. Raises CommitmentRefusedError."""
    with transaction.atomic():
        found = _owned(commitment_id, actor.person_id)
        maker = User.objects.select_related("person").get(pk=found.made_by_id).person
        if found.taken_at is not None:
            raise CommitmentRefusedError(_("You took it. Drop it with a reason if it cannot be kept."))
        if maker is None or not maker.is_active or maker.pk == found.owner_id:
            raise CommitmentRefusedError(_("Nobody is there to take it back. Drop it with a reason if it cannot be."))
        hand_over(found, maker, found.unit, Handover.Why.BACK, actor=str(actor.pk), now=now)
    return found


def hand_over(found: Commitment, owner: Person, unit: Unit, why: str, *, actor: str, now: datetime) -> None:
    """Move a commitment to somebody else or another unit, in the caller's transaction and lock. They are asked to take
    it; who made it takes it by that.
    """
    Handover.objects.create(
        commitment=found, from_person=found.owner, to_person=owner, from_unit=found.unit, to_unit=unit, why=why, at=now
    )
    payload = {"from": str(found.owner_id), "to": str(owner.pk), "unit": unit.key, "why": str(why)}
    left = found.owner
    if left.pk != owner.pk:
        maker = User.objects.filter(pk=found.made_by_id).values_list("person", flat=True).first()
        found.taken_at = now if maker == owner.pk else None
        found.reminded_at = None
    found.owner, found.unit = owner, unit
    found.save(update_fields=["owner", "unit", "taken_at", "reminded_at"])
    if left.pk != owner.pk:
        ask_no_word(found, of=left, now=now)
        ask_word(found, actor=None, now=now)
    _record("commitment.moved", found, actor, now, payload)


def check_in(
    *,
    commitment_id: UUID,
    key: UUID,
    going: str,
    line: str,
    by: UUID | None,
    now: datetime,
    actor: str,
    by_mail: bool = False,
) -> CheckIn:
    """Keep how it goes, by its owner. key: of the form or the mail link; the same again returns the first.

    Done ends the commitment, with the line as what came of it. Raises CommitmentRefusedError.
    """
    line = _line(line, MOST_LINE)
    with transaction.atomic():
        found = _owned(commitment_id, by, may_be_over=True)
        standing = CheckIn.objects.filter(key=key).first()
        if standing is not None:
            if standing.commitment_id != found.pk:
                raise CommitmentRefusedError(_("Load the page again, and send it once more."))
            return standing
        if not found.is_open:
            raise CommitmentRefusedError(_("It is over already."))
        if going not in Going.values:
            raise CommitmentRefusedError(_("Say how it goes."), "going")
        if going in (Going.DONE, Going.STUCK) and not line:
            ask = _("Say in one line what came of it.") if going == Going.DONE else _("Say in one line what is stuck.")
            raise CommitmentRefusedError(ask, "line")
        made = CheckIn.objects.create(
            commitment=found, key=key, going=going, line=line, at=now, by=found.owner, by_mail=by_mail
        )
        if found.taken_at is None:
            found.taken_at = now
            found.save(update_fields=["taken_at"])
        _record("commitment.checked", found, actor, now, {"going": going, "by_mail": by_mail})
        word_said(found, now=now)
        if going == Going.DONE:
            _end(found, State.DONE, line, actor, now)
        else:
            ask_word(found, actor=None, now=now)
    return made


def drop_commitment(*, commitment_id: UUID, reason: str, actor: User, now: datetime) -> Commitment:
    """Drop a commitment with its reason, by its owner. Again changes nothing. Raises CommitmentRefusedError."""
    reason = _line(reason, MOST_REASON)
    if not reason:
        raise CommitmentRefusedError(_("Say why. A promise that is dropped in silence costs more than one kept late."))
    with transaction.atomic():
        found = _owned(commitment_id, actor.person_id, may_be_over=True)
        if found.state == State.DONE:
            raise CommitmentRefusedError(_("It is done already."))
        if found.is_open:
            _end(found, State.DROPPED, reason, str(actor.pk), now)
    return found


def _end(found: Commitment, state: str, reason: str, actor: str, now: datetime) -> None:
    """End it, and let what was asked for it fall away."""
    found.state, found.ended_at, found.reason = state, now, reason
    found.save(update_fields=["state", "ended_at", "reason"])
    waiting = HelpAsk.objects.filter(commitment=found, ended_at=None)
    for pk in list(waiting.values_list("pk", flat=True)):
        cancel_ask(source=f"{HELP}:{pk}", actor=None, now=now)
    waiting.update(ended_at=now)
    ask_no_word(found, now=now)
    _record(f"commitment.{state}", found, actor, now, {})


def _owned(commitment_id: UUID, person: UUID | None, *, may_be_over: bool = False) -> Commitment:
    found = (
        Commitment.objects.select_for_update(of=("self",))
        .select_related("owner", "unit")
        .filter(pk=commitment_id)
        .first()
    )
    if found is None or person is None or found.owner_id != person:
        raise CommitmentRefusedError(_("Only who answers for a commitment can do that."))
    if not found.is_open and not may_be_over:
        raise CommitmentRefusedError(_("It is over already."))
    return found


def _evidence(finding: Finding | None, actor: User, today: date, *, may_lack: bool = False) -> Evidence | None:
    if finding is None:
        return None
    plain = Finding(finding.study, finding.wave, finding.unit, plain_score(finding.score))
    found = evidence_of(viewer=viewer_of(actor, today=today), finding=plain)
    if found is None and not may_lack:
        raise CommitmentRefusedError(_("That number is not released, or not open to you."), "score")
    return found


def _check_forecast(evidence: Evidence | None, forecast: Forecast, due: date, today: date) -> None:
    if forecast == NO_FORECAST:
        return
    if evidence is None:
        raise CommitmentRefusedError(_("Choose the score that it should move."), "score")
    low, likely, high = forecast
    fault = check_forecast(start=start_of(evidence), low=low, likely=likely, high=high, due=due, today=today)
    if fault is not None:
        raise CommitmentRefusedError(forecast_refusal(fault, evidence), "score")


def _score_values(evidence: Evidence | None, forecast: Forecast) -> dict[str, Any]:
    if evidence is None:
        return {}
    low, likely, high = forecast
    return {
        "study": evidence.study,
        "wave": evidence.wave,
        "score": evidence.score,
        "evidence": evidence.as_plain(),
        "forecast_low": low,
        "forecast_likely": likely,
        "forecast_high": high,
    }


def _newer_released(evidence: Evidence) -> bool:
    from headwater.rooms.learn.books import released_waves

    latest = next((wave for wave in released_waves() if wave.study.key == evidence.study), None)
    return latest is not None and latest.key != evidence.wave


def _line(text: str, most: int) -> str:
    return " ".join(text.replace("\x00", " ").split())[:most]


def _record(action: str, found: Commitment, actor: str, now: datetime, payload: dict[str, Any]) -> None:
    audit.record(action=action, actor=actor, subject=str(found.pk), payload=payload, now=now)
