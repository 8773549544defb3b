"""A ScoreBook on its way to being released: written beside its place while it is judged, and put there at the end.

The attack keeps one processor busy; packing the numbers and asking the ledgers another. What was written goes when the
release does not stand; a process that died in between leaves a hidden folder, which the next attempt removes.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from headwater.privacy.ledger import only_keeper
from headwater.scoring.ledgering import Proposal
from headwater.scoring.mapped_books import map_book, mapped_folder, mark_of
from headwater.scoring.storage import MANIFEST, put_in_place, save_book
from headwater.vocab import ScoreBook

BOOK, MAPPED = "book", "mapped"


@dataclass(frozen=True)
class PreparedBook:
    """A book that is being written. folder: its place once it is released. aside: where it lies until then.

    judging: what its ledgers say, once it is written.
    """

    folder: Path
    aside: Path
    writing: Future[None]
    judging: Future[Proposal]

    def wait(self) -> None:
        """Return once all of it is written. Raises what went wrong, such as OSError for a full disk."""
        self.writing.result()

    def record(self) -> None:
        """Record the release in its ledgers, before anybody sees it. Raises InputError where they refuse it."""
        self.judging.result().commit()


@contextmanager
def prepared_book(book: ScoreBook, folder: Path, judge: Callable[[], Proposal]) -> Iterator[PreparedBook]:
    """Write a book, and its numbers as pages read them, while the block runs. Removed unless it was placed.

    judge: proposes the release to its ledgers, as `ledgering.propose_release` does; called once the book is written.
    Another process that prepares a book of the same study waits until this one is done.
    """
    aside = folder.with_name(f".{folder.name}-releasing")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with only_keeper(folder.parent), ThreadPoolExecutor(max_workers=1) as pool:
        shutil.rmtree(aside, ignore_errors=True)
        (aside / MAPPED).mkdir(mode=0o700, parents=True)
        try:
            yield PreparedBook(folder, aside, pool.submit(_write, book, aside), pool.submit(judge))
        finally:
            pool.shutdown(cancel_futures=True)
            shutil.rmtree(aside, ignore_errors=True)


def place_book(prepared: PreparedBook) -> None:
    """Put a book that may be seen in its place. Raises what went wrong while it was written."""
    prepared.wait()
    put_in_place(prepared.aside / BOOK, prepared.folder)
    mapped = mapped_folder(prepared.folder)
    try:
        mapped.parent.mkdir(mode=0o700, exist_ok=True)
        put_in_place(prepared.aside / MAPPED, mapped)
    except OSError:
        pass  # They are made again of the book when somebody first looks at it.


def _write(book: ScoreBook, aside: Path) -> None:
    folder = save_book(book, aside / BOOK)
    try:
        map_book(book, aside / MAPPED, mark_of(folder / MANIFEST, book.inputs_hash))
    except OSError:
        shutil.rmtree(aside / MAPPED, ignore_errors=True)  # The book itself is there, and serves without them.
