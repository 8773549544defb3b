"""Changes of a questionnaire: questions and scales. Trends stay honest by construction.

A question that was asked before keeps its key only while it means the same and is answered alike. Otherwise it gets a
new key and a stated reason, through `instruments.fork`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from headwater.instruments import Reword, parse_condition
from headwater.instruments.checks import MAX_KEY
from headwater.rooms.listen.logic.drafts import (
    Draft,
    forked,
    free_key,
    languages_without,
    problem,
    rebuilt,
    set_aside,
    settle,
    tidy,
    with_members,
)
from headwater.vocab import Instrument, Item, Lens, Scale, Texts, say
from headwater.vocab.questionnaire import ScaleRole

RATED = ("scale", "recommend")
FREE_KINDS = ("scale", "recommend", "single", "multiple", "ranking", "best_worst", "number", "date", "text")


@dataclass(frozen=True)
class Meaning:
    """The answer to "does it still mean the same?". keeps is None while nobody answered."""

    keeps: bool | None = None
    reason: str = ""


def new_instrument(
    *, key: str, lens: Lens, language: str, title: str, purpose: str, source: str, licence: str, first: Item
) -> Instrument:
    """Begin a questionnaire with its first question. Raises InputError when it does not pass its checks."""
    bare = Instrument(
        key=key,
        version="1.0",
        lens=lens,
        title={language: title},
        purpose={language: purpose},
        languages=(language,),
        response_scales={},
        items=(),
        scales=(),
        source=source,
        licence=licence,
    )
    return settle(Draft(rebuilt(bare, [first]))).instrument


def retitle(draft: Draft, *, title: str, purpose: str) -> Draft:
    """Change title and purpose in the source language."""
    order = draft.instrument.languages
    made = forked(draft.instrument, title={draft.source: tidy(title)}, purpose={draft.source: tidy(purpose)})
    if (made.title, made.purpose) != (draft.instrument.title, draft.instrument.purpose):
        made = _unreviewed(made, order, draft.source)
    return settle(replace(draft, instrument=made), order)


def add_item(draft: Draft, item: Item, *, scales: Sequence[str] = (), after: str = "") -> Draft:
    """Add a question under a new key, into scales, after another question or at the end.

    Languages that lack its words are set aside until they are written.
    """
    taken = draft.asked | {one.key for one in draft.instrument.items} | {one.key for one in draft.instrument.scales}
    if item.key in taken:
        raise problem("This key stands for another question.", "key")
    order = draft.instrument.languages
    _refuse_wordless(item, draft.source)
    item, waiting = _apart(draft, item)
    draft = set_aside(replace(draft, waiting=waiting), languages_without(draft, item))
    item = _in_languages(item, draft.instrument.languages)
    _refuse_unrated(item, scales)
    instrument = forked(draft.instrument, add=[item], into={scale: [item.key] for scale in scales})
    if after:
        instrument = _placed(instrument, item.key, _place(instrument, after) + 1)
    return settle(replace(draft, instrument=instrument), order)


def change_item(
    draft: Draft, key: str, changed: Item, *, meaning: Meaning, scales: Sequence[str] | None = None
) -> tuple[Draft, str]:
    """Change a question; return the draft and the key it has now.

    changed: the question as it should be, under its old key; languages it leaves out keep their words. scales: those
    it belongs to, None for those it is in. Raises InputError when words or answers of a question asked before change
    and nobody says whether it still means the same, or the answers change while the meaning is said to stay.
    """
    old = draft.instrument.item(key)
    order = draft.instrument.languages
    _refuse_wordless(changed, draft.source)
    place = f"item.{key}"
    anew = {
        code
        for code, words in draft.waiting.items()
        if changed.text.get(code, "").strip() not in ("", words.get(place))
    }
    changed, waiting = _apart(draft, replace(changed, key=key))
    changed = _filled(changed, old)
    draft = replace(draft, waiting=waiting)
    reworded = _source_words(changed, draft.source) != _source_words(old, draft.source)
    starts_anew = key in draft.asked and _must_restart(old, changed, reworded, meaning)
    if reworded:
        stale = [
            code for code in order if code != draft.source and _source_words(changed, code) == _source_words(old, code)
        ]
        if starts_anew:
            draft = _without_words(set_aside(draft, stale), key, anew)
        else:
            draft = replace(draft, instrument=_unreviewed(draft.instrument, stale))
    draft = set_aside(draft, languages_without(draft, changed))
    changed = _in_languages(changed, draft.instrument.languages)
    now = key
    if starts_anew:
        taken = draft.asked | {one.key for one in draft.instrument.items}
        now = successor(key, taken)
        word = Reword(changed.text, keeps_meaning=False, reason=meaning.reason.strip(), key=now)
        draft = _with_new_key(draft, key, now, forked(draft.instrument, reword={key: word}))
        changed = replace(changed, key=now, changed=draft.instrument.item(now).changed)
    else:
        word = Reword(changed.text, keeps_meaning=True)
        draft = replace(draft, instrument=forked(draft.instrument, reword={key: word}))
        changed = replace(changed, changed=old.changed)
    items = _conditions_kept(draft, old, changed, now)
    members = None if scales is None else _membership(draft.instrument, changed, scales)
    kept = draft.instrument.scales if members is None else with_members(draft.instrument.scales, members)
    return settle(replace(draft, instrument=rebuilt(draft.instrument, items, kept)), order), now


def drop_item(draft: Draft, key: str) -> Draft:
    """Ask a question no longer. Refused while another question's condition looks at it, or when it is the last."""
    looking = [one for one in draft.instrument.items if key in _looks_at(one)]
    if looking:
        words = "; ".join(say(one.text, draft.source) for one in looking)
        raise problem(f"These questions are shown depending on its answer: {words}")
    if len(draft.instrument.items) == 1:
        raise problem("A questionnaire needs at least one question.")
    order = draft.instrument.languages
    return settle(replace(draft, instrument=forked(draft.instrument, drop=[key])), order)


