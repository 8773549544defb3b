"""What a questionnaire must fulfil, whoever made it: a file, a fork or a program."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from headwater.instruments.best_worst import design_balance
from headwater.instruments.conditions import parse_condition
from headwater.instruments.nodes import FieldPath
from headwater.vocab import Instrument, Item, ResponseScale, Scale, Texts
from headwater.vocab.problems import Severity

MAX_KEY = 40
MAX_TEXT = 2_000
MAX_ITEMS = 500
MAX_LANGUAGES = 60
MAX_CHOICES = 200
MAX_SETS = 500
LOWEST_CODE, HIGHEST_CODE = -100, 100

KEY = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
VERSION = re.compile(r"\d{1,4}(\.\d{1,4}){0,2}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\ufffe\uffff\ud800-\udfff]")
_CHOICE_KINDS = ("single", "multiple", "ranking", "best_worst")
_RATED_KINDS = ("scale", "recommend")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a questionnaire, and the field it lies in."""

    path: FieldPath
    message: str
    remedy: str
    severity: Severity = "error"


def find_faults(instrument: Instrument) -> tuple[Fault, ...]:
    """Return everything wrong with a questionnaire, errors and warnings, in the order of its fields."""
    return (
        *_head(instrument),
        *_all_response_scales(instrument),
        *_all_items(instrument),
        *_all_scales(instrument),
    )


def _head(instrument: Instrument) -> Iterator[Fault]:
    yield from _key(instrument.key, ("key",))
    if not VERSION.fullmatch(instrument.version):
        yield Fault(("version",), f"{instrument.version!r} is not a version.", 'Write one like "1.0".')
    languages = instrument.languages
    if not languages:
        yield Fault(("languages",), "no language is listed.", "List at least one, as [en].")
    if len(languages) > MAX_LANGUAGES:
        yield Fault(("languages",), f"there are more than {MAX_LANGUAGES} languages.", "Split the questionnaire.")
    for number, code in enumerate(languages):
        if not LANGUAGE.fullmatch(code):
            yield Fault(("languages", number), f"{code!r} is not a language code.", "Write one like en or pt-BR.")
        if code in languages[:number]:
            yield Fault(("languages", number), f"{code} is listed twice.", "Keep one.")
    for field, listed in (("unreviewed", instrument.unreviewed), ("respondent_only", instrument.respondent_only)):
        for number, code in enumerate(listed):
            if code not in languages:
                yield Fault((field, number), f"{code} is not among the languages.", "Add it there or remove it here.")
    if languages and set(languages) <= set(instrument.respondent_only):
        yield Fault(("respondent_only",), "no language is complete for reports.", "Complete at least one language.")
    yield from _texts(instrument.title, ("title",), languages)
    yield from _texts(instrument.purpose, ("purpose",), languages)
    if instrument.notes:
        yield from _texts(instrument.notes, ("notes",), (), allowed=languages)
    for field, words in (("source", instrument.source), ("licence", instrument.licence)):
        if not words:
            yield Fault((field,), "is missing.", "Say where the words come from and under which licence they stand.")


def _all_response_scales(instrument: Instrument) -> Iterator[Fault]:
    used = {item.response_scale for item in instrument.items}
    for key, scale in instrument.response_scales.items():
        path: FieldPath = ("response_scales", key)
        yield from _key(key, path)
        yield from _response_scale(scale, path, instrument.languages)
        if key not in used:
            yield Fault(path, f"no item uses the response scale {key}.", "Remove it.", "warning")


