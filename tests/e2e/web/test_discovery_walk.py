"""Discovery in real browsers: five leaders and one who leads, at once; and fifty who join by a code at once."""

from __future__ import annotations

import json
import re
import sqlite3
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.cookiejar import CookieJar
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Error as PlaywrightError
from tests.e2e.web.conftest import PATIENCE, PHONE, Served, SignIn, faults, sideways

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

LEADERS, ROOM = 5, 50
WALL = (1_440, 900)
FORESEEN = "1.7"
"""A value that nothing else on a page says."""


@pytest.fixture
def phones(browser: Browser, served: Served) -> Iterator[list[Page]]:
    """Five phones of people whom nobody knows; one of them dark, one that wants no motion."""
    contexts: list[BrowserContext] = []
    for place in range(LEADERS):
        context = browser.new_context(
            base_url=served.address,
            viewport={"width": PHONE[0], "height": PHONE[1]},
            locale="en-GB",
            color_scheme="dark" if place == 1 else "light",
            reduced_motion="reduce" if place == 2 else "no-preference",
            java_script_enabled=place != 3,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


def kept(folder: Path, discovery: str) -> list[dict[str, Any]]:
    """What is to be foreseen, with the truth, read past the application."""
    with closing(sqlite3.connect(f"file:{folder / 'records.sqlite3'}?mode=ro", uri=True)) as records:
        found = records.execute(
            "SELECT truth FROM engage_discoveryquestion WHERE discovery_id = ? ORDER BY place",
            [discovery.replace("-", "")],
        ).fetchall()
    assert found
    return [json.loads(row[0]) for row in found]


def told(page: Page, truths: list[dict[str, Any]]) -> list[str]:
    """What of the truth stands in a page as it was sent."""
    source = page.content()
    found = []
    for truth in truths:
        if "value" in truth:
            found += [f"{truth[name]:.3f}" for name in ("value", "low", "high") if truth[name] is not None]
            found.append(f"said, with 95% range: {truth['value']:.1f}")
        else:
            found.append(truth["sentence"])
    return [one for one in found if one in source] + (["the reveal"] if 'class="dt"' in source else [])


def looks_right(page: Page, *, script: bool = True) -> None:
    """Nothing for axe to find, and nothing wider than the window."""
    if script:
        assert not faults(page), page.url
        assert sideways(page) <= 0, page.url


def foresee(page: Page, place: int) -> None:
    """Fill in what somebody foresees, and lock it."""
    for field in page.query_selector_all("input[name^=value_]"):
        number = (field.get_attribute("name") or "").partition("_")[2]
        page.fill(f"[name=value_{number}]", FORESEEN if place == 0 else str(2.5 + place / 4))
        page.fill(f"[name=low_{number}]", "1")
        page.fill(f"[name=high_{number}]", "4.5")
    for radio in page.query_selector_all("form.foresee input[type=radio]")[place % 3 : place % 3 + 1]:
        radio.check()
    with page.expect_navigation():
        page.click("form.foresee button.go")


def see_all(page: Page) -> None:
    """Look at every card, one at a time."""
    for _card in range(9):
        if page.query_selector("#notice") is None:
            return
        page.fill("#notice", "what I noticed")
        with page.expect_navigation():
            page.click("section.seeing button.go")


def come_to(page: Page, path: str) -> None:
    """Open a page that may be on its way there by itself."""
    for _time in range(3):
        try:
            page.goto(path)
        except PlaywrightError as stopped:
            if "interrupted" not in str(stopped) and "ERR_ABORTED" not in str(stopped):
                raise
        else:
            return
    page.goto(path)


def press(lead: Page, words: str) -> None:
    """Press a button of whoever leads."""
    with lead.expect_navigation():
        lead.click(f"button:has-text('{words}')")


def test_five_leaders_discover_together(sign_in: SignIn, served: Served, phones: list[Page], browser: Browser) -> None:
    lead = sign_in("experience lead", size=WALL)
    lead.goto("/engage/discovery/")
    lead.click("main table a[href$='/lead/'] >> nth=0")
    lead.wait_for_selector(".code-big")
    looks_right(lead)
    code = lead.inner_text(".code-big")
    match = re.search(r"discovery/([0-9a-f-]{36})/", lead.url)
    assert match is not None
    path, truths = f"/engage/discovery/{match[1]}/", kept(served.folder, match[1])
    wall = lead.context.new_page()
    wall.goto(f"{path}wall/")
    looks_right(wall)
    for place, phone in enumerate(phones):
        phone.goto(f"/engage/discovery/join/{code.replace('-', '')}/")
        looks_right(phone, script=place != 3)
        phone.click("main form button.go")
        phone.wait_for_url(f"**{path}")
        looks_right(phone, script=place != 3)
        assert not told(phone, truths)
    for place, phone in enumerate(phones):
        foresee(phone, place)
        assert "Your prediction is locked" in phone.inner_text("main")
        looks_right(phone, script=place != 3)
        assert not told(phone, truths)
    wall.wait_for_selector(f"text={LEADERS} have foreseen")
    assert not told(wall, truths)
    assert FORESEEN not in wall.inner_text("main")
    lead.goto(f"{path}lead/")
    assert FORESEEN not in lead.inner_text("main")
    press(lead, "Go on: See")
    phones[0].wait_for_selector("#notice")  # by itself
    for place, phone in enumerate(phones):
        come_to(phone, path)
        looks_right(phone, script=place != 3)
        see_all(phone)
        assert not told(phone, truths)
        assert "The reveal comes to all of you together" in phone.inner_text("main")
    assert not told(wall, truths)
    press(lead, "Go on: The reveal")
    wall.wait_for_selector("text=Here is what they said")
    assert told(wall, truths)
    looks_right(wall)
    for place, phone in enumerate(phones):
        if place == 3:
            phone.click("text=Look again")
        phone.wait_for_selector("text=Here is what they said")
        assert told(phone, truths)
        looks_right(phone, script=place != 3)
    still = phones[2].eval_on_selector(".leaves", "one => getComputedStyle(one).animationName")
    moving = phones[0].eval_on_selector(".leaves", "one => getComputedStyle(one).animationDuration")
    assert (still, moving) == ("none", "0.42s")
    press(lead, "Go on: Your conclusion")
    for place, phone in enumerate(phones):
        come_to(phone, path)
        looks_right(phone, script=place != 3)
        assert "What the analyst had written" not in phone.content()
        phone.fill("[name=words]", f"What I conclude, number {place}")
        if place < 2:
            phone.check("[name=shares]")
        phone.click("text=Save my conclusion")
        phone.wait_for_selector("text=What the analyst had written")
    press(lead, "Go on: One commitment")
    for place, phone in enumerate(phones):
        come_to(phone, path)
        phone.fill("[name=sentence]", "Thank one crew by name each week")
        phone.fill("[name=first_step]", "Ride along on Monday")
        phone.fill("[name=tells]", "My team")
        phone.click("text=I commit")
        phone.wait_for_selector("text=Your commitment")
        looks_right(phone, script=place != 3)
    lead.goto(f"{path}together/")
    looks_right(lead)
    words = lead.inner_text("main")
    assert "What I conclude, number 0" in words
    assert "What I conclude, number 4" not in words
    phones[4].goto(f"{path}print/")
    looks_right(phones[4])
    assert "What I conclude, number 4" in phones[4].inner_text("main")
    phones[4].emulate_media(media="print")
    sheet = phones[4].pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page[^s]", sheet)) == 1


@pytest.mark.slow
def test_fifty_join_by_one_code_at_once(sign_in: SignIn, served: Served) -> None:
    """The organisation's lead prepares it in the browser; SQLite takes fifty who come in together."""
    lead = sign_in("experience lead", size=WALL)
    lead.goto("/engage/discovery/prepare/")
    looks_right(lead)
    lead.click(".unit-links a >> nth=0")
    lead.wait_for_selector("[name=insight]")
    looks_right(lead)
    lead.check("[name=whom][value=anonymous]")
    top = served.passwords["top leader"][0]
    with closing(sqlite3.connect(f"file:{served.folder / 'records.sqlite3'}?mode=ro", uri=True)) as records:
        found = records.execute(
            "SELECT p.key FROM people_person p JOIN people_user u ON u.person_id = p.id WHERE u.email = ?", [top]
        ).fetchone()
    lead.fill("[name=people]", found[0])
    press(lead, "Prepare it")
    press(lead, "Open it")
    reason = lead.locator("main input[type=text][name=over_reason]")
    if reason.count():
        looks_right(lead)
        reason.fill("The board meets this week.")
        press(lead, "Open it")
    lead.fill("[name=guests]", str(ROOM))
    press(lead, "Count them in")
    code = lead.inner_text(".code-big")
    address = f"{served.address}/engage/discovery/join/"

    def join(_number: int) -> str:
        jar = CookieJar()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        page = browser.open(address, timeout=120).read().decode()
        key = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert key is not None
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": key[1], "code": code}).encode()
        request = urllib.request.Request(address, body, {"Referer": address})
        with browser.open(request, timeout=120) as answered:
            assert "What do you think they said" in answered.read().decode()
        return next(str(cookie.value) for cookie in jar if cookie.name.startswith("discovery-"))

    with ThreadPoolExecutor(ROOM) as threads:
        tokens = list(threads.map(join, range(ROOM)))
    assert len(set(tokens)) == ROOM
    lead.reload()
    assert f"In\n{ROOM}" in lead.inner_text("main dl.kv")
