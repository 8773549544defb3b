"""Walks through deciding, in a real browser: advice on structure, an appointment, and maturity to a direction."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.e2e.web.conftest import PHONE, SignIn, reads_well

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

ROLE = "Journey lead, experience team"
GAP = "A one-page vision says which experience is wanted"
DIMENSIONS = ("Direction", "Design", "Development", "Delivery", "Results")


def on_a_phone(page: Page, phone: Page) -> None:
    """The same page in the dark on a phone."""
    answer = phone.goto(page.url)
    assert answer is not None
    assert answer.ok, page.url
    reads_well(phone)


def press(page: Page, name: str) -> None:
    """Press a button by its words."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name).first.click()


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    """Follow a link by its words."""
    with page.expect_navigation():
        page.locator("main").get_by_role("link", name=name).first.click()


def choose_all(page: Page, level: str) -> None:
    """Choose one level for everything that is asked on a page."""
    for radio in page.locator(f"main input[type=radio][value='{level}']").all():
        radio.check()


ORGANISATIONS = (
    ("a small clinic", (60, 4, 1, 3, 3, 4, 1), "One team beside the top leaders fits you."),
    (
        "a bank with 400 branches",
        (6_000, 430, 400, 1, 3, 2, 2),
        "One direction with a partner in each division fits you.",
    ),
    ("a city government", (3_500, 24, 12, 3, 1, 3, 1), "A committee of the leaders who decide fits you."),
    (
        "a federation of non-profits",
        (900, 120, 110, 0, 0, 1, 2),
        "Units that work on it by themselves, with a core that guides, fit you.",
    ),
)
"""Four organisations: people, units, places, and levels of working together, alikeness, access and maturity."""
ANSWERS = ("people", "units", "places", "together", "uniformity", "access", "maturity")


def test_four_organisations_get_four_pieces_of_advice_and_why(sign_in: SignIn) -> None:
    lead, phone = sign_in("experience lead"), sign_in("experience lead", size=PHONE, dark=True)
    lead.goto("/decide/team/adviser/")
    reads_well(lead)
    reasons = set()
    for name, answers, said in ORGANISATIONS:
        for field, value in zip(ANSWERS, answers, strict=True):
            box = lead.locator(f"main [name={field}]")
            if box.evaluate("one => one.tagName") == "SELECT":
                box.select_option(str(value))
            else:
                box.fill(str(value))
        with lead.expect_navigation():
            lead.locator("main form", has=lead.locator("[name=people]")).locator("button").first.click()
        assert lead.inner_text("h1") == said, name
        text = lead.inner_text("main")
        assert "What speaks for it here" in text
        assert "instead of" in text or "No answer would turn it" in text, "it says what would turn the advice"
        reasons.add(" ".join(lead.locator("ul.reasons").first.all_inner_texts()))
        assert lead.locator("main svg").count() >= 1, "drawn on the organisation as it is"
        reads_well(lead)
        on_a_phone(lead, phone)
    assert len(reasons) == len(ORGANISATIONS), "each has reasons of its own"
    follow(lead, "Compare all four")
    assert lead.locator(".four > section").count() == 4
    reads_well(lead)
    on_a_phone(lead, phone)


