"""The forms of the register, of one stakeholder, and of the calendar of minutes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from headwater.rooms.engage.asks import MOST_CAP
from headwater.rooms.engage.models import AttitudeReading, Preference, Rating, Remark, Stakeholder
from headwater.rooms.engage.stakeholders.own_words import OwnWords
from headwater.rooms.engage.stakeholders.register import MOST_DEPTH
from headwater.rooms.house.table_file import TableFileField
from headwater.rooms.people.person_field import PersonField

_NOT_SAID = ("", _("not said"))
_LONG = forms.Textarea(attrs={"rows": 2})


def _languages() -> list[tuple[str, str | Promise]]:
    return [_NOT_SAID, *((code, name) for code, name in settings.LANGUAGES if code in settings.DESK_LANGUAGES)]


class FeedForm(forms.Form):
    """How far down the leaders of the organisation are taken in."""

    depth = forms.TypedChoiceField(
        label=_("Leaders of"), coerce=int, choices=[(n, "") for n in range(MOST_DEPTH + 1)], initial=1
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the depths."""
        super().__init__(*args, **kwargs)
        names: list[tuple[int, str | Promise]] = [(0, _("the whole organisation alone"))]
        names += [
            (n, ngettext("%(n)s level below it too", "%(n)s levels below it too", n) % {"n": n})
            for n in range(1, MOST_DEPTH + 1)
        ]
        self.fields["depth"].choices = names  # type: ignore[attr-defined]


class PersonForm(forms.Form):
    """Somebody of the organisation."""

    person = PersonField(label=_("Somebody who works here"))


class OutsiderForm(forms.Form):
    """Somebody from outside."""

    name = forms.CharField(label=_("Name"), max_length=300)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    role = forms.CharField(label=_("Role"), max_length=200, required=False)
    organisation = forms.CharField(label=_("Organisation"), max_length=200, required=False)


class EntryForm(forms.Form):
    """What a stakeholder is called and does; an insider's name comes from the organisation."""

    name = forms.CharField(label=_("Name"), max_length=300)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    role = forms.CharField(label=_("Role"), max_length=200, required=False)
    organisation = forms.CharField(label=_("Organisation"), max_length=200, required=False)

    def __init__(self, *args: Any, stakeholder: Stakeholder, **kwargs: Any) -> None:
        """Take whose entry it is."""
        own = {key: getattr(stakeholder, key) for key in ("name", "email", "role", "organisation")}
        super().__init__(*args, **{"initial": own, **kwargs})
        if not stakeholder.is_outsider:
            del self.fields["name"], self.fields["email"]


class RatingForm(forms.Form):
    """One rating with its reason."""

    aspect = forms.ChoiceField(label=_("What"), choices=Rating.Aspect.choices)
    value = forms.TypedChoiceField(label=_("0 none, 4 very much"), coerce=int, choices=[(n, str(n)) for n in range(5)])
    reason = forms.CharField(label=_("Why. They may read it."), max_length=500)


class AttitudeForm(forms.Form):
    """Where they stand, or are hoped to stand."""

    aspect = forms.ChoiceField(label=_("Which"), choices=AttitudeReading.Aspect.choices)
    level = forms.ChoiceField(label=_("Attitude"), choices=AttitudeReading.Level.choices)
    source = forms.ChoiceField(
        label=_("How it is known"),
        choices=[
            (AttitudeReading.Source.JUDGED, AttitudeReading.Source.JUDGED.label),
            (AttitudeReading.Source.OWN, AttitudeReading.Source.OWN.label),
        ],
    )
    words = forms.CharField(label=_("What they said, or why you judge so. They may read it."), max_length=1000)


class KnownForm(forms.Form):
    """What is assumed, or was heard, of how to reach somebody."""

    kind = forms.ChoiceField(
        label=_("What about"), choices=[(k, v) for k, v in Preference.Kind.choices if k not in ("form", "language")]
    )
    value = forms.CharField(label=_("In a few words"), max_length=1000, widget=_LONG)
    is_asked = forms.BooleanField(label=_("They said it themselves"), required=False)


