"""The name of a delivery: a digest of its rows that says nothing of their order."""

from __future__ import annotations

import hashlib
import json

import numpy as np
from numpy.typing import NDArray

from headwater.vocab import AnswerTable

Bits = NDArray[np.uint64]

_SEEDS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))


def _mix(bits: Bits) -> Bits:
    """Spread every bit over all 64 (the finaliser of SplitMix64, Steele and others 2014)."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


def _word(text: str) -> np.uint64:
    return np.uint64(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little"))


def _words(texts: tuple[str, ...]) -> Bits:
    return np.array([_word(text) for text in texts], np.uint64)


def _columns(table: AnswerTable) -> list[tuple[str, Bits]]:
    """Every column as 64 bits a row. Equal answers give equal bits, whatever the numbering of units and levels."""
    found = [("unit", _words(table.unit_ids)[table.unit])]
    found += [(f"i_{key}", codes.astype(np.int64).view(np.uint64)) for key, codes in sorted(table.items.items())]
    found += [(f"s_{key}", values.astype(np.int64).view(np.uint64)) for key, values in sorted(table.scores.items())]
    for key, (codes, levels) in sorted(table.cuts.items()):
        found.append((f"c_{key}", _words((*levels, "\0unknown"))[codes]))  # code -1 takes the last
    if table.weight is not None:
        found.append(("weight", table.weight.astype(np.int64).view(np.uint64)))
    return found


def delivery_digest(table: AnswerTable, source: str) -> str:
    """Name a delivery by its content and the name of its source: 32 hexadecimal digits.

    The same rows in another order give the same digest. A digest that depended on the order would let a reader of a
    small wave try every order and learn the one in which people answered.
    """
    columns = _columns(table)
    rows = np.zeros((2, len(table)), np.uint64)
    for name, bits in columns:
        for lane, seed in enumerate(_SEEDS):
            rows[lane] = _mix(rows[lane] + _mix(bits ^ _word(name) ^ seed))
    order = np.lexsort((rows[1], rows[0]))
    digest = hashlib.sha256(json.dumps([source, [name for name, _ in columns]]).encode())
    digest.update(np.ascontiguousarray(rows[:, order]).tobytes())
    for key, comments in sorted(table.comments.items()):
        digest.update(json.dumps([key, sorted(comments)]).encode())
    return digest.hexdigest()[:32]
