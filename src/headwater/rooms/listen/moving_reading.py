"""Files of other products read by what was decided about them: questionnaires, tables a wave, problems, losses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from headwater.formats.a11 import read_a11_answers
from headwater.formats.answers import AnswerMapping, CutMapping, read_answers
from headwater.formats.guessing import KINDS, ColumnGuess, FileKind, build_mapping, guess_columns, recognise
from headwater.formats.limesurvey import read_limesurvey_answers, read_limesurvey_survey
from headwater.formats.moving import Loss, MovedAnswers, SurveyImport
from headwater.formats.moving.importing import EVERYONE
from headwater.formats.moving.keys import KeyRing
from headwater.formats.moving.words import plain
from headwater.formats.qualtrics import read_qualtrics_answers, read_qualtrics_survey
from headwater.formats.reading import Limits, read_table
from headwater.formats.spss import read_spss_answers, read_spss_survey
from headwater.formats.surveyjs import read_surveyjs_answers, read_surveyjs_survey
from headwater.formats.tables import Table
from headwater.formats.xlsform import read_xlsform_answers, read_xlsform_survey
from headwater.instruments import item_rules
from headwater.org import number_units
from headwater.rooms.listen.logic.mapping import Reading, Target, wave_key
from headwater.rooms.listen.moving_a11 import a11_instrument
from headwater.vocab import AnswerTable, InputError, Instrument, Lens, Problem, UnitTree
from headwater.vocab.answers import ITEM_MISSING

LIMITS = Limits(file_bytes=512 << 20, sheet_cells=8_000_000, unpacked_bytes=512 << 20)
"""What a browser may hand in. Beyond it the command line reads."""

MOST_COLUMNS = 500
"""Columns of a plain table that the page lists; the others are left out."""

TOP = "all"
_PLAIN = (".csv", ".txt", ".tsv", ".xlsx")


@dataclass(frozen=True)
class Files:
    """Uploaded files by kind. answers, survey: a path and the name people know it by; None when not given."""

    format: str
    answers: tuple[Path, str] | None = None
    survey: tuple[Path, str] | None = None


@dataclass(frozen=True)
class Seen:
    """What a first look at the files gave, for the page that asks what is what.

    header: names by which a kept mapping is known again. columns: guesses, of plain tables. offered: columns that may
    become unit or cut, of other products' exports. questions: of a survey, key, words, kind and the product's own name.
    """

    format: str
    rows: int = 0
    header: tuple[str, ...] = ()
    columns: tuple[ColumnGuess, ...] = ()
    offered: tuple[str, ...] = ()
    questions: tuple[tuple[str, str, str, str], ...] = ()
    questionnaires: tuple[str, ...] = ()
    has_answers: bool = True
    notes: tuple[Problem, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Moved:
    """Everything read. tables, persons: by wave key, in order. titles: of waves. tree: units of the answers."""

    instruments: tuple[Instrument, ...]
    tables: Mapping[str, AnswerTable]
    tree: UnitTree | None
    titles: Mapping[str, str] = field(default_factory=dict)
    persons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    losses: tuple[Loss, ...] = ()
    rows_read: int = 0
    rows_kept: int = 0

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that are errors."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def sort_files(given: Sequence[tuple[Path, str]]) -> Files:
    """Tell which file is the survey and which the answers. Raises InputError: two of a kind, files of two products."""
    kinds = [(recognise(path, name=name, limits=LIMITS), path, name) for path, name in given]
    for kind, path, name in kinds:
        if kind != "table" and path.stat().st_size > 200_000_000 and not KINDS[kind][1]:
            raise InputError(Problem("a survey of this size is not read.", "Give the survey alone.", name))
    surveys = [one for one in kinds if not KINDS[one[0]][1]]
    answers = [one for one in kinds if KINDS[one[0]][1]]
    if len(surveys) > 1 or len(answers) > 1:
        what = "surveys" if len(surveys) > 1 else "files of answers"
        listed = ", ".join(name for _, _, name in (surveys if len(surveys) > 1 else answers))
        raise InputError(Problem(f"these are two {what}: {listed}.", "Give one file of answers, and its survey."))
    survey = surveys[0] if surveys else None
    answer = answers[0] if answers else None
    return Files(
        _format(survey[0] if survey else None, answer[0] if answer else None, (answer or survey or ("", None, ""))[2]),
        (answer[1], answer[2]) if answer else None,
        (survey[1], survey[2]) if survey else None,
    )


def _format(survey: FileKind | None, answers: FileKind | None, name: str) -> str:
    if survey is None:
        assert answers is not None
        if answers == "json_answers":
            remedy = "Give the survey (JSON) beside its answers."
            raise InputError(Problem("these are answers without the survey they belong to.", remedy, name))
        if answers == "limesurvey_responses":
            remedy = "Give the survey structure (.lss) as well, or the archive (.lsa)."
            raise InputError(Problem("these are answers without the survey they belong to.", remedy, name))
        return KINDS[answers][0]
    product = KINDS[survey][0]
    fits = {
        "qualtrics": ("qualtrics_answers", "table"),
        "limesurvey": ("limesurvey_archive", "limesurvey_responses", "table"),
        "surveyjs": ("json_answers",),
        "xlsform": ("table",),
    }
    if answers is not None and answers not in fits[product]:
        message = "the answers do not come from the product that made the survey."
        raise InputError(Problem(message, "Give files of one product.", name))
    return product


def look(files: Files, instruments: Sequence[Instrument] = (), tree: UnitTree | None = None) -> Seen:
    """Take a first look: what can be told without anybody's decision. Raises InputError when nothing can be used."""
    if files.format == "table":
        table = _table(files)
        guesses = guess_columns(table, instruments, tree)[:MOST_COLUMNS]
        used = tuple(dict.fromkeys(guess.questionnaire for guess in guesses if guess.questionnaire))
        notes = list(table.problems)
        if len(table.header) > MOST_COLUMNS:
            message = (
                f"the file has {len(table.header):,} columns; the first {MOST_COLUMNS} are listed, the rest left out."
            )
            notes.append(Problem(message, "Drop columns to choose others.", table.file, 1, severity="warning"))
        return Seen("table", len(table), table.header, guesses, questionnaires=used, notes=tuple(notes))
    reading = Reading(files.format)
    survey = _survey(files, reading, Lens.EX) if files.format != "a11" else None
    original = survey.original if survey is not None else {}
    if files.answers is None:
        assert survey is not None
        questions = _questions(survey.instrument, original)
        return Seen(files.format, questions=questions, has_answers=False, title=_title(survey.instrument))
    instruments_, made = _read(files, reading, Target(), None)
    offered = made.offered if isinstance(made, MovedAnswers) else ()
    questions = tuple(one for instrument in instruments_ for one in _questions(instrument, original))
    return Seen(
        files.format, made.rows_read, offered, offered=offered, questions=questions, title=_title(instruments_[0])
    )


