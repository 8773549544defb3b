"""The forms of a study, one a step."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from headwater.rooms.listen.logic.serving import impossible_pairs, read_pairs
from headwater.rooms.listen.models import ListenSettings, Study, Wave
from headwater.rooms.listen.questionnaires import QuestionnaireChoice
from headwater.rooms.listen.studies import MOST_QUESTIONNAIRES
from headwater.rooms.listen.study_texts import NAMES
from headwater.rooms.people.forms import DateInput
from headwater.rooms.people.populations import AttributeValue
from headwater.vocab import UnitTree

MOST_REMINDERS = 4
LONGEST_TEXT = 600
MOST_LEVELS = 8
"""Levels of a cut that count as coarse."""

TEXT_LABELS = {
    "purpose": _("Why you ask"),
    "who_asks": _("Who asks"),
    "what_happens": _("What happens with the answers"),
}


class WhatForm(forms.Form):
    """What is asked: a name and questionnaires."""

    title = forms.CharField(
        label=_("Name of the study"), max_length=120, help_text=_("Those who are asked see it first.")
    )
    questionnaires = forms.MultipleChoiceField(label=_("Questionnaires"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, offered: Sequence[QuestionnaireChoice], **values: Any) -> None:
        """Take what may be asked."""
        super().__init__(*args, **values)
        self.offered = tuple(offered)
        field = self.fields["questionnaires"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(one.value, one.title.get("en", one.value)) for one in offered]

    def clean_questionnaires(self) -> list[str]:
        """Keep them few enough to answer at one sitting."""
        chosen: list[str] = self.cleaned_data["questionnaires"]
        if len(chosen) > MOST_QUESTIONNAIRES:
            raise forms.ValidationError(_("Choose at most %(n)s: nobody answers more.") % {"n": MOST_QUESTIONNAIRES})
        return chosen


class WhomForm(forms.Form):
    """Whom is asked: units, attributes, a share."""

    sample_percent = forms.IntegerField(
        label=_("Share that is asked, in percent"),
        min_value=1,
        max_value=100,
        help_text=_("100 asks everybody. A share is drawn by chance, the same from every team."),
    )
    serves = forms.CharField(
        label=_("Who serves whom"),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=200_000,
        help_text=_(
            "A line each: the unit that serves; a unit that it serves, with all below. Everybody who is served is "
            "asked about one unit that serves theirs."
        ),
    )

    def __init__(
        self,
        *args: Any,
        units: Sequence[str],
        attributes: Mapping[str, Sequence[AttributeValue]],
        tree: UnitTree | None = None,
        **values: Any,
    ) -> None:
        """Take the units that exist and the attributes with their values. tree: for a study of internal service."""
        super().__init__(*args, **values)
        self.tree = tree
        if tree is None:
            del self.fields["serves"]
        self.known_units = frozenset(units)
        self.attribute_fields: dict[str, str] = {}
        for number, (name, found) in enumerate(attributes.items()):
            key = f"attribute_{number}"
            self.attribute_fields[key] = name
            self.fields[key] = forms.MultipleChoiceField(
                label=name,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                choices=[(one.value, f"{one.value} ({one.people})") for one in found],
            )

    def clean_serves(self) -> dict[str, list[str]]:
        """Read who serves whom."""
        assert self.tree is not None
        services, wrong = read_pairs(self.cleaned_data["serves"], self.tree)
        if wrong:
            message = _("This names no two open units with a semicolon between them: %(line)s")
            raise forms.ValidationError(message % {"line": wrong[0][:120]})
        if impossible_pairs(self.tree, services):
            raise forms.ValidationError(_("No unit serves itself or a unit below it."))
        return services

    def clean(self) -> dict[str, Any]:
        """Gather units and attributes as a study keeps them."""
        cleaned = super().clean() or {}
        asked = self.data.getlist("units") if hasattr(self.data, "getlist") else []
        unknown = [key for key in asked if key not in self.known_units]
        if unknown:
            raise forms.ValidationError(_("A unit you chose is closed by now. Choose again."))
        chosen = {name: cleaned[key] for key, name in self.attribute_fields.items() if cleaned.get(key)}
        cleaned["population"] = {"units": list(dict.fromkeys(asked)), "attributes": chosen}
        return cleaned


class PromiseForm(forms.Form):
    """What is promised: who will see what, from how many people on, and what results are split by."""

    promise = forms.ChoiceField(label=_("What you promise"), choices=Study.Promise.choices, widget=forms.RadioSelect)
    k = forms.IntegerField(
        label=_("Smallest group that is shown"), min_value=3, max_value=50, help_text=_("5 is usual. Never below 3.")
    )
    comment_k = forms.IntegerField(
        label=_("Smallest group whose comments are shown"), min_value=3, max_value=100, help_text=_("10 is usual.")
    )
    cuts = forms.MultipleChoiceField(label=_("Split results by"), required=False, widget=forms.CheckboxSelectMultiple)
    shares = forms.BooleanField(label=_("Show how answers are spread, in units of 25 answers and more"), required=False)
    response = forms.BooleanField(label=_("Show response rates"), required=False)

    def __init__(self, *args: Any, attributes: Mapping[str, Sequence[AttributeValue]], **values: Any) -> None:
        """Take the attributes that are coarse enough."""
        super().__init__(*args, **values)
        self.levels = {name: sorted(one.value for one in found) for name, found in attributes.items()}
        field = self.fields["cuts"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(name, f"{name}: {', '.join(levels)}") for name, levels in self.levels.items()]

    def clean(self) -> dict[str, Any]:
        """Refuse promises that cannot be kept, and lay cuts out as a study keeps them."""
        cleaned = super().clean() or {}
        if cleaned.get("k") and cleaned.get("comment_k") and cleaned["comment_k"] < cleaned["k"]:
            self.add_error("comment_k", _("Comments need at least as many people as scores."))
        names = cleaned.get("cuts", [])
        if cleaned.get("promise") == Study.Promise.ANONYMOUS and len(names) > 2:
            self.add_error("cuts", _("An anonymous study carries at most two. Choose confidential to use more."))
        cleaned["cuts"] = [
            {"key": _key_of(name, place), "label": name, "attribute": name, "levels": self.levels[name]}
            for place, name in enumerate(names)
        ]
        extra = [name for name in ("shares", "response") if cleaned.get(name)]
        cleaned["tables"] = ["scores", *extra]
        return cleaned


class HowForm(forms.Form):
    """How people are asked: channel, languages, days, reminders."""

    channel = forms.ChoiceField(label=_("How people come to the questions"), choices=Study.Channel.choices,
                                widget=forms.RadioSelect)  # fmt: skip
    languages = forms.MultipleChoiceField(label=_("Languages"), widget=forms.CheckboxSelectMultiple)
    opens_date = forms.DateField(label=_("Opens on"), widget=DateInput())
    opens_time = forms.TimeField(label=_("at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    days_open = forms.IntegerField(label=_("Days open"), min_value=1, max_value=120)
    late_days = forms.IntegerField(
        label=_("Days late answers still count"), min_value=0, max_value=30, help_text=_("Nobody is told of these.")
    )
    reminders = forms.CharField(
        label=_("Reminders, in days after the opening"), required=False, max_length=40,
        help_text=_("For example 4, 9. Empty for none."),
    )  # fmt: skip
    ignores_cap = forms.BooleanField(
        label=_("Ask also those who were asked often of late"), required=False,
        help_text=_("Only where the law or safety needs everybody."),
    )  # fmt: skip

    def __init__(self, *args: Any, offered: Sequence[tuple[str, str]], **values: Any) -> None:
        """Take the languages every questionnaire has."""
        super().__init__(*args, **values)
        field = self.fields["languages"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list(offered)

    def clean_reminders(self) -> list[int]:
        """Read days apart by commas or spaces."""
        parts = re.split(r"[,;\s]+", self.cleaned_data["reminders"].strip())
        if not any(parts):
            return []
        if not all(part.isascii() and part.isdecimal() and len(part) < 4 for part in parts):
            raise forms.ValidationError(_("Write whole days, such as 4, 9."))
        days = sorted({int(part) for part in parts})
        if len(days) > MOST_REMINDERS:
            raise forms.ValidationError(_("At most %(n)s: more make people angry.") % {"n": MOST_REMINDERS})
        return days

    def clean(self) -> dict[str, Any]:
        """Join day and time; reminders lie inside."""
        cleaned = super().clean() or {}
        if cleaned.get("opens_date") and cleaned.get("opens_time"):
            opens = datetime.combine(cleaned["opens_date"], cleaned["opens_time"])
            cleaned["opens_at"] = timezone.make_aware(opens)
        days, last = cleaned.get("reminders"), cleaned.get("days_open")
        if days and last and any(not 0 < day < last for day in days):
            self.add_error("reminders", _("Each reminder lies between the opening and the closing."))
        return cleaned


class WordsForm(forms.Form):
    """The words of the first page, by language."""

    def __init__(self, *args: Any, languages: Sequence[tuple[str, str]], **values: Any) -> None:
        """Take the languages of the study, with their names."""
        super().__init__(*args, **values)
        self.languages = tuple(languages)
        for code, _name in languages:
            for name in NAMES:
                self.fields[f"{name}_{code}"] = forms.CharField(
                    label=TEXT_LABELS[name],
                    max_length=LONGEST_TEXT,
                    required=False,
                    widget=forms.Textarea(attrs={"rows": 3, "lang": code, "dir": "auto"}),
                )

    def groups(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """Each language with its code, its name and its fields."""
        return [(code, title, [self[f"{name}_{code}"] for name in NAMES]) for code, title in self.languages]

    def texts(self) -> dict[str, dict[str, str]]:
        """The words as a study keeps them."""
        return {
            name: {code: text for code, _t in self.languages if (text := self.cleaned_data[f"{name}_{code}"].strip())}
            for name in NAMES
        }


class TightenForm(forms.Form):
    """What may still be made stricter."""

    k = forms.IntegerField(label=_("Smallest group that is shown"), max_value=100)
    comment_k = forms.IntegerField(label=_("Smallest group whose comments are shown"), max_value=200)
    dropped_cuts = forms.MultipleChoiceField(
        label=_("Do not split by"), required=False, widget=forms.CheckboxSelectMultiple
    )
    without_comments = forms.BooleanField(label=_("Show no comments, and throw them away unread"), required=False)

    def __init__(self, *args: Any, wave: Wave, k: int, comment_k: int, cuts: Sequence[tuple[str, str]],
                 **values: Any) -> None:  # fmt: skip
        """Take what is in force."""
        values["initial"] = {
            "k": k, "comment_k": comment_k, "without_comments": wave.stricter.get("without_comments", False)
        }  # fmt: skip
        super().__init__(*args, **values)
        self.fields["k"].widget.attrs["min"] = k
        self.fields["comment_k"].widget.attrs["min"] = comment_k
        field = self.fields["dropped_cuts"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list(cuts)
        if not cuts:
            del self.fields["dropped_cuts"]


class CapForm(forms.ModelForm[ListenSettings]):
    """How often one person is asked at most, over all studies, and who mail comes from."""

    class Meta:
        """The one row of settings."""

        model = ListenSettings
        fields = ("cap_contacts", "cap_days", "sender_name")
        labels = {  # noqa: RUF012
            "cap_contacts": _("Invitations a person at most"),
            "cap_days": _("within so many days"),
            "sender_name": _("Name mail comes from"),
        }
        help_texts = {"cap_contacts": _("0 is no limit.")}  # noqa: RUF012


def _key_of(name: str, place: int) -> str:
    """A key that can name a column, unique among the cuts of a study."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40]
    return f"{plain or 'cut'}_{place + 1}"
