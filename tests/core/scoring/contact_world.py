"""Customers of a confidential study with a known relation: rows as the room keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from headwater.instruments import load_instrument
from headwater.scoring import ContactPeriod, ContactQuestions, Specification, specify
from headwater.vocab import Cut, Study, Wave

TOUCHPOINTS = ("Opening", "Counter", "Phone", "Complaint")
WEIGHTS = np.array([0.2, 0.3, 0.1, 0.7])
"""Points of the relation for a point of the rating of each touchpoint, while it is the latest there."""
TRUTH = np.array([-0.3, -0.4, -0.9, -0.2])

STUDY = Study("contacts", "Contacts", "confidential", cuts=(Cut("touchpoint", "Touchpoint", TOUCHPOINTS),))
QUESTIONS = ContactQuestions("cut:touchpoint", "cx_satisfaction", "cx_recommend", bad_to=2, good_from=4)


def specification() -> Specification:
    """That of the two customer questionnaires asked together."""
    return specify([load_instrument("cx_contact"), load_instrument("cx_relationship")])


def wave(number: int) -> Wave:
    """A wave of the study."""
    return Wave("contacts", f"wave-{number}", f"Wave {number}", number)


def batch(rows: Sequence[tuple[str, str, int | None, int | None]]) -> Any:
    """One record batch of (respondent, touchpoint, satisfaction, recommendation)."""
    who, touch, rating, relation = zip(*rows, strict=True)
    return pa.record_batch(
        {
            "respondent": pa.array(list(who), pa.string()),
            "c_touchpoint": pa.array([one or None for one in touch], pa.string()).dictionary_encode(),
            "i_cx_satisfied": pa.array(list(rating), pa.int8()),
            "i_cx_recommend_us": pa.array(list(relation), pa.int8()),
        }
    )


def repeated(seed: int, *, customers: int = 900, periods: int = 5) -> list[ContactPeriod]:
    """Each bad contact takes from the recommendation, the third most; the touchpoint does not matter."""
    rng = np.random.default_rng(seed)
    own, prone = rng.normal(7.5, 1.2, customers), rng.uniform(0.1, 0.5, customers)
    bad = np.zeros(customers, np.int64)
    made = []
    for period in range(periods):
        rows = []
        for who in range(customers):
            for _ in range(int(rng.integers(0, 3))):
                is_bad = rng.random() < prone[who]
                bad[who] += is_bad
                rating = int(rng.integers(1, 3)) if is_bad else int(rng.integers(4, 6))
                level = own[who] + TRUTH[: min(int(bad[who]), 4)].sum() + rng.normal(0, 0.7)
                said = int(np.clip(round(level), 0, 10))
                rows.append((f"{who:032x}", TOUCHPOINTS[int(rng.integers(0, 4))], rating, said))
        made.append(ContactPeriod(f"wave-{period + 1}", [batch(rows)]))
    return made


def weighing(seed: int, *, customers: int = 1500, periods: int = 4) -> list[ContactPeriod]:
    """The relation is the sum of what was met so far, weighed by WEIGHTS; not everybody has had every contact."""
    rng = np.random.default_rng(seed)
    own = rng.normal(5.5, 1.0, customers)
    total, count = np.zeros((customers, 4)), np.zeros((customers, 4))
    chances = np.array([0.2, 0.4, 0.3, 0.2])
    made = []
    for period in range(periods):
        rows = []
        for who in range(customers):
            for place in np.flatnonzero(rng.random(4) < chances).tolist():
                rating = int(rng.integers(1, 6))
                total[who, place] += rating
                count[who, place] += 1
                met = np.where(count[who] > 0, total[who] / np.maximum(count[who], 1) - 3, 0.0)
                said = int(np.clip(round(own[who] + float(met @ WEIGHTS) + rng.normal(0, 0.5)), 0, 10))
                rows.append((f"{who:032x}", TOUCHPOINTS[place], rating, said))
        made.append(ContactPeriod(f"wave-{period + 1}", [batch(rows)]))
    return made
