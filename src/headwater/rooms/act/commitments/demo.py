"""Commitments of the sample organisation's leaders in several states, and one page of "You said, we did"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.utils import timezone
from django.utils.translation import override

from headwater.rooms.act.commitments.helping import answer_help, ask_help
from headwater.rooms.act.commitments.services import (
    check_in,
    drop_commitment,
    make_commitment,
    take_from_discovery,
)
from headwater.rooms.act.commitments.told_queries import offered_numbers
from headwater.rooms.act.commitments.told_services import add_statement, publish_told, start_told
from headwater.rooms.act.models import Commitment, Told
from headwater.rooms.act.present_units import top_unit
from headwater.rooms.decide.directions.evidence import start_of
from headwater.rooms.decide.logic.forecasts import NO_FORECAST, Forecast, check_forecast
from headwater.rooms.decide.models import Direction
from headwater.rooms.engage.discovery.queries import commitments_of
from headwater.rooms.learn.books import released_waves
from headwater.rooms.learn.evidence import Evidence, evidence_for_unit
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.viewers import viewer_of

SPACE = UUID("0b4de7f4-37a5-4a3c-9a0e-5a5f6b1c7d21")
WHY_NOW = "Crews wait for the first answers."
NAMES = ("top.leader", "team.leader", "small.team.leader", "experience.lead")


@dataclass(frozen=True)
class _Cast:
    top: User
    team: User
    small: User
    lead: User
    now: datetime


@dataclass(frozen=True)
class _Plan:
    """What is made. ago, step, due: days before now, and after that day."""

    name: str
    sentence: str
    first_step: str
    ago: int
    step: int
    due: int


ANSWER_WEEK = _Plan(
    "answer",
    "Every question a crew asks at the morning meeting has an answer on the board within five days",
    "Hang a board in the first depot and answer the three oldest questions",
    30, 5, 210,
)  # fmt: skip
ROSTER = _Plan(
    "roster",
    "Nobody in my team learns of a changed shift less than three days ahead",
    "Sit with planning on Thursday and list who changes what, and when",
    24, 6, 29,
)  # fmt: skip
LOCKERS = _Plan(
    "lockers",
    "Every driver has a locker that closes",
    "Count the broken ones with the night shift",
    60, 4, 50,
)  # fmt: skip
APP = _Plan(
    "app",
    "An app of our own for swapping shifts",
    "Ask three teams what they would use it for",
    70, 7, 160,
)  # fmt: skip
SHADOW = _Plan(
    "shadow",
    "Ride one full line with a new driver each month",
    "Ask planning for the first date",
    2, 6, 120,
)  # fmt: skip

SAID = {
    "heard": {
        "en": "You told us that questions go up and no answer comes down.",
        "es": "Nos dijeron que las preguntas suben y no baja ninguna respuesta.",
    },
    "done": {
        "en": "Every question asked at the morning meeting is answered on the board within five days.",
        "es": "Toda pregunta de la reunión de la mañana tiene respuesta en el tablón en cinco días.",
    },
    "not": {
        "en": "We will not shorten the turnaround on the night lines this year.",
        "es": "Este año no acortaremos los tiempos de vuelta en las líneas nocturnas.",
    },
}
WHY_NOT = {
    "en": "It would cost the rest that the rules ask for between two shifts. We look again with the next timetable.",
    "es": "Costaría el descanso que piden las normas entre dos turnos. Lo revisamos con el próximo horario.",
}


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Build them, unless there are any. Says where the public page is."""
    found = {name: User.objects.filter(email=f"{name}@demo.example").first() for name in NAMES}
    top, team, small, lead = (found[name] for name in NAMES)
    if top is None or team is None or small is None or lead is None:
        return []
    if Commitment.objects.exists():
        return _where(Told.objects.exclude(published_at=None).order_by("made_at").first())
    cast = _Cast(top, team, small, lead, now)
    with override("en"):
        _from_discovery(cast)
        promised = _from_direction(cast)
        _of_teams(cast)
        return _told(cast, promised)


def _from_discovery(cast: _Cast) -> None:
    viewer = viewer_of(cast.top, today=timezone.localdate(cast.now))
    for one in commitments_of(viewer=viewer)[:1]:
        made = take_from_discovery(commitment=one.commitment, actor=cast.top, now=cast.now - timedelta(days=2))
        _check(made, cast.top, "well", "Rode the first shift. Two crews thanked, one of them twice.", cast.now, 1)


def _from_direction(cast: _Cast) -> Commitment | None:
    """From the direction of the whole that moves a score, with a forecast, check-ins and help."""
    whole = top_unit()
    if whole is None:
        return None
    chosen = Direction.objects.filter(unit=whole, state=Direction.State.GOING, evidence__isnull=False).first()
    numbers = evidence_for_unit(viewer=viewer_of(cast.top, today=timezone.localdate(cast.now)), unit=whole.key)
    wanted = "" if chosen is None or chosen.evidence is None else str(chosen.evidence["score"])
    number = next((one for one in numbers if one.score == wanted), next(iter(numbers), None))
    made = _make(
        ANSWER_WEEK,
        cast.top,
        whole,
        number,
        cast,
        source=("direction", str(chosen.pk), chosen.title) if chosen is not None else ("own", "", ""),
    )
    for ago, line in ((23, "Board hangs. Two of three answered."), (9, "Second depot asked for one as well.")):
        _check(made, cast.top, "well", line, cast.now, ago)
    dropped = _make(APP, cast.top, whole, None, cast)
    drop_commitment(
        commitment_id=dropped.pk,
        reason="Three teams said a phone call is quicker. We do not build what nobody would use.",
        actor=cast.top,
        now=cast.now - timedelta(days=40),
    )
    if cast.team.person is not None:
        helping = ask_help(
            commitment_id=made.pk,
            help_id=uuid5(SPACE, "help"),
            asked=cast.team.person,
            what="Tell me after two weeks what crews really say of the board",
            minutes=20,
            by_date=timezone.localdate(cast.now) + timedelta(days=6),
            over_reason=WHY_NOW,
            actor=cast.top,
            now=cast.now - timedelta(days=8),
        )
        answer_help(
            help_id=helping.pk, answer="yes", words="Gladly, on Monday.", actor=cast.team,
            now=cast.now - timedelta(days=7),
        )  # fmt: skip
    return made


