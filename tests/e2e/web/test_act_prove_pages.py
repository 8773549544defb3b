"""The pages of acting and proving: axe, a phone in the dark, the keyboard, and print with nothing cut.

Pages of one record are reached by the first link to one from the page that lists them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.e2e.web.conftest import DESK, PHONE, SignIn
from tests.e2e.web.page_checks import wrong_with

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

Pages = tuple[tuple[str, str], ...]
ID, YEAR = "{id}", "{year}"
"""Stand for the id of a record, and for a year: of the first link of this shape on the page that lists them."""

SAFETY: Pages = (
    ("/act/incidents/", "Report with my name"),
    ("/act/incidents/new/", "Back"),
    ("/act/incidents/{id}/", ""),
    ("/act/incidents/told/", ""),
    ("/act/incidents/posters/", "Make it"),
    ("/act/incidents/posters/{id}/", ""),
    ("/act/safety/", "Cases"),
    ("/act/safety/near-misses/", ""),
    ("/act/safety/industry/", ""),
    ("/act/safety/check/", "Check it"),
    ("/act/safety/cases/", "Hours"),
    ("/act/safety/cases/{id}/", "See where this leads"),
    ("/act/safety/cases/{id}/health/", ""),
    ("/act/safety/hours/", "Keep"),
    ("/act/safety/establishments/", "Check an upload file"),
    ("/act/safety/establishments/{id}/", ""),
    ("/act/safety/establishments/{id}/{year}/", "Keep"),
    ("/act/safety/rules/", "Keep"),
    ("/act/safety/meetings/", "This week's meeting"),
    ("/act/safety/meetings/{id}/", ""),
)
TOP: Pages = (
    ("/act/commitments/", "Commit to something"),
    ("/act/commitments/make/", "Back"),
    ("/act/commitments/{id}/", ""),
    ("/act/visits/", "Plan a visit"),
    ("/act/visits/plan/", "Plan it"),
    ("/act/visits/calendar/", ""),
    ("/act/visits/programmes/", "Begin it"),
    ("/act/visits/{id}/", ""),
    ("/act/visits/{id}/go/", ""),
    ("/act/visits/{id}/close/", ""),
    ("/act/obstacles/", "Raise an obstacle"),
    ("/act/obstacles/new/", "Back"),
    ("/act/obstacles/{id}/", ""),
    ("/act/obstacles/matrix/", ""),
    ("/act/obstacles/services/{id}/", ""),
    ("/act/obstacles/posters/{id}/", ""),
    ("/act/incidents/{id}/", ""),
    ("/act/safety/", ""),
    ("/prove/effects/", "What tends to work here"),
    ("/prove/effects/learned/", "What tends to work elsewhere"),
    ("/prove/effects/elsewhere/", ""),
    ("/prove/effects/{id}/", ""),
    ("/prove/reviews/read/{id}/", ""),
)
LEAD: Pages = (
    ("/act/commitments/told/", ""),
    ("/act/commitments/told/{id}/", ""),
    ("/prove/effects/elsewhere/files/", "Bring it"),
    ("/prove/effects/elsewhere/share/", "Show it so"),
    ("/prove/reviews/", ""),
    ("/prove/reviews/{id}/", ""),
    ("/prove/value/", ""),
    ("/prove/value/new/", ""),
    ("/prove/value/{id}/", ""),
    ("/prove/value/{id}/costs/", ""),
    ("/prove/value/{id}/lines/1/", ""),
)
OWN: Pages = (("/act/safety/own/", ""), ("/act/obstacles/", "Raise an obstacle"), ("/act/incidents/told/", ""))
ANYBODY: Pages = (
    ("/i/", "Follow a report with its code"),
    ("/i/follow", ""),
    ("/o/", ""),
    ("/o/follow", ""),
)
"""Pages by who opens them, each with the link or button it is there for, "" where it is there to be read."""


def reached(page: Page, pages: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Put the id of a record into each address that asks for one."""
    for path, action in pages:
        before, asked, after = path.partition(ID)
        if not asked:
            yield path, action
            continue
        has_year = YEAR in after
        shape = re.compile(re.escape(before) + r"[0-9a-f-]{36}/" + (r"\d{4}/" if has_year else ""))
        found = next((match for link in _links(page, before) if (match := shape.match(link))), None)
        assert found is not None, f"no link leads to {path}"
        yield found[0] + ("" if has_year else after.lstrip("/")), action


def _links(page: Page, place: str) -> list[str]:
    """Return where the page of a place links to, or, where it is no page, the one above it."""
    while (answer := page.goto(place)) is None or not answer.ok:
        place = place.rstrip("/").rpartition("/")[0] + "/"
    links: list[str] = page.eval_on_selector_all("main a[href]", "all => all.map(one => one.getAttribute('href'))")
    return links


@pytest.mark.usefixtures("worked_out")
@pytest.mark.parametrize(
    ("who", "pages"),
    [("safety officer", SAFETY), ("top leader", TOP), ("experience lead", LEAD), ("employee", OWN), ("", ANYBODY)],
    ids=["safety officer", "top leader", "experience lead", "employee", "anybody"],
)
def test_pages_are_for_everybody_keys_phones_and_paper(who: str, pages: Pages, sign_in: SignIn) -> None:
    desk, phone = sign_in(who, size=DESK), sign_in(who, size=PHONE, dark=True)
    wrong = wrong_with(reached(sign_in(who), pages), desk, phone)
    assert not wrong, "\n".join(wrong)
