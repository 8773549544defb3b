"""Three walks through what was learned: the leader of nine people, an analyst after a fall, a top leader on the River.

Each in a real browser with the organisation of the demonstration, whose truth is known; the River once more with public
tables that are brought in through the pages. In the end the auditor attacks everything these walks released.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.e2e.web.conftest import PEOPLE, PHONE, Served, SignIn, reads_well, reads_well_on, wait_for_work

from headwater.privacy.audit import audit_releases
from headwater.privacy.releases import release_table
from headwater.scoring import load_book
from headwater.simulation.demonstration import TURNS, demonstration

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

PAGES = re.compile(rb"/Type\s*/Page\b(?!s)")


def take(page: Page, name: str) -> bytes:
    """Press a link that downloads, and return the file."""
    with page.expect_download() as loading:
        page.get_by_role("link", name=name, exact=True).click()
    return Path(loading.value.path()).read_bytes()


def tab_to(page: Page, name: str, *, most: int = 80) -> None:
    """Go by the tabulator until the focus is on what has this name."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("() => (document.activeElement?.innerText || '').trim()") == name:
            return
    raise AssertionError(f"the tabulator does not come to {name!r} on {page.url}")


def fallen(people: int = PEOPLE) -> str:
    """The name of the division that fell in the last quarter, as the simulation knows it."""
    world = demonstration(people, 1)
    tree = world.staff.tree
    down = min(TURNS, key=lambda turn: turn.size).division
    return next(
        name for unit, name in enumerate(tree.names) if tree.depth[unit] == 1 and world.staff.division[unit] == down
    )


@pytest.mark.usefixtures("worked_out")
def test_the_leader_of_nine_people_reads_their_page_by_keyboard(sign_in: SignIn) -> None:
    page, phone = sign_in("team leader"), sign_in("team leader", size=PHONE, dark=True)
    page.goto("/")
    reads_well(page)
    reads_well_on(phone, page.url)
    tab_to(page, "Learn\nwhat it is like here")
    page.keyboard.press("Enter")
    page.wait_for_url("**/learn/**")
    tab_to(page, "My team")
    page.keyboard.press("Enter")
    page.wait_for_url("**/learn/team/**")
    reads_well(page)
    reads_well_on(phone, page.url)
    words = page.inner_text("main")
    assert "What to do next" in words
    assert re.search(r"\d people answered|answered in", words)
    assert len(PAGES.findall(page.pdf(format="A4", prefer_css_page_size=True))) == 1

    guide = page.locator("details.team-guide summary").inner_text()
    tab_to(page, guide)
    page.keyboard.press("Enter")
    assert page.locator("details.team-guide").get_attribute("open") is not None
    tab_to(page, "Open the full report")
    page.keyboard.press("Enter")
    page.wait_for_url("**/learn/waves/**")
    reads_well(page)
    reads_well_on(phone, page.url)
    page.goto("/learn/comments/")
    reads_well(page)
    reads_well_on(phone, page.url)
    assert page.locator("main blockquote").count() > 0, "what people wrote is cited, at least that of the unit above"
    page.goto("/learn/explorer/")
    assert "Explorer" not in page.locator("main").inner_text()


@pytest.mark.usefixtures("worked_out")
def test_the_leader_of_a_small_team_sees_the_unit_above_and_a_guide(sign_in: SignIn) -> None:
    page, phone = sign_in("small team leader"), sign_in("small team leader", size=PHONE, dark=True)
    page.goto("/learn/team/")
    if page.locator(".team-choice").count() and not page.locator(".my-team").count():
        page.locator(".team-choice a").first.click()
    reads_well(page)
    reads_well_on(phone, page.url)
    words = page.inner_text("main")
    assert "is not shown by itself" in words
    assert "The answers of" in words
    assert "never ask who answered what" in words, "the guide of the conversation stands open"
    assert len(PAGES.findall(page.pdf(format="A4", prefer_css_page_size=True))) == 1


@pytest.mark.usefixtures("worked_out")
def test_an_analyst_hunts_why_one_division_fell(sign_in: SignIn) -> None:
    page, phone = sign_in("analyst"), sign_in("analyst", size=PHONE, dark=True)
    unit = fallen()
    page.goto("/learn/explorer/")
    reads_well(page)
    reads_well_on(phone, page.url)
    form = page.locator("form.toolbar")
    form.get_by_label("Compared with").select_option(label="the wave before")
    form.get_by_label("Depth").select_option(label="1 level below")
    form.get_by_label("Order").select_option(label="Clearly worse first")
    form.get_by_role("button", name="Show").click()
    page.wait_for_url("**order=below**")
    reads_well(page)
    row = page.locator("table.heat tbody th").get_by_role("link", name=unit, exact=True)
    assert row.count() == 1, "the division that fell is shown"
    sheet = list(csv.DictReader(io.StringIO(take(page, "CSV").decode("utf-8-sig"))))
    assert any(unit in row.values() for row in sheet)
    assert zipfile.ZipFile(io.BytesIO(take(page, "XLSX"))).testzip() is None
    assert_deck(take(page, "Slides"))

    row.click()
    page.wait_for_url("**unit=**")
    assert unit in page.inner_text(".crumb")
    reads_well(page)
    reads_well_on(phone, page.url)
    page.get_by_role("navigation", name="Views of the explorer").get_by_role("link", name="Two groups or waves").click()
    page.wait_for_url("**/explorer/compare/**")
    form = page.locator("form.toolbar")
    then = form.get_by_label("Or against itself in")
    then.select_option(index=1)
    form.get_by_role("button", name="Compare").click()
    page.wait_for_url("**then=**")
    reads_well(page)
    reads_well_on(phone, page.url)
    led = page.locator("main table.stacked tbody tr").filter(has_text="What my leader does").first
    assert led.locator("td b.num").inner_text().startswith("\N{MINUS SIGN}"), "lower than in the wave before"

    for address in ("/learn/drivers/", "/learn/comments/"):
        page.goto(address)
        form = page.locator("form.toolbar")
        form.get_by_label("Unit", exact=True).select_option(label=unit)
        form.get_by_role("button", name="Show").click()
        page.wait_for_url("**unit=**")
        reads_well(page)
        reads_well_on(phone, page.url)
        assert list(csv.reader(io.StringIO(take(page, "CSV").decode("utf-8-sig"))))[1:]
    page.goto("/learn/explorer/score/")
    reads_well(page)
    page.goto("/learn/explorer/levels/")
    reads_well(page)
    views = page.get_by_role("navigation", name="Views of the explorer")
    views.get_by_role("link", name="Do the questions mean the same?").click()
    reads_well(page)
    reads_well_on(phone, page.url)
    verdicts = list(csv.reader(io.StringIO(take(page, "CSV").decode("utf-8-sig"))))[1:]
    assert len(verdicts) >= page.locator("main table.stacked tbody tr").count() > 0


