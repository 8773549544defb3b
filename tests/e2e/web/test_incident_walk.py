"""An injury reported by a poster's QR code on a phone without a connection, until it is told, counted and filed.

In a real browser with the organisation of the demonstration: it arrives twice and stands once, reaches the top leader
by mail and on the home page, is opened, met, done again on a visit, fixed, told and closed, and followed with the
receipt. Then it is a case that counts in the rates and stands in both files that the authority takes.
"""

from __future__ import annotations

import csv
import io
import re
import sqlite3
import time
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.web.conftest import PATIENCE, PHONE, STARTING, Served, SignIn, faults, sideways

from headwater.formats.osha import check_together, read_osha

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
IS_KEPT = """async path => {
  for (;;) {
    for (const name of await caches.keys()) {
      const held = await (await caches.open(name)).keys();
      if (held.some(one => one.url.endsWith(path))) return;
    }
    await new Promise(done => setTimeout(done, 50));
  }
}"""
"""Waits until the phone keeps the empty form."""
IS_SENT = """async () => {
  while (localStorage.getItem("headwater-incidents") !== null) await new Promise(done => setTimeout(done, 50));
}"""
"""Waits until nothing waits on the phone."""
PLACE, UNIT = "Pit 2", "U001"
WHAT = "A colleague fell from the second step of the ladder in the pit."


HEALTH = {
    "description": "Bruised hip, ladder step", "place": "Pit 2", "birth_date": "1984-05-17", "hire_date": "2019-03-04",
    "sex": "F", "emergency_room": "yes", "in_patient": "no", "time_started": "06:00", "time_of_event": "09:40",
    "before": "Climbing into the pit.", "happened": "The second step gave way.", "injury": "Bruised hip",
    "substance": "Second step of a ladder",
}  # fmt: skip


def test_an_injury_from_a_poster_to_its_end(browser: Browser, served: Served, sign_in: SignIn) -> None:
    address = _poster(sign_in)
    context = browser.new_context(
        base_url=served.address, viewport={"width": PHONE[0], "height": PHONE[1]}, locale="en-GB", is_mobile=True
    )
    context.set_default_timeout(PATIENCE)
    phone = context.new_page()
    code = _report_offline(phone, address)

    top = sign_in("top leader", size=PHONE)
    top.goto("/")
    first = top.locator("article.need-card", has_text=PLACE).first
    assert "An injury" in first.inner_text()
    assert "5" in first.inner_text()
    _looks_right(top)
    first.get_by_role("link").click()
    top.wait_for_selector(f"h1:has-text('{PLACE}')")
    assert WHAT in top.inner_text("main")
    assert "Opened by the top leader" in top.inner_text(".lede")
    _looks_right(top)

    _follow(phone, code)
    assert "The top leader has opened it" in phone.inner_text("h1")
    phone.check("input[name=answer][value=yes]")
    phone.click("form:has(fieldset) button")
    phone.wait_for_selector("text=It is kept.")
    _looks_right(phone)

    today = datetime.now(tz=UTC).date().isoformat()
    _does(top, "Plan a visit to do it yourself", {"visit-day": today, "visit-task": "Work in the pit for two hours"})
    _make_the_visit(top)
    _does(top, "I met them", {"meet-words": "The ladder had no rail. They are well again."})
    _does(top, "I did it", {"repeat-words": "With both hands full the second step cannot be seen."})
    _does(top, "It is fixed", {"fix-words": "A fixed stair with a rail in both pits."})
    told = "Somebody fell from a ladder in a pit. Both pits now have a stair with a rail."
    _does(top, "Write the note", {"tell-words": told})
    top.click("button:has-text('Close it')")
    top.wait_for_selector(".lede:has-text('Closed')")

    _follow(phone, code)
    assert "It is closed" in phone.inner_text("h1")
    assert told in phone.inner_text("main")
    assert "A fixed stair with a rail" in phone.inner_text("main")
    everybody = sign_in("employee")
    everybody.goto("/act/incidents/told/")
    assert told in everybody.inner_text("main")
    context.close()

    found = _records(served, "SELECT reported_at, state FROM act_incident WHERE what = ?", WHAT)
    assert len(found) == 1
    assert found[0][0].endswith(":00:00")
    assert found[0][1] == "closed"
    mail = "SELECT n.sent_at FROM act_incidentnotice n JOIN act_incident i ON i.id = n.incident_id WHERE i.what = ?"
    _wait_until(lambda: all(at for (at,) in _records(served, f"{mail} AND n.reason = 'reported'", WHAT)))
    log = (served.folder.parent / "log").read_text()
    assert code not in log
    assert "/i/" not in log.replace("/i/follow with the code", "")
    _is_counted_and_filed(sign_in)


def _poster(sign_in: SignIn) -> str:
    """A safety officer makes a poster; what its QR code holds is read from under it."""
    officer = sign_in("safety officer")
    officer.goto("/act/incidents/posters/")
    officer.fill("input[name=place]", PLACE)
    officer.click("button:has-text('Make it')")
    officer.wait_for_selector("svg")
    _looks_right(officer)
    printed = re.sub(r"\s", "", officer.inner_text("main"))
    found = re.search(r"https?://[^/]+(/i/[0-9A-Z]{8}/)", printed)
    assert found is not None, printed
    return found[1]


