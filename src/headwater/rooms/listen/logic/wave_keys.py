"""The private key of a wave: two copies outside the database and every backup, until sealing destroys both.

Each copy is a file `<wave>.key` of 64 bytes: the X25519 private key (RFC 7748) and its SHA-256, so that a damaged copy
is known and the other one is read. `study-<id>.key` holds, in the same form, what outlives a wave: the key of a study's
pseudonyms and of links that a customer system signs itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from headwater.vocab.data_key import first_copy, flush_folder, make_copies, shred

Folders = Sequence[Path]


class MissingKeyError(LookupError):
    """No copy of a key can be read: it was destroyed, or both folders lost it."""


def make_key(folders: Folders, wave_id: object) -> bytes:
    """Make a wave's key, in both folders and flushed to disk before it is used. Returns the public key, 32 bytes.

    Safe to repeat: where a copy lies already, it is kept and the other folder gets the same. OSError when a folder
    cannot be written: then nothing may be launched.
    """
    return public_of(_made(folders, f"{wave_id}.key"))


def private_key(folders: Folders, wave_id: object) -> bytes:
    """Return a wave's private key, 32 bytes, from either copy. Raises MissingKeyError."""
    return _read(folders, f"{wave_id}.key")


def has_key(folders: Folders, wave_id: object) -> bool:
    """Whether a copy of a wave's key can still be read."""
    return _whole(folders, f"{wave_id}.key") is not None


def destroy_key(folders: Folders, wave_id: object) -> None:
    """Overwrite and unlink both copies, half-written ones too, flushed to disk. Safe to repeat.

    Overwriting reaches the same blocks on ordinary file systems. On copy-on-write ones and on flash, encrypt the disk.
    """
    for folder in folders:
        if not folder.is_dir():
            continue
        for path in (folder / f"{wave_id}.key", *folder.glob(f".{wave_id}.key.*")):
            shred(path)
        flush_folder(folder)


def study_key(folders: Folders, study_id: object) -> bytes:
    """Return the key of a study, 32 bytes, made on first use."""
    name = f"study-{study_id}.key"
    return _whole(folders, name) or _made(folders, name)


def destroy_study_key(folders: Folders, study_id: object) -> None:
    """Destroy the key of a study: its pseudonyms can no longer be worked out from persons. Safe to repeat."""
    destroy_key(folders, f"study-{study_id}")


def public_of(private: bytes) -> bytes:
    """Return the public key of a private one."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def _made(folders: Folders, name: str) -> bytes:
    make_copies([folder / name for folder in folders])
    return _read(folders, name)


def _whole(folders: Folders, name: str) -> bytes | None:
    return first_copy([folder / name for folder in folders])


def _read(folders: Folders, name: str) -> bytes:
    found = _whole(folders, name)
    if found is None:
        raise MissingKeyError(f"no copy of {name} can be read in {', '.join(map(str, folders))}")
    return found
