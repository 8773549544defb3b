"""What incidents answer in the slots of the house: what waits, erasure, export, what is kept how long."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from headwater.rooms.act.incidents import notices
from headwater.rooms.act.incidents.notice_words import kind_words, received_words, where_words
from headwater.rooms.act.incidents.one_queries import needs_answer
from headwater.rooms.act.incidents.queries import day_of
from headwater.rooms.act.incidents.who import SEE, is_top_leader, seen_by, zone
from headwater.rooms.act.incidents.work_words import duty_title
from headwater.rooms.act.logic.incidents import KNOW, start_of_yesterday
from headwater.rooms.act.models import Incident, IncidentDuty, IncidentMessage, IncidentNotice, IncidentOpening
from headwater.rooms.house.slots import Erased, ExportFile, Need
from headwater.rooms.people.logic.roles import SAFETY_OFFICER, Viewer
from headwater.rooms.people.retention import Kept
from headwater.rooms.people.tabs import has_role_for
from headwater.rooms.people.viewers import leads_whole, viewer

MINUTES, MINUTES_TO_ANSWER = 5, 1
SOON = timedelta(days=3)
"""From when a duty stands on the home page before it is due."""
MOST = 20


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield incidents first: unopened ones as urgent; then what is owed; the question to who was hurt; answers."""
    asker = viewer(request)
    for incident in needs_answer(asker, now):
        yield Need(
            f"incident-meet-{incident.pk}",
            _("Incidents"),
            _("Would you like the top leader to visit you?"),
            _("You decide: yes, not yet, or no."),
            MINUTES_TO_ANSWER,
            reverse("act:incidents_one", args=[incident.pk]),
            _("Answer"),
            order=0,
        )
    yield from _questions(asker, now)
    if not has_role_for(asker, SEE):
        return
    opened = IncidentOpening.objects.filter(by=asker.user_id).values("incident")
    since = start_of_yesterday(now, zone())
    recent = Incident.objects.filter(Q(state=Incident.State.OPEN, opened_at=None) | Q(reported_at__gte=since))
    unseen = seen_by(asker, recent.exclude(pk__in=opened).select_related("unit").order_by("-reported_at", "pk"))
    is_urgent = leads_whole(asker) or asker.has(SAFETY_OFFICER)
    for incident in unseen[:MOST]:
        yield _unseen(incident, is_urgent=is_urgent)
    if len(unseen) > MOST:
        yield _more(len(unseen) - MOST, is_urgent=is_urgent)
    if is_top_leader(asker):
        yield from _since_yesterday(asker, since)
        yield from _owed(now, since)


def _more(count: int, *, is_urgent: bool) -> Need:
    """Those that no longer fit the home page: said, never left out."""
    return Need(
        "incidents-more",
        _("Incidents"),
        ngettext("One more incident that you have not opened", "%(n)s more incidents that you have not opened", count)
        % {"n": count},
        _("They stand on the list, the latest first."),
        MINUTES * count,
        reverse("act:incidents"),
        _("Open"),
        order=0,
        is_urgent=is_urgent,
    )


def _unseen(incident: Incident, *, is_urgent: bool) -> Need:
    return Need(
        f"incident-{incident.pk}",
        _("Incidents"),
        _("%(kind)s: %(where)s") % {"kind": kind_words(incident), "where": where_words(incident)},
        _("Reported %(when)s. Open it: the page shows that you know.") % {"when": received_words(incident)},
        MINUTES,
        reverse("act:incidents_one", args=[incident.pk]),
        _("Open"),
        order=0,
        is_urgent=is_urgent,
    )


def _since_yesterday(asker: Viewer, since: datetime) -> Iterator[Need]:
    """Every incident since yesterday stays in sight of the top leader, also once opened."""
    opened = IncidentOpening.objects.filter(by=asker.user_id).values("incident")
    recent = Incident.objects.filter(pk__in=opened, reported_at__gte=since)
    for incident in recent.select_related("unit").order_by("-reported_at", "pk"):
        yield Need(
            f"incident-{incident.pk}",
            _("Incidents"),
            _("%(kind)s: %(where)s") % {"kind": kind_words(incident), "where": where_words(incident)},
            _("Since yesterday. You opened it; what you owe stands there.")
            if incident.is_open
            else _("Since yesterday. It is closed."),
            MINUTES_TO_ANSWER,
            reverse("act:incidents_one", args=[incident.pk]),
            _("Look"),
            order=0,
        )


