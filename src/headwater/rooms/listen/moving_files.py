"""Uploaded files on their way in: written to disk as they come, kept under their import, removed when done with.

They may hold names and addresses that nothing else of the product keeps, so only the service's own account can read
them, no backup takes them, and none stays for longer than it is needed.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from headwater.rooms.listen.moving_reading import LIMITS

ANSWERS, SURVEY = "answers", "survey"
MOST_FILES = 2


def incoming() -> Path:
    """Return the folder of files on their way in."""
    base: Path = settings.DIR
    folder = base / "incoming"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def folder_of(import_id: UUID) -> Path:
    """Return the folder of one import's files."""
    return incoming() / str(import_id)


class IncomingFile(UploadedFile):  # type: ignore[type-arg]
    """A file that lies in the incoming folder. sha256: of its content. is_too_large: the rest was not written."""

    def __init__(self, path: Path, name: str, size: int, sha256: str, is_too_large: bool) -> None:
        """Take what the handler wrote."""
        super().__init__(path.open("rb"), name, "application/octet-stream", size)
        self.path, self.sha256, self.is_too_large = path, sha256, is_too_large

    def close(self) -> None:
        """Close it, and remove it unless an import took it over."""
        super().close()
        self.path.unlink(missing_ok=True)


class IncomingHandler(FileUploadHandler):
    """Streams uploads to the incoming folder. Past the limit nothing more is written, and the form says so."""

    def __init__(self, *args: Any, **values: Any) -> None:
        """Begin without a file."""
        super().__init__(*args, **values)
        self._open: list[Path] = []

    def new_file(self, *args: Any, **values: Any) -> None:
        """Begin a file. More files than an import takes are not read."""
        super().new_file(*args, **values)
        if len(self._open) >= MOST_FILES:
            raise SkipFile
        self._path = incoming() / f".part-{secrets.token_hex(16)}"
        self._open.append(self._path)
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._stream = os.fdopen(handle, "wb")
        self._digest, self._is_too_large = hashlib.sha256(), False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece."""
        if start + len(raw_data) > LIMITS.file_bytes:
            self._is_too_large = True
            return
        self._digest.update(raw_data)
        self._stream.write(raw_data)

    def file_complete(self, file_size: int) -> IncomingFile:
        """Hand the file over."""
        self._stream.close()
        return IncomingFile(self._path, self.file_name or "", file_size, self._digest.hexdigest(), self._is_too_large)

    def upload_interrupted(self) -> None:
        """Leave nothing of what did not arrive."""
        for path in self._open:
            path.unlink(missing_ok=True)


def keep_file(path: Path, import_id: UUID, part: str) -> Path:
    """Move a file under its import. Returns where it lies."""
    folder = folder_of(import_id)
    folder.mkdir(mode=0o700, exist_ok=True)
    place = folder / part
    path.replace(place)
    return place


def remove_files(import_id: UUID) -> None:
    """Delete the files of an import. Safe to repeat."""
    shutil.rmtree(folder_of(import_id), ignore_errors=True)
