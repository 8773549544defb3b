"""What happens beside the surveys: injuries, visits, stakeholders, people who leave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.staff import Staff
from headwater.simulation.truth import Truth
from headwater.vocab import FloatArray

HOURS_PER_WAVE = 460.0
"""Hours one person works in a quarter."""

INJURIES_PER_200_000_HOURS = 4.0
QUARTERLY_LEAVING = 0.03

ATTITUDES = ("unaware", "resistant", "neutral", "supportive", "leading")


@dataclass(frozen=True)
class Incident:
    """One injury."""

    unit: str
    wave: int
    kind: str
    days_away: int


@dataclass(frozen=True)
class Visit:
    """One front-line visit of a leader: what was raised there and what became of it."""

    leader: str
    unit: str
    wave: int
    people_met: int
    issues_raised: int
    issues_answered: int
    issues_closed: int


@dataclass(frozen=True)
class Stakeholder:
    """A leader whose decision matters: power, legitimacy and urgency 0 to 1, attitude now."""

    person: str
    name: str
    power: float
    legitimacy: float
    urgency: float
    attitude: str
    minutes_a_week: int


def injuries(staff: Staff, truth: Truth, rng: np.random.Generator) -> tuple[Incident, ...]:
    """Draw injuries by unit and wave: Poisson, fewer where people are led well."""
    size = np.bincount(staff.team[1:], minlength=len(staff.tree)).astype(float)
    found = []
    for wave in range(truth.led.shape[0]):
        rate = INJURIES_PER_200_000_HOURS / 200_000 * HOURS_PER_WAVE * size * np.exp(-0.3 * truth.led[wave])
        cases = rng.poisson(rate)
        for unit in np.flatnonzero(cases):
            for _ in range(int(cases[unit])):
                away = int(rng.geometric(0.15)) if rng.random() < 0.5 else 0
                kind = "days away" if away else ("restricted" if rng.random() < 0.3 else "other")
                found.append(Incident(staff.tree.ids[unit], wave, kind, away))
    return tuple(found)


def visits(staff: Staff, truth: Truth, rng: np.random.Generator) -> tuple[Visit, ...]:
    """Draw visits of the upper leaders to front-line teams."""
    upper = np.flatnonzero(staff.tree.depth <= 2)
    teams = np.flatnonzero(staff.tree.size == 1)
    found = []
    for wave in range(truth.led.shape[0]):
        for unit in upper:
            for _ in range(int(rng.poisson(1.2))):
                below = teams[(teams >= unit) & (teams < unit + staff.tree.size[unit])]
                if below.size == 0:
                    continue
                team = int(rng.choice(below))
                raised = int(rng.poisson(2.5))
                answered = int(rng.binomial(raised, 0.7))
                found.append(
                    Visit(
                        staff.ids[int(staff.leads[unit])],
                        staff.tree.ids[team],
                        wave,
                        int(rng.integers(2, 9)),
                        raised,
                        answered,
                        int(rng.binomial(answered, 0.6)),
                    )
                )
    return tuple(found)


def stakeholders(staff: Staff, rng: np.random.Generator) -> tuple[Stakeholder, ...]:
    """Draw the leaders of the two highest levels as stakeholders."""
    found = []
    for unit in np.flatnonzero(staff.tree.depth <= 1):
        person = int(staff.leads[unit])
        power = float(np.clip(0.95 - 0.25 * staff.tree.depth[unit] + 0.1 * rng.standard_normal(), 0, 1))
        found.append(
            Stakeholder(
                staff.ids[person],
                staff.names[person],
                round(power, 2),
                round(float(rng.uniform(0.4, 1.0)), 2),
                round(float(rng.uniform(0.1, 0.9)), 2),
                ATTITUDES[int(rng.choice(5, p=[0.2, 0.15, 0.35, 0.25, 0.05]))],
                int(rng.integers(10, 60)),
            )
        )
    return tuple(found)


def leavers(staff: Staff, truth: Truth, rng: np.random.Generator) -> tuple[NDArray[np.int64], ...]:
    """Return, by wave, who leaves before the next: people in badly led teams leave more. The top leader stays."""
    gone = np.zeros(len(staff), bool)
    found = []
    for wave in range(truth.led.shape[0]):
        led = np.concatenate([[0.0], truth.led[wave][staff.team[1:]]])
        chance = QUARTERLY_LEAVING * np.exp(-0.35 * led)
        chance[0] = 0.0
        leaves = ~gone & (rng.random(len(staff)) < chance)
        leaves[staff.leads] = False
        gone |= leaves
        found.append(np.flatnonzero(leaves))
    return tuple(found)


def results_table(
    staff: Staff,
    truth: Truth,
    happened: tuple[Incident, ...],
    left: tuple[NDArray[np.int64], ...],
    rng: np.random.Generator,
) -> dict[str, FloatArray]:
    """Return figures by unit and wave, float64[U, W]: on time (percent), absence (percent), left, injuries, hours.

    On time is NaN for units that serve no customers.
    """
    waves, units = truth.led.shape
    size = np.bincount(staff.team[1:], minlength=units).astype(float)
    noise = rng.standard_normal((waves, units))
    on_time = np.clip(86 + 4.0 * truth.result + 1.5 * noise, 40, 99.5)
    on_time[:, ~staff.faces_customers] = np.nan
    absence = np.clip(5.2 - 0.8 * truth.work + 0.8 * rng.standard_normal((waves, units)), 0.2, 25)
    injured, gone = np.zeros((units, waves)), np.zeros((units, waves))
    for incident in happened:
        injured[staff.tree.index_of[incident.unit], incident.wave] += 1
    for wave, people in enumerate(left):
        np.add.at(gone[:, wave], staff.team[people], 1)
    hours = np.repeat((size * HOURS_PER_WAVE)[:, None], waves, axis=1)
    return {
        "on_time": np.round(on_time.T, 2),
        "absence": np.round(absence.T, 2),
        "left": gone,
        "injuries": injured,
        "hours": hours,
    }
