"""Finding sealed answers: the parts of a wave, what they hold, and whether they are whole.

`headwater.intake` writes them; `headwater.vocab.store_layout` says where they lie.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headwater.engine.opening import opened_with
from headwater.vocab import InputError, MomentPlan, Problem
from headwater.vocab.answers import ITEM_PREFIX, KEY, SCORE_PREFIX, UNIT, WEIGHT, WEIGHT_MAX, WEIGHT_ONE, cut_column
from headwater.vocab.answers import item_column as item_column_of
from headwater.vocab.answers import score_column as score_column_of
from headwater.vocab.store_layout import ANSWERS, MANIFEST, MANIFEST_FORMAT, SCORE_LIMIT, part_name, wave_folder


@dataclass(frozen=True, slots=True)
class Part:
    """One sealed Parquet file.

    columns: its column names. ranges: smallest and largest value of each number column, for columns that hold any.
    starts: (smallest unit id, rows) of each row group, in order.
    """

    digest: str
    path: Path
    rows: int
    columns: tuple[str, ...]
    ranges: Mapping[str, tuple[int, int]]
    starts: tuple[tuple[str, int], ...]

    @property
    def weighted(self) -> bool:
        """Whether any weight differs from 1."""
        return self.ranges[WEIGHT] != (WEIGHT_ONE, WEIGHT_ONE)


@dataclass(frozen=True, slots=True)
class SealedAnswers:
    """The parts of one wave to be read.

    cuts: the levels declared before launch, by cut. wave_columns: every column that some part of the wave has, also one
    that is not to be read.
    """

    study: str
    wave: str
    cuts: Mapping[str, tuple[str, ...]]
    parts: tuple[Part, ...]
    wave_columns: frozenset[str]

    @property
    def rows(self) -> int:
        """How many responses the parts hold."""
        return sum(part.rows for part in self.parts)

    @property
    def columns(self) -> frozenset[str]:
        """Every column that some part to be read has."""
        return frozenset(name for part in self.parts for name in part.columns)

    @property
    def uniform(self) -> bool:
        """Whether all parts have the same columns in the same order."""
        return len({part.columns for part in self.parts}) == 1

    def range(self, column: str) -> tuple[int, int]:
        """Return the smallest and largest value of a number column over the parts; (0, 0) when it holds none."""
        found = [part.ranges[column] for part in self.parts if column in part.ranges]
        return (min(low for low, _ in found), max(high for _, high in found)) if found else (0, 0)


def sealed_answers(
    store: Path, study: str, wave: str, parts: Iterable[str] | None = None, *, data_key: Path | None = None
) -> SealedAnswers:
    """Find the sealed parts of a wave, all of them or those whose digests are given.

    data_key: the key file that opens locked parts, in place of HEADWATER_DATA_KEY.

    Raises InputError when nothing is sealed, a digest is unknown, or a file is missing, cut short or not ours.
    """
    manifest = _manifest(store, study, wave)
    folder = wave_folder(store, ANSWERS, study, wave)
    named = {part["digest"]: part for part in manifest["parts"]}
    wanted = list(named) if parts is None else list(dict.fromkeys(parts))
    for digest in wanted:
        if digest not in named:
            raise InputError(f"wave {wave!r} of study {study!r} has no sealed part {digest!r}")
    cuts = {key: tuple(levels) for key, levels in manifest["cuts"].items()}
    found = tuple(_read_part(folder / part_name(digest), named[digest], data_key) for digest in wanted)
    if sum(part.rows for part in found) == 0 and parts is None:
        raise InputError(f"nobody answered in wave {wave!r} of study {study!r}")
    columns = frozenset(name for part in manifest["parts"] for name in part["columns"])
    return SealedAnswers(study, wave, cuts, found, columns)


def sealed_digests(store: Path, study: str, wave: str) -> tuple[str, ...]:
    """List the digests of a wave's sealed parts in the order of sealing. Raises InputError when nothing is sealed."""
    return tuple(part["digest"] for part in _manifest(store, study, wave)["parts"])