def _of_teams(cast: _Cast) -> None:
    """One that is stuck and nearly due, one that was kept, one that waits to be taken."""
    own = _unit_of(cast.team)
    if own is not None:
        numbers = evidence_for_unit(viewer=viewer_of(cast.team, today=timezone.localdate(cast.now)), unit=own.key)
        made = _make(ROSTER, cast.team, own, next((one for one in numbers if one.smallest is not None), None), cast)
        _check(made, cast.team, "well", "Planning shows us its list each Thursday.", cast.now, 17)
        _check(
            made, cast.team, "stuck", "Sick leave still changes shifts overnight. Nobody owns that list.", cast.now, 3
        )
        _make(SHADOW, cast.lead, own, None, cast, owner=cast.team)
    small = _unit_of(cast.small)
    if small is not None:
        kept = _make(LOCKERS, cast.small, small, None, cast)
        _check(kept, cast.small, "done", "All 14 close. Two were empty and went to the night shift.", cast.now, 11)


def _told(cast: _Cast, promised: Commitment | None) -> list[str]:
    """Tell all who were asked about being led or working here, in both languages."""
    wave = next((one for one in released_waves() if one.study.lens != "cx" and one.study.kept_for_id is None), None)
    if wave is None:
        return []
    then = cast.now - timedelta(days=6)
    told = start_told(wave=wave, unit=None, actor=cast.lead, now=then)
    viewer = viewer_of(cast.lead, today=timezone.localdate(cast.now))
    numbers = offered_numbers(viewer=viewer, told=told)
    if not numbers:
        return []
    wanted = "" if promised is None else promised.score
    number = next((one for one in numbers if one.score == wanted), numbers[0])
    for kind in ("heard", "done", "not"):
        add_statement(
            key=uuid5(SPACE, f"told-{kind}"),
            told_id=told.pk,
            kind=kind,
            words={code: text for code, text in SAID[kind].items() if code in wave.study.languages or code == "en"},
            why={code: text for code, text in WHY_NOT.items() if code in wave.study.languages or code == "en"}
            if kind == "not"
            else {},
            finding=number.finding,
            commitment=promised if kind == "done" else None,
            actor=cast.lead,
            now=then,
        )
    publish_told(told_id=told.pk, actor=cast.lead, now=then)
    return _where(told)


def _where(told: Told | None) -> list[str]:
    if told is None:
        return []
    return ["What was heard and done is told to all who were asked at", f"  /act/commitments/heard/{told.link}"]


def _make(
    plan: _Plan,
    actor: User,
    unit: Unit,
    number: Evidence | None,
    cast: _Cast,
    *,
    owner: User | None = None,
    source: tuple[str, str, str] = ("own", "", ""),
) -> Commitment:
    then, answers = cast.now - timedelta(days=plan.ago), owner or actor
    assert answers.person is not None
    day = timezone.localdate(then)
    due = day + timedelta(days=plan.due)
    return make_commitment(
        key=uuid5(SPACE, plan.name),
        owner=answers.person,
        unit=unit,
        sentence=plan.sentence,
        first_step=plan.first_step,
        first_step_date=day + timedelta(days=plan.step),
        due_date=due,
        source_kind=source[0],
        source_id=source[1],
        source_title=source[2],
        finding=None if number is None else number.finding,
        forecast=NO_FORECAST if number is None else _forecast(number, then, due),
        actor=actor,
        now=then,
        over_reason=WHY_NOW,
    )


def _forecast(number: Evidence, then: datetime, due: date) -> Forecast:
    """A little more than the smallest change that shows, none where the unit can show none."""
    if number.smallest is None:
        return NO_FORECAST
    sign = 1 if number.higher_is_better else -1
    likely = round(sign * number.smallest * 1.2, 2)
    low, high = sorted((round(likely * 0.2, 2), round(likely * 1.6, 2)))
    fault = check_forecast(
        start=start_of(number), low=low, likely=likely, high=high, due=due, today=timezone.localdate(then)
    )
    return NO_FORECAST if fault is not None else (low, likely, high)


def _check(made: Commitment, user: User, going: str, line: str, now: datetime, ago: int) -> None:
    check_in(
        commitment_id=made.pk,
        key=uuid5(made.pk, f"{going}-{ago}"),
        going=going,
        line=line,
        by=user.person_id,
        actor=str(user.pk),
        now=now - timedelta(days=ago),
    )


def _unit_of(user: User) -> Unit | None:
    return Unit.objects.filter(leader=user.person_id, is_open=True).order_by("number").first()
