"""Writes SPSS files: released tables, and the answers of identified studies."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from headwater.formats.spss.files import library
from headwater.formats.writing import replacing
from headwater.vocab import AnswerTable, InputError, Instrument, Problem, RefusedError, Study, say
from headwater.vocab.answers import ITEM_MISSING, SCORE_MISSING, SCORE_ONE, WEIGHT_ONE

_RESERVED = frozenset({"ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"})
_LONGEST_NAME, _LONGEST_LABEL, _LONGEST_VALUE_LABEL, _LONGEST_TEXT = 64, 255, 120, 32_767


def write_spss_table(
    path: Path | str,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    title: str = "",
    labels: Mapping[str, str] | None = None,
) -> None:
    """Write a released table as .sav, or as .zsav when the path ends so. Atomic.

    header: column names, turned into legal SPSS names; the words themselves become variable labels unless `labels`
    gives others by header. rows: texts, numbers, None or NaN for withheld. A column with any text is a text variable.
    Raises InputError: a text longer than 32,767 bytes, rows of another length than the header, pyreadstat or polars
    not installed.
    """
    columns: list[list[object]] = [[] for _ in header]
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise InputError(Problem(f"the row has {len(row)} cells, the header {len(header)}.", "", str(path), number))
        for cells, value in zip(columns, row, strict=True):
            cells.append(value)
    names = legal_names(header)
    words = {name: (labels or {}).get(head, head) for name, head in zip(names, header, strict=True)}
    measures = {}
    data: dict[str, list[Any]] = {}
    for name, cells in zip(names, columns, strict=True):
        numeric = all(_is_number(value) for value in cells)
        measures[name] = "scale" if numeric else "nominal"
        data[name] = [_number(value) for value in cells] if numeric else [_text(value, name) for value in cells]
    _write(path, data, title=title, labels=words, measures=measures, values={})


def write_spss_answers(
    path: Path | str, answers: AnswerTable, instrument: Instrument, *, study: Study, language: str = "en"
) -> None:
    """Write the answers of an identified study as .sav or .zsav, one case a response. Atomic.

    Items are codes at rest with value labels in `language`, as answered: reversed items are not turned. Choices of
    multiple items are 0 and 1. Not answered is system-missing. Comments are kept apart from ratings and are not
    written.
    Raises RefusedError for a study whose promise is anonymous or confidential: only released tables leave those.
    """
    if study.promise != "identified":
        message = (
            f"the study {study.key} is {study.promise}; single answers do not leave it. Write its released tables."
        )
        raise RefusedError(message)
    items = {item.key: item for item in instrument.items}
    picks = {f"{item.key}_{choice.key}": (item, choice) for item in instrument.items for choice in item.choices}
    data: dict[str, list[Any]] = {}
    labels: dict[str, str] = {}
    measures: dict[str, str] = {}
    values: dict[str, dict[float, str]] = {}
    heads = [
        "unit",
        *answers.cuts,
        *answers.items,
        *answers.scores,
        *(["weight"] if answers.weight is not None else []),
    ]
    names = iter(legal_names(heads))

    def put(head: str, cells: list[Any], measure: str, label: str = "") -> str:
        name = next(names)
        data[name], measures[name], labels[name] = cells, measure, label or head
        return name

    put("unit", [_text(answers.unit_ids[place], "unit") for place in answers.unit.tolist()], "nominal")
    for key, (places, levels) in answers.cuts.items():
        put(key, [_text(levels[place], key) if place >= 0 else "" for place in places.tolist()], "nominal")
    for key, codes in answers.items.items():
        cells = [None if code == ITEM_MISSING else float(code) for code in codes.tolist()]
        item = items.get(key)
        if item is not None:
            name = put(key, cells, "nominal" if item.kind == "single" else "ordinal", say(item.text, language))
            scale = instrument.response_scales.get(item.response_scale)
            if item.kind == "single":
                values[name] = {float(n): say(one.text, language) for n, one in enumerate(item.choices, start=1)}
            elif scale is not None:
                shown = scale.labels.get(language) or next(iter(scale.labels.values()))
                values[name] = {float(scale.low + n): words for n, words in enumerate(shown)}
        elif key in picks:
            asked, choice = picks[key]
            text = f"{say(asked.text, language)} - {say(choice.text, language)}"
            name = put(key, cells, "nominal" if asked.kind == "multiple" else "ordinal", text)
            if asked.kind == "multiple":
                values[name] = {0.0: "Not chosen", 1.0: "Chosen"}
        else:
            put(key, cells, "ordinal")
    for key, scores in answers.scores.items():
        cells = [None if score == SCORE_MISSING else score / SCORE_ONE for score in scores.tolist()]
        put(key, cells, "scale", say(items[key].text, language) if key in items else "")
    if answers.weight is not None:
        put("weight", (np.asarray(answers.weight, np.float64) / WEIGHT_ONE).tolist(), "scale")
    _write(path, data, title=say(instrument.title, language), labels=labels, measures=measures, values=values)


def legal_names(heads: Sequence[str]) -> list[str]:
    """Turn words into names that SPSS takes: letters, digits and _, at most 64 signs, each once whatever its case."""
    made: list[str] = []
    taken: set[str] = set()
    for head in heads:
        plain = unicodedata.normalize("NFKD", str(head)).encode("ascii", "ignore").decode()
        name = re.sub(r"[^A-Za-z0-9_]+", "_", plain).strip("_")
        if not name or not name[0].isalpha():
            name = f"v_{name}".rstrip("_")
        name = name[:_LONGEST_NAME].rstrip("_")
        if name.upper() in _RESERVED:
            name += "_1"
        found, number = name, 1
        while found.casefold() in taken:
            number += 1
            found = f"{name[: _LONGEST_NAME - 8]}_{number}"
        taken.add(found.casefold())
        made.append(found)
    return made


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool))


def _number(value: Any) -> float | None:
    return None if value is None or not np.isfinite(value) else float(value)


def _text(value: object, name: str) -> str:
    text = "" if value is None or (isinstance(value, float) and np.isnan(value)) else str(value)
    text = text.replace("\x00", "")
    if len(text.encode()) > _LONGEST_TEXT:
        message = f"a text has {len(text.encode()):,} bytes; SPSS takes {_LONGEST_TEXT:,}."
        raise InputError(Problem(message, "Shorten it, or write CSV.", column=name))
    return text


def _short(text: str, most: int) -> str:
    """Cut a text to a number of bytes, between signs."""
    text = text.replace("\x00", "")
    return text if len(text.encode()) <= most else text.encode()[: most - 3].decode("utf-8", "ignore") + "..."


def _write(
    path: Path | str,
    data: Mapping[str, list[Any]],
    *,
    title: str,
    labels: Mapping[str, str],
    measures: Mapping[str, str],
    values: Mapping[str, Mapping[float, str]],
) -> None:
    stat = library()
    try:
        import polars
    except ImportError:
        message = "writing SPSS files needs the library polars, which is not installed."
        raise InputError(Problem(message, "Install it with `pip install headwater[formats]`.")) from None
    texts = {name for name, cells in data.items() if any(isinstance(cell, str) for cell in cells)}
    schema = {name: polars.String if name in texts else polars.Float64 for name in data}
    frame = polars.DataFrame(dict(data), schema=schema)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made.sav"
        stat.write_sav(
            frame,
            str(made),
            file_label=_short(title, 60),
            column_labels={name: _short(words, _LONGEST_LABEL) for name, words in labels.items()},
            compress=str(path).casefold().endswith(".zsav"),
            variable_value_labels={
                name: {code: _short(words, _LONGEST_VALUE_LABEL) for code, words in known.items()}
                for name, known in values.items()
            },
            variable_measure=dict(measures),
        )
        content = made.read_bytes()
    with replacing(path) as stream:
        stream.write(content)
