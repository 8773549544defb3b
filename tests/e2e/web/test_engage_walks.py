"""Ten stakeholders imported twice without a duplicate, and one of them who sees and corrects what is kept.

In a real browser with the organisation of the demonstration, each page once more on a phone in the dark.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.e2e.web.conftest import PHONE, SignIn, reads_well, reads_well_on

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

NAMES = (
    "Amara Quill", "Bente Lorca", "Cyrus Vane", "Dagny Holt", "Emeka Stroud",
    "Fleur Aldana", "Goran Pike", "Hedda Marsh", "Idris Cole", "Juno Faraday",
)  # fmt: skip


def check(page: Page, phone: Page) -> None:
    """On a desk, and on a phone in the dark."""
    reads_well(page)
    reads_well_on(phone, page.url)


def register_file(folder: Path) -> Path:
    """Ten people from outside: four by external id, three by address, three by name and place alone."""
    lines = ["external_id,name,email,organisation,power,interest,legitimacy,urgency,attitude,form,reason"]
    for place, name in enumerate(NAMES):
        external = f"CRM-{place}" if place < 4 else ""
        email = f"{name.split()[0].lower()}@partner.example" if 4 <= place < 7 else ""
        rated = f"{place % 5},{4 - place % 5},3,{place % 4}"
        lines.append(f"{external},{name},{email},Partner {place},{rated},neutral,one_page,known")
    path = folder / "ten.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def upload(page: Page, path: Path) -> None:
    page.goto("/engage/stakeholders/add/")
    page.set_input_files("input[type=file]", str(path))
    page.get_by_role("button", name="Look at it").click()
    page.wait_for_url("**/stakeholders/files/**")


def listed(page: Page) -> list[str]:
    """The names of the register, of our ten."""
    page.goto("/engage/stakeholders/")
    return sorted(name for name in page.locator("main table tbody th a").all_inner_texts() if name in NAMES)


def test_ten_stakeholders_are_imported_twice_without_a_duplicate(sign_in: SignIn, tmp_path: Path) -> None:
    page, phone = sign_in("experience lead"), sign_in("experience lead", size=PHONE, dark=True)
    path = register_file(tmp_path)
    assert listed(page) == []
    before = page.locator("main table tbody tr").count()
    check(page, phone)

    upload(page, path)
    assert page.inner_text("h1") == "It would add 10, change 0 and leave 0 as they are."
    check(page, phone)
    assert listed(page) == []
    page.go_back()
    page.get_by_role("button", name="Bring it in").click()
    page.wait_for_selector("text=The file was brought in.")
    check(page, phone)
    assert listed(page) == sorted(NAMES)
    assert page.locator("main table tbody tr").count() == before + 10

    upload(page, path)
    assert page.inner_text("h1") == "Everybody in this file stands here just so. It would change nothing."
    page.get_by_role("button", name="Bring it in").click()
    page.wait_for_selector("text=The file was brought in.")
    assert listed(page) == sorted(NAMES)
    assert page.locator("main table tbody tr").count() == before + 10

    page.goto("/engage/stakeholders/map/")
    assert page.locator(".stake-map .person").count() >= 10
    check(page, phone)

    page.goto("/engage/stakeholders/")
    page.get_by_role("link", name="Cyrus Vane", exact=True).first.click()
    check(page, phone)


def test_the_top_leader_sees_and_corrects_what_is_kept_without_script(sign_in: SignIn) -> None:
    page, phone = sign_in("top leader", script=False), sign_in("top leader", size=PHONE, dark=True)
    reader = sign_in("top leader")
    assert page.goto("/engage/stakeholders/").status == 403  # type: ignore[union-attr]
    for address in ("/engage/asks/", "/engage/stakeholders/me/", "/engage/stakeholders/me/say/"):
        reader.goto(address)
        check(reader, phone)
    page.goto("/engage/stakeholders/me/")
    line = page.locator(".kept-list li", has_text="signs every budget").first
    line.locator("summary").click()
    line.get_by_label("In your words").fill("The board signs, I prepare.")
    line.get_by_role("button", name="Say it").click()
    page.wait_for_selector("text=The board signs, I prepare.")
    assert re.search(r"Not answered yet", page.inner_text("main"))

    lead = sign_in("experience lead")
    lead.goto("/engage/stakeholders/")
    card = lead.locator(".note-card", has_text="The board signs, I prepare.")
    card.get_by_label("Your answer. They read it.").fill("Noted beside it.")
    card.get_by_label("What becomes of it").select_option("stays")
    card.get_by_role("button", name="Answer").click()
    lead.wait_for_selector("text=They see it on their own page.")
    page.goto("/engage/stakeholders/me/")
    assert "Noted beside it." in page.inner_text("main")
    lead.goto("/engage/asks/all/")
    check(lead, sign_in("experience lead", size=PHONE, dark=True))
