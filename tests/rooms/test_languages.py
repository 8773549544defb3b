"""Spanish is complete, and what is compiled is what is written."""

from __future__ import annotations

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import gettext as translate
from django.utils.translation import trim_whitespace
from django.utils.translation.template import templatize
from tests.rooms.conftest import Cast, organisation_csv, signed_in

import headwater.rooms.house as house
from headwater.rooms.people.models import OrganisationImport, User

ROOMS = Path(house.__file__).parents[1]
COMPILED = Path(house.__file__).parent / "locale" / "es" / "LC_MESSAGES" / "django.mo"
WORDS = {"_", "gettext", "gettext_lazy", "ngettext"}


def messages() -> set[str]:
    """Every message of the rooms' Python files and templates."""
    found = set()
    for path in ROOMS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WORDS and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    for path in ROOMS.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for quote, word in re.findall(r"{%\s*trans(?:late)?\s+([\"'])(.*?)\1\s*%}", text):
            assert quote
            found.add(word.replace("%", "%%"))
        for call in re.findall(r"n?gettext\(u?'((?:[^'\\]|\\.)*)'", templatize(text, origin=str(path))):
            found.add(trim_whitespace(call.encode().decode("unicode_escape").encode("latin-1").decode()))
    return found


def catalogue() -> gettext.GNUTranslations:
    with COMPILED.open("rb") as file:
        return gettext.GNUTranslations(file)


def test_every_message_has_its_spanish() -> None:
    spanish = catalogue()
    asked = messages()
    assert len(asked) > 200
    same = {"Id", "Roles"}
    lacking = {word for word in asked if spanish.gettext(word) == word and spanish.ngettext(word, word, 1) == word}
    assert lacking <= same


def test_translations_keep_what_is_filled_in() -> None:
    for message, translated in catalogue()._catalog.items():  # type: ignore[attr-defined]
        source, form = message if isinstance(message, tuple) else (message, None)
        if source and form is None:
            assert set(re.findall(r"%\(\w+\)[sd]", source)) == set(re.findall(r"%\(\w+\)[sd]", translated)), source


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
