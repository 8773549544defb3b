"""The form by which anybody reports, and the one by which a receipt is followed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

KINDS = (
    ("injury", _("Somebody was hurt")),
    ("near_miss", _("It nearly went wrong")),
    ("threat", _("Somebody was threatened or attacked")),
)
ANSWERS = (("yes", _("Yes")), ("not_yet", _("Not yet")), ("no", _("No")))


class RespondReportForm(forms.Form):
    """A report without an account. name and contact count only where "named" is chosen."""

    code = forms.CharField(required=False, max_length=60)
    kind = forms.ChoiceField(
        choices=KINDS, error_messages={"required": _("Please choose one."), "invalid_choice": _("Please choose one.")}
    )
    what = forms.CharField(
        max_length=2000,
        error_messages={
            "required": _("Please say in a few words what happened."),
            "max_length": _("Please say it in at most 2,000 characters."),
        },
    )
    place = forms.CharField(required=False, max_length=200)
    day = forms.DateField(
        error_messages={"required": _("Please say on which day."), "invalid": _("Please say on which day.")}
    )
    clock = forms.TimeField(
        required=False, error_messages={"invalid": _("Write a time such as 14:30, or leave it empty.")}
    )
    injured = forms.CharField(required=False, max_length=200)
    who = forms.ChoiceField(
        choices=[("anonymous", ""), ("named", "")],
        error_messages={"required": _("Please choose one."), "invalid_choice": _("Please choose one.")},
    )
    name = forms.CharField(required=False, max_length=200)
    contact = forms.CharField(required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        """Whoever wants to be named says a name."""
        found = super().clean() or {}
        if found.get("who") == "named" and not found.get("name"):
            self.add_error("name", _("Please write your name, or choose to stay unknown."))
        return found
