"""Zip archives with fixed dates and entries packed once: the same parts give the same bytes, and cheaply.

A brand's theme, master and layouts are packed once and written into every deck as they are. Only the plain subset of
the format is written: deflate, no encryption, no data descriptors, below 4 GiB (PKWARE APPNOTE 6.3.10, 4.3).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_DATE = (1 << 5) | 1
"""1 January 1980, the earliest a zip knows."""
SMALL = 8192
"""Bytes up to which a packed part is kept for the next file."""
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")


@dataclass(frozen=True, slots=True)
class Entry:
    """One packed file of an archive."""

    name: str
    packed: bytes
    size: int
    crc: int
    method: int


def pack(name: str, data: bytes, level: int = 6) -> Entry:
    """Pack a file. Data that do not shrink (pictures, archives) are stored."""
    packed, crc, method = (_small if len(data) <= SMALL else _packed)(data, level)
    return Entry(name, packed, len(data), crc, method)


def _packed(data: bytes, level: int) -> tuple[bytes, int, int]:
    """Return (bytes as stored, CRC-32, method)."""
    crc = zlib.crc32(data)
    if level:
        # A window no larger than the data: most parts are small, and setting up a large one costs more than it saves.
        window = min(15, max(9, len(data).bit_length()))
        worker = zlib.compressobj(level, zlib.DEFLATED, -window, 6 if len(data) <= SMALL else 8)
        packed = worker.compress(data) + worker.flush()
        if len(packed) < len(data):
            return packed, crc, 8
    return data, crc, 0


_small = lru_cache(maxsize=4096)(_packed)
"""Small parts (relations, pages that are the same for everybody) come again in every file of a mass run."""


def archive(entries: Iterable[Entry]) -> bytes:
    """Write an archive of packed entries, in the order given."""
    body: list[bytes] = []
    central: list[bytes] = []
    offset = count = 0
    for entry in entries:
        name = entry.name.encode()
        shared = (20, 0x800, entry.method, 0, _DATE, entry.crc, len(entry.packed), entry.size, len(name), 0)
        body += (_LOCAL.pack(b"PK\x03\x04", *shared), name, entry.packed)
        central += (_CENTRAL.pack(b"PK\x01\x02", 20, *shared, 0, 0, 0, 0, offset), name)
        offset += _LOCAL.size + len(name) + len(entry.packed)
        count += 1
    directory = b"".join(central)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), offset, 0)
    return b"".join((*body, directory, end))
