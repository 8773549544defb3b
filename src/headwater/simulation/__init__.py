"""A seeded organisation with a known truth, for the demonstration, for tests and for benchmarks."""

from headwater.simulation.truth import Strengths, Turn
from headwater.simulation.world import (
    CUSTOMER_INSTRUMENTS,
    CUTS,
    EMPLOYEE_INSTRUMENTS,
    SERVICE_INSTRUMENTS,
    SimulationPlan,
    World,
    simulate,
)

__all__ = [
    "CUSTOMER_INSTRUMENTS",
    "CUTS",
    "EMPLOYEE_INSTRUMENTS",
    "SERVICE_INSTRUMENTS",
    "SimulationPlan",
    "Strengths",
    "Turn",
    "World",
    "simulate",
]
