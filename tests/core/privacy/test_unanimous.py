"""Groups all alike that several releases show together, against brute force."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.privacy.test_ledger import cells

from headwater.privacy import Release, Total
from headwater.privacy.jointly import ReleasedSystem
from headwater.privacy.totals import pack, unpack
from headwater.privacy.unanimous import EndsOfQuestion, find_unanimous


def alike_by_force(rows: np.ndarray, people: np.ndarray, end: np.ndarray) -> bool:
    """Whether a group of cells that are all at the end lies in the span of the rows."""
    held = np.flatnonzero(people > 0)
    rows, at_end = rows[:, held], end[held]
    rank = np.linalg.matrix_rank(rows) if len(rows) else 0
    return any(
        np.linalg.matrix_rank(np.vstack([rows, group])) == rank
        for group in product((0.0, 1.0), repeat=len(held))
        if len(rows) and any(group) and not np.any(np.array(group)[~at_end])
    )


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_a_group_all_alike_is_found_exactly_when_there_is_one(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 6))
    names = [str(number) for number in range(count)]
    people = np.array(data.draw(st.lists(st.integers(0, 9), min_size=count, max_size=count)))
    end = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    masks = data.draw(st.lists(st.integers(1, 2**count - 1), min_size=1, max_size=5))
    totals = tuple(Total({"cell": frozenset(n for n in names if mask >> int(n) & 1)}, str(mask)) for mask in masks)
    exact = np.array(data.draw(st.lists(st.booleans(), min_size=len(masks), max_size=len(masks))))
    system = ReleasedSystem([], Release("one", totals), cells(people.tolist(), cell=names), 3)
    found = find_unanimous(system, [EndsOfQuestion("mean:heard", exact, people, (end,))])
    rows = np.array([[float(mask >> cell & 1) for cell in range(count)] for mask in masks])[exact]
    assert (found is not None) == alike_by_force(rows, people, end)
    if found is not None:
        assert found[2]
        assert exact[list(found[1])].all()


def test_what_an_earlier_release_shows_by_itself_is_not_blamed_on_the_next() -> None:
    held = cells([9, 8], cell=["a", "b"])
    first, second = Total({"cell": frozenset("a")}, "a"), Total({"cell": frozenset("ab")}, "all")
    question = EndsOfQuestion("mean:heard", np.array([True, True]), np.array([9, 8]), (np.array([True, False]),))
    for earlier, proposed, blamed in (([first], second, False), ([second], first, True)):
        system = ReleasedSystem([Release("before", tuple(earlier))], Release("now", (proposed,)), held, 3)
        assert (find_unanimous(system, [question]) is not None) == blamed


def test_a_mask_survives_being_written() -> None:
    for count in (1, 7, 8, 9, 1000):
        mask = np.random.default_rng(count).random(count) < 0.3
        assert unpack(pack(mask), count).tolist() == mask.tolist()