def _questions(instrument: Instrument, original: Mapping[str, str]) -> tuple[tuple[str, str, str, str], ...]:
    base = instrument.languages[0]
    return tuple(
        (item.key, item.text.get(base, item.key), item.kind, original.get(item.key, item.key))
        for item in instrument.items
    )


def _title(instrument: Instrument) -> str:
    return next((plain(words) for words in instrument.title.values()), "")


def read_moved(
    files: Files,
    reading: Reading,
    target: Target,
    *,
    instruments: Sequence[Instrument] = (),
    tree: UnitTree | None = None,
) -> Moved:
    """Read the files as decided. instruments: those whose items the columns of a plain table may be. tree: of the
    organisation; None makes the file's units a tree of their own.

    Raises InputError when the files or what was decided cannot be used at all; everything else is in `problems`.
    """
    if files.answers is None:
        survey = _survey(files, reading, Lens(target.lens))
        assert survey is not None
        return Moved((survey.instrument,), {}, None, problems=survey.problems, losses=survey.losses)
    with_tree = tree if reading.matches_units else None
    survey_losses: list[Loss] = []
    words: dict[str, str] = {}
    if files.format == "table":
        found, made = _read_table(files, reading, target, instruments, with_tree, survey_losses, words)
    else:
        found, made = _read(files, reading, target, with_tree, survey_losses)
    problems = list(made.problems)
    losses = [*survey_losses, *(made.losses if isinstance(made, MovedAnswers) else ())]
    tables, persons, titles = {}, {}, {}
    ring: set[str] = set()
    for text, table in made.tables.items():
        key = _free(wave_key(text), ring)
        tables[key] = _complete(table, found)
        titles[key] = words.get(text, text) if reading.column("wave") else (target.wave or text)
        if text in made.persons:
            persons[key] = made.persons[text]
    if found and not item_rules(found):
        remedy = "Say which choices are ratings; they are listed above."
        problems.append(Problem("no question is a rating, so nothing of it can be scored.", remedy))
    if not reading.matches_units or tree is None:
        tree = _own_tree(tables)
    return Moved(
        tuple(found), tables, tree, titles, persons, tuple(problems), tuple(losses), made.rows_read, made.rows_kept
    )


def _free(key: str, taken: set[str]) -> str:
    found, number = key, 1
    while found in taken:
        number += 1
        found = f"{key[:55]}-{number}"
    taken.add(found)
    return found


def _own_tree(tables: Mapping[str, AnswerTable]) -> UnitTree | None:
    """Return a tree of one top and the file's units below it."""
    units = sorted({unit for table in tables.values() for unit in table.unit_ids})
    if not units:
        return None
    if units == [EVERYONE]:
        return number_units([EVERYONE], [""], [EVERYONE.title()])
    top = TOP
    while top in units:
        top += "_"
    return number_units([top, *units], ["", *([top] * len(units))], [top.title(), *units])


