"""A questionnaire in plain text, for the command line and for review."""

from __future__ import annotations

from headwater.instruments.best_worst import design_balance
from headwater.vocab import Instrument, Item, Scale, say


def describe(instrument: Instrument, language: str = "en") -> str:
    """Return title, purpose, items by scale, response scales and notes as plain text lines.

    Words are in the language where the questionnaire has it, else in English, else in what there is. A minus marks a
    reversed item.
    """
    lines = [f"{say(instrument.title, language)}  ({instrument.key}@{instrument.version})"]
    lines.append(say(instrument.purpose, language))
    lines += ["", *_facts(instrument)]
    shown: set[str] = set()
    for scale in instrument.scales:
        lines += ["", *_scale(instrument, scale, language)]
        if scale.role != "index":
            shown |= set(scale.items)
    others = [item for item in instrument.items if item.key not in shown]
    if others:
        lines += ["", "Asked outside scales"]
        for item in others:
            lines += _item(item, language)
    if instrument.response_scales:
        lines += ["", "Answers"]
        for response in instrument.response_scales.values():
            known = language if language in response.labels else next(iter(response.labels))
            labels = response.labels.get(language) or response.labels.get("en") or response.labels[known]
            favourable = f"favourable from {response.favourable_from}"
            lines.append(f"  {response.key}: {response.low} to {response.high}, {favourable}: {' | '.join(labels)}")
    if instrument.notes:
        lines += ["", say(instrument.notes, language)]
    return "\n".join(lines) + "\n"


def _facts(instrument: Instrument) -> list[str]:
    languages = []
    for code in instrument.languages:
        marks = []
        if code in instrument.respondent_only:
            marks.append("for respondents")
        if code in instrument.unreviewed:
            marks.append("not yet reviewed")
        languages.append(f"{code} ({', '.join(marks)})" if marks else code)
    facts = [
        f"Lens: {instrument.lens}. Items: {len(instrument.items)}. Scales: {len(instrument.scales)}.",
        f"Languages: {', '.join(languages)}.",
        f"Source: {instrument.source}. Licence: {instrument.licence}.",
    ]
    if instrument.forked_from:
        facts.append(f"Adapted from {instrument.forked_from}.")
    return facts


def _scale(instrument: Instrument, scale: Scale, language: str) -> list[str]:
    least = f"at least {scale.min_answered} of {len(scale.items)} answered"
    lines = [f"{say(scale.name, language)}  [{scale.key}, {scale.role}, {scale.lens}, {least}]"]
    if scale.role == "index" and scale.parts:
        return [*lines, f"  made of {', '.join(scale.parts)}"]
    for key in scale.items:
        lines += _item(instrument.item(key), language)
    return lines


def _item(item: Item, language: str) -> list[str]:
    sign = "-" if item.reverse else " "
    kind = "" if item.kind == "scale" else f" [{item.kind.replace('_', '-')}]"
    lines = [f" {sign} {item.key}: {say(item.text, language)}{kind}"]
    if item.shown_if:
        lines.append(f"     shown if {item.shown_if}")
    if item.changed:
        lines.append(f"     trend starts anew: {item.changed}")
    lines += [f"     {number}. {say(choice.text, language)}" for number, choice in enumerate(item.choices, 1)]
    if item.kind == "best_worst":
        balance = design_balance(item)
        word = "balanced" if balance.balanced else "not balanced"
        lines.append(f"     {len(item.sets)} screens of {balance.set_size}, {word}")
    return lines