@pytest.mark.usefixtures("worked_out")
def test_a_top_leader_reads_the_river(sign_in: SignIn) -> None:
    page, phone = sign_in("top leader", script=False), sign_in("top leader", size=PHONE, dark=True)
    page.goto("/learn/")
    page.get_by_role("link", name="The River", exact=True).click()
    assert page.locator("main h1").inner_text()
    read_the_river(page, phone)


def read_the_river(page: Page, phone: Page) -> None:
    """A stream's evidence, a what-if, the River as of an earlier period, slides and PDF. `page` may lack script."""
    phone.goto(page.url)
    reads_well(phone)
    stream = page.locator("nav.streams a").first
    title = stream.locator("span").first.inner_text()
    stream.click()
    assert "stream=" in page.url
    evidence = page.locator("#evidence").inner_text()
    for heading in ("What would overturn it", "Units", "Reliability"):
        assert heading in evidence
    assert title.casefold() in evidence.casefold()
    phone.goto(page.url)
    reads_well(phone)
    assert "What we do not know" in page.inner_text("main")
    asked = page.locator("#what-if form")
    if asked.count():
        asked.get_by_label("What moves").select_option(index=0)
        asked.get_by_label("By how much").select_option(index=1)
        asked.get_by_role("button").click()
        assert "station=" in page.url
        said = page.inner_text("#what-if")
        assert "What would go with it downstream" in said or "cannot" in said or "Nothing" in said
        phone.goto(page.url)
        reads_well(phone)
    ages = page.locator(".as-of a")
    if ages.count() > 1:
        latest = page.locator("main h1").inner_text()
        ages.first.click()
        assert page.locator(".as-of [aria-current]").inner_text() in page.inner_text("main")
        assert page.locator("main h1").inner_text()
        phone.goto(page.url)
        reads_well(phone)
        page.locator(".as-of a").last.click()
        assert page.locator("main h1").inner_text() == latest
    assert_deck(take(page, "Slides"))
    document = take(page, "PDF")
    assert document.startswith(b"%PDF")
    assert PAGES.search(document)


def assert_deck(content: bytes) -> None:
    """A deck opens, and every slide of it says something."""
    from pptx import Presentation

    slides = Presentation(io.BytesIO(content)).slides
    assert len(slides) > 0
    assert all(
        any(shape.has_text_frame and shape.text_frame.text.strip() for shape in slide.shapes) for slide in slides
    )


def test_public_tables_come_in_through_the_pages_and_become_a_river(
    worked_out: Served, sign_in: SignIn, shared: Path
) -> None:
    page, phone = sign_in("experience lead"), sign_in("experience lead", size=PHONE, dark=True)
    page.goto("/learn/results/")
    reads_well(page)
    page.get_by_label("Name").fill("NHS trusts in England")
    page.get_by_role("button", name="Make it").click()
    page.wait_for_selector("input[type=file]")
    address = page.url
    for name in ("staff_survey_by_organisation_2021_2024.csv", "ae_waits_by_trust_month.csv"):
        page.goto(address)
        page.set_input_files("input[type=file]", shared / "data" / "nhs" / name)
        page.get_by_role("button", name="Look at what it would bring").click()
        page.wait_for_url("**/results/files/**")
        assert "recognised by its columns" in page.inner_text("main")
        reads_well(page)
        reads_well_on(phone, page.url)
        page.get_by_role("button", name="Apply it").click()
        page.wait_for_load_state()
        wait_for_work(worked_out.folder, "work_out_rivers")
    page.goto(address)
    page.get_by_role("link", name="Look at the River").click()
    page.wait_for_selector("nav.streams")
    reads_well(page)
    read_the_river(page, phone)


def test_the_audit_of_all_that_was_released_finds_nothing(worked_out: Served) -> None:
    folders = sorted({path.parent for path in (worked_out.folder / "released").rglob("book.json")})
    tables = [release_table(load_book(folder)) for folder in folders]
    assert len(tables) > 10
    verdict = audit_releases(tables)
    assert verdict.clean, verdict.lines()
