"""The forms of the register of risks."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.engage.models import Risk, RiskMeasure
from headwater.rooms.people.forms import DateInput
from headwater.rooms.people.person_field import PersonField
from headwater.rooms.people.unit_field import UnitField

MOST = 10**12


class ReportForm(forms.Form):
    """A risk that is reported."""

    key = forms.UUIDField(widget=forms.HiddenInput(), initial=uuid4)
    title = forms.CharField(label=gettext_lazy("The risk in a few words"), max_length=160)
    what = forms.CharField(
        label=gettext_lazy("What may go wrong, and how you noticed"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Name no customer and no colleague."),
    )
    unit = UnitField(label=gettext_lazy("Where"))
    seen_date = forms.DateField(label=gettext_lazy("When it was first seen"), widget=DateInput())
    through = forms.CharField(label=gettext_lazy("Who told you, if somebody did"), max_length=200, required=False)
    exposure_low = forms.IntegerField(
        label=gettext_lazy("What it may cost, at least"), min_value=0, max_value=MOST, required=False
    )
    exposure_high = forms.IntegerField(
        label=gettext_lazy("What it may cost, at most"), min_value=0, max_value=MOST, required=False
    )
    exposure_in = forms.ChoiceField(
        label=gettext_lazy("Counted in"), choices=[("", "–"), *Risk.ExposureIn.choices], required=False
    )
    upside = forms.CharField(label=gettext_lazy("What could be won by acting"), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        """Exposure is given whole or not at all, and runs upwards."""
        found = super().clean() or {}
        low, high, unit = (found.get(name) for name in ("exposure_low", "exposure_high", "exposure_in"))
        if len({low is None, high is None, not unit}) > 1:
            self.add_error("exposure_high", _("Say at least, at most and in what, or leave all three empty."))
        elif low is not None and high is not None and high < low:
            self.add_error("exposure_high", _("At most cannot be below at least."))
        return found


class MoveForm(forms.Form):
    """What becomes of a risk."""

    state = forms.ChoiceField(label=gettext_lazy("What becomes of it"), choices=Risk.State.choices)
    owner = PersonField(label=gettext_lazy("Who looks after it"), required=False)
    why = forms.CharField(label=gettext_lazy("Why"), max_length=500)


class ThanksForm(forms.Form):
    """Thanks to who reported it."""

    thanks = forms.CharField(label=gettext_lazy("Thank you for"), max_length=500)


class MeasureForm(forms.Form):
    """A released score that would warn of it."""

    score = forms.ChoiceField(label=gettext_lazy("Score"))
    side = forms.ChoiceField(label=gettext_lazy("It warns"), choices=RiskMeasure.Side.choices)
    threshold = forms.FloatField(label=gettext_lazy("Threshold"))

    def __init__(self, *values: Any, offered: Any, **named: Any) -> None:
        """Offer what is shown for the unit. offered: Evidence."""
        super().__init__(*values, **named)
        field = self.fields["score"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (f"{one.study}|{one.wave}|{one.score}", f"{one.label}, {one.value_text} ({one.study_title})")
            for one in offered
        ]
