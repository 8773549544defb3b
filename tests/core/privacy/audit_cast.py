"""Releases to attack: a simulated organisation of 300 people, and tables small enough to check by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from headwater.instruments import load_instrument
from headwater.intake import seal
from headwater.org import number_units
from headwater.privacy.releases import ReleaseColumn, ReleaseTable, release_table
from headwater.scoring import Comparisons, score_wave, specify
from headwater.simulation import CUTS, EMPLOYEE_INSTRUMENTS, SimulationPlan, simulate
from headwater.vocab import FIELDS, Panel, ScoreBook, Study, Wave

INSTRUMENTS = ("lx_core",)


def scored_books(folder: Path, people: int = 300) -> list[ScoreBook]:
    """Return the ScoreBooks of two waves, with one cut, as the product makes them."""
    world = simulate(SimulationPlan(people=people))
    names = [name for name in EMPLOYEE_INSTRUMENTS if name in INSTRUMENTS] or list(EMPLOYEE_INSTRUMENTS)[:1]
    study = Study("people", "People survey", instruments=tuple(names), cuts=CUTS[1:2])
    specification = specify([load_instrument(name) for name in names])
    books: list[ScoreBook] = []
    for number in range(2):
        wave = Wave("people", world.wave_key(number), world.wave_key(number), number)
        answers = world.employee_answers(number)
        kept = {cut.key: answers.cuts[cut.key] for cut in study.cuts}
        seal(folder, study, wave, replace(answers, cuts=kept), seed=1)
        before = books[-1] if books else None
        book, _ = score_wave(
            folder, study=study, wave=wave, tree=world.staff.tree, specification=specification,
            comparisons=Comparisons(previous=before),
        )  # fmt: skip
        books.append(book)
    return books


def tables_of(books: Sequence[ScoreBook]) -> tuple[ReleaseTable, ...]:
    """Return copies of what the books release, free to be changed."""
    return tuple(own_copy(release_table(book)) for book in books)


def own_copy(table: ReleaseTable) -> ReleaseTable:
    """Return a table whose arrays are its own."""
    shares = table.shares
    return replace(
        table,
        panels=tuple(_copied(panel) for panel in table.panels),
        shares=None if shares is None else replace(shares, percent=shares.percent.copy()),
    )


def _copied(panel: Panel) -> Panel:
    return replace(
        panel,
        shown=panel.shown.copy(),
        n=panel.n.copy(),
        n_answered=panel.n_answered.copy(),
        fields={name: values.copy() for name, values in panel.fields.items()},
        bound=panel.bound.copy(),
    )


COLUMN = ReleaseColumn("mean", "lx_listens", "item", 1.0, 5.0, "points")


def small_table(
    parents: Mapping[str, str],
    counts: Mapping[str, int],
    *,
    levels: Mapping[tuple[str, str], Mapping[str, int]] | None = None,
    value: float = 3.0,
    **said: Any,
) -> ReleaseTable:
    """Return a table of one column. parents: unit -> the unit above. counts: respondents of the units shown.

    levels: (cut, level) -> respondents of the units shown there.
    """
    tree = number_units(list(parents), list(parents.values()))

    def panel(cut: str, level: str, counts: Mapping[str, int]) -> Panel:
        n = np.array([counts.get(unit, 0) for unit in tree.ids], np.int64)
        shown = (n > 0)[:, None]
        fields = {name: np.full(shown.shape, np.nan) for name in FIELDS}
        fields["value"][shown] = value
        fields["se"][shown], fields["low"][shown], fields["high"][shown] = 0.2, value - 0.4, value + 0.4
        kinds = {kind: np.zeros(shown.shape, np.int8) for kind in ("rest", "previous", "benchmark")}
        rows = np.arange(len(tree), dtype=np.int32)
        return Panel(cut, level, rows, shown, n, np.where(shown, n[:, None], 0), fields, np.zeros(shown.shape, np.int8),
                     kinds)  # fmt: skip

    table = ReleaseTable(
        study="people", wave="w1", version=1, window="", k=5, promise="anonymous", previous_wave="",
        unit_ids=tree.ids, unit_names=tree.names, parent=tree.parent, size=tree.size, columns=(COLUMN,),
        panels=(panel("", "", counts), *(panel(*key, held) for key, held in (levels or {}).items())),
    )  # fmt: skip
    return replace(table, **said)
