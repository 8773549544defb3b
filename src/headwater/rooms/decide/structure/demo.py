"""The demonstration's team: a hybrid structure with one gap, one orphan and one responsibility without authority."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import cast

from headwater.rooms.decide.logic.competencies import COMPETENCIES
from headwater.rooms.decide.models import Practice, StructureDecision, TeamActivity, TeamMember
from headwater.rooms.decide.structure.adviser import known_situation
from headwater.rooms.decide.structure.competency_services import rate_member, say_experience
from headwater.rooms.decide.structure.defaults import ACTIVITIES
from headwater.rooms.decide.structure.duty_services import RightWanted, write_activity
from headwater.rooms.decide.structure.mandate_services import ask_signature, sign_mandate
from headwater.rooms.decide.structure.matrix import standing_matrix
from headwater.rooms.decide.structure.practice_services import adopt_practice, share_practice, tell_outcome
from headwater.rooms.decide.structure.services import add_member, adopt_structure, end_member
from headwater.rooms.learn.evidence import evidence_for_unit
from headwater.rooms.people.models import Person, Unit, User
from headwater.rooms.people.viewers import viewer_of

REASON = "The direction has to be one for all lines, and each depot knows best how to get there with its own people."
BEGAN = timedelta(days=120)
GIVEN = {
    "studies": ("the study store, named accounts only", "survey and reading tools", "12 hours a month, kept free"),
    "reading": ("released scores of all units", "the reading room of Headwater"),
}
PRACTICE = "Ten minutes at the depot gate"
WHAT = (
    "On two mornings a week the team leader stands at the gate before the first shift with one question: what got in "
    "your way yesterday? One thing is written on the board, with a name and a day. On the day it is crossed out, or "
    "the reason is said aloud. Nothing else is collected."
)
OUTCOME = (
    "It took two weeks until anybody said something that mattered. What helped was crossing out the first one within "
    "two days. We dropped the second morning: once a week is enough for a small team."
)


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Set up the team of the sample organisation, unless a structure was adopted. Returns nothing to print."""
    actor = _user("experience.lead")
    cast_of = {name: _user(name) for name in ("top.leader", "team.leader", "small.team.leader", "employee")}
    if actor is None or None in cast_of.values() or StructureDecision.objects.exists():
        return []
    top, lead, small, employee = (cast(User, one) for one in cast_of.values())
    began = now - BEGAN
    situation = known_situation().situation
    adopt_structure(structure="hybrid", situation=situation, reason=REASON, actor=actor, now=began)
    sponsor = _joins(top, "sponsor", actor, began)
    leads = _joins(lead, "lead", actor, began, rater=top.person)
    reads = _joins(employee, "analyst", actor, began, rater=lead.person)
    partner = _joins(small, "partner", actor, began, rater=lead.person)
    gone = _somebody(excluding=[one.person_id for one in (top, lead, small, employee)])
    if gone is not None:
        voice = add_member(person=gone, part="voice", seat=None, rater=None, actor=actor, now=began)
    _give_rights(actor, began)
    if gone is not None:
        end_member(member_id=voice.pk, actor=actor, now=now - timedelta(days=9))
    _rate(leads, lead, top, (3, 3, 3, 4, 2, 3, 2, 3, 3, 4, 3), (3, 3, 3, 3, 2, 3, 2, 1, 3, 4, 3), now)
    _rate(reads, employee, lead, (3, 3, 1, 2, 4, 2, 1, 1, 1, 3, 4), (3, 3, 2, 2, 3, 2, 1, 1, 1, 3, 3), now)
    _rate(partner, small, None, (2, 2, 3, 3, 1, 2, 2, 3, 2, 3, 3), None, now)
    _lived(leads, lead, ["driving", "planning"], ["leadership", "employees"], "earlier", 12, now)
    _lived(reads, employee, ["driving"], ["employees", "customers"], "now", 4, now)
    _lived(partner, small, ["maintenance"], ["employees"], "earlier", 15, now)
    assert sponsor.person is not None
    mandate = ask_signature(sponsor=sponsor.person, actor=actor, now=began)
    sign_mandate(mandate_id=mandate.pk, name=sponsor.person.name, actor=top, now=began + timedelta(days=2))
    _practice(lead, small, now)
    return []


def _user(name: str) -> User | None:
    return User.objects.select_related("person").filter(email=f"{name}@demo.example").first()


def _somebody(*, excluding: list[object]) -> Person | None:
    found = Person.objects.filter(is_active=True, unit__isnull=False).exclude(pk__in=[one for one in excluding if one])
    return found.order_by("key").last()


def _joins(user: User, part: str, actor: User, now: datetime, rater: Person | None = None) -> TeamMember:
    assert user.person is not None
    seat = Unit.objects.filter(leader=user.person, is_open=True).order_by("number").first()
    return add_member(person=user.person, part=part, seat=seat, rater=rater, actor=actor, now=now)


def _give_rights(actor: User, now: datetime) -> None:
    """Give every activity what it needs, but spending: its budget is what lacks."""
    standing = standing_matrix()
    for activity in TeamActivity.objects.filter(ended_at=None, key__in=ACTIVITIES):
        words = iter(GIVEN.get(activity.key, ()))
        rights = [
            RightWanted(kind, next(words, ""), not (activity.key == "spending" and kind == "budget"), None)
            for kind in ACTIVITIES[activity.key].rights
        ]
        write_activity(
            activity_id=activity.pk,
            title=activity.title,
            hours=activity.hours,
            letters=standing.letters[activity.pk],
            rights=rights,
            actor=actor,
            now=now,
        )


def _rate(
    member: TeamMember,
    user: User,
    other: User | None,
    own: tuple[int, ...],
    given: tuple[int, ...] | None,
    now: datetime,
) -> None:
    rate_member(member_id=member.pk, levels=dict(zip(COMPETENCIES, own, strict=True)), actor=user, now=now)
    if other is not None and given is not None:
        rate_member(member_id=member.pk, levels=dict(zip(COMPETENCIES, given, strict=True)), actor=other, now=now)


def _lived(
    member: TeamMember, user: User, functions: list[str], lenses: list[str], front_line: str, years: int, now: datetime
) -> None:
    say_experience(
        member_id=member.pk,
        functions=functions,
        lenses=lenses,
        front_line=front_line,
        years_here=years,
        actor=user,
        now=now,
    )


def _practice(lead: User, small: User, now: datetime) -> None:
    """One practice of the team leader, taken up by the small team."""
    unit = Unit.objects.filter(leader=lead.person, is_open=True).order_by("number").first()
    other = Unit.objects.filter(leader=small.person, is_open=True).order_by("number").first()
    if unit is None or other is None or Practice.objects.exists():
        return
    shown = evidence_for_unit(viewer=viewer_of(lead, today=now.date()), unit=unit.key)
    made = share_practice(
        title=PRACTICE,
        what=WHAT,
        unit=unit,
        finding=shown[0].finding if shown else None,
        actor=lead,
        now=now - timedelta(days=20),
    )
    use = adopt_practice(practice_id=made.pk, unit=other, actor=small, now=now - timedelta(days=18))
    tell_outcome(use_id=use.pk, outcome=OUTCOME, actor=small, now=now - timedelta(days=1))