def check_plan(plan: MomentPlan, answers: SealedAnswers) -> None:
    """Refuse a plan that these answers cannot serve, naming every item, score and cut (InputError)."""
    planned = {item.key: item for item in plan.items}
    problems = []
    if len(planned) != len(plan.items):
        problems.append(Problem("the plan names an item twice"))
    for item in plan.items:
        column = item_column_of(item.key)
        if column not in answers.wave_columns:
            problems.append(Problem("the wave has no such item.", column=item.key))
            continue
        if item.high < item.low:
            problems.append(Problem(f"the plan's codes run from {item.low} to {item.high}", column=item.key))
        elif any(column in part.ranges for part in answers.parts):
            low, high = answers.range(column)
            if low < item.low or high > item.high:
                message = f"answers from {low} to {high} at rest lie outside the scale {item.low} to {item.high}."
                problems.append(Problem(message, "Correct the questionnaire's scale.", column=item.key))
    for score in plan.scores:
        unknown = [key for key in score.items if key not in planned]
        if unknown:
            problems.append(
                Problem(f"the score uses items that the plan does not count: {', '.join(unknown)}", column=score.key)
            )
        elif not score.items and score_column_of(score.key) not in answers.wave_columns:
            problems.append(Problem("the wave has no such ready-made score.", column=score.key))
        elif not score.items and _beyond(answers.range(score_column_of(score.key)), SCORE_LIMIT):
            problems.append(Problem("the score is too large to sum exactly", column=score.key))
        elif score.items and not 1 <= score.min_answered <= len(score.items):
            problems.append(
                Problem(f"min_answered is {score.min_answered} of {len(score.items)} items", column=score.key)
            )
    problems += [
        Problem("the wave carries no such cut.", column=cut)
        for cut in plan.cuts
        if cut_column(cut) not in answers.wave_columns or cut not in answers.cuts
    ]
    low, high = answers.range(WEIGHT)
    if low <= 0 or high > WEIGHT_MAX:
        problems.append(Problem(f"weights at rest run from {low} to {high}, outside 1 to {WEIGHT_MAX}"))
    if problems:
        raise InputError(problems)


def _beyond(span: tuple[int, int], limit: int) -> bool:
    return max(-span[0], span[1]) >= limit


def _manifest(store: Path, study: str, wave: str) -> dict[str, Any]:
    path = wave_folder(store, ANSWERS, study, wave) / MANIFEST
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if found["format"] != MANIFEST_FORMAT:
            raise ValueError(f"format {found['format']!r}")
        for part in found["parts"]:
            part["digest"], part["rows"], part["size"], part["columns"]
        found["cuts"].items()
    except FileNotFoundError:
        raise InputError(f"nobody answered in wave {wave!r} of study {study!r}: nothing is sealed") from None
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise InputError(Problem(f"the manifest cannot be read ({wrong}).", file=str(path))) from wrong
    return found


def _read_part(path: Path, named: Mapping[str, Any], data_key: Path | None) -> Part:
    """Read a part's footer, and hold it against the manifest."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    remedy = "Restore it from a backup."
    try:
        size = path.stat().st_size
        if size != named["size"]:
            message = f"the sealed file has {size} bytes where {named['size']} were sealed: it is cut short or changed."
            raise InputError(Problem(message, remedy, file=str(path)))
        footer = pq.read_metadata(path, **opened_with(path, data_key))
    except (pa.ArrowException, OSError) as wrong:
        raise InputError(Problem(f"the sealed file cannot be read ({wrong}).", remedy, file=str(path))) from wrong
    columns = tuple(footer.schema.names)
    if footer.num_rows != named["rows"] or not {UNIT, WEIGHT, KEY} <= set(columns):
        raise InputError(Problem("the file is not a part that was sealed here.", remedy, file=str(path)))
    ranges: dict[str, tuple[int, int]] = {}
    starts = []
    for group in range(footer.num_row_groups):
        group_rows = footer.row_group(group)
        for place, name in enumerate(columns):
            if name not in (UNIT, WEIGHT) and not name.startswith((ITEM_PREFIX, SCORE_PREFIX)):
                continue
            column = group_rows.column(place)
            known = column.statistics
            if known is None or not known.has_min_max:
                if known is None or known.null_count != group_rows.num_rows:
                    raise InputError(Problem("the file was not sealed here.", remedy, file=str(path), column=name))
                continue
            if name == UNIT:
                starts.append((str(known.min), group_rows.num_rows))
            else:
                low, high = ranges.get(name, (known.min, known.max))
                ranges[name] = (min(low, known.min), max(high, known.max))
    return Part(named["digest"], path, footer.num_rows, columns, ranges, tuple(starts))
