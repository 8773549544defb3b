"""Effects as they would be after many checks, and files of organisations that do not exist."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from headwater.rooms.prove.elsewhere.signing import file_of
from headwater.rooms.prove.logic.sharing import Action
from headwater.rooms.prove.logic.verdicts import VERDICTS, Verdict

YEAR = 2026
FAMILY = ("commitment", "lx", "points", "1-5")
TENTHS = (3, 2, 3, 1, 1, 0)


def key_of(name: str) -> Ed25519PrivateKey:
    """A key of an organisation, the same each time."""
    return Ed25519PrivateKey.from_private_bytes(name.encode().ljust(32, b".")[:32])


def row(mean: float = 0.2, error: float = 0.1, **changed: Any) -> dict[str, Any]:
    """One row as it leaves."""
    return {
        "action": "commitment",
        "about": "lx",
        "scale": {"unit": "points", "low": 1.0, "high": 5.0},
        "made_in": YEAR,
        "effects": "10-19",
        "units": "5-9",
        "mean": mean,
        "error": error,
        "spread": 0.1,
        "outcomes_of_ten": dict(zip(VERDICTS, TENTHS, strict=True)),
        **changed,
    }


def content(*rows: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """The content of a summary."""
    return {
        "edition": 1,
        "year": YEAR,
        "invented": False,
        "licence": "CC0-1.0",
        "sector": "",
        "size": "",
        "waiting": 0,
        "rows": list(rows) or [row()],
        **changed,
    }


def file(name: str, *rows: dict[str, Any], **changed: Any) -> bytes:
    """A summary of an organisation as a file."""
    return file_of(content(*rows, **changed), key_of(name))


def actions(
    number: int,
    *,
    value: Callable[[int], float] = lambda at: 0.1 * (at % 4),
    se: Callable[[int], float] = lambda at: 0.1,
    unit: Callable[[int], str] = lambda at: f"u{at}",
    verdict: Callable[[int], Verdict] = lambda at: "worked",
) -> list[Action]:
    """As many actions with effects of one family."""
    return [Action(FAMILY, verdict(at), unit(at), (1.0, 5.0), value(at), se(at)) for at in range(number)]
