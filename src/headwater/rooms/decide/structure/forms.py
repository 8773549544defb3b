"""The forms of the team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.decide.logic.structure import COUNTED, INPUTS, MOST, Situation
from headwater.rooms.decide.models import ActivityLetter, ActivityRight, MemberExperience, TeamLimit, TeamMember
from headwater.rooms.decide.structure.adviser import Known
from headwater.rooms.decide.structure.duty_queries import ActivityPage
from headwater.rooms.decide.structure.duty_services import LONGEST_DUTY, MOST_DUTIES, RightWanted
from headwater.rooms.decide.structure.experience_words import LENSES
from headwater.rooms.decide.structure.services import SHORTEST_REASON
from headwater.rooms.decide.structure.words import INPUT_TITLES, LEVEL_WORDS
from headwater.rooms.people.models import Person
from headwater.rooms.people.person_field import PersonField
from headwater.rooms.people.unit_field import UnitField


class SituationForm(forms.Form):
    """What the adviser is told, asked by GET so that an answer can be passed on as a link."""

    def __init__(self, *values: Any, known: Known, **named: Any) -> None:
        """Begin with what is known."""
        super().__init__(*values, **named)
        self.known = known
        for name in INPUTS:
            field: forms.Field
            if name in COUNTED:
                field = forms.IntegerField(min_value=1, max_value=MOST)
            else:
                choices = [(str(level), words) for level, words in enumerate(LEVEL_WORDS)]
                field = forms.TypedChoiceField(choices=choices, coerce=int)
            field.label, field.initial = str(INPUT_TITLES[name]), known.situation.value(name)
            is_known = not self.is_bound or self.data.get(name) == str(known.situation.value(name))
            field.help_text = known.sources.get(name, "") if is_known else ""
            self.fields[name] = field

    def situation(self) -> Situation:
        """Return the situation of a valid form."""
        return Situation(**{name: int(self.cleaned_data[name]) for name in INPUTS})


class AdoptForm(forms.Form):
    """Why a structure is adopted."""

    reason = forms.CharField(
        label=gettext_lazy("Why this one"),
        help_text=gettext_lazy("One or two sentences that hold when somebody asks in a year."),
        min_length=SHORTEST_REASON,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class MemberForm(forms.Form):
    """Somebody's part in the team, where they sit, and the one other who rates them."""

    person = PersonField(label=gettext_lazy("Who"))
    part = forms.ChoiceField(label=gettext_lazy("Part in the team"), choices=TeamMember.Part.choices)
    seat = UnitField(
        label=gettext_lazy("Unit they sit in"),
        help_text=gettext_lazy("Id or name. Left empty: where they work anyway."),
        required=False,
    )
    rater = PersonField(
        label=gettext_lazy("Who else rates them"),
        help_text=gettext_lazy(
            "One person who has seen them work: name, e-mail address or id. They see what they gave, nothing else."
        ),
        required=False,
    )

    def __init__(self, *values: Any, member: TeamMember | None = None, **named: Any) -> None:
        """Begin with a member as they stand; whoever is on the team already stays who they are."""
        super().__init__(*values, **named)
        self._member = member
        if member is not None:
            del self.fields["person"]
            self.initial = {"part": member.part, "seat": member.seat, "rater": member.rater}

    def clean(self) -> dict[str, Any]:
        """Refuse somebody as their own other rater."""
        found = super().clean() or self.cleaned_data
        person: Person | None = self._member.person if self._member is not None else found.get("person")
        if person is not None and found.get("rater") == person:
            self.add_error("rater", _("The other rater is somebody else."))
        return found


