"""The questionnaires that come with Headwater."""

from __future__ import annotations

import csv
import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from headwater.instruments import check_instrument, describe, design_balance, library, load_instrument
from headwater.instruments.loader import LIBRARY
from headwater.vocab import Instrument, Lens

FILES = sorted(LIBRARY.glob("*.yaml"))
INSTRUMENTS = list(library().values())
RATED = ("scale", "recommend")
REPORTED = ("en", "es", "fr", "de")

LETTER = r"[^\W\d_]"
INFORMAL = {
    "es": r"tú|tu|tus|te|ti|contigo|vosotros|vuestro|vuestra",
    "fr": r"tu|te|toi|ton|ta|tes|tien|tiens|tienne|tiennes|t(?=['\u2019])",
    "de": r"du|dich|dir|dein|deine|deinem|deinen|deiner|deines|euch|euer|eure|eurem|euren|eurer",
}
"""Words that address one reader as a friend."""
ENGLISH_WORDS = (
    "the and of to is are my our your me we you they this that with for from work leader leaders unit customers when "
    "which what how whether asked answers people never often rarely always agree disagree satisfied likely limits"
)
MARKS_OF_GENDER = re.compile(
    rf"\((e|es|in|innen|ne|rice)\)|·|{LETTER}[*:_]in|{LETTER}Innen\b|{LETTER}/-?(e|in|innen)\b"
)

EXPECTED = {
    "lx_core",
    "ex_factors",
    "internal_service",
    "cx_contact",
    "cx_relationship",
    "importance",
    "pulse",
    "upward_360",
    "upward_360_self",
    "join",
    "leave",
    "safety_climate",
    "communication_check",
    "after_acting",
}
EX_FACTORS = {
    "ex_trust_respect",
    "ex_recognition",
    "ex_teamwork",
    "ex_clarity_tools",
    "ex_support_voice",
    "ex_fulfilment",
    "ex_growth",
    "ex_flexibility",
    "ex_fair_pay",
    "ex_supportive_place",
}


def ids(instrument: Instrument) -> str:
    return instrument.key


def words_of(instrument: Instrument, language: str) -> list[str]:
    words = [instrument.title[language], instrument.purpose[language]]
    for item in instrument.items:
        words += [item.text[language], *(choice.text[language] for choice in item.choices)]
    for scale in instrument.response_scales.values():
        words += scale.labels[language]
        words += [] if scale.may_skip is None else [scale.may_skip[language]]
    return words


def names_of(instrument: Instrument, language: str) -> list[str]:
    return [scale.name[language] for scale in instrument.scales]


