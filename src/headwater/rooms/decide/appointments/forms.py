"""Forms of appointments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.decide.account_field import AccountField
from headwater.rooms.decide.appointments.preparing import FEWEST_NEEDS
from headwater.rooms.decide.appointments.queries import NeedShown
from headwater.rooms.decide.logic.competencies import COMPETENCIES
from headwater.rooms.decide.models import Candidate
from headwater.rooms.decide.structure.competency_words import COMPETENCY_WORDS
from headwater.rooms.people.forms import DateInput
from headwater.rooms.people.person_field import PersonField
from headwater.rooms.people.unit_field import UnitField


class ProfileForm(forms.Form):
    """What the role is for, what it answers for, what it needs."""

    title = forms.CharField(label=gettext_lazy("Role"), max_length=200)
    purpose = forms.CharField(
        label=gettext_lazy("What the role is for"), max_length=1_000, widget=forms.Textarea({"rows": 2})
    )
    responsibilities = forms.CharField(
        label=gettext_lazy("What it answers for"),
        max_length=3_000,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("One line each."),
    )
    unit = UnitField(
        label=gettext_lazy("Unit"),
        required=False,
        help_text=gettext_lazy("Name or id. Left empty: the whole organisation."),
    )
    due_date = forms.DateField(label=gettext_lazy("Scores are due on"), widget=DateInput())

    def __init__(self, *values: Any, needs: Mapping[str, tuple[int, int]] | None = None, **named: Any) -> None:
        """Offer a level and a weight for each competency. needs: those that stand."""
        super().__init__(*values, **named)
        levels = [("", _("not needed")), *((str(level), str(level)) for level in range(1, 5))]
        for key in COMPETENCIES:
            level, weight = (needs or {}).get(key, ("", 1))
            self.fields[f"level_{key}"] = forms.ChoiceField(
                label=_("%(competency)s: level") % {"competency": COMPETENCY_WORDS[key].title},
                choices=levels,
                required=False,
                initial=str(level),
            )
            self.fields[f"weight_{key}"] = forms.ChoiceField(
                label=_("%(competency)s: weight") % {"competency": COMPETENCY_WORDS[key].title},
                choices=[(str(one), str(one)) for one in range(1, 6)],
                required=False,
                initial=str(weight),
            )

    def clean(self) -> dict[str, Any]:
        """Gather the needs; ask for at least three."""
        found = super().clean() or {}
        needs = {
            key: (int(found[f"level_{key}"]), int(found.get(f"weight_{key}") or 1))
            for key in COMPETENCIES
            if found.get(f"level_{key}")
        }
        if len(needs) < FEWEST_NEEDS:
            raise forms.ValidationError(_("Choose at least three competencies that the role needs."))
        plain = {key: value for key, value in found.items() if not key.startswith(("level_", "weight_"))}
        return {**plain, "needs": needs}

    def plain_fields(self) -> list[forms.BoundField]:
        """Return the fields above the table."""
        return [self[name] for name in ("title", "purpose", "responsibilities", "unit", "due_date")]

    def need_rows(self) -> list[tuple[Any, str, forms.BoundField, forms.BoundField]]:
        """Return competency, a way to read it, level and weight, for the table."""
        return [(COMPETENCY_WORDS[key].title, key, self[f"level_{key}"], self[f"weight_{key}"]) for key in COMPETENCIES]


class CandidateForm(forms.Form):
    """Somebody who stands for the role."""

    person = PersonField(
        label=gettext_lazy("Somebody of the organisation"),
        required=False,
        help_text=gettext_lazy("Name, e-mail address or person id. Leave it empty for an outsider."),
    )
    name = forms.CharField(label=gettext_lazy("Outsider's name"), max_length=300, required=False)
    email = forms.CharField(
        label=gettext_lazy("Outsider's e-mail address"), max_length=254, required=False, validators=[validate_email]
    )
    source = forms.ChoiceField(label=gettext_lazy("How they came to stand"), choices=Candidate.Source.choices)
    consent_date = forms.DateField(
        label=gettext_lazy("Agreed on"),
        widget=DateInput(),
        help_text=gettext_lazy("When they agreed to be scored, and to what is kept and for how long."),
    )
    notes = forms.CharField(
        label=gettext_lazy("Notes"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy(
            "Work only. Nothing on age, sex, family, health, origin, religion, orientation, politics or unions."
        ),
    )


class AssessorForm(forms.Form):
    """Somebody who scores."""

    user = AccountField(label=gettext_lazy("Assessor"))


class ScoreForm(forms.Form):
    """One candidate: a level and a reason for each competency."""

    def __init__(self, *values: Any, needs: tuple[NeedShown, ...], own: Mapping[str, tuple[int, str]], **named: Any):
        """Make two fields for each need, with what was given so far."""
        super().__init__(*values, **named)
        self._needs = needs
        for need in needs:
            score, reason = own.get(need.key, ("", ""))
            self.fields[f"score_{need.key}"] = forms.ChoiceField(
                label=str(need.title),
                choices=[(str(level), f"{level}: {need.anchors[level]}") for level in range(5)],
                widget=forms.RadioSelect,
                initial=str(score),
            )
            self.fields[f"reason_{need.key}"] = forms.CharField(
                label=_("What you saw or heard: %(competency)s") % {"competency": need.title},
                min_length=10,
                max_length=600,
                initial=reason,
                widget=forms.Textarea({"rows": 2}),
            )

    def rows(self) -> list[tuple[NeedShown, forms.BoundField, forms.BoundField]]:
        """Return the fields by need."""
        return [(need, self[f"score_{need.key}"], self[f"reason_{need.key}"]) for need in self._needs]

    def scores(self) -> dict[str, tuple[int, str]]:
        """Return level and reason by competency."""
        data = self.cleaned_data
        return {need.key: (int(data[f"score_{need.key}"]), data[f"reason_{need.key}"]) for need in self._needs}


class DecisionForm(forms.Form):
    """Who is chosen, and why."""

    chosen = forms.ChoiceField(label=gettext_lazy("Who is chosen"), widget=forms.RadioSelect)
    reasons = forms.CharField(
        label=gettext_lazy("Reasons"),
        min_length=40,
        max_length=3_000,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("They are kept, and can be asked for. Speak of what the role needs."),
    )

    def __init__(self, *values: Any, candidates: list[Candidate], **named: Any) -> None:
        """Offer those who stand, and nobody."""
        super().__init__(*values, **named)
        field = self.fields["chosen"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*((str(one.pk), str(one)) for one in candidates), ("nobody", _("Nobody of them"))]


class FeedbackForm(forms.Form):
    """What a declined candidate is told."""

    words = forms.CharField(
        label=gettext_lazy("What they are told"), min_length=20, max_length=2_000, widget=forms.Textarea({"rows": 4})
    )


class ConflictForm(forms.Form):
    """What an assessor says about a tie to a candidate."""

    words = forms.CharField(
        label=gettext_lazy("A tie to a candidate that the others should know of"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
