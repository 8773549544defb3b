"""A real server on a folder of its own, and a real browser in front of it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.ports import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, StorageState

PEOPLE = 400
"""As many as a division needs to be shown in all waves."""
DESK, PHONE = (1_280, 900), (360, 740)


@dataclass(frozen=True)
class Served:
    """A server: its folder, its address, and who can sign in."""

    folder: Path
    address: str
    passwords: dict[str, tuple[str, str]]


PATIENCE = 60_000
"""Milliseconds a page may take before a test gives up: the machine may be busy with other things."""
STARTING = 600
"""Seconds until the demonstration has to be served, on a machine that does other things too."""


@contextmanager
def running(folder: Path, *options: str) -> Iterator[str]:
    """Run `headwater serve` on a folder and a port of its own. Its words go to `log` beside it. Yields its address."""
    port = free_port()
    command = [sys.executable, "-m", "headwater.site", str(folder), *options, "--port", str(port)]
    log = (folder.parent / "log").open("w+")
    process = subprocess.Popen(command, env=plain_environment(), stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process, log.name)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        log.close()


def plain_environment() -> dict[str, str]:
    """The environment without what would make a server another one."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("HEADWATER_", "DJANGO_"))}


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demonstration as `headwater serve --demo` runs it."""
    folder = tmp_path_factory.mktemp("served") / "demo"
    with running(folder, "--demo", "--people", str(PEOPLE)) as address:
        accounts = json.loads((folder / "demo-accounts.json").read_text(encoding="utf-8"))
        yield Served(folder, address, {one["role"]: (one["email"], one["password"]) for one in accounts})


def wait_for_work(folder: Path, *names: str) -> None:
    """Wait until the worker of a served folder has done every job of these names. Fails when one of them fails."""
    marks = ", ".join("?" * len(names))
    deadline = time.monotonic() + STARTING
    while time.monotonic() < deadline:
        with closing(sqlite3.connect(f"file:{folder / 'records.sqlite3'}?mode=ro", uri=True)) as records:
            jobs = records.execute(f"SELECT name, state, last_error FROM house_job WHERE name IN ({marks})", names)
            found = jobs.fetchall()
        wrong = [job for job in found if job[1] == "failed"]
        assert not wrong, wrong
        if found and all(job[1] == "done" for job in found):
            return
        time.sleep(0.3)
    pytest.fail(f"the worker did not finish in time: {found}")


@pytest.fixture(scope="session")
def worked_out(served: Served) -> Served:
    """The demonstration once its findings and Rivers are worked out."""
    wait_for_work(served.folder, "work_out_findings", "work_out_rivers")
    return served


def _wait_for(address: str, process: subprocess.Popen[bytes], log: str) -> None:
    deadline = time.monotonic() + STARTING
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=2):
                return
        except (urllib.error.URLError, OSError, HTTPException):
            time.sleep(0.2)
    pytest.fail(f"the server did not start (exit code {process.poll()}):\n{Path(log).read_text()}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as the system has it."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("there is no Chromium; `make test` installs it")
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, in which Django would refuse the database to the tests that follow.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield made
        made.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


SignIn = Callable[..., "Page"]


@pytest.fixture(scope="session")
def sessions() -> dict[str, StorageState]:
    """What a browser keeps of those who signed in, so that nobody signs in more often than the server allows."""
    return {}


@pytest.fixture
def sign_in(browser: Browser, served: Served, sessions: dict[str, StorageState]) -> Iterator[SignIn]:
    """Open a page as somebody of the demonstration; nobody when `who` is empty."""
    contexts: list[BrowserContext] = []

    def open_page(who: str = "", *, size: tuple[int, int] = DESK, script: bool = True, dark: bool = False) -> Page:
        context = browser.new_context(
            base_url=served.address,
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            locale="en-GB",
            storage_state=sessions.get(who),
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        if who in sessions:
            page.goto("/")
        elif who:
            email, password = served.passwords[who]
            page.goto("/account/login/")
            page.fill("input[name=login]", email)
            page.fill("input[name=password]", password)
            page.click("main button[type=submit]")
            page.wait_for_url("**/")
            page.wait_for_selector("header .me")
            sessions[who] = context.storage_state()
        return page

    yield open_page
    for context in contexts:
        context.close()


def faults(page: Page) -> list[str]:
    """Return what axe finds on a page, one line an element; WCAG 2.2 AA and best practices."""
    source = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    page.evaluate(f"() => {{ {source}\n }}")
    found: dict[str, Any] = page.evaluate("async () => await axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['html'][:160]} ({one['help']})" for one in found["violations"] for node in one["nodes"]
    ]


def sideways(page: Page) -> int:
    """Return by how many pixels a page is wider than its window."""
    found: int = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found


def reads_well(page: Page) -> None:
    """What every page of a walk must be: readable to everybody, no wider than its window."""
    assert faults(page) == [], page.url
    assert sideways(page) <= 0, page.url


def reads_well_on(phone: Page, address: str) -> None:
    """The same page on a phone, in the dark where the phone is."""
    answer = phone.goto(address)
    assert answer is not None
    assert answer.ok
    reads_well(phone)
