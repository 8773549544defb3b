"""The forms of briefings: to prepare, to change a copy, to answer, and to make it one's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.decide.directions.forecasting import ForecastForm, choice_of, finding_of, key_of
from headwater.rooms.engage.briefings.answering import Answer
from headwater.rooms.engage.briefings.preparing import MOST_MINUTES, MOST_SCORES, Wanted
from headwater.rooms.engage.briefings.words import LEVEL_WORDS, SURE_WORDS, TAKEN_WORDS
from headwater.rooms.engage.models import Briefing, BriefingCopy, Preference, Stakeholder
from headwater.rooms.engage.models.briefings import MOST_MESSAGE
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.evidence import Evidence
from headwater.rooms.people.forms import DateInput
from headwater.rooms.people.models import Unit

SUGGESTED = 3
USUAL_DAYS = 120
"""A forecast lies so far ahead, unless said otherwise: a wave will have come."""


class PrepareForm(ForecastForm):
    """What a briefing says, on what, to whom, and what it should move."""

    made = forms.UUIDField(widget=forms.HiddenInput)
    goal = forms.ChoiceField(
        label=gettext_lazy("What it is for"), choices=Briefing.Goal.choices, widget=forms.RadioSelect
    )
    message = forms.CharField(
        label=gettext_lazy("The one message"),
        max_length=MOST_MESSAGE,
        help_text=gettext_lazy("One sentence they would repeat. 160 characters at most."),
    )
    ask = forms.CharField(
        label=gettext_lazy("What exactly is asked"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("For a change or a decision."),
    )
    ask_by_date = forms.DateField(
        label=gettext_lazy("By when"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    receivers = forms.MultipleChoiceField(label=gettext_lazy("For whom"), widget=forms.CheckboxSelectMultiple)
    scores = forms.MultipleChoiceField(
        label=gettext_lazy("The numbers it rests on"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Three at most stand on the first page, the others behind it."),
    )
    example = forms.CharField(
        label=gettext_lazy("One example"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "One thing that happened, without names. Shown to those whom numbers alone did not reach."
        ),
    )

    moves = forms.ChoiceField(
        label=gettext_lazy("The score it should move"),
        required=False,
        help_text=gettext_lazy("Beside each stands the smallest change that this unit can show from wave to wave."),
    )
    due_date = forms.DateField(label=gettext_lazy("By when it should have moved"), required=False, widget=DateInput())

    def __init__(
        self, *values: Any, unit: Unit, evidence: Sequence[Evidence], receivers: Sequence[Stakeholder], **named: Any
    ) -> None:
        """Offer the unit's released numbers and the stakeholders on the lists."""
        super().__init__(*values, **named)
        self.unit = unit
        self.found = {f"{place}:{one.wave}:{one.score}"[:300]: one for place, one in enumerate(evidence)}
        self.people = {str(one.pk): one for one in receivers}
        scores, people = self.fields["scores"], self.fields["receivers"]
        assert isinstance(scores, forms.MultipleChoiceField)
        assert isinstance(people, forms.MultipleChoiceField)
        scores.choices = [
            (key, f"{one.label}: {one.value_text} ({one.range_text}) · {one.wave_title}")
            for key, one in self.found.items()
        ]
        moves = self.fields["moves"]
        assert isinstance(moves, forms.ChoiceField)
        moves.choices = [("", _("None. No forecast is made."))] + [(key_of(one), choice_of(one)) for one in evidence]
        people.choices = [(key, str(one)) for key, one in self.people.items()]
        self.initial.setdefault("made", uuid4())
        self.initial.setdefault("goal", Briefing.Goal.DECISION)
        self.initial.setdefault("ask_by_date", localdate() + timedelta(days=10))
        self.initial.setdefault("due_date", localdate() + timedelta(days=USUAL_DAYS))
        self.initial.setdefault("scores", list(self.found)[:SUGGESTED])

    def clean_scores(self) -> list[str]:
        """A dozen at most."""
        chosen = list(self.cleaned_data["scores"])
        if len(chosen) > MOST_SCORES:
            raise forms.ValidationError(_("Choose between 1 and %(most)s numbers.") % {"most": MOST_SCORES})
        return chosen

    def wanted(self) -> Wanted:
        """Return what is wanted, once the form is valid."""
        given = self.cleaned_data
        is_asking = given["goal"] != Briefing.Goal.AWARE
        return Wanted(
            unit=self.unit,
            goal=given["goal"],
            message=given["message"],
            scores=tuple(_finding(self.found[key]) for key in given["scores"]),
            receivers=tuple(self.people[key] for key in given["receivers"]),
            ask=given["ask"] if is_asking else "",
            ask_by_date=given["ask_by_date"] if is_asking else None,
            example=given["example"],
            moves=finding_of(given["moves"]),
            forecast=self.forecast(),
            due_date=given["due_date"],
        )


