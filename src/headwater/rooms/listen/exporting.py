"""Files that leave: what was released of a wave, and rows of studies that allow it.

Every text is made safe against being run as a formula. Rows are read and written a few thousand at a time, so that time
grows with their number and memory does not.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from headwater.formats import safe_cell, write_csv, write_xlsx
from headwater.formats.columnar import write_parquet, write_yaml
from headwater.formats.spss.writing import write_spss_table
from headwater.rooms.listen import rows
from headwater.rooms.listen.logic.export_rules import FORMS, ROW_FORMS, XLSX_ROWS
from headwater.rooms.listen.logic.plans import WavePlan
from headwater.rooms.listen.moving_coarsening import coarsen
from headwater.vocab import WITHHELD_REASON, AnswerTable, Bound, InputError, Problem, RefusedError, ScoreBook, say
from headwater.vocab.answers import CUT_PREFIX, ITEM_PREFIX, SCORE_ONE, SCORE_PREFIX, UNIT, cut_column

RELEASED_HEADER = (
    "unit", "unit_name", "cut", "level", "lens", "measure", "subject", "label", "n", "value", "low", "high", "bound",
    "withheld",
)  # fmt: skip
"""Columns of released tables. withheld: the one reason, where everybody's number of a unit is not shown."""

_RISKY = r"^[=+\-@\t\r\n＝＋－＠]"
_PLAIN_NUMBER = r"^[+-]?\d+([.,]\d+)?$"


def released_rows(book: ScoreBook, language: str = "en") -> Iterator[tuple[object, ...]]:
    """Yield what was released of a wave, one number a row: scores, then shares of answers, then response rates."""
    for panel in book.panels:
        everybody = panel is book.everybody
        for place, unit in enumerate(panel.rows.tolist()):
            head = (book.tree.ids[unit], book.tree.names[unit], panel.cut, panel.level)
            for number, column in enumerate(book.columns):
                named = (str(column.lens), column.measure, column.subject, say(column.label, language))
                if panel.shown[place, number]:
                    values = [_rounded(panel.fields[name][place, number]) for name in ("value", "low", "high")]
                    bound = Bound(int(panel.bound[place, number]))
                    words = "" if bound == Bound.EXACT else bound.name.lower()
                    yield (*head, *named, int(panel.n_answered[place, number]), *values, words, "")
                elif everybody:
                    yield (*head, *named, None, None, None, None, "", WITHHELD_REASON)
    labels = {column.subject: (str(column.lens), say(column.label, language)) for column in book.columns}
    for unit, key in enumerate(book.tree.ids):
        for subject in book.shares.subjects:
            found = book.shares.of(unit, subject)
            if found is None:
                continue
            lens, label = labels.get(subject, ("", subject))
            for place, percent in enumerate(found.tolist(), start=1):
                shared = (key, book.tree.names[unit], "", "", lens, f"share_{place}", subject, label)
                yield (*shared, None, percent, None, None, "", "")
        rate = book.response_percent(unit)
        if rate is not None:
            yield (key, book.tree.names[unit], "", "", "", "response_rate", "", "", None, rate, None, None, "", "")


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)


def write_released(book: ScoreBook, plan: WavePlan, form: str, path: Path, *, language: str = "en") -> None:
    """Write what was released in one form. Raises KeyError for a form that is none, InputError for too many rows."""
    if form == "yaml":
        write_yaml(path, released_document(book, plan, language))
        return
    found = released_rows(book, language)
    if form == "csv":
        write_csv(path, RELEASED_HEADER, found)
    elif form == "xlsx":
        write_xlsx(path, RELEASED_HEADER, _within_a_sheet(found), sheet="Released")
    elif form == "spss":
        write_spss_table(path, RELEASED_HEADER, found, title=f"{plan.study_title}, {plan.wave_title}")
    elif form == "parquet":
        write_parquet(path, RELEASED_HEADER, found)
    else:
        raise KeyError(form)


