"""What the active role answers in the slots of the house: what waits, erasure, export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.engage.active_role.mirror import is_new_to, last_asking, mirror_of, next_date
from headwater.rooms.engage.active_role.queries import own_role_page
from headwater.rooms.engage.models import Ask, BoardPath, BoardStep, MirrorExercise, RoleAct, RoleDuty, RoleVersion
from headwater.rooms.house.slots import Erased, ExportFile, Need
from headwater.rooms.learn.journey_queries import started_units
from headwater.rooms.learn.logic.start_rules import MIRROR
from headwater.rooms.learn.models import AloneStudy
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.logic.roles import LEADER, Viewer
from headwater.rooms.people.models import Person
from headwater.rooms.people.viewers import user_of, viewer

SIGN_MINUTES, NOTE_MINUTES, MIRROR_MINUTES = 3, 1, 2
NEWS = timedelta(days=14)
"""For how long a miss stands among what needs its leader."""


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield an agreement that waits for a signature, and a cadence that was missed lately: to its leader, first."""
    asker, today = viewer(request), timezone.localdate(now)
    if not asker.has(LEADER):
        return
    yield from _mirror_needs(asker, now)
    if not RoleVersion.objects.filter(leader=user_of(request), dropped_at=None).exists():
        return
    page = own_role_page(viewer=asker, today=today)
    if page.waiting is not None:
        yield Need(
            f"role-{page.waiting.version.pk}",
            _("Active role"),
            _("An agreement waits for your signature"),
            _("Read it, change it or sign it. Nothing holds before."),
            SIGN_MINUTES,
            reverse("engage:role"),
            _("Read"),
            order=1,
        )
    for line in page.current.lines if page.current is not None else ():
        for period in line.periods:
            if period.state == "missed" and today <= period.last + NEWS:
                yield Need(
                    f"cadence-{line.duty.pk}-{period.first.isoformat()}",
                    _("Active role"),
                    _("Fewer than agreed: %(what)s") % {"what": line.duty.get_kind_display()},
                    _("%(done)s of %(wanted)s. You hear first; the experience lead sees it 48 hours after its end.")
                    % {"done": period.done, "wanted": period.wanted},
                    NOTE_MINUTES,
                    reverse("engage:role"),
                    _("Look, or note what is missing"),
                    order=2,
                )


def _mirror_needs(asker: Viewer, now: datetime) -> Iterator[Need]:
    """Yield the mirror whose month is over, and the offer of one to somebody new to leading a unit."""
    person = Person.objects.filter(pk=asker.person_id).first()
    for unit in started_units(asker) if person is not None else ():
        assert person is not None
        alone = mirror_of(person, unit)
        last = last_asking(alone) if alone is not None else None
        if last is not None:
            if last.state == Wave.State.RELEASED and timezone.localdate(now) >= next_date(last):
                yield Need(
                    f"mirror-{last.pk}",
                    _("Your mirror"),
                    _("A month is over: the three questions again"),
                    _("You answer first, then %(unit)s. Only you see what comes of it.") % {"unit": unit.name},
                    MIRROR_MINUTES,
                    reverse("engage:role_mirror", args=[unit.pk]),
                    _("Answer first"),
                )
        elif is_new_to(unit, person, now=now):
            yield Need(
                f"mirror-offer-{unit.pk}",
                _("Your mirror"),
                _("You took over %(unit)s: see how leading looks from there") % {"unit": unit.name},
                _("Three questions a month, you first and then your team, unnamed. Only you see it."),
                MIRROR_MINUTES,
                reverse("engage:role_mirror", args=[unit.pk]),
                _("Have a look"),
            )


def erase(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Erase a person's agreements, what they did, and their path; as a proposer or partner they leave no name."""
    pk = UUID(person)
    acts, _kinds = RoleAct.objects.filter(leader__person=pk).delete()
    versions = RoleVersion.objects.filter(leader__person=pk)
    RoleDuty.objects.filter(version__in=versions).delete()
    agreed, _kinds = versions.delete()
    paths = BoardPath.objects.filter(leader__person=pk)
    Ask.objects.filter(source__in=[f"board:{one.pk}" for one in paths]).delete()
    steps, _kinds = BoardStep.objects.filter(path__in=paths).delete()
    paths.delete()
    partnered = BoardPath.objects.filter(partner__person=pk).update(partner=None)
    mirrors = AloneStudy.objects.filter(person=pk, moment=MIRROR).values("study")
    exercises, _kinds = MirrorExercise.objects.filter(wave__study__in=mirrors).delete()
    yield Erased(gettext_lazy("exercises of a leader's mirror"), exercises)
    yield Erased(gettext_lazy("agreements on the active role, and what was done"), acts + agreed)
    yield Erased(gettext_lazy("steps of the path to a board"), steps + partnered)


def export(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down what a person agreed to, what they did, and what they took along."""
    pk = UUID(person)
    found = {
        "agreements": list(
            RoleDuty.objects.filter(version__leader__person=pk)
            .order_by("version__number", "kind")
            .values(
                "version__number",
                "version__proposed_at",
                "version__signed_at",
                "version__dropped_at",
                "version__note",
                "kind",
                "amount",
                "per",
            )
        ),
        "acts": list(
            RoleAct.objects.filter(leader__person=pk)
            .order_by("at_date")
            .values("kind", "at_date", "asked_date", "recorded_at")
        ),
        "path": list(
            BoardStep.objects.filter(path__leader__person=pk).order_by("read_at").values("step", "words", "read_at")
        ),
    }
    mirrors = AloneStudy.objects.filter(person=pk, moment=MIRROR).values("study")
    found["exercises"] = list(
        MirrorExercise.objects.filter(wave__study__in=mirrors)
        .order_by("said_at")
        .values("exercise", "is_done", "said_at")
    )
    if any(found.values()):
        content = json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("active-role.json", "application/json", content.encode())
