"""The gate: time on an organisation of 12,000 units, and what it shows beside two simpler rules.

Run `python -m benchmarks.gate`. It prints, in one run: agreement with exhaustive search on small random trees; units
shown of a 100,000-person organisation by the exact gate, by a greedy sibling rule and by a bare threshold (with the
small groups each leaves derivable); seconds for the tree, for 160 columns and for a cut; and the ratios.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from itertools import combinations

import numpy as np

from headwater.org import number_units, subtree_sums
from headwater.privacy import gate_columns, gate_cuts, gate_tree, is_safe
from headwater.privacy.crossing import SeveralCuts
from headwater.privacy.gate import contract
from headwater.vocab import CUT_UNIT_MINIMUM, UnitTree

K = 5
RESPONSE = 0.62
LIMIT_SECONDS = 0.3


def organisation(units: int, people: int, draw: np.random.Generator) -> tuple[UnitTree, np.ndarray]:
    """Make teams of 3 to 17 under leaders of 4 to 9 units; leaders answer in the unit above them."""
    parents: list[int | None] = [None]
    frontier = [0]
    while len(parents) < units:
        following = []
        for unit in frontier:
            for _ in range(int(draw.integers(4, 10))):
                if len(parents) < units:
                    following.append(len(parents))
                    parents.append(unit)
        frontier = following
    tree = number_units([str(u) for u in range(units)], [None if p is None else str(p) for p in parents])
    leaves = np.flatnonzero(tree.size == 1)
    invited = np.zeros(units, np.int64)
    np.add.at(invited, tree.parent[1:], 1)  # every leader answers in the unit above
    sizes = draw.integers(3, 18, len(leaves)).astype(float)
    invited[leaves] += np.rint(sizes * (people - invited.sum()) / sizes.sum()).astype(np.int64)
    return tree, draw.binomial(invited, RESPONSE).astype(np.int64)


def by_siblings(tree: UnitTree, own: np.ndarray, k: int) -> np.ndarray:
    """Hide what is below k, then the smallest shown sibling until no family hides 1 to k - 1 people: the usual rule."""
    totals = subtree_sums(tree, own)
    shown = totals >= k
    for unit in range(len(tree)):  # parents first; what lies under a hidden unit is judged in its own family
        children = [child for child in tree.children(unit) if totals[child] > 0]
        while True:
            hidden = own[unit] + sum(int(totals[child]) for child in children if not shown[child])
            open_children = [child for child in children if shown[child]]
            if hidden == 0 or hidden >= k or not open_children:
                break
            shown[min(open_children, key=lambda child: (int(totals[child]), child))] = False
        if not shown[unit]:  # a greedy rule that drills no further below what it hides
            for child in children:
                shown[child] = False
    return shown


def leaks(tree: UnitTree, shown: np.ndarray, own: np.ndarray, k: int) -> int:
    """How many groups of 1 to k - 1 people follow by subtraction."""
    _, residual = contract(tree, shown, subtree_sums(tree, own))
    return int(((residual > 0) & (residual < k)).sum())


def exhaustive(tree: UnitTree, own: np.ndarray, k: int) -> int:
    """The most units any safe set with the root shows, by trying every set."""
    totals = subtree_sums(tree, own)
    if totals[0] < k:
        return 0
    others = [unit for unit in range(1, len(tree)) if totals[unit] >= k]
    for size in range(len(others), -1, -1):
        for chosen in combinations(others, size):
            shown = np.zeros(len(tree), bool)
            shown[[0, *chosen]] = True
            if is_safe(tree, shown, own, k):
                return size + 1
    return 0


def fastest(work: Callable[[], object], repeats: int = 5) -> float:
    """Seconds of the fastest of some runs."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def many_cuts(tree: UnitTree, own: np.ndarray, published: np.ndarray, draw: np.random.Generator) -> None:
    """Gate 40 cuts of three to six levels drawn by chance, and print what units of each depth show, and the seconds."""
    sizes = [3 + cut % 4 for cut in range(40)]
    unit = np.repeat(np.arange(len(tree)), own)
    levels = np.column_stack([draw.integers(0, size, len(unit)) for size in sizes])
    people = np.ones(len(unit), np.int64)
    several = SeveralCuts(tree, unit, levels, people, sizes, published, K)
    start = time.process_time()
    shown = several.choose()
    chosen = time.process_time()
    answered = (draw.random((len(unit), 4)) < 0.985).astype(np.int64)
    by_unit = np.zeros((len(tree), 4), np.int64)
    np.add.at(by_unit, unit, answered)
    kept = several.keep(answered, gate_columns(tree, published, by_unit, K), shown)
    seconds, cells = time.process_time() - chosen, sum(int(part.sum()) for part in shown)
    left = np.mean([sum(int(part.sum()) for part in parts) for parts in kept])
    print(f"  40 cuts of {sum(sizes)} levels: {cells:,} cells shown, chosen in {chosen - start:.1f} s CPU")
    print(f"  by question {seconds / 4:.1f} s CPU; of the cells, {left / cells:.1%} stay for who answered it")
    large = published & (subtree_sums(tree, own) >= CUT_UNIT_MINIMUM)
    for depth in range(int(tree.depth[large].max()) + 1):
        at = large & (tree.depth == depth)
        each = np.mean(np.sum([part[at].any(axis=1) for part in shown], axis=0))
        print(f"    depth {depth}: {at.sum():4} units of {CUT_UNIT_MINIMUM} and more show {each:.1f} cuts on average")


