"""The layout, the stylesheet, headers, languages, errors and rate limits."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from tests.rooms.conftest import NOW, PASSWORD, Cast, signed_in

import headwater.rooms.house as house
from headwater.reports.palette import DARK, LIGHT
from headwater.rooms.act.pages import PAGES as ACT_PAGES
from headwater.rooms.decide.pages import PAGES as DECIDE_PAGES
from headwater.rooms.engage.pages import PAGES as ENGAGE_PAGES
from headwater.rooms.house import rate_limits, slots
from headwater.rooms.house.models import Count
from headwater.rooms.house.stylesheet import PARTS, STYLESHEET, build_stylesheet
from headwater.rooms.learn.pages import PAGES as LEARN_PAGES
from headwater.rooms.people.models import Person, User
from headwater.rooms.prove.pages import PAGES as PROVE_PAGES
from headwater.site.environment import database_of, mail_of, secret_of
from headwater.vocab import InputError

ROOMS = Path(house.__file__).parents[1]


def test_the_served_stylesheet_is_made_of_its_sources() -> None:
    assert STYLESHEET.read_text(encoding="utf-8") == build_stylesheet()


def test_every_colour_is_the_palettes() -> None:
    sheet = build_stylesheet()
    for name, colour in LIGHT.items():
        assert f"--{name}:{colour}" in sheet
    for name, colour in DARK.items():
        assert f"--{name}:{colour}" in sheet


def test_the_parts_name_no_colour_and_only_known_tokens() -> None:
    parts = PARTS.read_text(encoding="utf-8")
    assert re.findall(r"#[0-9A-Fa-f]{3,8}\b", parts) == ["#FFFFFF"]  # the white behind a QR code, whatever the theme
    sheet = build_stylesheet()
    unknown = {name for name in re.findall(r"var\(--([\w-]+)\)", parts) if f"--{name}:" not in sheet}
    assert unknown == set()


def test_no_template_has_inline_style_or_script() -> None:
    templates = list(ROOMS.rglob("*.html"))
    assert len(templates) > 20
    for template in templates:
        text = re.sub(r"{%.*?%}", "", template.read_text(encoding="utf-8"))
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*src=)|javascript:", text), template


def test_every_page_carries_the_headers(cast: Cast) -> None:
    for address in ("/", "/people/", "/nothing-here", "/account/2fa/"):
        headers = signed_in(cast.administrator).get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "no-store" in headers["Cache-Control"]


def test_home_refuses_nobody_who_signed_in_and_everybody_else(cast: Cast) -> None:
    assert Client().get("/").status_code == 302
    page = signed_in(cast.outsider).get("/").content.decode()
    assert "Nothing needs you now" in page


def test_home_says_what_needs_whom(cast: Cast) -> None:
    page = signed_in(cast.administrator).get("/").content.decode()
    assert "Add a second factor" in page
    assert "One thing needs you, about 3 minutes" in page
    assert "Add a second factor" not in signed_in(cast.employee).get("/").content.decode()


def rooms_shown_to(user: User) -> list[str]:
    """The addresses in the navigation of the home page, in their order."""
    page = signed_in(user).get("/").content.decode()
    loop = re.search(r'<nav class="loop".*?</nav>', page, re.DOTALL)
    return re.findall(r'href="([^"]*)"', loop[0]) if loop else []


def test_the_navigation_shows_the_rooms_that_open_to_the_viewer(cast: Cast) -> None:
    all_rooms = [reverse(room.view) for room in slots.ROOMS.values()]
    assert rooms_shown_to(cast.experience_lead) == all_rooms
    assert rooms_shown_to(cast.administrator) == ["/people/", "/listen/", "/engage/", "/act/"]
    assert rooms_shown_to(cast.north_leader) == ["/people/", "/learn/", "/decide/", "/engage/", "/act/", "/prove/"]
    assert rooms_shown_to(cast.employee) == ["/people/", "/engage/", "/act/"]
    assert rooms_shown_to(cast.outsider) == []


@pytest.mark.parametrize("who", [field.name for field in fields(Cast)])
def test_every_room_in_the_navigation_opens_and_no_other_does(who: str, cast: Cast) -> None:
    user = getattr(cast, who)
    shown = rooms_shown_to(user)
    for room in slots.ROOMS.values():
        address = reverse(room.view)
        assert signed_in(user).get(address, follow=True).status_code == (200 if address in shown else 403), address


def test_whoever_left_finds_an_empty_home_and_every_page_closed(cast: Cast) -> None:
    person = cast.north_leader.person
    assert person is not None
    Person.objects.filter(pk=person.pk).update(is_active=False)
    client = signed_in(cast.north_leader)
    assert "Nothing needs you now" in client.get("/").content.decode()
    assert rooms_shown_to(cast.north_leader) == []
    pages = [page.view for page in (*LEARN_PAGES, *DECIDE_PAGES, *ENGAGE_PAGES, *ACT_PAGES, *PROVE_PAGES)]
    answers = {page: client.get(reverse(page), follow=True).status_code for page in pages}
    assert {page: code for page, code in answers.items() if code not in (403, 404)} == {}


@pytest.mark.parametrize("who", [field.name for field in fields(Cast)])
def test_every_tab_of_a_room_opens(who: str, cast: Cast) -> None:
    client = signed_in(getattr(cast, who))
    for address in rooms_shown_to(getattr(cast, who)):
        page = client.get(address, follow=True).content.decode()
        tabs = "".join(re.findall(r'<nav class="tabs".*?</nav>', page, re.DOTALL))
        for tab in re.findall(r'href="([^"]*)"', tabs):
            assert client.get(tab, follow=True).status_code == 200, tab


def test_language_is_kept_and_leads_nowhere_else(cast: Cast) -> None:
    client = signed_in(cast.employee)
    answer = client.post("/language", {"language": "es", "next": "https://evil.example/"})
    assert answer["Location"] == "/"
    page = client.get("/people/").content.decode()
    assert '<html lang="es"' in page
    assert "Organización" in page
    client.post("/language", {"language": "xx", "next": "/people/"})
    assert client.cookies["language"].value == "es"


def test_errors_are_pages(cast: Cast) -> None:
    assert "There is no page here" in Client().get("/nothing").content.decode()
    assert "not open to you" in signed_in(cast.outsider).get("/people/").content.decode()
    forged = Client(enforce_csrf_checks=True).post("/language", {"language": "es"})
    assert forged.status_code == 403
    assert "no longer valid" in forged.content.decode()


@pytest.mark.django_db
def test_health_answers_without_an_account() -> None:
    assert Client().get("/health").content == b"ok\n"


def test_every_address_of_the_people_needs_an_account(cast: Cast) -> None:
    """Walk all addresses, so that a page added without a gate fails here."""
    from uuid import uuid4

    from headwater.rooms.people.urls import urlpatterns

    seen = 0
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        arguments = [1 if "<int:" in route else uuid4()] if "<" in route else []
        address = reverse(f"people:{pattern.name}", args=arguments)
        for answer in (Client().get(address), Client().post(address)):
            assert answer.status_code == 302, address
            assert answer["Location"].startswith("/account/login/"), address
        for answer in (signed_in(cast.outsider).get(address), signed_in(cast.outsider).post(address)):
            assert answer.status_code == 403, address
        seen += 1
    assert seen >= 15


@pytest.mark.django_db
def test_a_limit_holds_within_its_window() -> None:
    limit = rate_limits.Limit(3, timedelta(minutes=1))
    taken = [rate_limits.take(scope="test", key="a", limit=limit, now=NOW) for _ in range(5)]
    assert taken == [True, True, True, False, False]
    assert rate_limits.take(scope="test", key="b", limit=limit, now=NOW)
    assert rate_limits.take(scope="test", key="a", limit=limit, now=NOW + timedelta(minutes=1))
    assert not Count.objects.filter(key="a").exists()
    rate_limits.forget_old(now=NOW + timedelta(days=3))
    assert Count.objects.count() == 0


@pytest.mark.django_db
def test_what_an_account_is_refused_does_not_count_against_its_address() -> None:
    def attempt(account: str) -> bool:
        return rate_limits.take_both(
            scope="test",
            account=account,
            address="10.0.0.1",
            by_account=rate_limits.Limit(2, timedelta(minutes=1)),
            by_address=rate_limits.Limit(4, timedelta(minutes=1)),
            now=NOW,
        )

    assert [attempt("mallory") for _ in range(50)].count(True) == 2
    assert attempt("ana")
    assert attempt("ben")
    assert not attempt("cleo")


def test_one_persons_wrong_passwords_do_not_lock_out_the_office(cast: Cast) -> None:
    office = Client(REMOTE_ADDR="10.1.1.1")
    codes = [
        office.post("/account/login/", {"login": "north@example.org", "password": "wrong"}).status_code
        for _ in range(12)
    ]
    assert codes[-1] == 429
    assert office.post("/account/login/", {"login": "employee@example.org", "password": PASSWORD}).status_code == 302


def test_the_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first = secret_of(tmp_path)
    assert secret_of(tmp_path) == first
    assert len(first) >= 60
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0
    (tmp_path / "secret").write_text("short")
    with pytest.raises(InputError):
        secret_of(tmp_path)


def test_the_database_comes_from_its_address(tmp_path: Path) -> None:
    found = database_of("postgresql://me:p%40ss@db:5433/head?sslmode=require", tmp_path)
    assert found["ENGINE"].endswith("postgresql")
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("me", "p@ss", "db", "5433")
    assert found["NAME"] == "head"
    assert found["OPTIONS"] == {"connect_timeout": "10", "tcp_user_timeout": "30000", "sslmode": "require"}
    own = database_of("", tmp_path)
    assert own["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in own["OPTIONS"]["init_command"]
    for wrong in ("mysql://db/x", "postgresql://db"):
        with pytest.raises(InputError):
            database_of(wrong, tmp_path)


def test_mail_comes_from_its_address() -> None:
    assert mail_of("")["backend"].endswith("FolderBackend")
    found = mail_of("smtp://me:secret@mail.example:2525")
    assert (found["host"], found["port"], found["starttls"], found["tls"]) == ("mail.example", 2525, True, False)
    assert mail_of("smtps://mail.example")["port"] == 465
    with pytest.raises(InputError):
        mail_of("http://mail.example")
