"""Three leaders who like three forms, and a briefing to them in any state, for tests of briefings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone
from tests.rooms.conftest import NOW, Cast, unit

from headwater.rooms.engage.briefings.answering import Answer, answer_copy, open_copy
from headwater.rooms.engage.briefings.preparing import Wanted, prepare_briefing, send_copy
from headwater.rooms.engage.models import Briefing, BriefingCopy, Stakeholder
from headwater.rooms.engage.stakeholders.register import add_person
from headwater.rooms.engage.stakeholders.services import say_preference
from headwater.rooms.learn.evidence import Evidence, evidence_for_unit
from headwater.rooms.people.models import Person, User
from headwater.rooms.people.viewers import viewer_of

MESSAGE = "Leaders who listen one hour a week keep their people."
WORDS = "Only if the timetable holds, and not a day before."
SITE = "https://headwater.example"
FORMS = (("top", "slides"), ("d0", "spreadsheet"), ("d1", "one_page"))


def asker(user: User) -> Any:
    """Somebody as they ask."""
    return viewer_of(User.objects.select_related("person").get(pk=user.pk), today=timezone.localdate())


def receivers(cast: Cast) -> list[Stakeholder]:
    """Three leaders, each with the form they asked for."""
    made = []
    for key, form in FORMS:
        one = add_person(person=Person.objects.get(key=key), actor=cast.experience_lead, now=NOW)
        say_preference(stakeholder=one, kind="form", value=form, is_asked=True, actor=None, now=NOW)
        made.append(one)
    return made


def numbers(cast: Cast) -> list[Evidence]:
    """What is released of the whole."""
    return evidence_for_unit(viewer=asker(cast.experience_lead), unit="all")


def prepared(cast: Cast, to: list[Stakeholder], **changed: Any) -> Briefing:
    """A briefing that asks for a decision, not sent."""
    now = timezone.now()
    values: dict[str, Any] = {
        "unit": unit("all"),
        "goal": "decision",
        "message": MESSAGE,
        "scores": tuple(one.finding for one in numbers(cast)[:4]),
        "receivers": tuple(to),
        "ask": "Decide whether the hour is kept free.",
        "ask_by_date": timezone.localdate(now) + timedelta(days=5),
        "example": "A driver said: nobody asked me in two years.",
    }
    return prepare_briefing(
        briefing_id=changed.pop("briefing_id", uuid4()),
        wanted=Wanted(**{**values, **changed}),
        actor=cast.experience_lead,
        viewer=asker(cast.experience_lead),
        now=now,
    )


def copy_for(made: Briefing, to: Stakeholder) -> BriefingCopy:
    """The copy of one receiver."""
    return BriefingCopy.objects.get(briefing=made, stakeholder=to)


def sent(cast: Cast, made: Briefing, to: Stakeholder, *, reason: str = "", days: int = 0) -> BriefingCopy:
    """A copy that was sent, so many days ago."""
    return send_copy(
        copy_id=copy_for(made, to).pk,
        over_reason=reason,
        site=SITE,
        actor=cast.experience_lead,
        viewer=asker(cast.experience_lead),
        now=timezone.now() - timedelta(days=days),
    )


def answered(copy: BriefingCopy, decision: str = "later", before: str = "neutral", after: str = "neutral") -> None:
    """Open and answer it."""
    open_copy(copy_id=copy.pk, actor=None, now=timezone.now(), level=before, sure=2)
    given = Answer("decision", after, 3, decision, WORDS)
    answer_copy(copy_id=copy.pk, answer=given, actor=None, now=timezone.now())
