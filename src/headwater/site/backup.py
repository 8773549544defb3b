"""Backup and restore of one folder and its records: `headwater backup` and `headwater restore`.

A backup is made while the server runs. The records are copied first, as one consistent snapshot. Files come after:
released results before the ledgers, manifests before the parts they name, so that whatever a file of the backup speaks
of is in it too. Keys of open waves are never in a backup; they lie twice outside it, and losing both loses the wave.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from headwater import __version__
from headwater.vocab import HeadwaterError, InputError, Problem

FORMAT = "headwater backup 1"
MANIFEST = "backup.json"
RECORDS = {"sqlite": "records.sqlite3", "postgresql": "records.dump"}
STORE = "sealed"
LEFT_OUT = frozenset({"keys", "static", "mail", "incoming", "outgoing", "demo-accounts.json"})
"""Keys make a backup dangerous; static files are made anew; mail and uploads are on their way, not records."""

_LAST = ("ledgers",)
_CHUNK = 1 << 20


def back_up(target: Path) -> dict[str, Any]:
    """Write a backup of the folder and database of the settings. Returns its manifest.

    Written aside and renamed when whole and on disk. Raises InputError when `target` exists, lies in the folder, or the
    tools of the database are missing.
    """
    from django.conf import settings

    folder, store = Path(settings.DIR), Path(settings.STORE)
    target = target.resolve()
    if target.exists():
        raise InputError(Problem("this file exists already.", "Name another file.", str(target)))
    if target.is_relative_to(folder):
        raise InputError(Problem("a backup cannot lie in the folder it saves.", "Name another place.", str(target)))
    target.parent.mkdir(parents=True, exist_ok=True)
    kind = _kind_of(settings.DATABASES["default"])
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as aside:
        records = Path(aside) / RECORDS[kind]
        _copy_records(settings.DATABASES["default"], records)
        archive = Path(aside) / "archive"
        manifest = {
            "format": FORMAT,
            "headwater": __version__,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "database": kind,
            "files": _write_archive(archive, records, folder, store, kind),
        }
        _append_manifest(archive, manifest)
        with archive.open("rb") as written:
            os.fsync(written.fileno())
        archive.chmod(0o600)
        os.replace(archive, target)
    _sync_folder(target.parent)
    return manifest


def restore(source: Path, folder: Path, database: Mapping[str, Any]) -> dict[str, Any]:
    """Unpack a backup into a folder that is not there yet or empty. Returns its manifest.

    database: Django's settings of the database to fill; for SQLite the file is put into the folder. Everything is
    checked against its SHA-256 aside before anything takes its place. Raises InputError for a damaged archive, a folder
    or database that holds something, or another kind of database.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(Problem("this folder is not empty.", "Name a new folder.", str(folder)))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as name:
        aside = Path(name) / "restored"
        aside.mkdir(mode=0o700)
        manifest = _unpack(source, aside)
        kind = _kind_of(database)
        if manifest["database"] != kind:
            message = f"this backup holds records of {manifest['database']}, and the database named is {kind}."
            raise InputError(Problem(message, "Set or clear HEADWATER_DATABASE_URL to match.", str(source)))
        if kind == "postgresql":
            _fill_postgresql(database, aside / RECORDS[kind])
            (aside / RECORDS[kind]).unlink()
        else:
            _check_sqlite(aside / RECORDS[kind], source)
        if folder.exists():
            folder.rmdir()
        os.replace(aside, folder)
    _sync_folder(folder.parent)
    return manifest


def _kind_of(database: Mapping[str, Any]) -> str:
    return "postgresql" if database["ENGINE"].endswith("postgresql") else "sqlite"


