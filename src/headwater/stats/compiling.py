"""Loops over large arrays, compiled when that pays.

Loops are written as plain functions. A small table runs them as they are: numba is heavy, and is imported for the first
large one. Both ways run the same lines.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

COMPILED_FROM = 1_000
"""Steps from which a compiled loop is worth importing numba for."""


def run(loop: Callable[..., Any], *given: Any, size: int) -> Any:
    """Run a loop over arrays. size: about how many steps it takes."""
    return (_compiled(loop) if size >= COMPILED_FROM else loop)(*given)


@lru_cache
def _compiled(loop: Callable[..., Any]) -> Callable[..., Any]:
    import numba as nb

    made: Callable[..., Any] = nb.njit(nogil=True, cache=True, error_model="numpy")(loop)
    return made