def _response_scale(scale: ResponseScale, path: FieldPath, languages: tuple[str, ...]) -> Iterator[Fault]:
    if not LOWEST_CODE <= scale.low < scale.high <= HIGHEST_CODE:
        limits = f"{LOWEST_CODE} to {HIGHEST_CODE}"
        yield Fault((*path, "low"), f"codes {scale.low} to {scale.high} do not run upwards within {limits}.", "Recode.")
        return
    if not scale.low <= scale.unfavourable_to < scale.favourable_from <= scale.high:
        yield Fault(
            (*path, "favourable_from"),
            f"favourable from {scale.favourable_from} and unfavourable to {scale.unfavourable_to} do not fit "
            f"codes {scale.low} to {scale.high}.",
            "Favourable codes lie above unfavourable ones, both within the scale.",
        )
    for language in languages:
        if language not in scale.labels:
            yield Fault((*path, "labels"), f"the labels in {language} are missing.", f"Add {scale.points} labels.")
    for language, labels in scale.labels.items():
        place = (*path, "labels", language)
        if language not in languages:
            yield Fault(place, f"{language} is not among the languages.", "Add it there or remove it here.")
        if len(labels) != scale.points:
            message = f"codes {scale.low} to {scale.high} need {scale.points} labels; there are {len(labels)}."
            yield Fault(place, message, "Give one label a code, low to high.")
        for number, label in enumerate(labels):
            yield from _words(label, (*place, number))
            if label and label in labels[:number]:
                yield Fault((*place, number), f"the label {label!r} is given twice.", "Tell the answers apart.")
    if scale.may_skip is not None:
        yield from _texts(scale.may_skip, (*path, "may_skip"), languages)


def _all_items(instrument: Instrument) -> Iterator[Fault]:
    if not instrument.items:
        yield Fault(("items",), "there are no items.", "Add at least one.")
    if len(instrument.items) > MAX_ITEMS:
        yield Fault(("items",), f"there are more than {MAX_ITEMS} items.", "Split the questionnaire.")
    in_scales = {key for scale in instrument.scales for key in scale.items}
    earlier: dict[str, Item] = {}
    for number, item in enumerate(instrument.items):
        path: FieldPath = ("items", number)
        yield from _key(item.key, (*path, "key"))
        if item.key in earlier:
            yield Fault((*path, "key"), f"the item key {item.key} is used twice.", "Give each item its own key.")
        yield from _texts(item.text, (*path, "text"), instrument.languages)
        yield from _rating(item, path, instrument.response_scales)
        yield from _choices(item, path, instrument.languages)
        yield from _sets(item, path)
        yield from _condition(item, path, earlier, instrument.response_scales)
        if item.kind in _RATED_KINDS and item.key not in in_scales:
            yield Fault(path, f"the item {item.key} is in no scale.", "It is scored on its own.", "note")
        earlier.setdefault(item.key, item)


def _rating(item: Item, path: FieldPath, known: Mapping[str, ResponseScale]) -> Iterator[Fault]:
    if item.reverse and item.kind != "scale":
        yield Fault((*path, "reverse"), f"a {item.kind} item cannot be reversed.", "Remove `reverse`.")
    if item.kind not in _RATED_KINDS:
        if item.response_scale:
            yield Fault((*path, "response_scale"), f"a {item.kind} item has no response scale.", "Remove it.")
        return
    if not item.response_scale:
        yield Fault((*path, "response_scale"), "is missing.", "Name one of the response scales.")
        return
    scale = known.get(item.response_scale)
    if scale is None:
        listed = ", ".join(known) or "none"
        message = f"there is no response scale {item.response_scale!r}."
        yield Fault((*path, "response_scale"), message, f"There are: {listed}.")
    elif item.kind == "recommend" and (scale.low, scale.high) != (0, 10):
        message = f"a recommend item is answered 0 to 10, not {scale.low} to {scale.high}."
        yield Fault((*path, "response_scale"), message, "Use recommend11.")


def _choices(item: Item, path: FieldPath, languages: tuple[str, ...]) -> Iterator[Fault]:
    place: FieldPath = (*path, "choices")
    if item.kind not in _CHOICE_KINDS:
        if item.choices:
            yield Fault(place, f"a {item.kind} item has no choices.", "Remove them.")
        return
    least = 3 if item.kind == "best_worst" else 2
    if not least <= len(item.choices) <= MAX_CHOICES:
        message = f"a {item.kind} item needs {least} to {MAX_CHOICES} choices; there are {len(item.choices)}."
        yield Fault(place, message, "Add or remove choices.")
    seen: set[str] = set()
    for number, choice in enumerate(item.choices):
        yield from _key(choice.key, (*place, number, "key"))
        if choice.key in seen:
            yield Fault((*place, number, "key"), f"the choice key {choice.key} is used twice.", "Rename one.")
        seen.add(choice.key)
        yield from _texts(choice.text, (*place, number, "text"), languages)


