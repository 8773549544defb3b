"""Effects: registered before looking, checked with the next data, nulls and harm as plain as wins."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied
from tests.rooms.conftest import Cast, signed_in, unit
from tests.rooms.effects_cast import HARMED, HELPED, IDLE, SIZE_OF_IT, first_wave, later_wave, promised
from tests.rooms.explorer_cast import leader_of

from headwater.rooms.act.commitments.services import drop_commitment, take_commitment
from headwater.rooms.act.models import Commitment, Handover
from headwater.rooms.engage.models import Forecast
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.house.slots import erase_everywhere, export_everywhere
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import Unit
from headwater.rooms.people.viewers import viewer_of
from headwater.rooms.prove.effects.checking import FIRST_TO_OWNER, catch_up, check_plans, work_out_effects
from headwater.rooms.prove.effects.ledger import enter_forecasts
from headwater.rooms.prove.effects.lines import lines_for
from headwater.rooms.prove.effects.planning import register_plans
from headwater.rooms.prove.effects.queries import effects_page, judged_between
from headwater.rooms.prove.effects.services import register_now
from headwater.rooms.prove.models import EffectCheck, EffectPlan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders")]


def story(cast: Cast) -> tuple[Wave, Wave, Wave]:
    """Three promises after the first wave; the third wave feels what came of them."""
    first = first_wave(cast)
    for key in (HELPED, IDLE, HARMED):
        promised(first, key, actor=cast.experience_lead)
    begun = first.late_until + timedelta(days=6)
    assert register_plans(actor="test", now=begun - timedelta(days=4)) == 0
    assert register_plans(actor="test", now=begun) == 3
    second = later_wave(cast, first, {HELPED: SIZE_OF_IT / 2})
    check_plans(wave=second, now=second.late_until)
    third = later_wave(cast, second, {HELPED: SIZE_OF_IT, HARMED: -1.0})
    check_plans(wave=third, now=third.late_until)
    return first, second, third


def test_from_a_promise_to_its_effect_two_waves_later(cast: Cast) -> None:
    first, second, third = story(cast)
    plans = {plan.unit.key: plan for plan in EffectPlan.objects.select_related("unit")}
    for plan in plans.values():
        assert not plan.is_late
        assert plan.frozen["before"] == [first.key]
        assert len(plan.frozen["pool"]) >= 8
        assert not {HELPED, IDLE, HARMED} & set(plan.frozen["pool"])
        written = json.dumps(plan.frozen, sort_keys=True, separators=(",", ":")).encode()
        assert hashlib.sha256(written).hexdigest() == plan.digest
    early = EffectCheck.objects.filter(wave=second)
    assert {check.verdict for check in early} == {"early"}
    found = {
        check.plan.unit.key: check for check in EffectCheck.objects.filter(wave=third).select_related("plan__unit")
    }
    assert {key: check.verdict for key, check in found.items()} == {HELPED: "worked", IDLE: "none", HARMED: "harm"}
    helped = found[HELPED]
    assert helped.low is not None
    assert helped.high is not None
    # A point of the scale is cut at 1 and 5, so a little less than what was planted arrives.
    assert helped.low < 0.9 * SIZE_OF_IT < helped.high
    assert found[IDLE].low < 0 < found[IDLE].high  # type: ignore[operator]
    # Again: nothing is made twice, nothing changes.
    before = list(EffectCheck.objects.order_by("pk").values())
    check_plans(wave=third, now=third.late_until + timedelta(days=1))
    assert register_plans(actor="test", now=third.late_until) == 0
    assert list(EffectCheck.objects.order_by("pk").values()) == before
    assert AuditEntry.objects.filter(action="effects.register").count() == 3
    assert AuditEntry.objects.filter(action="effects.check").count() == 6
    check_the_ledgers_of_those_who_foresaw_it(cast)


def check_the_ledgers_of_those_who_foresaw_it(cast: Cast) -> None:
    """Judged forecasts enter by themselves: of who took theirs on, not of who never did or got it from another."""
    Commitment.objects.update(taken_at=None)
    assert enter_forecasts() == 0
    made = {one.unit.key: one for one in Commitment.objects.select_related("unit")}
    owners = {key: leader_of(key, cast.experience_lead) for key in (HELPED, IDLE, HARMED)}
    for key in (HELPED, HARMED):
        take_commitment(commitment_id=made[key].pk, actor=owners[key], now=made[key].made_at)
    before, after = owners[IDLE].person, owners[HARMED].person
    assert before is not None
    assert after is not None
    Handover.objects.create(
        commitment=made[HARMED], from_person=before, to_person=after,
        from_unit=made[HARMED].unit, to_unit=made[HARMED].unit, why="left", at=made[HARMED].made_at,
    )  # fmt: skip
    assert [enter_forecasts(), enter_forecasts()] == [1, 0]
    entry = Forecast.objects.get()
    check = EffectCheck.objects.get(plan__unit__key=HELPED, is_judging=True)
    assert entry.owner == owners[HELPED]
    assert (entry.low, entry.likely, entry.high, entry.sure) == (0.3, 1.0, 1.3, 80)
    assert (entry.outcome, entry.outcome_low, entry.outcome_high) == (check.effect, check.low, check.high)
    page = unescape(signed_in(owners[HELPED]).get("/engage/credibility/").content.decode())
    assert "1 of 1 range held what came." in page
    assert "+0.30 to +1.30" in page
    detail = signed_in(owners[HELPED]).get(f"/engage/credibility/forecasts/{entry.pk}/").content.decode()
    assert "An expected change of +0.30 to +1.30" in detail
    for user in (owners[HARMED], cast.experience_lead, cast.top_leader, cast.administrator):
        path = f"/engage/credibility/forecasts/{entry.pk}/"
        assert signed_in(user).get(path).status_code == 404


def test_the_owner_hears_first_and_who_may_see_what(cast: Cast) -> None:
    _first, _second, third = story(cast)
    plan = EffectPlan.objects.get(unit__key=HARMED)
    owner = leader_of(HARMED, cast.experience_lead)
    path, at = f"/prove/effects/{plan.pk}/", third.late_until + timedelta(hours=1)
    lead = viewer_of(cast.experience_lead, today=at.date())
    assert {one.verdict for one in lines_for(viewer=lead, now=at)} == {"early"}
    assert {one.verdict for one in lines_for(viewer=lead, now=at + FIRST_TO_OWNER)} == {"worked", "none", "harm"}
    # Each waits for its owner at home, and stands open to all once they looked.
    assert f"/prove/effects/{plan.pk}/" in signed_in(owner).get("/").content.decode()
    shown = unescape(signed_in(owner).get(path).content.decode())
    assert "It did harm." in shown
    assert "Somebody else" not in shown
    assert EffectCheck.objects.filter(plan=plan, seen_at=None).count() == 0
    assert f"/prove/effects/{plan.pk}/" not in signed_in(owner).get("/").content.decode()
    # Names of units that are compared with go to those alone who may see their results.
    named = plan.frozen["names"][plan.frozen["pool"][0]]
    assert named not in shown
    assert named in unescape(signed_in(cast.analyst).get(path).content.decode())
    assert signed_in(cast.analyst).get(f"{path}plan.json").json()["sha256"] == plan.digest
    assert signed_in(owner).get(f"{path}plan.json").status_code == 403
    for user in (cast.outsider, cast.employee, cast.administrator, leader_of("d3t0-t", cast.experience_lead)):
        assert signed_in(user).get(path).status_code == 403
    for page in ("/prove/effects/", "/prove/effects/learned/", "/prove/effects/file.csv"):
        assert signed_in(cast.outsider).get(page).status_code == 403
        assert signed_in(cast.analyst).get(page).status_code == 200
    with pytest.raises(PermissionDenied):
        register_now(actor=owner, now=at)
    assert signed_in(cast.top_leader).post("/prove/effects/").status_code == 403
    assert signed_in(cast.analyst).post("/prove/effects/").status_code == 302


def test_all_verdicts_stand_alike_in_the_order_of_their_beginning(cast: Cast) -> None:
    first, _second, third = story(cast)
    late = promised(first, "d3t2-t", actor=cast.experience_lead, sentence="Later than the others",
                    now=third.late_until + timedelta(days=3))  # fmt: skip
    assert register_plans(actor="test", now=third.late_until + timedelta(days=6)) == 1
    at = third.late_until + timedelta(days=6)
    page = effects_page(viewer=viewer_of(cast.analyst, today=at.date()), now=at)
    assert [one.plan.started_date for one in page.lines] == sorted(
        (one.plan.started_date for one in page.lines), reverse=True
    )
    assert page.lines[0].plan.action_id == str(late.pk)
    assert page.title == "1 worked as hoped, 0 moved less than hoped, 1 showed no sign of an effect, 1 did harm."
    assert {one.verdict: one.number for one in page.counts} == {
        "worked": 1, "less": 0, "none": 1, "harm": 1, "early": 1, "untold": 0,
    }  # fmt: skip
    assert page.figure is not None
    shown = judged_between(
        viewer=viewer_of(cast.analyst, today=at.date()), first=third.late_until.date(), last=at.date(), now=at
    )
    assert sorted(one.verdict for one in shown) == ["harm", "none", "worked"]
    rows = signed_in(cast.analyst).get("/prove/effects/file.csv").content.decode().splitlines()
    assert len(rows) == 5
    assert signed_in(cast.analyst).get("/prove/effects/file.xlsx").content[:2] == b"PK"
    # A leader sees the list of what is theirs alone.
    idle = signed_in(leader_of(IDLE, cast.experience_lead)).get("/prove/effects/").content.decode()
    assert "d1t2-t an hour" in idle
    assert "d0t1-t an hour" not in idle


def test_what_is_given_up_counts_and_what_comes_late_says_so(cast: Cast) -> None:
    first = first_wave(cast)
    made = promised(first, IDLE, actor=cast.experience_lead)
    owner = leader_of(IDLE, cast.experience_lead)
    drop_commitment(commitment_id=made.pk, reason="No time", actor=owner, now=first.late_until + timedelta(days=20))
    second = later_wave(cast, first, {})
    third = later_wave(cast, second, {})
    # Nothing registered it before: the step does, and says that it was chosen after.
    assert work_out_effects(third)
    plan = EffectPlan.objects.get()
    assert plan.is_late
    assert plan.dropped_date is not None
    check = EffectCheck.objects.get(plan=plan, wave=third)
    assert check.verdict == "none"
    assert check.is_judging
    assert {one["what"] for one in check.along} >= {"dropped"}
    shown = unescape(signed_in(owner).get(f"/prove/effects/{plan.pk}/").content.decode())
    assert "Chosen after." in shown
    assert "It counts all the same." in shown
    # The wave between was released before it was registered: the hourly job looks at it, too.
    assert not EffectCheck.objects.filter(wave=second).exists()
    for _time in range(2):
        catch_up(now=third.late_until + timedelta(days=1))
    assert EffectCheck.objects.get(wave=second).verdict == "early"
    # The unit is dissolved: its leader of then, and who leads above it, still find what came of it.
    Unit.objects.filter(pk=plan.unit_id).update(is_open=False, number=None)
    for user in (owner, cast.analyst, cast.top_leader):
        assert signed_in(user).get(f"/prove/effects/{plan.pk}/").status_code == 200
    assert signed_in(leader_of("d3t0-t", cast.experience_lead)).get(f"/prove/effects/{plan.pk}/").status_code == 403


def test_the_whole_has_nobody_to_be_compared_with(cast: Cast) -> None:
    first = first_wave(cast)
    made = promised(first, "all", actor=cast.experience_lead)
    register_plans(actor="test", now=first.late_until + timedelta(days=6))
    plan = EffectPlan.objects.get(action_id=str(made.pk))
    assert plan.frozen["reason"] == "too_few"
    second = later_wave(cast, later_wave(cast, first, {}), {})
    (check,) = check_plans(wave=second, now=second.late_until)
    assert check.verdict == "untold"
    assert not check.is_judging
    assert check.effect is None
    page = unescape(signed_in(cast.analyst).get(f"/prove/effects/{plan.pk}/").content.decode())
    assert "Too few other units can be compared with." in page


def test_erasing_takes_the_person_and_leaves_the_verdict(cast: Cast) -> None:
    _first, _second, third = story(cast)
    owner = leader_of(HELPED, cast.experience_lead).person
    assert owner is not None
    files = {file.name: file.content for file in export_everywhere(person=str(owner.pk), now=third.late_until)}
    assert b"worked" in next(content for name, content in files.items() if name.endswith("effects.json"))
    erase_everywhere(person=str(owner.pk), actor="test", now=third.late_until)
    plan = EffectPlan.objects.get(unit=unit(HELPED))
    assert plan.owner is None
    assert plan.title == ""
    assert EffectCheck.objects.get(plan=plan, wave=third).verdict == "worked"