class DutiesForm(forms.Form):
    """Sentences, one a line."""

    lines = forms.CharField(
        label=gettext_lazy("One sentence a line"),
        help_text=gettext_lazy("Plain words, at most 12 lines. What you take out ends; what stays keeps its history."),
        max_length=(LONGEST_DUTY + 2) * MOST_DUTIES,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def clean_lines(self) -> list[str]:
        """Give the lines, refusing too many or too long ones."""
        lines = [line.strip() for line in self.cleaned_data["lines"].splitlines() if line.strip()]
        if len(lines) > MOST_DUTIES:
            raise forms.ValidationError(_("There are at most 12 sentences."))
        if any(len(line) > LONGEST_DUTY for line in lines):
            raise forms.ValidationError(_("A sentence has at most 300 letters."))
        return lines


class LimitForm(forms.Form):
    """What a member can carry."""

    kind = forms.ChoiceField(label=gettext_lazy("What is counted"), choices=TeamLimit.Kind.choices)
    most = forms.IntegerField(label=gettext_lazy("At most"), min_value=1, max_value=400)


class ActivityForm(forms.Form):
    """One activity: what it is, its hours, a letter a member, and the authority it needs. Works at 360 px."""

    title = forms.CharField(label=gettext_lazy("Activity"), max_length=160)
    hours = forms.IntegerField(
        label=gettext_lazy("Hours a month, of all who do it together"), min_value=0, max_value=400
    )

    def __init__(self, *values: Any, page: ActivityPage, **named: Any) -> None:
        """Begin with the activity as it stands."""
        super().__init__(*values, **named)
        self._page = page
        if page.activity is not None:
            self.initial = {**self.initial, "title": page.activity.title, "hours": page.activity.hours}
        letters = [("", "–"), *ActivityLetter.Letter.choices]
        for member in page.members:
            part = TeamMember.Part(member.part).label
            self.fields[f"letter-{member.pk}"] = forms.ChoiceField(
                label=f"{member} ({part})", choices=letters, required=False, initial=page.letters.get(member.pk, "")
            )
        states = [("", _("not needed")), ("given", _("needed and given")), ("missing", _("needed, not given yet"))]
        for kind, label in ActivityRight.Kind.choices:
            right = page.rights.get(kind)
            state = "" if right is None else "given" if right.is_given else "missing"
            self.fields[f"state-{kind}"] = forms.ChoiceField(label=label, choices=states, required=False, initial=state)
            self.fields[f"words-{kind}"] = forms.CharField(
                label=_("%(right)s: what exactly") % {"right": label},
                max_length=200,
                required=False,
                initial=right.words if right is not None else "",
            )
            self.fields[f"held-{kind}"] = UnitField(
                label=_("%(right)s: unit at whose level it lies") % {"right": label},
                help_text=_("Id or name. Left empty: the top of the organisation."),
                required=False,
                initial=right.held_by if right is not None else None,
            )

    def letter_fields(self) -> list[Any]:
        """The cells of the row."""
        return [self[f"letter-{member.pk}"] for member in self._page.members]

    def right_groups(self) -> list[tuple[str, list[Any]]]:
        """The fields of each kind of authority."""
        parts = ("state", "words", "held")
        return [(str(label), [self[f"{part}-{kind}"] for part in parts]) for kind, label in ActivityRight.Kind.choices]

    def letters(self) -> dict[Any, str]:
        """Return the letters of a valid form, by member."""
        return {member.pk: self.cleaned_data[f"letter-{member.pk}"] for member in self._page.members}

    def rights(self) -> list[RightWanted]:
        """Return the rights of a valid form."""
        found = self.cleaned_data
        return [
            RightWanted(kind, found[f"words-{kind}"].strip(), found[f"state-{kind}"] == "given", found[f"held-{kind}"])
            for kind in ActivityRight.Kind.values
            if found[f"state-{kind}"]
        ]


class ExperienceForm(forms.Form):
    """What a member has lived through at work."""

    functions = forms.CharField(
        label=gettext_lazy("Kinds of work you know from doing them"),
        help_text=gettext_lazy("Set apart by commas: driving, planning, nursing."),
        max_length=500,
        required=False,
    )
    lenses = forms.MultipleChoiceField(
        label=gettext_lazy("What you have worked on"),
        choices=list(LENSES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    front_line = forms.ChoiceField(
        label=gettext_lazy("Work with customers, directly"), choices=MemberExperience.FrontLine.choices
    )
    years_here = forms.IntegerField(label=gettext_lazy("Years here"), min_value=0, max_value=79)

    def clean_functions(self) -> list[str]:
        """Give the kinds of work, at most eight."""
        found = [" ".join(one.split()) for one in self.cleaned_data["functions"].split(",") if one.strip()]
        if len(found) > 8:
            raise forms.ValidationError(_("Name at most eight."))
        return found


class SponsorForm(forms.Form):
    """Before whom the mandate is put."""

    sponsor = PersonField(label=gettext_lazy("Sponsor who is asked to sign"))


class SignForm(forms.Form):
    """The signature."""

    name = forms.CharField(
        label=gettext_lazy("Your name, as you sign"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class PracticeForm(forms.Form):
    """A practice, for one unit that was chosen before."""

    title = forms.CharField(label=gettext_lazy("What you call it"), max_length=120)
    what = forms.CharField(
        label=gettext_lazy("What you did, so that somebody else can do it"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    score = forms.ChoiceField(label=gettext_lazy("For which score it worked"), required=False)

    def __init__(self, *values: Any, scores: Sequence[tuple[str, str]], **named: Any) -> None:
        """Offer the released scores of the unit."""
        super().__init__(*values, **named)
        score = self.fields["score"]
        assert isinstance(score, forms.ChoiceField)
        score.choices = [("", _("no score")), *scores]
        if not scores:
            score.help_text = _("No score of this unit is shown yet.")


class OutcomeForm(forms.Form):
    """What happened, in one's own words."""

    outcome = forms.CharField(
        label=gettext_lazy("What happened"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
