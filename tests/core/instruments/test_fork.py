"""Forks: what an organisation may change, and which trends go on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from headwater.instruments import (
    Reword,
    add_language,
    comparable_items,
    comparable_scales,
    diff,
    dump_instrument,
    fork,
    load_instrument,
    only_languages,
    words_to_translate,
)
from headwater.vocab import InputError, Item, Lens, Scale

LX = load_instrument("lx_core")
RATED = {item.key for item in LX.items}
WALKS = Item(
    "acme_walks_the_floor",
    {
        "en": "My captain walks the deck with us every week.",
        "es": "Mi capitán recorre la cubierta con nosotros cada semana.",
        "fr": "La personne qui commande parcourt le pont avec nous chaque semaine.",
        "de": "Wer uns befehligt, geht jede Woche mit uns über das Deck.",
        "ar": "يتفقد قائدي السطح معنا كل أسبوع.",
    },
    response_scale="agree5",
)


def test_an_untouched_fork_keeps_every_trend() -> None:
    own = fork(LX, "acme_lx")
    assert own.forked_from == "lx_core@1.0"
    assert (own.items, own.scales, own.languages) == (LX.items, LX.scales, LX.languages)
    assert comparable_items(LX, own) == dict.fromkeys(RATED, "same")
    assert all(trend.whole and not trend.note for trend in comparable_scales(LX, own).values())
    assert set(comparable_scales(LX, own)) == {scale.key for scale in LX.scales}
    assert diff(LX, own) == ()


def test_a_dropped_item_leaves_the_trend_on_the_rest() -> None:
    own = fork(LX, "acme_lx", drop=["lx_steady"])
    assert "lx_steady" not in {item.key for item in own.items}
    assert "lx_steady" not in own.scale("lx_skills").items
    assert "lx_steady" not in own.scale("lx_overall").items
    trends = comparable_scales(LX, own)
    assert trends["lx_behaviours"].whole
    assert not trends["lx_skills"].whole
    assert trends["lx_skills"].items == ("lx_knows_our_work", "lx_decides_in_time", "lx_helps_me_learn")
    assert trends["lx_skills"].note.startswith("Trend on 3 of 4 items")
    assert not trends["lx_overall"].whole


def test_dropping_lowers_the_minimum_only_where_it_must() -> None:
    own = fork(LX, "acme_lx", drop=["lx_steady", "lx_decides_in_time", "lx_helps_me_learn"])
    assert own.scale("lx_skills").min_answered == 1
    assert own.scale("lx_overall").min_answered == 6
    emptied = fork(LX, "acme_lx", drop=LX.scale("lx_skills").items)
    assert "lx_skills" not in {scale.key for scale in emptied.scales}
    assert emptied.scale("lx_overall").parts == ("lx_behaviours", "lx_relationship")


def test_a_dropped_scale_takes_its_items() -> None:
    own = fork(LX, "acme_lx", drop=["lx_skills"])
    assert {item.key for item in own.items} == RATED - set(LX.scale("lx_skills").items)
    assert own.scale("lx_overall").parts == ("lx_behaviours", "lx_relationship")
    assert len(own.scale("lx_overall").items) == 8
    without_index = fork(LX, "acme_lx", drop=["lx_overall"])
    assert without_index.items == LX.items


def test_an_added_item_joins_its_scale_and_the_index_above() -> None:
    own = fork(LX, "acme_lx", add=[WALKS], into={"lx_behaviours": [WALKS.key]})
    assert own.scale("lx_behaviours").items[-1] == WALKS.key
    assert own.scale("lx_overall").items[-1] == WALKS.key
    assert own.scale("lx_skills") == LX.scale("lx_skills")
    trend = comparable_scales(LX, own)["lx_behaviours"]
    assert not trend.whole
    assert trend.items == LX.scale("lx_behaviours").items
    assert trend.note.startswith("Trend on 4 of 5 items")


def test_rewording_with_the_same_meaning_keeps_key_and_trend() -> None:
    own = fork(LX, "acme_lx", reword={"lx_steady": Reword({"en": "My captain stays calm."}, keeps_meaning=True)})
    item = own.item("lx_steady")
    assert item.text["en"] == "My captain stays calm."
    assert item.text["es"] == LX.item("lx_steady").text["es"]
    assert item.changed == ""
    assert comparable_items(LX, own)["lx_steady"] == "reworded"
    assert comparable_scales(LX, own)["lx_skills"].whole
    assert [(change.kind, change.keeps_trend) for change in diff(LX, own)] == [("reworded", True)]


NEW_WORDS = {
    "en": "My captain keeps the crew calm.",
    "es": "Mi capitán calma a la tripulación.",
    "fr": "La personne qui commande calme l'équipage.",
    "de": "Wer uns befehligt, beruhigt die Mannschaft.",
    "ar": "يهدّئ قائدي الطاقم.",
}


def test_rewording_with_another_meaning_starts_anew() -> None:
    change = Reword(NEW_WORDS, keeps_meaning=False, reason="asks about the crew")
    own = fork(LX, "acme_lx", reword={"lx_steady": change})
    assert "lx_steady" not in {item.key for item in own.items}
    assert own.item("lx_steady_2").changed == "acme_lx@1.0: asks about the crew"
    assert own.scale("lx_skills").items[-1] == "lx_steady_2"
    assert "lx_steady_2" in own.scale("lx_overall").items
    assert "lx_steady" not in comparable_items(LX, own)
    assert "lx_steady_2" not in comparable_items(LX, own)
    assert comparable_scales(LX, own)["lx_skills"].items == LX.scale("lx_skills").items[:3]
    again = fork(own, "acme_lx", version="1.1", reword={"lx_steady_2": replace(change, reason="once more")})
    assert "lx_steady_3" in {item.key for item in again.items}
    assert again.forked_from == "lx_core@1.0"


def test_conditions_follow_a_new_key() -> None:
    safety = load_instrument("safety_climate")
    words = dict.fromkeys(("en", "es", "fr", "de", "ar"), "?!")
    change = Reword(words, keeps_meaning=False, reason="r", key="acme_saw")
    own = fork(safety, "acme_safety", reword={"safety_saw_danger": change})
    assert own.item("safety_reported_danger").shown_if == "acme_saw == 1"


def test_renaming_changes_the_label_alone() -> None:
    own = fork(LX, "acme_lx", rename={"lx_behaviours": {"en": "What my captain does"}})
    assert own.scale("lx_behaviours").name == {**LX.scale("lx_behaviours").name, "en": "What my captain does"}
    assert comparable_scales(LX, own)["lx_behaviours"].whole
    assert [(change.kind, change.subject) for change in diff(LX, own)] == [("renamed", "lx_behaviours")]


def test_languages_are_taken_away() -> None:
    own = fork(LX, "acme_lx", languages=["es"], title={"es": "Mi capitán"})
    assert own.languages == ("es",)
    assert own.unreviewed == ("es",)
    assert own.respondent_only == ()
    assert set(own.items[0].text) == set(own.response_scales["agree5"].labels) == {"es"}
    assert own.title == {"es": "Mi capitán"}
    assert comparable_items(LX, own) == dict.fromkeys(RATED, "same")
    with pytest.raises(InputError, match="no language is complete for reports"):
        fork(LX, "acme_lx", languages=["ar"])
    with pytest.raises(InputError, match="the parent is not written in it"):
        fork(LX, "acme_lx", languages=["en", "it"])


def test_versions_without_a_common_language_are_not_compared() -> None:
    english, spanish = only_languages(LX, ["en"]), only_languages(LX, ["es"])
    assert comparable_items(english, spanish) == {}
    assert comparable_scales(english, spanish) == {}


def test_new_scales_and_response_scales() -> None:
    listed = replace(WALKS, response_scale="frequency5")
    scale = Scale(
        "acme_deck", {"en": "On deck", "es": "En cubierta", "fr": "Sur le pont", "de": "An Deck"}, (WALKS.key,), Lens.LX
    )
    whole = {"en": "All", "es": "Todo", "fr": "Tout", "de": "Alles"}
    index = Scale("acme_all", whole, (), Lens.LX, "index", 1, ("lx_skills", "lx_behaviours"))
    own = fork(LX, "acme_lx", add=[listed], scales=[scale, index])
    assert own.response_scales["frequency5"].high == 5
    assert own.scale("acme_deck").items == (WALKS.key,)
    assert own.scale("acme_all").items == (*LX.scale("lx_skills").items, *LX.scale("lx_behaviours").items)
    with pytest.raises(InputError, match="different response scales"):
        fork(LX, "acme_lx", add=[replace(WALKS, response_scale="effort7")], into={"lx_skills": [WALKS.key]})


def test_every_wrong_request_is_named_at_once() -> None:
    with pytest.raises(InputError) as caught:
        fork(
            LX,
            "acme_lx",
            drop=["lx_a"],
            add=[replace(WALKS, key="lx_steady")],
            into={"lx_zz": ["lx_b"]},
            reword={
                "lx_c": Reword({"en": "x"}, keeps_meaning=True),
                "lx_listens": Reword({"en": "x"}, keeps_meaning=False),
                "lx_skills": Reword({"en": "x"}, keeps_meaning=True),
                "lx_steady": Reword({"en": "x"}, keeps_meaning=True, key="lx_new"),
            },
            rename={"lx_respects_me": {"en": "x"}},
        )
    text = str(caught.value)
    for part in (
        "no item or scale 'lx_a' to drop",
        "the key lx_steady is taken",
        "no scale 'lx_zz' to join",
        "'lx_b' cannot join lx_zz",
        "no item 'lx_c' to reword",
        "new meaning of lx_listens has no reason",
        "no item 'lx_skills' to reword",
        "lx_steady keeps its meaning and so its key",
        "no scale 'lx_respects_me' to rename. Words of an item are changed by rewording it.",
    ):
        assert part in text


def test_a_new_meaning_needs_every_language() -> None:
    change = Reword({"en": "My captain keeps the crew calm."}, keeps_meaning=False, reason="crew")
    with pytest.raises(InputError, match="the new words of lx_steady are missing in es, fr, de, ar"):
        fork(LX, "acme_lx", reword={"lx_steady": change})
    assert fork(LX, "acme_lx", languages=["en"], reword={"lx_steady": change}).item("lx_steady_2")


def test_an_added_item_needs_every_language() -> None:
    with pytest.raises(InputError, match="the words in ar are missing"):
        fork(LX, "acme_lx", add=[replace(WALKS, text={"en": "A", "es": "B", "fr": "C", "de": "D"})])


def test_a_fork_is_not_its_parent() -> None:
    with pytest.raises(InputError, match="is the parent itself"):
        fork(LX, "lx_core")
    assert fork(LX, "lx_core", version="1.1").forked_from == ""


def test_a_question_needed_by_another_cannot_go() -> None:
    with pytest.raises(InputError, match="safety_saw_danger is not an earlier item"):
        fork(load_instrument("safety_climate"), "acme_safety", drop=["safety_saw_danger"])


def test_other_answers_or_direction_break_the_trend() -> None:
    relabelled = replace(
        LX.response_scales["agree5"], labels={**LX.response_scales["agree5"].labels, "en": tuple("abcde")}
    )
    assert comparable_items(LX, replace(LX, response_scales={"agree5": relabelled})) == {"lx_comment": "same"}
    turned = tuple(replace(item, reverse=not item.reverse) if item.kind == "scale" else item for item in LX.items)
    assert comparable_items(LX, replace(LX, items=turned)) == {"lx_comment": "same"}
    marked = tuple(replace(item, changed="2.0: narrower") for item in LX.items)
    assert comparable_items(LX, replace(LX, items=marked)) == {}
    assert len(comparable_items(replace(LX, items=marked), replace(LX, items=marked))) == len(LX.items)
    kinds = {change.kind for change in diff(LX, replace(LX, items=turned))}
    assert kinds == {"restarted", "recomposed"}


def test_a_different_minimum_is_stated() -> None:
    scales = tuple(replace(scale, min_answered=1) for scale in LX.scales)
    trend = comparable_scales(LX, replace(LX, scales=scales))["lx_skills"]
    assert not trend.whole
    assert trend.note == "The items are the same, but 2 had to be answered, now 1."


def test_diff_tells_everything(tmp_path: Path) -> None:
    own = fork(
        LX,
        "acme_lx",
        drop=["lx_listens"],
        add=[WALKS],
        into={"lx_behaviours": [WALKS.key]},
        languages=["es", "en"],
        title={"en": "My captain"},
    )
    changes = {(change.kind, change.subject): change for change in diff(LX, own)}
    assert changes["dropped", "lx_listens"].keeps_trend is False
    assert changes["added", WALKS.key].keeps_trend is False
    assert changes["recomposed", "lx_behaviours"].detail.startswith("Trend on 3 of 4 items")
    assert changes["language", "ar"].detail == "no longer offered"
    assert ("head", "title") in changes
    back = {(change.kind, change.subject) for change in diff(own, LX)}
    assert ("added", "lx_listens") in back
    assert ("dropped", WALKS.key) in back
    moved = replace(LX, items=tuple(reversed(LX.items)))
    assert [change.kind for change in diff(LX, moved)] == ["moved"]


def test_a_fork_is_written_and_read(tmp_path: Path) -> None:
    own = fork(LX, "acme_lx", drop=["lx_skills"], add=[WALKS], into={"lx_behaviours": [WALKS.key]})
    dump_instrument(own, tmp_path / "acme.yaml")
    assert load_instrument(tmp_path / "acme.yaml") == own


def test_a_language_is_added_from_a_list_of_words() -> None:
    words = words_to_translate(LX)
    assert words["item.lx_listens"] == LX.item("lx_listens").text["en"]
    assert words["label.agree5.1"] == "Strongly disagree"
    assert set(words_to_translate(LX, "ar")) == {place for place in words if not place.startswith("scale.")}
    italian = add_language(LX, "it", {place: f"{text} (it)" for place, text in words.items()})
    assert italian.languages == ("en", "es", "fr", "de", "ar", "it")
    assert italian.unreviewed == ("es", "fr", "de", "ar", "it")
    assert italian.respondent_only == ("ar",)
    assert words_to_translate(italian, "it") == {place: f"{text} (it)" for place, text in words.items()}
    assert only_languages(italian, LX.languages) == LX
    short = {place: text for place, text in words.items() if not place.startswith("scale.")}
    assert add_language(LX, "it", short, reviewed=True).respondent_only == ("ar", "it")
    assert add_language(LX, "it", short, reviewed=True).unreviewed == ("es", "fr", "de", "ar")


def test_an_incomplete_translation_is_listed() -> None:
    words = words_to_translate(LX)
    del words["item.lx_listens"], words["scale.lx_skills"]
    words |= {"title": " ", "item.lx_lisens": "x"}
    with pytest.raises(InputError) as caught:
        add_language(LX, "it", words)
    assert {problem.column for problem in caught.value.problems} == {
        "item.lx_listens",
        "scale.lx_skills",
        "title",
        "item.lx_lisens",
    }
    with pytest.raises(InputError, match="already written in es"):
        add_language(LX, "es", words)
    with pytest.raises(InputError, match="is not written in it"):
        words_to_translate(LX, "it")
