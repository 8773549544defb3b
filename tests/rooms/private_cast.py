"""Private things of one leader and of assessors in both rooms, each with words that nobody else may read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from tests.rooms.conftest import NOW, TODAY, Cast, unit
from tests.rooms.maturity_cast import PRACTICE, begun, score

from headwater.rooms.decide.models import (
    Appointment,
    AppointmentAssessor,
    AppointmentNeed,
    Candidate,
    CandidateScore,
)
from headwater.rooms.engage.models import (
    AttitudeReading,
    BoardPath,
    BoardStep,
    Briefing,
    BriefingCopy,
    Challenge,
    DeckFile,
    DeckIssue,
    DeckReceiver,
    DeckSchedule,
    Discovery,
    DiscoveryCommitment,
    DiscoveryInvitation,
    DiscoveryNote,
    DiscoveryParticipant,
    DiscoveryPrediction,
    DiscoveryQuestion,
    DiscoverySelfView,
    Forecast,
    Promise,
    Remark,
    RoleAct,
    RoleVersion,
    Stakeholder,
    SupportRequest,
)
from headwater.rooms.learn.evidence import Evidence
from headwater.rooms.people.models import User

DAY = timedelta(days=1)
TRUTH = Evidence(
    study="work", wave="wave-1", unit="all", score="energy", study_title="Work", wave_title="Spring", unit_name="Works",
    label="Energy", lens="ex", measure="mean", scale_unit="points", floor=1.0, ceiling=5.0, higher_is_better=True,
    decimals=1, n=40, value=3.2, low=3.0, high=3.4, standing="same", sureness="sure", smallest=0.3,
    sentence="Energy stands at 3.2.", language="en", released_at=NOW.isoformat(), inputs_hash="0" * 64,
).as_plain()  # fmt: skip


@dataclass
class Private:
    """What is private, and how its pages are filled in. words: who may read them; ids: by the name of an argument."""

    words: dict[str, set[UUID]] = field(default_factory=dict)
    ids: dict[str, list[object]] = field(default_factory=dict)

    def keeps(self, words: str, *readers: User) -> str:
        """Note who may read some words, and return them."""
        self.words[words] = {one.pk for one in readers}
        return words

    def fills(self, name: str, value: object) -> None:
        """Note a value of an argument."""
        self.ids.setdefault(name, []).append(value)


def private_things(cast: Cast) -> Private:
    """Everything private that the leader of the north has in engage, and what an assessor wrote alone in decide."""
    made = Private()
    _register(made, cast)
    _decks(made, cast)
    _discovery(made, cast)
    _ledger(made, cast)
    _role(made, cast)
    _assessors(made, cast)
    return made


def _register(made: Private, cast: Cast) -> None:
    """An attitude, a remark, and a briefing that was answered; sent through the top leader."""
    north, lead = cast.north_leader, cast.experience_lead
    one = Stakeholder.objects.create(person=north.person, origin="hand", added_at=NOW)
    top = Stakeholder.objects.create(person=cast.top_leader.person, origin="hand", added_at=NOW)
    reading = AttitudeReading.objects.create(
        stakeholder=one, aspect="now", level="resistant", source="judged", read_at=NOW, read_by=lead,
        words=made.keeps("attitude-4711", north, lead),
    )  # fmt: skip
    remark = Remark.objects.create(
        stakeholder=one, about=f"attitude:{reading.pk}", kind="comment", form_key=uuid4(), made_at=NOW,
        words=made.keeps("remark-4711", north, lead),
    )  # fmt: skip
    briefing = Briefing.objects.create(
        author=lead, unit=unit("all"), goal="aware", message="One message.", scores=[], made_at=NOW
    )
    copy = BriefingCopy.objects.create(
        briefing=briefing, stakeholder=one, sponsor=top, form="one_page", minutes=3, numbers=1, made_at=NOW,
        sent_at=NOW, opened_at=NOW, answered_at=NOW, before_level="resistant", after_level="neutral",
        taken_as="aware", words=made.keeps("answer-4711", north, lead), upward_name="Lea North",
        upward_message=made.keeps("upward-4711", north),
    )  # fmt: skip
    made.fills("stakeholder_id", one.pk)
    made.fills("remark_id", remark.pk)
    made.fills("briefing_id", briefing.pk)
    made.fills("copy_id", copy.pk)


def _decks(made: Private, cast: Cast) -> None:
    """A deck of the north that was sent to its leader."""
    north, lead = cast.north_leader, cast.experience_lead
    schedule = DeckSchedule.objects.create(
        title=made.keeps("schedule-4711", north, lead), kind="river", rhythm="month", unit=unit("north-d"),
        made_at=NOW, made_by=lead, since_at=NOW,
    )  # fmt: skip
    receiver = DeckReceiver.objects.create(schedule=schedule, user=north, added_at=NOW)
    content = made.keeps("deck-file-4711", north, lead).encode()
    issue = DeckIssue.objects.create(
        receiver=receiver, occasion="2026-03-01", state="sent", due_at=NOW, not_before_at=NOW, made_at=NOW, sent_at=NOW,
        title=made.keeps("deck-4711", north), unit=schedule.unit, sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    DeckFile.objects.create(issue=issue, content=content)
    made.fills("schedule_id", schedule.pk)
    made.fills("receiver_id", receiver.pk)
    made.fills("issue_id", issue.pk)


def _discovery(made: Private, cast: Cast) -> None:
    """A Discovery alone, gone through: what was foreseen, noticed, concluded and promised."""
    north = cast.north_leader
    found = Discovery.objects.create(
        title="Energy", unit=unit("all"), is_team=False, stage=Discovery.Stage.COMMIT, stage_at=NOW,
        seeing="comments", cards=[{"kind": "comment", "words": "A comment."}], due_date=TODAY + DAY,
        prepared_by=cast.experience_lead, prepared_at=NOW, opened_at=NOW,
    )  # fmt: skip
    question = DiscoveryQuestion.objects.create(
        discovery=found, place=0, role="insight", label="Energy", truth=TRUTH, options=[]
    )
    DiscoveryInvitation.objects.create(discovery=found, user=north, invited_at=NOW)
    those = DiscoveryParticipant.objects.create(discovery=found, user=north, joined_at=NOW)
    DiscoveryPrediction.objects.create(participant=those, question=question, value=4.4, low=4.2, high=4.6, sure=90)
    DiscoverySelfView.objects.create(participant=those, value=4.0)
    those.locked_at = those.seen_at = those.revealed_at = those.concluded_at = NOW
    those.is_blind, those.conclusion = True, made.keeps("conclusion-4711", north)
    those.save()
    DiscoveryNote.objects.create(participant=those, card=0, words="noticed-4711")
    made.keeps("noticed-4711", north)
    DiscoveryCommitment.objects.create(
        participant=those, sentence=made.keeps("committed-4711", north), first_step="Ask one crew.",
        first_step_date=TODAY + DAY, tells="The team", made_at=NOW,
    )  # fmt: skip
    made.fills("discovery_id", found.pk)


def _ledger(made: Private, cast: Cast) -> None:
    """A challenge, an ask for support, a promise and a forecast."""
    north = cast.north_leader
    challenge = Challenge.objects.create(
        owner=north, asked=made.keeps("challenge-4711", north), asked_by="Ada Top", made_at=NOW, changed_at=NOW
    )
    support = SupportRequest.objects.create(
        asker=north, asked=cast.top_leader, need=made.keeps("support-4711", north, cast.top_leader),
        by_date=TODAY + DAY, minutes=10, asked_at=NOW,
    )  # fmt: skip
    promise = Promise.objects.create(
        owner=north, to_name="the team", what=made.keeps("promise-4711", north), due_date=TODAY + DAY, made_at=NOW
    )
    forecast = Forecast.objects.create(
        owner=north, what=made.keeps("forecast-4711", north), low=1, high=2, sure=80, due_date=TODAY + DAY, made_at=NOW
    )
    made.fills("challenge_id", challenge.pk)
    made.fills("support_id", support.pk)
    made.fills("promise_id", promise.pk)
    made.fills("forecast_id", forecast.pk)


def _role(made: Private, cast: Cast) -> None:
    """An agreement with a note, an act, and the path to a board."""
    north, lead = cast.north_leader, cast.experience_lead
    version = RoleVersion.objects.create(
        leader=north, number=1, note=made.keeps("agreement-4711", north, lead), proposed_by=lead, proposed_at=NOW
    )
    act = RoleAct.objects.create(leader=north, kind="visit", at_date=TODAY, source="self:1", recorded_at=NOW)
    path = BoardPath.objects.create(leader=north, begun_at=NOW)
    BoardStep.objects.create(path=path, step="listen", words=made.keeps("learned-4711", north), read_at=NOW)
    made.fills("version_id", version.pk)
    made.fills("act_id", act.pk)
    made.fills("leader_id", north.pk)
    made.fills("unit_id", unit("north-d").pk)
    made.fills("step", "listen")


def _assessors(made: Private, cast: Cast) -> None:
    """What one assessor gave before all are in: of candidates, and of practices."""
    analyst = cast.analyst
    found = Appointment.objects.create(
        title="Journey lead", purpose="True journeys.", responsibilities="Two.", due_date=TODAY + DAY, state="scoring",
        begun_by=cast.experience_lead, begun_at=NOW, touched_at=NOW, opened_at=NOW,
    )  # fmt: skip
    AppointmentNeed.objects.create(appointment=found, competency="analysis", level=3, weight=1)
    candidate = Candidate.objects.create(
        appointment=found, letter="A", name="Robin Outside", source="applied", consent_date=TODAY
    )
    assessor, _other = (
        AppointmentAssessor.objects.create(appointment=found, user=user) for user in (analyst, cast.top_leader)
    )
    CandidateScore.objects.create(
        assessor=assessor, candidate=candidate, competency="analysis", score=1,
        reason=made.keeps("scored-4711", analyst), saved_at=NOW,
    )  # fmt: skip
    assessment = begun(cast)
    score(assessment, analyst, made.keeps("practice-4711", analyst))
    made.fills("appointment_id", found.pk)
    made.fills("candidate_id", candidate.pk)
    made.fills("assessment_id", assessment.pk)
    made.fills("dimension", "direction")
    made.fills("practice", PRACTICE)
