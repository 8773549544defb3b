"""The pages of a room as one row of tabs: each with the question whether it opens to this viewer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from headwater.rooms.people.logic.roles import ACTIONS, Viewer


@dataclass(frozen=True)
class RoomPage:
    """One tab. view: the name of an address without arguments. opens: whether it opens to a viewer."""

    key: str
    view: str
    title: str | Promise
    opens: Callable[[Viewer], bool]


@dataclass(frozen=True)
class Tab:
    """A tab as it stands on a page."""

    href: str
    title: str | Promise
    is_here: bool


def tabs_of(pages: Iterable[RoomPage], viewer: Viewer, here: str) -> tuple[Tab, ...]:
    """Return the tabs of a room that open to a viewer. here: the key of the page they stand on."""
    return tuple(
        Tab(reverse(page.view), page.title, page.key == here)
        for page in pages
        if page.key == here or page.opens(viewer)
    )


def first_page_of(pages: Iterable[RoomPage], viewer: Viewer) -> RoomPage | None:
    """Return the first page of a room that opens to a viewer, None for none."""
    return next((page for page in pages if page.opens(viewer)), None)


def opens_with(action: str) -> Callable[[Viewer], bool]:
    """Return the question whether a viewer holds a role, anywhere, that opens an action."""

    def opens(viewer: Viewer) -> bool:
        return has_role_for(viewer, action)

    return opens


def has_role_for(viewer: Viewer, action: str) -> bool:
    """Whether a viewer holds a role, over whatever part of the organisation, that opens an action."""
    return any(holding.role in ACTIONS[action] for holding in viewer.holdings)
