"""A plain table as a survey: questions of known questionnaires as they are, the others as items of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from headwater.formats.answers.coding import resolve_item
from headwater.formats.answers.mapping import AnswerMapping, CutMapping, ItemMapping, fold
from headwater.formats.guessing.columns import Role
from headwater.formats.moving.answer_scales import Option
from headwater.formats.moving.asking import Asked, Asker
from headwater.formats.moving.building import SurveyBuilder
from headwater.formats.moving.keys import key_from
from headwater.formats.moving.results import SurveyImport
from headwater.formats.numerals import MISSING
from headwater.formats.tables import Table
from headwater.vocab import InputError, Instrument, Lens, Problem

_RANGE = re.compile(r"\s*([+-]?\d{1,3})\s*(?:-|–|to|\.\.|a|bis|à)\s*([+-]?\d{1,3})\s*")
_MOST_CHOICES = 100


@dataclass(frozen=True)
class ColumnChoice:
    """What a person decided about one column. See `ColumnGuess` for the fields. words: of a question of its own."""

    name: str
    role: Role
    key: str = ""
    answers: str = ""
    words: str = ""


@dataclass(frozen=True)
class TableSurvey:
    """mapping: of the answers. instruments: the known questionnaires used, then the one of the table's own questions.

    own: that one with what was assumed, None when every question is known.
    """

    mapping: AnswerMapping
    instruments: tuple[Instrument, ...]
    own: SurveyImport | None


def parse_answers(text: str, column: str, file: str) -> tuple[dict[str, int], int, int]:
    """Read `1-5`, or lines `answer = code`. Returns codes by answer as written, the lowest and the highest code.

    Raises InputError naming the line that is neither.
    """
    if found := _RANGE.fullmatch(text):
        low, high = int(found[1]), int(found[2])
        if not -100 <= low < high <= 100:
            message = f"the answers {text.strip()!r} run from {low} to {high}."
            raise InputError(Problem(message, "Write the lowest first, as 1-5.", file, column=column))
        return {str(code): code for code in range(low, high + 1)}, low, high
    codes: dict[str, int] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        words, sign, code = line.rpartition("=")
        if not sign or not words.strip() or not re.fullmatch(r"\s*[+-]?\d{1,3}\s*", code):
            message = f"the line {line[:60]!r} is no answer with its code."
            raise InputError(
                Problem(message, "Write lines such as `Agree = 4`, or a range such as 1-5.", file, None, column)
            )
        if fold(words) in map(fold, codes):
            raise InputError(Problem(f"the answer {words.strip()!r} has two codes.", "Keep one.", file, None, column))
        codes[words.strip()] = int(code)
    if len(set(codes.values())) < 2:
        message = "a rating needs at least two answers with codes."
        raise InputError(Problem(message, "Write 1-5, or lines such as `Agree = 4`.", file, None, column))
    return codes, min(codes.values()), max(codes.values())


def build_mapping(
    table: Table,
    choices: Sequence[ColumnChoice],
    instruments: Sequence[Instrument] = (),
    *,
    key: str = "table",
    title: str = "",
    lens: Lens = Lens.EX,
    language: str = "en",
    wave_key: str = "",
) -> TableSurvey:
    """Turn decided columns into a mapping of answers, and questions nobody knows into a questionnaire.

    instruments: those whose items a key may name. language: of the table's own words. Raises InputError with every
    decision that cannot be: two units, a key given twice, a choice of one or of more than 100 values, no question.
    """
    problems = _find_faults(table, choices)
    if problems:
        raise InputError(problems)
    known = {item.key: instrument for instrument in reversed(instruments) for item in instrument.items}
    singles = {choice.role: choice.name for choice in choices if choice.role in _ONCE}
    builder = SurveyBuilder("a table", table.file, (language,))
    asker = Asker(builder)
    items: list[ItemMapping] = []
    comments: dict[str, str] = {}
    used: dict[str, Instrument] = {}
    for choice in choices:
        if choice.role not in ("item", "choice", "comment"):
            continue
        if choice.key in known and _fits(known[choice.key], choice):
            used[known[choice.key].key] = known[choice.key]
            if choice.role == "comment":
                comments[choice.key] = choice.name
            else:
                items.append(_known_item(choice, known[choice.key], table.file))
        elif choice.role == "comment":
            asker.free(Asked(choice.key, {language: choice.words or choice.name}), "text")
            comments[choice.key] = choice.name
        else:
            items.append(_own_item(choice, table, asker, language))
    own = None
    if builder.items:
        name = title or table.file
        own = builder.finish(
            key=key_from(key), title={language: name}, purpose={}, lens=lens, source=f"Moved in from {table.file}"
        )
    mapping = AnswerMapping(
        unit=singles.get("unit", ""),
        items=tuple(items),
        cuts=tuple(CutMapping(choice.key, choice.name) for choice in choices if choice.role == "cut"),
        comments=comments,
        response=singles.get("response", ""),
        person=singles.get("person", ""),
        wave=singles.get("wave", ""),
        wave_key="" if singles.get("wave") else wave_key,
        weight=singles.get("weight", ""),
        file="mapping",
    )
    return TableSurvey(mapping, (*used.values(), *((own.instrument,) if own else ())), own)


_ONCE = ("unit", "wave", "weight", "response", "person")


def _find_faults(table: Table, choices: Sequence[ColumnChoice]) -> list[Problem]:
    problems = []
    for role in _ONCE:
        named = [choice.name for choice in choices if choice.role == role]
        if len(named) > 1:
            message = f"{len(named)} columns are said to be the {role}: {', '.join(named[:5])}."
            problems.append(Problem(message, "Keep one.", table.file, 1))
    seen: dict[str, str] = {}
    for choice in choices:
        if choice.name not in table.columns:
            problems.append(Problem(f"there is no column {choice.name!r}.", "Read the file again.", table.file, 1))
        if choice.role not in ("item", "choice", "comment", "cut"):
            continue
        if key_from(choice.key) != choice.key:
            remedy = "Use small letters, digits and underscores, beginning with a letter."
            problems.append(Problem(f"the key {choice.key!r} cannot be used.", remedy, table.file, 1, choice.name))
        elif choice.key in seen:
            message = f"the key {choice.key!r} is given to {seen[choice.key]!r} as well."
            problems.append(Problem(message, "Give each column its own key.", table.file, 1, choice.name))
        seen[choice.key] = choice.name
    if not any(choice.role in ("item", "choice") for choice in choices):
        message = "no column is a question with answers that can be counted."
        problems.append(Problem(message, "Say of at least one column that it is a rating or a choice.", table.file, 1))
    return problems


def _fits(instrument: Instrument, choice: ColumnChoice) -> bool:
    """Whether a decided column can be the item of its key; a rating cannot be a text."""
    kind = instrument.item(choice.key).kind
    wanted = {"comment": ("text",), "choice": ("single",), "item": ("scale", "recommend")}[choice.role]
    return kind in wanted


def _known_item(choice: ColumnChoice, instrument: Instrument, file: str) -> ItemMapping:
    codes: Mapping[str, int] = {}
    if choice.answers.strip() and choice.role == "item":
        written, low, high = parse_answers(choice.answers, choice.name, file)
        if not _RANGE.fullmatch(choice.answers):
            codes = {fold(answer): code for answer, code in written.items()}
        else:
            item = ItemMapping(choice.key, choice.name)
            _, _, lowest, highest, _ = resolve_item(item, (instrument,), file)
            if (low, high) != (lowest, highest):
                message = f"the question {choice.key!r} runs from {lowest} to {highest}, not from {low} to {high}."
                remedy = "Leave the answers empty, write them as lines, or give the column a key of its own."
                raise InputError(Problem(message, remedy, file, 1, choice.name))
    return ItemMapping(choice.key, choice.name, codes)


def _own_item(choice: ColumnChoice, table: Table, asker: Asker, language: str) -> ItemMapping:
    """Add a question of the table to its questionnaire, and say how its answers are read."""
    column = table[choice.name]
    if choice.role == "choice":
        present = sorted({value for value in column.values if value not in MISSING}, key=str.casefold)
        if not 2 <= len(present) <= _MOST_CHOICES:
            message = f"a choice has 2 to {_MOST_CHOICES} different answers; this column has {len(present)}."
            raise InputError(Problem(message, "Leave it out, or make it a comment.", table.file, None, choice.name))
        options = [Option(str(place), {language: value}, value) for place, value in enumerate(present, start=1)]
    else:
        codes, low, high = parse_answers(choice.answers or "1-5", choice.name, table.file)
        by_code: dict[int, str] = {}
        for words, code in codes.items():
            by_code.setdefault(code, words)
        if set(by_code) != set(range(low, high + 1)):
            missing = next(code for code in range(low, high + 1) if code not in by_code)
            message = f"no answer has the code {missing}."
            raise InputError(Problem(message, "Codes of a rating run without a gap.", table.file, None, choice.name))
        options = [Option(str(code), {language: by_code[code]}, str(code)) for code in range(low, high + 1)]
    asked = Asked(choice.key, {language: choice.words or choice.name})
    added = asker.one_of(asked, options, kind="single" if choice.role == "choice" else "scale")
    plan = asker.builder.columns[-1] if added else None
    if plan is None or plan.key != choice.key:
        message = "the question cannot be carried over."
        raise InputError(Problem(message, "Leave the column out, or change its key.", table.file, None, choice.name))
    if choice.role == "choice":
        read = {fold(option.code): plan.codes[option.code] for option in options if option.code in plan.codes}
    else:
        read = {fold(words): code for words, code in codes.items()}
    return ItemMapping(choice.key, choice.name, read, frozenset(), plan.low, plan.high)
