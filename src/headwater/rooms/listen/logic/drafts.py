"""A questionnaire while it is edited: always one that could be asked, with languages set aside while words lack.

Every change takes a draft and gives a draft. A language that loses a word (a question was added, or asks something
else now) is set aside with all the words it has, and comes back by itself once the last one is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from headwater.instruments import add_language, fork, only_languages, standard_response_scales, words_to_translate
from headwater.instruments.checks import KEY, MAX_KEY, find_faults
from headwater.vocab import InputError, Instrument, Item, Problem, Scale

Words = Mapping[str, str]
"""Words of one language by place (`words_to_translate`), and under `notes` its notes."""

NOTES = "notes"


@dataclass(frozen=True)
class Draft:
    """A questionnaire being edited.

    waiting: languages that lack words, with those they have. earlier: what was fixed before, and what this is adapted
    from: a key of theirs stands for one meaning and is not given to another question.
    """

    instrument: Instrument
    waiting: Mapping[str, Words] = field(default_factory=dict)
    earlier: tuple[Instrument, ...] = ()

    @property
    def source(self) -> str:
        """The language others are translated from: the first that is complete for reports."""
        return next(code for code in self.instrument.languages if code not in self.instrument.respondent_only)

    @property
    def asked(self) -> frozenset[str]:
        """Keys of items that stand for a meaning already."""
        return frozenset(item.key for instrument in self.earlier for item in instrument.items)

    @property
    def places(self) -> dict[str, str]:
        """Every place there is to translate, with its words in the source language."""
        return words_to_translate(self.instrument, self.source)

    def words(self, language: str) -> dict[str, str]:
        """Return the words there are in a language, whether it is complete or not."""
        if language not in self.instrument.languages:
            return dict(self.waiting.get(language, {}))
        words = words_to_translate(self.instrument, language)
        if language in self.instrument.respondent_only:
            some = {scale.key: scale.name.get(language) for scale in self.instrument.scales}
            words |= {f"scale.{key}": name for key, name in some.items() if name}
        if language in self.instrument.notes:
            words[NOTES] = self.instrument.notes[language]
        return words


def problem(message: str, field_name: str = "", remedy: str = "") -> InputError:
    """Make an error that names the field of a form."""
    return InputError(Problem(message, remedy, column=field_name))


def tidy(text: str) -> str:
    """Return words as they are kept: one kind of line end, no blanks around."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def forked(instrument: Instrument, **changes: Any) -> Instrument:
    """Change a draft through `fork`, under the key and number it has. A fork wants to know a new version from its
    parent, so the parent goes without its number here.
    """
    return fork(replace(instrument, version="0"), instrument.key, version=instrument.version, **changes)


def set_aside(draft: Draft, languages: Iterable[str]) -> Draft:
    """Take languages out of the questionnaire, with all their words kept."""
    gone = [code for code in dict.fromkeys(languages) if code in draft.instrument.languages]
    if not gone:
        return draft
    left = [code for code in draft.instrument.languages if code not in gone]
    if draft.source in gone:
        raise problem(f"The questionnaire is written in {draft.source}; its words there cannot be left out.")
    waiting = {**draft.waiting, **{code: draft.words(code) for code in gone}}
    return replace(draft, instrument=only_languages(draft.instrument, left), waiting=waiting)


def settle(draft: Draft, order: Sequence[str] = ()) -> Draft:
    """Bring back the languages that have all their words, drop words of places that are gone, and check everything.

    order: the order of languages before; new ones follow. Raises InputError with every fault of the questionnaire.
    """
    _check(draft.instrument)
    places = draft.places
    scales = {place for place in places if place.startswith("scale.")}
    waiting: dict[str, Words] = {}
    instrument = draft.instrument
    for language, given in sorted(draft.waiting.items()):
        standard = _standard_words(instrument, language)
        words = {place: given.get(place) or standard.get(place, "") for place in (*places, NOTES)}
        words = {place: text for place, text in words.items() if text.strip()}
        named = scales & set(words)
        needed = set(places) if named else set(places) - scales
        if needed - set(words):
            waiting[language] = words
            continue
        notes = words.pop(NOTES, "")
        instrument = add_language(instrument, language, words)
        if notes:
            instrument = replace(instrument, notes={**instrument.notes, language: notes})
    wished = [*order, *instrument.languages]
    instrument = only_languages(instrument, [code for code in dict.fromkeys(wished) if code in instrument.languages])
    return replace(draft, instrument=_check(instrument), waiting=waiting)


