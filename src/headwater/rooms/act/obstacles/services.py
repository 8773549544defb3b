"""Raising an obstacle, answering it, handing it over, and letting it close."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from headwater.rooms.act.incidents.unordered import forget_order
from headwater.rooms.act.logic.obstacle_clock import due_after, first_owner, next_fixed_hour, to_the_hour
from headwater.rooms.act.logic.receipts import read_code
from headwater.rooms.act.models import Obstacle, ObstacleStep, Visit
from headwater.rooms.act.obstacles.codes import digest_of, is_same, obstacle_id_of
from headwater.rooms.act.obstacles.letters import tell_answered, tell_owner
from headwater.rooms.act.obstacles.owners import clock_days, confirmers_of, leaders_of, manages, may_answer
from headwater.rooms.act.obstacles.steps import (
    add_step,
    ask_owner,
    asks_cancelled,
    asks_done,
    check_owner,
    write_down,
)
from headwater.rooms.people.models import Person, Unit, User
from headwater.rooms.people.viewers import require, viewer_of
from headwater.vocab import HeadwaterError

State, Answer, Kind, Role = Obstacle.State, Obstacle.Answer, ObstacleStep.Kind, ObstacleStep.Role
FEWEST_LEFT = 2
"""Days that somebody has at least after an obstacle was handed to them."""


class ObstacleRefusedError(HeadwaterError):
    """An obstacle, an answer or a word cannot stand so; the message says why."""

    exit_code = 3


@dataclass(frozen=True)
class ObstacleReport:
    """What is told. from_unit: who is blocked. serving_unit: whose service it is, None where nobody knows.

    study, wave, theme, theme_words: the released comment theme it came from.
    """

    what: str
    to_customers: str = ""
    severity: str = Obstacle.Severity.SLOWS
    from_unit: Unit | None = None
    serving_unit: Unit | None = None
    visit: Visit | None = None
    study: str = ""
    wave: str = ""
    theme: str = ""
    theme_words: str = ""


def raise_obstacle(*, key: str, report: ObstacleReport, raised_on: str, actor: User | None, now: datetime) -> Obstacle:
    """Raise an obstacle under a key its page made: the same key again returns what stands.

    actor: None for an anonymous one; its key is the receipt code. Nothing of who raised it is kept then, its time is
    kept to the hour, and it reaches the audit trail and the mail once that hour is over. It goes to the leader of the
    service, else of the blocked unit. Raises PermissionDenied to an account without a role, ObstacleRefusedError for
    nothing said and for a receipt code that is none.
    """
    if actor is not None:
        require(viewer_of(actor, today=localdate(now)), "obstacles.raise")
    elif not read_code(key):
        raise ObstacleRefusedError(_("Load the page again, and send it once more."))
    if not report.what.strip():
        raise ObstacleRefusedError(_("Say what blocks you."))
    if report.severity not in Obstacle.Severity.values or raised_on not in Obstacle.RaisedOn.values:
        raise ObstacleRefusedError(_("Say what it does to the work."))
    is_anonymous = actor is None
    moment = to_the_hour(now) if is_anonymous else now
    today = localdate(moment)
    person = actor.person if actor is not None else None
    with transaction.atomic():
        made, is_new = Obstacle.objects.get_or_create(
            pk=obstacle_id_of(read_code(key) if is_anonymous else key),
            defaults={
                "raised_on": raised_on,
                "from_unit": report.from_unit,
                "serving_unit": report.serving_unit,
                "what": report.what.strip()[:1000],
                "to_customers": report.to_customers.strip()[:500],
                "severity": report.severity,
                "raised_at": moment,
                "raised_date": today,
                "raised_by": person,
                "is_anonymous": is_anonymous,
                "receipt": digest_of(key) if is_anonymous else "",
                "visit": report.visit,
                "study": report.study[:200],
                "wave": report.wave[:200],
                "theme": report.theme[:200],
                "theme_words": report.theme_words.strip()[:500],
                "due_date": due_after(today, report.severity, clock_days()),
                "is_audited": not is_anonymous,
            },
        )
        if is_new:
            leaders = leaders_of(made)
            way = first_owner([str(one.pk) for one in leaders])
            made.owner = leaders[0] if way is not None else None
            made.save(update_fields=["owner"])
            step = add_step(made, Kind.RAISED, Role.RAISER, now=moment, by=person)
            forget_order(made, step)
            if actor is not None:
                write_down("obstacle.raised", made, actor=str(actor.pk), now=moment)
                ask_owner(made, now=moment)
                tell_owner(made, now=now)
    return made


def answer_obstacle(*, obstacle_id: UUID, kind: str, words: str, version: int, actor: User, now: datetime) -> Obstacle:
    """Answer for the service: it is cleared, or will not be done and why. It waits then for whoever raised it.

    version: the one that was read, so that nobody answers over another. The same answer again changes nothing. Raises
    Obstacle.DoesNotExist, PermissionDenied, ObstacleRefusedError without words, for one that closed, and for one that
    changed since it was read.
    """
    with transaction.atomic():
        found = locked(obstacle_id)
        if not may_answer(viewer_of(actor, today=localdate(now)), found):
            raise PermissionDenied
        said = words.strip()[:1000]
        if found.state == State.ANSWERED and (found.answer_kind, found.answer) == (kind, said):
            return found
        if found.state == State.CLOSED:
            raise ObstacleRefusedError(_("It is closed."))
        if kind not in Answer.values or not said:
            raise ObstacleRefusedError(_("Say what was done, or why it will not be."))
        _same_version(found, version)
        found.state, found.answer_kind, found.answer, found.answered_at = State.ANSWERED, kind, said, now
        found.first_answered_date = found.first_answered_date or localdate(now)
        found.due_date = due_after(localdate(now), "confirm", clock_days())
        found.reply, found.reply_words, found.reply_from = "", "", None
        found.version += 1
        found.save()
        add_step(found, Kind.ANSWERED, Role.SERVICE, words=said, now=now, by=actor.person)
        write_down("obstacle.answered", found, actor=str(actor.pk), now=now, kind=kind)
        asks_done(found, actor=actor, now=now)
        tell_answered(found, now=now)
    return found


def hand_over(
    *,
    obstacle_id: UUID,
    unit: Unit | None,
    person: Person | None,
    why: str,
    version: int,
    actor: User,
    now: datetime,
    over_reason: str = "",
) -> Obstacle:
    """Hand an obstacle to another service or to one person, with the reason. The clock goes on as it was.

    over_reason: why it cannot wait, where the week of who answers then is full. Raises Obstacle.DoesNotExist,
    PermissionDenied, ObstacleRefusedError without a reason or a receiver, OverloadError for a full week without one.
    """
    with transaction.atomic():
        found = locked(obstacle_id)
        viewer = viewer_of(actor, today=localdate(now))
        if not (may_answer(viewer, found) or manages(viewer, found)):
            raise PermissionDenied
        if found.state == State.CLOSED or not why.strip() or (unit is None and person is None):
            raise ObstacleRefusedError(_("Say to whom, and why."))
        _same_version(found, version)
        before = found.owner
        if unit is not None:
            found.serving_unit, found.level = unit, 0
        heirs = leaders_of(found)
        found.owner = person if person is not None else heirs[0] if heirs else None
        if found.owner is not None and not found.owner.is_active:
            raise ObstacleRefusedError(_("They left."))
        found.due_date = max(found.due_date, localdate(now) + timedelta(days=FEWEST_LEFT))
        if before != found.owner:
            check_owner(found, over_reason=over_reason, actor=actor)
        found.version += 1
        found.save()
        role = Role.SERVICE if may_answer(viewer, found) else Role.LEAD
        add_step(found, Kind.HANDED, role, words=why.strip()[:1000], now=now, by=actor.person)
        write_down("obstacle.handed", found, actor=str(actor.pk), now=now)
        if before != found.owner:
            asks_cancelled(found, now=now)
            ask_owner(found, now=now, over_reason=over_reason)
            tell_owner(found, now=now)
    return found


def confirm_obstacle(*, obstacle_id: UUID, is_gone: bool, words: str, actor: User, now: datetime) -> Obstacle:
    """Say, with a name, whether it is gone. Gone closes it; still there opens it again with its clock.

    Raises Obstacle.DoesNotExist, PermissionDenied for anybody but who confirms it, ObstacleRefusedError before an
    answer, and for `still there` without words. Again changes nothing.
    """
    with transaction.atomic():
        found = locked(obstacle_id)
        if actor.person_id is None or actor.person_id not in [one.pk for one in confirmers_of(found)]:
            raise PermissionDenied
        if found.state == State.CLOSED and is_gone:
            return found
        settle(found, is_gone=is_gone, words=words, by=actor.person, actor=str(actor.pk), now=now)
    return found


def reply_by_receipt(*, code: str, is_gone: bool, words: str, now: datetime) -> Obstacle | None:
    """Say, with a receipt, whether it is gone. It counts from the next fixed hour on; until then it can be changed.

    None for a code that opens nothing. Raises ObstacleRefusedError before an answer, and for `still there` without
    words.
    """
    digest = digest_of(code)
    with transaction.atomic():
        found = Obstacle.objects.select_for_update().filter(receipt=digest).first()
        if found is None or not is_same(found.receipt, digest):
            return None
        if found.state != State.ANSWERED:
            raise ObstacleRefusedError(_("There is no answer yet."))
        if not is_gone and not words.strip():
            raise ObstacleRefusedError(_("Say what is still in the way."))
        found.reply, found.reply_words = ("confirmed" if is_gone else "not_yet"), words.strip()[:500]
        found.reply_from = found.reply_from or next_fixed_hour(localtime(now))
        found.save(update_fields=["reply", "reply_words", "reply_from"])
    return found


def obstacle_of_receipt(code: str) -> Obstacle | None:
    """Return what a receipt code opens, None for a forged one."""
    digest = digest_of(code)
    found = Obstacle.objects.select_related("from_unit", "serving_unit").filter(receipt=digest).first()
    return found if found is not None and is_same(found.receipt, digest) else None


def close_after_silence(*, obstacle_id: UUID, words: str, actor: User, now: datetime) -> Obstacle:
    """Close an answered obstacle of which nobody said a word in time, by the leader it went up to. Again does nothing.

    Raises Obstacle.DoesNotExist, PermissionDenied, ObstacleRefusedError while the clock still waits.
    """
    with transaction.atomic():
        found = locked(obstacle_id)
        if actor.person_id is None or actor.person_id != found.owner_id:
            raise PermissionDenied
        if found.state == State.CLOSED:
            return found
        if not silence_ran_out(found) or not words.strip():
            raise ObstacleRefusedError(_("Whoever raised it still has time to say whether it is gone."))
        _close(found, Obstacle.Closing.UPWARDS, now)
        add_step(found, Kind.CLOSED_UP, Role.SERVICE, words=words.strip()[:1000], now=now, by=actor.person)
        write_down("obstacle.closed", found, actor=str(actor.pk), now=now, closing=found.closing)
    return found


def settle(found: Obstacle, *, is_gone: bool, words: str, by: Person | None, actor: str, now: datetime) -> None:
    """Let the word of whoever raised it count, on a locked row. Raises ObstacleRefusedError as `confirm_obstacle`."""
    if found.state != State.ANSWERED:
        raise ObstacleRefusedError(_("There is no answer yet."))
    if not is_gone and not words.strip():
        raise ObstacleRefusedError(_("Say what is still in the way."))
    if is_gone:
        _close(found, Obstacle.Closing.CONFIRMED, now)
        add_step(found, Kind.CONFIRMED, Role.RAISER, words=words.strip()[:1000], now=now, by=by)
        write_down("obstacle.closed", found, actor=actor, now=now, closing=found.closing)
        return
    found.state, found.version = State.OPEN, found.version + 1
    found.due_date = due_after(localdate(now), found.severity, clock_days())
    found.reply, found.reply_words, found.reply_from = "", "", None
    found.save()
    add_step(found, Kind.NOT_YET, Role.RAISER, words=words.strip()[:1000], now=now, by=by)
    write_down("obstacle.opened_again", found, actor=actor, now=now)
    ask_owner(found, now=now)
    tell_owner(found, now=now)


def silence_ran_out(obstacle: Obstacle) -> bool:
    """Whether an answered obstacle went up because nobody said a word."""
    if obstacle.state != State.ANSWERED:
        return False
    answered = ObstacleStep.objects.filter(obstacle=obstacle, kind=Kind.ANSWERED).order_by("-number").first()
    up = ObstacleStep.objects.filter(obstacle=obstacle, kind__in=(Kind.ESCALATED, Kind.REMINDED))
    return answered is not None and up.filter(number__gt=answered.number).exists()


def locked(obstacle_id: UUID) -> Obstacle:
    """Return an obstacle with its row locked. Raises Obstacle.DoesNotExist."""
    Obstacle.objects.select_for_update().get(pk=obstacle_id)
    return Obstacle.objects.select_related(
        "from_unit__leader", "serving_unit__leader", "raised_by", "owner", "visit__leader"
    ).get(pk=obstacle_id)


def _close(found: Obstacle, closing: str, now: datetime) -> None:
    found.state, found.closing, found.closed_at = State.CLOSED, closing, now
    found.closed_date, found.version = max(localdate(now), found.raised_date), found.version + 1
    found.reply, found.reply_words, found.reply_from = "", "", None
    found.save()
    asks_cancelled(found, now=now)


def _same_version(found: Obstacle, version: int) -> None:
    if found.version != version:
        raise ObstacleRefusedError(_("Somebody changed it meanwhile. Read what stands there now, then send yours."))
