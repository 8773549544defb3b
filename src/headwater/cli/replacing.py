"""A folder that is filled aside and takes its place whole, even if the process is killed at any moment."""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_HERE = -100
"""AT_FDCWD: names count from the working directory."""

_EXCHANGE = 2
"""RENAME_EXCHANGE of renameat2(2): the two names change places in one step."""


@contextmanager
def replaced_whole(path: Path) -> Iterator[Path]:
    """Yield an empty folder beside `path`. On success it takes the place of `path`; on failure it is removed.

    Where the system can exchange two names at once (Linux), a reader finds the old folder or the new one at any moment,
    also after `kill -9`. Elsewhere there is a moment between two renames; if the second fails, the first is undone.
    What a killed run left aside is removed by the next one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with held_aside(path.parent, _prefix(path)) as aside:
        yield aside
        aside.chmod(0o755)
        if not path.exists():
            os.replace(aside, path)
        elif not exchange(aside, path):
            _rename_twice(aside, path)


@contextmanager
def held_aside(parent: Path, prefix: str) -> Iterator[Path]:
    """Yield an empty folder in `parent`, removed in the end. What killed runs left under the prefix goes first."""
    _sweep(parent, prefix)
    aside = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    lock = os.open(aside, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        os.close(lock)


def exchange(first: Path, second: Path) -> bool:
    """Let two names change places in one step. Returns False where the system cannot."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    return bool(call(_HERE, os.fsencode(first), _HERE, os.fsencode(second), _EXCHANGE) == 0)


def _rename_twice(aside: Path, path: Path) -> None:
    old = Path(tempfile.mkdtemp(prefix=_prefix(path), dir=path.parent))
    os.replace(path, old)
    try:
        os.replace(aside, path)
    except BaseException:
        os.replace(old, path)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _prefix(path: Path) -> str:
    return f".{path.name}.aside-"


def _sweep(parent: Path, prefix: str) -> None:
    """Remove what killed runs left: folders aside on which no process holds a lock."""
    for left in parent.glob(f"{prefix}*"):
        with suppress(OSError):
            handle = os.open(left, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(handle)
