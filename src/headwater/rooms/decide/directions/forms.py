"""Forms of goals, the vision, candidates, directions and reviews."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from headwater.rooms.decide.directions.visions import LONGEST, SECTIONS
from headwater.rooms.decide.models import CandidateRating, Direction, DirectionReview, Goal
from headwater.rooms.people.asking_form import AskingForm
from headwater.rooms.people.forms import DateInput
from headwater.rooms.people.person_field import PersonField

MOST_HOURS = 10_000
LEVELS = [(str(level), str(level)) for level in range(1, 6)]


def _words(label: Any, length: int, *, rows: int = 3, **values: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, widget=forms.Textarea({"rows": rows}), **values)


class GoalForm(forms.Form):
    """A goal of the organisation."""

    title = forms.CharField(label=_("Goal"), max_length=160)
    why = _words(_("Why it matters"), 1000)
    by_date = forms.DateField(label=_("By when"), widget=DateInput(), required=False)


class VisionForm(forms.Form):
    """The vision, section by section; a title and one section at least."""

    basis = forms.IntegerField(widget=forms.HiddenInput(), min_value=0)
    title = forms.CharField(label=_("In one sentence"), max_length=160)

    def __init__(self, *values: Any, **named: Any) -> None:
        """Make a field for each section."""
        super().__init__(*values, **named)
        for section in SECTIONS:
            self.fields[section.key] = _words(section.title, LONGEST, rows=4, help_text=section.hint, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for one section."""
        found = super().clean() or {}
        if not any(found.get(section.key, "").strip() for section in SECTIONS):
            raise forms.ValidationError(_("Write at least one section."))
        return found

    def sections(self) -> dict[str, str]:
        """Return the words by section."""
        return {section.key: self.cleaned_data.get(section.key, "") for section in SECTIONS}


class EstimateForm(forms.Form):
    """How hard, and how ready."""

    effort = forms.ChoiceField(label=_("Effort"), choices=LEVELS, help_text=_("1 a few hours, 5 many months of many."))
    readiness = forms.ChoiceField(
        label=_("Readiness"), choices=LEVELS, help_text=_("1 nobody wants it yet, 5 they wait for it.")
    )
    note = forms.CharField(label=_("What makes you think so"), max_length=300, required=False)

    def __init__(self, *values: Any, mine: CandidateRating | None = None, **named: Any) -> None:
        """Show what was estimated before."""
        initial = {"effort": 3, "readiness": 3}
        if mine is not None:
            initial = {"effort": mine.effort, "readiness": mine.readiness, "note": mine.note}  # type: ignore[dict-item]
        named.setdefault("initial", initial)
        super().__init__(*values, **named)


class AddScoreForm(forms.Form):
    """A released score that should move, added by hand."""

    score = forms.ChoiceField(label=_("Score to move"))
    why = _words(_("Why it should be on the board"), 1000, rows=2)

    def __init__(self, *values: Any, scores: Any, **named: Any) -> None:
        """Offer the released scores of the unit. scores: Evidence."""
        super().__init__(*values, **named)
        field = self.fields["score"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (f"{one.study}|{one.wave}|{one.score}", f"{one.label}, {one.value_text or '–'} ({one.study_title})")
            for one in scores
        ]


class StopForm(forms.Form):
    """Something to stop doing, with the hours it frees."""

    title = forms.CharField(label=_("What to stop"), max_length=160)
    why = _words(_("What it costs, and what is lost when it ends"), 1000)
    hours_low = forms.IntegerField(label=_("Hours a month it frees, at least"), min_value=0, max_value=MOST_HOURS)
    hours_high = forms.IntegerField(label=_("Hours a month it frees, at most"), min_value=0, max_value=MOST_HOURS)
    asked_by = PersonField(
        label=_("Who asked for it"),
        required=False,
        help_text=_("Name, e-mail address or person id. Empty where they would rather not be named."),
    )

    def clean(self) -> dict[str, Any]:
        """Hours run upwards."""
        found = super().clean() or {}
        low, high = found.get("hours_low"), found.get("hours_high")
        if low is not None and high is not None and high < low:
            self.add_error("hours_high", _("At most cannot be below at least."))
        return found


class AsideForm(forms.Form):
    """Why a candidate is set aside."""

    aside_why = forms.CharField(label=_("Why not now"), max_length=500)


class GoalField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Goals by their titles."""

    def label_from_instance(self, obj: Any) -> str:
        """Say the title."""
        return str(obj.title)


class ChooseForm(AskingForm):
    """What is chosen: the goal it serves, why, who answers for it, the target and the date."""

    goal = GoalField(label=_("The goal it serves"), queryset=Goal.objects.none(), empty_label=None)
    title = forms.CharField(label=_("The direction, in a few words"), max_length=160)
    why = _words(_("Why this, why now"), 1000)
    owner = PersonField(label=_("Who answers for it"))
    target = forms.FloatField(label=_("Target"))
    target_date = forms.DateField(label=_("By when"), widget=DateInput())
    more_why = forms.CharField(
        label=_("Why one more"),
        max_length=500,
        required=False,
        help_text=_("Three directions stand here already. More than three are none: attention is what they share."),
    )

    field_order = ("goal", "title", "why", "owner", "target", "target_date", "more_why", "over_reason")

    def __init__(
        self, *values: Any, is_score: bool, needs_more: bool, standing: Direction | None = None, **named: Any
    ) -> None:
        """Leave out what does not apply. standing: the direction that is changed."""
        super().__init__(*values, **named)
        goal = self.fields["goal"]
        assert isinstance(goal, forms.ModelChoiceField)
        goal.queryset = Goal.objects.filter(retired_at=None).order_by("position")
        if not is_score:
            del self.fields["target"]
        if not needs_more:
            del self.fields["more_why"]
        else:
            self.fields["more_why"].required = True
        if standing is not None:
            self.initial.setdefault("goal", standing.goal_id)
            for name in ("title", "owner", "target", "target_date"):
                self.initial.setdefault(name, getattr(standing, name))
        else:
            self.initial.setdefault("target_date", timezone.localdate() + timedelta(days=365))


class ReviewForm(forms.Form):
    """What was decided when a direction was looked at again."""

    due_date = forms.DateField(widget=forms.HiddenInput())
    decision = forms.ChoiceField(
        label=_("What is decided"),
        widget=forms.RadioSelect(),
        choices=[
            (DirectionReview.Decision.GO_ON.value, _("Go on as it is")),
            (DirectionReview.Decision.CHANGE.value, _("Change it: the next page asks what")),
            (DirectionReview.Decision.STOP.value, _("Stop")),
            (DirectionReview.Decision.FINISH.value, _("Finished: it is done")),
        ],
    )
    hours = forms.IntegerField(
        label=_("Hours a month it has freed so far"), min_value=0, max_value=MOST_HOURS, required=False
    )
    why = _words(_("Why"), 1000)

    def __init__(self, *values: Any, is_score: bool, **named: Any) -> None:
        """Hours are asked only of something that stops."""
        super().__init__(*values, **named)
        if is_score:
            del self.fields["hours"]