def main() -> int:
    """Run and print. Returns 1 when the gate is too slow or shows fewer units than exhaustive search."""
    parser = argparse.ArgumentParser(description="Time the privacy gate.")
    parser.add_argument("--units", type=int, default=12_000)
    parser.add_argument("--people", type=int, default=100_000)
    arguments = parser.parse_args()
    draw = np.random.default_rng(5)

    agreed = tried = 0
    for _ in range(200):
        parents = [None, *(str(draw.integers(0, unit)) for unit in range(1, int(draw.integers(2, 11))))]
        small = number_units([str(unit) for unit in range(len(parents))], parents)
        people = draw.integers(0, K + 3, len(small))
        tried += 1
        agreed += int(gate_tree(small, people, K).sum()) == exhaustive(small, people, K)
    print(f"small random trees of up to 10 units: {agreed} of {tried} equal exhaustive search")

    tree, own = organisation(arguments.units, arguments.people, draw)
    totals = subtree_sums(tree, own)
    exact = gate_tree(tree, own, K)
    greedy, bare = by_siblings(tree, own, K), totals >= K
    print(f"{len(tree):,} units, {own.sum():,} respondents of {arguments.people:,} people, k = {K}")
    for name, shown in (("exact gate", exact), ("greedy sibling rule", greedy), ("bare threshold", bare)):
        print(f"  {name:20} shows {shown.sum():6,} units, {leaks(tree, shown, own, K):5,} small groups derivable")
    print(f"  exact to greedy: {exact.sum() / max(greedy.sum(), 1):.2f} times as many units")

    seconds = fastest(lambda: gate_tree(tree, own, K))
    answered = draw.binomial(own[:, None], 0.96, (len(tree), 160))
    column_seconds = fastest(lambda: gate_columns(tree, exact, answered, K), 2)
    mix = draw.dirichlet(np.full(10, 1.5), len(tree))
    cells = np.array([draw.multinomial(count, shares) for count, shares in zip(own, mix, strict=True)])
    cut_seconds = fastest(lambda: gate_cuts(tree, cells, exact, K), 2)
    print(f"  tree {seconds:.3f} s (limit {LIMIT_SECONDS} s), {LIMIT_SECONDS / seconds:.0f} times inside it")
    print(f"  160 columns {column_seconds:.2f} s, {160 * seconds / column_seconds:.1f} times faster than 160 trees")
    print(f"  a cut of 10 levels {cut_seconds:.2f} s")
    many_cuts(tree, own, exact, draw)
    return 0 if agreed == tried and seconds < LIMIT_SECONDS else 1


if __name__ == "__main__":
    raise SystemExit(main())
