"""A form's field for a unit: by name or id, without script."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.people.models import Unit


def unit_called(meant: str, units: Iterable[Unit]) -> Unit | None:
    """Return the one of these units with this id, else the only one of this name; None where neither is one."""
    listed = list(units)
    said = meant.strip().casefold()
    found = [one for one in listed if one.key == meant.strip()] or [
        one for one in listed if one.name.casefold() == said
    ]
    return found[0] if len(found) == 1 else None


class UnitField(forms.CharField):
    """Gives the open unit that was meant, None for an empty field that is not required."""

    def __init__(self, **values: Any) -> None:
        """Take what a text field takes."""
        values.setdefault("help_text", gettext_lazy("Name or id of the unit."))
        super().__init__(max_length=400, **values)

    def clean(self, value: Any) -> Unit | None:
        """Find the unit. Raises ValidationError for none, and for several of the same name."""
        meant = str(super().clean(value) or "").strip()
        if not meant:
            return None
        units = Unit.objects.filter(is_open=True)
        found = list(units.filter(key=meant)[:2]) or list(units.filter(name__iexact=meant)[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(_("Several units have this name. Write the id of the unit."))
        raise forms.ValidationError(_("No unit here is called %(name)s.") % {"name": meant})

    def prepare_value(self, value: Any) -> Any:
        """Show a unit by its name, by its id where others have the same name."""
        if not isinstance(value, Unit):
            return value
        is_alone = Unit.objects.filter(name__iexact=value.name, is_open=True).count() == 1
        return value.name if is_alone else value.key
