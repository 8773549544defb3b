"""Every message about a file has its Spanish, and a finished message is known again by its form."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

import pytest
import yaml

from headwater.formats.answers.mapping import UNIT_HEADERS
from headwater.formats.chain_spec import WORDS, panel_recipes
from headwater.formats.osha.fields import CASE_FIELDS, SUMMARY_FIELDS
from headwater.rooms.engage.logic.register_rows import COLUMNS
from headwater.vocab.languages import CATALOGUES
from headwater.vocab.translated_problems import DEEPEST, LONGEST, translated_problem

from .messages import ROOT, SENTENCE, Code

MAKERS = {
    **dict.fromkeys(("Problem", "LineProblem", "InputError", "RefusedError"), (0, 1)),
    **dict.fromkeys(("problem", "wrong"), (0, 1, 2)),
    **dict.fromkeys(("add", "add_rows"), (1, 2, 3, 4)),
    "Fault": (1, 2),
    "ColumnGuess": (),
}
"""What is called with a message and what to do about it; and where in the call its words stand."""
WORDS_OF = frozenset(("message", "remedy", "why"))
LOSERS = {
    **dict.fromkeys(("lose", "Loss"), (0, 2)),
    **dict.fromkeys(("leave", "_leave"), (1, 2)),
    **dict.fromkeys(("NotExpressibleError", "UnexpressibleError"), (0,)),
    "tell": (0, 1),
    "Sorted": (4,),
    "_as_choices": (1,),
}
"""What is called with something that is not carried over, or with why."""
PLACES = (
    *("vocab", "org", "instruments", "engine", "intake", "text", "privacy", "scoring", "chain", "formats"),
    "reports/brand.py",
    *("rooms/people", "rooms/listen", "rooms/learn", "rooms/act", "rooms/engage/stakeholders"),
    "rooms/engage/logic/register_rows.py",
)
NAMES = {*UNIT_HEADERS, *(heading for headings in COLUMNS.values() for heading in headings)}
"""Headings of columns, the same in every language."""
LOGGED = "%%s"
"""What a message for the log fills in."""
KEPT = {"rooms/learn/river_links.py", "rooms/learn/river_material.py"}
"""There a message is kept in English, and said again whenever it is read."""
FILLED = re.compile(r"%\((\w+)\)s")


@lru_cache(maxsize=1)
def code() -> Code:
    """Every file that says what can be wrong with another."""
    return Code.of(*PLACES)


@lru_cache(maxsize=1)
def made() -> dict[str, str]:
    """Every form of a message that reading a file can make, and of the words filled in, with where it is made."""
    found = {form: place for form, place in code().said(MAKERS, WORDS_OF).items() if SENTENCE.search(form)}
    return {form: place for form, place in found.items() if form not in NAMES and LOGGED not in form}


def lost() -> dict[str, str]:
    """Every form of what moving a survey in can leave behind, and of why."""
    return code().said(LOSERS, frozenset(), "formats/", "rooms/listen/")


@lru_cache(maxsize=1)
def known() -> dict[str, str]:
    """What the catalogue says."""
    from babel.messages.pofile import read_po

    with (CATALOGUES / "es" / "LC_MESSAGES" / "problems.po").open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file, abort_invalid=True) if one.id}


def untranslated(forms: dict[str, str], spanish: dict[str, str]) -> list[str]:
    """Where a form is made that has no Spanish, and the form."""
    return sorted(f"{place}: {form}" for form, place in forms.items() if not spanish.get(form))


def test_every_message_has_its_spanish() -> None:
    forms_made = made()
    assert len(forms_made) > 900
    assert {
        "%(value)s is no weight.", "an e-mail address", "its name says so", "a gzip file", "%(person)s (row %(row)s)",
    } <= forms_made.keys()  # fmt: skip
    assert untranslated(forms_made, known()) == []


def test_every_loss_has_its_spanish() -> None:
    forms_lost = lost()
    assert {
        "skip logic", "quotas", "a branch of the flow", "the answers look ordered", "a device"
    } <= forms_lost.keys()  # fmt: skip
    assert untranslated(forms_lost, known()) == []


def test_a_message_without_spanish_is_told_with_its_place() -> None:
    forms_made = made()
    without = {english: words for english, words in known().items() if english != "the file is empty."}
    (told,) = untranslated(forms_made, without)
    assert re.fullmatch(r"[\w/]+\.py:\d+: the file is empty\.", told)


def test_codes_of_injuries_have_their_spanish() -> None:
    codes = [field.codes for field in (*SUMMARY_FIELDS, *CASE_FIELDS) if field.codes]
    listed = {f"{key} {meaning.replace('_', ' ')}" for one in codes for key, meaning in one.items()}
    assert "21 20 to 99" in listed
    assert sorted(listed - known().keys()) == []


def test_public_recipes_and_benchmarks_have_their_spanish() -> None:
    for recipe in panel_recipes():
        spanish = known()
        assert recipe.words["es"].keys() == recipe.words.keys() - {"es"}
        for place in recipe.places:
            own = {name for name in WORDS if getattr(place, name)}
            assert place.translations["es"].keys() == own, f"{recipe.key}.{place.key}"
        assert [words for one in recipe.unknowns for words in one if words not in spanish] == []
    for path in (ROOT / "rooms").rglob("benchmarks.yaml"):
        for key, made in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            texts = [made["title"], made["source"], made["licence"], *(one["label"] for one in made["tables"].values())]
            assert all(text.keys() == {"en", "es"} for text in texts), key


def test_the_same_things_are_filled_in() -> None:
    wrong = {
        english: words
        for english, words in known().items()
        if sorted(FILLED.findall(english)) != sorted(FILLED.findall(words))
    }
    assert wrong == {}


@pytest.mark.parametrize("filled", ["'«{name}7»'", "{number}7"])
def test_a_finished_message_is_said_again(filled: str) -> None:
    lost = {}
    for english, words in known().items():
        names = FILLED.findall(english)
        values = {name: filled.format(name=name, number=number) for number, name in enumerate(names, start=1)}
        said = translated_problem(english % values, "es")
        if values and not all(value in said for value in values.values()):
            lost[english] = said
        if said == english % values and words % values != said:
            lost[english] = said
    assert lost == {}


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("'x1' is not a number.", "'x1' no es un número."),
        (
            "3 more of this kind: the row has no person id.",
            "3 más de este tipo: la fila no tiene identificador de persona.",
        ),
        (
            "At rest they are counted from 1: 0 → 1, 50 → 2.",
            "Guardados se cuentan desde 1: 0 → 1, 50 → 2.",
        ),
        (
            "The item is shown without it: it looks at the device.",
            "La pregunta se muestra sin ella: mira el dispositivo.",
        ),
        ("a question for an e-mail address", "una pregunta por una dirección de correo electrónico"),
        ("It is not read: its question has no columns.", "No se lee: su pregunta no tiene columnas."),
        (
            "It is not read: Nobody sees it. Name its column in a mapping to make it a unit or a cut.",
            "No se lee: Nadie la ve. Nombre su columna en una asignación para que sea una unidad o un corte.",
        ),
        ("'0443' is not 5 or 9 digits.", "'0443' no son 5 o 9 cifras."),
        ("the file is 100% new", "the file is 100% new"),
        ("", ""),
    ],
)
def test_examples(english: str, spanish: str) -> None:
    assert translated_problem(english, "es") == spanish
    assert translated_problem(english, "en-gb") == english


NAMES_OF_FILES = (
    "{0}", "%(value)s %s 100%", ".*(a+)+$", "(?P<x>", "\\1", "the file is empty.", "' is not a number.", "no team. ",
    "Order to Cash", "<b>x</b>", "a\\'b", "3 and 4 more",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES_OF_FILES)
def test_what_people_call_something_stays_as_it_is(name: str) -> None:
    said = translated_problem(f"there is no column {name!r}.", "es")
    assert said == f"no hay ninguna columna {name!r}."
    said = translated_problem(f"3 more of this kind: {name!r} is not a number.", "es")
    assert said == f"3 más de este tipo: {name!r} no es un número."


def test_the_things_of_a_list_are_said_again() -> None:
    told = "3 people have no manager: ana (row 2), 'b, c' (row 3), d (row 4). An organisation has one top."
    assert translated_problem(told, "es") == (
        "3 personas no tienen responsable: ana (fila 2), 'b, c' (fila 3), d (fila 4). Una organización tiene una sola "
        "cima."
    )
    told = "people report to each other in a circle: a (row 2) -> b (row 3) -> a."
    assert "a (fila 2) -> b (fila 3) -> a" in translated_problem(told, "es")


def test_a_message_and_its_remedy_are_said_again_in_one() -> None:
    told = "'x. y' is not a number. Did you mean 'Fix. it'?"
    assert translated_problem(told, "es") == "'x. y' no es un número. ¿Quería decir 'Fix. it'?"
    told = "'x' is not a number. Nobody knows this."
    assert translated_problem(told, "es") == told


@pytest.mark.parametrize("text", ["The wave is late.", "Order to Cash", "Sales and more", "row of houses"])
def test_words_that_only_look_like_a_form_stay(text: str) -> None:
    assert translated_problem(text, "es") == text


def test_no_message_takes_long() -> None:
    deep = "'" * 50 + "a' is not a number. (row 2), " * 120
    assert len(deep) < LONGEST
    assert translated_problem(f"there is no column {deep!r}.", "es").startswith("no hay ninguna columna ")
    longer = "the file is empty." + "x" * LONGEST
    assert translated_problem(longer, "es") is longer
    nested = "3 more of this kind: " * (DEEPEST + 50) + "the file is empty."
    assert translated_problem(nested, "es").count("3 más de este tipo: ") == DEEPEST + 1


def handlers(tree: ast.Module) -> list[ast.ExceptHandler]:
    """What is done where a problem of a file arrives under a name."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and node.name and node.type is not None
        and {"InputError", "HeadwaterError"} & {getattr(one, "id", "") for one in ast.walk(node.type)}
    ]  # fmt: skip


def spoken_in_english(tree: ast.Module) -> list[int]:
    """Lines that put a problem into words as the code says it, and not as the reader does."""
    return sorted(
        call.lineno
        for handler in handlers(tree)
        for call in ast.walk(handler)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "str" and len(call.args) == 1
        and isinstance(call.args[0], ast.Name) and call.args[0].id in {handler.name, "one", "problem"}
    )  # fmt: skip


def test_no_page_says_a_problem_in_english() -> None:
    wrong = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "rooms").rglob("*.py")
        if re.search(r"except .*(Input|Headwater)Error", text := path.read_text(encoding="utf-8"))
        and (lines := spoken_in_english(ast.parse(text)))
    }
    assert wrong.keys() == KEPT
    found = ast.parse("try:\n    x()\nexcept (InputError, KeyError) as error:\n    say(str(error))")
    assert spoken_in_english(found) == [4]
