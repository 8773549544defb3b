"""The sums of a ledger, the periods of a cadence and the chance of a warning, against numbers worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from headwater.rooms.engage.logic.cadence import decisions_of, is_told, periods_of
from headwater.rooms.engage.logic.credibility import held_of, interval_score, kept_of, usefulness_from
from headwater.rooms.engage.logic.risks import chance_past, median_days, warning_of


def test_the_interval_score_is_the_width_and_a_penalty_outside() -> None:
    assert interval_score(1.0, 3.0, 80, 2.0) == pytest.approx(2.0)
    assert interval_score(1.0, 3.0, 80, 4.0) == pytest.approx(2.0 + 2 / 0.2 * 1.0)
    assert interval_score(1.0, 3.0, 80, 0.5) == pytest.approx(2.0 + 2 / 0.2 * 0.5)
    with pytest.raises(ValueError, match="width"):
        interval_score(1.0, 1.0, 80, 1.0)


def test_shares_are_said_from_five_on() -> None:
    few = kept_of(["kept"] * 4, waiting=1, running=2)
    assert (few.ended, few.share) == (4, None)
    enough = kept_of(["kept", "kept", "kept", "late", "broken"], waiting=0, running=0)
    assert enough.share == pytest.approx(0.6)
    assert enough.low == pytest.approx(0.2307, abs=1e-4)
    assert enough.high == pytest.approx(0.8824, abs=1e-4)
    held = held_of([(0.0, 1.0, 80, 1.0), (0.0, 1.0, 90, 2.0)])
    assert (held.held, held.share) == (1, None)
    assert held.sure == pytest.approx(0.85)


def test_usefulness_waits_for_five_receivers_and_moves_five_at_a_time() -> None:
    assert usefulness_from([4] * 9, receivers=4) is None
    assert usefulness_from([4, 3, 4, 3], receivers=4) is None
    five = usefulness_from([4, 3, 4, 3, 1], receivers=5)
    assert five is not None
    assert five.ratings == 5
    assert five.mean == pytest.approx(3.0)
    assert five.low == pytest.approx(3 - 2.7764451 * (1.5 / 5) ** 0.5, abs=1e-6)
    assert usefulness_from([4, 3, 4, 3, 1, 0], receivers=6) == five


def test_only_whole_periods_count_and_a_miss_is_told_after_48_hours() -> None:
    values = {"per": "month", "wanted": 2, "agreed": date(2026, 1, 10), "ended": None}
    acts = [date(2026, 1, 20), date(2026, 2, 3), date(2026, 2, 28), date(2026, 3, 1)]
    found = periods_of(acts, today=date(2026, 4, 1), **values)  # type: ignore[arg-type]
    assert [(one.first.month, one.done, one.state) for one in found] == [
        (2, 2, "kept"), (3, 1, "missed"), (4, 0, "running"),
    ]  # fmt: skip
    assert not is_told(found[1], date(2026, 4, 2))
    assert is_told(found[1], date(2026, 4, 3))
    cut = periods_of(acts, today=date(2026, 4, 1), **{**values, "ended": date(2026, 3, 20)})  # type: ignore[arg-type]
    assert [one.first.month for one in cut] == [2]
    quarter = periods_of([], per="quarter", wanted=1, agreed=date(2025, 10, 1), ended=None, today=date(2026, 1, 1))
    assert (quarter[0].first, quarter[0].last) == (date(2025, 10, 1), date(2025, 12, 31))


def test_a_decision_is_kept_within_its_days() -> None:
    day = date(2026, 3, 10)
    kept, late = decisions_of(
        [(date(2026, 3, 3), day, day), (date(2026, 3, 2), day, day)], within=7, agreed=date(2026, 3, 1), ended=None
    )
    assert (kept.is_kept, late.is_kept) == (True, False)
    assert not late.is_told(date(2026, 3, 12))
    assert late.is_told(date(2026, 3, 13))
    assert decisions_of([(date(2026, 2, 1), day, day)], within=7, agreed=date(2026, 3, 1), ended=None) == ()


def test_a_warning_says_how_sure_it_is() -> None:
    half = chance_past(value=50.0, low=46.0, high=54.0, threshold=50.0, side="below")
    assert half == pytest.approx(0.5)
    assert chance_past(value=50.0, low=46.0, high=54.0, threshold=54.0, side="below") == pytest.approx(0.975)
    assert chance_past(value=50.0, low=46.0, high=54.0, threshold=54.0, side="above") == pytest.approx(0.025)
    assert chance_past(value=50.0, low=50.0, high=50.0, threshold=51.0, side="below") == 1.0
    assert [warning_of(one) for one in (0.97, 0.8, 0.5, 0.1)] == ["clear", "likely", "open", "quiet"]
    assert (median_days([1, 2, 3, 9]), median_days([0, 1, 2, 3, 90])) == (None, 2.0)