def _sets(item: Item, path: FieldPath) -> Iterator[Fault]:
    place: FieldPath = (*path, "sets")
    if item.kind != "best_worst":
        if item.sets:
            yield Fault(place, f"a {item.kind} item has no sets.", "Remove them.")
        return
    if not 1 <= len(item.sets) <= MAX_SETS:
        message = f"a best-worst item needs 1 to {MAX_SETS} sets; there are {len(item.sets)}."
        yield Fault(place, message, "Write the choice keys of each screen.")
        return
    known = {choice.key for choice in item.choices}
    sound = True
    for number, shown in enumerate(item.sets):
        unknown = [key for key in shown if key not in known]
        if unknown:
            sound = False
            message = f"set {number + 1} names unknown choices: {', '.join(unknown)}."
            yield Fault((*place, number), message, "Use keys of the item's choices.")
        if len(set(shown)) != len(shown):
            sound = False
            yield Fault((*place, number), f"set {number + 1} shows a choice twice.", "Show each once.")
        if len(shown) < 3:
            message = f"set {number + 1} shows {len(shown)} choices; best and worst need at least 3."
            yield Fault((*place, number), message, "Show 3 to 6.")
    if not sound or len(known) != len(item.choices):
        return
    balance = design_balance(item)
    never = [key for key, count in zip(balance.choices, balance.frequency, strict=True) if count == 0]
    if never:
        yield Fault(place, f"no set shows {', '.join(never)}.", "Show every choice, or remove it.")
    elif not balance.connected:
        yield Fault(place, "the sets fall into groups that share no choice.", "Link them, or no common rank exists.")
    elif not balance.balanced:
        message = "the design is not balanced: choices or pairs are shown unequally often."
        yield Fault(place, message, "Counts do not rank then; use the logit model.", "warning")


def _condition(
    item: Item, path: FieldPath, earlier: Mapping[str, Item], known: Mapping[str, ResponseScale]
) -> Iterator[Fault]:
    if not item.shown_if:
        return
    place: FieldPath = (*path, "shown_if")
    if item.required:
        # A required item that is never shown would block the form.
        yield Fault((*path, "required"), "an item shown on a condition cannot be required.", "Remove one of the two.")
    try:
        condition = parse_condition(item.shown_if)
    except ValueError as error:
        yield Fault(place, f"{error}.", "Compare earlier answers with codes.")
        return
    for term in condition.terms:
        asked = earlier.get(term.item)
        if asked is None:
            yield Fault(place, f"{term.item} is not an earlier item.", "A condition looks back only.")
        elif asked.kind == "single":
            if not 1 <= term.code <= len(asked.choices):
                message = f"{term.item} has choices 1 to {len(asked.choices)}, not {term.code}."
                yield Fault(place, message, "Count the choices from 1.")
        elif asked.kind in _RATED_KINDS:
            scale = known.get(asked.response_scale)
            if scale is not None and not scale.low <= term.code <= scale.high:
                message = f"{term.item} has codes {scale.low} to {scale.high}, not {term.code}."
                yield Fault(place, message, "Compare with a code that can occur.")
        elif asked.kind != "number":
            message = f"{term.item} is a {asked.kind} item and has no code to compare."
            yield Fault(place, message, "Ask a single choice or a rating.")


def _all_scales(instrument: Instrument) -> Iterator[Fault]:
    items = {item.key: item for item in instrument.items}
    scales = {scale.key: scale for scale in instrument.scales}
    reported = tuple(code for code in instrument.languages if code not in instrument.respondent_only)
    seen: set[str] = set()
    for number, scale in enumerate(instrument.scales):
        path: FieldPath = ("scales", number)
        yield from _key(scale.key, (*path, "key"))
        if scale.key in seen:
            yield Fault((*path, "key"), f"the scale key {scale.key} is used twice.", "Give each scale its own key.")
        if scale.key in items:
            message = f"{scale.key} is both a scale and an item."
            yield Fault((*path, "key"), message, "Rename one: results are found by key.")
        seen.add(scale.key)
        yield from _texts(scale.name, (*path, "name"), reported, allowed=instrument.languages)
        yield from _members(scale, path, items, instrument.response_scales)
        yield from _parts(scale, path, scales)


