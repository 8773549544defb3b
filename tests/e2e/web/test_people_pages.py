"""The room of people in a real browser: a reorganisation mapped, a person erased, words changed; axe on each page."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from tests.e2e.web.conftest import PHONE, SignIn, faults, sideways

if TYPE_CHECKING:
    from playwright.sync_api import Page

HEAD = ("person_id", "name", "manager_id", "unit_id", "unit_name", "email", "language")


def reorganised(*, closed: str) -> bytes:
    """A small company; unit `closed` of two crews is folded into the other."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    writer.writerow(("top", "Ada Top", "", "", "", "ada@example.org", "en"))
    for crew in ("east", "west"):
        if crew != closed:
            writer.writerow((crew, f"Lea {crew}", "top", "all", "Works", f"{crew}@example.org", "es"))
        home = next(one for one in ("east", "west") if one != closed) if crew == closed else crew
        for number in range(6):
            writer.writerow((f"{crew}{number}", f"Per {crew} {number}", home, f"{home}-crew", f"Crew {home}", "", ""))
    return text.getvalue().encode()


def check(page: Page, dark: Page | None = None) -> None:
    """axe finds nothing, and nothing runs over, where a page stands and on a phone in the dark."""
    wrong = faults(page)
    if dark is not None:
        dark.goto(page.url)
        wrong += [f"dark, 360 px: {fault}" for fault in faults(dark)]
        if (over := sideways(dark)) > 0:
            wrong.append(f"{over} px wider than a phone")
    assert not wrong, page.url + "\n" + "\n".join(wrong)


def upload(page: Page, content: bytes) -> None:
    page.goto("/people/imports/")
    page.set_input_files("input[type=file]", {"name": "next.csv", "mimeType": "text/csv", "buffer": content})
    page.click("main form .btn.go")
    page.wait_for_url("**/people/imports/*-*/")


def test_a_reorganisation_is_mapped_and_undone(sign_in: SignIn) -> None:
    page, dark = sign_in("administrator"), sign_in("administrator", size=PHONE, dark=True)
    page.goto("/people/")
    before = page.inner_text("h1")
    for closed in ("", "west"):
        upload(page, reorganised(closed=closed))
        if page.locator("summary", has_text="right all the same").count():
            page.click("details.fold summary")
            page.fill("textarea", "The company was sold and begins anew today.")
            page.click("details.fold .btn")
        check(page, dark)
        if closed:
            page.click("text=Look and put right")
            assert page.input_value("input[name=new-0]") == "east-crew"
            check(page, dark)
            page.fill("input[name=new-0]", "nowhere")
            page.click("text=Keep this page")
            assert "nowhere" in page.inner_text("[role=alert]")
            check(page)
            page.fill("input[name=new-0]", "east-crew")
            page.click("text=Keep this page")
            page.click("nav[aria-label=Path] a >> nth=1")
        page.click("button[value=apply]")
        page.wait_for_selector("button[value=undo]")
        check(page, dark)
    for _ in range(2):
        page.goto("/people/imports/")
        page.click("tr:has(.tag.good) th a >> nth=0")
        page.click("button[value=undo]")
        page.wait_for_selector("text=This import was undone")
    page.goto("/people/")
    assert page.inner_text("h1") == before


def test_a_person_asks_and_is_answered_and_another_is_erased(sign_in: SignIn) -> None:
    employee = sign_in("employee", size=PHONE)
    employee.goto("/people/")
    employee.click("text=Your own page and data")
    employee.click("button[value=export]")
    assert "the privacy officer has it" in employee.inner_text("#own")
    check(employee)
    asked = employee.inner_text("h1")
    officer, dark = sign_in("privacy officer"), sign_in("privacy officer", size=PHONE, dark=True)
    officer.goto("/")
    officer.click("text=Look and answer")
    check(officer, dark)
    officer.click("text=Let them fetch a copy")
    employee.reload()
    check(employee)
    with employee.expect_download() as loading:
        employee.click("text=Fetch your copy")
    assert loading.value.suggested_filename == "everything.zip"
    officer.goto("/people/privacy/?q=a")
    check(officer, dark)
    names = officer.locator("section:has(#q) table th a")
    names.nth(0 if names.nth(0).inner_text() != asked else 1).click()
    check(officer, dark)
    key = officer.inner_text("aside .kv dd >> nth=0")
    with officer.expect_download() as loading:
        officer.click("text=Export >> nth=-1")
    assert loading.value.suggested_filename == "everything.zip"
    officer.fill("input[name=key]", "nobody")
    officer.click("button.need")
    check(officer)
    officer.fill("input[name=key]", key)
    officer.click("button.need")
    officer.wait_for_url("**/receipts/*/")
    check(officer, dark)
    assert officer.inner_text("aside .tag.good") == "genuine"
    officer.goto("/people/privacy/")
    officer.click("text=Check it now")
    officer.wait_for_selector("#audit .tag.good", timeout=60_000)
    check(officer, dark)


def test_words_are_changed_and_put_back(sign_in: SignIn) -> None:
    page, dark = sign_in("experience lead"), sign_in("experience lead", size=PHONE, dark=True)
    page.goto("/people/words/")
    check(page, dark)
    page.fill("input[name=en-unit-0]", "branch")
    page.click("main form .btn.go")
    assert page.locator(".errorlist").count() == 1
    check(page)
    page.fill("input[name=en-unit-1]", "branches")
    page.click("main form .btn.go")
    page.goto("/people/")
    assert "branches" in page.inner_text("h1")
    check(page, dark)
    page.goto("/people/words/")
    page.fill("input[name=en-unit-0]", "")
    page.fill("input[name=en-unit-1]", "")
    page.click("main form .btn.go")
    page.goto("/people/")
    assert "branches" not in page.inner_text("h1")
