"""Forms of shared summaries."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.prove.elsewhere.gathering import Choices
from headwater.rooms.prove.elsewhere.reading import MOST_BYTES
from headwater.rooms.prove.elsewhere.words import LICENCES, SECTORS
from headwater.rooms.prove.models.sharing import LONGEST_LABEL


class ChoicesForm(forms.Form):
    """What the organisation says of itself."""

    licence = forms.ChoiceField(
        label=gettext_lazy("Licence"), choices=list(LICENCES.items()), required=False, initial="CC0-1.0"
    )
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), choices=list(SECTORS.items()), required=False)
    with_size = forms.BooleanField(label=gettext_lazy("Say about how many people work here"), required=False)

    @property
    def choices(self) -> Choices:
        """What was chosen; what is not on the lists counts as not said."""
        given = getattr(self, "cleaned_data", {})
        return Choices(given.get("licence") or "CC0-1.0", given.get("sector", ""), bool(given.get("with_size")))


class LeaveForm(forms.Form):
    """The confirmation, for the summary that was shown."""

    seen = forms.CharField(widget=forms.HiddenInput(), max_length=64)
    looked = forms.BooleanField(
        label=gettext_lazy("I read what leaves. What has left cannot be called back."),
        error_messages={"required": gettext_lazy("Read what leaves and tick it first.")},
    )


class BringForm(forms.Form):
    """A file of another organisation."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput({"accept": ".json,application/json"}),
        help_text=gettext_lazy("The .json file of another organisation, as it was downloaded there. At most 256 KB."),
        error_messages={"required": gettext_lazy("Choose a file first.")},
    )
    label = forms.CharField(
        label=gettext_lazy("Whose it is"),
        max_length=LONGEST_LABEL,
        required=False,
        help_text=gettext_lazy("For you alone: the file names nobody, and this never leaves."),
    )

    def clean_file(self) -> Any:
        """Refuse a large file before it is read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(most)s KB. A summary has a few: choose another file.")
                % {"most": MOST_BYTES >> 10}
            )
        return file
