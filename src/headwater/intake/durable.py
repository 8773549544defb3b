"""Files that are whole or absent: written aside on the same file system, flushed to disk, renamed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from headwater.vocab.store_layout import ASIDE


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file aside with `write`, then move it to its place. After a crash it is the old one or the new one."""
    aside = path.with_name(f"{ASIDE}{secrets.token_hex(8)}")
    try:
        write(aside)
        _flush(aside)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
    _flush(path.parent)


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold a folder against other writers while the block runs. The system lets go when the process dies."""
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
