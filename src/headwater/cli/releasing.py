"""What was released, written down for the auditor: exactly what an outsider gets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from headwater.cli.results import RELEASED
from headwater.vocab import ScoreBook


def write_releases(books: Sequence[ScoreBook], folder: Path) -> None:
    """Write the releases of a result's books beside them."""
    from headwater.privacy.releases import write_release_folder

    write_release_folder(books, folder / RELEASED)
