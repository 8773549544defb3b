"""Attacks on pages, PDF files, JSON and file names: what is there for machines and not for readers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from headwater.privacy.audit.evidence import Evidence
from headwater.privacy.audit.pieces import pieces_of
from headwater.vocab import InputError, Problem

_COMMENT = re.compile(rb"<!--(.*?)-->", re.S)
_HIDDEN = re.compile(
    rb"<[a-z][^<>]*(?:\shidden(?=[\s>=/])|style=\"[^\"]*(?:display:\s*none|visibility:\s*hidden|font-size:\s*0)|type=\"hidden\")[^<>]*>"
    rb"([^<]*)",
    re.S,
)
_DATA = re.compile(rb"\s(data-[\w-]+)=(?:\"([^\"]*)\"|'([^']*)')")
_SCRIPT = re.compile(rb"<script[^>]*type=\"application/(?:ld\+)?json\"[^>]*>(.*?)</script>", re.S)
_NUMBER = re.compile(rb"\d")
_UNSEEN_TEXT = re.compile(rb"(?<![\d.])3\s+Tr\b")

PEOPLE_KEYS = frozenset({"respondents", "people", "answers", "responses", "n_people", "n_respondents", "n_answered",
                         "n_observations"})  # fmt: skip
PERSON_KEYS = frozenset({"email", "person_id", "employee_id", "respondent_id", "pseudonym", "ip_address"})

_NAME_COUNT = re.compile(
    r"(?:^|[-_. ])(?:(?:n|people|respondents|responses|answers|count)[-_= ]?(\d+)|(\d+)[-_ ]?(?:people|respondents|"
    r"responses|answers|persons))(?=$|[-_. ])",
    re.I,
)


def page_hidden(evidence: Evidence) -> None:
    """Numbers in an HTML page that no reader sees: comments, hidden elements, data attributes, JSON islands."""
    for path in _with(evidence, ".html", ".htm", ".svg"):
        data = path.read_bytes()
        evidence.tried("page_hidden", 1)
        for what, texts in (
            ("a comment", _COMMENT.findall(data)),
            ("a hidden element", _HIDDEN.findall(data)),
            ("a JSON island", _SCRIPT.findall(data)),
        ):
            for text in texts:
                if _NUMBER.search(text):
                    how = f"{what} holds numbers: {text.strip()[:60].decode('utf-8', 'replace')!r}."
                    evidence.found("page_hidden", evidence.name(path), how, units=[path.stem])
        for name, double, single in _DATA.findall(data):
            text = double or single
            if re.search(rb"\d[.,]\d{3,}", text) or re.search(rb"\b(n|count|answers|respondents)\b\W*\d", text):
                how = f"the attribute {name.decode()} holds numbers: {text[:60].decode('utf-8', 'replace')!r}."
                evidence.found("page_hidden", evidence.name(path), how, units=[path.stem])


def pdf_hidden(evidence: Evidence) -> None:
    """Files inside a PDF, notes, scripts, unseen text."""
    for path in _with(evidence, ".pdf"):
        evidence.tried("pdf_hidden", 1)
        for piece in pieces_of(evidence, path):
            if piece.suffix == "txt":
                continue
            for mark, what in (
                (rb"/EmbeddedFile(?![a-zA-Z])", "carries another file"),
                (rb"/Subtype\s*/(?:Text|FreeText|Popup|FileAttachment)(?![a-zA-Z])", "carries notes"),
                (rb"/(?:JavaScript|JS)(?![a-zA-Z])\s*[(<]", "carries a script"),
            ):
                if re.search(mark, piece.data) and (len(piece.path) == 1 or b" obj" in piece.data[:200] or
                                                    b"/Type" in piece.data[:5000]):  # fmt: skip
                    evidence.found("pdf_hidden", piece.name, f"the file {what}.", units=[path.stem])
            if b"Tj" in piece.data and _UNSEEN_TEXT.search(piece.data):
                evidence.found("pdf_hidden", piece.name, "a page carries text that is not drawn.", units=[path.stem])


def json_small(evidence: Evidence) -> None:
    """Counts of fewer than k people, and persons, in JSON files."""
    k = min((table.k for table in evidence.tables), default=5)
    for path in _with(evidence, ".json", ".jsonl"):
        text = path.read_text(encoding="utf-8", errors="replace")
        try:
            parts = text.splitlines() if path.suffix.lower() == ".jsonl" else [text]
            documents = [json.loads(part) for part in parts if part.strip()]
        except ValueError as error:
            raise InputError(Problem(f"this JSON file cannot be read ({error}).", file=evidence.name(path))) from error
        for where, key, value in (found for document in documents for found in _walk(document, "")):
            evidence.tried("json_small", 1)
            if key in PEOPLE_KEYS and isinstance(value, int) and not isinstance(value, bool) and 0 < value < k:
                how = f"{where} says {value} people; the smallest group shown is {k}."
                evidence.found("json_small", evidence.name(path), how, people=value)
            if key in PERSON_KEYS and value not in (None, "", [], {}):
                evidence.found("json_small", evidence.name(path), f"{where} names a person: {str(value)[:40]!r}.")


def _walk(value: Any, where: str) -> Iterator[tuple[str, str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            place = f"{where}.{key}" if where else str(key)
            yield place, str(key).lower(), inner
            yield from _walk(inner, place)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            if isinstance(inner, dict | list):
                yield from _walk(inner, f"{where}[{number}]")


def file_names(evidence: Evidence) -> None:
    """Counts in the names of files and of what they hold. A unit's own id may look like one: it is taken out first."""
    ids = sorted({unit for table in evidence.tables for unit in table.unit_ids}, key=len, reverse=True)
    k = min((table.k for table in evidence.tables), default=5)
    for path in evidence.files:
        names = [evidence.name(path)]
        if path.suffix.lower() in (".zip", ".gz"):
            names += [piece.name for piece in pieces_of(evidence, path) if not piece.name.endswith(".txt")]
        for name in names:
            evidence.tried("file_names", 1)
            plain = name.rpartition("/")[2]
            stem, dot, ending = plain.partition(".")
            unit = next((unit for unit in ids if stem == unit or stem.endswith(f"-{unit}")), "")
            plain = stem.removesuffix(unit) + dot + ending
            for match in _NAME_COUNT.finditer(plain):
                people = int(match.group(1) or match.group(2))
                how = f"the name says a count of {people}" + (f", below {k}." if people < k else ".")
                evidence.found("file_names", name, how, units=[path.stem], people=people)


