"""The organisation's own name, words, colour and logo, on pages and in reports."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.rooms.conftest import NOW, Cast, signed_in, unit

from headwater.reports.brand import Brand
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.people.look import Look, brand_of, change_look, own_look, words_of
from headwater.rooms.people.models import User
from headwater.vocab import InputError

WHERE = "/people/words/"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><path d="M0 0h40"/></svg>'
BRANCH = {
    "name": "Lantern Bank",
    "colour": "#104e8b",
    "en-unit-0": "branch",
    "en-unit-1": "branches",
    "en-leader-0": "manager",
    "en-leader-1": "managers",
    "es-unit-0": "sucursal",
    "es-unit-1": "sucursales",
}


def page(user: User, address: str, language: str = "en") -> str:
    client = signed_in(user)
    client.cookies["language"] = language
    return str(client.get(address).content.decode())


def test_pages_say_branch_when_told_so(cast: Cast) -> None:
    assert "23 people work in 7 units of Works." in page(cast.employee, "/people/")
    assert signed_in(cast.experience_lead).post(WHERE, BRANCH).status_code == 302
    tree = page(cast.employee, "/people/")
    assert "23 people work in 7 branches of Works." in tree
    assert 'aria-label="Branches"' in tree
    assert "Lantern Bank" in tree
    division = page(cast.employee, f"/people/units/{unit('north-d').pk}/")
    assert "Branches below" in division
    assert '<th scope="col">Manager</th>' in division
    assert "7 sucursales de" in page(cast.employee, "/people/", "es")
    unit_row = unit("south-d")
    unit_row.leader = None
    unit_row.save()
    assert "1 branch without a manager" in page(cast.administrator, "/")
    assert "no manager" in page(cast.employee, "/people/")
    assert "sucursal sin líder" in page(cast.administrator, "/", "es")


def test_reports_wear_it_too(cast: Cast) -> None:
    file = SimpleUploadedFile("logo.svg", SVG)
    assert signed_in(cast.administrator).post(WHERE, {**BRANCH, "logo": file}).status_code == 302
    brand = brand_of()
    assert (brand.name, brand.colour("teal"), brand.colour("dot")) == ("Lantern Bank", "#104E8B", "#104E8B")
    assert brand.word("unit", "es", plural=True) == "sucursales"
    assert brand.word("customer") == "customer"
    assert brand.logo is not None
    assert (brand.logo.kind, brand.logo.data, brand.logo.width) == ("svg", SVG, 40)
    assert words_of("en-GB")["unit"] == ("branch", "branches")
    assert words_of("es")["leader"] == ("líder", "líderes")
    assert words_of("ar")["unit"] == Brand().words["en"]["unit"]
    assert signed_in(cast.administrator).post(WHERE, BRANCH).status_code == 302
    assert own_look().logo == SVG
    assert signed_in(cast.administrator).post(WHERE, {**BRANCH, "without_logo": "on"}).status_code == 302
    assert own_look().logo is None


@pytest.mark.django_db
def test_before_anybody_chose_everything_is_plain() -> None:
    assert own_look() == Look("", "", None, {})
    assert brand_of().name == Brand().name
    assert words_of("en") == {
        "customer": ("customer", "customers"), "unit": ("team", "teams"), "leader": ("leader", "leaders"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"colour": "#FFEE99"}, "contrast"),
        ({"colour": "blue"}, "six digits"),
        ({"en-unit-1": ""}, "for one and for many"),
        ({"en-unit-0": "x" * 41}, "40 characters"),
        ({"logo": SimpleUploadedFile("logo.svg", SVG.replace(b"<path", b"<script/><path"))}, "script"),
        ({"logo": SimpleUploadedFile("logo.png", b"MZ rubbish")}, "neither PNG nor SVG"),
    ],
)
def test_what_no_report_can_wear_is_refused(cast: Cast, wrong: dict[str, Any], told: str) -> None:
    answer = signed_in(cast.administrator).post(WHERE, {**BRANCH, **wrong})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert own_look() == Look("", "", None, {})


def test_the_same_look_again_changes_nothing(cast: Cast) -> None:
    look = Look("Lantern", "", None, {"en": {"unit": ("crew", "crews")}})
    for _ in range(2):
        change_look(look=look, actor=cast.administrator, now=NOW)
    assert own_look() == look
    assert AuditEntry.objects.filter(action="look.changed").count() == 1
    with pytest.raises(InputError):
        change_look(look=Look("a\x00b", "", None, {}), actor=cast.administrator, now=NOW)


def test_words_cannot_become_markup(cast: Cast) -> None:
    signed_in(cast.administrator).post(WHERE, {**BRANCH, "en-unit-1": "<b>x</b>"})
    shown = page(cast.employee, "/people/")
    assert "<b>x</b>" not in shown
    assert "&lt;b&gt;x&lt;/b&gt;" in shown


def test_others_are_refused(cast: Cast) -> None:
    for user in (cast.outsider, cast.employee, cast.north_leader, cast.analyst, cast.privacy_officer):
        client = signed_in(user)
        assert client.get(WHERE).status_code == 403
        assert client.post(WHERE, BRANCH).status_code == 403
    assert own_look().name == ""
