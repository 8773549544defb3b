"""Rows of studies that are not anonymous: one a response, with who gave it, in a store of their own.

    DIR/rows/study=<study>/wave=<wave>/part-<delivery>.parquet

A confidential row carries a pseudonym of its study and no words; an identified one carries the person or contact and
their words. The sealed store knows neither. A part is written aside, flushed and renamed, so it is whole or absent.
Rows go when their days are over, and one person's rows go when that person is erased.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings

from headwater.intake.durable import only_writer, write_whole
from headwater.intake.locking import locked_with, opened_with
from headwater.rooms.listen.logic.answers import form_of
from headwater.rooms.listen.logic.plans import WavePlan
from headwater.vocab import AnswerTable, InputError, Problem, RefusedError
from headwater.vocab.answers import (
    ITEM_MISSING,
    SCORE_MISSING,
    UNIT,
    WEIGHT,
    WEIGHT_ONE,
    cut_column,
    item_column,
    score_column,
)
from headwater.vocab.store_layout import check_key

if TYPE_CHECKING:
    from headwater.rooms.listen.sealing import OpenedResponse

RESPONDENT, LANGUAGE = "respondent", "language"
WORDS_PREFIX = "w_"
"""Prefix of columns of words, identified studies only."""
ROW_GROUP = 16_384
RETENTION_DAYS: Mapping[str, int] = {"confidential": 730, "identified": 1_095}
"""Days after sealing for which rows are kept, by promise."""


@dataclass(frozen=True)
class Row:
    """One response at rest. cuts: level by cut. items: codes by key. scores: ready-made numbers. words: by item key."""

    respondent: str
    unit: str
    language: str
    cuts: Mapping[str, str]
    items: Mapping[str, int]
    scores: Mapping[str, float]
    words: Mapping[str, str]


def rows_folder(study: str, wave: str) -> Path:
    """Return where a wave's rows lie. Raises InputError on keys that cannot name a folder."""
    base: Path = settings.DIR
    return base / "rows" / f"study={check_key(study, 'study')}" / f"wave={check_key(wave, 'wave')}"


def keep_rows(plan: WavePlan, responses: Sequence[OpenedResponse], *, delivery: str = "wave") -> int:
    """Keep opened responses as rows, whole or not at all. Returns how many. The same delivery again replaces itself.

    Raises RefusedError for an anonymous study: its answers are never kept by person or pseudonym.
    """
    from headwater.rooms.listen.sealing import answer_table

    _refuse_anonymous(plan)
    if not responses:
        return 0
    table = answer_table(plan, responses)
    words: dict[str, list[str]] = {}
    if plan.promise == "identified":
        asked = [question.key for question in form_of(plan).questions if question.item.kind == "text"]
        words = {key: [str(one.answers.get(key) or "") for one in responses] for key in asked}
    return keep_table(
        plan,
        table,
        respondents=[one.respondent for one in responses],
        languages=[one.language for one in responses],
        words=words,
        delivery=delivery,
    )


def keep_table(
    plan: WavePlan,
    table: AnswerTable,
    *,
    respondents: Sequence[str] = (),
    languages: Sequence[str] = (),
    words: Mapping[str, Sequence[str]] | None = None,
    delivery: str = "wave",
) -> int:
    """Keep a table of answers as rows. respondents, languages, words: one a row of the table, none for unknown.

    Words of a confidential study are not kept. Raises RefusedError for an anonymous study.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    _refuse_anonymous(plan)
    if not re.fullmatch(r"[A-Za-z0-9-]{1,80}", delivery):
        raise ValueError(f"{delivery!r} cannot name a delivery")
    count = len(table)
    columns: dict[str, Any] = {
        RESPONDENT: pa.array(list(respondents) or [""] * count, pa.string()),
        LANGUAGE: pa.array(list(languages) or [""] * count, pa.string()),
        UNIT: pa.DictionaryArray.from_arrays(pa.array(table.unit), pa.array(table.unit_ids, pa.string())),
    }
    for key, (codes, levels) in table.cuts.items():
        places = codes.astype(np.int32)
        columns[cut_column(key)] = pa.DictionaryArray.from_arrays(
            pa.array(places, mask=places < 0), pa.array(levels, pa.string())
        )
    for key, coded in table.items.items():
        columns[item_column(key)] = pa.array(coded, mask=coded == ITEM_MISSING)
    for key, scores in table.scores.items():
        columns[score_column(key)] = pa.array(scores, mask=scores == SCORE_MISSING)
    if table.weight is not None:
        columns[WEIGHT] = pa.array(table.weight / WEIGHT_ONE)
    if plan.promise == "identified":
        for key, said in (words or {}).items():
            columns[f"{WORDS_PREFIX}{key}"] = pa.array(list(said), pa.string())
    made = pa.table(columns)
    folder = rows_folder(plan.study, plan.wave)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    place = folder / f"part-{delivery}.parquet"

    def write(aside: Path) -> None:
        pq.write_table(made, aside, row_group_size=ROW_GROUP, compression="zstd", **locked_with(place))
        aside.chmod(0o600)

    with only_writer(folder):
        write_whole(place, write)
    return count


def has_rows(study: str, wave: str) -> bool:
    """Whether rows of a wave are kept."""
    return bool(_parts(study, wave))


def read_batches(study: str, wave: str, columns: Sequence[str] | None = None) -> Iterator[Any]:
    """Yield a wave's rows as Arrow record batches, a few thousand rows each, so that memory stays flat.

    columns: those to read, all by default; ones that a part lacks are left out. Raises InputError for a damaged part.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    for part in _parts(study, wave):
        try:
            with pq.ParquetFile(part, **opened_with(part)) as file:
                known = file.schema_arrow.names
                wanted = known if columns is None else [name for name in columns if name in known]
                yield from file.iter_batches(batch_size=ROW_GROUP, columns=wanted)
        except (pa.ArrowInvalid, OSError) as error:
            message = f"rows of wave {wave!r} cannot be read: {error}."
            raise InputError(Problem(message, "Restore the folder rows from a backup.", part.name)) from error