def stored_numbers(evidence: Evidence) -> None:
    """Stored ScoreBooks that hold a number where the release holds none, or another one."""
    import numpy as np
    import pyarrow.parquet as pq

    tables = {(table.study, table.wave): table for table in evidence.tables}
    for path in _with(evidence, ".parquet"):
        match = re.fullmatch(r"panel-(\d+)|levels", path.stem)
        table = tables.get((path.parent.parent.name, path.parent.name))
        if match is None or table is None:
            continue
        # A file a panel, or all levels of cuts behind each other in one.
        number = match.group(1)
        panels = table.panels[1:] if number is None else table.panels[int(number) : int(number) + 1]
        if not panels:
            evidence.found("stored_numbers", evidence.name(path), "the file holds a cut that the release does not.")
            continue
        stored = pq.read_table(path)
        shown = np.concatenate([panel.shown.ravel() for panel in panels])
        rows = np.concatenate([panel.rows for panel in panels])
        evidence.tried("stored_numbers", len(shown))
        if stored.num_rows != len(shown):
            evidence.found("stored_numbers", evidence.name(path), "the file has other cells than the release.")
            continue
        for name in stored.column_names:
            values = stored[name].to_numpy().astype(float)
            bad = ~shown & ~(values == 0) if name in ("n_answered", "shown") else ~shown & ~np.isnan(values)
            if name not in panels[0].fields and name not in ("n_answered", "shown"):
                continue
            for cell in bad.nonzero()[0]:
                row, column = divmod(int(cell), len(table.columns))
                unit, key = table.unit_ids[int(rows[row])], table.columns[column].key
                how = f"{key} of {unit} is withheld, but the file holds its {name}: {values[cell]:g}."
                evidence.found("stored_numbers", evidence.name(path), how, units=[unit], columns=[key])


def _with(evidence: Evidence, *suffixes: str) -> list[Path]:
    return [path for path in evidence.files if path.suffix.lower() in suffixes]