def _members(
    scale: Scale, path: FieldPath, items: Mapping[str, Item], known: Mapping[str, ResponseScale]
) -> Iterator[Fault]:
    place: FieldPath = (*path, "items")
    if not scale.items:
        yield Fault(place, f"the scale {scale.key} has no items.", "List the keys of its items.")
        return
    formats: dict[tuple[int, int, int, int], str] = {}
    for number, key in enumerate(scale.items):
        if key in scale.items[:number]:
            yield Fault((*place, number), f"{key} is listed twice.", "Keep one.")
        item = items.get(key)
        if item is None:
            yield Fault((*place, number), f"there is no item {key!r}.", "Use the key of an item above.")
        elif item.kind not in _RATED_KINDS:
            yield Fault((*place, number), f"{key} is a {item.kind} item and cannot be averaged.", "Remove it.")
        elif item.response_scale in known:
            answer = known[item.response_scale]
            form = (answer.low, answer.high, answer.favourable_from, answer.unfavourable_to)
            formats.setdefault(form, key)
    if len(formats) > 1:
        first, second = list(formats.values())[:2]
        message = f"{first} and {second} are answered on different response scales; their mean says nothing."
        yield Fault(place, message, "Put them in scales of their own.")
    if not 1 <= scale.min_answered <= len(scale.items):
        message = f"min_answered is {scale.min_answered}; the scale has {len(scale.items)} items."
        yield Fault((*path, "min_answered"), message, "Choose between 1 and the number of items.")


def _parts(scale: Scale, path: FieldPath, scales: Mapping[str, Scale]) -> Iterator[Fault]:
    place: FieldPath = (*path, "parts")
    if scale.parts and scale.role != "index":
        yield Fault(place, f"only an index has parts; {scale.key} is a {scale.role}.", "Set `role: index`.")
    for number, key in enumerate(scale.parts):
        if key not in scales:
            yield Fault((*place, number), f"there is no scale {key!r}.", "Use the key of a scale.")
            continue
        missing = [item for item in scales[key].items if item not in scale.items]
        if missing:
            message = f"{key} is a part, but its items are not in {scale.key}: {', '.join(missing)}."
            yield Fault((*place, number), message, "Leave out `items` of the index, or list them all.")
    if scale.key in _below(scale.key, scales):
        yield Fault(place, f"{scale.key} contains itself through its parts.", "Break the circle.")


def _below(key: str, scales: Mapping[str, Scale]) -> set[str]:
    """Return every scale reached from a scale through parts, itself included only when it lies on a circle."""
    found: set[str] = set()
    waiting = list(scales[key].parts) if key in scales else []
    while waiting:
        part = waiting.pop()
        if part in found or part not in scales:
            continue
        found.add(part)
        waiting.extend(scales[part].parts)
    return found


def _key(key: str, path: FieldPath) -> Iterator[Fault]:
    if not key:
        yield Fault(path, "is missing.", "Give it a short name like lx_listens.")
    elif len(key) > MAX_KEY or not KEY.fullmatch(key):
        message = f"{key[: MAX_KEY + 1]!r} is not a key."
        yield Fault(path, message, f"Use small letters, digits and _, at most {MAX_KEY} characters.")


def _texts(
    texts: Texts, path: FieldPath, needed: tuple[str, ...], allowed: tuple[str, ...] | None = None
) -> Iterator[Fault]:
    for language in needed:
        if language not in texts:
            yield Fault(path, f"the words in {language} are missing.", "Add them, or take the language off the list.")
    for language, words in texts.items():
        if language not in (needed if allowed is None else allowed):
            place = (*path, language)
            yield Fault(place, f"{language} is not among the languages.", "Add it there or remove it here.")
        yield from _words(words, (*path, language))


def _words(words: str, path: FieldPath) -> Iterator[Fault]:
    if not words.strip():
        yield Fault(path, "the words are missing.", "Write them, or remove the field.")
    elif len(words) > MAX_TEXT:
        yield Fault(path, f"the text is longer than {MAX_TEXT:,} characters.", "Shorten it.")
    elif CONTROL.search(words):
        yield Fault(path, "the text holds control characters.", "Remove them.")
