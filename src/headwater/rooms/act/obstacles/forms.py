"""The forms of obstacles."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from headwater.rooms.act.logic.obstacle_clock import DAYS
from headwater.rooms.act.models import Obstacle
from headwater.rooms.people.asking_form import AskingForm
from headwater.rooms.people.models import Unit
from headwater.rooms.people.person_field import PersonField
from headwater.rooms.people.unit_field import UnitField

MOST_OFFERED = 400


def offered_units() -> list[str]:
    """Return the names of open units that a field suggests, in their order."""
    found = Unit.objects.filter(is_open=True).exclude(number=None).order_by("number")
    return list(dict.fromkeys(found.values_list("name", flat=True)[:MOST_OFFERED]))


class WhatForm(forms.Form):
    """What blocks, where it comes from, what it does."""

    what = forms.CharField(
        label=_("What blocks you?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Name no customer and no colleague."),
    )
    service = UnitField(
        label=_("Which service does it come from?"),
        required=False,
        help_text=_("Name or id of the unit. Leave it empty if you do not know."),
        widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
    )
    to_customers = forms.CharField(
        label=_("What does it do to customers?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    severity = forms.ChoiceField(
        label=_("What does it do to the work?"),
        choices=Obstacle.Severity.choices,
        initial=Obstacle.Severity.SLOWS,
        widget=forms.RadioSelect,
    )

    def services(self) -> list[str]:
        """Return the names of units to choose from."""
        return offered_units()


class RaiseForm(WhatForm):
    """An obstacle raised with one's name."""

    key = forms.UUIDField(widget=forms.HiddenInput(), initial=uuid4)
    unit = UnitField(
        label=_("Which unit is blocked?"), widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"})
    )

    field_order = ("key", "what", "unit", "service", "to_customers", "severity")


class TellForm(WhatForm):
    """An obstacle told without an account."""

    unit = UnitField(
        label=_("Which unit is blocked?"),
        required=False,
        widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
    )

    def __init__(self, *values: Any, needs_unit: bool, **named: Any) -> None:
        """Ask for the unit where the poster does not say it."""
        super().__init__(*values, **named)
        if not needs_unit:
            del self.fields["unit"]


class AnswerForm(forms.Form):
    """The answer of the service."""

    version = forms.IntegerField(widget=forms.HiddenInput())
    kind = forms.ChoiceField(label=_("Your answer"), choices=Obstacle.Answer.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("What was done, or why it will not be"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class HandForm(AskingForm):
    """To whom it goes instead."""

    version = forms.IntegerField(widget=forms.HiddenInput())
    unit = UnitField(
        label=_("To another service"),
        required=False,
        widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
    )
    person = PersonField(label=_("Or to one person"), required=False)
    why = forms.CharField(label=_("Why"), max_length=500)


class WordForm(forms.Form):
    """Whether it is gone."""

    gone = forms.ChoiceField(
        label=_("Is it gone?"),
        choices=[("yes", _("Yes, it is gone")), ("no", _("No, it is still in the way"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("A word to it"), max_length=500, required=False, help_text=_("Needed where it is still in the way.")
    )


class ClockForm(forms.Form):
    """Days of the clock."""

    def __init__(self, *values: Any, days: dict[str, int], **named: Any) -> None:
        """Ask for the days of each severity, and for confirming."""
        super().__init__(*values, **named)
        labels = {**dict(Obstacle.Severity.choices), "confirm": _("for whoever raised it, to say whether it is gone")}
        for key in DAYS:
            self.fields[key] = forms.IntegerField(label=labels[key], min_value=1, max_value=180, initial=days[key])
