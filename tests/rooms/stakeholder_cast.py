"""A stakeholder of the small organisation, judged, rated and asked for their own words."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from tests.rooms.conftest import NOW, Cast

from headwater.rooms.engage.models import (
    AttitudeReading,
    OwnWordRequest,
    Stakeholder,
)
from headwater.rooms.engage.stakeholders import own_words, register, services
from headwater.rooms.people.models import Person

SECRET = "flinches whenever numbers are shown"


def top(cast: Cast) -> Stakeholder:
    person = Person.objects.get(key="top")
    return register.add_person(person=person, actor=cast.experience_lead, now=NOW)


def judged(cast: Cast, one: Stakeholder, level: str = "resistant") -> AttitudeReading:
    return services.read_attitude(
        stakeholder=one, level=level, source="judged", words=SECRET, actor=cast.experience_lead, now=NOW
    )


def rated(cast: Cast, one: Stakeholder, **values: int) -> None:
    for aspect, value in values.items():
        services.rate(
            stakeholder=one,
            aspect=aspect,
            value=value,
            reason="signs every budget",
            actor=cast.experience_lead,
            now=timezone.now(),
        )


def asked(cast: Cast, one: Stakeholder, at: datetime = NOW) -> OwnWordRequest:
    return own_words.ask_own_words(
        stakeholder=one, address="https://a.example/{token}/", actor=cast.experience_lead, now=at
    )
