"""What a ScoreBook shows, as a ledger takes it: which totals, and digests of their numbers. Nothing of it is hidden."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import numpy as np

from headwater.privacy import RESPONDENTS, Release, Total, cut_totals, tree_totals
from headwater.privacy.totals import pack
from headwater.scoring.specification import Specification
from headwater.scoring.superseding import family_of, skipped
from headwater.vocab import Bound, Panel, ScoreBook


def release_of(book: ScoreBook, specification: Specification, token: str = "") -> Release:
    """Return the totals that a ScoreBook shows, by family: respondents, every question, and those who skipped it.

    It is a function of what everybody sees in the book. A scale of items adds nothing to them. token: the version
    of the answers.
    """
    totals: list[Total] = []
    shown: dict[str, list[np.ndarray]] = {}
    exact: dict[str, list[np.ndarray]] = {}
    columns: dict[str, list[int]] = {}
    for number, column in enumerate(book.columns):
        if family := family_of(specification, column.subject, column.role):
            columns.setdefault(family, []).append(number)
    for panel in book.panels:
        held = panel.n > 0
        units = np.zeros((len(book.tree), 1), bool)
        units[panel.rows[held]] = True
        totals += (
            cut_totals(book.tree, units, panel.cut, [panel.level]) if panel.cut else tree_totals(book.tree, units[:, 0])
        )
        cells = panel.shown[held]
        certain = cells & (panel.bound[held] == Bound.EXACT)
        fewer = cells & (panel.n_answered[held] < panel.n[held, None])
        for family, numbers in columns.items():
            for number in numbers:
                exact.setdefault(book.columns[number].key, []).append(certain[:, number])
            shown.setdefault(family, []).append(np.asarray(cells[:, numbers].any(axis=1)))
            shown.setdefault(skipped(family), []).append(np.asarray(fewer[:, numbers].any(axis=1)))
    families, missing = [RESPONDENTS], {}
    for family, parts in shown.items():
        whole = np.concatenate(parts)
        if whole.any():
            families.append(family)
            if not whole.all():
                missing[family] = tuple(np.flatnonzero(~whole).tolist())
    cuts = {cut.key: list(cut.levels) for cut in book.study.cuts}
    about = {
        "answers": token,
        "units": list(book.tree.ids),
        "parents": book.tree.parent.tolist(),
        "cuts": cuts,
        "exact": {key: pack(np.concatenate(parts)) for key, parts in exact.items()},
        "shows": figures_of(book),
    }
    words = f"k = {book.study.k}, {len(book.tree)} units, {'cuts: ' + ', '.join(cuts) if cuts else 'no cuts'}"
    return Release(words, tuple(totals), tuple(families), missing, book.study.k, about)


def figures_of(book: ScoreBook) -> dict[str, str]:
    """Return digests of the numbers that a book shows, by cut and column, comparisons with other waves left out.

    Everybody who has the results can compute them, so they tell nothing more.
    """
    tree = hashlib.sha256(json.dumps([book.tree.ids, book.tree.parent.tolist()]).encode()).digest()
    found: dict[str, hashlib._Hash] = {}

    def add(name: str, *arrays: np.ndarray, words: Sequence[str] = ()) -> None:
        digest = found.setdefault(name, hashlib.sha256(tree))
        digest.update(json.dumps([name, *words]).encode())
        for array in arrays:
            digest.update(np.ascontiguousarray(array).tobytes())

    for panel in book.panels:
        rows = panel.rows.astype(np.int64)
        add(f"{panel.cut}|people", rows, panel.n.astype(np.int64), words=[panel.level])
        grids = _figures(panel)
        for number, column in enumerate(book.columns):
            add(f"{panel.cut}|{column.key}", rows, *(grid[number] for grid in grids), words=[panel.level])
    shares = book.shares
    for number, subject in enumerate(shares.subjects):
        percent = shares.percent[:, int(shares.offsets[number]) : int(shares.offsets[number + 1])]
        add(f"|shares:{subject}", np.where(np.isnan(percent), -1, percent).astype(np.int16))
    return {name: digest.hexdigest() for name, digest in found.items()}


def _figures(panel: Panel) -> list[np.ndarray]:
    """Every column of a panel: which are shown, of how many, and value and error to seven digits. One row a column."""
    shown = panel.shown
    numbers = [np.where(shown, np.nan_to_num(panel.fields[name]), 0).astype(np.float32) for name in ("value", "se")]
    grids = [shown, panel.n_answered.astype(np.int64), panel.bound.astype(np.int8), *numbers]
    return [np.ascontiguousarray(grid.T) for grid in grids]
