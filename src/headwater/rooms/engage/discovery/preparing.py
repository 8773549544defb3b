"""Preparing a Discovery: which insight, what else is foreseen, what is seen, and for whom; and a leader's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.rooms.engage.discovery.material import Material, downstream_of, key_of, material_of
from headwater.rooms.engage.logic.discovery_steps import MOST_CARDS
from headwater.rooms.engage.models import Discovery, DiscoveryInvitation, DiscoveryParticipant, DiscoveryQuestion
from headwater.rooms.house import audit
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.evidence import Evidence
from headwater.rooms.people.logic.roles import LEADER, Viewer, can
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.viewers import require, viewer_of
from headwater.vocab import HeadwaterError, Lens

MANAGE, SEE, GIVE = "discoveries.manage", "results.see", "results.give"
MOST_FURTHER = 3
OWN_WITHIN = timedelta(days=14)


class DiscoveryRefusedError(HeadwaterError):
    """Something cannot be done with a Discovery as it stands; the message says why and what to do."""

    exit_code = 3


@dataclass(frozen=True)
class Seeing:
    """What is seen between foreseeing and the reveal. kind: of Discovery.Seeing. steps: of a customer's journey."""

    kind: str = Discovery.Seeing.NOTHING
    steps: Sequence[str] = ()
    visit_date: date | None = None
    visit_words: str = ""
    consent_date: date | None = None
    consent_words: str = ""


@dataclass(frozen=True)
class Wanted:
    """What somebody prepares. insight, more: keys of scores. customers: "", "score" or "downstream"."""

    unit: Unit
    insight: str
    due_date: date
    people: Sequence[User]
    more: Sequence[str] = ()
    asks_theme: bool = False
    customers: str = ""
    seeing: Seeing = field(default_factory=Seeing)
    analyst_words: str = ""
    title: str = ""
    is_team: bool = False
    is_anonymous: bool = False


def prepare_discovery(*, discovery_id: UUID, wanted: Wanted, actor: User, viewer: Viewer, now: datetime) -> Discovery:
    """Prepare a Discovery; nobody is asked before it opens. The same id again changes nothing.

    Raises PermissionDenied for those who may not prepare for this unit, DiscoveryRefusedError for what does not fit.
    """
    require(viewer, MANAGE, wanted.unit)
    require(viewer, SEE, wanted.unit)
    known = Discovery.objects.filter(pk=discovery_id).first()
    if known is not None:
        return known
    if not wanted.people:
        raise DiscoveryRefusedError(_("Say who takes part."))
    if not wanted.is_team and len(wanted.people) != 1:
        raise DiscoveryRefusedError(_("A Discovery for one leader has one person. Choose a team for several."))
    _check_people(wanted, viewer, now)
    material = material_of(viewer=viewer, unit=wanted.unit.key, seed=str(discovery_id))
    return _make(discovery_id, wanted, material, viewer, actor, now)


def start_own(*, finding: Finding, actor: User, viewer: Viewer, now: datetime) -> Discovery:
    """Begin a Discovery for oneself from a finding, open at once; the same finding again gives the one that is open.

    Raises PermissionDenied for those who do not lead the unit, DiscoveryRefusedError where no number is shown.
    """
    unit = Unit.objects.filter(key=finding.unit, is_open=True).first()
    if unit is None or not leads(viewer, unit):
        raise PermissionDenied
    with transaction.atomic():
        User.objects.select_for_update().get(pk=actor.pk)
        for own in Discovery.objects.filter(is_own=True, prepared_by=actor, unit=unit, closed_at=None):
            truth = DiscoveryQuestion.objects.get(discovery=own, role=DiscoveryQuestion.Role.INSIGHT).truth
            if (truth["study"], truth["wave"], truth["score"]) == (finding.study, finding.wave, finding.score):
                return own
        discovery_id = uuid4()
        material = material_of(viewer=viewer, unit=unit.key, seed=str(discovery_id))
        insight = f"{finding.study}|{finding.wave}|{finding.score}"
        chosen = material.score(insight)
        if chosen is None:
            raise DiscoveryRefusedError(_("Nothing is shown for this number, so there is nothing to discover yet."))
        kind = Discovery.Seeing.NOTHING
        if material.theme is not None and material.theme.cards:
            kind = Discovery.Seeing.COMMENTS
        elif _composite_cards(material, (chosen,)):
            kind = Discovery.Seeing.COMPOSITE
        customers = "" if material.customers is None or chosen.lens == str(Lens.CX) else "score"
        wanted = Wanted(
            unit=unit,
            insight=insight,
            due_date=localdate(now + OWN_WITHIN),
            people=(actor,),
            asks_theme=material.theme is not None,
            customers=customers,
            seeing=Seeing(kind),
        )
        made = _make(discovery_id, wanted, material, viewer, actor, now, is_own=True)
        made.stage, made.stage_at, made.opened_at = Discovery.Stage.COMMIT, now, now
        made.save(update_fields=["stage", "stage_at", "opened_at"])
        DiscoveryParticipant.objects.create(discovery=made, user=actor, joined_at=now)
    return made


def leads(viewer: Viewer, unit: Unit) -> bool:
    """Whether a viewer leads a unit or one above it."""
    number = unit.number
    return number is not None and any(
        one.role == LEADER and one.span is not None and one.span.holds(number) for one in viewer.holdings
    )


