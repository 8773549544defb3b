"""The forms of maps, plans and places."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.formats.places.table import AXES, ENDS, Surface
from headwater.rooms.house.table_file import TableFileField
from headwater.rooms.learn.models import PlaceMap
from headwater.rooms.learn.place_services import MOST_TITLE, axis_names

ENDINGS = {"earth": (".geojson", ".json"), "plan": (".svg", ".png", ".jpg", ".jpeg")}
LARGEST = 12 << 20


class PlaceMapForm(forms.Form):
    """A new map or plan."""

    title = forms.CharField(
        label=gettext_lazy("Name"), max_length=MOST_TITLE, help_text=gettext_lazy("As “Branches” or “Second floor”.")
    )
    surface = forms.ChoiceField(label=gettext_lazy("Kind"), choices=PlaceMap.SURFACES)


class PlacesForm(forms.Form):
    """A table of places."""

    file = TableFileField()

    def __init__(self, *args: Any, surface: Surface, **kwargs: Any) -> None:
        """Say which columns a file of this surface has."""
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = (
            _("CSV (UTF-8) or Excel (.xlsx) with columns unit, latitude, longitude. It takes the place of all places.")
            if surface == "earth"
            else _("CSV (UTF-8) or Excel (.xlsx) with columns unit, x, y. It takes the place of all places.")
        )


class PlanForm(forms.Form):
    """What places stand on."""

    plan = forms.FileField(label=gettext_lazy("File"))

    def __init__(self, *args: Any, surface: Surface, **kwargs: Any) -> None:
        """Say which files a surface takes."""
        super().__init__(*args, **kwargs)
        self.endings = ENDINGS[surface]
        self.fields["plan"].widget.attrs["accept"] = ",".join(self.endings)
        self.fields["plan"].help_text = (
            _("GeoJSON with lines and areas, up to 4 MB.")
            if surface == "earth"
            else _("SVG up to 4 MB, PNG or JPEG up to 12 MB. x counts from its left edge, y from its top.")
        )

    def clean_plan(self) -> Any:
        """Refuse what is too large or of another kind before it is read."""
        file = self.cleaned_data["plan"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than %(most)s MB.") % {"most": LARGEST >> 20})
        if not file.name.lower().endswith(self.endings):
            raise forms.ValidationError(
                _("Choose a file of one of these kinds: %(kinds)s.") % {"kinds": ", ".join(self.endings)}
            )
        return file


class PlaceForm(forms.Form):
    """Where one unit is."""

    unit = forms.CharField(label=gettext_lazy("Unit"), max_length=400, help_text=gettext_lazy("Its id or its name."))
    across = forms.FloatField(localize=True)
    down = forms.FloatField(localize=True)

    def __init__(self, *args: Any, surface: Surface, **kwargs: Any) -> None:
        """Name the two numbers as the surface does; latitude stands before longitude, as people say them."""
        super().__init__(*args, **kwargs)
        names = axis_names()
        for field, axis in zip(("across", "down"), AXES[surface], strict=True):
            low, high = ENDS[axis]
            self.fields[field].label = names[axis]
            self.fields[field].help_text = _("A number from %(low)s to %(high)s.") % {
                "low": f"{low:g}",
                "high": f"{high:g}",
            }
        if surface == "earth":
            self.order_fields(["unit", "down", "across"])
