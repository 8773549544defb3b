"""Reads the federal customer experience upload as answers on `cx_contact`, with the picks beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from headwater.formats.a11.responses import (
    COMMENT_ITEM,
    DIRECTIONS,
    DRIVERS,
    HEADER,
    QUESTION_ITEMS,
    THUMBS_ITEM,
    A11Responses,
    Asks,
    Form,
    PickShare,
    Volumes,
    pick_item,
    pick_shares,
)
from headwater.formats.answers.mapping import AnswerMapping
from headwater.formats.limits import DEFAULT_LIMITS, Limits
from headwater.formats.moving.importing import EVERYONE, Given, import_answers, read_mapping
from headwater.formats.moving.results import AnswerColumn, Loss, MovedAnswers
from headwater.formats.problem_log import ProblemLog, shown
from headwater.formats.reading import Source, read_table
from headwater.formats.specs import SpecSource
from headwater.formats.tables import Column, Table
from headwater.vocab import InputError, Problem, UnitTree
from headwater.vocab.answers import ITEM_MISSING

EXPECTED = "the version 2 file: external_id, question_1, positive_..., negative_..., question_4"
_MOST_OFFERED = 50


@dataclass(frozen=True)
class A11Import(MovedAnswers):
    """An upload read. responses: of the rows kept. shares: of picks over them. volumes: as given, None without."""

    responses: A11Responses | None = None
    shares: tuple[PickShare, ...] = ()
    volumes: Volumes | None = None

    def require(self) -> A11Import:
        """Return this import. Raises InputError with all errors when there are any."""
        super().require()
        return self


def read_a11_answers(
    source: Source,
    mapping: AnswerMapping | SpecSource | None = None,
    tree: UnitTree | None = None,
    *,
    unit: str = "",
    asks: Asks = "trust",
    form: Form | None = None,
    volumes: Volumes | None = None,
    name: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> A11Import:
    """Read an upload of OMB Circular A-11, section 280, version 2 (GSA Touchpoints), as CSV or XLSX.

    unit: id of the service all responses belong to; or a `mapping` that names a column of it, beside those of the
    format, and cuts and waves. asks: question 1 asks for trust (as the circular does) or for satisfaction. form: how it
    is answered; told from the answers by default, and asked for when they are 1 alone. volumes: what stands beside.

    Question 1 from 1 to 5 becomes `cx_can_rely` or `cx_satisfied`, which ask the same; thumbs become `a11_thumbs`, 0 or
    1, since they are no five answers. Picks become `a11_positive_ease` and its like: they are no ratings, so they never
    become the drivers of `cx_contact`. Ids are dropped; an id given twice is an error. Raises InputError when the file
    is no such upload, or holds both thumbs and five answers.
    """
    table = read_table(source, name=name, limits=limits)
    table = _named(table)
    log = ProblemLog(table.file)
    log.extend(table.problems)
    decided = form or _form(table)
    asked = read_mapping(mapping)
    if unit:
        if asked.unit != EVERYONE:
            raise InputError("both `unit` and a mapping of the unit are given. Keep one.")
        table = replace(
            table, columns={**table.columns, "unit": Column("unit", np.zeros(len(table), np.int32), (unit,))}
        )
        asked = replace(asked, unit="unit")
    plans = _plans(decided, asks)
    if _is_template(table, log):
        return A11Import({}, log.problems, len(table), 0, (), (), None, (), volumes)

    def find(names: Sequence[str], _: Sequence[str]) -> Column | None:
        return next((table.columns[name] for name in names if name in table.columns), None)

    known = {*HEADER, "unit"}
    others = [column for column in table.columns.values() if column.name not in known]
    given = Given(
        table,
        plans,
        find,
        lambda wanted: next((key for key in table.columns if key.casefold() == wanted.casefold()), None),
        "external_id" if "external_id" in table.columns else "",
        values="codes",
    )
    offered = [column.name for column in others if len(column.values) <= _MOST_OFFERED]
    made, coded = import_answers(
        given, asked, tree, log, keep=np.ones(len(table), np.bool_), losses=(), offered=offered
    )
    losses = [Loss("ids of responses", "external_id", "They lead back to people.")] if given.response else []
    losses += [
        Loss("values of a column that the format does not have", column.name, "Name it in a mapping to use it.")
        for column in others
        if column.name not in coded.used
    ]
    responses = _responses(table, coded.items, plans[0].key, decided, asks)
    _check_picks(responses, table, log)
    _check_volumes(volumes, made, log)
    kept = _answered(responses)
    return A11Import(
        made.tables,
        log.problems,
        made.rows_read,
        made.rows_kept,
        tuple(losses),
        made.offered,
        _among(responses, kept),
        pick_shares(responses, kept),
        volumes,
        persons=made.persons,
    )


def _named(table: Table) -> Table:
    """Name columns as the format does, whatever their case. Raises InputError naming all that are missing."""
    folded = {name.strip().casefold().replace(" ", "_"): name for name in table.header}
    wanted = ["question_1", *(f"{direction}_{driver}" for direction in DIRECTIONS for driver in DRIVERS)]
    absent = [name for name in wanted if name not in folded]
    if absent:
        if any(name.startswith(("answer_01", "q1_")) for name in folded):
            message = "this is an export of the older seven questions, not the version 2 upload."
            raise InputError(Problem(message, "Read it as answers, with a mapping file.", table.file, 1))
        message = f"the file lacks {', '.join(absent)}."
        raise InputError(Problem(message, f"Give {EXPECTED}.", table.file, 1))
    back = {original: known for known, original in folded.items() if known in HEADER}
    columns = {}
    for name, column in table.columns.items():
        columns[back.get(name, name)] = replace(column, name=back.get(name, name))
    return replace(table, columns=columns)


def _form(table: Table) -> Form:
    column = table["question_1"]
    present = [text for text in column.values if text]
    whole = {text.removesuffix(".0") for text in present}
    five, zero = sorted(whole & {"2", "3", "4", "5"}), "0" in whole
    if five and zero:
        row = int(table.rows[int(np.argmax(column.flags(lambda text: text.removesuffix(".0") == "0")))])
        message = f"question_1 holds 0, as thumbs do, and {five[0]}, as five answers do."
        raise InputError(Problem(message, "Part the forms, or correct the row.", table.file, row, "question_1"))
    if not five and not zero and "1" in whole:
        message = "question_1 holds nothing but 1: thumbs up, or the lowest of five answers."
        raise InputError(Problem(message, "Say form='thumbs' or form='radio'.", table.file, None, "question_1"))
    return "thumbs" if zero else "radio"


def _plans(form: Form, asks: Asks) -> tuple[AnswerColumn, ...]:
    low, high = (0, 1) if form == "thumbs" else (1, 5)
    key = THUMBS_ITEM if form == "thumbs" else QUESTION_ITEMS[asks]
    codes = {str(code): code for code in range(low, high + 1)}
    picks = [
        AnswerColumn(
            pick_item(direction, driver),
            pick_item(direction, driver),
            "code",
            (f"{direction}_{driver}",),
            codes={"0": 0, "1": 1},
        )
        for direction in DIRECTIONS
        for driver in DRIVERS
    ]
    words = AnswerColumn(COMMENT_ITEM, COMMENT_ITEM, "comment", ("question_4",))
    return AnswerColumn(key, key, "code", ("question_1",), codes=codes, low=low, high=high), *picks, words


def _is_template(table: Table, log: ProblemLog) -> bool:
    """Tell whether the file is a form filled with the names of its cells, as the published sample is; log it."""
    column = table["question_1"]
    present = [text for text in column.values if text]
    found = bool(present) and all(text.casefold().startswith("data ") for text in present)
    if found:
        message = f"question_1 holds {shown(present[0])} and its like: these are the words of a template, no answers."
        log.add("template", message, "Give the file that was filled with answers.", column="question_1")
    return found


def _responses(table: Table, items: dict[str, NDArray[np.int8]], question: str, form: Form, asks: Asks) -> A11Responses:
    picks = {(direction, driver): items[pick_item(direction, driver)] for direction in DIRECTIONS for driver in DRIVERS}
    column = table.columns.get("question_4")
    comments = tuple(column.texts()) if column is not None else ("",) * len(table)
    return A11Responses(items[question], picks, comments, form, asks)


def _answered(responses: A11Responses) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = responses.question != ITEM_MISSING
    for codes in responses.picks.values():
        found = found | (codes != ITEM_MISSING)
    return found


def _among(responses: A11Responses, kept: NDArray[np.bool_]) -> A11Responses:
    return replace(
        responses,
        question=responses.question[kept],
        picks={key: codes[kept] for key, codes in responses.picks.items()},
        comments=tuple(text for text, keep in zip(responses.comments, kept.tolist(), strict=True) if keep),
    )


def _check_picks(responses: A11Responses, table: Table, log: ProblemLog) -> None:
    """Warn of picks that the form does not offer after an answer: what went well after a bad one, and the reverse."""
    middle = 0 if responses.form == "thumbs" else 3
    answered = responses.question != ITEM_MISSING
    for direction, odd in (("positive", responses.question <= middle), ("negative", responses.question > middle)):
        picked = np.zeros(len(responses), np.bool_)
        for driver in DRIVERS:
            picked |= responses.picks[direction, driver] == 1
        rows = np.flatnonzero(picked & odd & answered)
        message = f"a {direction} driver is picked beside question_1 of {{value}}, after which it is not offered."
        values = (str(responses.question[row]) for row in rows)
        remedy = "It is kept. Check how the form was set up."
        log.add_rows(f"odd:{direction}", table.rows[rows], values, message, remedy, severity="warning")


def _check_volumes(volumes: Volumes | None, made: MovedAnswers, log: ProblemLog) -> None:
    if volumes is not None and volumes.answered != made.rows_read:
        message = f"{volumes.answered:,} customers are said to have answered; the file has {made.rows_read:,} rows."
        log.add("volumes", message, "Correct the volume, or give the whole file.", severity="warning")
