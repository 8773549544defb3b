"""Files opened once and kept for all attacks that read them, as long as they are small."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from headwater.privacy.audit.evidence import Evidence
from headwater.privacy.audit.unpacking import Piece, unfold


def pieces_of(evidence: Evidence, path: Path) -> Iterator[Piece]:
    """Yield a file and everything inside it. The file opened last is kept, so attacks file by file open it once."""
    if evidence.opened is None or evidence.opened[0] != path:
        evidence.opened = (path, tuple(unfold(path, evidence.name(path))))
    yield from evidence.opened[1]
