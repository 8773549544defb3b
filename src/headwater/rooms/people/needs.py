"""What the organisation needs of this viewer now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.rooms.house.slots import Need
from headwater.rooms.people.logic.roles import ADMINISTRATOR, PRIVACY_OFFICER, can
from headwater.rooms.people.models import AuditCheck, OrganisationImport, PrivacyRequest, Unit
from headwater.rooms.people.templatetags.own_words import word_for
from headwater.rooms.people.viewers import viewer


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield what needs this viewer: an import to decide, an organisation to bring in, units without a leader."""
    asker = viewer(request)
    if can(asker, "organisation.import"):
        yield from _imports()
        yield from _vacancies()
    if can(asker, "privacy.desk"):
        yield from _privacy()
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
            _("%(n)s %(units)s without a %(leader)s")
            % {"n": count, "units": word_for("unit", plural=count > 1), "leader": word_for("leader")},
            _("Nobody sees their results or keeps promises there. Appoint a deputy or correct the HR file."),
            2 * min(count, 5),
            reverse("people:organisation") + "?vacant=1",
            _("See which"),
        )


def _privacy() -> Iterator[Need]:
    check = AuditCheck.objects.exclude(finished_at=None).order_by("-finished_at").first()
    if check is not None and check.broken_at is not None:
        yield Need(
            "audit_broken",
            _("Audit trail"),
            _("The audit trail does not hold"),
            _("Somebody changed the database past the application. See from which entry on."),
            10,
            reverse("people:privacy") + "#audit",
            _("See where"),
            order=1,
            is_urgent=True,
        )
    asked = PrivacyRequest.objects.select_related("person").filter(closed_at=None).order_by("asked_at")
    for request in asked[:5]:
        erases = request.kind == PrivacyRequest.Kind.ERASE
        yield Need(
            f"privacy-{request.pk}",
            _("Privacy"),
            _("Somebody asks to be erased") if erases else _("Somebody asks for a copy of their data"),
            _("They wait for your answer. The law gives a month."),
            5,
            reverse("people:person_data", args=[request.person_id]),
            _("Look and answer"),
            order=1,
        )
