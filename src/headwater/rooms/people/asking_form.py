"""Forms that ask minutes of somebody: where their week is full, they come back and ask why it cannot wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from headwater.rooms.people.forms import DateInput

MOST_REASON = 500


class AskingForm(forms.Form):
    """A form that asks minutes of somebody. The reason is asked for only once it is needed, all else is kept."""

    over_reason = forms.CharField(
        label=_("Why it cannot wait"),
        max_length=MOST_REASON,
        required=False,
        widget=forms.HiddenInput(),
        help_text=_("One line. It stands beside these minutes in the calendar of what people are asked."),
    )
    asked_when_full: ClassVar[tuple[str, ...]] = ("over_reason",)
    """The fields that show once somebody's week is full."""

    def __init__(self, *values: Any, **named: Any) -> None:
        """Show again what was answered before."""
        super().__init__(*values, **named)
        if self.is_bound and any(self.data.get(self.add_prefix(name)) for name in self.asked_when_full):
            self._show()

    def ask_why(self, lines: Sequence[str]) -> None:
        """Say whose week is full, one line each, and show the fields that answer it."""
        self._show()
        self.add_error("over_reason", list(lines))

    def _show(self) -> None:
        self.fields["over_reason"].widget = forms.TextInput(attrs={"maxlength": MOST_REASON})


class OtherDayForm(AskingForm):
    """The same where the page says no day itself: another day can be named instead of a reason."""

    by_date = forms.DateField(label=_("Or another day"), required=False, widget=forms.HiddenInput())
    asked_when_full: ClassVar[tuple[str, ...]] = ("over_reason", "by_date")

    def _show(self) -> None:
        super()._show()
        self.fields["by_date"].widget = DateInput()