def _copy_records(database: Mapping[str, Any], target: Path) -> None:
    if _kind_of(database) == "sqlite":
        source = sqlite3.connect(f"file:{database['NAME']}?mode=ro", uri=True, timeout=60)
        copy = sqlite3.connect(target)
        try:
            source.backup(copy)  # one read transaction: a snapshot, and writers go on
        finally:
            copy.close()
            source.close()
        return
    _run(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"], database)


def _fill_postgresql(database: Mapping[str, Any], dump: Path) -> None:
    import psycopg

    from headwater.site.environment import conninfo_of

    try:
        with psycopg.connect(conninfo_of(database), password=database["PASSWORD"] or None) as connection:
            found = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    except psycopg.OperationalError as error:
        message = f"the database named does not answer: {str(error).strip()}"
        raise InputError(Problem(message, "Check HEADWATER_DATABASE_URL, and that the database was made.")) from error
    if found is None or found[0]:
        raise InputError(Problem("the database named is not empty.", "Make a new one for the restored records."))
    plain = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    _run(["pg_restore", *plain, str(dump)], database)


def _run(command: list[str], database: Mapping[str, Any]) -> None:
    from headwater.site.environment import conninfo_of

    found = shutil.which(command[0])
    if found is None:
        message = f"{command[0]} is not installed."
        raise InputError(Problem(message, "Install PostgreSQL's client tools (postgresql-client)."))
    environment = {**os.environ, **({"PGPASSWORD": database["PASSWORD"]} if database["PASSWORD"] else {})}
    named = f"--dbname={conninfo_of(database)}"
    done = subprocess.run([found, named, *command[1:]], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise InputError(Problem(f"{command[0]} failed: {done.stderr.strip()[-500:]}", "Look at the database's log."))


def _check_sqlite(path: Path, source: Path) -> None:
    connection = sqlite3.connect(path)
    try:
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
    finally:
        connection.close()
    if verdict != "ok":
        raise InputError(Problem(f"the records in this backup are damaged: {verdict}", "Use another.", str(source)))


def _files(folder: Path, store: Path) -> Iterator[tuple[str, Path]]:
    """Yield names and paths of everything that belongs in a backup, in the order that keeps it whole."""
    tops = sorted(path for path in folder.iterdir() if _belongs(path, store))
    ordered = [path for path in tops if path.name not in _LAST] + [path for path in tops if path.name in _LAST]
    for top in ordered:
        if top.is_file():
            yield top.name, top
        else:
            yield from _under(top, top.name)
    if store.is_dir():
        yield from _under(store, STORE)


def _belongs(path: Path, store: Path) -> bool:
    records = path.name.startswith("records.sqlite3")
    return not (path.name in LEFT_OUT or path.name.startswith(".") or records or path == store)


def _under(top: Path, name: str) -> Iterator[tuple[str, Path]]:
    found = sorted(path for path in top.rglob("*") if path.is_file() and not path.is_symlink())
    parts = [path for path in found if path.suffix == ".parquet"]
    for path in [path for path in found if path.suffix != ".parquet"] + parts:
        if not any(part.startswith(".") for part in path.relative_to(top).parts):
            yield f"{name}/{path.relative_to(top).as_posix()}", path
    # a part written after the listing is named by no manifest copied before it, and is left to the next backup


def _write_archive(archive: Path, records: Path, folder: Path, store: Path, kind: str) -> dict[str, Any]:
    written: dict[str, Any] = {}
    with tarfile.open(archive, "w") as tar:
        written[RECORDS[kind]] = _add(tar, RECORDS[kind], records)
        for name, path in _files(folder, store):
            try:
                written[name] = _add(tar, name, path)
            except FileNotFoundError:
                continue  # retention removed it meanwhile
    return written


def _add(tar: tarfile.TarFile, name: str, path: Path) -> dict[str, Any]:
    """Add a file as it is now: its size is taken once, so that a file that grows meanwhile is cut, never garbled."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        digest = hashlib.sha256()
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode, entry.mtime = size, 0o600, int(os.fstat(file.fileno()).st_mtime)
        tar.addfile(entry, _Hashing(file, digest))
    return {"size": size, "sha256": digest.hexdigest()}


class _Hashing(io.RawIOBase):
    """Reads a file and hashes what was read."""

    def __init__(self, file: Any, digest: Any) -> None:
        self.file, self.digest = file, digest

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        found: bytes = self.file.read(size)
        self.digest.update(found)
        return found


def _append_manifest(archive: Path, manifest: Mapping[str, Any]) -> None:
    content = (json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    with tarfile.open(archive, "a") as tar:
        entry = tarfile.TarInfo(MANIFEST)
        entry.size, entry.mode = len(content), 0o600
        tar.addfile(entry, io.BytesIO(content))


def _unpack(source: Path, aside: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source, "r:") as tar:
            found = _extract(tar, aside)
    except FileNotFoundError:
        raise InputError(Problem("there is no such file.", "Check the path.", str(source))) from None
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        message = f"this is no whole backup: {error}"
        raise InputError(Problem(message, "Use another backup.", str(source))) from error
    manifest_path = aside / MANIFEST
    if not manifest_path.is_file():
        raise InputError(
            Problem("this backup has no list of its files: it was cut short.", "Use another.", str(source))
        )
    try:
        manifest: dict[str, Any] = json.loads(manifest_path.read_text(encoding="utf-8"))
        listed = dict(manifest["files"])
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(Problem("the list of this backup is damaged.", "Use another.", str(source))) from error
    if manifest.get("format") != FORMAT:
        message = f"this backup has format {manifest.get('format')!r}."
        raise InputError(Problem(message, "Restore it with the version that made it.", str(source)))
    manifest_path.unlink()
    found.pop(MANIFEST, None)
    wrong = [name for name in listed if found.get(name) != listed[name]["sha256"]] + sorted(set(found) - set(listed))
    if wrong:
        message = f"{len(wrong)} files of this backup are damaged or missing, the first is {wrong[0]}."
        raise InputError(Problem(message, "Use another backup.", str(source)))
    return manifest


def _extract(tar: tarfile.TarFile, aside: Path) -> dict[str, str]:
    """Write plain files with harmless names below `aside`. Returns their SHA-256 by name."""
    found: dict[str, str] = {}
    for entry in tar:
        path = PurePosixPath(entry.name)
        if not entry.isfile() or path.is_absolute() or ".." in path.parts:
            raise ValueError(f"{entry.name!r} is no plain file below the folder")
        target = aside / path
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        reader = tar.extractfile(entry)
        assert reader is not None
        digest = hashlib.sha256()
        with target.open("xb") as out:
            while chunk := reader.read(_CHUNK):
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        target.chmod(0o600)
        found[entry.name] = digest.hexdigest()
    return found


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def main(arguments: list[str] | None = None) -> int:
    """Run what `headwater backup` and `headwater restore` start."""
    parser = argparse.ArgumentParser(prog="python -m headwater.site.backup")
    parser.add_argument("verb", choices=("backup", "restore"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    try:
        manifest = _back_up(chosen.folder, chosen.file) if chosen.verb == "backup" else _restore(chosen)
    except HeadwaterError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    size = sum(file["size"] for file in manifest["files"].values())
    if chosen.json:
        sys.stdout.write(json.dumps({"ok": True, "files": len(manifest["files"]), "bytes": size}) + "\n")
    else:
        done = f"{len(manifest['files'])} files, {size / 1e6:,.1f} MB"
        place = chosen.file if chosen.verb == "backup" else chosen.folder
        sys.stdout.write(f"{done}: {place}\n")
        if chosen.verb == "backup":
            sys.stdout.write("Keys of open waves are not in it. They lie twice beside the records; keep both.\n")
    return 0


def _back_up(folder: Path, target: Path) -> dict[str, Any]:
    if not (folder / "secret").is_file():
        raise InputError(Problem("this folder holds no records.", "Name the folder that is served.", str(folder)))
    os.environ["HEADWATER_DIR"] = str(folder.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.site.settings")
    return back_up(target)


def _restore(chosen: argparse.Namespace) -> dict[str, Any]:
    from headwater.site.environment import database_of

    folder = chosen.folder.resolve()
    return restore(chosen.file, folder, database_of(os.environ.get("HEADWATER_DATABASE_URL", ""), folder))


if __name__ == "__main__":
    sys.exit(main())
