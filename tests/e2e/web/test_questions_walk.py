"""An analyst asks in their own words, in a real browser."""

from __future__ import annotations

import re

import pytest
from tests.e2e.web.conftest import DESK, PHONE, Served, SignIn, reads_well

pytestmark = pytest.mark.slow


def test_questions_are_answered_from_the_head_of_the_room(sign_in: SignIn, worked_out: Served) -> None:
    page = sign_in("analyst")
    page.goto("/learn/")
    page.get_by_role("searchbox").fill("which teams have the lowest recognition?")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/learn/ask/\?q="))
    first = page.locator(".ask-answers .said").first.inner_text()
    assert "Recognition" in first
    assert "below the rest of" in first
    assert "Understood as" in page.locator("main").inner_text()
    reads_well(page)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    reads_well(page)
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    page.locator(".ask-answers a").first.click()
    page.wait_for_url(re.compile(r"/learn/explorer/score/"))
    assert "Recognition" in page.locator("h1").inner_text()


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("what drives staying?", "Drivers"),
        ("what matters most to people in Buses?", "What matters"),
        ("what do people say?", "Comments"),
        ("which contact weighs most?", "Contacts"),
        ("how good is internal service?", "Internal service"),
        ("does leadership affect customers?", "The River"),
        ("is there a gap between top and front line?", "Gap between levels"),
        ("how many answered in Trams?", "How many answered"),
        ("what changed in Ferries?", "Change"),
    ],
)
def test_each_kind_is_answered_from_its_page(sign_in: SignIn, worked_out: Served, question: str, kind: str) -> None:
    page = sign_in("analyst")
    page.goto(f"/learn/ask/?q={question.replace(' ', '+')}")
    assert page.locator(".ask-understood p").first.inner_text().startswith(f"Understood as {kind}")
    assert page.locator(".ask-answers li").count() >= 1
    href = page.locator(".ask-answers li p.row a").first.get_attribute("href")
    assert href is not None
    answer = page.goto(href)
    assert answer is not None
    assert answer.ok
