"""A form's field for somebody of the organisation: by name, e-mail address or id, without script."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.people.models import Person

MOST_NAMED = 5
"""Namesakes that an error lists."""


class PersonField(forms.CharField):
    """Gives the active person that was meant, None for an empty field that is not required."""

    def __init__(self, **values: Any) -> None:
        """Take what a text field takes."""
        values.setdefault("help_text", gettext_lazy("Name, e-mail address or person id."))
        super().__init__(max_length=300, **values)

    def clean(self, value: Any) -> Person | None:
        """Find the person. Raises ValidationError for nobody, and for several, whom it lists."""
        meant = str(super().clean(value) or "").strip()
        return find_person(meant) if meant else None

    def prepare_value(self, value: Any) -> Any:
        """Show a person by their address, else their id."""
        return (value.email or value.key) if isinstance(value, Person) else value


def find_person(meant: str) -> Person:
    """Return the active person of a name, e-mail address or id. Raises ValidationError for nobody and for several."""
    people = Person.objects.filter(is_active=True)
    for how in ({"key": meant}, {"email__iexact": meant}, {"name__iexact": meant}, {"name__icontains": meant}):
        found = list(people.filter(**how).order_by("name", "key")[: MOST_NAMED + 1])
        if len(found) == 1:
            return found[0]
        if found:
            named = ", ".join(f"{one.name} ({one.email or one.key})" for one in found[:MOST_NAMED])
            raise forms.ValidationError(
                _("Several people fit: %(people)s. Write the e-mail address or the id.") % {"people": named}
            )
    raise forms.ValidationError(_("Nobody here is called %(name)s.") % {"name": meant})
