"""The forms of tokens and webhooks."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from headwater.rooms.house.webhooks import EVENTS
from headwater.rooms.people.forms import DateInput
from headwater.rooms.people.tokens import SCOPES


class TokenForm(forms.Form):
    """A new token."""

    name = forms.CharField(label=_("Which system is it for?"), max_length=200)
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=lambda: [(key, f"{key}: {words}") for key, words in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    studies = forms.CharField(
        label=_("Only these studies"), required=False, help_text=_("Their keys, by comma. Empty for all studies.")
    )
    until_date = forms.DateField(label=_("Last day"), widget=DateInput(), required=False)

    def clean_studies(self) -> list[str]:
        """Split at commas."""
        return [part.strip() for part in str(self.cleaned_data["studies"]).split(",") if part.strip()]


class WebhookForm(forms.Form):
    """A new webhook."""

    url = forms.URLField(label=_("Address"), max_length=500, assume_scheme="https")
    events = forms.MultipleChoiceField(
        label=_("When to call it"),
        choices=lambda: [(key, f"{key}: {words}") for key, words in EVENTS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
