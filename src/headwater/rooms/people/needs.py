"""What the organisation needs of this viewer now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.rooms.house.slots import Need
from headwater.rooms.people.logic.roles import ADMINISTRATOR, PRIVACY_OFFICER, can
from headwater.rooms.people.models import OrganisationImport, Unit
from headwater.rooms.people.viewers import viewer


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield what needs this viewer: an import to decide, an organisation to bring in, units without a leader."""
    asker = viewer(request)
    if can(asker, "organisation.import"):
        yield from _imports()
        yield from _vacancies()
    if (asker.has(ADMINISTRATOR) or asker.has(PRIVACY_OFFICER)) and not is_mfa_enabled(request.user):
        yield Need(
            "second_factor",
            _("Your account"),
            _("Add a second factor to your account"),
            _("Your role opens what others entrust to you. A passkey or an authenticator app keeps it yours."),
            3,
            reverse("mfa_index"),
            _("Add one"),
        )


def _imports() -> Iterator[Need]:
    for made in OrganisationImport.objects.filter(state=OrganisationImport.State.CHECKED).order_by("uploaded_at")[:5]:
        stopped = bool(made.summary["stops"]) or made.summary["unreadable"]
        yield Need(
            f"import-{made.pk}",
            _("Decision asked"),
            _("An organisation file waits for your decision"),
            (
                _("%(file)s stopped by itself. Look at why before anything changes.")
                if stopped
                else _("%(file)s was checked. See who joins, moves and leaves, then apply it or drop it.")
            )
            % {"file": made.file_name},
            5,
            reverse("people:import", args=[made.pk]),
            _("Look and decide"),
            order=1,
            is_urgent=stopped,
        )
    if not Unit.objects.filter(is_open=True).exists() and not OrganisationImport.objects.exists():
        yield Need(
            "no_organisation",
            _("First step"),
            _("Bring in your organisation"),
            _("One CSV or Excel file from the HR system: a person id, a name and a manager id, or a path."),
            10,
            reverse("people:imports"),
            _("Choose the file"),
            order=1,
        )


def _vacancies() -> Iterator[Need]:
    count = Unit.objects.filter(is_open=True, leader=None).count()
    if count:
        yield Need(
            "vacant",
            _("Vacancies"),
            ngettext("One unit has no leader", "%(n)d units have no leader", count) % {"n": count},
            _("Nobody sees their results or keeps promises there. Appoint a deputy or correct the HR file."),
            2 * min(count, 5),
            reverse("people:organisation") + "?vacant=1",
            _("See which"),
        )
