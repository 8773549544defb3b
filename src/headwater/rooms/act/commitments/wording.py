"""How commitments are said: refusals, and where each stands."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from headwater.rooms.act.logic.commitments import DayFault, Standing
from headwater.rooms.act.models import Commitment
from headwater.rooms.decide.logic.forecasts import Range, range_from


def day_refusal(fault: DayFault) -> str:
    """Why the days cannot stand, and what to do."""
    return {
        "step_early": _("The first step cannot be before today."),
        "step_late": _("Take a first step that can be done within a week. What waits longer is seldom begun."),
        "due_early": _("The due date has to be after today, and not before the first step."),
        "due_late": _("Choose a due date within two years."),
    }[fault]


def range_of(commitment: Commitment) -> Range | None:
    """Return the forecast of a commitment, None for none."""
    return range_from((commitment.forecast_low, commitment.forecast_likely, commitment.forecast_high))


def standing_text(standing: Standing) -> str:
    """Where a commitment stands, in a word or two."""
    return {
        "waits": _("to be taken"),
        "begun": _("begun"),
        "going": _("going well"),
        "stuck": _("stuck"),
        "quiet": _("no word lately"),
        "late": _("past its day"),
        "done": _("done"),
        "dropped": _("dropped"),
    }[standing]


def source_text(commitment: Commitment) -> str:
    """What a commitment was made from, "" for the owner's own idea."""
    if commitment.source_kind == Commitment.Source.OWN:
        return ""
    kind = commitment.get_source_kind_display()
    return f"{kind}: {commitment.source_title}" if commitment.source_title else str(kind)


def due_text(commitment: Commitment) -> str:
    """The due date, in words."""
    return _("by %(day)s") % {"day": date_format(commitment.due_date)}
