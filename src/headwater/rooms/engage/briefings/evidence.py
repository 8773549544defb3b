"""The numbers of a briefing: live while it is read, frozen when it was sent."""

from __future__ import annotations

from datetime import date

from headwater.rooms.engage.models import BriefingCopy
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.evidence import Evidence, evidence_from, evidence_of, refreshed
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import viewer_of


def evidence_now(copy: BriefingCopy, *, today: date) -> list[Evidence]:
    """Return the numbers of a copy in its order, from the latest released waves, as its author may see them.

    The author answers for what a receiver is shown. A number that is no longer shown to the author is left out; what
    was sent stays in `evidence_sent`.
    """
    author = User.objects.select_related("person").get(pk=copy.briefing.author_id)
    viewer = viewer_of(author, today=today)
    scores = copy.briefing.scores
    found = [evidence_of(viewer=viewer, finding=Finding(*scores[place])) for place in copy.order]
    return refreshed(viewer=viewer, evidence=[one for one in found if one is not None])


def evidence_sent(copy: BriefingCopy) -> list[Evidence]:
    """Return the numbers as they stood when the copy was sent, [] before."""
    return [evidence_from(one) for one in copy.evidence]
