"""People and places are taken out of comments; numbers are held to the labelled comments of the benchmarks."""

from __future__ import annotations

import pytest
from benchmarks.comment_data import read_comments

from headwater.text.holding import could_tell
from headwater.text.masking import mask
from headwater.text.names import own_names
from headwater.text.sentiment import naive_tone
from headwater.text.theme_book import default_theme_book
from headwater.text.themes import find_themes

OWN = own_names(["Zorblax Quimby", "Anna Maria Stone"], ["Night Shift Depot", "Harbour"])


@pytest.mark.parametrize(
    "text",
    [
        "Quimby never listens",
        "ask ZORBLAX about it",
        "zorblax quimby is fine",
        "Quimby's jokes",
        "I told Anna Maria Stone",
        "write to a.b@firm.example.com",
        "call +44 20 7946 0958 now",
        "my number is 4711-2234",
        "see https://x.example/a",
        "case AX-449120 is open",
        "born 12/03/1981",
        "12 Baker Street is ours",
        "Hauptstraße 12 ist weit",
        "@quimby is rude",
    ],
)
def test_own_people_and_numbers_are_masked(text: str) -> None:
    masked = mask(text, "en", OWN)
    assert masked.hits >= 1
    for word in ("quimby", "zorblax", "stone", "example", "7946", "4711", "449120", "1981", "baker", "hauptstra"):
        assert word not in masked.words.casefold()


@pytest.mark.parametrize(
    ("code", "text", "name"),
    [
        ("en", "Mrs Okonkwo-Hale shouts", "Okonkwo"),
        ("en", "I told Karen twice", "Karen"),
        ("en", "karen is rude", "karen"),
        ("es", "La señora Etxeberria grita", "Etxeberria"),
        ("es", "Hablé con Lucía ayer", "Lucía"),
        ("fr", "Madame Kerguelen crie", "Kerguelen"),
        ("de", "Frau Öztürk hilft immer", "Öztürk"),
        ("de", "Mit Sabine Krawuttke geht es gut", "Krawuttke"),
        ("pt", "O senhor Figueiroa grita", "Figueiroa"),
        ("it", "La dottoressa Bonfiglio è brava", "Bonfiglio"),
        ("nl", "Meneer Oosterhuis snauwt", "Oosterhuis"),
        ("ar", "السيد منصور يصرخ", "منصور"),
        ("en", "We moved to Birmingham", "Birmingham"),
        ("es", "En Zaragoza no", "Zaragoza"),
        ("ar", "وصلت من دمشق أمس", "دمشق"),
        ("en", "ask mr smith about it", "smith"),
        ("es", "la señora garcía grita", "garcía"),
        ("en", "Grace looked at the list and laughed", "Grace"),
        ("de", "Mit Herrn König geht es nicht", "König"),
        ("en", "The bed in room 214 was broken", "214"),
        ("it", "La pratica 3310-88 manca", "3310-88"),
    ],
)
def test_names_that_nobody_gave_are_masked_too(code: str, text: str, name: str) -> None:
    assert name not in mask(text, code, own_names((), ())).words


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "I think IT should fix Excel on Monday, 24/7 support and 15 minutes at 10:30"),
        ("en", "NOBODY LISTENS TO US HERE"),
        ("de", "Die Arbeit im Büro macht mit den Kollegen Freude"),
        ("es", "Nadie escucha. Todo sigue igual."),
        ("fr", "Le lundi, la réunion est utile."),
        ("ar", "لا أحد يستمع إلينا في العمل"),
        ("ar", "العمل من المنزل يوم الخميس ممتاز."),
        ("de", "Seit dem Winter steht ein Eimer im Zimmer."),
        ("pt", "SEMPRE ATRASADO"),
        ("en", "Worth every penny, a pleasant surprise"),
    ],
)
def test_ordinary_words_stay(code: str, text: str) -> None:
    assert mask(text, code, own_names((), ())).words == text


def test_comments_that_point_at_their_writer_are_kept_back() -> None:
    for text in ("As the only woman on the shift I get nothing", "Desde mi embarazo nadie me habla", "word " * 400):
        assert could_tell(text, mask(text, "en", OWN))
    many = "Ann, Bob, Carla, Dieter and Eva at Leeds"
    assert could_tell(many, mask(many, "en", OWN))
    assert not could_tell("The pay is low", mask("The pay is low", "en", OWN))


def test_labelled_comments_lose_what_names_somebody() -> None:
    caught = whole = needless = comments = 0
    for part in ("written", "held", "plain"):
        for one in read_comments(part):
            masked = mask(one.text, one.language, own_names((), ()))
            for start, end in one.hidden:
                letters = [at for at in range(start, end) if one.text[at].isalnum()]
                caught += all(any(a <= at < b for a, b, _ in masked.spans) for at in letters)
                whole += 1
            needless += sum(not any(s < b and a < e for s, e in one.hidden) for a, b, _ in masked.spans)
            comments += 1
    assert whole >= 150
    assert caught / whole >= 0.95
    assert needless / comments <= 0.01


def test_labelled_comments_are_many_and_use_themes_of_the_book() -> None:
    comments = [one for part in ("written", "voices", "held", "plain", "fresh") for one in read_comments(part)]
    keys = {theme.key for theme in default_theme_book().themes}
    assert len(comments) >= 6_000
    assert {one.text for one in read_comments("fresh")}.isdisjoint(one.text for one in read_comments("voices"))
    assert {key for one in comments for key in one.themes} == keys
    assert {naive_tone(one.text, one.language) for one in comments} >= {"negative", "positive"}
    assert find_themes(["pay"], ["en"], default_theme_book()).any()
