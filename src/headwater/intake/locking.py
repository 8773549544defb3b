"""Locking sealed files with the data key, and opening those that `listen` keeps itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from headwater.vocab.data_key import opening_key, sealing_key


def locked_with(path: Path) -> dict[str, Any]:
    """Return what a Parquet writer needs to lock a file that will lie at `path`; nothing without a data key."""
    from pyarrow.parquet.encryption import create_encryption_properties

    key = sealing_key(path)
    return {} if key is None else {"encryption_properties": create_encryption_properties(footer_key=key)}


def opened_with(path: Path) -> dict[str, Any]:
    """Return what a Parquet reader needs to open the file at `path`; nothing for one that is not locked.

    Raises InputError when the file is locked and the data key cannot be read.
    """
    from pyarrow.parquet.encryption import create_decryption_properties

    key = opening_key(path)
    return {} if key is None else {"decryption_properties": create_decryption_properties(footer_key=key)}
