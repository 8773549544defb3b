"""Who rates which unit, where a study asks those who are served about the units that serve them.

Each person rates one unit, so that everybody stands once in the answers of a wave. What an answer carries, the team and
the unit rated, is shared by k and more of those asked: a team is split among the units that serve it only as far as
that holds. Which of them come first turns with the waves, so that in time each is rated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from headwater.vocab import IntArray, UnitTree

SERVER = "server"
"""The cut that names the unit rated."""

NOBODY = -1


def servers_of(services: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return the units that serve each unit served, by key, in the order in which they are named."""
    found: dict[str, list[str]] = {}
    for server, served in services.items():
        for unit in served:
            found.setdefault(unit, []).append(server)
    return {unit: tuple(servers) for unit, servers in found.items()}


def share_out(
    units: Sequence[str],
    services: Mapping[str, Sequence[str]],
    k: int,
    *,
    turn: int,
    generator: np.random.Generator,
) -> list[str]:
    """Return the unit that each person rates, by key; "" for those of a team that nobody serves or of fewer than k.

    units: each person's own unit. turn: how many waves were before.
    """
    servers = servers_of(services)
    keys, of = np.unique(np.array(units, object).astype(str), return_inverse=True)
    rated = [""] * len(units)
    for place, unit in enumerate(keys.tolist()):
        members = np.flatnonzero(of == place)
        serving = servers.get(unit, ())
        if not serving or len(members) < k:
            continue
        groups = min(len(serving), len(members) // k)
        for number, person in enumerate(generator.permutation(members).tolist()):
            rated[person] = serving[(turn * groups + number % groups) % len(serving)]
    return rated


def spread(tree: UnitTree, services: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return who serves whom with all units below those served, without the unit that serves and those below it.

    A unit that is not in the tree serves nobody and is served by nobody.
    """
    found: dict[str, tuple[str, ...]] = {}
    for server, served in services.items():
        own = tree.index_of.get(server)
        if own is None:
            continue
        rows: dict[int, None] = {}
        for unit in served:
            first = tree.index_of.get(unit)
            if first is not None:
                rows |= dict.fromkeys(range(first, first + int(tree.size[first])))
        found[server] = tuple(tree.ids[row] for row in sorted(rows) if not tree.is_within(row, own))
    return {server: served for server, served in found.items() if served}


def read_pairs(text: str, tree: UnitTree) -> tuple[dict[str, list[str]], list[str]]:
    """Read who serves whom as somebody wrote it: a line each, the unit that serves; a unit that it serves.

    Units are named by key, or by a name that only one unit has. Between them stands a semicolon or a tab. Returns the
    units served by each unit that serves, by key, and the lines that say nothing of the kind.
    """
    names: dict[str, list[str]] = {}
    for key, name in zip(tree.ids, tree.names, strict=True):
        names.setdefault(name.casefold(), []).append(key)

    def known(word: str) -> str:
        if word in tree.index_of:
            return word
        found = names.get(word.casefold(), [])
        return found[0] if len(found) == 1 else ""

    services: dict[str, list[str]] = {}
    wrong = []
    for line in filter(None, map(str.strip, text.splitlines())):
        parts = [known(part.strip()) for part in line.replace("\t", ";").split(";")]
        if len(parts) != 2 or not all(parts):
            wrong.append(line)
        elif parts[1] not in services.setdefault(parts[0], []):
            services[parts[0]].append(parts[1])
    return services, wrong


def written_pairs(services: Mapping[str, Sequence[str]], tree: UnitTree) -> str:
    """Write who serves whom as `read_pairs` reads it: names where only one unit has them, else keys."""

    def name(key: str) -> str:
        said = tree.names[tree.index_of[key]] if key in tree.index_of else key
        return said if tree.names.count(said) == 1 and ";" not in said else key

    return "\n".join(f"{name(server)}; {name(unit)}" for server, served in services.items() for unit in served)


def impossible_pairs(tree: UnitTree, services: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Return pairs (serving, served) of units that are not open, or of which the served lies in the serving one."""
    wrong = []
    for server, served in services.items():
        for unit in served:
            known = server in tree.index_of and unit in tree.index_of
            if not known or tree.is_within(tree.index_of[unit], tree.index_of[server]):
                wrong.append((server, unit))
    return wrong


def asked_about(units: Sequence[str], services: Mapping[str, Sequence[str]]) -> IntArray:
    """Return int64[M], positions of the people whose unit is served by some unit."""
    known = servers_of(services)
    return np.array([place for place, unit in enumerate(units) if unit in known], np.int64)