class ReachForm(forms.Form):
    """The form, the language and the minutes that are assumed, or were heard."""

    form = forms.ChoiceField(
        label=_("The form they like"), choices=[_NOT_SAID, *Preference.Form.choices], required=False
    )
    language = forms.ChoiceField(label=_("Language"), choices=_languages, required=False)
    minutes = forms.IntegerField(label=_("Minutes a week"), min_value=0, max_value=MOST_CAP, required=False)
    is_asked = forms.BooleanField(label=_("They said it themselves"), required=False)


class DecisionForm(forms.Form):
    """A decision that comes up."""

    title = forms.CharField(label=_("What is decided"), max_length=200)
    decide_date = forms.DateField(label=_("On"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class SponsorForm(forms.Form):
    """Who speaks up for whom."""

    side = forms.ChoiceField(label=_("Which way"))
    other = forms.ChoiceField(label=_("Who"))
    strength = forms.TypedChoiceField(
        label=_("How much"),
        coerce=int,
        choices=[
            (1, _("1, now and then")),
            (2, _("2, when asked")),
            (3, _("3, often")),
            (4, _("4, without being asked")),
        ],
    )
    source = forms.CharField(label=_("How you know. Both may read it."), max_length=500)

    def __init__(self, *args: Any, stakeholder: Stakeholder, others: tuple[Stakeholder, ...], **kwargs: Any) -> None:
        """Take whose relations they are and who else stands in the register."""
        super().__init__(*args, **kwargs)
        told = {"name": str(stakeholder)}
        self.fields["side"].choices = [  # type: ignore[attr-defined]
            ("sponsor", _("speaks up for %(name)s") % told),
            ("sponsored", _("%(name)s speaks up for them") % told),
        ]
        self.fields["other"].choices = [(str(one.pk), str(one)) for one in others]  # type: ignore[attr-defined]


class RegisterFileForm(forms.Form):
    """A file of stakeholders."""

    file = TableFileField(
        help_text=_(
            "CSV (UTF-8) or Excel (.xlsx), one row a person. Columns: external_id, name, email, role, organisation, "
            "unit, power, interest, legitimacy, urgency, reason, attitude, attitude_reason, desired, form, minutes, "
            "language, drives, decides, credible. The name alone is enough."
        ),
    )


class OwnWordsForm(forms.Form):
    """One minute: what reaches you."""

    form = forms.ChoiceField(
        label=_("I like to get things as"),
        choices=[_NOT_SAID, *Preference.Form.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    minutes = forms.IntegerField(
        label=_("Minutes a week I have for this"), min_value=0, max_value=MOST_CAP, required=False
    )
    language = forms.ChoiceField(label=_("Language"), choices=_languages, required=False)
    decides = forms.CharField(label=_("What I decide"), max_length=1000, required=False, widget=_LONG)
    drives = forms.CharField(label=_("What matters to me in this"), max_length=1000, required=False, widget=_LONG)
    credible = forms.CharField(
        label=_("What my own boss has to see to believe it"), max_length=1000, required=False, widget=_LONG
    )
    attitude = forms.ChoiceField(
        label=_("Where I stand on making experience better here"),
        choices=[
            _NOT_SAID,
            ("unaware", _("I do not know it well enough")),
            ("resistant", _("I am against it as it is")),
            ("neutral", _("I neither help nor hinder")),
            ("supportive", _("I support it")),
            ("leading", _("I lead it where I am")),
        ],
        required=False,
    )

    def own_words(self) -> OwnWords:
        """Return what was said."""
        return OwnWords(**self.cleaned_data)


class RemarkForm(forms.Form):
    """What somebody says to one thing kept about them."""

    about = forms.CharField(max_length=80)
    kind = forms.ChoiceField(choices=Remark.Kind.choices)
    words = forms.CharField(max_length=1000)
    form_key = forms.UUIDField()


class AnswerForm(forms.Form):
    """What became of a remark."""

    outcome = forms.ChoiceField(label=_("What becomes of it"), choices=Remark.Outcome.choices)
    answer = forms.CharField(label=_("Your answer. They read it."), max_length=1000)


class CapForm(forms.Form):
    """Minutes a week."""

    minutes = forms.IntegerField(label=_("Minutes a week"), min_value=0, max_value=MOST_CAP)
