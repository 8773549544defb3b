"""What near misses tell: to whom, of which units, and that it says how often it is wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.rooms.conftest import Cast, bring_in, organisation_csv, signed_in, unit
from tests.rooms.safety_cast import text

from headwater.rooms.act.models import Incident
from headwater.rooms.act.safety.patterns import patterns_page
from headwater.rooms.people.models import Unit
from headwater.rooms.people.viewers import viewer_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 9)
PATH = "/act/safety/near-misses/"


def happened(kind: str, where: Unit | None, days: list[date]) -> None:
    """Keep incidents of a kind as they were reported, one a day."""
    Incident.objects.bulk_create(
        Incident(
            kind=kind, unit=where, happened_date=day, happened_zone="UTC", what="x", is_anonymous=True,
            reported_at=datetime(2026, 3, 1, tzinfo=UTC), receipt_hash=f"{kind}-{where}-{number}-{day}",
        )
        for number, day in enumerate(days)
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_at, **_zone: TODAY)


@pytest.fixture
def changed(cast: Cast) -> Cast:
    """A year with a near miss a month in the north and two in the south; then ten a month in the north."""
    months = [date(2024, 12, 5) + timedelta(days=31 * number) for number in range(12)]
    happened("near_miss", unit("north1-t"), months)
    happened("near_miss", unit("south1-t"), [day + timedelta(days=more) for day in months for more in (0, 3)])
    happened("near_miss", unit("north2-t"), [date(2025, 12, 1) + timedelta(days=3 * number) for number in range(30)])
    happened("near_miss", unit("south2-t"), [date(2025, 12, 2) + timedelta(days=15 * number) for number in range(6)])
    return cast


def test_it_opens_to_who_sees_safety_in_their_own_units(changed: Cast) -> None:
    for user in (changed.outsider, changed.employee, changed.administrator):
        assert signed_in(user).get(PATH).status_code == 403
    leader = signed_in(changed.north_leader)
    shown = text(leader.get(PATH))
    assert "Team north2" in shown
    assert "Team south1" not in shown
    assert leader.get(f"{PATH}?unit=south-d").status_code == 404


def test_a_unit_that_changed_is_shown_and_one_that_did_not_is_not(changed: Cast) -> None:
    page = patterns_page(viewer=viewer_of(changed.safety_officer, today=TODAY), unit_key="", today=TODAY)
    assert page.before == 12
    assert {line.unit.key: line.signal.change for line in page.lines} == {"north-d": "more", "south-d": "unclear"}
    assert 0 < page.alarms <= 10
    assert page.following.found == "few"
    shown = text(signed_in(changed.safety_officer).get(PATH))
    assert "Near misses became more in one unit." in shown
    assert f"such a page would still show something in {page.alarms} of 100 looks" in shown
    assert "December 2025 to February 2026, beside the 12 months before." in shown
    assert "Too few injuries or near misses are kept to tell." in shown


def test_a_dissolved_unit_counts_with_what_followed_it_and_little_says_nothing(cast: Cast) -> None:
    today, asker = TODAY, viewer_of(cast.safety_officer, today=TODAY)
    assert patterns_page(viewer=asker, unit_key="", today=today).before == 0
    happened("near_miss", None, [date(2026, 2, 3)])
    happened("injury", unit("north1-t"), [date(2025, 2, 3)])
    assert patterns_page(viewer=asker, unit_key="", today=today).before == 10
    assert "There are too few near misses to tell" in text(signed_in(cast.safety_officer).get(PATH))
    happened("near_miss", unit("north1-t"), [date(2026, 2, 4) + timedelta(days=number) for number in range(8)])
    gone = tuple(f"north1{who}" for who in ("", *"abcd"))
    bring_in(organisation_csv(without=gone), cast.administrator)
    assert not unit("north1-t").is_open
    assert [line.signal.recent for line in patterns_page(viewer=asker, unit_key="", today=today).lines] == [8]
