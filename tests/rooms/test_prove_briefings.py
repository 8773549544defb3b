"""A briefing with a forecast: refused below what can be seen, said on its pages, checked like all that is done."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from tests.rooms.conftest import NOW, Cast, signed_in, unit
from tests.rooms.effects_cast import HELPED, SCORE, SIZE_OF_IT, first_wave, later_wave

from headwater.rooms.decide.directions.forecasting import key_of
from headwater.rooms.engage.briefings.demo import AFTER_RELEASE, build_demo
from headwater.rooms.engage.briefings.preparing import BriefingRefusedError, Wanted, prepare_briefing, send_copy
from headwater.rooms.engage.briefings.queries import forecast_briefings
from headwater.rooms.engage.models import Briefing, BriefingCopy, Stakeholder
from headwater.rooms.engage.stakeholders.register import add_person
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.evidence import Evidence, evidence_for_unit
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import Person, User
from headwater.rooms.people.viewers import viewer_of
from headwater.rooms.prove.effects.actions import briefing_actions
from headwater.rooms.prove.effects.checking import check_plans
from headwater.rooms.prove.effects.planning import register_plans
from headwater.rooms.prove.models import EffectCheck, EffectPlan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders")]

LEADERS = ("top", "d0", "d1", "d2", HELPED.removesuffix("-t"))
MESSAGE = "An hour a week in which this leader only listens"


def number(cast: Cast, key: str) -> Evidence:
    found = evidence_for_unit(viewer=viewer_of(cast.experience_lead, today=timezone.localdate()), unit=key)
    return next(one for one in found if one.score == SCORE)


def test_on_its_page_a_forecast_is_made_and_refused(cast: Cast) -> None:
    first_wave(cast)
    top = add_person(person=Person.objects.get(key="top"), actor=cast.experience_lead, now=NOW)
    lead, one = signed_in(cast.experience_lead), number(cast, HELPED)
    assert one.smallest is not None
    day = timezone.localdate() + timedelta(days=100)
    form = {
        "unit": HELPED, "made": str(uuid4()), "goal": "aware", "message": MESSAGE, "receivers": [str(top.pk)],
        "scores": f"0:{one.wave}:{evidence_first(cast)}", "moves": key_of(one), "due_date": day.isoformat(),
    }  # fmt: skip
    page = "/engage/briefings/prepare/"
    small = one.smallest / 2
    for wrong, said in (
        ({"low": 0, "likely": small, "high": small}, "A smaller one could come true or not and nobody would know."),
        ({"low": 0.5, "likely": 0.4, "high": 0.9}, "Write the three from the lowest to the highest."),
        ({}, "Say by how much it should move, and by when."),
        ({"low": 0.2, "likely": 1.0, "high": 1.2, "due_date": ""}, "Say by how much it should move, and by when."),
        ({"low": 0.2, "likely": 1.0, "high": 1.2, "moves": ""}, "Choose the score that it should move."),
        ({"low": 0.2, "likely": 1.0, "high": 1.2, "due_date": (day + timedelta(days=900)).isoformat()}, "two years"),
    ):
        answer = lead.post(page, {**form, **wrong})
        assert answer.status_code == 422
        assert said in unescape(answer.content.decode())
    assert not Briefing.objects.exists()
    for _time in range(2):
        assert lead.post(page, {**form, "low": 0.2, "likely": 1.0, "high": 1.2}).status_code == 302
    made = Briefing.objects.get()
    assert (made.score, made.forecast_likely, made.due_date) == (SCORE, 1.0, day)
    copy = BriefingCopy.objects.get()
    for path in (f"/engage/briefings/{made.pk}/", f"/engage/briefings/copies/{copy.pk}/"):
        said = unescape(lead.get(path).content.decode())
        assert f"“{one.label}” of {one.unit_name}: likely +1.00 points, between +0.20 and +1.20" in said
    # Nothing is done before it was sent.
    assert forecast_briefings() == ()


def evidence_first(cast: Cast) -> str:
    """The score that stands first on the page."""
    viewer = viewer_of(cast.experience_lead, today=timezone.localdate())
    return evidence_for_unit(viewer=viewer, unit=HELPED)[0].score


def foreseen(cast: Cast, wave: Wave, key: str) -> Briefing:
    """A briefing on one team, with a forecast, sent three days after a wave was released."""
    now = wave.late_until + timedelta(days=3)
    viewer, finding = viewer_of(cast.experience_lead, today=now.date()), Finding(wave.study.key, wave.key, key, SCORE)
    top = add_person(person=Person.objects.get(key="top"), actor=cast.experience_lead, now=NOW)
    top.email = "top@example.org"
    top.save()
    made = prepare_briefing(
        briefing_id=uuid4(),
        wanted=Wanted(
            unit(key), "aware", MESSAGE, (finding,), (top,),
            moves=finding, forecast=(0.3, 1.0, 1.3), due_date=now.date() + timedelta(days=100),
        ),
        actor=cast.experience_lead, viewer=viewer, now=now,
    )  # fmt: skip
    send_copy(
        copy_id=BriefingCopy.objects.get(briefing=made).pk, over_reason="Now", site="https://headwater.example",
        actor=cast.experience_lead, viewer=viewer, now=now,
    )  # fmt: skip
    return made


def test_it_is_checked_two_waves_later_like_a_commitment(cast: Cast) -> None:
    first = first_wave(cast)
    third = later_wave(cast, later_wave(cast, first, {}), {HELPED: SIZE_OF_IT})
    with transaction.atomic():
        check_the_sample_organisation_has_one_that_later_waves_check(cast, first, third)
        transaction.set_rollback(True)
    made = foreseen(cast, first, HELPED)
    (action,) = briefing_actions()
    assert (action.kind, action.unit_key, action.title) == ("briefing", HELPED, MESSAGE)
    assert action.started_date == timezone.localdate(first.late_until + timedelta(days=3))
    assert register_plans(actor="test", now=first.late_until + timedelta(days=4)) == 1
    check_plans(wave=third, now=third.late_until)
    plan = EffectPlan.objects.get(kind="briefing", action_id=str(made.pk))
    assert plan.owner == cast.experience_lead.person
    assert EffectCheck.objects.get(plan=plan, wave=third).verdict == "worked"
    shown = unescape(signed_in(cast.analyst).get(f"/prove/effects/{plan.pk}/").content.decode())
    assert MESSAGE in shown
    assert "Briefing" in shown


def check_the_sample_organisation_has_one_that_later_waves_check(cast: Cast, first: Wave, last: Wave) -> None:
    User.objects.filter(pk=cast.experience_lead.pk).update(email="experience.lead@demo.example")
    for key in LEADERS:
        one = add_person(person=Person.objects.get(key=key), actor=cast.experience_lead, now=NOW)
        Stakeholder.objects.filter(pk=one.pk).update(email=f"{key}@example.org")
    for _again in range(2):
        assert list(build_demo(people=400, seed=1, now=last.late_until)) == []
    ((briefing, begun),) = forecast_briefings()
    copy = BriefingCopy.objects.get(briefing=briefing)
    assert first.released_at is not None
    assert begun == timezone.localdate(first.released_at + AFTER_RELEASE)
    assert (briefing.unit.key, briefing.unit.leader) == (HELPED, copy.stakeholder.person)
    assert [row["wave"] for row in copy.evidence] == [briefing.wave] == [first.key]
    register_plans(actor="test", now=last.late_until)
    check_plans(wave=last, now=last.late_until)
    check = EffectCheck.objects.get(plan__kind="briefing", plan__action_id=str(briefing.pk), wave=last)
    assert check.verdict == "worked"


def test_a_number_of_another_unit_is_no_forecast_of_this_one(cast: Cast) -> None:
    wave = first_wave(cast)
    top = add_person(person=Person.objects.get(key="top"), actor=cast.experience_lead, now=NOW)
    finding = Finding(wave.study.key, wave.key, HELPED, SCORE)
    with pytest.raises(BriefingRefusedError, match="not released to you"):
        prepare_briefing(
            briefing_id=uuid4(),
            wanted=Wanted(
                unit("d0-d"), "aware", MESSAGE, (finding,), (top,), moves=finding, forecast=(0.3, 1.0, 1.3),
                due_date=timezone.localdate() + timedelta(days=100),
            ),
            actor=cast.experience_lead, viewer=viewer_of(cast.experience_lead, today=timezone.localdate()),
            now=timezone.now(),
        )  # fmt: skip
