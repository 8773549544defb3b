"""Contacts: weights and the curve of repeated ones from rows at rest, minimum sizes, and nothing below k."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from tests.core.scoring.contact_world import (
    QUESTIONS,
    STUDY,
    TOUCHPOINTS,
    TRUTH,
    batch,
    repeated,
    specification,
    wave,
    weighing,
)

from headwater.scoring import ContactPeriod, ContactQuestions, find_contacts, load_contacts, save_contacts
from headwater.scoring.contact_rows import read_contact_rows
from headwater.vocab import ContactFindings, InputError


def found(periods: list[ContactPeriod], questions: ContactQuestions = QUESTIONS) -> ContactFindings:
    return find_contacts(
        periods, study=STUDY, wave=wave(len(periods)), questions=questions, specification=specification()
    )


@pytest.fixture(scope="module")
def curve() -> ContactFindings:
    return found(repeated(5, customers=1600))


@pytest.fixture(scope="module")
def weights() -> ContactFindings:
    return found(weighing(7))


def test_the_curve_of_repeated_contacts_is_recovered(curve: ContactFindings) -> None:
    repeats = curve.repeats
    assert repeats is not None
    assert repeats.design == "within customers"
    assert [step.number for step in repeats.steps] == [1, 2, 3, 4]
    assert [step.is_more for step in repeats.steps] == [False, False, False, True]
    # Answers end at 10 and are whole numbers, so the curve is a little flatter than the truth behind them.
    for step, truth in zip(repeats.steps, np.cumsum(TRUTH).tolist(), strict=True):
        assert step.curve_low - 0.1 <= truth <= step.curve_high + 0.1
        assert step.lasting is not None
    assert repeats.growth is not None
    assert repeats.growth_is_real
    assert repeats.growth[2] < 0
    assert repeats.additive_p is not None
    assert repeats.additive_p <= 0.01
    assert repeats.customers % 10 == 0


def test_weights_rank_as_the_truth_does_and_say_when_it_is_close(weights: ContactFindings) -> None:
    found = weights.weights
    assert found is not None
    assert found.design == "within customers"
    assert {one.touchpoint for one in found.weights} == set(TOUCHPOINTS)
    assert found.weights[0].touchpoint == "Complaint"
    assert found.weights[-1].touchpoint == "Phone"
    assert found.weights[0].low > found.weights[1].high
    assert not found.is_close
    assert sum(one.share for one in found.weights) == pytest.approx(100, abs=2)
    for one in found.weights:
        assert one.low <= one.share <= one.high
        assert one.slope_low <= one.slope <= one.slope_high
    slope = {one.touchpoint: one for one in found.weights}["Complaint"]
    assert slope.slope_low - 0.05 <= 0.7 <= slope.slope_high + 0.05


def test_a_contact_that_few_had_is_left_out_and_named() -> None:
    periods = weighing(9, customers=600)
    rare = batch([(f"{who:032x}", "Appeal", 2, 3) for who in range(30)])
    periods[-1] = ContactPeriod(periods[-1].key, [*periods[-1].batches, rare])
    weights = found(periods).weights
    assert weights is not None
    assert weights.left_out == ("Appeal",)
    assert all(one.touchpoint != "Appeal" for one in weights.weights)
    assert all(one.customers >= 50 for one in weights.weights)


def test_ratings_of_fewer_than_k_customers_in_a_wave_change_nothing() -> None:
    """Whoever knows two releases, with and without them, must not learn what those few said."""
    periods = weighing(3, customers=400)
    few = [batch([(f"{who:032x}", "Appeal", 1, None) for who in range(4)])]
    base, more = found(periods), found([*periods[:-1], ContactPeriod(periods[-1].key, [*periods[-1].batches, *few])])
    assert base.weights is not None
    assert more.weights is not None
    assert more.weights.weights == base.weights.weights


def test_too_few_customers_show_nothing_and_say_so() -> None:
    small = found(repeated(2, customers=80))
    assert small.weights is None
    assert small.repeats is None
    assert small.reasons == {"weights": "too_few", "repeats": "too_few"}


def test_without_touchpoints_there_is_still_a_curve() -> None:
    plain = found(repeated(4, customers=700), dataclasses.replace(QUESTIONS, touchpoint=""))
    assert plain.weights is None
    assert plain.reasons == {"weights": "no_touchpoints"}
    assert plain.repeats is not None


def test_rows_are_added_up_by_customer_and_wave_and_nameless_ones_left_out() -> None:
    one = batch(
        [("a", "Phone", 1, 4), ("a", "Counter", 5, 8), ("b", "Phone", 3, None), ("", "Phone", 1, 0), ("b", "", 4, 9)]
    )
    rows = read_contact_rows([ContactPeriod("w", [one])], QUESTIONS, specification())
    assert rows.outcome.tolist() == [6.0, 9.0]
    assert (rows.bad.tolist(), rows.good.tolist(), rows.contacts.tolist()) == ([1, 0], [1, 1], [2, 2])
    phone, counter = rows.touchpoints.index("Phone"), rows.touchpoints.index("Counter")
    assert rows.rated[:, phone].tolist() == [1, 1]
    assert rows.rated[:, counter].tolist() == [1, 0]
    assert rows.people[0, phone] == 2


def test_findings_are_the_same_after_saving_and_for_the_same_rows(curve: ContactFindings, tmp_path: Path) -> None:
    save_contacts(curve, tmp_path)
    assert load_contacts(tmp_path) == curve
    assert found(repeated(5, customers=1600)).inputs_hash == curve.inputs_hash
    assert found(repeated(6, customers=300)).inputs_hash != curve.inputs_hash
    (tmp_path / "contacts.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="no readable findings"):
        load_contacts(tmp_path)


def test_what_makes_no_sense_is_refused() -> None:
    periods = repeated(1, customers=120)
    with pytest.raises(InputError, match="anonymous"):
        find_contacts(
            periods,
            study=dataclasses.replace(STUDY, promise="anonymous"),
            wave=wave(5),
            questions=QUESTIONS,
            specification=specification(),
        )
    with pytest.raises(InputError, match="share a question"):
        found(periods, dataclasses.replace(QUESTIONS, relation="cx_satisfied"))
    with pytest.raises(InputError, match="no scale or question"):
        found(periods, dataclasses.replace(QUESTIONS, relation="nothing"))
    with pytest.raises(InputError, match="no rows"):
        found([ContactPeriod("w", [])])
    with pytest.raises(ValueError, match="bad and good at once"):
        ContactQuestions("cut:touchpoint", "a", "b", bad_to=4, good_from=4)
    with pytest.raises(ValueError, match="cut:<key>"):
        ContactQuestions("touchpoint", "a", "b", bad_to=2, good_from=4)


def test_no_number_of_customers_is_exact(curve: ContactFindings, weights: ContactFindings) -> None:
    assert curve.repeats is not None
    assert weights.weights is not None
    counts = [step.customers for step in curve.repeats.steps] + [one.customers for one in weights.weights.weights]
    assert all(count % 10 == 0 and count >= 50 for count in counts)
