"""The forms of commitments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.act.logic.commitments import FIRST_STEP_DAYS, USUAL_DAYS
from headwater.rooms.act.models import CheckIn, HelpAsk
from headwater.rooms.act.models.commitments import MOST_LINE, MOST_SENTENCE
from headwater.rooms.decide.directions.forecasting import ForecastForm, choice_of, key_of
from headwater.rooms.engage.logic.asks import MOST_MINUTES
from headwater.rooms.learn.evidence import Evidence
from headwater.rooms.people.asking_form import AskingForm
from headwater.rooms.people.forms import DateInput
from headwater.rooms.people.person_field import PersonField


class CommitmentForm(AskingForm, ForecastForm):
    """One commitment for one unit."""

    key = forms.UUIDField(widget=forms.HiddenInput(), initial=uuid4)
    sentence = forms.CharField(
        label=gettext_lazy("What will be done, in one sentence"),
        max_length=MOST_SENTENCE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    owner = PersonField(label=gettext_lazy("Who answers for it"))
    score = forms.ChoiceField(
        label=gettext_lazy("The score it should move"),
        required=False,
        help_text=gettext_lazy("Beside each stands the smallest change that this unit can show from wave to wave."),
    )
    first_step = forms.CharField(label=gettext_lazy("The first step"), max_length=MOST_SENTENCE)
    first_step_date = forms.DateField(
        label=gettext_lazy("First step by"),
        widget=DateInput(),
        help_text=gettext_lazy("Within a week."),
    )
    due_date = forms.DateField(label=gettext_lazy("Done by"), widget=DateInput())

    field_order = (
        "key", "sentence", "owner", "first_step", "first_step_date", "due_date", "score", "low", "likely", "high",
        "over_reason",
    )  # fmt: skip

    def __init__(self, *arguments: Any, offered: Sequence[Evidence], **values: Any) -> None:
        """Take the numbers of the unit that may be chosen."""
        super().__init__(*arguments, **values)
        scores = self.fields["score"]
        assert isinstance(scores, forms.ChoiceField)
        scores.choices = [("", _("None. It moves something that is not measured."))] + [
            (key_of(one), choice_of(one)) for one in offered
        ]


class CheckInForm(forms.Form):
    """How it goes, in one line."""

    key = forms.UUIDField(widget=forms.HiddenInput(), initial=uuid4)
    going = forms.ChoiceField(
        label=gettext_lazy("How does it go?"), choices=CheckIn.Going.choices, widget=forms.RadioSelect
    )
    line = forms.CharField(
        label=gettext_lazy("In one line"),
        max_length=MOST_LINE,
        required=False,
        help_text=gettext_lazy("Needed where it is stuck or done."),
    )


class DropForm(forms.Form):
    """Why it is dropped."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class HelpForm(AskingForm):
    """Help asked of one person."""

    key = forms.UUIDField(widget=forms.HiddenInput(), initial=uuid4)
    asked = PersonField(label=gettext_lazy("Whom"))
    what = forms.CharField(label=gettext_lazy("What you need"), max_length=MOST_LINE)
    minutes = forms.IntegerField(
        label=gettext_lazy("How many minutes"), min_value=1, max_value=MOST_MINUTES, initial=30
    )
    by_date = forms.DateField(label=gettext_lazy("By when"), widget=DateInput())

    field_order = ("key", "asked", "what", "minutes", "by_date", "over_reason")


class AnswerForm(forms.Form):
    """The answer of who was asked for help."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Your answer"), choices=HelpAsk.Answer.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(label=gettext_lazy("A word to it"), max_length=MOST_LINE, required=False)


def first_days(due: date | None = None) -> dict[str, date]:
    """Return the days a new commitment begins with."""
    today = localdate()
    usual = today + timedelta(days=USUAL_DAYS)
    return {
        "first_step_date": today + timedelta(days=FIRST_STEP_DAYS),
        "due_date": due if due is not None and due > today + timedelta(days=FIRST_STEP_DAYS) else usual,
    }
