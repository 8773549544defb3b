"""A LimeSurvey survey (LSS, or the one inside an LSA archive) as a questionnaire."""

from __future__ import annotations

from collections.abc import Mapping

from headwater.formats.limesurvey.questions import ADD, Adding
from headwater.formats.limesurvey.relevance import NeverShownError, read_relevance
from headwater.formats.limesurvey.structure import EXPECTED, Group, Question, Structure, read_structure
from headwater.formats.limits import DEFAULT_LIMITS, Limits
from headwater.formats.moving.answer_scales import Kind
from headwater.formats.moving.building import SurveyBuilder, keep_languages
from headwater.formats.moving.conditions import Asked, Condition, UnexpressibleError, join
from headwater.formats.moving.documents import load_bytes, open_archive, read_part
from headwater.formats.moving.results import SurveyImport
from headwater.formats.moving.words import plain
from headwater.formats.reading import Source
from headwater.vocab import InputError, Lens, Problem

HIDDEN = "Name its column in a mapping to make it a unit or a cut"
"""Why the answers to a hidden question are not read by themselves."""

_LEFT = {
    "*": ("an equation", "Its value is worked out while answering. Work it out from the answers."),
    "|": ("a file upload", "Files are not taken over: they may name a person."),
    "I": ("a choice of language", "Respondents choose it on the page."),
}
_HEEDED = {
    "array_filter": "a filter of statements by an earlier answer",
    "array_filter_exclude": "a filter of statements by an earlier answer",
    "exclude_all_others": "that one choice excludes the others",
    "random_order": "a random order of answers",
    "answer_order": "an order of answers other than listed",
    "subquestion_order": "an order of statements other than listed",
    "random_group": "a random order of questions",
    "min_answers": "bounds of how many are chosen",
    "max_answers": "bounds of how many are chosen",
    "min_num_value": "bounds of numbers",
    "max_num_value": "bounds of numbers",
    "min_num_value_n": "bounds of numbers",
    "max_num_value_n": "bounds of numbers",
    "equals_num_value": "that numbers must add up",
    "multiflexible_min": "bounds of numbers",
    "multiflexible_max": "bounds of numbers",
    "em_validation_q": "rules of validation",
    "em_validation_sq": "rules of validation",
    "time_limit": "a limit of time",
    "prefix": "words before or behind an entry",
    "suffix": "words before or behind an entry",
    "other_comment_mandatory": "that words beside a choice are required",
    "maximum_chars": "a limit of length",
    "slider_layout": "sliders: numbers are typed",
}
_TAKEN = {
    "hidden", "other_replace_text", "multiflexible_checkbox", "numbers_only", "dualscale_headerA", "dualscale_headerB",
    "relevance", "parent_order", "question_order", "num_value_int_only", "statistics_showgraph", "statistics_graphtype",
    "public_statistics", "page_break", "printable_help", "scale_export", "hide_tip", "text_input_width", "answer_width",
    "display_rows", "input_size", "save_as_default", "question_template", "other_numbers_only", "use_dropdown",
    "display_columns", "clear_default",
}  # fmt: skip
_SECTIONS = {
    "quota": "quotas",
    "quota_members": "quotas",
    "quota_languagesettings": "quotas",
    "conditions": "conditions of the old kind (use relevance)",
    "assessments": "texts of assessments",
    "defaultvalues": "answers chosen beforehand",
    "defaultvalue_l10ns": "answers chosen beforehand",
    "survey_url_parameters": "parameters of the link",
}


