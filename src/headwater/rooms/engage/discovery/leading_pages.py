"""The pages of whoever leads a Discovery: its script, the wall, and what surprised us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from headwater.rooms.engage.discovery.codes import code_of, written
from headwater.rooms.engage.discovery.leading import may_lead
from headwater.rooms.engage.discovery.material import label_of
from headwater.rooms.engage.discovery.places import guests_in
from headwater.rooms.engage.discovery.queries import kind_of
from headwater.rooms.engage.discovery.reveal import Revealed, in_order_of_surprise, least_shown
from headwater.rooms.engage.discovery.shown import Asked, answers_behind, asked_of, counts_of, reveal_of, shared_words
from headwater.rooms.engage.logic.discovery_steps import MINUTES
from headwater.rooms.engage.models import Discovery, DiscoveryInvitation, DiscoveryParticipant, DiscoveryQuestion
from headwater.rooms.learn.evidence import Evidence
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.models import User

Stage = Discovery.Stage


@dataclass(frozen=True)
class WallPage:
    """What everybody in the room may see: who is in by count, and after the reveal the picture."""

    discovery: Discovery
    unit: str
    joined: int
    locked: int
    step: str
    minutes: int
    asked: tuple[Asked, ...]
    revealed: tuple[Revealed, ...]
    n: int
    has_team: bool
    mark: str


def wall_page(*, viewer: Viewer, discovery_id: UUID) -> WallPage:
    """Return the wall. Raises Http404, PermissionDenied for those who do not lead it."""
    discovery = _led(viewer, discovery_id)
    joined, locked = counts_of(discovery)
    shown = discovery.revealed_at is not None
    return WallPage(
        discovery=discovery,
        unit=discovery.unit.name,
        joined=joined,
        locked=locked,
        step=str(Stage(discovery.stage).label),
        minutes=MINUTES.get(discovery.stage, 0),
        asked=() if shown else asked_of(discovery),
        revealed=reveal_of(discovery, None) if shown else (),
        n=answers_behind(discovery) if shown else 0,
        has_team=locked >= least_shown(discovery),
        mark=f"{discovery.stage}-{joined}-{locked}",
    )


@dataclass(frozen=True)
class TogetherPage:
    """What surprised us: the widest distance first, and conclusions that people chose to share, words only."""

    discovery: Discovery
    unit: str
    revealed: tuple[Revealed, ...]
    shared: tuple[str, ...]
    has_team: bool
    leads: bool


def together_page(*, viewer: Viewer, discovery: Discovery, participant: DiscoveryParticipant | None) -> TogetherPage:
    """Return the page of a team. Raises PermissionDenied for who neither takes part nor leads, Http404 too early."""
    leads = may_lead(viewer, discovery)
    if participant is None and not leads:
        raise PermissionDenied
    if not discovery.is_team or discovery.revealed_at is None:
        raise Http404
    _joined, locked = counts_of(discovery)
    return TogetherPage(
        discovery=discovery,
        unit=discovery.unit.name,
        revealed=in_order_of_surprise(reveal_of(discovery, None)),
        shared=shared_words(discovery),
        has_team=locked >= least_shown(discovery),
        leads=leads,
    )


def _led(viewer: Viewer, discovery_id: UUID) -> Discovery:
    discovery = Discovery.objects.select_related("unit").filter(pk=discovery_id).first()
    if discovery is None:
        raise Http404
    if not may_lead(viewer, discovery):
        raise PermissionDenied
    return discovery


@dataclass(frozen=True)
class ScriptStep:
    """One step of the ten minutes. say: what to say. state: "done", "now" or ""."""

    stage: int
    title: str
    minutes: int
    say: str
    state: str


@dataclass(frozen=True)
class LeadPage:
    """A Discovery as whoever leads it sees it: who was asked, how many are in, the script, and the code.

    guests: who joined an anonymous team without an account. spent: whole minutes since this step began. code: as people
    read it, "" while there is none or it ended.
    """

    discovery: Discovery
    unit: str
    kind: str
    invited: tuple[str, ...]
    joined: int
    guests: int
    locked: int
    concluded: int
    script: tuple[ScriptStep, ...]
    now: ScriptStep | None
    following: str
    spent: int
    code: str
    questions: tuple[tuple[str, str], ...]
    shared: tuple[str, ...]
    mark: str


def lead_page(*, viewer: Viewer, discovery_id: UUID, now: datetime) -> LeadPage:
    """Return the page of whoever leads it. Raises Http404, PermissionDenied."""
    discovery = _led(viewer, discovery_id)
    joined, locked = counts_of(discovery)
    script = _script(discovery)
    here = next((one for one in script if one.state == "now"), None)
    after = [one.title for one in script if here is not None and one.stage > here.stage]
    opens = discovery.code_digest and discovery.code_until is not None and discovery.code_until > now
    those = DiscoveryParticipant.objects.filter(discovery=discovery, concluded_at__isnull=False, erased_at=None)
    invited = DiscoveryInvitation.objects.filter(discovery=discovery).select_related("user__person")
    return LeadPage(
        discovery=discovery,
        unit=discovery.unit.name,
        kind=kind_of(discovery),
        invited=tuple(sorted(_name(one.user) for one in invited)),
        joined=joined,
        guests=guests_in(discovery) if discovery.is_anonymous and discovery.closed_at is None else 0,
        locked=locked,
        concluded=those.count(),
        script=script,
        now=here,
        following=after[0] if after else str(Stage.CLOSED.label),
        spent=max(0, int((now - discovery.stage_at).total_seconds() // 60)),
        code=written(code_of(discovery.pk, discovery.code_number)) if opens else "",
        questions=_truths(discovery),
        shared=shared_words(discovery),
        mark=f"{discovery.stage}-{joined}-{locked}-{those.count()}",
    )


def _script(discovery: Discovery) -> tuple[ScriptStep, ...]:
    words = {
        Stage.PREDICT: _(
            "“Before we look: each of us writes down what we think people said, a range, and how sure we are. Nobody "
            "can change it afterwards, and there is no score for guessing.”"
        ),
        Stage.SEE: _("“Read slowly, one at a time. Note what you notice, for yourself. We do not talk yet.”"),
        Stage.REVEAL: _(
            "“Here is what they said beside what we expected. Look for a minute. I will not tell you what it means.”"
        ),
        Stage.CONCLUDE: _(
            "“Write what you make of it, in your own words. When you have saved it, the analyst's reading opens beside "
            "yours. Share your words only if you want to.”"
        ),
        Stage.COMMIT: _("“One thing each: one sentence, a first step within a week, and whom you tell.”"),
    }
    made = []
    for stage, say in words.items():
        if stage == Stage.SEE and not discovery.cards:
            continue
        state = "done" if discovery.stage > stage else "now" if discovery.stage == stage else ""
        made.append(ScriptStep(int(stage), str(stage.label), MINUTES[int(stage)], say, state))
    return tuple(made)


def _truths(discovery: Discovery) -> tuple[tuple[str, str], ...]:
    """What will be revealed, for whoever prepared it."""
    made = []
    for question in DiscoveryQuestion.objects.filter(discovery=discovery).order_by("place"):
        if question.options:
            made.append((question.label, str(question.truth["label"])))
        else:
            evidence = Evidence(**question.truth)
            made.append((label_of(question.truth), f"{evidence.value_text} ({evidence.range_text})"))
    return tuple(made)


def _name(user: User) -> str:
    return str(user.person) if user.person is not None else user.name or user.email
