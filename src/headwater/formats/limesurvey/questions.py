"""Questions of LimeSurvey, by their type of one letter, as items."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from headwater.formats.limesurvey.naming import headings_of, names_of
from headwater.formats.limesurvey.options import CHOSEN, NO_ANSWER, built_in, listed
from headwater.formats.limesurvey.structure import Question
from headwater.formats.moving.answer_scales import Kind, Option, Sorted, sort_options
from headwater.formats.moving.building import HIGHEST_AT_REST, SurveyBuilder
from headwater.formats.moving.conditions import Asked
from headwater.formats.moving.results import AnswerColumn, Role
from headwater.formats.moving.words import joined
from headwater.vocab.questionnaire import ItemKind

OTHER = "-oth-"
_OTHER_WORDS = {"en": "Other", "es": "Otro", "de": "Sonstiges", "fr": "Autre", "pt": "Outro", "ar": "غير ذلك"}


@dataclass
class Adding:
    """A question being added, with what the survey says around it."""

    survey: str
    question: Question
    builder: SurveyBuilder
    shown_if: str
    assessed: bool
    kind: Kind | None
    known: dict[str, Asked] = field(default_factory=dict)

    @property
    def required(self) -> bool:
        """Whether an answer is mandatory."""
        return self.question.mandatory == "Y"

    def names(self, sub: str = "", *, ids: str = "", scale: str = "") -> tuple[str, ...]:
        """Return the ids of a column of this question."""
        return names_of(self.survey, self.question, sub, ids=ids, scale=scale)

    def words(self, question: Mapping[str, str]) -> dict[str, str]:
        """Return words with the base language first, whatever language they were found in."""
        return {self.builder.base: question.get(self.builder.base) or next(iter(question.values()), ""), **question}

    def learn(self, names: tuple[str, ...], asked: Asked) -> None:
        """Let later conditions look at an answer."""
        for name in names:
            self.known.setdefault(name, asked)

    def add(
        self,
        tag: str,
        words: Mapping[str, str],
        kind: ItemKind,
        role: Role,
        names: tuple[str, ...],
        headings: tuple[str, ...] = (),
    ) -> None:
        """Add a text or number item."""
        key = self.builder.key(tag)
        column = AnswerColumn(key=key, item=key, role=role, names=names, headings=headings)
        added = self.builder.add(
            key,
            self.builder.texts(words, tag, tag),
            kind,
            names[1],
            required=self.required,
            shown_if=self.shown_if,
            columns=[column],
        )
        if added and kind == "number":
            self.learn(names, Asked(key))

    def add_answered(
        self,
        tag: str,
        words: Mapping[str, str],
        answers: Sorted,
        names: tuple[str, ...],
        headings: tuple[str, ...],
        options: list[Option],
    ) -> None:
        """Add a scale or single item."""
        key = self.builder.key(tag)
        scaled = answers.kind == "scale"
        column = self.builder.code_column(key, answers, names, headings)
        column = replace(column, skipped_labels=column.skipped_labels | NO_ANSWER)
        added = self.builder.add(
            key,
            self.builder.texts(words, tag, tag),
            answers.kind,
            names[1],
            response_scale=self.builder.rated(answers, self.question.title, self.question.title) if scaled else "",
            choices=() if scaled else self.builder.choices(options, self.question.title),
            required=self.required,
            shown_if=self.shown_if,
            columns=[column],
        )
        if added:
            kept = {ident: code for ident, code in answers.at_rest.items() if code <= HIGHEST_AT_REST}
            self.learn(names, Asked(key, kept, column.low, column.high))


def add_choice(adding: Adding) -> None:
    """L, !, O, 5, Y, G: one answer."""
    question, builder = adding.question, adding.builder
    options = built_in(question.type) or listed(question.answers, assessed=adding.assessed)
    if question.other:
        options = [*options, Option(OTHER, _other_words(question), OTHER)]
    rated = question.type == "5"
    answers = sort_options(
        options, language=builder.base, rated=rated, kind="single" if question.other else adding.kind
    )
    if answers is None:
        _too_few(adding)
        return
    if not rated and adding.kind is None and question.type in ("L", "!", "O"):
        builder.guess(answers.kind, question.title)
    words = adding.words(question.words)
    adding.add_answered(question.title, words, answers, adding.names(), headings_of(question.words), options)
    if question.type == "O":
        _add_words(adding, "comment", {"en": "Comment"}, "Comment")
    if question.other:
        _add_words(adding, "other", _other_words(question), "Other")


def add_array(adding: Adding) -> None:
    """A, B, C, E, F, H: one item a subquestion, answered on one scale."""
    question = adding.question
    options = built_in(question.type) or listed(
        [answer for answer in question.answers if answer.scale == "0"], assessed=adding.assessed
    )
    answers = sort_options(options, language=adding.builder.base, rated=question.type != "C", kind=adding.kind)
    if answers is None:
        _too_few(adding)
        return
    for sub in question.part():
        words = joined(adding.words(question.words), adding.words(sub.words))
        names = adding.names(sub.title, ids=f"_S{sub.id}")
        heads = headings_of(question.words, sub.words)
        adding.add_answered(f"{question.title}_{sub.title}", words, answers, names, heads, options)


def add_dual(adding: Adding) -> None:
    """1: one item a subquestion and scale."""
    question, builder = adding.question, adding.builder
    for scale, attribute in (("0", "dualscale_headerA"), ("1", "dualscale_headerB")):
        options = listed([answer for answer in question.answers if answer.scale == scale], assessed=adding.assessed)
        answers = sort_options(options, language=builder.base, rated=True, kind=adding.kind)
        header = question.attributes.get(attribute, {})
        header = {language or builder.base: text for language, text in header.items() if text}
        if answers is None:
            if options:
                builder.lose("a scale with fewer than two answers", question.title, "An item needs two.")
            continue
        for sub in question.part():
            stem = joined(adding.words(question.words), adding.words(sub.words))
            words = joined(stem, header) if header else stem
            names = adding.names(sub.title, ids=f"_S{sub.id}", scale=scale)
            heads = (
                *headings_of(question.words, sub.words, f"Scale {int(scale) + 1}"),
                *(headings_of(question.words, sub.words, header) if header else ()),
            )
            tag = f"{question.title}_{sub.title}_{int(scale) + 1}"
            adding.add_answered(tag, words, answers, names, heads, options)


def add_several(adding: Adding) -> None:
    """M, P: several answers; with P each has a comment."""
    question = adding.question
    parts = [(sub.title, f"_S{sub.id}", adding.words(sub.words)) for sub in question.part()]
    if question.other:
        parts.append(("other", "_Cother", adding.words(_other_words(question))))
    _add_chosen(adding, question.title, adding.words(question.words), parts, question.words)
    for code, ids, words in parts:
        if code == "other":
            _add_words(adding, "other", _other_words(question), "Other")
        if question.type == "P":
            names = adding.names(f"{code}comment", ids=f"{ids}_Ccomment")
            stem = joined(adding.words(question.words), words)
            heads = headings_of(question.words, words, "Comment")
            adding.add(f"{question.title}_{code}_comment", stem, "text", "comment", names, heads)


def _add_chosen(
    adding: Adding,
    tag: str,
    words: Mapping[str, str],
    parts: list[tuple[str, str, dict[str, str]]],
    stem: Mapping[str, str],
) -> None:
    builder = adding.builder
    if len(parts) < 2:
        _too_few(adding)
        return
    key = builder.key(tag)
    choices = builder.choices([Option(code, said, code) for code, _, said in parts], tag)
    columns = [
        AnswerColumn(
            key=builder.key(f"{key}_{choice.key}"),
            item=key,
            role="chosen",
            names=adding.names(code, ids=ids),
            headings=headings_of(stem, said),
            codes=CHOSEN if code != "other" else {"": 0},
        )
        for (code, ids, said), choice in zip(parts, choices, strict=False)
    ]
    added = builder.add(
        key,
        builder.texts(words, tag, tag),
        "multiple",
        adding.names()[1],
        choices=choices,
        required=adding.required,
        shown_if=adding.shown_if,
        columns=columns,
    )
    if added:
        for column in columns:
            adding.learn(column.names, Asked(key, comparable=False))


def add_table(adding: Adding) -> None:
    """: and ; : a table of numbers, of boxes to tick, or of texts."""
    question = adding.question
    ticked = question.type == ":" and question.attribute("multiflexible_checkbox") == "1"
    for row in question.part("0"):
        stem = joined(adding.words(question.words), adding.words(row.words))
        if ticked:
            parts = [
                (f"{row.title}_{column.title}", f"_S{row.id}_S{column.id}", adding.words(column.words))
                for column in question.part("1")
            ]
            _add_chosen(adding, f"{question.title}_{row.title}", stem, parts, question.words)
            continue
        for column in question.part("1"):
            names = adding.names(f"{row.title}_{column.title}", ids=f"_S{row.id}_S{column.id}")
            heads = headings_of(question.words, row.words, column.words)
            words = joined(stem, adding.words(column.words))
            tag = f"{question.title}_{row.title}_{column.title}"
            number = question.type == ":"
            adding.add(tag, words, "number" if number else "text", "number" if number else "comment", names, heads)


def add_ranking(adding: Adding) -> None:
    """R: columns hold who stands at rank 1, 2, ..."""
    question, builder = adding.question, adding.builder
    options = listed(question.answers, assessed=False)
    options = options or [Option(sub.title, sub.words, sub.title) for sub in question.part()]
    if len(options) < 2:
        _too_few(adding)
        return
    key = builder.key(question.title)
    choices = builder.choices(options, question.title)
    places = tuple(adding.names(str(rank)) for rank in range(1, len(options) + 1))
    columns = [
        AnswerColumn(
            key=builder.key(f"{key}_{choice.key}"),
            item=key,
            role="placed",
            choice=option.code,
            choice_labels=builder.folded(option.words),
            places=places,
        )
        for option, choice in zip(options, choices, strict=False)
    ]
    builder.add(
        key,
        builder.texts(adding.words(question.words), question.title, question.title),
        "ranking",
        adding.names()[1],
        choices=choices,
        required=adding.required,
        shown_if=adding.shown_if,
        columns=columns,
    )


def add_entry(adding: Adding) -> None:
    """S, T, U, N: words or a number."""
    question = adding.question
    number = question.type == "N" or question.attribute("numbers_only") == "1"
    names, heads = adding.names(), headings_of(question.words)
    words = adding.words(question.words)
    adding.add(question.title, words, "number" if number else "text", "number" if number else "comment", names, heads)


def add_entries(adding: Adding) -> None:
    """K, Q: one number or text a subquestion."""
    question = adding.question
    number = question.type == "K" or question.attribute("numbers_only") == "1"
    for sub in question.part():
        words = joined(adding.words(question.words), adding.words(sub.words))
        names = adding.names(sub.title, ids=f"_S{sub.id}")
        heads = headings_of(question.words, sub.words)
        tag = f"{question.title}_{sub.title}"
        adding.add(tag, words, "number" if number else "text", "number" if number else "comment", names, heads)


def add_date(adding: Adding) -> None:
    """D: a date. Its answers are not kept at rest."""
    builder, question = adding.builder, adding.question
    key = builder.key(question.title)
    builder.add(
        key,
        builder.texts(adding.words(question.words), question.title, question.title),
        "date",
        adding.names()[1],
        required=adding.required,
        shown_if=adding.shown_if,
    )
    builder.lose("dates that were answered", question.title, "Answers at rest hold no dates.")
    for name in adding.names():
        builder.leave(name, "answers at rest hold no dates")


ADD: dict[str, Callable[[Adding], None]] = {
    **dict.fromkeys("L!O5YG", add_choice),
    **dict.fromkeys("ABCEFH", add_array),
    **dict.fromkeys("MP", add_several),
    **dict.fromkeys(":;", add_table),
    **dict.fromkeys("STUN", add_entry),
    **dict.fromkeys("KQ", add_entries),
    "1": add_dual,
    "R": add_ranking,
    "D": add_date,
}
"""What adds a question of each type. X is a note; others are losses."""


def _add_words(adding: Adding, sub: str, words: Mapping[str, str], heading: str) -> None:
    """Add a text item for the words beside a choice."""
    question, builder = adding.question, adding.builder
    names = adding.names(sub, ids=f"_C{sub}")
    tag = f"{question.title}_{sub}_text"
    heads = (*headings_of(question.words, heading), *headings_of(question.words, words))
    stem = joined(adding.words(question.words), adding.words(words))
    key = builder.key(tag)
    column = AnswerColumn(key=key, item=key, role="comment", names=names, headings=heads)
    builder.add(key, builder.texts(stem, tag, tag), "text", names[1], shown_if=adding.shown_if, columns=[column])
    builder.lose(
        "that words are asked beside a choice", question.title, "They are asked of everyone, in an item below."
    )


def _other_words(question: Question) -> dict[str, str]:
    replaced = question.attributes.get("other_replace_text", {})
    own = {language: text for language, text in replaced.items() if text and language}
    return {**_OTHER_WORDS, **own}


def _too_few(adding: Adding) -> None:
    adding.builder.lose("a question with fewer than two answers", adding.question.title, "An item needs two.")
    for name in adding.names():
        adding.builder.leave(name, "its question has fewer than two answers")
