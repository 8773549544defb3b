"""Puts questions with answers, conditions and directions into a questionnaire, and remembers them for later ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from headwater.formats.moving.answer_scales import Kind, Option, Sorted, sort_options
from headwater.formats.moving.building import HIGHEST_AT_REST, SurveyBuilder
from headwater.formats.moving.directions import direction
from headwater.formats.moving.logic import Known, NotExpressibleError, Rule, express, join_rules
from headwater.formats.moving.results import AnswerColumn
from headwater.formats.problem_log import shown
from headwater.instruments.checks import MAX_CHOICES
from headwater.vocab import Choice
from headwater.vocab.questionnaire import ItemKind

Words = Mapping[str, str]
_RECOMMEND = ("recommend", "recomend", "recommand", "empfehl", "أوصي", "توصي")


@dataclass(frozen=True)
class Asked:
    """What goes with any question. name: the other product's own. rules: conditions of it and of what it stands in.

    names: the columns of its answers, its name by default.
    """

    name: str
    words: Words
    required: bool = False
    rules: tuple[Rule, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of its answers."""
        return self.names or (self.name,)


@dataclass
class Asker:
    """Adds questions to a questionnaire. known: earlier questions by the other product's name.

    kinds: by name, what a person decided: "scale" or "single".
    """

    builder: SurveyBuilder
    known: dict[str, Known] = field(default_factory=dict)
    kinds: Mapping[str, Kind] = field(default_factory=dict)

    def rule(self, condition: str, where: str) -> Rule | None:
        """Express a condition; None, listed as lost, when it cannot be."""
        try:
            rule = express(condition, self.known.get)
        except NotExpressibleError as error:
            self.builder.lose(
                f"the condition {shown(condition, 200)}", where, f"The question is always shown here: {error}."
            )
            return None
        if rule.loose:
            why = "Here a comparison with a question that is not answered does not hold; there it may."
            self.builder.lose("being shown while an earlier question is not answered", where, why)
        return rule

    def one_of(self, asked: Asked, options: Sequence[Option], *, rated: bool = False, kind: Kind | None = None) -> bool:
        """Add a question with one answer: a rating when the answers are ordered, else a choice. options: as shown."""
        options = self._distinct(asked, options)
        told = self.kinds.get(asked.name, kind)
        decided = sort_options(options, language=self.builder.base, rated=rated, kind=told)
        if decided is None:
            return self.leave(asked, "A choice needs at least two answers.")
        if told is None and not rated:
            self.builder.guess(decided.kind, asked.name)
        if decided.kind == "single":
            return self._single(asked, decided)
        return self._rating(asked, decided)

    def many_of(self, asked: Asked, options: Sequence[Option], kind: ItemKind, cells: Mapping[str, str]) -> bool:
        """Add a question with many answers ("multiple") or that ranks its answers.

        cells: by option id, the column that holds whether it was chosen, where there is one; else one column lists all.
        """
        options = self._distinct(asked, options)
        if not 2 <= len(options) <= MAX_CHOICES:
            return self.leave(
                asked, f"A question with choices has 2 to {MAX_CHOICES} of them; this has {len(options)}."
            )
        builder = self.builder
        key = builder.key(asked.name)
        choices = builder.choices(options, asked.name)
        columns = []
        for choice, option in zip(choices, options, strict=True):
            column = AnswerColumn(
                key=builder.key(f"{key}_{choice.key}"),
                item=key,
                role="chosen" if kind == "multiple" else "placed",
                names=(cells[option.id],) if option.id in cells else (),
                low=0 if kind == "multiple" else 1,
                high=1 if kind == "multiple" else len(options),
                choice=option.code,
                choice_labels=builder.folded(option.words),
                group=asked.columns,
                places=tuple((f"{asked.name}/{rank}",) for rank in range(1, len(options) + 1))
                if kind == "ranking"
                else (),
            )
            columns.append(column)
        return self._add(asked, key, kind, choices=choices, columns=columns)

    def free(self, asked: Asked, kind: ItemKind) -> bool:
        """Add a number, a date or words."""
        key = self.builder.key(asked.name)
        if kind == "date":
            for name in asked.columns:
                self.builder.leave(name, "days are finer than a wave")
            return self._add(asked, key, kind)
        column = AnswerColumn(key, key, "number" if kind == "number" else "comment", asked.columns)
        return self._add(asked, key, kind, columns=[column])

    def leave(self, asked: Asked, why: str, what: str = "a question") -> bool:
        """List a question that is not carried over; its answers are not read either. Returns False."""
        self.builder.lose(what, asked.name, why)
        for name in asked.columns:
            self.builder.leave(name, why)
        return False

    def _single(self, asked: Asked, decided: Sorted) -> bool:
        options = decided.options
        if len(options) > min(MAX_CHOICES, HIGHEST_AT_REST):
            most = min(MAX_CHOICES, HIGHEST_AT_REST)
            return self.leave(asked, f"A choice has at most {most} answers; this has {len(options)}.")
        key = self.builder.key(asked.name)
        column = self.builder.code_column(key, decided, asked.columns)
        choices = self.builder.choices(options, asked.name)
        codes = {option.code.casefold(): decided.at_rest[option.id] for option in options}
        added = self._add(asked, key, "single", choices=choices, columns=[column])
        if added:
            self.known[asked.name] = Known(key, "single", codes, 1, len(options))
        return added

    def _rating(self, asked: Asked, decided: Sorted) -> bool:
        builder = self.builder
        by_id = {option.id: option for option in decided.options}
        ordered = [by_id[number] for number, _ in sorted(decided.at_rest.items(), key=lambda pair: pair[1])]
        recommend = (decided.low, decided.high) == (0, 10) and any(
            word in words.casefold() for word in _RECOMMEND for words in asked.words.values()
        )
        if recommend:
            labels: dict[str, list[str]] = {language: [] for language in builder.languages}
            for code, option in enumerate(ordered):
                for language, words in builder.texts(option.words, asked.name, str(code)).items():
                    labels[language].append(words if words not in labels[language] else f"{words} ({code})")
            scale = builder.scale(asked.name, 0, 10, labels, None, asked.name, (6, 9))
        else:
            scale = builder.rated(decided, asked.name, asked.name)
        key = builder.key(asked.name)
        column = builder.code_column(key, decided, asked.columns)
        added = self._add(asked, key, "recommend" if recommend else "scale", scale=scale, columns=[column])
        if not added:
            return False
        ends = [option.words.get(builder.base) or next(iter(option.words.values()), "") for option in ordered]
        if direction(ends) < 0 and not recommend:
            builder.items[-1] = replace(builder.items[-1], reverse=True)
            message = f"the answers run from favourable to unfavourable, so {key} is marked reversed."
            builder.tell(message, "Check it.", asked.name, "warning")
        if decided.skipped:
            listed = ", ".join(shown(option.words.get(builder.base, option.code)) for option in decided.skipped)
            builder.tell(f"{listed} is read as not answered in {key}.", "", asked.name)
        codes = {by_id[number].code.casefold(): code for number, code in decided.at_rest.items()}
        self.known[asked.name] = Known(key, builder.items[-1].kind, codes, decided.low, decided.high)
        return True

    def _add(
        self,
        asked: Asked,
        key: str,
        kind: ItemKind,
        *,
        scale: str = "",
        choices: Sequence[Choice] = (),
        columns: Sequence[AnswerColumn] = (),
    ) -> bool:
        builder = self.builder
        condition = ""
        try:
            joined = join_rules(asked.rules)
            condition = joined.text if joined else ""
        except NotExpressibleError as error:
            builder.lose("conditions of several levels", asked.name, f"The question is always shown here: {error}.")
        added = builder.add(
            key,
            builder.texts(asked.words, asked.name, asked.name),
            kind,
            asked.name,
            response_scale=scale,
            choices=choices,
            required=asked.required,
            shown_if=condition,
            columns=columns,
        )
        if added and kind in ("multiple", "ranking", "number", "text", "date"):
            self.known[asked.name] = Known(key, kind)
        return added

    def _distinct(self, asked: Asked, options: Sequence[Option]) -> tuple[Option, ...]:
        """Keep the first of options with one code, and those that are alone with it."""
        made = {option.code.casefold(): option for option in reversed(options)}
        kept = tuple(option for option in options if made[option.code.casefold()] is option)
        if len(kept) < len(options):
            self.builder.lose("an answer with a code given before", asked.name, "Its answers could not be told apart.")
        return kept
