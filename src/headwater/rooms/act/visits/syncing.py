"""What was noted on a visit, kept once however often a phone sends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.rooms.act.models import Obstacle, Visit, VisitNote
from headwater.rooms.act.obstacles.codes import obstacle_id_of
from headwater.rooms.act.obstacles.services import ObstacleReport, raise_obstacle
from headwater.rooms.act.present_units import present_unit
from headwater.rooms.act.visits.services import VisitRefusedError, locked, write_down
from headwater.rooms.people.models import Unit, User

OBSTACLE = "obstacle"
KINDS = (*VisitNote.Kind.values, OBSTACLE)
MOST_AT_ONCE = 200
AHEAD = timedelta(minutes=5)
"""A phone's clock may run ahead a little; what is further ahead is taken as now."""


@dataclass(frozen=True)
class Entry:
    """One thing noted. id: made on the phone. kind: note, moment or obstacle. service: key of a unit, "" for none."""

    id: UUID
    kind: str
    words: str
    noted_at: datetime | None = None
    to_customers: str = ""
    severity: str = Obstacle.Severity.SLOWS
    service: str = ""


@dataclass(frozen=True)
class Synced:
    """What a sending did. kept: ids that stand now, whether or not they stood before. new: how many were not known."""

    kept: tuple[UUID, ...]
    new: int


def sync_visit(*, visit_id: UUID, entries: Sequence[Entry], actor: User, now: datetime) -> Synced:
    """Keep what a phone noted on a visit, all of it or nothing. An id that stands already changes nothing.

    A visit that was meanwhile closed or cancelled still takes what was noted: nothing is lost. Raises
    Visit.DoesNotExist, PermissionDenied, VisitRefusedError for an entry without words or of an unknown kind, and for an
    id that stands on another visit.
    """
    if len(entries) > MOST_AT_ONCE:
        raise VisitRefusedError(_("That is more than a visit holds. Send it in parts."))
    with transaction.atomic():
        visit = locked(visit_id, actor=actor, now=now)
        new = sum(_keep(visit, entry, actor, now) for entry in entries)
        if new:
            write_down("visit.noted", visit, actor=actor, now=now, entries=new)
    return Synced(tuple(entry.id for entry in entries), new)


def _keep(visit: Visit, entry: Entry, actor: User, now: datetime) -> bool:
    said = entry.words.strip()
    if entry.kind not in KINDS or not said:
        raise VisitRefusedError(_("Say in words what you noted."))
    if entry.kind == OBSTACLE:
        return _keep_obstacle(visit, entry, actor, now)
    at = entry.noted_at if entry.noted_at is not None and entry.noted_at <= now + AHEAD else now
    note, is_new = VisitNote.objects.get_or_create(
        pk=entry.id,
        defaults={"visit": visit, "kind": entry.kind, "words": said[:1000], "noted_at": min(at, now)},
    )
    if note.visit_id != visit.pk:
        raise VisitRefusedError(_("This note belongs to another visit."))
    return is_new


def _keep_obstacle(visit: Visit, entry: Entry, actor: User, now: datetime) -> bool:
    standing = Obstacle.objects.filter(pk=obstacle_id_of(str(entry.id))).first()
    if standing is not None:
        if standing.visit_id != visit.pk:
            raise VisitRefusedError(_("This obstacle belongs to another visit."))
        return False
    service = Unit.objects.filter(key=entry.service).first() if entry.service else None
    report = ObstacleReport(
        what=entry.words,
        to_customers=entry.to_customers,
        severity=entry.severity if entry.severity in Obstacle.Severity.values else Obstacle.Severity.SLOWS,
        from_unit=visit.unit,
        # A service that was dissolved while the phone was away goes to what followed it.
        serving_unit=present_unit(service) if service is not None else None,
        visit=visit,
    )
    raise_obstacle(key=str(entry.id), report=report, raised_on=Obstacle.RaisedOn.VISIT, actor=actor, now=now)
    return True
