"""Accounts, roles and deputies: every write with its audit entry."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.rooms.house import audit
from headwater.rooms.house.mail import send_mail_later
from headwater.rooms.people.models import Deputy, OrganisationState, Person, Role, RoleGrant, Unit, User
from headwater.vocab import HeadwaterError


class RoleRefusedError(HeadwaterError):
    """A role cannot be given or ended; the message says why."""

    exit_code = 3


def create_account(
    *, email: str, name: str, person: Person | None, actor: str, now: datetime, password: str | None = None
) -> User:
    """Make an account. Raises RoleRefusedError when the address or the person has one."""
    email = email.strip().lower()
    if User.objects.filter(email=email).exists():
        raise RoleRefusedError(_("There is an account with this address already."))
    if person is not None and User.objects.filter(person=person).exists():
        raise RoleRefusedError(_("This person has an account already."))
    if person is not None and not person.is_active:
        raise RoleRefusedError(_("This person has left."))
    with transaction.atomic():
        user = User.objects.create_user(email, password, name=name or (person.name if person else ""), person=person)
        identity = str(user.pk)
        audit.record(action="account.made", actor=actor, subject=identity, payload={"email": email}, now=now)
    return user


def invite_user(*, email: str, name: str, person: Person | None, origin: str, actor: User, now: datetime) -> User:
    """Make an account and mail a link to choose a password. origin: scheme and host of this site."""
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str

    with transaction.atomic():
        user = create_account(email=email, name=name, person=person, actor=str(actor.pk), now=now)
        key = default_token_generator.make_token(user)
        where = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
        text = _("%(who)s invites you to Headwater. Choose your password here:\n\n%(link)s\n") % {
            "who": actor.name or actor.email,
            "link": f"{origin}{where}",
        }
        send_mail_later(to=user.email, subject=_("Your account"), text=text, now=now)
    return user


def give_role(*, user: User, role: str, unit: Unit | None, actor: str, now: datetime) -> RoleGrant:
    """Give a role over a unit and all below it, or over everything. Giving it twice changes nothing."""
    if role not in Role.values:
        raise RoleRefusedError(_("There is no such role."))
    if unit is not None and role in (Role.ADMINISTRATOR, Role.PRIVACY_OFFICER):
        raise RoleRefusedError(_("This role is held over the whole organisation."))
    with transaction.atomic():
        _lock_roles()
        grant, is_new = RoleGrant.objects.get_or_create(
            user=user, role=role, unit=unit, ended_at=None, defaults={"given_at": now}
        )
        if is_new:
            payload = {"role": role, "unit": unit.key if unit else ""}
            audit.record(action="role.given", actor=actor, subject=str(user.pk), payload=payload, now=now)
    return grant


def end_role(*, grant: RoleGrant, actor: str, now: datetime) -> None:
    """End a role. Raises RoleRefusedError for the last administrator."""
    with transaction.atomic():
        _lock_roles()
        grant = RoleGrant.objects.select_for_update(of=("self",)).select_related("unit").get(pk=grant.pk)
        if grant.ended_at is not None:
            return
        others = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, ended_at=None, user__is_active=True)
        others = others.exclude(pk=grant.pk).exclude(user__person__is_active=False)
        if grant.role == Role.ADMINISTRATOR and not others.exists():
            raise RoleRefusedError(_("This is the last administrator. Give the role to somebody else first."))
        grant.ended_at = now
        grant.save()
        payload = {"role": grant.role, "unit": grant.unit.key if grant.unit else ""}
        audit.record(action="role.ended", actor=actor, subject=str(grant.user_id), payload=payload, now=now)


def close_account(*, user: User, actor: User, now: datetime) -> None:
    """End an account: its roles, its sessions, its way in. Raises RoleRefusedError for one's own."""
    if user.pk == actor.pk:
        raise RoleRefusedError(_("You cannot close your own account."))
    with transaction.atomic():
        for grant in RoleGrant.objects.filter(user=user, ended_at=None):
            end_role(grant=grant, actor=str(actor.pk), now=now)
        user.is_active = False
        user.set_unusable_password()
        user.save()
        for session in Session.objects.filter(expire_date__gt=now).iterator():
            if session.get_decoded().get("_auth_user_id") == str(user.pk):
                session.delete()
        audit.record(action="account.closed", actor=str(actor.pk), subject=str(user.pk), payload={}, now=now)


def appoint_deputy(
    *, unit: Unit, person: Person, from_date: date, until_date: date | None, actor: User, now: datetime
) -> Deputy:
    """Let somebody stand in for a unit's leader. Raises RoleRefusedError when they cannot."""
    if not person.is_active:
        raise RoleRefusedError(_("This person has left."))
    if unit.leader_id == person.pk:
        raise RoleRefusedError(_("This person leads the unit."))
    if until_date is not None and until_date < from_date:
        raise RoleRefusedError(_("The last day comes before the first."))
    with transaction.atomic():
        made = Deputy.objects.create(unit=unit, person=person, from_date=from_date, until_date=until_date)
        payload = {"unit": unit.key, "from": from_date, "until": until_date}
        audit.record(action="deputy.appointed", actor=str(actor.pk), subject=str(person.pk), payload=payload, now=now)
    return made


def end_deputy(*, deputy: Deputy, actor: User, now: datetime) -> None:
    """End a deputy's standing in."""
    with transaction.atomic():
        if not Deputy.objects.filter(pk=deputy.pk, ended_at=None).update(ended_at=now):
            return
        payload = {"unit": deputy.unit.key}
        audit.record(
            action="deputy.ended", actor=str(actor.pk), subject=str(deputy.person_id), payload=payload, now=now
        )


def _lock_roles() -> None:
    """Two administrators who end each other's role at once must not both succeed."""
    OrganisationState.objects.get_or_create(pk=1)
    OrganisationState.objects.select_for_update().get(pk=1)
