"""A Qualtrics survey (QSF) as a questionnaire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from headwater.formats.limits import DEFAULT_LIMITS, Limits
from headwater.formats.moving.answer_scales import Kind
from headwater.formats.moving.building import SurveyBuilder, keep_languages
from headwater.formats.moving.conditions import Asked, Condition, UnexpressibleError, join
from headwater.formats.moving.documents import load_bytes
from headwater.formats.moving.results import SurveyImport
from headwater.formats.moving.words import language_code, plain
from headwater.formats.qualtrics.choosing import add_multiple_choice, add_ranking, add_recommend
from headwater.formats.qualtrics.definition import (
    EXPECTED,
    Definition,
    Shown,
    block_name,
    is_trash,
    questions_of,
    read_definition,
)
from headwater.formats.qualtrics.entries import add_constant_sum, add_slider, add_text_entry
from headwater.formats.qualtrics.logic import read_logic
from headwater.formats.qualtrics.loops import is_looped, turns_of
from headwater.formats.qualtrics.matrices import add_matrix, add_side_by_side
from headwater.formats.qualtrics.payloads import Question, mapping, numbered, translations
from headwater.formats.reading import Source
from headwater.vocab import Lens

ADD: dict[str, Callable[[Question, SurveyBuilder], None]] = {
    "MC": add_multiple_choice,
    "NPS": add_recommend,
    "Matrix": add_matrix,
    "SBS": add_side_by_side,
    "TE": add_text_entry,
    "Slider": add_slider,
    "RO": add_ranking,
    "CS": add_constant_sum,
}
"""What adds a question of each QuestionType. Others are losses."""

_PRIVATE = {
    "Meta": "It records the respondent's browser and device.",
    "Timing": "It records how long a page was open.",
    "Signature": "It holds a signature.",
    "Draw": "It holds a drawing or a signature.",
}
_KINDS = {
    "FileUpload": "an uploaded file",
    "HotSpot": "a hot spot",
    "HeatMap": "a heat map",
    "PGR": "groups to sort into",
    "DD": "a drill-down",
    "MaxDiff": "best-worst sets",
    "Captcha": "a captcha",
    "Highlight": "a text to highlight",
    "GAP": "a gap analysis",
    "SS": "a graphic slider",
    "TreeTesting": "a tree test",
}
_BOOKKEEPING = {"RS", "QC", "STAT", "PROJ", "SO", "SCO", "NT"}
_ELEMENTS = {"QO": "a quota", "QG": "a quota group", "TR": "an e-mail trigger", "CT": "a contact trigger"}


def read_qualtrics_survey(
    source: Source,
    *,
    name: str = "",
    lens: Lens = Lens.EX,
    kinds: Mapping[str, Kind] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> SurveyImport:
    """Read a survey as Qualtrics exports it (.qsf).

    source: a path or the bytes. lens: of the questionnaire. kinds: "scale" or "single" by export tag or QID, where the
    guess from the answers is wrong. Questions stand in the order of the flow; those in the trash and in blocks that the
    flow does not show are left out and listed. The result passes the checks of questionnaires.

    Raises InputError: no such file, no JSON, JSON that breaks off, no Qualtrics survey, no question to carry over.
    """
    data, file = load_bytes(source, name, limits, EXPECTED)
    definition = read_definition(data, file)
    builder = SurveyBuilder("Qualtrics", file, _languages(definition))
    _lose_languages(definition, builder)
    known: dict[tuple[str, str], Asked] = {}
    for shown in definition.shown:
        _add(shown, definition, builder, known, kinds or {})
    _lose_rest(definition, builder)
    title = {builder.base: str(definition.entry.get("SurveyName") or "")}
    return builder.finish(
        key=plain(definition.entry.get("SurveyName")) or "survey",
        title=title,
        purpose={builder.base: str(definition.entry.get("SurveyDescription") or "")},
        lens=lens,
        source=f"Qualtrics survey {plain(definition.entry.get('SurveyID'))}".strip(),
    )


def _languages(definition: Definition) -> tuple[str, ...]:
    base = language_code(str(definition.entry.get("SurveyLanguage") or "en")) or "en"
    kept, _ = keep_languages(_translated(definition, base), len(definition.shown))
    return (base, *kept)


def _translated(definition: Definition, base: str) -> dict[str, int]:
    """Count the questions shown that have words in each further language."""
    counts: dict[str, int] = {}
    for shown in definition.shown:
        for language, content in translations(definition.questions[shown.id]).items():
            if language != base:
                counts[language] = counts.get(language, 0) + bool(plain(content.get("QuestionText")))
    return counts


def _lose_languages(definition: Definition, builder: SurveyBuilder) -> None:
    _, left = keep_languages(_translated(definition, builder.base), len(definition.shown))
    for language in left:
        builder.lose(f"the translation into {language}", "", "Fewer than half of the questions have one.")


def _add(
    shown: Shown,
    definition: Definition,
    builder: SurveyBuilder,
    known: dict[tuple[str, str], Asked],
    kinds: Mapping[str, Kind],
) -> None:
    payload = definition.questions[shown.id]
    ident, tag = shown.id, str(payload.get("DataExportTag") or shown.id)
    before_turn = len(builder.columns)
    if shown.turn is not None:
        told = kinds.get(tag) or kinds.get(ident)
        ident, tag, payload = shown.turn.column(ident), shown.turn.column(tag), shown.turn.filled(payload)
        kinds = {tag: told, **kinds} if told else kinds
    question = Question(ident, tag, payload, builder.base, kinds=kinds, known=known)
    kind = str(payload.get("QuestionType", ""))
    if kind == "DB":
        builder.note(question.text, tag)
        builder.lose("where a descriptive text stands", tag, "It is among the notes of the questionnaire.")
        return
    if kind not in ADD:
        what = _KINDS.get(kind, f"the kind {kind}")
        why = _PRIVATE.get(kind, "Questionnaires have no such item.")
        builder.lose(f"a question with {what}" if kind not in _PRIVATE else f"a question of the kind {kind}", tag, why)
        builder.leave(ident, why)
        return
    question.shown_if = _condition(shown, payload, tag, builder, known)
    before = len(builder.items)
    ADD[kind](question, builder)
    if len(builder.items) == before:
        builder.leave(ident, "its question is not carried over")
    if shown.turn is not None:
        builder.columns[before_turn:] = [shown.turn.also_last(column) for column in builder.columns[before_turn:]]
    _lose_settings(question, builder)


def _condition(
    shown: Shown, payload: Mapping[str, Any], tag: str, builder: SurveyBuilder, known: Mapping[tuple[str, str], Asked]
) -> str:
    """Return `shown_if`. What cannot be said is listed; the question is then shown to more people than before."""
    parts: list[Condition] = []
    known = shown.turn.known(known) if shown.turn else known
    sources = [(ident, logic, "a branch of the flow") for ident, logic in shown.conditions]
    sources += [
        (tag, mapping(payload[name]), "display logic")
        for name in ("DisplayLogic", "InPageDisplayLogic")
        if payload.get(name)
    ]
    for _, logic, what in sources:
        try:
            condition, lenient = read_logic(logic, known)
            joined = join([*parts, condition], every=True)
        except UnexpressibleError as error:
            builder.lose(f"a condition ({what})", tag, f"The item is shown without it: {error}.")
            continue
        parts = [joined]
        if lenient:
            why = "Here a condition on an unanswered item never holds; in Qualtrics `is not selected` does."
            builder.lose("a condition that holds when nothing was answered", tag, why)
    return str(parts[0]) if parts else ""


def _lose_settings(question: Question, builder: SurveyBuilder) -> None:
    payload, tag = question.payload, question.tag
    if question.settings.get("ForceResponse") == "RequestResponse":
        builder.lose("that an answer is requested, not required", tag, "Items are required or not.")
    if question.settings.get("Type") not in (None, "", "None", "ContentType"):
        builder.lose("rules of validation", tag, "Items have none beyond their kind.")
    if payload.get("Randomization") and mapping(payload["Randomization"]).get("Type") not in (None, "None"):
        builder.lose("a random order of answers", tag, "Answers are shown in their order.")
    if payload.get("QuestionJS"):
        builder.lose("a script", tag, "Scripts are never taken over.")
    if payload.get("DefaultChoices"):
        builder.lose("answers chosen beforehand", tag, "Items begin empty.")
    if payload.get("GradingData"):
        builder.lose("points for answers", tag, "Items are not graded.")
    for part in ("Choices", "Answers"):
        if any(mapping(inner).get("DisplayLogic") for inner in numbered(payload.get(part)).values()):
            builder.lose("conditions on single answers", tag, "Every answer of an item is shown.")


def _lose_rest(definition: Definition, builder: SurveyBuilder) -> None:
    shown = {question.id for question in definition.shown}
    blocks = {question.block for question in definition.shown}
    placed: set[str] = set()
    for ident, block in definition.blocks.items():
        for question, remarks in questions_of(block):
            placed.add(question)
            tag = str(definition.questions.get(question, {}).get("DataExportTag") or question)
            if remarks.get("SkipLogic"):
                builder.lose("skip logic", tag, "Use `shown_if` on the questions it skips.")
            if question not in shown and question in definition.questions:
                where = (
                    "an unused question in the trash" if is_trash(block) else "a question in a block that is not shown"
                )
                builder.lose(where, tag, "Nobody is asked it.")
                builder.leave(question, "it is not asked any more")
        options = mapping(block.get("Options"))
        if ident in blocks and is_looped(block):
            _lose_loop(block, definition, builder)
        if ident in blocks and options.get("RandomizeQuestions") not in (None, "false", False):
            builder.lose("a random order of questions", block_name(block), "Items are asked in their order.")
    for question in definition.questions:
        if definition.blocks and question not in placed:
            builder.lose("a question in no block", question, "Nobody is asked it.")
            builder.leave(question, "it stands in no block")
    for flow_id, what in definition.flow_losses:
        builder.lose(what, flow_id, "Questionnaires have no such step.")
    if definition.embedded:
        listed = ", ".join(definition.embedded)
        builder.tell(f"the survey carries embedded data: {listed}.", "Name them in a mapping as the unit or as cuts.")
    for element in definition.elements:
        _lose_element(element, builder)


def _lose_loop(block: Mapping[str, Any], definition: Definition, builder: SurveyBuilder) -> None:
    """Say what becomes of a loop: its turns are asked one after the other, of everyone."""
    where = block_name(block)
    loop = mapping(mapping(block.get("Options")).get("LoopingOptions"))
    if not turns_of(block, definition.questions):
        builder.lose("a loop over a block", where, "The survey does not say its turns. Its questions are asked once.")
        return
    if loop.get("QID"):
        why = "Every turn is asked of everyone. Use `shown_if` to ask fewer."
        builder.lose("that a loop asks for chosen answers only", where, why)
    if loop.get("Randomization") not in (None, "", "None", False):
        builder.lose("a random order or choice of a loop's turns", where, "Every turn is asked, in the order listed.")


def _lose_element(element: Mapping[str, Any], builder: SurveyBuilder) -> None:
    kind, payload = str(element.get("Element", "")), element.get("Payload")
    if kind == "NT":
        for note in numbered(mapping(payload).get("Notes")).values():
            if mapping(note).get("Message") and not mapping(note).get("Removed"):
                where = plain(mapping(payload).get("ParentID"))
                builder.lose(f"an author's note: {plain(note['Message'])[:200]}", where, "It is not for respondents.")
    elif kind == "SO":
        parts = [part for part in ("Header", "Footer", "EOSMessage", "CustomStyles") if mapping(payload).get(part)]
        if parts:
            builder.lose(f"settings of the survey: {', '.join(parts)}", "", "Looks and endings are set in the study.")
    elif kind == "SCO":
        if mapping(payload).get("ScoringCategories"):
            builder.lose("scoring categories", "", "Declare scales in the questionnaire.")
    elif kind not in _BOOKKEEPING:
        builder.lose(
            _ELEMENTS.get(kind, f"an element of the kind {kind}"),
            plain(element.get("PrimaryAttribute")),
            "It has no place here.",
        )
