"""The forms of Discovery: to prepare, to join, to foresee, to conclude and to commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.engage.discovery.material import Material, key_of
from headwater.rooms.engage.discovery.preparing import MOST_FURTHER, Seeing, Wanted
from headwater.rooms.engage.discovery.shown import Asked
from headwater.rooms.engage.discovery.taking import Answer, Commitment
from headwater.rooms.engage.logic.discovery_steps import FIRST_STEP_WITHIN
from headwater.rooms.engage.models import Discovery
from headwater.rooms.people.models import Person, Unit, User
from headwater.rooms.people.person_field import find_person

ONE, NAMED, ANONYMOUS = "one", "named", "anonymous"
AHEAD = timedelta(days=7)


class PrepareForm(forms.Form):
    """What is prepared for one unit."""

    made = forms.UUIDField(widget=forms.HiddenInput)
    insight = forms.ChoiceField(
        label=gettext_lazy("The insight"),
        help_text=gettext_lazy("One released score. Those who take part see its name, and the number at the reveal."),
    )
    more = forms.MultipleChoiceField(
        label=gettext_lazy("Further scores to foresee"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Three at most. Fewer is better: each takes a minute."),
    )
    asks_theme = forms.BooleanField(label=gettext_lazy("Let them foresee what people write about most"), required=False)
    customers = forms.ChoiceField(label=gettext_lazy("What customers say"), required=False)
    seeing = forms.ChoiceField(label=gettext_lazy("What they see before the reveal"), choices=Discovery.Seeing.choices)
    journey = forms.CharField(
        label=gettext_lazy("One customer's journey, a step a line"),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        max_length=5000,
        help_text=gettext_lazy("In the customer's own words where you can, without names."),
    )
    consent_date = forms.DateField(
        label=gettext_lazy("The customer agreed on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    consent_words = forms.CharField(label=gettext_lazy("How that is known"), required=False, max_length=300)
    visit_date = forms.DateField(
        label=gettext_lazy("Day of the visit"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    visit_words = forms.CharField(label=gettext_lazy("Where, and what to look for"), required=False, max_length=600)
    analyst_words = forms.CharField(
        label=gettext_lazy("Your own conclusion"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("It opens to each of them after they saved their own, not before."),
    )
    whom = forms.ChoiceField(
        label=gettext_lazy("For whom"),
        choices=[
            (ONE, gettext_lazy("One leader")),
            (NAMED, gettext_lazy("A team, each by name")),
            (ANONYMOUS, gettext_lazy("A team, anonymous among themselves")),
        ],
        widget=forms.RadioSelect,
    )
    people = forms.CharField(
        label=gettext_lazy("Who is asked"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=8000,
        help_text=gettext_lazy("One a line: name, e-mail address or person id. Each needs an account."),
    )
    due_date = forms.DateField(
        label=gettext_lazy("By when"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    title = forms.CharField(
        label=gettext_lazy("Title, without the number"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Left empty, the name of the score."),
    )

    def __init__(self, *values: Any, material: Material, unit: Unit, insight: str = "", **named: Any) -> None:
        """Offer what there is for the unit. insight: the one to begin with."""
        super().__init__(*values, **named)
        self.unit = unit
        offered = [
            (key_of(one), f"{one.label}: {one.value_text} ({one.range_text}) · {one.study_title}, {one.wave_title}")
            for one in material.scores
        ]
        insights, further, customers = (self.fields[name] for name in ("insight", "more", "customers"))
        assert isinstance(insights, forms.ChoiceField)
        assert isinstance(further, forms.MultipleChoiceField)
        assert isinstance(customers, forms.ChoiceField)
        insights.choices = offered
        further.choices = [(key_of(one), one.label) for one in material.scores]
        ways = [("", _("Not asked")), ("downstream", _("What goes with it downstream, as the River shows it"))]
        if material.customers is not None:
            ways.insert(1, ("score", _("Their score: %(label)s") % {"label": material.customers.label}))
        customers.choices = ways
        if material.theme is None:
            del self.fields["asks_theme"]
        closed = set()
        if material.theme is None or not material.theme.cards:
            closed.add(Discovery.Seeing.COMMENTS)
        if not material.composite:
            closed.add(Discovery.Seeing.COMPOSITE)
        ways_to_see = self.fields["seeing"]
        assert isinstance(ways_to_see, forms.ChoiceField)
        ways_to_see.choices = [pair for pair in Discovery.Seeing.choices if pair[0] not in closed]
        self.initial.setdefault("made", uuid4())
        self.initial.setdefault("insight", insight)
        self.initial.setdefault("asks_theme", True)
        self.initial.setdefault("customers", "score" if material.customers is not None else "")
        self.initial.setdefault("whom", ONE)
        self.initial.setdefault("due_date", localdate() + AHEAD)

    def clean_more(self) -> list[str]:
        """Three at most."""
        chosen = list(self.cleaned_data["more"])
        if len(chosen) > MOST_FURTHER:
            raise forms.ValidationError(_("Three further scores are the most that ten minutes hold."))
        return chosen

    def clean_people(self) -> list[User]:
        """Find everybody's account."""
        found: list[User] = []
        for line in self.cleaned_data["people"].splitlines():
            if line.strip():
                found.append(account_of(find_person(line.strip())))
        return found

    def wanted(self) -> Wanted:
        """Return what is wanted, once the form is valid."""
        given = self.cleaned_data
        return Wanted(
            unit=self.unit,
            insight=given["insight"],
            due_date=given["due_date"],
            people=given["people"],
            more=given["more"],
            asks_theme=bool(given.get("asks_theme")),
            customers=given["customers"],
            seeing=Seeing(
                kind=given["seeing"],
                steps=given["journey"].splitlines(),
                visit_date=given["visit_date"],
                visit_words=given["visit_words"],
                consent_date=given["consent_date"],
                consent_words=given["consent_words"],
            ),
            analyst_words=given["analyst_words"],
            title=given["title"],
            is_team=given["whom"] != ONE,
            is_anonymous=given["whom"] == ANONYMOUS,
        )