def read_limesurvey_survey(
    source: Source,
    *,
    name: str = "",
    lens: Lens = Lens.EX,
    kinds: Mapping[str, Kind] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> SurveyImport:
    """Read a survey structure (.lss), or the one in an archive (.lsa). Layouts before and after 4.

    source: a path or the bytes. lens: of the questionnaire. kinds: "scale" or "single" by question code, where the
    guess from the answers is wrong. Questions stand in the order of groups. Texts and boilerplate become notes. The
    result passes the checks of questionnaires.

    Raises InputError: no such file, no XML, XML that breaks off or declares entities, no LimeSurvey survey, an archive
    that unpacks to too much, no question to carry over.
    """
    data, file = load_bytes(source, name, limits, EXPECTED)
    if data.startswith(b"PK\x03\x04"):
        package = open_archive(data, file, limits, EXPECTED)
        parts = [part for part in package.namelist() if part.lower().endswith(".lss")]
        if len(parts) != 1:
            message = f"the archive holds {len(parts)} survey structures (.lss); one is expected."
            raise InputError(Problem(message, f"Give {EXPECTED}.", file))
        data = read_part(package, parts[0], file, EXPECTED)
    return build_survey(read_structure(data, file), lens=lens, kinds=kinds or {})


def build_survey(structure: Structure, *, lens: Lens, kinds: Mapping[str, Kind]) -> SurveyImport:
    """Make a questionnaire of a survey's structure."""
    counts = {
        language: sum(bool(plain(question.words.get(language))) for question in structure.questions)
        for language in structure.languages
        if language != structure.base
    }
    kept, left = keep_languages(counts, len(structure.questions))
    builder = SurveyBuilder("LimeSurvey", structure.file, (structure.base, *kept))
    for language in left:
        builder.lose(f"the translation into {language}", "", "Fewer than half of the questions have one.")
    known: dict[str, Asked] = {}
    by_group: dict[str, list[Question]] = {}
    for question in structure.questions:
        by_group.setdefault(question.group, []).append(question)
    for group in structure.groups:
        _note_group(group, builder)
    ordered = [*structure.groups, *_lost_groups(structure, by_group)]
    for group in ordered:
        for question in sorted(by_group.get(group.id, []), key=lambda question: question.order):
            _add(question, group, structure, builder, known, kinds)
    _lose_rest(structure, builder)
    titles = {language: row.get("surveyls_title", "") for language, row in structure.titles.items()}
    purposes = {language: row.get("surveyls_description", "") for language, row in structure.titles.items()}
    return builder.finish(
        key=plain(titles.get(structure.base)) or f"survey {structure.id}",
        title=titles,
        purpose=purposes,
        lens=lens,
        source=f"LimeSurvey survey {plain(structure.id)}, DBVersion {plain(structure.version)}",
    )


def _lost_groups(structure: Structure, by_group: Mapping[str, list[Question]]) -> list[Group]:
    known = {group.id for group in structure.groups}
    return [Group(ident, 0, "", "") for ident in by_group if ident not in known]


def _note_group(group: Group, builder: SurveyBuilder) -> None:
    name = plain(group.words.get(builder.base)) or group.id
    builder.lose("a group and its title", name, "Its questions follow one another; pages are set in the study.")
    if any(plain(words) for words in group.description.values()):
        builder.note(group.description, name)
    if group.random:
        builder.lose("a random order of groups", name, "Items are asked in their order.")


def _add(
    question: Question,
    group: Group,
    structure: Structure,
    builder: SurveyBuilder,
    known: dict[str, Asked],
    kinds: Mapping[str, Kind],
) -> None:
    title = question.title
    adding = Adding(
        structure.id, question, builder, "", structure.settings.get("assessments") == "Y", kinds.get(title), known
    )
    if question.attribute("hidden") == "1":
        _leave(adding, "a hidden question", f"Nobody sees it. {HIDDEN}.")
        return
    try:
        adding.shown_if = _condition(question, group, builder, known)
    except NeverShownError:
        _leave(adding, "a question that is never shown", "Its relevance is 0.")
        return
    if question.type == "X":
        builder.note(adding.words(question.words), title)
        builder.lose("where a text stands", title, "It is among the notes of the questionnaire.")
        return
    if question.type not in ADD:
        what, why = _LEFT.get(
            question.type, (f"a question of the type {question.type}", "Questionnaires have no such item.")
        )
        _leave(adding, what, why)
        return
    before = len(builder.items)
    ADD[question.type](adding)
    if len(builder.items) == before:
        _leave(adding, "", "its question is not carried over")
        return
    if any(plain(words) for words in question.help.values()):
        builder.lose("help below a question", title, "Write it into the text of the item.")
    if question.mandatory == "S":
        builder.lose("that an answer is asked for again", title, "Items are required or not.")
    _lose_attributes(question, builder)


def _leave(adding: Adding, what: str, why: str) -> None:
    if what:
        adding.builder.lose(what, adding.question.title, why)
    for name in adding.names():
        adding.builder.leave(name, why)


def _condition(question: Question, group: Group, builder: SurveyBuilder, known: Mapping[str, Asked]) -> str:
    """Return `shown_if`. What cannot be said is listed; the question is then shown to more people than before."""
    parts = Condition()
    for expression, what in ((group.relevance, "of its group"), (question.relevance, "of its own")):
        try:
            condition, lenient = read_relevance(expression, known)
            parts = join([parts, condition], every=True)
        except UnexpressibleError as error:
            why = f"The item is shown without it: {error}."
            builder.lose(f"a condition ({what}): {plain(expression)[:80]}", question.title, why)
            continue
        if lenient:
            why = "Here a condition on an unanswered item never holds; in LimeSurvey it may."
            builder.lose("a condition that may hold when nothing was answered", question.title, why)
    for sub in question.subquestions:
        if sub.relevance.strip() not in ("", "1"):
            builder.lose("conditions on single statements", question.title, "Every statement is shown.")
    return str(parts)


def _lose_attributes(question: Question, builder: SurveyBuilder) -> None:
    rest = []
    for name in question.attributes:
        value = question.attribute(name).strip()
        if value in ("", "0", "N", "normal"):
            continue
        if name in _HEEDED:
            builder.lose(_HEEDED[name], question.title, "Items have no such setting.")
        elif name not in _TAKEN and not name.startswith(("time_limit_", "statistics_", "slider_")):
            rest.append(name)
    if rest:
        builder.lose(f"settings {', '.join(sorted(rest))}", question.title, "Items have no such setting.")


def _lose_rest(structure: Structure, builder: SurveyBuilder) -> None:
    for section, count in structure.other_sections.items():
        what = _SECTIONS.get(section, f"the section {section}")
        builder.lose(what, "", "It has no place in a questionnaire." if count else "")
    texts = {
        "surveyls_welcometext": "a text of welcome",
        "surveyls_endtext": "a text at the end",
        "surveyls_policy_notice": "a notice of privacy",
        "surveyls_url": "a link at the end",
    }
    for row in structure.titles.values():
        for column, what in texts.items():
            if plain(row.get(column)):
                builder.lose(what, "", "Write it in the study.")
        if plain(row.get("surveyls_email_invite")):
            builder.lose("invitations, reminders and other mail", "", "Write them in the study.")
