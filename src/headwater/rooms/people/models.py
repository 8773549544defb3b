"""Users, persons, units, leaders, deputies and roles; imports and what each of them changed."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Unit(models.Model):
    """A team with a leader and, perhaps, units below it. number, size: its place in preorder, None once closed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    key = models.CharField(max_length=400, unique=True)
    name = models.CharField(max_length=300)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    leader = models.ForeignKey("Person", models.PROTECT, null=True, related_name="+")
    is_open = models.BooleanField(default=True)
    number = models.PositiveIntegerField(null=True, db_index=True)
    size = models.PositiveIntegerField(default=1)
    depth = models.PositiveSmallIntegerField(default=0)
    own_people = models.PositiveIntegerField(default=0)
    people_below = models.PositiveIntegerField(default=0)

    class Meta:
        """A closed unit has no place in the tree, an open one has."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(is_open=True) | models.Q(number=None), name="unit_closed_no_number"
            )
        ]

    def __str__(self) -> str:
        """The name."""
        return self.name


class Person(models.Model):
    """Somebody who works here, or did. key: the id of the HR file. A leader belongs to the unit above."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    key = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=300)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    is_active = models.BooleanField(default=True)
    attributes = models.JSONField(default=dict)

    class Meta:
        """Indexes."""

        indexes: ClassVar = [
            models.Index(fields=["unit", "is_active"], name="person_of_unit"),
            models.Index(Lower("name"), name="person_by_name"),
        ]

    def __str__(self) -> str:
        """The name, or the id where there is none."""
        return self.name or self.key


class UserManager(BaseUserManager["User"]):
    """Makes users."""

    def create_user(self, email: str, password: str | None = None, **values: Any) -> User:
        """Make a user; without a password nobody can sign in by one."""
        user = self.model(email=email.strip().lower(), **values)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Find by e-mail address, in any case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Somebody who may sign in, by e-mail address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=300, blank=True)
    person = models.OneToOneField(Person, models.PROTECT, null=True, related_name="+")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        """One account an address, whatever its case."""

        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="user_email_once")]


class Role(models.TextChoices):
    """Roles that are given. Leaders and employees have theirs by their place in the organisation."""

    ADMINISTRATOR = "administrator", _("Administrator")
    EXPERIENCE_LEAD = "experience_lead", _("Experience lead")
    ANALYST = "analyst", _("Analyst")
    PRIVACY_OFFICER = "privacy_officer", _("Privacy officer")


class RoleGrant(models.Model):
    """One role given to one user, over the whole organisation or one unit and all below it."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One standing grant of a role, user and unit."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "role", "unit"], condition=models.Q(ended_at=None), name="grant_once_unit"
            ),
            models.UniqueConstraint(
                fields=["user", "role"], condition=models.Q(ended_at=None, unit=None), name="grant_once_whole"
            ),
            models.CheckConstraint(condition=models.Q(role__in=[role.value for role in Role]), name="grant_known_role"),
        ]


class Deputy(models.Model):
    """Somebody who stands in for a unit's leader, with the leader's permissions, until a day."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    from_date = models.DateField()
    until_date = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)


class OrganisationState(models.Model):
    """One row: locked while the organisation changes, so that two imports cannot meet."""

    version = models.BigIntegerField(default=0)


class OrganisationImport(models.Model):
    """One organisation file: what it would do, what it did, and whether that was undone."""

    class State(models.TextChoices):
        """Where an import stands."""

        CHECKED = "checked", _("Dry run")
        WAITING = "waiting", _("Waits for its day")
        APPLIED = "applied", _("Applied")
        UNDONE = "undone", _("Undone")
        DROPPED = "dropped", _("Dropped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    is_full = models.BooleanField()
    effective_date = models.DateField()
    reason = models.CharField(max_length=500, default="")
    state = models.CharField(max_length=8, choices=State.choices, default=State.CHECKED)
    fingerprint = models.CharField(max_length=64, default="")
    summary = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    sequence = models.BigIntegerField(null=True, unique=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)


class ImportChange(models.Model):
    """What one import changed of one person or unit: the history, and what an undo puts back."""

    made_by = models.ForeignKey(OrganisationImport, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=[("person", "person"), ("unit", "unit")])
    key = models.CharField(max_length=400)
    what = models.CharField(max_length=6)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        """Found by what was changed, and by import."""

        indexes: ClassVar = [
            models.Index(fields=["kind", "key"], name="change_of"),
            models.Index(fields=["made_by", "kind", "what"], name="change_listed"),
        ]

    @property
    def place_before(self) -> str:
        """The key of the unit it belonged to or lay under, "" for none."""
        return _place(self.before)

    @property
    def place_after(self) -> str:
        """The key of the unit it belongs to or lies under, "" for none."""
        return _place(self.after)


def _place(state: dict[str, Any] | None) -> str:
    return str((state or {}).get("unit") or (state or {}).get("parent") or "")
