"""Answers that LimeSurvey exported: archives, response files, and CSV in codes or in words."""

from __future__ import annotations

import io
import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from headwater.formats.answers.mapping import AnswerMapping, fold
from headwater.formats.limesurvey.naming import code_in, heading
from headwater.formats.limesurvey.survey import HIDDEN, read_limesurvey_survey
from headwater.formats.limits import DEFAULT_LIMITS, Limits
from headwater.formats.moving.documents import load_bytes, open_archive, read_part
from headwater.formats.moving.headers import read_named, unique_names
from headwater.formats.moving.importing import Given, import_answers, read_mapping, refuse_private
from headwater.formats.moving.results import AnswerColumn, Loss, MovedAnswers, SurveyImport
from headwater.formats.problem_log import ProblemLog
from headwater.formats.reading import Source
from headwater.formats.specs import SpecSource
from headwater.formats.tables import Column, Table, make_table
from headwater.vocab import InputError, Problem, UnitTree

EXPECTED = "an archive (.lsa), a response file (.lsr) or a CSV export of LimeSurvey"

_RESPONSE = "response"
_META: Mapping[str, str] = {
    "id": "It is used to find responses given twice, and not kept.",
    "response id": "It is used to find responses given twice, and not kept.",
    "token": "It names a person.",
    "access code": "It names a person.",
    "firstname": "It names a person.",
    "first name": "It names a person.",
    "lastname": "It names a person.",
    "last name": "It names a person.",
    "email": "It names a person.",
    "email address": "It names a person.",
    "ipaddr": "It says where a person was.",
    "ip address": "It says where a person was.",
    "refurl": "It says where a person came from.",
    "referrer url": "It says where a person came from.",
    "submitdate": "It is finer than the wave, and may name a person.",
    "date submitted": "It is finer than the wave, and may name a person.",
    "startdate": "It is finer than the wave, and may name a person.",
    "date started": "It is finer than the wave, and may name a person.",
    "datestamp": "It is finer than the wave, and may name a person.",
    "date last action": "It is finer than the wave, and may name a person.",
    "interviewtime": "It is finer than the wave, and may name a person.",
    "total time": "It is finer than the wave, and may name a person.",
    "lastpage": "It is bookkeeping of the export.",
    "last page": "It is bookkeeping of the export.",
    "startlanguage": "It is bookkeeping of the export.",
    "start language": "It is bookkeeping of the export.",
    "seed": "It is bookkeeping of the export.",
}
_TIMES = re.compile(r"(group|question) time\b|^\d+X\d+(X\d+)?time$|time$", re.IGNORECASE)
_ENTRIES = {
    ".lst": ("the participants (tokens)", "They name persons. The file is not opened."),
    ".lsi": ("the timings", "They are finer than the wave. The file is not opened."),
}


@dataclass
class Names:
    """Column names by id and by heading in words, each folded."""

    by_id: dict[str, str] = field(default_factory=dict)
    by_words: dict[str, list[str]] = field(default_factory=dict)
    given: dict[tuple[str, ...], str] = field(default_factory=dict)
    """Columns already found by words, by the ids asked for: equal headings are handed out in order."""

    def add(self, column: str, head: str) -> None:
        """Take in a column of the file with its heading."""
        self.by_id.setdefault(fold(head), column)
        if code := code_in(head):
            self.by_id.setdefault(fold(code), column)
        self.by_words.setdefault(heading(head), []).append(column)

    def find(self, names: tuple[str, ...], headings: tuple[str, ...]) -> str | None:
        """Return the column of the first id that is there, else the next one of a heading."""
        for name in names:
            if (found := self.by_id.get(fold(name))) is not None:
                return found
        if names in self.given:
            return self.given[names]
        for words in headings:
            if waiting := self.by_words.get(words):
                self.given[names] = waiting.pop(0) if len(waiting) > 1 else waiting[0]
                return self.given[names]
        return None

    def resolve(self, name: str) -> str | None:
        """Return the column that a person names by code, field name or words."""
        return self.by_id.get(fold(name)) or next(iter(self.by_words.get(heading(name), [])), None)


