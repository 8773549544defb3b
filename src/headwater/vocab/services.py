"""Internal service: what was released about how the units served rate the units that serve them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from headwater.vocab.estimates import Released, Withheld
from headwater.vocab.scorebook import ScoreBook
from headwater.vocab.studies import Study, Wave
from headwater.vocab.tree import UnitTree


@dataclass(frozen=True)
class ServiceBook:
    """All that was released of one wave of an internal service study: one ScoreBook a serving unit.

    servers: ids of the serving units. books: in their order, each over the whole tree of units that are served: the
    number of a unit is what its people, with all below it, say of the server; the root's is the server's as a whole.
    No number over several servers is kept: beside them it would give a withheld one away.
    """

    study: Study
    wave: Wave
    tree: UnitTree
    servers: tuple[str, ...]
    books: tuple[ScoreBook, ...]

    def __post_init__(self) -> None:
        """Check that every server has its book."""
        if len(self.servers) != len(self.books) or len(set(self.servers)) != len(self.servers):
            raise ValueError("a service book needs one ScoreBook for each server, each server once")

    @cached_property
    def position(self) -> dict[str, int]:
        """Position by server id."""
        return {server: number for number, server in enumerate(self.servers)}

    def book_of(self, server: str) -> ScoreBook | None:
        """Return what was released about a server, None when nobody was asked about it."""
        number = self.position.get(server)
        return None if number is None else self.books[number]

    def served_at(self, depth: int) -> tuple[int, ...]:
        """Return the units of one level of the tree, by number."""
        return tuple(unit for unit in range(len(self.tree)) if int(self.tree.depth[unit]) == depth)

    def matrix(self, served: Sequence[int], measure: str, subject: str) -> tuple[tuple[Released | Withheld, ...], ...]:
        """Return one row a server, one number for each unit served, released or withheld.

        served: units by number. measure, subject: a column of the books. Raises KeyError for an unknown column.
        """
        return tuple(tuple(book.at(unit, book.column_of[measure, subject]) for unit in served) for book in self.books)
