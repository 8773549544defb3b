"""From an organisation file to a leader's report, in a real browser: everybody who takes part does their own part."""

from __future__ import annotations

import csv
import io
import re
import urllib.request
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.e2e.web.conftest import PHONE
from tests.e2e.web.real_house import ADMINISTRATOR, House, answer_plainly, check, real_house, sample_organisation

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

UNITS = ("U009", "U012", "U005")
"""Two depots of different lines, and the works: twelve, twelve and thirteen people."""
LEAD = "eli@harbour-transit.example"
TITLE = "How we are led"
REWORDED = "My leader hears me out whenever I raise a problem."
ADDED = ("My leader tells me early when plans change.", "Mi líder me avisa pronto cuando cambian los planes.")
ADDED_AR = "يخبرني قائدي مبكرًا عندما تتغير الخطط."


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[House]:
    """A new folder."""
    with real_house(tmp_path_factory.mktemp("real") / "records", browser) as made:
        yield made


@pytest.fixture(scope="module")
def people() -> list[dict[str, str]]:
    """The sample organisation, one dict a person."""
    return list(csv.DictReader(io.StringIO(sample_organisation().decode())))


@pytest.mark.slow
def test_from_an_organisation_to_a_report(house: House, people: list[dict[str, str]], tmp_path: Path) -> None:
    bring_in_the_organisation(house)
    page = house.sign_in_by_invitation(LEAD)
    check(page)
    fork_the_questionnaire(page)
    study = make_the_study(page)
    assert len(house.keys()) == 2, "one key, two copies"
    house.at(hours=0)

    asked = {unit: [one for one in people if one["unit_id"] == unit] for unit in UNITS}
    invited = {one["email"] for some in asked.values() for one in some}
    house.link_for(max(invited), "/r/")
    assert set(house.links("/r/")) == invited
    page.goto(study)
    assert "No rates yet" in page.inner_text("main")
    check(page)

    four_employees_answer(house, asked)
    house.at(hours=25)
    page.goto(study)
    words = page.inner_text("main")
    assert "No rates yet" in words, "four answers are fewer than k: nobody can see how many answered"
    assert "Until then nobody can see how many answered" in words
    assert page.locator("table.rates").count() == 0

    everybody_else_answers(house, asked)
    house.at(hours=49)
    page.goto(study)
    assert re.search(r"\d+%", page.inner_text("table.rates"))
    check(page)
    assert "set apart" not in page.inner_text("main")

    assert len(house.keys()) == 2
    house.at(hours=8 * 24)
    assert house.keys() == [], "sealed: both copies of the key are gone"
    page.goto(study)
    page.wait_for_selector("text=See the results")
    check(page)
    page.click("text=See the results")
    check(page)

    the_leader_opens_the_report(house, people, tmp_path)


def bring_in_the_organisation(house: House) -> None:
    """The administrator imports it after a dry run, and invites the experience lead and a leader."""
    page = house.sign_in(ADMINISTRATOR, house.administrator)
    check(page)
    page.goto("/people/imports/")
    check(page)
    page.set_input_files(
        "input[type=file]", {"name": "staff.csv", "mimeType": "text/csv", "buffer": sample_organisation()}
    )
    page.click("main form .btn.go")
    page.wait_for_url("**/people/imports/*-*/")
    page.wait_for_selector("button[value=apply]")
    assert "150 would join" in page.inner_text("h1")
    check(page)
    page.click("button[value=apply]")
    page.wait_for_selector("button[value=undo]")
    check(page)
    page.goto("/people/")
    assert "150" in page.inner_text("main")
    check(page)
    invite(page, LEAD, "Eli Experience")
    page.select_option("select[name=role]", "experience_lead")
    page.click("main aside .btn.go")
    page.wait_for_selector("text=The role was given.")
    check(page)
    invite(page, "p009@harbour-transit.example", "", person="P009")


def invite(page: Page, email: str, name: str, *, person: str = "") -> None:
    page.goto("/people/roles/")
    check(page)
    page.fill("input[name=email]", email)
    page.fill("input[name=name]", name)
    page.fill("input[name=person]", person)
    page.click("main aside .btn.go")
    page.wait_for_selector("text=is on its way")


