"""The pages of proving, as its tabs."""

from __future__ import annotations

from headwater.rooms.people.tabs import RoomPage

PAGES: tuple[RoomPage, ...] = ()
"""The tabs, in their order."""