def _check_people(wanted: Wanted, viewer: Viewer, now: datetime) -> None:
    """Everybody who takes part may see the number, or is given it by somebody who may give results."""
    if can(viewer, GIVE):
        return
    if wanted.is_anonymous:
        raise DiscoveryRefusedError(
            _("Whoever has the code of an anonymous team sees the number. The experience lead prepares these.")
        )
    today = localdate(now)
    closed = [
        str(one.person or one.email)
        for one in wanted.people
        if not can(viewer_of(one, today=today), SEE, wanted.unit.number)
    ]
    if closed:
        raise DiscoveryRefusedError(
            _("These people may not see results of %(unit)s: %(people)s. The experience lead can give them.")
            % {"unit": wanted.unit.name, "people": ", ".join(closed)}
        )


def _make(
    discovery_id: UUID,
    wanted: Wanted,
    material: Material,
    viewer: Viewer,
    actor: User,
    now: datetime,
    *,
    is_own: bool = False,
) -> Discovery:
    questions = _questions(wanted, material, viewer)
    scores = [Evidence(**one.truth) for one in questions if "study" in one.truth]
    with transaction.atomic():
        made = Discovery.objects.create(
            id=discovery_id,
            title=" ".join(wanted.title.split()) or questions[0].label,
            unit=wanted.unit,
            is_team=wanted.is_team,
            is_own=is_own,
            is_anonymous=wanted.is_anonymous,
            stage_at=now,
            seeing=wanted.seeing.kind,
            cards=_cards(wanted.seeing, material, scores),
            visit_date=wanted.seeing.visit_date,
            due_date=wanted.due_date,
            consent_date=wanted.seeing.consent_date,
            consent_words=" ".join(wanted.seeing.consent_words.split()),
            analyst_words=wanted.analyst_words.strip(),
            prepared_by=actor,
            prepared_at=now,
        )
        for place, question in enumerate(questions):
            question.discovery, question.place = made, place
            question.save()
        for user in {one.pk: one for one in wanted.people}.values():
            DiscoveryInvitation.objects.create(discovery=made, user=user, invited_at=now)
        audit.record(
            action="discovery.begun" if is_own else "discovery.prepared",
            actor=str(actor.pk),
            subject=str(made.pk),
            payload={"unit": wanted.unit.key, "team": wanted.is_team, "anonymous": wanted.is_anonymous,
                     "people": len(wanted.people)},
            now=now,
        )  # fmt: skip
    return made


def _questions(wanted: Wanted, material: Material, viewer: Viewer) -> list[DiscoveryQuestion]:
    insight = material.score(wanted.insight)
    if insight is None:
        raise DiscoveryRefusedError(_("Choose an insight: a released score of %(unit)s.") % {"unit": wanted.unit.name})
    role = DiscoveryQuestion.Role
    made = [_score(insight, role.INSIGHT)]
    further = [key for key in dict.fromkeys(wanted.more) if key != wanted.insight]
    if len(further) > MOST_FURTHER:
        raise DiscoveryRefusedError(_("Three further scores are the most that ten minutes hold."))
    for key in further:
        more = material.score(key)
        if more is None:
            raise DiscoveryRefusedError(_("One of the further scores is not shown for this unit."))
        made.append(_score(more, role.MORE))
    if wanted.asks_theme:
        theme = material.theme
        if theme is None:
            raise DiscoveryRefusedError(_("No theme of comments is released for this unit or one above it."))
        made.append(DiscoveryQuestion(role=role.THEME, label=theme.label, truth=theme.truth, options=theme.options))
    if wanted.customers == "score":
        customers = material.customers
        if customers is None:
            raise DiscoveryRefusedError(_("No score of customers is released for this unit."))
        if key_of(customers) not in (wanted.insight, *further):
            made.append(_score(customers, role.CUSTOMERS))
    elif wanted.customers == "downstream":
        way = downstream_of(viewer=viewer, evidence=insight)
        if way is None:
            raise DiscoveryRefusedError(_("The River shows no way to customers that was seen over time."))
        made.append(DiscoveryQuestion(role=role.DOWNSTREAM, label=way.label, truth=way.truth, options=way.options))
    return made


def _score(evidence: Evidence, role: str) -> DiscoveryQuestion:
    return DiscoveryQuestion(role=role, label=evidence.label[:300], truth=evidence.as_plain())


def _cards(seeing: Seeing, material: Material, scores: Sequence[Evidence]) -> list[dict[str, Any]]:
    if seeing.kind == Discovery.Seeing.COMMENTS:
        cards = material.theme.cards if material.theme is not None else []
        if not cards:
            raise DiscoveryRefusedError(_("No comments of this unit may be read. Choose another way to see."))
        return cards
    if seeing.kind == Discovery.Seeing.JOURNEY:
        steps = [" ".join(one.split()) for one in seeing.steps if one.strip()][:MOST_CARDS]
        if not steps:
            raise DiscoveryRefusedError(_("Write the journey, one step a line."))
        if seeing.consent_date is None or not seeing.consent_words.strip():
            raise DiscoveryRefusedError(_("Say when the customer agreed to this being shown, and how that is known."))
        return [{"kind": "journey", "title": "", "words": one[:600]} for one in steps]
    if seeing.kind == Discovery.Seeing.COMPOSITE:
        found = _composite_cards(material, scores)
        if not found:
            raise DiscoveryRefusedError(_("No moment of a journey is measured here beside what is foreseen."))
        return found
    if seeing.kind == Discovery.Seeing.VISIT:
        if seeing.visit_date is None:
            raise DiscoveryRefusedError(_("Say on which day the visit is."))
        return [{"kind": "visit", "title": "", "words": " ".join(seeing.visit_words.split())[:600]}]
    return []


def _composite_cards(material: Material, scores: Sequence[Evidence]) -> list[dict[str, Any]]:
    """Steps of a composite without those that would tell what is foreseen."""
    foreseen = {one.score for one in scores}
    return [one for one in material.composite if one["score"].rpartition("|")[2] not in foreseen][:MOST_CARDS]
