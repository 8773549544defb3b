"""Headwater: leadership experience, employee experience, customer experience and results, one loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from headwater.notebooks import House

__version__ = "0.1.0"


def open(folder: str | Path) -> House:  # noqa: A001  # `headwater.open`, as one opens a file
    """Open a folder with released results, for a notebook. Raises InputError where nothing was released."""
    from headwater.notebooks import open_house

    return open_house(folder)
