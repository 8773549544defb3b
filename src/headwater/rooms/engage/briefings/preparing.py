"""Preparing briefings and sending them: one message, a copy for each receiver in the form that reaches them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.rooms.decide.directions.evidence import start_of
from headwater.rooms.decide.directions.forecasting import forecast_refusal
from headwater.rooms.decide.logic.forecasts import NO_FORECAST, Forecast, check_forecast
from headwater.rooms.engage.asks import NewAsk, check_load, overload_words, record_ask
from headwater.rooms.engage.briefings.evidence import evidence_now
from headwater.rooms.engage.briefings.handing_on import ask_sponsor, asked_of_sponsor
from headwater.rooms.engage.briefings.links import READ, path_to_read
from headwater.rooms.engage.briefings.past import best_sponsor, order_of, plan_for
from headwater.rooms.engage.logic.briefing_change import ANSWER_DAYS
from headwater.rooms.engage.models import Briefing, BriefingCopy, Preference, Stakeholder
from headwater.rooms.engage.models.briefings import MOST_MESSAGE
from headwater.rooms.engage.stakeholders.queries import profile_of
from headwater.rooms.house import audit
from headwater.rooms.house.mail import send_mail_later
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.evidence import evidence_of, plain_score
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.models import Unit, User
from headwater.vocab import HeadwaterError

MANAGE = "briefings.manage"
SECOND_SENTENCE = re.compile(r"\w{4,}[.!?…]+\s+\S")
"""An end of a sentence with something after it; short words before a point are taken for abbreviations."""
MOST_SCORES, MOST_RECEIVERS, MOST_MINUTES = 12, 40, 120
FORESEEN_AHEAD = timedelta(days=730)
"""So far ahead a forecast may lie."""


class BriefingRefusedError(HeadwaterError):
    """A briefing cannot be prepared, sent or answered so; the message says why."""

    exit_code = 3


@dataclass(frozen=True)
class Wanted:
    """What a briefing says, on which numbers, and whom it is for. scores: first things first.

    moves: the number of the unit that it should move, None for none; forecast: by how much; due_date: by when.
    """

    unit: Unit
    goal: str
    message: str
    scores: tuple[Finding, ...]
    receivers: tuple[Stakeholder, ...]
    ask: str = ""
    ask_by_date: date | None = None
    example: str = ""
    moves: Finding | None = None
    forecast: Forecast = NO_FORECAST
    due_date: date | None = None


def prepare_briefing(*, briefing_id: UUID, wanted: Wanted, actor: User, viewer: Viewer, now: datetime) -> Briefing:
    """Prepare a briefing with a copy for each receiver, each drafted from their profile and the last one's outcome.

    briefing_id: made by the form, so that the same form sent twice prepares it once. Nothing is sent. Raises
    PermissionDenied for whoever may not, BriefingRefusedError for more than one sentence, an ask without a day, numbers
    that are not released to the viewer, no receiver, and a forecast that the unit cannot show.
    """
    if not can(viewer, MANAGE):
        raise PermissionDenied
    message, ask = " ".join(wanted.message.split()), " ".join(wanted.ask.split())
    _check(wanted, message, ask, viewer, today=timezone.localdate(now))
    foreseen = _foreseen(wanted, viewer, today=timezone.localdate(now))
    with transaction.atomic():
        made, is_new = Briefing.objects.get_or_create(
            pk=briefing_id,
            defaults={
                "author": actor,
                "unit": wanted.unit,
                "goal": wanted.goal,
                "message": message,
                "ask": ask,
                "ask_by_date": wanted.ask_by_date,
                "example": wanted.example.strip()[:400],
                "scores": [[one.study, one.wave, one.unit, one.score] for one in wanted.scores],
                "made_at": now,
                **foreseen,
            },
        )
        if not is_new:
            if made.author_id != actor.pk:
                raise PermissionDenied
            return made
        for receiver in dict.fromkeys(wanted.receivers):
            _draft(made, receiver, now)
        payload = {
            "goal": made.goal,
            "receivers": len(set(wanted.receivers)),
            "unit": made.unit.key,
            "score": made.score,
            "likely": made.forecast_likely,
        }
        audit.record(action="briefing.prepared", actor=str(actor.pk), subject=str(made.pk), payload=payload, now=now)
    return made


def change_copy(
    *,
    copy_id: UUID,
    form: str,
    minutes: int,
    numbers: int,
    with_example: bool,
    actor: User,
    viewer: Viewer,
    now: datetime,
) -> BriefingCopy:
    """Change how a briefing reaches one receiver, before it is sent. Safe to repeat.

    Raises BriefingRefusedError once it was sent, and off the limits.
    """
    if not can(viewer, MANAGE):
        raise PermissionDenied
    if form not in Preference.Form.values or not 1 <= minutes <= MOST_MINUTES or not 1 <= numbers <= 3:
        raise BriefingRefusedError(_("Choose a form, 1 to 120 minutes, and 1 to 3 numbers."))
    with transaction.atomic():
        copy = BriefingCopy.objects.select_for_update().get(pk=copy_id)
        if copy.sent_at is not None:
            raise BriefingRefusedError(_("It was sent. What was sent stays as it was."))
        values = {"form": form, "minutes": minutes, "numbers": numbers, "with_example": with_example}
        if any(getattr(copy, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(copy, name, value)
            copy.save(update_fields=list(values))
            _write_down("briefing.changed", copy, actor, now, form=form, minutes=minutes, numbers=numbers)
    return copy


def due_date_of(copy: BriefingCopy, *, today: date) -> date:
    """Return by when the minutes of a copy are asked: the day of its ask, else two weeks from today."""
    due = copy.briefing.ask_by_date
    return due if due is not None and due >= today else today + timedelta(days=ANSWER_DAYS)


def send_copy(
    *, copy_id: UUID, over_reason: str, site: str, actor: User, viewer: Viewer, now: datetime
) -> BriefingCopy:
    """Send a copy by mail, freeze its numbers, and ask its minutes of the receiver. Sent twice, it goes once.

    One that goes through a sponsor asks them too, by mail, to hand it on.

    site: the address of this site, for the link. over_reason: why it is sent although it passes the minutes they have.
    Raises BriefingRefusedError without an address to write to and without a number that can be shown, OverloadError
    past the minutes of the receiver or the sponsor without a reason.
    """
    if not can(viewer, MANAGE):
        raise PermissionDenied
    over_reason = " ".join(over_reason.split())[:500]
    with transaction.atomic():
        copy = BriefingCopy.objects.select_for_update().get(pk=copy_id)
        if copy.sent_at is not None:
            return copy
        receiver = Stakeholder.objects.select_related("person").get(pk=copy.stakeholder_id)
        if not receiver.address:
            raise BriefingRefusedError(_("No e-mail address is known. Add one, or bring it in person."))
        with translation.override(copy.language):
            evidence = [one for one in evidence_now(copy, today=timezone.localdate(now)) if one.is_shown]
        if not evidence:
            raise BriefingRefusedError(_("None of its numbers is shown any more. Choose others."))
        due = due_date_of(copy, today=timezone.localdate(now))
        asks = asks_of(copy, due)
        check_load(asks, over_reason=over_reason, actor=actor)
        is_over = any(overload_words(one) for one in asks)
        copy.sent_at, copy.over_reason = now, over_reason if is_over else ""
        copy.evidence = [one.as_plain() for one in evidence]
        copy.level_at_sending = profile_of(receiver).attitude
        copy.save(update_fields=["sent_at", "over_reason", "evidence", "level_at_sending"])
        record_ask(
            person=receiver,
            kind="briefing",
            title=copy.briefing.message,
            minutes=copy.minutes,
            due_date=due,
            href="" if receiver.is_outsider else path_to_read(copy),
            source=source_of(copy),
            actor=actor,
            now=now,
            over_reason=copy.over_reason,
        )
        _mail(copy, receiver, site=site, actor=actor, now=now)
        ask_sponsor(copy, site=site, due=due, over_reason=copy.over_reason, actor=actor, now=now)
        _write_down("briefing.sent", copy, actor, now, form=copy.form, minutes=copy.minutes, numbers=len(evidence))
    return copy


def asks_of(copy: BriefingCopy, due: date) -> list[NewAsk]:
    """Return what sending a copy would ask: of its receiver, and of the sponsor it goes through."""
    return [NewAsk(copy.stakeholder, copy.minutes, due, source_of(copy)), *asked_of_sponsor(copy, due)]


def source_of(copy: BriefingCopy) -> str:
    """Return what the minutes of a copy are recorded under."""
    return f"briefing:{copy.pk}"


def _check(wanted: Wanted, message: str, ask: str, viewer: Viewer, *, today: date) -> None:
    if wanted.goal not in Briefing.Goal.values:
        raise BriefingRefusedError(_("Choose what it is for."))
    if not message or len(message) > MOST_MESSAGE or SECOND_SENTENCE.search(message):
        raise BriefingRefusedError(
            _("One message: a single sentence of %(most)s characters at most.") % {"most": MOST_MESSAGE}
        )
    if wanted.goal != Briefing.Goal.AWARE and (not ask or wanted.ask_by_date is None):
        raise BriefingRefusedError(_("A change or a decision says what exactly is asked, and by when."))
    if wanted.ask_by_date is not None and wanted.ask_by_date < today:
        raise BriefingRefusedError(_("The day of the ask lies ahead."))
    if not wanted.receivers or len(wanted.receivers) > MOST_RECEIVERS:
        raise BriefingRefusedError(_("Choose between 1 and %(most)s receivers.") % {"most": MOST_RECEIVERS})
    if not 1 <= len(wanted.scores) <= MOST_SCORES:
        raise BriefingRefusedError(_("Choose between 1 and %(most)s numbers.") % {"most": MOST_SCORES})
    found = [evidence_of(viewer=viewer, finding=one) for one in wanted.scores]
    if any(one is None or not one.is_shown for one in found):
        raise BriefingRefusedError(_("One of these numbers is not released to you. Choose again."))


def _foreseen(wanted: Wanted, viewer: Viewer, *, today: date) -> dict[str, Any]:
    """Return the forecast with the number it starts from, {} for none."""
    if wanted.moves is None:
        if wanted.forecast != NO_FORECAST:
            raise BriefingRefusedError(_("Choose the score that it should move."))
        return {}
    if wanted.forecast == NO_FORECAST or wanted.due_date is None:
        raise BriefingRefusedError(_("Say by how much it should move, and by when. Or choose no score."))
    finding = replace(wanted.moves, score=plain_score(wanted.moves.score))
    number = evidence_of(viewer=viewer, finding=finding)
    if number is None or finding.unit != wanted.unit.key:
        raise BriefingRefusedError(_("One of these numbers is not released to you. Choose again."))
    low, likely, high = wanted.forecast
    due = wanted.due_date
    fault = check_forecast(start=start_of(number), low=low, likely=likely, high=high, due=due, today=today)
    if fault is not None:
        raise BriefingRefusedError(forecast_refusal(fault, number))
    if due > today + FORESEEN_AHEAD:
        raise BriefingRefusedError(_("Choose a due date within two years."))
    return {
        "study": number.study,
        "wave": number.wave,
        "score": number.score,
        "evidence": number.as_plain(),
        "forecast_low": low,
        "forecast_likely": likely,
        "forecast_high": high,
        "due_date": due,
    }


def _draft(briefing: Briefing, receiver: Stakeholder, now: datetime) -> None:
    profile = profile_of(receiver)
    plan, last = plan_for(profile, goal=briefing.goal, scores=len(briefing.scores), now=now)
    BriefingCopy.objects.create(
        briefing=briefing,
        stakeholder=receiver,
        earlier=last,
        form=plan.form,
        minutes=plan.minutes,
        numbers=plan.numbers,
        order=order_of(briefing.scores, last=last, plan=plan),
        language=profile.language.value or "en",
        with_example=plan.with_example and bool(briefing.example),
        in_person=plan.in_person,
        thanks=plan.thanks,
        sponsor=best_sponsor(receiver) if plan.through_sponsor else None,
        changed=list(plan.codes),
        made_at=now,
    )


def _mail(copy: BriefingCopy, receiver: Stakeholder, *, site: str, actor: User, now: datetime) -> None:
    briefing = copy.briefing
    with translation.override(copy.language):
        told = [
            _("Hello %(name)s,") % {"name": receiver},
            briefing.message,
            ngettext("%(n)s minute.", "%(n)s minutes.", copy.minutes) % {"n": copy.minutes},
        ]
        if copy.thanks:
            told.insert(1, _("Thank you for your decision. What came of it stands first."))
        if briefing.ask and briefing.ask_by_date is not None:
            day = f"{briefing.ask_by_date:%d.%m.%Y}"
            told.append(_("What is asked of you, by %(day)s: %(ask)s") % {"day": day, "ask": briefing.ask})
        told.append(f"{_('Read it')}: {site}{path_to_read(copy)}")
        told.append(_("The page tells the sender when you open it by its button, and what you answer. Nothing else."))
        told.append(actor.name or actor.email)
        send_mail_later(
            to=receiver.address,
            subject=briefing.message,
            text="\n\n".join(told),
            now=now,
            once_key=f"{READ}:{copy.pk}",
            with_layout=True,
            language=copy.language,
        )


def _write_down(action: str, copy: BriefingCopy, actor: User, now: datetime, **payload: object) -> None:
    told = {"copy": str(copy.pk), **payload}
    audit.record(action=action, actor=str(actor.pk), subject=str(copy.briefing_id), payload=told, now=now)
