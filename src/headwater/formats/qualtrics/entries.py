"""Questions answered by writing or sliding: text entry, forms, numbers, dates, sliders, constant sums."""

from __future__ import annotations

from headwater.formats.moving.building import SurveyBuilder
from headwater.formats.moving.conditions import Asked
from headwater.formats.moving.results import AnswerColumn
from headwater.formats.moving.words import joined, plain
from headwater.formats.qualtrics.payloads import Question, numbered

_PERSONAL = {"ValidEmail": "an e-mail address", "ValidPhone": "a telephone number", "ValidZip": "a postal code"}
_LONGEST_RATING = 10


def add_text_entry(question: Question, builder: SurveyBuilder) -> None:
    """Add a text entry question: words, a number or a date, or one item for each line of a form."""
    content = str(question.settings.get("ContentType") or "") if question.settings.get("Type") == "ContentType" else ""
    if question.payload.get("Selector") == "PW":
        builder.lose("a question that asks for a password", question.tag, "Questionnaires never ask for one.")
        builder.leave(question.id, "it is a password")
        return
    if question.payload.get("Selector") == "FORM":
        for line in question.options("Choices", "ChoiceOrder", coded=False):
            ident, tag = f"{question.id}_{line.id}", f"{question.tag}_{line.id}"
            _add_entry(question, builder, ident, tag, joined(question.text, line.words), "")
        return
    _add_entry(question, builder, question.id, question.tag, question.text, content)


def _add_entry(
    question: Question, builder: SurveyBuilder, ident: str, tag: str, words: dict[str, str], content: str
) -> None:
    key = builder.key(tag)
    names = (f"{ident}_TEXT", ident, f"{tag}_TEXT", tag)
    texts = builder.texts(words, tag, tag)
    columns: list[AnswerColumn] = []
    if content == "ValidDate":
        builder.add(key, texts, "date", ident, required=question.required, shown_if=question.shown_if)
        builder.lose("dates that were answered", tag, "Answers at rest hold no dates.")
        builder.leave(f"{ident}_TEXT", "answers at rest hold no dates")
        builder.leave(ident, "answers at rest hold no dates")
        return
    if content == "ValidNumber":
        columns = [AnswerColumn(key=key, item=key, role="number", names=names)]
        added = builder.add(
            key, texts, "number", ident, required=question.required, shown_if=question.shown_if, columns=columns
        )
        if any(question.settings.get("ValidNumber") or ()):
            builder.lose("bounds of a number", tag, "Number items take any number.")
        if added:
            question.known[(question.id, "")] = Asked(key)
        return
    if content in _PERSONAL:
        why = "It names a person, so answers to it are not taken over. Drop the item, or ask in a case instead."
        builder.lose(f"answers to a question that asks for {_PERSONAL[content]}", tag, why)
        builder.leave(f"{ident}_TEXT", f"it holds {_PERSONAL[content]}")
    else:
        columns = [AnswerColumn(key=key, item=key, role="comment", names=names)]
    builder.add(key, texts, "text", ident, required=question.required, shown_if=question.shown_if, columns=columns)


def add_slider(question: Question, builder: SurveyBuilder) -> None:
    """Add sliders: a rating where few whole numbers can be reached, else a number."""
    setting = question.configuration
    low, high = _whole(setting.get("CSSliderMin"), 0), _whole(setting.get("CSSliderMax"), 100)
    discrete = str(setting.get("NumDecimals", "0")) in ("0", "")
    if question.payload.get("Selector") == "STAR":
        low, high, discrete = 1, _whole(setting.get("StarCount"), 5), setting.get("StarType") != "continuous"
    rated = discrete and 0 < high - low <= _LONGEST_RATING
    statements = question.options("Choices", "ChoiceOrder", coded=False)
    ends = [
        plain(inner.get("Display"))
        for inner in numbered(question.payload.get("Labels")).values()
        if isinstance(inner, dict)
    ]
    for statement in statements:
        ident, tag = f"{question.id}_{statement.id}", f"{question.tag}_{statement.id}"
        key = builder.key(question.tag if len(statements) == 1 else tag)
        stem = question.text
        same = len(statements) == 1 and plain(statement.words.get(question.base)) == plain(stem.get(question.base))
        texts = builder.texts(stem if same else joined(stem, statement.words), tag, tag)
        names = (ident, tag, *((question.id, question.tag) if len(statements) == 1 else ()))
        scale = _slider_scale(question, builder, low, high, ends) if rated else ""
        codes = {str(code): code for code in range(low, high + 1)} if rated else {}
        column = AnswerColumn(
            key=key, item=key, role="code" if rated else "number", names=names, codes=codes, low=low, high=high
        )
        added = builder.add(
            key,
            texts,
            "scale" if rated else "number",
            ident,
            response_scale=scale,
            required=question.required,
            shown_if=question.shown_if,
            columns=[column],
        )
        if added:
            asked = Asked(key, dict(codes), low if rated else None, high if rated else None)
            question.known[(question.id, statement.id)] = asked
            if len(statements) == 1:
                question.known[(question.id, "")] = asked
    if not rated:
        builder.lose(f"the range {low} to {high} of a slider", question.tag, "Number items take any number.")


def _slider_scale(question: Question, builder: SurveyBuilder, low: int, high: int, ends: list[str]) -> str:
    labels = [str(code) for code in range(low, high + 1)]
    if len(ends) >= 2:
        labels[0], labels[-1] = f"{low} {ends[0]}".strip(), f"{high} {ends[-1]}".strip()
        if len(ends) > 2:
            builder.lose("labels between the ends of a slider", question.tag, "Its points are numbered.")
    return builder.scale(question.tag, low, high, dict.fromkeys(builder.languages, labels), None, question.tag)


def add_constant_sum(question: Question, builder: SurveyBuilder) -> None:
    """Add a constant sum question as one number item a choice."""
    for choice in question.options("Choices", "ChoiceOrder", coded=False):
        ident, tag = f"{question.id}_{choice.id}", f"{question.tag}_{choice.id}"
        key = builder.key(tag)
        column = AnswerColumn(key=key, item=key, role="number", names=(ident, tag))
        texts = builder.texts(joined(question.text, choice.words), tag, tag)
        builder.add(
            key, texts, "number", ident, required=question.required, shown_if=question.shown_if, columns=[column]
        )
    builder.lose("that numbers must add up", question.tag, "Number items stand alone.")


def _whole(value: object, default: int) -> int:
    try:
        return int(float(str(value)))
    except (ValueError, OverflowError):
        return default
