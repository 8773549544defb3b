"""How a forecast is asked for, said and refused: the same for commitments, visits and briefings."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.reports import wording
from headwater.rooms.decide.logic.forecasts import Forecast, ForecastFault, Range
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.evidence import Evidence


def key_of(evidence: Evidence) -> str:
    """Return the choice that stands for a number."""
    return "|".join((evidence.study, evidence.wave, evidence.unit, evidence.score))


def finding_of(text: str) -> Finding | None:
    """Read a choice back, None for no number."""
    parts = text.split("|")
    return Finding(*parts) if len(parts) == 4 else None


class ForecastForm(forms.Form):
    """By how much a score should move: at least, likely, at most; all or nothing."""

    low = forms.FloatField(label=gettext_lazy("At least"), required=False, localize=True)
    likely = forms.FloatField(label=gettext_lazy("Likely"), required=False, localize=True)
    high = forms.FloatField(label=gettext_lazy("At most"), required=False, localize=True)

    def forecast(self) -> Forecast:
        """Return the three as they were given."""
        return self.cleaned_data["low"], self.cleaned_data["likely"], self.cleaned_data["high"]


def choice_of(one: Evidence) -> str:
    """Say a number as a choice, with the smallest change that its unit can show."""
    values = {"label": one.label, "value": one.value_text or "–", "wave": one.wave_title}
    if one.smallest is None:
        return _("%(label)s, %(value)s (%(wave)s; which change can be seen is not known)") % values
    values["smallest"] = wording.figure(one.smallest, max(one.decimals, 1) + 1)
    return _("%(label)s, %(value)s (%(wave)s; shows changes of %(smallest)s or more)") % values


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
