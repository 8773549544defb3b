"""Rows of an XLSForm's survey sheet, group by group."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from headwater.formats.moving.answer_scales import Option
from headwater.formats.moving.asking import Asked, Asker
from headwater.formats.moving.logic import Rule
from headwater.formats.moving.personal import personal
from headwater.formats.moving.words import joined, plain
from headwater.formats.xlsform.workbook import Row, split_header
from headwater.vocab.questionnaire import ItemKind

_FREE: dict[str, ItemKind] = {
    "integer": "number", "int": "number", "decimal": "number", "date": "date", "text": "text", "string": "text",
}  # fmt: skip
_RECORDED = {
    "start": "when somebody answered", "end": "when somebody answered", "today": "when somebody answered",
    "start-geopoint": "where somebody was", "deviceid": "the device", "subscriberid": "the device",
    "simserial": "the device", "phonenumber": "a telephone number", "phone_number": "a telephone number",
    "username": "who answered", "email": "an e-mail address", "audit": "what somebody did while answering",
    "background-audio": "a recording", "hidden": "a value that is not asked",
}  # fmt: skip
_LEFT = {
    "geopoint": "It says where somebody was.", "geotrace": "It says where somebody was.",
    "geoshape": "It says where somebody was.", "image": "Files are not collected here.",
    "audio": "Files are not collected here.", "video": "Files are not collected here.",
    "file": "Files are not collected here.", "barcode": "Codes of things are not asked here.",
    "calculate": "It is computed, not asked.", "calculation": "It is computed, not asked.",
    "acknowledge": "It has no answer to count.", "trigger": "It has no answer to count.",
    "time": "Times are finer than a wave.", "datetime": "Times are finer than a wave.",
    "datetime_": "Times are finer than a wave.", "xml-external": "It brings in another file.",
    "csv-external": "It brings in another file.",
}  # fmt: skip
_CARRIED = frozenset({"type", "name", "label", "relevant", "bind::relevant", "required", "bind::required", "disabled"})
_TECHNICAL = re.compile(r"\$\w+|_?uuid|kobo--[\w-]+")
_YES = {"yes", "true", "true()", "1", "sí", "si", "oui"}
_SELECT = re.compile(
    r"(select_one|select one(?: from)?|select1|select_multiple|select multiple(?: from)?|"
    r"select all that apply(?: from)?|rank)"
    r"\s+(\S+)(\s+or[_ ]?(?:specify[_ ])?other)?",
    re.IGNORECASE,
)
_BEGIN = re.compile(r"(begin|end)[\s_](group|repeat|score|rank|kobomatrix|matrix|loop)\b", re.IGNORECASE)
_MOST_STEPS = 200


@dataclass
class _Level:
    """A group that is open. lost: why its questions are left, "" when they are not. list_name: of Kobo's grids."""

    kind: str
    name: str
    number: int
    rules: tuple[Rule, ...]
    lost: str = ""
    list_name: str = ""
    words: dict[str, str] = field(default_factory=dict)
    required: bool = False


