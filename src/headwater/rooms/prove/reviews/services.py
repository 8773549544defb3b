"""Programme reviews as they are made, added to, given to sponsors, issued and read."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from headwater.rooms.act.present_units import top_unit
from headwater.rooms.decide.models import Goal
from headwater.rooms.decide.refusals import DecideRefusedError
from headwater.rooms.engage.active_role.services import REVIEW, record_act
from headwater.rooms.engage.asks import NewAsk, check_load, done_ask, record_ask
from headwater.rooms.engage.models import Preference, RoleDuty, Stakeholder
from headwater.rooms.engage.stakeholders.queries import profile_of
from headwater.rooms.house import audit
from headwater.rooms.house.languages import desk_language
from headwater.rooms.house.periods import period_words
from headwater.rooms.people.models import Unit, User
from headwater.rooms.prove.logic.reviews import Quarter, quarter_of
from headwater.rooms.prove.models import ProgrammeReview, ReviewCopy
from headwater.rooms.prove.reviews.facts import facts_from
from headwater.rooms.prove.reviews.gathering import gather
from headwater.rooms.prove.reviews.span import Part

READ_DAYS = 14
"""Days in which a sponsor is asked to read it."""
USUAL_MINUTES = 5
MOST_MINUTES = 60
JOB = "make_reviews"


class ReviewRefusedError(DecideRefusedError):
    """A review cannot be changed so; the message says why."""


def make_review(*, unit: Unit, quarter: Quarter, actor: User | None, now: datetime) -> ProgrammeReview:
    """Make the draft of a part and quarter, once: a second time returns the first. Raises ReviewRefusedError for a
    quarter that has not begun.
    """
    if quarter.first > timezone.localdate(now):
        raise ReviewRefusedError(_("This quarter has not begun."))
    standing = ProgrammeReview.objects.filter(unit=unit, first_date=quarter.first).first()
    if standing is not None:
        return standing
    facts, digest = gather(Part(unit, quarter, now))
    return _make(unit, quarter, facts, digest, actor, now)


def _make(
    unit: Unit, quarter: Quarter, facts: dict[str, Any], digest: str, actor: User | None, now: datetime
) -> ProgrammeReview:
    values = {
        "last_date": quarter.last, "facts": facts, "inputs_hash": digest, "made_at": now, "made_by": actor,
    }  # fmt: skip
    with transaction.atomic():
        review, is_new = ProgrammeReview.objects.get_or_create(unit=unit, first_date=quarter.first, defaults=values)
        if is_new:
            _record("review.made", review, {"quarter": quarter.key, "inputs": digest}, actor, now)
    return review


def make_due_reviews(*, now: datetime) -> ProgrammeReview | None:
    """Make the draft of the last quarter for the whole organisation, unless it stands. Runs every day, so that a day
    on which nothing ran is made up; a quarter in which nothing happened makes none.
    """
    unit = top_unit()
    if unit is None:
        return None
    quarter = quarter_of(timezone.localdate(now)).before()
    standing = ProgrammeReview.objects.filter(unit=unit, first_date=quarter.first).first()
    if standing is not None:
        return standing
    facts, digest = gather(Part(unit, quarter, now))
    if facts_from(facts["en"]).is_empty:
        return None
    return _make(unit, quarter, facts, digest, None, now)


def renew_review(*, review_id: UUID, actor: User, now: datetime) -> ProgrammeReview:
    """Gather the facts of a draft anew. Raises ReviewRefusedError for an issued one."""
    standing = ProgrammeReview.objects.select_related("unit").get(pk=review_id)
    # Gathering takes seconds: nobody waits for a lock meanwhile.
    facts, digest = gather(Part(standing.unit, quarter_of(standing.first_date), now))
    with transaction.atomic():
        review = _draft(review_id)
        if digest != review.inputs_hash:
            review.facts, review.inputs_hash = facts, digest
            review.made_at, review.made_by = now, actor
            review.save()
            _record("review.renewed", review, {"inputs": digest}, actor, now)
    return review


def write_note(*, review_id: UUID, note: str, actor: User, now: datetime) -> None:
    """Add own words to a draft. Raises ReviewRefusedError for an issued one."""
    with transaction.atomic():
        review = _draft(review_id)
        if review.note != note.strip():
            review.note = note.strip()
            review.save()
            _record("review.noted", review, {"note": review.note}, actor, now)


def give_copy(
    *,
    review_id: UUID,
    stakeholder: Stakeholder,
    ask: str,
    goal: Goal | None,
    ask_by_date: date | None,
    minutes: int | None,
    actor: User,
    now: datetime,
) -> ReviewCopy:
    """Give a draft to one sponsor, in the form they like and the minutes they have. The same sponsor again changes it.

    minutes: None for those the profile says, five at most. Raises ReviewRefusedError for an issued review, and for
    something asked without a goal that it serves or a day.
    """
    ask = " ".join(ask.split())
    if ask and (goal is None or ask_by_date is None):
        raise ReviewRefusedError(_("What is asked serves a goal, by a day."))
    profile = profile_of(stakeholder)
    usual = max(1, min(USUAL_MINUTES, profile.minutes.minutes))
    values = {
        "form": profile.form.value or str(Preference.Form.ONE_PAGE),
        "minutes": max(1, min(MOST_MINUTES, minutes or usual)),
        "language": desk_language(profile.language.value),
        "ask": ask,
        "goal": goal if ask else None,
        "ask_by_date": ask_by_date if ask else None,
    }
    with transaction.atomic():
        review = _draft(review_id)
        copy, is_new = ReviewCopy.objects.get_or_create(
            review=review, stakeholder=stakeholder, defaults={**values, "made_at": now, "made_by": actor}
        )
        changed = [name for name, value in values.items() if getattr(copy, name) != value]
        if is_new or changed:
            for name, value in values.items():
                setattr(copy, name, value)
            copy.save()
            payload = {"stakeholder": str(stakeholder.pk), "form": copy.form, "ask": copy.ask}
            _record("review.given", review, payload, actor, now)
    return copy


def take_back_copy(*, copy_id: UUID, actor: User, now: datetime) -> None:
    """Take a copy of a draft back. Safe to repeat. Raises ReviewRefusedError for one of an issued review."""
    with transaction.atomic():
        copy = ReviewCopy.objects.filter(pk=copy_id).first()
        if copy is None:
            return
        review = _draft(copy.review_id)
        _record("review.taken_back", review, {"stakeholder": str(copy.stakeholder_id)}, actor, now)
        copy.delete()


def issue_review(
    *, review_id: UUID, actor: User, now: datetime, by_date: date | None = None, over_reason: str = ""
) -> ProgrammeReview:
    """Freeze a review and ask its sponsors to read it, in minutes. Issued already, it is returned as it stands.

    by_date: the day for sponsors of whom nothing else is asked by a day. over_reason: why it cannot wait, where the
    week of a sponsor is full. Raises ReviewRefusedError for a day that passed, OverloadError for a full week without a
    reason.
    """
    if by_date is not None and by_date < timezone.localdate(now):
        raise ReviewRefusedError(_("Take a day to come."))
    with transaction.atomic():
        review = ProgrammeReview.objects.select_for_update().select_related("unit").get(pk=review_id)
        if not review.is_draft:
            return review
        copies = list(ReviewCopy.objects.filter(review=review).select_related("stakeholder__person"))
        usual = by_date or timezone.localdate(now) + timedelta(days=READ_DAYS)
        wanted = {
            copy: NewAsk(copy.stakeholder, copy.minutes, copy.ask_by_date or usual, _source(copy))
            for copy in copies
            if copy.stakeholder.erased_at is None
        }
        check_load(wanted.values(), over_reason=over_reason, actor=actor)
        review.issued_at, review.issued_by = now, actor
        review.save()
        for copy, asked in wanted.items():
            _ask_to_read(copy, review, asked, over_reason, actor, now)
        _record("review.issued", review, {"copies": len(copies), "inputs": review.inputs_hash}, actor, now)
    return review


def read_copy(*, copy_id: UUID, actor: User, now: datetime) -> ReviewCopy:
    """Note that a sponsor read their copy. Safe to repeat. Raises ReviewRefusedError before it was issued."""
    with transaction.atomic():
        copy = ReviewCopy.objects.select_for_update().select_related("review").get(pk=copy_id)
        if copy.review.is_draft:
            raise ReviewRefusedError(_("It is not issued yet."))
        if copy.read_at is None:
            copy.read_at = now
            copy.save(update_fields=["read_at"])
            done_ask(source=_source(copy), actor=actor, now=now)
            day = timezone.localdate(now)
            record_act(
                person=actor, kind=RoleDuty.Kind.REVIEW, at_date=day, source=f"{REVIEW}{copy.pk}", actor=actor, now=now
            )
            _record("review.read", copy.review, {"copy": str(copy.pk)}, actor, now)
    return copy


def _ask_to_read(
    copy: ReviewCopy, review: ProgrammeReview, asked: NewAsk, over_reason: str, actor: User, now: datetime
) -> None:
    with override(copy.language):
        title = _("Review of %(quarter)s, %(unit)s") % {
            "quarter": period_words(quarter_of(review.first_date).key), "unit": review.unit.name}  # fmt: skip
    record_ask(
        person=asked.person,
        kind="review",
        title=title,
        minutes=asked.minutes,
        due_date=asked.due_date,
        href=reverse("prove:reviews_read", args=[copy.pk]),
        source=asked.source,
        actor=actor,
        now=now,
        over_reason=over_reason,
    )


def _source(copy: ReviewCopy) -> str:
    return f"review:{copy.pk}"


def _draft(review_id: UUID) -> ProgrammeReview:
    review = ProgrammeReview.objects.select_for_update().select_related("unit").get(pk=review_id)
    if not review.is_draft:
        raise ReviewRefusedError(_("This review was issued: it stays as it was read."))
    return review


def _record(action: str, review: ProgrammeReview, payload: dict[str, Any], actor: User | None, now: datetime) -> None:
    who = audit.SYSTEM if actor is None else str(actor.pk)
    audit.record(action=action, actor=who, subject=str(review.pk), payload=payload, now=now)
