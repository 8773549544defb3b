"""What a quarter did: commitments, visits, obstacles, incidents; and what of it failed."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.reports.charts.numerals import plain
from headwater.rooms.act.models import Commitment, Incident, IncidentDuty, Obstacle, Visit
from headwater.rooms.prove.reviews.facts import Counted, Said
from headwater.rooms.prove.reviews.span import Part

MADE = (Visit.State.DONE, Visit.State.CLOSED)
MOST_NAMED = 5


def promises_in(part: Part) -> tuple[Counted, tuple[Said, ...], list[Said]]:
    """Return the count of commitments, those that were done, and what of them failed: late first, then dropped."""
    found = part.own(
        Commitment.objects.filter(made_at__lt=part.ends_at).select_related("unit").order_by("due_date", "pk"),
        lambda one: one.unit,
    )
    made = [one for one in found if part.has(one.made_at)]
    done = [one for one in found if one.state == Commitment.State.DONE and part.has(one.ended_at)]
    dropped = [one for one in found if one.state == Commitment.State.DROPPED and part.has(one.ended_at)]
    late = [
        one
        for one in found
        if one.due_date <= part.last and one.due_date < part.today
        and (one.ended_at is None or one.ended_at >= part.ends_at)
    ]  # fmt: skip
    failed = [
        Said(one.sentence, _("Promised for %(day)s, not done. %(unit)s.") % {
            "day": date_format(one.due_date, "DATE_FORMAT"), "unit": one.unit.name}, f"commitment:{one.pk}")
        for one in late[:MOST_NAMED]
    ]  # fmt: skip
    if len(late) > MOST_NAMED:
        failed.append(Said(_("And %(n)s more promises are late.") % {"n": len(late) - MOST_NAMED}))
    failed += [
        Said(one.sentence, _("Dropped. %(unit)s.") % {"unit": one.unit.name}, f"commitment:{one.pk}")
        for one in dropped[:MOST_NAMED]
    ]
    detail = _("%(done)s done, %(dropped)s dropped, %(late)s late") % {
        "done": len(done), "dropped": len(dropped), "late": len(late)}  # fmt: skip
    kept = tuple(Said(one.sentence, one.unit.name, f"commitment:{one.pk}") for one in done[:MOST_NAMED])
    return Counted(_("Commitments made"), str(len(made)), detail), kept, failed


def visits_in(part: Part) -> tuple[list[Counted], list[Said]]:
    """Return visits with the hours spent at the front line, and what of them failed."""
    rows = part.own(Visit.objects.select_related("unit").order_by("day", "pk"), lambda one: one.unit)
    made = [one for one in rows if one.state in MADE and part.has_day(one.done_date)]
    hours = sum(one.minutes_spent or one.minutes for one in made) / 60
    met = sum(one.met or 0 for one in made)
    owed = [
        one for one in made
        if one.state == Visit.State.DONE and one.feedback_due_date is not None and one.feedback_due_date < part.today
    ]  # fmt: skip
    missed = [
        one for one in rows if one.state == Visit.State.PLANNED and part.has_day(one.day) and one.day < part.today
    ]
    failed = []
    if owed:
        failed.append(Said(ngettext(
            "After %(n)s visit the people met were not told what comes of it.",
            "After %(n)s visits the people met were not told what comes of it.", len(owed)) % {"n": len(owed)},
            _("A visit without follow-through does harm.")))  # fmt: skip
    if missed:
        words = ngettext("%(n)s planned visit was not made.", "%(n)s planned visits were not made.", len(missed))
        failed.append(Said(words % {"n": len(missed)}))
    leaders = len({one.leader_id for one in made if one.leader_id is not None})
    detail = _("%(met)s people met") % {"met": met}
    counts = [
        Counted(_("Visits made"), str(len(made)), detail),
        Counted(_("Hours of leaders at the front line"), plain(hours, 0 if hours.is_integer() else 1),
                ngettext("by %(n)s leader", "by %(n)s leaders", leaders) % {"n": leaders}),
    ]  # fmt: skip
    return counts, failed


def obstacles_in(part: Part) -> tuple[Counted, list[Said], int, int]:
    """Return obstacles raised, what of them failed, and how many of those raised so far were closed."""
    rows = part.own(
        Obstacle.objects.select_related("from_unit").filter(raised_date__lte=part.last).order_by("raised_date", "pk"),
        lambda one: one.from_unit,
    )
    raised = [one for one in rows if part.has_day(one.raised_date)]
    closed = [one for one in rows if one.closed_date is not None and part.has_day(one.closed_date)]
    late = [one for one in rows if one.state == Obstacle.State.OPEN and one.due_date < part.today]
    failed = []
    if late:
        failed.append(
            Said(ngettext("%(n)s obstacle waits for an answer past its day.",
                          "%(n)s obstacles wait for an answer past their day.", len(late)) % {"n": len(late)})
        )  # fmt: skip
    if len(raised) > len(closed) and len(raised) >= 3:
        failed.append(Said(_("More obstacles were raised than closed: %(raised)s and %(closed)s.") % {
            "raised": len(raised), "closed": len(closed)}))  # fmt: skip
    shut = sum(one.closed_date is not None and one.closed_date <= part.last for one in rows)
    detail = _("%(closed)s closed") % {"closed": len(closed)}
    return Counted(_("Obstacles raised"), str(len(raised)), detail), failed, len(rows), shut


def incidents_in(part: Part) -> tuple[Counted, list[Said], int, int]:
    """Return incidents reported, duties kept late or not, and how many of those reported so far were closed."""
    rows = part.own(
        Incident.objects.select_related("unit").filter(reported_at__lt=part.ends_at).order_by("reported_at", "pk"),
        lambda one: one.unit,
    )
    reported = [one for one in rows if part.has(one.reported_at)]
    closed = [one for one in rows if part.has(one.closed_at)]
    duties = list(IncidentDuty.objects.filter(incident__in=[one.pk for one in reported]))
    late = [one for one in duties if one.kept_at is not None and one.due_at is not None and one.kept_at > one.due_at]
    open_late = [
        one for one in duties
        if one.kept_at is None and one.excused_at is None and one.due_at is not None and one.due_at < part.now
    ]  # fmt: skip
    failed = []
    unknown = [one for one in (*late, *open_late) if one.key == IncidentDuty.Key.KNOW]
    if unknown:
        words = ngettext(
            "Of %(n)s incident the top leader did not know within the hour.",
            "Of %(n)s incidents the top leader did not know within the hour.",
            len(unknown),
        )
        failed.append(Said(words % {"n": len(unknown)}))
    rest = len(late) + len(open_late) - len(unknown)
    if rest:
        words = ngettext(
            "%(n)s thing that was owed after an incident was late or is still owed.",
            "%(n)s things that were owed after an incident were late or are still owed.",
            rest,
        )
        failed.append(Said(words % {"n": rest}))
    shut = sum(one.closed_at is not None and one.closed_at < part.ends_at for one in rows)
    detail = _("%(closed)s closed") % {"closed": len(closed)}
    return Counted(_("Incidents reported"), str(len(reported)), detail), failed, len(rows), shut
