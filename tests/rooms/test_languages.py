"""Spanish is complete, Arabic is for what respondents meet, and what is compiled is what is written."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext as translate
from django.utils.translation import trim_whitespace
from django.utils.translation.template import templatize
from tests.rooms.conftest import Cast, organisation_csv, signed_in

import headwater.rooms.house as house
from headwater.rooms.house.languages import desk_language
from headwater.rooms.people.models import OrganisationImport, User

ROOMS = Path(house.__file__).parents[1]
NAMES = sorted(path.parent.name for path in ROOMS.glob("*/apps.py"))
CATALOGUES = sorted(ROOMS.glob("*/locale/*/LC_MESSAGES/django.po"))
WORDS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
SAME = {"Id", "Roles", "No", "no", "Total", "Error", "Sector", "%(kind)s: %(why)s"}
"""Words that Spanish writes the same way."""
SAID_IN_TEMPLATES = re.compile(r"""(?:\b(?:n?gettext|_)\(u?)(['"])((?:(?!\1)[^\\]|\\.)*)\1""")
"""A message as `templatize` writes it: in double quotes where it has an apostrophe."""


def messages(python: Iterable[Path], templates: Iterable[Path]) -> set[str]:
    """Every message of some Python files and templates."""
    found = set()
    for path in python:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WORDS and node.args:
                first = node.args[1 if node.func.id.startswith("pgettext") else 0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    for path in templates:
        text = path.read_text(encoding="utf-8")
        for quote, word in re.findall(r"{%\s*trans(?:late)?\s+([\"'])((?:(?!\1).)*)\1(?:\s+as\s+\w+)?\s*%}", text):
            assert quote
            found.add(word.replace("%", "%%"))
        for _quote, call in SAID_IN_TEMPLATES.findall(templatize(text, origin=str(path))):
            found.add(trim_whitespace(call.encode().decode("unicode_escape").encode("latin-1").decode()))
    return found


def catalogue(language: str) -> dict[object, str]:
    """What every room's catalogue of a language says, by message; a plural also by its message alone."""
    found: dict[object, str] = {}
    for path in ROOMS.glob(f"*/locale/{language}/LC_MESSAGES/django.mo"):
        with path.open("rb") as file:
            said = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        found |= {(key.partition("\x04")[2] or key) if isinstance(key, str) else key: said[key] for key in said}
        found |= {key[0].partition("\x04")[2] or key[0]: said[key] for key in said if isinstance(key, tuple)}
    return found


@pytest.mark.parametrize("room", NAMES)
def test_every_message_has_its_spanish(room: str) -> None:
    spanish = catalogue("es")
    asked = messages((ROOMS / room).rglob("*.py"), (ROOMS / room).rglob("*.html"))
    if room in {"house", "people"}:
        assert len(asked) > 50
    assert sorted(word for word in asked if not spanish.get(word) or (spanish[word] == word and word not in SAME)) == []


def respondents(room: Path) -> tuple[list[Path], list[Path]]:
    """What respondents meet: modules called respond... and remind..., the words that studies begin with, templates of
    respond/ and on their layout.

    What is about respondents and for the desk says so: respond_desk..., desk_....html, templates on `base.html`.
    """
    python = [
        path
        for path in room.rglob("*.py")
        if path.name.startswith(("respond", "remind", "study_texts")) and "desk" not in path.stem.split("_")
    ]
    templates = []
    for path in room.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        is_theirs = path.parent.name == "respond" and not path.name.startswith(("desk_", "_desk_"))
        is_plain = path.name == "plain.html" or '{% extends "house/plain.html" %}' in text
        if is_plain or (is_theirs and '{% extends "base.html" %}' not in text):
            templates.append(path)
    return python, templates


@pytest.mark.parametrize("room", NAMES)
def test_what_respondents_meet_has_its_arabic(room: str) -> None:
    arabic = catalogue("ar")
    asked = messages(*respondents(ROOMS / room))
    if room == "house":
        assert asked
    assert sorted(word for word in asked if not arabic.get(word) or arabic[word] == word) == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parents[3].name}-{path.parents[1].name}")
def test_what_is_compiled_is_what_is_written(path: Path) -> None:
    from babel.messages.pofile import read_po

    written: dict[object, object] = {}
    with path.open("rb") as file:
        for message in read_po(file, abort_invalid=True):
            key = message.id[0] if isinstance(message.id, tuple) else message.id
            key = f"{message.context}\x04{key}" if message.context else key
            said = message.string
            if isinstance(message.id, tuple):
                assert isinstance(said, tuple)
                written |= {(key, at): form for at, form in enumerate(said)}
            elif key:
                written[key] = said
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    assert written == {key: compiled[key] for key in compiled if key}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parents[3].name}-{path.parents[1].name}")
def test_translations_keep_what_is_filled_in(path: Path) -> None:
    with path.with_suffix(".mo").open("rb") as file:
        said = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    assert said
    for message, translated in said.items():
        if isinstance(message, str) and message:
            assert set(re.findall(r"%\(\w+\)[sd]", message)) == set(re.findall(r"%\(\w+\)[sd]", translated)), message


def test_plurals_count() -> None:
    with translation.override("es"):
        assert translation.ngettext("minute", "minutes", 1) == "minuto"
        assert translation.ngettext("minute", "minutes", 7) == "minutos"
        assert translate("Good morning") == "Buenos días"


@pytest.mark.parametrize("address", ["/", "/people/", "/people/roles/", "/people/imports/", "/account/2fa/"])
def test_pages_are_spanish(cast: Cast, address: str) -> None:
    client = signed_in(cast.administrator)
    client.cookies["language"] = "es"
    page = client.get(address).content.decode()
    assert '<html lang="es"' in page
    assert "Saltar al contenido" in page
    for english in (">Sign", "Find ", "People<", "Imports<", "needs you"):
        assert english not in page


def test_percent_signs_are_spanish_too(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    client.cookies["language"] = "es"
    assert "Cuando saldría más del 40% de las personas" in client.get("/people/imports/").content.decode()


def test_a_dry_run_is_spanish(cast: Cast) -> None:
    from tests.rooms.conftest import NOW, TODAY

    from headwater.rooms.people.imports import check_import

    user: User = cast.administrator
    made: OrganisationImport = check_import(
        content=organisation_csv(without=("north1a",)),
        file_name="x.csv",
        is_full=True,
        effective_date=TODAY,
        actor=user,
        now=NOW,
    )
    client = signed_in(user)
    client.cookies["language"] = "es"
    page = client.get(f"/people/imports/{made.pk}/").content.decode()
    assert "Entrarían 0, cambiarían 0 y saldrían 1." in page
    assert "2 de marzo de 2026" in page


def test_one_arabic_wording_for_what_two_rooms_say() -> None:
    from babel.messages.pofile import read_po

    found: dict[str, set[str]] = {}
    for path in ROOMS.glob("*/locale/ar/LC_MESSAGES/django.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                if isinstance(message.id, str) and message.id:
                    found.setdefault(message.id, set()).add(str(message.string))
    assert {english: words for english, words in found.items() if len(words) > 1} == {}


IMPERATIVES = re.compile(
    r"(?<![\u0621-\u064a])(اكتب|اختر|أرسل|ارجع|عُد|افتح|حاول|ابدأ|احفظ|أجب|اطلب|وجّه|راجع)(?![\u0621-\u064a])"
)


@pytest.mark.parametrize("room", ["house", "listen"])
def test_arabic_requests_have_no_gender(room: str) -> None:
    text = (ROOMS / room / "locale/ar/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    assert IMPERATIVES.findall(text) == []


@pytest.mark.parametrize(
    ("wished", "written"), [("es", "es"), ("es-MX", "es"), ("ES_mx", "es"), ("fr", "en"), ("", "en")]
)
def test_letters_are_in_the_reader_s_language_or_the_house_s(wished: str, written: str) -> None:
    assert desk_language(wished) == written


def test_a_house_that_speaks_spanish_writes_spanish_to_whom_it_does_not_know(settings: Any) -> None:
    settings.LANGUAGE_CODE = "es"
    assert desk_language("fr") == "es"
    assert desk_language("en") == "en"
