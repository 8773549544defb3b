"""The form of an own benchmark."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from headwater.rooms.house.table_file import TableFileField


class BenchmarkForm(forms.Form):
    """A file with where it comes from."""

    title = forms.CharField(label=_("Name"), max_length=200)
    source = forms.CharField(label=_("Where the figures come from"), max_length=500)
    licence = forms.CharField(label=_("Licence, or what allows their use"), max_length=300)
    year = forms.CharField(label=_("Year"), max_length=40)
    file = TableFileField(
        help_text=_(
            "CSV (UTF-8) or Excel (.xlsx) with the columns measure, subject and value; organisation, group, label, n "
            "and se where known. One row an organisation and figure."
        ),
    )