def _within_a_sheet(found: Iterator[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    for number, row in enumerate(found, start=1):
        if number > XLSX_ROWS:
            message = "a sheet holds at most 1,048,575 rows, and this table has more."
            raise InputError(Problem(message, "Take CSV or Parquet."))
        yield tuple(safe_cell(cell) for cell in row)


def released_document(book: ScoreBook, plan: WavePlan, language: str = "en") -> dict[str, Any]:
    """Return a wave as one document: what was promised and asked, and every number that was released."""
    import yaml

    return {
        "format": "headwater-released-1",
        "study": {"key": plan.study, "title": plan.study_title, "lens": plan.lens, "promise": plan.promise},
        "smallest_group": {"ratings": plan.k, "comments": plan.comment_k},
        "wave": {"key": plan.wave, "title": plan.wave_title, "order": plan.order},
        "inputs_hash": book.inputs_hash,
        "cuts": [{"key": cut.key, "label": cut.label, "levels": list(cut.levels)} for cut in plan.cuts],
        "questionnaires": [yaml.safe_load(source) for source in plan.instruments],
        "columns": list(RELEASED_HEADER),
        "numbers": [list(row) for row in released_rows(book, language)],
    }


def stream_rows_csv(plan: WavePlan) -> Iterator[bytes]:
    """Yield the rows of an identified study as CSV, in pieces. Raises RefusedError for any other promise."""
    _require_identified(plan)
    yield b"\xef\xbb\xbf"
    is_first = True
    for batch in rows.read_batches(plan.study, plan.wave):
        yield _csv_piece(_plain(batch), with_header=is_first)
        is_first = False


def write_rows(plan: WavePlan, form: str, path: Path) -> None:
    """Write the rows of an identified study in one form. Raises RefusedError for any other promise."""
    _require_identified(plan)
    _write(form, path, lambda: map(_plain, rows.read_batches(plan.study, plan.wave)), plan)


def write_approved_rows(plan: WavePlan, cut: str, form: str, path: Path) -> None:
    """Write the rows of a confidential study as two others approved it: units and one cut, no words, nobody's name.

    Rows are drawn in a new order, without pseudonyms. Units and levels that fewer than k share are opened, as they
    would be in an anonymous study. Raises RefusedError for another promise, InputError for fewer than k rows.
    """
    if plan.promise != "confidential":
        raise RefusedError(f"the study {plan.study} is {plan.promise}; such an export is for confidential studies.")
    made = _coarse_rows(plan, cut)
    _write(form, path, lambda: iter(_plain(batch) for batch in made.to_batches(max_chunksize=rows.ROW_GROUP)), plan)


def _require_identified(plan: WavePlan) -> None:
    if plan.promise != "identified":
        message = f"the study {plan.study} is {plan.promise}; its rows do not leave it. Take its released tables."
        raise RefusedError(message)


def _coarse_rows(plan: WavePlan, cut: str) -> Any:
    import pyarrow as pa

    names = rows.column_names(plan.study, plan.wave)
    wanted = [UNIT, *([cut_column(cut)] if cut else [])]
    wanted += [name for name in names if name.startswith((ITEM_PREFIX, SCORE_PREFIX))]
    batches = [_decoded(batch) for batch in rows.read_batches(plan.study, plan.wave, wanted)]
    table = pa.concat_tables([pa.Table.from_batches([batch]) for batch in batches], promote_options="default")
    units = table[UNIT].to_pylist()
    ids = tuple(dict.fromkeys(units))
    number = {unit: place for place, unit in enumerate(ids)}
    cuts: dict[str, Any] = {}
    if cut:
        levels = next(one.levels for one in plan.cuts if one.key == cut)
        place_of = {level: place for place, level in enumerate(levels)}
        cuts[cut] = (np.array([place_of.get(one, -1) for one in table[cut_column(cut)].to_pylist()], np.int16), levels)
    bare = AnswerTable(ids, np.array([number[unit] for unit in units], np.int32), {}, cuts=cuts)
    try:
        coarse = coarsen(bare, plan.tree, plan.k).table
    except ValueError:
        message = f"fewer than {plan.k} rows are kept; none of them leaves."
        raise InputError(Problem(message, "Take the released tables.")) from None
    table = table.set_column(0, UNIT, pa.array([coarse.unit_ids[place] for place in coarse.unit.tolist()]))
    if cut:
        codes, levels = coarse.cuts[cut]
        words = pa.array([levels[code] if code >= 0 else None for code in codes.tolist()], pa.string())
        table = table.set_column(1, cut_column(cut), words)
    order = sorted(range(table.num_rows), key=lambda _place: secrets.randbits(64))
    return table.take(pa.array(order))


def _decoded(batch: Any) -> Any:
    """Turn coded texts into texts, so that parts with other units can be joined."""
    import pyarrow as pa

    columns = [
        column.dictionary_decode() if pa.types.is_dictionary(column.type) else column for column in batch.columns
    ]
    return pa.record_batch(columns, names=batch.schema.names)


def _plain(batch: Any) -> Any:
    """Name columns as people know them, turn fixed-point scores into numbers, make texts safe."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns, names = [], []
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if pa.types.is_dictionary(column.type):
            column = pa.DictionaryArray.from_arrays(column.indices, _safe_texts(column.dictionary)).dictionary_decode()
        elif pa.types.is_string(column.type):
            column = _safe_texts(column)
        elif name.startswith(SCORE_PREFIX):
            column = pc.divide(pc.cast(column, pa.float64()), float(SCORE_ONE))
        columns.append(column)
        names.append(_title(name))
    return pa.record_batch(columns, names=_once(names))


def _title(name: str) -> str:
    for prefix in (ITEM_PREFIX, SCORE_PREFIX, CUT_PREFIX):
        if name.startswith(prefix):
            return name.removeprefix(prefix)
    if name.startswith(rows.WORDS_PREFIX):
        return f"{name.removeprefix(rows.WORDS_PREFIX)}_words"
    return name


def _once(names: Sequence[str]) -> list[str]:
    """Give each column its own name: a cut and an item may share a key."""
    made: list[str] = []
    for name in names:
        found, number = name, 1
        while found in made:
            number += 1
            found = f"{name}_{number}"
        made.append(found)
    return made


def _safe_texts(column: Any) -> Any:
    import pyarrow.compute as pc

    risky = pc.and_not(pc.match_substring_regex(column, _RISKY), pc.match_substring_regex(column, _PLAIN_NUMBER))
    return pc.if_else(risky, pc.binary_join_element_wise("'", column, ""), column)


def _csv_piece(batch: Any, *, with_header: bool) -> bytes:
    from pyarrow import csv

    stream = io.BytesIO()
    csv.write_csv(batch, stream, csv.WriteOptions(include_header=with_header, quoting_style="needed"))
    return stream.getvalue()


def _write(form: str, path: Path, batches: Callable[[], Iterator[Any]], plan: WavePlan) -> None:
    from headwater.formats.writing import replacing

    if form not in ROW_FORMS:
        raise KeyError(form)
    if form == "csv":
        with replacing(path) as stream:
            stream.write(b"\xef\xbb\xbf")
            for number, batch in enumerate(batches()):
                stream.write(_csv_piece(batch, with_header=number == 0))
    elif form == "parquet":
        _write_parquet(path, batches())
    else:
        header: list[str] = []

        def lines() -> Iterator[tuple[object, ...]]:
            for batch in batches():
                yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)

        first = next(batches(), None)
        header = list(first.schema.names) if first is not None else []
        if form == "xlsx":
            write_xlsx(path, header, _within_a_sheet(lines()), sheet="Responses")
        else:
            write_spss_table(path, header, lines(), title=f"{plan.study_title}, {plan.wave_title}", labels=_words(plan))


def _write_parquet(path: Path, batches: Iterator[Any]) -> None:
    import pyarrow.parquet as pq

    from headwater.formats.writing import replacing

    with replacing(path) as stream:
        writer = None
        try:
            for batch in batches:
                if writer is None:
                    writer = pq.ParquetWriter(stream, batch.schema, compression="zstd")
                writer.write_batch(batch)
        finally:
            if writer is not None:
                writer.close()


def _words(plan: WavePlan) -> Mapping[str, str]:
    """Return the words of every item by its key, for variable labels."""
    return {item.key: say(item.text, plan.languages[0]) for one in plan.questionnaires for item in one.items}


def outgoing(form: str) -> Path:
    """Return a new path for a file on its way out, in a folder that only the service reads."""
    base: Path = settings.DIR
    folder = base / "outgoing"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{secrets.token_hex(16)}.{FORMS[form].ending}"