def account_of(person: Person) -> User:
    """Return the account of a person. Raises ValidationError where there is none that can sign in."""
    found = User.objects.filter(person=person, is_active=True).first()
    if found is None:
        raise forms.ValidationError(_("%(name)s has no account yet.") % {"name": person})
    return found


class UnitForm(forms.Form):
    """Which unit a Discovery is of."""

    unit = forms.CharField(
        label=gettext_lazy("Another unit"), max_length=400, help_text=gettext_lazy("Name or id of the unit.")
    )


class JoinForm(forms.Form):
    """A join code."""

    code = forms.CharField(
        label=gettext_lazy("Join code"),
        max_length=40,
        help_text=gettext_lazy("Eight letters and digits, as on the wall."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "join-code"}
        ),
    )
    keeps = forms.BooleanField(
        label=gettext_lazy("Keep it under my account, for my own foresight. Only I see it."), required=False
    )


class PredictForm(forms.Form):
    """What is foreseen: for each score a number, a range and how sure; for the others a choice."""

    def __init__(self, *values: Any, asked: Sequence[Asked], **named: Any) -> None:
        """Make the fields of each question. asked: without any truth."""
        super().__init__(*values, **named)
        self.asked = asked
        for place, one in enumerate(asked):
            if not one.is_score:
                self.fields[f"choice_{place}"] = forms.ChoiceField(
                    label=one.label, choices=one.options, widget=forms.RadioSelect
                )
                continue
            for name, label in (
                ("value", _("Their score")),
                ("low", _("At least")),
                ("high", _("At most")),
            ):
                self.fields[f"{name}_{place}"] = _number(one, label)
            self.fields[f"sure_{place}"] = forms.IntegerField(
                label=_("How sure, in percent"), min_value=0, max_value=100, initial=80,
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "step": 5}),
            )  # fmt: skip
        first = asked[0]
        self.fields["self_view"] = _number(first, _("How you rate yourself"), required=False)

    def clean(self) -> dict[str, Any]:
        """A range goes from its low end over the score to its high end."""
        given: dict[str, Any] = super().clean() or {}
        for place, one in enumerate(self.asked):
            if not one.is_score:
                continue
            low, value, high = (given.get(f"{name}_{place}") for name in ("low", "value", "high"))
            if low is not None and value is not None and high is not None and not low <= value <= high:
                self.add_error(f"low_{place}", _("The range goes from its low end over your score to its high end."))
        return given

    def answers(self) -> dict[UUID, Answer]:
        """Return what is foreseen, by question, once the form is valid."""
        given = self.cleaned_data
        found = {}
        for place, one in enumerate(self.asked):
            if one.is_score:
                value, low, high, sure = (given[f"{name}_{place}"] for name in ("value", "low", "high", "sure"))
                found[one.pk] = Answer(value=value, low=low, high=high, sure=sure)
            else:
                found[one.pk] = Answer(choice=given[f"choice_{place}"])
        return found

    def groups(self) -> list[tuple[Asked, list[forms.BoundField]]]:
        """Return the fields of each question together."""
        made = []
        for place, one in enumerate(self.asked):
            names = ("value", "low", "high", "sure") if one.is_score else ("choice",)
            made.append((one, [self[f"{name}_{place}"] for name in names]))
        return made


def _number(one: Asked, label: str, *, required: bool = True) -> forms.FloatField:
    widget = forms.NumberInput(attrs={"inputmode": "decimal", "step": "any", "autocomplete": "off"})
    return forms.FloatField(
        label=label, min_value=one.floor, max_value=one.ceiling, step_size=None, required=required, widget=widget
    )


class ConclusionForm(forms.Form):
    """A conclusion in one's own words."""

    words = forms.CharField(
        label=gettext_lazy("In your own words: what is going on here?"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
    )
    shares = forms.BooleanField(label=gettext_lazy("Share these words, without my name"), required=False)


class CommitForm(forms.Form):
    """One commitment."""

    sentence = forms.CharField(label=gettext_lazy("I will"), max_length=300)
    first_step = forms.CharField(label=gettext_lazy("My first step"), max_length=300)
    first_step_date = forms.DateField(
        label=gettext_lazy("On"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Within a week."),
    )
    tells = forms.CharField(label=gettext_lazy("I tell"), max_length=200)

    def __init__(self, *values: Any, **named: Any) -> None:
        """Offer a day within the week."""
        super().__init__(*values, **named)
        self.initial.setdefault("first_step_date", localdate() + FIRST_STEP_WITHIN // 2)

    def commitment(self) -> Commitment:
        """Return it, once the form is valid."""
        given = self.cleaned_data
        return Commitment(given["sentence"], given["first_step"], given["first_step_date"], given["tells"])
