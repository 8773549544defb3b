"""The search against brute force on small trees, and the auditor's independence of the gate."""

from __future__ import annotations

import ast
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from tests.core.privacy.audit_cast import small_table

import headwater.privacy.audit
from headwater.privacy.audit import audit_releases
from headwater.privacy.releases import ReleaseTable

K = 5


def random_release(rng: np.random.Generator, own: dict[str, int], share: float) -> tuple[ReleaseTable, np.ndarray]:
    """A random tree over units that have people of their own, with a random set of units shown, and its rows."""
    units = list(own)
    order = [units[0], *rng.permutation(units[1:])]
    parents = {str(unit): "" if number == 0 else str(order[rng.integers(number)]) for number, unit in enumerate(order)}
    members = {unit: {unit} for unit in parents}
    for unit in reversed(order[1:]):
        members[parents[str(unit)]] |= members[str(unit)]
    counts = {unit: sum(own[member] for member in held) for unit, held in members.items()}
    shown = {unit: count for unit, count in counts.items() if count >= K and (rng.random() < share or unit == units[0])}
    rows = np.array([[member in members[unit] for member in units] for unit in shown], np.int64).reshape(-1, len(units))
    return small_table(parents, shown), rows


def small_groups(rows: np.ndarray, people: np.ndarray) -> bool:
    """Whether any sum of rows with coefficients -1, 0, 1 is the 0/1 vector of 1 to k - 1 people."""
    if len(rows) == 0:
        return False
    weights = np.array(list(product((-1, 0, 1), repeat=len(rows))))
    vectors = weights @ rows
    groups = np.all((vectors == 0) | (vectors == 1), axis=1)
    sizes = vectors[groups] @ people
    return bool(np.any((sizes > 0) & (sizes < K)))


@pytest.mark.parametrize("seed", range(40))
def test_one_tree_against_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    own = {f"u{number}": int(people) for number, people in enumerate(rng.integers(1, 12, 6))}
    table, rows = random_release(rng, own, 0.6)
    verdict = audit_releases([table])
    assert verdict.clean != small_groups(rows, np.array(list(own.values())))


def test_brute_force_sees_both_kinds() -> None:
    seen = set()
    for seed in range(40):
        rng = np.random.default_rng(seed)
        own = {f"u{number}": int(people) for number, people in enumerate(rng.integers(1, 12, 6))}
        _, rows = random_release(rng, own, 0.6)
        seen.add(small_groups(rows, np.array(list(own.values()))))
    assert seen == {True, False}


@pytest.mark.parametrize("seed", range(30))
def test_two_trees_against_brute_force(seed: int) -> None:
    rng = np.random.default_rng(1000 + seed)
    own = {f"u{number}": int(people) for number, people in enumerate(rng.integers(2, 12, 6))}
    (first, one), (second, other) = (random_release(rng, own, 0.5) for _ in range(2))
    verdict = audit_releases([first, second])
    assert not verdict.unfinished
    assert verdict.clean != small_groups(np.unique(np.vstack([one, other]), axis=0), np.array(list(own.values())))


FORBIDDEN = ("gate", "alike", "cuts", "dicuts", "crossing", "merging", "spans", "ledger", "recutting")


def test_the_auditor_imports_nothing_of_the_gate() -> None:
    folder = Path(headwater.privacy.audit.__file__).parent
    files = [*folder.glob("*.py"), folder.parent / "releases.py"]
    assert len(files) > 10
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names] + [node.module or ""]
            for name in names:
                if name.startswith("headwater"):
                    # `compiling` runs a loop that it is given, and knows nothing of what it counts.
                    own = ("headwater.privacy.audit", "headwater.privacy.releases", "headwater.stats.compiling")
                    allowed = ("headwater.vocab", *own)
                    assert name.startswith(allowed), f"{file.name} imports {name}"
                assert not any(name == f"headwater.privacy.{part}" or name.startswith(f"headwater.privacy.{part}.")
                               for part in FORBIDDEN)  # fmt: skip
