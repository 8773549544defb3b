"""A form's field for a table that somebody brings: CSV or .xlsx within the limit, refused before it is read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

ENDINGS = (".csv", ".txt", ".tsv", ".xlsx")


class TableFileField(forms.FileField):
    """Gives the uploaded file. What its rows hold is checked by whoever reads it."""

    def __init__(self, **values: Any) -> None:
        """Take what a file field takes."""
        values.setdefault("label", gettext_lazy("File"))
        values.setdefault("widget", forms.FileInput(attrs={"accept": ",".join(ENDINGS)}))
        super().__init__(**values)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Raise ValidationError for a file past the limit, and for one that is no table by its name."""
        file = super().clean(data, initial)
        if file and file.size > settings.UPLOAD_LIMIT:
            most = settings.UPLOAD_LIMIT >> 20
            raise forms.ValidationError(_("The file is larger than %(most)s MB.") % {"most": most})
        if file and not file.name.lower().endswith(ENDINGS):
            raise forms.ValidationError(_("Save the file as CSV or .xlsx first."))
        return file
