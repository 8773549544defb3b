"""What a link says in Spanish: whole sentences without an article before a name of unknown gender, and no English."""

from __future__ import annotations

from itertools import product

import pytest
from tests.core.chain.test_sentences import finding
from tests.spanish import english_in

from headwater.chain import LinkFinding, Place, RiverHead, build_river
from headwater.chain.sentences import Words, lettering, meaning, overturn, sentence
from headwater.vocab import Design, Lens, said, said_of, speaking
from headwater.vocab.languages import joined

HEARD = Place("heard", "Apoyo y escucha", Lens.LX, "personas escuchadas", does="tienen personas escuchadas")
ENERGY = Place("energy", "Compromiso", Lens.EX, "más compromiso", does="tienen más compromiso")
TIME = Place("time", "Puntualidad", Lens.CX, "más puntualidad", does="tienen más puntualidad")
BOTH = [Words("unidad", "unidades", "trimestre", "trimestres"), Words("equipo", "equipos", "mes", "meses")]


def in_spanish(found: LinkFinding) -> LinkFinding:
    """The same link between places with Spanish words."""
    known = {"heard": HEARD, "energy": ENERGY, "time": TIME}
    return LinkFinding(
        known[found.source.key], known[found.target.key], found.dry_bed, found.water, robustness=found.robustness
    )


@pytest.mark.parametrize("words", BOTH)
def test_every_sentence_is_spanish_and_needs_no_gender(words: Words) -> None:
    for dry, water, design in product((0.5, 0.08, 0.02, -0.4, None), (0.5, 0.06, 0.01, -0.4, None), tuple(Design)):
        found = in_spanish(finding(dry, water, design))
        with speaking("es"):
            texts = [sentence(found, words), meaning(found, words), overturn(found), lettering(found)]
        assert english_in(filter(None, texts), []) == []
        for text in texts:
            for article in ("un", "una", "el", "la", "los", "las", "mismo", "misma"):
                assert f" {article} {words.unit} " not in f" {text} "
                assert f" {article} {words.units} " not in f" {text} "
            assert not text or text[0].isupper()


def test_examples() -> None:
    with speaking("es"):
        assert sentence(in_spanish(finding(0.4, 0.3)), BOTH[1]) == (
            "En meses con más compromiso, cada equipo tiene también más puntualidad."
        )
        assert sentence(in_spanish(finding(0.4, None)), BOTH[0]) == (
            "Al comparar unidades, donde hay más compromiso suele haber también más puntualidad."
        )


def test_the_river_and_its_unknowns_are_spanish() -> None:
    first = in_spanish(finding(0.6, 0.5, Design.SOURCE_FREE))
    with speaking("es"):
        for second, title in (
            (finding(0.4, 0.02), "El primer tramo lleva agua clara. El segundo tramo está casi seco."),
            (finding(0.5, 0.4), "Los tramos primero y segundo llevan agua clara."),
        ):
            river = build_river(
                RiverHead("Harbour", "2026", "equipo", "equipos", (), "mes", "meses"),
                [HEARD, ENERGY, TIME],
                [first, in_spanish(second)],
            )
            assert river.title == title
            told = [words for pair in river.unknowns for words in pair]
            assert english_in(told, []) == []


@pytest.mark.parametrize(
    ("apart", "together"),
    [
        ("frente a el resto de Norte", "frente al resto de Norte"),
        ("De el resto", "Del resto"),
        ("de El Salvador", "de El Salvador"),
        ("a él", "a él"),
        ("Norte y Islas", "Norte e Islas"),
        ("agua y hielo", "agua y hielo"),
        ("uno o otro", "uno u otro"),
    ],
)
def test_words_are_joined_as_spanish_does(apart: str, together: str) -> None:
    with speaking("es"):
        assert joined(apart) == together
    assert joined(apart) == apart


def test_numbers_have_the_marks_of_the_language() -> None:
    many = "%(n)s springs"
    with speaking("es"):
        assert said_of("%(n)s spring", many, 1_106) == "1.106 fuentes"
        assert said("No score stands clearly apart from %(other)s", other="el resto de Norte").endswith(
            "al resto de Norte"
        )
    assert said_of("%(n)s spring", many, 1_106) == "1,106 springs"
