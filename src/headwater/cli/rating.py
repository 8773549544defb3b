"""Which units are rated in a study of internal service: names in the file become ids of the organisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from headwater.cli.project import AnswersSpec
from headwater.formats.answers.mapping import fold
from headwater.formats.tables import nearest
from headwater.scoring.services import SERVER
from headwater.vocab import AnswerTable, InputError, Problem, UnitTree


def name_servers(tables: Mapping[str, AnswerTable], tree: UnitTree, spec: AnswersSpec) -> dict[str, AnswerTable]:
    """Return the tables with the ids of serving units as levels of the cut `server`, the same in every wave.

    A unit is named by its id, or by its name where no other unit has it. Raises InputError for rows that name none, for
    names the organisation does not have, and for ratings of a unit by its own people.
    """
    folded = [fold(name) for name in tree.names]
    by_name = {name: row for row, name in enumerate(folded) if folded.count(name) == 1}
    problems: list[Problem] = []
    rows: dict[str, int] = {}
    for level in sorted({level for table in tables.values() for level in table.cuts[SERVER][1]}):
        row = tree.index_of.get(level, by_name.get(fold(level), -1))
        if row < 0:
            near = nearest(level, (*tree.ids, *tree.names))
            remedy = f"Did you mean {near!r}?" if near else "Add the unit to the organisation, or correct the rows."
            message = f"the organisation has no unit {level!r}, which is rated."
            problems.append(Problem(message, remedy, spec.file, column=spec.server))
        rows[level] = row
    servers = tuple(tree.ids[row] for row in sorted({row for row in rows.values() if row >= 0}))
    place = {server: number for number, server in enumerate(servers)}
    found = {}
    for wave, table in tables.items():
        codes, levels = table.cuts[SERVER]
        row_of = np.array([*(rows[level] for level in levels), -1], np.int64)[codes]
        problems += _wrong_rows(wave, table, row_of, tree, spec, unnamed=codes < 0)
        new = np.array([*(place.get(unit, -1) for unit in tree.ids), -1], np.int16)
        found[wave] = replace(table, cuts={SERVER: (new[row_of], servers)})
    if problems:
        raise InputError(problems)
    return found


def _wrong_rows(
    wave: str, table: AnswerTable, row: np.ndarray, tree: UnitTree, spec: AnswersSpec, *, unnamed: np.ndarray
) -> list[Problem]:
    problems = []
    if unnamed.any():
        message = f"{int(unnamed.sum()):,} rows of {wave} do not say which unit they rate."
        problems.append(Problem(message, "Fill the column, or drop the rows.", spec.file, column=spec.server))
    unit = np.array([tree.index_of[name] for name in table.unit_ids], np.int64)[table.unit]
    size = tree.size[np.maximum(row, 0)]
    own = (row >= 0) & (unit >= row) & (unit < row + size)
    for server in np.unique(row[own]).tolist():
        count = int((own & (row == server)).sum())
        message = f"{count:,} rows of {wave} rate {tree.ids[server]!r}, the unit their own people belong to."
        problems.append(Problem(message, "Internal service is rated by others.", spec.file, column=spec.server))
    return problems
