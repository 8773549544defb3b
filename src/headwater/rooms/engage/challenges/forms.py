"""The forms of challenges and of support."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from headwater.rooms.decide.account_field import AccountField
from headwater.rooms.engage.logic.asks import MOST_MINUTES
from headwater.rooms.engage.models import SupportRequest
from headwater.rooms.people.asking_form import AskingForm
from headwater.rooms.people.forms import DateInput


def _words(label: Any, length: int = 1000, **values: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, widget=forms.Textarea({"rows": 3}), **values)


class ChallengeForm(forms.Form):
    """What was asked, why it is not best, and what would be better. key: the id it is kept under."""

    key = forms.UUIDField(widget=forms.HiddenInput(), initial=uuid4)
    asked = _words(_("What was asked"))
    asked_by = forms.CharField(label=_("By whom"), max_length=200)
    why_leader = _words(_("Why it is not best for whoever asked"), required=False)
    why_organisation = _words(_("Why it is not best for the organisation"), required=False)
    why_team = _words(_("Why it is not best for the team"), required=False)
    alternative = _words(_("What you propose instead"), required=False)


class AfterForm(forms.Form):
    """How it was said, the answer, the outcome, and when to look back."""

    said_date = forms.DateField(label=_("The day you said it"), widget=DateInput(), required=False)
    said_how = forms.CharField(label=_("How you said it"), max_length=500, required=False)
    answer = _words(_("The answer"), required=False)
    look_back_date = forms.DateField(
        label=_("Remind me to look back on"), widget=DateInput(), required=False, help_text=_("You alone are reminded.")
    )
    outcome = _words(_("What came of it"), required=False)


class ShareForm(forms.Form):
    """With whom it is shared."""

    user = AccountField(label=_("Share it with"))


class SupportForm(AskingForm):
    """What is needed, from whom, by when."""

    key = forms.UUIDField(widget=forms.HiddenInput(), initial=uuid4)
    asked = AccountField(label=_("From whom"))
    need = _words(_("What you need"), 500)
    by_date = forms.DateField(label=_("By when"), widget=DateInput())
    minutes = forms.IntegerField(label=_("Minutes it takes them"), min_value=1, max_value=MOST_MINUTES, initial=15)

    field_order = ("key", "asked", "need", "by_date", "minutes", "over_reason")


class AnswerForm(forms.Form):
    """The answer to an ask for support."""

    answer = forms.ChoiceField(label=_("Your answer"), choices=SupportRequest.Answer.choices)
    later_date = forms.DateField(label=_("Later means from"), widget=DateInput(), required=False)
    words = forms.CharField(label=_("A word to it"), max_length=500, required=False)


class ThanksForm(forms.Form):
    """Thanks for support that was given."""

    thanks = forms.CharField(label=_("Thank you for"), max_length=500)
