"""Forms of the desk: reporting with one's name, keeping duties, asking, telling, posters."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.act.incidents.respond_forms import KINDS
from headwater.rooms.act.logic.incidents import FIX, MEET, REPEAT
from headwater.rooms.people.asking_form import AskingForm
from headwater.rooms.people.forms import DateInput
from headwater.rooms.people.person_field import PersonField
from headwater.rooms.people.unit_field import UnitField


class ReportForm(forms.Form):
    """A report with one's own name."""

    code = forms.CharField(widget=forms.HiddenInput())
    kind = forms.ChoiceField(label=gettext_lazy("What was it?"), choices=KINDS, widget=forms.RadioSelect)
    what = forms.CharField(
        label=gettext_lazy("What happened?"), max_length=2000, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("A few words are enough."),
    )  # fmt: skip
    unit = UnitField(label=gettext_lazy("In which unit?"), required=False)
    place = forms.CharField(label=gettext_lazy("Where exactly?"), max_length=200, required=False)
    day = forms.DateField(label=gettext_lazy("On which day?"), widget=DateInput())
    clock = forms.TimeField(
        label=gettext_lazy("At what time, if you know?"), required=False, widget=forms.TimeInput({"type": "time"})
    )
    is_me = forms.BooleanField(label=gettext_lazy("It was me who was hurt or threatened"), required=False)
    injured = PersonField(label=gettext_lazy("Who was hurt or threatened, if they want it known?"), required=False)


class KeepForm(forms.Form):
    """What came of a duty."""

    words = forms.CharField(max_length=1000, widget=forms.Textarea({"rows": 2}))
    who = PersonField(label=gettext_lazy("Who did it"), required=False)

    def __init__(self, *values: Any, key: str, **named: Any) -> None:
        """Ask what belongs to the duty. key: of it."""
        super().__init__(*values, **named)
        asked = {
            MEET: gettext_lazy("What they told you, in a sentence they would agree to"),
            REPEAT: gettext_lazy("What you noticed when you did it yourself"),
            FIX: gettext_lazy("What was fixed"),
        }
        self.fields["words"].label = asked.get(key, gettext_lazy("What came of it"))
        if key != FIX:
            del self.fields["who"]


class ExcuseForm(forms.Form):
    """Why a duty is not kept."""

    excuse = forms.CharField(label=gettext_lazy("Why not"), max_length=500)


class VisitForm(forms.Form):
    """When the leader does the same task."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=DateInput())
    task = forms.CharField(label=gettext_lazy("The task you will do"), max_length=300)
    unit = UnitField(label=gettext_lazy("In which unit?"))


class PromiseForm(AskingForm):
    """A promise to fix it."""

    sentence = forms.CharField(label=gettext_lazy("What will be fixed, in one sentence"), max_length=300)
    owner = PersonField(label=gettext_lazy("Who answers for it"))
    first_step = forms.CharField(label=gettext_lazy("First step, within a week"), max_length=300)
    first_step_date = forms.DateField(label=gettext_lazy("Until"), widget=DateInput())
    due_date = forms.DateField(label=gettext_lazy("Fixed by"), widget=DateInput())

    field_order = ("sentence", "owner", "first_step", "first_step_date", "due_date", "over_reason")


class TellForm(forms.Form):
    """The note to everybody."""

    words = forms.CharField(
        label=gettext_lazy("What happened, and what changed"), max_length=1000, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Everybody reads it, and the unit gets it by mail. Name nobody."),
    )  # fmt: skip


class AskForm(forms.Form):
    """A question to whoever reported it, or their answer."""

    text = forms.CharField(label=gettext_lazy("Your question"), max_length=2000, widget=forms.Textarea({"rows": 2}))


class InjuredForm(forms.Form):
    """Who was hurt or threatened."""

    injured = PersonField(label=gettext_lazy("Who was hurt or threatened"))


class PlaceForm(forms.Form):
    """Where it happened."""

    unit = UnitField(label=gettext_lazy("In which unit did it happen?"))


class PosterForm(forms.Form):
    """A poster."""

    key = forms.UUIDField(widget=forms.HiddenInput(), initial=uuid4)
    unit = UnitField(label=gettext_lazy("Unit"), required=False)
    place = forms.CharField(label=gettext_lazy("Place, as people call it"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """A poster names a unit, a place or both."""
        found = super().clean() or {}
        if not found.get("unit") and not found.get("place") and not self.errors:
            self.add_error("place", _("Name a unit, a place or both."))
        return found
