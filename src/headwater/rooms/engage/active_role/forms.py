"""The forms of agreements and of what was done."""

from __future__ import annotations

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from headwater.rooms.decide.account_field import AccountField
from headwater.rooms.engage.models import RoleDuty
from headwater.rooms.people.asking_form import OtherDayForm
from headwater.rooms.people.forms import DateInput

Kind, Per = RoleDuty.Kind, RoleDuty.Per
_PERIODS = [(Per.MONTH.value, Per.MONTH.label), (Per.QUARTER.value, Per.QUARTER.label)]


class AgreementForm(forms.Form):
    """What is agreed, a kind a line; empty ones are not part of it."""

    visits = forms.IntegerField(label=_("Visits to the front line"), min_value=1, max_value=60, required=False)
    visits_per = forms.ChoiceField(label=_("Visits: how often"), choices=_PERIODS, required=False)
    reviews = forms.IntegerField(label=_("Opens the review"), min_value=1, max_value=60, required=False)
    reviews_per = forms.ChoiceField(
        label=_("Reviews: how often"), choices=_PERIODS, initial=Per.QUARTER.value, required=False
    )
    talks = forms.IntegerField(
        label=_("Talks with a team about its results"), min_value=1, max_value=60, required=False
    )
    talks_per = forms.ChoiceField(label=_("Talks: how often"), choices=_PERIODS, required=False)
    days = forms.IntegerField(
        label=_("Decides what is asked within, in days"), min_value=1, max_value=60, required=False
    )
    note = forms.CharField(label=_("A word to it"), max_length=500, required=False)

    def duties(self) -> dict[str, tuple[int, str]]:
        """Return amount and period by kind, of a valid form."""
        given = self.cleaned_data
        found: dict[str, tuple[int, str]] = {}
        for kind, name in ((Kind.VISIT, "visits"), (Kind.REVIEW, "reviews"), (Kind.TALK, "talks")):
            if given[name]:
                found[kind.value] = (given[name], given[f"{name}_per"] or Per.MONTH.value)
        if given["days"]:
            found[Kind.DECISION.value] = (given["days"], Per.EACH.value)
        return found

    @staticmethod
    def initial_of(duties: dict[str, tuple[int, str]], note: str) -> dict[str, object]:
        """Return what stands, as the form shows it."""
        shown: dict[str, object] = {"note": note}
        for kind, name in ((Kind.VISIT, "visits"), (Kind.REVIEW, "reviews"), (Kind.TALK, "talks")):
            if kind.value in duties:
                shown[name], shown[f"{name}_per"] = duties[kind.value]
        if Kind.DECISION.value in duties:
            shown["days"] = duties[Kind.DECISION.value][0]
        return shown


class LeaderForm(forms.Form):
    """With whom something is to be agreed."""

    leader = AccountField(label=_("The leader"))


class ActForm(forms.Form):
    """Something that was done."""

    key = forms.UUIDField(widget=forms.HiddenInput(), initial=uuid4)
    kind = forms.ChoiceField(label=_("What you did"), choices=Kind.choices)
    at_date = forms.DateField(label=_("On which day"), widget=DateInput())
    asked_date = forms.DateField(
        label=_("Asked on"), widget=DateInput(), required=False, help_text=_("Only for a decision.")
    )


class PartnerForm(OtherDayForm):
    """Somebody to talk to."""

    partner = AccountField(label=_("Your partner"))

    field_order = ("partner", "over_reason", "by_date")


class TakeForm(forms.Form):
    """What one takes along."""

    words = forms.CharField(label=_("What you take along"), max_length=500, required=False)