def dropped_items(draft: Draft) -> dict[str, Item]:
    """Return the questions of the latest version before that are no longer asked, by key: they can be brought back."""
    if not draft.earlier:
        return {}
    asked = {item.key for item in draft.instrument.items}
    return {item.key: item for item in draft.earlier[-1].items if item.key not in asked}


def restore_item(draft: Draft, key: str) -> Draft:
    """Bring a dropped question back as it was asked, in the scales it belonged to that are still there."""
    before = draft.earlier[-1]
    item = before.item(key)
    own = {key: scale for key, scale in before.response_scales.items() if key not in draft.instrument.response_scales}
    instrument = replace(draft.instrument, response_scales={**draft.instrument.response_scales, **own})
    still = {scale.key for scale in instrument.scales if scale.role != "index"}
    scales = [scale.key for scale in before.scales if key in scale.items and scale.key in still]
    apart = replace(draft, instrument=instrument)
    order = draft.instrument.languages
    item, waiting = _apart(apart, item)
    apart = set_aside(replace(apart, waiting=waiting), languages_without(apart, item))
    item = _in_languages(item, apart.instrument.languages)
    made = forked(
        apart.instrument,
        add=[item],
        into={scale: [key] for scale in scales},
        response_scales=instrument.response_scales,
    )
    earlier = [one.key for one in before.items]
    ahead = [one for one in earlier[: earlier.index(key)] if any(one == kept.key for kept in made.items)]
    made = _placed(made, key, _place(made, ahead[-1]) + 1 if ahead else 0)
    return settle(replace(apart, instrument=made), order)


def move_item(draft: Draft, key: str, to: int) -> Draft:
    """Ask a question at another place, counted from 0. Refused where a condition would look ahead."""
    return settle(replace(draft, instrument=_placed(draft.instrument, key, to)), draft.instrument.languages)


def add_scale(draft: Draft, *, name: Texts, items: Sequence[str], role: ScaleRole = "driver", least: int = 1) -> Draft:
    """Add a scale of questions that are there. Languages reports speak are set aside until its name is written."""
    taken = {one.key for one in draft.instrument.scales} | {one.key for one in draft.instrument.items} | draft.asked
    taken |= {scale.key for instrument in draft.earlier for scale in instrument.scales}
    key = free_key(say(name, draft.source), taken, "scale")
    order = draft.instrument.languages
    known = [code for code in order if code in draft.instrument.respondent_only or name.get(code, "").strip()]
    draft = set_aside(draft, [code for code in order if code not in known])
    words = {code: text.strip() for code, text in name.items() if code in draft.instrument.languages and text.strip()}
    made = Scale(key, words, tuple(items), draft.instrument.lens, role, least)
    return settle(replace(draft, instrument=forked(draft.instrument, scales=[made])), order)


