"""The known truth: what every team is really like, wave by wave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.serving import Serving
from headwater.simulation.staff import Staff
from headwater.vocab import FloatArray


@dataclass(frozen=True)
class Strengths:
    """How strongly each stage of the chain moves the next, as correlations of the true unit values.

    `across` holds for the lasting differences between units, `within` for the changes of one unit over waves. They
    differ on purpose: comparing units with each other overstates what a change would bring.
    """

    led_to_work_across: float = 0.65
    led_to_work_within: float = 0.50
    work_to_served_across: float = 0.45
    work_to_served_within: float = 0.15
    service_to_served_across: float = 0.30
    service_to_served_within: float = 0.20
    served_to_result_across: float = 0.50
    served_to_result_within: float = 0.25
    change: float = 0.6
    """Standard deviation of a unit's changes over waves; lasting differences have 1."""


@dataclass(frozen=True)
class Turn:
    """Something that happened to one division and stays: how its people are led moves from one wave on.

    division: number among the divisions of the organisation; one that it does not have changes nothing. wave: the first
    that feels it, from 0. size: in standard deviations of the lasting differences between units. theme: what its people
    then write about most, "" for anything.
    """

    division: int
    wave: int
    size: float
    theme: str = ""


@dataclass(frozen=True)
class Truth:
    """True values of every unit: float64[W waves, U units] each, lasting part plus change.

    led: being led. work: working here. service: service received from inside. served: customers' experience. result.
    """

    strengths: Strengths
    led: FloatArray
    work: FloatArray
    service: FloatArray
    served: FloatArray
    result: FloatArray


def live(
    staff: Staff,
    waves: int,
    strengths: Strengths,
    serving: Serving,
    rng: np.random.Generator,
    turns: Sequence[Turn] = (),
) -> Truth:
    """Draw the truth. Lasting values have variance 1 over units and lean on the unit above (correlation .5).

    The service a unit receives is that of its servers; units that nobody serves get a draw of their own. A turn moves
    how people are led by its size and what it is like to work there as far as `led_to_work_across` says; from there it
    goes on downstream as any change does.
    """
    tree, units = staff.tree, len(staff.tree)
    led = np.zeros(units)
    noise = rng.standard_normal(units)
    led[0] = noise[0]
    for unit in range(1, units):
        led[unit] = 0.5 * led[tree.parent[unit]] + np.sqrt(0.75) * noise[unit]
    led = (led - led.mean()) / led.std()
    service = rng.standard_normal(units)
    service = np.where(np.isnan(serving.received), service, serving.received)
    s = strengths

    def lasting(*causes: tuple[float, FloatArray]) -> FloatArray:
        total = sum((weight * value for weight, value in causes), np.zeros(units))
        rest = max(0.0, 1 - sum(weight**2 for weight, _ in causes))
        drawn: FloatArray = total + np.sqrt(rest) * rng.standard_normal(units)
        return drawn

    work = lasting((s.led_to_work_across, led))
    served = lasting((s.work_to_served_across, work), (s.service_to_served_across, service))
    result = lasting((s.served_to_result_across, served))

    def changes(*causes: tuple[float, FloatArray]) -> FloatArray:
        total = sum((weight * value for weight, value in causes), np.zeros((waves, units)))
        rest = max(0.0, 1 - sum(weight**2 for weight, _ in causes))
        drawn: FloatArray = total + s.change * np.sqrt(rest) * rng.standard_normal((waves, units))
        return drawn

    led_change, service_change = changes(), changes()
    service_change = np.where(np.isnan(serving.changes), service_change, serving.changes)
    work_change = changes((s.led_to_work_within, led_change))
    for turn in turns:
        led_change[turn.wave :, turned_units(staff, turn)] += turn.size
        work_change[turn.wave :, turned_units(staff, turn)] += s.led_to_work_across * turn.size
    served_change = changes((s.work_to_served_within, work_change), (s.service_to_served_within, service_change))
    result_change = changes((s.served_to_result_within, served_change))
    return Truth(
        strengths,
        led + led_change,
        work + work_change,
        service + service_change,
        served + served_change,
        result + result_change,
    )


def turned_units(staff: Staff, turn: Turn) -> NDArray[np.int64]:
    """Return the units that a turn moves: its division with all below."""
    return np.flatnonzero((staff.division == turn.division) & (staff.tree.depth > 0))
