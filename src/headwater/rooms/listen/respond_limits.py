"""Limits on what comes in, counted in the memory of each process.

Nothing of it is written down: a count kept by link would say when somebody answered. A link that was read counts by
itself, so nobody's haste hurts others behind the same address. An address counts for what no link stands for: forged
links, posters, wrong codes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """A bucket of `burst` that fills by `a_second`."""

    burst: float
    a_second: float


BY_LINK = Rate(60, 2)
BY_POSTER = Rate(300, 10)
BY_FORGED = Rate(300, 10)
MOST_KEYS = 50_000


class Buckets:
    """Token buckets by key; the ones unused longest are dropped first."""

    def __init__(self, rate: Rate) -> None:
        """Take the rate of every bucket."""
        self.rate = rate
        self._left: OrderedDict[bytes | str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: bytes | str, clock: float) -> bool:
        """Take one from a bucket. clock: seconds of a monotonic clock. Returns False when it is empty."""
        with self._lock:
            left, seen = self._left.pop(key, (self.rate.burst, clock))
            left = min(self.rate.burst, left + max(0.0, clock - seen) * self.rate.a_second)
            allowed = left >= 1
            self._left[key] = (left - 1 if allowed else left, clock)
            if len(self._left) > MOST_KEYS:
                self._left.popitem(last=False)
        return allowed

    def forget(self) -> None:
        """Empty the memory."""
        with self._lock:
            self._left.clear()


LINKS, POSTERS, FORGED = Buckets(BY_LINK), Buckets(BY_POSTER), Buckets(BY_FORGED)
"""Posts by link; posts by poster and address; forged links by address."""
