"""The numbers of a ScoreBook as files that are mapped into memory: read where they are looked at, shared by processes.

A book of 12,000 units and 144 columns holds about 280 MB of numbers; a page looks at a few rows of them. The files are
made of a saved book and can be made again at any time. Numbers are the book's, bit for bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from headwater.vocab import FIELDS, Panel
from headwater.vocab.scorebook import FloatArray

if TYPE_CHECKING:
    from headwater.vocab import ScoreBook

OF = "of.txt"
KINDS = ("rest", "previous", "benchmark")
SHARES = "shares.npy"


def map_book(book: ScoreBook, folder: Path, mark: str) -> None:
    """Write the numbers of a book into an empty folder. mark: what tells this saved book from any other."""
    for number, panel in enumerate(book.panels):
        shape = panel.shown.shape
        _write(folder / f"fields-{number}.npy", [panel.fields[name] for name in FIELDS], shape, np.dtype(np.float64))
        marks = [panel.shown.astype(np.int8), panel.bound, *(panel.sureness[kind] for kind in KINDS)]
        _write(folder / f"marks-{number}.npy", marks, shape, np.dtype(np.int8))
        np.save(folder / f"answered-{number}.npy", panel.n_answered)
        np.save(folder / f"rows-{number}.npy", panel.rows)
        np.save(folder / f"n-{number}.npy", panel.n)
    np.save(folder / SHARES, np.ascontiguousarray(book.shares.percent))
    (folder / OF).write_text(mark, encoding="utf-8")


def is_mapped(folder: Path, mark: str) -> bool:
    """Whether a folder holds the numbers of the saved book that was marked so."""
    try:
        return (folder / OF).read_text(encoding="utf-8") == mark
    except OSError:
        return False


def mapped_panel(folder: Path, number: int, cut: str, level: str) -> Panel:
    """Return one panel over its files. Raises OSError or ValueError where they are not there or damaged."""
    fields = _mapped(folder / f"fields-{number}.npy")
    shown, bound, *sureness = _mapped(folder / f"marks-{number}.npy")
    return Panel(
        cut=cut,
        level=level,
        rows=np.load(folder / f"rows-{number}.npy"),
        shown=shown.view(np.bool_),
        n=np.load(folder / f"n-{number}.npy"),
        n_answered=_mapped(folder / f"answered-{number}.npy"),
        fields=dict(zip(FIELDS, fields, strict=True)),
        bound=bound,
        sureness=dict(zip(KINDS, sureness, strict=True)),
    )


def mapped_shares(folder: Path) -> FloatArray:
    """Return the percents of answer distributions over their file. Raises OSError or ValueError."""
    return _mapped(folder / SHARES)


def _write(path: Path, parts: Sequence[NDArray[Any]], shape: tuple[int, ...], kind: np.dtype[Any]) -> None:
    """Write arrays of one shape behind each other, without a copy of them all in memory."""
    # Written and not mapped: a full disk is then an error that can be caught.
    with path.open("wb") as file:
        head = {
            "descr": np.lib.format.dtype_to_descr(kind),
            "fortran_order": False,
            "shape": (len(parts), *shape),
        }
        np.lib.format.write_array_header_1_0(file, head)
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
