"""Matrix questions, one item a statement, and side-by-side questions, which are several matrices over one list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from headwater.formats.moving.answer_scales import Option, Sorted, sort_options
from headwater.formats.moving.building import HIGHEST_AT_REST, SurveyBuilder
from headwater.formats.moving.conditions import Asked
from headwater.formats.moving.results import AnswerColumn
from headwater.formats.moving.words import joined
from headwater.formats.qualtrics.choosing import add_multiple
from headwater.formats.qualtrics.payloads import Question, mapping, numbered


def add_matrix(question: Question, builder: SurveyBuilder) -> None:
    """Add the statements of a matrix as items."""
    selector, sub = str(question.payload.get("Selector", "")), str(question.payload.get("SubSelector", ""))
    statements = question.options("Choices", "ChoiceOrder", coded=False)
    if selector == "TE":
        _add_cells(question, builder, statements, "text")
    elif selector == "CS":
        _add_cells(question, builder, statements, "number")
        builder.lose("that numbers must add up", question.tag, "Number items stand alone.")
    elif selector in ("RO", "MaxDiff"):
        builder.lose(f"a matrix of the kind {selector}", question.tag, "Questionnaires have no such item.")
        builder.leave(question.id, f"its question is a matrix of the kind {selector}")
    else:
        _add_statements(question, builder, statements, several=sub == "MultipleAnswer")
    _add_statement_texts(question, builder, statements)


def add_side_by_side(question: Question, builder: SurveyBuilder) -> None:
    """Add each column of a side-by-side question as a matrix of its own."""
    inner = numbered(question.payload.get("AdditionalQuestions"))
    for number in sorted(inner, key=lambda key: int(key) if key.isdigit() else 0):
        payload = mapping(inner[number])
        ident = str(payload.get("QuestionID") or f"{question.id}#{number}")
        tag = str(payload.get("DataExportTag") or f"{question.tag}#{number}")
        merged = {**payload, "QuestionType": "Matrix", "Language": _translated(question, number)}
        merged.setdefault("ChoiceOrder", question.payload.get("ChoiceOrder"))
        if not merged.get("Choices"):
            merged["Choices"] = question.payload.get("Choices")
        if not merged.get("ChoiceDataExportTags"):
            merged["ChoiceDataExportTags"] = question.payload.get("ChoiceDataExportTags")
        part = replace(question, id=ident, tag=tag, payload=merged)
        stem = joined(question.text, part.text)
        base = stem.pop(question.base, tag)
        merged["QuestionText"] = base
        merged["Language"] = _with_text(merged["Language"], stem)
        add_matrix(part, builder)
    if not inner:
        builder.lose("a side-by-side question without columns", question.tag, "There is nothing to answer.")
        builder.leave(question.id, "its question has no columns")


def _translated(question: Question, number: str) -> dict[str, Any]:
    found = question.payload.get("Language")
    made: dict[str, Any] = {}
    for language, content in found.items() if isinstance(found, dict) else ():
        inner = mapping(numbered(mapping(content).get("AdditionalQuestions")).get(number))
        choices = mapping(content).get("Choices") or inner.get("Choices")
        made[str(language)] = {**inner, **({"Choices": choices} if choices else {})}
    return made


def _with_text(languages: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    return {
        **languages,
        **{language: {**mapping(languages.get(language)), "QuestionText": text} for language, text in texts.items()},
    }


def _add_statements(question: Question, builder: SurveyBuilder, statements: list[Option], *, several: bool) -> None:
    columns = question.options("Answers", "AnswerOrder")
    if len(columns) == 1 and len(statements) >= 2:
        # One column to tick is a list of choices, whichever way it is drawn.
        words = joined(question.text, columns[0].words)
        coded = [Option(statement.id, statement.words, statement.id) for statement in statements]
        add_multiple(question, builder, coded, question.id, question.tag, words)
        builder.columns[:] = [_single_column(column, question, columns[0]) for column in builder.columns]
        return
    told = question.kind()
    rated = question.payload.get("SubSelector") != "DL"
    answers = sort_options(columns, language=question.base, rated=rated, kind=told)
    for statement in statements:
        own = _own_answers(question, statement)
        tag = f"{question.tag}_{question.export_tag(statement.id) or statement.id}"
        words = joined(question.text, statement.words)
        if several:
            alias = (question.export_tag(statement.id), *question.side_heads(statement.id))
            add_multiple(question, builder, own or columns, f"{question.id}_{statement.id}", tag, words, alias=alias)
            continue
        found = sort_options(own, language=question.base, rated=rated, kind=told) if own else answers
        if found is None:
            builder.lose("a statement with fewer than two answers", tag, "An item needs two.")
            builder.leave(f"{question.id}_{statement.id}", "its statement has fewer than two answers")
            continue
        _add_statement(question, builder, statement, tag, found)


def _single_column(column: AnswerColumn, question: Question, answer: Option) -> AnswerColumn:
    """Let a choice that was a statement be read from `QID_statement_answer` as well."""
    if question.id not in column.group:
        return column
    more = tuple(f"{name}_{end}" for name in column.names for end in (answer.id, answer.code))
    return replace(column, names=tuple(dict.fromkeys((*column.names, *more))))


def _own_answers(question: Question, statement: Option) -> list[Option]:
    """Return the answers of one statement where each has its own (a profile matrix)."""
    answers = numbered(numbered(question.payload.get("Answers")).get(statement.id))
    if not answers or not all(isinstance(inner, dict) for inner in answers.values()):
        return []
    inner = replace(question, payload={**question.payload, "Answers": answers, "AnswerOrder": None})
    return inner.options("Answers", "AnswerOrder")


def _add_statement(question: Question, builder: SurveyBuilder, statement: Option, tag: str, answers: Sorted) -> None:
    key = builder.key(tag)
    scale = builder.rated(answers, question.tag, question.tag) if answers.kind == "scale" else ""
    choices = builder.choices(answers.options, question.tag) if answers.kind == "single" else ()
    if answers.kind == "single" and question.kind() is None:
        builder.lose("that answers run from low to high", question.tag, f"It is read as a choice: {answers.why}.")
    ident = f"{question.id}_{statement.id}"
    own = question.export_tag(statement.id)
    # Legacy exports head a column by the statement's own tag, and by tag and number in side-by-side questions.
    alias = question.side_heads(statement.id) or ((own,) if own else ())
    column = builder.code_column(key, answers, (ident, tag, f"{question.tag}_{statement.id}", *alias))
    added = builder.add(
        key,
        builder.texts(joined(question.text, statement.words), tag, tag),
        answers.kind,
        ident,
        response_scale=scale,
        choices=choices,
        required=question.required,
        shown_if=question.shown_if,
        columns=[column],
    )
    if added:
        kept = {ident: code for ident, code in answers.at_rest.items() if code <= HIGHEST_AT_REST}
        question.known[(question.id, statement.id)] = Asked(key, kept, column.low, column.high)


def _add_cells(question: Question, builder: SurveyBuilder, statements: list[Option], kind: str) -> None:
    """Add one text or number item for each cell of a matrix."""
    columns = question.options("Answers", "AnswerOrder", coded=False)
    for statement in statements:
        row = question.export_tag(statement.id) or statement.id
        for column in columns:
            tag, ident = f"{question.tag}_{row}_{column.id}", f"{question.id}_{statement.id}_{column.id}"
            key = builder.key(tag)
            words = joined(joined(question.text, statement.words), column.words)
            tags = (f"{question.tag}_{statement.id}", *question.side_heads(statement.id))
            ends = [f"{head}_{column.id}{end}" for head in tags for end in ("_TEXT", "")]
            names = tuple(dict.fromkeys((ident, f"{ident}_TEXT", tag, f"{tag}_TEXT", *ends)))
            read = AnswerColumn(key=key, item=key, role="comment" if kind == "text" else "number", names=names)
            builder.add(
                key,
                builder.texts(words, tag, tag),
                "text" if kind == "text" else "number",
                ident,
                required=question.required,
                shown_if=question.shown_if,
                columns=[read],
            )


def _add_statement_texts(question: Question, builder: SurveyBuilder, statements: list[Option]) -> None:
    for statement in statements:
        if not question.has_text("Choices", statement.id):
            continue
        row = question.export_tag(statement.id) or statement.id
        key = builder.key(f"{question.tag}_{row}_text")
        names = (f"{question.id}_{statement.id}_TEXT", f"{question.tag}_{row}_TEXT")
        texts = builder.texts(statement.words, question.tag, "Other, please say")
        read = AnswerColumn(key=key, item=key, role="comment", names=names)
        builder.add(key, texts, "text", names[0], shown_if=question.shown_if, columns=[read])
