"""What is noted about a stakeholder: ratings, attitude, how to reach them, decisions, and who sponsors whom."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.rooms.engage.asks import AskRefusedError, set_cap
from headwater.rooms.engage.models import (
    AttitudeReading,
    Preference,
    Rating,
    Sponsorship,
    Stakeholder,
    UpcomingDecision,
)
from headwater.rooms.engage.models.stakeholders import STRONGEST
from headwater.rooms.engage.stakeholders.register import StakeholderRefusedError, write_down
from headwater.rooms.people.models import User

MOST_WORDS, MOST_REASON, MOST_TITLE = 1000, 500, 200


def rate(*, stakeholder: Stakeholder, aspect: str, value: int, reason: str, actor: User, now: datetime) -> Rating:
    """Rate power, interest, legitimacy or urgency from 0 to 4, with a reason. The same again on a day changes nothing.

    Rating urgency anew on a later day renews it. Raises StakeholderRefusedError off the scale or without a reason.
    """
    reason = " ".join(reason.split())[:MOST_REASON]
    if aspect not in Rating.Aspect.values or not 0 <= value <= STRONGEST:
        raise StakeholderRefusedError(_("A rating lies between 0 and 4."))
    if not reason:
        raise StakeholderRefusedError(_("Say why. They may read it."))
    with transaction.atomic():
        _lock(stakeholder)
        last = Rating.objects.filter(stakeholder=stakeholder, aspect=aspect).order_by("-rated_at", "-pk").first()
        if last is not None and (last.value, last.reason) == (value, reason) and _is_same_day(last.rated_at, now):
            return last
        made = Rating.objects.create(
            stakeholder=stakeholder, aspect=aspect, value=value, reason=reason, rated_at=now, rated_by=actor
        )
        write_down("rated", stakeholder, actor, now, aspect=aspect, value=value)
    return made


def read_attitude(
    *,
    stakeholder: Stakeholder,
    level: str,
    source: str,
    actor: User | None,
    now: datetime,
    words: str = "",
    source_key: str = "",
    aspect: str = AttitudeReading.Aspect.NOW,
) -> AttitudeReading:
    """Note where a stakeholder stands, or is hoped to stand.

    source: own, check or judged. source_key: what it was read from, as "briefing:<id>:after"; the same is noted once,
    and a second answer to it corrects the first. actor: who judged it or noted their words, None when they said it
    themselves. Raises StakeholderRefusedError for an unknown level, and for a judgement without its reason or judge.
    """
    words = words.strip()[:MOST_WORDS]
    if (
        level not in AttitudeReading.Level.values
        or source not in AttitudeReading.Source.values
        or aspect not in AttitudeReading.Aspect.values
    ):
        raise StakeholderRefusedError(_("Choose a level and how it is known."))
    if source == AttitudeReading.Source.JUDGED and (actor is None or not words):
        raise StakeholderRefusedError(_("A judgement says who judged and why. They may read it."))
    values = {"level": level, "source": source, "words": words, "read_by": actor}
    with transaction.atomic():
        _lock(stakeholder)
        rows = AttitudeReading.objects.filter(stakeholder=stakeholder, aspect=aspect).order_by("-read_at", "-pk")
        known = rows.filter(source_key=source_key).first() if source_key else rows.first()
        same = known is not None and all(getattr(known, name) == value for name, value in values.items())
        if known is not None and same and (source_key or _is_same_day(known.read_at, now)):
            return known
        if known is not None and source_key:
            for name, value in values.items():
                setattr(known, name, value)
            known.read_at = now
            known.save()
        else:
            known = AttitudeReading.objects.create(
                stakeholder=stakeholder, aspect=aspect, source_key=source_key, read_at=now, **values
            )
        write_down("attitude", stakeholder, actor, now, aspect=str(aspect), source=source, reading=str(known.pk))
    return known


def say_preference(
    *, stakeholder: Stakeholder, kind: str, value: str, is_asked: bool, actor: User | None, now: datetime
) -> Preference | None:
    """Note one thing of how to reach a stakeholder. What stands already stays. Returns None without a value.

    is_asked: they said it. actor: who noted it, None for themself by a link. Raises StakeholderRefusedError for a form
    that is none, and for an assumption where they said it themselves.
    """
    value = value.strip()[:MOST_WORDS]
    if not value:
        return None
    if kind not in Preference.Kind.values or (kind == Preference.Kind.FORM and value not in Preference.Form.values):
        raise StakeholderRefusedError(_("Choose one of the forms."))
    basis = Preference.Basis.ASKED if is_asked else Preference.Basis.ASSUMED
    with transaction.atomic():
        _lock(stakeholder)
        rows = Preference.objects.filter(stakeholder=stakeholder, kind=kind).order_by("-said_at", "-pk")
        own = rows.filter(basis=Preference.Basis.ASKED).first()
        if own is not None and not is_asked:
            if own.value == value:
                return own
            raise StakeholderRefusedError(_("They said it themselves. An assumption does not replace their word."))
        last = own if is_asked else rows.first()
        if last is not None and (last.value, last.basis) == (value, basis):
            return last
        made = Preference.objects.create(
            stakeholder=stakeholder, kind=kind, value=value, basis=basis, said_at=now, said_by=actor
        )
        write_down("preference", stakeholder, actor, now, kind=kind, basis=str(basis))
    return made


def say_minutes(*, stakeholder: Stakeholder, minutes: int, is_asked: bool, actor: User | None, now: datetime) -> None:
    """Note how many minutes a week a stakeholder has: their cap. Raises StakeholderRefusedError."""
    try:
        set_cap(person=stakeholder, minutes=minutes, is_own=is_asked, actor=actor, now=now)
    except AskRefusedError as error:
        raise StakeholderRefusedError(str(error)) from None


def note_decision(
    *, stakeholder: Stakeholder, title: str, decide_date: date, actor: User, now: datetime
) -> UpcomingDecision:
    """Note a decision a stakeholder will take on a day. Safe to repeat."""
    title = " ".join(title.split())[:MOST_TITLE]
    if not title:
        raise StakeholderRefusedError(_("Say what is decided."))
    with transaction.atomic():
        made, is_new = UpcomingDecision.objects.get_or_create(
            stakeholder=stakeholder,
            title=title,
            decide_date=decide_date,
            closed_at=None,
            defaults={"noted_at": now, "noted_by": actor},
        )
        if is_new:
            write_down("decision", stakeholder, actor, now, decision=str(made.pk), day=decide_date.isoformat())
    return made


def close_decision(*, decision: UpcomingDecision, actor: User, now: datetime) -> None:
    """Note that a decision was taken or fell away. Safe to repeat."""
    with transaction.atomic():
        if UpcomingDecision.objects.filter(pk=decision.pk, closed_at=None).update(closed_at=now):
            write_down("decision_closed", decision.stakeholder, actor, now, decision=str(decision.pk))


def note_sponsor(
    *, sponsor: Stakeholder, sponsored: Stakeholder, strength: int, source: str, actor: User, now: datetime
) -> Sponsorship:
    """Note that somebody speaks up for somebody. Noting it again with another strength or source replaces it.

    Raises StakeholderRefusedError for one's own sponsor, off the scale of 1 to 4, and without a source.
    """
    source = " ".join(source.split())[:MOST_REASON]
    if sponsor.pk == sponsored.pk:
        raise StakeholderRefusedError(_("Nobody is their own sponsor."))
    if not 1 <= strength <= STRONGEST:
        raise StakeholderRefusedError(_("A strength lies between 1 and 4."))
    if not source:
        raise StakeholderRefusedError(_("Say how you know. Both may read it."))
    with transaction.atomic():
        _lock(sponsor)
        standing = Sponsorship.objects.filter(sponsor=sponsor, sponsored=sponsored, ended_at=None).first()
        if standing is not None:
            if (standing.strength, standing.source) == (strength, source):
                return standing
            standing.ended_at = now
            standing.save(update_fields=["ended_at"])
        made = Sponsorship.objects.create(
            sponsor=sponsor, sponsored=sponsored, strength=strength, source=source, noted_at=now, noted_by=actor
        )
        for one, side in ((sponsor, "sponsor"), (sponsored, "sponsored")):
            write_down("sponsorship", one, actor, now, sponsorship=str(made.pk), side=side, strength=strength)
    return made


def end_sponsor(*, sponsorship: Sponsorship, actor: User, now: datetime) -> None:
    """Note that a sponsor relation stands no more. Safe to repeat."""
    with transaction.atomic():
        if Sponsorship.objects.filter(pk=sponsorship.pk, ended_at=None).update(ended_at=now):
            for one in (sponsorship.sponsor, sponsorship.sponsored):
                write_down("sponsorship_ended", one, actor, now, sponsorship=str(sponsorship.pk))


def _is_same_day(one: datetime, other: datetime) -> bool:
    return timezone.localdate(one) == timezone.localdate(other)


def _lock(stakeholder: Stakeholder) -> None:
    row = Stakeholder.objects.select_for_update().get(pk=stakeholder.pk)
    if row.erased_at is not None:
        raise StakeholderRefusedError(_("This stakeholder was erased."))
