"""The forms of safety."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.forms.fields import BaseTemporalField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.act.logic.recordable import QUESTIONS
from headwater.rooms.act.logic.safety_clocks import SEVERE, US_FEDERAL, readings
from headwater.rooms.act.models import CaseClock, CaseSpell, Establishment, InjuryCase
from headwater.rooms.act.safety import words
from headwater.rooms.act.safety.health import FIELDS
from headwater.rooms.act.safety.refusals import SafetyRefusedError
from headwater.rooms.house.table_file import TableFileField
from headwater.rooms.people.forms import DateInput
from headwater.rooms.people.models import Person
from headwater.rooms.people.person_field import PersonField, find_person
from headwater.rooms.people.unit_field import UnitField

ANSWERS = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")), ("", gettext_lazy("Not known yet")))
YES_NO = (("", "–"), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))


class MomentField(forms.DateTimeField):
    """A moment as the clocks of a place show it, without a zone: `knew_in_zone` and `told_in_zone` give it the place's.

    The clocks of the server have no say: an hour that comes twice or not at all there may be an hour like others here.
    """

    def __init__(self, **values: Any) -> None:
        """Take what a moment's field takes."""
        widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **values)

    def to_python(self, value: Any) -> Any:
        """Return the moment as it was written."""
        return None if value in self.empty_values else BaseTemporalField.to_python(self, value)


def knew_in_zone(moment: datetime, zone: str) -> datetime:
    """Return when somebody knew. An hour that comes twice is taken the first time: the clock began no later.

    Raises SafetyRefusedError for a time that the clocks of the place skip.
    """
    return _readings(moment, zone)[0]


def told_in_zone(moment: datetime, zone: str, *, now: datetime) -> datetime:
    """Return when the authority was told. An hour that comes twice is taken the second time, once that has been: late
    is never said to be in time. Raises SafetyRefusedError for a time that the clocks of the place skip.
    """
    found = _readings(moment, zone)
    return next((at for at in reversed(found) if at <= now), found[0])


def _readings(moment: datetime, zone: str) -> tuple[datetime, ...]:
    found = readings(moment, zone)
    if not found:
        raise SafetyRefusedError(_("The clocks went forward and skipped this time. Look at it once more."))
    return found


class DecisionForm(forms.Form):
    """The path, and what a person decides."""

    seen = forms.IntegerField(widget=forms.HiddenInput())
    is_recordable = forms.ChoiceField(
        label=gettext_lazy("You decide"),
        choices=[("yes", gettext_lazy("It is recordable")), ("no", gettext_lazy("It is not recordable"))],
        widget=forms.RadioSelect,
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("By its worst outcome"), choices=[("", "–"), *InjuryCase.Outcome.choices], required=False
    )
    illness = forms.ChoiceField(
        label=gettext_lazy("Type"), choices=[("", "–"), *InjuryCase.Illness.choices], required=False
    )
    privacy = forms.ChoiceField(
        label=gettext_lazy("Name in the log"),
        choices=words.PRIVACY,
        required=False,
        help_text=gettext_lazy("That the name stays off is kept; why is not."),
    )
    despite = forms.CharField(
        label=gettext_lazy("Why, where you decide otherwise than the answers lead"), max_length=500, required=False
    )


class PathForm(forms.Form):
    """The questions of the path alone."""

    def __init__(self, *values: Any, **named: Any) -> None:
        """Ask every question in its order."""
        super().__init__(*values, **named)
        for key in QUESTIONS:
            label, hint = map(str, words.QUESTIONS[key])
            self.fields[key] = forms.ChoiceField(
                label=label, help_text=hint, choices=ANSWERS, required=False, widget=forms.RadioSelect
            )

    def answers(self) -> dict[str, str]:
        """Return the answers of a valid form."""
        return {key: self.cleaned_data[key] for key in QUESTIONS}


class PlaceForm(forms.Form):
    """Where a case counts and whose it is."""

    unit = UnitField(label=gettext_lazy("Counts in"))
    person = PersonField(label=gettext_lazy("Who was hurt, if they work here"), required=False)
    job_title = forms.CharField(label=gettext_lazy("Job title"), max_length=255, required=False)
    happened_date = forms.DateField(label=gettext_lazy("Day of the injury or onset"), widget=DateInput())


class SpellForm(forms.Form):
    """Days away or restricted."""

    kind = forms.ChoiceField(label=gettext_lazy("What the days were"), choices=CaseSpell.Kind.choices)
    from_date = forms.DateField(label=gettext_lazy("First day"), widget=DateInput())
    until_date = forms.DateField(
        label=gettext_lazy("Last day, empty while it lasts"), widget=DateInput(), required=False
    )


