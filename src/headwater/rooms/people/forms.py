"""The forms of the room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from headwater.rooms.house.table_file import TableFileField
from headwater.rooms.people.imports import SHORTEST_REASON
from headwater.rooms.people.models import Person, Role, Unit
from headwater.rooms.people.retention import KEPT, days_of


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        """Write dates as the field expects them."""
        super().__init__(format="%Y-%m-%d")


class UploadForm(forms.Form):
    """An organisation file."""

    file = TableFileField(
        help_text=_("CSV (UTF-8) or Excel (.xlsx), one row a person: id, name, and a manager id, a path or levels."),
    )
    scope = forms.ChoiceField(
        label=_("What the file holds"),
        choices=[
            ("full", _("Everybody: whoever is not in it leaves")),
            ("partial", _("Some people: everybody else stays as they are")),
        ],
        initial="full",
        widget=forms.RadioSelect,
    )
    effective_date = forms.DateField(label=_("From which day it holds"), widget=DateInput(), initial=timezone.localdate)


class ReasonForm(forms.Form):
    """Why a stopped import is right all the same."""

    reason = forms.CharField(
        label=_("Reason"), min_length=SHORTEST_REASON, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class _KeyField(forms.CharField):
    """A field for the id of something that exists."""

    def __init__(self, **values: Any) -> None:
        """Take what a text field takes."""
        super().__init__(max_length=400, **values)


def clean_person(key: str) -> Person | None:
    """Return the active person of a key, None for an empty one. Raises ValidationError."""
    if not key:
        return None
    found = Person.objects.filter(key=key, is_active=True).first()
    if found is None:
        raise forms.ValidationError(_("Nobody here has the id %(key)s.") % {"key": key})
    return found


def clean_unit(key: str) -> Unit | None:
    """Return the open unit of a key, None for an empty one. Raises ValidationError."""
    if not key:
        return None
    found = Unit.objects.filter(key=key, is_open=True).first()
    if found is None:
        raise forms.ValidationError(_("No unit has the id %(key)s.") % {"key": key})
    return found


class InviteForm(forms.Form):
    """A new account."""

    email = forms.EmailField(label=_("E-mail address"))
    name = forms.CharField(label=_("Name"), max_length=300, required=False)
    person = _KeyField(label=_("Person id"), required=False, help_text=_("As in the HR file; empty for an outsider."))

    def clean_person(self) -> Person | None:
        """Find the person."""
        return clean_person(self.cleaned_data["person"])


class GrantForm(forms.Form):
    """A role for an account."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    unit = _KeyField(label=_("Unit id"), required=False, help_text=_("Empty for the whole organisation."))

    def clean_unit(self) -> Unit | None:
        """Find the unit."""
        return clean_unit(self.cleaned_data["unit"])


class DeputyForm(forms.Form):
    """Somebody who stands in."""

    person = _KeyField(label=_("Person id"))
    from_date = forms.DateField(label=_("From"), widget=DateInput(), initial=timezone.localdate)
    until_date = forms.DateField(label=_("Until"), widget=DateInput(), required=False)

    def clean_person(self) -> Person | None:
        """Find the person."""
        return clean_person(self.cleaned_data["person"])


class RetentionForm(forms.Form):
    """Days for each kind of data; empty to keep it without end."""

    def __init__(self, *values: Any, **named: Any) -> None:
        """Make a field for each kind, with the days that hold."""
        super().__init__(*values, **named)
        days = days_of()
        for key, kind in KEPT.items():
            self.fields[key] = forms.IntegerField(
                label=str(kind.title),
                min_value=kind.least,
                max_value=36_500,
                required=False,
                initial=days[key],
                widget=forms.NumberInput(attrs={"placeholder": "–"}),
            )


class EraseForm(forms.Form):
    """The person's id typed again, so that nobody is erased by a slip."""

    key = _KeyField(label=_("Type the person's id to erase them"))

    def __init__(self, *values: Any, key: str = "", **named: Any) -> None:
        """Take the id that has to be typed."""
        super().__init__(*values, **named)
        self._wanted = key

    def clean_key(self) -> str:
        """Refuse another id."""
        if self.cleaned_data["key"] != self._wanted:
            raise forms.ValidationError(_("This is not the person's id."))
        return str(self.cleaned_data["key"])


class AnswerForm(forms.Form):
    """What the person is told."""

    answer = forms.CharField(
        label=_("Answer to the person"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
