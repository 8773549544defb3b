"""Serving units side by side, from released numbers alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.core.scoring.test_services import COLUMN, books_, world_

from headwater.scoring.serving_units import server_standings
from headwater.vocab import Estimate, ServiceBook, Sureness

__all__ = ["books_", "world_"]


def test_each_is_compared_with_the_mean_of_the_others(books: list[ServiceBook]) -> None:
    found = server_standings(books[0], *COLUMN)
    shown = [books[0].books[place].at(0, books[0].books[0].column_of[COLUMN]) for place in range(len(books[0].servers))]
    values = {
        server: one.value for server, one in zip(books[0].servers, shown, strict=True) if isinstance(one, Estimate)
    }
    assert {one.server for one in found} == set(values)
    for one in found:
        assert one.versus_others is not None
        others = np.mean([value for server, value in values.items() if server != one.server])
        assert one.versus_others.value == pytest.approx(values[one.server] - others)
        assert one.versus_others.low < one.versus_others.value < one.versus_others.high


def test_clear_ones_come_first_and_the_rest_keep_their_order(books: list[ServiceBook]) -> None:
    found = server_standings(books[0], *COLUMN)
    signs = [
        0
        if one.versus_others is None or one.versus_others.sureness is Sureness.TOO_CLOSE
        else (-1 if one.versus_others.value < 0 else 1)
        for one in found
    ]
    assert signs == sorted(signs)
    assert set(signs) & {-1, 1}
    even = [one.server for one, sign in zip(found, signs, strict=True) if sign == 0]
    assert even == [server for server in books[0].servers if server in even]


def test_two_alone_are_not_compared(books: list[ServiceBook]) -> None:
    book = books[0]
    shown = [place for place, one in enumerate(book.books) if isinstance(one.at(0, one.column_of[COLUMN]), Estimate)][
        :2
    ]
    two = replace(
        book,
        servers=tuple(book.servers[place] for place in shown),
        books=tuple(book.books[place] for place in shown),
    )
    assert [one.versus_others for one in server_standings(two, *COLUMN)] == [None, None]