class EndForm(forms.Form):
    """On which day days ended."""

    until_date = forms.DateField(label=gettext_lazy("Last day"), widget=DateInput())


class ClockForm(forms.Form):
    """What happened to the person that an authority wants to know at once."""

    event = forms.ChoiceField(
        label=gettext_lazy("What happened"), choices=[(key, CaseClock.Event(key).label) for key in SEVERE]
    )
    knew_at = MomentField(label=gettext_lazy("When you, or anybody who acts for the employer, knew"))


class MetForm(forms.Form):
    """When and to whom it was told, or why not."""

    done_at = MomentField(label=gettext_lazy("When it was told"))
    reference = forms.CharField(label=gettext_lazy("Who took it down, or its number"), max_length=200)


class WaiveForm(forms.Form):
    """Why it need not be told."""

    why = forms.CharField(label=gettext_lazy("Why it need not be told"), max_length=300)


class HealthForm(forms.Form):
    """Health data of a case."""

    LONG = ("before", "happened", "injury", "substance", "address", "facility")
    DATES = ("birth_date", "hire_date", "death_date")
    TIMES = ("time_started", "time_of_event")

    def __init__(self, *values: Any, **named: Any) -> None:
        """Ask for every field there is."""
        super().__init__(*values, **named)
        for name, most in FIELDS.items():
            self.fields[name] = self._field(name, most)

    def _field(self, name: str, most: int) -> forms.Field:
        label = str(words.HEALTH[name])
        if name in self.DATES:
            return forms.DateField(label=label, widget=DateInput(), required=False)
        if name in self.TIMES:
            widget = forms.TimeInput({"type": "time"}, format="%H:%M")
            return forms.TimeField(label=label, widget=widget, required=False)
        if most == len("yes"):
            return forms.ChoiceField(label=label, choices=YES_NO, required=False)
        if name == "sex":
            choices = [("", "–"), ("F", gettext_lazy("female")), ("M", gettext_lazy("male"))]
            return forms.ChoiceField(label=label, choices=choices, required=False)
        if name in self.LONG:
            return forms.CharField(label=label, max_length=most, required=False, widget=forms.Textarea({"rows": 2}))
        return forms.CharField(label=label, max_length=most, required=False)

    def values(self) -> Mapping[str, str]:
        """Return what was written, as it is kept."""
        found = {}
        for name in FIELDS:
            value = self.cleaned_data.get(name)
            if name in self.TIMES and value:
                value = value.strftime("%H:%M")
            found[name] = "" if value is None else str(value)
        return found


class HoursForm(forms.Form):
    """Hours of one unit and month."""

    unit = UnitField(label=gettext_lazy("Unit"))
    month = forms.CharField(
        label=gettext_lazy("Month"), max_length=7, help_text=gettext_lazy("As 2026-03."), widget=forms.TextInput()
    )
    hours = forms.DecimalField(label=gettext_lazy("Hours worked"), min_value=0, max_digits=12, decimal_places=2)
    people = forms.DecimalField(
        label=gettext_lazy("People who worked, on average"), min_value=0, max_digits=10, decimal_places=2
    )

    def clean_month(self) -> tuple[int, int]:
        """Return year and month."""
        match = re.fullmatch(r"(\d{4})-(\d{1,2})", self.cleaned_data["month"].strip())
        if match is None or not 1 <= int(match[2]) <= 12:
            raise forms.ValidationError(_("Write the month as 2026-03."))
        return int(match[1]), int(match[2])


class FileForm(forms.Form):
    """A file of hours, or one to be checked."""

    file = TableFileField()


class EstablishmentForm(forms.Form):
    """A place of work that reports by itself."""

    unit = UnitField(
        label=gettext_lazy("Its unit"), help_text=gettext_lazy("All below belongs to it, where nothing else is said.")
    )
    name = forms.CharField(label=gettext_lazy("Name, as the authority knows it"), max_length=100)
    company_name = forms.CharField(label=gettext_lazy("Company"), max_length=100, required=False)
    ein = forms.RegexField(r"^\d{9}$", label=gettext_lazy("EIN, nine digits"), required=False)
    street = forms.CharField(label=gettext_lazy("Street and number"), max_length=100)
    city = forms.CharField(label=gettext_lazy("City"), max_length=100)
    state = forms.RegexField(r"^[A-Za-z]{2}$", label=gettext_lazy("State, two letters"))
    zip = forms.RegexField(r"^\d{5}(\d{4})?$", label=gettext_lazy("ZIP, five or nine digits"))
    naics = forms.RegexField(r"^\d{6}$", label=gettext_lazy("NAICS code, six digits"))
    industry = forms.CharField(label=gettext_lazy("Industry in words"), max_length=300, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Whose it is"), choices=Establishment.Kind.choices)
    most_people = forms.IntegerField(
        label=gettext_lazy("Most people who worked there at any time of the year"), min_value=0, max_value=10**7
    )
    authority = forms.ChoiceField(label=gettext_lazy("Rules that hold there"))
    zone = forms.CharField(
        label=gettext_lazy("Time zone"), max_length=64, help_text=gettext_lazy("As America/Chicago.")
    )

    def __init__(self, *values: Any, authorities: list[str], **named: Any) -> None:
        """Offer the authorities that have rules."""
        super().__init__(*values, **named)
        field = self.fields["authority"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, authority_words(key)) for key in authorities]

    def clean_state(self) -> str:
        """Return it in capitals."""
        return str(self.cleaned_data["state"]).upper()


