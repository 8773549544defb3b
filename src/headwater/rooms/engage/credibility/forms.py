"""The forms of the ledger."""

from __future__ import annotations

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from headwater.rooms.decide.account_field import AccountField
from headwater.rooms.engage.models import Promise
from headwater.rooms.people.forms import DateInput


class PromiseForm(forms.Form):
    """What is promised, to whom, by when."""

    key = forms.UUIDField(widget=forms.HiddenInput(), initial=uuid4)
    what = forms.CharField(label=_("What you promise"), max_length=500)
    to_user = AccountField(label=_("To somebody here, who may say how it turned out"), required=False)
    to_name = forms.CharField(label=_("Or to somebody without an account"), max_length=200, required=False)
    due_date = forms.DateField(label=_("By when"), widget=DateInput())


class EndForm(forms.Form):
    """How a promise turned out."""

    end = forms.ChoiceField(label=_("How it turned out"), choices=Promise.End.choices)
    words = forms.CharField(label=_("Where one sees it"), max_length=500, required=False)


class ForecastForm(forms.Form):
    """A number that is foreseen."""

    key = forms.UUIDField(widget=forms.HiddenInput(), initial=uuid4)
    what = forms.CharField(label=_("The number you foresee"), max_length=300)
    measure = forms.CharField(label=_("Its unit, as points or days"), max_length=40, required=False)
    low = forms.FloatField(label=_("At least"))
    high = forms.FloatField(label=_("At most"))
    sure = forms.IntegerField(label=_("How sure, in percent"), min_value=50, max_value=95, initial=80)
    due_date = forms.DateField(label=_("On which day it is known"), widget=DateInput())


class OutcomeForm(forms.Form):
    """What came of a forecast."""

    outcome = forms.FloatField(label=_("The number that came"), help_text=_("Said once. It cannot be changed."))


class ShowForm(forms.Form):
    """To whom a dated copy is shown."""

    user = AccountField(label=_("Show today's sums to"))
