"""The forms of visits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.act.logic.reach import GOAL
from headwater.rooms.act.models import Obstacle, Visit
from headwater.rooms.act.obstacles.forms import offered_units
from headwater.rooms.act.visits.services import MOST_MET, USUAL_MINUTES
from headwater.rooms.decide.directions.forecasting import ForecastForm
from headwater.rooms.people.asking_form import AskingForm
from headwater.rooms.people.forms import DateInput
from headwater.rooms.people.models import Unit
from headwater.rooms.people.person_field import PersonField
from headwater.rooms.people.unit_field import UnitField


class TimeInput(forms.TimeInput):
    """The browser's own time field."""

    input_type = "time"

    def __init__(self) -> None:
        """Write times as the field expects them."""
        super().__init__(format="%H:%M")


class WhenForm(AskingForm):
    """When and where a visit is, and what the leader does there."""

    task = forms.CharField(
        label=gettext_lazy("Which task will they do?"),
        max_length=300,
        help_text=gettext_lazy("A task of the front line, done, not watched: serve a counter, lay a bed."),
    )
    day = forms.DateField(label=gettext_lazy("Day"), widget=DateInput())
    starts = forms.TimeField(label=gettext_lazy("Begins at"), widget=TimeInput(), required=False)
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=5, max_value=960, initial=USUAL_MINUTES)
    shift = forms.ChoiceField(label=gettext_lazy("Shift"), choices=Visit.Shift.choices)
    place = forms.CharField(label=gettext_lazy("Where to go"), max_length=160, required=False)

    field_order: tuple[str, ...] = ("task", "day", "starts", "minutes", "shift", "place", "over_reason")


class PlanForm(WhenForm):
    """A visit that is planned."""

    key = forms.UUIDField(widget=forms.HiddenInput(), initial=uuid4)
    unit = UnitField(
        label=gettext_lazy("Which unit?"), widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"})
    )
    leader = PersonField(label=gettext_lazy("Who goes?"))
    staff = forms.IntegerField(
        label=gettext_lazy("How many work there then?"),
        min_value=0,
        max_value=100_000,
        required=False,
        help_text=gettext_lazy("Left empty: everybody of the unit."),
    )
    programme = forms.ChoiceField(label=gettext_lazy("Part of a programme"), required=False)

    field_order = (
        "key", "unit", "leader", "task", "day", "starts", "minutes", "shift", "place", "staff", "programme",
        "over_reason",
    )  # fmt: skip

    def __init__(self, *values: Any, programmes: Sequence[tuple[str, str]], **named: Any) -> None:
        """Offer the programmes that stand."""
        super().__init__(*values, **named)
        field = self.fields["programme"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("none")), *programmes]

    def units(self) -> list[str]:
        """Return the names of units to choose from."""
        return offered_units()


class CancelForm(forms.Form):
    """Why a visit is cancelled."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300)


class NoteForm(forms.Form):
    """Something noted on a visit, by the plain form."""

    key = forms.UUIDField(widget=forms.HiddenInput())
    kind = forms.ChoiceField(choices=[("note", ""), ("moment", ""), ("obstacle", "")])
    words = forms.CharField(max_length=1000)
    to_customers = forms.CharField(max_length=500, required=False)
    severity = forms.ChoiceField(choices=Obstacle.Severity.choices, required=False)
    service = UnitField(required=False)

    def service_key(self) -> str:
        """Return the key of the unit that was named, "" for none."""
        unit = self.cleaned_data.get("service")
        return unit.key if isinstance(unit, Unit) else ""


class DoneForm(forms.Form):
    """How a visit was."""

    done_date = forms.DateField(label=gettext_lazy("On which day"), widget=DateInput())
    minutes_spent = forms.IntegerField(label=gettext_lazy("Minutes there"), min_value=5, max_value=960)
    met = forms.IntegerField(
        label=gettext_lazy("How many people did you meet?"),
        min_value=0,
        max_value=MOST_MET,
        help_text=gettext_lazy("A number. No names are kept."),
    )


class PhotoForm(forms.Form):
    """A photo with its consent."""

    key = forms.UUIDField(widget=forms.HiddenInput())
    photo = forms.FileField(label=gettext_lazy("Photo of a place"))
    caption = forms.CharField(label=gettext_lazy("What it shows"), max_length=160, required=False)
    consent = forms.BooleanField(
        label=gettext_lazy("Everybody who can be known on it agreed, or faces are blurred."), required=False
    )


class CloseForm(forms.Form):
    """What the people met are told."""

    feedback = forms.CharField(
        label=gettext_lazy("What will happen, and by whom"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Also what will not happen, and why. Thank them for what you learned."),
    )
    by_mail = forms.BooleanField(
        label=gettext_lazy("Also write to the people of the unit"), required=False, initial=True
    )


class ProgrammeForm(ForecastForm):
    """A programme of visits."""

    key = forms.UUIDField(widget=forms.HiddenInput(), initial=uuid4)
    title = forms.CharField(label=gettext_lazy("What to call it"), max_length=160)
    units = forms.CharField(
        label=gettext_lazy("Units"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Name or id, one a line."),
    )
    starts_date = forms.DateField(label=gettext_lazy("Begins on"), widget=DateInput())
    goal_percent = forms.IntegerField(
        label=gettext_lazy("Share of the front line to meet, in percent"), min_value=1, max_value=100, initial=GOAL
    )
    score = forms.ChoiceField(
        label=gettext_lazy("The score it should move"),
        required=False,
        help_text=gettext_lazy("Of each unit. A change that one of them cannot show is refused."),
    )
    due_date = forms.DateField(label=gettext_lazy("The effect should show by"), widget=DateInput(), required=False)

    field_order = (
        "key", "title", "units", "starts_date", "goal_percent", "score", "low", "likely", "high", "due_date",
    )  # fmt: skip

    def __init__(self, *values: Any, scores: Sequence[tuple[str, str]], **named: Any) -> None:
        """Offer released scores."""
        super().__init__(*values, **named)
        field = self.fields["score"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("None. It is not measured.")), *scores]

    def clean_units(self) -> list[Unit]:
        """Find the open unit of each line."""
        field = UnitField()
        found = [field.clean(line) for line in self.cleaned_data["units"].splitlines() if line.strip()]
        return [one for one in found if one is not None]