def fork_the_questionnaire(page: Page) -> None:
    """The lead adapts the LX questionnaire: one behaviour reworded, one added, in three languages."""
    page.goto("/listen/questionnaires/")
    check(page)
    page.goto("/listen/questionnaires/library/lx_core/")
    check(page)
    page.fill("main aside input[name=title]", TITLE)
    page.click("main aside .btn.go")
    page.wait_for_url("**/edit/")
    check(page)
    page.click("#q-lx_listens a.btn")
    check(page)
    page.fill("textarea[name=text]", REWORDED)
    page.check("input[name=keeps_meaning][value=yes]")
    page.click("main form .btn.go")
    page.wait_for_selector(f"text={REWORDED}")
    page.click(".q-kinds a[href$='kind=scale']")
    check(page)
    page.fill("textarea[name=text]", ADDED[0])
    page.click("summary:has-text('The same in other languages')")
    page.fill("textarea[name=words_es]", ADDED[1])
    page.fill("textarea[name=words_ar]", ADDED_AR)
    page.check("input[name=scales] >> nth=0")
    page.click("main form .btn.go")
    page.wait_for_selector(f"text={ADDED[0]}")
    check(page)


def make_the_study(page: Page) -> str:
    """The lead makes a study of three units by mail and launches it. Returns where it stands."""
    page.goto("/listen/")
    check(page)
    page.goto("/listen/studies/new")
    page.fill("input[name=title]", TITLE)
    page.click(f".pick label:text-is('{TITLE}')")
    check(page)
    page.click("main form .btn.go")
    page.wait_for_url("**/whom/")
    for unit in UNITS:
        page.check(f"input[name=units][value={unit}]")
    page.click("button[value=count]")
    page.wait_for_selector("#reach >> text=37")
    check(page)
    page.click("button[value=next]")
    page.wait_for_url("**/promise/")
    page.click(".pick label:text-is('Anonymous')")
    page.fill("input[name=k]", "5")
    page.check("input[name=response]")
    check(page)
    page.click("button[value=next]")
    page.wait_for_url("**/how/")
    check(page)
    opens = datetime.now(UTC) - timedelta(minutes=2)
    page.check("input[name=channel][value=mail]")
    for language in ("en", "es", "ar"):
        page.check(f"input[name=languages][value={language}]")
    page.fill("input[name=opens_date]", opens.strftime("%Y-%m-%d"))
    page.fill("input[name=opens_time]", opens.strftime("%H:%M"))
    page.fill("input[name=days_open]", "7")
    page.fill("input[name=late_days]", "0")
    page.fill("input[name=reminders]", "")
    page.click("main form .btn.go")
    page.wait_for_url("**/words/")
    check(page)
    page.click("main form .btn.go")
    page.wait_for_url("**/review/")
    check(page)
    page.click("main aside .btn.go")
    page.wait_for_selector("text=is launched")
    check(page)
    return page.url


def four_employees_answer(house: House, asked: dict[str, list[dict[str, str]]]) -> None:
    """On phones, in two languages, with and without script; one goes away and comes back on another device."""
    english = [one["email"] for one in asked["U009"] if one["language"] == "en"]
    spanish = [one["email"] for some in asked.values() for one in some if one["language"] == "es"]
    first = house.visit(size=PHONE)
    first.goto(house.link_for(english[0], "/r/"))
    assert REWORDED in first.inner_text("main")
    assert "anonymous" in first.inner_text(".promise").lower()
    check(first)
    give_answers(first, up_to=5)
    first.click("button[value=save]")
    first.wait_for_selector("text=Your answers are kept")
    check(first)
    first.context.close()
    house.contexts.remove(first.context)
    again = house.visit(size=(768, 1_024))
    again.goto(house.link_for(english[0], "/r/"))
    again.wait_for_selector("text=Your answers are kept")
    assert again.locator(".q:has(input:checked)").count() == 5
    give_answers(again)
    send(again, "Thank you")
    again.goto(house.link_for(english[0], "/r/"))
    assert "Your answers are in" in again.inner_text("h1")

    for email, script in ((spanish[0], True), (spanish[1], False)):
        page = house.visit(size=PHONE, script=script, language="es-ES")
        page.goto(house.link_for(email, "/r/"))
        assert page.get_attribute("html", "lang") == "es"
        assert ADDED[1] in page.inner_text("main")
        if script:
            check(page)
        give_answers(page)
        send(page, "Gracias")
        if script:
            check(page)

    last = house.visit(size=PHONE)
    link = house.link_for(english[1], "/r/")
    last.goto(f"{link}?lang=ar")
    assert last.get_attribute("html", "dir") == "rtl"
    assert ADDED_AR in last.inner_text("main")
    check(last)
    last.goto(f"{link}?lang=en")
    assert last.get_attribute("html", "dir") == "ltr"
    give_answers(last)
    send(last, "Thank you")
    check(last)


