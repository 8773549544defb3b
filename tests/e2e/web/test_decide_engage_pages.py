"""The main pages of deciding and engaging: axe, a phone in the dark, the keyboard, and print with nothing cut."""

from __future__ import annotations

import pytest
from tests.e2e.web.conftest import PHONE, SignIn
from tests.e2e.web.page_checks import wrong_with

pytestmark = pytest.mark.slow

LEAD = (
    ("/decide/directions/", "Open the board"),
    ("/decide/directions/board/", "Show"),
    ("/decide/directions/goals/", "Add it"),
    ("/decide/directions/vision/", "Write it anew"),
    ("/decide/team/", "Take somebody on the team"),
    ("/decide/team/adviser/", "Ask again"),
    ("/decide/team/adviser/compare/", "Back to the reasons"),
    ("/decide/team/matrix/", "Add an activity"),
    ("/decide/team/abilities/", ""),
    ("/decide/team/mandate/", ""),
    ("/decide/team/practices/", "Share a practice"),
    ("/decide/appointments/", "Begin an appointment"),
    ("/decide/maturity/", "Begin an assessment"),
    ("/engage/stakeholders/", "Take people in"),
    ("/engage/stakeholders/map/", "Take people in"),
    ("/engage/asks/all/", ""),
    ("/engage/briefings/", "Prepare a briefing"),
    ("/engage/decks/", "Set up a deck"),
    ("/engage/decks/new/", "Set it up"),
    ("/engage/discovery/", "Prepare a Discovery"),
    ("/engage/risks/", "Report a risk"),
    ("/engage/role/all/", ""),
)
TOP = (
    ("/engage/asks/", ""),
    ("/engage/challenges/", "Write a challenge"),
    ("/engage/credibility/", ""),
    ("/engage/decks/", ""),
    ("/engage/discovery/foresight/", ""),
    ("/engage/role/", "Change the agreement"),
    ("/engage/role/board/", "Listen before you lead"),
    ("/engage/stakeholders/me/", "Say it yourself: one minute"),
)
TEAM = (("/engage/role/mirror/", ""), ("/decide/directions/", ""), ("/engage/risks/", "Report a risk"))
"""Pages by who opens them, each with the link or button it is there for, "" where it is there to be read."""


@pytest.mark.usefixtures("worked_out")
@pytest.mark.parametrize(
    ("who", "pages"),
    [("experience lead", LEAD), ("top leader", TOP), ("team leader", TEAM)],
    ids=["experience lead", "top leader", "team leader"],
)
def test_main_pages_are_for_everybody_keys_phones_and_paper(
    who: str, pages: tuple[tuple[str, str], ...], sign_in: SignIn
) -> None:
    desk, phone = sign_in(who), sign_in(who, size=PHONE, dark=True)
    wrong = wrong_with(pages, desk, phone)
    assert not wrong, "\n".join(wrong)
