"""Taking part in a Discovery: join, foresee once, see and note, reveal, conclude, share, commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.rooms.engage.asks import done_ask
from headwater.rooms.engage.discovery.codes import digest_of_token, new_token
from headwater.rooms.engage.discovery.foresight_keeping import renew_house_foresight
from headwater.rooms.engage.discovery.leading import source_of
from headwater.rooms.engage.discovery.places import guests_in, take_place
from headwater.rooms.engage.discovery.preparing import MANAGE, SEE, DiscoveryRefusedError
from headwater.rooms.engage.logic.discovery_steps import first_step_problem
from headwater.rooms.engage.models import (
    Discovery,
    DiscoveryCommitment,
    DiscoveryInvitation,
    DiscoveryNote,
    DiscoveryParticipant,
    DiscoveryPrediction,
    DiscoveryQuestion,
    DiscoverySelfView,
)
from headwater.rooms.house import audit
from headwater.rooms.learn.models import Look
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.models import User

Stage = Discovery.Stage


@dataclass(frozen=True)
class Answer:
    """What is foreseen for one question: a score with its range and how sure, or a choice."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    sure: int | None = None
    choice: str = ""


@dataclass(frozen=True)
class Commitment:
    """One commitment as somebody writes it."""

    sentence: str
    first_step: str
    first_step_date: date
    tells: str


def join_discovery(
    *, discovery_id: UUID, actor: User | None, viewer: Viewer, by_code: bool, keeps: bool, now: datetime
) -> tuple[DiscoveryParticipant, str]:
    """Take part. Returns who takes part, and the token their browser keeps, "" where the account stands for them.

    by_code: whether the join code was shown. keeps: whether somebody of an anonymous team wants it under their account,
    for their own foresight. The same account again gives the same; in an anonymous team it has one place, and nothing
    tells which; without an account there are as many places as guests were counted in. Raises PermissionDenied for
    those who were not asked and have no code, DiscoveryRefusedError where it is not open and where no place is left.
    """
    with transaction.atomic():
        discovery = Discovery.objects.select_for_update().get(pk=discovery_id)
        if not Stage.PREDICT <= discovery.stage < Stage.CLOSED or discovery.opened_at is None:
            raise DiscoveryRefusedError(_("This Discovery is not open."))
        _require_place(discovery, actor, viewer, by_code=by_code)
        at = kept_time(discovery, now)
        if discovery.is_anonymous and actor is not None:
            standing = DiscoveryParticipant.objects.filter(discovery=discovery, user=actor).first()
            if standing is not None:
                return standing, ""
            if not take_place(discovery, actor):
                raise DiscoveryRefusedError(
                    _("You take part already, in the browser where you joined. Nothing else knows which part is yours.")
                )
        if actor is None and guests_in(discovery) >= discovery.guests:
            raise DiscoveryRefusedError(_("All places of guests are taken. Sign in where you have an account."))
        if discovery.is_anonymous and not (keeps and actor is not None):
            token, digest = new_token()
            made = DiscoveryParticipant.objects.create(discovery=discovery, token_digest=digest, joined_at=at)
            return made, token
        made, is_new = DiscoveryParticipant.objects.get_or_create(
            discovery=discovery, user=actor, defaults={"joined_at": at}
        )
        if is_new and not discovery.is_anonymous and actor is not None:
            _note("discovery.joined", discovery, actor, now)
    return made, ""


def participant_of(*, discovery: Discovery, user: User | None, token: str) -> DiscoveryParticipant | None:
    """Return who a browser is in a Discovery, None for nobody."""
    those = DiscoveryParticipant.objects.filter(discovery=discovery, erased_at=None)
    if token:
        found = those.filter(token_digest=digest_of_token(token)).first()
        if found is not None:
            return found
    return those.filter(user=user).first() if user is not None else None


