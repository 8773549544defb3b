"""Forms of assessments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.decide.account_field import AccountField
from headwater.rooms.decide.logic.maturity import DEFAULT_BANDS, check_bands
from headwater.rooms.decide.maturity.evidence import KINDS, LARGEST
from headwater.rooms.decide.maturity.queries import DimensionRows, PracticeRow
from headwater.rooms.decide.maturity.words import BAND_WORDS, LEVEL_WORDS
from headwater.rooms.learn.evidence import Evidence
from headwater.rooms.people.forms import DateInput
from headwater.rooms.people.unit_field import UnitField


class BeginForm(forms.Form):
    """What is looked at, until when, and what counts."""

    title = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    unit = UnitField(
        label=gettext_lazy("Unit"),
        required=False,
        help_text=gettext_lazy("Name or id. Left empty: the whole organisation."),
    )
    due_date = forms.DateField(label=gettext_lazy("Scores are due on"), widget=DateInput())
    complete_from = forms.ChoiceField(label=gettext_lazy("A practice is complete from"), initial="3")

    def __init__(self, *values: Any, **named: Any) -> None:
        """Offer levels, and a cut-off for each band but the first."""
        super().__init__(*values, **named)
        field = self.fields["complete_from"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(level), f"{level}: {LEVEL_WORDS[level]}") for level in range(2, 5)]
        for (key, title), percent in zip(list(BAND_WORDS.items())[1:], DEFAULT_BANDS, strict=True):
            self.fields[f"band_{key}"] = forms.IntegerField(
                label=_("Band “%(band)s” begins at, percent of all points") % {"band": title},
                min_value=1,
                max_value=100,
                initial=percent,
            )

    def clean(self) -> dict[str, Any]:
        """Gather the bands; they have to ascend."""
        found = super().clean() or {}
        bands = [found.get(f"band_{key}") for key in list(BAND_WORDS)[1:]]
        if None not in bands:
            try:
                check_bands([int(one or 0) for one in bands])
            except ValueError:
                raise forms.ValidationError(_("Each band begins above the one before it.")) from None
        plain = {key: value for key, value in found.items() if not key.startswith("band_")}
        if "complete_from" in plain:
            plain["complete_from"] = int(plain["complete_from"])
        return {**plain, "bands": bands}


class AssessorForm(forms.Form):
    """Somebody who scores."""

    user = AccountField(label=gettext_lazy("Assessor"))
    is_external = forms.BooleanField(label=gettext_lazy("From outside the organisation"), required=False)
    engaged_until_date = forms.DateField(
        label=gettext_lazy("Last day of an engagement here, if there was one"),
        required=False,
        widget=DateInput(),
        help_text=gettext_lazy("For somebody from outside: two full years have to lie between."),
    )


class ValidatorForm(forms.Form):
    """The senior who validates."""

    user = AccountField(
        label=gettext_lazy("Who validates"),
        help_text=gettext_lazy("Somebody who leads the unit looked at or one above it, and does not score."),
    )


class DeclareForm(forms.Form):
    """An external assessor's declaration."""

    engaged_until_date = forms.DateField(
        label=gettext_lazy("Last day I was engaged here"),
        required=False,
        widget=DateInput(),
        help_text=gettext_lazy("Empty if you never were."),
    )
    is_true = forms.BooleanField(
        label=gettext_lazy("I declare that this is so, and that nothing else ties me to what I score.")
    )


class FileForm(forms.Form):
    """A file as evidence."""

    title = forms.CharField(label=gettext_lazy("What it shows"), max_length=200)
    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput({"accept": ",".join(f".{ending}" for ending in KINDS)}),
        help_text=gettext_lazy("PDF, picture, office document or text, up to 5 MB. No names of people who answered."),
    )

    def clean_file(self) -> Any:
        """Refuse a large file before it is read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("A file has at most 5 MB, and is not empty."))
        return file


class LinkForm(forms.Form):
    """A link as evidence."""

    title = forms.CharField(label=gettext_lazy("What it shows"), max_length=200)
    link = forms.CharField(label=gettext_lazy("Address"), max_length=1_000, widget=forms.URLInput())


class FindingForm(forms.Form):
    """A released score, as evidence or as what would show a change."""

    finding = forms.ChoiceField(label=gettext_lazy("Released score"))

    def __init__(self, *values: Any, findings: tuple[Evidence, ...], **named: Any) -> None:
        """Offer what the viewer may see."""
        super().__init__(*values, **named)
        self._findings = findings
        field = self.fields["finding"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (str(place), f"{one.label}: {one.value_text or '–'} ({one.study_title}, {one.wave_title})")
            for place, one in enumerate(findings)
        ]

    def chosen(self) -> Evidence:
        """Return the score that was chosen."""
        return self._findings[int(self.cleaned_data["finding"])]


class SheetForm(forms.Form):
    """One dimension: a level for each practice, with a reason where there is one. Empty ones are left for later."""

    def __init__(self, *values: Any, rows: DimensionRows, **named: Any) -> None:
        """Make two fields for each practice, with what was given so far."""
        super().__init__(*values, **named)
        self._rows = rows.rows
        for row in rows.rows:
            none, partly, always = row.words.anchors
            anchors = {0: none, 2: partly, 4: always}
            choices = [
                (str(level), f"{level}: {LEVEL_WORDS[level]}" + (f". {anchors[level]}" if level in anchors else ""))
                for level in range(5)
            ]
            self.fields[f"score_{row.words.key}"] = forms.ChoiceField(
                label=row.words.title,
                choices=choices,
                required=False,
                widget=forms.RadioSelect,
                initial="" if row.own is None else str(row.own),
            )
            self.fields[f"reason_{row.words.key}"] = forms.CharField(
                label=_("What you rest it on: %(practice)s") % {"practice": row.words.title},
                required=False,
                max_length=600,
                initial=row.reason,
                widget=forms.Textarea({"rows": 2}),
            )

    def rows(self) -> list[tuple[PracticeRow, forms.BoundField, forms.BoundField]]:
        """Return the fields by practice."""
        return [(row, self[f"score_{row.words.key}"], self[f"reason_{row.words.key}"]) for row in self._rows]

    def scores(self) -> dict[str, tuple[int, str]]:
        """Return level and reason of those that are filled in."""
        data = self.cleaned_data
        return {
            row.words.key: (int(data[f"score_{row.words.key}"]), data[f"reason_{row.words.key}"])
            for row in self._rows
            if data[f"score_{row.words.key}"]
        }


class ValidateForm(forms.Form):
    """The senior's word."""

    word = forms.CharField(
        label=gettext_lazy("Your word to the assessors"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Needed when you send it back."),
    )