def authority_words(key: str) -> str:
    """Return what to call an authority."""
    return _("United States, OSHA") if key == US_FEDERAL else key


class YearForm(forms.Form):
    """What is said of a year's summary."""

    certified_by = forms.CharField(label=gettext_lazy("Certified by"), max_length=200, required=False)
    certified_title = forms.CharField(label=gettext_lazy("Title"), max_length=200, required=False)
    certified_phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=40, required=False)
    certified_date = forms.DateField(label=gettext_lazy("On"), widget=DateInput(), required=False)
    posted_date = forms.DateField(label=gettext_lazy("Posted on"), widget=DateInput(), required=False)
    taken_down_date = forms.DateField(label=gettext_lazy("Taken down on"), widget=DateInput(), required=False)
    change_reason = forms.CharField(
        label=gettext_lazy("Why a summary that was sent is changed"), max_length=100, required=False
    )


class RuleForm(forms.Form):
    """A legal clock."""

    authority = forms.SlugField(
        label=gettext_lazy("Authority"), max_length=40, help_text=gettext_lazy("A short key, as us-osha or de-bg.")
    )
    event = forms.ChoiceField(label=gettext_lazy("Event"), choices=CaseClock.Event.choices)
    hours = forms.IntegerField(label=gettext_lazy("Hours that pass"), min_value=1, max_value=8784, required=False)
    days = forms.IntegerField(label=gettext_lazy("or calendar days"), min_value=1, max_value=366, required=False)
    how = forms.CharField(label=gettext_lazy("Whom to tell, and where"), max_length=300, required=False)
    source = forms.CharField(label=gettext_lazy("The law"), max_length=200, required=False)
    is_active = forms.BooleanField(label=gettext_lazy("It holds"), required=False, initial=True)


class ShippedIndustryForm(forms.Form):
    """An industry that comes with the product."""

    name = forms.ChoiceField(label=gettext_lazy("Industry"))

    def __init__(self, *values: Any, offered: list[tuple[str, str]], **named: Any) -> None:
        """Offer what there is."""
        super().__init__(*values, **named)
        field = self.fields["name"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = offered


class OwnIndustryForm(forms.Form):
    """Rates of one's own industry, with their source."""

    label = forms.CharField(label=gettext_lazy("Industry"), max_length=200)
    source = forms.CharField(label=gettext_lazy("Source, with its year"), max_length=300)
    trir = forms.FloatField(label="TRIR", min_value=0, max_value=1000, required=False)
    dart = forms.FloatField(label="DART", min_value=0, max_value=1000, required=False)
    ltifr = forms.FloatField(label="LTIFR", min_value=0, max_value=5000, required=False)


class HeldForm(forms.Form):
    """Who was there, and what was noted."""

    present = forms.CharField(
        label=gettext_lazy("Who was there, one a line"),
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("Names, e-mail addresses or person ids."),
    )
    notes = forms.CharField(
        label=gettext_lazy("What was said"), max_length=4000, required=False, widget=forms.Textarea({"rows": 5})
    )

    def clean_present(self) -> list[Person]:
        """Find everybody."""
        return [find_person(line.strip()) for line in self.cleaned_data["present"].splitlines() if line.strip()]


class MeetingDecisionForm(forms.Form):
    """A decision with its owner and day."""

    key = forms.UUIDField(widget=forms.HiddenInput(), initial=uuid4)
    text = forms.CharField(label=gettext_lazy("What was decided"), max_length=500)
    owner = PersonField(label=gettext_lazy("Who does it"))
    due_date = forms.DateField(label=gettext_lazy("Due by"), widget=DateInput())


class DoneForm(forms.Form):
    """How a decision was carried out."""

    words = forms.CharField(label=gettext_lazy("What was done"), max_length=500)