def change_scale(draft: Draft, key: str, *, name: str, items: Sequence[str], least: int) -> Draft:
    """Rename a scale, choose its questions, and say how many of them must be answered. An index follows its parts."""
    order = draft.instrument.languages
    scale = draft.instrument.scale(key)
    instrument = forked(draft.instrument, rename={key: {draft.source: name.strip()}})
    if name.strip() != scale.name.get(draft.source):
        named = [code for code in order if code not in instrument.respondent_only]
        instrument = _unreviewed(instrument, named, draft.source)
    members = {} if scale.parts else {key: items}
    made = [
        replace(one, min_answered=least) if one.key == key else one for one in with_members(instrument.scales, members)
    ]
    return settle(replace(draft, instrument=replace(instrument, scales=tuple(made))), order)


def drop_scale(draft: Draft, key: str) -> Draft:
    """Score a scale no longer. Its questions stay, each scored on its own."""
    left = [scale for scale in draft.instrument.scales if scale.key != key]
    if any(scale.parts == (key,) for scale in left):
        raise problem("It is the only part of an index. Drop the index first.")
    alive = {scale.key for scale in left}
    left = [replace(scale, parts=tuple(part for part in scale.parts if part in alive)) for scale in left]
    return settle(replace(draft, instrument=replace(draft.instrument, scales=tuple(left))), draft.instrument.languages)


def _conditions_kept(draft: Draft, old: Item, changed: Item, now: str) -> list[Item]:
    """Return the questions with the changed one in its place. Conditions on a single choice go on meaning the same
    answer where it has another number now. Raises InputError where a condition would mean something else.
    """
    codes = _new_codes(old, changed)
    items = []
    for one in draft.instrument.items:
        if one.key == now:
            items.append(changed)
        elif now not in _looks_at(one) or codes is None:
            items.append(one)
        else:
            condition = parse_condition(one.shown_if)
            if any(term.item == now and term.code not in codes for term in condition.terms):
                words = say(one.text, draft.source)
                raise problem(
                    f"This question is shown depending on an answer that would be gone or mean something else: {words}"
                )
            terms = [
                f"{term.item} {term.compare} {codes[term.code] if term.item == now else term.code}"
                for term in condition.terms
            ]
            items.append(replace(one, shown_if=(" and " if condition.every else " or ").join(terms)))
    return items


def _new_codes(old: Item, changed: Item) -> dict[int, int] | None:
    """By old code, the code of the same answer now; None when all codes are what they were."""
    if old.kind != changed.kind or old.response_scale != changed.response_scale:
        return {}
    if old.kind != "single" or [one.key for one in old.choices] == [one.key for one in changed.choices]:
        return None
    place = {choice.key: number for number, choice in enumerate(changed.choices, 1)}
    return {number: place[choice.key] for number, choice in enumerate(old.choices, 1) if choice.key in place}


def _must_restart(old: Item, changed: Item, reworded: bool, meaning: Meaning) -> bool:
    """Whether a question asked before goes on under a new key. Raises InputError while it is not clear."""
    answers_changed = (old.kind, old.response_scale, old.reverse, old.sets) != (
        changed.kind,
        changed.response_scale,
        changed.reverse,
        changed.sets,
    ) or [choice.key for choice in old.choices] != [choice.key for choice in changed.choices]
    if not (reworded or answers_changed):
        return False
    if meaning.keeps is None:
        raise problem("Say whether it still means the same.", "keeps_meaning")
    if meaning.keeps and answers_changed:
        raise problem("It is answered in another way now, so its trend cannot go on.", "keeps_meaning")
    if not meaning.keeps and not meaning.reason.strip():
        raise problem("Say why; whoever reads the trend will see it.", "reason")
    return not meaning.keeps


def _source_words(item: Item, language: str) -> tuple[str, ...]:
    return (item.text.get(language, ""), *(choice.text.get(language, "") for choice in item.choices))