def test_an_appointment_with_three_assessors(sign_in: SignIn) -> None:
    lead, last = sign_in("experience lead"), sign_in("team leader")
    phone = sign_in("team leader", size=PHONE, dark=True)
    lead.goto("/decide/appointments/")
    reads_well(lead)
    follow(lead, ROLE)
    reads_well(lead)
    one = lead.url
    closed = lead.goto(f"{one}meeting/")
    assert closed is not None
    assert closed.status == 403, "the lead sees no scores before all are in"

    last.goto("/")
    assert "2 candidates wait for your scores" in last.inner_text("main")
    last.goto(one)
    reads_well(last)
    on_a_phone(last, phone)
    for _candidate in range(2):
        follow(last, re.compile(r"^Score "))
        reads_well(last)
        on_a_phone(last, phone)
        choose_all(last, "1")
        for field in last.locator("main textarea").all():
            field.fill("Heard it in the talk, with one example.")
        press(last, "Keep my scores")
    press(last, "Hand my scores in")

    last.goto(f"{one}meeting/")
    reads_well(last)
    on_a_phone(last, phone)
    assert "alpha" in last.inner_text("main")
    rows = last.locator(".judged-rows > li")
    assert rows.count() == 10
    gaps = [int(found) for found in re.findall(r"(\d) levels apart", last.inner_text("main"))]
    assert gaps, "some are far apart"
    assert gaps == sorted(gaps, reverse=True), "the largest difference stands first"
    lead.goto(f"{one}meeting/")
    for field in lead.locator("main select").all():
        field.select_option("3")
    press(lead, "Keep what we agreed on")
    assert "say why you agree" in lead.inner_text("main"), "a difference of two levels owes a reason"
    reads_well(lead)
    for field in lead.locator(".judged-rows input[type=text]").all():
        field.fill("Two of us saw it at work; one has only heard of it.")
    press(lead, "Keep what we agreed on")
    lead.goto(f"{one}decision/")
    reads_well(lead)
    lead.get_by_role("radio", name="Robin Outside").check()
    lead.get_by_role("textbox", name="Reasons").fill(
        "Has done two such changes from finding to check, and was heard by leaders."
    )
    press(lead, "Decide, and keep the reasons")
    reads_well(lead)
    follow(lead, re.compile("Write what they are told"))
    lead.get_by_role("textbox", name="What they are told").fill(
        "Thank you. We looked for somebody who has closed one such change."
    )
    press(lead, "Keep it")
    assert "Thank you. We looked for" in lead.inner_text("main")


@pytest.mark.usefixtures("worked_out")
def test_a_maturity_assessment_from_evidence_to_a_direction(sign_in: SignIn) -> None:
    lead, senior = sign_in("experience lead"), sign_in("top leader")
    phone = sign_in("experience lead", size=PHONE, dark=True)
    lead.goto("/decide/maturity/")
    reads_well(lead)
    on_a_phone(lead, phone)
    follow(lead, "Begin an assessment")
    reads_well(lead)
    lead.get_by_label("Name").fill("Where we stand now")
    lead.get_by_label("Scores are due on").fill("2030-01-31")
    press(lead, "Begin")
    reads_well(lead)
    one = lead.url
    for who in ("analyst@demo.example", "employee@demo.example"):
        lead.goto(f"{one}assessors/")
        lead.get_by_label("Assessor").fill(who)
        press(lead, "Keep it")
    lead.goto(f"{one}validator/")
    lead.get_by_label("Who validates").fill("top.leader@demo.example")
    press(lead, "Keep it")

    follow(lead, GAP)
    reads_well(lead)
    on_a_phone(lead, phone)
    lead.locator("summary", has_text="A released score").click()
    press(lead, "Attach the score")
    assert "Attached by" in lead.inner_text("main")
    reads_well(lead)
    lead.goto(one)
    press(lead, "Ask the assessors to score")

    for who, vision in (("analyst", "1"), ("employee", "3")):
        page = sign_in(who)
        page.goto(one)
        reads_well(page)
        follow(page, re.compile("^Direction$"))
        reads_well(page)
        for _dimension in DIMENSIONS:
            choose_all(page, "3")
            if "direction" in page.url:
                page.locator(f"input[name='score_vision-one-page'][value='{vision}']").check()
            with page.expect_navigation():
                page.locator("main form.judged button.go").click()
        press(page, "Hand my scores in")
    lead.goto(f"{one}meeting/")
    reads_well(lead)
    on_a_phone(lead, phone)
    lead.locator("select[name='level_vision-one-page']").select_option("1")
    lead.locator("input[name='reason_vision-one-page']").fill("It is written; the depots do not know it.")
    press(lead, "Keep what we agreed on")
    lead.goto(one)
    press(lead, "Ask for validation")

    senior.goto(f"{one}result/")
    reads_well(senior)
    assert "“Tactical”" in senior.inner_text("h1"), "one gap keeps all levels above from counting"
    press(senior, "Accept it")
    reads_well(senior)
    lead.goto(f"{one}result/")
    reads_well(lead)
    on_a_phone(lead, phone)
    with lead.expect_download() as loading:
        lead.get_by_role("link", name="Slides", exact=True).click()
    assert loading.value.suggested_filename.endswith(".pptx")
    follow(lead, re.compile("Make it a candidate"))
    reads_well(lead)
    press(lead, "Put it on the board")
    assert "a candidate on the board" in lead.inner_text("body")
