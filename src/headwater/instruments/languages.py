"""Languages of a questionnaire: taking some away, and adding one from a list of words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from headwater.instruments.checks import find_faults
from headwater.vocab import InputError, Instrument, Problem, ResponseScale, Texts


def only_languages(instrument: Instrument, languages: Sequence[str]) -> Instrument:
    """Return the questionnaire with these languages alone, in this order. Words in others are left out."""
    keep = tuple(languages)

    def cut(texts: Texts) -> dict[str, str]:
        return {language: texts[language] for language in keep if language in texts}

    return replace(
        instrument,
        title=cut(instrument.title),
        purpose=cut(instrument.purpose),
        notes=cut(instrument.notes),
        languages=keep,
        unreviewed=tuple(language for language in instrument.unreviewed if language in keep),
        respondent_only=tuple(language for language in instrument.respondent_only if language in keep),
        response_scales={
            key: replace(
                scale,
                labels={language: scale.labels[language] for language in keep if language in scale.labels},
                may_skip=None if scale.may_skip is None else cut(scale.may_skip),
            )
            for key, scale in instrument.response_scales.items()
        },
        items=tuple(
            replace(
                item,
                text=cut(item.text),
                choices=tuple(replace(choice, text=cut(choice.text)) for choice in item.choices),
            )
            for item in instrument.items
        ),
        scales=tuple(replace(scale, name=cut(scale.name)) for scale in instrument.scales),
    )


def words_to_translate(instrument: Instrument, language: str = "en") -> dict[str, str]:
    """Return every text of a questionnaire in one language by its place, for a translator to work through.

    Places are title, purpose, item.KEY, choice.ITEM.KEY, label.RESPONSE_SCALE.CODE, skip.RESPONSE_SCALE and, where
    the language is complete for reports, scale.KEY. Raises InputError when the questionnaire lacks the language.
    """
    if language not in instrument.languages:
        raise InputError(f"{instrument.key} is not written in {language}. It has {', '.join(instrument.languages)}.")
    words = {"title": instrument.title[language], "purpose": instrument.purpose[language]}
    for key, scale in instrument.response_scales.items():
        for number, label in enumerate(scale.labels[language]):
            words[f"label.{key}.{scale.low + number}"] = label
        if scale.may_skip is not None:
            words[f"skip.{key}"] = scale.may_skip[language]
    for item in instrument.items:
        words[f"item.{item.key}"] = item.text[language]
        for choice in item.choices:
            words[f"choice.{item.key}.{choice.key}"] = choice.text[language]
    if language not in instrument.respondent_only:
        words |= {f"scale.{scale.key}": scale.name[language] for scale in instrument.scales}
    return words


def add_language(
    instrument: Instrument, language: str, words: Mapping[str, str], *, reviewed: bool = False
) -> Instrument:
    """Return the questionnaire with one more language.

    words: by the places of `words_to_translate`. Without the names of scales the language is for respondents only.
    reviewed: whether a second speaker has read the translation. Raises InputError listing every place that is
    missing, empty or unknown, or when the questionnaire has the language already.
    """
    if language in instrument.languages:
        raise InputError(f"{instrument.key} is already written in {language}.")
    complete = next(code for code in instrument.languages if code not in instrument.respondent_only)
    places = words_to_translate(instrument, complete)
    names = {place for place in places if place.startswith("scale.")}
    for_reports = any(place in words for place in names)
    needed = set(places) if for_reports else set(places) - names
    where = f"{instrument.key} in {language}"
    problems = [
        Problem("the words are missing.", f"Translate {places[place]!r}.", where, column=place)
        for place in places
        if place in needed and not words.get(place, "").strip()
    ]
    problems += [
        Problem("there is no such place.", "Take it off the list.", where, column=place)
        for place in words
        if place not in places
    ]
    if problems:
        raise InputError(problems)
    said = {place: text.strip() for place, text in words.items()}

    def labels(scale: ResponseScale) -> tuple[str, ...]:
        return tuple(said[f"label.{scale.key}.{code}"] for code in range(scale.low, scale.high + 1))

    wider = replace(
        instrument,
        title={**instrument.title, language: said["title"]},
        purpose={**instrument.purpose, language: said["purpose"]},
        languages=(*instrument.languages, language),
        unreviewed=instrument.unreviewed if reviewed else (*instrument.unreviewed, language),
        respondent_only=instrument.respondent_only if for_reports else (*instrument.respondent_only, language),
        response_scales={
            key: replace(
                scale,
                labels={**scale.labels, language: labels(scale)},
                may_skip=None if scale.may_skip is None else {**scale.may_skip, language: said[f"skip.{key}"]},
            )
            for key, scale in instrument.response_scales.items()
        },
        items=tuple(
            replace(
                item,
                text={**item.text, language: said[f"item.{item.key}"]},
                choices=tuple(
                    replace(choice, text={**choice.text, language: said[f"choice.{item.key}.{choice.key}"]})
                    for choice in item.choices
                ),
            )
            for item in instrument.items
        ),
        scales=tuple(
            replace(scale, name={**scale.name, language: said[f"scale.{scale.key}"]}) if for_reports else scale
            for scale in instrument.scales
        ),
    )
    return checked(wider)


def checked(instrument: Instrument) -> Instrument:
    """Return a questionnaire made by a program, or raise InputError listing every error in it."""
    name = f"{instrument.key}@{instrument.version}"
    problems = []
    for fault in find_faults(instrument):
        if fault.severity == "error":
            place = ".".join(str(step + 1) if isinstance(step, int) else step for step in fault.path)
            problems.append(Problem(fault.message, fault.remedy, name, column=place))
    if problems:
        raise InputError(problems)
    return instrument
