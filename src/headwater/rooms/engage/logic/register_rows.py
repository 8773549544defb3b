"""A file of stakeholders as rows, and whom each row means: by external id, else by e-mail, else by name and place.

The first two are certain. Name and place are a proposal that somebody has to confirm. Two certain signs that point at
different people are an error, never a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "external_id": ("external id", "id", "stakeholder id", "crm id", "identificador"),
    "name": ("name", "full name", "stakeholder", "nombre"),
    "email": ("e mail", "email", "mail", "e mail address", "email address", "correo", "correo electrónico"),
    "role": ("role", "title", "job title", "position", "function", "cargo", "puesto"),
    "organisation": ("organisation", "organization", "company", "organización", "empresa"),
    "unit": ("unit", "team", "department", "unidad", "equipo"),
    "power": ("power", "influence", "poder"),
    "interest": ("interest", "interés"),
    "legitimacy": ("legitimacy", "legitimidad"),
    "urgency": ("urgency", "urgencia"),
    "reason": ("reason", "why", "motivo"),
    "attitude": ("attitude", "engagement", "current attitude", "actitud"),
    "attitude_reason": ("attitude reason", "why they stand there", "motivo de la actitud"),
    "desired": ("desired", "desired attitude", "target attitude", "deseada"),
    "form": ("form", "preferred form", "format", "formato"),
    "minutes": ("minutes", "minutes a week", "minutos"),
    "language": ("language", "idioma"),
    "drives": ("drives", "what drives them", "motivation", "motivación"),
    "decides": ("decides", "what they decide", "decide"),
    "credible": ("credible", "what makes them credible", "credibilidad"),
}
"""By field: how a column may be headed, folded."""

RATED = ("power", "interest", "legitimacy", "urgency")
FORMS = ("slides", "spreadsheet", "action_list", "one_page", "live_page")
LEVELS = ("unaware", "resistant", "neutral", "supportive", "leading")
LENGTHS = {"external_id": 200, "name": 300, "email": 254, "role": 200, "organisation": 200, "unit": 300, "language": 35}
MOST_LENGTH = 1000

How = Literal["id", "email", "proposed", "new"]


@dataclass(frozen=True)
class Fault:
    """One thing wrong in one cell, and what to do."""

    row: int
    column: str
    message: str
    remedy: str


@dataclass(frozen=True)
class FileRow:
    """One row of a file. row: as a spreadsheet counts. values: by field, those that are not empty."""

    row: int
    values: Mapping[str, str]


@dataclass(frozen=True)
class Known:
    """Somebody who can be meant. key: of the stakeholder, "" for a person who is none yet. person: "" for outsiders.

    ids: external ids under which they are known, the HR id of a person among them. external_id: of another system, ""
    for none. places: unit and organisation names, folded.
    """

    key: str
    person: str
    name: str
    emails: frozenset[str]
    ids: frozenset[str]
    places: frozenset[str]
    external_id: str = ""


@dataclass(frozen=True)
class Match:
    """Whom a row means: one for a certain sign, one or more for a proposal, none for somebody new."""

    row: FileRow
    how: How
    known: tuple[Known, ...] = ()


@dataclass(frozen=True)
class Matched:
    """What came of a file: rows that can be used, and what is wrong with the others."""

    matches: tuple[Match, ...]
    faults: tuple[Fault, ...] = field(default=())


def fold(text: str) -> str:
    """Return a text as names and headings are compared: lower case, blanks and dashes as one blank."""
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").replace("/", " ").split())


def columns_of(header: Iterable[str]) -> dict[str, str]:
    """Return the field each known column gives, by field. The first of two that give the same field counts."""
    found: dict[str, str] = {}
    for name in header:
        folded = fold(name)
        for key, headings in COLUMNS.items():
            if (folded == fold(key) or folded in headings) and key not in found:
                found[key] = name
                break
    return found


def check_row(row: FileRow, columns: Mapping[str, str]) -> list[Fault]:
    """Return what is wrong with one row."""
    faults = []

    def wrong(key: str, message: str, remedy: str) -> None:
        faults.append(Fault(row.row, columns.get(key, key), message, remedy))

    if not row.values.get("name") and not row.values.get("email") and not row.values.get("external_id"):
        wrong("name", "nothing says who this is.", "Fill in the name, the e-mail address or the external id.")
    email = row.values.get("email", "")
    if email and (email.count("@") != 1 or " " in email or email.startswith("@") or email.endswith("@")):
        wrong("email", f"{email[:60]!r} is no e-mail address.", "Write it as name@example.org, or leave it empty.")
    for key in RATED:
        value = row.values.get(key, "")
        if value and value not in ("0", "1", "2", "3", "4"):
            wrong(key, f"{value[:20]!r} is no rating.", "Write a whole number from 0 to 4, or leave it empty.")
    for key in ("attitude", "desired"):
        value = row.values.get(key, "")
        if value and fold(value) not in LEVELS:
            wrong(key, f"{value[:30]!r} is no attitude.", f"Write one of: {', '.join(LEVELS)}.")
    form = row.values.get("form", "")
    if form and fold(form).replace(" ", "_") not in FORMS:
        wrong("form", f"{form[:30]!r} is no form.", f"Write one of: {', '.join(FORMS)}.")
    minutes = row.values.get("minutes", "")
    if minutes and not (minutes.isascii() and minutes.isdigit() and int(minutes) <= 2400):
        wrong("minutes", f"{minutes[:20]!r} is no number of minutes a week.", "Write a whole number from 0 to 2400.")
    for key, value in row.values.items():
        most = LENGTHS.get(key, MOST_LENGTH)
        if len(value) > most:
            wrong(key, f"the text has {len(value):,} letters; {most:,} is the most.", "Shorten it.")
    return faults


def match_rows(rows: Sequence[FileRow], known: Sequence[Known], columns: Mapping[str, str]) -> Matched:
    """Say whom each row means. Rows with faults are left out."""
    by_id = {one_id: one for one in known for one_id in one.ids}
    by_email: dict[str, list[Known]] = {}
    by_name: dict[str, list[Known]] = {}
    for one in known:
        for email in one.emails:
            by_email.setdefault(email, []).append(one)
        by_name.setdefault(fold(one.name), []).append(one)
    faults: list[Fault] = []
    matches: list[Match] = []
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        wrong = check_row(row, columns)
        if not wrong:
            match = _match(row, by_id, by_email, by_name, columns, wrong)
            if not wrong and match is not None:
                wrong += _twice(match, seen, columns)
                if not wrong:
                    matches.append(match)
        faults += wrong
    return Matched(tuple(matches), tuple(faults))


def _match(
    row: FileRow,
    by_id: Mapping[str, Known],
    by_email: Mapping[str, Sequence[Known]],
    by_name: Mapping[str, Sequence[Known]],
    columns: Mapping[str, str],
    wrong: list[Fault],
) -> Match | None:
    of_id = by_id.get(row.values.get("external_id", ""))
    of_email = by_email.get(row.values.get("email", "").casefold(), ())
    if of_id is not None:
        if of_email and of_id not in of_email:
            message = f"the id means {of_id.name}, the e-mail address {of_email[0].name}."
            remedy = "Correct one of the two. Nobody is merged on a guess."
            wrong.append(Fault(row.row, columns.get("external_id", "external_id"), message, remedy))
            return None
        return Match(row, "id", (of_id,))
    if len(of_email) > 1:
        message = f"several people have this e-mail address: {', '.join(one.name for one in of_email[:5])}."
        wrong.append(Fault(row.row, columns.get("email", "email"), message, "Give the external id of the one meant."))
        return None
    if of_email:
        return Match(row, "email", (of_email[0],))
    name = row.values.get("name", "")
    if not name:
        message = "nobody here has this id or e-mail address, and there is no name."
        wrong.append(Fault(row.row, columns.get("name", "name"), message, "Fill in the name to add somebody new."))
        return None
    namesakes = by_name.get(fold(name), ())
    places = {fold(row.values[key]) for key in ("unit", "organisation") if row.values.get(key)}
    external_id = row.values.get("external_id", "")
    fitting = tuple(
        one
        for one in namesakes
        if (not places or places & one.places) and (not external_id or one.external_id in ("", external_id))
    )
    return Match(row, "proposed", fitting) if fitting else Match(row, "new")


def _twice(match: Match, seen: dict[tuple[str, str], int], columns: Mapping[str, str]) -> list[Fault]:
    values = match.row.values
    signs = [("external_id", values.get("external_id", "")), ("email", values.get("email", "").casefold())]
    if match.how in ("id", "email"):
        signs.append(("name", match.known[0].key or match.known[0].person))
    elif not values.get("email") and not values.get("external_id"):
        places = "|".join(fold(values.get(key, "")) for key in ("unit", "organisation"))
        signs.append(("name", f"{fold(values['name'])}|{places}"))
    for key, sign in signs:
        if sign and (key, sign) in seen:
            message = f"row {seen[key, sign]} means the same person."
            return [Fault(match.row.row, columns.get(key, key), message, "Keep one of the two rows.")]
    for key, sign in signs:
        if sign:
            seen[key, sign] = match.row.row
    return []
