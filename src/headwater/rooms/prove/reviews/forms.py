"""Forms of programme reviews."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.decide.directions.forms import GoalField
from headwater.rooms.decide.models import Goal
from headwater.rooms.engage.models import Stakeholder
from headwater.rooms.house.periods import period_words
from headwater.rooms.people.forms import DateInput
from headwater.rooms.people.models import Unit
from headwater.rooms.prove.logic.reviews import Quarter
from headwater.rooms.prove.models.reviews import MOST_ASK
from headwater.rooms.prove.reviews.services import MOST_MINUTES

DEEPEST, MOST_UNITS = 2, 300


class MakeForm(forms.Form):
    """Of which part and quarter a review is made."""

    unit = forms.ChoiceField(label=gettext_lazy("Which part"))
    quarter = forms.ChoiceField(label=gettext_lazy("Which quarter"))

    def __init__(self, *values: Any, quarters: Sequence[Quarter], **named: Any) -> None:
        """Offer the units at the top, and the last quarters."""
        super().__init__(*values, **named)
        top = Unit.objects.filter(is_open=True, depth__lte=DEEPEST).order_by("number")[:MOST_UNITS]
        self.units = {unit.key: unit for unit in top}
        units, asked = self.fields["unit"], self.fields["quarter"]
        assert isinstance(units, forms.ChoiceField)
        assert isinstance(asked, forms.ChoiceField)
        units.choices = [(key, "\u2003" * unit.depth + unit.name) for key, unit in self.units.items()]
        asked.choices = [(one.key, period_words(one.key)) for one in quarters]
        if len(quarters) > 1:
            self.initial.setdefault("quarter", quarters[1].key)


class NoteForm(forms.Form):
    """What whoever makes a review adds in their own words."""

    note = forms.CharField(
        label=gettext_lazy("In your own words"),
        max_length=1500,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("Stands before everything else. What did we learn from what failed?"),
    )


class CopyForm(forms.Form):
    """To whom a review is given, and what is asked of them."""

    stakeholder = forms.ChoiceField(label=gettext_lazy("Sponsor"))
    ask = forms.CharField(
        label=gettext_lazy("What we ask of them"),
        max_length=MOST_ASK,
        required=False,
        help_text=gettext_lazy("One thing. Empty where nothing is asked but to read it."),
    )
    goal = GoalField(
        label=gettext_lazy("Which goal it serves"), queryset=Goal.objects.none(), required=False, empty_label="–"
    )
    ask_by_date = forms.DateField(label=gettext_lazy("By when"), widget=DateInput(), required=False)
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes to read it"),
        min_value=1,
        max_value=MOST_MINUTES,
        required=False,
        help_text=gettext_lazy("Empty for what they said they have, five at most."),
    )

    def __init__(self, *values: Any, sponsors: Sequence[Stakeholder], **named: Any) -> None:
        """Offer the stakeholders of the register."""
        super().__init__(*values, **named)
        self.sponsors = {str(one.pk): one for one in sponsors}
        field, goal = self.fields["stakeholder"], self.fields["goal"]
        assert isinstance(field, forms.ChoiceField)
        assert isinstance(goal, forms.ModelChoiceField)
        field.choices = [(key, str(one)) for key, one in self.sponsors.items()]
        goal.queryset = Goal.objects.filter(retired_at=None).order_by("position")

    def clean(self) -> dict[str, Any]:
        """What is asked serves a goal by a day to come."""
        found = super().clean() or {}
        if found.get("ask", "").strip():
            if found.get("goal") is None:
                self.add_error("goal", _("What is asked serves a goal. Which?"))
            if found.get("ask_by_date") is None:
                self.add_error("ask_by_date", _("Say by when."))
            elif found["ask_by_date"] < timezone.localdate():
                self.add_error("ask_by_date", _("Take a day to come."))
        return found
