"""Sealing: answers leave the order in which they came, and are written where engines read them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from headwater.intake.checks import check_table
from headwater.intake.digest import delivery_digest
from headwater.intake.durable import only_writer, write_whole
from headwater.intake.locking import locked_with
from headwater.intake.manifest import Manifest, SealedPart, read_manifest, source_mark, write_manifest
from headwater.vocab import AnswerTable, InputError, Problem, Study, Wave
from headwater.vocab.answers import (
    ITEM_MISSING,
    KEY,
    SCORE_MISSING,
    UNIT,
    WEIGHT,
    WEIGHT_MAX,
    WEIGHT_ONE,
    cut_column,
    item_column,
    score_column,
)
from headwater.vocab.store_layout import ANSWERS, ASIDE, COMMENTS, part_name, wave_folder

if TYPE_CHECKING:
    import pyarrow as pa

ROW_GROUP = 65_536
Draw = Callable[[int], NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class SealReport:
    """What one sealing did.

    digest: names the delivery. rows: responses in it. comments: comments in it. trimmed: responses whose weight was
    lowered to the largest allowed. already_sealed: the delivery was sealed before and nothing was added.
    removed: left-overs of an earlier sealing that was killed.
    """

    study: str
    wave: str
    digest: str
    rows: int
    comments: int
    trimmed: int
    already_sealed: bool
    removed: tuple[str, ...] = ()


def seal(
    store: Path,
    study: Study,
    wave: Wave,
    table: AnswerTable,
    *,
    seed: int | None = None,
    source: str = "",
    whole: bool = False,
) -> SealReport:
    """Shuffle a delivery of answers and add it to a wave at rest, whole or not at all.

    Rows are sorted by unit and lie in random order within it. Every row gets a random 64-bit key for the bootstrap.
    Comments are shuffled on their own and share nothing with the ratings but the unit. Weights above WEIGHT_MAX are
    trimmed and counted. Randomness comes from the operating system; `seed` makes it repeatable for demonstrations and
    tests, and is never used for real answers.

    `source` names the delivery (a tick, a file's name), so that two ticks with equal answers both count. Sealing the
    same rows from the same source again adds nothing. Do not pass a digest that depends on the order of the rows.

    whole: the delivery is all of the wave, so nobody is counted twice when it comes again changed. What came from the
    same source before is replaced, and InputError is raised when answers of another source lie there.

    Raises InputError when nobody answered, when a cut or level was not declared by the study, when a weight is not
    positive, when a key cannot name a folder or a column, or when the wave was sealed under other cuts or another
    promise.
    """
    answers = wave_folder(store, ANSWERS, study.key, wave.key)
    comments = wave_folder(store, COMMENTS, study.key, wave.key)
    check_table(table, study, wave)
    digest = delivery_digest(table, source)
    trimmed = 0 if table.weight is None else int((table.weight > WEIGHT_MAX).sum())
    said = sum(map(len, table.comments.values()))
    draw = _drawing(seed)

    answers.mkdir(parents=True, exist_ok=True)
    with only_writer(answers):
        manifest = _manifest(answers, study, wave)
        mark = source_mark(source)
        if whole:
            _check_alone(manifest, mark)
        removed = _remove_leftovers((answers, comments), manifest)
        known = any(part.digest == digest for part in manifest.parts)
        if not known:
            if said:
                comments.mkdir(parents=True, exist_ok=True)
                _write_parquet(comments / part_name(digest), _comment_table(table, draw))
            rows = _answer_table(table, draw)
            sha256, size = _write_parquet(answers / part_name(digest), rows)
            weighted = table.weight is not None and bool((table.weight != WEIGHT_ONE).any())
            part = SealedPart(digest, len(table), said, weighted, sha256, size, tuple(rows.column_names), mark)
            manifest = replace(manifest, parts=(part,) if whole else (*manifest.parts, part))
            write_manifest(answers, manifest)
            if whole:
                removed += _remove_leftovers((answers, comments), manifest)
    return SealReport(study.key, wave.key, digest, len(table), said, trimmed, known, removed)


def _drawing(seed: int | None) -> Draw:
    """Return a source of random 64-bit integers: the operating system's, or a seeded one."""
    if seed is None:
        return lambda count: np.frombuffer(os.urandom(8 * count), np.int64).copy()
    generator = np.random.default_rng(seed)
    return lambda count: generator.integers(-(2**63), 2**63 - 1, count, np.int64, endpoint=True)


def _manifest(answers: Path, study: Study, wave: Wave) -> Manifest:
    """Return the wave's manifest, or an empty one. What was promised at the first sealing cannot change."""
    cuts = {cut.key: cut.levels for cut in study.cuts}
    found = read_manifest(answers)
    if found is None:
        return Manifest(study.key, wave.key, study.promise, cuts)
    if found.promise != study.promise:
        raise InputError(f"wave {wave.key!r} was sealed as {found.promise}; it cannot go on as {study.promise}")
    if dict(found.cuts) != cuts:
        raise InputError(f"wave {wave.key!r} was sealed under other cuts; cuts are frozen at launch")
    return found


def _check_alone(manifest: Manifest, mark: str) -> None:
    """Raise InputError when a wave holds answers of another source."""
    others = sum(part.rows for part in manifest.parts if part.source != mark)
    if others:
        message = f"the store holds {others} answers under the name of wave {manifest.wave!r} that came from elsewhere."
        remedy = "Find out whose they are, and move the wave's folder in the store away if they are no part of it."
        raise InputError(Problem(message, remedy))


def _remove_leftovers(folders: tuple[Path, ...], manifest: Manifest) -> tuple[str, ...]:
    """Remove files that no manifest names: a sealing was killed before it counted."""
    kept = {part_name(part.digest) for part in manifest.parts}
    removed = []
    for folder in folders:
        if not folder.is_dir():
            continue
        for path in sorted(folder.iterdir()):
            if path.name.startswith(ASIDE) or (path.name.startswith("part-") and path.name not in kept):
                path.unlink()
                removed.append(path.name)
    return tuple(removed)


def _answer_table(table: AnswerTable, draw: Draw) -> pa.Table:
    """Lay the answers out in their random order: sorted by unit id, shuffled within."""
    import pyarrow as pa

    count = len(table)
    ranks = np.empty(len(table.unit_ids), np.int32)
    by_id = sorted(range(len(table.unit_ids)), key=table.unit_ids.__getitem__)
    ranks[by_id] = np.arange(len(by_id), dtype=np.int32)
    unit = ranks[table.unit]
    order = np.lexsort((draw(count), unit))
    columns: dict[str, Any] = {UNIT: _texts(unit[order], [table.unit_ids[number] for number in by_id])}
    for key, (codes, levels) in table.cuts.items():
        columns[cut_column(key)] = _texts(codes[order].astype(np.int32), list(levels))
    for key, answered in table.items.items():
        codes8 = answered[order].astype(np.int8)
        columns[item_column(key)] = pa.array(codes8, mask=codes8 == ITEM_MISSING)
    for key, values in table.scores.items():
        scores = values[order].astype(np.int64)
        columns[score_column(key)] = pa.array(scores, mask=scores == SCORE_MISSING)
    weight = np.full(count, WEIGHT_ONE, np.int64) if table.weight is None else table.weight[order].astype(np.int64)
    columns[WEIGHT] = pa.array(np.minimum(weight, WEIGHT_MAX))
    columns[KEY] = pa.array(draw(count))
    return pa.table(columns)


def _comment_table(table: AnswerTable, draw: Draw) -> pa.Table:
    """Lay the comments out, sorted by unit and item, shuffled within. Nothing keeps one person's together."""
    import pyarrow as pa

    found = [(unit, item, words) for item, pairs in table.comments.items() for unit, words in pairs]
    chance = draw(len(found)).tolist()
    found = [row for _, row in sorted(zip(chance, found, strict=True), key=lambda pair: (*pair[1][:2], pair[0]))]
    names = (UNIT, "item", "words")
    texts = {name: pa.array([row[place] for row in found], pa.string()) for place, name in enumerate(names)}
    return pa.table(texts)


def _texts(codes: NDArray[np.int32], texts: list[str]) -> Any:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(texts, pa.string()))


def _write_parquet(path: Path, rows: pa.Table) -> tuple[str, int]:
    """Write a Parquet file, whole or not at all. Returns its SHA-256 and size.

    It carries no date and no order, and is locked where there is a data key.
    """
    import pyarrow.parquet as pq

    written = []

    def write(aside: Path) -> None:
        pq.write_table(
            rows,
            aside,
            row_group_size=ROW_GROUP,
            compression="zstd",
            use_dictionary=[name for name in rows.column_names if name not in (KEY, "words")],
            store_schema=False,
            **locked_with(path),
        )
        content = aside.read_bytes()
        written.append((hashlib.sha256(content).hexdigest(), len(content)))

    write_whole(path, write)
    return written[0]