def _report_offline(phone: Page, address: str) -> str:
    """Open the form, lose the connection, report, get it back: it is sent by itself. Returns the receipt code."""
    phone.goto(address)
    _looks_right(phone)
    phone.evaluate("navigator.serviceWorker.ready.then(() => null)")
    phone.evaluate(IS_KEPT, address)
    phone.context.set_offline(True)
    phone.goto(address)
    phone.check("input[name=kind][value=injury]")
    phone.fill("#what", WHAT)
    phone.fill("#day", _last_month().isoformat())
    phone.click("button[type=submit]")
    phone.wait_for_selector("#kept:not([hidden])")
    code = phone.inner_text("#kept-codes b")
    held = phone.evaluate("localStorage.getItem('headwater-incidents')")
    phone.context.set_offline(False)
    phone.wait_for_selector("#sent:not([hidden])")
    assert phone.inner_text("#sent-codes b") == code
    # the phone sends it once more, as one does whose answer was lost on the way
    phone.evaluate("held => localStorage.setItem('headwater-incidents', held)", held)
    phone.reload()
    phone.evaluate(IS_SENT)
    assert phone.locator("#sent-codes b").count() == 1
    phone.click("#forget")
    assert phone.evaluate("localStorage.length") == 0
    return code


def _follow(phone: Page, code: str) -> None:
    phone.goto("/i/follow")
    phone.fill("#code", code.lower())
    phone.click("button[type=submit]")
    phone.wait_for_selector("#owed")


def _does(page: Page, summary: str, values: dict[str, str]) -> None:
    """Open a fold, fill it in and send it."""
    fold = page.locator("details.fold", has=page.locator(f"summary:text-is('{summary}')")).first
    fold.locator("summary").click()
    for name, value in values.items():
        fold.locator(f"[name={name}]").fill(value)
    if "visit-day" in values:
        # the poster named a place alone
        fold.locator("[name=visit-unit]").fill(UNIT)
    with page.expect_navigation():
        fold.locator("button").click()
    page.wait_for_selector(".say")
    assert page.locator(".errorlist").count() == 0, page.inner_text("main")


def _make_the_visit(top: Page) -> None:
    """Do the same task on the visit that was planned for it, on the phone, and come back."""
    incident = top.url
    top.locator("main .small a[href*='/act/visits/']").click()
    assert "Work in the pit for two hours" in top.inner_text("main")
    top.get_by_role("link", name="Open it on the phone").click()
    top.wait_for_selector("main[data-kept=yes]")
    top.fill("#id_met", "3")
    top.get_by_role("button", name="The visit is made").click()
    top.wait_for_selector("#state >> text=All is sent")
    top.goto(incident)


def _is_counted_and_filed(sign_in: SignIn) -> None:
    """The safety officer makes a case of it: it counts in the rates, and stands in both files for the authority."""
    officer, year = sign_in("safety officer"), _last_month().year
    before = _cases_of(officer, year)

    officer.goto("/act/safety/cases/")
    officer.locator("li", has_text=PLACE).get_by_role("button", name="Begin the case").click()
    officer.wait_for_selector("h1:has-text('not decided yet')")
    _looks_right(officer)
    officer.get_by_text("Change", exact=True).click()
    place = officer.locator("form:has([name=job_title])")
    place.locator("[name=unit]").fill(UNIT)
    place.locator("[name=job_title]").fill("Fitter")
    place.locator("button").click()
    officer.wait_for_load_state()
    for name in officer.eval_on_selector_all("#path input[value=no]", "all => [...new Set(all.map(one => one.name))]"):
        answer = "yes" if name in ("work_related", "new_case", "beyond_first_aid") else "no"
        if officer.locator(f"#path input[name={name}][value={answer}]").count():
            officer.check(f"#path input[name={name}][value={answer}]")
    officer.click("button[value=path]")
    officer.wait_for_selector("text=This leads to: recordable, other recordable case.")
    officer.check("[name=is_recordable][value=yes]")
    officer.select_option("[name=outcome]", "other")
    officer.click("button[value=decide]")
    officer.wait_for_selector("h1:has-text('This case is recordable')")
    _looks_right(officer)
    officer.get_by_role("link", name="Write them down").click()
    for name, words in HEALTH.items():
        field = officer.locator(f"[name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(words)
        else:
            field.fill(words)
    officer.click("form:has([name=substance]) button")
    officer.wait_for_load_state()
    assert officer.locator(".errorlist").count() == 0
    assert _cases_of(officer, year) == before + 1

    officer.goto("/act/safety/establishments/")
    link = officer.locator(f"main a[href$='/{year}/']").first.get_attribute("href")
    summary = officer.request.get(f"{link}form-300a.csv")
    cases = officer.request.get(f"{link}cases.csv")
    assert summary.ok, summary.text()
    assert cases.ok, cases.text()
    first, second = read_osha(summary.body()).require(), read_osha(cases.body()).require()
    assert check_together(first.summaries, second.cases) == ()
    (ours,) = [one for one in second.cases if one.nar_object_substance == HEALTH["substance"]]
    assert (ours.incident_outcome, ours.job_title, ours.sex) == ("4", "Fitter", "F")
    for form in ("form-300.pdf", "form-300a.pdf"):
        assert officer.request.get(f"{link}{form}").body().startswith(b"%PDF-"), form


def _last_month() -> date:
    """The last day of last month, on which it happened: rates count months that are over."""
    return datetime.now(tz=UTC).date().replace(day=1) - timedelta(days=1)


def _cases_of(officer: Page, year: int) -> int:
    """How many cases the rates of the whole count in a year."""
    rows = list(csv.reader(io.StringIO(officer.request.get(f"/act/safety/rates.csv?year={year}").text())))
    return int(rows[1][rows[0].index("trir_cases")])


def _records(served: Served, question: str, *values: str) -> list[Any]:
    """Read past the application."""
    with closing(sqlite3.connect(f"file:{served.folder / 'records.sqlite3'}?mode=ro", uri=True)) as records:
        return records.execute(question, values).fetchall()


def _wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for what the worker of the server does each minute."""
    deadline = time.monotonic() + STARTING
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.5)


def _looks_right(page: Page) -> None:
    assert faults(page) == []
    assert sideways(page) == 0
