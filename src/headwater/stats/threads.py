"""Work on large arrays at once, in threads.

Array arithmetic and compiled loops of some size run outside the interpreter's lock, so threads share them out over
cores without a copy of anything. What a thing gives does not depend on the others, nor on how many cores there are.
Small arrays gain nothing: they are worked on one after the other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

MOST_THREADS = 4
"""Beyond these, memory is the narrow place, and the process serves pages as well."""

THREADS_FROM = 1_000
"""Numbers in one array from which threads are worth their switching."""

Thing = TypeVar("Thing")
Result = TypeVar("Result")
Other = TypeVar("Other")


def in_threads(work: Callable[[Thing], Result], things: Sequence[Thing], *, size: int) -> list[Result]:
    """Return what `work` gives for each thing, in order. size: about how many numbers its arrays have.

    Raises what the first thing that fails raises.
    """
    threads = min(len(things), os.cpu_count() or 1, MOST_THREADS) if size >= THREADS_FROM else 1
    if threads < 2:
        return [work(thing) for thing in things]
    with ThreadPoolExecutor(max_workers=threads) as pool:
        return list(pool.map(work, things))


def both(first: Callable[[], Result], second: Callable[[], Other], *, size: int) -> tuple[Result, Other]:
    """Return what two functions give, which run at the same time. size: as in `in_threads`.

    Raises what the first raises, else what the second does, once both have ended.
    """
    if size < THREADS_FROM:
        return first(), second()
    with ThreadPoolExecutor(max_workers=1) as pool:
        beside = pool.submit(second)
        return first(), beside.result()
