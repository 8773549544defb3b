"""The brand reports wear: the organisation's own file, or the house's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headwater.reports.brand import Brand


def brand_of(path: Path | None) -> Brand:
    """Return the brand of a file, the house's when None. Raises InputError naming what is wrong in the file."""
    from headwater.reports.brand import Brand, load_brand

    return Brand() if path is None else load_brand(path)
