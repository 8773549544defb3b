"""The door of the room: to the first page that opens to whoever asks."""

from __future__ import annotations

from headwater.rooms.act.pages import PAGES
from headwater.rooms.people.room_door import entrance_to

entrance = entrance_to(PAGES)
