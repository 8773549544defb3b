"""The demonstration: a Discovery that the top leader finished, and one that waits for a team with its join code."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.utils.timezone import localdate

from headwater.rooms.engage.discovery.codes import code_of, written
from headwater.rooms.engage.discovery.leading import let_guests_in, open_discovery
from headwater.rooms.engage.discovery.material import Material, key_of, material_of
from headwater.rooms.engage.discovery.preparing import DiscoveryRefusedError, Seeing, Wanted, prepare_discovery
from headwater.rooms.engage.discovery.taking import (
    Answer,
    Commitment,
    commit,
    conclude,
    lock_prediction,
    note_card,
    reveal_own,
)
from headwater.rooms.engage.models import Discovery, DiscoveryParticipant, DiscoveryQuestion
from headwater.rooms.learn.books import released_waves
from headwater.rooms.learn.comment_finding import work_out_comments
from headwater.rooms.learn.comment_queries import comments_of
from headwater.rooms.learn.evidence import Evidence
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.viewers import viewer_of
from headwater.vocab import Lens

SPACE = UUID("6b0a7a4e-0a55-4e2a-9a55-1d1c9b2f6f10")
FINISHED, OPEN = uuid5(SPACE, "finished"), uuid5(SPACE, "open")
TEAM = ("top.leader", "team.leader", "small.team.leader")
GUESTS = 12
WHY_NOW = "People wait to hear what we make of the results."
READING = (
    "Recognition is said once a year and missed every day. Where teams hear it from their own leader, energy is higher."
)


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Build both, unless they are there or no score is shown. Returns the join code to print."""
    lead = _user("experience.lead")
    top = _user("top.leader")
    unit = Unit.objects.filter(parent=None, is_open=True).exclude(number=None).first()
    if lead is None or top is None or unit is None:
        return []
    viewer = viewer_of(lead, today=localdate(now))
    _read_comments()
    material = material_of(viewer=viewer, unit=unit.key, seed=str(seed))
    if not material.scores:
        return []
    try:
        if not Discovery.objects.filter(pk=FINISHED).exists():
            wanted = _wanted(unit, material, (top,), place=0, now=now)
            then = now - timedelta(days=3)
            prepare_discovery(discovery_id=FINISHED, wanted=wanted, actor=lead, viewer=viewer, now=then)
            opened = open_discovery(discovery_id=FINISHED, actor=lead, now=then, over_reason=WHY_NOW)
            _live_through(opened, top, then)
        if not Discovery.objects.filter(pk=OPEN).exists():
            team = tuple(one for name in TEAM if (one := _user(name)) is not None)
            wanted = _wanted(unit, material, team, place=1, now=now, is_team=True)
            prepare_discovery(discovery_id=OPEN, wanted=wanted, actor=lead, viewer=viewer, now=now)
            open_discovery(discovery_id=OPEN, actor=lead, now=now, over_reason=WHY_NOW)
            let_guests_in(discovery_id=OPEN, guests=GUESTS, actor=lead, now=now)
    except DiscoveryRefusedError:
        return []
    found = Discovery.objects.get(pk=OPEN)
    if not found.code_digest or found.code_until is None or found.code_until <= now:
        return []
    return [
        "A Discovery waits for the leadership team; join it at /engage/discovery/join/ with the code",
        f"  {written(code_of(OPEN, found.code_number))}",
    ]


def _read_comments() -> None:
    """Have the comments of the latest wave of people here at hand now; the background reads all of them later."""
    for wave in released_waves():
        if wave.study.lens != str(Lens.CX):
            if comments_of(wave) is None and not work_out_comments(wave):
                continue
            return


def _user(name: str) -> User | None:
    return User.objects.filter(email=f"{name}@demo.example").first()


def _wanted(
    unit: Unit, material: Material, people: tuple[User, ...], *, place: int, now: datetime, is_team: bool = False
) -> Wanted:
    """Take the clearest score of being led or working here; the team's is another than the leader's."""
    inner = [one for one in material.scores if one.lens in (str(Lens.LX), str(Lens.EX))] or list(material.scores)
    insight = inner[min(place, len(inner) - 1)]
    further = [one for one in inner if key_of(one) != key_of(insight) and one.study == insight.study]
    if material.theme is not None and material.theme.cards:
        kind = Discovery.Seeing.COMMENTS
    elif material.composite:
        kind = Discovery.Seeing.COMPOSITE
    else:
        kind = Discovery.Seeing.NOTHING
    return Wanted(
        unit=unit,
        insight=key_of(insight),
        due_date=localdate(now) + timedelta(days=5),
        people=people,
        more=[key_of(one) for one in further[: 2 - place]],
        asks_theme=material.theme is not None,
        customers="score" if material.customers is not None else "",
        seeing=Seeing(kind),
        analyst_words=READING,
        is_team=is_team,
        is_anonymous=is_team,
    )


def _live_through(discovery: Discovery, user: User, at: datetime) -> None:
    """Let one leader foresee, a little off as people are, and go through to a commitment."""
    participant = DiscoveryParticipant.objects.get(discovery=discovery, user=user)
    questions = DiscoveryQuestion.objects.filter(discovery=discovery).order_by("place")
    answers = {one.pk: _answer(one, place) for place, one in enumerate(questions)}
    named = {"participant_id": participant.pk}
    lock_prediction(answers=answers, self_view=_middle(questions[0]), actor=user, now=at, **named)
    for card in range(len(discovery.cards)):
        words = "Twice the same: nobody said thank you on the day." if card == 0 else ""
        note_card(card=card, words=words, now=at, **named)
    reveal_own(actor=user, now=at, **named)
    conclude(
        words="They are tired and still want to stay. I have thanked people in the yearly speech. I think they would "
        "rather be thanked on the day, by whoever saw it.",
        shares=False, actor=user, now=at, **named,
    )  # fmt: skip
    commit(
        commitment=Commitment(
            sentence="Thank one crew by name each week, on the platform",
            first_step="Ride along on the first shift and thank whoever I see do well",
            first_step_date=localdate(at) + timedelta(days=5),
            tells="The depot leaders, at our meeting on Monday",
        ),
        actor=user, now=at, **named,
    )  # fmt: skip


def _answer(question: DiscoveryQuestion, place: int) -> Answer:
    if question.options:
        return Answer(choice=question.options[-1]["key"])
    truth = Evidence(**question.truth)
    reach = (truth.ceiling - truth.floor) / 40
    off = (6, -1, 4, 0)[place % 4] * reach
    value = min(max(round(float(truth.value or 0) + off, 1), truth.floor), truth.ceiling)
    low, high = max(value - 4 * reach, truth.floor), min(value + 4 * reach, truth.ceiling)
    return Answer(value=value, low=round(low, 1), high=round(high, 1), sure=(80, 70, 90, 60)[place % 4])


def _middle(question: DiscoveryQuestion) -> float:
    return float((question.truth["floor"] + 3 * question.truth["ceiling"]) / 4)
