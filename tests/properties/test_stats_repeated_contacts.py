"""Repeated contacts: the curve against statsmodels and linearmodels, and its coverage where the truth is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from headwater.stats import contact_doses, repeated_contact_effects
from headwater.stats.repeated_contacts import ContactDoses, RepeatedContacts

TRUTH = np.array([-0.3, -0.4, -0.9, -0.2])
"""What the first, second, third and fourth bad contact take from the relation."""


@dataclass(frozen=True)
class Contacts:
    """Rows of simulated customers and periods."""

    outcome: np.ndarray
    bad: np.ndarray
    good: np.ndarray
    contacts: np.ndarray
    customer: np.ndarray
    period: np.ndarray

    def doses(self) -> ContactDoses:
        return contact_doses(self.outcome, self.bad, self.good, self.contacts, self.customer, self.period)


def simulate(
    seed: int,
    *,
    customers: int = 600,
    periods: int = 6,
    truth: np.ndarray = TRUTH,
    answering: float = 0.85,
    leaving: float = 0.0,
    repair: float = 0.0,
    mood: float = 0.0,
) -> Contacts:
    """Contacts in a random order inside each period, an answer after each; the mean answer of a period is kept.

    Customers who are worse off meet more bad contacts, so that comparing customers would mislead. leaving: chance to
    fall silent for good after a period whose answer lies a point below the customer's own level. mood: what a period
    with nothing but bad contacts takes from its own answer alone.
    """
    rng = np.random.default_rng(seed)
    own = rng.normal(0, 1.5, customers)
    prone = np.clip(0.3 - 0.08 * own, 0.03, 0.8)
    rows = []
    for who in range(customers):
        bad = good = mended = 0
        bad_before = False
        silent = False
        for period in range(periods):
            number = int(rng.integers(1, 4))
            kinds = np.where(rng.random(number) < prone[who], 1, np.where(rng.random(number) < 0.8, 2, 0))
            said = []
            mends = bad_before and not (kinds == 1).any()
            for kind in kinds.tolist():
                bad += kind == 1
                good += kind == 2
                mended += mends and kind == 2
                level = own[who] + truth[: min(bad, 4)].sum() + 0.1 * good + 0.2 * np.sin(period) + repair * mended
                said.append(level + rng.normal(0, 0.8))
            bad_before = bool((kinds == 1).any())
            asked = not silent and rng.random() < answering
            mean = float(np.mean(said)) + mood * float((kinds == 1).mean())
            rows.append((mean if asked else np.nan, (kinds == 1).sum(), (kinds == 2).sum(), number, who, period))
            if leaving and mean < own[who] - 1 and rng.random() < leaving:
                silent = True
    columns = np.array(rows).T
    return Contacts(columns[0], *(column.astype(np.int64) for column in columns[1:]))


def estimate(contacts: Contacts, *, lasting: bool = False) -> RepeatedContacts:
    return repeated_contact_effects(contacts.doses(), lasting=lasting)


def test_the_curve_is_that_of_linearmodels() -> None:
    import pandas as pd
    from linearmodels import PanelOLS

    contacts = simulate(3, customers=300)
    doses = contacts.doses()
    found = estimate(contacts)
    frame = pd.DataFrame({"y": doses.outcome, "who": doses.customer, "when": doses.period})
    for n in range(4):
        frame[f"bad{n + 1}"] = doses.steps[:, n]
    frame["good"], frame["neutral"] = doses.good, doses.neutral
    frame["good_log"], frame["repaired"] = np.log1p(doses.good), doses.repaired
    frame = frame.dropna().set_index(["who", "when"])
    names = [name for name in found.model.names if not name.startswith("period")]
    theirs = PanelOLS(frame["y"], frame[names], entity_effects=True, time_effects=True).fit(
        cov_type="clustered", cluster_entity=True, group_debias=True, debiased=False, auto_df=False, count_effects=False
    )
    ours = found.model
    np.testing.assert_allclose(ours.coef, theirs.params[names].to_numpy(), rtol=1e-8, atol=1e-10)
    # linearmodels has G / (G - 1) * (N - 1) / N; ours is CR1S, which counts slopes and periods too.
    rows, columns = ours.n, len(names) + 5
    factor = np.sqrt(rows / (rows - columns))
    ratio = ours.se / (theirs.std_errors[names].to_numpy() * factor)
    np.testing.assert_allclose(ratio, 1.0, rtol=1e-6)


def test_between_customers_is_least_squares_of_statsmodels() -> None:
    import statsmodels.api as sm

    contacts = simulate(4, customers=500, periods=3)
    last = contacts.period == contacts.period.max()
    once = Contacts(np.where(last, contacts.outcome, np.nan), *list(vars(contacts).values())[1:])
    doses = once.doses()
    found = repeated_contact_effects(doses)
    assert found.design == "between customers"
    known = ~np.isnan(doses.outcome)
    columns = {f"bad{n + 1}": doses.steps[known, n] for n in range(4)}
    columns |= {"good": doses.good[known], "good_log": np.log1p(doses.good[known]), "neutral": doses.neutral[known]}
    columns |= {"repaired": doses.repaired[known]}
    names = [name for name in found.model.names if name in columns]
    x = sm.add_constant(np.column_stack([columns[name] for name in names]))
    theirs = sm.OLS(doses.outcome[known], x).fit(cov_type="HC1")
    np.testing.assert_allclose(found.model.coef, theirs.params, rtol=1e-8)
    np.testing.assert_allclose(found.model.se, theirs.bse, rtol=1e-8)


def test_contacts_without_an_order_count_for_the_mean_over_all_orders() -> None:
    doses = contact_doses([5.0, 4.0], [1, 1], [1, 0], [2, 2], ["a", "a"], [1, 2], most=2)
    # First period: bad first or second, each as likely: half of the orders have it at moment 1, all at moment 2.
    np.testing.assert_allclose(doses.steps, [[0.75, 0.0], [1.0, 0.75]])
    np.testing.assert_allclose(doses.now, [[0.5, 0.5], [0.5, 0.0]])


def test_a_good_contact_right_after_a_bad_one_is_a_repair() -> None:
    doses = contact_doses([1.0] * 4, [1, 0, 0, 1], [0, 1, 1, 0], [1] * 4, ["a"] * 4, range(4), most=1)
    np.testing.assert_allclose(doses.repaired, [0, 1, 1, 1])


@pytest.mark.parametrize("lasting", [False, True])
def test_the_third_is_found_to_count_more_than_the_first(lasting: bool) -> None:
    found = estimate(simulate(11, customers=2500), lasting=lasting)
    assert found.design == "within customers"
    assert (found.step_lower <= TRUTH).all()
    assert (found.step_upper >= TRUTH).all()
    assert found.growth is not None
    assert found.growth.upper < 0
    assert found.additivity is not None
    assert found.additivity[3] < 0.01
    np.testing.assert_allclose(found.curve, np.cumsum(found.step))


def test_equal_steps_are_not_called_different_more_often_than_the_level_says() -> None:
    p = []
    for seed in range(40):
        found = estimate(simulate(seed, customers=250, truth=np.full(4, -0.5)))
        assert found.additivity is not None
        p.append(found.additivity[3])
    # 40 draws at 5 %: more than 7 has a chance of 1.4 per thousand.
    assert sum(one < 0.05 for one in p) <= 7


def test_the_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    held = np.zeros(4)
    for seed in range(40):
        found = estimate(simulate(1000 + seed, customers=250))
        most = len(found.step)
        assert most == 4
        held += (found.step_lower <= TRUTH) & (found.step_upper >= TRUTH)
    assert (held >= 33).all()  # 95 % of 40 is 38; fewer than 33 has a chance of 3 per thousand a step
    assert held.sum() >= 144


@pytest.mark.slow
@pytest.mark.parametrize("lasting", [False, True])
def test_coverage_over_many_simulations(lasting: bool) -> None:
    held, growth, draws = np.zeros(4), 0, 300
    for seed in range(draws):
        found = estimate(simulate(5000 + seed, customers=300), lasting=lasting)
        held += (found.step_lower <= TRUTH) & (found.step_upper >= TRUTH)
        assert found.growth is not None
        growth += found.growth.lower <= TRUTH[2] - TRUTH[0] <= found.growth.upper
    share = np.append(held, growth) / draws
    assert (share > 0.91).all(), share
    assert (share < 0.985).all(), share


def test_comparing_customers_instead_would_mislead() -> None:
    contacts = simulate(21, customers=3000)
    doses = contacts.doses()
    one = ContactDoses(**{**vars(doses), "outcome": np.where(doses.period == 5, doses.outcome, np.nan)})
    between = repeated_contact_effects(one)
    within = estimate(contacts)
    assert between.design == "between customers"
    assert abs(within.curve[3] - TRUTH.sum()) < 0.15
    assert between.curve[3] < TRUTH.sum() - 0.4  # those who meet more bad contacts were worse off before


def test_those_who_fall_silent_make_late_steps_look_smaller() -> None:
    """The bias under selection has a known direction, which the page says."""
    stay = np.mean([estimate(simulate(seed, customers=1500)).curve[-1] for seed in range(4)])
    gone = np.mean([estimate(simulate(seed, customers=1500, leaving=0.9)).curve[-1] for seed in range(4)])
    assert abs(stay - TRUTH.sum()) < 0.1
    assert gone > stay


def test_the_mood_of_the_day_is_kept_apart_from_what_stays() -> None:
    contacts = simulate(51, customers=2500, mood=-0.6)
    lasting, whole = estimate(contacts, lasting=True), estimate(contacts)
    assert lasting.passing is not None
    assert lasting.passing.lower <= -0.6 <= lasting.passing.upper
    assert (lasting.step_lower <= TRUTH).all()
    assert (lasting.step_upper >= TRUTH).all()
    assert whole.step_upper[0] < TRUTH[0]
    assert whole.passing is None


def test_repair_is_found() -> None:
    found = estimate(simulate(31, customers=2500, repair=0.3))
    assert found.repair is not None
    assert found.repair.lower <= 0.3 <= found.repair.upper
    assert found.repair.lower > 0


def test_what_cannot_be_estimated_is_refused() -> None:
    none = contact_doses([1.0, 2.0], [0, 0], [1, 1], [1, 1], [1, 1], [1, 2])
    with pytest.raises(ValueError, match="are needed"):
        repeated_contact_effects(none)
    with pytest.raises(ValueError, match="two rows in one period"):
        contact_doses([1.0, 2.0], [0, 0], [1, 1], [1, 1], [1, 1], [1, 1])
    with pytest.raises(ValueError, match="more bad and good"):
        contact_doses([1.0], [1], [1], [1], [1], [1])
    with pytest.raises(ValueError, match="whole numbers"):
        contact_doses([1.0], [-1], [1], [1], [1], [1])


def test_rare_late_steps_are_joined_to_the_one_before() -> None:
    contacts = simulate(41, customers=60, periods=2)
    found = repeated_contact_effects(contacts.doses(), least=15)
    assert len(found.step) < 4
    assert (found.movers >= 15).all()
