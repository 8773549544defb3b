"""What Discovery answers in the house's slots: what needs this viewer, what to do about a finding, erasure, export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.engage.discovery.material import key_of
from headwater.rooms.engage.discovery.preparing import MANAGE, leads
from headwater.rooms.engage.logic.discovery_steps import TOTAL
from headwater.rooms.engage.models import (
    Discovery,
    DiscoveryCommitment,
    DiscoveryInvitation,
    DiscoveryNote,
    DiscoveryParticipant,
    DiscoveryPrediction,
    DiscoverySelfView,
)
from headwater.rooms.house.slots import Erased, ExportFile, Finding, Need, NextStep
from headwater.rooms.learn.evidence import evidence_of
from headwater.rooms.people.logic.roles import can
from headwater.rooms.people.models import Unit
from headwater.rooms.people.viewers import user_of, viewer

Stage = Discovery.Stage
MINUTES_TO_PREPARE = 5


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield one need for each Discovery that waits for this viewer.

    Of an anonymous team nobody knows who took part, so it stands until the reveal.
    """
    user = user_of(request)
    asked = DiscoveryInvitation.objects.filter(user=user, discovery__closed_at=None).exclude(
        discovery__stage=Stage.PREPARED
    )
    for invitation in asked.select_related("discovery__unit").order_by("discovery__due_date"):
        discovery = invitation.discovery
        if discovery.is_anonymous and discovery.revealed_at is not None:
            continue
        mine = DiscoveryParticipant.objects.filter(discovery=discovery, user=user).first()
        if mine is not None and DiscoveryCommitment.objects.filter(participant=mine).exists():
            continue
        yield Need(
            f"discovery-{discovery.pk}",
            _("Discovery"),
            _("A Discovery waits: %(title)s, %(unit)s") % {"title": discovery.title, "unit": discovery.unit.name},
            _("Foresee, see, the reveal, your own conclusion, one commitment."),
            TOTAL,
            reverse("engage:discovery_take", args=[discovery.pk]),
            _("Begin") if mine is None or mine.locked_at is None else _("Go on"),
        )


def next_steps_of(request: HttpRequest, finding: Finding) -> Iterator[NextStep]:
    """Yield how a finding becomes a Discovery: for oneself where the viewer leads the unit, else to prepare one."""
    asker = viewer(request)
    unit = Unit.objects.filter(key=finding.unit, is_open=True).first()
    if unit is None:
        return
    is_leader, may_prepare = leads(asker, unit), can(asker, MANAGE, unit.number)
    if not (is_leader or may_prepare):
        return
    evidence = evidence_of(viewer=asker, finding=finding)
    if evidence is None or evidence.value is None:
        return
    if is_leader:
        query = {"study": finding.study, "wave": finding.wave, "unit": finding.unit, "score": finding.score}
        yield NextStep(
            "discover",
            _("Discover what is behind it"),
            _("Foresee, read what people wrote, see both side by side. Nobody else sees it."),
            f"{reverse('engage:discovery_own')}?{urlencode(query)}",
            TOTAL,
        )
        return
    query = {"unit": finding.unit, "insight": key_of(evidence)}
    yield NextStep(
        "discover",
        _("Prepare a Discovery"),
        _("Let a leader or a team foresee it before they see it."),
        f"{reverse('engage:discovery_prepare')}?{urlencode(query)}",
        MINUTES_TO_PREPARE,
    )


def erase(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Take away all that somebody foresaw, noticed, concluded and promised; that somebody took part stays, unnamed."""
    those = DiscoveryParticipant.objects.filter(user__person=UUID(person), erased_at=None)
    keys = list(those.values_list("pk", flat=True))
    # Marked first: the database lets a prediction go only of those who were erased.
    those.filter(pk__in=keys).update(erased_at=now, user=None, token_digest="", conclusion="", shared_at=None)
    foreseen, _gone = DiscoveryPrediction.objects.filter(participant__in=keys).delete()
    DiscoverySelfView.objects.filter(participant__in=keys).delete()
    notes, _gone = DiscoveryNote.objects.filter(participant__in=keys).delete()
    promised, _gone = DiscoveryCommitment.objects.filter(participant__in=keys).delete()
    invited, _gone = DiscoveryInvitation.objects.filter(user__person=UUID(person)).delete()
    Discovery.objects.filter(prepared_by__person=UUID(person)).update(prepared_by=None)
    yield Erased(gettext_lazy("taking part in Discoveries"), len(keys))
    yield Erased(gettext_lazy("predictions"), foreseen)
    yield Erased(gettext_lazy("notes and commitments of Discoveries"), notes + promised)
    yield Erased(gettext_lazy("invitations to Discoveries"), invited)


def export(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down what somebody foresaw, noticed, concluded and promised under their account.

    What is foreseen and not revealed stands without its truth.
    """
    found: list[dict[str, Any]] = []
    those = DiscoveryParticipant.objects.filter(user__person=UUID(person), erased_at=None)
    for one in those.select_related("discovery__unit").order_by("joined_at"):
        own = DiscoverySelfView.objects.filter(participant=one).first()
        promised = DiscoveryCommitment.objects.filter(participant=one).first()
        found.append(
            {
                "discovery": one.discovery.title,
                "unit": one.discovery.unit.name,
                "joined": one.joined_at,
                "locked": one.locked_at,
                "predictions": [
                    {
                        "what": prediction.question.label,
                        "value": prediction.value,
                        "low": prediction.low,
                        "high": prediction.high,
                        "sure": prediction.sure,
                        "choice": prediction.choice,
                    }
                    for prediction in DiscoveryPrediction.objects.filter(participant=one)
                    .select_related("question")
                    .order_by("question__place")
                ],
                "self_rating": own.value if own is not None else None,
                "noticed": list(
                    DiscoveryNote.objects.filter(participant=one).order_by("card").values_list("words", flat=True)
                ),
                "conclusion": one.conclusion,
                "shared": one.shared_at,
                "commitment": None
                if promised is None
                else {
                    "sentence": promised.sentence,
                    "first_step": promised.first_step,
                    "first_step_date": promised.first_step_date,
                    "tells": promised.tells,
                },
            }
        )
    invited = DiscoveryInvitation.objects.filter(user__person=UUID(person)).select_related("discovery")
    asked = [{"discovery": one.discovery.title, "invited": one.invited_at} for one in invited.order_by("invited_at")]
    if found or asked:
        content = json.dumps({"taken": found, "asked": asked}, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("discoveries.json", "application/json", content.encode())
