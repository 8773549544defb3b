"""What pages say of decks on a schedule: when they go, why one did not, what became of one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from headwater.rooms.engage.decks.planning import next_day, next_moment
from headwater.rooms.engage.models import DeckIssue, DeckSchedule
from headwater.rooms.house.slots import Text

WHY: Mapping[str, Text] = {
    "stopped": gettext_lazy("The schedule was stopped."),
    "paused": gettext_lazy("The schedule was paused."),
    "removed": gettext_lazy("They were taken off the list."),
    "declined": gettext_lazy("They asked not to be sent it."),
    "left": gettext_lazy("They left, or their account is closed."),
    "address": gettext_lazy("No e-mail address is known."),
    "role": gettext_lazy("They may see no results any more."),
    "unit": gettext_lazy("They may not see the results of this unit."),
    "none": gettext_lazy("Nothing of it is released yet."),
    "same": gettext_lazy("Nothing new since the last one."),
    "overtaken": gettext_lazy("A later one took its place."),
    "week": gettext_lazy("Their week is full. It waits for one with room."),
    "making": gettext_lazy("It could not be made."),
    "sending": gettext_lazy("It was made and could not be sent."),
}
"""Why a deck waits, was not sent or failed."""


def why_words(reason: str) -> str:
    """Say why, "" for no reason."""
    return str(WHY.get(reason, ""))


def when_words(schedule: DeckSchedule) -> str:
    """Say when a schedule's decks are due."""
    if schedule.rhythm == DeckSchedule.Rhythm.RELEASE:
        if schedule.after_days == 0:
            return _("When a wave is released")
        return ngettext(
            "%(n)s day after a wave is released", "%(n)s days after a wave is released", schedule.after_days
        ) % {"n": schedule.after_days}
    if schedule.rhythm == DeckSchedule.Rhythm.MONTH:
        return _("Every month on day %(day)s") % {"day": schedule.day}
    return _("Every quarter on day %(day)s of its first month") % {"day": schedule.day}


def next_words(schedule: DeckSchedule, *, now: datetime) -> str:
    """Say when the next decks are due, and what stands in the way."""
    if schedule.stopped_at is not None:
        return _("It was stopped on %(day)s. Nothing goes out any more.") % {"day": day_words(schedule.stopped_at)}
    if schedule.since_at is None:
        return _("Nothing goes out before you start it.")
    if schedule.paused_at is not None:
        return _("Paused since %(day)s. Nothing goes out.") % {"day": day_words(schedule.paused_at)}
    day = next_day(schedule, now=now)
    if day is not None:
        return _("Next on %(day)s.") % {"day": date_format(day, "DATE_FORMAT")}
    at = next_moment(schedule, now=now)
    if at is not None:
        return _("Next on %(day)s.") % {"day": day_words(at)}
    return _("Next when a wave is released.")


def state_words(schedule: DeckSchedule) -> tuple[str, str]:
    """Say how a schedule stands, with the look of the word."""
    if schedule.stopped_at is not None:
        return _("stopped"), "done"
    if schedule.since_at is None:
        return _("not started"), "wait"
    return (_("paused"), "wait") if schedule.paused_at is not None else (_("runs"), "on")


def occasion_words(issue: DeckIssue, waves: Mapping[str, str]) -> str:
    """Say what a deck was due for. waves: titles by id."""
    kind, _colon, key = issue.occasion.partition(":")
    if kind == "wave":
        return waves.get(key, _("a released wave"))
    if kind == "now":
        return _("By hand")
    return date_format(datetime.fromisoformat(issue.occasion), "DATE_FORMAT")


def did_words(issue: DeckIssue) -> str:
    """Say what became of a deck, in the order in which it comes."""
    if issue.state == DeckIssue.State.SENT:
        told = [_("Sent %(day)s.") % {"day": day_words(issue.sent_at)}]
        if issue.opened_at is None:
            return " ".join([*told, _("Not opened yet.")])
        told.append(_("Opened %(day)s.") % {"day": day_words(issue.opened_at)})
        if issue.saved_at is not None:
            told.append(_("File saved %(day)s.") % {"day": day_words(issue.saved_at)})
        return " ".join(told)
    if issue.state in (DeckIssue.State.NOTHING, DeckIssue.State.DROPPED):
        return why_words(issue.reason)
    if issue.state == DeckIssue.State.FAILED:
        return " ".join(filter(None, [why_words(issue.reason), issue.fault]))
    if issue.reason:
        until = _("Not before %(day)s.") % {"day": day_words(issue.not_before_at)}
        return f"{why_words(issue.reason)} {until}"
    if issue.state == DeckIssue.State.MADE:
        return _("Made. It goes out at the next waking hour.")
    return _("Due. It is made at the next waking hour.")


def day_words(at: datetime | None) -> str:
    """Say the day of a moment, "" for none."""
    return "" if at is None else date_format(localtime(at), "DATE_FORMAT")
