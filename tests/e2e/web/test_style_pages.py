"""The style pages show every part of the house: axe finds nothing in light, dark, on a phone, or mirrored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.e2e.web.conftest import DESK, PHONE, SignIn, faults, sideways

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAGES = (
    "/house/parts/",
    "/house/parts/?direction=rtl",
    "/house/parts/respond?language=en",
    "/house/parts/respond?language=ar",
    "/house/parts/respond?language=ar&kiosk",
)


def look_at(page: Page, path: str) -> None:
    """Go to a style page, once the signing in is through."""
    page.wait_for_selector("header .me, .top > div > b")
    answer = page.goto(path)
    assert answer is not None
    assert answer.ok
    assert page.url.endswith(path)


def complaints_of(page: Page) -> list[str]:
    """What the browser writes to its console from now on: refusals by the policy stand there."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text))
    return found


@pytest.mark.parametrize(("size", "is_dark"), [(DESK, False), (DESK, True), (PHONE, False), (PHONE, True)])
def test_axe_finds_nothing_and_nothing_runs_over(size: tuple[int, int], is_dark: bool, sign_in: SignIn) -> None:
    page = sign_in("administrator", size=size, dark=is_dark)
    complaints = complaints_of(page)
    wrong: list[str] = []
    for path in PAGES:
        look_at(page, path)
        if (over := sideways(page)) > 0:
            wrong.append(f"{path}: {over} px wider than its window")
        page.evaluate("() => document.querySelectorAll('details').forEach(one => one.open = true)")
        wrong += [f"{path}: {fault}" for fault in faults(page)]
    assert not wrong, "\n".join(wrong)
    assert complaints == []


def test_targets_of_a_respondents_page_suit_a_thumb(sign_in: SignIn) -> None:
    page = sign_in("administrator", size=PHONE)
    look_at(page, "/house/parts/respond?language=en")
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('.s label b, .l label, .na, .bw label, .btn, select, input.short')]
            .map(one => one.getBoundingClientRect()).map(box => [box.width, box.height])"""
    )
    assert len(sizes) > 60
    assert [size for size in sizes if size[0] < 44 or size[1] < 44] == []


def test_a_respondents_page_answers_to_the_keyboard_without_script(sign_in: SignIn) -> None:
    page = sign_in("administrator", size=PHONE, script=False)
    look_at(page, "/house/parts/respond?language=en")
    page.focus("input[name=m1][value='1']")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.is_checked("input[name=m1][value='3']")
    page.locator(".s label", has_text="Strongly agree").first.click()
    assert page.is_checked("input[name=a1][value='5']")