def read_limesurvey_answers(
    source: Source,
    survey: SurveyImport | Source | None = None,
    mapping: AnswerMapping | SpecSource | None = None,
    tree: UnitTree | None = None,
    *,
    values: Literal["", "codes", "labels"] = "",
    name: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> MovedAnswers:
    """Read an archive (.lsa), a response file (.lsr), or a CSV export whose headings are codes, words or both.

    survey: the survey (.lss, .lsa) or its import; an archive brings its own. mapping: unit, cuts, wave and weight, by
    question code, field name or heading; attributes of participants become a unit or a cut that way. Without a unit
    everyone is one unit (with a tree: its root). values: whether answers are codes or words, where the file does not
    tell.

    Participants, tokens, names, addresses, dates, timings and ids are dropped and listed in `losses`. Raises
    InputError: no file, no such export, a response file or CSV without its survey, a mapping that names absent columns.
    """
    data, file = load_bytes(source, name, limits, EXPECTED)
    losses: list[Loss] = []
    if data.startswith(b"PK\x03\x04"):
        plan, table, names = _from_archive(data, file, survey, limits, losses)
    else:
        plan = _survey(survey, file, limits)
        xml = data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
        table, names = _responses(data, file, limits) if xml else _csv(data, file, plan, limits)
    log = ProblemLog(file)
    log.extend(table.problems)

    def find(ids: Sequence[str], heads: Sequence[str]) -> Column | None:
        found = names.find(tuple(ids), tuple(heads))
        return table.columns.get(found) if found else None

    meta = _meta(table, names)
    read = read_mapping(mapping)
    private = {column: why for column, why in meta.items() if why.startswith(("It names", "It says"))}
    refuse_private(read, names.resolve, private, file)
    response = next((column for column in meta if fold(_head(column)) in ("id", "response id")), "")
    given = Given(
        table=table,
        columns=plan.columns,
        find=find,
        resolve=names.resolve,
        response=response,
        missing=read.missing,
        no_words=frozenset({"", "N/A"}),
        values=values,
    )
    _tell_unfinished(table, meta, log)
    offered = [column for column in table.columns if column not in meta]
    kept = np.ones(len(table), np.bool_)
    made, coded = import_answers(given, read, tree, log, keep=kept, offered=offered)
    if coded.absent:
        _say_absent(plan, coded.absent, log)
    for column in table.columns:
        if column in meta and (column not in coded.used or column == response):
            losses.append(Loss(f"the column {column}", file, f"{meta[column]} It is dropped."))
        elif column not in coded.used:
            why = _reason(column, plan, names) or "Name it in a mapping to make it the unit or a cut."
            losses.append(Loss(f"the column {column}", file, why))
    reasons = {column: _reason(column, plan, names) for column in made.offered}
    offered = [column for column, why in reasons.items() if not why or HIDDEN in why]
    return replace(made, problems=log.problems, losses=tuple(losses), offered=tuple(offered))


def _survey(survey: SurveyImport | Source | None, file: str, limits: Limits) -> SurveyImport:
    if isinstance(survey, SurveyImport):
        return survey
    if survey is None:
        message = "without its survey nobody knows what these columns and codes mean."
        raise InputError(Problem(message, "Give the survey structure (.lss) as well, or the archive (.lsa).", file))
    return read_limesurvey_survey(survey, limits=limits)


def _from_archive(
    data: bytes, file: str, survey: SurveyImport | Source | None, limits: Limits, losses: list[Loss]
) -> tuple[SurveyImport, Table, Names]:
    package = open_archive(data, file, limits, EXPECTED)
    parts = package.namelist()
    for part in parts:
        for ending, (what, why) in _ENTRIES.items():
            if part.lower().endswith(ending):
                losses.append(Loss(what, part, why))
    responses = [part for part in parts if part.lower().endswith(".lsr")]
    if len(responses) != 1:
        message = f"the archive holds {len(responses)} response files (.lsr); one is expected."
        raise InputError(Problem(message, "Archive a survey that has responses.", file))
    plan = read_limesurvey_survey(data, name=file, limits=limits) if survey is None else _survey(survey, file, limits)
    table, names = _responses(read_part(package, responses[0], file, EXPECTED), responses[0], limits)
    return plan, table, names


def _responses(data: bytes, file: str, limits: Limits) -> tuple[Table, Names]:
    """Read a response file row by row, so that a large one needs little room."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    kind = ""
    fields: list[str] = []
    codes: dict[str, array[int]] = {}
    known: dict[str, dict[str, int]] = {}
    count = 0
    try:
        for _, element in iterparse(io.BytesIO(data), events=("end",), forbid_dtd=True):
            if element.tag == "LimeSurveyDocType":
                kind = (element.text or "").strip()
            elif element.tag == "fieldname":
                fields.append((element.text or "").strip())
            elif element.tag == "row":
                for cell in element:
                    name = cell.tag.removeprefix("_")
                    column = codes.setdefault(name, array("i"))
                    values = known.setdefault(name, {"": 0})
                    column.extend([0] * (count - len(column)))
                    text = cell.text or ""
                    if len(text) > limits.field_characters:
                        message = f"an answer has {len(text):,} signs; at most {limits.field_characters:,} are read."
                        raise InputError(Problem(message, "Shorten it.", file, count + 2, name))
                    column.append(values.setdefault(text, len(values)))
                count += 1
                if count > limits.rows or len(codes) > limits.columns:
                    raise InputError(Problem("the file has more rows or columns than are read.", "Split it.", file))
                element.clear()
    except DefusedXmlException:
        message = "the XML declares entities or a document type, which such a file never does."
        raise InputError(Problem(message, "Do not trust it. Export the archive again.", file)) from None
    except ParseError as error:
        row = error.position[0] if getattr(error, "position", None) else None
        message = f"the XML breaks off or is damaged: {str(error).partition(':')[0]}."
        raise InputError(Problem(message, "Export the archive again.", file, row)) from None
    except (ValueError, LookupError) as error:
        raise InputError(Problem(f"the XML cannot be read: {error}.", "Export the archive again.", file)) from None
    if kind != "Responses":
        what = f"a LimeSurvey file of the kind {kind}" if kind else "XML, but no response file"
        raise InputError(Problem(f"this is {what}.", f"Give {EXPECTED}.", file))
    order = [name for name in dict.fromkeys((*fields, *codes)) if name in codes]
    columns = []
    for name in order:
        codes[name].extend([0] * (count - len(codes[name])))
        columns.append((np.array(codes[name], np.int32), list(known[name])))
    rows = np.arange(2, count + 2, dtype=np.int64)
    table = make_table(file, order, columns, rows)
    names = Names()
    for name in table.columns:
        names.add(name, name)
    return table, names


def _csv(data: bytes, file: str, plan: SurveyImport, limits: Limits) -> tuple[Table, Names]:
    names = Names()

    def name(rows: list[list[str]]) -> tuple[list[str], int]:
        made = unique_names(rows[0])
        for column, head in zip(made, rows[0], strict=True):
            if column:
                names.add(column, " ".join(head.split()).strip("\ufeff"))
        return made, 1

    table = read_named(data, file, name, rows=1, limits=limits)
    if not any(_found(column, names) for column in plan.columns):
        message = "no column belongs to a question of the survey."
        remedy = "Check that these are answers to this survey; export them with question codes as headings."
        raise InputError(Problem(message, remedy, file, 1))
    names.given.clear()
    return table, names


def _found(column: AnswerColumn, names: Names) -> bool:
    ids = [*column.names, *(name for place in column.places for name in place)]
    return any(fold(ident) in names.by_id for ident in ids) or any(words in names.by_words for words in column.headings)


def _head(column: str) -> str:
    return re.sub(r" \(\d+\)$", "", column)


def _meta(table: Table, names: Names) -> dict[str, str]:
    """Return the columns that LimeSurvey adds itself, with why they are dropped."""
    found = {}
    for column in table.columns:
        head = fold(code_in(column) or column)
        why = _META.get(head, "")
        if not why and _TIMES.search(head) and "[" not in head:
            why = "It is finer than the wave, and may name a person."
        if why:
            found[column] = why
    return found


def _tell_unfinished(table: Table, meta: Mapping[str, str], log: ProblemLog) -> None:
    for column in meta:
        if fold(_head(column)) in ("submitdate", "date submitted"):
            count = int(np.count_nonzero(table[column].blank))
            if count:
                message = f"{count:,} responses were never submitted; what they hold is read."
                log.add("unfinished", message, column=column, severity="note")


def _say_absent(plan: SurveyImport, absent: list[str], log: ProblemLog) -> None:
    listed = ", ".join(absent[:10]) + (f" … +{len(absent) - 10:,}" if len(absent) > 10 else "")
    message = f"{len(absent):,} of {len(plan.instrument.items):,} questions have no column: {listed}."
    remedy = "Check that these are answers to this survey."
    severity: Literal["error", "warning"] = "error" if len(absent) == len(plan.instrument.items) else "warning"
    log.add("absent", message, remedy, severity=severity)


def _reason(column: str, plan: SurveyImport, names: Names) -> str:
    """Return why a question's column is not read, "" when it belongs to no question."""
    for left, why in plan.left.items():
        if names.by_id.get(fold(left)) == column:
            return f"It is not read: {why.rstrip('.')}."
    return ""
