"""Changes of a questionnaire: trends stay honest, languages lose nothing, versions compare word by word."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.instruments import comparable_items, fork, library, read_instrument, to_yaml
from headwater.rooms.listen.logic import editing, translating
from headwater.rooms.listen.logic.drafts import Draft, free_key, settle, tidy
from headwater.rooms.listen.logic.editing import Meaning
from headwater.rooms.listen.logic.versions import compare, word_runs
from headwater.vocab import Choice, InputError, Instrument, Item

PARENT = library()["lx_core"]


def draft(parent: Instrument = PARENT) -> Draft:
    """A fork that nobody has changed yet."""
    return Draft(fork(parent, f"{parent.key}_own"), {}, (parent,))


def with_choice() -> Draft:
    """Two questions that were asked before: a choice, and one that is shown after its second answer."""
    texts = [Choice(key, {"en": key.title()}) for key in ("phone", "counter", "letter")]
    base = fork(library()["pulse"], "pulse_own", languages=["en"])
    made = editing.add_item(Draft(base), Item("way", {"en": "Which way?"}, "single", choices=tuple(texts)))
    asks = Item("queue", {"en": "How long?"}, "number", shown_if="way == 2")
    made = editing.add_item(made, asks)
    return Draft(made.instrument, {}, (made.instrument,))


def test_a_changed_answer_format_cannot_keep_the_trend() -> None:
    before = draft()
    item = before.instrument.item("lx_listens")
    for changed in (
        replace(item, response_scale="frequency5"),
        replace(item, reverse=True),
        replace(item, kind="text", response_scale=""),
    ):
        with pytest.raises(InputError, match="trend cannot go on"):
            editing.change_item(before, "lx_listens", changed, meaning=Meaning(True), scales=[])
        after, key = editing.change_item(before, "lx_listens", changed, meaning=Meaning(False, "why not"), scales=[])
        assert key == "lx_listens_v2"
        assert "lx_listens" not in comparable_items(PARENT, after.instrument)
        assert after.instrument.languages == PARENT.languages
        again, third = editing.change_item(
            Draft(after.instrument, {}, (PARENT, after.instrument)),
            key,
            replace(after.instrument.item(key), text={"en": "Other words"}),
            meaning=Meaning(False, "again"),
        )
        assert third == "lx_listens_v3"
        assert again.instrument.item(third).changed.endswith("again")


def test_a_key_that_was_asked_is_never_given_to_another_question() -> None:
    gone = editing.drop_item(draft(), "lx_listens")
    with pytest.raises(InputError, match="stands for another question"):
        editing.add_item(gone, Item("lx_listens", {"en": "Something else"}, "text"))
    back = editing.restore_item(gone, "lx_listens")
    assert back.instrument.items == draft().instrument.items
    assert comparable_items(PARENT, back.instrument) == dict.fromkeys((item.key for item in PARENT.items), "same")


def test_new_words_of_a_question_nobody_was_asked_need_no_answer() -> None:
    added = editing.add_item(draft(), Item("mine", {"en": "My words"}, "text"))
    changed, key = editing.change_item(
        added, "mine", replace(added.instrument.item("mine"), text={"en": "Better words"}), meaning=Meaning()
    )
    assert (key, changed.instrument.item("mine").text["en"]) == ("mine", "Better words")


def test_the_same_meaning_marks_translations_left_as_they_were() -> None:
    read = replace(PARENT, unreviewed=())
    before = Draft(fork(read, "own"), {}, (read,))
    item = before.instrument.item("lx_listens")
    words = {"en": "My leader listens.", "es": "Mi líder escucha."}
    after, _ = editing.change_item(before, "lx_listens", replace(item, text=words), meaning=Meaning(True))
    assert after.instrument.unreviewed == ("fr", "de", "ar")
    assert after.instrument.item("lx_listens").text["fr"] == item.text["fr"]


def test_conditions_go_on_meaning_the_same_answer() -> None:
    before = with_choice()
    item = before.instrument.item("way")
    fewer = replace(item, choices=item.choices[1:])
    after, key = editing.change_item(before, "way", fewer, meaning=Meaning(False, "no phone any more"))
    assert after.instrument.item("queue").shown_if == f"{key} == 1"
    gone = replace(item, choices=(item.choices[0], item.choices[2]))
    with pytest.raises(InputError, match="How long"):
        editing.change_item(before, "way", gone, meaning=Meaning(False, "no counter"))
    with pytest.raises(InputError, match="How long"):
        editing.change_item(
            before, "way", replace(item, kind="text", choices=()), meaning=Meaning(False, "open"), scales=[]
        )


def test_choice_words_are_words_too() -> None:
    before = with_choice()
    item = before.instrument.item("way")
    said = replace(item, choices=(Choice("phone", {"en": "By telephone"}), *item.choices[1:]))
    with pytest.raises(InputError, match="Say whether"):
        editing.change_item(before, "way", said, meaning=Meaning())
    after, key = editing.change_item(before, "way", said, meaning=Meaning(True))
    assert key == "way"
    assert after.instrument.item("way").choices[0].text["en"] == "By telephone"


def test_an_index_follows_its_parts() -> None:
    before = draft()
    index = next(scale for scale in before.instrument.scales if scale.parts)
    part = before.instrument.scale(index.parts[0])
    smaller = editing.change_scale(before, part.key, name=part.name["en"], items=part.items[1:], least=1)
    assert part.items[0] not in smaller.instrument.scale(index.key).items
    assert set(smaller.instrument.scale(index.key).items) == set(index.items) - {part.items[0]}
    taken = editing.change_scale(smaller, part.key, name=part.name["en"], items=part.items, least=1)
    assert set(taken.instrument.scale(index.key).items) == set(index.items)


def test_a_language_without_a_word_waits_with_all_it_has() -> None:
    before = draft()
    added = editing.add_item(before, Item("mine", {"en": "Mine", "es": "Mía"}, "scale", "agree5"))
    assert added.instrument.languages == ("en", "es")
    assert set(added.waiting) == {"fr", "de", "ar"}
    assert added.words("fr") == before.words("fr")
    assert [one.language for one in translating.completeness(added) if one.missing] == ["ar", "de", "fr"]
    assert {one.missing for one in translating.completeness(added)} == {0, 1}
    back = translating.write_words(added, "fr", {"item.mine": "La mienne"})
    assert back.instrument.languages == ("en", "es", "fr")
    assert back.instrument.notes["fr"] == PARENT.notes["fr"]
    assert translating.write_words(back, "fr", {}) is back
    taken = translating.write_words(back, "fr", {"item.mine": " "})
    assert taken.instrument.languages == ("en", "es")
    assert taken.words("fr") == before.words("fr")


def test_words_of_a_language_are_refused_where_they_cannot_stand() -> None:
    before = draft()
    for language, words in (
        ("es", {"item.nowhere": "x"}),
        ("es", {"title": "x" * 2_001}),
        ("es", {"title": "x\0y"}),
        ("en", {"title": "x"}),
        ("it", {"title": "x"}),
    ):
        with pytest.raises(InputError):
            translating.write_words(before, language, words)
    for code in ("es", "x", "English please"):
        with pytest.raises(InputError):
            translating.begin_language(before, code)
    with pytest.raises(InputError):
        translating.drop_language(before, "en")


def test_standard_answers_stand_there_at_once() -> None:
    made = editing.new_instrument(
        key="ours",
        lens=PARENT.lens,
        language="en",
        title="Ours",
        purpose="Why",
        source="Us",
        licence="Ours",
        first=Item("one", {"en": "One"}, "scale", "agree5"),
    )
    begun = translating.begin_language(Draft(made), "de")
    assert begun.words("de")["label.agree5.1"] == "Stimme überhaupt nicht zu"
    done = translating.write_words(begun, "de", {"title": "Unseres", "purpose": "Wozu", "item.one": "Eins"})
    assert done.instrument.languages == ("en", "de")
    assert done.instrument.unreviewed == ("de",)
    assert read_instrument(to_yaml(done.instrument), "x") == done.instrument


def test_a_table_says_where_the_source_changed() -> None:
    before = draft()
    rows = [dict(zip(translating.COLUMNS, row, strict=True)) for row in translating.translator_rows(before, "es")]
    words, stale = translating.read_translator_rows(rows, before, "w.csv")
    assert words == {place: text for place, text in before.words("es").items() if place != "notes"}
    assert stale == []
    rows[0]["source"] = "An older title"
    assert translating.read_translator_rows(rows, before, "w.csv")[1] == ["title"]
    with pytest.raises(InputError, match="twice"):
        translating.read_translator_rows([rows[0], rows[0]], before, "w.csv")


def test_versions_are_compared_word_by_word() -> None:
    left, right = word_runs("My leader hears me out.", "My leader listens.")
    assert "".join(run.words for run in left) == "My leader hears me out."
    assert [(run.part, run.words) for run in right] == [
        ("same", "My leader "),
        ("new", "listens"),
        ("same", "."),
    ]
    before = draft()
    item = before.instrument.item("lx_listens")
    changed, _ = editing.change_item(
        before, "lx_listens", replace(item, text={"en": "Other"}), meaning=Meaning(False, "it asks more")
    )
    changed = editing.drop_item(changed, "lx_steady")
    changed = editing.add_item(changed, Item("mine", {"en": "Mine"}, "text"), after="lx_listens_v2")
    found = compare(PARENT, changed.instrument, "en")
    fates = {
        (pair.before.key if pair.before else "", pair.after.key if pair.after else ""): pair for pair in found.changed
    }
    assert {key: pair.fate for key, pair in fates.items()} == {
        ("lx_listens", "lx_listens_v2"): "restarted",
        ("lx_steady", ""): "dropped",
        ("", "mine"): "added",
    }
    assert fates["lx_listens", "lx_listens_v2"].reason == "it asks more"
    assert (found.before_count, found.kept) == (17, 15)
    trends = {pair.key: pair.trend for pair in found.scales}
    assert trends["lx_behaviours"] == trends["lx_skills"] == trends["lx_overall"] == "part"
    assert trends["lx_relationship"] == "whole"


def test_keys_are_made_of_words() -> None:
    assert free_key("My leader listens — always!", ()) == "my_leader_listens_always"
    assert free_key("هل", ()) == "q_1"
    assert free_key("هل", {"q_1"}) == "q_2"
    assert free_key("2 questions", ()) == "q_2_questions"
    assert free_key("A", {"a"}) == "a_2"
    assert len(free_key("word " * 30, ())) <= 34
    assert tidy(" a\r\nb \r") == "a\nb"


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["reword", "restart", "drop", "add", "restore", "move", "scale", "unscale", "translate"]),
        st.integers(0, 10_000),
    ),
    max_size=10,
)


@given(ACTS)
@settings(max_examples=15, deadline=None)
def test_whatever_is_done_it_can_be_asked_kept_and_compared(acts: list[tuple[str, int]]) -> None:
    """Random edits: the result passes every check and survives YAML; a key stands for one meaning."""
    now = draft()
    rewritten: set[str] = set()
    for number, (act, draw) in enumerate(acts):
        items = now.instrument.items
        item = items[draw % len(items)]
        try:
            if act in ("reword", "restart"):
                text = {**item.text, "en": f"Words {number}"}
                meaning = Meaning(act == "reword", "a reason")
                now, key = editing.change_item(now, item.key, replace(item, text=text), meaning=meaning)
                if act == "restart" and item.key in now.asked:
                    rewritten.add(item.key)
                    assert key != item.key
            elif act == "drop":
                now = editing.drop_item(now, item.key)
            elif act == "add":
                made = Item(
                    free_key("added", now.asked | {one.key for one in items}), {"en": "Added"}, "scale", "agree5"
                )
                now = editing.add_item(now, made, scales=["lx_skills"] if draw % 2 else [])
            elif act == "restore":
                lost = list(editing.dropped_items(now))
                if lost:
                    now = editing.restore_item(now, lost[draw % len(lost)])
                    rewritten.discard(lost[draw % len(lost)])
            elif act == "move":
                now = editing.move_item(now, item.key, draw % (len(items) + 1))
            elif act == "scale":
                rated = [one.key for one in items if one.kind == "scale"]
                now = editing.add_scale(now, name={"en": f"Scale {number}"}, items=rated[:2] or ["none"])
            elif act == "unscale":
                scales = now.instrument.scales
                if scales:
                    now = editing.drop_scale(now, scales[draw % len(scales)].key)
            elif now.waiting:
                language = sorted(now.waiting)[draw % len(now.waiting)]
                words = {place: f"{language} {place}" for place in now.places if place not in now.words(language)}
                now = translating.write_words(now, language, words)
        except InputError:
            continue
        assert settle(now, now.instrument.languages) == now
        assert read_instrument(to_yaml(now.instrument), "x") == now.instrument
        assert set(now.instrument.languages) | set(now.waiting) == set(PARENT.languages)
        assert not rewritten & set(comparable_items(PARENT, now.instrument))
    compare(PARENT, now.instrument, "en")
