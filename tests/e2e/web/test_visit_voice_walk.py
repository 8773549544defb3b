"""Dictating on a visit in a real browser whose recogniser is a stand-in: where it can, and where it cannot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.e2e.web.conftest import PHONE, Served, SignIn
from tests.e2e.web.test_visit_walk import looks_right, records, unit_led_by

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow
STAND_IN = """(standing => {
  window.heard = []; window.installed = false;
  class Fake {
    static async available(asked) {
      if (!asked.processLocally) throw new Error("asked for recognition elsewhere");
      return window.installed ? "available" : asked.langs[0] === "en-US" ? standing : "unavailable";
    }
    static async install() { window.installed = true; return true; }
    get processLocally() { return this.local === true; }
    set processLocally(value) { this.local = value; }
    start() { if (!this.local) throw new Error("would leave the phone"); window.heard.push(this); }
    say(text, isFinal) {
      const one = [{transcript: text}]; one.isFinal = isFinal;
      this.onresult({resultIndex: 0, results: [one]});
    }
    fail(error) { this.onerror({error}); this.onend(); }
    stop() { this.onend(); }
    abort() { this.onend(); }
  }
  window.SpeechRecognition = window.webkitSpeechRecognition = Fake;
})"""
NONE = "delete window.SpeechRecognition; delete window.webkitSpeechRecognition;"
CLOUD_ONLY = "window.SpeechRecognition = window.webkitSpeechRecognition = class { start() { window.started = true; } };"


def opened(served: Served, sign_in: SignIn, before: str) -> Page:
    """The phone page of a planned visit, with a browser that has only what the script before it gives."""
    visited, _name = unit_led_by(served, "small team leader")
    page = sign_in("top leader", size=PHONE)
    page.add_init_script(before)
    found = records(
        served.folder, "SELECT id FROM act_visit WHERE state = 'planned' ORDER BY unit_id = ?, day", visited
    )
    assert found
    pk = re.sub(r"^(.{8})(.{4})(.{4})(.{4})(.{12})$", r"\1-\2-\3-\4-\5", found[0][0])
    page.goto(f"/act/visits/{pk}/go/")
    return page


@pytest.mark.parametrize("without", [NONE, CLOUD_ONLY, f"{STAND_IN}('unavailable')"])
def test_where_it_would_leave_the_phone_there_is_no_button(served: Served, sign_in: SignIn, without: str) -> None:
    page = opened(served, sign_in, without)
    page.wait_for_selector("#v-state >> text=No dictation here")
    assert not page.locator(".speak:visible").count()
    assert not page.locator("#v-agreed").is_visible()
    assert not page.evaluate("window.started === true")
    looks_right(page)


def test_what_is_said_stands_in_the_field_to_be_changed(served: Served, sign_in: SignIn) -> None:
    page = opened(served, sign_in, f"{STAND_IN}('available')")
    page.wait_for_selector("#v-agreed")
    assert not page.locator("#o-words-speak").is_visible()
    page.check("#v-agreed")
    page.locator("#o-words-speak").click()
    assert page.locator("#o-words-speak").get_attribute("aria-pressed") == "true"
    looks_right(page)
    page.evaluate("heard[0].say('No lamp at', false)")
    assert "No lamp at" in page.inner_text("#v-state")
    assert page.input_value("#o-words") == ""
    page.evaluate("heard[0].say('No lamp at point four', true)")
    assert page.input_value("#o-words") == "No lamp at point four"
    page.locator("#o-customers-speak").click()
    page.evaluate("heard[0].say('too late', true)")
    page.evaluate("heard[1].say('Trams wait', false)")
    assert page.input_value("#o-words") == "No lamp at point four"
    page.fill("#o-words", "No lamp at coupling point four")
    page.get_by_role("button", name="Keep the obstacle").click()
    page.wait_for_selector("#noted >> text=No lamp at coupling point four")
    page.wait_for_selector("#state >> text=All is sent")
    asked = "SELECT to_customers FROM act_obstacle WHERE what = ?"
    assert records(served.folder, asked, "No lamp at coupling point four") == [("Trams wait",)]
    assert page.input_value("#o-customers") == ""
    page.evaluate("heard[1].say('after it was kept', true)")
    assert page.input_value("#o-customers") == ""

    page.locator("#o-words-speak").click()
    page.evaluate("heard[2].fail('not-allowed')")
    assert "microphone is not allowed" in page.inner_text("#v-state")
    page.locator("#o-words-speak").click()
    page.evaluate("heard[3].say('x'.repeat(1200), true)")
    assert len(page.input_value("#o-words")) == 1000
    assert "full" in page.inner_text("#v-state")
    page.uncheck("#v-agreed")
    assert not page.locator("#o-words-speak").is_visible()


def test_a_language_is_fetched_when_asked(served: Served, sign_in: SignIn) -> None:
    page = opened(served, sign_in, f"{STAND_IN}('downloadable')")
    page.wait_for_selector("#v-load", state="visible")
    page.check("#v-agreed")
    assert not page.locator("#o-words-speak").is_visible()
    page.click("#v-load")
    page.wait_for_selector("#o-words-speak", state="visible")
    assert not page.locator("#v-load").is_visible()