class Questions:
    """Walks through a form and asks each question it can."""

    def __init__(self, asker: Asker, words: Callable[[Row, str], dict[str, str]], choices: Sequence[Row]) -> None:
        """Take what questions are added to, what gives a row's words by language, and the rows of the choices sheet."""
        self._asker, self._builder, self._words = asker, asker.builder, words
        self._lists = self._read_lists(choices)
        self._levels: list[_Level] = []
        self._names: set[str] = set()

    def survey(self, rows: Sequence[Row]) -> None:
        """Ask everything of a form."""
        for row in rows:
            kind = " ".join(row.text("type").split())
            name = plain(row.text("name"))[:200] or f"row {row.number}"
            if not kind:
                self._builder.tell(
                    f"row {row.number} of the sheet survey has no type; it is left out.", severity="warning"
                )
                continue
            self._lose_columns(row, name)
            group = _BEGIN.fullmatch(kind) or _BEGIN.match(kind)
            if row.text("disabled").casefold() in _YES:
                self._asker.leave(Asked(name, {}), "It is switched off there.")
            elif group and group[1].casefold() == "begin":
                self._begin(row, group[2].casefold(), name)
            elif group:
                self._end(row)
            else:
                self._row(row, kind, name)
        for level in self._levels:
            message = f"the group {level.name}, begun in row {level.number}, is never ended."
            self._builder.tell(message, "Add an end row.", severity="warning")

    def _read_lists(self, choices: Sequence[Row]) -> dict[str, list[Option]]:
        made: dict[str, list[Option]] = {}
        for row in choices:
            name, code = row.text("list_name", "list name", "listname"), row.text("name", "value")
            if not name or not code:
                message = f"row {row.number} of the sheet choices names no list or no answer; it is left out."
                self._builder.tell(message, severity="warning")
                continue
            words = self._words(row, "label") or {self._builder.base: code}
            made.setdefault(name, []).append(Option(code, words, code))
            for column in row.cells:
                part = split_header(column)[0]
                if part not in ("list_name", "list name", "listname", "name", "value", "label", "order"):
                    self._builder.lose(f"the column {plain(column)} of choices", name, "Answers are words here.")
        return made

    def _lose_columns(self, row: Row, name: str) -> None:
        for column, text in row.cells.items():
            part = split_header(column)[0]
            if part in _CARRIED or _TECHNICAL.fullmatch(part) or (part == "parameters" and "range" in row.text("type")):
                continue
            if part == "appearance" and "likert" in text.casefold():
                continue
            why = {
                "constraint": "Answers are checked by their kind alone.",
                "calculation": "Nothing is computed while answering.",
                "hint": "A question has one text here.",
                "default": "No answer is filled in beforehand.",
                "choice_filter": "Every answer is always offered.",
                "appearance": "Each kind of question looks one way here.",
            }.get(part.removeprefix("bind::"), "It belongs to the other product.")
            self._builder.lose(f"the column {plain(column)}", name, why)

    def _begin(self, row: Row, kind: str, name: str) -> None:
        above = self._levels[-1] if self._levels else None
        rules, lost = (above.rules, above.lost) if above else ((), "")
        if kind in ("repeat", "loop"):
            lost = lost or f"It stands in the repeat {name}; a question is asked once here, not repeated."
            self._builder.lose("a repeat", name, "A question is asked once here, not repeated.")
        elif kind in ("kobomatrix", "matrix"):
            lost = lost or "Cells of a table of several kinds are not asked here."
            self._builder.lose("a table of several kinds", name, "Ask its cells one by one.")
        words = self._words(row, "label")
        level = _Level(kind, name, row.number, (*rules, *self._own_rules(row, name)), lost, words=words)
        level.required = self._required(row)
        if kind == "score":
            level.list_name = row.text("kobo--score-choices")
        elif kind == "rank":
            level.list_name = row.text("kobo--rank-items")
            asked = Asked(name, words or {self._builder.base: name}, level.required, level.rules)
            if lost:
                self._asker.leave(asked, lost)
            else:
                self._asker.many_of(asked, self._lists.get(level.list_name, ()), "ranking", {})
        elif words and not lost:
            self._builder.note(words, name)
            self._builder.lose("headings of groups", name, "They are kept in the notes.")
        self._levels.append(level)

    def _end(self, row: Row) -> None:
        if self._levels:
            self._levels.pop()
        else:
            message = f"row {row.number} of the sheet survey ends a group that was never begun."
            self._builder.tell(message, "Remove it.", severity="warning")

    def _own_rules(self, row: Row, name: str) -> tuple[Rule, ...]:
        condition = row.text("relevant", "bind::relevant")
        rule = self._asker.rule(condition, name) if condition else None
        return () if rule is None else (rule,)

    def _required(self, row: Row) -> bool:
        return row.text("required", "bind::required").casefold() in _YES

    def _row(self, row: Row, kind: str, name: str) -> None:
        level = self._levels[-1] if self._levels else None
        path = "/".join([*(above.name for above in self._levels), name])
        if name in self._names:
            name = path
        self._names.add(name)
        words = self._words(row, "label") or {self._builder.base: name}
        names = tuple(dict.fromkeys((name, path, path.replace("/", "-"))))
        first = kind.split(maxsplit=1)[0].casefold()
        if first in _RECORDED:
            self._asker.leave(Asked(name, words, names=names), "It is recorded, not asked.", f"{_RECORDED[first]}")
            return
        if level and level.lost:
            self._asker.leave(Asked(name, words, names=names), level.lost)
            return
        rules = (*(level.rules if level else ()), *self._own_rules(row, name))
        asked = Asked(name, words, self._required(row), rules, names)
        select = _SELECT.fullmatch(kind)
        if first == "note":
            self._builder.note(words, name)
            self._builder.lose("words between questions", name, "They are kept in the notes.")
        elif first == "rank__level":
            pass  # The places of a ranking are asked by the ranking itself.
        elif first == "score__row" and level:
            asked = Asked(name, joined(level.words, words), level.required or asked.required, rules, names)
            self._asker.one_of(asked, self._lists.get(level.list_name, ()))
        elif select:
            self._select(row, asked, select)
        elif first == "range":
            self._range(row, asked)
        elif first in _FREE:
            self._free(asked, _FREE[first])
        else:
            self._asker.leave(
                asked,
                _LEFT.get(first, "This kind of question is not known here."),
                f"a question of the type {plain(first)[:40]}",
            )

    def _select(self, row: Row, asked: Asked, select: re.Match[str]) -> None:
        options = list(self._lists.get(select[2], ()))
        if not options:
            message = f"the sheet choices has no list {select[2]!r}, which {asked.name} (row {row.number}) asks for."
            self._builder.tell(message, "Add it, or correct the name.", severity="warning")
            self._asker.leave(asked, "Its list of answers is not in the file.")
            return
        if select[3]:
            options.append(Option("other", {self._builder.base: "Other"}, "other"))
        self._choose(row, asked, select[1].casefold(), options)
        if select[3]:
            self._ask_other(asked)

    def _ask_other(self, asked: Asked) -> None:
        """Ask for the words that stand beside the answer "other", as a question of its own."""
        words = joined(asked.words, {self._builder.base: "Other, please say"})
        names = tuple(f"{name}_other" for name in asked.columns)
        self._asker.free(Asked(names[0], words, rules=asked.rules, names=names), "text")
        why = "They are asked of everyone, in an item below."
        self._builder.lose("that words are asked beside a choice", asked.name, why)

    def _choose(self, row: Row, asked: Asked, kind: str, options: list[Option]) -> None:
        if kind == "rank":
            self._asker.many_of(asked, options, "ranking", {})
        elif "one" in kind or kind == "select1":
            self._asker.one_of(
                asked, options, rated="likert" in row.text("appearance", "control::appearance").casefold()
            )
        else:
            cells = {option.id: f"{asked.name}/{option.code}" for option in options}
            self._asker.many_of(asked, options, "multiple", cells)

    def _range(self, row: Row, asked: Asked) -> None:
        given = dict(
            re.findall(r"(start|end|step)\s*=\s*(-?\d+(?:\.\d+)?)", row.text("parameters", "body::parameters"))
        )
        low, high, step = (float(given.get(part, usual)) for part, usual in (("start", 0), ("end", 10), ("step", 1)))
        steps = (high - low) / step if step > 0 else 0.0
        if not (low.is_integer() and high.is_integer() and step.is_integer()) or not 1 <= steps <= 10:
            if 0 < steps <= _MOST_STEPS:
                self._builder.lose("the steps of a range", asked.name, "It is asked as a number.")
            self._asker.free(asked, "number")
            return
        codes = [str(code) for code in range(int(low), int(high) + 1, int(step))]
        self._asker.one_of(asked, [Option(code, {self._builder.base: code}, code) for code in codes], rated=True)

    def _free(self, asked: Asked, kind: ItemKind) -> None:
        reason = personal(asked.name.rpartition("/")[2], plain(asked.words.get(self._builder.base, "")))
        if reason:
            self._asker.leave(asked, "It says who the person is.", f"a question for {reason}")
        else:
            self._asker.free(asked, kind)
