"""Writing a finished file: aside first, then renamed, so that nobody ever finds half of one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import IO


def write_whole(target: str | Path | IO[bytes], data: bytes) -> None:
    """Write bytes to a path or an open binary file. A path is replaced in one step or not at all."""
    if not isinstance(target, (str, Path)):
        target.write(data)
        return
    place = Path(target)
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(prefix=f".{place.name}.", suffix=".part", dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(aside, 0o644)
        os.replace(aside, place)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
