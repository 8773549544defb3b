"""Questions in plain words: what is understood of them, and how often it is right."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.questions import PlainSearch, is_right, names, read, read_questions, subjects, units

from headwater.text.name_index import NameIndex
from headwater.text.near_words import NearWords, slips
from headwater.text.question_subjects import further_words, score_subject
from headwater.text.question_words import PhraseTable, question_words, stem_of
from headwater.text.questions import KINDS, MOST_LETTERS, Understood, understand
from headwater.text.subject_index import SubjectIndex


def understood(question: str) -> Understood:
    return understand(question, subjects(), lambda words, taken: names().find(words, taken=taken))


@pytest.mark.parametrize(("part", "first", "among"), [("tuned", 0.95, 0.97), ("held", 0.88, 0.92)])
def test_kind_subject_and_units_are_right_as_often_as_the_documentation_says(
    part: str, first: float, among: float
) -> None:
    asked = [one for one in read_questions() if one.part == part]
    right = [[is_right(one, answer) for answer in read(one.question)[1]] for one in asked]
    assert len(asked) >= 70
    assert np.mean([row[0] for row in right]) >= first
    assert np.mean([any(row) for row in right]) >= among


def test_it_is_better_than_a_plain_search_for_words() -> None:
    plain_search = PlainSearch()
    asked = [one for one in read_questions() if one.part == "held"][::6]
    ours = sum(is_right(one, read(one.question)[1][0]) for one in asked)
    theirs = sum(is_right(one, plain_search.first(one.question)[0]) for one in asked)
    assert ours > theirs + len(asked) // 4


def test_every_question_is_there_once_with_a_unit_and_a_subject_that_exist() -> None:
    asked = read_questions()
    assert len({one.question for one in asked}) == len(asked) >= 120
    known = {one.key for one in subjects().subjects} | {""}
    assert {key for one in asked for key in one.subjects} <= known
    assert {key for one in asked for key in one.units} <= set(units()[0])
    assert {one.language for one in asked} == {"en", "es"}


def test_a_name_that_nobody_has_is_said_to_be_unknown_and_another_word_only_left() -> None:
    assert understood("how is recognition in Zanzibar?").unknown == "Zanzibar"
    assert understood("recognition in team 99").unknown == "team 99"
    found = understood("how is zorbing recognition")
    assert (found.unknown, found.left) == ("", ("zorbing",))
    assert understood("¿cómo va el reconocimiento en Narnia?").unknown == "Narnia"


def test_a_score_is_not_taken_for_a_unit_nor_initials_for_a_small_word() -> None:
    found = understood("where is trust low")
    assert found.units == ()
    assert found.end == "low"
    assert found.is_of_units
    it = understood("who is served by IT")
    assert [units()[0][one.row] for one in it.units] == ["it"]
    assert understood("how is it going with recognition").units == ()


def test_units_that_a_name_may_mean_are_offered() -> None:
    found = understood("recognition in Quayside")
    assert len({found.units[0].row, *(one.row for one in found.others)}) >= 2
    assert all("Quayside" in units()[1][one.row] for one in (*found.units, *found.others))


def test_names_that_may_not_be_found_are_as_if_they_were_not_there() -> None:
    index = NameIndex(["Works", "North", "South", "Team north 1"])
    words = question_words("recognition in South")
    assert [one.row for one in index.find(words)] == [2]
    assert index.find(words, seen=np.array([False, True, False, True])) == []
    near = NameIndex(["Zanzibar", "Zanzibat"])
    found = near.find(question_words("in Zanzibar"), seen=np.array([False, True]))
    assert found == NameIndex(["elsewhere", "Zanzibat"]).find(question_words("in Zanzibar"))


def test_slips_of_the_pen_are_mended_and_other_numbers_are_other_names() -> None:
    index = NameIndex(["Maintenance", "Team 14", "Team 41", "Ferries"])
    assert index.find(question_words("maintenence"))[0].row == 0
    assert index.find(question_words("feries"))[0].row == 3
    assert [one.row for one in index.find(question_words("team 14"))] == [1]
    assert index.find(question_words("team 141")) == []
    assert index.find(question_words("the team")) == []


@pytest.mark.parametrize(
    ("first", "second", "count"), [("works", "works", 0), ("wrok", "work", 1), ("worse", "works", 2), ("", "ab", 2)]
)
def test_slips_are_counted(first: str, second: str, count: int) -> None:
    assert slips(first, second) == count


def test_words_near_are_found_with_the_same_first_letter() -> None:
    near = NearWords(["recognition", "cognition", "reception"])
    assert near.find("recogntion") == ["recognition"]
    assert near.find("xyzzy") == []
    assert near.find("rec") == []


def test_entries_match_beginnings_rows_and_gaps() -> None:
    table = PhraseTable.of(["drop*", "got worse", "does _ affect"])
    assert table.find(["it", "dropped"]) == [(1, 2)]
    assert table.find(["it", "got", "worse"]) == [(1, 3)]
    assert table.find(["does", "good", "leadership", "affect", "us"]) == [(0, 4)]
    assert table.find(["does", "one", "two", "three", "four", "affect"]) == []


def test_endings_are_taken_off_in_both_languages() -> None:
    for one, other in (("teams", "team"), ("ferries", "ferry"), ("drives", "driving"), ("clientes", "cliente")):
        assert stem_of(one) == stem_of(other)
    assert stem_of("pay") == "pay"


def test_an_own_score_gets_words_of_a_shipped_one_that_its_name_says() -> None:
    assert "thanks" in further_words("own_1", ["Recognition at work"])
    assert further_words("own_2", ["Catering on night trains"]) == ()
    index = SubjectIndex([score_subject("own_1", {"en": "Recognition at work"}, [], is_item=False)])
    assert index.find(question_words("thanks in Buses"))[0].subject.key == "own_1"


def test_long_and_empty_questions_are_read_too() -> None:
    assert understood("").first.kind == "score"
    assert understood("?! ...").words == ()
    long = understood("recognition " * 1000)
    assert len(long.words) <= MOST_LETTERS
    assert long.first.subject is not None


def test_hostile_letters_are_only_letters() -> None:
    for question in ("<script>alert(1)</script>", "\x00\x01", "'; drop table units; --", "🙂" * 50, "a" * 5000):
        assert understood(question).first.kind in KINDS
