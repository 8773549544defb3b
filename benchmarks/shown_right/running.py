"""The parts, and one of them run: a module of its own, because new processes load it by name."""

from __future__ import annotations

import time
from collections.abc import Callable

from benchmarks.shown_right import contacts, drivers, effects, flags, importance, intervals, river, sameness
from benchmarks.shown_right.claims import Claim, Part

PARTS: dict[str, tuple[str, Callable[[int], tuple[Claim, ...]], int, int, int]] = {
    "intervals": ("Intervals cover", intervals.run, intervals.SEED, 1000, 6),
    "flags": ("Flags keep their false-discovery rate", flags.run, flags.SEED, 60, 4),
    "drivers": ("Drivers rank right as often as they claim", drivers.run, drivers.SEED, 7000, 20),
    "river": ("The River finds the links that are there", river.run, river.SEED, 150, 1),
    "contacts": ("Repeated contacts give their curve back", contacts.run, contacts.SEED, 2400, 15),
    "effects": ("Checks of actions say what is there", effects.run, effects.SEED, 2400, 60),
    "importance": ("Like-minded people are found, not invented", importance.run, importance.SEED, 80, 1),
    "sameness": ("Questions that mean the same are left alone", sameness.run, sameness.SEED, 400, 4),
}
"""Title, what runs, seed, and how many worlds in full and quickly."""


def work_out(key: str, quick: bool) -> Part:
    """Run one part."""
    title, run, seed, full, few = PARTS[key]
    began = time.perf_counter()
    claims = run(few if quick else full)
    return Part(key, title, claims, seed, time.perf_counter() - began)