def give_answers(page: Page, *, up_to: int = 100) -> None:
    """Touch an answer of every question that has none, or of the first few."""
    questions = page.locator(".q:has(.s)")
    for number in range(min(up_to, questions.count())):
        if not questions.nth(number).locator("input:checked").count():
            questions.nth(number).locator(".s label").nth(1 + number % 4).click()


def send(page: Page, thanks: str) -> None:
    page.click("button[name=_do][value=send]")
    page.wait_for_selector("section.end, h1:has-text('Thank'), h1:has-text('Gracias')")
    assert thanks in page.inner_text("h1")


def everybody_else_answers(house: House, asked: dict[str, list[dict[str, str]]]) -> None:
    """All but two of each unit, by plain posts."""
    links = house.links("/r/")
    told = 0
    for some in asked.values():
        for one in some[:-2]:
            said = answer_plainly_once(links[one["email"]], seed=told)
            told += said
    assert told >= 27


def answer_plainly_once(link: str, *, seed: int) -> bool:
    """Answer unless it was done in a browser before."""
    with urllib.request.urlopen(link, timeout=60) as answer:
        if 'name="_page"' not in answer.read().decode():
            return False
    said = answer_plainly(link, seed=seed)
    assert "Thank you. Your answers are in" in said or "Gracias" in said
    return True


def the_leader_opens_the_report(house: House, people: list[dict[str, str]], tmp_path: Path) -> None:
    """The leader of a depot reads it and takes it along in four forms; no other unit opens."""
    page = house.sign_in_by_invitation("p009@harbour-transit.example")
    check(page)
    rooms = page.locator("nav.loop a")
    doors = [rooms.nth(at).get_attribute("href") for at in range(rooms.count())]
    assert doors[:2] == ["/people/", "/learn/"]
    assert "/listen/" not in doors
    page.click("nav.loop a[href='/learn/']")
    check(page)
    page.click("main table a")
    page.wait_for_url("**/learn/waves/*/*/")
    check(page)
    assert "Market depot" in page.inner_text("main")
    own = page.url
    signs = {"pptx": b"PK\x03\x04", "xlsx": b"PK\x03\x04", "pdf": b"%PDF-", "html": b"<!"}
    for form, sign in signs.items():
        with page.expect_download() as loading:
            page.click(f"main .head a[href$='report.{form}']")
        path = tmp_path / loading.value.suggested_filename
        loading.value.save_as(path)
        content = path.read_bytes()
        assert path.suffix == f".{form}"
        assert content[: len(sign)].lower() == sign.lower()
        assert len(content) > 4_000
        if form in ("pptx", "xlsx"):
            assert zipfile.ZipFile(path).testzip() is None
    units = list(dict.fromkeys(one["unit_id"] for one in people))
    row = int(own.rstrip("/").rsplit("/", 1)[1])
    assert len(units) > 15
    for other in range(18):
        if other != row:
            for address in (f"{other}/", f"{other}/report.pptx"):
                answer = page.request.get(own.rsplit("/", 2)[0] + "/" + address)
                assert answer.status == 403, f"{address} of {row}: {answer.status}"
    refused = page.goto(own.rsplit("/", 2)[0] + "/0/")
    assert refused is not None
    assert refused.status == 403
    check(page)
