"""What the pages of commitments show, and what was forecast. Every query takes its viewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.utils.timezone import localdate

from headwater.rooms.act.commitments import wording
from headwater.rooms.act.commitments.allowed import (
    MAKE,
    is_owner,
    may_see,
    may_tell,
    opens_page,
    require_see,
    seen_units,
)
from headwater.rooms.act.logic.commitments import Standing, standing_of
from headwater.rooms.act.logic.forecasts import ForecastAction
from headwater.rooms.act.models import CheckIn, Commitment, Handover, HelpAsk
from headwater.rooms.act.present_units import present_unit
from headwater.rooms.decide.directions.allowed import units_with
from headwater.rooms.decide.directions.evidence import live_evidence
from headwater.rooms.decide.directions.forecasting import forecast_text
from headwater.rooms.decide.models import Direction
from headwater.rooms.engage.discovery.queries import CommitmentMade, commitments_of
from headwater.rooms.learn.evidence import Evidence, evidence_from
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.models import Unit
from headwater.rooms.people.tabs import has_role_for

MOST_DIRECTIONS = 5
MOST = 200
"""Commitments of one list on a page."""


@dataclass(frozen=True)
class Line:
    """One commitment in a list. last: how it went when the owner last said so."""

    commitment: Commitment
    standing: Standing
    said: str
    source: str
    expects: str
    last: CheckIn | None
    is_mine: bool


@dataclass(frozen=True)
class Summary:
    """Counts of commitments that a viewer sees."""

    going: int
    stuck: int
    kept: int
    dropped: int


@dataclass(frozen=True)
class CommitmentsPage:
    """Mine first, then those of units I see. waiting: of my Discoveries, not yet taken over. directions: of units for
    which I make commitments, without any.
    """

    mine: tuple[Line, ...]
    others: tuple[Line, ...]
    over: tuple[Line, ...]
    helping: tuple[HelpAsk, ...]
    waiting: tuple[CommitmentMade, ...]
    directions: tuple[Direction, ...]
    summary: Summary
    sees_others: bool
    may_make: bool
    may_tell: bool


@dataclass(frozen=True)
class CommitmentPage:
    """One commitment with all that was said of it."""

    line: Line
    evidence: Evidence | None
    live: Evidence | None
    check_ins: tuple[CheckIn, ...]
    helps: tuple[HelpAsk, ...]
    handovers: tuple[Handover, ...]
    is_owner: bool
    may_hand_back: bool
    may_forecast: bool


@dataclass(frozen=True)
class HelpPage:
    """One ask for help, for who was asked."""

    help: HelpAsk
    owner: str


def commitments_page(*, viewer: Viewer, now: datetime) -> CommitmentsPage:
    """Return the list. Raises PermissionDenied to whom it does not open."""
    discovered = _untaken(viewer)
    if not (discovered or opens_page(viewer)):
        raise PermissionDenied
    base = Commitment.objects.select_related("owner", "unit")
    own = Q(owner=viewer.person_id) if viewer.person else Q(pk__in=[])
    seen = seen_units(viewer)
    is_open = Q(state=Commitment.State.OPEN)
    everything = Commitment.objects.filter(own | seen)
    mine = list(base.filter(own & is_open).order_by("due_date", "made_at")[:MOST])
    others = list(base.filter(seen & is_open).exclude(own).order_by("due_date", "unit__number")[:MOST])
    over = list(base.filter((own | seen) & ~is_open).order_by("-ended_at")[:MOST])
    lines = lines_of([*mine, *others, *over], viewer=viewer, now=now)
    going = lines[: len(mine) + len(others)]
    helping = HelpAsk.objects.filter(asked=viewer.person_id, ended_at=None).select_related("commitment__owner")
    return CommitmentsPage(
        mine=tuple(lines[: len(mine)]),
        others=tuple(lines[len(mine) : len(mine) + len(others)]),
        over=tuple(lines[len(mine) + len(others) :]),
        helping=tuple(helping.order_by("by_date")) if viewer.person else (),
        waiting=discovered,
        directions=_without_commitment(viewer),
        summary=Summary(
            going=everything.filter(is_open).count(),
            stuck=sum(line.standing == "stuck" for line in going),
            kept=everything.filter(state=Commitment.State.DONE).count(),
            dropped=everything.filter(state=Commitment.State.DROPPED).count(),
        ),
        sees_others=has_role_for(viewer, "commitments.see"),
        may_make=has_role_for(viewer, MAKE),
        may_tell=may_tell(viewer, None) or has_role_for(viewer, "told.write"),
    )


def commitment_page(*, viewer: Viewer, commitment_id: UUID, now: datetime) -> CommitmentPage:
    """Return one commitment. Raises Http404, and PermissionDenied to an outsider."""
    found = Commitment.objects.select_related("owner", "unit", "made_by__person").filter(pk=commitment_id).first()
    if found is None:
        raise Http404
    require_see(viewer, found)
    evidence = None if found.evidence is None else evidence_from(found.evidence)
    owns = is_owner(viewer, found)
    maker = found.made_by.person
    return CommitmentPage(
        line=lines_of([found], viewer=viewer, now=now)[0],
        evidence=evidence,
        live=_live(viewer, found, evidence),
        check_ins=tuple(CheckIn.objects.filter(commitment=found).select_related("by").order_by("-at")),
        helps=tuple(HelpAsk.objects.filter(commitment=found).select_related("asked").order_by("-asked_at")),
        handovers=tuple(
            Handover.objects.filter(commitment=found)
            .select_related("from_person", "to_person", "from_unit", "to_unit")
            .order_by("-at")
        ),
        is_owner=owns,
        may_hand_back=owns
        and found.is_open
        and found.taken_at is None
        and maker is not None
        and maker.is_active
        and maker.pk != found.owner_id,
        may_forecast=owns and found.is_open and evidence is not None and not found.has_forecast,
    )


def help_page(*, viewer: Viewer, help_id: UUID) -> HelpPage:
    """Return one ask for help to who was asked. Raises Http404 for everybody else."""
    if not viewer.person:
        raise Http404
    found = HelpAsk.objects.select_related("commitment__owner", "commitment__unit").filter(
        pk=help_id, asked=viewer.person_id
    )
    one = found.first()
    if one is None:
        raise Http404
    return HelpPage(one, str(one.commitment.owner))


def lines_of(found: Sequence[Commitment], *, viewer: Viewer, now: datetime) -> list[Line]:
    """Return commitments as lines of a list, in their order."""
    last: dict[UUID, CheckIn] = {}
    for one in CheckIn.objects.filter(commitment__in=[each.pk for each in found]).order_by("at"):
        last[one.commitment_id] = one
    lines = []
    for each in found:
        check = last.get(each.pk)
        standing = standing_of(
            state=each.state,
            is_taken=each.taken_at is not None,
            due=each.due_date,
            last=check.going if check is not None else "",
            made=each.made_at,
            checked=check.at if check is not None else None,
            now=now,
            day_of=localdate,
        )
        expected = wording.range_of(each)
        expects = ""
        if each.evidence is not None:
            evidence = evidence_from(each.evidence)
            expects = evidence.label if expected is None else (f"{evidence.label}: {forecast_text(expected, evidence)}")
        lines.append(
            Line(
                each,
                standing,
                wording.standing_text(standing),
                wording.source_text(each),
                expects,
                check,
                is_owner(viewer, each),
            )
        )
    return lines


def forecast_commitments() -> tuple[ForecastAction, ...]:
    """Return every commitment with a forecast, dropped ones too, for whoever checks forecasts against later data.

    It works from its first step on. No viewer: what is shown of it is for the caller to gate.
    """
    found = Commitment.objects.exclude(forecast_likely=None).select_related("owner", "unit").order_by("made_at", "pk")
    actions = []
    for one in found:
        expected = wording.range_of(one)
        unit = present_unit(one.unit)
        if expected is None or unit is None:
            continue
        actions.append(
            ForecastAction(
                kind="commitment",
                id=str(one.pk),
                title=one.sentence,
                unit_key=unit.key,
                started_date=max(one.first_step_date, localdate(one.made_at)),
                due_date=one.due_date,
                study=one.study,
                wave=one.wave,
                score=one.score,
                low=expected.low,
                likely=expected.likely,
                high=expected.high,
                owner_name=str(one.owner),
            )
        )
    return tuple(actions)


def has_untaken(viewer: Viewer) -> bool:
    """Whether a viewer made a commitment in a Discovery that they have not taken over."""
    return bool(_untaken(viewer))


def may_open_tab(viewer: Viewer) -> bool:
    """Whether the tab opens: by role, to owners, who was asked for help, and who promised in a Discovery."""
    return opens_page(viewer) or has_untaken(viewer)


def units_to_choose(viewer: Viewer) -> tuple[Unit, ...]:
    """Return the open units for which a viewer makes commitments, from the top down."""
    return tuple(Unit.objects.filter(units_with(viewer, MAKE), is_open=True).order_by("number")[:300])


def citable(*, viewer: Viewer, unit: Unit | None) -> tuple[Commitment, ...]:
    """Return commitments that may be named to those who were heard: of a unit and below, all for None; not dropped."""
    found = Commitment.objects.exclude(state=Commitment.State.DROPPED).select_related("owner", "unit")
    if unit is not None and unit.number is not None:
        found = found.filter(unit__number__gte=unit.number, unit__number__lt=unit.number + unit.size)
    return tuple(one for one in found.order_by("-made_at")[:MOST] if may_see(viewer, one))


def _without_commitment(viewer: Viewer) -> tuple[Direction, ...]:
    """Directions that go on and that nobody has promised anything for."""
    kept = Commitment.objects.filter(source_kind=Commitment.Source.DIRECTION).exclude(state=Commitment.State.DROPPED)
    standing = Direction.objects.filter(units_with(viewer, MAKE, field="unit__"), state=Direction.State.GOING)
    named = set(kept.values_list("source_id", flat=True))
    found = standing.select_related("unit").order_by("target_date")
    return tuple(one for one in found[:MOST] if str(one.pk) not in named)[:MOST_DIRECTIONS]


def _untaken(viewer: Viewer) -> tuple[CommitmentMade, ...]:
    if not viewer.user or not viewer.person:
        return ()
    made = commitments_of(viewer=viewer)
    taken = set(
        Commitment.objects.filter(
            source_kind=Commitment.Source.DISCOVERY, source_id__in=[str(one.commitment) for one in made]
        ).values_list("source_id", flat=True)
    )
    return tuple(one for one in made if str(one.commitment) not in taken)


def _live(viewer: Viewer, found: Commitment, evidence: Evidence | None) -> Evidence | None:
    """The same score from a later wave, None while there is none."""
    if evidence is None:
        return None
    live = live_evidence(viewer=viewer, study=found.study, unit=evidence.unit, score=found.score)
    return live if live is not None and live.wave != evidence.wave else None
