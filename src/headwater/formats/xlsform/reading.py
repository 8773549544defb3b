"""Reads an XLSForm workbook into a questionnaire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from headwater.formats.limits import DEFAULT_LIMITS, Limits
from headwater.formats.moving.answer_scales import Kind
from headwater.formats.moving.asking import Asker
from headwater.formats.moving.building import SurveyBuilder
from headwater.formats.moving.documents import load_bytes
from headwater.formats.moving.results import SurveyImport
from headwater.formats.moving.words import language_code, plain
from headwater.formats.reading import Source
from headwater.formats.xlsform.questions import Questions
from headwater.formats.xlsform.workbook import EXPECTED, Form, Row, code_of_language, read_form, split_header
from headwater.vocab import InputError, Lens, Problem

_SETTINGS = frozenset({"form_title", "form_id", "id_string", "default_language"})


@dataclass(frozen=True)
class Translations:
    """Which column of a sheet holds the words of a part in which language. by_part: part -> header -> language."""

    base: str
    languages: tuple[str, ...]
    by_part: Mapping[str, Mapping[str, str]]

    def words(self, row: Row, part: str) -> dict[str, str]:
        """Return the words of a part by language."""
        columns = self.by_part.get(part, {})
        return {language: row.cells[column] for column, language in columns.items() if row.cells.get(column)}


def read_xlsform_survey(
    source: Source,
    *,
    key: str = "",
    lens: Lens = Lens.EX,
    language: str = "",
    kinds: Mapping[str, Kind] | None = None,
    name: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> SurveyImport:
    """Read an XLSForm, as ODK, KoboToolbox and SurveyCTO use it.

    source: a path, or the bytes of an .xlsx file. language: of labels whose column names none; the form's default
    language otherwise, English when it has none. kinds: "scale" or "single" by question name, where the guess is wrong.
    Carried over: select_one (a rating with the appearance `likert` or with ordered answers), select_multiple, rank,
    range, integer, decimal, date, text, Kobo's rating and ranking grids, labels in every language, and `relevant` where
    it compares earlier answers. All else is in `losses`: repeats, calculations, constraints, hints, media, places,
    devices, names. Raises InputError when the file is no XLSForm, is damaged or would unpack to too much.
    """
    data, file = load_bytes(source, name, limits, EXPECTED)
    form = read_form(data, file, limits)
    if not form.survey:
        raise InputError(Problem("the sheet survey has no row below its header.", f"Give {EXPECTED}.", file, 1))
    words, unknown = _translations(form, language)
    builder = SurveyBuilder("XLSForm", file, words.languages)
    for header in unknown:
        builder.lose(f"words under {plain(header)}", "", "Its language is not known; head it as label::French (fr).")
    plainly = any(part == "label" and not after for part, after in map(split_header, form.columns["survey"]))
    if plainly and not language and not form.settings.text("default_language"):
        builder.tell(f"no language is named; the words are taken to be {words.base}.", "Say language='fr' if not.")
    if form.formulas:
        builder.tell("the workbook holds formulas; the values saved with them are read.", "", severity="warning")
    for sheet in form.other_sheets:
        builder.lose(f"the sheet {plain(sheet)}", "", "An XLSForm has the sheets survey, choices and settings.")
    for setting in form.settings.cells:
        if split_header(setting)[0] not in _SETTINGS:
            builder.lose(f"the setting {plain(setting)}", "settings", "It belongs to the other product.")
    Questions(Asker(builder, kinds=kinds or {}), words.words, form.choices).survey(form.survey)
    titles = {words.base: form.settings.text("form_title")}
    titles |= {
        code: text
        for column, text in form.settings.cells.items()
        if (code := code_of_language(split_header(column)[1])) and split_header(column)[0] == "form_title"
    }
    titles = {code: text for code, text in titles.items() if text}
    return builder.finish(
        key=key or form.settings.text("form_id", "id_string", "form_title") or file.rpartition(".")[0],
        title=titles or {words.base: file},
        purpose={},
        lens=lens,
        source=f"Moved in from XLSForm, {plain(file)}",
    )


def _translations(form: Form, language: str) -> tuple[Translations, list[str]]:
    """Find the languages of all columns. Returns them and the headers whose language is not known."""
    default = form.settings.text("default_language")
    base = language or code_of_language(default) or language_code(default)
    headers: Sequence[str] = (*form.columns["survey"], *form.columns["choices"])
    labelled = [after for part, after in map(split_header, headers) if part == "label"]
    named = [code for after in labelled if after and (code := code_of_language(after))]
    if not base or (base not in named and "" not in labelled and named and not language):
        base = "en" if "" in labelled or not named else named[0]
    by_part: dict[str, dict[str, str]] = {}
    unknown: list[str] = []
    for header in headers:
        part, after = split_header(header)
        code = code_of_language(after) if after else base
        if part == "label" and not code:
            unknown.append(header)
        elif part == "label":
            by_part.setdefault(part, {})[header.casefold()] = code
    languages = tuple(dict.fromkeys((base, *named)))
    return Translations(base, languages, by_part), list(dict.fromkeys(unknown))
