"""Invented names for an invented organisation."""

from __future__ import annotations

import numpy as np

from headwater.vocab.wide import IntArray

ORGANISATION = "Harbour Transit"

DIVISIONS: tuple[tuple[str, bool], ...] = (
    ("Trams", True),
    ("Buses", True),
    ("Ferries", True),
    ("Works", False),
    ("Stations", True),
    ("Night Lines", True),
    ("People and Finance", False),
    ("Customer Centre", True),
)
"""Divisions, and whether they face customers."""

PLACES = (
    "North", "Quayside", "Old Mill", "Harbour Gate", "Eastfield", "Lockside", "Hill Road", "South Pier", "Market",
    "Westbank", "Lighthouse", "Canal Yard", "Ropewalk", "Granary", "Saltmarsh", "Bridge End", "Fisher Row", "Dock Nine",
    "Orchard", "Tollgate", "Foundry", "Weir", "Cooper Lane", "Gasworks", "Chapel", "Long Meadow", "Kiln", "Signal Box",
)  # fmt: skip

KINDS = ("Depot", "Crew", "Team", "Shift", "Group", "Desk", "Cell")

FIRST_NAMES = (
    "Ines", "Tomas", "Amara", "Jonas", "Leila", "Mateo", "Freya", "Omar", "Clara", "Diego", "Hana", "Luka", "Marta",
    "Noor", "Piet", "Rosa", "Samir", "Tilda", "Umar", "Vera", "Willem", "Yara", "Zoran", "Alba", "Bruno", "Celia",
    "Dario", "Elif", "Farid", "Greta", "Hugo", "Iris", "Jamal", "Kaia", "Levi", "Mina", "Nadia", "Otto", "Paula",
    "Rafik",
)  # fmt: skip

LAST_NAMES = (
    "Aalto", "Barros", "Castell", "Dahl", "Ekker", "Ferro", "Garrido", "Haddad", "Ivers", "Jansen", "Kovac",
    "Lindqvist",
    "Moreau", "Nassar", "Okafor", "Pereira", "Quist", "Rahimi", "Solberg", "Tamm", "Ursu", "Vidal", "Wray", "Xanthos",
    "Ybarra", "Zeller", "Abebe", "Brandt", "Cisse", "Duarte", "Eriksen", "Falk", "Grimaldi", "Holm", "Ito", "Jurado",
)  # fmt: skip


def person_names(count: int, rng: np.random.Generator) -> list[str]:
    """Return `count` invented names; names may repeat, ids do not."""
    first = rng.integers(0, len(FIRST_NAMES), count).tolist()
    last = rng.integers(0, len(LAST_NAMES), count).tolist()
    return [f"{FIRST_NAMES[a]} {LAST_NAMES[b]}" for a, b in zip(first, last, strict=True)]


def unit_names(parent: IntArray, depth: IntArray, division: IntArray) -> list[str]:
    """Name every unit by its division, place and number, each once. Arrays are int[U] in an order of parents first."""
    names: list[str] = []
    taken: dict[str, int] = {}
    for number in range(len(parent)):
        if depth[number] == 0:
            names.append(ORGANISATION)
            continue
        if depth[number] == 1:
            base = DIVISIONS[division[number] % len(DIVISIONS)][0]
        else:
            kind = KINDS[min(int(depth[number]) - 2, len(KINDS) - 1)]
            place = PLACES[number % len(PLACES)]
            base = f"{DIVISIONS[division[number] % len(DIVISIONS)][0]} {place} {kind.lower()}"
        taken[base] = taken.get(base, 0) + 1
        names.append(base if taken[base] == 1 else f"{base} {taken[base]}")
    return names
