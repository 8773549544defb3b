"""A visit in a real browser of a phone: noted without a connection, sent twice and kept once, told, cleared, closed."""

from __future__ import annotations

import io
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.web.conftest import PHONE, Served, SignIn, faults, sideways

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow
LAMP = "No lamp at coupling point 4, asked for three times"
MOMENT = "Somebody in a wheelchair waited four minutes."
GREYS = """canvas => {
  const row = canvas.getContext("2d").getImageData(0, Math.floor(canvas.height / 2), canvas.width, 1).data;
  return row.filter((value, at) => at % 4 === 0 && value > 30 && value < 225).length;
}"""
"""How many grey points stand in the middle of a picture of white on black: nearly none, before a face is covered."""
TOLD = "The lamp hangs by Friday. Sam does it."


def looks_right(page: Page) -> None:
    """Nothing for axe to find, and nothing wider than the window."""
    assert not faults(page), page.url
    assert sideways(page) <= 0, page.url


def records(folder: Path, question: str, *values: str) -> list[Any]:
    """Read past the application."""
    with closing(sqlite3.connect(f"file:{folder / 'records.sqlite3'}?mode=ro", uri=True)) as found:
        return found.execute(question, values).fetchall()


def unit_led_by(served: Served, role: str) -> tuple[str, str]:
    """The id and name of the unit that somebody of the demonstration leads."""
    email, _password = served.passwords[role]
    found = records(
        served.folder,
        "SELECT unit.id, unit.name FROM people_unit unit JOIN people_user user ON user.person_id = unit.leader_id "
        "WHERE user.email = ? AND unit.is_open",
        email,
    )
    assert found, role
    return str(found[0][0]), str(found[0][1])


def photo() -> bytes:
    """A photo with a white face on black."""
    from PIL import Image, ImageDraw

    made = Image.new("RGB", (1200, 900), "black")
    ImageDraw.Draw(made).ellipse((500, 350, 700, 550), fill="white")
    target = io.BytesIO()
    made.save(target, "JPEG")
    return target.getvalue()