def _complete(table: AnswerTable, instruments: Sequence[Instrument]) -> AnswerTable:
    """Give every rated item a column, empty where the file has none, since the plan of a wave names them all."""
    keys = item_rules(instruments)
    absent = [key for key in keys if key not in table.items]
    if not absent:
        return table
    empty = np.full(len(table), ITEM_MISSING, np.int8)
    return replace(table, items={**table.items, **dict.fromkeys(absent, empty)})


def _table(files: Files) -> Table:
    assert files.answers is not None
    path, name = files.answers
    return read_table(path, name=name, limits=LIMITS)


def _read_table(
    files: Files,
    reading: Reading,
    target: Target,
    instruments: Sequence[Instrument],
    tree: UnitTree | None,
    losses: list[Loss],
    words: dict[str, str],
) -> tuple[tuple[Instrument, ...], Any]:
    table = _table(files)
    decided = [choice for choice in reading.columns if choice.role != "leave"]
    built = build_mapping(
        table,
        decided,
        instruments,
        key=wave_key(target.title or Path(table.file).stem).replace("-", "_"),
        title=target.title or Path(table.file).stem,
        lens=Lens(target.lens),
        language=reading.language,
        wave_key=wave_key(target.wave),
    )
    mapping = built.mapping
    if not mapping.unit:
        message = "no column is the unit."
        raise InputError(Problem(message, "Say which column names the unit of a response.", table.file, 1))
    if mapping.wave:
        mapping = replace(mapping, waves=_wave_words(table, mapping.wave))
        words.update({key: text for text, key in mapping.waves.items()})
    used = {choice.name for choice in decided}
    for name in table.header:
        if name not in used:
            losses.append(Loss(f"the column {name}", table.file, "It was left out as decided."))
    if built.own is not None:
        losses.extend(built.own.losses)
    return built.instruments, read_answers(table, mapping, built.instruments, tree)


def _wave_words(table: Table, name: str) -> dict[str, str]:
    """Return a key for every text in the wave column that is one."""
    ring: set[str] = set()
    return {text: _free(wave_key(text), ring) for text in sorted(table[name].values) if text}


def _mapping(reading: Reading, target: Target) -> AnswerMapping:
    ring = KeyRing()
    return AnswerMapping(
        unit=reading.unit or EVERYONE,
        cuts=tuple(CutMapping(ring.take(column, "cut"), column) for column in reading.cuts),
        wave=reading.wave,
        wave_key="" if reading.wave else wave_key(target.wave),
        makes_wave_keys=True,
        weight=reading.weight,
        person=reading.person,
        decimal=".",
    )


def _survey(files: Files, reading: Reading, lens: Lens) -> SurveyImport | None:
    """Read the survey of the files, None when they hold none."""
    kinds: Any = dict(reading.kinds)
    if files.format == "spss" and files.answers is not None:
        path, name = files.answers
        return read_spss_survey(path, lens=lens, language=reading.language, kinds=kinds, name=name, limits=LIMITS)
    given = files.survey
    if files.format == "limesurvey" and given is None:
        given = files.answers
    if given is None:
        return None
    path, name = given
    readers: dict[str, Callable[..., SurveyImport]] = {
        "qualtrics": read_qualtrics_survey,
        "limesurvey": read_limesurvey_survey,
        "surveyjs": read_surveyjs_survey,
        "xlsform": read_xlsform_survey,
    }
    return readers[files.format](path, lens=lens, kinds=kinds, name=name, limits=LIMITS)


def _read(
    files: Files, reading: Reading, target: Target, tree: UnitTree | None, losses: list[Loss] | None = None
) -> tuple[tuple[Instrument, ...], MovedAnswers]:
    """Read another product's answers by its survey."""
    assert files.answers is not None
    path, name = files.answers
    mapping = _mapping(reading, target)
    lens = Lens(target.lens)
    if files.format == "a11":
        found = read_a11_answers(path, mapping, tree, name=name, limits=LIMITS)
        return (a11_instrument(found),), found
    survey = _survey(files, reading, lens)
    if losses is not None and survey is not None:
        losses.extend(survey.losses)
    values: Any = reading.values
    if files.format == "qualtrics":
        made = read_qualtrics_answers(path, survey, mapping, tree, values=values, name=name, limits=LIMITS)
    elif files.format == "limesurvey":
        made = read_limesurvey_answers(path, survey, mapping, tree, values=values, name=name, limits=LIMITS)
    elif files.format == "spss":
        made = read_spss_answers(path, mapping, tree, survey=survey, name=name, limits=LIMITS)
    elif files.format == "surveyjs":
        assert survey is not None
        made = read_surveyjs_answers(path, survey, mapping, tree, name=name, limits=LIMITS)
    else:
        assert survey is not None
        made = read_xlsform_answers(path, survey, mapping, tree, name=name, limits=LIMITS)
    if survey is not None:
        return (survey.instrument,), made
    from headwater.rooms.listen.moving_unnamed import instrument_of_answers

    return (instrument_of_answers(path, name, made, lens),), made
