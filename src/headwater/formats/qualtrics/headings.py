"""The header rows of a Qualtrics export: names, words and import ids, and what its own columns record."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from headwater.formats.answers.mapping import fold
from headwater.formats.limits import Limits
from headwater.formats.moving.documents import open_archive, read_part
from headwater.formats.moving.headers import read_named, unique_names
from headwater.formats.moving.words import plain
from headwater.formats.reading import read_table
from headwater.formats.tables import Column, Table, make_table
from headwater.vocab import InputError, Problem

EXPECTED = "the answers as Qualtrics exports them (Data, Export, CSV)"

_IMPORT_ID = re.compile(r"""["']?ImportId["']?\s*:\s*["']([^"']*)["']""")
_CHOICE_ID = re.compile(r"""["']?choiceId["']?\s*:\s*["']?([^"',}]+)""")

RESPONSE, STATUS, FINISHED = "response", "status", "finished"
PERSON, PLACE, TIME, TRACE, REFERENCE = "person", "place", "time", "trace", "reference"

WHY = {
    PERSON: "It names a person.",
    PLACE: "It says where a person was.",
    TIME: "It is finer than the wave, and may name a person.",
    TRACE: "It is bookkeeping of the export.",
    REFERENCE: "It may name a person. Where it names a team, a mapping may make it the unit.",
    RESPONSE: "It is used to find responses given twice, and not kept.",
    STATUS: "It is used to leave out previews, and not kept.",
    FINISHED: "It is used to count unfinished responses, and not kept.",
}

META: Mapping[str, str] = {
    "startdate": TIME, "enddate": TIME, "recordeddate": TIME, "duration": TIME, "durationinseconds": TIME,
    "ipaddress": PLACE, "locationlatitude": PLACE, "locationlongitude": PLACE, "locationaccuracy": PLACE,
    "latitude": PLACE, "longitude": PLACE,
    "recipientlastname": PERSON, "recipientfirstname": PERSON, "recipientemail": PERSON, "recipientid": PERSON,
    "externaldatareference": REFERENCE, "externalreference": REFERENCE, "emailaddress": PERSON, "name": PERSON,
    "responseid": RESPONSE, "recordid": RESPONSE, "responsesetid": TRACE, "responseset": TRACE,
    "status": STATUS, "responsetype": STATUS, "finished": FINISHED, "progress": TRACE, "distributionchannel": TRACE,
    "userlanguage": TRACE, "qballotboxstuffing": TRACE, "qrelevantidduplicate": TRACE, "qrecaptchascore": TRACE,
    "quserlanguage": TRACE, "qtotalduration": TIME,
}  # fmt: skip
"""What the columns of the export itself record, by their ids without signs."""

_DERIVED = re.compile(
    r"(_DO(_\w+)?|_NPS_GROUP|_GROUP|Topics|Topic Sentiment\w*|Sentiment\w*|Parent Topics|_RANK_ORDER_\w+)$"
)
_PAGE_TIMES = re.compile(r"(FIRST_CLICK|LAST_CLICK|PAGE_SUBMIT|CLICK_COUNT)$", re.IGNORECASE)
_PERSONAL = re.compile(
    r"e-?mail|phone|telef|mobile|(?<![a-z])(first|last|full|sur)[ _-]?name|person(al)?[ _-]?(id|n)"
    r"|employee[ _-]?(id|num|no\b)"
    r"|ssn|passport|birth|\bdob\b|address|ip[ _-]?addr|token|password",
    re.IGNORECASE,
)


@dataclass
class Headings:
    """Column names of the table by import id, by export tag and by words, and what each column is."""

    by_id: dict[str, str] = field(default_factory=dict)
    by_tag: dict[str, str] = field(default_factory=dict)
    by_words: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    """Import id (or export tag, without ids) by column name."""
    meta: dict[str, str] = field(default_factory=dict)
    """What a column of the export itself records, by column name."""
    has_ids: bool = False

    def find(self, names: Sequence[str]) -> str | None:
        """Return the column of the first id that is there. Without an id row, export tags stand in."""
        known = self.by_id if self.has_ids else self.by_tag
        for name in names:
            if (found := known.get(same(name))) is not None:
                return found
        return None

    def resolve(self, name: str) -> str | None:
        """Return the column that a person names by import id, export tag or words."""
        for known, key in ((self.by_id, same(name)), (self.by_tag, same(name)), (self.by_words, fold(plain(name)))):
            if key in known:
                return known[key]
        return None

    def with_role(self, role: str) -> str:
        """Return the column that records something, "" when there is none."""
        return next((name for name, found in self.meta.items() if found == role), "")


def same(name: str) -> str:
    """Reduce an id to what old and new exports share: QID5-1-2 is QID5_1_2."""
    return name.strip().replace("-", "_")


def is_question(ident: str) -> bool:
    """Whether an import id belongs to a question."""
    return re.match(r"(?:[0-9a-z]+_)?QID\d", ident, re.IGNORECASE) is not None


def is_derived(ident: str) -> bool:
    """Whether a column is worked out by Qualtrics from an answer, or records the order or time of a page."""
    return bool(_DERIVED.search(ident) or _PAGE_TIMES.search(ident))


def is_personal(name: str) -> bool:
    """Whether a column of embedded data seems to name a person."""
    return bool(_PERSONAL.search(name))


def read_export(data: bytes, file: str, limits: Limits) -> tuple[Table, Headings]:
    """Read an export: CSV or TSV, a zip file with one of these in it, or XLSX.

    Column names of the table are those of row 1, made unique. Raises InputError when it is none of these.
    """
    if data.startswith(b"PK\x03\x04"):
        package = open_archive(data, file, limits, EXPECTED)
        parts = [part for part in package.namelist() if part.lower().endswith((".csv", ".tsv", ".txt"))]
        if "[Content_Types].xml" in package.namelist():
            return _read_workbook(data, file, limits)
        if len(parts) != 1:
            message = f"the archive holds {len(parts)} tables; one is expected."
            raise InputError(Problem(message, f"Unpack it and give {EXPECTED}.", file))
        data, file = read_part(package, parts[0], file, EXPECTED), parts[0].rsplit("/", 1)[-1]
    headings = Headings()

    def name(rows: list[list[str]]) -> tuple[list[str], int]:
        return _name(rows, headings, file)

    return read_named(data, file, name, rows=3, limits=limits), headings


def _read_workbook(data: bytes, file: str, limits: Limits) -> tuple[Table, Headings]:
    raw = read_table(data, name=file, limits=limits)
    headings = Headings()
    head = [
        list(raw.header),
        *([column.text(row) for column in raw.columns.values()] for row in range(min(2, len(raw)))),
    ]
    names, count = _name(head, headings, file)
    columns = [(column.codes[count - 1 :], column.values) for column in raw.columns.values()]
    return make_table(file, names, columns, raw.rows[count - 1 :], problems=raw.problems), headings


def _name(rows: list[list[str]], headings: Headings, file: str) -> tuple[list[str], int]:
    tags = [tag.strip("\ufeff ") for tag in rows[0]]
    names = unique_names(tags)
    words = rows[1] if len(rows) > 1 else []
    ids = [_import_id(cell) for cell in rows[2]] if len(rows) > 2 else []
    headings.has_ids = sum(bool(ident) for ident in ids) * 2 > len(names)
    if headings.has_ids:
        count = 3
    elif _is_legacy(tags, words):
        count = 2
    else:
        count, words = 1, []
    for place, column in enumerate(names):
        if not column:
            continue
        said = words[place] if place < len(words) else ""
        ident = ids[place] if headings.has_ids and place < len(ids) else ""
        kept = ident or (said if re.fullmatch(r"V\d+", tags[place]) and said else tags[place])
        headings.ids[column] = kept
        if ident:
            headings.by_id.setdefault(same(ident), column)
        headings.by_tag.setdefault(same(tags[place]), column)
        if said:
            headings.by_words.setdefault(fold(plain(said)), column)
        if not is_question(kept) and (role := _role(kept)):
            headings.meta[column] = role
    if not headings.meta and not any(is_question(ident) for ident in headings.ids.values()):
        message = "this is no Qualtrics export: it has no ImportId row and none of the columns that Qualtrics adds."
        raise InputError(Problem(message, f"Give {EXPECTED}, with all header rows.", file, 1))
    return names, count


def _import_id(cell: str) -> str:
    found = _IMPORT_ID.search(cell)
    if found is None:
        return ""
    ident, choice = found[1].strip(), _CHOICE_ID.search(cell)
    if choice and is_question(ident) and not same(ident).endswith(f"_{choice[1].strip()}"):
        return f"{ident}_{choice[1].strip()}"
    return ident


def _is_legacy(tags: Sequence[str], words: Sequence[str]) -> bool:
    """Whether row 2 holds words: exports without ids begin with V1, V2, ... or name their own columns twice."""
    if any(re.fullmatch(r"V\d+", tag) for tag in tags[:3]):
        return True
    known = {_signless(tag) for tag in tags} & set(META)
    return len(known & {_signless(word) for word in words}) * 2 >= max(1, len(known)) and bool(known)


def _role(ident: str) -> str:
    signless = _signless(ident)
    for prefix in ("panel", "location"):
        if signless not in META and signless.startswith(prefix):
            signless = signless.removeprefix(prefix)
    return META.get(signless, "")


def _signless(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def column_of(table: Table, name: str | None) -> Column | None:
    """Return a column that may have been dropped for holding nothing."""
    return table.columns.get(name) if name else None
