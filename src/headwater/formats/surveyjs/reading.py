"""Reads a SurveyJS survey into a questionnaire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headwater.formats.limits import DEFAULT_LIMITS, Limits
from headwater.formats.moving.answer_scales import Kind
from headwater.formats.moving.asking import Asker
from headwater.formats.moving.building import SurveyBuilder
from headwater.formats.moving.documents import load_bytes, parse_json
from headwater.formats.moving.results import SurveyImport
from headwater.formats.moving.words import language_code, plain
from headwater.formats.reading import Source
from headwater.formats.surveyjs.localised import languages_of, texts
from headwater.formats.surveyjs.questions import Questions
from headwater.vocab import InputError, Lens, Problem

EXPECTED = "the survey's JSON, as its JSON editor shows it"
_TIMERS = frozenset(
    [
        "timeLimit",
        "timeLimitPerPage",
        "maxTimeToFinish",
        "maxTimeToFinishPage",
        "showTimer",
        "showTimerPanel",
        "showTimerPanelMode",
        "timerLocation",
        "timerInfoMode",
    ]
)
_CARRIED = frozenset({"title", "description", "locale", "pages", "elements", "questions"})


def read_surveyjs_survey(
    source: Source,
    *,
    key: str = "",
    lens: Lens = Lens.EX,
    kinds: Mapping[str, Kind] | None = None,
    name: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> SurveyImport:
    """Read a SurveyJS survey (JSON of survey-library, versions 1 and 2).

    source: a path, or the bytes of a file. key: of the questionnaire, its title by default. lens: which experience it
    looks at; nothing in the file says so. kinds: "scale" or "single" by question name, where the guess is wrong.
    Carried over: text in every language, radiogroup, dropdown, checkbox, tagbox, rating, boolean, ranking, matrix (an
    item a row), text, comment, multipletext, and `visibleIf` where it compares earlier answers. All else is in
    `losses`: timers, quizzes, triggers, panels that repeat, files, pictures.
    Raises InputError when the file is not such a survey, is damaged, or holds no question that can be carried over.
    """
    data, file = load_bytes(source, name, limits, EXPECTED)
    survey = parse_json(data, file, EXPECTED)
    check_survey(survey, file)
    base = language_code(str(survey.get("locale") or "en")) or "en"
    builder = SurveyBuilder("SurveyJS", file, languages_of(survey, base))
    for setting in survey:
        if setting not in _CARRIED:
            why = "Answers take the time they take." if setting in _TIMERS else "It belongs to the other product."
            builder.lose(f"the timer setting {plain(setting)[:60]}" if setting in _TIMERS
                         else f"the setting {plain(setting)[:60]}", "survey", why)  # fmt: skip
    Questions(Asker(builder, kinds=kinds or {}), base).survey(survey)
    title = texts(survey.get("title"), base)
    return builder.finish(
        key=key or next(iter(title.values()), "") or file.rpartition(".")[0],
        title=title or {base: file},
        purpose=texts(survey.get("description"), base),
        lens=lens,
        source=f"Moved in from SurveyJS, {plain(file)}",
    )


def check_survey(survey: Any, file: str) -> None:
    """Refuse what is no SurveyJS survey. Raises InputError."""
    if isinstance(survey, list):
        message = "this is a list, as of answers, not a survey."
        raise InputError(Problem(message, f"Give {EXPECTED}; answers are read by read_surveyjs_answers.", file))
    parts = ("pages", "elements", "questions")
    if not isinstance(survey, dict) or not any(isinstance(survey.get(part), list) for part in parts):
        message = "this JSON is no SurveyJS survey: it has neither `pages` nor `elements`."
        if isinstance(survey, dict) and "SurveyElements" in survey:
            message = "this is a Qualtrics survey, not one of SurveyJS."
        raise InputError(Problem(message, f"Give {EXPECTED}.", file))
