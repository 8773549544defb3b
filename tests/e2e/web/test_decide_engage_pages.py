"""The main pages of deciding and engaging: axe, a phone in the dark, the keyboard, and print with nothing cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.e2e.web.conftest import PHONE, SignIn, faults, sideways

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

LEAD = (
    ("/decide/directions/", "Open the board"),
    ("/decide/directions/board/", "Show"),
    ("/decide/directions/goals/", "Add it"),
    ("/decide/directions/vision/", "Write it anew"),
    ("/decide/team/", "Take somebody on the team"),
    ("/decide/team/adviser/", "Ask again"),
    ("/decide/team/adviser/compare/", "Back to the reasons"),
    ("/decide/team/matrix/", "Add an activity"),
    ("/decide/team/abilities/", ""),
    ("/decide/team/mandate/", ""),
    ("/decide/team/practices/", "Share a practice"),
    ("/decide/appointments/", "Begin an appointment"),
    ("/decide/maturity/", "Begin an assessment"),
    ("/engage/stakeholders/", "Take people in"),
    ("/engage/stakeholders/map/", "Take people in"),
    ("/engage/asks/all/", ""),
    ("/engage/briefings/", "Prepare a briefing"),
    ("/engage/discovery/", "Prepare a Discovery"),
    ("/engage/risks/", "Report a risk"),
    ("/engage/role/all/", ""),
)
TOP = (
    ("/engage/asks/", ""),
    ("/engage/challenges/", "Write a challenge"),
    ("/engage/credibility/", ""),
    ("/engage/discovery/foresight/", ""),
    ("/engage/role/", "Change the agreement"),
    ("/engage/role/board/", "Listen before you lead"),
    ("/engage/stakeholders/me/", "Say it yourself: one minute"),
)
TEAM = (("/engage/role/mirror/", ""), ("/decide/directions/", ""), ("/engage/risks/", "Report a risk"))
"""Pages by who opens them, each with the link or button it is there for, "" where it is there to be read."""

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


def operated_by_keys(page: Page, action: str) -> list[str]:
    """Go to an action with the tab key alone, and press it. Returns what is wrong."""
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found["inMain"] and found["words"].split("\n")[0] == action:
            if not found["ring"] or not found["inside"]:
                return [f"{page.url}: one does not see that “{action}” has the focus"]
            before = page.url
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


@pytest.mark.usefixtures("worked_out")
@pytest.mark.parametrize(
    ("who", "pages"),
    [("experience lead", LEAD), ("top leader", TOP), ("team leader", TEAM)],
    ids=["experience lead", "top leader", "team leader"],
)
def test_main_pages_are_for_everybody_keys_phones_and_paper(
    who: str, pages: tuple[tuple[str, str], ...], sign_in: SignIn
) -> None:
    desk, phone = sign_in(who), sign_in(who, size=PHONE, dark=True)
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
    assert not wrong, "\n".join(wrong)