def read_rows(study: str, wave: str) -> Iterator[Row]:
    """Yield a wave's rows, one at a time."""
    for batch in read_batches(study, wave):
        for record in batch.to_pylist():
            yield _row(record)


def count_rows(study: str, wave: str) -> int:
    """Return how many rows of a wave are kept."""
    import pyarrow.parquet as pq

    return sum(pq.read_metadata(part, **opened_with(part)).num_rows for part in _parts(study, wave))


def column_names(study: str, wave: str) -> list[str]:
    """Return the columns of a wave's rows, in order."""
    import pyarrow.parquet as pq

    return list(
        dict.fromkeys(name for part in _parts(study, wave) for name in pq.read_schema(part, **opened_with(part)).names)
    )


def rows_of(study: str, wave: str, respondent: str) -> list[Row]:
    """Return the rows of one respondent, by pseudonym or person."""
    import pyarrow.compute as pc

    found = []
    for batch in read_batches(study, wave):
        mine = batch.filter(pc.equal(batch.column(RESPONDENT), respondent))
        found += [_row(record) for record in mine.to_pylist()]
    return found


def forget_rows(study: str, wave: str) -> bool:
    """Delete all rows of a wave. Returns whether there were any. Safe to repeat."""
    folder = rows_folder(study, wave)
    if not folder.is_dir():
        return False
    shutil.rmtree(folder)
    parent = folder.parent
    if not any(parent.iterdir()):
        parent.rmdir()
    return True


def forget_respondent(study: str, wave: str, respondent: str) -> int:
    """Rewrite a wave's rows without those of one respondent. Returns how many went. Safe to repeat."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    folder, gone = rows_folder(study, wave), 0
    if not respondent or not folder.is_dir():
        return 0
    with only_writer(folder):
        for part in _parts(study, wave):
            table = pq.read_table(part, **opened_with(part))
            kept = table.filter(pc.not_equal(table[RESPONDENT], respondent))
            lost = table.num_rows - kept.num_rows
            if not lost:
                continue
            gone += lost

            def write(aside: Path, kept: pa.Table = kept, part: Path = part) -> None:
                pq.write_table(kept, aside, row_group_size=ROW_GROUP, compression="zstd", **locked_with(part))
                aside.chmod(0o600)

            write_whole(part, write)
    return gone


def is_over(promise: str, sealed_at: datetime, now: datetime) -> bool:
    """Whether the days for which rows of a promise are kept are over."""
    return sealed_at + timedelta(days=RETENTION_DAYS[promise]) <= now


def _refuse_anonymous(plan: WavePlan) -> None:
    if plan.promise not in RETENTION_DAYS:
        message = f"the study {plan.study} is {plan.promise}: who answered is not kept."
        raise RefusedError(message)


def _parts(study: str, wave: str) -> list[Path]:
    return sorted(rows_folder(study, wave).glob("part-*.parquet"))


def _row(record: Mapping[str, Any]) -> Row:
    from headwater.vocab.answers import CUT_PREFIX, ITEM_PREFIX, SCORE_ONE, SCORE_PREFIX

    def under(prefix: str) -> Iterable[tuple[str, Any]]:
        names = ((name, value) for name, value in record.items() if name.startswith(prefix))
        return ((name.removeprefix(prefix), value) for name, value in names if value not in (None, ""))

    return Row(
        respondent=record[RESPONDENT] or "",
        unit=record[UNIT],
        language=record[LANGUAGE] or "",
        cuts=dict(under(CUT_PREFIX)),
        items=dict(under(ITEM_PREFIX)),
        scores={key: value / SCORE_ONE for key, value in under(SCORE_PREFIX)},
        words=dict(under(WORDS_PREFIX)),
    )
