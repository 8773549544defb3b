"""Response rates on the page of a study: whole levels, bounded near full, stricter once a wave is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.rooms.conftest import Cast, signed_in
from tests.rooms.study_cast import OPENS, answer, asked, enlarge, launched

from headwater.rooms.listen import rates
from headwater.rooms.listen.models import RateUpdate, SealedResponse
from headwater.rooms.listen.rates import publish_rates, published_rates, rates_table
from headwater.rooms.listen.studies import tighten_wave

pytestmark = pytest.mark.usefixtures("own_folders")

DAY = timedelta(days=1)


def test_rates_appear_only_when_the_rule_allows(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="code")
    people = asked(wave)
    page = f"/listen/studies/{wave.study_id}/"
    assert rates_table(wave) is None
    for invitation in people[:4]:
        answer(wave, invitation, at=OPENS)
    publish_rates(wave=wave, now=OPENS + DAY)
    found = rates_table(wave)
    assert found is not None
    assert found.rows == ()
    assert "No rates yet" in signed_in(cast.analyst).get(page).content.decode()
    for invitation in people[4:60]:
        answer(wave, invitation, at=OPENS)
    again = publish_rates(wave=wave, now=OPENS + DAY)
    assert again.rates == {}
    publish_rates(wave=wave, now=OPENS + 2 * DAY)
    found = rates_table(wave)
    assert found is not None
    top = found.rows[0]
    assert (top.unit, top.answered, top.invited, top.percent) == ("Works", 60, 106, 57)
    text = signed_in(cast.analyst).get(page).content.decode()
    assert "57%" in text
    assert "at least 5 new answers" in text
    assert all(row.invited >= 10 and row.answered >= 5 for row in found.rows)
    told = published_rates(wave)
    assert told is not None
    assert (told.invited - told.responded >= 5).all()


def test_what_judges_the_next_day_is_kept_locked_and_only_once(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="code")
    for invitation in asked(wave)[:40]:
        answer(wave, invitation, at=OPENS)
    publish_rates(wave=wave, now=OPENS + DAY)
    publish_rates(wave=wave, now=OPENS + 2 * DAY)
    kept = list(RateUpdate.objects.filter(wave=wave).order_by("day").values_list("counted", flat=True))
    assert kept[0] == {}
    assert list(kept[1]) == ["locked"]


def test_an_answer_set_apart_later_does_not_stop_the_clock(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="code")
    for invitation in asked(wave)[:40]:
        answer(wave, invitation, at=OPENS)
    first = publish_rates(wave=wave, now=OPENS + DAY)
    hurt = SealedResponse.objects.filter(wave=wave).values_list("pk", flat=True)[:6]
    SealedResponse.objects.filter(pk__in=list(hurt)).update(standing="quarantined")
    second = publish_rates(wave=wave, now=OPENS + 2 * DAY)
    assert second.rates == first.rates


def test_a_stricter_wave_shows_fewer_rates(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="code")
    for invitation in asked(wave):
        if invitation.pk % 2:
            answer(wave, invitation, at=OPENS)
    publish_rates(wave=wave, now=OPENS + DAY)
    before = rates_table(wave)
    wave = tighten_wave(wave_id=wave.pk, actor=cast.experience_lead, now=OPENS + DAY, k=20)
    after = rates_table(wave)
    assert before is not None
    assert after is not None
    assert len(after.rows) < len(before.rows)
    assert all(row.invited >= 40 for row in after.rows)


def test_a_page_shows_whole_levels(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="code")
    for invitation in asked(wave):
        if invitation.pk % 2:
            answer(wave, invitation, at=OPENS)
    publish_rates(wave=wave, now=OPENS + DAY)
    monkeypatch.setattr(rates, "MOST_SHOWN", 4)
    found = rates_table(wave)
    assert found is not None
    assert {row.depth for row in found.rows} <= {0, 1}
    assert found.more > 0
