"""The form of the rules of the house for notes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.learn.models import SurpriseRules
from headwater.rooms.people.models import User


class RulesForm(forms.Form):
    """Quiet hours, minutes of a week, what counts as few answers, and who hears of conduct."""

    quiet_from = forms.TimeField(
        label=gettext_lazy("Quiet from"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_until = forms.TimeField(
        label=gettext_lazy("Quiet until"),
        help_text=gettext_lazy("Nothing is sent between the two. The same time twice means no quiet hours."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    quiet_weekend = forms.BooleanField(label=gettext_lazy("Saturday and Sunday are quiet, too"), required=False)
    weekly_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes of a week for notes, for each leader"),
        help_text=gettext_lazy("What exceeds them waits for one digest on Monday. Conduct never waits."),
        min_value=0,
        max_value=600,
    )
    low_response = forms.IntegerField(
        label=gettext_lazy("Few answer below this percent"),
        help_text=gettext_lazy("A unit whose share of answers comes under it makes a note."),
        min_value=0,
        max_value=100,
    )
    independent = forms.EmailField(
        label=gettext_lazy("Who hears of matters of conduct"),
        help_text=gettext_lazy(
            "The e-mail address of an account: somebody independent, such as an ombuds office. Left empty, the "
            "experience leads hear."
        ),
        required=False,
    )

    def __init__(self, *values: Any, rules: SurpriseRules, **named: Any) -> None:
        """Begin with what stands."""
        super().__init__(*values, **named)
        names = ("quiet_from", "quiet_until", "quiet_weekend", "weekly_minutes", "low_response")
        self.initial = {name: getattr(rules, name) for name in names}
        self.initial["independent"] = rules.independent.email if rules.independent is not None else ""

    def clean_independent(self) -> User | None:
        """Find the account. It has to be one that can sign in."""
        address = self.cleaned_data["independent"]
        if not address:
            return None
        found = User.objects.filter(email__iexact=address, is_active=True).first()
        if found is None or (found.person is not None and not found.person.is_active):
            raise forms.ValidationError(_("No account that can sign in has this address."))
        return found


class AnswerForm(forms.Form):
    """One word in answer to a note."""

    word = forms.CharField(max_length=280, strip=True)
