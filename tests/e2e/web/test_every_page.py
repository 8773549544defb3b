"""Every page that anybody can reach by links, in light and dark, at a desk and on a phone: axe finds nothing."""

from __future__ import annotations

import re
from collections import deque
from urllib.parse import urlsplit

import pytest
from tests.e2e.web.conftest import PHONE, SignIn, faults, sideways

WHO = (
    "experience lead",
    "administrator",
    "privacy officer",
    "analyst",
    "safety officer",
    "top leader",
    "team leader",
    "employee",
)
"""In the order in which they look: what one has seen, the next need not see again."""

SKIPPED = ("/static/", "/account/logout", "/api/")
FILES = re.compile(
    r"\.(csv|xlsx|pptx|pdf|zip|sav|parquet|yaml|json|svg|png|tar|ics|html)$"
    r"|/files?/|/download|/export/|/decks/preview/|/report\.\w+$"
)
MOST, FIRST = 400, 40
"""Pages at most, and those nearest to home that a leader's crawl in `make test` stops at."""
CRAWLS = [
    *(pytest.param(who, MOST, marks=pytest.mark.slow) for who in WHO),
    pytest.param("team leader", FIRST, id="team leader, near home"),
]
"""All that anybody reaches takes long, and is left to `make test-all`."""


ADDRESSES = "links => links.map(link => new URL(link.getAttribute('href'), document.baseURI).href)"
"""Also of links inside a drawing, whose href is no text."""


def shape(path: str) -> str:
    """Name a page by its address without ids."""
    path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "<id>", path)
    return re.sub(r"/\d+(?=/|$)", "/<n>", path)


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """Pages somebody has looked at."""
    return set()


@pytest.mark.parametrize(("who", "most"), CRAWLS)
def test_axe_finds_nothing_and_nothing_runs_over(who: str, most: int, sign_in: SignIn, seen: set[str]) -> None:
    light, dark = sign_in(who), sign_in(who, size=PHONE, dark=True)
    waiting: deque[str] = deque(["/"])
    mine: set[str] = set()
    wrong: list[str] = []
    while waiting and len(mine) < most:
        path = waiting.popleft()
        name = shape(urlsplit(path).path)
        if name in mine:
            continue
        mine.add(name)
        answer = light.goto(path)
        assert answer is not None
        if answer.status >= 400:
            wrong.append(f"{path}: a link of {who} leads to {answer.status}")
            continue
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        for href in light.eval_on_selector_all("a[href]", ADDRESSES):
            parts = urlsplit(href)
            inside = href.startswith(light.url.split("/", 3)[0] + "//" + urlsplit(light.url).netloc)
            if inside and not parts.path.startswith(SKIPPED) and not FILES.search(parts.path):
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
        if name in seen:
            continue
        seen.add(name)
        wrong += [f"{path} light: {fault}" for fault in faults(light)]
        dark.goto(path)
        wrong += [f"{path} dark, 360 px: {fault}" for fault in faults(dark)]
        if (over := sideways(dark)) > 0:
            wrong.append(f"{path}: {over} px wider than a phone")
    assert not wrong, "\n".join(wrong)
    assert len(mine) > 2
    assert len(mine) < most or most < MOST, "pages were left out"


def test_a_page_works_and_reads_without_script(sign_in: SignIn) -> None:
    page = sign_in("experience lead", script=False)
    answer = page.goto("/")
    assert answer is not None
    assert answer.ok
    assert page.inner_text("h1")
    page.click("nav a[href='/people/']")
    assert page.url.endswith("/people/")
