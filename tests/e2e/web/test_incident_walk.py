"""An injury reported by a poster's QR code on a phone without a connection, until it is told and closed.

In a real browser with the organisation of the demonstration: it arrives twice and stands once, reaches the top leader,
is opened, met, done again, fixed, told and closed, and followed with the receipt.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.e2e.web.conftest import PATIENCE, PHONE, Served, SignIn, faults, sideways

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
IS_KEPT = """async path => {
  for (;;) {
    for (const name of await caches.keys()) {
      const held = await (await caches.open(name)).keys();
      if (held.some(one => one.url.endsWith(path))) return;
    }
    await new Promise(done => setTimeout(done, 50));
  }
}"""
"""Waits until the phone keeps the empty form."""
IS_SENT = """async () => {
  while (localStorage.getItem("headwater-incidents") !== null) await new Promise(done => setTimeout(done, 50));
}"""
"""Waits until nothing waits on the phone."""
PLACE = "Pit 2"
WHAT = "A colleague fell from the second step of the ladder in the pit."


def test_an_injury_from_a_poster_to_its_end(browser: Browser, served: Served, sign_in: SignIn) -> None:
    address = _poster(sign_in)
    context = browser.new_context(
        base_url=served.address, viewport={"width": PHONE[0], "height": PHONE[1]}, locale="en-GB", is_mobile=True
    )
    context.set_default_timeout(PATIENCE)
    phone = context.new_page()
    code = _report_offline(phone, address)

    top = sign_in("top leader", size=PHONE)
    top.goto("/")
    first = top.locator("article.need-card", has_text=PLACE).first
    assert "An injury" in first.inner_text()
    assert "5" in first.inner_text()
    _looks_right(top)
    first.get_by_role("link").click()
    top.wait_for_selector(f"h1:has-text('{PLACE}')")
    assert WHAT in top.inner_text("main")
    assert "Opened by the top leader" in top.inner_text(".lede")
    _looks_right(top)

    _follow(phone, code)
    assert "The top leader has opened it" in phone.inner_text("h1")
    phone.check("input[name=answer][value=yes]")
    phone.click("form:has(fieldset) button")
    phone.wait_for_selector("text=It is kept.")
    _looks_right(phone)

    soon = (datetime.now(tz=UTC) + timedelta(days=5)).date().isoformat()
    _does(top, "Plan a visit to do it yourself", {"visit-day": soon, "visit-task": "Work in the pit for two hours"})
    assert "Visit:" in top.inner_text("main")
    _does(top, "I met them", {"meet-words": "The ladder had no rail. They are well again."})
    _does(top, "I did it", {"repeat-words": "With both hands full the second step cannot be seen."})
    _does(top, "It is fixed", {"fix-words": "A fixed stair with a rail in both pits."})
    told = "Somebody fell from a ladder in a pit. Both pits now have a stair with a rail."
    _does(top, "Write the note", {"tell-words": told})
    top.click("button:has-text('Close it')")
    top.wait_for_selector(".lede:has-text('Closed')")

    _follow(phone, code)
    assert "It is closed" in phone.inner_text("h1")
    assert told in phone.inner_text("main")
    assert "A fixed stair with a rail" in phone.inner_text("main")
    everybody = sign_in("employee")
    everybody.goto("/act/incidents/told/")
    assert told in everybody.inner_text("main")
    context.close()

    with closing(sqlite3.connect(f"file:{served.folder / 'records.sqlite3'}?mode=ro", uri=True)) as records:
        found = records.execute("SELECT reported_at, state FROM act_incident WHERE what = ?", [WHAT]).fetchall()
    assert len(found) == 1
    assert found[0][0].endswith(":00:00")
    assert found[0][1] == "closed"
    log = (served.folder.parent / "log").read_text()
    assert code not in log
    assert "/i/" not in log.replace("/i/follow with the code", "")


def _poster(sign_in: SignIn) -> str:
    """A safety officer makes a poster; what its QR code holds is read from under it."""
    officer = sign_in("safety officer")
    officer.goto("/act/incidents/posters/")
    officer.fill("input[name=place]", PLACE)
    officer.click("button:has-text('Make it')")
    officer.wait_for_selector("svg")
    _looks_right(officer)
    printed = re.sub(r"\s", "", officer.inner_text("main"))
    found = re.search(r"https?://[^/]+(/i/[0-9A-Z]{8}/)", printed)
    assert found is not None, printed
    return found[1]


def _report_offline(phone: Page, address: str) -> str:
    """Open the form, lose the connection, report, get it back: it is sent by itself. Returns the receipt code."""
    phone.goto(address)
    _looks_right(phone)
    phone.evaluate("navigator.serviceWorker.ready.then(() => null)")
    phone.evaluate(IS_KEPT, address)
    phone.context.set_offline(True)
    phone.goto(address)
    phone.check("input[name=kind][value=injury]")
    phone.fill("#what", WHAT)
    phone.click("button[type=submit]")
    phone.wait_for_selector("#kept:not([hidden])")
    code = phone.inner_text("#kept-codes b")
    held = phone.evaluate("localStorage.getItem('headwater-incidents')")
    phone.context.set_offline(False)
    phone.wait_for_selector("#sent:not([hidden])")
    assert phone.inner_text("#sent-codes b") == code
    # the phone sends it once more, as one does whose answer was lost on the way
    phone.evaluate("held => localStorage.setItem('headwater-incidents', held)", held)
    phone.reload()
    phone.evaluate(IS_SENT)
    assert phone.locator("#sent-codes b").count() == 1
    phone.click("#forget")
    assert phone.evaluate("localStorage.length") == 0
    return code


def _follow(phone: Page, code: str) -> None:
    phone.goto("/i/follow")
    phone.fill("#code", code.lower())
    phone.click("button[type=submit]")
    phone.wait_for_selector("#owed")


def _does(page: Page, summary: str, values: dict[str, str]) -> None:
    """Open a fold, fill it in and send it."""
    fold = page.locator("details.fold", has=page.locator(f"summary:text-is('{summary}')")).first
    fold.locator("summary").click()
    for name, value in values.items():
        fold.locator(f"[name={name}]").fill(value)
    if "visit-day" in values:
        # the poster named a place alone
        fold.locator("[name=visit-unit]").fill("U001")
    with page.expect_navigation():
        fold.locator("button").click()
    page.wait_for_selector(".say")
    assert page.locator(".errorlist").count() == 0, page.inner_text("main")


def _looks_right(page: Page) -> None:
    assert faults(page) == []
    assert sideways(page) == 0
