"""How commitments are said: refusals, forecasts, and where each stands."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from headwater.reports import wording
from headwater.rooms.act.logic.commitments import DayFault, ForecastFault, Range, Standing
from headwater.rooms.act.models import Commitment
from headwater.rooms.learn.evidence import Evidence


def day_refusal(fault: DayFault) -> str:
    """Why the days cannot stand, and what to do."""
    return {
        "step_early": _("The first step cannot be before today."),
        "step_late": _("Take a first step that can be done within a week. What waits longer is seldom begun."),
        "due_early": _("The due date has to be after today, and not before the first step."),
        "due_late": _("Choose a due date within two years."),
    }[fault]


def forecast_refusal(fault: ForecastFault, evidence: Evidence) -> str:
    """Why a forecast cannot be taken, and what to do."""
    decimals = max(evidence.decimals, 1) + 1
    values = {
        "unit": evidence.unit_name,
        "smallest": "" if evidence.smallest is None else wording.figure(evidence.smallest, decimals),
    }
    return {
        "part": _("Give all three: at least, likely, at most. Or leave all three empty."),
        "order": _("Write the three from the lowest to the highest."),
        "withheld": _("There is no number to start from: too few answered to show it. Leave the forecast empty."),
        "imprecise": _("It is not known which change %(unit)s can show. Leave the forecast empty."),
        "past": _("The due date has to be in the future."),
        "outside": _("That lies off the scale."),
        "wrong_way": _("The likely change is not for the better."),
        "no_room": _("%(unit)s can show a change of %(smallest)s or more, and the end of the scale is nearer."),
        "too_small": _(
            "%(unit)s can only show a change of %(smallest)s or more from wave to wave. A smaller one could come true "
            "or not and nobody would know. Forecast more, choose another score, or leave the forecast empty."
        ),
    }[fault] % values


def signed(value: float, decimals: int) -> str:
    """A change with its sign."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{wording.figure(abs(value), decimals)}"


def forecast_text(expected: Range, evidence: Evidence) -> str:
    """A forecast in one line."""
    decimals = max(evidence.decimals, 1) + 1
    words = (
        _("likely %(likely)s percentage points, between %(low)s and %(high)s")
        if evidence.scale_unit == "percent"
        else _("likely %(likely)s points, between %(low)s and %(high)s")
    )
    return words % {
        "likely": signed(expected.likely, decimals),
        "low": signed(expected.low, decimals),
        "high": signed(expected.high, decimals),
    }


def range_of(commitment: Commitment) -> Range | None:
    """Return the forecast of a commitment, None for none."""
    low, likely, high = commitment.forecast_low, commitment.forecast_likely, commitment.forecast_high
    return None if low is None or likely is None or high is None else Range(low, likely, high)


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
