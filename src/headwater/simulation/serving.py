"""Who serves whom inside the organisation, and how well: the truth behind internal service."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.naming import DIVISIONS
from headwater.simulation.staff import Staff
from headwater.vocab import FloatArray

SERVERS_A_TEAM = 3
"""Serving units that one team uses."""

SERVER_DEPTH = 2
"""Level of the serving units inside a support division."""

SERVER_SHARE = 0.7
"""Share of the variance of what a team receives that is the server's own; the rest is how the two get on."""


@dataclass(frozen=True)
class Serving:
    """Serving units, and the pairs of a served unit and a unit that serves it.

    servers: int32[S], tree numbers. served, server: int32[P], tree number of the served unit and position in `servers`
    of each pair, sorted by served unit. value: float64[W, P], what the served unit gets from the server, wave by wave.
    received, changes: float64[U] and float64[W, U], a unit's lasting mean over its servers and how it moves; NaN for
    units that nobody serves.
    """

    servers: NDArray[np.int32]
    served: NDArray[np.int32]
    server: NDArray[np.int32]
    value: FloatArray
    received: FloatArray
    changes: FloatArray

    def of_server(self, position: int) -> NDArray[np.int64]:
        """Return the pairs of one server."""
        return np.flatnonzero(self.server == position)


def serve(staff: Staff, waves: int, change: float, rng: np.random.Generator) -> Serving:
    """Draw who serves whom and how well.

    Units of the support divisions serve the teams that face customers. An organisation without a support division has
    its teams serve each other. change: standard deviation of a unit's changes over waves; lasting differences have 1.
    """
    servers = _servers(staff)
    served, server = _pairs(staff, servers, rng)
    units, pairs = len(staff.tree), len(served)
    count = np.bincount(served, minlength=units).astype(np.float64)
    has = count > 0

    def over_servers(raw: FloatArray) -> FloatArray:
        """A unit's mean over its servers, blown up to the variance of one pair."""
        total = np.bincount(served, raw, units)
        return np.where(has, total / np.sqrt(np.maximum(count, 1)), np.nan)

    def draw() -> FloatArray:
        own, luck = rng.standard_normal(len(servers)), rng.standard_normal(pairs)
        drawn: FloatArray = np.sqrt(SERVER_SHARE) * own[server] + np.sqrt(1 - SERVER_SHARE) * luck
        return drawn

    lasting = draw()
    received = over_servers(lasting)
    mean, spread = float(received[has].mean()), float(received[has].std()) or 1.0
    received = (received - mean) / spread
    value, changes = np.empty((waves, pairs)), np.empty((waves, units))
    for wave in range(waves):
        moved = change * draw()
        changes[wave] = over_servers(moved)
        whole = lasting + moved
        middle = np.bincount(served, whole, units) / np.maximum(count, 1)
        # The mean over a unit's servers is what the unit receives; servers lie around it as they differ.
        value[wave] = (received + changes[wave])[served] + whole - middle[served]
    return Serving(servers, served, server, value, received, changes)


def _servers(staff: Staff) -> NDArray[np.int32]:
    tree = staff.tree
    supporting = np.array([not DIVISIONS[number % len(DIVISIONS)][1] for number in staff.division]) & (tree.depth > 0)
    for depth in (SERVER_DEPTH, 1):
        found = np.flatnonzero(supporting & (tree.depth == depth))
        if found.size:
            return found.astype(np.int32)
    return np.flatnonzero(tree.size == 1)[: SERVERS_A_TEAM + 1].astype(np.int32)


def _pairs(
    staff: Staff, servers: NDArray[np.int32], rng: np.random.Generator
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Every team that faces customers uses a few servers, those of its division's choice most. Nobody serves itself."""
    tree = staff.tree
    ends = servers + tree.size[servers]
    favour = rng.gamma(1.5, 1.0, (int(staff.division.max()) + 1, len(servers)))
    served, server = [], []
    for unit in np.flatnonzero(staff.faces_customers):
        others = np.flatnonzero((unit < servers) | (unit >= ends))
        if others.size == 0:
            continue
        weight = favour[staff.division[unit]][others]
        used = rng.choice(others, min(SERVERS_A_TEAM, others.size), replace=False, p=weight / weight.sum())
        served += [unit] * len(used)
        server += sorted(used.tolist())
    return np.array(served, np.int32), np.array(server, np.int32)