def test_the_library_is_complete() -> None:
    assert set(library()) == EXPECTED
    assert {file.stem for file in FILES} == EXPECTED


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_has_no_problem(file: Path) -> None:
    assert [str(problem) for problem in check_instrument(file) if problem.severity != "note"] == []


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=ids)
def test_languages_are_complete_and_marked(instrument: Instrument) -> None:
    assert instrument.languages == ("en", "es", "fr", "de", "ar")
    assert instrument.unreviewed == ("es", "fr", "de", "ar")
    assert instrument.respondent_only == ("ar",)
    for language in instrument.languages:
        assert all(words.strip() for words in words_of(instrument, language))
    assert set(instrument.notes) == set(REPORTED)
    for language in REPORTED:
        assert all(scale.name[language].strip() for scale in instrument.scales)
        assert instrument.notes[language].strip()


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=ids)
def test_translations_are_in_their_language(instrument: Instrument) -> None:
    for words in words_of(instrument, "ar"):
        assert not re.search("[A-Za-z]", words), words
        assert re.search("[\u0600-\u06ff]", words), words
    for language, words in INFORMAL.items():
        informal = re.compile(rf"\b({words})\b", re.IGNORECASE)
        for english, translated in zip(words_of(instrument, "en"), words_of(instrument, language), strict=True):
            assert not informal.search(translated), f"addresses as a friend: {translated}"
            assert translated != english or len(english) < 3, f"not translated: {english}"


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=ids)
@pytest.mark.parametrize("language", ["es", "fr", "de"])
def test_no_english_is_left_in_a_translation(instrument: Instrument, language: str) -> None:
    # French and Spanish have a word "me" of their own.
    words = [word for word in ENGLISH_WORDS.split() if word != "me" or language == "de"]
    english = re.compile(rf"(?<![\w-])({'|'.join(words)})(?![\w-])", re.IGNORECASE)
    for text in [*words_of(instrument, language), *names_of(instrument, language), instrument.notes[language]]:
        assert not english.search(text), text


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=ids)
@pytest.mark.parametrize("language", ["fr", "de"])
def test_words_read_aloud_for_everyone(instrument: Instrument, language: str) -> None:
    for text in [*words_of(instrument, language), *names_of(instrument, language), instrument.notes[language]]:
        assert not MARKS_OF_GENDER.search(text), text


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=ids)
def test_leaders_have_one_name_in_a_language(instrument: Instrument) -> None:
    for item in instrument.items:
        if re.search(r"\b[Mm]y leader\b", item.text["en"]):
            assert re.search(r"\bla personne qui me dirige\b", item.text["fr"], re.IGNORECASE), item.text["fr"]
            assert re.search(r"\bmeiner? Führungskraft\b", item.text["de"], re.IGNORECASE), item.text["de"]
    for language in ("fr", "de"):
        for text in [*words_of(instrument, language), *names_of(instrument, language), instrument.notes[language]]:
            assert not re.search(r"\b(chef|chefs|boss|manager|vorgesetzte[rn]?|supérieure?)\b", text, re.IGNORECASE), (
                text
            )


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=ids)
def test_french_keeps_its_marks_on_the_line(instrument: Instrument) -> None:
    for text in [*words_of(instrument, "fr"), *names_of(instrument, "fr"), instrument.notes["fr"]]:
        assert not re.search(r"[^\u00a0][?!:;]", text), text


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=ids)
def test_rated_items_are_short(instrument: Instrument) -> None:
    for item in instrument.items:
        if item.kind in RATED:
            assert 8 <= len(item.text["en"].split()) <= 14, item.text["en"]
            for language in ("fr", "de"):
                spoken = [word for word in item.text[language].split() if re.search(LETTER, word)]
                assert 8 <= len(spoken) <= 16, item.text[language]


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=ids)
def test_source_and_licence_are_stated(instrument: Instrument) -> None:
    assert "Headwater" in instrument.source
    assert instrument.licence == "CC-BY-4.0"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_foreign_questionnaire_is_named(file: Path) -> None:
    banned = re.compile(r"\b(gallup|q12|uwes|lmx|gtl|sl-7|who-5|fevs|nhs)\b", re.IGNORECASE)
    assert banned.search(file.read_text(encoding="utf-8")) is None


def test_one_key_is_one_wording_over_the_library() -> None:
    by_key: dict[str, tuple[str, ...]] = {}
    by_words: dict[str, str] = {}
    for instrument in INSTRUMENTS:
        for item in instrument.items:
            words = tuple(item.text[language] for language in instrument.languages)
            assert by_key.setdefault(item.key, words) == words, item.key
            for language, text in item.text.items():
                assert by_words.setdefault(f"{language} {text}", item.key) == item.key, text


def test_one_english_name_is_one_name_in_every_language() -> None:
    names: dict[tuple[str, str], str] = {}
    for instrument in INSTRUMENTS:
        for scale in instrument.scales:
            for language, name in scale.name.items():
                english = scale.name["en"]
                assert names.setdefault((language, english), name) == name, (english, language)


def test_scale_keys_are_unique_over_the_library() -> None:
    keys = [scale.key for instrument in INSTRUMENTS for scale in instrument.scales]
    items = {item.key for instrument in INSTRUMENTS for item in instrument.items}
    assert len(set(keys)) == len(keys)
    assert items.isdisjoint(keys)


def test_wording_is_not_that_of_the_federal_survey(shared: Path) -> None:
    with (shared / "data" / "fevs" / "fevs_2024_by_agency.csv").open(encoding="utf-8") as file:
        published = {row["text"] for row in csv.DictReader(file)}
    assert len(published) > 30
    stop = {"my", "i", "the", "a", "to", "of", "in", "at", "is", "for", "and", "me", "it", "do", "when", "this", "that"}

    def content(text: str) -> set[str]:
        return set(re.findall(r"[a-z]+", text.lower())) - stop

    for instrument in INSTRUMENTS:
        for item in instrument.items:
            mine = content(item.text["en"])
            for text in published:
                theirs = content(text)
                assert len(mine & theirs) / len(mine | theirs) < 0.5, (item.text["en"], text)


def test_lx_core_has_behaviours_skills_relationship_outcomes() -> None:
    lx = load_instrument("lx_core")
    assert lx.lens is Lens.LX
    assert {scale.key for scale in lx.scales if scale.role == "driver"} == {
        "lx_behaviours",
        "lx_skills",
        "lx_relationship",
    }
    assert {scale.key for scale in lx.scales if scale.role == "outcome"} == {"lx_morale", "lx_stay", "lx_again"}
    index = lx.scale("lx_overall")
    assert index.parts == ("lx_behaviours", "lx_skills", "lx_relationship")
    assert len(index.items) == 12
    for moment in ("attract", "join", "day to day", "grow", "hard times", "leave"):
        assert moment in lx.notes["en"].lower()


