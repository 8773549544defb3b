"""The data key: what raw answers at rest are locked with, and the files that hold a key.

HEADWATER_DATA_KEY names the file of the data key, or several copies of it (joined by the system's path separator).
With it, answers, comments and rows are sealed as encrypted Parquet (Parquet Modular Encryption, AES-256-GCM), each file
under a key of its own, derived from the data key and from the file's place in the store. Without it they are sealed as
plain Parquet, and stores sealed so stay readable. Losing every copy of the data key loses the raw answers, not what was
released of them.

A key file is 64 bytes: the key and its SHA-256, so that a damaged copy is known and another one is read.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from headwater.vocab.problems import InputError, Problem

KEY = 32
SIZE = 2 * KEY
VARIABLE = "HEADWATER_DATA_KEY"
LOCKED = b"PARE"
"""The first bytes of an encrypted Parquet file; a plain one begins with PAR1."""
_PARTS_OF_PLACE = 4
"""A file's place in a store: kind, study, wave, name."""


def read_key(path: Path) -> bytes | None:
    """Return the key that a file holds, None when it is missing or damaged."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    private, digest = content[:KEY], content[KEY:]
    return private if len(content) == SIZE and hashlib.sha256(private).digest() == digest else None


def write_key(path: Path, private: bytes, *, replace: bool = False) -> None:
    """Write a key file, readable by its owner alone and flushed to disk. An existing whole copy stays unless replaced.

    Raises OSError when the folder cannot be written.
    """
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(private + hashlib.sha256(private).digest())
            file.flush()
            os.fsync(file.fileno())
        if replace or (read_key(path) is None and path.exists()):
            os.replace(aside, path)
        else:
            try:
                os.link(aside, path)
            except FileExistsError:
                return
    finally:
        if aside.exists():
            shred(aside)
        flush_folder(path.parent)


def shred(path: Path) -> None:
    """Overwrite and unlink a key file, unless it is a second name of one."""
    try:
        descriptor = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        return
    try:
        if os.fstat(descriptor).st_nlink == 1:
            os.pwrite(descriptor, os.urandom(SIZE), 0)
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
    path.unlink(missing_ok=True)


def flush_folder(folder: Path) -> None:
    """Flush a folder's entries to disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_copies(paths: Sequence[Path]) -> bytes:
    """Return the key that the first whole copy holds, made now when there is none. Every copy that is missing is made.

    Safe for several processes at once: the first path's copy is the one that all read. Raises OSError when a folder
    cannot be written.
    """
    private = first_copy(paths) or secrets.token_bytes(KEY)
    for path in paths:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if read_key(path) is None:
            write_key(path, private)
    found = {read_key(path) for path in paths}
    if len(found) != 1 or None in found:
        # Two processes made it at once: the first folder's copy is the one that both read first.
        private = first_copy(paths) or private
        for path in paths[1:]:
            write_key(path, private, replace=True)
    return first_copy(paths) or private


def first_copy(paths: Sequence[Path]) -> bytes | None:
    """Return the key of the first whole copy, None when no copy can be read."""
    return next((found for path in paths if (found := read_key(path)) is not None), None)


def sealing_key(path: Path) -> bytes | None:
    """Return the 32-byte key that a new file is locked with; the data key is made on first use.

    path: where the file will lie. None when no data key is named: then the file is sealed plain. Raises InputError when
    no copy can be read and the store holds locked answers already: a second key must not hide that the first is lost.
    """
    copies = _copies()
    if not copies:
        return None
    if first_copy(copies) is None and _holds_locked(path.parents[_PARTS_OF_PLACE - 1]):
        raise InputError(
            Problem(
                "answers here are locked with a data key of which no copy can be read.",
                f"Put the data key back ({', '.join(map(str, copies))}); then this goes on.",
                file=str(path),
            )
        )
    return _of_file(make_copies(copies), path)


def opening_key(path: Path, data_key: Path | None = None) -> bytes | None:
    """Return the 32-byte key that opens a file; None for a file that is not locked.

    data_key: the key file, in place of HEADWATER_DATA_KEY. Raises InputError when the file is locked and no copy of the
    data key can be read; OSError when the file cannot.
    """
    with path.open("rb") as file:
        if file.read(len(LOCKED)) != LOCKED:
            return None
    copies = [data_key] if data_key is not None else _copies()
    private = first_copy(copies)
    if private is None:
        where = ", ".join(map(str, copies)) or f"{VARIABLE} names none"
        raise InputError(
            Problem(
                f"these answers are locked, and no data key can be read ({where}).",
                f"Name the file of the data key in {VARIABLE}; it is kept apart from every backup.",
                file=str(path),
            )
        )
    return _of_file(private, path)


def _holds_locked(store: Path) -> bool:
    for path in store.glob("*/study=*/wave=*/part-*.parquet"):
        with path.open("rb") as file:
            if file.read(len(LOCKED)) == LOCKED:
                return True
    return False


def _copies() -> list[Path]:
    return [Path(name).expanduser() for name in os.environ.get(VARIABLE, "").split(os.pathsep) if name]


def _of_file(private: bytes, path: Path) -> bytes:
    """Derive a file's own key from the data key and the file's place in the store (HMAC-SHA256 as in RFC 5869)."""
    place = "/".join(path.parts[-_PARTS_OF_PLACE:])
    return hmac.new(private, f"headwater:data:{place}".encode(), hashlib.sha256).digest()
