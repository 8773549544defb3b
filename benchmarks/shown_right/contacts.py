"""Whether the model of repeated contacts recovers its curve."""

from __future__ import annotations

import numpy as np

from benchmarks.shown_right.claims import Claim, mean_of, share_of
from headwater.scoring.contacts import LEAST_MOVED, MOST_STEPS
from headwater.simulation.contacts import BAD_STEPS
from headwater.stats import contact_doses, repeated_contact_effects
from headwater.stats.repeated_contacts import RepeatedContacts
from headwater.vocab import FloatArray

SEED = 405
CUSTOMERS, PERIODS = 900, 6
ANSWERING = 0.85
NEVER = np.zeros(MOST_STEPS)
EQUAL = np.full(MOST_STEPS, -0.3)
GROWING = -np.array([*BAD_STEPS, BAD_STEPS[-1]][:MOST_STEPS])
"""What each further bad contact takes, as in `headwater.simulation.contacts`."""


def estimate(steps: FloatArray, seed: int) -> RepeatedContacts:
    """Draw customers and estimate the curve as `find_contacts` does.

    Customers who are worse off meet more bad contacts, so comparing customers would mislead. Contacts of one period are
    one to three, each answered right after; the mean of the period is kept, and one in seven periods is not answered.
    A good contact adds .1; every period has a level of its own.
    """
    rng = np.random.default_rng([SEED, seed])
    own = rng.normal(0, 1.2, CUSTOMERS)
    prone = np.clip(0.3 - 0.08 * own, 0.03, 0.8)
    taken = np.concatenate([[0.0], np.cumsum(steps)])
    bad_so_far, good_so_far = np.zeros(CUSTOMERS, np.int64), np.zeros(CUSTOMERS, np.int64)
    rows = []
    for period in range(PERIODS):
        number = rng.integers(1, 4, CUSTOMERS)
        total, bad, good = np.zeros(CUSTOMERS), np.zeros(CUSTOMERS, np.int64), np.zeros(CUSTOMERS, np.int64)
        for contact in range(3):
            here = contact < number
            is_bad = here & (rng.random(CUSTOMERS) < prone)
            is_good = here & ~is_bad & (rng.random(CUSTOMERS) < 0.8)
            bad, good = bad + is_bad, good + is_good
            bad_so_far, good_so_far = bad_so_far + is_bad, good_so_far + is_good
            level = own + taken[np.minimum(bad_so_far, len(steps))] + 0.1 * good_so_far + 0.2 * np.sin(period)
            total += np.where(here, level + rng.normal(0, 0.8, CUSTOMERS), 0.0)
        said = np.where(rng.random(CUSTOMERS) < ANSWERING, total / number, np.nan)
        rows.append(np.column_stack([said, bad, good, number, np.arange(CUSTOMERS), np.full(CUSTOMERS, period)]))
    outcome, *counts = np.concatenate(rows).T
    bad, good, number, who, when = (part.astype(np.int64) for part in counts)
    doses = contact_doses(outcome, bad, good, number, who, when, most=MOST_STEPS)
    return repeated_contact_effects(doses, least=LEAST_MOVED)


def run(worlds: int) -> tuple[Claim, ...]:
    """Three kinds of worlds: the third bad contact takes four times the first; all take alike; none takes anything."""
    claims: list[Claim] = []
    ordinal = ("first", "second", "third", "fourth and each further")
    grown, equal, nothing = (
        [estimate(steps, 10_000 * kind + world) for world in range(worlds)]
        for kind, steps in enumerate((GROWING, EQUAL, NEVER))
    )
    for place, truth in enumerate(GROWING):
        reached = [one for one in grown if len(one.step) == MOST_STEPS]
        held = [one.step_lower[place] <= truth <= one.step_upper[place] for one in reached]
        name = f"95% range of what the {ordinal[place]} bad contact takes"
        claims.append(Claim(name, 95.0, "at least", share_of(held, np.ones(len(held))), 2.0, len(held)))
        mean = mean_of([one.step[place] for one in reached])
        name = f"What the {ordinal[place]} bad contact takes"
        claims.append(Claim(name, float(truth), "equal", mean, 0.03, len(held), "points"))
    growth = [one.growth for one in grown if one.growth is not None]
    held = [one.lower <= float(GROWING[2] - GROWING[0]) <= one.upper for one in growth]
    claims.append(
        Claim(
            "95% range of the third less the first",
            95.0,
            "at least",
            share_of(held, np.ones(len(held))),
            2.0,
            len(held),
        )
    )
    seen = [one.upper < 0 for one in growth]
    claims.append(
        Claim("That the third takes more is said where it does", float("nan"), "told",
              share_of(seen, np.ones(len(seen))), 0.0, len(seen))
    )  # fmt: skip
    alike = [one.additivity[3] < 0.05 for one in equal if one.additivity is not None]
    claims.append(
        Claim(
            "Steps called unlike where all take alike",
            5.0,
            "at most",
            share_of(alike, np.ones(len(alike))),
            2.0,
            len(alike),
        )
    )
    invented = [one.step_lower[0] > 0 or one.step_upper[0] < 0 for one in nothing]
    claims.append(
        Claim("A first step seen where no contact takes anything", 5.0, "at most",
              share_of(invented, np.ones(len(invented))), 2.0, len(invented))
    )  # fmt: skip
    return tuple(claims)