def _owed(now: datetime, since: datetime) -> Iterator[Need]:
    """What the top leader owes within days, or owes late; one for each incident from before yesterday."""
    due = IncidentDuty.objects.filter(
        kept_at=None, excused_at=None, due_at__lte=now + SOON, incident__state=Incident.State.OPEN,
        incident__reported_at__lt=since,
    ).exclude(key=KNOW)  # fmt: skip
    seen = set[UUID]()
    for duty in due.select_related("incident__unit").order_by("due_at", "key"):
        if duty.incident_id in seen:
            continue
        seen.add(duty.incident_id)
        incident = duty.incident
        yield Need(
            f"incident-owed-{incident.pk}",
            _("Incidents"),
            duty_title(duty.key),
            _("%(kind)s: %(where)s. Until %(day)s.")
            % {"kind": kind_words(incident), "where": where_words(incident), "day": day_of(duty.due_at)},
            MINUTES,
            reverse("act:incidents_one", args=[incident.pk]),
            _("Look"),
            order=2,
        )


def _questions(asker: Viewer, now: datetime) -> Iterator[Need]:
    """A question that a named reporter has not answered."""
    if not asker.person:
        return
    own = IncidentMessage.objects.filter(incident__reporter=asker.person_id, incident__state=Incident.State.OPEN)
    last: dict[UUID, IncidentMessage] = {one.incident_id: one for one in own.filter(visible_at__lte=now).order_by("at")}
    for message in last.values():
        if message.by_id is not None:
            yield Need(
                f"incident-question-{message.pk}",
                _("Incidents"),
                _("A question about what you reported"),
                message.text[:200],
                MINUTES_TO_ANSWER * 2,
                reverse("act:incidents_one", args=[message.incident_id]),
                _("Answer"),
                order=1,
            )


def may_open(asker: Viewer) -> bool:
    """Whether the tab opens: to everybody who works here."""
    return bool(asker.holdings)


def erase(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Take a person's name from incidents they reported, were hurt in, or fixed, and mail to them that still waits."""
    pk = UUID(person)
    reported = Incident.objects.filter(reporter=pk).update(reporter=None, reporter_name="", reporter_contact="")
    hurt = Incident.objects.filter(injured=pk).update(injured=None, injured_words="")
    fixed = IncidentDuty.objects.filter(who=pk).update(who=None)
    mail, _rows = IncidentNotice.objects.filter(Q(person=pk) | Q(user__person=pk)).delete()
    stays = gettext_lazy("The incidents stay without the name: they are about safety at work, and laws ask for them.")
    yield Erased(gettext_lazy("names in incidents"), reported + hurt + fixed, stays if reported + hurt else "")
    yield Erased(gettext_lazy("mail about incidents"), mail)


def export(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down the incidents a person reported under their name or was hurt in, with what they were asked."""
    pk = UUID(person)
    words = ("pk", "kind", "unit__name", "happened_date", "happened_at", "place", "what", "reported_at", "state")
    reported = list(Incident.objects.filter(reporter=pk).order_by("reported_at").values(*words, "told_text"))
    for one in reported:
        texts = IncidentMessage.objects.filter(incident=one["pk"], visible_at__lte=now).order_by("at")
        one["messages"] = [{"asked": m.by_id is not None, "text": m.text, "at": m.at} for m in texts]
    hurt_words = ("pk", "kind", "unit__name", "happened_date", "place", "reported_at", "state", "meeting", "meeting_at")
    found = {
        "reported": reported,
        "hurt": list(Incident.objects.filter(injured=pk).order_by("reported_at").values(*hurt_words)),
    }
    if any(found.values()):
        content = json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("incidents.json", "application/json", content.encode())


def _forget(before: datetime, now: datetime) -> int:
    """Forget the words and names of closed incidents. That they happened, where and when, stays counted."""
    old = list(Incident.objects.filter(closed_at__lt=before, forgotten_at=None)[:1000])
    IncidentMessage.objects.filter(incident__in=old).delete()
    IncidentDuty.objects.filter(incident__in=old).update(words="", who=None)
    notices.forget(old)
    return Incident.objects.filter(pk__in=[one.pk for one in old]).update(
        what="", place="", reporter=None, reporter_name="", reporter_contact="", injured=None, injured_words="",
        forgotten_at=now,
    )  # fmt: skip


INCIDENTS_KEPT = Kept(
    gettext_lazy("Words and names of closed incidents"),
    gettext_lazy("What happened, who reported it and who was hurt are forgotten. That it happened stays counted."),
    2192,
    30,
    _forget,
)
"""Six years: laws on records of injuries ask for five after the year they happened in (29 CFR 1904.33)."""