def test_ex_factors_are_ten_with_two_or_three_items() -> None:
    ex = load_instrument("ex_factors")
    drivers = [scale for scale in ex.scales if scale.role == "driver"]
    assert {scale.key for scale in drivers} == EX_FACTORS
    assert all(len(scale.items) in (2, 3) for scale in drivers)
    assert sum(ex.item(item).reverse for scale in drivers for item in scale.items) >= 5
    assert set(ex.scale("ex_overall").parts) == EX_FACTORS
    assert len(ex.scale("ex_engagement").items) == 3
    assert ex.item("ex_recommend_work").kind == "recommend"


def test_cx_contact_has_the_seven_drivers() -> None:
    cx = load_instrument("cx_contact")
    drivers = {"satisfaction", "trust", "effectiveness", "ease", "efficiency", "transparency", "employees"}
    assert {f"cx_{driver}" for driver in drivers} == {scale.key for scale in cx.scales if scale.role != "index"}
    assert {"cx_satisfaction", "cx_trust"}.isdisjoint(cx.scale("cx_quality").parts)


def test_the_pulse_repeats_items_of_the_long_questionnaires() -> None:
    pulse = load_instrument("pulse")
    known = {item.key: item for key in ("lx_core", "ex_factors") for item in load_instrument(key).items}
    repeated = [item for item in pulse.items if item.key in known]
    assert len(pulse.items) == 5
    assert len(repeated) == 4
    assert all(item == known[item.key] for item in repeated)


def test_self_and_raters_answer_the_same_competencies() -> None:
    raters, own = load_instrument("upward_360"), load_instrument("upward_360_self")
    rated = [item.key.removeprefix("up_") for item in raters.items if item.kind == "scale"]
    assert rated == [item.key.removeprefix("self_") for item in own.items]
    for scale in raters.scales:
        twin = own.scale(scale.key.replace("up_", "self_", 1))
        assert [item.removeprefix("up_") for item in scale.items] == [item.removeprefix("self_") for item in twin.items]


def test_importance_is_a_balanced_design_over_the_ex_factors() -> None:
    (item,) = load_instrument("importance").items
    balance = design_balance(item)
    assert set(balance.choices) == EX_FACTORS
    assert balance.balanced
    assert balance.connected
    assert balance.frequency.tolist() == [6] * 10
    upper = balance.pairs[np.triu_indices(10, 1)]
    assert set(upper.tolist()) == {2}
    assert set(balance.positions.ravel().tolist()) == {1, 2}
    assert [len(shown) for shown in item.sets] == [4] * 15


def test_design_counts_equal_a_plain_count() -> None:
    (item,) = load_instrument("importance").items
    balance = design_balance(item)
    for a, b in combinations(range(10), 2):
        together = sum({balance.choices[a], balance.choices[b]} <= set(shown) for shown in item.sets)
        assert balance.pairs[a, b] == balance.pairs[b, a] == together


def test_design_balance_refuses_other_items() -> None:
    with pytest.raises(ValueError, match="no best-worst design"):
        design_balance(load_instrument("lx_core").items[0])


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=ids)
@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "ar", "it"])
def test_describe_shows_every_item(instrument: Instrument, language: str) -> None:
    text = describe(instrument, language)
    spoken = language if language in instrument.languages else "en"
    for item in instrument.items:
        assert f"{item.key}: {item.text[spoken]}" in text
    for scale in instrument.scales:
        assert f"[{scale.key}, {scale.role}" in text
    assert f"{instrument.key}@{instrument.version}" in text


def test_describe_marks_what_needs_care() -> None:
    text = describe(load_instrument("leave"))
    assert "ar (for respondents, not yet reviewed)" in text
    assert " - leave_offer_came_late" in text
    assert "shown if leave_asked_to_stay == 1" in text
    assert "15 screens of 4, balanced" in describe(load_instrument("importance"))


def test_the_balance_agrees_with_the_statistics() -> None:
    other = pytest.importorskip("headwater.stats.bestworst_design")
    (item,) = load_instrument("importance").items
    mine = design_balance(item)
    place = {key: number for number, key in enumerate(mine.choices)}
    theirs = other.design_balance([[place[key] for key in shown] for shown in item.sets], len(place))
    assert theirs.is_bibd
    assert np.array_equal(theirs.frequency, mine.frequency)
    assert np.array_equal(theirs.pairs, mine.pairs)
    assert np.array_equal(theirs.positions, mine.positions)