class CopyForm(forms.Form):
    """How a briefing reaches one receiver."""

    form = forms.ChoiceField(label=gettext_lazy("Form"), choices=Preference.Form.choices)
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=1, max_value=MOST_MINUTES)
    numbers = forms.IntegerField(label=gettext_lazy("Numbers on the first page"), min_value=1, max_value=3)
    with_example = forms.BooleanField(label=gettext_lazy("With the example"), required=False)


class OpenForm(forms.Form):
    """The two-question check before reading; both may be skipped."""

    level = forms.ChoiceField(label=gettext_lazy("Where do you stand on this today?"), required=False)
    sure = forms.ChoiceField(label=gettext_lazy("How sure are you of that?"), required=False)

    def __init__(self, *values: Any, **named: Any) -> None:
        """Offer the answers, none chosen."""
        super().__init__(*values, **named)
        _offer(self.fields["level"], [("", _("I skip this")), *LEVEL_WORDS])
        _offer(self.fields["sure"], [("", _("I skip this")), *SURE_WORDS])

    def clean(self) -> dict[str, Any]:
        """Both or none."""
        given = super().clean() or {}
        if bool(given.get("level")) != bool(given.get("sure")):
            raise forms.ValidationError(_("Answer both, or skip both."))
        return given

    def stand(self) -> dict[str, Any]:
        """Return the two answers as `open_copy` takes them."""
        given = self.cleaned_data
        return {"level": given["level"], "sure": int(given["sure"]) if given["sure"] else None}


class AnswerForm(forms.Form):
    """What a receiver answers."""

    taken_as = forms.ChoiceField(label=gettext_lazy("What does it ask of you?"))
    decision = forms.ChoiceField(label=gettext_lazy("What do you decide?"))
    words = forms.CharField(
        label=gettext_lazy("In your own words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    level = forms.ChoiceField(label=gettext_lazy("Where do you stand now?"))
    sure = forms.ChoiceField(label=gettext_lazy("How sure are you of that?"))

    def __init__(self, *values: Any, copy: BriefingCopy, **named: Any) -> None:
        """Offer the answers; a decision only where one is asked."""
        super().__init__(*values, **named)
        empty = ("", _("Choose"))
        _offer(self.fields["taken_as"], [empty, *TAKEN_WORDS])
        _offer(self.fields["level"], [empty, *LEVEL_WORDS])
        _offer(self.fields["sure"], [empty, *SURE_WORDS])
        _offer(self.fields["decision"], [empty, *BriefingCopy.Decision.choices])
        if copy.briefing.goal != Briefing.Goal.DECISION:
            del self.fields["decision"]
        if copy.answered_at is not None:
            known = {
                "taken_as": copy.taken_as,
                "decision": copy.decision,
                "words": copy.words,
                "level": copy.after_level,
                "sure": "" if copy.after_sure is None else str(copy.after_sure),
            }
            self.initial = {**self.initial, **known}

    def answer(self) -> Answer:
        """Return the answer, once the form is valid."""
        given = self.cleaned_data
        return Answer(given["taken_as"], given["level"], int(given["sure"]), given.get("decision", ""), given["words"])


class OwnForm(forms.Form):
    """A receiver's own version."""

    name = forms.CharField(label=gettext_lazy("Your name, as it stands on it"), max_length=200)
    message = forms.CharField(label=gettext_lazy("Your one sentence"), max_length=MOST_MESSAGE)
    words = forms.CharField(
        label=gettext_lazy("Your own words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _offer(field: forms.Field, choices: Sequence[tuple[str, Any]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


def _finding(one: Evidence) -> Finding:
    return one.finding
