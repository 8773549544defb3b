"""Users, persons, units, leaders, deputies and roles; imports and what each of them changed."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from headwater.rooms.people.token_models import ApiToken

__all__ = [
    "ApiToken",
    "AuditCheck",
    "Deputy",
    "ErasureReceipt",
    "ImportChange",
    "OrganisationImport",
    "OrganisationState",
    "OwnLook",
    "Person",
    "PrivacyRequest",
    "Retention",
    "Role",
    "RoleGrant",
    "Unit",
    "UnitSuccessor",
    "User",
    "UserManager",
]


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
    """Somebody who works here, or did. key: the id of the HR file. A leader belongs to the unit above.

    email, language: where and in which language (BCP 47) to write to them, "" for not known. left_date: the day the
    import that ended them holds from. erased_at: nothing but the row is left of them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    key = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=300)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    is_active = models.BooleanField(default=True)
    email = models.CharField(max_length=254, default="", blank=True)
    language = models.CharField(max_length=35, default="", blank=True)
    attributes = models.JSONField(default=dict)
    left_date = models.DateField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        """Indexes."""

        indexes: ClassVar = [
            models.Index(fields=["unit", "is_active"], name="person_of_unit"),
            models.Index(Lower("name"), name="person_by_name"),
            models.Index(fields=["email"], name="person_by_email"),
            models.Index(fields=["is_active", "language"], name="person_by_language"),
            models.Index(fields=["is_active", "left_date"], name="person_left"),
        ]

    def __str__(self) -> str:
        """The name, or the id where there is none."""
        return gettext("erased person") if self.erased_at is not None else self.name or self.key


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
    SAFETY_OFFICER = "safety_officer", _("Safety officer")


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
    """One organisation file: what it would do, what it did, and whether that was undone.

    version: the version of the organisation that the dry run compared with. job: the work in the background that
    checks, applies or undoes it. refusal: why that work refused, for the page.
    """

    class State(models.TextChoices):
        """Where an import stands."""

        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Dry run")
        APPLYING = "applying", _("Being applied")
        WAITING = "waiting", _("Waits for its day")
        APPLIED = "applied", _("Applied")
        UNDOING = "undoing", _("Being undone")
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
    version = models.BigIntegerField(null=True)
    job = models.UUIDField(null=True)
    refusal = models.CharField(max_length=500, default="")
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


class UnitSuccessor(models.Model):
    """What became of a unit when an import took effect. new: "" when it left the organisation.

    share: the part of the old unit's own team that went there. basis: how this was found.
    """

    class Basis(models.TextChoices):
        """How a successor was found."""

        CHOSEN = "chosen", _("chosen")
        PEOPLE = "people", _("same people")
        NAME = "name", _("same name")
        LEADER = "leader", _("same leader")
        NONE = "none", _("nothing similar")

    made_by = models.ForeignKey(OrganisationImport, models.PROTECT, related_name="+")
    old = models.CharField(max_length=400)
    new = models.CharField(max_length=400, default="", blank=True)
    share = models.FloatField(default=1.0)
    basis = models.CharField(max_length=6, choices=Basis.choices)

    class Meta:
        """One row an import, an old unit and a new one; shares are parts of the whole."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["made_by", "old", "new"], name="successor_once"),
            models.CheckConstraint(condition=models.Q(share__gt=0, share__lte=1), name="successor_share"),
        ]


class OwnLook(models.Model):
    """One row: the organisation's name, colour, logo and words for customer, unit and leader.

    words: {language: {noun: [one, many]}}. colour: #RRGGBB of the colour of action, "" for Headwater's own.
    """

    name = models.CharField(max_length=80, default="", blank=True)
    colour = models.CharField(max_length=7, default="", blank=True)
    logo = models.BinaryField(null=True)
    words = models.JSONField(default=dict)
    changed_at = models.DateTimeField(null=True)


class Retention(models.Model):
    """How many days one kind of data is kept. days: None keeps it until somebody ends it."""

    kind = models.CharField(max_length=40, primary_key=True)
    days = models.PositiveIntegerField(null=True)
    changed_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    removed = models.PositiveIntegerField(default=0)


class PrivacyRequest(models.Model):
    """A person's own request to see what is kept about them, or to be erased."""

    class Kind(models.TextChoices):
        """What is asked for."""

        EXPORT = "export", _("A copy of what is kept")
        ERASE = "erase", _("Erasure")

    class Outcome(models.TextChoices):
        """How it ended."""

        DONE = "done", _("Done")
        DECLINED = "declined", _("Declined")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default="", blank=True)
    answer = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        """One open request of a kind and person."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=models.Q(closed_at=None), name="request_open_once"
            )
        ]


class ErasureReceipt(models.Model):
    """What an erasure did: numbered, signed, without anything that tells who it was about.

    content: canonical JSON of the receipt. signature: Ed25519 over it, in hexadecimal.
    """

    number = models.BigIntegerField(primary_key=True)
    person = models.OneToOneField(Person, models.PROTECT, related_name="+")
    erased_at = models.DateTimeField()
    erased_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    key_hash = models.CharField(max_length=64, db_index=True)
    content = models.TextField()
    signature = models.CharField(max_length=128)


class AuditCheck(models.Model):
    """One walk over the audit trail, made in the background. broken_at: None when all fits."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    entries = models.BigIntegerField(default=0)
    broken_at = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, default="", blank=True)


def _place(state: dict[str, Any] | None) -> str:
    return str((state or {}).get("unit") or (state or {}).get("parent") or "")
