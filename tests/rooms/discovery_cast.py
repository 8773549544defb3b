"""A released wave with comments, leaders with accounts, and a Discovery in any state, for tests of Discovery."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.test import Client
from tests.rooms.conftest import PASSWORD, Cast, signed_in, unit
from tests.rooms.study_cast import OPENS, answer, answers_for, asked, enlarge, launched

from headwater.rooms.engage.discovery.codes import code_of, written
from headwater.rooms.engage.discovery.leading import go_on, let_guests_in, open_discovery
from headwater.rooms.engage.discovery.material import key_of, material_of
from headwater.rooms.engage.discovery.preparing import Seeing, Wanted, prepare_discovery
from headwater.rooms.engage.models import Discovery, DiscoveryQuestion
from headwater.rooms.learn.comment_finding import work_out_comments
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.waves import advance_waves
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.models import User
from headwater.rooms.people.services import create_account
from headwater.rooms.people.viewers import viewer_of

LATER = OPENS + timedelta(days=40)
SAYINGS = (
    "The pay is an insult, my salary is far too low",
    "Our boss never listens to us",
    "Great team, my colleagues always help",
    "The computers crash all day, terrible equipment",
    "The pay has not moved for years",
)
READING = "The analyst thinks that thanks come too late."


def talked_wave(cast: Cast) -> Wave:
    """A released wave of two divisions with comments."""
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="code", questionnaires=[("lx_core", None)])
    for place, invitation in enumerate(asked(wave)):
        said = SAYINGS[place % len(SAYINGS)]
        given: dict[str, Any] = {**answers_for(wave, seed=invitation.pk), "lx_comment": said}
        answer(wave, invitation, at=OPENS + timedelta(hours=2), answers=given)
    advance_waves(now=wave.late_until + timedelta(minutes=1))
    wave.refresh_from_db()
    assert wave.state == Wave.State.RELEASED, wave.outcome
    assert work_out_comments(wave)
    return wave


def leader_account(key: str, actor: User) -> User:
    """The account of a unit's leader."""
    leader = unit(key).leader
    assert leader is not None
    known = User.objects.filter(person=leader).first()
    return known or create_account(
        email=f"{leader.key}@leads.org", name=leader.name, person=leader, actor=str(actor.pk), now=OPENS,
        password=PASSWORD,
    )  # fmt: skip


def asker(user: User) -> Viewer:
    """Somebody as they ask."""
    return viewer_of(user, today=LATER.date())


def prepared(cast: Cast, *people: User, where: str = "all", **values: Any) -> Discovery:
    """A Discovery that waits to be opened."""
    lead = asker(cast.experience_lead)
    material = material_of(viewer=lead, unit=where, seed="seed")
    given: dict[str, Any] = {
        "unit": unit(where),
        "insight": key_of(material.scores[0]),
        "due_date": LATER.date(),
        "people": people,
        "asks_theme": True,
        "seeing": Seeing(Discovery.Seeing.COMMENTS),
        "analyst_words": READING,
        **values,
    }
    return prepare_discovery(
        discovery_id=uuid4(), wanted=Wanted(**given), actor=cast.experience_lead, viewer=lead, now=LATER
    )


def opened(cast: Cast, *people: User, guests: int = 0, **values: Any) -> Discovery:
    """A Discovery that is open. guests: who may join an anonymous team without an account."""
    made = prepared(cast, *people, **values)
    if guests:
        let_guests_in(discovery_id=made.pk, guests=guests, actor=cast.experience_lead, now=LATER)
    return open_discovery(
        discovery_id=made.pk, actor=cast.experience_lead, now=LATER, over_reason="The study has just come out."
    )


def onward(cast: Cast, discovery: Discovery) -> Discovery:
    """Take a team to its next step."""
    stage = Discovery.objects.get(pk=discovery.pk).stage
    return go_on(discovery_id=discovery.pk, from_stage=stage, actor=cast.experience_lead, now=LATER)


def form_of(discovery: Discovery, *, value: float = 4.2, reach: float = 0.3, **more: str) -> dict[str, str]:
    """What somebody foresees, as their form sends it."""
    sent = {}
    for place, question in enumerate(DiscoveryQuestion.objects.filter(discovery=discovery).order_by("place")):
        if question.options:
            sent[f"choice_{place}"] = question.options[0]["key"]
            continue
        sent |= {
            f"value_{place}": str(value),
            f"low_{place}": str(round(value - reach, 2)),
            f"high_{place}": str(round(min(value + reach, 5.0), 2)),
            f"sure_{place}": "80",
        }
    return sent | more


def path_of(discovery: Discovery | UUID, part: str = "") -> str:
    """The address of a page of a Discovery."""
    key = discovery.pk if isinstance(discovery, Discovery) else discovery
    return f"/engage/discovery/{key}/{part}"


def locked(discovery: Discovery, client: Client, **values: Any) -> Client:
    """A client of somebody who has foreseen."""
    answered = client.post(path_of(discovery, "predict/"), form_of(discovery, **values))
    assert answered.status_code == 302, answered.content.decode()
    return client


def saw_all(discovery: Discovery, client: Client) -> None:
    """Look at every card."""
    for card in range(len(discovery.cards)):
        client.post(path_of(discovery, "see/"), {"card": str(card), "words": f"noticed {card}"})


def joined(cast_member: User, discovery: Discovery) -> Client:
    """A client of somebody who was asked and came in."""
    client = signed_in(cast_member)
    assert client.post(path_of(discovery), {}).status_code == 302
    return client


def by_code(discovery: Discovery, client: Client | None = None, **more: str) -> Client:
    """A client that came in by the join code."""
    client = client or Client()
    code = written(code_of(discovery.pk, discovery.code_number)).lower()
    answered = client.post("/engage/discovery/join/", {"code": code, **more})
    assert answered.status_code == 302, answered.content.decode()
    assert answered["Location"] == path_of(discovery)
    return client


def joined_keeping(user: User, discovery: Discovery) -> Client:
    """Somebody who wants it under their account, for their own foresight."""
    return by_code(discovery, signed_in(user), keeps="on")
