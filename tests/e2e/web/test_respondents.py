"""Respondents' pages in a browser: axe, a phone, dark, right to left, without script, by keyboard."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from benchmarks import _served_wave
from tests.e2e.web.conftest import DESK, PHONE, faults, sideways
from tests.ports import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = ("mail", "code", "poster", "kiosk", "customer", "call", "forged")


@dataclass(frozen=True)
class Door:
    """A server with a wave of every channel. pages: addresses by name."""

    address: str
    pages: dict[str, str]


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("respond") / "house"
    folder.mkdir()
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("HEADWATER_", "DJANGO_"))}
    subprocess.run([sys.executable, "-m", "tests.rooms.respond_house", str(folder)], env=plain, check=True)
    port = free_port()
    with _served_wave.served(folder, port):
        yield Door(f"http://127.0.0.1:{port}", json.loads((folder / "pages.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("language", ["en", "ar", "es"])
@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark")])
def test_axe_finds_nothing_and_nothing_runs_over(
    door: Door, browser: Browser, language: str, size: tuple[int, int], scheme: str
) -> None:
    context = browser.new_context(
        base_url=door.address,
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        locale=language,
    )
    page = context.new_page()
    wrong = []
    for name in NAMES:
        page.goto(f"{door.pages[name]}?lang={language}")
        assert page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
        wrong += [f"{name}: {fault}" for fault in faults(page)]
        if (over := sideways(page)) > 0:
            wrong.append(f"{name}: {over} px too wide")
    context.close()
    assert wrong == []


def open_page(door: Door, browser: Browser, name: str, *, script: bool = True) -> Page:
    """Open a page on a phone."""
    context = browser.new_context(
        base_url=door.address,
        viewport={"width": PHONE[0], "height": PHONE[1]},
        java_script_enabled=script,
        locale="en-GB",
    )
    page = context.new_page()
    page.goto(door.pages[name])
    return page


def test_answers_are_kept_as_they_are_given_and_resumed_elsewhere(door: Door, browser: Browser) -> None:
    page = open_page(door, browser, "mail")
    assert not page.is_visible("#q5")
    with page.expect_response(lambda answer: answer.status == 204):
        page.check("input[name=q4][value='2']")
    assert page.is_visible("#q5")
    with page.expect_response(lambda answer: answer.status == 204):
        page.fill("#q5", "It rattles.")
    page.wait_for_function("document.querySelector('[data-progress]').textContent.includes('Saved.')")
    other = open_page(door, browser, "mail")
    assert other.input_value("#q5") == "It rattles."
    assert other.inner_text("[data-progress]").startswith("2 of 11 answered.")
    page.context.close()
    other.context.close()


def test_a_mistake_is_led_to_and_enter_sends_nothing(door: Door, browser: Browser) -> None:
    page = open_page(door, browser, "other")
    page.fill("#q9", "5")
    page.press("#q9", "Enter")
    page.wait_for_load_state()
    assert page.input_value("#q9") == "5"
    page.click("button[value=send]")
    page.wait_for_load_state()
    assert page.evaluate("document.activeElement.id") == "wrong"
    assert faults(page) == []
    page.click("#wrong a")
    page.focus("#q2")
    page.keyboard.press("ArrowRight")
    page.click("button[value=send]")
    page.wait_for_load_state()
    assert page.inner_text("h1") == "Thank you. Your answers are in."
    assert faults(page) == []
    page.context.close()


@pytest.mark.parametrize("name", ["third", "poster"])
def test_everything_works_without_script(door: Door, browser: Browser, name: str) -> None:
    page = open_page(door, browser, name, script=False)
    page.check("input[name=q2][value='5']", force=True)
    page.check("input[name=q4][value='2']")
    page.click("button[value=send]")
    assert page.is_visible("#q5")
    assert page.is_checked("input[name=q2][value='5']")
    page.fill("#q5", "It rattles.")
    page.click("button[value=send]")
    assert page.inner_text("h1") == "Thank you. Your answers are in."
    page.context.close()
