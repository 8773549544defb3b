"""Questions answered by choosing: single and multiple choice, NPS, rank order."""

from __future__ import annotations

from collections.abc import Sequence

from headwater.formats.moving.answer_scales import Option, sort_options
from headwater.formats.moving.building import HIGHEST_AT_REST, SurveyBuilder
from headwater.formats.moving.conditions import Asked
from headwater.formats.moving.results import AnswerColumn
from headwater.formats.moving.words import plain
from headwater.formats.qualtrics.payloads import Question, display, mapping, numbered


def add_multiple_choice(question: Question, builder: SurveyBuilder) -> None:
    """Add an MC question: one answer, several answers, or 0 to 10."""
    selector = str(question.payload.get("Selector", ""))
    if selector == "NPS":
        add_recommend(question, builder)
        return
    if question.payload.get("DynamicChoices"):
        why = "Its choices come from an earlier question."
        builder.lose("a question with choices carried forward", question.tag, why)
    options = question.options("Choices", "ChoiceOrder")
    if selector.startswith("M"):
        add_multiple(question, builder, options, question.id, question.tag, question.text)
    else:
        add_single(question, builder, options)
    add_text_entries(question, builder, options)


def add_single(question: Question, builder: SurveyBuilder, options: Sequence[Option]) -> None:
    """Add a question with one answer: a rating when its answers are ordered, else a choice."""
    told = question.kind()
    answers = sort_options(options, language=question.base, rated=False, kind=told)
    if answers is None:
        _too_few(question, builder)
        return
    if told is None:
        builder.guess(answers.kind, question.tag)
    key = builder.key(question.tag)
    texts = builder.texts(question.text, question.tag, question.tag)
    scale = builder.rated(answers, question.tag, question.tag) if answers.kind == "scale" else ""
    choices = builder.choices(options, question.tag) if answers.kind == "single" else ()
    column = builder.code_column(key, answers, (question.id, question.tag))
    added = builder.add(
        key,
        texts,
        answers.kind,
        question.id,
        response_scale=scale,
        choices=choices,
        required=question.required,
        shown_if=question.shown_if,
        columns=[column],
    )
    if added:
        kept = {ident: code for ident, code in answers.at_rest.items() if code <= HIGHEST_AT_REST}
        question.known[(question.id, "")] = Asked(key, kept, column.low, column.high)


def add_multiple(
    question: Question,
    builder: SurveyBuilder,
    options: Sequence[Option],
    ident: str,
    tag: str,
    words: dict[str, str],
    *,
    alias: Sequence[str] = (),
) -> None:
    """Add a question with several answers. ident, tag, alias: of the question, or of one of its statements."""
    if len(options) < 2:
        _too_few(question, builder, tag)
        return
    key = builder.key(tag)
    choices = builder.choices(options, tag)
    codes = [option.code for option in options]
    columns = []
    for option, choice in zip(options, choices, strict=False):
        names = [f"{ident}_{option.id}", f"{tag}_{option.code}"]
        if option.id not in codes:
            names.append(f"{tag}_{option.id}")
        names += [f"{name}_{option.code}" for name in alias if name]
        columns.append(
            AnswerColumn(
                key=builder.key(f"{key}_{choice.key}"),
                item=key,
                role="chosen",
                names=tuple(names),
                choice=option.code,
                choice_labels=builder.folded(option.words),
                group=(ident, tag),
            )
        )
    added = builder.add(
        key,
        builder.texts(words, tag, tag),
        "multiple",
        ident,
        choices=choices,
        required=question.required,
        shown_if=question.shown_if,
        columns=columns,
    )
    if any(
        mapping(numbered(question.payload.get("Choices")).get(option.id)).get("ExclusiveAnswer") for option in options
    ):
        builder.lose("that one choice excludes the others", tag, "Multiple items have no such choice.")
    if added:
        question.known[(question.id, "" if ident == question.id else ident.removeprefix(f"{question.id}_"))] = Asked(
            key, comparable=False
        )


def add_recommend(question: Question, builder: SurveyBuilder) -> None:
    """Add a recommend item, answered 0 to 10."""
    key = builder.key(question.tag)
    column_labels = numbered(question.payload.get("ColumnLabels"))
    ends = [plain(display(column_labels.get(place))) for place in ("0", "1")]
    labels = {language: [str(code) for code in range(11)] for language in builder.languages}
    for language in builder.languages:
        labels[language][0] = f"0 {ends[0]}".strip()
        labels[language][10] = f"10 {ends[1]}".strip()
    scale = builder.scale(question.tag, 0, 10, labels, None, question.tag, thresholds=(6, 9))
    column = AnswerColumn(
        key=key,
        item=key,
        role="code",
        names=(question.id, question.tag),
        codes={str(code): code for code in range(11)},
        low=0,
        high=10,
    )
    builder.leave(f"{question.id}_NPS_GROUP", "it is worked out from the answer")
    added = builder.add(
        key,
        builder.texts(question.text, question.tag, question.tag),
        "recommend",
        question.id,
        response_scale=scale,
        required=question.required,
        shown_if=question.shown_if,
        columns=[column],
    )
    if added:
        question.known[(question.id, "")] = Asked(key, {str(code): code for code in range(11)}, 0, 10)


def add_ranking(question: Question, builder: SurveyBuilder) -> None:
    """Add a rank order question. Each choice has a column that holds its place, 1 first."""
    options = question.options("Choices", "ChoiceOrder")
    if len(options) < 2:
        _too_few(question, builder)
        return
    key = builder.key(question.tag)
    choices = builder.choices(options, question.tag)
    places = {str(place): place for place in range(1, min(len(options), HIGHEST_AT_REST) + 1)}
    columns = [
        AnswerColumn(
            key=builder.key(f"{key}_{choice.key}"),
            item=key,
            role="code",
            names=(f"{question.id}_{option.id}", f"{question.tag}_{option.code}", f"{question.tag}_{option.id}"),
            codes=places,
            low=1,
            high=len(places),
        )
        for option, choice in zip(options, choices, strict=False)
    ]
    added = builder.add(
        key,
        builder.texts(question.text, question.tag, question.tag),
        "ranking",
        question.id,
        choices=choices,
        required=question.required,
        shown_if=question.shown_if,
        columns=columns,
    )
    if added:
        question.known[(question.id, "")] = Asked(key, comparable=False)
    add_text_entries(question, builder, options)


def add_text_entries(question: Question, builder: SurveyBuilder, options: Sequence[Option]) -> None:
    """Add a text item for each choice that asks for words beside it."""
    for option in options:
        if not question.has_text("Choices", option.id):
            continue
        key = builder.key(f"{question.tag}_{option.id}_text")
        names = (
            f"{question.id}_{option.id}_TEXT",
            f"{question.tag}_{option.id}_TEXT",
            f"{question.tag}_{option.code}_TEXT",
        )
        texts = builder.texts(option.words, question.tag, "Other, please say")
        columns = [AnswerColumn(key=key, item=key, role="comment", names=names)]
        builder.add(key, texts, "text", f"{question.id}_{option.id}_TEXT", shown_if=question.shown_if, columns=columns)
        builder.lose(
            "that words are asked beside a choice", question.tag, "They are asked of everyone, in an item below."
        )


def _too_few(question: Question, builder: SurveyBuilder, tag: str = "") -> None:
    builder.lose("a question with fewer than two answers", tag or question.tag, "An item needs two.")
    builder.leave(question.id, "its question has fewer than two answers")
