"""Reads the dictionary of an SPSS file into a questionnaire: an item a variable that was answered."""

from __future__ import annotations

import re
from collections.abc import Mapping

from headwater.formats.limits import DEFAULT_LIMITS, Limits
from headwater.formats.moving.answer_scales import Kind, Option, sort_options
from headwater.formats.moving.asking import Asked, Asker
from headwater.formats.moving.building import SurveyBuilder
from headwater.formats.moving.directions import direction
from headwater.formats.moving.personal import personal
from headwater.formats.moving.results import SurveyImport
from headwater.formats.moving.words import plain
from headwater.formats.reading import Source
from headwater.formats.spss.files import ResponseSet, SpssFile, Variable, code_text, read_file
from headwater.vocab import Lens

SHORTEST_COMMENT = 32
"""A text variable narrower than this holds codes or ids, not comments."""

_LONGEST_SCALE = 11
_MADE_BY = re.compile(r"\b(created|made|written|saved|exported) by\b|\buser\b", re.IGNORECASE)


def read_spss_survey(
    source: Source,
    *,
    key: str = "",
    lens: Lens = Lens.EX,
    language: str = "en",
    kinds: Mapping[str, Kind] | None = None,
    encoding: str = "",
    name: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> SurveyImport:
    """Read the questionnaire out of an SPSS file.

    source: a path, or the bytes of a .sav or .zsav file. language: of its labels, which the file does not say. kinds:
    "scale" or "single" by variable, where the guess is wrong. encoding: of its texts, which the file says by default.
    A variable with value labels is a rating when its measure is ordinal or its labels are ordered, else a choice;
    user-missing values are never answers. A multiple-response set is one item. Variables that say who a person is,
    short texts without labels and times are left out and listed. Raises InputError when the file cannot be read, holds
    no question, or when pyreadstat is not installed.
    """
    found = read_file(source, name=name, encoding=encoding, limits=limits, cases=False)
    return survey_of(found, key=key, lens=lens, language=language, kinds=kinds or {})


def survey_of(
    found: SpssFile, *, key: str = "", lens: Lens = Lens.EX, language: str = "en", kinds: Mapping[str, Kind]
) -> SurveyImport:
    """Make the questionnaire of a file that is open already."""
    builder = SurveyBuilder("SPSS", found.file, (language,))
    asker = Asker(builder, kinds=kinds)
    in_sets: dict[str, ResponseSet] = {name: known for known in reversed(found.sets) for name in known.variables}
    asked_sets: set[str] = set()
    for variable in found.variables:
        group = in_sets.get(variable.name)
        if group is None:
            _ask(asker, variable)
        elif group.name not in asked_sets:
            asked_sets.add(group.name)
            _ask_set(asker, group, found)
    for group in found.sets:
        if group.name not in asked_sets:
            builder.lose("a multiple-response set", group.name, "All its variables stand in another set.")
    for name in found.broken_sets:
        builder.lose("a multiple-response set", name, "What it counts is not said; its variables are read one by one.")
    if found.notes:
        builder.lose("notes of the file", "", "They may name people; read them in SPSS.")
    title = plain(found.title)
    if _MADE_BY.search(title):
        builder.lose("the label of the file", "", "It says who made the file and when.")
        title = ""
    return builder.finish(
        key=key or found.file.rpartition(".")[0] or found.file,
        title={language: title or found.file},
        purpose={},
        lens=lens,
        source=f"Moved in from SPSS, {plain(found.file)}",
    )


def _ask(asker: Asker, variable: Variable) -> None:
    builder = asker.builder
    label = plain(variable.label)
    asked = Asked(variable.name, {builder.base: label or variable.name})
    if variable.labels and variable.kind in ("number", "text"):
        _ask_choice(asker, variable, asked)
        return
    reason = personal(variable.name, label)
    if reason:
        asker.leave(asked, "It says who the person is.", f"a column of {reason}")
    elif variable.kind == "moment":
        asker.leave(asked, "Times are finer than a wave.", "a column of times")
    elif variable.kind == "text" and variable.width < SHORTEST_COMMENT:
        why = "Short texts are codes or ids; name it in a mapping to use it as the unit or a cut."
        asker.leave(asked, why, "a column of short texts without labels")
    else:
        asker.free(asked, {"number": "number", "text": "text", "date": "date"}[variable.kind])  # type: ignore[arg-type]


def _ask_choice(asker: Asker, variable: Variable, asked: Asked) -> None:
    base = asker.builder.base
    numbers = all(isinstance(value, float | int) for value in variable.labels)
    ordered = sorted(variable.labels, key=float) if numbers else list(variable.labels)
    options = [
        Option(code, {base: plain(variable.labels[value]) or code}, code, variable.is_missing(value))
        for value in ordered
        if (code := code_text(value))
    ]
    answers = [option for option in options if not option.excluded]
    words = [option.words[base] for option in answers]
    if variable.measure in ("ordinal", "scale") or direction(words):
        answers = _filled(answers, base)
    told = asker.kinds.get(variable.name)
    if told is None and variable.measure == "nominal" and not direction(words):
        told = "single"
    decided = sort_options(answers, language=base, rated=variable.measure == "ordinal", kind=told)
    if decided is None or len(answers) < 2:
        asker.leave(asked, "A choice needs at least two answers.")
        return
    if told is None and variable.measure != "ordinal":
        asker.builder.guess(decided.kind, variable.name)
    # User-missing values become the scale's "does not apply"; they are no choice of a choice.
    missing = [option for option in options if option.excluded] if decided.kind == "scale" else []
    asker.one_of(asked, [*answers, *missing], kind=decided.kind)


def _filled(options: list[Option], base: str) -> list[Option]:
    """Add the answers between two labelled ends, whose labels SPSS files often leave out."""
    numbers = [option.number for option in options]
    low, high = numbers[0] if numbers else None, numbers[-1] if numbers else None
    if low is None or high is None or None in numbers or not len(options) <= high - low < _LONGEST_SCALE:
        return options
    known = dict(zip(numbers, options, strict=True))
    return [known.get(code) or Option(str(code), {base: str(code)}, str(code)) for code in range(low, high + 1)]


def _ask_set(asker: Asker, group: ResponseSet, found: SpssFile) -> None:
    base = asker.builder.base
    asked = Asked(group.name, {base: plain(group.label) or group.name}, names=group.variables)
    members = [variable for variable in found.variables if variable.name in group.variables]
    if group.counted is not None:
        options = [Option(one.name, {base: plain(one.label) or one.name}, one.name) for one in members]
    else:
        labels = {
            value: label
            for one in reversed(members)
            for value, label in one.labels.items()
            if not one.is_missing(value)
        }
        options = [Option(code_text(value), {base: plain(label)}, code_text(value)) for value, label in labels.items()]
    cells = {option.id: set_cell(group, option.code) for option in options}
    asker.many_of(asked, options, "multiple", cells)


def set_cell(group: ResponseSet, code: str) -> str:
    """Name the column that says whether a choice of a multiple-response set was chosen."""
    return f"{group.name}[{code}]"
