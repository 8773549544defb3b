"""The numbers of a ScoreBook as files that are mapped into memory: read where they are looked at, shared by processes.

A book of 12,000 units and 144 columns holds about 280 MB of numbers; a page looks at a few rows of them. The files are
made of a saved book and can be made again at any time. Numbers are the book's, bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from headwater.vocab import FIELDS, Panel
from headwater.vocab.scorebook import FloatArray

if TYPE_CHECKING:
    from headwater.vocab import ScoreBook

MAPPED = "mapped"
"""The folder that numbers are mapped from, among what was worked out of a wave."""
OF = "of.txt"
KINDS = ("rest", "previous", "benchmark")
SHARES = "shares.npy"
SIZES = "sizes.npy"

One = TypeVar("One")


def map_book(book: ScoreBook, folder: Path, mark: str) -> None:
    """Write the numbers of a book into an empty folder. mark: what tells this saved book from any other."""
    columns = len(book.columns)
    for number, panels in enumerate(blocks(book.panels)):
        shape = (sum(len(panel.rows) for panel in panels), columns)
        fields = ([panel.fields[name] for panel in panels] for name in FIELDS)
        _write(folder / f"fields-{number}.npy", fields, len(FIELDS), shape, np.dtype(np.float64))
        marks = [[panel.shown.astype(np.int8) for panel in panels], [panel.bound for panel in panels]]
        marks += [[panel.sureness[kind] for panel in panels] for kind in KINDS]
        _write(folder / f"marks-{number}.npy", marks, len(marks), shape, np.dtype(np.int8))
        for name, parts in (
            ("answered", [panel.n_answered for panel in panels]),
            ("rows", [panel.rows for panel in panels]),
            ("n", [panel.n for panel in panels]),
        ):
            np.save(folder / f"{name}-{number}.npy", np.concatenate(parts))
    sizes = np.array([len(panel.rows) for panel in book.panels], np.int64)
    np.save(folder / SIZES, sizes)
    np.save(folder / SHARES, np.ascontiguousarray(book.shares.percent))
    (folder / OF).write_text(mark, encoding="utf-8")


def mapped_folder(folder: Path) -> Path:
    """Return where the numbers of the book in a folder are mapped from, among what was worked out of its wave."""
    return folder.with_name(f"{folder.name}.findings") / MAPPED


def mark_of(manifest: Path, inputs_hash: str) -> str:
    """Return what tells a saved book from any other. manifest: its file of nouns. Raises OSError when it is missing."""
    written = manifest.stat()
    return f"{inputs_hash} {written.st_size} {written.st_mtime_ns}"


def is_mapped(folder: Path, mark: str) -> bool:
    """Whether a folder holds the numbers of the saved book that was marked so."""
    try:
        return (folder / OF).read_text(encoding="utf-8") == mark
    except OSError:
        return False


def mapped_panels(folder: Path, heads: Sequence[tuple[str, str]]) -> list[Panel]:
    """Return panels over their files. heads: cut and level of each.

    Raises OSError or ValueError where the files are not there or damaged.
    """
    sizes = np.load(folder / SIZES).tolist()
    if len(sizes) != len(heads):
        raise ValueError(f"{len(sizes)} panels where {len(heads)} are expected")
    found = []
    for number, block in enumerate(blocks(list(zip(heads, sizes, strict=True)))):
        fields, marks = _mapped(folder / f"fields-{number}.npy"), _mapped(folder / f"marks-{number}.npy")
        answered = _mapped(folder / f"answered-{number}.npy")
        rows, people = np.load(folder / f"rows-{number}.npy"), np.load(folder / f"n-{number}.npy")
        first = 0
        for (cut, level), size in block:
            at = slice(first, first + size)
            shown, bound, *sureness = marks[:, at]
            found.append(
                Panel(
                    cut=cut,
                    level=level,
                    rows=rows[at],
                    shown=shown.view(np.bool_),
                    n=people[at],
                    n_answered=answered[at],
                    fields=dict(zip(FIELDS, fields[:, at], strict=True)),
                    bound=bound,
                    sureness=dict(zip(KINDS, sureness, strict=True)),
                )
            )
            first += size
    return found


def blocks(panels: Sequence[One]) -> list[Sequence[One]]:
    """Return which panels lie behind each other in one file: everybody alone, then all levels of all cuts."""
    return [part for part in (panels[:1], panels[1:]) if part]


def mapped_shares(folder: Path) -> FloatArray:
    """Return the percents of answer distributions over their file. Raises OSError or ValueError."""
    return _mapped(folder / SHARES)


def _write(
    path: Path, grids: Iterable[Sequence[NDArray[Any]]], count: int, shape: tuple[int, ...], kind: np.dtype[Any]
) -> None:
    """Write `count` grids of one shape behind each other, each given in parts, without a copy of them all in memory."""
    # Written and not mapped: a full disk is then an error that can be caught.
    with path.open("wb") as file:
        head = {"descr": np.lib.format.dtype_to_descr(kind), "fortran_order": False, "shape": (count, *shape)}
        np.lib.format.write_array_header_1_0(file, head)
        for parts in grids:
            for part in parts:
                file.write(np.ascontiguousarray(part, kind).tobytes())


def _mapped(path: Path) -> NDArray[Any]:
    """Open a file. An empty array has nothing to map."""
    try:
        return np.asarray(np.load(path, mmap_mode="r"))
    except ValueError:
        found: NDArray[Any] = np.load(path)
        if found.size:
            raise
        return found