def test_a_visit_from_a_dead_spot_to_a_closed_obstacle(served: Served, sign_in: SignIn) -> None:
    visited, _name = unit_led_by(served, "team leader")
    _service, service_name = unit_led_by(served, "small team leader")
    page = sign_in("top leader", size=PHONE)
    page.goto("/act/visits/")
    looks_right(page)
    planned = records(
        served.folder,
        "SELECT id FROM act_visit WHERE unit_id = ? AND state = 'planned' ORDER BY day",
        visited,
    )
    pk = re.sub(r"^(.{8})(.{4})(.{4})(.{4})(.{12})$", r"\1-\2-\3-\4-\5", planned[0][0])
    page.goto(f"/act/visits/{pk}/")
    looks_right(page)
    page.get_by_role("link", name="Open it on the phone").click()
    page.wait_for_selector("main[data-kept=yes]")
    looks_right(page)

    page.context.set_offline(True)
    page.reload()
    page.fill("#o-words", LAMP)
    page.fill("#o-service", service_name)
    page.select_option("#o-severity", "stops")
    page.get_by_role("button", name="Keep the obstacle").click()
    page.wait_for_selector(f"#noted >> text={LAMP}")
    page.get_by_text("A moment with a customer").click()
    page.fill("#m-words", MOMENT)
    page.get_by_role("button", name="Keep the moment").click()
    page.get_by_text("A photo of a place", exact=True).click()
    page.set_input_files("#p-photo", {"name": "face.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    page.wait_for_selector("#p-canvas", state="visible")
    assert page.eval_on_selector("#p-canvas", GREYS) < 20
    page.locator("#p-canvas").scroll_into_view_if_needed()
    box = page.locator("#p-canvas").bounding_box()
    assert box is not None
    edge = box["x"] + box["width"] * 0.40
    page.mouse.move(edge, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.60, box["y"] + box["height"] / 2, steps=12)
    page.mouse.up()
    assert page.eval_on_selector("#p-canvas", GREYS) > 40
    page.get_by_role("button", name="Begin again").click()
    assert page.eval_on_selector("#p-canvas", GREYS) < 20
    page.keyboard.press("Shift+Tab")
    for key in ("ArrowLeft", "ArrowRight", "Space"):
        page.keyboard.press(key)
    assert page.eval_on_selector("#p-canvas", GREYS) > 40
    page.fill("#p-caption", "Point 4")
    page.check("#p-consent")
    page.get_by_role("button", name="Keep the photo").click()
    page.fill("#id_met", "6")
    page.get_by_role("button", name="The visit is made").click()
    page.wait_for_selector("#state >> text=4 on this phone")
    looks_right(page)
    page.reload()
    page.wait_for_selector(f"#noted >> text={LAMP}")
    queue = page.evaluate("localStorage.getItem(Object.keys(localStorage).find(key => key.startsWith('visit:')))")
    assert len(json.loads(queue)) == 4
    assert not records(served.folder, "SELECT 1 FROM act_obstacle WHERE what = ?", LAMP)

    page.context.set_offline(False)
    page.wait_for_selector("#state >> text=All is sent")
    page.evaluate("([key, queue]) => localStorage.setItem(key, queue)", [f"visit:{pk}", queue])
    page.reload()
    page.wait_for_selector("#state >> text=All is sent")
    for question, value in (
        ("SELECT count(*) FROM act_obstacle WHERE what = ?", LAMP),
        ("SELECT count(*) FROM act_visitnote WHERE words = ?", MOMENT),
        ("SELECT count(*) FROM act_visitphoto WHERE caption = ?", "Point 4"),
    ):
        assert records(served.folder, question, value) == [(1,)], question

    page.goto(f"/act/visits/{pk}/close/")
    looks_right(page)
    page.fill("#id_feedback", TOLD)
    page.get_by_role("button", name="Tell them, and close the visit").click()
    page.wait_for_url(f"**/act/visits/{pk}/")
    looks_right(page)
    link = page.get_by_role("link", name="The page the people met read").get_attribute("href")
    anybody = sign_in(size=PHONE, dark=True)
    anybody.goto(str(link))
    assert TOLD in anybody.content()
    assert LAMP in anybody.content()
    looks_right(anybody)

    service = sign_in("small team leader", size=PHONE)
    service.goto("/act/obstacles/")
    looks_right(service)
    service.get_by_role("link", name=LAMP).click()
    looks_right(service)
    service.check("input[name=kind][value=cleared]")
    service.fill("textarea[name=words]", "It hangs since this morning.")
    service.get_by_role("button", name="Answer", exact=True).click()
    service.wait_for_selector("text=answered, waits")
    visited_leader = sign_in("team leader", size=PHONE)
    visited_leader.goto("/act/obstacles/")
    visited_leader.get_by_role("link", name=LAMP).click()
    visited_leader.check("input[name=gone][value=yes]")
    visited_leader.get_by_role("button", name="Say so").click()
    visited_leader.wait_for_selector("text=Confirmed")
    assert records(served.folder, "SELECT state, closing FROM act_obstacle WHERE what = ?", LAMP) == [
        ("closed", "confirmed")
    ]


def test_other_pages_have_nothing_for_axe_to_find(served: Served, sign_in: SignIn) -> None:
    page = sign_in("top leader", size=PHONE)
    for path in ("visits/plan/", "visits/calendar/", "visits/programmes/", "obstacles/matrix/", "obstacles/new/"):
        page.goto(f"/act/{path}")
        looks_right(page)
    unit, _name = unit_led_by(served, "team leader")
    team = sign_in("team leader", size=PHONE, dark=True)
    for path in (f"services/{unit}/", f"posters/{unit}/"):
        pk = re.sub(r"([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})", r"\1-\2-\3-\4-\5", path)
        team.goto(f"/act/obstacles/{pk}")
        looks_right(team)
    anybody = sign_in(size=PHONE)
    for path in ("/o/", "/o/follow"):
        anybody.goto(path)
        looks_right(anybody)
