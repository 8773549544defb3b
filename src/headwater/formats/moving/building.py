"""Builds a questionnaire from another product's survey, and keeps account of what does not fit into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from headwater.formats.answers.mapping import fold
from headwater.formats.moving.answer_scales import Option, Sorted
from headwater.formats.moving.keys import KeyRing, key_from
from headwater.formats.moving.results import AnswerColumn, Loss, SurveyImport
from headwater.formats.moving.words import has_piped_text, plain
from headwater.instruments.checks import MAX_CHOICES, MAX_ITEMS, MAX_LANGUAGES, MAX_TEXT, find_faults
from headwater.vocab import Choice, InputError, Instrument, Item, Lens, Problem, ResponseScale
from headwater.vocab.problems import Severity
from headwater.vocab.questionnaire import ItemKind

Words = Mapping[str, str]
"""Raw words by language, markup and all."""

HIGHEST_AT_REST = 127


@dataclass
class SurveyBuilder:
    """Takes questions one by one. `languages` begins with the base language; other words fall back to it."""

    product: str
    file: str
    languages: tuple[str, ...]
    items: list[Item] = field(default_factory=list)
    columns: list[AnswerColumn] = field(default_factory=list)
    original: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    _losses: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _problems: list[Problem] = field(default_factory=list)
    _scales: dict[str, ResponseScale] = field(default_factory=dict)
    _notes: dict[str, list[str]] = field(default_factory=dict)
    _gaps: dict[str, int] = field(default_factory=dict)
    _ring: KeyRing = field(default_factory=KeyRing)
    _scale_ring: KeyRing = field(default_factory=KeyRing)
    _guesses: dict[str, list[str]] = field(default_factory=dict)
    _full: bool = False

    @property
    def base(self) -> str:
        """The language every text has."""
        return self.languages[0]

    def lose(self, what: str, where: str, why: str) -> None:
        """Keep account of something that is not carried over. The same loss in many places is listed once."""
        places = self._losses.setdefault((what, why), [])
        if where and where not in places:
            places.append(where)

    def tell(self, message: str, remedy: str = "", column: str = "", severity: Severity = "note") -> None:
        """Say what was assumed, or what to look at."""
        self._problems.append(Problem(message, remedy, self.file, None, column, severity))

    def leave(self, name: str, why: str) -> None:
        """Remember that the column of a question that is not carried over is to be expected in the answers."""
        self.left[name] = why

    def texts(self, raw: Words, where: str, fallback: str = "") -> dict[str, str]:
        """Clean words, shorten those that are too long, and fill languages that lack them with the base language's."""
        cleaned: dict[str, str] = {}
        for language in self.languages:
            words = plain(raw.get(language, ""))
            if len(words) > MAX_TEXT:
                words = words[: MAX_TEXT - 1].rstrip() + "…"
                self.lose(f"the end of a text longer than {MAX_TEXT:,} signs", where, "It is cut there.")
            if words:
                cleaned[language] = words
        spare = next((words for words in map(plain, raw.values()) if words), "")
        first = cleaned.get(self.base) or next(iter(cleaned.values()), "") or spare or fallback
        if has_piped_text(first):
            self.lose("text that is filled in while answering", where, "It stands as its formula; reword it.")
        for language in self.languages:
            if language not in cleaned:
                cleaned[language] = first
                if raw.get(self.base) and language != self.base:
                    self._gaps[language] = self._gaps.get(language, 0) + 1
        return {language: cleaned[language] for language in self.languages}

    def note(self, raw: Words, where: str) -> None:
        """Take words that are shown and not answered into the notes of the questionnaire."""
        for language, words in self.texts(raw, where).items():
            if words:
                self._notes.setdefault(language, []).append(words)

    def key(self, tag: str) -> str:
        """Return a free key for an item or a column of answers."""
        return self._ring.take(tag)

    def add(
        self,
        key: str,
        texts: Words,
        kind: ItemKind,
        original: str,
        *,
        response_scale: str = "",
        choices: Sequence[Choice] = (),
        required: bool = False,
        shown_if: str = "",
        columns: Sequence[AnswerColumn] = (),
    ) -> bool:
        """Add an item and the columns of its answers. False when the questionnaire is full; that is a loss."""
        if len(self.items) >= MAX_ITEMS:
            self._full = True
            self.lose(f"a question beyond the {MAX_ITEMS} that a questionnaire may have", original, "Split the survey.")
            for column in columns:
                for name in (*column.names, *column.group):
                    self.leave(name, "its question is beyond the last one kept")
            return False
        if required and shown_if:
            self.lose("that an answer is required", original, "An item shown on a condition cannot be required.")
        item = Item(
            key=key,
            text=dict(texts),
            kind=kind,
            response_scale=response_scale,
            required=required and not shown_if,
            choices=tuple(choices),
            shown_if=shown_if,
        )
        self.items.append(item)
        self.columns.extend(columns)
        self.original[key] = original
        return True

    def rated(self, answers: Sorted, tag: str, where: str) -> str:
        """Return the key of the response scale of sorted answers; equal ones are one. Lists what changes."""
        by_code = {
            code: option for option in answers.options for ident, code in answers.at_rest.items() if ident == option.id
        }
        labels: dict[str, list[str]] = {language: [] for language in self.languages}
        for code in range(answers.low, answers.high + 1):
            texts = self.texts(by_code[code].words, where, str(code))
            for language in self.languages:
                label = texts[language]
                labels[language].append(label if label not in labels[language] else f"{label} ({code})")
        may_skip = None
        if answers.skipped:
            parts = [self.texts(option.words, where, option.code) for option in answers.skipped]
            may_skip = {
                language: " / ".join(part[language] for part in parts)[:MAX_TEXT] for language in self.languages
            }
            if len(parts) > 1:
                why = "Each is read as not answered; the item offers them as one."
                self.lose(f"the difference between {may_skip[self.base]!r}", where, why)
        if answers.recoded:
            self.lose(
                "codes that are not whole numbers one after the other",
                where,
                f"At rest they are counted from 1: {answers.recoded}.",
            )
        return self.scale(tag, answers.low, answers.high, labels, may_skip, where)

    def scale(
        self,
        tag: str,
        low: int,
        high: int,
        labels: Mapping[str, Sequence[str]],
        may_skip: Words | None,
        where: str,
        thresholds: tuple[int, int] | None = None,
    ) -> str:
        """Return the key of a response scale, an existing one when it is the same."""
        half = (high - low + 1) // 2
        unfavourable_to, favourable_from = thresholds or (low + half - 1, high - half + 1)
        made = ResponseScale(
            key="",
            low=low,
            high=high,
            labels={language: tuple(words) for language, words in labels.items()},
            favourable_from=favourable_from,
            unfavourable_to=unfavourable_to,
            may_skip=may_skip,
        )
        for key, known in self._scales.items():
            if replace(known, key="") == made:
                return key
        key = self._scale_ring.take(f"{key_from(tag)[:30]}_scale")
        self._scales[key] = replace(made, key=key)
        if thresholds is None:
            why = f"{self.product} does not say it. High codes are taken as good; set `reverse` where they are not."
            self.lose("which answers are favourable", where, why)
        return key

    def choices(self, options: Sequence[Option], where: str) -> tuple[Choice, ...]:
        """Make the choices of an item. At most MAX_CHOICES are kept."""
        if len(options) > MAX_CHOICES:
            why = f"An item has at most {MAX_CHOICES} choices."
            self.lose(f"the choices after the first {MAX_CHOICES}", where, why)
        ring = KeyRing()
        made = []
        for option in options[:MAX_CHOICES]:
            texts = self.texts(option.words, where, f"({option.id})")
            made.append(Choice(ring.take(texts[self.base], "c"), texts))
        return tuple(made)

    def code_column(
        self, key: str, answers: Sorted, names: Sequence[str], headings: Sequence[str] = ()
    ) -> AnswerColumn:
        """Say how the answers of a scale or single item are read."""
        known = {ident: code for ident, code in answers.at_rest.items() if code <= HIGHEST_AT_REST}
        by_id = {option.id: option for option in answers.options}
        return AnswerColumn(
            key=key,
            item=key,
            role="code",
            names=tuple(names),
            headings=tuple(headings),
            codes={by_id[ident].code: code for ident, code in known.items()},
            labels={label: code for ident, code in known.items() for label in self.folded(by_id[ident].words)},
            skipped=frozenset(option.code for option in answers.skipped),
            skipped_labels=frozenset(label for option in answers.skipped for label in self.folded(option.words)),
            low=min(known.values()),
            high=max(known.values()),
        )

    def folded(self, raw: Words) -> tuple[str, ...]:
        """Return words of every language, also those not carried over, as the answers may write them."""
        return tuple(dict.fromkeys(fold(words) for words in map(plain, raw.values()) if words))

    def guess(self, kind: str, tag: str) -> None:
        """Remember that a question was taken for a rating or for a choice by its answers alone."""
        self._guesses.setdefault(kind, []).append(tag)

    def finish(
        self, *, key: str, title: Words, purpose: Words, lens: Lens, source: str, licence: str = "not stated"
    ) -> SurveyImport:
        """Return the import. Raises InputError when no question can be carried over, or when a check fails."""
        if not self.items:
            message = "the survey holds no question that can be carried over."
            raise InputError(Problem(message, "Check that this is the survey meant.", self.file))
        self._tell_guesses()
        purposes = self.texts(purpose, "description", f"Moved in from {self.product}.")
        titles = self.texts(title, "title", "Untitled")
        for language, count in self._gaps.items():
            why = f"The words in {self.base} stand in their place."
            self.lose(f"{count:,} texts without a translation into {language}", "", why)
        used = {item.response_scale for item in self.items}
        instrument = Instrument(
            key=key_from(key, "survey"),
            version="1.0",
            lens=lens,
            title=titles,
            purpose=purposes,
            languages=self.languages,
            response_scales={key: scale for key, scale in self._scales.items() if key in used},
            items=tuple(self.items),
            scales=(),
            source=source,
            licence=licence,
            unreviewed=self.languages[1:],
            notes=self._joined_notes(),
        )
        faults = [fault for fault in find_faults(instrument) if fault.severity == "error"]
        if faults:
            raise InputError(
                Problem(fault.message, fault.remedy, self.file, column=".".join(map(str, fault.path)))
                for fault in faults
            )
        losses = tuple(Loss(what, _listed(places), why) for (what, why), places in self._losses.items())
        columns = tuple(self.columns)
        return SurveyImport(instrument, losses, tuple(self._problems), dict(self.original), columns, dict(self.left))

    def _joined_notes(self) -> dict[str, str]:
        made = {}
        for language, parts in self._notes.items():
            words = " · ".join(dict.fromkeys(parts))
            if len(words) > MAX_TEXT:
                words = words[: MAX_TEXT - 1].rstrip() + "…"
                self.lose(f"the end of notes longer than {MAX_TEXT:,} signs", language, "They are cut there.")
            made[language] = words
        return made

    def _tell_guesses(self) -> None:
        ways = {"scale": "a rating, because its answers look ordered", "single": "a choice, not a rating"}
        for kind, tags in self._guesses.items():
            remedy = "Say `kinds={...}` for those that are not."
            self.tell(f"read as {ways[kind]}: {_listed(tags)}.", remedy)


def keep_languages(found: Mapping[str, int], total: int) -> tuple[list[str], list[str]]:
    """Sort translations into those kept, with at least half of the questions translated, and those left out."""
    kept = [language for language, count in found.items() if count * 2 >= max(total, 1)]
    kept = kept[: MAX_LANGUAGES - 1]
    return kept, [language for language in found if language not in kept]


def _listed(places: Sequence[str], most: int = 12) -> str:
    more = len(places) - most
    return ", ".join(places[:most]) + (f" … +{more:,}" if more > 0 else "")
