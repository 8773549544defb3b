"""Two invented summaries, marked as invented in the file itself, so that there is something to show.

They are signed by keys made from their names: nobody's real summary carries them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from headwater.rooms.people.models import User
from headwater.rooms.prove.elsewhere.services import bring_summary
from headwater.rooms.prove.elsewhere.signing import file_of

LEAD = "experience.lead@demo.example"


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Bring them, unless they are there."""
    lead = User.objects.filter(email=LEAD).first()
    if lead is None:
        return []
    for label, content in invented(now.year):
        bring_summary(raw=sample_file(label, content), label=label, actor=lead, now=now)
    return []


def sample_file(name: str, content: dict[str, Any]) -> bytes:
    """Return an invented summary as a file, signed by a key made from its name."""
    seed = hashlib.sha256(f"invented organisation: {name}".encode()).digest()
    return file_of(content, Ed25519PrivateKey.from_private_bytes(seed))


def invented(year: int) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Return name and content of two organisations that do not exist."""
    return (
        (
            "Example tramways (invented)",
            _content(year, "transport", "5000-19999", [
                _row(year, "commitment", "lx", "20-49", "10-19", 0.24, 0.07, 0.18, (4, 2, 2, 1, 1, 0)),
                _row(year, "visits", "ex", "10-19", "10-19", 0.03, 0.08, 0.14, (1, 1, 4, 1, 2, 1)),
            ]),
        ),
        (
            "Example hospital (invented)",
            _content(year, "health_care", "1000-4999", [
                _row(year, "commitment", "lx", "10-19", "5-9", 0.08, 0.11, 0.21, (2, 2, 4, 1, 1, 0)),
            ]),
        ),
    )  # fmt: skip


def _content(year: int, sector: str, size: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "edition": 1,
        "year": year,
        "invented": True,
        "licence": "CC0-1.0",
        "sector": sector,
        "size": size,
        "waiting": 1,
        "rows": rows,
    }


def _row(
    year: int,
    action: str,
    about: str,
    effects: str,
    units: str,
    mean: float,
    error: float,
    spread: float,
    outcomes: tuple[int, ...],
) -> dict[str, Any]:
    names = ("worked", "less", "none", "harm", "early", "untold")
    return {
        "action": action,
        "about": about,
        "scale": {"unit": "points", "low": 1.0, "high": 5.0},
        "made_in": year,
        "effects": effects,
        "units": units,
        "mean": mean,
        "error": error,
        "spread": spread,
        "outcomes_of_ten": dict(zip(names, outcomes, strict=True)),
    }
