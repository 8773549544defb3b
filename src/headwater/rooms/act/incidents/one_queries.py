"""One incident as one person sees it: who works on it, who sees it, who reported it, who was hurt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from headwater.rooms.act.incidents.duties import is_to_be_asked, owed_of
from headwater.rooms.act.incidents.notice_words import kind_words, received_words, where_words
from headwater.rooms.act.incidents.queries import due_of
from headwater.rooms.act.incidents.who import (
    is_injured,
    is_reporter,
    is_top_leader,
    may_see,
    may_work,
    zone,
)
from headwater.rooms.act.incidents.work_words import due_words, duty_title, excuse_words
from headwater.rooms.act.logic.incidents import MEET, OWED, REPEAT, Standing, next_fixed_hour, standing_for, unsettled
from headwater.rooms.act.models import Commitment, Incident, IncidentDuty, IncidentMessage, IncidentOpening, Visit
from headwater.rooms.decide.account_field import name_of
from headwater.rooms.people.logic.roles import Viewer


@dataclass(frozen=True)
class DutyLine:
    """One duty on the page. visit, commitment: the record it is done by, None for none."""

    duty: IncidentDuty
    title: str
    standing: Standing
    due: str
    by: str
    excuse: str
    visit: Visit | None
    commitment: Commitment | None

    @property
    def is_owed(self) -> bool:
        """Whether it is neither kept nor excused."""
        return self.duty.kept_at is None and self.duty.excused_at is None


@dataclass(frozen=True)
class MessageLine:
    """A question or an answer. waits: it reaches the reporter at a fixed hour to come."""

    message: IncidentMessage
    by: str
    waits: bool


@dataclass(frozen=True)
class IncidentPage:
    """One incident.

    sees: for a role; then words, duties, questions and who opened it stand here. works: may answer, keep and close.
    is_mine: reported by the viewer under their name; is_hurt: the viewer was hurt or threatened, and is asked whether
    they want to be met (asks). reporter: how they are called, "" when anonymous. next_at: when an anonymous reporter
    sees what is asked now. key: of the next question.
    """

    incident: Incident
    kind: str
    where: str
    received: str
    reporter: str
    injured: str
    duties: tuple[DutyLine, ...]
    messages: tuple[MessageLine, ...]
    openings: tuple[tuple[str, datetime], ...]
    opened_by: str
    sees: bool
    works: bool
    is_leader: bool
    is_mine: bool
    is_hurt: bool
    asks: bool
    may_close: bool
    next_at: datetime | None
    key: UUID


def incident_page(*, viewer: Viewer, incident_id: UUID, now: datetime) -> IncidentPage:
    """Return one incident. Raises Incident.DoesNotExist, also for one a viewer may not see."""
    related = ("unit", "reporter", "injured", "opened_by__person", "closed_by__person", "told_by__person")
    found = Incident.objects.select_related(*related).get(pk=incident_id)
    works, mine, hurt = may_work(viewer, found), is_reporter(viewer, found), is_injured(viewer, found)
    sees = works or may_see(viewer, found)
    if not (sees or mine or hurt):
        raise Incident.DoesNotExist
    is_leader = is_top_leader(viewer)
    duties = _duties(found, now, is_leader=is_leader)
    openings = IncidentOpening.objects.filter(incident=found).select_related("by__person").order_by("at", "pk")
    return IncidentPage(
        incident=found,
        kind=kind_words(found),
        where=where_words(found),
        received=received_words(found),
        reporter=_reporter(found) if sees or mine else "",
        injured=str(found.injured) if found.injured is not None else found.injured_words,
        duties=duties,
        messages=_messages(found, now, for_reporter=mine and not sees) if sees or mine else (),
        openings=tuple((name_of(one.by), one.at) for one in openings if one.by_id != found.opened_by_id)
        if sees
        else (),
        opened_by=name_of(found.opened_by) if found.opened_by is not None else "",
        sees=sees,
        works=works,
        is_leader=is_leader,
        is_mine=mine,
        is_hurt=hurt,
        asks=hurt and found.is_open and any(one.duty.key == MEET and one.duty.kept_at is None for one in duties),
        may_close=works and found.is_open and not unsettled([owed_of(one.duty) for one in duties]),
        next_at=next_fixed_hour(now, zone()) if found.is_anonymous else None,
        key=uuid4(),
    )


def needs_answer(viewer: Viewer, now: datetime) -> list[Incident]:
    """Return the incidents whose injured person the viewer is, and which ask whether to be met."""
    if not viewer.person:
        return []
    hurt = Incident.objects.filter(injured=viewer.person_id, state=Incident.State.OPEN).order_by("reported_at", "pk")
    met = IncidentDuty.objects.filter(key=MEET).exclude(kept_at=None).values("incident")
    return [one for one in hurt.exclude(pk__in=met) if is_to_be_asked(one, now)]


def _reporter(found: Incident) -> str:
    if found.is_anonymous:
        return ""
    return str(found.reporter) if found.reporter is not None else found.reporter_name


def _duties(found: Incident, now: datetime, *, is_leader: bool) -> tuple[DutyLine, ...]:
    kept = {
        duty.key: duty
        for duty in IncidentDuty.objects.filter(incident=found).select_related(
            "kept_by__person", "excused_by__person", "who"
        )
    }
    lines = []
    for key in OWED[found.kind]:
        duty = kept[key]
        standing = standing_for(owed_of(duty), now, is_leader=is_leader)
        by = duty.kept_by or duty.excused_by
        lines.append(
            DutyLine(
                duty,
                duty_title(key),
                standing,
                due_words(found, duty, due_of(duty)),
                name_of(by) if by is not None else "",
                excuse_words(duty.excuse),
                Visit.objects.filter(pk=duty.visit).first() if key == REPEAT and duty.visit is not None else None,
                Commitment.objects.filter(pk=duty.commitment).first() if duty.commitment is not None else None,
            )
        )
    return tuple(lines)


def _messages(found: Incident, now: datetime, *, for_reporter: bool) -> tuple[MessageLine, ...]:
    lines = []
    for one in (
        IncidentMessage.objects.filter(incident=found).select_related("by__person").order_by("at", "visible_at", "pk")
    ):
        is_question = one.by is not None
        if one.visible_at > now and is_question == for_reporter:
            continue
        by = "" if for_reporter or one.by is None else name_of(one.by)
        lines.append(MessageLine(one, by, is_question and one.visible_at > now))
    return tuple(lines)
