"""What challenges and support answer in the slots of the house: reminders, erasure, export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.engage.challenges.queries import challenges_to_look_back
from headwater.rooms.engage.challenges.support import source_of
from headwater.rooms.engage.models import Ask, Challenge, ChallengeShare, SupportRequest
from headwater.rooms.house.slots import Erased, ExportFile, Need
from headwater.rooms.people.viewers import user_of, viewer

LOOK_BACK_MINUTES, ANSWER_MINUTES, THANK_MINUTES = 5, 1, 1


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield what waits: to look back, said without its words, to answer, and to thank."""
    today = timezone.localdate(now)
    for found in challenges_to_look_back(viewer=viewer(request), today=today):
        yield Need(
            f"challenge-{found.pk}",
            _("For you alone"),
            _("Look back at what you challenged"),
            _("You wanted to be reminded today: what came of it?"),
            LOOK_BACK_MINUTES,
            reverse("engage:challenges_one", args=[found.pk]),
            _("Look back"),
        )
    user = user_of(request)
    for one in SupportRequest.objects.filter(asked=user, answered_at=None, ended_at=None).order_by("by_date"):
        yield Need(
            f"support-{one.pk}",
            _("Support"),
            _("Somebody asks for your support"),
            _("Yes, no or later. It would take %(n)s minutes.") % {"n": one.minutes},
            ANSWER_MINUTES,
            reverse("engage:challenges_support", args=[one.pk]),
            _("Answer"),
            order=1,
        )
    given = SupportRequest.objects.filter(asker=user, answer="yes", thanked_at=None, ended_at=None, by_date__lt=today)
    for one in given.order_by("by_date"):
        yield Need(
            f"thanks-{one.pk}",
            _("Support"),
            _("You had support. Say thank you"),
            _("The day has passed. Thank them, or take the ask back."),
            THANK_MINUTES,
            reverse("engage:challenges_support", args=[one.pk]),
            _("Say thank you"),
        )


def erase(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Erase a person's challenges with their shares, and support they asked or were asked for."""
    pk = UUID(person)
    ChallengeShare.objects.filter(Q(user__person=pk) | Q(challenge__owner__person=pk)).delete()
    challenges, _kinds = Challenge.objects.filter(owner__person=pk).delete()
    support = SupportRequest.objects.filter(Q(asker__person=pk) | Q(asked__person=pk))
    Ask.objects.filter(source__in=[source_of(one) for one in support]).delete()
    count, _kinds = support.delete()
    yield Erased(gettext_lazy("challenges"), challenges)
    yield Erased(gettext_lazy("asks for support"), count)


def export(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down a person's own challenges, and support they asked or were asked for. Others' challenges never."""
    pk = UUID(person)
    words = ("asked", "asked_by", "why_leader", "why_organisation", "why_team", "alternative", "said_date", "said_how")
    after = ("answer", "outcome", "look_back_date", "made_at", "changed_at", "evidence")
    found = {
        "challenges": list(Challenge.objects.filter(owner__person=pk).order_by("made_at").values(*words, *after)),
        "support": list(
            SupportRequest.objects.filter(Q(asker__person=pk) | Q(asked__person=pk))
            .order_by("asked_at")
            .values("need", "by_date", "minutes", "asked_at", "answer", "words", "later_date", "answered_at", "thanks")
        ),
    }
    if any(found.values()):
        content = json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("challenges.json", "application/json", content.encode())
