"""The forms of figures by unit and period, and of the stations of a chain."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from headwater.rooms.house.table_file import TableFileField
from headwater.rooms.learn.models import ChainStation


class FiguresForm(forms.Form):
    """A file of figures by unit and period."""

    file = TableFileField(
        help_text=_(
            "CSV (UTF-8) or Excel (.xlsx). One row a unit, period and figure with columns unit, period, figure, value "
            "and, if known, base; or one row a unit and period with a column a figure."
        ),
    )


class ChainForm(forms.Form):
    """A chain of published figures."""

    title = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("As “NHS trusts in England”; it stands above the River.")
    )


class WordsForm(forms.Form):
    """What a chain covers, and what its units and periods are called."""

    title = forms.CharField(label=_("Name"), max_length=200, required=False)
    period = forms.CharField(label=_("Time it covers"), max_length=100, required=False)
    unit = forms.CharField(label=_("One unit is called"), max_length=40)
    units = forms.CharField(label=_("Several are called"), max_length=40)
    one_period = forms.CharField(label=_("One period is called"), max_length=40)
    periods = forms.CharField(label=_("Several periods are called"), max_length=40)
    sources = forms.CharField(
        label=_("Sources and licence, a line each"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class MappingForm(forms.Form):
    """How the columns of a file are read, as the mapping of unit-by-period tables."""

    mapping = forms.CharField(
        label=_("How its columns are read"), widget=forms.Textarea(attrs={"rows": 14}), max_length=20_000
    )

    def clean_mapping(self) -> dict[str, Any]:
        """Read the mapping. It is data only: nothing in it is run."""
        import yaml

        try:
            content = yaml.safe_load(self.cleaned_data["mapping"])
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark is not None else 1
            raise forms.ValidationError(
                _("Line %(n)s cannot be read. Check indents and colons.") % {"n": line}
            ) from None
        if not isinstance(content, dict):
            raise forms.ValidationError(_("Write `name: value` lines."))
        return content


class StationForm(forms.Form):
    """One station of a chain."""

    source = forms.ChoiceField(label=_("Measured by"))
    label_en = forms.CharField(label=_("Name, in English"), max_length=80)
    label_es = forms.CharField(label=_("Name, in Spanish"), max_length=80, required=False)
    lens = forms.ChoiceField(label=_("Stage"), choices=ChainStation.LENSES)
    higher_is_better = forms.TypedChoiceField(
        label=_("More of it is"),
        choices=[("yes", _("better")), ("no", _("worse"))],
        coerce=lambda value: value == "yes",
        initial="yes",
    )
    more = forms.CharField(
        label=_("What a rise toward the better is called, in English"),
        max_length=80,
        required=False,
        help_text=_("As “less stress” or “more people seen in time”."),
    )
    more_es = forms.CharField(
        label=_("What a rise toward the better is called, in Spanish"),
        max_length=80,
        required=False,
        help_text=_("As “menos estrés”. Without it the name is used."),
    )

    def __init__(self, *args: Any, sources: list[tuple[str, str]], **kwargs: Any) -> None:
        """Take what a station can be measured by."""
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = sources  # type: ignore[attr-defined]


class LinksForm(forms.Form):
    """Which stations are linked with which. Nothing chosen: all pairs of neighbouring stages."""

    links = forms.MultipleChoiceField(
        label=_("Links to be estimated"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, pairs: list[tuple[str, str]], **kwargs: Any) -> None:
        """Take the pairs that lie along the river."""
        super().__init__(*args, **kwargs)
        self.fields["links"].choices = pairs  # type: ignore[attr-defined]