def rebuilt(instrument: Instrument, items: Sequence[Item], scales: Sequence[Scale] | None = None) -> Instrument:
    """Return the questionnaire with other items, the response scales they need, and no empty scale."""
    pool = {**standard_response_scales(), **instrument.response_scales}
    used = dict.fromkeys(item.response_scale for item in items if item.response_scale)
    kept = [scale for scale in (instrument.scales if scales is None else scales) if scale.items]
    alive = {scale.key for scale in kept}
    kept = [replace(scale, parts=tuple(part for part in scale.parts if part in alive)) for scale in kept]
    made = replace(
        instrument,
        items=tuple(items),
        scales=tuple(kept),
        response_scales={key: pool[key] for key in used if key in pool},
    )
    return only_languages(made, instrument.languages)


def languages_without(draft: Draft, item: Item) -> list[str]:
    """Return the languages of the questionnaire in which an item, its choices or its answers lack words."""
    pool = {**standard_response_scales(), **draft.instrument.response_scales}
    scale = pool.get(item.response_scale)
    found = []
    for code in draft.instrument.languages:
        has_words = bool(item.text.get(code, "").strip()) and all(
            choice.text.get(code, "").strip() for choice in item.choices
        )
        has_answers = scale is None or (code in scale.labels and (scale.may_skip is None or code in scale.may_skip))
        if not (has_words and has_answers):
            found.append(code)
    return found


def with_members(scales: Sequence[Scale], members: Mapping[str, Sequence[str]]) -> list[Scale]:
    """Return scales with other items. An index follows its parts: it loses what none of them has any more, and takes
    what they gained. `min_answered` falls to the number of items where it was more.
    """
    before = {scale.key: scale for scale in scales}
    after: dict[str, tuple[str, ...]] = {}

    def items_of(key: str, above: frozenset[str]) -> tuple[str, ...]:
        if key in after or key in above:
            return after.get(key, before[key].items)
        scale = before[key]
        items = tuple(members.get(key, scale.items))
        parts = [part for part in scale.parts if part in before]
        if parts:
            had = {item for part in parts for item in before[part].items}
            has = dict.fromkeys(item for part in parts for item in items_of(part, above | {key}))
            kept = [item for item in items if item not in had or item in has]
            items = (*kept, *(item for item in has if item not in kept))
        after[key] = items
        return items

    found = []
    for scale in scales:
        items = items_of(scale.key, frozenset())
        found.append(replace(scale, items=items, min_answered=max(1, min(scale.min_answered, len(items)))))
    return found


def free_key(wish: str, taken: Iterable[str], prefix: str = "q") -> str:
    """Make a key out of words, one that nobody has. Words without a Latin letter give the prefix and a number."""
    import re
    import unicodedata

    plain = unicodedata.normalize("NFKD", wish).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    base = "_".join(words)
    while len(base) > MAX_KEY - 6 and "_" in base:
        base = base.rpartition("_")[0]
    base = base[: MAX_KEY - 6].strip("_")
    if not KEY.fullmatch(base):
        base = f"{prefix}_{base}" if base and KEY.fullmatch(f"{prefix}_{base}") else prefix
    known = set(taken)
    if base not in known and base != prefix:
        return base
    number = 2 if base != prefix else 1
    while f"{base}_{number}" in known:
        number += 1
    return f"{base}_{number}"


def _standard_words(instrument: Instrument, language: str) -> dict[str, str]:
    """The labels that a standard response scale has in a language, by place."""
    words: dict[str, str] = {}
    for key, scale in instrument.response_scales.items():
        known = standard_response_scales().get(key)
        if known is None or (known.low, known.high) != (scale.low, scale.high) or language not in known.labels:
            continue
        for number, label in enumerate(known.labels[language]):
            words[f"label.{key}.{known.low + number}"] = label
        if scale.may_skip is not None and known.may_skip and language in known.may_skip:
            words[f"skip.{key}"] = known.may_skip[language]
    return words


def _check(instrument: Instrument) -> Instrument:
    """Return a questionnaire without a fault, or raise InputError with all: `column` is the dotted path of a field,
    counted from 1 as `fork` does.
    """
    problems = [
        Problem(
            fault.message,
            fault.remedy,
            column=".".join(str(step + 1) if isinstance(step, int) else step for step in fault.path),
        )
        for fault in find_faults(instrument)
        if fault.severity == "error"
    ]
    if problems:
        raise InputError(problems)
    return instrument
