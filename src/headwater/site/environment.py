"""What the environment says, as values that Django understands."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from headwater.vocab import InputError, Problem

_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
    "PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
)
_POSTGRESQL_OPTIONS = {"connect_timeout": "10", "tcp_user_timeout": "30000"}
"""Seconds, and milliseconds: how long a database that went away without a word is waited for."""


def secret_of(folder: Path) -> str:
    """Return the secret of a folder, made on first use. It is written once, readable by its owner alone."""
    path = folder / "secret"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        found = path.read_text(encoding="ascii").strip()
        if len(found) < 40:
            message = "the secret is too short or damaged."
            raise InputError(
                Problem(message, "Restore it from a backup; without it the audit trail cannot be read.", str(path))
            ) from None
        return found
    made = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(made + "\n")
        file.flush()
        os.fsync(file.fileno())
    return made


def keys_of(folders: str, folder: Path) -> tuple[Path, Path]:
    """Return the two folders that the keys of open waves lie in. Raises InputError."""
    named = [Path(name.strip()).expanduser() for name in folders.split(",") if name.strip()]
    if not named:
        return folder / "keys", folder.with_name(f"{folder.name}-keys")
    copies = 2
    if len(named) != copies or named[0].resolve() == named[1].resolve():
        message = "HEADWATER_KEYS does not name two folders."
        raise InputError(Problem(message, "Write two folders on different disks, with a comma between them."))
    return named[0].resolve(), named[1].resolve()


def data_key_of(keys: tuple[Path, Path]) -> str:
    """Return where the copies of the data key lie, as HEADWATER_DATA_KEY names them."""
    return os.pathsep.join(str(folder / "data.key") for folder in keys)


def database_of(address: str, folder: Path) -> dict[str, Any]:
    """Return the database: PostgreSQL by its address (a URI as libpq reads it), else SQLite in the folder.

    Raises InputError.
    """
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(folder / "records.sqlite3"),
            "CONN_MAX_AGE": 600,  # opening SQLite anew for every request costs more than the request
            "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": _SQLITE_PRAGMAS},
        }
    named = _read_address(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{name.upper(): named.pop(name, "") for name in ("user", "password", "host", "port")},
        "NAME": named.pop("dbname"),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**_POSTGRESQL_OPTIONS, **named},
    }


def conninfo_of(database: Mapping[str, Any]) -> str:
    """Return how the tools of PostgreSQL name a database of `database_of`, all but its password."""
    from psycopg.conninfo import make_conninfo

    named = {name: database[name.upper()] for name in ("user", "host", "port") if database[name.upper()]}
    return make_conninfo("", dbname=database["NAME"], **named, **database["OPTIONS"])


def _read_address(address: str) -> dict[str, Any]:
    """Read an address as PostgreSQL's own library does, so that every form it knows is known here."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    named: dict[str, Any] = {}
    if address.startswith(("postgresql://", "postgres://")):
        try:
            named = conninfo_to_dict(address)
        except psycopg.Error:
            named = {}  # what libpq says may quote the password
    if not named.get("dbname"):
        message = "HEADWATER_DATABASE_URL is not an address of PostgreSQL."
        hint = "Write postgresql://user:password@host:5432/name, with special characters as % codes (@ is %40)."
        raise InputError(Problem(message, hint))
    return named


def mail_of(address: str) -> dict[str, Any]:
    """Return how mail is sent: SMTP by its address, else a folder of .eml files. Raises InputError."""
    folder = "headwater.rooms.house.mail.FolderBackend"
    if not address:
        return {"backend": folder, "host": "", "port": 25, "user": "", "password": "", "starttls": False, "tls": False}
    parts = urlsplit(address)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        message = "HEADWATER_SMTP_URL is not an address of a mail server."
        raise InputError(Problem(message, "Write smtp://user:password@host:587 or smtps://user:password@host:465."))
    wrapped = parts.scheme == "smtps"
    return {
        "backend": "django.core.mail.backends.smtp.EmailBackend",
        "host": parts.hostname,
        "port": parts.port or (465 if wrapped else 587),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "starttls": not wrapped and "tls=0" not in parts.query,
        "tls": wrapped,
    }
