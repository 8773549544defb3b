"""Golden pictures: marks compared one by one, numbers to half a px, so that only a change of the drawing shows."""

from __future__ import annotations

import os
import re
from pathlib import Path

EXPECTED = Path(__file__).with_name("expected")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
TOLERANCE = 0.5


def assert_golden(name: str, svg: str) -> None:
    """Compare with the kept picture; HEADWATER_UPDATE_GOLDEN=1 writes it anew."""
    lines = re.sub(r">\s*<", ">\n<", svg)
    place = EXPECTED / f"{name}.svg"
    if os.environ.get("HEADWATER_UPDATE_GOLDEN") == "1":
        place.parent.mkdir(exist_ok=True)
        place.write_text(lines + "\n", "utf-8")
    kept = place.read_text("utf-8").rstrip("\n").splitlines()
    made = lines.splitlines()
    for at, (old, new) in enumerate(zip(kept, made, strict=False), 1):
        assert NUMBER.sub("0", old) == NUMBER.sub("0", new), f"{name}.svg line {at}"
        pairs = zip(NUMBER.findall(old), NUMBER.findall(new), strict=True)
        assert all(abs(float(a) - float(b)) <= TOLERANCE for a, b in pairs), f"{name}.svg line {at}: {new}"
    assert len(kept) == len(made), f"{name}.svg has another number of marks"