def _apart(draft: Draft, item: Item) -> tuple[Item, dict[str, dict[str, str]]]:
    """Put an item's words in languages that wait with the others waiting, and the item without them."""
    waiting = {code: dict(words) for code, words in draft.waiting.items()}
    for code, words in waiting.items():
        if item.text.get(code, "").strip():
            words[f"item.{item.key}"] = tidy(item.text[code])
        for choice in item.choices:
            if choice.text.get(code, "").strip():
                words[f"choice.{item.key}.{choice.key}"] = tidy(choice.text[code])
    return _in_languages(item, [code for code in item.text if code not in waiting]), waiting


def _in_languages(item: Item, languages: Sequence[str]) -> Item:
    def cut(texts: Texts) -> dict[str, str]:
        return {code: tidy(texts[code]) for code in languages if texts.get(code, "").strip()}

    return replace(item, text=cut(item.text), choices=tuple(replace(one, text=cut(one.text)) for one in item.choices))


def _filled(changed: Item, old: Item) -> Item:
    """Keep old words in languages the change leaves out."""
    known = {choice.key: choice.text for choice in old.choices}
    return replace(
        changed,
        text={**old.text, **changed.text},
        choices=tuple(replace(one, text={**known.get(one.key, {}), **one.text}) for one in changed.choices),
    )


def _without_words(draft: Draft, key: str, anew: Collection[str]) -> Draft:
    """Forget waiting words of a question that asks something else now, but in languages that say it anew."""
    waiting = {}
    for code, words in draft.waiting.items():
        waiting[code] = {
            place: text
            for place, text in words.items()
            if code in anew or not (place == f"item.{key}" or place.startswith(f"choice.{key}."))
        }
    return replace(draft, waiting=waiting)


def _unreviewed(instrument: Instrument, languages: Collection[str], but: str = "") -> Instrument:
    """Say that no second speaker has read these languages as they are now."""
    marked = {*instrument.unreviewed, *languages} - {but}
    return replace(instrument, unreviewed=tuple(code for code in instrument.languages if code in marked))


def _refuse_wordless(item: Item, language: str) -> None:
    if not item.text.get(language, "").strip():
        raise problem("Write the question.", "text")
    if any(not choice.text.get(language, "").strip() for choice in item.choices):
        raise problem("Write every answer.", "choices")


def _with_new_key(draft: Draft, old: str, new: str, instrument: Instrument) -> Draft:
    """Move waiting words of a question to its new key."""
    waiting = {}
    for code, words in draft.waiting.items():
        moved = {}
        for place, text in words.items():
            head, _, rest = place.partition(".")
            item, dot, choice = rest.partition(".")
            moved[f"{head}.{new}{dot}{choice}" if head in ("item", "choice") and item == old else place] = text
        waiting[code] = moved
    return replace(draft, instrument=instrument, waiting=waiting)


def _membership(instrument: Instrument, item: Item, scales: Sequence[str]) -> dict[str, list[str]]:
    """The items of every scale that is no index, with the item in those that are wished."""
    _refuse_unrated(item, scales)
    members = {}
    for scale in instrument.scales:
        if scale.parts:
            continue
        items = [one for one in scale.items if one != item.key or scale.key in scales]
        if scale.key in scales and item.key not in items:
            items.append(item.key)
        members[scale.key] = items
    return members


def _refuse_unrated(item: Item, scales: Sequence[str]) -> None:
    if scales and item.kind not in RATED:
        raise problem("Only rated questions belong to a scale.", "scales")


def _looks_at(item: Item) -> set[str]:
    return {term.item for term in parse_condition(item.shown_if).terms} if item.shown_if else set()


def _place(instrument: Instrument, key: str) -> int:
    return next(number for number, item in enumerate(instrument.items) if item.key == key)


def _placed(instrument: Instrument, key: str, to: int) -> Instrument:
    item = instrument.item(key)
    rest = [one for one in instrument.items if one.key != key]
    at = max(0, min(to, len(rest)))
    return replace(instrument, items=(*rest[:at], item, *rest[at:]))


def successor(key: str, taken: Collection[str]) -> str:
    """Return the key of a question that goes on from another with a new meaning: `lx_listens_v2`."""
    found = re.fullmatch(r"(.+)_v(\d+)", key)
    stem, number = (found[1], int(found[2]) + 1) if found else (key, 2)
    stem = stem[: MAX_KEY - 5].rstrip("_")
    while f"{stem}_v{number}" in taken:
        number += 1
    return f"{stem}_v{number}"