def lock_prediction(
    *,
    participant_id: UUID,
    answers: Mapping[UUID, Answer],
    self_view: float | None,
    actor: User | None,
    now: datetime,
) -> DiscoveryParticipant:
    """Lock what somebody foresees, all of it at once. A second time changes nothing: the first stands.

    answers: by question. self_view: how they rate themself, kept apart. Raises DiscoveryRefusedError for answers that
    are missing or outside the scale, and after the reveal.
    """
    with transaction.atomic():
        participant, discovery = _locked(participant_id)
        if participant.locked_at is not None:
            return participant
        if discovery.revealed_at is not None or participant.revealed_at is not None or discovery.closed_at is not None:
            raise DiscoveryRefusedError(_("The reveal is over. Nothing can be foreseen any more."))
        questions = list(DiscoveryQuestion.objects.filter(discovery=discovery).order_by("place"))
        for question in questions:
            answer = answers.get(question.pk)
            if answer is None:
                raise DiscoveryRefusedError(_("Something is not foreseen yet: %(what)s.") % {"what": question.label})
            _check(question, answer)
            DiscoveryPrediction.objects.create(
                participant=participant,
                question=question,
                value=answer.value,
                low=answer.low,
                high=answer.high,
                sure=answer.sure,
                choice=answer.choice,
            )
        if self_view is not None:
            ends = questions[0].truth
            if not ends["floor"] <= self_view <= ends["ceiling"]:
                raise DiscoveryRefusedError(_("Your own rating lies outside the scale."))
            DiscoverySelfView.objects.create(participant=participant, value=self_view)
        participant.is_blind = None if participant.user_id is None else not _looked(participant.user_id, questions)
        participant.locked_at = kept_time(discovery, now)
        participant.save(update_fields=["is_blind", "locked_at"])
        if actor is not None and not discovery.is_anonymous:
            _note("discovery.locked", discovery, actor, now)
    return participant


def note_card(*, participant_id: UUID, card: int, words: str, now: datetime) -> DiscoveryParticipant:
    """Keep what somebody noticed at a card, for them alone; after the last one they have seen all.

    Raises DiscoveryRefusedError before they foresaw, and for a card that is not there.
    """
    with transaction.atomic():
        participant, discovery = _locked(participant_id)
        if participant.locked_at is None or discovery.stage < Stage.SEE:
            raise DiscoveryRefusedError(_("Foresee first, then see."))
        if not 0 <= card < len(discovery.cards):
            raise DiscoveryRefusedError(_("There is no such card."))
        written = " ".join(words.split())[:500]
        if written:
            DiscoveryNote.objects.update_or_create(participant=participant, card=card, defaults={"words": written})
        if card == len(discovery.cards) - 1 and participant.seen_at is None:
            participant.seen_at = kept_time(discovery, now)
            participant.save(update_fields=["seen_at"])
    return participant


def reveal_own(*, participant_id: UUID, actor: User, now: datetime) -> DiscoveryParticipant:
    """Reveal to one leader, once they foresaw and saw. Safe to repeat. Raises DiscoveryRefusedError before that."""
    with transaction.atomic():
        participant, discovery = _locked(participant_id)
        if participant.revealed_at is not None:
            return participant
        seen = participant.seen_at is not None or not discovery.cards
        if discovery.is_team or participant.locked_at is None or not seen:
            raise DiscoveryRefusedError(_("The reveal comes after you foresaw and saw."))
        participant.revealed_at = now
        participant.save(update_fields=["revealed_at"])
        _note("discovery.revealed", discovery, actor, now)
        renew_house_foresight(now=now)
    return participant


def conclude(
    *, participant_id: UUID, words: str, shares: bool, actor: User | None, now: datetime
) -> DiscoveryParticipant:
    """Save somebody's conclusion in their own words; only then the analyst's opens. A second time changes nothing."""
    with transaction.atomic():
        participant, discovery = _locked(participant_id)
        if participant.concluded_at is not None:
            return participant
        if not is_revealed(discovery, participant) or discovery.stage < Stage.CONCLUDE:
            raise DiscoveryRefusedError(_("The conclusion comes after the reveal."))
        written = words.strip()
        if not written:
            raise DiscoveryRefusedError(_("Write what you conclude, in your own words."))
        participant.conclusion, participant.concluded_at = written[:2000], kept_time(discovery, now)
        participant.shared_at = participant.concluded_at if shares and not discovery.is_own else None
        participant.save(update_fields=["conclusion", "concluded_at", "shared_at"])
        if actor is not None and not discovery.is_anonymous:
            _note("discovery.concluded", discovery, actor, now)
    return participant


def share_conclusion(*, participant_id: UUID, shares: bool, actor: User | None, now: datetime) -> DiscoveryParticipant:
    """Share one's conclusion with those of the Discovery and who leads it, or take it back."""
    with transaction.atomic():
        participant, discovery = _locked(participant_id)
        if participant.concluded_at is None:
            raise DiscoveryRefusedError(_("There is no conclusion to share yet."))
        if shares == (participant.shared_at is not None):
            return participant
        participant.shared_at = kept_time(discovery, now) if shares else None
        participant.save(update_fields=["shared_at"])
        if actor is not None and not discovery.is_anonymous:
            _note("discovery.shared" if shares else "discovery.unshared", discovery, actor, now)
    return participant


