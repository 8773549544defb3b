"""Somebody draws a plan by hand and reads scores on it and on the map, in a real browser, with and without script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from tests.e2e.web.conftest import PHONE, Served, SignIn, reads_well, reads_well_on

pytestmark = pytest.mark.slow

FLOOR = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200"><rect x="5" y="5" width="290" height="190"/></svg>'
)


def test_a_score_is_read_on_the_map_and_on_a_plan_of_our_own(sign_in: SignIn, served: Served) -> None:
    page = sign_in("experience lead", script=False)
    page.goto("/learn/explorer/")
    page.get_by_role("navigation", name="Views of the explorer").get_by_role("link", name="On a map").click()
    expect(page.locator("table.places")).to_be_visible()
    assert page.locator(".of-places > .scroll .pm").count() > 10
    first = page.locator("table.places tbody tr").first
    assert re.search(r"(Clearly|Likely|Too close|About)", first.inner_text())
    first.get_by_role("link").click()
    page.wait_for_url("**/learn/explorer/score/**")

    page.goto("/learn/places/")
    page.get_by_label("Name").fill("Second floor")
    page.get_by_label("Kind").select_option("plan")
    page.get_by_role("button", name="Make it").click()
    page.locator("input[name=plan-plan]").set_input_files(
        {"name": "floor.svg", "mimeType": "image/svg+xml", "buffer": FLOOR}
    )
    page.get_by_role("button", name="Bring it in").last.click()
    expect(page.locator(".of-places > .scroll .po")).to_have_count(1)
    page.get_by_label("Unit", exact=True).fill("nowhere at all")
    page.get_by_label("x, to the right").fill("120")
    page.get_by_label("y, down").fill("80")
    page.get_by_role("button", name="Place it", exact=True).click()
    expect(page.get_by_text("No unit has this id")).to_be_visible()
    page.get_by_label("Unit", exact=True).fill("Customer Centre")
    page.get_by_role("button", name="Place it", exact=True).click()
    expect(page.locator(".lede")).to_contain_text("1 unit has its place here.")
    page.get_by_role("link", name="Scores on this map").click()
    expect(page.locator("table.places tbody tr")).to_have_count(1)
    page.go_back()
    page.get_by_role("link", name="Delete this map").click()
    page.wait_for_url("**?remove")
    page.get_by_role("button", name="Delete this map").click()
    expect(page.get_by_text("The map was deleted.")).to_be_visible()


def test_the_map_reads_well_to_everybody(sign_in: SignIn, served: Served) -> None:
    desk, phone = sign_in("experience lead"), sign_in("experience lead", size=PHONE, dark=True)
    for address in ("/learn/explorer/places/", "/learn/places/"):
        desk.goto(address)
        reads_well(desk)
        reads_well_on(phone, address)
    desk.get_by_role("link", name="Harbour and town").click()
    reads_well(desk)
    reads_well_on(phone, desk.url)
    desk.goto("/learn/explorer/places/")
    desk.locator(".of-places > .scroll svg a").first.click(force=True)
    desk.wait_for_url("**/learn/explorer/score/**")
