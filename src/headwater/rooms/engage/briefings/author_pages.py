"""What the author sees: all briefings, one with its copies and what it did, and one copy with its rehearsal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.rooms.engage.asks import overload_lines
from headwater.rooms.engage.briefings.documents import Content, content_of
from headwater.rooms.engage.briefings.handing_on import MINUTES, reachable_sponsor
from headwater.rooms.engage.briefings.impact import ImpactLine, impact_of
from headwater.rooms.engage.briefings.learning import LearnedPart, learned_parts
from headwater.rooms.engage.briefings.preparing import asks_of, due_date_of
from headwater.rooms.engage.briefings.queries import MANAGE, handed_to, received_by
from headwater.rooms.engage.briefings.words import changed_because, expects_words, question_words, thin_words
from headwater.rooms.engage.logic.briefing_change import moved_by
from headwater.rooms.engage.logic.briefing_questions import Fact, questions_for
from headwater.rooms.engage.models import Briefing, BriefingCopy, Stakeholder
from headwater.rooms.engage.stakeholders.queries import Profile, profile_of
from headwater.rooms.learn.books import book_of, released_waves
from headwater.rooms.learn.evidence import Evidence
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.models import User

MOST_LISTED = 60


@dataclass(frozen=True)
class Line:
    """One briefing on the list. sent, opened, answered: receivers."""

    briefing: Briefing
    receivers: int
    sent: int
    opened: int
    answered: int


@dataclass(frozen=True)
class ListPage:
    """Briefings: those sent to whoever asks, and those prepared here."""

    may_manage: bool
    received: tuple[BriefingCopy, ...]
    to_hand: tuple[BriefingCopy, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Stage:
    """One kind of effect, kept apart from the others. lines: sentences. linked: those with what they speak of."""

    title: str
    lines: tuple[str, ...]
    linked: tuple[ImpactLine, ...] = ()


@dataclass(frozen=True)
class CopyLine:
    """One receiver of a briefing: how it reaches them, and what it did."""

    copy: BriefingCopy
    changed: tuple[str, ...]
    did: str


@dataclass(frozen=True)
class OnePage:
    """One briefing for its author. expects: what it should move, "" where no forecast was made."""

    briefing: Briefing
    copies: tuple[CopyLine, ...]
    stages: tuple[Stage, ...]
    expects: str


@dataclass(frozen=True)
class Asked:
    """One likely question, an honest answer, and where the evidence is thin."""

    question: str
    answer: str
    thin: tuple[str, ...]


@dataclass(frozen=True)
class CopyPage:
    """One copy for its author. over: what sending it now would pass, "" for nothing. sponsor: who is written to too."""

    copy: BriefingCopy
    profile: Profile
    content: Content
    changed: tuple[str, ...]
    questions: tuple[Asked, ...]
    over: str
    did: str
    sponsor: Stakeholder | None = None
    hand_minutes: int = MINUTES


def list_page(*, viewer: Viewer) -> ListPage:
    """Return the list. Raises PermissionDenied for whoever neither sends, nor was sent one, nor hands one on."""
    may_manage, received = can(viewer, MANAGE), tuple(received_by(viewer)[:MOST_LISTED])
    to_hand = tuple(handed_to(viewer)[:MOST_LISTED])
    if not may_manage and not received and not to_hand:
        raise PermissionDenied
    lines = []
    if may_manage:
        for one in Briefing.objects.select_related("unit", "author").order_by("-made_at", "pk")[:MOST_LISTED]:
            copies = list(BriefingCopy.objects.filter(briefing=one))
            done = [
                sum(getattr(copy, at) is not None for copy in copies) for at in ("sent_at", "opened_at", "answered_at")
            ]
            lines.append(Line(one, len(copies), *done))
    return ListPage(may_manage, received, to_hand, tuple(lines))


def one_page(*, viewer: Viewer, briefing_id: UUID, now: datetime) -> OnePage:
    """Return one briefing. Raises PermissionDenied for whoever may not send, Http404."""
    if not can(viewer, MANAGE):
        raise PermissionDenied
    briefing = Briefing.objects.select_related("unit", "author").filter(pk=briefing_id).first()
    if briefing is None:
        raise Http404
    copies = list(_copies().filter(briefing=briefing).order_by("made_at", "pk"))
    lines = tuple(CopyLine(copy, tuple(changed_because(copy)), did_words(copy)) for copy in copies)
    return OnePage(briefing, lines, stages_of(copies, today=timezone.localdate(now)), expects_words(briefing))


def copy_page(*, viewer: Viewer, copy_id: UUID, now: datetime) -> CopyPage:
    """Return one copy. Raises PermissionDenied for whoever may not send, Http404."""
    copy = managed_copy(viewer=viewer, copy_id=copy_id)
    today, profile = timezone.localdate(now), profile_of(copy.stakeholder)
    with translation.override(copy.language):
        content = content_of(copy, today=today, as_sent=copy.sent_at is not None)
    own_words = content_of(copy, today=today, as_sent=copy.sent_at is not None)
    over: list[str] = []
    if copy.sent_at is None:
        asker = User.objects.filter(pk=viewer.user_id).first()
        over = overload_lines(asks_of(copy, due_date_of(copy, today=today)), actor=asker)
    return CopyPage(
        copy,
        profile,
        content,
        tuple(changed_because(copy)),
        _questions(copy, own_words, profile),
        " ".join(over),
        did_words(copy),
        reachable_sponsor(copy),
    )


def managed_copy(*, viewer: Viewer, copy_id: UUID) -> BriefingCopy:
    """Return a copy for those who send. Raises PermissionDenied, Http404."""
    if not can(viewer, MANAGE):
        raise PermissionDenied
    copy = _copies().filter(pk=copy_id).first()
    if copy is None:
        raise Http404
    return copy


def learning_page(*, viewer: Viewer, now: datetime) -> tuple[LearnedPart, ...]:
    """Return what was learned of forms and timing. Raises PermissionDenied for whoever may not send."""
    if not can(viewer, MANAGE):
        raise PermissionDenied
    return learned_parts(now=now)


def did_words(copy: BriefingCopy) -> str:
    """Say what one copy did so far, in the order in which it comes: sent, opened, understood, moved, decided."""
    if copy.sent_at is None:
        return _("Not sent yet.")
    told = [_("Sent %(day)s.") % {"day": date_format(copy.sent_at, "SHORT_DATE_FORMAT")}]
    if copy.handed_on_at is not None:
        handed = {"who": copy.sponsor, "day": date_format(copy.handed_on_at, "SHORT_DATE_FORMAT")}
        told.append(_("Handed on by %(who)s %(day)s.") % handed)
    if copy.opened_at is None:
        return " ".join([*told, _("Not opened yet.")])
    told.append(_("Opened %(day)s.") % {"day": date_format(copy.opened_at, "SHORT_DATE_FORMAT")})
    if copy.answered_at is None:
        return " ".join([*told, _("Not answered yet.")])
    told.append(_("Understood.") if copy.taken_as == copy.briefing.goal else _("Not understood."))
    if copy.before_level and copy.after_level:
        told.append(
            _("Stood %(before)s, stands %(after)s.")
            % {
                "before": copy.get_before_level_display(),
                "after": copy.get_after_level_display(),
            }
        )
    elif copy.after_level:
        told.append(_("Stands %(after)s.") % {"after": copy.get_after_level_display()})
    if copy.decision:
        told.append(_("Decided: %(said)s.") % {"said": copy.get_decision_display()})
    return " ".join(told)


def stages_of(copies: list[BriefingCopy], *, today: date) -> tuple[Stage, ...]:
    """Keep activity, outputs, out-takes, outcomes and impact apart (AMEC Integrated Evaluation Framework, 2016)."""
    sent = [one for one in copies if one.sent_at is not None]
    opened = [one for one in sent if one.opened_at is not None]
    answered = [one for one in opened if one.answered_at is not None]
    understood = [one for one in answered if one.taken_as == one.briefing.goal]
    moves = [moved_by(one.before_level, one.after_level) for one in answered]
    known = [one for one in moves if one is not None]
    decided = [one for one in answered if one.decision]
    activity = (
        ngettext("%(n)s copy made.", "%(n)s copies made.", len(copies)) % {"n": len(copies)},
        _("%(n)s minutes asked in all.") % {"n": sum(one.minutes for one in sent)},
    )
    outputs = (
        _("%(n)s of %(of)s sent.") % {"n": len(sent), "of": len(copies)},
        _("%(n)s of %(of)s opened. Being opened is no outcome.") % {"n": len(opened), "of": len(sent)},
    )
    takes = (_("%(n)s of %(of)s who answered said what it asks.") % {"n": len(understood), "of": len(answered)},)
    outcomes = [
        _("%(up)s moved towards leading, %(same)s stayed, %(down)s moved away, of %(of)s who said both times.")
        % {
            "up": sum(one > 0 for one in known),
            "same": sum(one == 0 for one in known),
            "down": sum(one < 0 for one in known),
            "of": len(known),
        }
    ]
    if copies and copies[0].briefing.goal == Briefing.Goal.DECISION:
        count = {value: sum(one.decision == value for one in decided) for value in BriefingCopy.Decision.values}
        outcomes.append(_("Decided: %(yes)s yes, %(no)s no, %(later)s later.") % count)
    return (
        Stage(_("Activity"), activity),
        Stage(_("Outputs"), outputs),
        Stage(_("Out-takes"), takes),
        Stage(_("Outcomes"), tuple(outcomes)),
        Stage(_("Impact"), (), impact_of(sent, today=today)),
    )


def _questions(copy: BriefingCopy, content: Content, profile: Profile) -> tuple[Asked, ...]:
    found = questions_for(
        goal=copy.briefing.goal,
        facts=[_fact(one) for one in content.every],
        drives=profile.drives.value,
        decides=profile.decides.value,
        credible=profile.credible.value,
        attitude=profile.attitude,
    )
    asked = []
    for one in found:
        question, answer = question_words(one, ask=copy.briefing.ask)
        asked.append(Asked(question, answer, thin_words(one.thin)))
    return tuple(asked)


def _fact(one: Evidence) -> Fact:
    return Fact(
        label=one.label,
        n=one.n,
        low=one.low,
        high=one.high,
        floor=one.floor,
        ceiling=one.ceiling,
        is_compared=bool(one.sureness),
        is_clear=one.standing in ("strong", "needs", "same"),
        smallest=one.smallest,
        response=_response(one),
    )


def _response(one: Evidence) -> float | None:
    for wave in released_waves():
        if (wave.study.key, wave.key) == (one.study, one.wave):
            book = book_of(wave)
            row = book.tree.index_of.get(one.unit)
            percent = None if row is None else book.response_percent(row)
            return None if percent is None else percent / 100
    return None


def _copies() -> QuerySet[BriefingCopy]:
    return BriefingCopy.objects.select_related(
        "briefing__author", "briefing__unit", "stakeholder__person", "sponsor__person", "earlier__briefing"
    )
