"""The page on rooms has every action of the permission table, with the roles that open it."""

from __future__ import annotations

import re

from tests.contracts.conftest import ROOT

from headwater.rooms.people.logic.roles import (
    ACTIONS,
    ADMINISTRATOR,
    ANALYST,
    EMPLOYEE,
    EXPERIENCE_LEAD,
    LEADER,
    PRIVACY_OFFICER,
    SAFETY_OFFICER,
)

PAGE = (ROOT / "docs/reference/rooms.md").read_text(encoding="utf-8")
COLUMNS = (ADMINISTRATOR, EXPERIENCE_LEAD, ANALYST, PRIVACY_OFFICER, SAFETY_OFFICER, LEADER, EMPLOYEE)


def rows() -> list[tuple[list[str], frozenset[str]]]:
    """The rows of the table: the actions that one names, and the roles whose cell is not empty."""
    table = PAGE.split("\n## Permissions", 1)[1].split("\n| action |", 1)[1].split("\n\n", 1)[0].splitlines()
    found = []
    for line in table[2:]:
        first, *cells = (cell.strip() for cell in line.strip().strip("|").split("|"))
        assert len(cells) == len(COLUMNS), line
        opening = frozenset(role for role, cell in zip(COLUMNS, cells, strict=True) if cell)
        found.append((re.findall(r"`([a-z_]+\.[a-z_]+)`", first), opening))
    return found


def test_every_action_stands_in_the_table_once() -> None:
    named = [action for actions, _opening in rows() for action in actions]
    assert sorted(named) == sorted(ACTIONS)


def test_the_table_says_which_roles_open_an_action() -> None:
    wrong = {
        action: sorted(opening ^ ACTIONS[action])
        for actions, opening in rows()
        for action in actions
        if action in ACTIONS and opening != ACTIONS[action]
    }
    assert wrong == {}
