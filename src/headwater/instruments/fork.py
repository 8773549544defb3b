"""An organisation's own version of a questionnaire: what is added, dropped, reworded, renamed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from headwater.instruments.languages import checked, only_languages
from headwater.instruments.loader import standard_response_scales
from headwater.instruments.parsing import fill_indexes
from headwater.vocab import InputError, Instrument, Item, Problem, ResponseScale, Scale, Texts


@dataclass(frozen=True, slots=True)
class Reword:
    """New words for an item, and whether they still ask the same.

    text: by language; languages left out keep the old words. keeps_meaning: True keeps the key, and trends go on.
    False gives the item a new key and states the reason, so that trends start anew; then every language is needed.
    key: the new key, by default the old one with a number.
    """

    text: Texts
    keeps_meaning: bool
    reason: str = ""
    key: str = ""


def fork(
    parent: Instrument,
    key: str,
    *,
    version: str = "1.0",
    drop: Collection[str] = (),
    add: Sequence[Item] = (),
    into: Mapping[str, Sequence[str]] | None = None,
    reword: Mapping[str, Reword] | None = None,
    rename: Mapping[str, Texts] | None = None,
    scales: Sequence[Scale] = (),
    response_scales: Mapping[str, ResponseScale] | None = None,
    languages: Sequence[str] | None = None,
    title: Texts | None = None,
    purpose: Texts | None = None,
    source: str = "",
) -> Instrument:
    """Adapt a questionnaire. The parent stays as it is.

    key, version: the fork's own; with the parent's key it is a new version of the same questionnaire.
    drop: items, or scales with the items that no other scale uses. add: new items, placed at the end.
    into: by scale, the items that join it; an index that contains the scale takes them too.
    reword: by item. rename: by scale, its new name by language; the key stays. scales: new scales;
    an index among them that lists no items takes those of its parts.
    response_scales: what new items are answered on, unless the parent or the standard ones have it.
    languages: those to keep, in order. title, purpose: new words by language. source: who adapted it.

    A scale that loses items keeps its key, and `min_answered` falls to the number of items left where it was more;
    `comparable_scales` says what trend is left. Raises InputError listing everything that does not fit.
    """
    if key == parent.key and version == parent.version:
        raise InputError(f"{key}@{version} is the parent itself. Give the fork its own key or version.")
    name = f"{key}@{version}"
    reword, rename, into = reword or {}, rename or {}, into or {}
    _refuse_unknown(parent, name, drop, add, into, reword, rename, scales)
    kept_languages = tuple(parent.languages if languages is None else languages)
    _refuse_new_languages(parent, name, kept_languages)

    gone, gone_scales = _dropped(parent, drop)
    items, new_keys = _reworded(parent, name, gone, reword, kept_languages)
    kept = [_with_keys(scale, gone, new_keys) for scale in parent.scales if scale.key not in gone_scales]
    kept = [scale for scale in kept if scale.items]
    alive = {scale.key for scale in kept} | {scale.key for scale in scales}
    kept = [replace(scale, parts=tuple(part for part in scale.parts if part in alive)) for scale in kept]
    joined = _joined(fill_indexes([*kept, *scales]), into)
    named = [replace(scale, name={**scale.name, **rename.get(scale.key, {})}) for scale in joined]
    all_items = (*items, *add)
    adapted = replace(
        parent,
        key=key,
        version=version,
        title={**parent.title, **(title or {})},
        purpose={**parent.purpose, **(purpose or {})},
        response_scales=_needed_scales(parent, all_items, response_scales or {}),
        items=all_items,
        scales=tuple(named),
        source=source or parent.source,
        forked_from=parent.forked_from if key == parent.key else f"{parent.key}@{parent.version}",
    )
    return checked(only_languages(adapted, kept_languages))


def _refuse_unknown(
    parent: Instrument,
    name: str,
    drop: Collection[str],
    add: Sequence[Item],
    into: Mapping[str, Sequence[str]],
    reword: Mapping[str, Reword],
    rename: Mapping[str, Texts],
    scales: Sequence[Scale],
) -> None:
    items = {item.key for item in parent.items}
    old_scales = {scale.key for scale in parent.scales}
    known_scales = old_scales | {scale.key for scale in scales}
    known_items = items | {item.key for item in add}
    problems = [
        Problem(f"there is no item or scale {key!r} to drop.", "Check the key.", name)
        for key in drop
        if key not in items | old_scales
    ]
    problems += [
        Problem(f"the key {item.key} is taken.", "Reword the item, or give the new one its own key.", name)
        for item in add
        if item.key in items
    ]
    for key, change in reword.items():
        if key not in items or key in drop:
            problems.append(Problem(f"there is no item {key!r} to reword.", "Check the key.", name))
        elif not change.keeps_meaning and not change.reason:
            remedy = "Trends start anew; say why."
            problems.append(Problem(f"the new meaning of {key} has no reason.", remedy, name))
        elif change.keeps_meaning and change.key:
            problems.append(Problem(f"{key} keeps its meaning and so its key.", "Leave the new key out.", name))
        elif change.key and change.key in known_items:
            problems.append(Problem(f"the key {change.key} is taken.", "Choose another.", name))
    for key in rename:
        if key not in known_scales:
            remedy = "Words of an item are changed by rewording it." if key in items else "Check the key."
            problems.append(Problem(f"there is no scale {key!r} to rename.", remedy, name))
    for key, joining in into.items():
        if key not in known_scales:
            problems.append(Problem(f"there is no scale {key!r} to join.", "Check the key.", name))
        problems += [
            Problem(f"{item!r} cannot join {key}: there is no such item.", "Add it.", name)
            for item in joining
            if item not in known_items
        ]
    problems += [
        Problem(f"the scale {scale.key} is there already.", "Give the new one its own key.", name)
        for scale in scales
        if scale.key in old_scales and scale.key not in drop
    ]
    if problems:
        raise InputError(problems)


def _refuse_new_languages(parent: Instrument, name: str, languages: tuple[str, ...]) -> None:
    unknown = [code for code in languages if code not in parent.languages]
    if unknown:
        message = f"the parent is not written in {', '.join(unknown)}."
        raise InputError(Problem(message, "Fork first, then add the language with its words.", name))


def _dropped(parent: Instrument, drop: Collection[str]) -> tuple[set[str], set[str]]:
    """Return the items and the scales that go."""
    scales = {scale.key for scale in parent.scales if scale.key in drop}
    items = {item.key for item in parent.items if item.key in drop}
    for scale in parent.scales:
        if scale.key in scales and scale.role != "index":
            elsewhere = {
                item
                for other in parent.scales
                if other.key not in scales and other.role != "index"
                for item in other.items
            }
            items |= set(scale.items) - elsewhere
    return items, scales


def _reworded(
    parent: Instrument, name: str, gone: set[str], reword: Mapping[str, Reword], languages: tuple[str, ...]
) -> tuple[tuple[Item, ...], dict[str, str]]:
    taken = {item.key for item in parent.items}
    new_keys: dict[str, str] = {}
    items = []
    problems = []
    for item in parent.items:
        if item.key in gone:
            continue
        change = reword.get(item.key)
        if change is None:
            items.append(item)
        elif change.keeps_meaning:
            items.append(replace(item, text={**item.text, **change.text}))
        else:
            missing = [language for language in languages if language not in change.text]
            if missing:
                message = f"the new words of {item.key} are missing in {', '.join(missing)}."
                problems.append(Problem(message, "The old words ask something else; translate the new ones.", name))
            new = change.key or _free_key(item.key, taken)
            taken.add(new)
            new_keys[item.key] = new
            items.append(replace(item, key=new, text=dict(change.text), changed=f"{name}: {change.reason}"))
    if problems:
        raise InputError(problems)
    return tuple(replace(item, shown_if=_with_new_keys(item.shown_if, new_keys)) for item in items), new_keys


def _free_key(key: str, taken: set[str]) -> str:
    base = re.sub(r"_\d+$", "", key)
    number = 2
    while f"{base}_{number}" in taken:
        number += 1
    return f"{base}_{number}"


def _with_new_keys(condition: str, new_keys: Mapping[str, str]) -> str:
    return re.sub(r"[a-z][a-z0-9_]*", lambda found: new_keys.get(found[0], found[0]), condition)


def _with_keys(scale: Scale, gone: set[str], new_keys: Mapping[str, str]) -> Scale:
    items = tuple(new_keys.get(item, item) for item in scale.items if item not in gone)
    return replace(
        scale,
        items=items,
        min_answered=max(1, min(scale.min_answered, len(items))),
    )


def _joined(scales: Sequence[Scale], into: Mapping[str, Sequence[str]]) -> list[Scale]:
    """Add items to scales, and to every index above them."""
    joining = {key: list(items) for key, items in into.items()}
    by_key = {scale.key: scale for scale in scales}

    def gained(key: str, above: frozenset[str]) -> list[str]:
        own = list(joining.get(key, ()))
        if key in by_key and key not in above:
            for part in by_key[key].parts:
                own += gained(part, above | {key})
        return own

    found = []
    for scale in scales:
        more = [item for item in dict.fromkeys(gained(scale.key, frozenset())) if item not in scale.items]
        found.append(replace(scale, items=(*scale.items, *more)))
    return found


def _needed_scales(
    parent: Instrument, items: Sequence[Item], given: Mapping[str, ResponseScale]
) -> dict[str, ResponseScale]:
    """Return the response scales in use, the organisation's own before the parent's before the standard ones."""
    used = dict.fromkeys(item.response_scale for item in items if item.response_scale)
    pool = {**standard_response_scales(), **parent.response_scales, **given}
    return {key: pool[key] for key in used if key in pool}
