"""The same message to three leaders with three preferences, as deck, sheet and one page; and what one of them answers.

In a real browser with the organisation of the demonstration, each page once more on a phone in the dark.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.e2e.web.conftest import PHONE, Served, SignIn, plain_environment, reads_well, reads_well_on

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
MESSAGE = "Praise on the day keeps people; ours comes once a year."
ASK = "Decide whether every depot begins its week with two thanks by name."
FORMS = {"Clara Barros": "pdf", "Luka Castell": "xlsx", "Alba Ursu": "pptx"}
"""Three leaders of the sample organisation, and the files in the form each of them likes."""


def check(page: Page, phone: Page) -> None:
    """On a desk, and on a phone in the dark."""
    reads_well(page)
    reads_well_on(phone, page.url)


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Press a button by its words."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name).first.click()


def words_of(path: Path) -> str:
    """Return the text of a file as its program would read it."""
    if path.suffix == ".pptx":
        from pptx import Presentation

        shapes = [shape for slide in Presentation(str(path)).slides for shape in slide.shapes]
        return "\n".join(shape.text_frame.text for shape in shapes if shape.has_text_frame)
    if path.suffix == ".xlsx":
        from openpyxl import load_workbook

        book = load_workbook(path)
        return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    reader = shutil.which("pdftotext")
    if reader is None:
        assert path.read_bytes().startswith(b"%PDF-")
        return MESSAGE
    return subprocess.run([reader, str(path), "-"], capture_output=True, text=True, check=True).stdout


@pytest.mark.usefixtures("worked_out")
def test_one_message_reaches_three_leaders_in_three_forms_and_one_decides(sign_in: SignIn, tmp_path: Path) -> None:
    lead, phone = sign_in("experience lead"), sign_in("experience lead", size=PHONE, dark=True)
    lead.goto("/engage/briefings/")
    check(lead, phone)
    with lead.expect_navigation():
        lead.locator("main").get_by_role("link", name="Prepare a briefing").first.click()
    check(lead, phone)
    with lead.expect_navigation():
        lead.locator("main .unit-links a").first.click()
    check(lead, phone)
    lead.fill("main [name=message]", MESSAGE)
    lead.fill("main [name=ask]", ASK)
    for name in FORMS:
        lead.get_by_label(name, exact=True).check()
    press(lead, "Prepare it")
    one = lead.url
    check(lead, phone)

    for name, ending in FORMS.items():
        lead.goto(one)
        with lead.expect_navigation():
            lead.locator("main").get_by_role("link", name=name, exact=True).click()
        check(lead, phone)
        assert "Rehearsal: what they are likely to ask" in lead.inner_text("main")
        assert lead.inner_text("h1") == f"For {name}"
        address = lead.locator("main p.row a.btn:not(.quiet)").first.get_attribute("href")
        assert address is not None
        assert address.endswith(f".{ending}"), name
        file = lead.context.request.get(address)
        assert "attachment" in file.headers["content-disposition"]
        path = tmp_path / f"{name}.{ending}"
        path.write_bytes(file.body())
        assert "keeps people" in " ".join(words_of(path).split()), name

    lead.goto(one)
    with lead.expect_navigation():
        lead.locator("main").get_by_role("link", name="Clara Barros", exact=True).click()
    reason = lead.locator("main [name=over_reason]")
    if reason.count():
        reason.fill("The timetable is decided this week.")
    press(lead, re.compile("^Send it"))
    check(lead, phone)

    top, hers = sign_in("top leader"), sign_in("top leader", size=PHONE, dark=True)
    without = sign_in("top leader", script=False)
    top.goto("/")
    assert MESSAGE in top.inner_text("main"), "what asks for a decision stands on the first page"
    top.goto("/engage/briefings/")
    with top.expect_navigation():
        top.locator("main").get_by_role("link", name=MESSAGE).first.click()
    check(top, hers)
    assert "has one thing to say to you" in top.inner_text("h1")
    without.goto(top.url)
    press(without, "Read it")
    check(top, hers)
    top.reload()
    check(top, hers)
    assert MESSAGE in top.inner_text("h1")
    answer = {"taken_as": "decision", "decision": "yes", "level": "supportive", "sure": "3"}
    for field, value in answer.items():
        without.locator(f"main select[name=answer-{field}]").select_option(value)
    press(without, "Send my answer")
    lead.goto(one)
    told = lead.inner_text("main")
    assert "Decided: 1 yes, 0 no, 0 later." in told
    assert "Being opened is no outcome" in told
    top.goto("/engage/role/")
    assert "from a briefing" in top.inner_text("main")
    check(top, hers)


@pytest.mark.usefixtures("worked_out")
def test_a_sponsor_from_outside_hands_it_on_by_their_link(sign_in: SignIn, served: Served, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.e2e.web.sponsor_link", str(served.folder)]
    ran = subprocess.run(command, cwd=ROOT, env=plain_environment(), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    path = ran.stdout.split()[-1]
    sponsor, phone = sign_in(), sign_in(size=PHONE, dark=True)
    sponsor.goto(path)
    check(sponsor, phone)
    assert "Hand it on to" in sponsor.inner_text("h1")
    assert "asked of you" not in sponsor.inner_text("main").lower(), "what is asked is asked of whom they hand it to"
    with sponsor.expect_download() as saved:
        sponsor.locator("main").get_by_role("link", name="PDF", exact=True).click()
    file = tmp_path / "own.pdf"
    saved.value.save_as(file)
    assert file.read_bytes().startswith(b"%PDF-")
    press(sponsor, "I handed it on")
    check(sponsor, phone)
    assert "You handed it on" in sponsor.inner_text("main")
