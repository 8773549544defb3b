"""How large an input may be before it is refused unread."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one input file. Counts include the header."""

    file_bytes: int = 1 << 30
    """Size of the file on disk."""
    columns: int = 4_000
    rows: int = 5_000_000
    cells: int = 400_000_000
    field_characters: int = 100_000
    """Longest single cell."""
    sheet_cells: int = 10_000_000
    """Cells of an XLSX sheet: sheets are read far more slowly than CSV."""
    unpacked_bytes: int = 1 << 30
    """Size of an XLSX file once unpacked."""
    unpacked_ratio: int = 250
    """How many times larger an XLSX part may become when unpacked, once it is larger than 10 MB."""
    parts: int = 5_000
    """Files inside an XLSX file."""


DEFAULT_LIMITS = Limits()
