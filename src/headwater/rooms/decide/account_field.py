"""A form's field for somebody who may sign in: by e-mail address, name or person id, without script."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.people.models import User
from headwater.rooms.people.person_field import find_person


class AccountField(forms.CharField):
    """Gives the active account that was meant, None for an empty field that is not required."""

    def __init__(self, **values: Any) -> None:
        """Take what a text field takes."""
        values.setdefault("help_text", gettext_lazy("E-mail address, name or person id of somebody with an account."))
        super().__init__(max_length=300, **values)

    def clean(self, value: Any) -> User | None:
        """Find the account. Raises ValidationError for nobody, for several, and for a person without one."""
        meant = str(super().clean(value) or "").strip()
        return find_account(meant) if meant else None


def find_account(meant: str) -> User:
    """Return the active account of an address, name or person id. Raises ValidationError for none and for several."""
    active = User.objects.filter(is_active=True)
    found = active.filter(email__iexact=meant).first()
    if found is not None:
        return found
    named = list(active.filter(name__iexact=meant)[:2])
    if len(named) == 1:
        return named[0]
    person = find_person(meant)
    account = active.filter(person=person).first()
    if account is None:
        raise forms.ValidationError(
            _("%(name)s has no account yet. An administrator can invite them.") % {"name": person}
        )
    return account


def name_of(user: User) -> str:
    """Return what to call an account: the person's name, its own, or its address."""
    return str(user.person) if user.person is not None else user.name or user.email
