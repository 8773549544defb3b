"""A plain notice to whoever asks minutes of themself past their own cap."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest

from headwater.rooms.engage.asks import NewAsk, own_words, standing_asks
from headwater.rooms.people.viewers import user_of


def notice_own_load(request: HttpRequest, *, source: str) -> None:
    """Say so on the next page, where what was just recorded under a source passes the asker's own cap.

    source: how it begins, as "visit:<id>". Nothing is said where nothing of it is asked of them.
    """
    actor = user_of(request)
    ask = standing_asks(actor).filter(source__startswith=source, done_at=None).last()
    if ask is not None and (words := own_words(NewAsk(actor, ask.minutes, ask.due_date, ask.source))):
        messages.info(request, words)
