"""Mass runs: one file a document, for thousands of leaders.

A deck is the brand's template, made once and kept packed, with the slides, charts and embedded workbooks of its
document written as XML beside it: the same code as a single deck, so the same bytes. Files are written aside and
renamed. A run that was stopped goes on where it was: files whose document has not changed are left alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from headwater.reports.document import Document
from headwater.reports.renderers.names import file_name

RECORD = ".headwater-run.jsonl"
"""What was written, one line a file: its name, its document's digest, its own digest."""
CHUNK = 16
_Job = tuple[str, Document, str]


def render_many(documents: Iterable[Document], folder: str | Path, form: str = "pptx", workers: int = 2) -> list[Path]:
    """Render documents into a folder, one file each, and return the files in the order of the documents.

    form: a key of RENDERERS. workers: processes; 1 stays in this one. Documents are taken from the iterable as they
    are needed. Raises KeyError for an unknown form and ValueError when two documents would have the same file name.
    """
    from headwater.reports import RENDERERS

    if form not in RENDERERS:
        raise KeyError(form)
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    done = _record(place)
    files: list[Path] = []
    todo = _jobs(documents, place, form, done, files)
    with (place / RECORD).open("a", encoding="utf-8") as record:
        for name, digest, content in _rendered(todo, place, form, workers):
            record.write(json.dumps({"file": name, "document": digest, "content": content}) + "\n")
            record.flush()
    return files


def _jobs(
    documents: Iterable[Document], place: Path, form: str, done: dict[str, tuple[str, str]], files: list[Path]
) -> Iterator[_Job]:
    """Yield what is still to be written; `files` is filled with every file as it passes."""
    seen: set[str] = set()
    for document in documents:
        name = f"{file_name(document.kind, document.key)}.{form}"
        if name in seen:
            raise ValueError(f"two documents would be written to {name}")
        seen.add(name)
        files.append(place / name)
        digest = document_digest(document, form)
        known = done.get(name)
        if known is not None and known[0] == digest and _content(place / name) == known[1]:
            continue
        yield name, document, digest


def _rendered(todo: Iterator[_Job], place: Path, form: str, workers: int) -> Iterator[tuple[str, str, str]]:
    """Yield (name, document digest, content digest) of every file written."""
    chunks = iter(lambda: list(islice(todo, CHUNK)), [])
    if workers <= 1:
        for chunk in chunks:
            yield from _write(chunk, place, form)
        return
    from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
    from multiprocessing import get_context

    # Spawned, not forked: engines with threads of their own may be running in this process.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting: set[Future[list[tuple[str, str, str]]]] = set()
        for chunk in chunks:
            waiting.add(pool.submit(_write, chunk, place, form))
            if len(waiting) >= 2 * workers:
                finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in finished:
                    yield from future.result()
        for future in waiting:
            yield from future.result()


def _write(jobs: list[_Job], place: Path, form: str) -> list[tuple[str, str, str]]:
    from headwater.reports import RENDERERS

    written = []
    for name, document, digest in jobs:
        RENDERERS[form](document, place / name)
        written.append((name, digest, _content(place / name)))
    return written


def _content(file: Path) -> str:
    """Digest of a file, empty where there is none."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""


def _record(place: Path) -> dict[str, tuple[str, str]]:
    """What earlier runs wrote. A last line cut short by a crash is passed over: its file is written again."""
    found: dict[str, tuple[str, str]] = {}
    try:
        lines = (place / RECORD).read_text("utf-8").splitlines()
    except OSError:
        return found
    for line in lines:
        try:
            entry = json.loads(line)
            found[entry["file"]] = (entry["document"], entry["content"])
        except (ValueError, KeyError, TypeError):
            continue
    return found


def document_digest(document: Document, form: str) -> str:
    """Digest of all that a file depends on: every field of the document, its form and the version of this package."""
    from headwater import __version__

    digest = hashlib.sha256(f"{__version__}\x1f{form}".encode())
    _feed(document, digest.update)
    return digest.hexdigest()


def _feed(value: Any, update: Any) -> None:
    """Feed a value field by field, each with its length, so that no two documents read alike."""
    if isinstance(value, dict) or hasattr(value, "keys"):
        for key in sorted(value):
            _feed(key, update)
            _feed(value[key], update)
    elif is_dataclass(value):
        update(f"\x1e{type(value).__name__}".encode())
        for field in fields(value):
            _feed(getattr(value, field.name), update)
    elif isinstance(value, (tuple, list)):
        update(f"\x1d{len(value)}".encode())
        for part in value:
            _feed(part, update)
    else:
        data = value if isinstance(value, bytes) else repr(value).encode()
        update(f"\x1f{len(data)}:".encode() + data)
