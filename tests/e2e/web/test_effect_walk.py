"""From a leader's Discovery to the effect two waves later, and a promise elsewhere that changed nothing.

In a real browser, under a clock of its own: what people do goes through pages, what passes in between is simulated with
a known effect.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.e2e.web.conftest import PATIENCE, PHONE, STARTING, plain_environment, reads_well
from tests.e2e.web.effect_house import Facts
from tests.e2e.web.test_discovery_walk import foresee, see_all
from tests.ports import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
PLANTED = 1.3
"""By so many points of five the one team's answers are lifted; at the ends of the scale a little is cut off."""
PROMISE, ELSEWHERE = "Thank one crew by name each week", "Hang a board with the news of the week"


def done(*words: str) -> str:
    """Run the house's script to its end, and return what it says last."""
    command = [sys.executable, "-m", "tests.e2e.web.effect_house", *words]
    ran = subprocess.run(command, cwd=ROOT, env=plain_environment(), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout.strip().splitlines()[-1]


@contextmanager
def served_at(folder: Path, at: datetime) -> Iterator[str]:
    """Serve the folder under a clock that shows `at` when it starts."""
    port = free_port()
    command = [sys.executable, "-m", "tests.e2e.web.effect_house", "serve", str(folder), at.isoformat(), str(port)]
    address = f"http://127.0.0.1:{port}"
    environment = {**plain_environment(), "HEADWATER_ADDRESS": address}
    with (folder.parent / "log").open("a") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + STARTING
        while not _answers(address):
            assert process.poll() is None, (folder.parent / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(60)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def visit(browser: Browser, address: str, facts: Facts, who: str, size: tuple[int, int]) -> Iterator[Page]:
    """Somebody signs in; a phone is dark."""
    context = browser.new_context(
        base_url=address, viewport={"width": size[0], "height": size[1]}, locale="en-GB",
        color_scheme="dark" if size == PHONE else "light",
    )  # fmt: skip
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto("/account/login/")
    page.fill("input[name=login]", facts.emails[who])
    page.fill("input[name=password]", facts.password)
    page.click("main button[type=submit]")
    page.wait_for_selector("header .me")
    yield page
    context.close()


def looks_right(page: Page) -> None:
    """Readable to everybody; and kept as a picture where somebody asks for pictures."""
    reads_well(page)
    if os.environ.get("HEADWATER_PICTURES"):
        pictures = Path(os.environ["HEADWATER_PICTURES"])
        name = re.sub(r"[^a-z]+", "-", urllib.parse.urlsplit(page.url).path.lower())[-40:]
        page.screenshot(path=pictures / f"{len(list(pictures.iterdir())):03}{name}.png", full_page=True)


def press(page: Page, words: str) -> None:
    """Press a button, and wait for what comes."""
    with page.expect_navigation():
        page.click(f"main button:has-text('{words}')")


def discover(page: Page, facts: Facts) -> None:
    """Foresee one number of the own team, look, see both, conclude, and promise one thing."""
    asked = {"study": facts.study, "wave": facts.wave, "unit": facts.helped, "score": facts.score}
    page.goto(f"/engage/discovery/own/?{urllib.parse.urlencode(asked)}")
    looks_right(page)
    press(page, "Begin")
    looks_right(page)
    foresee(page, 0)
    see_all(page)
    press(page, "Show me what they said")
    assert "Here is what they said" in page.inner_text("h1")
    looks_right(page)
    page.fill("[name=words]", "They do the work, and hear nothing of it")
    press(page, "Save my conclusion")
    page.fill("[name=sentence]", PROMISE)
    page.fill("[name=first_step]", "Ride along on Monday")
    page.fill("[name=tells]", "My team")
    press(page, "I commit")
    assert PROMISE in page.inner_text("main")


def forecast(page: Page) -> None:
    """By how much it should move."""
    for name, value in (("low", "0.3"), ("likely", "1.0"), ("high", "1.4")):
        page.fill(f"[name={name}]", value)


def commit(page: Page, facts: Facts) -> None:
    """Take the promise of the Discovery over, and forecast it; less than can be seen is refused."""
    page.goto("/act/commitments/")
    looks_right(page)
    press(page, "Take it over")
    page.click("summary:has-text('Say by how much')")
    forecast(page)
    page.fill("[name=likely]", "0.31")
    press(page, "Keep it")
    assert "nobody would know" in page.inner_text("main")
    forecast(page)
    press(page, "Keep it")
    assert "likely +1.00 points, between +0.30 and +1.40" in page.inner_text("aside.side")
    looks_right(page)


def promise_elsewhere(page: Page, facts: Facts) -> None:
    """A promise without a Discovery, with the same forecast, where nothing will change."""
    page.goto(f"/act/commitments/make/?unit={facts.idle}")
    page.fill("[name=sentence]", ELSEWHERE)
    page.fill("[name=first_step]", "Hang the board")
    chosen = page.locator(f"select[name=score] option[value*='{facts.score}']").first.get_attribute("value")
    page.select_option("select[name=score]", chosen)
    forecast(page)
    looks_right(page)
    press(page, "Commit")
    assert ELSEWHERE in page.inner_text("h1")


def checks(folder: Path) -> dict[str, list[tuple[str, float, float]]]:
    """The verdicts of each promise with their ranges, wave by wave, read past the application."""
    found: dict[str, list[tuple[str, float, float]]] = {}
    with closing(sqlite3.connect(f"file:{folder / 'records.sqlite3'}?mode=ro", uri=True)) as records:
        rows = records.execute(
            "SELECT p.title, c.verdict, c.low, c.high FROM prove_effectcheck c JOIN prove_effectplan p "
            "ON p.id = c.plan_id ORDER BY c.made_at"
        )
        for title, *rest in rows:
            found.setdefault(title, []).append(tuple(rest))
    return found


def test_from_a_discovery_to_its_effect_and_a_null_called_a_null(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("effect") / "house"
    facts = Facts(**json.loads(done("before", str(folder))))
    with served_at(folder, datetime.fromisoformat(facts.until) + timedelta(days=3)) as address:
        with visit(browser, address, facts, facts.helped, (1_440, 900)) as page:
            discover(page, facts)
            commit(page, facts)
        with visit(browser, address, facts, facts.idle, PHONE) as page:
            promise_elsewhere(page, facts)
    last = datetime.fromisoformat(json.loads(done("later", str(folder))))

    found = checks(folder)
    assert [one[0] for one in found[PROMISE]] == ["early", "worked"]
    assert [one[0] for one in found[ELSEWHERE]] == ["early", "none"]
    assert found[PROMISE][1][1] < 0.9 * PLANTED < found[PROMISE][1][2]
    assert found[ELSEWHERE][1][1] < 0 < found[ELSEWHERE][1][2]

    with served_at(folder, last + timedelta(days=10)) as address:
        hear_first(browser, address, facts)
        read_the_review(browser, address, facts, last)


def hear_first(browser: Browser, address: str, facts: Facts) -> None:
    """Each owner finds the verdict at home: the one that it worked, the other that there is no sign of it."""
    for who, title, said, size in (
        (facts.helped, PROMISE, "It worked as hoped.", (1_440, 900)),
        (facts.idle, ELSEWHERE, "No sign of an effect.", PHONE),
    ):
        with visit(browser, address, facts, who, size) as page:
            page.goto("/")
            page.locator("article", has_text=title).filter(has_text="Did it work?").get_by_role("link").first.click()
            page.wait_for_selector(f"h1:has-text('{title}')")
            assert said in page.inner_text("h1")
            assert "+1.00 (+0.30" in page.inner_text("aside.side")
            looks_right(page)
            page.goto("/prove/effects/learned/")
            assert "of 1 ranges held" in page.inner_text("aside.side")
            looks_right(page)


def read_the_review(browser: Browser, address: str, facts: Facts, last: datetime) -> None:
    """The list counts both alike; the quarter's review leads with the null and says the win beside it."""
    with visit(browser, address, facts, "lead", (1_440, 900)) as page:
        page.goto("/prove/effects/")
        heading = page.inner_text("h1")
        assert "1 worked as hoped, 0 moved less than hoped, 1 showed no sign of an effect, 0 did harm." in heading
        looks_right(page)
        page.goto("/prove/reviews/")
        page.select_option("select[name=quarter]", f"{last.year}-Q{(last.month + 2) // 3}")
        press(page, "Make the draft")
        assert page.inner_text("h1").startswith("1 of 2 actions judged showed no effect or did harm.")
        failed = page.inner_text("section[aria-labelledby=failed]")
        assert ELSEWHERE in failed
        assert "No sign of an effect" in failed
        changed = page.inner_text("section[aria-labelledby=changed]")
        assert changed.index(ELSEWHERE) < changed.index(PROMISE)
        assert "Worked as hoped" in changed
        looks_right(page)
        press(page, "Issue it")
    with visit(browser, address, facts, "all", PHONE) as page:
        page.goto("/prove/reviews/")
        page.click("main .direction-list a >> nth=0")
        page.wait_for_selector("section[aria-labelledby=changed]")
        looks_right(page)
