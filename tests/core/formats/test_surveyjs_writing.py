"""SurveyJS out: what is written reads back as the same questions, and what is not is listed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from headwater.formats.surveyjs import read_surveyjs_survey, write_surveyjs_survey
from headwater.instruments import fork, library
from headwater.vocab import Choice, Item, Lens


def written(key: str) -> dict[str, Any]:
    """The JSON of a questionnaire of the library."""
    found: dict[str, Any] = json.loads(write_surveyjs_survey(library()[key]).text)
    return found


@pytest.mark.parametrize("key", sorted(set(library()) - {"importance"}))
def test_questions_come_back_with_their_words(key: str) -> None:
    instrument = library()[key]
    text = write_surveyjs_survey(instrument).text
    back = read_surveyjs_survey(text.encode(), name="x.json", lens=instrument.lens).instrument
    asked = [item for item in instrument.items if item.kind != "best_worst"]
    assert [item.text["en"] for item in back.items] == [item.text["en"] for item in asked]
    assert [item.text["ar"] for item in back.items] == [item.text["ar"] for item in asked]
    for item, again in zip(asked, back.items, strict=True):
        if item.kind == "scale":
            before, after = instrument.response_scales[item.response_scale], back.response_scales[again.response_scale]
            assert (after.low, after.high, after.labels["es"]) == (before.low, before.high, before.labels["es"])
        if item.kind in ("single", "multiple", "number", "text"):
            assert again.kind == item.kind
            assert [choice.text["en"] for choice in again.choices] == [choice.text["en"] for choice in item.choices]
        assert bool(again.shown_if) == bool(item.shown_if)


def test_conditions_say_the_same_to_those_who_did_not_answer() -> None:
    choices = tuple(Choice(key, {"en": key}) for key in ("phone", "counter", "letter"))
    made = fork(
        library()["pulse"],
        "pulse_own",
        languages=["en"],
        add=[
            Item("way", {"en": "Which way?"}, "single", choices=choices),
            Item("often", {"en": "How often?"}, "number", required=True),
            Item("why", {"en": "Why?"}, "text", shown_if="way == 2 and often != 3"),
            Item("late", {"en": "How late?"}, "date", shown_if="way != 2 or way > 3"),
            Item("rank", {"en": "In order"}, "ranking", choices=choices),
        ],
    )
    survey = json.loads(write_surveyjs_survey(made).text)
    elements = {one["name"]: one for one in survey["pages"][0]["elements"]}
    assert elements["why"]["visibleIf"] == "{way} = 'counter' and ({often} notempty and {often} <> 3)"
    assert elements["late"]["visibleIf"] == "({way} = 'phone' or {way} = 'letter') or 1 = 2"
    assert elements["often"] == {
        "type": "text",
        "name": "often",
        "title": "How often?",
        "inputType": "number",
        "isRequired": True,
    }
    assert elements["rank"]["type"] == "ranking"
    assert "locale" not in survey


def test_what_has_no_place_is_listed() -> None:
    found = write_surveyjs_survey(library()["lx_core"])
    lines = "\n".join(map(str, found.losses))
    assert "lx_plays_favourites: that a question is reversed" in lines
    assert "lx_overall: a scale" in lines
    assert "agree5: the answer that does not count" in lines
    assert "the notes" in lines
    assert "a best-worst question" in "\n".join(map(str, write_surveyjs_survey(library()["importance"]).losses))


def test_words_stand_by_language_with_the_base_as_default() -> None:
    title = written("pulse")["title"]
    assert set(title) == {"default", "es", "fr", "de", "ar"}
    assert library()["pulse"].lens == Lens.EX
