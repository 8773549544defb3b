"""A real folder without the demonstration: its mail, its clock, and those who come by."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.parser import BytesParser
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tests.e2e.web.conftest import DESK, PATIENCE, PHONE, faults, plain_environment, running, sideways

from headwater.simulation import SimulationPlan, simulate
from headwater.simulation.staff import TENURE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ADMINISTRATOR = "noa@harbour-transit.example"
PASSWORD = "quiet-river-bend-7"
LINK = re.compile(r"https?://\S+")


@dataclass
class House:
    """A served folder. administrator: the password that the server printed."""

    folder: Path
    address: str
    administrator: str
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)

    def visit(self, *, size: tuple[int, int] = DESK, script: bool = True, language: str = "en-GB") -> Page:
        """Open a browser of its own: no cookies, nothing kept."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=script,
            locale=language,
        )
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        return context.new_page()

    def sign_in(self, email: str, password: str) -> Page:
        """Sign in through the page."""
        page = self.visit()
        page.goto("/account/login/")
        check(page)
        page.fill("input[name=login]", email)
        page.fill("input[name=password]", password)
        page.click("main button[type=submit]")
        page.wait_for_selector("header .me")
        return page

    def sign_in_by_invitation(self, email: str) -> Page:
        """Follow the link of an invitation, choose a password, sign in with it."""
        link = self.link_for(email, "/account/")
        page = self.visit()
        page.goto(link)
        page.wait_for_selector("input[name=password1]")
        check(page)
        page.fill("input[name=password1]", PASSWORD)
        page.fill("input[name=password2]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_selector("input[name=password1]", state="detached")
        check(page)
        return self.sign_in(email, PASSWORD)

    def link_for(self, email: str, within: str) -> str:
        """The latest link that somebody was mailed, once the worker has sent it. within: a part of its path."""
        deadline = time.monotonic() + PATIENCE / 1_000
        while time.monotonic() < deadline:
            found = self.links(within).get(email)
            if found:
                return found
            time.sleep(0.3)
        raise AssertionError(f"no mail with {within} came to {email}; there are {sorted(self.links(within))}")

    def links(self, within: str) -> dict[str, str]:
        """Who was mailed which link."""
        found = {}
        for path in sorted((self.folder / "mail").glob("*.eml"), key=lambda one: one.stat().st_mtime):
            message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
            body = message.get_body(("plain",))
            assert body is not None
            for link in LINK.findall(body.get_content()):
                if within in link:
                    found[str(message["To"])] = link
        return found

    def at(self, hours: float) -> None:
        """Let it be so many hours later for waves, and do the work that is due then: a clock of our own."""
        code = (
            "from datetime import timedelta\n"
            "from django.utils import timezone\n"
            "from headwater.rooms.listen.waves import advance_waves\n"
            f"print(advance_waves(now=timezone.now() + timedelta(hours={hours})))\n"
        )
        self._run("shell", "-c", code)
        self._run("work", "--once")

    def _run(self, *words: str) -> None:
        named = {
            "HEADWATER_DIR": str(self.folder),
            "HEADWATER_ADDRESS": self.address,
            "DJANGO_SETTINGS_MODULE": "headwater.site.settings",
        }
        command = [sys.executable, "-m", "django", *words]
        environment = {**plain_environment(), **named}
        done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    def keys(self) -> list[Path]:
        """The keys of waves in both folders."""
        folders = (self.folder / "keys", self.folder.with_name(f"{self.folder.name}-keys"))
        return [path for folder in folders for path in sorted(folder.glob("*-*-*-*-*.key"))]


def sample_organisation() -> bytes:
    """The sample organisation as an HR system would write it: 150 people with leaders, addresses and languages."""
    staff = simulate(SimulationPlan(people=150, customers=1, waves=1, seed=1)).staff
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("person_id", "name", "manager_id", "unit_id", "unit_name", "email", "language", "Time here"))
    for place, person in enumerate(staff.ids):
        unit = int(staff.team[place])
        manager = staff.ids[int(staff.leads[unit])] if unit >= 0 else ""
        where = (staff.tree.ids[unit], staff.tree.names[unit]) if unit >= 0 else ("", "")
        contact = (f"{person.lower()}@harbour-transit.example", "es" if place % 5 == 4 else "en")
        writer.writerow((person, staff.names[place], manager, *where, *contact, TENURE[staff.tenure[place]]))
    return text.getvalue().encode()


@contextmanager
def real_house(folder: Path, browser: Browser) -> Iterator[House]:
    """Serve a new folder with its first account."""
    with running(folder, "--administrator", ADMINISTRATOR) as address:
        said = (folder.parent / "log").read_text(encoding="utf-8")
        password = re.search(r"signs in with (\S+)", said)
        assert password, said
        house = House(folder, address, password[1], browser)
        yield house
        for context in house.contexts:
            context.close()


def check(page: Page) -> None:
    """axe finds nothing, and nothing runs over; on a phone in the dark as well."""
    wrong = faults(page)
    if (page.viewport_size or {"width": 0})["width"] == PHONE[0]:
        page.emulate_media(color_scheme="dark")
        wrong += [f"dark: {fault}" for fault in faults(page)]
        page.emulate_media(color_scheme="light")
    if (over := sideways(page)) > 0:
        wrong.append(f"{over} px wider than its window")
    assert not wrong, page.url + "\n" + "\n".join(wrong)
    if os.environ.get("HEADWATER_PICTURES"):
        name = re.sub(r"[^a-z0-9]+", "-", urllib.parse.urlsplit(page.url).path.lower())[-60:]
        width = (page.viewport_size or {"width": 0})["width"]
        pictures = Path(os.environ["HEADWATER_PICTURES"])
        page.screenshot(path=pictures / f"{len(list(pictures.iterdir())):03}{name}{width}.png", full_page=True)


class _Questions(HTMLParser):
    """The fields of a respondent's page: hidden ones with their values, rated ones with what may be chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.rated: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        name, value = values.get("name") or "", values.get("value") or ""
        if tag == "input" and values.get("type") == "hidden":
            self.hidden[name] = value
        elif tag == "input" and values.get("type") == "radio" and value.isdecimal():
            self.rated.setdefault(name, []).append(value)


def answer_plainly(link: str, *, seed: int) -> str:
    """Answer through a link with a page and a post alone, as any browser without script does. Returns the page."""
    with urllib.request.urlopen(link, timeout=60) as answer:
        page = _Questions()
        page.feed(answer.read().decode())
    assert len(page.rated) >= 12, link
    drawn = np.random.default_rng(seed)
    chosen = {name: values[min(int(drawn.integers(1, 5)), len(values) - 1)] for name, values in page.rated.items()}
    body = urllib.parse.urlencode({**page.hidden, **chosen, "_do": "send"}).encode()
    with urllib.request.urlopen(link, data=body, timeout=60) as answer:
        said: str = answer.read().decode()
    return said