def commit(*, participant_id: UUID, commitment: Commitment, actor: User | None, now: datetime) -> DiscoveryCommitment:
    """Make the one commitment. A second time gives the first. Raises DiscoveryRefusedError where it does not fit."""
    with transaction.atomic():
        participant, discovery = _locked(participant_id)
        known = DiscoveryCommitment.objects.filter(participant=participant).first()
        if known is not None:
            return known
        if participant.concluded_at is None or discovery.stage < Stage.COMMIT:
            raise DiscoveryRefusedError(_("Conclude first, then commit."))
        sentence, step, tells = (
            " ".join(one.split()) for one in (commitment.sentence, commitment.first_step, commitment.tells)
        )
        if not (sentence and step and tells):
            raise DiscoveryRefusedError(_("A commitment is one sentence, a first step, and somebody you tell."))
        problem = first_step_problem(commitment.first_step_date, localdate(now))
        if problem:
            words = {
                "past": _("The day of the first step is over."),
                "late": _("The first step is within a week. Make it smaller rather than later."),
            }
            raise DiscoveryRefusedError(words[problem])
        made = DiscoveryCommitment.objects.create(
            participant=participant,
            sentence=sentence[:300],
            first_step=step[:300],
            first_step_date=commitment.first_step_date,
            tells=tells[:200],
            made_at=kept_time(discovery, now),
        )
        if actor is not None and not discovery.is_anonymous:
            _note("discovery.committed", discovery, actor, now)
            done_ask(source=source_of(discovery), actor=actor, now=now, person=actor)
        if not discovery.is_team and discovery.closed_at is None:
            Discovery.objects.filter(pk=discovery.pk).update(closed_at=now, stage=Stage.CLOSED, stage_at=now)
    return made


def is_revealed(discovery: Discovery, participant: DiscoveryParticipant | None) -> bool:
    """Whether the truth was shown: to the whole team, or to one leader."""
    if discovery.revealed_at is not None:
        return True
    return participant is not None and participant.revealed_at is not None


def kept_time(discovery: Discovery, now: datetime) -> datetime:
    """Return a time as it is kept: of an anonymous team to the hour, so that nobody is known by their minute."""
    return now.replace(minute=0, second=0, microsecond=0) if discovery.is_anonymous else now


def _require_place(discovery: Discovery, actor: User | None, viewer: Viewer, *, by_code: bool) -> None:
    if actor is None:
        if not (discovery.is_anonymous and by_code):
            raise PermissionDenied
        return
    if DiscoveryInvitation.objects.filter(discovery=discovery, user=actor).exists():
        return
    # Who leads Discoveries sees the number before the others do, and does not take part unless asked. Somebody else who
    # was not asked joins a named team by its code when they may see the number anyway.
    number = discovery.unit.number
    if not by_code or can(viewer, MANAGE, number):
        raise PermissionDenied
    if not discovery.is_anonymous and not can(viewer, SEE, number):
        raise PermissionDenied


def _locked(participant_id: UUID) -> tuple[DiscoveryParticipant, Discovery]:
    """The Discovery is held before the participant, as leading does, so that neither waits for the other."""
    known = DiscoveryParticipant.objects.only("discovery_id").get(pk=participant_id, erased_at=None)
    discovery = Discovery.objects.select_for_update().get(pk=known.discovery_id)
    return DiscoveryParticipant.objects.select_for_update().get(pk=participant_id, erased_at=None), discovery


def _check(question: DiscoveryQuestion, answer: Answer) -> None:
    if question.options:
        if answer.choice not in {one["key"] for one in question.options} or answer.value is not None:
            raise DiscoveryRefusedError(_("Choose one of what is offered: %(what)s.") % {"what": question.label})
        return
    floor, ceiling = question.truth["floor"], question.truth["ceiling"]
    if answer.value is None or answer.low is None or answer.high is None or answer.sure is None or answer.choice:
        raise DiscoveryRefusedError(
            _("Give a score, a range and how sure you are: %(what)s.") % {"what": question.label}
        )
    if not floor <= answer.low <= answer.value <= answer.high <= ceiling:
        raise DiscoveryRefusedError(
            _("The range goes from its low end over your score to its high end, within the scale: %(what)s.")
            % {"what": question.label}
        )
    if not 0 <= answer.sure <= 100:
        raise DiscoveryRefusedError(_("How sure you are is a percent from 0 to 100."))


def _looked(user: UUID, questions: list[DiscoveryQuestion]) -> bool:
    """Whether somebody had opened the results of any wave that is foreseen."""
    pairs = {(one.truth["study"], one.truth["wave"]) for one in questions if "study" in one.truth}
    waves = [wave.pk for study, key in pairs for wave in Wave.objects.filter(study__key=study, key=key).only("pk")]
    return Look.objects.filter(user=user, wave__in=waves).exists()


def _note(action: str, discovery: Discovery, actor: User, now: datetime) -> None:
    audit.record(action=action, actor=str(actor.pk), subject=str(discovery.pk), payload={}, now=now)
