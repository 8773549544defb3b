"""Raw answers for whoever holds the data key. Nothing here has passed the gate, and no page or report reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from headwater.engine.opening import is_locked, opened_with
from headwater.engine.store import sealed_answers
from headwater.vocab import InputError, Problem
from headwater.vocab.answers import CUT_PREFIX, ITEM_PREFIX, KEY, SCORE_ONE, SCORE_PREFIX, UNIT, WEIGHT, WEIGHT_ONE


def read_raw_answers(store: Path, study: str, wave: str, *, data_key: Path) -> list[dict[str, Any]]:
    """Return a wave's sealed responses as plain rows, in their random order within units.

    Keys: "unit", "weight" (1 for an ordinary response), "cut:<key>", the items' keys with their codes, "score:<key>" in
    scale points; None where nothing was answered. data_key: the file of the data key.

    Raises InputError when nothing is sealed, when the key is missing or another one, and when the wave was sealed
    without a data key: then no key shows who may read it.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    found: list[dict[str, Any]] = []
    for path in (part.path for part in sealed_answers(store, study, wave, data_key=data_key).parts):
        if not is_locked(path):
            remedy = "Seal it again with HEADWATER_DATA_KEY, or read the sealed files yourself."
            raise InputError(Problem("the wave was sealed without a data key.", remedy, file=str(path)))
        try:
            table = pq.read_table(path, **opened_with(path, data_key))
        except (pa.ArrowException, OSError) as wrong:
            remedy = "Give the data key that the answers were sealed with."
            raise InputError(Problem(f"the sealed file cannot be opened ({wrong}).", remedy, str(path))) from wrong
        found += [_plain(row) for row in table.to_pylist()]
    return found


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"unit": row[UNIT], "weight": row[WEIGHT] / WEIGHT_ONE}
    for name, value in row.items():
        if name in (UNIT, WEIGHT, KEY):
            continue
        if name.startswith(CUT_PREFIX):
            made[f"cut:{name.removeprefix(CUT_PREFIX)}"] = value
        elif name.startswith(SCORE_PREFIX):
            made[f"score:{name.removeprefix(SCORE_PREFIX)}"] = None if value is None else value / SCORE_ONE
        elif name.startswith(ITEM_PREFIX):
            made[name.removeprefix(ITEM_PREFIX)] = value
    return made
