"""What main pages are checked for: axe, a phone in the dark, the keyboard, and print with nothing cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.web.conftest import faults, sideways

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Page

MOST_TABS = 90
PAPER = (718, 1_000)
"""What A4 leaves between its margins, in pixels of 1/96 inch."""

CUT = """() => [...document.querySelectorAll('main, main *')]
  .filter(one => one.offsetParent !== null && !one.closest('svg, .hide, [hidden]'))
  .filter(one => ['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(one).overflowX))
  .filter(one => one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1)
  .map(one => one.outerHTML.slice(0, 120))"""
"""What is wider than its box and would end at its edge on paper."""

FOCUSED = """() => {
  const one = document.activeElement;
  const words = (one.innerText || one.value || '').trim();
  const seen = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  const ring = parseFloat(seen.outlineWidth) > 0 && seen.outlineStyle !== 'none' || seen.boxShadow !== 'none';
  return {words, inMain: !!one.closest('main'), ring, inside: box.width > 0 && box.height > 0};
}"""


LACKS = """() => {
  const form = document.activeElement.form;
  return !!form && !form.noValidate && !form.checkValidity();
}"""
"""Whether the browser holds a form back until what is missing was filled in."""


def operated_by_keys(page: Page, action: str) -> list[str]:
    """Go to an action with the tab key alone, and press it. Returns what is wrong.

    A form that lacks something takes the focus there instead of leaving the page.
    """
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found["inMain"] and found["words"].split("\n")[0] == action:
            if not found["ring"] or not found["inside"]:
                return [f"{page.url}: one does not see that “{action}” has the focus"]
            before = page.url
            if page.evaluate(LACKS):
                page.keyboard.press("Enter")
                is_led = page.evaluate("() => document.activeElement.matches(':invalid')")
                return [] if is_led else [f"{before}: “{action}” does not lead to what is missing"]
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return [] if page.locator("main h1").count() == 1 else [f"{before}: “{action}” leads nowhere"]
    return [f"{page.url}: the tab key does not come to “{action}”"]


def printed_whole(page: Page) -> list[str]:
    """Look at a page as paper shows it. Returns what is cut."""
    size = page.viewport_size
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER[0], "height": PAPER[1]})
    wrong = [f"{page.url} on paper: {one}" for one in page.evaluate(CUT)]
    if (over := sideways(page)) > 0:
        wrong.append(f"{page.url} on paper: {over} px too wide")
    if not page.pdf(format="A4", prefer_css_page_size=True).startswith(b"%PDF-"):
        wrong.append(f"{page.url}: no paper")
    page.emulate_media(media="screen")
    assert size is not None
    page.set_viewport_size(size)
    return wrong


def wrong_with(pages: Iterable[tuple[str, str]], desk: Page, phone: Page) -> list[str]:
    """Look at pages, each with the link or button it is there for, at a desk and on a phone in the dark.

    Returns all that is wrong.
    """
    wrong: list[str] = []
    for path, action in pages:
        for page, name in ((desk, "light"), (phone, "dark, 360 px")):
            answer = page.goto(path)
            assert answer is not None
            assert answer.ok, path
            wrong += [f"{path} {name}: {fault}" for fault in faults(page)]
            if (over := sideways(page)) > 0:
                wrong.append(f"{path} {name}: {over} px too wide")
        wrong += printed_whole(desk)
        if action:
            desk.goto(path)
            wrong += operated_by_keys(desk, action)
    return wrong
