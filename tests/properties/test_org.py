"""Properties of the organisation that hold for any tree."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.org import PersonRow, UnitLink, UnitMapping, load_organisation, number_units, subtree_sums
from headwater.vocab import UnitTree

parents = st.integers(2, 40).flatmap(lambda n: st.tuples(*[st.integers(0, place) for place in range(n - 1)]))


def tree_of(above: tuple[int, ...]) -> UnitTree:
    ids = [f"u{n}" for n in range(len(above) + 1)]
    return number_units(ids, ["", *(ids[n] for n in above)])


@given(parents, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_loading_does_not_depend_on_row_order(above: tuple[int, ...], random: object) -> None:
    rows = [PersonRow(2, "p0")] + [PersonRow(n + 3, f"p{n + 1}", manager=(f"p{a}",)) for n, a in enumerate(above)]
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, two = load_organisation(rows), load_organisation(shuffled)
    assert set(one.tree.ids) == set(two.tree.ids)
    for person in one.people:
        assert one.unit_of(person) == two.unit_of(person)
    below_one = dict(zip(one.tree.ids, one.invited_below.tolist(), strict=True))
    assert below_one == dict(zip(two.tree.ids, two.invited_below.tolist(), strict=True))
    assert one.invited_below[0] == len(rows) - 1


@given(parents)
@settings(max_examples=100, deadline=None)
def test_invited_below_counts_descendants(above: tuple[int, ...]) -> None:
    rows = [PersonRow(2, "p0")] + [PersonRow(n + 3, f"p{n + 1}", manager=(f"p{a}",)) for n, a in enumerate(above)]
    made = load_organisation(rows)
    chain = {f"p{n + 1}": f"p{a}" for n, a in enumerate(above)}
    for unit, count in zip(made.tree.ids, made.invited_below.tolist(), strict=True):
        found = 0
        for person in chain:
            boss = chain.get(person, "")
            while boss and boss != unit:
                boss = chain.get(boss, "")
            found += boss == unit
        assert found == count


@given(parents, parents, st.data())
@settings(max_examples=150, deadline=None)
def test_a_comparable_unit_is_exactly_a_union_of_old_units(
    before: tuple[int, ...], after: tuple[int, ...], data: st.DataObject
) -> None:
    """Follow single people through the reorganisation: where a unit is comparable, they are those of its sources."""
    old, new = tree_of(before), tree_of(after)
    links, flows = [], []
    for unit in range(len(old)):
        targets = data.draw(st.lists(st.integers(0, len(new) - 1), min_size=1, max_size=3, unique=True))
        links += [UnitLink(old.ids[unit], new.ids[target], 1 / len(targets)) for target in targets]
        flows += [(unit, target) for target in targets]
    cut = UnitMapping(tuple(links)).recut(old, new)
    for unit in range(len(new)):
        part = new.subtree(unit)
        inside = {flow for flow in flows if part.start <= flow[1] < part.stop}
        sources = {source for source, _ in inside}
        whole = {flow for flow in flows if flow[0] in sources}
        assert bool(cut.comparable[unit]) == (bool(inside) and whole == inside)
        if cut.comparable[unit]:
            assert set(cut.sources(unit).tolist()) == sources
    own = np.arange(1, len(old) + 1)
    carried = cut.carry(own)
    for unit in np.flatnonzero(cut.comparable).tolist():
        assert carried[unit] == own[cut.sources(unit)].sum()


@given(parents, st.integers(0, 2**31))
@settings(max_examples=50, deadline=None)
def test_subtree_sums_equal_a_walk(above: tuple[int, ...], seed: int) -> None:
    tree = tree_of(above)
    own = np.random.default_rng(seed).integers(-1000, 1000, (len(tree), 3))
    walked = np.stack([own[tree.subtree(unit)].sum(axis=0) for unit in range(len(tree))])
    assert (subtree_sums(tree, own) == walked).all()
